"""The convex program on the last two layers of a three-layer network.

    OPENBLAS_NUM_THREADS=1 python -m experiments.last_two_layers
    python -m experiments.last_two_layers --data spiral --seeds 1    # a trial

The network is f(x) = Σ_j a_j (Σ_k w_kj (x'v_k)_+)_+, its objective

    J = ½|f - y|² + λ/2 (|V|² + |W|² + |a|²).

With V fixed, (XV)_+ is the data of a two-layer program, which is solved with a
certificate (for its patterns: 40 Gaussian ones, then three rounds of the greedy search
of `pattern_sampling`). The size of V matters: cV with λ is V with λ/c, and at the best
c all three layers have the same sum of squares. Compared, five seeds:

two      the two-layer network on X itself (its own objective: not comparable)
random   V with 10 or 30 random directions, its size chosen by that rule
joint    all three layers by L-BFGS, 10 and 30 neurons in the first layer, 30 in the
         second, the best of five starts
refit    V of the best joint network, the last two layers solved again; its own
         patterns among those of the program, so J cannot rise

Every finished job is a line of the file `--resume`; a second call goes on from there.
"""

import argparse
import time

import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_diabetes

from companion_data.synthetic import harder_spiral
from experiments.pattern_sampling import greedy_fit
from experiments.provenance import save
from experiments.sweep import resume
from reference.activation_patterns import merge_patterns, sample_patterns
from reference.common import with_bias
from reference.relu_lp import ReluNetwork, from_network

GATES, STARTS, WIDTHS, SECOND = 40, 5, (10, 30), 30


def spiral(rng):
    train = harder_spiral(50, 1.5, noise=0.03, rng=rng)
    return *train, *harder_spiral(200, 1.5, noise=0.03, rng=rng), 0.01, True


def diabetes(rng):
    X, y = load_diabetes(return_X_y=True)
    order = rng.permutation(len(y))
    train, test = order[:150], order[150:]
    y = (y - y[train].mean()) / y[train].std()
    X = with_bias((X - X[train].mean(axis=0)) / X[train].std(axis=0))
    return X[train], y[train], X[test], y[test], 3.0, False


SETS = {"spiral": spiral, "diabetes": diabetes}


def score(prediction, y, labels):
    """Return the share of right signs, or R²."""
    if labels:
        return float(np.mean(0.5 + 0.5 * np.sign(prediction * y)))
    return float(1.0 - np.mean((prediction - y) ** 2) / np.var(y))


def squares(A):
    return float((A**2).sum())


def solve_last_two(X, y, V, reg, rng, own=None, sizes=3):
    """Return J, the network on (XV)_+, V scaled, and the certified gap.

    The size of V is moved to where three layers have one sum of squares (c³ = R/|V|²,
    R the penalty of the program on (XV)_+ with λ/c), and the best J seen is kept.
    """
    best, c = None, 1.0
    for _ in range(sizes):
        H = np.maximum(c * X @ V, 0.0)
        start = sample_patterns(H, GATES, rng=rng)
        if own is not None:
            start = merge_patterns(from_network(own, H)[0], start)
        fit = greedy_fit(H, y, reg, rng, start, rounds=3)
        J = fit.objective + 0.5 * reg * squares(c * V)
        penalty = (fit.objective - 0.5 * squares(y - fit.fitted)) / reg
        if best is None or best["J"] > J:
            best = {"J": J, "V": c * V, "fit": fit, "penalty": penalty, "scale": c}
        ahead = (c * penalty / squares(V)) ** (1 / 3)
        if not ahead or abs(ahead / c - 1.0) < 0.05:
            break
        c = ahead
    return best


def joint_loss(z, X, y, reg, shapes):
    """Return J and its gradient at the weights z of all three layers."""
    (d, m), k = shapes, SECOND
    V, W, a = np.split(z, [d * m, d * m + m * k])
    V, W = V.reshape(d, m), W.reshape(m, k)
    A = X @ V
    H = np.maximum(A, 0.0)
    B = H @ W
    G = np.maximum(B, 0.0)
    r = G @ a - y
    back = (r[:, None] * a) * (B > 0.0)
    slopes = X.T @ (back @ W.T * (A > 0.0)), H.T @ back, G.T @ r
    gradient = np.concatenate([s.ravel() for s in slopes]) + reg * z
    return 0.5 * r @ r + 0.5 * reg * z @ z, gradient


