"""Which sample of activation patterns is best? Seven ways, at equal cost.

    OPENBLAS_NUM_THREADS=1 python -m experiments.pattern_sampling
    python -m experiments.pattern_sampling --data kinks --seeds 1    # a trial

Ways that draw once, 25 to 400 gates:

gaussian    isotropic normal gates
shaped      normal gates with the covariance (X'X)^-1: X g is as isotropic as it can be
vertex      cells beside random vertices of the arrangement (chapter 3)
midway      walls half-way between two samples with different targets
trained     the cells of the neurons of ten small networks trained by L-BFGS, then
            cells beside them

Ways that solve, look and go on, for eight rounds:

filtering   keep the patterns that the optimum uses, fill up with Gaussian ones
greedy      keep them, add the cells that violate the dual most (found by ascent of
            |r'(Xu)_+| from 200 starts, then priced exactly: a search, no proof)

Each point is an objective with a certified gap for *its* patterns, the processor
seconds of everything that led to it (drawing, training, all fits), and the number of
patterns in the last program. With three columns the best network is known: all
patterns are listed and priced exactly, and the excess is over its certified lower
bound. For the diabetes table (300 rows, 11 columns)
it is over the best that any way found on those rows.

Every finished job is a line of the file `--resume`; a second call goes on from there.
"""

import argparse
import json
import time

import numpy as np
from scipy.optimize import minimize
from sklearn.datasets import load_diabetes

from companion_data.synthetic import harder_spiral
from experiments.provenance import save
from experiments.sweep import resume
from reference.activation_patterns import (
    Patterns,
    enumerate_patterns,
    merge_patterns,
    sample_patterns,
    sample_vertex_patterns,
)
from reference.common import with_bias
from reference.convex_relu import cone_dual_norms, fit_convex_relu, scaled_residual_gap

SIZES = (25, 50, 100, 200, 400)
ROUNDS, WORKING, STARTS, TOL = 8, 50, 200, 1e-5


def kinks(rng):
    X = with_bias(rng.standard_normal((60, 2)))
    y = np.abs(X[:, 0]) - np.maximum(X[:, 1], 0) + 0.2 * rng.standard_normal(60)
    return X, y - y.mean(), 0.3


def spiral(rng):
    X, y = harder_spiral(40, 1.0, noise=0.03, rng=rng)
    return X, y, 0.05


def diabetes(rng):
    X, y = load_diabetes(return_X_y=True)
    chosen = rng.permutation(len(y))[:300]
    X, y = X[chosen], y[chosen]
    X, y = (X - X.mean(axis=0)) / X.std(axis=0), (y - y.mean()) / y.std()
    return with_bias(X), y, 9.0


SETS = {
    "kinks": kinks,
    "spiral": spiral,
    "diabetes": diabetes,
}
LOW = ("kinks", "spiral")  # three columns: all patterns can be listed


def patterns_at(X, gates):
    """Return the different patterns of some gates."""
    masks = gates @ X.T >= 0
    first = np.sort(np.unique(masks, axis=0, return_index=True)[1])
    return Patterns(masks[first], gates[first])


# ------------------------------------------------------------------- ways to draw once


def gaussian(X, y, size, reg, rng):
    return sample_patterns(X, size, rng=rng)


def shaped(X, y, size, reg, rng):
    _, sigma, V = np.linalg.svd(X, full_matrices=False)
    sigma = np.maximum(sigma, 1e-9 * sigma[0])
    return patterns_at(X, rng.standard_normal((size, len(sigma))) / sigma @ V)


def vertex(X, y, size, reg, rng):
    return sample_vertex_patterns(X, size, rng=rng)


def midway(X, y, size, reg, rng):
    i, j = rng.integers(0, len(X), (2, 20 * size))
    unlike = np.flatnonzero(np.abs(y[i] - y[j]) >= np.std(y))[:size]
    a, b = X[i[unlike]], X[j[unlike]]
    gates = a - b  # the last column is the bias: its difference is zero
    gates[:, -1] = -0.5 * ((a - b) * (a + b))[:, :-1].sum(axis=1)
    return patterns_at(X, gates)


