"""Properties of the regularisation path and of the bounds between its points."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import Patterns, enumerate_patterns, sample_patterns
from reference.common import NotConverged
from reference.convex_relu import (
    convex_objective,
    critical_reg,
    duality_gap,
    fit_convex_relu,
)
from reference.optimal_set import optimal_set
from tests import strategies
from tests.solution_path.oracle import CORNER, corner_weights, square, value_by_cvxpy


def path_of(regularization_path, seed, n=6, d=2, k=12, tol=1e-9):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    patterns = enumerate_patterns(X)
    top = critical_reg(X, y, patterns)
    regs = top * np.geomspace(1.2, 0.02, k)
    path = regularization_path(X, y, patterns, regs, tol=tol)
    np.testing.assert_array_equal(path.regs, regs)
    return path, X, y, patterns, regs, rng


def certified(path, X, y, patterns, tol):
    """Each point has the gap that it says, its weights, and a place in the cones."""
    scale = 0.5 * y @ y
    for fit in path.fits:
        value = convex_objective(fit.weights, X, y, patterns, fit.reg)
        assert fit.objective == pytest.approx(value, abs=1e-9 * scale)
        assert 0.0 <= fit.gap <= tol * scale * (1 + 1e-9)
        known = duality_gap(fit.weights, X, y, patterns, fit.reg)
        assert known <= 30 * tol * scale + 1e-9 * scale
        size = 1e-12 * (1 + np.abs(fit.weights.positive).max())
        assert fit.cone_slack >= -size * np.abs(X).max()


@pytest.mark.prop(
    "P10.1", "the value is concave in λ, the penalty falls and lies between slopes"
)
@settings(max_examples=8)
@given(seed=strategies.seeds, d=st.integers(1, 3))
def test_value_is_concave(subject, seed, d):
    regularization_path = subject("solution_path.regularization_path")
    path, X, y, patterns, regs, _ = path_of(regularization_path, seed, d=d)
    certified(path, X, y, patterns, 1e-9)
    p, R, small = path.objectives, path.penalties, 1e-7 * (y @ y)
    slopes = np.diff(p) / np.diff(regs)  # λ falls along the path
    assert (np.diff(slopes) >= -1e-6 * (1 + np.abs(slopes[:-1]))).all(), "not concave"
    assert (np.diff(R) >= -small / regs[1:]).all(), "the penalty falls with λ"
    lower, upper = R[:-1] - small / regs[:-1], R[1:] + small / regs[1:]
    assert (lower <= slopes).all()
    assert (slopes <= upper).all()


@pytest.mark.prop("P10.2", "fitted values move no more than penalties allow")
@settings(max_examples=8)
@given(seed=strategies.seeds, d=st.integers(1, 3))
def test_continuity_inequality(subject, seed, d):
    regularization_path = subject("solution_path.regularization_path")
    path, _, y, _, regs, _ = path_of(regularization_path, seed, d=d)
    for i in range(len(regs)):
        for j in range(i):
            moved = ((path.fitted[i] - path.fitted[j]) ** 2).sum()
            room = (regs[j] - regs[i]) * (path.penalties[i] - path.penalties[j])
            assert moved <= room + 1e-6 * (y @ y), (i, j, moved, room)


@pytest.mark.prop("P10.3", "zero from the critical λ on, and not below it")
@settings(max_examples=10)
@given(X=strategies.any_data(6, 3), seed=strategies.seeds)
def test_critical(subject, X, seed):
    regularization_path = subject("solution_path.regularization_path")
    y = np.random.default_rng(seed).integers(-2, 3, len(X)).astype(float)
    patterns = enumerate_patterns(X)
    top = critical_reg(X, y, patterns)
    if top <= 1e-9:
        path = regularization_path(X, y, patterns, [1.0, 1e-3])
        assert not path.penalties.any()
        return
    path = regularization_path(X, y, patterns, [0.99 * top, top, 1.01 * top], tol=1e-9)
    assert path.penalties[0] > 0.0
    assert path.penalties[1] <= 1e-6 * np.linalg.norm(y) / top * (1 + top)
    assert path.penalties[2] == 0.0
    assert not path.fits[2].fitted.any()
    certified(path, X, y, patterns, 1e-9)


@pytest.mark.prop("P10.5", "no point is further from the optimum than its gap")
@pytest.mark.parametrize("seed", range(5))
def test_gap_is_a_bound(subject, seed):
    regularization_path = subject("solution_path.regularization_path")
    path, X, y, patterns, _, _ = path_of(regularization_path, seed, 8, 3, tol=3e-2)
    for fit in path.fits:
        best = fit_convex_relu(X, y, patterns, fit.reg, tol=1e-8)
        above = fit.objective - best.objective
        assert above <= fit.gap + 1e-7 * (y @ y), (fit.reg, above, fit.gap)
    assert (path.gaps <= 3e-2 * 0.5 * (y @ y)).all()


@pytest.mark.prop("P10.5", "the path equals programs solved one by one")
@settings(max_examples=6)
@given(seed=strategies.seeds, sampled=st.booleans())
def test_equals_cold_solves(subject, seed, sampled):
    regularization_path = subject("solution_path.regularization_path")
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(2, 12)), int(rng.integers(1, 4))
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    patterns = sample_patterns(X, 8, rng=rng) if sampled else enumerate_patterns(X)
    top = critical_reg(X, y, patterns)
    if top < 1e-6:
        return
    regs = top * np.array([0.03, 0.7, 0.3, 0.7, 0.1])  # any order, and one twice
    path = regularization_path(X, y, patterns, regs, tol=1e-8)
    certified(path, X, y, patterns, 1e-8)
    for reg, fit in zip(regs, path.fits, strict=True):
        cold = fit_convex_relu(X, y, patterns, reg, tol=1e-8)
        assert fit.reg == reg
        assert fit.objective == pytest.approx(cold.objective, abs=1e-7 * (y @ y))
        np.testing.assert_allclose(
            fit.fitted, cold.fitted, atol=1e-3 * (1 + abs(y).max())
        )
    assert path.fits[1].objective == path.fits[3].objective


@pytest.mark.prop("P10.5", "and the optimum of a general conic solver")
@pytest.mark.parametrize("seed", range(3))
def test_equals_cvxpy(subject, seed):
    regularization_path = subject("solution_path.regularization_path")
    path, X, y, patterns, regs, _ = path_of(regularization_path, seed, n=5, k=4)
    for reg, value in zip(regs, path.objectives, strict=True):
        want = value_by_cvxpy(X, y, patterns.masks, reg)
        assert value == pytest.approx(want, abs=1e-6 * (1 + want))


@pytest.mark.prop("P10.8", "two samples: the whole path in closed form")
def test_corner(subject):
    regularization_path = subject("solution_path.regularization_path")
    X, y = CORNER
    regs = np.array([4.0, 3.7, 0.99, 0.9, 0.72, 0.7, 0.5, 0.1, 1e-3])
    patterns = enumerate_patterns(X)
    path = regularization_path(X, y, patterns, regs, tol=1e-11)
    assert critical_reg(X, y, patterns) == pytest.approx(np.sqrt(13.0))
    for reg, fit in zip(regs, path.fits, strict=True):
        parts = [p.sum(axis=0) for p in (fit.weights.positive, fit.weights.negative)]
        want = np.zeros((2, 2)) if reg > 1 else corner_weights(reg)
        np.testing.assert_allclose(parts, want, atol=1e-4)
    R = 3.0 - regs[2:] + np.sqrt(2.0) * np.maximum(1.0 - np.sqrt(2) * regs[2:], 0.0)
    np.testing.assert_allclose(path.penalties[2:], R, atol=1e-4)


DEGENERATE = {
    "one sample": ([[2.0]], [3.0]),
    "zero rows": ([[0.0, 0.0], [1.0, 2.0], [0.0, 0.0]], [1.0, 2.0, -1.0]),
    "X = 0": (np.zeros((3, 2)), [1.0, 2.0, 3.0]),
    "y = 0": ([[1.0, 0.0], [0.0, 1.0]], [0.0, 0.0]),
    "a sample twice": ([[1.0, 1.0], [1.0, 1.0], [1.0, 0.0]], [2.0, 4.0, -1.0]),
    "opposite samples": ([[1.0, 1.0], [-1.0, -1.0], [2.0, 1.0]], [1.0, 1.0, -2.0]),
    "one direction": ([[1.0, 2.0], [2.0, 4.0], [-3.0, -6.0]], [1.0, -1.0, 2.0]),
    "a square": (square()[0], square()[1]),
    "more features than samples": (np.eye(3, 5) + 0.1, [1.0, -2.0, 3.0]),
}


@pytest.mark.prop("P10.5", "degenerate data have a certified path as well")
@pytest.mark.parametrize("name", DEGENERATE)
@pytest.mark.parametrize("scale", [1.0, 1e-9, 1e9])
def test_degenerate(subject, name, scale):
    regularization_path = subject("solution_path.regularization_path")
    X, y = (np.array(part) for part in DEGENERATE[name])
    patterns = enumerate_patterns(X)
    top = critical_reg(X, y, patterns) or 1.0
    shares = np.array([2.0, 0.5, 0.1, 0.01])
    path = regularization_path(X, scale * y, patterns, scale * top * shares, tol=1e-8)
    certified(path, X, scale * y, patterns, 1e-8)
    for share, fit in zip(shares, path.fits, strict=True):
        cold = fit_convex_relu(X, y, patterns, top * share, tol=1e-8)
        np.testing.assert_allclose(
            fit.fitted / scale, cold.fitted, atol=1e-3 * (1 + abs(y).max())
        )
    assert not path.fits[0].fitted.any()


@pytest.mark.prop(
    "P10.5", "rows of very different length; more patterns than one needs"
)
@pytest.mark.parametrize("spread", [1e-6, 1e6])
def test_uneven_rows(subject, spread):
    regularization_path = subject("solution_path.regularization_path")
    rng = np.random.default_rng(5)
    X, y = rng.standard_normal((5, 2)), rng.standard_normal(5)
    X[0] *= spread
    patterns = enumerate_patterns(X)
    twice = Patterns(np.vstack([patterns.masks] * 2), np.vstack([patterns.gates] * 2))
    top = critical_reg(X, y, patterns)
    regs = top * np.array([0.6, 0.2, 0.05])
    path = regularization_path(X, y, twice, regs, tol=1e-7)
    certified(path, X, y, twice, 1e-7)


@pytest.mark.prop(
    "P10.5", "where Newton's method goes astray an interior point finishes"
)
def test_rescue(subject):
    regularization_path = subject("solution_path.regularization_path")
    # Fifty samples, a cheap tolerance: several of these values need the rescue.
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal((40, 3)), np.ones(40)])
    y = np.abs(X[:, 0]) + np.maximum(X[:, 1] - X[:, 2], 0) + np.sin(2 * X[:, 0])
    patterns = sample_patterns(X, 60, rng=rng)
    regs = critical_reg(X, y, patterns) * np.geomspace(1.0, 0.01, 8)
    path = regularization_path(X, y, patterns, regs, tol=1e-5)
    certified(path, X, y, patterns, 1e-5)


@pytest.mark.prop("P10.5", "and starts where Newton's method has left no pattern")
def test_rescue_without_patterns(subject):
    regularization_path = subject("solution_path.regularization_path")
    X = np.array(
        [
            [-0.356, -0.711],
            [-1.319, -0.144],
            [0.307, 1.69],
            [-0.729, -1.669],
            [-0.557, 1.71],
        ]
    )
    y = np.array([-8.767722143839961, -2.301245228940025, -0.3843715685215307,
                  5.991326811697632, 2.278186226505383]) * 1e-5  # fmt: skip
    patterns = enumerate_patterns(X)
    regs = critical_reg(X, y, patterns) * np.array([0.3, 0.2])
    path = regularization_path(X, y, patterns, regs, tol=1e-8)
    certified(path, X, y, patterns, 1e-8)


@pytest.mark.prop("P10.5", "the callback sees each fit, from the largest λ on")
def test_callback(subject):
    regularization_path = subject("solution_path.regularization_path")
    X, y = CORNER
    seen = []
    regs = [0.5, 2.0, 0.9]
    regularization_path(
        X, y, enumerate_patterns(X), regs, callback=lambda fit: seen.append(fit.reg)
    )
    assert seen == sorted(regs, reverse=True)


@pytest.mark.prop("P10.9", "bounds between the points hold, and meet at the points")
@settings(max_examples=8)
@given(seed=strategies.seeds)
def test_path_bounds(subject, seed):
    path_bounds = subject("solution_path.path_bounds")
    from reference.solution_path import regularization_path

    path, X, y, patterns, regs, rng = path_of(regularization_path, seed, k=6, tol=1e-8)
    between = rng.uniform(regs.min(), regs.max(), 5)
    lower, upper = path_bounds(path, between)
    assert lower.shape == upper.shape == (5,)
    for reg, low, high in zip(between, lower, upper, strict=True):
        value = fit_convex_relu(X, y, patterns, reg, tol=1e-9).objective
        slack = 1e-7 * (y @ y)
        assert low - slack <= value <= high + slack, (reg, low, value, high)
        attained = [convex_objective(f.weights, X, y, patterns, reg) for f in path.fits]
        assert high == pytest.approx(min(attained), abs=slack)
    low, high = path_bounds(path, regs)
    np.testing.assert_allclose(low, path.objectives - path.gaps, atol=1e-12)
    np.testing.assert_allclose(high, path.objectives, atol=1e-7 * (y @ y))


@pytest.mark.prop("P10.9", "by hand: 5λ - λ² between 1 and 2, and above a coarse gap")
def test_path_bounds_by_hand(subject):
    path_bounds = subject("solution_path.path_bounds")
    from reference.convex_relu import ConvexFit
    from reference.relu_lp import ConvexWeights
    from reference.solution_path import SolutionPath

    X = np.array([[1.0], [-1.0]])  # targets 2 and -3
    patterns = enumerate_patterns(X)
    fits = []
    for reg, gap in ((1.0, 0.25), (2.0, 0.0)):
        on = patterns.masks[:, 0]
        positive = np.where(on, 2.0 - reg, 0.0)[:, None]
        negative = np.where(on, 0.0, reg - 3.0)[:, None]
        fitted = np.array([2.0 - reg, reg - 3.0])
        weights = ConvexWeights(positive, negative)
        value = 5 * reg - reg**2
        fits.append(ConvexFit(weights, value, gap, 0.0, fitted, patterns, reg))
    low, high = path_bounds(SolutionPath(tuple(fits[::-1])), [1.0, 1.5, 2.0])
    np.testing.assert_allclose(low, [3.75, 4.875, 6.0])
    np.testing.assert_allclose(high, [4.0, 5.5, 6.0])


@pytest.mark.prop(
    "P10.18", "more neuron pairs ±e than features: the optimum is not unique"
)
def test_pairs(subject):
    regularization_path = subject("solution_path.regularization_path")
    from tests.solution_path.oracle import pairs_data

    X, y, patterns, reg = pairs_data()
    path = regularization_path(X, y, patterns, [2 * reg, reg], tol=1e-10)
    found = optimal_set(path.fits[1], X, y)
    e, s = found.directions, found.index[:, 0]
    away = np.linalg.norm(e[:, None] + e, axis=2) + 9.0 * (s[:, None] != s)
    assert len(e) == 6
    assert (away.min(axis=1) <= 1e-9).all(), "each direction has its opposite"
    np.testing.assert_allclose(X.T @ (y - found.fitted), 0.0, atol=1e-9)
    assert found.dimension == 1


@pytest.mark.prop("I10.1", "bad regs and tolerances are refused by name")
def test_bad_input(subject):
    regularization_path = subject("solution_path.regularization_path")
    path_bounds = subject("solution_path.path_bounds")
    X, y = CORNER
    patterns = enumerate_patterns(X)
    for regs in ([], [0.0, 1.0], [-1.0], [[1.0]], [np.nan]):
        with pytest.raises(ValueError, match="regs"):
            regularization_path(X, y, patterns, regs)
    with pytest.raises(ValueError, match="tol"):
        regularization_path(X, y, patterns, [1.0], tol=0.0)
    path = regularization_path(X, y, patterns, [1.0, 2.0])
    for regs in ([0.5], [1.5, 2.5]):
        with pytest.raises(ValueError, match="regs must lie"):
            path_bounds(path, regs)
    with pytest.raises(ValueError, match="path must be"):
        path_bounds(3, [1.0])


@pytest.mark.prop("I10.2", "a tolerance beyond rounding raises, and returns nothing")
def test_not_converged(subject):
    regularization_path = subject("solution_path.regularization_path")
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((6, 2)), rng.standard_normal(6)
    with pytest.raises(NotConverged):
        regularization_path(X, y, enumerate_patterns(X), [0.3], tol=1e-300)
