"""Which number predicts the error on a batch: random batches, honestly.

    python -m experiments.npc_batches

Digits and MNIST, one label of each class and 200 random batches of 20, five seeds. Of
each batch: the smallest eigenvalue of the kernel of infinite width, the determinant,
the complexity of Arora et al. with the labels of the batch (one column for each class,
minus a tenth), how many samples the rarest class has. Of each: the test error of kernel
regression, and, for the first 40, of a perceptron with 128 hidden units. Reported are
rank correlations with the error, and where the greedy batch stands among the random.
"""

import time
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from experiments.npc_data import one_of_each, pool_and_test
from experiments.provenance import save
from experiments.sweep import key_of, sweep
from reference.acquisition import Mlp
from reference.npc import kernel_complexity, min_eigenvalue_scores, npc
from reference.ntk import analytic_ntk

SEEDS, BATCHES, TRAINED, BUDGET = 5, 200, 40, 20


def run(task):
    """Return predictors and errors of the batches for one data set and seed."""
    began, seed = time.process_time(), task["seed"]
    X, y, X_test, y_test = pool_and_test(task["data"], seed)
    gram, across = analytic_ntk(X), analytic_ntk(X_test, X)
    labeled = one_of_each(y, seed)
    pool = np.setdiff1d(np.arange(len(X)), labeled)
    rng = np.random.default_rng([seed, 4])
    batches = [rng.choice(pool, BUDGET, replace=False) for _ in range(BATCHES)]
    greedy = npc(
        gram=gram, labeled=labeled, pool=pool, budget=BUDGET, search="greedy", rng=rng
    )
    batches.append(greedy)
    targets = np.eye(10)[y] - 0.1
    least = min_eigenvalue_scores(gram=gram, labeled=labeled, candidates=batches)
    found = {"least_eigenvalue": least.tolist()}
    for name in ("determinant", "complexity", "rarest", "regression", "network"):
        found[name] = []
    for j, batch in enumerate(batches):
        rows = np.concatenate([labeled, batch])
        inside = gram[np.ix_(rows, rows)]
        found["determinant"].append(float(np.linalg.slogdet(inside)[1]))
        found["complexity"].append(kernel_complexity(inside, targets[rows]))
        found["rarest"].append(int(np.bincount(y[rows], minlength=10).min()))
        guess = across[:, rows] @ np.linalg.solve(inside, targets[rows])
        found["regression"].append(float((guess.argmax(axis=1) != y_test).mean()))
        if j < TRAINED or j == BATCHES:
            model = Mlp((X.shape[1], 128, 10), rng=np.random.default_rng([seed, 3]))
            wrong = model.fit(X[rows], y[rows]).predict(X_test) != y_test
            found["network"].append(float(wrong.mean()))
    found["seconds"] = round(time.process_time() - began, 2)
    return found


PREDICTORS = ["least_eigenvalue", "determinant", "complexity", "rarest"]


def correlations(row):
    """Return Spearman's correlations with the errors, the greedy batch left out."""
    return {
        error: {
            name: round(
                float(spearmanr(row[name][: len(row[error]) - 1], row[error][:-1])[0]),
                4,
            )
            for name in PREDICTORS
        }
        for error in ("regression", "network")
    }


def main():
    """Run what is missing, then write correlations and where the greedy batch is."""
    tasks = [{"data": d, "seed": s} for s in range(SEEDS) for d in ("digits", "mnist")]
    journal = Path("work/npc_batches.jsonl")
    found, failed = sweep(tasks, "experiments.npc_batches:run", journal, jobs=0)
    assert not failed, failed
    results = {}
    for data in ("digits", "mnist"):
        rows = [found[key_of({"data": data, "seed": s})] for s in range(SEEDS)]
        each = [correlations(row) for row in rows]
        results[data] = {
            "correlation": {
                error: {name: [c[error][name] for c in each] for name in PREDICTORS}
                for error in ("regression", "network")
            },
            "greedy": {
                "least_eigenvalue_over_best": [
                    round(
                        r["least_eigenvalue"][-1] / max(r["least_eigenvalue"][:-1]), 4
                    )
                    for r in rows
                ],
                "error_of_greedy": {
                    e: [r[e][-1] for r in rows] for e in ("regression", "network")
                },
                "share_of_batches_with_less_error": {
                    e: [
                        round(float(np.mean(np.array(r[e][:-1]) < r[e][-1])), 4)
                        for r in rows
                    ]
                    for e in ("regression", "network")
                },
            },
            "error_median": {
                e: [round(float(np.median(r[e][:-1])), 4) for r in rows]
                for e in ("regression", "network")
            },
            "error_of_best_drawn": {
                e: [
                    r[e][int(np.argmax(r["least_eigenvalue"][: len(r[e]) - 1]))]
                    for r in rows
                ]
                for e in ("regression", "network")
            },
            "scatter": {
                name: np.round(rows[0][name], 5).tolist()
                for name in (*PREDICTORS, "regression")
            },
        }
        print(data, results[data]["correlation"], results[data]["greedy"])
    results["processor_seconds"] = round(sum(r["seconds"] for r in found.values()), 1)
    save("npc_batches", results, seeds=list(range(SEEDS)),
         packages=("numpy", "scipy", "scikit-learn"))  # fmt: skip


if __name__ == "__main__":
    main()
