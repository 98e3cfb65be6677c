"""Properties of the block interior point: optimal, strictly feasible, certified."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.activation_patterns import enumerate_patterns
from reference.common import NotConverged
from tests import strategies
from tests.convex_relu.oracle import optimal_value


def problem(X, seed, low=-2.0, high=0.5):
    rng = np.random.default_rng(seed)
    y = rng.standard_normal(len(X))
    return enumerate_patterns(X).masks, y, 10 ** rng.uniform(low, high)


@pytest.mark.prop("P6.13", "the interior point reaches the optimum of a cone solver")
@given(X=strategies.any_data(5, 2), gated=st.booleans(), seed=strategies.seeds)
def test_optimum_is_the_oracles(subject, X, gated, seed):
    cone_interior_point = subject("convex_relu.cone_interior_point")
    masks, y, reg = problem(X, seed)
    got = cone_interior_point(X, y, masks, reg, gated=gated)
    want = optimal_value(X, y, masks, reg, gated)
    assert got.objective == pytest.approx(want, abs=1e-6 * (1 + y @ y))


@pytest.mark.prop(
    "P6.13", "its blocks, value and gap belong together and are certified"
)
@given(X=strategies.any_data(7, 3), seed=strategies.seeds)
def test_solution_proves_itself(subject, X, seed):
    cone_interior_point = subject("convex_relu.cone_interior_point")
    masks, y, reg = problem(X, seed, low=-3)
    got = cone_interior_point(X, y, masks, reg, tol=1e-8)
    f = sum(
        np.where(masks[i], X @ (got.weights[0, i] - got.weights[1, i]), 0.0)
        for i in range(len(masks))
    )
    value = ((f - y) ** 2).sum() / 2 + reg * np.linalg.norm(got.weights, axis=-1).sum()
    assert got.objective == pytest.approx(value, rel=1e-9)
    assert -1e-12 <= got.gap <= 1e-8 * 0.5 * (y @ y)
    side = np.where(masks, 1.0, -1.0)
    assert (side * (got.weights @ X.T)).min() >= 0
    # The multipliers are a dual point: non-negative, and nowhere above λ (nearly).
    assert got.multipliers.min(initial=0.0) >= 0
    live = X.any(axis=1)
    rows = X[live] / np.linalg.norm(X[live], axis=1)[:, None]
    for k, sign in enumerate((1, -1)):
        pull = (
            sign * (masks * (y - f)) @ X + (side[:, live] * got.multipliers[k]) @ rows
        )
        assert np.linalg.norm(pull, axis=1).max() <= reg * (1 + 3e-3) + 1e-6


@pytest.mark.prop("P6.13", "loose tolerances and uneven columns: still in the cones")
@given(X=strategies.any_data(7, 3), seed=strategies.seeds)
def test_cones_hold_at_every_tolerance(subject, X, seed):
    cone_interior_point = subject("convex_relu.cone_interior_point")
    rng = np.random.default_rng(seed)
    for _ in range(5):
        Z = X * 10.0 ** rng.uniform(-3, 3, X.shape[1])
        masks, y, reg = problem(Z, rng.integers(2**32), low=-3)
        y, tol = y * 10.0 ** rng.uniform(-2, 2), 10.0 ** rng.uniform(-5, -1)
        got = cone_interior_point(Z, y, masks, reg, tol=tol)
        assert (np.where(masks, 1.0, -1.0) * (got.weights @ Z.T)).min() >= 0
        assert got.gap <= tol * 0.5 * (y @ y)


@pytest.mark.prop(
    "P6.13", "ten digits on generic data: what Woodbury cancels is mended"
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_ten_digits(subject, seed):
    cone_interior_point = subject("convex_relu.cone_interior_point")
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.standard_normal((8, 2)), np.ones(8)])
    y, masks = rng.standard_normal(8), enumerate_patterns(X).masks
    assert cone_interior_point(X, y, masks, 0.05, tol=1e-10).gap <= 0.5e-10 * (y @ y)


@pytest.mark.prop(
    "P6.13", "it reports every iteration, and the last gap is the smallest"
)
@given(seed=strategies.seeds)
def test_callback_sees_the_run(subject, seed):
    cone_interior_point = subject("convex_relu.cone_interior_point")
    X = np.random.default_rng(seed).standard_normal((6, 2))
    masks, y, reg = problem(X, seed)
    seen = []
    got = cone_interior_point(X, y, masks, reg, tol=1e-6, callback=seen.append)
    assert [p.iteration for p in seen] == list(range(1, got.iterations + 1))
    assert got.gap <= min(p.gap for p in seen) + 1e-6 * (y @ y)
    assert all(p.weights.shape == got.weights.shape for p in seen)


X, Y = np.array([[1.0, 0.0], [0.0, 1.0]]), np.ones(2)
MASKS = np.ones((1, 2), dtype=bool)


@pytest.mark.prop("I6.4", "bad arguments of the interior point are refused by name")
@pytest.mark.parametrize(
    "arguments, options, named",
    [
        ((X[0], Y, MASKS, 1.0), {}, "X"),
        ((X, Y[:1], MASKS, 1.0), {}, "y"),
        ((X, np.zeros(2), MASKS, 1.0), {}, "y must not be all zero"),
        ((X, Y, MASKS * 1.0, 1.0), {}, "masks"),
        ((X, Y, MASKS, 0.0), {}, "reg"),
        ((X, Y, MASKS, 1.0), {"tol": 0.0}, "tol"),
        ((X, Y, MASKS, 1.0), {"max_iter": 0}, "max_iter"),
    ],
)
def test_names_bad_arguments(subject, arguments, options, named):
    cone_interior_point = subject("convex_relu.cone_interior_point")
    with pytest.raises(ValueError, match=named):
        cone_interior_point(*arguments, **options)


@pytest.mark.prop("I6.5", "a tolerance that cannot be met is not passed over")
def test_failure_is_loud(subject):
    cone_interior_point = subject("convex_relu.cone_interior_point")
    with pytest.raises(NotConverged) as caught:
        cone_interior_point(X, Y, MASKS, 0.1, max_iter=2)
    assert caught.value.state.gap > 0
