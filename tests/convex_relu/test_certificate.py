"""Properties of the dual bound: true for every point, tight at the optimum."""

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.convex_relu import cone_dual_norms, convex_objective, scaled_residual_gap
from reference.relu_lp import ConvexWeights, convex_output
from tests import strategies
from tests.convex_relu.oracle import cone_weights, optimal_value


@pytest.mark.prop(
    "P6.3", "no point's objective minus its gap exceeds the optimum", stage="plain"
)
@given(
    X=strategies.any_data(5, 2),
    gated=st.booleans(),
    shrink=st.sampled_from([0.0, 0.1, 1.0]),
    seed=strategies.seeds,
)
def test_weak_duality(subject, X, gated, shrink, seed):
    duality_gap = subject("convex_relu.duality_gap")
    rng = np.random.default_rng(seed)
    patterns = enumerate_patterns(X)
    weights = cone_weights(X, patterns, rng)
    positive, negative = shrink * weights.positive, shrink * weights.negative
    weights = ConvexWeights(positive, np.zeros_like(negative) if gated else negative)
    y, reg = 3 * rng.standard_normal(len(X)), 10 ** rng.uniform(-2, 1)
    gap = duality_gap(weights, X, y, patterns, reg, gated=gated)
    bound = convex_objective(weights, X, y, patterns, reg) - gap
    best = optimal_value(X, y, patterns.masks, reg, gated)
    assert bound <= best + 1e-6 * (1 + y @ y), (bound, best)
    # The best scaling of the residual is at least as good as the zero dual point.
    assert bound >= -1e-9


@pytest.mark.prop(
    "P6.3", "the bound is the best scaling of the residual", stage="plain"
)
@given(
    y=st.lists(st.floats(-5, 5), min_size=1, max_size=4),
    reg=st.floats(0.01, 3),
    c=st.floats(0, 5),
    penalty=st.floats(0, 3),
    seed=strategies.seeds,
)
def test_scaled_residual(subject, y, reg, c, penalty, seed):
    scaled_residual_gap = subject("convex_relu.scaled_residual_gap")
    y = np.array(y)
    r = np.random.default_rng(seed).standard_normal(len(y))
    gap = scaled_residual_gap(y, r, penalty, reg, c)
    top = min(reg / c if c > 0 else np.inf, 2 * abs(y @ r) / (r @ r) + 1)
    alphas = np.linspace(-top, top, 20001)
    dual = alphas * (y @ r) - 0.5 * alphas**2 * (r @ r)
    want = 0.5 * (r @ r) + reg * penalty - dual.max()
    spacing = top / 1e4
    assert gap <= want + 1e-9 * (1 + abs(want))
    assert gap >= want - spacing**2 * (r @ r) - 1e-9 * (1 + abs(want))


@pytest.mark.prop(
    "P6.3", "the gap is that of the exact largest dual norm", stage="plain"
)
@given(
    X=strategies.any_data(5, 3),
    gated=st.booleans(),
    shrink=st.floats(0, 1.5),
    seed=strategies.seeds,
)
def test_gap_takes_the_exact_largest_norm(subject, X, gated, shrink, seed):
    duality_gap = subject("convex_relu.duality_gap")
    rng = np.random.default_rng(seed)
    patterns = enumerate_patterns(X)
    masks = patterns.masks
    blocks = cone_weights(X, patterns, rng, zero=0.7)
    weights = ConvexWeights(shrink * blocks.positive, shrink * blocks.negative)
    y, reg = 3 * rng.standard_normal(len(X)), 10 ** rng.uniform(-1, 2)
    r = y - convex_output(X, masks, weights)
    penalty = np.linalg.norm([weights.positive, weights.negative], axis=-1).sum()
    if gated:
        largest = np.linalg.norm((masks * r) @ X, axis=1).max()
    else:
        largest = cone_dual_norms(X, masks, r).max()
    want = scaled_residual_gap(y, r, penalty, reg, largest)
    got = duality_gap(weights, X, y, patterns, reg, gated=gated)
    assert got == pytest.approx(want, rel=1e-9, abs=1e-9 * (y @ y + r @ r))


@pytest.mark.prop(
    "P6.12", "a dual norm is the largest product with a unit cone vector", stage="plain"
)
@given(X=strategies.any_data(5, 3), seed=strategies.seeds)
def test_dual_norm_is_support_function(subject, X, seed):
    cone_dual_norms = subject("convex_relu.cone_dual_norms")
    rng = np.random.default_rng(seed)
    patterns = enumerate_patterns(X)
    pick = rng.integers(len(patterns.masks), size=2)
    masks, r = patterns.masks[pick], rng.standard_normal(len(X))
    got = cone_dual_norms(X, masks, r)
    for i, mask in enumerate(masks):
        for k, sign in enumerate((1, -1)):
            u = cp.Variable(X.shape[1])
            q = sign * X.T @ (mask * r)
            cone = np.diag(2.0 * mask - 1) @ X @ u >= 0
            problem = cp.Problem(cp.Maximize(q @ u), [cone, cp.norm(u) <= 1])
            want = problem.solve(solver="CLARABEL")
            assert got[k, i] == pytest.approx(want, abs=1e-5 * (1 + np.linalg.norm(q)))


