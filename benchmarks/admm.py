"""ADMM for the convex programs: cost of an iteration, and time to an accuracy.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.admm iteration
    OPENBLAS_NUM_THREADS=1 python -m benchmarks.admm accuracy

`iteration`: the linear solve of one iteration, ours (one d x d and one n x n factor)
against the dense one of the paper (a Cholesky factor with (2 d P)² entries), set-up
and solve apart; and a whole iteration of ours.

`accuracy`: seconds to a duality gap of 1e-2, 1e-3 and 1e-4 of the loss of the zero
network: ADMM, the interior point of chapter 6 (squared loss), and CVXPY with Clarabel
at that gap and a feasibility of 1e-6, model building included. ADMM stops after
20,000 iterations.

Results go to benchmarks/results/admm_*.json.
"""

import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from benchmarks.timing import alternate
from reference.activation_patterns import sample_patterns
from reference.admm import admm_convex_relu, admm_iterates, loss_value, normal_solver
from reference.common import NotConverged, with_bias
from reference.convex_relu import critical_reg, fit_convex_relu


def data(n, d, gates, seed=0):
    """Return X (n, d) with a bias column, a target with kinks, and sampled patterns."""
    rng = np.random.default_rng(seed)
    X = with_bias(rng.standard_normal((n, d - 1)))
    y = np.abs(X[:, 0]) + np.maximum(X[:, 1] - X[:, 2], 0) + np.sin(2 * X[:, 0])
    y += 0.1 * rng.standard_normal(n)
    return X, y - y.mean(), sample_patterns(X, gates, rng=rng)


def dense_factor(X, D):
    """Return the Cholesky factor of I + F'F + G'G, formed entry by entry."""
    F = np.hstack([sign * row[:, None] * X for sign in (1, -1) for row in D])
    H = F.T @ F + np.eye(F.shape[1])
    d = X.shape[1]
    for b in range(2 * len(D)):
        H[b * d : (b + 1) * d, b * d : (b + 1) * d] += X.T @ X
    return cho_factor(H, overwrite_a=True, check_finite=False)


def iteration():
    """Return the times of set-up, of a solve and of an iteration, size by size."""
    sizes = ((100, 5, 50), (200, 10, 50), (200, 10, 100), (300, 10, 200))
    return [iteration_at(*size) for size in sizes]


def iteration_at(n, d, P):
    """Return those times for one size."""
    X, y, patterns = data(n, d, P)
    D = patterns.masks.astype(float)
    r = np.random.default_rng(1).standard_normal((2, len(D), d))
    setup = alternate(
        lambda: normal_solver(X, D, 1.0, X), lambda: dense_factor(X, D), repeats=3
    )
    solve, factor = normal_solver(X, D, 1.0, X), dense_factor(X, D)
    dense = cho_solve(factor, r.ravel()).reshape(r.shape)
    error = float(np.abs(solve(r) - dense).max() / np.abs(dense).max())

    def ours():
        for _ in range(20):
            solve(r)

    def other():
        for _ in range(20):
            cho_solve(factor, r.ravel(), check_finite=False)

    solves = alternate(ours, other, repeats=7)
    start = time.perf_counter()
    next(admm_iterates(X, D, y, 5.0, every=200))
    record = {
        "n": n, "d": d, "patterns": len(D), "unknowns": 2 * len(D) * d,
        "setup": setup, "twenty_solves": solves, "difference": error,
        "seconds_per_iteration": (time.perf_counter() - start) / 200,
    }  # fmt: skip
    print(json.dumps(record), flush=True)
    return record


def with_cvxpy(X, y, masks, reg, loss, tol):
    """Solve the program with CVXPY and Clarabel, as a reader would write it."""
    import cvxpy as cp

    P, d = len(masks), X.shape[1]
    V, W = cp.Variable((d, P)), cp.Variable((d, P))
    side, XV, XW = np.where(masks.T, 1.0, -1.0), X @ V, X @ W
    f = cp.sum(cp.multiply(masks.T.astype(float), XV - XW), axis=1)
    cost = {
        "squared": lambda: 0.5 * cp.sum_squares(f - y),
        "logistic": lambda: cp.sum(cp.logistic(-cp.multiply(y, f))),
        "hinge": lambda: cp.sum(cp.pos(1 - cp.multiply(y, f))),
    }[loss]()
    penalty = cp.sum(cp.norm(V, axis=0)) + cp.sum(cp.norm(W, axis=0))
    cones = [cp.multiply(side, XV) >= 0, cp.multiply(side, XW) >= 0]
    problem = cp.Problem(cp.Minimize(cost + reg * penalty), cones)
    problem.solve(
        solver=cp.CLARABEL, tol_gap_abs=tol, tol_gap_rel=tol, tol_feas=min(tol, 1e-6)
    )
    return float(problem.value)


def accuracy():
    """Return seconds to three gaps for each solver, loss by loss."""
    records = []
    n, d, P = 200, 8, 60
    X, target, patterns = data(n, d, P)
    for loss in ("squared", "logistic", "hinge"):
        y = target if loss == "squared" else np.sign(target)
        reg = 0.05 * critical_reg(X, y if loss == "squared" else 0.5 * y, patterns)
        scale = loss_value(0 * y, y, loss)
        for tol in (1e-2, 1e-3, 1e-4):
            record = {"loss": loss, "n": n, "d": d, "patterns": len(patterns)}
            seen, times = [], []
            for _ in range(2):
                start = time.perf_counter()
                try:
                    fit = admm_convex_relu(
                        X, y, patterns, reg, loss=loss, tol=tol, callback=seen.append
                    )
                except NotConverged as error:
                    fit = error.state
                times.append(time.perf_counter() - start)
            record |= {
                "tol": tol, "admm_seconds": min(times), "admm_gap": fit.gap / scale,
                "admm_iterations": seen[-1].iteration, "admm_objective": fit.objective,
            }  # fmt: skip
            if loss == "squared":
                start = time.perf_counter()
                exact = fit_convex_relu(X, y, patterns, reg, tol=tol)
                record["interior_point_seconds"] = time.perf_counter() - start
                record["interior_point_objective"] = exact.objective
            start = time.perf_counter()
            record["clarabel_objective"] = with_cvxpy(
                X, y, patterns.masks, reg, loss, tol
            )
            record["clarabel_seconds"] = time.perf_counter() - start
            records.append(record)
            print(json.dumps(record), flush=True)
    return records


def main(arguments):
    """Run one comparison and write its record."""
    parts = {"iteration": iteration, "accuracy": accuracy}
    if len(arguments) != 1 or arguments[0] not in parts:
        raise SystemExit(__doc__)
    record = {
        "command": f"python -m benchmarks.admm {arguments[0]}",
        "records": parts[arguments[0]](),
        "seed": 0,
        "python": platform.python_version(),
        "threads": os.environ.get("OPENBLAS_NUM_THREADS", "unset"),
        "versions": {p: version(p) for p in ("numpy", "scipy", "cvxpy", "clarabel")},
    }
    path = Path(__file__).parent / "results" / f"admm_{arguments[0]}.json"
    path.parent.mkdir(exist_ok=True)
    path.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    print(f"wrote benchmarks/results/{path.name}")


if __name__ == "__main__":
    main(sys.argv[1:])
