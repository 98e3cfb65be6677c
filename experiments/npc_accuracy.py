"""Is a better eigenvalue a better accuracy? Supervised learning curves.

    python -m experiments.npc_accuracy --data digits mnist

One random image of each class, then rounds of 20 to 90 labels; a perceptron with 128
hidden units, trained from scratch on the labels in each round, the same initial weights
for all. Kernels: its last layer, all its layers, and the network of infinite width.
"greedy" maximises the eigenvalue, "draws" takes the best of 1,000 batches as the paper
does, "pivots" maximises the determinant. Six seeds on digits, five on MNIST. Cut to
fit: no semi-supervised learning here (chapter 17), pools of 1,297 and 1,500.
"""

import argparse
import time
from functools import partial
from pathlib import Path

import numpy as np

from experiments.npc_data import one_of_each, pool_and_test
from experiments.provenance import save
from experiments.sweep import key_of, sweep
from reference.acquisition import (
    Mlp,
    badge,
    holm,
    k_center,
    margin,
    pairwise_wins,
    random_picks,
    run_active_learning,
)
from reference.npc import min_eigenvalue_scores, npc, pivoted_cholesky
from reference.ntk import analytic_ntk, trace_ntk

SEEDS = {"digits": 6, "mnist": 5}
BUDGET, BATCH = 90, 20
JOURNAL = "work/npc_accuracy.jsonl"


def kernel_of(name, model, X):
    """Return the Gram matrix of one of the three kernels."""
    return analytic_ntk(X) if name == "infinite" else trace_ntk(model, X, layers=name)


def by_kernel(X, model, indices, bought, budget, *, rng, kernel, search):
    """Return positions in the pool that a search on a kernel prefers."""
    gram = kernel_of(kernel, model, X)
    args = {"gram": gram, "labeled": bought, "pool": indices, "budget": budget}
    if search == "pivots":
        picks = pivoted_cholesky(**args)
    else:
        picks = npc(
            **args, search=search, rng=rng, when_rank_deficient="continue",
        )  # fmt: skip
    place = np.full(len(X), -1)
    place[indices] = np.arange(len(indices))
    return place[picks]


STRATEGIES = {
    "random": random_picks,
    "margin": margin,
    "k_center": k_center,
    "badge": badge,
    "last_draws": partial(by_kernel, kernel="last", search="random"),
    "last_greedy": partial(by_kernel, kernel="last", search="greedy"),
    "all_draws": partial(by_kernel, kernel="all", search="random"),
    "all_greedy": partial(by_kernel, kernel="all", search="greedy"),
    "all_pivots": partial(by_kernel, kernel="all", search="pivots"),
    "infinite_draws": partial(by_kernel, kernel="infinite", search="random"),
    "infinite_greedy": partial(by_kernel, kernel="infinite", search="greedy"),
}


def run(task):
    """Return the learning curve of one strategy with one seed."""
    began, seed = time.process_time(), task["seed"]
    X, y, X_test, y_test = pool_and_test(task["data"], seed)
    model = Mlp((X.shape[1], 128, 10), rng=np.random.default_rng([seed, 3]))
    found = run_active_learning(
        X, lambda i: int(y[i]), STRATEGIES[task["strategy"]], model, budget=BUDGET,
        batch=BATCH, initial=one_of_each(y, seed),
        rng=np.random.default_rng([seed, 4]),
        score=lambda m: float((m.predict(X_test) == y_test).mean()),
    )  # fmt: skip
    chosen = found.queried
    gram = analytic_ntk(X)
    least = min_eigenvalue_scores(gram=gram, labeled=[], candidates=[chosen])[0]
    return {
        "counts": found.counts.tolist(),
        "scores": found.scores.tolist(),
        "least_eigenvalue": float(least),
        "classes": np.bincount(y[chosen], minlength=10).tolist(),
        "norm": float(np.linalg.norm(X[chosen[10:]], axis=1).mean()
                      / np.linalg.norm(X, axis=1).mean()),
        "seconds": round(time.process_time() - began, 2),
    }  # fmt: skip


def summary(rows):
    """Return means, deviations, and leads over random with Holm's correction."""
    names = list(rows)
    scores = np.array([[r["scores"] for r in rows[n]] for n in names])
    areas = scores[:, :, 1:].mean(axis=2)
    pairs = pairwise_wins(areas)
    corrected = [1.0, *holm(pairs.p_values[0, 1:])]
    table = []
    for k, name in enumerate(names):
        mean = {
            key: float(np.mean([r[key] for r in rows[name]]))
            for key in ("least_eigenvalue", "norm")
        }
        rarest = np.mean([min(r["classes"]) for r in rows[name]])
        table.append(
            {
                "strategy": name,
                "mean": scores[k].mean(axis=0).round(4).tolist(),
                "deviation": scores[k].std(axis=0, ddof=1).round(4).tolist(),
                "area": round(float(areas[k].mean()), 4),
                "lead_over_random": round(float((areas[k] - areas[0]).mean()), 4),
                "p_against_random": round(float(corrected[k]), 4),
                "least_eigenvalue": mean["least_eigenvalue"],
                "norm": round(mean["norm"], 4),
                "rarest_class": round(float(rarest), 2),
            }
        )
    return table


def main():
    """Run what is missing, then save the curves of each data set."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", nargs="+", choices=list(SEEDS), default=list(SEEDS))
    options = parser.parse_args()
    for data in options.data:
        seeds = range(SEEDS[data])
        tasks = {
            s: [{"data": data, "seed": k, "strategy": s} for k in seeds]
            for s in STRATEGIES
        }
        found, failed = sweep(
            [task for k in seeds for task in (row[k] for row in tasks.values())],
            "experiments.npc_accuracy:run", Path(JOURNAL), jobs=0,
        )  # fmt: skip
        assert not failed, failed
        rows = {s: [found[key_of(t)] for t in row] for s, row in tasks.items()}
        counts = rows["random"][0]["counts"]
        table = summary(rows)
        for row in table:
            print(data, row["strategy"], row["mean"], row["p_against_random"])
        seconds = round(sum(r["seconds"] for v in rows.values() for r in v))
        save(
            f"npc_accuracy_{data}",
            {"counts": counts, "rows": table, "processor_seconds": seconds},
            seeds=list(seeds),
            packages=("numpy", "scipy", "scikit-learn"),
        )


if __name__ == "__main__":
    main()
