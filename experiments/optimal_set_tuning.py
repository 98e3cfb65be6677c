"""Tuning over the optimal set: five UCI tables, five splits, four ways to choose.

    OPENBLAS_NUM_THREADS=1 python -m experiments.optimal_set_tuning --jobs 8
    python -m experiments.optimal_set_tuning --data fertility --splits 1   # a trial

Mishkin and Pilanci (2023, table 1) fit a two-layer network by the convex program and
choose among optimal networks: least norm, largest sum of factors, least error on
validation data, least error on test data (a bound, not a method). We follow what the
paper states: 500 gates, λ = n/1000 for a sum of losses, 20 % of the rows for testing
and 25 % of the rest for validation, labels ±1 by squared loss, medians over five
splits. What it leaves open is ours, and varied: features are standardised by the
training rows (or divided by their largest value: `--scaling unit`), gates are Gaussian
(`--gates`), missing values become the mean of the training rows, and columns with more
than half of them missing are left out.

Three sets are searched, because the paper's is the second or the third:

exact   the polytope of chapter 9, {a >= 0 : Q a = ŷ}, from the certificate
same    {β >= 0 : Σ β_b F_b u_b = ŷ, Σ β_b |u_b| = R} for the blocks u_b of the solver's
        answer, however short
fit     the same without the condition on the penalty: the networks have the fitted
        values of an optimum, and need not be optimal

For each choice: test accuracy, excess of the objective (relative), misfit of ŷ. Every
finished task is a line of `--resume`; a second call goes on from there.
"""

import argparse
import json

import numpy as np
from scipy.optimize import linprog, nnls

from companion_data.uci import NAMES, uci
from experiments.provenance import save
from experiments.sweep import key_of, sweep
from reference.activation_patterns import sample_patterns
from reference.common import NotConverged, with_bias
from reference.convex_relu import ConvexFit, fit_convex_relu
from reference.optimal_set import optimal_set

CHOICES = ("min_norm", "max_sum", "validation", "test")


def split(name, seed, scaling):
    """Return (X, y) for training, validation and test, features with a bias."""
    X, y = uci(name)
    order = np.random.default_rng(seed).permutation(len(y))
    tests, validations = len(y) // 5, (len(y) - len(y) // 5) // 4
    parts = np.split(order, [tests, tests + validations])
    train = X[parts[2]]
    kept = np.isnan(train).mean(axis=0) <= 0.5
    X, train = X[:, kept], train[:, kept]
    mean = np.nanmean(train, axis=0)
    X, train = (np.where(np.isnan(Z), mean, Z) for Z in (X, train))
    if scaling == "unit":
        X = X / np.maximum(np.abs(train).max(axis=0), 1e-12)
    else:
        spread = train.std(axis=0)
        X = ((X - mean) / np.where(spread > 0, spread, 1.0))[:, spread > 0]
    return [(with_bias(X[p]), y[p]) for p in (parts[2], parts[1], parts[0])]


def choose(constraints, right, goals):
    """Return {choice: factors or None} over {β >= 0 : constraints β = right}.

    `goals` are (matrix, target) on validation and on test rows. Equations are met by
    least squares with a large weight; the misfit is reported with the result.
    """
    width = constraints.shape[1]
    weight = 1e3 / max(np.abs(right).max(), 1e-12)
    programs = {"min_norm": (1e-3 * np.eye(width), np.zeros(width))}
    programs |= dict(zip(("validation", "test"), goals, strict=True))
    found = {}
    for choice, (A, b) in programs.items():
        stacked = np.vstack([weight * constraints, A])
        try:
            found[choice] = nnls(
                stacked, np.append(weight * right, b), maxiter=20 * width
            )[0]
        except RuntimeError:
            found[choice] = None
    program = linprog(
        -np.ones(width), A_eq=constraints, b_eq=right, bounds=(0, None), method="highs"
    )
    found["max_sum"] = program.x if program.status == 0 else None
    return found


def outputs(X, hidden, signs):
    return signs * np.maximum(X @ hidden, 0.0)


def measure(hidden, signs, total, parts, fitted, fit, penalty_too):
    """Return the score of each choice over the factors of the given neurons."""
    (X, y), *others = parts
    Z, norms = outputs(X, hidden, signs), np.linalg.norm(hidden, axis=0)
    constraints, right = Z, fitted
    if penalty_too:
        constraints, right = np.vstack([Z, norms]), np.append(fitted, total)
    goals = [(outputs(A, hidden, signs), b) for A, b in others]
    scores = {}
    for choice, factors in choose(constraints, right, goals).items():
        if factors is None:
            scores[choice] = None  # unbounded, or not solved
            continue
        r = Z @ factors - y
        value = 0.5 * r @ r + fit.reg * (norms @ factors)
        test = goals[1][0] @ factors
        scores[choice] = {
            "accuracy": float(np.mean(test * others[1][1] > 0)),
            "excess": float(value / fit.objective - 1.0),
            "misfit": float(np.linalg.norm(Z @ factors - fitted) / np.linalg.norm(y)),
            "neurons": int(np.count_nonzero(factors)),
        }
    return scores


