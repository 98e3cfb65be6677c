r"""The smallest eigenvalues of many batches, and the largest of them without most.

.. math:: v(S) = \lambda_{\min}(\Theta_{L \cup S})

A batch is worse than the record if and only if a Cholesky factorisation at the record
breaks down, which costs much less than an eigenvalue.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.npc.kernel import as_batches, as_kernel, as_rows
from reference.npc.modes import LabeledModes, labeled_modes

__all__ = ["best_batch", "min_eigenvalue_scores"]

PILOTS = 16


def min_eigenvalue_scores(
    *,
    gram: ArrayLike | None = None,
    factor: ArrayLike | None = None,
    labeled: ArrayLike,
    candidates: ArrayLike,
) -> np.ndarray:
    r"""Return the smallest eigenvalue of the labelled block with each batch.

    .. math:: v(S) = \lambda_{\min}(\Theta_{L \cup S})

    Parameters
    ----------
    gram : array_like, shape (n, n)
        Θ, symmetric; or
    factor : array_like, shape (n, d)
        Features Φ, with Θ = ΦΦᵀ.
    labeled : array_like of int, shape (L,)
        Rows of Θ; none is allowed, and so is one twice.
    candidates : array_like of int, shape (m, Q)
        A batch a row, of rows of Θ.

    Returns
    -------
    ndarray, shape (m,)

    Raises
    ------
    ValueError
        If an argument is malformed.

    Notes
    -----
    Implements (eq:npc-newton). The labelled block is decomposed once, in O(L³ + L² N)
    for N different samples; a batch then costs three or four products of O(L Q²).
    Values are off by rounding relative to the largest eigenvalue, as those of
    `numpy.linalg.eigvalsh`.

    References
    ----------
    Kong et al. (2022), section 3.3.

    Examples
    --------
    At 80 degrees from the labelled sample is better than at 60.

    >>> import numpy as np
    >>> from reference.npc import min_eigenvalue_scores
    >>> angle = np.radians([0.0, 60.0, 80.0])
    >>> gram = np.cos(angle[:, None] - angle) + np.eye(3)
    >>> scores = min_eigenvalue_scores(
    ...     gram=gram, labeled=[0], candidates=[[1], [2]])
    >>> scores.round(4)
    array([1.5   , 1.8264])
    """
    modes, batches = _modes_and_batches(gram, factor, labeled, candidates)
    scores = [modes.smallest(batch) for batch in batches]
    return np.array(scores) * modes.kernel.unit


def best_batch(
    *,
    gram: ArrayLike | None = None,
    factor: ArrayLike | None = None,
    labeled: ArrayLike,
    candidates: ArrayLike,
) -> tuple[int, float]:
    r"""Return which batch has the largest smallest eigenvalue, and that.

    .. math:: \arg\max_j \lambda_{\min}(\Theta_{L \cup S_j})

    Parameters
    ----------
    gram, factor, labeled, candidates
        As in `min_eigenvalue_scores`.

    Returns
    -------
    index : int
        The row of `candidates`; of equally good batches the first, up to rounding.
    value : float

    Raises
    ------
    ValueError
        If an argument is malformed.

    Notes
    -----
    Implements {prf:ref}`alg-16-record`. One Cholesky factorisation of the size of the
    batch for each candidate, and an eigenvalue for each record.

    References
    ----------
    Kong et al. (2022), section 3.4, compute an eigenvalue for each.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.npc import best_batch
    >>> angle = np.radians([0.0, 60.0, 80.0])
    >>> gram = np.cos(angle[:, None] - angle) + np.eye(3)
    >>> index, value = best_batch(gram=gram, labeled=[0], candidates=[[1], [2]])
    >>> index, round(value, 4)
    (1, 1.8264)
    """
    modes, batches = _modes_and_batches(gram, factor, labeled, candidates)
    index, value = record_search(modes, batches)
    return index, float(value) * modes.kernel.unit


def _modes_and_batches(
    gram: ArrayLike | None, factor: ArrayLike | None, labeled: ArrayLike,
    candidates: ArrayLike,
) -> tuple[LabeledModes, np.ndarray]:  # fmt: skip
    """Return the modes of checked arguments, and batches of positions in them."""
    kernel = as_kernel(gram, factor)
    rows = as_rows(labeled, "labeled", kernel, distinct=False)
    batches = as_batches(candidates, "candidates", kernel)
    members, positions = np.unique(batches, return_inverse=True)
    return labeled_modes(kernel, rows, members), positions.reshape(batches.shape)


def record_search(modes: LabeledModes, batches: np.ndarray) -> tuple[int, float]:
    """Return the position and value of the best batch, of positions in the members."""
    best, record = 0, -np.inf
    attained = modes.cap - float(modes.rounding(batches).min())
    waiting = list(range(len(batches)))
    while waiting and record < attained:  # (eq:npc-cap): nothing is above
        for j in waiting[:PILOTS]:
            if record == -np.inf or modes.beats(batches[j], record):
                value = modes.smallest(batches[j], record)
                if value > record:
                    best, record = j, value
        waiting = _beating(modes, batches, waiting[PILOTS:], min(record, attained))
    return best, record


def _beating(
    modes: LabeledModes, batches: np.ndarray, waiting: list[int], record: float
) -> list[int]:
    """Return which of the waiting batches exceed the record."""
    everyone = np.arange(len(modes.members))
    # One elimination for all members, where that is less work than one for each batch.
    if len(everyone) ** 2 > len(waiting) * batches.shape[1] ** 2:
        return [j for j in waiting if modes.beats(batches[j], record)]
    shared, found = modes.corner(everyone, record), []
    for j in waiting:
        # By positions in the flat array: half the time of rows and columns.
        corner = shared.take(batches[j][:, None] * len(shared) + batches[j])
        if modes.beats(batches[j], record, corner):
            found.append(j)
    return found
