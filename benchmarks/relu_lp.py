"""Feasibility in closed form against SciPy's linear programming.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.relu_lp

Both sides decide whether problem (3) of chapter 4 has a point, and return one. The
other side is `linprog` with HiGHS on the sparse matrix that a reader would write
down (margins and cones, zero objective), by the faster of its two methods on each
instance. The labels are random signs: feasible, and far from easy.
"""

import json
import os
import platform
import time
from importlib.metadata import version
from pathlib import Path

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from benchmarks.timing import alternate
from reference.activation_patterns import sample_patterns
from reference.common import with_bias
from reference.relu_lp import convex_output, fit_relu_lp

SIZES = [(50, 10, 50), (100, 10, 50), (100, 20, 100), (200, 20, 50)]


def sparse_program(X, y, masks):
    """Return A, b of problem (3) as A theta <= b, sparse."""
    active = sparse.hstack([sparse.csr_array((y * m)[:, None] * X) for m in masks])
    signs = np.where(masks, 1.0, -1.0)
    cones = sparse.block_diag([sign[:, None] * X for sign in signs] * 2)
    A = -sparse.vstack([sparse.hstack([active, -active]), cones], format="csr")
    return A, np.append(-np.ones(len(y)), np.zeros(cones.shape[0]))


def main():
    """Print and save one line per size."""
    lines = []
    for n, d, P in SIZES:
        rng = np.random.default_rng(0)
        X = with_bias(rng.standard_normal((n, d - 1)))
        y = rng.choice([-1.0, 1.0], n)
        patterns = sample_patterns(X, P, rng=rng)
        masks = patterns.masks

        def other(method, X=X, y=y, masks=masks):
            A, b = sparse_program(X, y, masks)
            zero = np.zeros(A.shape[1])
            result = linprog(zero, A, b, bounds=(None, None), method=method)
            assert result.status == 0, result.message

        def ours(X=X, y=y, patterns=patterns):
            return fit_relu_lp(X, y, patterns)

        margin = (y * convex_output(X, masks, ours())).min()
        assert margin >= 1 - 1e-9
        seconds = {}
        for method in ("highs-ds", "highs-ipm"):
            start = time.perf_counter()
            other(method)
            seconds[method] = time.perf_counter() - start
        best = min(seconds, key=seconds.get)
        line = alternate(ours, lambda best=best: other(best), repeats=3)
        lines.append({"n": n, "d": d, "P": len(masks), "method": best} | line)
        print(lines[-1], flush=True)
    record = {
        "command": "OPENBLAS_NUM_THREADS=1 python -m benchmarks.relu_lp",
        "blas_threads": os.environ.get("OPENBLAS_NUM_THREADS", "not set"),
        "python": platform.python_version(),
        "versions": {name: version(name) for name in ("numpy", "scipy")},
        "lines": lines,
    }
    path = Path(__file__).parent / "results" / "relu_lp.json"
    path.write_text(json.dumps(record, indent=1) + "\n", "utf-8")


if __name__ == "__main__":
    main()
