"""Independent routes of chapter 10: closed forms, fresh solves, finite differences."""

import numpy as np

from reference.activation_patterns import enumerate_patterns
from reference.convex_relu import critical_reg, fit_convex_relu
from reference.optimal_set import optimal_set

CORNER = np.array([[1.0, 1.0], [1.0, 0.0]]), np.array([3.0, -1.0])


def corner_weights(reg):
    """The optimum of the two samples (1, 1), (1, 0) with targets 3, -1 for reg <= 1.

    A neuron (0, 3 - λ) on the wall of the second sample; from λ = 1/√2 down another,
    output weight -1, on the wall of the first. See the page.
    """
    w = np.array([0.0, 3.0 - reg])
    v = max(1.0 - np.sqrt(2.0) * reg, 0.0) * np.array([1.0, -1.0])
    return w, v


def corner_fit(reg, tol=1e-9):
    X, y = CORNER
    return fit_convex_relu(X, y, enumerate_patterns(X), reg, tol=tol), X, y


def problem(seed, n=5, d=2, share=None):
    """Gaussian data, all patterns, λ and a fit."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    patterns = enumerate_patterns(X)
    share = rng.uniform(0.05, 0.6) if share is None else share
    reg = share * critical_reg(X, y, patterns)
    return X, y, patterns, reg, fit_convex_relu(X, y, patterns, reg, tol=1e-8), rng


def exact(X, y, reg):
    """Weights (K, d) and signs of the optimum, by a fresh solve with all patterns."""
    fit = fit_convex_relu(X, y, enumerate_patterns(X), reg, tol=1e-7)
    found = optimal_set(fit, X, y)
    signs = np.where(found.index[:, 0] == 0, 1.0, -1.0)
    return found.alpha[:, None] * found.directions, signs


def in_order(weights, signs, W, S):
    """The neurons W, S in the order of the given ones."""
    away = np.linalg.norm(weights[:, None] - W, axis=2)
    away += 1e3 * (signs[:, None] != S)
    return W[away.argmin(axis=1)]


def difference(at, before, after, h):
    """The central difference of two optima, matched to the neurons at the middle."""
    ends = [in_order(at.weights, at.signs, *side) for side in (before, after)]
    return (ends[1] - ends[0]) / (2.0 * h)


# Data whose optimum is smooth, with how many walls its neurons lie on: (seed, n, d).
SMOOTH = [(0, 5, 2), (1, 5, 3), (2, 5, 2), (3, 6, 3), (5, 6, 2), (7, 4, 3)]


def square(reg=1.0):
    """Four corners, one target: |x_1| and |x_2| cannot be told apart (chapter 9)."""
    X = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    y = np.full(4, 2.0)
    return X, y, enumerate_patterns(X), reg


def value_by_cvxpy(X, y, masks, reg):
    from tests.convex_relu.oracle import optimal_value

    return optimal_value(X, y, masks, reg, False)


def pairs_data():
    """Gaussian data whose optimum has three neurons with their opposites."""
    rng = np.random.default_rng(18)
    n, d = int(rng.integers(3, 9)), int(rng.integers(2, 4))
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    patterns = enumerate_patterns(X)
    return X, y, patterns, rng.uniform(0.05, 0.6) * critical_reg(X, y, patterns)
