"""Active learning on a two-turn spiral: the centre after each label, against CVXPY.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.cutting_plane [--quick]

A pool of 400 points on two arms of two turns, about 600 sampled patterns, 200 labels
bought with the smallest margin, the centre recomputed after each. At a few labels the
same set (cones at the bought points, cuts, ball) is given to CVXPY with Clarabel,
modelling included, as a reader would call it; ours is timed on the same set from the
centre before, five times before and five after. Every centre of ours is checked by a
decrement computed anew. Processor time, one thread.
"""

import json
import statistics
import sys
import time
from importlib.metadata import version
from pathlib import Path

import cvxpy as cp
import numpy as np

from benchmarks.analytic_center import decrement_squared, seconds
from companion_data.synthetic import harder_spiral
from reference.activation_patterns import sample_patterns
from reference.analytic_center import relu_center
from reference.cutting_plane import active_learn

FILE = Path(__file__).parent / "results" / "cutting_plane.json"
TOL = 0.5e-8  # decrement^2 < 1e-8
GATES, SEED = 920, 0


def conic(X, masks, y):
    """Return the processor time of CVXPY for the centre, and what it found."""
    P, d = len(masks), X.shape[1]

    def solve():
        up, un = cp.Variable((P, d)), cp.Variable((P, d))
        side = 2.0 * masks - 1.0
        barrier = cp.sum(cp.log(cp.multiply(side, up @ X.T)))
        barrier += cp.sum(cp.log(cp.multiply(side, un @ X.T)))
        f = cp.sum(cp.multiply(masks.astype(float), (up - un) @ X.T), axis=0)
        barrier += cp.sum(cp.log(cp.multiply(y, f)))
        square = cp.sum(cp.square(up)) + cp.sum(cp.square(un))
        cp.Problem(cp.Maximize(barrier + cp.log(1 - square))).solve(solver="CLARABEL")
        return np.stack([up.value, un.value])

    return seconds(solve)


def main(quick):
    """Run both sides and write the results."""
    started = time.perf_counter()
    X, y = harder_spiral(200, 2.0)
    patterns = sample_patterns(X, GATES, rng=np.random.default_rng(SEED))
    budget, compared = (20, (5, 10)) if quick else (200, (5, 10, 20, 40, 80, 160))
    taken = []
    run_seconds, run = seconds(
        lambda: active_learn(
            X, lambda i: y[i], patterns, budget=budget, tol=TOL,
            rng=np.random.default_rng(SEED), callback=taken.append,
        )
    )  # fmt: skip
    wrong = int((y * run.network(X) <= 0)[run.queried].sum())
    rows = []
    for k in compared:
        at = run.queried[:k]
        masks, labels = patterns.masks[:, at], y[at]

        def ours(at=at, masks=masks, labels=labels, k=k):
            cuts = (X[at], labels, np.zeros(k))
            return relu_center(
                X[at], masks, patterns.gates, cuts, radius=1.0,
                start=run.centers[k - 1], tol=TOL,
            )  # fmt: skip

        times = [seconds(ours)[0] for _ in range(5)]
        other, theta = conic(X[at], masks, labels)
        times += [seconds(ours)[0] for _ in range(5)]
        center = ours()
        rows.append(
            {
                "labels": k,
                "cones": int(2 * masks.size),
                "ours_seconds": statistics.median(times),
                "cvxpy_seconds": other,
                "ratio": other / statistics.median(times),
                "decrement_squared": decrement_squared(center),
                "largest_distance": float(np.abs(theta - center.point).max()),
            }
        )
        print(rows[-1], flush=True)
    steps = [record.newton_steps for record in run.history]
    record = {
        "command": "OPENBLAS_NUM_THREADS=1 python -m benchmarks.cutting_plane",
        "versions": {p: version(p) for p in ("numpy", "scipy", "cvxpy", "clarabel")},
        "python": sys.version.split()[0],
        "seconds": round(time.perf_counter() - started, 1),
        "results": {
            "pool": len(X),
            "patterns": len(patterns),
            "variables": int(2 * patterns.gates.size),
            "labels": budget,
            "run_processor_seconds": run_seconds,
            "newton_steps_per_label": statistics.mean(steps),
            "bought_labels_wrong": wrong,
            "pool_accuracy": float((y * run.network(X) > 0).mean()),
            "median_ratio": statistics.median(row["ratio"] for row in rows),
            "centers": rows,
        },
    }
    print(record["results"])
    if not quick:
        FILE.write_text(json.dumps(record, indent=1) + "\n", "utf-8")
        print(f"wrote {FILE.name}")


if __name__ == "__main__":
    main("--quick" in sys.argv[1:])