@pytest.mark.prop(
    "P6.12", "skipped blocks keep a bound that is not above the threshold"
)
@given(X=strategies.any_data(5, 3), seed=strategies.seeds)
def test_threshold_saves_work_only(subject, X, seed):
    cone_dual_norms = subject("convex_relu.cone_dual_norms")
    rng = np.random.default_rng(seed)
    masks, r = enumerate_patterns(X).masks, rng.standard_normal(len(X))
    exact = cone_dual_norms(X, masks, r)
    above = rng.uniform(0, 1.2) * max(exact.max(), 1e-3)
    quick = cone_dual_norms(X, masks, r, above=above)
    assert (quick >= exact - 1e-9).all()
    assert (np.isclose(quick, exact, atol=1e-9) | (quick <= above)).all()


@pytest.mark.prop(
    "P6.8", "the critical λ is the largest correlation with one neuron", stage="plain"
)
@given(X=strategies.any_data(6, 2), seed=strategies.seeds)
def test_critical_reg_by_scanning_neurons(subject, X, seed):
    critical_reg = subject("convex_relu.critical_reg")
    y = np.random.default_rng(seed).standard_normal(len(X))
    angles = np.linspace(0, 2 * np.pi, 40001)
    directions = np.array([np.cos(angles), np.sin(angles)])
    if X.shape[1] == 1:
        directions = np.array([[1.0, -1.0]])
    want = np.abs(y @ np.maximum(X @ directions, 0)).max()
    got = critical_reg(X, y, enumerate_patterns(X))
    slope = np.abs(y) @ np.linalg.norm(X, axis=1)
    assert want - 1e-9 <= got <= want + 1e-3 * slope + 1e-9
    gated = critical_reg(X, y, enumerate_patterns(X), gated=True)
    want = max(
        np.linalg.norm(sum(y[k] * X[k] for k in range(len(X)) if mask[k]) + 0.0)
        for mask in enumerate_patterns(X).masks
    )
    assert gated == pytest.approx(want, rel=1e-9, abs=1e-12)


@pytest.mark.prop(
    "P6.8", "the block with the largest bound need not be the largest", stage="plain"
)
@pytest.mark.parametrize(
    "X, y, want",
    [
        ([[1, -2], [1, 1], [2, -1]], [0, 3, -1], 9 / np.sqrt(5)),
        ([[-1, 0], [2, -1], [2, 2]], [2, 2, -1], np.sqrt(18)),
    ],
)
def test_critical_reg_looks_on(subject, X, y, want):
    critical_reg = subject("convex_relu.critical_reg")
    X, y = np.array(X, dtype=float), np.array(y, dtype=float)
    angles = np.linspace(0, 2 * np.pi, 100001)
    scan = y @ np.maximum(X @ [np.cos(angles), np.sin(angles)], 0)
    assert np.abs(scan).max() == pytest.approx(want, rel=1e-4)
    assert critical_reg(X, y, enumerate_patterns(X)) == pytest.approx(want, rel=1e-12)


PATTERNS = Patterns(np.array([[True, True, False]]), np.ones((1, 2)))
X, Y = np.ones((3, 2)), np.ones(3)
ZERO = ConvexWeights(np.zeros((1, 2)), np.zeros((1, 2)))


@pytest.mark.prop("I6.3", "bad arguments of the certificates are refused by name")
def test_certificates_name_bad_arguments(subject):
    duality_gap = subject("convex_relu.duality_gap")
    for arguments, named in [
        ((ZERO, X, Y, PATTERNS, 0.0), "reg"),
        ((ZERO, X, Y[:2], PATTERNS, 1.0), "y"),
        ((ZERO, X[:, :1], Y, PATTERNS, 1.0), r"weights\.positive"),
        ((ZERO, X, Y, None, 1.0), "patterns"),
    ]:
        with pytest.raises(ValueError, match=named):
            duality_gap(*arguments)
    critical_reg = subject("convex_relu.critical_reg")
    with pytest.raises(ValueError, match="y must be finite"):
        critical_reg(X, Y * np.inf, PATTERNS)
    cone_dual_norms = subject("convex_relu.cone_dual_norms")
    with pytest.raises(ValueError, match="residual"):
        cone_dual_norms(X, PATTERNS.masks, Y[:1])
    with pytest.raises(ValueError, match="above"):
        cone_dual_norms(X, PATTERNS.masks, Y, above=np.nan)
    scaled_residual_gap = subject("convex_relu.scaled_residual_gap")
    with pytest.raises(ValueError, match="dual_norm"):
        scaled_residual_gap(Y, Y, 1.0, 1.0, -1.0)
