"""Properties of the plain path and system, and data that they do not bear."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import enumerate_patterns
from reference.convex_relu import (
    critical_reg,
    fit_convex_relu,
    plain_convex_objective,
    plain_gap,
    project_on_cone,
)
from reference.solution_path import ConditionFails, smooth_optimum
from reference.solution_path import plain_sensitivity as reference_plain
from reference.solution_path import sensitivity as reference_sensitivity
from tests import strategies
from tests.solution_path.oracle import (
    CORNER,
    SMOOTH,
    corner_fit,
    corner_weights,
    difference,
    exact,
    problem,
)


@pytest.mark.prop(
    "P10.10", "each point of a plain path has the gap that it says", stage="plain"
)
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_plain_path(subject, seed):
    plain_path = subject("solution_path.plain_path")
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((5, 2)), rng.standard_normal(5)
    patterns = enumerate_patterns(X)
    masks = patterns.masks
    regs = critical_reg(X, y, patterns) * np.array([1.1, 0.6, 0.3])
    before = X.copy(), y.copy(), masks.copy(), regs.copy()
    blocks, gaps = plain_path(X, y, masks, regs, tol=1e-5)
    for old, new in zip(before, (X, y, masks, regs), strict=True):
        np.testing.assert_array_equal(old, new)
    assert np.shape(blocks) == (3, 2, len(masks), 2)
    assert np.shape(gaps) == (3,)
    assert not np.any(blocks[0]), "above the critical λ"
    for reg, u, gap in zip(regs, blocks, gaps, strict=True):
        assert gap <= 1e-5 * 0.5 * y @ y
        assert gap == pytest.approx(plain_gap(u, X, y, masks, reg), abs=1e-12)
        cones = np.where(masks, 1.0, -1.0)
        assert (cones * (u @ X.T)).min() >= -1e-9
        value = plain_convex_objective(u, X, y, masks, reg)
        want = fit_convex_relu(X, y, patterns, reg, tol=1e-9).objective
        assert want - 1e-8 <= value <= want + gap + 1e-8


@pytest.mark.prop(
    "P10.10", "a plain path stops at max_iter and says how far it is", stage="plain"
)
def test_plain_max_iter(subject):
    plain_path = subject("solution_path.plain_path")
    X, y, patterns, reg, fit, _ = problem(2, 6, 3)
    gaps = {}
    for count in (1, 5, 400):
        blocks, found = plain_path(
            X, y, patterns.masks, [reg], tol=1e-9, max_iter=count
        )
        value = plain_convex_objective(blocks[0], X, y, patterns.masks, reg)
        assert value - fit.objective <= found[0] + 1e-7
        gaps[count] = found[0]
    assert gaps[1] > 1e-3
    assert gaps[400] < gaps[5] < gaps[1]


@pytest.mark.prop(
    "P10.10",
    "plain starts where it stopped: a value twice costs no step",
    stage="plain",
)
def test_plain_warm(subject):
    plain_path = subject("solution_path.plain_path")
    X, y, patterns, reg, _, _ = problem(2, 6, 3)
    blocks, gaps = plain_path(X, y, patterns.masks, [reg, reg], tol=1e-4)
    np.testing.assert_array_equal(blocks[0], blocks[1])
    assert gaps[0] == gaps[1]
    # From an optimum one iteration at a value nearby is nearly enough.
    near = [reg, 0.999 * reg]
    warm = plain_path(X, y, patterns.masks, near, tol=1e-7, max_iter=500)[1][1]
    assert warm <= 1e-4


@pytest.mark.prop("P10.8", "plain, two samples by hand", stage="plain")
def test_plain_corner(subject):
    plain_path = subject("solution_path.plain_path")
    X, y = CORNER
    masks = enumerate_patterns(X).masks
    regs = np.array([0.9, 0.5])
    blocks, _ = plain_path(X, y, masks, regs, tol=1e-8, max_iter=20000)
    for reg, u in zip(regs, blocks, strict=True):
        np.testing.assert_allclose(u.sum(axis=1), corner_weights(reg), atol=2e-3)


@pytest.mark.prop(
    "P10.11", "plain derivatives equal finite differences, walls or not", stage="plain"
)
@pytest.mark.parametrize("seed, n, d", SMOOTH[:4])
def test_plain_differences(subject, seed, n, d):
    plain_sensitivity = subject("solution_path.plain_sensitivity")
    X, y, _, reg, fit, rng = problem(seed, n, d)
    at, h = smooth_optimum(fit, X, y), 1e-5
    dreg, dy = plain_sensitivity(X, at.weights, at.signs, reg)
    ends = exact(X, y, reg - h), exact(X, y, reg + h)
    scale = 1 + np.abs(dreg).max() + np.abs(dy).max()
    np.testing.assert_allclose(dreg, difference(at, *ends, h), atol=1e-6 * scale)
    v = rng.standard_normal(n)
    ends = exact(X, y - h * v, reg), exact(X, y + h * v, reg)
    np.testing.assert_allclose(dy @ v, difference(at, *ends, h), atol=1e-6 * scale)


@pytest.mark.prop("P10.11", "plain, two samples by hand", stage="plain")
def test_plain_by_hand(subject):
    plain_sensitivity = subject("solution_path.plain_sensitivity")
    X, reg = CORNER[0], 0.5
    W = np.array(corner_weights(reg))
    dreg, dy = plain_sensitivity(X, W, np.array([1.0, -1.0]), reg)
    root = np.sqrt(2.0)
    np.testing.assert_allclose(dreg, [[0, -1], [-root, root]], atol=1e-12)
    np.testing.assert_allclose(dy[0], [[0, 0], [1, 0]], atol=1e-12)
    np.testing.assert_allclose(dy[1], [[0, -1], [0, 1]], atol=1e-12)
    # a row of zeros says nothing, and no division by its length
    dreg, more = plain_sensitivity(np.vstack([X, [0, 0]]), W, np.array([1.0, -1]), reg)
    np.testing.assert_allclose(dreg, [[0, -1], [-root, root]], atol=1e-12)
    np.testing.assert_allclose(more, np.dstack([dy, np.zeros((2, 2, 1))]), atol=1e-12)


@pytest.mark.prop(
    "P10.11", "plain and robust agree where plain succeeds", stage="plain"
)
@settings(max_examples=10)
@given(seed=strategies.seeds, d=st.integers(2, 3))
def test_plain_agrees(subject, seed, d):
    plain_sensitivity = subject("solution_path.plain_sensitivity")
    X, y, _, reg, fit, _ = problem(seed, 6, d)
    try:
        at = smooth_optimum(fit, X, y)
    except ConditionFails:
        return
    want = reference_sensitivity(fit, X, y)
    got = plain_sensitivity(X, at.weights, at.signs, reg)
    for a, b in zip(got, want, strict=True):
        np.testing.assert_allclose(a, b, atol=1e-6 * (1 + np.abs(b).max()))


# ---------------------------------------------------------- where plain is not enough


@pytest.mark.prop("P10.12", "an optimum that is not exact: plain does not see the wall")
def test_inexact_optimum(subject):
    sensitivity = subject("solution_path.sensitivity")
    X, y = CORNER
    fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.9, tol=1e-4)
    w = fit.weights.positive.sum(axis=0)
    assert 1e-6 < abs(w[0]) < 0.1, "the solver stops beside the wall"
    plain = reference_plain(X, w[None], np.ones(1), 0.9)[0]
    robust = sensitivity(fit, X, y)[0]
    np.testing.assert_allclose(robust, [[0.0, -1.0]], atol=1e-8)
    assert np.abs(plain - robust).max() > 0.1


@pytest.mark.prop("P10.12", "a sample twice on a wall: the plain system is singular")
def test_repeated_sample(subject):
    sensitivity = subject("solution_path.sensitivity")
    X = np.array([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]])
    y = np.array([3.0, -0.5, -0.5])
    fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.9, tol=1e-10)
    dreg, dy = sensitivity(fit, X, y)
    np.testing.assert_allclose(dreg, [[0.0, -1.0]], atol=1e-8)
    np.testing.assert_allclose(dy[0], [[0, 0, 0], [1, 0, 0]], atol=1e-8)
    with pytest.raises(np.linalg.LinAlgError):
        reference_plain(X, np.array([[0.0, 2.1]]), np.ones(1), 0.9)


@pytest.mark.prop("P10.12", "the copies of a neuron: the plain system is singular")
def test_copies(subject):
    sensitivity = subject("solution_path.sensitivity")
    fit, X, y = corner_fit(0.9)
    assert sensitivity(fit, X, y)[0].shape == (1, 2)
    blocks = np.array([[0.0, 1.05], [0.0, 1.05]])  # one neuron as two blocks
    with np.errstate(all="ignore"):
        try:
            twice = reference_plain(X, blocks, np.ones(2), 0.9)[0]
        except np.linalg.LinAlgError:
            return
    assert np.abs(twice).max() > 1e6 or not np.isfinite(twice).all()


@pytest.mark.prop("P10.12", "at a bend plain gives a number; there is no derivative")
def test_bend(subject):
    sensitivity = subject("solution_path.sensitivity")
    fit, X, y = corner_fit(1.0)
    plain = reference_plain(X, np.array([[0.0, 2.0]]), np.ones(1), 1.0)[0]
    np.testing.assert_allclose(plain, [[0.0, -1.0]], atol=1e-12)
    below, above = exact(X, y, 0.999)[0], exact(X, y, 1.001)[0]
    np.testing.assert_allclose((below - [[0, 2]]) / -0.001, plain, atol=1e-6)
    slope = (above - [[0, 2]]) / 0.001
    assert np.abs(slope - plain).max() > 0.1, "from above it is another one"
    with pytest.raises(ConditionFails, match="strict complementarity"):
        sensitivity(fit, X, y)


@pytest.mark.prop("P10.12", "rows of very different length: plain FISTA crawls")
def test_uneven_rows(subject):
    regularization_path = subject("solution_path.regularization_path")
    from reference.solution_path import plain_path

    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((5, 2)), rng.standard_normal(5)
    X[0] *= 300.0
    patterns = enumerate_patterns(X)
    regs = critical_reg(X, y, patterns) * np.array([1e-3])
    _, gaps = plain_path(X, y, patterns.masks, regs, tol=1e-6, max_iter=300)
    assert gaps[0] > 1e-4 * (y @ y)
    path = regularization_path(X, y, patterns, regs, tol=1e-6)
    assert path.gaps[0] <= 1e-6 * (y @ y)
    u = np.ones(2)  # the cone of one row
    np.testing.assert_allclose(project_on_cone(u, np.eye(2)), u)
