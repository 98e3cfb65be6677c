r"""Scores that ask how much a label would change: BALD and the gradient length.

An ensemble, or one network with dropout kept on, gives every sample several
probability vectors :math:`p^1, \dots, p^M`. Their mean can be unsure because each is
unsure, which no label mends, or because they disagree. The mutual information between
the label and the member counts the second only,

.. math:: I = H(\bar p) - \frac1M \sum_m H(p^m) \ge 0 .
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr

from reference.acquisition.picks import as_members, as_probabilities, lowest_first
from reference.common import as_budget, as_matrix, as_rng

__all__ = ["bald", "gradient_length", "mutual_information"]


def mutual_information(members: ArrayLike) -> np.ndarray:
    r"""Return how much a label would tell about which member is right, in nats.

    .. math:: I = H(\bar p) - \frac1M \sum_m H(p^m)
              = \frac1M \sum_m \mathrm{KL}(p^m \,\|\, \bar p)

    Parameters
    ----------
    members : array_like, shape (M, n, C)
        Probabilities of each member.

    Returns
    -------
    ndarray, shape (n,)
        Between 0 and log min(M, C).

    Raises
    ------
    ValueError
        If members is malformed.

    Notes
    -----
    Implements (eq:acquisition-bald). Rounding below zero is cut off.

    Examples
    --------
    Both samples have the mean (1/2, 1/2); in the first the members agree.

    >>> from reference.acquisition import mutual_information
    >>> members = [[[0.5, 0.5], [1.0, 0.0]], [[0.5, 0.5], [0.0, 1.0]]]
    >>> mutual_information(members).round(4) + 0.0
    array([0.    , 0.6931])
    """
    p = as_members(members)
    gain = entr(p.mean(axis=0)).sum(axis=1) - entr(p).sum(axis=2).mean(axis=0)
    return np.maximum(gain, 0.0)  # (eq:acquisition-bald)


def bald(members: ArrayLike, budget: int, *, rng: np.random.Generator) -> np.ndarray:
    """Return the samples about which the members of an ensemble disagree most.

    Parameters
    ----------
    members : array_like, shape (M, n, C)
        Probabilities of each member, or of each pass with dropout.
    budget : int
    rng : numpy.random.Generator
        Decides between equal scores.

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct positions, largest mutual information first.

    Raises
    ------
    ValueError
        If an argument is malformed or the budget is larger than the pool.

    References
    ----------
    Houlsby et al. (2011); Gal, Islam and Ghahramani (2017).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import bald
    >>> members = [[[0.5, 0.5], [1.0, 0.0]], [[0.5, 0.5], [0.0, 1.0]]]
    >>> bald(members, 1, rng=np.random.default_rng(0))
    array([1])
    """
    scores = mutual_information(members)
    return lowest_first(-scores, as_budget(budget, len(scores)), as_rng(rng))


def gradient_length(
    embeddings: ArrayLike,
    budget: int,
    *,
    probabilities: ArrayLike,
    rng: np.random.Generator,
) -> np.ndarray:
    r"""Return the samples with the largest expected gradient of the last layer.

    .. math:: \max\; \sum_y p_y \|(p - e_y) \otimes h\|
              = \|h\| \sum_y p_y \|p - e_y\|

    Parameters
    ----------
    embeddings : array_like, shape (n, d)
        What the last layer sees.
    budget : int
    probabilities : array_like, shape (n, C)
    rng : numpy.random.Generator
        Decides between equal scores.

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct positions, longest first.

    Raises
    ------
    ValueError
        If an argument is malformed or the budget is larger than the pool.

    Notes
    -----
    Implements (eq:acquisition-length), the gradient of the cross-entropy in the
    weights of the last layer, expected under the model's own probabilities.

    References
    ----------
    Settles, Craven and Ray (2008).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import gradient_length
    >>> p = [[0.9, 0.1], [0.5, 0.5], [0.9, 0.1]]
    >>> H = [[1.0, 0.0], [1.0, 0.0], [0.0, 9.0]]
    >>> gradient_length(H, 2, probabilities=p, rng=np.random.default_rng(0))
    array([2, 1])
    """
    H = as_matrix(embeddings, "embeddings")
    p = as_probabilities(probabilities, rows=len(H))
    budget = as_budget(budget, len(H))
    lengths = np.zeros(len(H))
    for y in range(p.shape[1]):  # subtract first: |p|^2 - 2 p_y + 1 cancels near 1
        q = p.copy()
        q[:, y] -= 1.0
        lengths += p[:, y] * np.linalg.norm(q, axis=1)
    scores = np.linalg.norm(H, axis=1) * lengths  # (eq:acquisition-length)
    return lowest_first(-scores, budget, as_rng(rng))
