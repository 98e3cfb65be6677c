"""Independent routes of chapter 9: closed forms, all vertices, stationarity, CVXPY."""

from itertools import combinations, product

import cvxpy as cp
import numpy as np
from scipy.optimize import lsq_linear

from reference.activation_patterns import enumerate_patterns
from reference.convex_relu import critical_reg, fit_convex_relu


def cube(d, rng=None):
    """The 2^d corners of a cube, turned: targets 2, λ = 2^(d-2), fitted values 1.5.

    With equal residuals 1/2 the products with a unit vector e sum to at most
    2^(d-2) (the mean of squares bounds the square of the mean), and to that only if e
    is plus or minus an axis. The optima are f = Σ c_i |x_i|, c >= 0 and Σ c_i = 1.5.
    """
    X = np.array(list(product([1.0, -1.0], repeat=d)))
    turn = np.eye(d)
    if rng is not None:
        turn = np.linalg.qr(rng.standard_normal((d, d)))[0]
    return X @ turn.T, np.full(2**d, 2.0), 2.0 ** (d - 2), turn


def cube_set(optimal_set, d, rng=None):
    """The set that a function finds for the cube, and the data."""
    X, y, reg, turn = cube(d, rng)
    patterns = enumerate_patterns(X)
    fit = fit_convex_relu(X, y, patterns, reg)
    return optimal_set(fit, X, y), X, y, patterns, reg, turn


def problem(seed, n=6, d=2, integers=False, tol=1e-7):
    """Data, all patterns, λ, a fit, and the generator that made them."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    if integers:  # symmetric: mirror images and a bias
        x = rng.integers(1, 4, (n // 2, d - 1)).astype(float)
        X = np.column_stack([np.vstack([x, -x]), np.ones(len(x) * 2)])
        y = np.tile(rng.integers(-2, 3, len(x)).astype(float), 2)
        y[0] = y[len(x)] = 3.0
    patterns = enumerate_patterns(X)
    reg = rng.uniform(0.05, 0.5) * critical_reg(X, y, patterns)
    fit = fit_convex_relu(X, y, patterns, reg, tol=tol)
    return X, y, patterns, reg, fit, rng


def grid(share=0.05):
    """Ten points of a grid and a bias: at this λ the set has two dimensions."""
    x = [[0, 2], [0, 1], [-2, 2], [0, 0], [-2, 1]]
    x += [[1, -1], [1, 0], [-2, -1], [-1, -2], [0, -2]]
    X = np.column_stack([np.array(x, dtype=float), np.ones(10)])
    y = np.array([0.0, 1, 0, 0, -1, 2, -1, 2, 0, -1])
    patterns = enumerate_patterns(X)
    reg = share * critical_reg(X, y, patterns)
    fit = fit_convex_relu(X, y, patterns, reg)
    return X, y, patterns, reg, fit, np.random.default_rng(0)


def all_vertices(Q, fitted, tol=1e-9):
    """Every vertex of {a >= 0: Q a = fitted}, by trying all independent supports."""
    found = []
    K, rank = Q.shape[1], np.linalg.matrix_rank(Q, tol=1e-8)
    for size in range(1, rank + 1):
        for support in map(list, combinations(range(K), size)):
            part = Q[:, support]
            if np.linalg.matrix_rank(part, tol=1e-8) < size:
                continue
            amounts = np.linalg.lstsq(part, fitted, rcond=None)[0]
            miss = np.abs(part @ amounts - fitted).max()
            if miss <= tol * (1 + np.abs(fitted).max()) and amounts.min() > 1e-9:
                a = np.zeros(K)
                a[support] = amounts
                found.append(a)
    return np.array(found)


def stationarity(network, X, y, reg):
    """How far a network is from stationary: per neuron, with t in [0, 1] at ties."""
    r = network(X) - y
    worst = 0.0
    for w, alpha in zip(network.hidden.T, network.output, strict=True):
        heights = X @ w / np.linalg.norm(w)
        on, tie = heights > 1e-9, np.abs(heights) <= 1e-9
        slope = alpha * X[on].T @ r[on] + reg * w
        if tie.any():
            pull = alpha * (X[tie] * r[tie][:, None]).T
            t = lsq_linear(pull, -slope, bounds=(0, 1)).x
            slope = slope + pull @ t
        outer = np.maximum(X @ w, 0) @ r + reg * alpha
        worst = max(worst, np.linalg.norm(slope), abs(outer))
    return worst


def furthest(X, masks, fitted, total, block, direction):
    """The largest direction'u_block over all points with this fit and penalty."""
    P, d = len(masks), X.shape[1]
    U = [cp.Variable((P, d)), cp.Variable((P, d))]
    f = sum(np.diag(masks[i].astype(float)) @ X @ (U[0][i] - U[1][i]) for i in range(P))
    cones = [
        np.diag(2.0 * masks[i] - 1) @ X @ part[i] >= 0 for part in U for i in range(P)
    ]
    norms = sum(cp.norm(part[i]) for part in U for i in range(P))
    goal = cp.Maximize(direction @ U[block[0]][block[1]])
    close = [cp.norm(f - fitted) <= 1e-6, norms <= total * (1 + 1e-7)]
    return cp.Problem(goal, cones + close).solve(solver="CLARABEL")
