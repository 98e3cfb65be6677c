r"""A start from before: walls that it violates become rows with slacks of their own.

A new label adds a row x to every block's walls, and some blocks of the centre before
lie on its wrong side. Infeasible start treats cuts so: s > 0 is a variable beside the
slack that it stands for. Here the violated walls join them, and their terms in the
blocks of the Hessian are

.. math::

    B_u = \sum_{j\ \text{kept}} \frac{c_jc_j^\top}{(c_j^\top u)^2}
        + \sum_{j\ \text{loose}} \frac{c_jc_j^\top}{s_{uj}^2} ,

so that no block has to leave a place that was right.
"""

from dataclasses import dataclass

import numpy as np

from reference.analytic_center.relu_body import ReluBody

__all__: list[str] = []


@dataclass(frozen=True, kw_only=True)
class LooseBody(ReluBody):
    """A `ReluBody` whose rows are its cuts and then those walls that are loose."""

    sides: np.ndarray  # (P, n'), the sign of a wall's slack inside the block
    loose: np.ndarray  # (2, P, n') of bool

    def signed_slacks(self, theta: np.ndarray) -> np.ndarray:
        slacks = super().signed_slacks(theta)
        slacks[self.loose] = np.inf
        return slacks  # a wall at infinity is none

    def inverse_slacks(self, theta: np.ndarray, s: np.ndarray) -> np.ndarray:
        inverse = super().inverse_slacks(theta, s)
        inverse[self.loose] = 1 / s[len(self.cuts.offsets) :]
        return inverse  # (eq:ac-loose)

    def slacks(self, theta: np.ndarray) -> np.ndarray:
        walls = self.sides * super().signed_slacks(theta)
        return np.append(super().slacks(theta), walls[self.loose])

    def rows(self, theta: np.ndarray) -> np.ndarray:
        walls = self.sides * (theta @ self.walls.T)
        return np.append(super().rows(theta), -walls[self.loose])

    def adjoint(self, y: np.ndarray) -> np.ndarray:
        k = len(self.cuts.offsets)
        weights = np.zeros(self.loose.shape)
        weights[self.loose] = y[k:]
        return super().adjoint(y[:k]) - (self.sides * weights) @ self.walls


def loosened(
    body: ReluBody, start: np.ndarray, size: float
) -> tuple[LooseBody, np.ndarray] | None:
    """Return the body with the walls loose that `start` violates, and first slacks.

    Violated, or nearer than a millionth of the block, or than 1e-9 of `size`, that of
    the ball or the box. A slack is what it is at the start where that is inside, else
    small, a hundredth of what the length of its blocks allows. None where most walls
    are violated: such a start says nothing.
    """
    sides = np.ones((len(body.gates), len(body.walls)))
    sides[:, : len(body.X)] = body.signs
    slacks = sides * body.signed_slacks(start)
    lengths = np.maximum(np.linalg.norm(start, axis=2, keepdims=True), 1e-3 * size)
    unit = 0.01 * (lengths * np.linalg.norm(body.walls, axis=1) + body.reach)
    loose = slacks <= 1e-4 * unit
    if 2 * loose.sum() >= loose.size:
        return None
    gap, small = body.slacks(start), 0.01 * lengths.mean() * body.row_norms()
    first = np.append(np.where(gap > 0.01 * small, gap, small), unit[loose])
    return LooseBody(**vars(body), sides=sides, loose=loose), first
