"""Which strategy buys the better labels: learning curves on digits and MNIST.

    python -m experiments.pool_learning --data digits
    python -m experiments.pool_learning --data mnist copies near --jobs 2

Every strategy of chapter 11 with the same network, starts, splits and initial weights;
labels bought are counted, the start included. `digits`: scikit-learn's 8 x 8 images.
`copies`: the same pool, every image three times. `near`: three times with noise.
`mnist`: a random 2,000 of the training images as pool (see `companion_data.images`).
BAIT scores 300 samples of the pool, drawn anew in each round; everyone else all.
"""

import argparse
import time
from functools import cache, partial
from pathlib import Path

import numpy as np
from sklearn.datasets import load_digits

from experiments.provenance import save
from experiments.sweep import key_of, sweep
from reference.acquisition import (
    Mlp,
    albl_strategy,
    badge,
    bait,
    bald,
    chosen_overlap,
    common_target,
    curve_area,
    discriminative,
    entropy,
    gradient_length,
    holm,
    k_center,
    labels_to_reach,
    least_confidence,
    margin,
    pairwise_wins,
    random_picks,
    redundancy,
    repeated_pool,
    run_active_learning,
    stochastic_batch,
)

DATA = {
    "digits": {
        "seeds": 5,
        "hidden": [64, 32],
        "initial": 20,
        "batch": 20,
        "budget": 200,
    },
    "mnist": {
        "seeds": 5,
        "hidden": [64, 32],
        "initial": 40,
        "batch": 40,
        "budget": 200,
    },
    "copies": {
        "seeds": 5,
        "hidden": [64, 32],
        "initial": 20,
        "batch": 20,
        "budget": 120,
    },
    "near": {"seeds": 5, "hidden": [64, 32], "initial": 20, "batch": 20, "budget": 120},
}
BAIT_POOL = 300
MNIST_POOL = 2000
NOISE = 0.1  # pixels are between 0 and 1


def power_margin(probabilities, budget, *, rng):
    """Draw a batch in proportion to one minus the margin."""
    two = np.sort(probabilities, axis=1)[:, -2:]
    return stochastic_batch(1.0 - (two[:, 1] - two[:, 0]), budget, rng=rng)


def bait_part(
    embeddings, budget, *, probabilities, labeled, labeled_probabilities, rng
):
    """Run BAIT on a random part of the pool, if that is large."""
    part = rng.permutation(len(embeddings))[:BAIT_POOL]
    picks = bait(
        embeddings[part], budget, probabilities=probabilities[part],
        labeled=labeled, labeled_probabilities=labeled_probabilities, rng=rng,
    )  # fmt: skip
    return part[picks]


STRATEGIES = {
    "random_picks": random_picks,
    "margin": margin,
    "least_confidence": least_confidence,
    "entropy": entropy,
    "stochastic_batch": power_margin,
    "bald": bald,
    "gradient_length": gradient_length,
    "k_center": k_center,
    "badge": badge,
    "bait": bait_part,
    "albl": albl_strategy,  # made anew for each run
    "discriminative": partial(discriminative, parts=4),
}


@cache
def mnist_images():
    """Return MNIST, read and checked once for all tasks."""
    from companion_data.images import mnist

    return mnist()


def pool_and_test(data, rng):
    """Return the pool X, y, the origin of its rows, and test X, y."""
    if data == "mnist":
        X, y, X_test, y_test = mnist_images()
        part = rng.permutation(len(X))[:5000]
        X, y = X[part].reshape(5000, -1) / 255.0 - 0.13, y[part]
        return (
            X,
            y,
            np.arange(5000),
            X_test.reshape(len(X_test), -1) / 255.0 - 0.13,
            y_test,
        )
    X, y = load_digits(return_X_y=True)
    order = rng.permutation(len(X))
    X, y = X[order] / 16.0 - 0.3, y[order]
    test, pool = slice(0, 500), slice(500, None)
    copies = 1 if data == "digits" else 3
    noise = NOISE if data == "near" else 0.0
    repeated = repeated_pool(X[pool], y[pool], copies, noise=noise, rng=rng)
    return *repeated, X[test], y[test]


