"""λ by the slope of the validation loss against grids: time and accuracy.

    OPENBLAS_NUM_THREADS=1 COMPANION_DATA=... python -m experiments.reg_by_slope

Three tables of scikit-learn and five of the UCI repository, five splits each: 60 % of
the rows (at most 120) for training, 20 % for validation, 20 %
for testing; features standardised by the training rows and a bias, labels ±1 (diabetes:
the target in units of its spread) by squared loss, 40 Gaussian gates. λ is between 0.5
and 0.002 of the critical one. `slopes` is `tune_reg`: a coarse grid of six values and
six programs more; `grid of 6`, `12` and `60` are warm paths of as many values. All fits
have a certified relative gap of 1e-6. Validation losses are divided by the best of the
four; a test score is accuracy, for diabetes R².
"""

import time

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_wine

from companion_data.uci import NAMES, uci
from experiments.provenance import save
from experiments.sweep import resume
from reference.activation_patterns import sample_patterns
from reference.common import NotConverged, with_bias
from reference.convex_relu import critical_reg
from reference.solution_path import regularization_path, tune_reg

SEEDS = [0, 1, 2, 3, 4]
GATES, LARGEST, TOL = 40, 120, 1e-6
BUNDLED = {
    "diabetes": load_diabetes,
    "breast cancer": load_breast_cancer,
    "wine, class 1": load_wine,
}
GRIDS = (6, 12, 60)


def table(name):
    """Return X and y, labels as ±1."""
    if name in NAMES:
        return uci(name)
    X, y = BUNDLED[name](return_X_y=True)
    return X, y if name == "diabetes" else np.where(y == 1, 1.0, -1.0)


def parts_of(name, seed):
    """Return (X, y) for training, validation and test."""
    X, y = table(name)
    order = np.random.default_rng([seed, 0]).permutation(len(y))
    test, other, train = np.split(order, [len(y) // 5, len(y) * 2 // 5])
    train = train[:LARGEST]
    kept = np.isnan(X[train]).mean(axis=0) <= 0.5
    mean = np.nanmean(X[train][:, kept], axis=0)
    X = np.where(np.isnan(X[:, kept]), mean, X[:, kept])
    spread = X[train].std(axis=0)
    X = with_bias((X - mean)[:, spread > 0] / spread[spread > 0])
    if name == "diabetes":
        y = (y - y[train].mean()) / y[train].std()
    return [(X[rows], y[rows]) for rows in (train, other, test)]


def score(network, X, y, labels):
    """Return accuracy, or R²."""
    f = network(X)
    if labels:
        return float(np.mean(f * y > 0))
    return float(1.0 - np.sum((f - y) ** 2) / np.sum((y - y.mean()) ** 2))


def measure(data, seed):
    """Return what each method chose, its loss, score and processor time."""
    (X, y), (X_new, y_new), test = parts_of(data, seed)
    labels = data != "diabetes"
    patterns = sample_patterns(X, GATES, rng=np.random.default_rng([seed, 1]))
    top = critical_reg(X, y, patterns)
    rows = {}
    for count in GRIDS:
        began = time.process_time()
        regs = top * np.geomspace(0.5, 0.002, count)
        fits = regularization_path(X, y, patterns, regs, tol=TOL).fits
        losses = [0.5 * np.sum((fit.network(X_new) - y_new) ** 2) for fit in fits]
        best = int(np.argmin(losses))
        rows[f"grid of {count}"] = {
            "loss": float(losses[best]), "reg": float(regs[best] / top),
            "test": score(fits[best].network, *test, labels),
            "seconds": time.process_time() - began,
        }  # fmt: skip
    began = time.process_time()
    coarse = top * np.geomspace(0.5, 0.002, 6)
    try:
        tuned = tune_reg(X, y, patterns, X_new, y_new, coarse, steps=6, tol=TOL)
        rows["slopes"] = {
            "loss": tuned.loss, "reg": tuned.reg / top,
            "test": score(tuned.fit.network, *test, labels),
            "seconds": time.process_time() - began,
            "slopes": int(np.isfinite(tuned.slopes).sum()),
        }  # fmt: skip
    except NotConverged as error:
        rows["slopes"] = {"refused": str(error)[:200]}
    return rows


def main():
    """Measure what is missing and save the results."""
    names = [*BUNDLED, *NAMES]
    tasks = [{"data": name, "seed": seed} for seed in SEEDS for name in names]
    answers = resume(tasks, measure, "work/reg_by_slope.jsonl")
    results, refused = {}, 0
    for name in names:
        here = [a for t, a in zip(tasks, answers, strict=True) if t["data"] == name]
        solved = [a for a in here if "loss" in a["slopes"]]
        refused += len(here) - len(solved)
        best = [min(row["loss"] for row in a.values()) for a in solved]
        results[name] = {}
        for method in (*(f"grid of {count}" for count in GRIDS), "slopes"):
            rows = [a[method] for a in solved]
            columns = {key: [row[key] for row in rows] for key in rows[0]}
            losses = zip(columns.pop("loss"), best, strict=True)
            columns["excess"] = [loss / low - 1.0 for loss, low in losses]
            results[name][method] = columns
    save("reg_by_slope", totals(results) | {"refused": refused, "data": results},
         seeds=SEEDS, packages=("numpy", "scipy", "scikit-learn"))  # fmt: skip


def totals(results):
    """Return for each method the median excess, the time and what slopes there were."""
    found = {}
    for method in next(iter(results.values())):
        rows = [row[method] for row in results.values()]
        flat = {key: np.concatenate([r[key] for r in rows]) for key in rows[0]}
        found[method] = {
            "median_excess": float(np.median(flat["excess"])),
            "largest_excess": float(flat["excess"].max()),
            "mean_test": float(flat["test"].mean()),
            "seconds": float(flat["seconds"].sum()),
        }
        print(method, found[method])
    flat = np.concatenate([row["slopes"]["slopes"] for row in results.values()])
    return {"methods": found, "slopes_had": int(flat.sum()), "runs": len(flat)}


if __name__ == "__main__":
    main()