def neurons_of(fit: ConvexFit):
    """Return hidden weights (d, K) and signs (K,) of all non-zero blocks."""
    blocks = np.vstack([fit.weights.positive, fit.weights.negative])
    signs = np.repeat([1.0, -1.0], len(blocks) // 2)
    used = blocks.any(axis=1)
    return blocks[used].T, signs[used]


def run(task):
    """Return the record of one table, split, scaling and number of gates."""
    seed, gates, tol = task["seed"], task["gates"], task["tol"]
    parts = split(task["data"], seed, task["scaling"])
    X, y = parts[0]
    rng = np.random.default_rng(seed)
    patterns = sample_patterns(X, gates, rng=rng)
    fit = fit_convex_relu(X, y, patterns, 1e-3 * len(y), tol=tol)
    hidden, signs = neurons_of(fit)
    total = float(np.linalg.norm(hidden, axis=0).sum())
    A, b = parts[2]
    record = {key: task[key] for key in ("data", "seed", "scaling", "gates")}
    record |= {
        "rows": len(y),
        "features": X.shape[1],
        "patterns": len(patterns),
        "relative_gap": fit.gap / (0.5 * float(y @ y)),
        "blocks": hidden.shape[1],
        "accuracy": float(np.mean(outputs(A, hidden, signs).sum(axis=1) * b > 0)),
    }
    fitted = outputs(X, hidden, signs).sum(axis=1)
    for kind, penalty_too in (("same", True), ("fit", False)):
        record[kind] = measure(hidden, signs, total, parts, fitted, fit, penalty_too)
    try:
        found = optimal_set(fit, X, y)
    except NotConverged as error:
        record["exact"] = str(error)
        return record
    signs = np.where(found.index[:, 0] == 0, 1.0, -1.0)
    record["exact"] = {
        "dimension": found.dimension,
        "neurons": len(found.alpha),
        "relative_gap": found.gap / (0.5 * float(y @ y)),
        "scores": measure(
            found.directions.T, signs, float(found.alpha.sum()), parts, found.fitted,
            fit, False,
        ),
    }  # fmt: skip
    return record


def summary(records):
    """Return medians over splits: {data: {set: {choice: accuracy}}}."""
    table = {}
    for record in records:
        where = f"{record['data']}, {record['scaling']}, {record['gates']} gates"
        row = table.setdefault(where, {})
        exact = record["exact"]
        sets = {k: record[k] for k in ("same", "fit")}
        sets["exact"] = exact["scores"] if isinstance(exact, dict) else {}
        for kind, scores in sets.items():
            for choice in CHOICES:
                if scores.get(choice):
                    cell = row.setdefault(kind, {}).setdefault(choice, [])
                    cell.append(scores[choice]["accuracy"])
    return {
        where: {
            kind: {choice: float(np.median(a)) for choice, a in scores.items()}
            for kind, scores in row.items()
        }
        for where, row in table.items()
    }


def main():
    """Run what is not in the file yet, then save the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--jobs", type=int, default=0, help="processes beside this one")
    parser.add_argument("--data", nargs="+", choices=NAMES, default=list(NAMES))
    parser.add_argument("--splits", type=int, default=5)
    parser.add_argument("--scaling", nargs="+", default=["standard"],
                        choices=["standard", "unit"])  # fmt: skip
    parser.add_argument("--gates", nargs="+", type=int, default=[500])
    parser.add_argument("--tol", type=float, default=1e-7)
    parser.add_argument("--resume", default="work/optimal_set_tuning.jsonl")
    options = parser.parse_args()
    tasks = [
        {"data": n, "seed": seed, "scaling": s, "gates": g, "tol": options.tol}
        for s in options.scaling
        for g in options.gates
        for n in options.data
        for seed in range(options.splits)
    ]
    function = "experiments.optimal_set_tuning:run"
    found, failed = sweep(tasks, function, options.resume, jobs=options.jobs)
    if failed:
        raise SystemExit("\n".join(f"{key}: {e!r}" for key, e in failed.items()))
    records = [found[key_of(task)] for task in tasks]
    table = summary(records)
    for where, row in table.items():
        print(where, json.dumps(row))
    complete = options.data == list(NAMES) and options.splits >= 5
    if complete:
        results = {"medians": table, "records": records}
        save("optimal_set_tuning", results, seeds=list(range(options.splits)))
    else:
        print("a part of the experiment: nothing saved under experiments/results")


if __name__ == "__main__":
    main()
