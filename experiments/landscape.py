"""Eigenvalue, condition number or step size: which orders sets of labels?

    OPENBLAS_NUM_THREADS=1 python -m experiments.landscape

Digits as in `experiments.semi_supervised`: the six sets of thirty labels of a split in
its part `eigen`, of which that run has the accuracies and the eigenvalue of the last
layer. Here: the extreme eigenvalues of the kernel of all layers at the parameters at
which training starts, and the longest step with which 200 steps of gradient descent end
below a tenth of a guess's loss, on the labels alone and on FixMatch's loss with 200
samples of the pool (one weak and one strong view of each, drawn once). Reported are
rank correlations within a split.
"""

import time
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

from experiments.provenance import load, save
from experiments.semi_supervised import FILL, WORDS, eigen_sets, images, network
from experiments.sweep import resume
from reference.acquisition import softmax
from reference.ntk import trace_ntk
from reference.semi_supervised import ImageViews, fixmatch_loss

SEEDS, DRAW = 10, 40
DESCENT, GOAL = 200, 0.1 * np.log(10.0)
SHORT, LONG, HALVINGS = 2.0, 8.0, 6  # the first is short for every set, the second long
NUMBERS = ("smallest", "whole_smallest", "whole_largest", "condition", "step",
           "step_pool")  # fmt: skip


def descends(model, loss, step):
    """Return whether gradient descent with this step ends, and stays, below GOAL."""
    theta, below = model.theta.copy(), 0
    with np.errstate(all="ignore"):
        for _ in range(DESCENT):
            value, slope = loss(model)
            below = below + 1 if value < GOAL else 0
            model.theta -= step * slope
            if not np.isfinite(model.theta).all():
                below = 0
                break
    model.theta[:] = theta
    return below >= 10


def longest_step(model, loss):
    """Return where descent stops working, by halving on a scale of logarithms."""
    low, high = np.log(SHORT), np.log(LONG)
    for _ in range(HALVINGS):
        middle = (low + high) / 2.0
        if descends(model, loss, np.exp(middle)):
            low = middle
        else:
            high = middle
    assert np.log(SHORT) < low
    assert high < np.log(LONG)
    return float(np.exp(low))


def both_steps(seed, labeled):
    """Return the longest steps on the labels alone, and with a part of the pool."""
    X, y, _, _, _ = images("digits", seed)
    model = network("digits", [seed, DRAW, 2])
    rng = np.random.default_rng([seed, 11])
    views = ImageViews((8, 8), fill=FILL)
    part = X[rng.choice(len(X), 200, replace=False)]
    weak, strong = views.weak(part, rng), views.strong(part, rng)
    X, y = X[labeled], y[labeled]

    def alone(model):
        return model.loss_and_gradient(X, y, np.full(len(X), 1.0 / len(X)))

    def pooled(model):
        return fixmatch_loss(model, X, y, softmax(model.outputs(weak)), strong)

    return longest_step(model, alone), longest_step(model, pooled)


def run(seed):
    """Return the numbers of the six sets of a split."""
    began = time.process_time()
    X, answer = images("digits", seed)[0], {}
    sets, H = eigen_sets("digits", seed)
    for name, labeled in sets.items():
        start = network("digits", [seed, DRAW, 2])
        whole = np.linalg.eigvalsh(trace_ntk(start, X[labeled]))
        step, step_pool = both_steps(seed, labeled)
        answer[WORDS.get(name, name)] = {
            "smallest": float(np.linalg.eigvalsh(H[labeled] @ H[labeled].T)[0]),
            "whole_smallest": float(whole[0]),
            "whole_largest": float(whole[-1]),
            "condition": float(whole[-1] / whole[0]),
            "step": step,
            "step_pool": step_pool,
        }
    return answer | {"seconds": round(time.process_time() - began, 1)}


def correlations(found, names, rows, columns):
    """Return rank correlations within a split: mean, deviation and every one."""
    answer = {}
    for row in rows:
        answer[row] = {}
        for column in columns:
            each = [
                spearmanr([a[n][row] for n in names], [a[n][column] for n in names])[0]
                for a in found
            ]
            answer[row][column] = {
                "mean": round(float(np.mean(each)), 3),
                "error": round(float(np.std(each, ddof=1) / np.sqrt(len(each))), 3),
                "values": np.round(each, 3).tolist(),
            }
    return answer


def main():
    """Run what is missing, then save means and correlations with the accuracies."""
    tasks = [{"seed": s} for s in range(SEEDS)]
    found = resume(tasks, run, Path("work/landscape.jsonl"))
    trained = load("semi_supervised")["eigen"]["rows"]
    for seed, answer in enumerate(found):
        answer.pop("seconds")
        for name, row in answer.items():  # the very same sets
            same = trained[name]["smallest"]["values"][seed]
            assert abs(row["smallest"] / same - 1.0) < 1e-6, (seed, name)
            row |= {k: trained[name][k]["values"][seed] for k in ("ssl", "sl")}
    names = list(found[0])
    results = {
        "rows": {
            n: {k: float(np.mean([a[n][k] for a in found])) for k in found[0][n]}
            for n in names
        },
        # the largest of the sets of a split over the smallest
        "range": {
            k: float(np.mean([
                max(a[n][k] for n in names) / min(a[n][k] for n in names) for a in found
            ]))
            for k in NUMBERS
        },
        "accuracy": correlations(found, names, NUMBERS, ("ssl", "sl")),
        "steps": correlations(found, names, NUMBERS[:4], ("step", "step_pool")),
        "both_steps": correlations(found, names, ("step",), ("step_pool",)),
    }  # fmt: skip
    save("landscape", results, seeds=list(range(SEEDS)),
         packages=("numpy", "scipy", "scikit-learn"))  # fmt: skip


if __name__ == "__main__":
    main()
