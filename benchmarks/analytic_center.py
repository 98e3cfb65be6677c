"""Analytic centres, cut by cut: warm-started Newton against CVXPY from scratch.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.analytic_center [--quick]

Dense: a box in R^d and 200 central cuts with Gaussian normals. ReLU: cones at n
rows, a box, central cuts through the output at a random sample. At chosen cuts the
same set is solved by CVXPY (its modelling included, as a reader would call it) with
Clarabel, and with ECOS where it is installed (up to 200 variables); the faster
counts. Both sides run in turns on one state, and every centre is checked by a
decrement computed anew.
"""

import json
import resource
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np

from reference.analytic_center import (
    add_cut,
    add_relu_cut,
    analytic_center,
    relu_center,
)

FILE = Path(__file__).parent / "results" / "analytic_center.json"
TOL = 0.5e-8  # decrement^2 < 1e-8
SOLVERS = [s for s in ("CLARABEL", "ECOS") if s in cp.installed_solvers()]


def solvers(variables):
    """ECOS is tried up to 200 variables; its time grows faster than Clarabel's."""
    return SOLVERS if variables <= 200 else SOLVERS[:1]


def seconds(function):
    """Return the processor time of one call, and what it returns.

    Both sides use one thread; processor time repeats on a machine that is shared.
    """
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


def decrement_squared(center):
    """Return the squared Newton decrement at a centre, from a new factor."""
    body, z, s = center.body, center.point, center.body.slacks(center.point)
    gradient = body.gradient(z, 1 / s)
    return float((gradient * body.factor(z, s)(gradient)).sum())


def conic_dense(A, b):
    """Return the fastest time of CVXPY for the centre of rows in the unit box."""
    times = []
    for solver in solvers(A.shape[1]):

        def solve(solver=solver):
            z = cp.Variable(A.shape[1])
            barrier = cp.sum(cp.log(b - A @ z)) + cp.sum(cp.log(1 - z))
            problem = cp.Problem(cp.Maximize(barrier + cp.sum(cp.log(1 + z))))
            problem.solve(solver=solver)
            return z.value

        try:
            times.append(seconds(solve))
        except cp.error.SolverError as error:
            print(f"{solver} failed: {error}")
    return min(times, key=lambda pair: pair[0])


def conic_relu(X, signs, gates, cuts):
    """Return the fastest time of CVXPY for the ReLU set in the unit box."""
    P, d = gates.shape
    active = (cuts.rows @ gates.T >= 0).astype(float)  # (k, P)
    times = []
    for solver in solvers(2 * gates.size):

        def solve(solver=solver):
            up, un = cp.Variable((P, d)), cp.Variable((P, d))
            barrier = 0
            for u in (up, un):
                cones = cp.multiply(signs, u @ X.T)
                barrier += cp.sum(cp.log(cones))
                barrier += cp.sum(cp.log(1 - u)) + cp.sum(cp.log(1 + u))
            f = cp.sum(cp.multiply(active, cuts.rows @ (up - un).T), axis=1)
            barrier += cp.sum(cp.log(cuts.offsets + cp.multiply(cuts.labels, f)))
            cp.Problem(cp.Maximize(barrier)).solve(solver=solver)
            return np.stack([up.value, un.value])

        try:
            times.append(seconds(solve))
        except cp.error.SolverError as error:
            print(f"{solver} failed: {error}")
    return min(times, key=lambda pair: pair[0])


def summarise(name, ours, conic, steps, worst, gaps, **more):
    row = {
        "set": name,
        "ours_ms_per_cut": 1e3 * statistics.median(ours),
        "newton_steps_per_cut": statistics.mean(steps),
        "worst_decrement_squared": worst,
    } | more
    if conic:
        row |= {
            "cvxpy_ms_per_cut": 1e3 * statistics.median(conic),
            "ratio": statistics.median(conic) / statistics.median(ours),
            "largest_distance_to_cvxpy": max(gaps),
            "cvxpy_solves": len(conic),
        }
    print({k: round(v, 12) if isinstance(v, float) else v for k, v in row.items()})
    return row


