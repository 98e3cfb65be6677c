"""A path of thirty regularisations: warm, each alone, and by a general conic solver.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.solution_path small
    OPENBLAS_NUM_THREADS=1 python -m benchmarks.solution_path large

Thirty values from the critical λ to a hundredth of it, to a certified relative gap of
1e-4. `warm` is `regularization_path`, `cold` is `fit_convex_relu` for each value,
`cvxpy` is CVXPY with Clarabel at tolerances of 1e-4 for each value, model building
included. They alternate value by value in one run; what is compared is processor time
(one BLAS thread), since the machine is shared. CVXPY is run for every fifth value and
its time multiplied by five where the size says so.

Results go to benchmarks/results/solution_path.json, a row for each size.
"""

import json
import os
import platform
import sys
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np

from benchmarks.convex_relu import data, with_cvxpy
from reference.convex_relu import (
    cone_slack,
    convex_objective,
    critical_reg,
    duality_gap,
    fit_convex_relu,
)
from reference.solution_path import regularization_path

SIZES = {"small": (50, 5, 100, 1), "large": (100, 8, 300, 5)}
GAP, COUNT = 1e-4, 30
FILE = Path(__file__).parent / "results" / "solution_path.json"


def clock(function):
    """Return the processor seconds of a call, and what it returns."""
    start = time.process_time()
    result = function()
    return time.process_time() - start, result


def run(name):
    """Return the row of a size."""
    n, d, gates, every = SIZES[name]
    X, y, patterns = data(n, d, gates)
    regs = critical_reg(X, y, patterns) * np.geomspace(1.0, 0.01, COUNT)
    scale, times = 0.5 * float(y @ y), {"warm": [], "cold": [], "cvxpy": []}
    worst = {"warm": 0.0, "cold": 0.0, "cvxpy": 0.0}
    objectives = {key: [] for key in times}
    for _ in range(3):
        seconds, path = clock(
            lambda: regularization_path(X, y, patterns, regs, tol=GAP)
        )
        times["warm"].append(seconds)
    worst["warm"] = float(path.gaps.max()) / scale
    slack = min(fit.cone_slack for fit in path.fits)
    for k, reg in enumerate(regs):
        seconds, fit = clock(lambda r=reg: fit_convex_relu(X, y, patterns, r, tol=GAP))
        times["cold"].append(seconds)
        worst["cold"] = max(worst["cold"], fit.gap / scale)
        objectives["cold"].append(fit.objective)
        if k % every == every - 1:
            seconds, weights = clock(lambda r=reg: with_cvxpy(X, y, patterns, r, GAP))
            times["cvxpy"].append(seconds)
            gap = duality_gap(weights, X, y, patterns, reg) / scale
            worst["cvxpy"] = max(worst["cvxpy"], gap)
            slack = min(slack, cone_slack(weights, X, patterns.masks))
            value = convex_objective(weights, X, y, patterns, reg)
            objectives["cvxpy"].append((value - path.objectives[k]) / scale)
    warm = float(np.median(times["warm"]))
    cold, peer = sum(times["cold"]), every * sum(times["cvxpy"])
    return {
        "size": name, "n": n, "d": d, "patterns": len(patterns), "values": COUNT,
        "warm": {"seconds": warm, "gap": worst["warm"]},
        "cold": {"seconds": cold, "ratio": cold / warm, "gap": worst["cold"]},
        "cvxpy": {"seconds": peer, "ratio": peer / warm, "gap": worst["cvxpy"],
                  "every": every},
        "largest_difference": float(
            np.abs(np.array(objectives["cold"]) - path.objectives).max() / scale
        ),
        "peer_difference": float(np.abs(objectives["cvxpy"]).max()),
        "smallest_slack": float(slack),
    }  # fmt: skip


def main():
    """Run the sizes that are named; other rows of the file stay."""
    rows = {}
    if FILE.exists():
        rows = {row["size"]: row for row in json.loads(FILE.read_text("utf-8"))["rows"]}
    for name in sys.argv[1:] or SIZES:
        rows[name] = run(name)
        print(json.dumps(rows[name], indent=1))
    packages = ("numpy", "scipy", "cvxpy", "clarabel")
    record = {
        "command": "python -m benchmarks.solution_path " + " ".join(sys.argv[1:]),
        "python": platform.python_version(),
        "processors": os.cpu_count(),
        "versions": {package: version(package) for package in packages},
        "rows": [rows[name] for name in SIZES if name in rows],
    }
    FILE.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
