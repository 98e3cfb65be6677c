"""Independent routes of chapter 12: CVXPY's centre, HiGHS's verdict, a seller."""

import cvxpy as cp
import numpy as np
from scipy.optimize import linprog

from reference.activation_patterns import enumerate_patterns, sample_patterns


class Seller:
    """Sells labels and writes down which."""

    def __init__(self, labels):
        self.labels, self.sold = np.asarray(labels, dtype=float), []

    def __call__(self, i):
        assert isinstance(i, int), type(i)
        assert i not in self.sold, f"label {i} was asked for twice"
        self.sold.append(i)
        return float(self.labels[i])


def pool(seed, n=7, d=2, integers=False):
    """Inputs with a bias, all their patterns, random labels, and the generator."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    if integers:
        X = rng.integers(-2, 3, (n, d)).astype(float)
    X[:, -1] = 1.0
    return X, enumerate_patterns(X), rng.choice([-1.0, 1.0], n), rng


def arms(turns=1.0, m=12, num_gates=60, seed=0):
    """A small spiral and a sample of its patterns."""
    u = np.sqrt(np.arange(1, m + 1) / m)
    angle, r = 2 * np.pi * turns * u, (1 + 12 * u) / 13
    arm = np.column_stack([r * np.cos(angle), r * np.sin(angle)])
    X = np.column_stack([np.vstack([arm, -arm]), np.ones(2 * m)])
    y = np.repeat([1.0, -1.0], m)
    return X, y, sample_patterns(X, num_gates, rng=np.random.default_rng(seed))


def network_output(X, theta):
    """Outputs of the network with neurons (u_i, +1) and (v_i, -1), by hand."""
    u, v = theta
    return np.maximum(X @ u.T, 0).sum(axis=1) - np.maximum(X @ v.T, 0).sum(axis=1)


def lifted_output(X, gates, theta):
    """sum_i 1[x'h_i >= 0] x'(u_i - v_i), by loops."""
    out = np.zeros(len(X))
    for k, x in enumerate(X):
        for h, u, v in zip(gates, *theta, strict=True):
            if x @ h >= 0:
                out[k] += x @ (u - v)
    return out


def conic_center(X, masks, rows, row_masks, signs, offsets, radius, box=False):
    """The analytic centre by CVXPY: cones at X, sign f(row) <= offset, ball or box."""
    P, d = len(masks), X.shape[1]
    u, v = cp.Variable((P, d)), cp.Variable((P, d))
    side = 2.0 * masks - 1.0
    f = cp.sum(cp.multiply(row_masks.T, rows @ (u - v).T), axis=1)
    value = cp.sum(cp.log(cp.multiply(side, u @ X.T)))
    value += cp.sum(cp.log(cp.multiply(side, v @ X.T)))
    value += cp.sum(cp.log(offsets - cp.multiply(signs, f)))
    if box:
        for part in (u, v):
            value += cp.sum(cp.log(radius - part)) + cp.sum(cp.log(radius + part))
    else:
        square = cp.sum(cp.square(u)) + cp.sum(cp.square(v))
        value += cp.log(radius**2 - square)
    cp.Problem(cp.Maximize(value)).solve(solver="CLARABEL")
    return np.stack([u.value, v.value])


def separable(X, y, masks):
    """Whether some w has y sum_i D_i X w_i >= 1: HiGHS; gates absorb the cones."""
    F = np.hstack([mask[:, None] * X for mask in masks])
    found = linprog(
        np.zeros(F.shape[1]), -y[:, None] * F, -np.ones(len(y)), bounds=(None, None)
    )
    return found.status == 0


def uniform_error(X, y, masks):
    """The smallest max |F w - y|, by HiGHS."""
    F = np.hstack([mask[:, None] * X for mask in masks])
    one = np.ones((len(y), 1))
    found = linprog(
        np.append(np.zeros(F.shape[1]), 1.0),
        np.vstack([np.hstack([F, -one]), np.hstack([-F, -one])]),
        np.append(y, -y),
        bounds=(None, None),
    )
    return found.fun