def train_jointly(X, y, m, reg, rng):
    """Return the best of some runs of L-BFGS: J, V, the network on (XV)_+."""
    d, k = X.shape[1], SECOND
    best = None
    for _ in range(STARTS):
        z = np.concatenate([
            rng.standard_normal(d * m) / np.sqrt(d),
            rng.standard_normal(m * k) * np.sqrt(2 / m),
            rng.standard_normal(k) * np.sqrt(2 / k),
        ])  # fmt: skip
        found = minimize(
            joint_loss, z, args=(X, y, reg, (d, m)), jac=True, method="L-BFGS-B",
            options={"maxiter": 1000, "maxfun": 2000},
        )  # fmt: skip
        if best is None or found.fun < best.fun:
            best = found
    V, W, a = np.split(best.x, [d * m, d * m + m * k])
    return float(best.fun), V.reshape(d, m), ReluNetwork(W.reshape(m, k), a)


def run(name, seed):
    """Return the record of one data set and one seed."""
    rng = np.random.default_rng(seed)
    X, y, T, t, reg, labels = SETS[name](rng)
    scale, rows = 0.5 * squares(y), []

    def note(kind, width, seconds, J, prediction, **more):
        row = {"kind": kind, "width": width, "seconds": seconds, "J": J}
        rows.append(row | {"score": score(prediction, t, labels)} | more)

    start = time.process_time()
    fit = greedy_fit(X, y, reg, rng, sample_patterns(X, GATES, rng=rng), rounds=3)
    note("two", 0, time.process_time() - start, fit.objective, fit.network(T),
         gap=fit.gap / scale)  # fmt: skip
    for m in WIDTHS:
        start = time.process_time()
        V = rng.standard_normal((X.shape[1], m))
        V /= np.linalg.norm(V, axis=0)
        best = solve_last_two(X, y, V, reg, rng)
        f = best["fit"].network(np.maximum(T @ best["V"], 0.0))
        note("random", m, time.process_time() - start, best["J"], f,
             gap=best["fit"].gap / scale, scale=best["scale"],
             layers=[squares(best["V"]), best["penalty"]])  # fmt: skip
    for m in WIDTHS:
        start = time.process_time()
        J, V, tail = train_jointly(X, y, m, reg, rng)
        note("joint", m, time.process_time() - start, J,
             tail(np.maximum(T @ V, 0.0)),
             layers=[squares(A) for A in (V, tail.hidden, tail.output)])  # fmt: skip
        start = time.process_time()
        best = solve_last_two(X, y, V, reg, rng, own=tail, sizes=1)
        f = best["fit"].network(np.maximum(T @ best["V"], 0.0))
        note("refit", m, time.process_time() - start, best["J"], f,
             gap=best["fit"].gap / scale, drop=(J - best["J"]) / scale)  # fmt: skip
    return {"data": name, "seed": seed, "reg": reg, "scale": scale, "rows": rows}


def summary(records):
    """Return medians over seeds: {data: {kind and width: {what: median}}}."""
    table = {}
    for record in records:
        for row in record["rows"]:
            key = f"{row['kind']} {row['width']}".removesuffix(" 0")
            cell = table.setdefault(record["data"], {}).setdefault(key, {})
            for what in ("J", "score", "seconds", "gap", "drop"):
                if what in row:
                    value = row[what] / record["scale"] if what == "J" else row[what]
                    cell.setdefault(what, []).append(value)
    return {
        name: {
            key: {what: float(np.median(values)) for what, values in cell.items()}
            for key, cell in rows.items()
        }
        for name, rows in table.items()
    }


def main():
    """Run what is not in the file yet, then save the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--resume", default="work/last_two_layers.jsonl")
    options = parser.parse_args()
    seeds = range(options.seeds)
    tasks = [{"name": name, "seed": seed} for name in options.data for seed in seeds]
    records = resume(tasks, run, options.resume)
    table = summary(records)
    for name, rows in table.items():
        for key, cell in rows.items():
            print(f"{name:14} {key:11}", {k: round(v, 4) for k, v in cell.items()})
    if set(options.data) == set(SETS) and options.seeds >= 5:
        results = {"summary": table, "records": records}
        save("last_two_layers", results, seeds=list(range(options.seeds)))
    else:
        print("a part of the experiment: nothing saved under experiments/results")


if __name__ == "__main__":
    main()
