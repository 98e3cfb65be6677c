"""Two and three layers by linear programming, beside gradient training.

    python -m experiments.deep_lp_accuracy

Test accuracy on the spiral (80 of 100 points for training), a harder spiral (one and a
half turns, 100 of 200 points) and two classes of scikit-learn's breast-cancer data (100
of 569 samples, four principal components of all of them), over five seeds. Each seed
draws the split, the patterns and the initial weights; where the patterns are infeasible
or the program too badly scaled, two more are drawn in each layer. "Random labels"
trains on permuted labels.
"""

import os

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

import time
import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer
from sklearn.exceptions import ConvergenceWarning
from sklearn.neural_network import MLPClassifier

from companion_data.synthetic import harder_spiral, spiral
from experiments.provenance import save
from reference.activation_patterns import Patterns
from reference.common import Infeasible, NotConverged, with_bias
from reference.deep_relu_lp import (
    fit_deep_relu_lp,
    sample_deep_patterns,
    to_deep_network,
)
from reference.relu_lp import fit_relu_lp, to_network

SEEDS = range(5)
OBJECTIVES = ("feasible", "min_l1", "max_margin")
TWO, THREE = (40,), (6, 6)


def breast_cancer():
    """Return four standardised principal components with a bias, and labels."""
    X, y = load_breast_cancer(return_X_y=True)
    X = (X - X.mean(0)) / X.std(0)
    U, _, _ = np.linalg.svd(X, full_matrices=False)
    return with_bias(U[:, :4] * np.sqrt(len(X))), np.where(y == 1, 1.0, -1.0)


DATA = {
    "spiral": (spiral(), 80),
    "harder spiral": (harder_spiral(100, 1.5), 100),
    "breast cancer": (breast_cancer(), 100),
}


def fit_lp(X, y, counts, objective, rng):
    """Return a network by linear programming and the number of draws it took."""
    for draws in range(1, 51):
        patterns = sample_deep_patterns(X, counts, rng=rng)
        try:
            if len(counts) == 1:
                two = Patterns(patterns.masks[0], patterns.gates[0])
                weights = fit_relu_lp(X, y, two, objective=objective)
                return to_network(weights), draws
            weights = fit_deep_relu_lp(X, y, patterns, objective=objective)
            return to_deep_network(weights), draws
        except (Infeasible, NotConverged):
            counts = tuple(count + 2 for count in counts)  # widen
    raise RuntimeError("no feasible patterns")


def by_gradient(X, y, seed):
    """Return a three-layer network trained by Adam on the logistic loss."""
    model = MLPClassifier((32, 32), max_iter=3000, tol=1e-6, random_state=seed)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", ConvergenceWarning)
        model.fit(X[:, :-1], y)  # it has biases of its own
    return lambda points: model.predict(points[:, :-1])


def run(X, y, size, seed):
    """Return for each model its test accuracy, training accuracy and seconds."""
    rng = np.random.default_rng(seed)
    order = rng.permutation(len(y))
    train, test = order[:size], order[size:]
    found = {}

    def score(name, make, labels=y):
        start = time.perf_counter()
        network = make(labels)
        seconds = time.perf_counter() - start
        correct = np.sign(network(X)) == labels
        found[name] = [correct[test].mean(), correct[train].mean(), seconds]

    for name, counts in (("two layers", TWO), ("three layers", THREE)):
        for objective in OBJECTIVES:
            score(
                f"{name}, {objective}",
                lambda z, c=counts, o=objective: fit_lp(
                    X[train], z[train], c, o, np.random.default_rng([seed, len(c)])
                )[0],
            )
    score("gradient", lambda z: by_gradient(X[train], z[train], seed))
    score(
        "random labels, three layers, feasible",
        lambda z: fit_lp(
            X[train], z[train], THREE, "feasible", np.random.default_rng([seed, 9])
        )[0],
        labels=rng.permutation(y),
    )
    return found


def main():
    """Run all seeds and save the accuracies."""
    results = {}
    for name, ((X, y), size) in DATA.items():
        runs = []
        for seed in SEEDS:
            runs.append(run(X, y, size, seed))
            print(name, seed, flush=True)
        times = {model: [r[model][2] for r in runs] for model in runs[0]}
        table = {
            model: {
                "test": [round(float(r[model][0]), 4) for r in runs],
                "train": [round(float(r[model][1]), 4) for r in runs],
                "median seconds": round(float(np.median(times[model])), 3),
            }
            for model in runs[0]
        }
        results[name] = {"train size": size, "n": len(y), "models": table}
        for model, row in table.items():
            test = np.array(row["test"])
            print(
                f"{name:14} {model:38} test {test.mean():.3f} ± {test.std(ddof=1):.3f} "
                f"train {np.mean(row['train']):.3f}  {row['median seconds']:.2f} s",
                flush=True,
            )
    results["counts"] = {"two layers": TWO, "three layers": THREE}
    packages = ("numpy", "scipy", "scikit-learn")
    save("deep_lp_accuracy", results, seeds=list(SEEDS), packages=packages)


if __name__ == "__main__":
    main()
