"""How near searches come to the best smallest eigenvalue, and to its bound.

    python -m experiments.npc_search

MNIST, a pool of 1,500, twenty labelled at random, batches of twenty, five seeds. Three
kernels: the last layer of a perceptron (784-128-10) trained on the twenty, all its
layers, and the network of infinite width. Draws (the median, the best of 1,000 and of
10,000), pivoted Cholesky, exchange from the best of 1,000, greedy; each divided by the
smaller of the two bounds.
"""

import time
from pathlib import Path

import numpy as np

from experiments.npc_data import pool_and_test
from experiments.provenance import save
from experiments.sweep import key_of, sweep
from reference.acquisition import Mlp
from reference.npc import (
    eigenvalue_caps,
    min_eigenvalue_scores,
    npc,
    pivoted_cholesky,
)
from reference.ntk import analytic_ntk, trace_ntk

SEEDS, LABELED, BUDGET = 5, 20, 20
KERNELS = ["last", "all", "infinite"]


def run(task):
    """Return the values of the searches for one kernel and seed."""
    began = time.process_time()
    seed = task["seed"]
    X, y, _, _ = pool_and_test("mnist", seed)
    labeled, pool = np.arange(LABELED), np.arange(LABELED, len(X))
    if task["kernel"] == "infinite":
        gram = analytic_ntk(X)
    else:
        model = Mlp((784, 128, 10), rng=np.random.default_rng([seed, 3]))
        model.fit(X[labeled], y[labeled])
        gram = trace_ntk(model, X, layers=task["kernel"])
    args = {"gram": gram, "labeled": labeled}
    rest = {"pool": pool, "budget": BUDGET}
    rng = np.random.default_rng([seed, 4])
    draws = np.stack([rng.choice(pool, BUDGET, replace=False) for _ in range(1000)])
    found = {
        "best_1000": npc(**args, **rest, rng=np.random.default_rng([seed, 4])),
        "best_10000": npc(
            **args, **rest, candidates=10_000, rng=np.random.default_rng([seed, 4])
        ),
        "pivots": pivoted_cholesky(**args, **rest),
        "exchange": npc(
            **args, **rest, search="exchange", rng=np.random.default_rng([seed, 4])
        ),
        "greedy": npc(**args, **rest, search="greedy", rng=rng),
    }
    names = list(found)
    values = min_eigenvalue_scores(**args, candidates=[found[k] for k in names])
    caps = eigenvalue_caps(**args, **rest)
    norms = np.sqrt(np.diag(gram))
    return {
        "values": dict(zip(names, values.tolist(), strict=True))
        | {"median": float(np.median(min_eigenvalue_scores(**args, candidates=draws)))},
        "caps": list(caps),
        "norm_of_picks": {
            k: float(norms[found[k]].mean() / norms[pool].mean()) for k in names
        },
        "seconds": round(time.process_time() - began, 2),
    }


def main():
    """Run what is missing, then write shares of the bound."""
    tasks = [{"kernel": k, "seed": s} for s in range(SEEDS) for k in KERNELS]
    journal = Path("work/npc_search.jsonl")
    found, failed = sweep(tasks, "experiments.npc_search:run", journal, jobs=0)
    assert not failed, failed
    results = {}
    for kernel in KERNELS:
        rows = [found[key_of({"kernel": kernel, "seed": s})] for s in range(SEEDS)]
        names = list(rows[0]["values"])
        shares = {n: [r["values"][n] / min(r["caps"]) for r in rows] for n in names}
        results[kernel] = {
            "share_of_cap": {n: np.round(v, 4).tolist() for n, v in shares.items()},
            "caps": [r["caps"] for r in rows],
            "norm_of_picks": {
                n: np.round([r["norm_of_picks"][n] for r in rows], 4).tolist()
                for n in rows[0]["norm_of_picks"]
            },
        }
        print(kernel, {n: round(float(np.mean(v)), 3) for n, v in shares.items()})
    results["processor_seconds"] = round(sum(r["seconds"] for r in found.values()), 1)
    save("npc_search", results, seeds=list(range(SEEDS)))


if __name__ == "__main__":
    main()
