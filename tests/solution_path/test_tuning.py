"""Properties of λ chosen by the slope of the validation loss."""

import numpy as np
import pytest
from hypothesis import given, settings

from reference.activation_patterns import enumerate_patterns
from reference.convex_relu import convex_objective, critical_reg
from reference.solution_path import regularization_path, validation_slope
from tests import strategies
from tests.solution_path.oracle import CORNER, square


@pytest.mark.prop("P10.15", "two samples: f = 3 - λ meets its target, to seven digits")
@pytest.mark.parametrize("best", [0.8, 0.6])
def test_corner(subject, best):
    tune_reg = subject("solution_path.tune_reg")
    X, y = CORNER
    found = tune_reg(
        X, y, enumerate_patterns(X), [[0.0, 1.0]], [3.0 - best], [1.6, 0.9, 0.75, 0.4]
    )
    assert found.reg == pytest.approx(best, rel=1e-5)
    assert found.loss <= 1e-8
    assert found.fit.reg == found.reg
    assert len(found.regs) == len(found.losses) == len(found.slopes) == 12
    np.testing.assert_array_equal(found.regs[:4], [1.6, 0.9, 0.75, 0.4])
    assert np.isnan(found.slopes[:4]).all()
    for reg, slope in zip(found.regs[4:], found.slopes[4:], strict=True):
        if reg < 1.0:
            assert slope == pytest.approx(reg - best, abs=1e-7)


@pytest.mark.prop("P10.15", "the best of all that was tried; better than its grid")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_best_of_all(subject, seed):
    tune_reg = subject("solution_path.tune_reg")
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((7, 2)), rng.standard_normal(7)
    X_new, y_new = rng.standard_normal((9, 2)), rng.standard_normal(9)
    patterns = enumerate_patterns(X)
    grid = critical_reg(X, y, patterns) * np.geomspace(0.9, 0.02, 5)
    found = tune_reg(X, y, patterns, X_new, y_new, grid, tol=1e-9)
    k = int(np.argmin(found.losses))
    assert found.loss == found.losses[k]
    assert found.reg == found.regs[k]
    assert found.loss <= found.losses[:5].min()
    path = regularization_path(X, y, patterns, found.regs[:5], tol=1e-9)
    for fit, loss in zip(path.fits, found.losses[:5], strict=True):
        off = fit.network(X_new) - y_new
        assert loss == pytest.approx(0.5 * off @ off, rel=1e-3, abs=1e-6)
    assert (found.regs >= found.regs[:5].min() * (1 - 1e-12)).all()
    assert (found.regs <= found.regs[:5].max() * (1 + 1e-12)).all()
    # no value nearby is better, unless the best lies at an end of the grid
    inside = (found.reg > grid.min() * 1.01) and (found.reg < grid.max() * 0.99)
    for factor in (0.97, 1.03):
        near = regularization_path(X, y, patterns, [factor * found.reg], tol=1e-9)
        off = near.fits[0].network(X_new) - y_new
        if inside:
            assert 0.5 * off @ off >= found.loss * (1 - 2e-3) - 1e-9
    slope = found.slopes[k]
    if not np.isnan(slope) and k >= 5:
        want = validation_slope(found.fit, X, y, X_new, y_new)
        assert slope == pytest.approx(want, abs=1e-9)


@pytest.mark.prop("P10.15", "the loss is that of the fit that comes back")
def test_loss_of_the_fit(subject):
    tune_reg = subject("solution_path.tune_reg")
    X, y, patterns, _ = square()  # two optima: which one is it that was judged?
    X_new, y_new = np.array([[1.0, 0.0]]), np.array([0.85])  # the shortest's at 0.6
    found = tune_reg(X, y, patterns, X_new, y_new, [0.6, 0.5, 0.4], steps=4)
    off = found.fit.network(X_new) - y_new
    assert found.reg == 0.6
    assert found.loss == pytest.approx(0.5 * off @ off, abs=1e-9)
    want = convex_objective(found.fit.weights, X, y, patterns, found.reg)
    assert found.fit.objective == pytest.approx(want)
    assert 0.0 <= found.fit.gap <= 1e-5
    assert found.fit.cone_slack >= -1e-9


@pytest.mark.prop("P10.15", "the search stays between the best value's neighbours")
def test_interval(subject):
    tune_reg = subject("solution_path.tune_reg")
    rng = np.random.default_rng(2)  # a secant that leaves the interval on both sides
    X, X_new = rng.standard_normal((6, 2)), rng.standard_normal((9, 2))
    y = np.abs(X[:, 0]) + 0.5 * rng.standard_normal(6)
    patterns = enumerate_patterns(X)
    grid = critical_reg(X, y, patterns) * np.geomspace(0.9, 0.02, 5)
    found = tune_reg(X, y, patterns, X_new, np.abs(X_new[:, 0]), grid, tol=1e-8)
    k = int(np.argmin(found.losses[:5]))
    low, high = found.regs[min(k + 1, 4)], found.regs[max(k - 1, 0)]
    assert (found.regs[5:] >= low * (1 - 1e-9)).all()
    assert (found.regs[5:] <= high * 1.0101).all(), "a second point may be 1 % above"


@pytest.mark.prop("P10.15", "where there is no derivative, differences take its place")
def test_without_derivative(subject):
    tune_reg = subject("solution_path.tune_reg")
    X, y, patterns, _ = square()  # two optima at the ends of a segment, for each λ
    found = tune_reg(X, y, patterns, X[:1], [1.7], [1.5, 1.0, 0.4, 0.2], steps=10)
    assert np.isnan(found.slopes).all()
    assert found.loss <= 0.002  # f = 2 - λ/2, best at 0.6
    assert found.reg == pytest.approx(0.6, rel=0.1)
    none = tune_reg(X, y, patterns, X[:1], [1.7], [1.5, 1.0, 0.4], steps=0)
    assert none.reg == 0.4
    assert len(none.regs) == 3


@pytest.mark.prop("I10.6", "grids that are none are refused by name")
def test_bad_input(subject):
    tune_reg = subject("solution_path.tune_reg")
    X, y = CORNER
    patterns = enumerate_patterns(X)
    for regs in ([1.0, 0.5], [1.0, 1.0, 1.0], [1.0, 0.5, 0.0], [[1.0]]):
        with pytest.raises(ValueError, match="regs"):
            tune_reg(X, y, patterns, X, y, regs)
    with pytest.raises(ValueError, match="steps"):
        tune_reg(X, y, patterns, X, y, [1.0, 0.5, 0.2], steps=-1)
    with pytest.raises(ValueError, match="y_new"):
        tune_reg(X, y, patterns, X, y[:1], [1.0, 0.5, 0.2])
