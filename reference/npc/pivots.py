r"""Pivoted Cholesky: the sample that is least explained, again and again.

.. math::

    i = \arg\max_x\ \theta_{xx} - \theta_{xA}\Theta_{AA}^{-1}\theta_{Ax},
    \qquad A \leftarrow A \cup \{i\} .

The pivots tell how many samples are independent, their product is the determinant, and
as a choice they are the greedy maximum of it.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_integer
from reference.npc.kernel import Kernel, as_index_sets, as_kernel, need_semidefinite
from reference.npc.modes import LabeledModes, labeled_modes

__all__ = ["pivoted_cholesky"]


def pivoted_cholesky(
    *,
    gram: ArrayLike | None = None,
    factor: ArrayLike | None = None,
    labeled: ArrayLike,
    pool: ArrayLike,
    budget: int,
) -> np.ndarray:
    r"""Return a batch of the samples that are least explained, one by one.

    .. math:: \det\Theta_{L \cup S} = \det\Theta_{LL}\,\prod_j p_j , \qquad
        p_j = \max_x\ \theta_{xx} - \theta_{xA}\Theta_{AA}^{-1}\theta_{Ax}

    Parameters
    ----------
    gram, factor
        As in `min_eigenvalue_scores`; positive semi-definite.
    labeled : array_like of int, shape (L,)
    pool : array_like of int, shape (N,)
    budget : int

    Returns
    -------
    ndarray of int, shape (budget,)
        Rows of Θ in the order of picking; of equal pivots the first.

    Raises
    ------
    ValueError
        If an argument is malformed, or if the rest of the pool is explained, to
        rounding, before the budget is spent.

    Notes
    -----
    Implements (eq:npc-pivot) in O(L³ + (L + Q)² N).

    References
    ----------
    Harbrecht, Peters and Schneider (2012).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.npc import pivoted_cholesky
    >>> features = [[1.0, 0.0], [1.0, 0.1], [1.0, 2.0]]
    >>> pivoted_cholesky(factor=features, labeled=[0], pool=[1, 2], budget=1)
    array([2])
    """
    kernel = as_kernel(gram, factor)
    ours, others = as_index_sets(labeled, pool, kernel)
    budget = as_integer(budget, "budget", low=1, high=len(others))
    need_semidefinite(kernel, np.concatenate([ours, others]))
    modes = labeled_modes(kernel, ours, others)
    picks, _ = independent_members(modes, budget)
    if len(picks) < budget:
        raise ValueError(
            f"budget must be at most {len(picks)}, got {budget}: what is left of the "
            "pool depends on the samples before it, to rounding"
        )
    return others[picks]


def independent_members(
    modes: LabeledModes, most: int
) -> tuple[np.ndarray, LabeledModes]:
    """Return pivots until nothing is left, and the modes without those of zero."""
    tol = modes.most_rounding(most)
    kept = modes.values > tol
    solid = LabeledModes(
        modes.kernel, modes.members, modes.values[kept], modes.links[:, kept]
    )
    start = solid.links / np.sqrt(solid.values)
    picks, _ = pivot_steps(modes.kernel, modes.members, start, most, tol)
    return picks, solid


def pivot_steps(
    kernel: Kernel, rows: np.ndarray, start: np.ndarray, most: int, tol: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the pivots among the rows, and features that explain them.

    Parameters
    ----------
    kernel : Kernel
    rows : ndarray of int, shape (N,)
    start : ndarray, shape (N, k)
        Features of what is explained already.
    most : int
        How many pivots at most.
    tol : float
        What counts as explained.

    Returns
    -------
    picks : ndarray of int, shape (j,)
        Positions in `rows`, j <= most.
    features : ndarray, shape (N, k + j)
    """
    k = start.shape[1]
    W = np.zeros((len(rows), k + most))
    W[:, :k] = start
    left = kernel.diagonal(rows) - (start**2).sum(axis=1)
    picks: list[int] = []
    for j in range(k, k + most):
        i = int(left.argmax())
        if left[i] <= tol:
            break
        column = kernel.block(rows, rows[[i]])[:, 0] - W[:, :j] @ W[i, :j]
        W[:, j] = column / np.sqrt(left[i])
        left = left - W[:, j] ** 2  # (eq:npc-pivot)
        left[i] = -np.inf
        picks.append(i)
    return np.array(picks, dtype=np.intp), W[:, : k + len(picks)]
