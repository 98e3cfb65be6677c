"""Independent routes of chapter 7: CVXPY's optima, dense matrices, single losses."""

import itertools

import cvxpy as cp
import numpy as np


def lasso(H, y, reg, loss):
    """Optimal value over output weights, by CVXPY and Clarabel."""
    alpha = cp.Variable(H.shape[1])
    cost = {
        "squared": lambda: 0.5 * cp.sum_squares(H @ alpha - y),
        "logistic": lambda: cp.sum(cp.logistic(-cp.multiply(y, H @ alpha))),
        "hinge": lambda: cp.sum(cp.pos(1 - cp.multiply(y, H @ alpha))),
    }[loss]()
    problem = cp.Problem(cp.Minimize(cost + reg * cp.norm1(alpha)))
    problem.solve(solver=cp.CLARABEL)
    return problem.value


def dense_pieces(X, D, cone_rows, k):
    """F and G as the page writes them, block by block."""
    blocks = [sign * (row[:, None] * X) for sign in (1, -1)[:k] for row in D]
    F = np.hstack(blocks)
    if cone_rows is None:
        return F, np.zeros((0, F.shape[1]))
    live = X.any(axis=1)
    d, m = X.shape[1], len(cone_rows)
    G = np.zeros((2 * len(D) * m, F.shape[1]))
    for b, row in enumerate(itertools.chain(D, D)):
        sides = 2 * row[live] - 1
        G[b * m : (b + 1) * m, b * d : (b + 1) * d] = sides[:, None] * cone_rows
    return F, G
