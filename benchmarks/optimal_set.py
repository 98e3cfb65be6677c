"""Exact pruning: time and memory, beside what a reader would otherwise use.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.optimal_set

A network of m random neurons on n samples is pruned to independent outputs, its fit
kept and its weight decay not raised. The others:

steps      the algorithm as published, a null vector by a singular value decomposition
           of all outputs that are left, for each neuron that goes (with our sign)
highs      one linear program, min cost's s.t. Z s = Z 1, s >= 0, by SciPy's HiGHS with
           the dual simplex: a vertex has independent columns
cvxpy      the same program as a reader would write it, CVXPY with HiGHS

The official code of Mishkin and Pilanci (2023) asks MOSEK for each null vector and
skips the step where MOSEK is missing, so it cannot run here; `cvxpy` is its stand-in.

Sizes grow first in m at n = 50 (ours should grow like m), then in n at m = 8 n (like
m n², so n³). The two sides alternate in one run; fit, decay and independence of every
answer are checked. An opponent that took more than three seconds is
timed once and left out at larger sizes. Memory is the peak of
ours as `tracemalloc` sees it, beside the 8 n m bytes of the outputs.

Results go to benchmarks/results/optimal_set.json.
"""

import json
import os
import platform
import time
import tracemalloc
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy.optimize import linprog

from benchmarks.timing import alternate
from reference.optimal_set import prune_network
from reference.relu_lp import ReluNetwork

SIZES = [(50, m) for m in (100, 200, 400, 800, 1600, 6400)]
SIZES += [(n, 8 * n) for n in (25, 100, 200)]
SLOW = 3.0


def problem(n, m, seed=0):
    """Return X (n, 10) and a network of m random neurons."""
    rng = np.random.default_rng(seed)
    network = ReluNetwork(rng.standard_normal((10, m)), rng.standard_normal(m))
    return rng.standard_normal((n, 10)), network


def parts(network, X):
    """Return the outputs of the neurons (n, m) and what they pay (m,)."""
    Z = np.maximum(X @ network.hidden, 0.0) * network.output
    return Z, 0.5 * ((network.hidden**2).sum(axis=0) + network.output**2)


def scaled(network, factors):
    """Return the network with neurons times the roots of their factors."""
    root, kept = np.sqrt(np.maximum(factors, 0.0)), factors > 1e-12
    return ReluNetwork((root * network.hidden)[:, kept], (root * network.output)[kept])


def by_steps(network, X):
    """Prune by one decomposition of all that is left for each neuron that goes."""
    Z, cost = parts(network, X)
    s, kept = np.ones(len(cost)), np.flatnonzero(Z.any(axis=0))
    s[~Z.any(axis=0)] = 0.0
    while True:
        now = Z[:, kept] * s[kept]
        sizes = np.linalg.norm(now, axis=0)
        _, sigma, V = np.linalg.svd(now / sizes)
        if np.count_nonzero(sigma > 1e-10) == len(kept):
            return scaled(network, s)
        beta = V[-1] / sizes
        beta = beta if beta @ (cost[kept] * s[kept]) >= 0.0 else -beta
        factors = np.maximum(1.0 - beta / beta.max(), 0.0)
        factors[beta.argmax()] = 0.0
        s[kept] *= factors
        kept = kept[factors > 0.0]


def by_highs(network, X):
    """Prune by one linear program, its vertex by the dual simplex method."""
    Z, cost = parts(network, X)
    found = linprog(cost, A_eq=Z, b_eq=Z.sum(axis=1), method="highs-ds")
    return scaled(network, found.x)


def by_cvxpy(network, X):
    """Prune by the same program, written with CVXPY."""
    import cvxpy as cp

    Z, cost = parts(network, X)
    s = cp.Variable(len(cost), nonneg=True)
    program = cp.Problem(cp.Minimize(cost @ s), [Z @ s == Z.sum(axis=1)])
    program.solve(solver=cp.HIGHS)
    return scaled(network, s.value)


OTHERS = {"steps": by_steps, "highs": by_highs, "cvxpy": by_cvxpy}


def checked(pruned, network, X):
    """Return what an answer must satisfy, as numbers."""
    before, after = parts(network, X), parts(pruned, X)
    Z = after[0] / np.linalg.norm(after[0], axis=0)
    sigma = np.linalg.svd(Z, compute_uv=False)
    fit = before[0].sum(axis=1)
    miss = np.linalg.norm(after[0].sum(axis=1) - fit) / np.linalg.norm(fit)
    return {
        "neurons": pruned.width,
        "independent": bool(pruned.width <= len(X) and sigma[-1] > 1e-11),
        "misfit": float(miss),
        "decay": float(after[1].sum() / before[1].sum()),
    }


def peak(network, X):
    """Return the peak memory of ours in bytes."""
    tracemalloc.start()
    prune_network(network, X)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    return most


def compare(n, m, alive):
    """Return the record of one size; drop from `alive` who takes too long."""
    X, network = problem(n, m)
    record = {
        "n": n,
        "neurons": m,
        "ours": checked(prune_network(network, X), network, X),
    }
    record |= {"peak_bytes": peak(network, X), "outputs_bytes": 8 * n * m}
    for name in list(alive):
        other = OTHERS[name]
        start = time.perf_counter()
        answer = other(network, X)
        once = time.perf_counter() - start
        record[name] = checked(answer, network, X)
        record[name] |= alternate(
            lambda: prune_network(network, X),
            lambda other=other: other(network, X),
            repeats=1 if once > SLOW else 3,
        )
        if once > SLOW:  # the next size takes eight times as long
            alive.remove(name)
    start = time.perf_counter()
    prune_network(network, X)
    record["seconds"] = time.perf_counter() - start
    print(json.dumps(record), flush=True)
    return record


def slope(records, key):
    """Return the exponent of growth: the slope of log seconds against log key."""
    x = np.log([r[key] for r in records])
    return float(np.polyfit(x, np.log([r["seconds"] for r in records]), 1)[0])


def main():
    """Run all sizes and write the record."""
    alive, records = list(OTHERS), []
    for n, m in SIZES:
        if (n, m) == (25, 200):
            alive = list(OTHERS)
        records.append(compare(n, m, alive))
    wide = [r for r in records if r["n"] == 50 and r["neurons"] >= 400]
    deep = [r for r in records if r["neurons"] == 8 * r["n"] and r["n"] >= 50]
    result = {
        "command": "python -m benchmarks.optimal_set",
        "records": records,
        "growth": {
            "in_neurons": slope(wide, "neurons"),
            "in_samples": slope(deep, "n"),
        },
        "seed": 0,
        "python": platform.python_version(),
        "threads": os.environ.get("OPENBLAS_NUM_THREADS", "unset"),
        "versions": {p: version(p) for p in ("numpy", "scipy", "cvxpy", "highspy")},
    }
    path = Path(__file__).parent / "results" / "optimal_set.json"
    path.write_text(json.dumps(result, indent=1) + "\n", "utf-8")
    print(f"wrote benchmarks/results/{path.name}")


if __name__ == "__main__":
    main()
