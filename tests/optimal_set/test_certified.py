"""Properties of the proof behind the polytope: which blocks can be non-zero."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings

from experiments.planar_optima import Plane, as_decimals, precisely
from reference.activation_patterns import enumerate_patterns
from reference.common import NotConverged
from reference.convex_relu import cone_dual_norms, critical_reg, fit_convex_relu
from tests import strategies
from tests.optimal_set.oracle import cube, problem


@pytest.mark.prop("P9.14", "a rough fit leads to the exact residual, with its proof")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_exact_residual(subject, seed):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, patterns, reg, fit, _ = problem(seed, 7, 2, tol=1e-4)
    found = optimal_set(fit, X, y)
    scale = 0.5 * y @ y
    assert found.gap <= 1e-10 * scale
    best = fit_convex_relu(X, y, patterns, reg, tol=1e-9)
    off = np.linalg.norm(best.fitted - found.fitted)
    assert 0.5 * off**2 <= best.gap + found.gap + 1e-14 * scale
    # The residual is dual feasible and its directions have dual norm λ.
    norms = cone_dual_norms(X, patterns.masks, y - found.fitted)
    assert norms.max() <= reg * (1 + 1e-6)
    held = norms[tuple(found.index.T)]
    np.testing.assert_allclose(held, reg, rtol=1e-6)


@pytest.mark.prop("P9.14", "blocks just below λ are not taken for optimal ones")
def test_near_the_limit(subject):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, reg, _ = cube(2)
    # A corner with a larger target: one axis serves better, by a little.
    for shift in (1e-2, 1e-4, 1e-6):
        moved = y + shift * X[:, 0] ** 2 * np.array([1, 0, 0, 0])
        patterns = enumerate_patterns(X)
        found = optimal_set(fit_convex_relu(X, moved, patterns, reg), X, moved)
        assert found.gap <= 1e-12
        best = fit_convex_relu(X, moved, patterns, reg, tol=1e-10)
        for alpha in (found.alpha, found.vertex(np.arange(len(found.alpha)))):
            r = moved - found.Q @ alpha
            value = 0.5 * r @ r + reg * alpha.sum()
            assert value <= best.objective + 1e-12


@pytest.mark.prop("P9.14", "what the proof leaves open is refused, not guessed")
def test_refusal(subject):
    optimal_set = subject("optimal_set.optimal_set")
    # Neurons so near to walls that Newton's method goes to and fro.
    rng = np.random.default_rng(25)
    x = rng.standard_normal((2, 2))
    X = np.vstack([x * s for s in ([1, 1], [-1, 1], [1, -1], [-1, -1])])
    y = np.tile(rng.standard_normal(2), 4)
    patterns = enumerate_patterns(X)
    reg = 0.1 * critical_reg(X, y, patterns)
    fit = fit_convex_relu(X, y, patterns, reg)
    with pytest.raises(NotConverged, match="leaves open"):
        optimal_set(fit, X, y)


@pytest.mark.prop("P9.14", "large targets and an optimum of zero: nothing overflows")
def test_zero_is_optimal(subject):
    optimal_set = subject("optimal_set.optimal_set")
    X, y = np.array([[1.0], [-1.0]]), np.array([2e12, 1e12])
    fit = fit_convex_relu(X, y, enumerate_patterns(X), 3e12)
    with np.errstate(all="raise"):
        found = optimal_set(fit, X, y)
    assert not len(found.alpha)
    assert not found.fitted.any()


@pytest.mark.prop("P9.14", "symmetric, integer and scaled problems: no refusal, no gap")
def test_many(subject):
    optimal_set = subject("optimal_set.optimal_set")
    for seed in range(12):
        rng = np.random.default_rng(seed)
        x = rng.integers(-2, 3, (4, 2)).astype(float)
        X = np.column_stack([np.vstack([x, -x]), np.ones(8)]) * 10.0 ** rng.integers(
            -3, 4
        )
        y = np.tile(rng.integers(-2, 3, 4).astype(float), 2) + 0.5
        patterns = enumerate_patterns(X)
        reg = rng.choice([0.01, 0.1, 0.5, 0.9]) * critical_reg(X, y, patterns)
        fit = fit_convex_relu(X, y, patterns, reg)
        found = optimal_set(fit, X, y)
        assert found.gap <= 1e-9 * (y @ y)
        assert fit.objective - fit.gap <= (
            0.5 * ((y - found.fitted) ** 2).sum()
            + reg * found.alpha.sum()
            + 1e-9 * y @ y
        )


@pytest.mark.prop("P9.14", "small λ: the neurons of a solver with a hundred digits")
@pytest.mark.parametrize("seed", range(6))
def test_hundred_digits(subject, seed):
    optimal_set = subject("optimal_set.optimal_set")
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((6, 2)), rng.standard_normal(6)
    patterns = enumerate_patterns(X)
    for share in (0.1, 0.02, 2e-3):
        reg = share * critical_reg(X, y, patterns)
        fit = fit_convex_relu(X, y, patterns, reg, tol=1e-8)
        try:
            found = optimal_set(fit, X, y)
        except NotConverged:
            assert share < 0.01  # the float certificate may leave it open
            continue
        with precisely():
            plane = Plane(X, y)
            exact, fitted = plane.solve(Decimal(reg), as_decimals(y - fit.fitted))
            want = plane.shortest(exact, fitted).astype(float)
        np.testing.assert_allclose(found.fitted, fitted.astype(float), atol=1e-8)
        directions, signs = exact.directions.astype(float), exact.signs.astype(float)
        mine = np.where(found.index[:, 0] == 0, 1.0, -1.0)
        away = np.linalg.norm(directions[:, None] - found.directions, axis=2)
        away += np.abs(signs[:, None] - mine)
        amounts = (away <= 1e-6) @ found.min_norm()
        np.testing.assert_allclose(amounts, want, atol=1e-6 * want.sum())
        assert amounts.sum() == pytest.approx(want.sum(), rel=1e-6)
