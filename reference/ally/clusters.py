r"""Different questions: clusters of a pool, and the best of each in turn.

.. math::

    \min_{C_1, \dots, C_k} \; \sum_{c} \sum_{j \in C_c} \| h_j - m_c \|^2, \qquad
    m_c = \frac{1}{|C_c|} \sum_{j \in C_c} h_j

Lloyd's rounds, assign and average, lower the sum until nothing moves. Two rescues:
copies are one point that counts several times, so that no rounding tears them apart;
and a cluster that comes out empty starts again at the point that is worst off.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.sparse import csr_matrix

from reference.common import (
    as_budget,
    as_classes,
    as_integer,
    as_matrix,
    as_rng,
    as_vector,
)

__all__ = ["even_picks", "k_means"]

DIGITS = 12  # of the largest coordinate; points that agree so far are copies


def k_means(
    points: ArrayLike, clusters: int, *, max_iter: int = 100, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the cluster of each point and the centres, none of them empty.

    .. math::

        \text{cluster}(j) = \operatorname*{arg\,min}_c \| h_j - m_c \|, \qquad
        m_c = \text{mean of its points}

    Parameters
    ----------
    points : array_like, shape (n, h)
    clusters : int
        k, at most n.
    max_iter : int
        Rounds at most; it stops earlier when no point changes its cluster.
    rng : numpy.random.Generator
        Draws the first centres by the squared distance to those drawn (k-means++).

    Returns
    -------
    labels : ndarray of int, shape (n,)
        Clusters 0..k'-1, where k' is k or the number of distinct points if that is
        less. Copies of a point are always together.
    centers : ndarray, shape (k', h)

    Raises
    ------
    ValueError
        If an argument is malformed.

    Notes
    -----
    Implements (eq:ally-kmeans). A round costs one product, O(n k h), which tells
    centres apart that differ by 1e-8 of the largest coordinate.
    `scipy.cluster.vq.kmeans2` may leave clusters empty, and copies apart.

    References
    ----------
    Lloyd (1982); Arthur and Vassilvitskii (2007).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ally import k_means
    >>> labels, centers = k_means([[0.0], [1.0], [8.0], [8.0]], 2,
    ...                           rng=np.random.default_rng(0))
    >>> labels[[0, 2]] == labels[[1, 3]], sorted(centers.ravel().tolist())
    (array([ True,  True]), [0.5, 8.0])
    """
    points = as_matrix(points, "points")
    clusters = as_integer(clusters, "clusters", low=1, high=len(points))
    max_iter = as_integer(max_iter, "max_iter", low=1)
    rng = as_rng(rng)
    middle, unit = _middle_and_unit(points)
    distinct, place, copies = np.unique(
        np.round(points / unit - middle, DIGITS), axis=0, return_inverse=True,
        return_counts=True,
    )  # fmt: skip
    centers = _spread_start(distinct, copies, min(clusters, len(distinct)), rng)
    labels = np.full(len(distinct), -1)
    for _ in range(max_iter):
        before, labels = labels, _nearest(distinct, centers)
        labels = _refill(distinct, centers, labels)
        one_hot = csr_matrix((copies, (labels, np.arange(len(labels)))))
        centers = one_hot @ distinct / (one_hot @ np.ones(len(labels)))[:, None]
        if (labels == before).all():
            break
    return labels[place.ravel()], (centers + middle) * unit


def _middle_and_unit(points: np.ndarray) -> tuple[np.ndarray, float]:
    """Return the mean and a unit, a power of two, in which squares are safe."""
    unit = np.ldexp(0.5, int(np.frexp(np.abs(points).max() or 1.0)[1]))
    middle = (points / unit).mean(axis=0)
    return middle, float(unit)


def _spread_start(
    points: np.ndarray, copies: np.ndarray, clusters: int, rng: np.random.Generator
) -> np.ndarray:
    """Return first centres: points drawn by their squared distance to those drawn."""
    chances = copies.astype(float)
    gaps = np.full(len(points), np.inf)
    squares = (points**2).sum(axis=1)
    rounding = 1e-12 * squares.max()
    chosen = []
    for _ in range(clusters):
        chosen.append(i := int(rng.choice(len(points), p=chances / chances.sum())))
        # A product says who may be nearer to the new centre; only these are measured.
        far = squares + squares[i] - 2.0 * (points @ points[i])
        near = far <= gaps + rounding
        far = ((points[near] - points[i]) ** 2).sum(axis=1)
        gaps[near] = np.minimum(gaps[near], far)
        chances = copies * gaps
    return points[chosen]


def _nearest(points: np.ndarray, centers: np.ndarray) -> np.ndarray:
    """Return the nearest centre of each point, by one product."""
    halves = 0.5 * (centers**2).sum(axis=1)
    return (halves - points @ centers.T).argmin(axis=1)


def _refill(points: np.ndarray, centers: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return labels without an empty cluster; moves the centres of empty ones.

    Each is moved to the point that is farthest from its own centre. A centre on a
    point keeps that point, so every centre is moved once at most.
    """
    labels = labels.copy()
    gaps = ((points - centers[labels]) ** 2).sum(axis=1)
    while True:
        sizes = np.bincount(labels, minlength=len(centers))
        empty, far = int(sizes.argmin()), int(gaps.argmax())
        if sizes[empty] > 0 or gaps[far] == 0.0:
            return labels
        centers[empty] = points[far]
        fresh = ((points - points[far]) ** 2).sum(axis=1)
        labels[fresh < gaps] = empty
        gaps = np.minimum(gaps, fresh)


def even_picks(
    scores: ArrayLike, labels: ArrayLike, budget: int, *, rng: np.random.Generator
) -> np.ndarray:
    r"""Return the highest scores of every cluster, all clusters in turn.

    Each cluster names its best sample, then each its second, and so on; the last turn,
    in which not all can be taken, goes to the highest scores:

    .. math::

        S = \text{the first } b \text{ by } (\text{turn}_j, -s_j), \qquad
        \text{turn}_j = |\{ i : \text{same cluster}, \; i \text{ before } j \}|,

    where a cluster's samples stand by falling score, equal ones as a draw has it.

    Parameters
    ----------
    scores : array_like, shape (n,)
        Large is wanted; only their order counts.
    labels : array_like of int, shape (n,)
        Cluster of each sample, any integers from 0.
    budget : int
        b, at most n.
    rng : numpy.random.Generator
        Decides between equal scores.

    Returns
    -------
    ndarray of int, shape (b,)
        Distinct positions. One cluster gives the b highest scores; b clusters give one
        sample each; a cluster that is too small leaves its share to the others.

    Raises
    ------
    ValueError
        If an argument is malformed, or the budget larger than the pool.

    Notes
    -----
    Implements (eq:ally-turns), by two sorts.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ally import even_picks
    >>> scores, labels = [9.0, 8.0, 7.0, 2.0, 1.0], [0, 0, 0, 1, 1]
    >>> even_picks(scores, labels, 3, rng=np.random.default_rng(0))
    array([0, 3, 1])
    """
    s = as_vector(scores, "scores")
    groups = as_classes(labels, "labels", size=len(s))
    budget = as_budget(budget, len(s))
    tie = as_rng(rng).random(len(s))
    order = np.lexsort((tie, -s, groups))
    ahead = np.arange(len(s)) - np.searchsorted(groups[order], groups[order])
    turn = np.empty(len(s), dtype=int)
    turn[order] = ahead  # (eq:ally-turns)
    return np.lexsort((tie, -s, turn))[:budget]
