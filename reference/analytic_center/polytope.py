r"""The dense body: a polytope {z : A z <= b}, in a ball and a box if it has them.

Its Hessian is a diagonal matrix (box, ball) plus one rank per row,

.. math:: H = D + W^\top W, \qquad W = S^{-1} A,

so that Newton's method costs the smaller of two Cholesky factors. The two linear
programs at the end say why a set has no centre: empty, flat, or unbounded.
"""

from dataclasses import dataclass

import numpy as np

from reference.analytic_center.newton import (
    EmptySet,
    FlatSet,
    UnboundedSet,
    ball_ratios,
    ball_scale,
    cholesky_solver,
    support,
)
from reference.analytic_center.phase_one import relax_rows
from reference.common import NotConverged

__all__ = ["Polytope"]


@dataclass(frozen=True)
class Polytope:
    """The rows A z <= b within a ball norm(z) <= radius and a box abs(z) <= box.

    Attributes
    ----------
    A : ndarray, shape (m, d)
    b : ndarray, shape (m,)
    radius, box : float
        Infinite when there is no ball, no box.
    pull : float
        Adds pull norm(z)^2 / 2 to the barrier; used on the way to a centre.
    """

    A: np.ndarray
    b: np.ndarray
    radius: float = np.inf
    box: float = np.inf
    pull: float = 0.0

    @property
    def row_count(self):
        return len(self.b)

    @property
    def bounded(self):
        return min(self.radius, self.box) < np.inf

    @property
    def line_slacks(self):
        """How many linear slacks the barrier has along a line: a ball counts two."""
        walls = 2 * self.A.shape[1] * np.isfinite(self.box)
        return int(len(self.b) + walls + 2 * np.isfinite(self.radius))

    def slacks(self, z):
        return self.b - self.A @ z

    def rows(self, v):
        return self.A @ v

    def adjoint(self, y):
        return self.A.T @ y

    def row_norms(self):
        return np.linalg.norm(self.A, axis=1)

    def base_ratios(self, z, dz):
        ratios = []
        if self.box < np.inf:
            ratios += [-dz / (self.box - z), dz / (self.box + z)]
        if self.radius < np.inf:
            ratios.append(ball_ratios(self.radius, z, dz))
        return np.concatenate(ratios) if ratios else np.empty(0)

    def gradient(self, z, y):
        total = self.A.T @ y
        if self.box < np.inf:
            total += 1 / (self.box - z) - 1 / (self.box + z)
        if scale := self.pull + ball_scale(self.radius, z):
            total += scale * z
        return total

    def factor(self, z, s):
        """Return v -> H^{-1} v, for v of shape (d,) or (d, k).

        H = D + W^T W (eq:ac-hessian): D is diagonal, W holds the rows over their
        slacks and one row more for the ball. With fewer rows than columns Woodbury
        (eq:ac-woodbury) factors a matrix of the rows' size. Its difference loses half
        the digits at walls 1e4 times nearer than the base; there H is formed.
        """
        ball, W = ball_scale(self.radius, z), self.A / s[:, None]
        D = self.pull + ball
        if self.box < np.inf:
            D = D + 1 / (self.box - z) ** 2 + 1 / (self.box + z) ** 2
        if ball:
            W = np.vstack([W, ball * z])
        k, d = W.shape
        if k < d and (self.bounded or self.pull):
            WD = W / D
            M = WD @ W.T
            M.flat[:: k + 1] += 1
            if M.max(initial=0.0) < 1e8:
                inner = cholesky_solver(M)
                return lambda v: (v.T / D).T - WD.T @ inner(WD @ v)
        H = W.T @ W
        H.flat[:: d + 1] += D
        return cholesky_solver(H, rounding=1e-15)

    def certificate(self, z, dz, y):
        """Return an upper bound on max y^T(b - Az) over the base, and y / w^T y."""
        w = self.row_norms()
        y = y / (np.where(w > 0, w, 1.0) @ y)
        return self.b @ y + support(self.A.T @ y, self.radius, self.box), y

    def interior_point(self, z):
        """Return a strictly interior point and the steps, or raise what is wrong."""
        if self.bounded:
            inside = z @ z < self.radius**2 and np.abs(z).max() < self.box
            return relax_rows(self, z if inside else np.zeros_like(z))
        return deepest_point(self.A, self.b), 0


def deepest_point(A, b):
    """Phase one by linear programming: the point of greatest depth (chapter 1)."""
    from scipy.optimize import linprog

    norms = np.linalg.norm(A, axis=1)
    w = np.where(norms > 0, norms, 1.0)
    cap = max(1.0, np.abs(b / w).max())
    result = linprog(
        np.append(np.zeros(A.shape[1]), -1.0),
        np.column_stack([A / w[:, None], np.ones(len(b))]),
        b / w,
        bounds=[(None, None)] * A.shape[1] + [(None, cap)],
        method="highs-ds",
        options={"primal_feasibility_tolerance": 1e-10},
    )
    if result.status != 0:
        raise NotConverged(f"phase one failed: {result.message}")
    z, depth = result.x[:-1], result.x[-1]
    if (b - A @ z > 0).all():
        return z
    y = np.maximum(-result.ineqlin.marginals, 0) / w
    if depth < -1e-9 * cap:
        raise EmptySet(
            f"the set is empty: A z <= b misses by {-depth:.2g}; the rows with "
            "positive entries in `certificate` contradict each other",
            y,
        )
    raise FlatSet(
        "the set is flat: the rows with positive entries of `certificate` can hold "
        "with equality only; loosen them, or eliminate a variable",
        y,
    )


def raise_if_unbounded(body):
    """Look for a ray: a direction in which no slack ever shrinks."""
    from scipy.optimize import linprog

    norms = body.row_norms()
    unit = body.A / np.where(norms > 0, norms, 1.0)[:, None]
    scale = np.abs(unit).max(axis=0, initial=0.0)  # of the columns: fair tolerances
    scale[scale == 0] = 1.0
    unit = unit / scale
    _, singular, V = np.linalg.svd(unit, full_matrices=True)
    ray = V[-1] / scale
    if (singular > 1e-12 * singular.max(initial=1e-300)).sum() == unit.shape[1]:
        result = linprog(unit.sum(0), unit, np.zeros(len(unit)), bounds=(-1, 1))
        if result.status != 0 or result.fun > -1e-7:
            return
        ray = result.x / scale
    raise UnboundedSet(
        "the set is unbounded along `ray`, so it has no analytic centre; give a radius "
        "or a box, or more rows",
        ray / np.linalg.norm(ray),
    )
