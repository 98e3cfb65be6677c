"""Properties of the robust program's solver: optimal, feasible, with a true gap."""

import numpy as np
import pytest
from hypothesis import given

from reference.activation_patterns import enumerate_patterns
from reference.adversarial import radii_with_bias, robust_patterns, robust_slack
from reference.common import NotConverged
from reference.relu_lp import ConvexWeights
from tests import strategies
from tests.adversarial.oracle import (
    LOSSES,
    boxed_data,
    cvxpy_robust,
    loss_of,
    stable_weights,
)


def objective(blocks, X, y, masks, reg, epsilon, loss):
    """Return the robust objective, sample by sample and sign by sign."""
    D = masks.astype(float)
    u = blocks[0] - blocks[1]
    f = (D * (u @ X.T)).sum(axis=0)
    t = np.abs(D.T @ u) @ epsilon
    worst = np.maximum(loss_of(f - t, y, loss), loss_of(f + t, y, loss))
    return worst.sum() + reg * np.linalg.norm(blocks, axis=-1).sum()


@pytest.mark.prop("P8.5", "the optimum agrees with a general conic solver, all losses")
@given(case=boxed_data(), seed=strategies.seeds)
def test_optimum_agrees_with_cvxpy(subject, case, seed):
    robust_barrier = subject("adversarial.robust_barrier")
    X, y, epsilon, loss = case
    reg = [0.01, 0.1, 1.0][seed % 3]
    found = robust_patterns(X, enumerate_patterns(X), epsilon)
    expected = cvxpy_robust(X, y, found.masks, reg, epsilon, loss)[0]
    got = robust_barrier(X, y, found.masks, found.gates, reg, epsilon, loss=loss)
    zero = loss_of(np.zeros(len(y)), y, loss).sum()
    assert got.objective == pytest.approx(expected, abs=1e-5 * zero + 1e-6)


@pytest.mark.prop(
    "P8.6", "the objective is that of its feasible blocks, the gap is true"
)
@given(case=boxed_data(max_rows=3), seed=strategies.seeds)
def test_certificate_is_true(subject, case, seed):
    robust_barrier = subject("adversarial.robust_barrier")
    X, y, epsilon, loss = case
    found = robust_patterns(X, enumerate_patterns(X), epsilon)
    got = robust_barrier(
        X, y, found.masks, found.gates, 0.1, epsilon, loss=loss, tol=1e-3
    )
    parts = (X, y, found.masks, 0.1, epsilon, loss)
    assert got.objective == pytest.approx(
        objective(got.weights, *parts), rel=1e-9, abs=1e-12
    )
    weights = ConvexWeights(*got.weights)
    assert robust_slack(weights, X, found.masks, epsilon) >= -1e-12
    zero = loss_of(np.zeros(len(y)), y, loss).sum()
    assert 0 <= got.gap <= 1e-3 * zero
    # weak duality: nothing feasible lies below the bound
    sharp = cvxpy_robust(*parts)[0]
    assert got.objective - got.gap <= sharp + 1e-6 * (1 + zero)
    patterns, rival = stable_weights(X, epsilon, np.random.default_rng(seed))
    blocks = np.stack([rival.positive, rival.negative])
    rival = objective(blocks, X, y, patterns.masks, 0.1, epsilon, loss)
    assert got.objective - got.gap <= rival + 1e-9


@pytest.mark.prop(
    "P8.23", "beyond the critical regularisation all blocks are exactly zero"
)
@pytest.mark.parametrize("loss", LOSSES)
def test_strong_regularisation_gives_zero(subject, loss):
    robust_barrier = subject("adversarial.robust_barrier")
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.standard_normal((6, 2)), np.ones(6)])
    y, epsilon = rng.choice([-1.0, 1.0], 6), radii_with_bias(0.1, 3)
    found = robust_patterns(X, enumerate_patterns(X), epsilon)
    zero = loss_of(np.zeros(6), y, loss).sum()
    got = robust_barrier(X, y, found.masks, found.gates, 50.0, epsilon, loss=loss)
    assert (got.weights == 0).all()
    assert got.objective == pytest.approx(zero)
    got = robust_barrier(X, y, found.masks, found.gates, 0.05, epsilon, loss=loss)
    assert (got.weights != 0).any()
    assert got.objective < zero


@pytest.mark.prop("P8.24", "scaling targets and regularisation scales the squared fit")
@pytest.mark.parametrize("seed", range(6))
def test_squared_loss_scales(subject, seed):
    robust_barrier = subject("adversarial.robust_barrier")
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.standard_normal((4, 2)), np.ones(4)])
    y, epsilon = rng.standard_normal(4), radii_with_bias(0.1, 3)
    found = robust_patterns(X, enumerate_patterns(X), epsilon)
    scale = [1e-3, 1e3][seed % 2]
    values = [
        robust_barrier(X, c * y, found.masks, found.gates, 0.1 * c, epsilon).objective
        for c in (1.0, scale)
    ]
    assert values[1] == pytest.approx(
        scale**2 * values[0], rel=1e-5, abs=2e-6 * scale**2 * y @ y
    )


