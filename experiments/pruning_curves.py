"""Pruning curves: test accuracy against the number of neurons left, rule by rule.

    OPENBLAS_NUM_THREADS=1 python -m experiments.pruning_curves
    python -m experiments.pruning_curves --data pima --seeds 1    # a trial

Mishkin and Pilanci (2023, figures 2, 3 and 7) prune an optimal network beyond the
minimal one and draw the test accuracy. We follow what the paper states: 25 gates and
λ = 0.01 n on UCI tables with half of the rows for testing, 50 gates on pairs of MNIST
digits (λ = 0.01 n) and of CIFAR-10 classes (λ = 0.05 n), five repetitions. Ours, to fit
two processor cores: 1,000 training images a pair, drawn anew for each seed, as their
first 30 principal components (of the training images, each scaled to unit variance),
and the test images of the two classes, all of them. Tables are standardised by the
training rows, missing values become their mean.

The network that is pruned is the certified optimum (chapter 9; where the certificate
leaves it open, the solver's answer without its dust), exactly pruned. From there each
rule of `prune_further` keeps k neurons, with its factors refitted and not; the random
rule is the mean of five draws. Beside them stands what pruning has to beat: networks
trained with a larger λ, which have few neurons by themselves. A test point with output
exactly 0 (no neuron is active) counts as half right: small networks have many.

Every finished job is a line of the file `--resume`; a second call goes on from there.
"""

import argparse
import json
import time
from contextlib import suppress

import numpy as np

from companion_data.images import cifar10, mnist
from companion_data.uci import uci
from experiments.provenance import save
from experiments.sweep import resume
from reference.activation_patterns import sample_patterns
from reference.common import NotConverged, with_bias
from reference.convex_relu import balanced_network, fit_convex_relu
from reference.optimal_set import (
    merge_duplicates,
    optimal_set,
    prune,
    prune_further,
)

# name: loader, its argument, gates, λ / n
SETS = {
    "mammographic": (uci, "mammographic", 25, 0.01),
    "pima": (uci, "pima", 25, 0.01),
    "MNIST 2/6": (mnist, (2, 6), 50, 0.01),
    "CIFAR-10 0/2": (cifar10, (0, 2), 50, 0.05),
}
RULES = ("least_squares", "envelope", "gradient", "norm", "random")
KEEPS = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48)
LARGER = (1.5, 2.0, 4.0, 8.0, 16.0)  # times λ
IMAGES, COMPONENTS, DRAWS = 1000, 30, 5


