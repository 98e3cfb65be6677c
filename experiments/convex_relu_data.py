"""Convex ReLU training on scikit-learn's data sets, beside its own models.

    OPENBLAS_NUM_THREADS=1 python -m experiments.convex_relu_data

Five random splits (seeds 0 to 4), 60 % for training, features standardised on the
training part, regularisation chosen on a quarter of the training part from the same
number of candidates for every method. Labels ±1 are fitted by squared loss in the
convex and ridge models. Every convex fit is refitted on the whole training part and
reported with its certified relative gap and its cone slack.
"""

import warnings

import numpy as np
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_wine,
)
from sklearn.exceptions import ConvergenceWarning
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor

from experiments.provenance import save
from reference.activation_patterns import sample_patterns
from reference.common import with_bias
from reference.convex_relu import critical_reg, fit_convex_relu, gated_predict

SEEDS = [0, 1, 2, 3, 4]
GATES = 50
SHARES = [0.003, 0.01, 0.03, 0.1, 0.3]


def pair(digits, a, b):
    """Return two digits as features and labels."""
    keep = np.isin(digits.target, [a, b])
    return digits.data[keep], np.where(digits.target[keep] == a, 1.0, -1.0)


def data_sets():
    """Return name -> (X, y, whether the targets are labels)."""
    cancer, digits, wine = load_breast_cancer(), load_digits(), load_wine()
    diabetes = load_diabetes()
    return {
        "breast cancer": (cancer.data, 2.0 * cancer.target - 1, True),
        "digits 4/9": (*pair(digits, 4, 9), True),
        "digits 3/8": (*pair(digits, 3, 8), True),
        "wine, class 1": (wine.data, np.where(wine.target == 1, 1.0, -1.0), True),
        "diabetes": (diabetes.data, diabetes.target, False),
    }


def standardised(X, fit_rows):
    """Scale features by the training rows; constant ones are dropped."""
    mean, sd = X[fit_rows].mean(0), X[fit_rows].std(0)
    return ((X - mean) / np.where(sd > 0, sd, 1))[:, sd > 0]


def error(prediction, y, labels):
    """Return the share of wrong signs, or the mean squared error."""
    if labels:
        return float((np.sign(prediction) != y).mean())
    return float(((prediction - y) ** 2).mean())


def convex(X, y, share, seed, gated):
    """Return a prediction function and the proof of a convex fit."""
    X1 = with_bias(X)
    patterns = sample_patterns(X1, GATES, rng=np.random.default_rng(seed))
    reg = share * critical_reg(X1, y, patterns, gated=gated)
    fit = fit_convex_relu(X1, y, patterns, reg, gated=gated, tol=1e-3)
    proof = {"gap": fit.gap / (0.5 * y @ y), "cone_slack": fit.cone_slack}
    if gated:
        weights = fit.weights.positive
        return lambda Z: gated_predict(with_bias(Z), patterns.gates, weights), proof
    network = fit.network
    return lambda Z: network(with_bias(Z)), proof | {"neurons": network.width}


def scikit(model):
    """Return a prediction function with the sign of the first class."""
    if hasattr(model, "decision_function"):
        return model.decision_function
    return model.predict


def fit_method(name, X, y, k, seed, labels):
    """Return a prediction function and the proof, for candidate k of a method."""
    if name.startswith("convex"):
        return convex(X, y, SHARES[k], seed, name.endswith("gated"))
    if name == "ridge":
        model = Ridge(alpha=10.0 ** (k - 1))
    elif name == "logistic":
        model = LogisticRegression(C=10.0 ** (2 - k), max_iter=3000)
    else:
        kind = MLPClassifier if labels else MLPRegressor
        model = kind(
            hidden_layer_sizes=(GATES,),
            alpha=10.0 ** (k - 3),
            max_iter=500,
            random_state=seed,
        )
    return scikit(model.fit(X, y)), {}


def main():
    """Run every method on every split and save the table."""
    warnings.simplefilter("ignore", ConvergenceWarning)
    results = {}
    for title, (X0, y0, labels) in data_sets().items():
        methods = ["convex ReLU", "convex gated", "ridge", "MLP (Adam)"]
        methods += ["logistic"] * labels
        found = {m: {"errors": [], "proofs": []} for m in methods}
        for seed in SEEDS:
            order = np.random.default_rng(seed).permutation(len(y0))
            cut = int(0.6 * len(y0))
            inner, train, test = order[: 3 * cut // 4], order[:cut], order[cut:]
            held = train[3 * cut // 4 :]
            X = standardised(X0, train)
            y = y0 if labels else (y0 - y0[train].mean()) / y0[train].std()
            for m in methods:
                trials = [
                    error(
                        fit_method(m, X[inner], y[inner], k, seed, labels)[0](X[held]),
                        y[held],
                        labels,
                    )
                    for k in range(5)
                ]
                best = int(np.argmin(trials))
                predict, proof = fit_method(m, X[train], y[train], best, seed, labels)
                if m == "MLP (Adam)" and labels:
                    prediction = np.asarray(predict(X[test]), dtype=float)
                else:
                    prediction = predict(X[test])
                found[m]["errors"].append(error(prediction, y[test], labels))
                found[m]["proofs"].append(proof)
        results[title] = found
        for m in methods:
            e = found[m]["errors"]
            print(f"{title:<14} {m:<13} {np.mean(e):.4f} ± {np.std(e, ddof=1):.4f}")
    save(
        "convex_relu_data",
        results,
        seeds=SEEDS,
        packages=("numpy", "scipy", "scikit-learn"),
    )


if __name__ == "__main__":
    main()
