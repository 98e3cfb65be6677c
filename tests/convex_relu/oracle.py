"""Independent routes of chapter 6: CVXPY's optimum, points of the cones."""

import cvxpy as cp
import numpy as np

from reference.relu_lp import ConvexWeights


def optimal_value(X, y, masks, reg, gated):
    """The optimal value by CVXPY, from dense matrices."""
    P, d = len(masks), X.shape[1]
    V, W = cp.Variable((P, d)), cp.Variable((P, d))
    W = np.zeros((P, d)) if gated else W
    f = sum(np.diag(masks[i].astype(float)) @ X @ (V[i] - W[i]) for i in range(P))
    blocks = [V] if gated else [V, W]
    penalty = sum(cp.norm(block[i]) for block in blocks for i in range(P))
    cones = [] if gated else [
        np.diag(2.0 * masks[i] - 1) @ X @ block[i] >= 0
        for block in blocks for i in range(P)
    ]  # fmt: skip
    problem = cp.Problem(
        cp.Minimize(0.5 * cp.sum_squares(f - y) + reg * penalty), cones
    )
    tight = {"tol_gap_abs": 1e-9, "tol_gap_rel": 1e-9, "tol_feas": 1e-9}
    return problem.solve(solver="CLARABEL", **tight)


def cone_weights(X, patterns, rng, zero=0.4):
    """Random cone-feasible blocks: sums of a cone's gate and shrunken other points."""
    blocks = []
    for _ in range(2):
        u = rng.standard_normal(patterns.gates.shape)
        side = np.where(patterns.masks, 1.0, -1.0)
        need = -(side * (u @ X.T))
        have = side * (patterns.gates @ X.T)
        live = X.any(axis=1)
        t = np.zeros(len(u))
        if live.any():
            t = (need[:, live] / have[:, live]).max(axis=1)
        u = u + np.maximum(t, 0)[:, None] * (1 + 1e-9) * patterns.gates
        blocks.append(u * (rng.uniform(size=len(u)) > zero)[:, None])
    return ConvexWeights(*blocks)