def trained(X, y, size, reg, rng):
    """Cells of the neurons of ten trained networks; one beside is a neuron moved."""
    d = X.shape[1]
    m, found = 10, []
    for _ in range(10):

        def loss(z):
            W, a = z[: d * m].reshape(d, m), z[d * m :]
            on = X @ W
            H = np.maximum(on, 0.0)
            r = H @ a - y
            slope = X.T @ ((r[:, None] * a) * (on > 0.0))
            back = np.append(slope.ravel(), H.T @ r) + reg * z
            return 0.5 * r @ r + 0.5 * reg * z @ z, back

        z = rng.standard_normal((d + 1) * m) / np.sqrt(d)
        z = minimize(loss, z, jac=True, method="L-BFGS-B", options={"maxiter": 100}).x
        found.append(z[: d * m].reshape(d, m).T)
    gates = np.vstack(found)
    gates = gates[np.linalg.norm(gates, axis=1) > 1e-6]
    if not len(gates):
        return gaussian(X, y, size, reg, rng)
    gates /= np.linalg.norm(gates, axis=1)[:, None]
    moved = gates[rng.integers(0, len(gates), size)]
    moved = moved + 0.1 / np.sqrt(d) * rng.standard_normal(moved.shape)
    both = patterns_at(X, np.vstack([gates, moved]))
    return Patterns(both.masks[:size], both.gates[:size])


ONCE = {f.__name__: f for f in (gaussian, shaped, vertex, midway, trained)}


# --------------------------------------------------------------------- ways that go on


def used(fit):
    """Return the patterns with a block that is not negligible."""
    sizes = np.linalg.norm([fit.weights.positive, fit.weights.negative], axis=-1).sum(0)
    kept = sizes >= 1e-4 * sizes.max()
    return Patterns(fit.patterns.masks[kept], fit.patterns.gates[kept])


def steepest(X, r, starts, steps=60):
    """Return unit weights with large |r'(Xu)_+|, the best on each path of ascent.

    The optima lie on walls, where the slope jumps: steps of falling length.
    """
    u = np.vstack([starts, starts])
    sign = np.repeat([1.0, -1.0], len(starts))[:, None]
    u /= np.linalg.norm(u, axis=1)[:, None]
    best, top = u.copy(), np.full(len(u), -np.inf)
    for k in range(steps):
        on = u @ X.T
        value = sign[:, 0] * (np.maximum(on, 0.0) @ r)
        better = value > top
        best[better], top[better] = u[better], value[better]
        slope = sign * ((on > 0) * r) @ X
        size = np.linalg.norm(slope, axis=1)[:, None]
        slope = np.divide(slope, size, out=np.zeros_like(slope), where=size > 0)
        u = u + slope / (1.0 + 0.3 * k)
        u /= np.maximum(np.linalg.norm(u, axis=1), 1e-12)[:, None]
    return best[np.argsort(-top, kind="stable")]