def run(task):
    """Return the learning curve of one strategy on one data set with one seed."""
    settings = DATA[task["data"]]
    X, y, origin, X_test, y_test = pool_and_test(
        task["data"], np.random.default_rng([task["seed"], 1])
    )
    sizes = (X.shape[1], *settings["hidden"], 10)
    model = Mlp(sizes, rng=np.random.default_rng([task["seed"], 2]), dropout=0.2)
    rounds = -(-(settings["budget"] - settings["initial"]) // settings["batch"])
    strategy = STRATEGIES[task["strategy"]]
    if strategy is albl_strategy:
        strategy = albl_strategy(rounds)
    # The start is the same for all strategies; what they draw afterwards is not.
    start = np.random.default_rng([task["seed"], 3]).choice(
        len(X), settings["initial"], replace=False
    )
    began = time.process_time()
    found = run_active_learning(
        X, lambda i: int(y[i]), strategy, model, budget=settings["budget"],
        batch=settings["batch"], initial=start,
        rng=np.random.default_rng([task["seed"], 4]),
        score=lambda m: float((m.predict(X_test) == y_test).mean()),
    )  # fmt: skip
    return {
        "counts": found.counts.tolist(),
        "scores": found.scores.tolist(),
        "chosen": origin[found.queried[settings["initial"] :]].tolist(),
        "redundancy": redundancy(found.queried, origin),
        "seconds": round(time.process_time() - began, 2),
    }


def summary(answers):
    """Return what the chapter shows of {strategy: [answer of each seed]}."""
    names = list(answers)
    counts = answers[names[0]][0]["counts"]
    scores = np.array([[a["scores"] for a in answers[n]] for n in names])  # S, T, R
    areas = np.array([[curve_area(counts, a) for a in trials] for trials in scores])
    target = common_target(scores[:, :, -1])
    against = pairwise_wins(areas)
    # Planned beforehand: each strategy against random picks, which stand first.
    alone = [pairwise_wins(areas[[0, k]]).p_values[0, 1] for k in range(1, len(names))]
    planned = [1.0, *holm(alone).tolist()]
    overlap = chosen_overlap([[a["chosen"] for a in answers[n]] for n in names])
    rows = []
    for k, name in enumerate(names):
        reach = labels_to_reach(counts, scores[k].mean(axis=0), target)
        rows.append(
            {
                "strategy": name,
                "mean": scores[k].mean(axis=0).round(4).tolist(),
                "deviation": scores[k].std(axis=0, ddof=1).round(4).tolist(),
                "final": scores[k, :, -1].round(4).tolist(),
                "area": areas[k].round(4).tolist(),
                "labels_to_target": None if np.isinf(reach) else reach,
                "wins": int(against.wins[k].sum()),
                "losses": int(against.wins[:, k].sum()),
                "lead_over_random": round(float(against.differences[k, 0]), 4),
                "p_against_random": round(planned[k], 4),
                "overlap": overlap[k].round(3).tolist(),
                "redundancy": [round(a["redundancy"], 4) for a in answers[name]],
            }
        )
    return {"counts": counts, "target": round(target, 4), "rows": rows}


def main():
    """Run what is not in the journal yet, then save a file for each data set."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", nargs="+", choices=list(DATA), default=list(DATA))
    parser.add_argument("--jobs", type=int, default=0, help="0: in this process")
    parser.add_argument("--journal", default="work/pool_learning.jsonl")
    options = parser.parse_args()
    for data in options.data:
        seeds = list(range(DATA[data]["seeds"]))
        tasks = {
            strategy: [{"data": data, "seed": k, "strategy": strategy} for k in seeds]
            for strategy in STRATEGIES
        }
        found, failed = sweep(
            [task for k in seeds for task in (row[k] for row in tasks.values())],
            "experiments.pool_learning:run", Path(options.journal), jobs=options.jobs,
        )  # fmt: skip
        for key, error in failed.items():
            print(f"failed: {key}: {type(error).__name__}: {error}")
        if failed:
            continue
        answers = {s: [found[key_of(task)] for task in row] for s, row in tasks.items()}
        results = DATA[data] | summary(answers)
        for row in results["rows"]:
            print(data, row["strategy"], f"{np.mean(row['area']):.3f}", row["wins"])
        results["processor_seconds"] = round(sum(a["seconds"] for a in found.values()))
        save(f"pool_learning_{data}", results, seeds=seeds,
             packages=("numpy", "scipy", "scikit-learn"))  # fmt: skip


if __name__ == "__main__":
    main()
