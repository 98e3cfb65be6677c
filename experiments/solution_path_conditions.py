"""How often is an optimum smooth? Uniqueness, LICQ, strict complementarity, counted.

    OPENBLAS_NUM_THREADS=1 python -m experiments.solution_path_conditions
    COMPANION_DATA=folder python -m experiments.solution_path_conditions   # with UCI

Random data: Gaussian, and small integers with a bias, all patterns, 40 seeds. Real
data: tables that scikit-learn brings along and five of the UCI repository; 15 rows, two
principal components and a bias with all patterns, and 30 rows with the first eight
features, standardised, and 40 sampled patterns; five seeds choose rows and gates. Four
values of λ each, as shares of the critical one.

For each optimum: whether it is unique (copies of a neuron merged), whether the walls of
its neurons are independent (LICQ), the smallest force and the smallest distance of an
unused dual norm from λ (strict complementarity), and whether the textbook's conditions
hold, with every block for itself (`copies` is then 0). Every optimum is a line of the
file `--resume`.
"""

import argparse
import json

import numpy as np
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris, load_wine

from companion_data.uci import NAMES, uci
from experiments.provenance import save
from experiments.sweep import key_of, read_journal, resume
from reference.activation_patterns import enumerate_patterns, sample_patterns
from reference.common import NotConverged, with_bias
from reference.convex_relu import critical_reg
from reference.solution_path import regularization_path, smooth_conditions

SHARES = (0.5, 0.2, 0.05, 0.01)
RANDOM = [(n, d) for d in (2, 3) for n in (5, 8)]
BUNDLED = {
    "breast cancer": load_breast_cancer,
    "diabetes": load_diabetes,
    "iris": load_iris,
    "wine": load_wine,
}


def table(name):
    """Return features, missing values filled by means, and targets of unit spread."""
    if name in BUNDLED:
        X, y = BUNDLED[name](return_X_y=True)
    else:
        X, y = uci(name)
        X = X[:, np.isnan(X).mean(axis=0) <= 0.5]
        X = np.where(np.isnan(X), np.nanmean(X, axis=0), X)
    y = y.astype(float)
    return X, (y - y.mean()) / y.std()


def draw(job):
    """Return X, y and patterns of a job."""
    kind, name, seed = job
    rng = np.random.default_rng(seed)
    if kind in ("gaussian", "integers"):
        n, d = map(int, name.split("x"))
        if kind == "gaussian":
            X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
        else:
            X = with_bias(rng.integers(-2, 3, (n, d - 1)).astype(float))
            y = rng.integers(-2, 3, n).astype(float)
        return X, y, enumerate_patterns(X)
    X, y = table(name)
    rows = rng.permutation(len(y))[: 15 if kind == "plane" else 30]
    X, y = X[rows], y[rows]
    spread = X.std(axis=0)
    X = (X - X.mean(axis=0))[:, spread > 0] / spread[spread > 0]
    if kind == "plane":
        X = with_bias(X @ np.linalg.svd(X)[2][:2].T)
        return X, y, enumerate_patterns(X)
    X = with_bias(X[:, :8])
    return X, y, sample_patterns(X, 40, rng=rng)


def run(job):
    """Return a record for each λ of a job."""
    X, y, patterns = draw(job)
    top = critical_reg(X, y, patterns)
    records = []
    for share in SHARES if top > 1e-9 else ():
        record = dict(zip(("kind", "name", "seed"), job, strict=True))
        record |= {"share": share, "patterns": len(patterns)}
        try:
            path = regularization_path(X, y, patterns, [share * top], tol=1e-8)
            found = smooth_conditions(path.fits[0], X, y)
        except NotConverged as error:
            records.append(record | {"refused": str(error)[:80]})
            continue
        walls = 0 if found.optimum is None else len(found.optimum.walls)
        records.append(record | {
            "dimension": found.dimension, "extra_walls": found.extra_walls,
            "force": min(found.force, 9.0), "distance": found.distance,
            "copies": found.copies, "neurons": len(found.found.alpha), "walls": walls,
            "strict": bool(found.strict),
        })  # fmt: skip
    return records


def summary(records):
    """Return counts: {kind: {name or "all": {condition: count}}}."""
    table = {}
    for r in records:
        for name in (r["name"], "all"):
            row = table.setdefault(r["kind"], {}).setdefault(name, dict.fromkeys(
                ("optima", "refused", "not_unique", "not_independent", "not_strict",
                 "smooth", "with_walls", "textbook"), 0))  # fmt: skip
            row["optima"] += 1
            if "refused" in r:
                row["refused"] += 1
                continue
            bad = r["dimension"] > 0, r["extra_walls"] > 0, not r["strict"]
            row["not_unique"] += bad[0]
            row["not_independent"] += bad[1]
            row["not_strict"] += bad[2]
            row["smooth"] += not any(bad)
            row["with_walls"] += r["copies"] > 0
            row["textbook"] += not any(bad) and r["copies"] == 0
    return table


def main():
    """Run what is not in the file yet, then save the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--resume", default="work/solution_path_conditions.jsonl")
    parser.add_argument("--seeds", type=int, default=40)
    parser.add_argument("--draws", type=int, default=5, help="of rows of real data")
    parser.add_argument("--stop", action="store_true", help="save what is done")
    options = parser.parse_args()
    jobs = [
        (kind, f"{n}x{d}", seed)
        for kind in ("gaussian", "integers")
        for n, d in RANDOM
        for seed in range(options.seeds)
    ]
    jobs += [
        (kind, name, seed)
        for kind in ("plane", "features")
        for name in (*BUNDLED, *NAMES)
        for seed in range(options.draws)
    ]
    tasks = [{"job": list(job)} for job in jobs]
    if options.stop:
        done = read_journal(options.resume)
        tasks = [task for task in tasks if key_of(task) in done]
    answers = resume(tasks, run, options.resume)
    records = [record for answer in answers for record in answer]
    table = summary(records)
    print(json.dumps({kind: rows["all"] for kind, rows in table.items()}, indent=1))
    save(
        "solution_path_conditions",
        {"counts": table, "records": records},
        seeds=list(range(options.seeds)),
        packages=("numpy", "scipy", "scikit-learn"),
    )


if __name__ == "__main__":
    main()