def violated(X, r, reg, rng):
    """Return cells where ascent ends with a dual norm over λ, worst first, or None."""
    cells = patterns_at(X, steepest(X, r, rng.standard_normal((STARTS, X.shape[1]))))
    cells = Patterns(cells.masks[: 2 * WORKING], cells.gates[: 2 * WORKING])
    norms = cone_dual_norms(X, cells.masks, r, above=reg).max(axis=0)
    order = np.argsort(-norms)[: WORKING // 2]
    order = order[norms[order] > reg * (1 + 1e-4)]
    if not len(order):
        return None
    return Patterns(cells.masks[order], cells.gates[order])


def next_patterns(way, X, y, fit, reg, rng):
    """Return the program of the next round."""
    kept = used(fit)
    if way == "filtering":
        more = sample_patterns(X, WORKING, rng=rng)
    else:
        more = violated(X, y - fit.fitted, reg, rng)
        if more is None:
            return None
    return merge_patterns(kept, more)


def point(fit, seconds, solved):
    return {
        "objective": fit.objective,
        "gap": fit.gap,
        "patterns": len(fit.patterns),
        "solved": solved,
        "seconds": seconds,
    }


def going_on(way, X, y, reg, rng):
    """Return a point for each round."""
    start, solved, points = time.process_time(), 0, []
    patterns = sample_patterns(X, WORKING, rng=rng)
    for _ in range(ROUNDS):
        fit = fit_convex_relu(X, y, patterns, reg, tol=TOL)
        solved += len(patterns)
        points.append(point(fit, time.process_time() - start, solved))
        patterns = next_patterns(way, X, y, fit, reg, rng)
        if patterns is None:
            break
    return points


def greedy_fit(X, y, reg, rng, start, *, rounds=4, tol=TOL):
    """Return the fit after some rounds of adding the patterns that violate most."""
    fit = fit_convex_relu(X, y, start, reg, tol=tol)
    for _ in range(rounds):
        more = violated(X, y - fit.fitted, reg, rng)
        if more is None:
            break
        fit = fit_convex_relu(X, y, merge_patterns(used(fit), more), reg, tol=tol)
    return fit


# ------------------------------------------------------------------------------- judge


def best_network(X, y, reg, rng):
    """Return certified bounds on the objective of the best network, and counts.

    All patterns are listed; a working set is solved, every pattern is priced exactly,
    and those that violate the dual most are added, until none does.
    """
    everything = enumerate_patterns(X)
    patterns = sample_patterns(X, 100, rng=rng)
    lower = -np.inf
    rounds = 0
    while rounds < 40:
        rounds += 1
        fit = fit_convex_relu(X, y, patterns, reg, tol=1e-7)
        r = y - fit.fitted
        norms = cone_dual_norms(X, everything.masks, r, above=reg).max(axis=0)
        penalty = (fit.objective - 0.5 * r @ r) / reg
        gap = scaled_residual_gap(y, r, penalty, reg, float(norms.max()))
        lower = max(lower, fit.objective - gap)
        wrong = np.argsort(-norms)[:60]
        wrong = wrong[norms[wrong] > reg * (1 + 1e-7)]
        if fit.objective - lower <= 1e-6 * (y @ y) or not len(wrong):
            break
        more = Patterns(everything.masks[wrong], everything.gates[wrong])
        patterns = merge_patterns(used(fit), more)
    return {
        "objective": fit.objective,
        "lower": lower,
        "all_patterns": len(everything),
        "largest_program": len(patterns),
        "rounds": rounds,
    }


def run(name, seed):
    """Return the points of every way on one data set and one seed."""
    X, y, reg = SETS[name](np.random.default_rng(seed))
    record = {"data": name, "seed": seed, "rows": len(X), "columns": X.shape[1]}
    record |= {"scale": 0.5 * float(y @ y), "reg": reg, "ways": {}}
    if name in LOW:
        record["best"] = best_network(X, y, reg, np.random.default_rng([seed, 99]))
    for k, (way, draw) in enumerate(ONCE.items()):
        points = record["ways"][way] = []
        for size in SIZES:
            start = time.process_time()
            patterns = draw(X, y, size, reg, np.random.default_rng([seed, k]))
            fit = fit_convex_relu(X, y, patterns, reg, tol=TOL)
            points.append(point(fit, time.process_time() - start, len(patterns)))
    for k, way in enumerate(("filtering", "greedy")):
        record["ways"][way] = going_on(way, X, y, reg, np.random.default_rng([seed, k]))
    return record


def excess_at(points, level, scale, seconds):
    """Return the least relative excess among points within a number of seconds."""
    values = [p["objective"] for p in points if p["seconds"] <= seconds]
    return (min(values) - level) / scale if values else None


def summary(records):
    """Return for each data set the median excess of each way at equal seconds."""
    table = {}
    for name in dict.fromkeys(record["data"] for record in records):
        mine = [record for record in records if record["data"] == name]
        # Equal cost: what the Gaussian draw of each size took, median over seeds.
        costs = [
            float(np.median([r["ways"]["gaussian"][i]["seconds"] for r in mine]))
            for i in range(len(SIZES))
        ]
        rows = table[name] = {"seconds": costs, "excess": {}, "final": {}}
        for way in mine[0]["ways"]:
            cells = []
            for seconds in costs:
                values = []
                for r in mine:
                    known = min(p["objective"] for w in r["ways"].values() for p in w)
                    level = r["best"]["lower"] if "best" in r else known
                    at = excess_at(r["ways"][way], level, r["scale"], 1.05 * seconds)
                    values.append(at)
                whole = all(v is not None for v in values)
                cells.append(float(np.median(values)) if whole else None)
            rows["excess"][way] = cells
            ends = []
            for r in mine:
                known = min(p["objective"] for w in r["ways"].values() for p in w)
                level = r["best"]["lower"] if "best" in r else known
                last = r["ways"][way][-1]
                ends.append(((last["objective"] - level) / r["scale"],
                             last["patterns"], last["seconds"]))  # fmt: skip
            middle = np.median(ends, axis=0)
            rows["final"][way] = dict(
                zip(("excess", "patterns", "seconds"), map(float, middle), strict=True)
            )
    return table


def main():
    """Run what is not in the file yet, then save the results."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--data", nargs="+", choices=list(SETS), default=list(SETS))
    parser.add_argument("--seeds", type=int, default=5)
    parser.add_argument("--resume", default="work/pattern_sampling.jsonl")
    options = parser.parse_args()
    seeds = range(options.seeds)
    tasks = [{"name": name, "seed": seed} for name in options.data for seed in seeds]
    records = resume(tasks, run, options.resume)
    table = summary(records)
    for name, rows in table.items():
        print(name, json.dumps(rows, indent=1))
    if set(options.data) == set(SETS) and options.seeds >= 5:
        results = {"summary": table, "records": records}
        save("pattern_sampling", results, seeds=list(range(options.seeds)))
    else:
        print("a part of the experiment: nothing saved under experiments/results")


if __name__ == "__main__":
    main()
