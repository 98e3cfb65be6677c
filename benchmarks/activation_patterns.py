"""Exact enumeration of patterns: rates, and against a linear program per cell.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.activation_patterns
    OPENBLAS_NUM_THREADS=1 python -m benchmarks.activation_patterns --save

Rates count processor time. The peer adds the rows one by one and asks HiGHS, for every
cell so far and either side of the new row, whether that cell exists.
"""

import json
import platform
import sys
import time
import tracemalloc
from importlib.metadata import version
from pathlib import Path
from statistics import median

import numpy as np
from scipy.optimize import linprog

from benchmarks.timing import alternate
from reference.activation_patterns import (
    count_patterns,
    enumerate_patterns,
    iter_patterns,
)

GENERAL = [(100, 2), (100, 3), (200, 3), (50, 4), (100, 4), (30, 5), (20, 8)]
DEGENERATE = [(40, 3, 5), (60, 4, 2), (60, 4, 3), (60, 4, 9), (30, 5, 1)]
AGAINST = [(10, 3), (20, 3), (12, 4)]


def patterns_by_programs(X):
    """Return one half of the patterns; all rows of X must be different lines."""
    masks = np.ones((1, 1), bool)
    for m in range(1, len(X)):
        grown = []
        for mask in masks:
            signed = np.where(mask, 1.0, -1.0)[:, None] * X[:m]
            for side in (1.0, -1.0):
                rows = np.vstack([signed, side * X[m]])
                result = linprog(
                    np.zeros(X.shape[1]),
                    A_ub=-rows,
                    b_ub=-np.ones(m + 1),
                    bounds=(None, None),
                )
                if result.status == 0:
                    grown.append(np.append(mask, side > 0))
        masks = np.array(grown)
    return masks


def rate(X, repeats=7):
    """Return the number of patterns and the median rate, in processor time."""
    seconds = []
    for _ in range(repeats):
        start = time.process_time()
        patterns = enumerate_patterns(X)
        seconds.append(time.process_time() - start)
    return len(patterns), len(patterns) / median(seconds)


def main():
    """Print the table; write benchmarks/results with --save."""
    results = {"general": [], "degenerate": [], "against_programs": []}
    print("general position          patterns   million/s")
    for n, r in GENERAL:
        count, speed = rate(np.random.default_rng(0).standard_normal((n, r)))
        assert count == count_patterns(n, r)
        results["general"].append({"n": n, "r": r, "patterns": count, "rate": speed})
        print(f"n = {n:3}, r = {r}       {count:12,}   {speed / 1e6:9.2f}", flush=True)
    print("integers up to size       patterns   million/s")
    for n, r, size in DEGENERATE:
        X = np.random.default_rng(0).integers(-size, size + 1, (n, r)).astype(float)
        count, speed = rate(X)
        results["degenerate"].append(
            {"n": n, "r": r, "integers": size, "patterns": count, "rate": speed}
        )
        print(
            f"n = {n:3}, r = {r}, {size}    {count:12,}   {speed / 1e6:9.2f}",
            flush=True,
        )
    print("a program per cell        patterns       ratio")
    for n, r in AGAINST:
        X = np.random.default_rng(0).standard_normal((n, r))
        assert 2 * len(patterns_by_programs(X)) == len(enumerate_patterns(X))
        times = alternate(
            lambda X=X: enumerate_patterns(X),
            lambda X=X: patterns_by_programs(X),
            repeats=3,
        )
        results["against_programs"].append({"n": n, "r": r} | times)
        count = count_patterns(n, r)
        print(
            f"n = {n:3}, r = {r}       {count:12,}   {times['ratio']:9,.0f}", flush=True
        )
    X = np.random.default_rng(0).standard_normal((200, 4))
    tracemalloc.start()
    start = time.perf_counter()
    count = sum(len(block) for block in iter_patterns(X, block=1024))
    seconds = time.perf_counter() - start
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    results["blocks"] = {"patterns": count, "seconds": seconds, "peak_bytes": peak}
    print(
        f"n = 200, r = 4 in blocks: {count:,} in {seconds:.1f} s, {peak / 1e6:.0f} MB"
    )
    if "--save" in sys.argv:
        record = {
            "command": "python -m benchmarks.activation_patterns --save",
            "seeds": [0],
            "python": platform.python_version(),
            "versions": {p: version(p) for p in ("numpy", "scipy")},
            "threads": 1,
            "results": results,
        }
        path = Path(__file__).parent / "results" / "activation_patterns.json"
        path.parent.mkdir(exist_ok=True)
        path.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
