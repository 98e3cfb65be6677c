r"""The kernel of activation patterns: chapters 4 and 6 as kernel methods.

A gated model has one linear map for each pattern, :math:`f = \sum_i D_i X u_i`. Its
gradients in all the maps, with weight :math:`p_i` for pattern i, have the kernel

.. math::

    \sum_i p_i \, D_i X X^\top D_i = (X X^\top) \circ (M^\top \operatorname{diag}(p) M)

with the masks as rows of M. With p = 1 it is the matrix of chapter 4's closed form;
with the probabilities of the patterns, d/2 times the first layer's tangent kernel.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_masks, as_matrix, as_vector

__all__ = ["pattern_kernel"]


def pattern_kernel(
    X: ArrayLike, masks: ArrayLike, weights: ArrayLike | None = None
) -> np.ndarray:
    r"""Return the kernel of a gated model with fixed weights on its patterns.

    .. math::

        \sum_i p_i \, D_i X X^\top D_i

    Parameters
    ----------
    X : array_like, shape (n, d)
    masks : array_like of bool, shape (P, n)
    weights : array_like, shape (P,), optional
        :math:`p_i \ge 0`, 1 by default.

    Returns
    -------
    ndarray, shape (n, n)

    Raises
    ------
    ValueError
        For bad input, or a negative weight.

    Notes
    -----
    Implements (eq:ntk-patterns); O(n² (d + P)).

    References
    ----------
    Zhang, Zhang and Pilanci (2024) for the model; the kernel of chapter 4.

    Examples
    --------
    >>> from reference.ntk import pattern_kernel
    >>> pattern_kernel([[1.0], [2.0]], [[True, False], [True, True]], [0.5, 0.5])
    array([[1., 1.],
           [1., 2.]])
    """
    X = as_matrix(X, "X")
    M = as_masks(masks, "masks", columns=len(X)).astype(np.float64)
    p = np.ones(len(M))
    if weights is not None:
        p = as_vector(weights, "weights", size=len(M))
    if (p < 0.0).any():
        raise ValueError(f"weights must not be negative, got {p.min():g}")
    return (X @ X.T) * (M.T @ (p[:, None] * M))  # (eq:ntk-patterns)
