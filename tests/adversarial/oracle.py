"""Worst cases and robust optima by other routes than the chapter's."""

from itertools import product

import cvxpy as cp
import numpy as np
from hypothesis import settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.adversarial import radii_with_bias
from reference.relu_lp import ConvexWeights
from tests import strategies

LOSSES = ("squared", "hinge", "logistic")
# For tests that train a network per example: half as many, in every profile.
half_as_many = settings(max_examples=(settings.default.max_examples + 1) // 2)


def loss_of(f, y, loss):
    """Return the losses of outputs, written out."""
    if loss == "squared":
        return 0.5 * (f - y) ** 2
    if loss == "hinge":
        return np.maximum(0.0, 1.0 - y * f)
    return np.log1p(np.exp(-y * f))


def corners(x, epsilon):
    """Return every corner of the box around x."""
    sides = [(v - e, v + e) if e > 0 else (v,) for v, e in zip(x, epsilon, strict=True)]
    return np.array(list(product(*sides)))


def exact_range(network, x, epsilon):
    """Return the smallest and largest output on a box, one linear region at a time.

    The corners are not enough: a network may peak where a neuron switches. Every
    choice of active neurons is a polytope, on which the output is affine.
    """
    W, alpha = network.hidden, network.output
    reach = np.abs(W).T @ epsilon
    steady = np.abs(W.T @ x) >= reach
    active = (W.T @ x > 0) & steady
    ends = [np.inf, -np.inf]
    for choice in product((False, True), repeat=int((~steady).sum())):
        on = active.copy()
        on[~steady] = choice
        side = np.where(on, 1.0, -1.0)[~steady]
        slope = W @ (alpha * on)
        for k, sign in enumerate((1.0, -1.0)):
            found = linprog(
                sign * slope,
                -(side * W[:, ~steady]).T if len(side) else None,
                np.zeros(len(side)) if len(side) else None,
                bounds=list(zip(x - epsilon, x + epsilon, strict=True)),
            )
            if found.status == 0:
                value = float(slope @ found.x)
                ends[k] = min(ends[k], value) if k == 0 else max(ends[k], value)
    return ends


@st.composite
def boxed_data(draw, max_rows=4, loss=None, gaussian=False):
    """Data with a bias column, labels, radii of zero on the bias, and a loss."""
    n = draw(st.integers(1, max_rows))
    d = draw(st.integers(1, 2))
    rng = np.random.default_rng(draw(strategies.seeds))
    X = rng.standard_normal((n, d))
    if not gaussian and draw(st.booleans()):
        X = np.round(2 * X) / 2  # ties, duplicates and zero features
    X = np.column_stack([X, np.ones(n)])
    loss = loss or draw(st.sampled_from(LOSSES))
    y = rng.standard_normal(n) if loss == "squared" else rng.choice([-1.0, 1.0], n)
    epsilon = draw(st.sampled_from([0.0, 0.03, 0.1, 0.3]))
    return X, y, radii_with_bias(epsilon, d + 1), loss


def cvxpy_radius(X, mask, epsilon):
    """Return the l1 margin of a pattern, as a maximum over the unit ball."""
    v, margin = cp.Variable(X.shape[1]), cp.Variable()
    side = np.where(mask, 1.0, -1.0)
    moved = [e * cp.abs(v[j]) for j, e in enumerate(epsilon) if e > 0]
    problem = cp.Problem(
        cp.Maximize(margin),
        [cp.multiply(side, X @ v) >= margin, sum(moved) <= 1.0, margin <= 100.0],
    )
    problem.solve(solver=cp.CLARABEL)
    return margin.value


def cvxpy_robust(X, y, masks, reg, epsilon, loss):
    """Return the optimal value of the robust program and its blocks."""
    P, n = masks.shape
    D = masks.astype(float)
    v, w = cp.Variable((P, X.shape[1])), cp.Variable((P, X.shape[1]))
    constraints = []
    for block in (v, w):
        size = cp.reshape(cp.abs(block) @ epsilon, (P, 1), order="C")
        constraints.append(
            cp.multiply(2 * D - 1, block @ X.T) >= size @ np.ones((1, n))
        )
    f = cp.sum(cp.multiply(D, (v - w) @ X.T), axis=0)
    t = cp.abs(D.T @ (v - w)) @ epsilon
    if loss == "squared":
        data = 0.5 * cp.sum(cp.power(cp.abs(f - y) + t, 2))
    elif loss == "hinge":
        data = cp.sum(cp.pos(1 - cp.multiply(y, f) + t))
    else:
        data = cp.sum(cp.logistic(t - cp.multiply(y, f)))
    norms = cp.sum(cp.norm(v, axis=1)) + cp.sum(cp.norm(w, axis=1))
    problem = cp.Problem(cp.Minimize(data + reg * norms), constraints)
    problem.solve(solver=cp.CLARABEL)
    return problem.value, np.stack([v.value, w.value])


def stable_weights(X, epsilon, rng):
    """Return all patterns of X and random blocks inside their robust cones."""
    patterns = enumerate_patterns(X)
    side = np.where(patterns.masks, 1.0, -1.0)

    def inside(block, i):
        return (side[i] * (X @ block)).min() >= np.abs(block) @ epsilon

    blocks = np.zeros((2, *patterns.gates.shape))
    for part in blocks:
        for i, gate in enumerate(patterns.gates):
            for _ in range(20):
                u = rng.uniform(0, 2) * gate / np.linalg.norm(gate)
                u = u + rng.standard_normal(X.shape[1]) * rng.choice([0.0, 0.1, 1.0])
                if inside(u, i):
                    part[i] = u
                    break
    return Patterns(patterns.masks, patterns.gates), ConvexWeights(*blocks)
