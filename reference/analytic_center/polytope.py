r"""The dense body: a polytope {z : A z <= b}, in a ball and a box if it has them.

Its Hessian is a diagonal matrix (box, ball) plus one rank per row,

.. math:: H = D + W^\top W, \qquad W = S^{-1} A,

so that Newton's method costs the smaller of two Cholesky factors. The two linear
programs of chapter 1 say why a set has no centre: empty, flat, or unbounded.
"""

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
        norms[norms == 0] = 1.0
        return norms

    def base_ratios(self, z: np.ndarray, dz: np.ndarray) -> np.ndarray:
        ratios = []
        if self.box < np.inf:
            ratios += [-dz / (self.box - z), dz / (self.box + z)]
        if self.radius < np.inf:
            ratios.append(np.array(ball_ratios(self.radius, z, dz)))
        return np.concatenate(ratios) if ratios else np.empty(0)

    def gradient(self, z: np.ndarray, y: np.ndarray) -> np.ndarray:
        total = self.A.T @ y
        if self.box < np.inf:
            total += 1 / (self.box - z) - 1 / (self.box + z)
        if scale := self.pull + ball_scale(self.radius, z):
            total += scale * z
        return total

    def factor(self, z: np.ndarray, s: np.ndarray) -> Solve:
        """Return v -> H^{-1} v, for v of shape (d,) or (d, k).

        H = D + W^T W (eq:ac-hessian): D is diagonal, W holds the rows over their
        slacks and one row more for the ball. With fewer rows than columns Woodbury
        (eq:ac-woodbury) factors a matrix of the rows' size. Its difference loses half
        the digits at walls 1e4 times nearer than the base; there H is formed.
        """
        ball, W = ball_scale(self.radius, z), self.A / s[:, None]
        D: float | np.ndarray = self.pull + ball
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
        return cholesky_solver(H, rounding=4e-14)

    def blur(self, z: np.ndarray, s: np.ndarray) -> np.ndarray:
        return (np.abs(self.A) @ np.abs(z) + np.abs(self.b)) / s

    def certificate(
        self, z: np.ndarray, dz: np.ndarray, y: np.ndarray
    ) -> tuple[float, np.ndarray]:
        """Return a bound on max y^T(b - Az) over the base for y / w^T y, and that y."""
        y = y / (self.row_norms() @ y)
        bound = self.b @ y + support(self.A.T @ y, self.radius, self.box)
        terms = support(np.abs(self.A).T @ y, self.radius, self.box)
        return bound + 16 * SUM_ROUNDING * (np.abs(self.b) @ y + terms), y

    def interior_point(self, z: np.ndarray) -> tuple[np.ndarray, int]:
        """Return a strictly interior point and the steps, or raise what is wrong."""
        if not self.bounded:
            return deepest_point(self.A, self.b), 0
        d = len(z)
        walls = np.vstack([self.A, np.eye(d), -np.eye(d)])

        def in_cube(half: float) -> np.ndarray:
            return deepest_point(walls, np.append(self.b, [half] * 2 * d), 2 * d)

        if self.radius == np.inf:
            return in_cube(self.box), 0
        # What the cube around the ball does not hold, it does not hold either. And of
        # a set in the cube within it the size of the ball says nothing.
        with suppress(FlatSet, NotConverged):
            in_cube(min(self.radius, self.box))
        with suppress(Infeasible, NotConverged):
            return in_cube(min(0.9 * self.radius / np.sqrt(d), self.box)), 0
        return relax_rows(self, z)


def deepest_point(A: np.ndarray, b: np.ndarray, base: int = 0) -> np.ndarray:
    """Return a strictly interior point, or raise EmptySet, FlatSet or Unbounded.

    Phase one is chapter 1's largest ball, in units in which the set is round. The
    last `base` rows are walls of a box and have no entry in certificates.
    """
    units = balance(np.column_stack([A, b]))[1][:-1]
    still = 1.0 * (~A.any(axis=1) & (b == 0))  # 0 <= 0 never holds strictly
    try:
        ball = chebyshev_center(A * units, b)
        proof = still if ball.radius > 0 else ball.multipliers
    except Infeasible as error:
        raise EmptySet(EMPTY, error.certificate[: len(b) - base]) from None
    except Unbounded:
        if not still.any():
            raise
        proof = still
    if proof.any():
        raise FlatSet(FLAT, proof[: len(b) - base])
    return units * ball.point