def split(name, seed):
    """Return (X, y) for training and for testing, features with a bias."""
    load, which, *_ = SETS[name]
    rng = np.random.default_rng(seed)
    if load is uci:
        X, y = uci(which)
        order = rng.permutation(len(y))
        train, test = order[: len(y) // 2], order[len(y) // 2 :]
        X = np.where(np.isnan(X), np.nanmean(X[train], axis=0), X)
        mean, spread = X[train].mean(axis=0), X[train].std(axis=0)
        X = with_bias((X - mean) / np.where(spread > 0, spread, 1.0))
        return (X[train], y[train]), (X[test], y[test])
    X, labels, T, test_labels = load(list(which))
    chosen = rng.permutation(len(labels))[:IMAGES]
    X, T = (Z.reshape(len(Z), -1) / 255.0 for Z in (X[chosen], T))
    mean = X.mean(axis=0)
    axes = np.linalg.svd(X - mean, full_matrices=False)[2][:COMPONENTS].T
    spread = ((X - mean) @ axes).std(axis=0)
    X, T = (with_bias((Z - mean) @ axes / spread) for Z in (X, T))
    y, t = (np.where(k == which[0], 1.0, -1.0) for k in (labels[chosen], test_labels))
    return (X, y), (T, t)


def optimum(X, y, patterns, reg, certify=True):
    """Return an optimal network, exactly pruned, and what was found on the way."""
    fit = fit_convex_relu(X, y, patterns, reg, tol=1e-7)
    blocks = np.vstack([fit.weights.positive, fit.weights.negative])
    record = {
        "blocks": int(blocks.any(axis=1).sum()),
        "relative_gap": fit.gap / (0.5 * float(y @ y)),
    }
    weights = merge_duplicates(fit.weights, tol=1e-4)
    if certify:
        with suppress(NotConverged):
            found = optimal_set(fit, X, y)
            weights = found.weights(found.alpha)
            record |= {"dimension": found.dimension, "certified_gap": found.gap}
    weights = prune(weights, X, patterns, dust=1e-4)
    network = balanced_network(weights)
    return network, record | {"neurons": network.width}


def accuracy(network, data):
    """Return the share of right signs; an output of exactly 0 is half right."""
    return float(np.mean(0.5 + 0.5 * np.sign(network(data[0]) * data[1])))


def curve(network, rule, refit, train, test, seed):
    """Return (neurons kept, change of the fit, test accuracy) for each k."""
    X, y = train
    fitted, points = network(X), []
    for k in (k for k in KEEPS if k < network.width):
        draws = [
            prune_further(
                network, X, k, rule=rule, refit=refit, y=y,
                rng=np.random.default_rng([seed, draw]),
            )
            for draw in range(DRAWS if rule == "random" else 1)
        ]  # fmt: skip
        change = [np.linalg.norm(f(X) - fitted) / np.linalg.norm(fitted) for f in draws]
        points.append({
            "keep": k,
            "change": float(np.mean(change)),
            "accuracy": float(np.mean([accuracy(f, test) for f in draws])),
        })  # fmt: skip
    return points


def run(name, seed):
    """Return the record of one data set and one seed."""
    start = time.process_time()
    train, test = split(name, seed)
    X, y = train
    *_, gates, share = SETS[name]
    patterns = sample_patterns(X, gates, rng=np.random.default_rng(seed))
    network, record = optimum(X, y, patterns, share * len(y))
    record |= {"data": name, "seed": seed, "rows": len(y), "features": X.shape[1]}
    record["patterns"] = len(patterns)
    record["accuracy"] = accuracy(network, test)
    record["curves"] = {
        rule: {
            kind: curve(network, rule, kind == "refitted", train, test, seed)
            for kind in ("refitted", "as it was")
        }
        for rule in RULES
    }
    record["larger"] = []
    for factor in LARGER:
        other, found = optimum(X, y, patterns, factor * share * len(y), False)
        if other.width:
            point = {"times": factor, "neurons": found["neurons"]}
            record["larger"].append(point | {"accuracy": accuracy(other, test)})
    return record | {"seconds": time.process_time() - start}


def medians(records):
    """Return {data: {rule: {kind: {k: {change, accuracy}}}}}, for text and figures."""
    table = {}
    for name in dict.fromkeys(record["data"] for record in records):
        mine = [record for record in records if record["data"] == name]
        rows = table[name] = {}
        for rule in RULES:
            for kind in ("refitted", "as it was"):
                curves = [record["curves"][rule][kind] for record in mine]
                common = min(len(points) for points in curves)
                rows.setdefault(rule, {})[kind] = {
                    str(KEEPS[i]): {
                        what: float(np.median([points[i][what] for points in curves]))
                        for what in ("change", "accuracy")
                    }
                    for i in range(common)
                }
    return table


def main():
    """Run what is not in the file yet, then save the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--resume", default="work/pruning_curves.jsonl")
    options = parser.parse_args()
    seeds = range(options.seeds)
    tasks = [{"name": name, "seed": seed} for name in options.data for seed in seeds]
    records = resume(tasks, run, options.resume)
    table = medians(records)
    for name, rows in table.items():
        line = {rule: kinds["refitted"].get("4") for rule, kinds in rows.items()}
        print(name, "4 neurons:", json.dumps(line))
    if set(options.data) == set(SETS) and options.seeds >= 5:
        results = {"medians": table, "records": records}
        save("pruning_curves", results, seeds=list(range(options.seeds)))
    else:
        print("a part of the experiment: nothing saved under experiments/results")


if __name__ == "__main__":
    main()
