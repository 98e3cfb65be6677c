r"""The dense body: a polytope {z : A z <= b}, in a ball and a box if it has them.

Its Hessian is a diagonal matrix (box, ball) plus one rank per row,

.. math:: H = D + W^\top W, \qquad W = S^{-1} A,

so that Newton's method costs the smaller of two Cholesky factors. The two linear
programs of chapter 1 say why a set has no centre: empty, flat, or unbounded.
"""

import math
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from reference.analytic_center.newton import (
    EMPTY,
    FLAT,
    SUM_ROUNDING,
    EmptySet,
    FlatSet,
    Solve,
    ball_ratios,
    ball_scale,
    cholesky_solver,
    support,
)
from reference.analytic_center.phase_one import relax_rows
from reference.common import Infeasible, NotConverged, Unbounded
from reference.version_space import balance, chebyshev_center

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

    Notes
    -----
    Its methods are those of `reference.analytic_center.Body`.
    """

    A: np.ndarray
    b: np.ndarray
    radius: float = np.inf
    box: float = np.inf
    pull: float = 0.0

    @property
    def row_count(self) -> int:
        return len(self.b)

    @property
    def bounded(self) -> bool:
        return min(self.radius, self.box) < np.inf

    def slacks(self, z: np.ndarray) -> np.ndarray:
        return self.b - self.A @ z

    def rows(self, v: np.ndarray) -> np.ndarray:
        return self.A @ v

    def adjoint(self, y: np.ndarray) -> np.ndarray:
        return self.A.T @ y

    def row_norms(self) -> np.ndarray:
        norms = np.linalg.norm(self.A, axis=1)
        return np.where(norms > 0, norms, 1.0)

    def base_ratios(self, z: np.ndarray, dz: np.ndarray) -> np.ndarray:
        ball = ball_ratios(self.radius, z, dz)
        if self.box == np.inf:
            return ball
        return np.concatenate([-dz / (self.box - z), dz / (self.box + z), ball])

    def gradient(self, z: np.ndarray, y: np.ndarray) -> np.ndarray:
        walls = 1 / (self.box - z) - 1 / (self.box + z)  # 0 without a box
        total, scale = self.A.T @ y + walls, self.pull + ball_scale(self.radius, z)
        return total + scale * z if scale else total

    def factor(self, z: np.ndarray, s: np.ndarray) -> Solve:
        """Return v -> H^{-1} v, for v of shape (d,) or (d, k).

        H = D + W^T W (eq:ac-hessian): D is diagonal, W holds the rows over their
        slacks and one row more for the ball. With fewer rows than columns Woodbury
        (eq:ac-woodbury) factors a matrix of the rows' size. Its difference loses half
        the digits at walls 1e4 times nearer than the base; there H is formed.
        """
        ball, W = ball_scale(self.radius, z), self.A / s[:, None]
        D = self.pull + ball + 1 / (self.box - z) ** 2 + 1 / (self.box + z) ** 2
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
        return cholesky_solver(H, rounding=4e-14)

    def blur(self, z: np.ndarray, s: np.ndarray) -> np.ndarray:
        return (np.abs(self.A) @ np.abs(z) + np.abs(self.b)) / s

    def certificate(
        self, z: np.ndarray, dz: np.ndarray, y: np.ndarray
    ) -> tuple[float, np.ndarray]:
        """Return a bound on max y^T(b - Az) over the base for y / w^T y, and that y."""
        y = y / (self.row_norms() @ y)
        bound = self.b @ y + support(self.A.T @ y, self.radius, self.box)
        reach = min(self.radius, self.box * math.sqrt(len(z)))  # of the base
        return bound + 16 * SUM_ROUNDING * (np.abs(self.b) @ y + reach), y

    def interior_point(self, z: np.ndarray) -> tuple[np.ndarray, int]:
        """Return a strictly interior point and the steps, or raise what is wrong."""
        if self.radius == np.inf:
            return deepest_point(self.A, self.b, self.box), 0
        # What the cube around the ball does not hold, it does not hold either. And of
        # a set in the cube within it the size of the ball says nothing.
        outer, inner = self.radius, 0.9 * self.radius / math.sqrt(len(z))
        with suppress(FlatSet, NotConverged):
            deepest_point(self.A, self.b, min(outer, self.box))
        with suppress(Infeasible, NotConverged):
            return deepest_point(self.A, self.b, min(inner, self.box)), 0
        return relax_rows(self, z)


def deepest_point(A: np.ndarray, b: np.ndarray, box: float = np.inf) -> np.ndarray:
    """Return a strictly interior point, or raise EmptySet, FlatSet or Unbounded.

    Phase one is chapter 1's largest ball, in units in which the set is round. The
    walls of the box have no entry in certificates.
    """
    m, d = A.shape
    if box < np.inf:
        A, b = np.vstack([A, np.eye(d), -np.eye(d)]), np.append(b, [box] * 2 * d)
    units = balance(np.column_stack([A, b]))[1][:-1]
    still = 1.0 * (~A.any(axis=1) & (b == 0))  # 0 <= 0 never holds strictly
    try:
        ball = chebyshev_center(A * units, b)
        proof = still if ball.radius > 0 else ball.multipliers
    except Infeasible as error:
        raise EmptySet(EMPTY, error.certificate[:m]) from None
    except Unbounded:
        if not still.any():
            raise
        proof = still
    if proof.any():
        raise FlatSet(FLAT, proof[:m])
    return units * ball.point
