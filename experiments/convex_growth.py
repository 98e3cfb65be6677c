"""Accuracy, cost and patterns as dimension and sample size grow, and where it ends.

    OPENBLAS_NUM_THREADS=1 python -m experiments.convex_growth
    python -m experiments.convex_growth --seeds 1 --limit 60    # goes further

The target depends on three directions, y = |x1| - (x2)_+ + ½(x1 + x3)_+ plus noise,
with d - 1 Gaussian features and a bias; λ = n/100.

all       every pattern is listed (chapter 3) and the program has a block for each
priced    every pattern is listed and its dual norm computed, but only those that
          violate are in the program (`pattern_sampling`): the same certificate
sampled   50 Gaussian gates: a certificate for those, not for the best network
greedy    from them four rounds of the greedy search (`pattern_sampling`)
more      25 to 800 Gaussian gates at one size

Each reports processor seconds, patterns, neurons, and R² on 4,000 fresh points without
noise (at most 1); beside them ridge regression and a network of 50 neurons trained by
L-BFGS with the same λ. A series ends where a fit takes more than `--limit` seconds
and nothing larger is in the file yet: a second call with a larger limit goes on from
there.

Every finished job is a line of the file `--resume`.
"""

import argparse
import time
from pathlib import Path

import numpy as np
from scipy.optimize import minimize
from tqdm import tqdm

from experiments.pattern_sampling import best_network, greedy_fit
from experiments.provenance import save
from experiments.sweep import append_record, key_of, read_journal
from reference.activation_patterns import (
    count_patterns,
    enumerate_patterns,
    sample_patterns,
)
from reference.common import with_bias

SERIES = {
    ("all", 3): (10, 20, 30, 40, 60, 80),
    ("all", 4): (10, 15, 20, 30, 40),
    ("priced", 3): (10, 20, 40, 80, 120),
    ("priced", 4): (10, 15, 20, 30, 40),
    ("sampled", 10): (50, 100, 200, 400, 800, 1600),
    ("sampled", 30): (50, 100, 200, 400, 800, 1600),
    ("greedy", 10): (50, 100, 200, 400, 800, 1600),
    ("greedy", 30): (50, 100, 200, 400, 800, 1600),
    ("more", 10): (25, 50, 100, 200, 400, 800),
}


def data(n, d, rng):
    """Return X (n, d) with a bias in the last column, and the target without noise."""
    X = rng.standard_normal((n, max(d - 1, 3)))
    y = (
        np.abs(X[:, 0])
        - np.maximum(X[:, 1], 0)
        + 0.5 * np.maximum(X[:, 0] + X[:, 2], 0)
    )
    return with_bias(X[:, : d - 1]), y - 0.7


def r_squared(prediction, t):
    return float(1.0 - np.mean((prediction - t) ** 2) / np.var(t))


def train(X, y, reg, rng, m=50):
    """Return the function of a network of m neurons, trained by L-BFGS."""
    d = X.shape[1]

    def loss(z):
        W, a = z[: d * m].reshape(d, m), z[d * m :]
        on = X @ W
        H = np.maximum(on, 0.0)
        r = H @ a - y
        slope = X.T @ ((r[:, None] * a) * (on > 0.0))
        back = np.append(slope.ravel(), H.T @ r) + reg * z
        return 0.5 * r @ r + 0.5 * reg * z @ z, back

    z = rng.standard_normal((d + 1) * m) / np.sqrt(d)
    z = minimize(loss, z, jac=True, method="L-BFGS-B", options={"maxiter": 500}).x
    W, a = z[: d * m].reshape(d, m), z[d * m :]
    return lambda T: np.maximum(T @ W, 0.0) @ a


