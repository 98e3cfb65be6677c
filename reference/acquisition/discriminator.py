r"""Discriminative active learning: buy what looks least like the labelled set.

A classifier is trained to tell labelled points from unlabelled ones. Where it is sure
that a point is unlabelled, nothing like it has been bought. After a part of the batch
the picks change sides and the classifier is trained again, or all picks would come
from one corner.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from reference.acquisition.picks import as_embeddings
from reference.common import (
    NotConverged,
    as_budget,
    as_integer,
    as_matrix,
    as_rng,
    need_callable,
)

__all__ = ["discriminative"]

RIDGE = 1.0  # of the default classifier, in units of one sample's loss
FAR = 1e-4  # no labelled point is farther than 1 / FAR, or Newton loses its digits
Scorer = Callable[[np.ndarray], np.ndarray]


def discriminative(
    embeddings: ArrayLike,
    budget: int,
    *,
    labeled: ArrayLike,
    parts: int = 10,
    ratio: int = 10,
    classifier: Callable[[np.ndarray, np.ndarray], Scorer] | None = None,
    rng: np.random.Generator,
) -> np.ndarray:
    r"""Return the points that a classifier is surest not to have among the labelled.

    .. math:: \max_i\; \Pr(\text{unlabelled} \mid h_i)

    Parameters
    ----------
    embeddings : array_like, shape (n, d)
        The pool, without what is bought already.
    budget : int
    labeled : array_like, shape (L, d)
        Embeddings of the bought points, L >= 1.
    parts : int
        The batch is bought in so many parts; after each the classifier is trained
        again.
    ratio : int
        At most so many unlabelled points for each labelled one in training, drawn at
        random.
    classifier : callable, optional
        ``classifier(H, unlabeled)`` trains on points (m, d) and zeros and ones (m,)
        and returns a function that maps points to scores. By default a logistic
        regression with a ridge: its borders are planes.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct positions, in the order of picking.

    Raises
    ------
    ValueError
        If an argument is malformed or the budget is larger than the pool.
    NotConverged
        If the default classifier is not trained in 100 Newton steps.

    Notes
    -----
    Implements {prf:ref}`alg-11-dal`. Features are divided by their spread first, or, if
    the pool has next to none, by a part of the way to the farthest labelled point.

    References
    ----------
    Gissin and Shalev-Shwartz (2019).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import discriminative
    >>> H, bought = [[0.1], [0.2], [3.0], [0.3]], [[0.0], [0.15]]
    >>> discriminative(H, 1, labeled=bought, rng=np.random.default_rng(0))
    array([2])
    """
    H = as_embeddings(embeddings)
    known = as_matrix(labeled, "labeled", columns=H.shape[1])
    budget, rng = as_budget(budget, len(H)), as_rng(rng)
    parts = min(as_integer(parts, "parts", low=1), budget)
    ratio = as_integer(ratio, "ratio", low=1)
    need_callable(classifier, "classifier", optional=True)
    middle = H.mean(axis=0)
    spread = np.maximum(H.std(axis=0), FAR * np.abs(known - middle).max(axis=0))
    spread[spread <= 1e-12 * np.abs(H).max(axis=0)] = 1.0
    H, known = (H - middle) / spread, (known - middle) / spread
    left, picks = np.arange(len(H)), np.zeros(0, dtype=int)
    for size in np.diff(np.linspace(0, budget, parts + 1).astype(int)):
        bought = np.vstack([known, H[picks]])
        some = rng.permutation(left)[: ratio * len(bought)]
        side = np.repeat([0.0, 1.0], [len(bought), len(some)])
        score = (classifier or _logistic)(np.vstack([bought, H[some]]), side)
        order = np.argsort(-score(H[left]), kind="stable")  # (eq:acquisition-unlabeled)
        picks, left = np.append(picks, left[order[:size]]), np.sort(left[order[size:]])
    return picks


def _logistic(X: np.ndarray, side: np.ndarray) -> Scorer:
    """Return the scores of a ridge logistic regression, by Newton's method."""
    X = np.column_stack([X, np.ones(len(X))])
    ridge = np.full(X.shape[1], RIDGE)
    ridge[-1] = 1e-6  # a bias that all but pays nothing
    w = np.zeros(X.shape[1])

    def loss(w: np.ndarray) -> float:
        z = X @ w
        return float(np.logaddexp(0.0, z).sum() - side @ z + 0.5 * ridge @ w**2)

    for _ in range(100):
        p = expit(X @ w)
        slope = X.T @ (p - side) + ridge * w
        step = np.linalg.solve((X.T * (p * (1.0 - p))) @ X + np.diag(ridge), slope)
        if slope @ step <= 1e-8 * len(X):  # the last step needs no search
            found = w - step
            return lambda points: points @ found[:-1] + found[-1]
        size = 1.0
        while loss(w - size * step) > loss(w) - 0.25 * size * (slope @ step):
            size *= 0.5
            if size < 1e-10:
                raise NotConverged("the classifier's loss does not fall", w)
        w = w - size * step
    raise NotConverged("the classifier is not trained in 100 Newton steps", w)
