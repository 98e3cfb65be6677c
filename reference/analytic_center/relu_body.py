r"""The block body: a ReLU network's version space, without a dense matrix.

A point theta = (u, v) has shape (2, P, d). With gates h_i and masks D_i,

.. math::

    f(x;\theta) = \sum_i 1[x^\top h_i \ge 0]\, x^\top(u_i - v_i), \qquad
    H = \operatorname{diag}(H_{u_1}, \dots, H_{v_P}) + C^\top S^{-2} C
        [+\ \text{rank one}]

with one d x d block per pattern and sign from the cones, and one rank per cut. The
rows of C have structure too (a mask times x), so that they are never stored.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from reference.analytic_center.newton import (
    SUM_ROUNDING,
    Solve,
    ball_ratios,
    ball_scale,
    cholesky_solver,
    support,
)
from reference.analytic_center.phase_one import relax_rows
from reference.common import NotConverged

__all__ = ["ReluBody", "ReluCuts"]


class ReluCuts(NamedTuple):
    """The rows -labels[k] f(rows[k]; theta) <= offsets[k].

    Attributes
    ----------
    rows : array_like, shape (k, d)
    labels : array_like of +1 and -1, shape (k,)
    offsets : array_like, shape (k,)
    """

    rows: np.ndarray
    labels: np.ndarray
    offsets: np.ndarray


def outer_products(rows: np.ndarray) -> np.ndarray:
    """Return the matrix x x^T of every row x, (m, d * d)."""
    m, d = rows.shape
    return (rows[:, :, None] * rows[:, None]).reshape(m, d * d)


def lower_inverses(L: np.ndarray) -> np.ndarray:
    """Return the inverses of lower triangles, (m, d, d), row by row of them all.

    By substitution: a general inverse of so many small matrices takes four times as
    long at d = 3 to 20, since each is a call of LAPACK that knows of no zeros.
    """
    K = np.zeros_like(L)
    for i in range(L.shape[1]):
        K[:, i, i] = 1 / L[:, i, i]
        K[:, i, :i] = -np.vecmat(L[:, i, :i], K[:, :i, :i]) * K[:, i, i, None]
    return K


@dataclass(frozen=True)
class ReluBody:
    """Cones at the rows of X, box, ball and cuts; points are (2, P, d) arrays.

    Cones and box are *walls* that every block has: the rows x of X, then -I and I.
    Inside, walls @ u + reach keeps its sign in each block. The barrier's derivatives
    and ratios are the same for a slack and its negative, so only `signs` knows which.
    """

    X: np.ndarray  # (n, d), no zero rows
    signs: np.ndarray  # (P, n), the diagonals of 2 D_i - I
    walls: np.ndarray  # (n', d)
    reach: np.ndarray  # (n',), 0 for X and the box for -I and I
    squares: np.ndarray  # (n', d * d), the matrices x x^T of the walls
    gates: np.ndarray  # (P, d)
    cuts: ReluCuts
    cut_masks: np.ndarray  # (k, 2 P), masks times -label, then times +label
    radius: float
    box: float
    pull: float = 0.0

    @property
    def row_count(self) -> int:
        return 2 * self.signs.size + len(self.cuts.offsets)

    def rows(self, theta: np.ndarray) -> np.ndarray:
        outputs = self.cuts.rows @ (theta[0] - theta[1]).T  # (k, P)
        return np.vecdot(outputs, self.cut_masks[:, : len(self.gates)])

    def slacks(self, theta: np.ndarray) -> np.ndarray:
        # The cuts' alone: a body with loose walls adds these itself.
        return self.cuts.offsets - ReluBody.rows(self, theta)

    def adjoint(self, y: np.ndarray) -> np.ndarray:
        total = self.cut_masks.T @ (y[:, None] * self.cuts.rows)
        return total.reshape(2, *self.gates.shape)

    def row_norms(self) -> np.ndarray:
        squares = np.square(self.cut_masks).sum(1) * np.square(self.cuts.rows).sum(1)
        return np.sqrt(np.where(squares > 0, squares, 1.0))

    def signed_slacks(self, theta: np.ndarray) -> np.ndarray:
        """Return walls @ u + reach of every block u, (2, P, n')."""
        slacks = theta @ self.walls.T  # large: nothing is copied
        slacks += self.reach
        return slacks

    def inverse_slacks(self, theta: np.ndarray, s: np.ndarray) -> np.ndarray:
        """Return the roots of the walls' weights in the blocks, (2, P, n')."""
        return 1 / self.signed_slacks(theta)

    def blocks(self, inverse: np.ndarray, pull: float) -> np.ndarray:
        """Return the blocks (m, d, d) of inverse slacks (..., n'), and a pull."""
        d = self.walls.shape[1]
        blocks = inverse**2 @ self.squares  # (..., d * d)
        blocks[..., :: d + 1] += pull
        return blocks.reshape(-1, d, d)

    def base_ratios(self, theta: np.ndarray, step: np.ndarray) -> np.ndarray:
        walls = (step @ self.walls.T) / self.signed_slacks(theta)
        ball = ball_ratios(self.radius, theta, step)
        return np.concatenate([walls.ravel(), ball])

    def gradient(self, theta: np.ndarray, y: np.ndarray) -> np.ndarray:
        slacks, scale = self.signed_slacks(theta), ball_scale(self.radius, theta)
        scale += self.pull
        total = self.adjoint(y) - np.divide(1.0, slacks, out=slacks) @ self.walls
        return total + scale * theta if scale else total

    def factor(self, theta: np.ndarray, s: np.ndarray) -> Solve:
        """Return v -> H^{-1} v, (eq:ac-blocks) and (eq:ac-gram)."""
        d, ball = theta.shape[2], ball_scale(self.radius, theta)
        blocks = self.blocks(self.inverse_slacks(theta, s), self.pull + ball)
        try:
            L = np.linalg.cholesky(blocks)
        except np.linalg.LinAlgError:
            raise NotConverged("a block is not positive definite", theta) from None
        pivots = np.diagonal(L, 0, 1, 2) ** 2
        if (pivots < 4e-14 * np.diagonal(blocks, 0, 1, 2)).any():  # rounding alone
            raise NotConverged("a cone is too thin for the digits of a block", theta)
        K = lower_inverses(L)  # B = L L^T, and K = L^{-1}
        k = len(self.cuts.offsets)
        # Z = (K C^T S^{-1})^T, and a row for the ball. Large: made once, in place.
        Z = np.empty((k + (ball > 0), theta.size))
        Y = np.matmul(self.cuts.rows, K.reshape(-1, d).T, out=Z[:k])
        Y.reshape(k, len(K), d)[:] *= (self.cut_masks / s[:k, None])[:, :, None]
        if ball:
            Z[k] = np.matvec(K, ball * theta.reshape(-1, d)).ravel()
        M = Z @ Z.T
        M.flat[:: len(M) + 1] += 1
        inner = cholesky_solver(M, rounding=4e-14)

        def solve(v: np.ndarray) -> np.ndarray:
            q = np.matvec(K, v.reshape(-1, d)).ravel()
            q -= inner(Z @ q) @ Z
            return np.vecmat(q.reshape(-1, d), K).reshape(v.shape)

        return solve

    def blur(self, theta: np.ndarray, s: np.ndarray) -> np.ndarray:
        size, cuts = np.abs(theta), self.cuts
        terms = np.abs(cuts.rows) @ size.sum((0, 1)) + np.abs(cuts.offsets)
        cones = (size @ np.abs(self.X).T) / (theta @ self.X.T)
        return np.concatenate([terms / s, cones.ravel()])

    def certificate(
        self, theta: np.ndarray, step: np.ndarray, y: np.ndarray
    ) -> tuple[float, tuple[np.ndarray, np.ndarray]]:
        """Return a bound on max y^T(b - rows) over the base, and the multipliers."""
        size, outputs = self.row_norms() @ y, theta @ self.X.T
        rho = self.signs * (1 - step @ self.X.T / outputs) / outputs / size
        y, v = y / size, self.adjoint(y / size) - (self.signs * rho) @ self.X
        bound = self.cuts.offsets @ y + support(v, self.radius, self.box)
        reach = min(self.radius, self.box * math.sqrt(theta.size))  # of the base
        pulls = 1 + (rho @ np.linalg.norm(self.X, axis=1)).sum()
        terms = np.abs(self.cuts.offsets) @ y + reach * pulls
        return bound + 16 * SUM_ROUNDING * terms, (y, rho)

    def interior_point(self, theta: np.ndarray) -> tuple[np.ndarray, int]:
        return relax_rows(self, theta)
