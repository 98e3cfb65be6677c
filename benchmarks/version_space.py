"""Largest balls and polygons, beside what a reader would otherwise use.

    OPENBLAS_NUM_THREADS=1 python -m benchmarks.version_space

The ball: CVXPY with Clarabel, which does not prove that a set is flat or empty. The
polygon: SciPy's `HalfspaceIntersection` (Qhull, in C), which wants a point inside; it
gets ours for nothing. Checked: radii agree to 1e-6, and the vertices are the same.
"""

import cvxpy as cp
import numpy as np
from scipy.spatial import HalfspaceIntersection

from benchmarks.timing import alternate, save
from reference.version_space import chebyshev_center, polygon_vertices

BALLS = [(2, 20), (10, 100), (50, 500)]  # variables, rows
POLYGONS = [10, 100, 1000]  # rows


def polytope(d, m):
    """Return m rows around the origin, at distances between one and two."""
    rng = np.random.default_rng(0)
    A = rng.standard_normal((m, d))
    A /= np.linalg.norm(A, axis=1, keepdims=True)
    box = np.vstack([np.eye(d), -np.eye(d)])
    return np.vstack([A, box]), np.append(rng.uniform(1, 2, m), np.full(2 * d, 2.0))


def ball(d, m):
    """Time the largest ball of a polytope with m rows and a box."""
    A, b = polytope(d, m)
    found = {}

    def ours():
        found["ours"] = chebyshev_center(A, b).radius

    def other():
        z, r = cp.Variable(d), cp.Variable()
        rows = A @ z + np.linalg.norm(A, axis=1) * r <= b
        found["other"] = cp.Problem(cp.Maximize(r), [rows]).solve(solver=cp.CLARABEL)

    times = alternate(ours, other, repeats=15)
    assert abs(found["ours"] - found["other"]) < 1e-6
    return times | {"task": "ball", "d": d, "rows": m + 2 * d}


def polygon(m):
    """Time the corners of a polygon with m rows and a square."""
    A, b = polytope(2, m)
    inside = chebyshev_center(A, b).point
    found = {}

    def ours():
        found["ours"] = polygon_vertices(A, b)

    def other():
        rows = np.column_stack([A, -b])
        found["other"] = HalfspaceIntersection(rows, inside).intersections

    times = alternate(ours, other, repeats=15)
    ours, other = ([*map(tuple, np.unique(v.round(8), axis=0))] for v in found.values())
    assert ours == other, "not the same corners"
    return times | {"task": "polygon", "d": 2, "rows": m + 4, "corners": len(ours)}


if __name__ == "__main__":
    save(
        [ball(*size) for size in BALLS] + [polygon(m) for m in POLYGONS],
        packages=("numpy", "scipy", "cvxpy", "clarabel"),
    )
