r"""Activation patterns by trying signs: read this first.

A row :math:`x_i` that is not zero cuts the space of weights in two. A choice of sides
:math:`\sigma_i = \pm 1` is a pattern if the cell that it names is not empty,

.. math:: \text{some } h \text{ has } \quad \sigma_i\, x_i^\top h \ge 1
    \quad \text{for all } i ,

which is a question for a linear program. Nothing here is rescued: zero rows, almost
equal rows, columns of very different size and large data are for `enumerate_patterns`.
"""

import numpy as np
from scipy.optimize import linprog

__all__ = [
    "plain_count_patterns",
    "plain_enumerate_patterns",
    "plain_sample_patterns",
]


def plain_count_patterns(n: int, rank: int) -> int:
    r"""Return the number of patterns of n points in general position.

    .. math::

        C(n, r) = C(n - 1, r) + C(n - 1, r - 1), \qquad C(1, r) = C(n, 1) = 2 .

    Parameters
    ----------
    n, rank : int
        Both at least 1.

    Returns
    -------
    int

    Notes
    -----
    Implements (eq:03-recursion), one call for each hyperplane that is added.

    References
    ----------
    Cover (1965).

    Examples
    --------
    >>> from reference.activation_patterns import plain_count_patterns
    >>> plain_count_patterns(3, 2), plain_count_patterns(10, 3)
    (6, 92)
    """
    if n == 1 or rank == 1:
        return 2
    whole = plain_count_patterns(n - 1, rank)  # cells without the last hyperplane
    return whole + plain_count_patterns(n - 1, rank - 1)  # those that it cuts


def _plain_gate(X: np.ndarray, mask: np.ndarray) -> np.ndarray | None:
    """A point h of the cell of a mask, or None if there is no such cell."""
    sides = np.where(mask, 1.0, -1.0)
    n, d = X.shape
    cell = linprog(np.zeros(d), -sides[:, None] * X, -np.ones(n), bounds=(None, None))
    return cell.x if cell.status == 0 else None


def plain_enumerate_patterns(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    r"""Return every pattern, and a gate strictly inside the cell of each.

    .. math:: \{\, 1[Xh \ge 0] : x_i^\top h \ne 0 \text{ for all } i \,\}

    Parameters
    ----------
    X : ndarray, shape (n, d)
        No row is zero.

    Returns
    -------
    masks : ndarray of bool, shape (P, n)
    gates : ndarray, shape (P, d)

    Notes
    -----
    Implements {prf:ref}`alg-03-signs`: a side that is impossible for the first rows is
    pruned, with all that would follow. Two linear programs for each cell and row.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import plain_enumerate_patterns
    >>> masks, gates = plain_enumerate_patterns(np.array([[1.0, 0.0], [1.0, 1.0]]))
    >>> masks.astype(int).tolist()
    [[1, 1], [1, 0], [0, 1], [0, 0]]
    """
    masks, gates = [], []

    def try_sides(mask: np.ndarray, gate: np.ndarray) -> None:
        if len(mask) == len(X):
            masks.append(mask)
            gates.append(gate)
            return
        for side in (True, False):
            longer = np.append(mask, side)
            point = _plain_gate(X[: len(longer)], longer)
            if point is not None:
                try_sides(longer, point)

    try_sides(np.zeros(0, dtype=bool), np.zeros(X.shape[1]))
    return np.array(masks), np.array(gates)


def plain_sample_patterns(
    X: np.ndarray, num_gates: int, *, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the different patterns of Gaussian gates, sorted, with a gate of each.

    .. math:: D_j = \mathrm{diag}(1[X g_j \ge 0]), \qquad g_j \sim N(0, I) .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    num_gates : int
    rng : numpy.random.Generator

    Returns
    -------
    masks : ndarray of bool, shape (P, n)
    gates : ndarray, shape (P, d)

    Notes
    -----
    Implements (eq:03-pattern) with equal masks kept once; see (eq:03-coupons).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import plain_sample_patterns
    >>> masks, gates = plain_sample_patterns(
    ...     np.eye(2), 50, rng=np.random.default_rng(0)
    ... )
    >>> masks.astype(int).tolist()
    [[0, 0], [0, 1], [1, 0], [1, 1]]
    """
    gates = rng.standard_normal((num_gates, X.shape[1]))
    masks, first = np.unique(gates @ X.T >= 0, axis=0, return_index=True)
    return masks, gates[first]
