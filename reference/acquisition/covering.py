r"""k-center: a batch that leaves no point of the pool far from a labelled one.

.. math::

    \min_{S \subset \text{pool},\, |S| = b}\;
    \max_i\; \min_{c \in L \cup S} \|h_i - c\| .

The exact minimum is NP-hard; taking the farthest point again and again is never worse
than twice it. A distance to the centres of some picks ago is an upper bound of the
distance now: only points whose bound is the largest must be measured again.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition.picks import as_embeddings, chunks, safe_units
from reference.common import as_budget, as_matrix, as_rng

__all__ = ["k_center"]


def k_center(
    embeddings: ArrayLike,
    budget: int,
    *,
    labeled: ArrayLike | None = None,
    rng: np.random.Generator,
) -> np.ndarray:
    r"""Return the points that are farthest from all centres so far, one by one.

    .. math::

        i = \operatorname*{arg\,max}_i\; \min_{c \in \text{centres}} \|h_i - c\|,
        \qquad \text{centres} \leftarrow \text{centres} \cup \{h_i\} .

    Parameters
    ----------
    embeddings : array_like, shape (n, d)
        The pool, without what is bought already.
    budget : int
    labeled : array_like, shape (L, d), optional
        Embeddings of the bought points, the first centres. Without any, the first
        pick is drawn at random.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct positions, in the order of picking. Of equally far points the first.
        Copies of centres come last.

    Raises
    ------
    ValueError
        If an argument is malformed or the budget is larger than the pool.

    Notes
    -----
    Implements {prf:ref}`alg-11-center` with stale distances as bounds
    (eq:acquisition-stale). Distances that decide are computed from differences, so
    that equal points are at distance zero wherever the origin is. Time is n d for each
    labelled point and, where the bounds are good, much less for each pick.

    References
    ----------
    Gonzalez (1985); Sener and Savarese (2018).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import k_center
    >>> H = [[1.0], [4.0], [9.0], [10.0], [0.0]]
    >>> k_center(H, 5, labeled=[[0.0]], rng=np.random.default_rng(0))
    array([3, 1, 0, 2, 4])
    """
    H = as_embeddings(embeddings)
    budget, rng = as_budget(budget, len(H)), as_rng(rng)
    picks = []
    if labeled is None:
        picks = [int(rng.integers(len(H)))]
        (H,) = safe_units(H)
        C = H[picks]
    else:
        C = as_matrix(labeled, "labeled", columns=H.shape[1])
        H, C = safe_units(H, C)
    bound = _bounds(H, C)
    bound[picks] = -1.0
    return _farthest_first(H, C, bound, picks, budget)


def _farthest_first(
    H: np.ndarray, C: np.ndarray, bound: np.ndarray, picks: list[int], budget: int
) -> np.ndarray:
    """Return the picks, extended to the budget; bound (n,) is changed on the way."""
    seen = np.full(len(H), -1)  # how many picks a bound knows; -1: it is no distance
    while len(picks) < budget:
        group = 8
        while seen[i := int(bound.argmax())] < len(picks):
            group = min(2 * group, len(H))
            _refresh(H, C, bound, seen, picks, group)
        picks.append(i)  # (eq:acquisition-farthest)
        bound[i] = -1.0
    return np.array(picks)


def _refresh(
    H: np.ndarray, C: np.ndarray, bound: np.ndarray, seen: np.ndarray,
    picks: list[int], group: int,
) -> None:  # fmt: skip
    """Measure the points with the largest bounds again (eq:acquisition-stale)."""
    top = np.argpartition(bound, -group)[-group:]
    top = top[bound[top] >= 0.0]
    known = int(seen[top].min())
    centers = H[picks[max(known, 0) :]]
    if known < 0:
        centers = np.vstack([C, centers])
    bound[top] = np.minimum(bound[top], _nearest(H[top], centers))
    seen[top] = len(picks)


def _bounds(H: np.ndarray, C: np.ndarray) -> np.ndarray:
    """Return upper bounds of the distances to the nearest centre, by products.

    They are above the distances by no more than what rounding may take away.
    """
    ours, theirs = _squares(H), _squares(C)
    bound = np.empty(len(H))
    for rows in chunks(len(H)):
        bound[rows] = (theirs - 2.0 * (H[rows] @ C.T)).min(axis=1)
    rounding = (H.shape[1] + 8) * np.finfo(float).eps * (ours + theirs.max())
    return np.sqrt(np.maximum(bound + ours, 0.0) + 2.0 * rounding)


def _nearest(H: np.ndarray, C: np.ndarray) -> np.ndarray:
    """Return the distance of each point to its nearest centre.

    Products say which centre is nearest, a difference how far it is. Where products
    cannot tell, because the distance is small beside the data, all are measured.
    """
    A, B = H - C[0], C - C[0]
    squares = _squares(B)
    nearest = (squares - 2.0 * (A @ B.T)).argmin(axis=1)
    found = _squares(H - C[nearest])
    near = found <= 1e-6 * (squares.max() + _squares(A))
    for c in C if near.any() else []:
        found[near] = np.minimum(found[near], _squares(H[near] - c))
    return np.sqrt(found)


def _squares(A: np.ndarray) -> np.ndarray:
    """Return the squared lengths of the rows, without a square of the matrix."""
    return np.einsum("ij,ij->i", A, A)
