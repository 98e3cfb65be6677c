"""Pseudo-labels with given class totals, beside the same program in CVXPY.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.refine

Rows that are certain to different degrees, ten classes, uniform totals. The other side
is Clarabel's exponential cones. Checked: our columns are right to 1e-8 of n, and our
objective is not above theirs by more than 1e-6 of it.
"""

import cvxpy as cp
import numpy as np
from scipy.special import rel_entr

from benchmarks.timing import alternate, save
from reference.semi_supervised import refine

SIZES = [100, 1000, 5000]
CLASSES = 10


def row(n):
    """Time both sides on n rows."""
    rng = np.random.default_rng(0)
    logits = 3.0 * rng.standard_normal((n, CLASSES)) + np.linspace(0, 3, CLASSES)
    Q = np.exp(logits - logits.max(axis=1, keepdims=True))
    Q /= Q.sum(axis=1, keepdims=True)
    totals, weights, found = np.full(CLASSES, n / CLASSES), rng.uniform(1, 3, n), {}

    def ours():
        found["ours"] = refine(Q, totals, weights=weights)

    def other():
        R = cp.Variable(Q.shape)
        cost = cp.sum(cp.multiply(weights[:, None], cp.rel_entr(R, Q)))
        limits = [cp.sum(R, axis=1) == 1, cp.sum(R, axis=0) == totals]
        cp.Problem(cp.Minimize(cost), limits).solve(solver=cp.CLARABEL)
        found["other"] = np.maximum(R.value, 0.0)

    times = alternate(ours, other, repeats=3)
    error = float(np.abs(found["ours"].sum(axis=0) - totals).max() / n)
    ours, theirs = (float(weights @ rel_entr(R, Q).sum(1)) for R in found.values())
    assert error < 1e-8
    assert ours <= (1 + 1e-6) * theirs
    return times | {"n": n, "classes": CLASSES, "columns_off": error}


if __name__ == "__main__":
    save([row(n) for n in SIZES], packages=("numpy", "scipy", "cvxpy", "clarabel"))
