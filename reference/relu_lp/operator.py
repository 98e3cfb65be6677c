r"""The lifted model as a linear map: its outputs, its adjoint, its cones.

Two-layer networks are linear in their lifted weights, one block per pattern and sign.
With the blocks :math:`u_i` of output weight +1 and :math:`v_i` of output weight -1,

.. math::

    F(u, v) = \sum_{i=1}^{P} D_i X (u_i - v_i), \qquad
    F^\top r = \big( X^\top D_i r,\; -X^\top D_i r \big)_{i \le P},

and the cones are :math:`(2 D_i - I) X u_i \ge 0`, the same for :math:`v_i`. As a
matrix F has 2 P d columns; it is never formed. All that follows in this book (linear
programs, splitting methods, interior points) asks for products with it only.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np

from reference.common import as_matrix, unit_vectors

__all__ = ["LiftedOperator"]


@dataclass(frozen=True, eq=False)
class LiftedOperator:
    r"""The linear map from lifted weights to outputs on the data, never as a matrix.

    .. math::

        F w = \sum_{s} s \sum_{i=1}^{P} D_i X w_{s,i}, \qquad
        K_i = \{u : (2 D_i - I) X u \ge 0\} .

    Parameters
    ----------
    X : array_like, shape (n, d)
    D : array_like, shape (P, n)
        The masks. Any other numbers do too, as long as no cone is asked for: a block
        is diag(D[i]) X.
    signs : tuple of float
        The k output weights of a pattern: (1, -1) for blocks u and v, the default;
        (1,) for one block without a sign, as in gated models, which have no cones.

    Raises
    ------
    ValueError
        If the shapes do not match or a number is not finite.

    Notes
    -----
    Blocks are arrays (..., k, P, d), outputs (..., n); leading axes are several
    vectors at once. Each product costs O(k n d P). The rows of X that are zero bound
    no cone and are left out of `rows`; the others have length 1 there, which changes
    no cone and makes the multipliers of rows comparable.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.relu_lp import LiftedOperator
    >>> F = LiftedOperator([[1.0], [-2.0]], [[True, False], [False, True]])
    >>> blocks = np.array([[[3.0], [0.0]], [[0.0], [-1.0]]])  # u, then v
    >>> F.outputs(blocks)  # 3 (x)_+ - (-x)_+
    array([ 3., -2.])
    >>> F.adjoint(np.array([1.0, 1.0]))[..., 0]
    array([[ 1., -2.],
           [-1.,  2.]])
    >>> bool((F.cone_values(blocks) >= 0).all())  # both cones hold
    True
    """

    X: np.ndarray
    D: np.ndarray
    signs: tuple[float, ...] = (1.0, -1.0)

    def __post_init__(self) -> None:
        object.__setattr__(self, "X", as_matrix(self.X))
        D = as_matrix(self.D, "D", columns=len(self.X))
        object.__setattr__(self, "D", D)

    @property
    def shape(self) -> tuple[int, int, int]:
        """The shape (k, P, d) of the blocks."""
        return len(self.signs), len(self.D), self.X.shape[1]

    @cached_property
    def live(self) -> np.ndarray:
        """Which rows of X bound cones, bool (n,): those not zero, of two signs."""
        return np.any(self.X != 0, axis=1) & (len(self.signs) > 1)

    @cached_property
    def rows(self) -> np.ndarray:
        """The m rows of X that bound cones, at length 1, (m, d)."""
        return unit_vectors(self.X[self.live])

    @cached_property
    def side(self) -> np.ndarray:
        """The diagonals of 2 D_i - I on these rows, +1 and -1, (P, m)."""
        return 2.0 * self.D[:, self.live] - 1.0

    def outputs(self, blocks: np.ndarray) -> np.ndarray:
        """Return F w, shape (..., n): all signs of a pattern share one product."""
        w = np.einsum("k,...kpd->...pd", self.signs, blocks)
        return np.einsum("pn,...pn->...n", self.D, w @ self.X.T)  # (eq:lp-output)

    def adjoint(self, r: np.ndarray) -> np.ndarray:
        """Return F' r, shape (..., k, P, d), for r of shape (..., n)."""
        pull = (self.D * np.asarray(r)[..., None, :]) @ self.X
        return np.einsum("k,...pd->...kpd", self.signs, pull)

    def cone_values(self, blocks: np.ndarray) -> np.ndarray:
        """Return how far inside its cones each block is, shape (..., k, P, m).

        At least 0 exactly in the cone; the distance to each of its m walls.
        """
        return self.side * (blocks @ self.rows.T)  # (eq:lp-cone)

    def cone_adjoint(self, multipliers: np.ndarray) -> np.ndarray:
        """Return the adjoint of `cone_values`, shape (..., k, P, d)."""
        return (self.side * multipliers) @ self.rows

    def gram(self, metric: np.ndarray | None = None) -> np.ndarray:
        r"""Return F (I ⊗ B) F', shape (n, n), for one matrix B for all blocks, or I.

        .. math::

            F (I \otimes B) F^\top = k \, (X B X^\top) \circ (D^\top D) .
        """
        left = self.X if metric is None else self.X @ metric
        squares = sum(sign * sign for sign in self.signs)
        return squares * (left @ self.X.T) * (self.D.T @ self.D)  # (eq:lp-gram)
