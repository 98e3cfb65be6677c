"""Do the first iterations of ADMM already predict well? Test accuracy on real data.

    python -m experiments.admm_first_iterations          about five minutes

scikit-learn's breast cancer data and the digits 3 and 8; per seed 70 % of the rows
for training, features standardised by the training rows, a column of ones, 30
Gaussian gates, squared loss on the labels, reg 0.02 of the critical one. The network
of an iterate has its blocks v as neurons, in their cones or not. Beside it: the
optimum of the same program (chapter 6), its objective and its accuracy, and where the
objective of the iterate's network, with its weight decay, stands.
"""

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits

from experiments.provenance import save
from reference.activation_patterns import sample_patterns
from reference.admm import admm_iterates, project_to_cones
from reference.common import with_bias
from reference.convex_relu import (
    balanced_network,
    critical_reg,
    fit_convex_relu,
    nonconvex_objective,
)
from reference.relu_lp import ConvexWeights

SEEDS = list(range(5))
ITERATIONS = (1, 2, 3, 5, 10, 20, 50, 100, 200, 500, 1000)
DATA = ("breast cancer", "digits 3/8")


def load(name, seed):
    """Return standardised training and test data with a bias."""
    if name == "breast cancer":
        X, y = load_breast_cancer(return_X_y=True)
        y = 2.0 * y - 1
    else:
        X, y = load_digits(return_X_y=True)
        pair = np.isin(y, (3, 8))
        X, y = X[pair], np.where(y[pair] == 3, 1.0, -1.0)
    order = np.random.default_rng(seed).permutation(len(y))
    train, test = np.split(order, [int(0.7 * len(y))])
    mean, spread = X[train].mean(0), X[train].std(0)
    X = with_bias((X - mean) / np.where(spread > 0, spread, 1))
    return X[train], y[train], X[test], y[test]


def run(name, seed):
    """Return accuracy and relative objective of the networks of the iterates."""
    X, y, X_test, y_test = load(name, seed)
    patterns = sample_patterns(X, 30, rng=np.random.default_rng(seed))
    reg = 0.02 * critical_reg(X, y, patterns)
    best = fit_convex_relu(X, y, patterns, reg)
    record = {
        "data": name, "seed": seed, "n": len(y), "d": X.shape[1],
        "accuracy_of_the_optimum": float((best.network(X_test) * y_test > 0).mean()),
        "iterates": [],
    }  # fmt: skip
    D = patterns.masks.astype(float)
    for state in admm_iterates(X, D, y, reg):
        if state.iteration in ITERATIONS:
            weights = ConvexWeights(*state.weights)
            inside = project_to_cones(weights, X, patterns)
            network, certified = balanced_network(weights), balanced_network(inside)
            row = {"iteration": state.iteration}
            for kind, net in (("raw", network), ("projected", certified)):
                value = nonconvex_objective(net, X, y, reg)
                row[f"{kind}_accuracy"] = float((net(X_test) * y_test > 0).mean())
                row[f"{kind}_excess"] = value / best.objective - 1
            record["iterates"].append(row)
        if state.iteration == ITERATIONS[-1]:
            return record


def main():
    """Run all data sets and seeds, and save the records."""
    results = []
    for name in DATA:
        some = [run(name, seed) for seed in SEEDS]
        results += some
        print(name, "optimum", np.mean([r["accuracy_of_the_optimum"] for r in some]))
        for i in range(len(ITERATIONS)):
            rows = [r["iterates"][i] for r in some]
            mean = {k: round(float(np.mean([r[k] for r in rows])), 4) for k in rows[0]}
            print("  ", mean, flush=True)
    save(
        "admm_first_iterations",
        {"runs": results},
        seeds=SEEDS,
        packages=("numpy", "scipy", "scikit-learn"),
    )


if __name__ == "__main__":
    main()
