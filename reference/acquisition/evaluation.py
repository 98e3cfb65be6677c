r"""Tools for learning curves: areas, labels to a target, overlaps, redundancy.

A learning curve is a score for each number of labels bought,
:math:`(b_1, a_1), \dots, (b_R, a_R)`. It becomes one number by its mean height or by
the labels it needs to a target that all strategies share:

.. math::

    \frac{1}{b_R - b_1} \int_{b_1}^{b_R} a(b)\, db, \qquad
    \min \{ b_k : a_k \ge \text{target} \} .
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from reference.common import (
    as_classes,
    as_integer,
    as_matrix,
    as_real,
    as_rng,
    as_vector,
)

__all__ = [
    "chosen_overlap",
    "common_target",
    "curve_area",
    "labels_to_reach",
    "redundancy",
    "repeated_pool",
]


def curve_area(counts: ArrayLike, scores: ArrayLike) -> float:
    r"""Return the mean height of a learning curve over the labels bought.

    .. math::

        \frac{1}{b_R - b_1} \sum_{k < R} (b_{k+1} - b_k) \, \frac{a_k + a_{k+1}}{2}

    Parameters
    ----------
    counts : array_like, shape (R,)
        Labels bought, increasing.
    scores : array_like, shape (R,)

    Returns
    -------
    float
        The score itself if there is one only.

    Raises
    ------
    ValueError
        If the counts do not increase or there are not as many scores.

    Notes
    -----
    Implements (eq:acquisition-area). Rounds of unequal size count by their labels, so
    a last, incomplete one weighs less.

    Examples
    --------
    >>> from reference.acquisition import curve_area
    >>> curve_area([10, 20, 40], [0.0, 1.0, 1.0])
    0.8333333333333334
    """
    b, a = _curve(counts, scores)
    if len(b) == 1:
        return float(a[0])
    return float(np.diff(b) @ (a[:-1] + a[1:]) / (2.0 * (b[-1] - b[0])))


def _curve(counts: ArrayLike, scores: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    b = as_vector(counts, "counts")
    if not len(b) or (np.diff(b) <= 0).any() or b[0] < 0:
        raise ValueError(f"counts must be at least one, and increase, got {b}")
    return b, as_vector(scores, "scores", size=len(b))


def labels_to_reach(counts: ArrayLike, scores: ArrayLike, target: float) -> float:
    r"""Return how many labels a curve needs to reach a target.

    .. math::

        \min \{ b_k : a_k \ge \text{target} \}

    Parameters
    ----------
    counts : array_like, shape (R,)
        Labels bought, increasing.
    scores : array_like, shape (R,)
    target : float

    Returns
    -------
    float
        A count at which a model was trained, no interpolation; infinity if none
        reached the target.

    Raises
    ------
    ValueError
        If the counts do not increase or there are not as many scores.

    Notes
    -----
    Implements (eq:acquisition-target). A noisy curve reaches it early by luck: take
    the mean curve over trials, or the median of the trials' counts.

    Examples
    --------
    >>> from reference.acquisition import labels_to_reach
    >>> labels_to_reach([10, 20, 40], [0.5, 0.8, 0.9], 0.8)
    20.0
    """
    b, a = _curve(counts, scores)
    reached = b[a >= as_real(target, "target")]
    return float(reached[0]) if len(reached) else float("inf")


def common_target(final: ArrayLike, *, share: float = 0.97) -> float:
    r"""Return the target that all strategies are asked to reach.

    .. math::

        \text{share} \cdot \max_s \frac{1}{T} \sum_t a_{s,t}

    Parameters
    ----------
    final : array_like, shape (S, T)
        Final scores of S strategies in T trials.
    share : float
        In (0, 1].

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a score is negative or not finite.

    Notes
    -----
    With a target of its own, a strategy that ends low is soon there, and looks frugal.

    Examples
    --------
    >>> from reference.acquisition import common_target
    >>> common_target([[0.8, 0.9], [0.4, 0.4]], share=0.5).__round__(3)
    0.425
    """
    final = as_matrix(final, "final")
    if (final < 0.0).any():
        raise ValueError(f"final needs scores of at least 0, got {final.min():g}")
    share = as_real(share, "share", low=0.0, high=1.0, open_low=True)
    return float(share * final.mean(axis=1).max())


def chosen_overlap(chosen: Sequence[Sequence[ArrayLike]]) -> np.ndarray:
    r"""Return how much the sets that strategies chose have in common.

    .. math::

        \operatorname{IoU}_{st} = \frac{|A_s \cap A_t|}{|A_s \cup A_t|}, \qquad
        A_s = \bigcup_{\text{trials } r} A_{s,r}

    Parameters
    ----------
    chosen : sequence, S strategies of T trials of index arrays
        ``chosen[s][r]`` has the indices that strategy s bought in trial r.

    Returns
    -------
    ndarray, shape (S, S)
        Symmetric, ones on the diagonal.

    Raises
    ------
    ValueError
        If a strategy chose nothing or an index is no integer of at least 0.

    Notes
    -----
    Implements (eq:acquisition-overlap). Unions grow with the trials, so only overlaps
    of equally many trials and labels compare; random choice is the yardstick.

    Examples
    --------
    >>> from reference.acquisition import chosen_overlap
    >>> chosen_overlap([[[0, 1], [1, 2]], [[2, 3], [3, 4]]])
    array([[1. , 0.2],
           [0.2, 1. ]])
    """
    unions: list[set[int]] = []
    for trials in chosen if np.iterable(chosen) else [chosen]:
        if not np.iterable(trials):
            raise ValueError(f"chosen needs trials for each strategy, got {trials!r}")
        found = [as_classes(trial, "chosen").tolist() for trial in trials]
        unions.append(set().union(*found))
        if not unions[-1]:
            raise ValueError(f"chosen has no index for strategy {len(unions) - 1}")
    return np.array([[len(a & b) / len(a | b) for b in unions] for a in unions])


def repeated_pool(
    X: ArrayLike,
    y: ArrayLike,
    copies: int,
    *,
    noise: float = 0.0,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return a pool in which every sample stands several times, and whose is whose.

    .. math::

        x_{i,k} = x_i + \text{noise} \cdot \xi_{i,k}, \qquad
        \xi_{i,k} \sim \mathcal N(0, I), \quad k = 1, \dots, \text{copies}

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    copies : int
        How often each sample stands in the pool.
    noise : float
        0 for copies, more for near-duplicates (the first of each stays as it is).
    rng : numpy.random.Generator
        Shuffles the pool, and draws the noise.

    Returns
    -------
    X : ndarray, shape (copies * n, d)
    y : ndarray, shape (copies * n,)
    origin : ndarray of int, shape (copies * n,)
        The row of the given X that each row comes from.

    Raises
    ------
    ValueError
        If shapes do not fit or an argument is out of range.

    Notes
    -----
    The pool is shuffled: a strategy that breaks ties by position would otherwise
    seem to look for copies, or to shun them.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import repeated_pool
    >>> X, y, origin = repeated_pool([[1.0], [2.0]], [0, 1], 3,
    ...                              rng=np.random.default_rng(0))
    >>> bool((X[:, 0] == origin + 1.0).all() and (y == origin).all()), len(y)
    (True, 6)
    """
    X = as_matrix(X)
    y = as_vector(y, size=len(X))
    copies = as_integer(copies, "copies", low=1)
    noise = as_real(noise, "noise", low=0.0)
    origin = as_rng(rng).permutation(np.tile(np.arange(len(X)), copies))
    moved = X[origin] + noise * rng.standard_normal((len(origin), X.shape[1]))
    first = np.unique(origin, return_index=True)[1]
    moved[first] = X
    return moved, y[origin], origin


def redundancy(queried: ArrayLike, origin: ArrayLike) -> float:
    r"""Return the share of labels that went to a copy of a sample bought before.

    .. math::

        1 - \frac{|\{ \text{origin}(q) : q \in Q \}|}{|Q|}

    Parameters
    ----------
    queried : array_like of int, shape (B,)
        Indices into the repeated pool.
    origin : array_like of int, shape (N,)
        From `repeated_pool`.

    Returns
    -------
    float
        0 if all samples are distinct.

    Raises
    ------
    ValueError
        If nothing was queried, or an index is not in the pool.

    Examples
    --------
    >>> from reference.acquisition import redundancy
    >>> redundancy([0, 3, 2, 1], [7, 8, 7, 7])
    0.5
    """
    origin = as_classes(origin, "origin")
    queried = as_classes(queried, "queried", num_classes=len(origin))
    if not len(queried):
        raise ValueError("queried needs at least one index, got none")
    return 1.0 - len(np.unique(origin[queried])) / len(queried)
