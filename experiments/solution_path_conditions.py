"""How often is an optimum smooth? Uniqueness, LICQ, strict complementarity, counted.

    OPENBLAS_NUM_THREADS=1 python -m experiments.solution_path_conditions
    COMPANION_DATA=folder python -m experiments.solution_path_conditions   # with UCI

Random data: Gaussian, and small integers with a bias, all patterns. Real data: tables
that scikit-learn brings along, five of the UCI repository and Parkinsons
telemonitoring; 15 rows, two principal components and a bias with all patterns, and 30
rows with the first eight features, standardised, and 40 sampled patterns; seeds choose
rows and gates. Five values of λ each, as shares of the critical one.

For each optimum: whether it is unique (copies of a neuron merged), whether the walls of
its neurons are independent (LICQ), the smallest force and the smallest distance of an
unused dual norm from λ (strict complementarity), and whether the textbook's conditions
hold, with every block for itself (`copies` is then 0). Every optimum is a line of the
file `--resume`; what is saved are counts, and the shares of forces and distances below
some levels.
"""

import argparse
import json

import numpy as np
from sklearn.datasets import (
    load_breast_cancer,
    load_diabetes,
    load_digits,
    load_iris,
    load_wine,
)

from companion_data.parkinsons import parkinsons
from companion_data.uci import NAMES, uci
from experiments.provenance import save
from experiments.sweep import key_of, read_journal, resume
from reference.activation_patterns import enumerate_patterns, sample_patterns
from reference.common import NotConverged, with_bias
from reference.convex_relu import critical_reg
from reference.solution_path import regularization_path, smooth_conditions

SHARES = (0.5, 0.2, 0.05, 0.01, 0.001)
LEVELS = np.geomspace(1e-4, 1.0, 25)
RANDOM = [(n, d) for d in (2, 3) for n in (5, 8)]
BUNDLED = {
    "breast cancer": load_breast_cancer,
    "diabetes": load_diabetes,
    "digits": load_digits,
    "iris": load_iris,
    "wine": load_wine,
}
TABLES = (*BUNDLED, *NAMES, "parkinsons")


def table(name):
    """Return features, missing values filled by means, and targets of unit spread."""
    if name in BUNDLED:
        X, y = BUNDLED[name](return_X_y=True)
    elif name == "parkinsons":
        X, y, _ = parkinsons()
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
            "cost": found.found.gap / (0.5 * y @ y),
            "force": min(found.force, 9.0), "distance": found.distance,
            "copies": found.copies, "neurons": len(found.found.alpha), "walls": walls,
            "strict": bool(found.strict),
        })  # fmt: skip
    return records


def condition_counts(records):
    """Return how many optima fail in what."""
    row = dict.fromkeys(
        ("optima", "refused", "not_unique", "not_independent", "not_strict",
         "smooth", "with_walls", "textbook"), 0)  # fmt: skip
    for r in records:
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
    return row


def strictness(records):
    """Return how near to zero forces and distances are, of unique optima."""
    unique = [r for r in records if r.get("dimension") == 0]
    answer = {"optima": len(unique)}
    for key in ("force", "distance"):
        values = np.array([r[key] for r in unique])
        answer[key] = [round(float((values <= t).mean()), 6) for t in LEVELS]
        for level in (1e-4, 1e-6, 1e-8):
            answer[f"{key} below {level:.0e}"] = int((values <= level).sum())
    return answer


def main():
    """Run what is not in the file yet, then save the counts."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--resume", default="work/solution_path_conditions.jsonl")
    parser.add_argument("--seeds", type=int, default=300)
    parser.add_argument("--draws", type=int, default=60, help="of rows of real data")
    parser.add_argument("--stop", action="store_true", help="save what is done")
    options = parser.parse_args()
    cells = [(kind, f"{n}x{d}") for kind in ("gaussian", "integers") for n, d in RANDOM]
    jobs = [(*cell, seed) for seed in range(options.seeds) for cell in cells]
    cells = [(kind, name) for kind in ("plane", "features") for name in TABLES]
    jobs += [(*cell, seed) for seed in range(options.draws) for cell in cells]
    tasks = [{"job": list(job)} for job in jobs]
    if options.stop:
        done = read_journal(options.resume)
        tasks = [task for task in tasks if key_of(task) in done]
    answers = resume(tasks, run, options.resume)
    records = [record for answer in answers for record in answer]
    counts, shares, near = {}, {}, {}
    for kind in dict.fromkeys(r["kind"] for r in records):
        mine = [r for r in records if r["kind"] == kind]
        near[kind] = strictness(mine)
        counts[kind] = {"all": condition_counts(mine)}
        for name in dict.fromkeys(r["name"] for r in mine):
            part = [r for r in mine if r["name"] == name]
            counts[kind][name] = condition_counts(part)
        for share in SHARES:
            part = [r for r in mine if r["share"] == share]
            shares.setdefault(kind, {})[f"{1000 * share:g}"] = condition_counts(part)
    table = {kind: rows["all"] for kind, rows in counts.items()}
    print(json.dumps(table, indent=1))
    save(
        "solution_path_conditions",
        {
            "counts": counts,
            "shares": shares,  # of the critical λ, in thousandths
            "levels": LEVELS.tolist(),
            "near_zero": near,
            "largest_cost": max(r.get("cost", 0.0) for r in records),
        },
        seeds=list(range(options.seeds)),
        packages=("numpy", "scipy", "scikit-learn"),
    )


if __name__ == "__main__":
    main()