@pytest.mark.prop("P8.24", "scaling targets and regularisation scales the squared fit")
def test_zero_targets_give_zero(subject):
    robust_barrier = subject("adversarial.robust_barrier")
    got = robust_barrier([[2.0]], [0.0], np.array([[True]]), [[1.0]], 0.1, 0.5)
    assert (got.weights == 0).all()
    assert got.gap == 0 == got.objective


MASKS = np.array([[True, False]])
GOOD = {
    "X": [[2.0], [-2.0]], "y": [1.0, -1.0], "masks": MASKS, "gates": [[1.0]],
    "reg": 0.1, "epsilon": 0.5,
}  # fmt: skip


@pytest.mark.prop("I8.4", "the solver refuses bad input and gates outside their cones")
@pytest.mark.parametrize(
    "change, named",
    [
        ({"X": [[2.0], [np.inf]]}, "X"),
        ({"y": [1.0]}, "y"),
        ({"y": [1.0, 0.5], "loss": "hinge"}, "y"),
        ({"loss": "absolute"}, "loss"),
        ({"masks": MASKS[:, :1]}, "masks"),
        ({"gates": [[-1.0]]}, "gates"),
        ({"gates": [[1.0, 2.0]]}, "gates"),
        ({"epsilon": 2.0}, "gates"),
        ({"epsilon": [0.1, 0.1]}, "epsilon"),
        ({"reg": 0.0}, "reg"),
        ({"reg": -1.0}, "reg"),
        ({"tol": 0.0}, "tol"),
        ({"max_iter": 0}, "max_iter"),
    ],
)
def test_solver_refuses(subject, change, named):
    robust_barrier = subject("adversarial.robust_barrier")
    with pytest.raises(ValueError, match=named):
        robust_barrier(**(GOOD | change))


@pytest.mark.prop("I8.5", "a solver that stops short says so")
def test_solver_says_when_it_stops_short(subject):
    robust_barrier = subject("adversarial.robust_barrier")
    with pytest.raises(NotConverged):
        robust_barrier(**GOOD, max_iter=2)


@pytest.mark.prop("P8.44", "a relative gap of 1e-8 is reached in few steps")
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(8))
def test_eight_digits_in_few_steps(subject, loss, seed):
    robust_barrier = subject("adversarial.robust_barrier")
    rng = np.random.default_rng(seed)
    n, box = (10, 6)[seed % 2], radii_with_bias((0.1, 0.03, 0.3)[seed % 3], 3)
    X = np.column_stack([rng.standard_normal((n, 2)), np.ones(n)])
    y = rng.choice([-1.0, 1.0], n)
    found = robust_patterns(X, enumerate_patterns(X), box)
    reg = (0.01, 0.1, 1.0)[seed // 3]
    got = robust_barrier(X, y, found.masks, found.gates, reg, box, loss=loss, tol=1e-8)
    assert got.gap <= 1e-8 * loss_of(np.zeros(n), y, loss).sum()
    assert got.newton_steps <= 40


@pytest.mark.prop("P8.44", "a relative gap of 1e-8 is reached in few steps")
@pytest.mark.parametrize("scale", [1.0, 10.0])
def test_logistic_slopes_stay_between_zero_and_one(subject, scale):
    # With a small λ whole steps take a slope of the loss out of (0, 1), where the
    # entropy of the dual has no value.
    robust_barrier = subject("adversarial.robust_barrier")
    X = np.array([[-scale, 1.0], [0.0, 1.0], [5 * scale, 1.0]])
    y, found, box = np.array([1.0, -1.0, -1.0]), enumerate_patterns(X), np.zeros(2)
    options = {"loss": "logistic", "tol": 1e-8}
    got = robust_barrier(X, y, found.masks, found.gates, 0.01, box, **options)
    assert got.gap <= 1e-8 * 3 * np.log(2)
    assert got.newton_steps <= 40


@pytest.mark.prop("I8.41", "a tolerance beyond rounding is refused with the reason")
def test_solver_names_the_reason(subject):
    robust_barrier = subject("adversarial.robust_barrier")
    with pytest.raises(NotConverged, match=r"rounding|max_iter"):
        robust_barrier(**GOOD, tol=1e-18)
    with pytest.raises(NotConverged, match="max_iter=3 is small"):
        robust_barrier(**GOOD, max_iter=3)
