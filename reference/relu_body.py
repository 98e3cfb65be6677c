r"""The block body: a ReLU network's version space, without a dense matrix.

A point theta = (u', u) has shape (2, P, d). With gates g_i and masks D_i,

.. math::

    f(x;\theta) = \sum_i 1[x^\top g_i \ge 0]\, x^\top(u'_i - u_i), \qquad
    H = \operatorname{diag}(H_{u'_1}, \dots, H_{u_P}) + C^\top S^{-2} C
        [+\ \text{rank one}]

with one d x d block per pattern and sign from the cones, and one rank per cut. The
rows of C have structure too (a mask times x), so that they are never stored.
"""

from dataclasses import dataclass

import numpy as np

from reference.barrier import ball_ratios, cholesky_solver, relax_rows, support

__all__ = ["ReluBody", "ReluCuts"]


@dataclass(frozen=True)
class ReluCuts:
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


@dataclass(frozen=True)
class ReluBody:
    """Cones at the rows of X, cuts, ball and box; points are (2, P, d) arrays."""

    X: np.ndarray  # (n, d), no zero rows
    signs: np.ndarray  # (P, n), the diagonals of 2 D_i - I
    gates: np.ndarray  # (P, d)
    cuts: ReluCuts
    cut_masks: np.ndarray  # (P, k) of floats 0 and 1, times the labels times -1
    radius: float
    box: float
    pull: float = 0.0

    @property
    def row_count(self):
        return 2 * self.signs.size + len(self.cuts.offsets)

    def rows(self, theta):
        outputs = (theta[0] - theta[1]) @ self.cuts.rows.T  # (P, k)
        return (outputs * self.cut_masks).sum(0)

    def slacks(self, theta):
        return self.cuts.offsets - self.rows(theta)

    def adjoint(self, y):
        w = (self.cut_masks * y) @ self.cuts.rows
        return np.array([w, -w])

    def row_norms(self):
        lengths = np.square(self.cuts.rows).sum(1)
        return np.sqrt(2 * np.square(self.cut_masks).sum(0) * lengths)

    def cone_slacks(self, theta):
        return self.signs * (theta @ self.X.T)  # (2, P, n)

    def base_ratios(self, theta, step):
        parts = [self.cone_slacks(step) / self.cone_slacks(theta)]
        if self.box < np.inf:
            parts += [-step / (self.box - theta), step / (self.box + theta)]
        if self.radius < np.inf:
            parts.append(ball_ratios(self.radius, theta, step))
        return np.concatenate([np.ravel(p) for p in parts])

    def system(self, theta, s):
        """Return the base's gradient and v -> H^{-1} v, (eq:ac-blocks)."""
        d = theta.shape[2]
        inverse = 1 / self.cone_slacks(theta)
        gradient = self.pull * theta - (self.signs * inverse) @ self.X
        # All 2P blocks X^T C^{-2} X in one product with the n matrices x x^T.
        squares = (self.X[:, :, None] * self.X[:, None]).reshape(-1, d * d)
        blocks = (inverse**2 @ squares).reshape(*theta.shape, d)
        diagonal = np.full_like(theta, self.pull)
        if self.box < np.inf:
            above, below = 1 / (self.box - theta), 1 / (self.box + theta)
            gradient += above - below
            diagonal += above**2 + below**2
        ball = 0.0 * theta
        if self.radius < np.inf:
            scale = 2 / (self.radius**2 - np.square(theta).sum())
            ball = scale * theta
            gradient += ball
            diagonal += scale
        blocks[..., range(d), range(d)] += diagonal
        # B^{-1} = L^{-T} L^{-1} by Cholesky: positive definite in spite of rounding.
        inverse = np.linalg.inv(np.linalg.cholesky(blocks))
        inverse = inverse.swapaxes(-1, -2) @ inverse

        def base(v):  # B^{-1} v
            return np.einsum("hpij,hpj->hpi", inverse, v)

        # (eq:ac-gram): C B^{-1} C^T with R R^T = B_u'^{-1} + B_u^{-1} per pattern.
        k = len(s)
        R = np.linalg.cholesky(inverse[0] + inverse[1])
        Y = (self.cuts.rows @ R) * self.cut_masks[..., None]  # (P, k, d)
        Y = Y.transpose(1, 0, 2).reshape(k, theta[0].size) / s[:, None]
        M = np.eye(k + 1)
        M[:k, :k] += Y @ Y.T
        if self.radius < np.inf:
            pulled = base(ball)
            M[:k, k] = M[k, :k] = self.rows(pulled) / s
            M[k, k] += (ball * pulled).sum()
        inner = cholesky_solver(M)

        def solve(v):
            x = base(v)
            u = inner(np.append(self.rows(x) / s, (ball * x).sum()))
            return x - base(self.adjoint(u[:k] / s) + u[k] * ball)

        return gradient, solve

    def certificate(self, theta, step, y):
        """Return a bound on max y^T(b - rows) over the base, and the multipliers."""
        w, slacks = self.row_norms(), self.cone_slacks(theta)
        size = np.where(w > 0, w, 1.0) @ y
        y, rho = y / size, (1 - self.cone_slacks(step) / slacks) / slacks / size
        v = self.adjoint(y) - (self.signs * rho) @ self.X
        return self.cuts.offsets @ y + support(v, self.radius, self.box), (y, rho)

    def interior_point(self, theta):
        return relax_rows(self, theta)