def dense(d, cuts, compared):
    """Cut a box in R^d through its centre again and again."""
    rng = np.random.default_rng(d)
    center = analytic_center(rng.standard_normal((1, d)), [0.0], box=1.0, tol=TOL)
    ours, conic, steps, gaps, worst = [], [], [], [], 0.0
    for k in range(cuts):
        normal = rng.standard_normal(d)

        def ours_now(c=center, n=normal):
            return add_cut(c, n, tol=TOL)

        center = ours_now()
        steps.append(center.newton_steps)
        worst = max(worst, decrement_squared(center))
        if k in compared:
            ours += [seconds(ours_now)[0] for _ in range(5)]
            taken, z = conic_dense(center.body.A, center.body.b)
            ours += [seconds(ours_now)[0] for _ in range(5)]
            conic.append(taken)
            gaps.append(float(np.abs(z - center.point).max()))
    return summarise(f"box + {cuts} cuts, d = {d}", ours, conic, steps, worst, gaps)


def patterns(X, count, rng):
    """Return masks and gates of `count` cells found by sampling."""
    gates = rng.standard_normal((20 * count, X.shape[1]))
    masks = gates @ X.T >= 0
    _, first = np.unique(masks, axis=0, return_index=True)
    keep = np.sort(first)[:count]
    return masks[keep], gates[keep]


def relu(n, d, P, cuts, compared):
    """Cut the ReLU set through its centre, at random samples."""
    rng = np.random.default_rng(P)
    X = rng.standard_normal((n, d))
    masks, gates = patterns(X, P, rng)
    signs = np.where(masks, 1.0, -1.0)
    start, center = seconds(
        lambda: relu_center(X, masks, gates, None, box=1.0, tol=TOL)
    )
    ours, conic, steps, gaps, worst = [], [], [], [], 0.0
    for k in range(cuts):
        x, label = (
            X[rng.integers(n)] + 0.1 * rng.standard_normal(d),
            rng.choice([-1, 1]),
        )
        w = center.point[0] - center.point[1]
        offset = -label * ((w @ x) * (gates @ x >= 0)).sum()

        def ours_now(c=center, x=x, y=label, b=offset):
            return add_relu_cut(c, x, y, b, tol=TOL)

        center = ours_now()
        steps.append(center.newton_steps)
        worst = max(worst, decrement_squared(center))
        if k in compared or k == cuts - 1:
            ours += [seconds(ours_now)[0] for _ in range(5)]
        if k in compared:
            taken, theta = conic_relu(X, signs, gates, center.body.cuts)
            ours += [seconds(ours_now)[0] for _ in range(5)]
            conic.append(taken)
            gaps.append(float(np.abs(theta - center.point).max()))
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return summarise(
        f"ReLU, {center.point.size} variables, {2 * masks.size} cones + {cuts} cuts",
        ours, conic, steps, worst, gaps, cold_seconds=start, peak_memory_mb=peak,
    )  # fmt: skip


def main(quick):
    started = time.perf_counter()
    # First the large one, so that its peak memory is its own.
    rows = [relu(100, 10, 5000, 3 if quick else 20, ())]
    for d in (10, 100) if quick else (10, 100, 1000):
        compared = range(4, 200, 8) if d < 1000 else {40, 100, 160}
        rows.append(dense(d, 200, compared))
    sizes = (
        [(20, 4, 20), (40, 5, 100)]
        if quick
        else [(20, 4, 20), (40, 5, 100), (60, 10, 200)]
    )
    for n, d, P in sizes:
        compared = {20: range(2, 60, 3), 100: range(5, 60, 6), 200: {10, 30, 50}}[P]
        rows.append(relu(n, d, P, 60, compared))
    record = {
        "command": "OPENBLAS_NUM_THREADS=1 python -m benchmarks.analytic_center",
        "solvers": SOLVERS,
        "versions": {
            p: version(p)
            for p in (
                "numpy",
                "scipy",
                "cvxpy",
                "clarabel",
                *[s.lower() for s in SOLVERS[1:]],
            )
        },
        "python": sys.version.split()[0],
        "seconds": round(time.perf_counter() - started, 1),
        "results": rows,
    }
    if not quick:
        FILE.parent.mkdir(exist_ok=True)
        FILE.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
        print(f"wrote {FILE.name}")


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
