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

from reference.analytic_center.relu_body import ReluBody, outer_products

__all__: list[str] = []


@dataclass(frozen=True, kw_only=True)
class LooseBody(ReluBody):
    """A `ReluBody` whose rows are its cuts and then some walls, one each of a block."""

    blocks: np.ndarray  # (m,), 0 to 2 P - 1: u first, then v
    columns: np.ndarray  # (m,), into `walls`
    edges: np.ndarray  # (m, d), the wall with its sign: edges . u + reach > 0

    def signed_slacks(self, theta: np.ndarray) -> np.ndarray:
        slacks = super().signed_slacks(theta)
        slacks.reshape(-1, len(self.walls))[self.blocks, self.columns] = np.inf
        return slacks  # a wall at infinity is none

    def inverse_slacks(self, theta: np.ndarray, s: np.ndarray) -> np.ndarray:
        inverse = super().inverse_slacks(theta, s)
        loose = 1 / s[len(self.cuts.offsets) :]
        inverse.reshape(-1, len(self.walls))[self.blocks, self.columns] = loose
        return inverse  # (eq:ac-loose)

    def slacks(self, theta: np.ndarray) -> np.ndarray:
        offsets = self.cuts.offsets, self.reach[self.columns]
        return np.concatenate(offsets) - self.rows(theta)

    def rows(self, theta: np.ndarray) -> np.ndarray:
        u = theta.reshape(-1, theta.shape[2])[self.blocks]
        return np.concatenate([super().rows(theta), -np.vecdot(u, self.edges)])

    def adjoint(self, y: np.ndarray) -> np.ndarray:
        k = len(self.cuts.offsets)
        total = super().adjoint(y[:k])
        blocks = total.reshape(-1, total.shape[2])  # a view
        np.subtract.at(blocks, self.blocks, y[k:, None] * self.edges)
        return total


def loosened(
    body: ReluBody, start: np.ndarray, size: float
) -> tuple[LooseBody, np.ndarray] | None:
    """Return the body with the walls loose that `start` violates, and first slacks.

    Violated, or nearer than a millionth of the block, or than 1e-9 of `size`, that of
    the ball or the box.
    A slack is what it is at the start where that is inside, else of the size of the
    Dikin ellipsoid of its blocks, sqrt(c^T B^{-1} c). None where most walls are
    violated: such a start says nothing.
    """
    sides = np.ones((2 * len(body.gates), len(body.walls)))
    sides[:, : len(body.X)] = np.vstack([body.signs, body.signs])
    slacks = sides * body.signed_slacks(start).reshape(sides.shape)
    lengths = np.maximum(np.linalg.norm(start, axis=2), 1e-3 * size).reshape(-1, 1)
    out = slacks <= 1e-6 * (lengths * np.linalg.norm(body.walls, axis=1) + body.reach)
    if 2 * out.sum() >= out.size:
        return None
    kept = np.where(out, 0.0, 1 / np.where(out, 1.0, slacks))
    blocks = body.solid_blocks(kept, body.pull + size**-2.0)
    inverse = np.linalg.inv(blocks).reshape(len(blocks), -1)
    unit = np.sqrt(np.maximum(inverse @ body.squares.T, 0.0))  # (2 P, n')
    squares = outer_products(body.cuts.rows)
    reach = np.vecdot(body.cut_masks**2, squares @ inverse.T)
    reach = np.sqrt(np.maximum(reach, 0.0))
    gap = body.slacks(start)
    first = np.append(np.where(gap > 0.01 * reach, gap, reach), unit[out])
    if not (first > 0).all():
        return None
    which, columns = np.nonzero(out)
    edges = sides[out][:, None] * body.walls[columns]
    loose = LooseBody(**vars(body), blocks=which, columns=columns, edges=edges)
    return loose, first
