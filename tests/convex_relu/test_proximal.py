"""Properties of FISTA, on the lasso, whose optimality conditions are plain."""

import numpy as np
import pytest
from hypothesis import given

from reference.activation_patterns import enumerate_patterns
from reference.common import NotConverged
from reference.convex_relu import fit_gated
from tests import strategies


def lasso(A, y, reg):
    """The arguments of fista for ½|Aw - y|² + reg |w|_1."""

    def prox(w, step):
        return np.sign(w) * np.maximum(np.abs(w) - step * reg, 0)

    return {
        "fit": lambda w: A @ w,
        "adjoint": lambda r: A.T @ r,
        "prox": prox,
        "norm": lambda w: np.abs(w).sum(),
        "dual_norm": lambda p: np.abs(p).max(),
        "y": y,
        "reg": reg,
        "start": np.zeros(A.shape[1]),
    }


def lasso_optimum(A, y, reg):
    """The lasso's value by cyclic coordinate descent, run to a standstill."""
    w = np.zeros(A.shape[1])
    squares = (A**2).sum(axis=0)
    for _ in range(20000):
        before = w.copy()
        for j in np.flatnonzero(squares):
            c = A[:, j] @ (y - A @ w) + squares[j] * w[j]
            w[j] = np.sign(c) * max(abs(c) - reg, 0) / squares[j]
        if np.abs(w - before).max() < 1e-12:
            break
    return ((A @ w - y) ** 2).sum() / 2 + reg * np.abs(w).sum()


@pytest.mark.prop(
    "P6.14", "FISTA finds the lasso's optimum within its gap", stage="plain"
)
@given(A=strategies.any_data(5, 4), seed=strategies.seeds)
def test_lasso(subject, A, seed):
    fista = subject("convex_relu.fista")
    rng = np.random.default_rng(seed)
    y, reg = rng.standard_normal(len(A)), 10 ** rng.uniform(-1.5, 0.5)
    w, gap = fista(**lasso(A, y, reg), tol=1e-7)
    value = ((A @ w - y) ** 2).sum() / 2 + reg * np.abs(w).sum()
    best = lasso_optimum(A, y, reg)
    scale = 0.5 * (y @ y)
    assert value - best <= 1e-7 * scale + 1e-9, (value, best)
    assert -1e-12 <= gap <= 1e-7 * scale + 1e-12
    assert value - gap <= best + 1e-9


@pytest.mark.prop("P6.14", "it needs few iterations where gradient steps need many")
@given(seed=strategies.seeds)
def test_momentum_pays(subject, seed):
    fista = subject("convex_relu.fista")
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((30, 20)) * np.logspace(0, -1.5, 20)
    y, reg = rng.standard_normal(30), 0.01
    seen = []
    fista(**lasso(A, y, reg), tol=1e-5, callback=seen.append, every=1)
    # Plain proximal gradient descent with the true Lipschitz constant.
    arguments, L, w = lasso(A, y, reg), np.linalg.norm(A, 2) ** 2, np.zeros(20)
    for _ in range(seen[-1].iteration):
        w = arguments["prox"](w + A.T @ (y - A @ w) / L, 1 / L)
    plain = ((A @ w - y) ** 2).sum() / 2 + reg * np.abs(w).sum()
    assert seen[-1].objective <= plain + 1e-5 * (y @ y)
    assert seen[-1].iteration <= 3000
    assert all(p.gap >= -1e-9 for p in seen)


@pytest.mark.prop("P6.14", "a start at the optimum is recognised at once")
@given(seed=strategies.seeds)
def test_warm_start(subject, seed):
    fista = subject("convex_relu.fista")
    rng = np.random.default_rng(seed)
    A, y = rng.standard_normal((8, 4)), rng.standard_normal(8)
    arguments = lasso(A, y, 0.3)
    w, _ = fista(**arguments, tol=1e-9)
    seen = []
    again, _ = fista(**{**arguments, "start": w}, tol=1e-8, callback=seen.append)
    assert len(seen) == 1
    np.testing.assert_array_equal(again, w)


@pytest.mark.prop("I6.6", "bad arguments and missed tolerances are refused")
def test_errors(subject):
    fista = subject("convex_relu.fista")
    A, y = np.diag([1.0, 0.1]), np.array([1.0, 2.0])
    with pytest.raises(ValueError, match="reg"):
        fista(**lasso(A, y, 0.0))
    with pytest.raises(ValueError, match="y must be finite"):
        fista(**lasso(A, y * np.nan, 1.0))
    with pytest.raises(ValueError, match="max_iter"):
        fista(**lasso(A, y, 1.0), max_iter=0)
    with pytest.raises(ValueError, match="every"):
        fista(**lasso(A, y, 1.0), every=0)
    with pytest.raises(ValueError, match="start must be finite"):
        fista(**{**lasso(A, y, 1.0), "start": np.array([0.0, np.nan])})
    with pytest.raises(NotConverged, match="interior point"):
        fista(**lasso(A, y, 1e-3), max_iter=1, tol=1e-12)


@pytest.mark.prop(
    "P6.14", "its search for a step ends where rounding is all that moves"
)
def test_step_search_ends(subject):
    fista = subject("convex_relu.fista")
    A, y = np.array([[1.0, 0.5], [0.5, 1.0]]), np.array([3.0, -1.0])
    calls = []

    def rounded(w):  # outputs with nine digits, the last now too large, now too small
        calls.append(1)
        assert len(calls) < 2000, "the search for a step does not end"
        return A @ w * (1 + 1e-9 * (-1) ** len(calls))

    w, _ = fista(**lasso(A, y, 0.1) | {"fit": rounded}, tol=1e-15, max_iter=400)
    value = ((A @ w - y) ** 2).sum() / 2 + 0.1 * np.abs(w).sum()
    assert value <= lasso_optimum(A, y, 0.1) + 1e-7


def test_step_search_ends_for_samples_far_apart():
    # Found by fuzzing: outputs that cancel, a step that grew beyond all numbers.
    X, Y = np.array([[1.0, -1.0], [2.0**25, 2.0**25]]) / 32, np.array([[3.0], [0.0]])
    with pytest.raises(NotConverged):
        fit_gated(X, Y, enumerate_patterns(X), 1 / 64, max_iter=300)
