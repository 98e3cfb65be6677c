"""Independent routes of chapter 13: SLSQP, CVXPY and closed forms."""

import cvxpy as cp
import numpy as np
from scipy.optimize import minimize

from reference.activation_patterns import sample_patterns
from reference.primal_dual import ConvexReluModel, LinearModel, pdcl

VALUES = {
    "squared": lambda f, y: 0.5 * (f - y) ** 2,
    "logistic": lambda f, y: np.log1p(np.exp(-y * f)),
    "margin": lambda f, y: 1.0 - y * f,
    "zero": lambda f, y: 0.0 * f,
}
SLOPES = {
    "squared": lambda f, y: f - y,
    "logistic": lambda f, y: -y / (1.0 + np.exp(y * f)),
    "margin": lambda f, y: -y,
    "zero": lambda f, y: 0.0 * f,
}
PAIRS = [
    ("squared", None),
    ("logistic", None),
    ("zero", "margin"),
    ("zero", "squared"),
    ("squared", "margin"),
    ("logistic", "squared"),
]


def problem(seed, pair, n=None, d=None, reg=None):
    """Data whose bounds can be met strictly: those of a random model, and some more."""
    rng = np.random.default_rng(seed)
    n, d = n or int(rng.integers(2, 9)), d or int(rng.integers(1, 4))
    X, theta = rng.standard_normal((n, d)), rng.standard_normal(d)
    loss, bounded = pair[0], pair[1] or pair[0]
    y = X @ theta + rng.standard_normal(n)
    if {"logistic", "margin"} & {loss, bounded}:
        y = np.where(rng.random(n) < 0.2, -1.0, 1.0) * np.sign(X @ theta)
    epsilon = VALUES[bounded](X @ theta, y) + rng.uniform(0.05, 0.5, n)
    if reg is None:
        reg = float(rng.choice([0.0, 0.1]))
    if loss in ("zero", "logistic"):
        reg = 0.1
    return X, y, epsilon, reg


def mean_loss(theta, X, y, loss, reg):
    return VALUES[loss](X @ theta, y).mean() + reg / 2 * theta @ theta


def by_slsqp(X, y, epsilon, loss, bounded, reg, start):
    """The optimum by a general solver that knows nothing of intervals."""
    bounded = bounded or loss
    found = minimize(
        mean_loss,
        start,
        args=(X, y, loss, reg),
        method="SLSQP",
        jac=lambda t, *_: SLOPES[loss](X @ t, y) @ X / len(y) + reg * t,
        constraints={
            "type": "ineq",
            "fun": lambda t: epsilon - VALUES[bounded](X @ t, y),
            "jac": lambda t: -SLOPES[bounded](X @ t, y)[:, None] * X,
        },
        options={"ftol": 1e-14, "maxiter": 1000},
    )
    return found.x, found.fun


def conditions(answer, X, y, epsilon, loss, bounded, reg):
    """Stationarity, broken bounds and products at an answer, by products."""
    theta, duals = answer.model.theta, answer.duals
    bounded = bounded or loss
    f = X @ theta
    pull = SLOPES[loss](f, y) + duals * SLOPES[bounded](f, y)
    slacks = VALUES[bounded](f, y) - epsilon
    tilt = X.T @ pull / len(y) + reg * theta
    return np.abs(tilt).max(), slacks, np.abs(duals * slacks).max()


def relu_by_cvxpy(X, y, patterns, reg, epsilon):
    """The optimum and the multipliers of a convex ReLU program under bounds."""
    P, d = len(patterns), X.shape[1]
    u, v = cp.Variable((P, d)), cp.Variable((P, d))
    fitted = sum(
        cp.multiply(mask.astype(float), X @ (u[i] - v[i]))
        for i, mask in enumerate(patterns.masks)
    )
    signs = np.where(patterns.masks, 1.0, -1.0)
    cones = [cp.multiply(signs, w @ X.T) >= 0 for w in (u, v)]
    bounds = cp.square(fitted - y) / 2 <= epsilon
    penalty = reg * (cp.sum(cp.norm(u, axis=1)) + cp.sum(cp.norm(v, axis=1)))
    cost = (cp.sum_squares(fitted - y) / 2 + penalty) / len(y)
    program = cp.Problem(cp.Minimize(cost), [*cones, bounds])
    program.solve(solver="CLARABEL")
    return program.value, len(y) * bounds.dual_value, fitted.value


def one_number(y, epsilon):
    """The best constant under bounds, and its one multiplier: a clipped mean."""
    low = (y - np.sqrt(2 * epsilon)).max()
    high = (y + np.sqrt(2 * epsilon)).min()
    theta = np.clip(y.mean(), low, high)
    duals = np.zeros(len(y))
    if theta != y.mean():
        k = np.abs(0.5 * (theta - y) ** 2 - epsilon).argmin()
        duals[k] = -(theta - y).sum() / (theta - y[k])
    return theta, duals


def constant(y, epsilon, **settings):
    """The best constant by `pdcl`."""
    return pdcl(LinearModel(), np.ones((len(y), 1)), y, epsilon, **settings)


def relu_problem(seed):
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.standard_normal((7, 1)), np.ones(7)])
    y = np.abs(X[:, 0]) + 0.5 * rng.standard_normal(7)
    patterns = sample_patterns(X, 30, rng=rng)
    free = pdcl(ConvexReluModel(patterns, 0.3), X, y, 1e3)
    return X, y, patterns, np.full(7, 0.6 * (free.slacks.max() + 1e3))
