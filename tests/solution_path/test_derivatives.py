"""Properties of the derivatives of an optimum."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import enumerate_patterns, sample_patterns
from reference.convex_relu import critical_reg, fit_convex_relu
from reference.solution_path import ConditionFails, smooth_optimum
from tests import strategies
from tests.solution_path.oracle import (
    CORNER,
    SMOOTH,
    corner_fit,
    difference,
    exact,
    pairs_data,
    problem,
    square,
)

ROOT = np.sqrt(2.0)


@pytest.mark.prop("P10.4", "dw/dλ and dw/dy equal central differences, walls or not")
@pytest.mark.parametrize("seed, n, d", SMOOTH)
def test_differences(subject, seed, n, d):
    sensitivity = subject("solution_path.sensitivity")
    X, y, _, reg, fit, rng = problem(seed, n, d)
    at, h = smooth_optimum(fit, X, y), 1e-5
    dreg, dy = sensitivity(fit, X, y)
    assert np.shape(dreg) == at.weights.shape
    assert np.shape(dy) == (*at.weights.shape, n)
    scale = 1 + np.abs(dreg).max() + np.abs(dy).max()
    ends = exact(X, y, reg - h), exact(X, y, reg + h)
    np.testing.assert_allclose(dreg, difference(at, *ends, h), atol=1e-6 * scale)
    v = rng.standard_normal(n)
    ends = exact(X, y - h * v, reg), exact(X, y + h * v, reg)
    np.testing.assert_allclose(dy @ v, difference(at, *ends, h), atol=1e-6 * scale)


@pytest.mark.prop("P10.7", "dw/dX equals central differences: walls turn with samples")
@pytest.mark.parametrize("seed, n, d", SMOOTH)
def test_data_differences(subject, seed, n, d):
    data_sensitivity = subject("solution_path.data_sensitivity")
    X, y, _, reg, fit, rng = problem(seed, n, d)
    at, h = smooth_optimum(fit, X, y), 1e-5
    dX = data_sensitivity(fit, X, y)
    assert np.shape(dX) == (*at.weights.shape, n, d)
    scale = 1 + np.abs(dX).max()
    for _ in range(2):
        V = rng.standard_normal((n, d))
        ends = exact(X - h * V, y, reg), exact(X + h * V, y, reg)
        want = difference(at, *ends, h)
        got = np.einsum("kajb,jb->ka", dX, V)
        np.testing.assert_allclose(got, want, atol=2e-6 * scale)


@pytest.mark.prop(
    "P10.7", "units: w(cX) = w(X)/c at cλ, so the derivative along X is -w"
)
@pytest.mark.parametrize("seed, n, d", SMOOTH)
def test_data_along_rays(subject, seed, n, d):
    data_sensitivity = subject("solution_path.data_sensitivity")
    X, y, _, reg, fit, rng = problem(seed, n, d)
    at = smooth_optimum(fit, X, y)
    from reference.solution_path import sensitivity

    dX, (dreg, dy) = data_sensitivity(fit, X, y), sensitivity(fit, X, y)
    scale = 1 + np.abs(dX).max()
    along = np.einsum("kajb,jb->ka", dX, X) + reg * dreg
    np.testing.assert_allclose(along, -at.weights, atol=1e-7 * scale)
    # (c y, c λ) gives c w
    np.testing.assert_allclose(dy @ y + reg * dreg, at.weights, atol=1e-7 * scale)
    # rotations: X Q has Q'w
    skew = rng.standard_normal((d, d))
    skew -= skew.T
    turned = np.einsum("kajb,jb->ka", dX, X @ skew)
    np.testing.assert_allclose(turned, at.weights @ skew, atol=1e-7 * scale)


@pytest.mark.prop(
    "P10.13", "the fitted values' derivative is symmetric with eigenvalues in [0, 1]"
)
@settings(max_examples=10)
@given(seed=strategies.seeds, d=st.integers(1, 3))
def test_fitted_jacobian(subject, seed, d):
    sensitivity = subject("solution_path.sensitivity")
    X, y, _, _, fit, _ = problem(seed, 6, d)
    try:
        at = smooth_optimum(fit, X, y)
    except ConditionFails:
        return
    dreg, dy = sensitivity(fit, X, y)
    on = at.signs[:, None] * at.active
    jacobian = np.einsum("kj,ja,kai->ji", on, X, dy)
    scale = 1 + np.abs(jacobian).max()
    np.testing.assert_allclose(jacobian, jacobian.T, atol=1e-7 * scale)
    eigenvalues = np.linalg.eigvalsh(0.5 * (jacobian + jacobian.T))
    assert eigenvalues.min() >= -1e-7
    assert eigenvalues.max() <= 1 + 1e-7
    # dp*/dλ = R has the slope Σ ŵ'dw/dλ <= 0, and by symmetry dR/dy = -dŷ/dλ
    units = at.weights / np.linalg.norm(at.weights, axis=1, keepdims=True)
    assert (units * dreg).sum() <= 1e-9
    fitted_reg = np.einsum("kj,ja,ka->j", on, X, dreg)
    penalty_y = np.einsum("ka,kai->i", units, dy)
    np.testing.assert_allclose(penalty_y, -fitted_reg / 1.0, atol=1e-6 * scale)


@pytest.mark.prop("P10.8", "two samples: all derivatives by hand")
def test_corner(subject):
    sensitivity = subject("solution_path.sensitivity")
    fit, X, y = corner_fit(0.5)
    order = np.argsort(-smooth_optimum(fit, X, y).signs)
    dreg, dy = (part[order] for part in sensitivity(fit, X, y))
    np.testing.assert_allclose(dreg, [[0, -1], [-ROOT, ROOT]], atol=1e-8)
    np.testing.assert_allclose(dy[0], [[0, 0], [1, 0]], atol=1e-8)
    np.testing.assert_allclose(dy[1], [[0, -1], [0, 1]], atol=1e-8)


@pytest.mark.prop("P10.8", "two samples: the wall turns by hand")
def test_corner_data(subject):
    data_sensitivity = subject("solution_path.data_sensitivity")
    fit, X, y = corner_fit(0.9)
    (moves,) = data_sensitivity(fit, X, y)
    # x_1 = (1 + a, 1 + b): w = (0, (3 (1 + b) - λ) / (1 + b)²), so 2 λ - 3 in b
    np.testing.assert_allclose(moves[:, 0, 0], [0.0, 0.0], atol=1e-8)
    np.testing.assert_allclose(moves[:, 0, 1], [0.0, 2 * 0.9 - 3.0], atol=1e-8)
    # x_2 = (1, b): the wall turns, w = s (-b, 1) with s = 2.1 + 1.2 b
    np.testing.assert_allclose(moves[:, 1, 0], [0.0, 0.0], atol=1e-8)
    np.testing.assert_allclose(moves[:, 1, 1], [-2.1, 1.2], atol=1e-8)


@pytest.mark.prop("P10.4", "sampled patterns: the derivative of the sampled program")
@pytest.mark.parametrize("seed", range(4))
def test_sampled(subject, seed):
    sensitivity = subject("solution_path.sensitivity")
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((8, 3)), rng.standard_normal(8)
    patterns = sample_patterns(X, 6, rng=rng)
    reg = 0.2 * critical_reg(X, y, patterns)
    fit = fit_convex_relu(X, y, patterns, reg, tol=1e-8)
    try:
        at = smooth_optimum(fit, X, y)
    except ConditionFails:
        return
    dreg, h, ends = sensitivity(fit, X, y)[0], 1e-5, []
    for other in (reg - h, reg + h):
        near = smooth_optimum(fit_convex_relu(X, y, patterns, other, tol=1e-7), X, y)
        ends.append((near.weights, near.signs))
    want = difference(at, *ends, h)
    np.testing.assert_allclose(dreg, want, atol=1e-6 * (1 + np.abs(dreg).max()))


@pytest.mark.prop("P10.4", "units do not matter")
@pytest.mark.parametrize("a, b", [(1e-9, 1.0), (1e9, 1.0), (1.0, 1e-6), (1.0, 1e6)])
def test_units(subject, a, b):
    sensitivity = subject("solution_path.sensitivity")
    X, y, patterns, reg, fit, _ = problem(1, 5, 3)
    at = smooth_optimum(fit, X, y)
    dreg, dy = sensitivity(fit, X, y)
    other = fit_convex_relu(b * X, a * y, patterns, a * b * reg, tol=1e-8)
    signs = smooth_optimum(other, b * X, a * y).signs
    weights = smooth_optimum(other, b * X, a * y).weights
    order = [
        int((np.linalg.norm(b / a * weights - w, axis=1) + 9 * (signs != s)).argmin())
        for w, s in zip(at.weights, at.signs, strict=True)
    ]
    scaled = sensitivity(other, b * X, a * y)
    scale = 1 + np.abs(dreg).max()
    np.testing.assert_allclose(b * b * scaled[0][order], dreg, atol=1e-6 * scale)
    np.testing.assert_allclose(b * scaled[1][order], dy, atol=1e-6 * scale)


@pytest.mark.prop("P10.4", "zero has derivative zero above the critical λ")
def test_zero(subject):
    sensitivity = subject("solution_path.sensitivity")
    X, y, patterns, *_ = problem(0)
    fit = fit_convex_relu(X, y, patterns, 1.1 * critical_reg(X, y, patterns))
    dreg, dy = sensitivity(fit, X, y)
    assert dreg.shape == (0, 2)
    assert dy.shape == (0, 2, 5)


@pytest.mark.prop("P10.6", "where a condition fails the error names it")
def test_named_errors(subject):
    sensitivity = subject("solution_path.sensitivity")
    cases = [(*corner_fit(1.0), "strict complementarity")]
    for X, y, patterns, reg in (square(), pairs_data()):
        fit = fit_convex_relu(X, y, patterns, reg, tol=1e-9)
        cases.append((fit, X, y, "uniqueness"))
    for fit, X, y, condition in cases:
        with pytest.raises(ValueError, match=f"^{condition} fails"):
            sensitivity(fit, X, y)


@pytest.mark.prop("P10.6", "several samples on a wall: no derivative in one of them")
def test_data_on_a_shared_wall(subject):
    data_sensitivity = subject("solution_path.data_sensitivity")
    X = np.array([[1.0, 1.0], [1.0, 0.0], [2.0, 0.0]])
    y = np.array([3.0, -0.5, -0.25])
    fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.9, tol=1e-10)
    with pytest.raises(ConditionFails, match=r"^LICQ fails for the data") as caught:
        data_sensitivity(fit, X, y)
    assert caught.value.condition == "LICQ"


@pytest.mark.prop("P10.6", "a zero sample with a target: it pulls on one side only")
def test_data_of_a_zero_sample(subject):
    data_sensitivity = subject("solution_path.data_sensitivity")
    X = np.array([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]])
    y, h = np.array([3.0, -1.0, 5.0]), 1e-4
    fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.9, tol=1e-10)
    with pytest.raises(ConditionFails, match=r"^LICQ .*X\[2\] is zero") as caught:
        data_sensitivity(fit, X, y)
    assert caught.value.condition == "LICQ"
    # Moved up, its residual of 5 joins the neuron (0, 3 - λ); moved down it does not.
    for side, want in ((1.0, 5.0), (-1.0, 0.0)):
        moved = X + side * h * np.array([[0, 0], [0, 0], [0, 1.0]])
        slope = (exact(moved, y, 0.9)[0] - [[0.0, 2.1]]) / h
        np.testing.assert_allclose(slope, [[0.0, want]], atol=1e-2)
    y[2] = 0.0  # without a target it does not pull at first order
    fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.9, tol=1e-10)
    np.testing.assert_allclose(data_sensitivity(fit, X, y)[0][:, 2], 0.0, atol=1e-9)


@pytest.mark.prop("P10.14", "the validation slope equals a central difference")
@pytest.mark.parametrize("seed, n, d", SMOOTH)
def test_validation_slope(subject, seed, n, d):
    validation_slope = subject("solution_path.validation_slope")
    X, y, _, reg, fit, rng = problem(seed, n, d)
    X_new, y_new, h = rng.standard_normal((7, d)), rng.standard_normal(7), 1e-5
    losses = []
    for other in (reg - h, reg + h):
        weights, signs = exact(X, y, other)
        off = np.maximum(X_new @ weights.T, 0.0) @ signs - y_new
        losses.append(0.5 * off @ off)
    got = validation_slope(fit, X, y, X_new, y_new)
    want = (losses[1] - losses[0]) / (2 * h)
    assert got == pytest.approx(want, abs=1e-5 * (1 + abs(want)))


@pytest.mark.prop("P10.14", "by hand: f = 2 (3 - λ), and the training loss itself")
def test_validation_by_hand(subject):
    validation_slope = subject("solution_path.validation_slope")
    fit, X, y = corner_fit(0.9)
    for target in (4.0, 5.0):
        want = -2.0 * (4.2 - target)
        got = validation_slope(fit, X, y, [[0.0, 2.0], [0.0, -1.0]], [target, 7.0])
        assert got == pytest.approx(want, abs=1e-7)
    # on the training data: L = ½ λ² + ½, off the wall of the second sample
    assert validation_slope(fit, X, y, X[:1], y[:1]) == pytest.approx(0.9, abs=1e-7)


@pytest.mark.prop("I10.4", "wrong validation data are refused by name")
def test_bad_input(subject):
    validation_slope = subject("solution_path.validation_slope")
    data_sensitivity = subject("solution_path.data_sensitivity")
    fit, X, y = corner_fit(0.9)
    with pytest.raises(ValueError, match="X_new"):
        validation_slope(fit, X, y, np.ones((2, 3)), np.ones(2))
    with pytest.raises(ValueError, match="y_new"):
        validation_slope(fit, X, y, np.ones((2, 2)), np.ones(3))
    with pytest.raises(ValueError, match="fit"):
        data_sensitivity("fit", X, y)
    assert len(CORNER) == 2
