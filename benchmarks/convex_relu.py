"""Convex ReLU training beside the packages a reader would otherwise use.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.convex_relu clarabel 300
    OPENBLAS_NUM_THREADS=1 python -m benchmarks.convex_relu clarabel 1000
    OPENBLAS_NUM_THREADS=1 python -m benchmarks.convex_relu pyscnn

`clarabel`: the ReLU program with its cones to a certified gap of 1e-4 (relative to
the objective of the zero network). Ours to that gap; CVXPY with Clarabel at tolerances
of 1e-4 (with 1e-3 it misses the gap at n = 300), model building included on both sides.

`pyscnn`: the gated group lasso to an objective within 1e-4 of the best known. Needs
`pip install torch` and `pip install --no-deps pyscnn linalg_backends`.

Results go to benchmarks/results/convex_relu_*.json.
"""

import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.timing import alternate
from reference.activation_patterns import Patterns, sample_patterns
from reference.common import with_bias
from reference.convex_relu import (
    cone_slack,
    convex_objective,
    critical_reg,
    duality_gap,
    fit_convex_relu,
)
from reference.relu_lp import ConvexWeights

GAP = 1e-4


def data(n, d, gates, seed=0):
    """Return X (n, d) with a bias column, a target with kinks, and sampled patterns."""
    rng = np.random.default_rng(seed)
    X = with_bias(rng.standard_normal((n, d - 1)))
    y = np.abs(X[:, 0]) + np.maximum(X[:, 1] - X[:, 2], 0) + np.sin(2 * X[:, 0])
    y += 0.1 * rng.standard_normal(n)
    return X, y, sample_patterns(X, gates, rng=rng)


def with_cvxpy(X, y, patterns, reg, tol):
    """Return the optimal weights by CVXPY and Clarabel, as a reader would write it."""
    import cvxpy as cp

    P, d = len(patterns.masks), X.shape[1]
    V, W = cp.Variable((d, P)), cp.Variable((d, P))
    side = np.where(patterns.masks.T, 1.0, -1.0)
    XV, XW = X @ V, X @ W
    fitted = cp.sum(cp.multiply(patterns.masks.T.astype(float), XV - XW), axis=1)
    penalty = cp.sum(cp.norm(V, axis=0)) + cp.sum(cp.norm(W, axis=0))
    cones = [cp.multiply(side, XV) >= 0, cp.multiply(side, XW) >= 0]
    problem = cp.Problem(
        cp.Minimize(0.5 * cp.sum_squares(fitted - y) + reg * penalty), cones
    )
    problem.solve(solver="CLARABEL", tol_gap_abs=tol, tol_gap_rel=tol, tol_feas=tol)
    return ConvexWeights(V.value.T, W.value.T)


def against_clarabel(n, *, d=10, gates=100, share=0.01, repeats=3):
    """Return timings and both certificates for n samples."""
    X, y, patterns = data(n, d, gates)
    reg = share * critical_reg(X, y, patterns)
    scale = 0.5 * y @ y
    results = {}

    def ours():
        results["ours"] = fit_convex_relu(X, y, patterns, reg, tol=GAP).weights

    def other():
        results["other"] = with_cvxpy(X, y, patterns, reg, 1e-4)

    record = alternate(ours, other, repeats=repeats)
    for name, weights in results.items():
        record[name + "_objective"] = convex_objective(weights, X, y, patterns, reg)
        gap = duality_gap(weights, X, y, patterns, reg)
        record[name + "_certified_gap"] = gap / scale
        record[name + "_cone_slack"] = cone_slack(weights, X, patterns.masks)
    return {"n": n, "d": d, "patterns": len(patterns.masks), "reg": reg} | record


def against_pyscnn(n=1000, d=25, gates=1000, share=0.05, repeats=3):
    """Return timings to an objective within GAP of the best, each at its best."""
    import scnn.optimize as peer
    import torch
    from scnn.metrics import Metrics
    from scnn.models import ConvexGatedReLU
    from scnn.regularizers import NeuronGL1
    from scnn.solvers import RFISTA

    torch.set_num_threads(1)
    X, y, patterns = data(n, d, gates)
    reg = share * critical_reg(X, y, patterns, gated=True)
    scale = 0.5 * y @ y
    best = fit_convex_relu(
        X, y, patterns, reg, gated=True, solver="interior_point", tol=1e-7
    )
    results = {}

    def ours():
        fit = fit_convex_relu(X, y, patterns, reg, gated=True, tol=GAP)
        results["ours"] = patterns, fit.weights

    def theirs(tol):
        model = ConvexGatedReLU(patterns.gates.T.copy())
        model, _ = peer.optimize_model(
            model, RFISTA(model, tol=tol, max_iters=10000), Metrics(), X, y[:, None],
            regularizer=NeuronGL1(reg / n), return_convex=True, unitize_data=False,
        )  # fmt: skip
        blocks = np.asarray(model.parameters[0], dtype=float).reshape(-1, d)
        gates = np.asarray(model.G, dtype=float).T  # it sorts them
        return Patterns(gates @ X.T >= 0, gates), ConvexWeights(blocks, 0 * blocks)

    # The loosest stopping tolerance of the peer that reaches the objective.
    for tol in 10.0 ** -np.arange(3.0, 11.0, 0.5):
        start = time.perf_counter()
        theirs_found, weights = theirs(tol)
        excess = convex_objective(weights, X, y, theirs_found, reg) - best.objective
        seconds = time.perf_counter() - start
        print(f"pyscnn tol {tol:.1e}: excess {excess / scale:.2e} in {seconds:.1f} s")
        if excess <= GAP * scale:
            break

    def other():
        results["other"] = theirs(tol)

    record = alternate(ours, other, repeats=repeats) | {"pyscnn_tol": tol}
    for name, (found, weights) in results.items():
        value = convex_objective(weights, X, y, found, reg)
        record[name + "_excess"] = (value - best.objective) / scale
        gap = duality_gap(weights, X, y, found, reg, gated=True)
        record[name + "_certified_gap"] = gap / scale
    return {"n": n, "d": d, "patterns": len(patterns.masks), "reg": reg} | record


def main(arguments):
    """Run one comparison and write its record."""
    if arguments[:1] == ["clarabel"]:
        n = int(arguments[1])
        record = against_clarabel(n, repeats=5 if n < 500 else 3)
        name, packages = f"clarabel_{n}", ("cvxpy", "clarabel")
    elif arguments[:1] == ["pyscnn"]:
        record = against_pyscnn()
        name, packages = "pyscnn", ("pyscnn", "torch")
    else:
        raise SystemExit(__doc__)
    record["command"] = "python -m benchmarks.convex_relu " + " ".join(arguments)
    record["seed"], record["python"] = 0, platform.python_version()
    record["threads"] = os.environ.get("OPENBLAS_NUM_THREADS", "unset")
    record["versions"] = {p: version(p) for p in ("numpy", "scipy", *packages)}
    folder = Path(__file__).parent / "results"
    folder.mkdir(exist_ok=True)
    path = folder / f"convex_relu_{name}.json"
    path.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
    print(path.read_text("utf-8"))


if __name__ == "__main__":
    main(sys.argv[1:])
