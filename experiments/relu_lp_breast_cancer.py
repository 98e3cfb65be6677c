"""Networks trained by linear programming on scikit-learn's data, beside gradients.

    python -m experiments.relu_lp_breast_cancer                about 20 minutes
    python -m experiments.relu_lp_breast_cancer --baselines    the others anew: five
    python -m experiments.relu_lp_breast_cancer --large        50 patterns, two seeds

For each data set and seed: 80 % of the rows for training, features standardised by
the training rows, a column of ones, P Gaussian activation patterns. The three
objectives of chapter 4 give networks of at most 2 P neurons; scikit-learn's
MLPClassifier (Adam, up to 2,000 epochs) has 2 P hidden neurons and the learning rate
that is best in three-fold cross-validation on the training rows; logistic regression
(default settings) is the linear model on the same features.
"""

import sys
import time
import warnings

import numpy as np
from sklearn.datasets import load_breast_cancer, load_digits
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import GridSearchCV
from sklearn.neural_network import MLPClassifier

from experiments.provenance import load, save
from reference.activation_patterns import sample_patterns
from reference.common import Infeasible, with_bias
from reference.relu_lp import fit_relu_lp, to_network

OBJECTIVES = ("feasible", "min_l1", "max_margin")
RATES = (1e-3, 1e-2, 1e-1)
RUNS = [
    ("breast cancer", 20, OBJECTIVES),
    ("digits 3/8", 10, OBJECTIVES),
    ("digits 4/9", 10, OBJECTIVES),
    ("digits 1/7", 10, OBJECTIVES),
    ("breast cancer", 500, ("feasible",)),
    ("digits 3/8", 500, ("feasible",)),
]
LARGE = [("breast cancer", 50, OBJECTIVES)]


def load_pair(name):
    """Return features and labels +1, -1 of a data set named as in RUNS."""
    if name == "breast cancer":
        Z, target = load_breast_cancer(return_X_y=True)
        return Z, np.where(target == 1, 1.0, -1.0)
    first, second = (int(digit) for digit in name.split()[1].split("/"))
    Z, target = load_digits(return_X_y=True)
    rows = (target == first) | (target == second)
    return Z[rows], np.where(target[rows] == first, 1.0, -1.0)


def split(Z, y, seed, fraction=0.8):
    """Return standardised training and test data, without the column of ones."""
    order = np.random.default_rng(seed).permutation(len(y))
    train, test = np.split(order, [int(fraction * len(y))])
    spread = Z[train].std(axis=0)
    Z = (Z - Z[train].mean(axis=0)) / np.where(spread > 0, spread, 1)
    return Z[train], y[train], Z[test], y[test]


def accuracy(scores, y):
    """Return the fraction of correct signs; zero counts as wrong."""
    return float((np.sign(scores) == y).mean())


def run(name, num_gates, objectives, seed):
    """Return one record per method."""
    Z, y, Z_test, y_test = split(*load_pair(name), seed)
    X, X_test = with_bias(Z), with_bias(Z_test)
    patterns = sample_patterns(X, num_gates, rng=np.random.default_rng(seed))
    width = 2 * len(patterns.masks)
    records = []

    def add(method, start, scores, **more):
        seconds = round(time.perf_counter() - start, 3)
        records.append(
            {"data": name, "patterns": num_gates, "seed": seed, "method": method}
            | {"accuracy": accuracy(scores, y_test), "seconds": seconds}
            | more
        )
        print(records[-1], flush=True)

    for objective in objectives:
        start = time.perf_counter()
        try:
            network = to_network(fit_relu_lp(X, y, patterns, objective=objective))
        except Infeasible as error:  # the zero network; the lab leaves it out
            add(objective, start, 0 * y_test, infeasible=str(error))
            continue
        theta = np.abs(network.hidden)
        add(
            objective,
            start,
            network(X_test),
            width=network.width,
            train=accuracy(network(X), y),
            l1=float(theta.sum()),
            largest=float(theta.max()),
        )
    start = time.perf_counter()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # 2,000 epochs may not be the last word
        mlp = MLPClassifier((width,), max_iter=2000, random_state=seed)
        mlp = GridSearchCV(mlp, {"learning_rate_init": RATES}, cv=3).fit(Z, y)
    add(
        "gradient",
        start,
        mlp.predict(Z_test),
        width=width,
        train=mlp.score(Z, y),
        rate=mlp.best_params_["learning_rate_init"],
    )
    start = time.perf_counter()
    linear = LogisticRegression(max_iter=5000).fit(Z, y)
    add("linear", start, linear.predict(Z_test), train=linear.score(Z, y))
    return records


def main():
    """Run everything and save it."""
    large, baselines = "--large" in sys.argv, "--baselines" in sys.argv
    seeds = [0, 1] if large else [0, 1, 2, 3, 4]
    records, note = [], {}
    if baselines:  # the programs' records stay as they are
        kept = load("relu_lp_breast_cancer")["records"]
        records = [r for r in kept if r["method"] in OBJECTIVES]
        note = {"kept": "the programs' records, from a run without --baselines"}
    for name, num_gates, objectives in LARGE if large else RUNS:
        for seed in seeds:
            records += run(name, num_gates, () if baselines else objectives, seed)
    save(
        "relu_lp_breast_cancer" + "_large" * large,
        {"records": records, "train_fraction": 0.8} | note,
        seeds=seeds,
        packages=("numpy", "scipy", "scikit-learn"),
    )


if __name__ == "__main__":
    main()