def run(kind, d, size, seed):
    """Return the record of one point of one series."""
    rng = np.random.default_rng(seed)
    n, gates = (300, size) if kind == "more" else (size, 50)
    X, clean = data(n, d, rng)
    y = clean + 0.2 * rng.standard_normal(n)
    T, t = data(4000, d, rng)
    reg = 0.01 * n
    record = {"kind": kind, "d": d, "n": n, "size": size, "seed": seed}
    record["all_patterns"] = count_patterns(n, d)
    start = time.process_time()
    if kind == "priced":
        found = best_network(X, y, reg, rng)
        seconds = time.process_time() - start
        gap = (found["objective"] - found["lower"]) / (0.5 * float(y @ y))
        record |= {"patterns": found["largest_program"], "gap": gap}
        return record | {"objective": found["objective"], "seconds": seconds}
    some = (
        enumerate_patterns(X) if kind == "all" else sample_patterns(X, gates, rng=rng)
    )
    rounds = 4 if kind == "greedy" else 0
    fit = greedy_fit(X, y, reg, rng, some, rounds=rounds, tol=1e-4)
    record["seconds"] = time.process_time() - start
    network = fit.network
    sizes = np.linalg.norm(network.hidden, axis=0) * np.abs(network.output)
    record |= {
        "patterns": len(fit.patterns),
        "neurons": int((sizes > 1e-3 * sizes.max(initial=1e-300)).sum()),
        "gap": fit.gap / (0.5 * float(y @ y)),
        "objective": fit.objective,
        "score": r_squared(network(T), t),
    }
    if kind == "sampled":
        start = time.process_time()
        f = train(X, y, reg, rng)
        record["trained_seconds"] = time.process_time() - start
        record["trained"] = r_squared(f(T), t)
        G = X.T @ X + reg * np.eye(d)
        record["ridge"] = r_squared(T @ np.linalg.solve(G, X.T @ y), t)
    return record


def summary(records):
    """Return medians over seeds: {series: [{size, seconds, ...}]}."""
    table = {}
    for record in records:
        key = f"{record['kind']}, d = {record['d']}"
        table.setdefault(key, {}).setdefault(record["size"], []).append(record)
    numbers = (
        "seconds", "all_patterns", "patterns", "neurons", "objective", "score",
        "trained", "trained_seconds", "ridge",
    )  # fmt: skip
    return {
        key: [
            {"size": size, "n": mine[0]["n"], "seeds": len(mine)}
            | {
                what: float(np.median([r[what] for r in mine]))
                for what in numbers
                if what in mine[0]
            }
            for size, mine in cells.items()
        ]
        for key, cells in table.items()
    }


def task_of(kind, d, size, seed):
    """Return the arguments of `run` as an entry of the journal."""
    return {"kind": kind, "d": d, "size": size, "seed": seed}


def main():
    """Go on with every series until it is too slow, then save the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--limit", type=float, default=0.6)
    parser.add_argument("--resume", default="work/convex_growth.jsonl")
    options = parser.parse_args()
    path = Path(options.resume)
    path.parent.mkdir(parents=True, exist_ok=True)
    done = read_journal(path)
    records, ends, seeds = [], {}, range(options.seeds)
    with tqdm(total=options.seeds * sum(map(len, SERIES.values()))) as bar:
        for (kind, d), sizes in SERIES.items():
            for size, ahead in zip(sizes, (*sizes[1:], None), strict=True):
                row = []
                for task in (task_of(kind, d, size, seed) for seed in seeds):
                    if key_of(task) not in done:
                        done[key_of(task)] = run(**task)
                        append_record(path, task, done[key_of(task)])
                    row.append(done[key_of(task)])
                    bar.update()
                records += row
                seconds = float(np.median([r["seconds"] for r in row]))
                ends[f"{kind}, d = {d}"] = {"size": size, "seconds": seconds}
                further = all(
                    key_of(task_of(kind, d, ahead, seed)) in done for seed in seeds
                )
                if seconds > options.limit and not further:
                    break
    table = summary(records)
    for key, rows in table.items():
        for row in rows:
            print(f"{key:16}", {k: float(f"{v:.4g}") for k, v in row.items()})
    if options.seeds >= 5:
        results = {"series": table, "ends": ends, "records": records}
        results["limit"] = options.limit
        save("convex_growth", results, seeds=list(range(options.seeds)))
    else:
        print("a part of the experiment: nothing saved under experiments/results")


if __name__ == "__main__":
    main()
