"""Three-layer feasibility, beside the whole program in HiGHS.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.deep_relu_lp

The other side is a sparse matrix of all cones and margins for `linprog`; building it is
not counted. Ours never forms the cones: a small system without them, then steps along
the gates. Checked: both networks have every margin, and ours is in its cones.
"""

import numpy as np
from scipy import sparse
from scipy.optimize import linprog

from benchmarks.timing import alternate, save
from reference.deep_relu_lp import (
    deep_cone_slack,
    deep_output,
    fit_deep_relu_lp,
    sample_deep_patterns,
)
from reference.deep_relu_lp.programs import cone_program

SIZES = [(20, 4, (8, 6)), (50, 6, (10, 8)), (100, 8, (12, 10))]  # n, d, gates


def row(n, d, counts):
    """Time both sides on Gaussian data with random labels."""
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal((n, d - 1)), np.ones(n)])
    y = rng.choice([-1.0, 1.0], n)
    patterns = sample_deep_patterns(X, counts, rng=rng)
    cones, outputs = cone_program(X, patterns.masks)
    rows = sparse.vstack([-cones, -sparse.diags_array(y) @ outputs]).tocsr()
    least = np.append(np.zeros(cones.shape[0]), -np.ones(n))
    found = {}

    def ours():
        found["ours"] = fit_deep_relu_lp(X, y, patterns)

    def other():
        found["other"] = linprog(
            np.zeros(rows.shape[1]), rows, least, bounds=(None, None), method="highs"
        ).x

    times = alternate(ours, other, repeats=3)
    assert (y * deep_output(X, patterns.masks, found["ours"])).min() > 0.99
    assert deep_cone_slack(X, patterns.masks, found["ours"]) > -1e-9
    assert (y * (outputs @ found["other"])).min() > 0.99
    return times | {"n": n, "d": d, "counts": counts, "variables": rows.shape[1]}


if __name__ == "__main__":
    save([row(*size) for size in SIZES])
