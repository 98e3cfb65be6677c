r"""Scores that say how unsure one model is, and what they pick.

With the probabilities of a sample in falling order, :math:`p_{(1)} \ge p_{(2)} \ge
\dots`, three scores are in use:

.. math::

    \text{margin } p_{(1)} - p_{(2)}, \qquad \text{confidence } p_{(1)}, \qquad
    \text{entropy } -\sum_c p_c \log p_c .

For two classes they give one order, for more they do not. A batch is the top of the
list, and the top of a list holds copies of one question: `stochastic_batch` draws
instead of sorting.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr

from reference.acquisition.picks import as_probabilities, lowest_first
from reference.common import as_budget, as_matrix, as_real, as_rng, as_vector

__all__ = [
    "entropy",
    "least_confidence",
    "margin",
    "random_picks",
    "stochastic_batch",
]


def random_picks(
    pool: ArrayLike, budget: int, *, rng: np.random.Generator
) -> np.ndarray:
    """Return a batch drawn at random: what every strategy has to beat.

    Parameters
    ----------
    pool : array_like, shape (n, d)
        One row for each unlabelled sample; only their number counts.
    budget : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct rows of pool.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import random_picks
    >>> picks = random_picks(np.zeros((5, 2)), 5, rng=np.random.default_rng(0))
    >>> sorted(picks.tolist())
    [0, 1, 2, 3, 4]
    """
    size = len(as_matrix(pool, "pool"))
    return as_rng(rng).permutation(size)[: as_budget(budget, size)]


def margin(
    probabilities: ArrayLike, budget: int, *, rng: np.random.Generator
) -> np.ndarray:
    r"""Return the samples whose two best classes are closest.

    .. math:: \min\; p_{(1)} - p_{(2)}

    Parameters
    ----------
    probabilities : array_like, shape (n, C)
        Or logits, or any scores of classes: for more than two classes their margins
        have another order than those of probabilities.
    budget : int
    rng : numpy.random.Generator
        Decides between equal margins. With one class (C = 1) all are equal.

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct rows, smallest margin first.

    Raises
    ------
    ValueError
        If an argument is malformed or the budget is larger than the pool.

    Notes
    -----
    Implements (eq:acquisition-margin).

    References
    ----------
    Scheffer, Decomain and Wrobel (2001).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import margin
    >>> p = [[0.6, 0.2, 0.2], [0.5, 0.45, 0.05], [0.4, 0.3, 0.3]]
    >>> margin(p, 2, rng=np.random.default_rng(0))
    array([1, 2])
    """
    scores = as_matrix(probabilities, "probabilities")
    budget = as_budget(budget, len(scores))
    if scores.shape[1] == 1:
        return lowest_first(np.zeros(len(scores)), budget, as_rng(rng))
    top = np.partition(scores, -2, axis=1)
    gap = top[:, -1] - top[:, -2]  # (eq:acquisition-margin)
    return lowest_first(gap, budget, as_rng(rng))


def least_confidence(
    probabilities: ArrayLike, budget: int, *, rng: np.random.Generator
) -> np.ndarray:
    r"""Return the samples whose best class has the smallest probability.

    .. math:: \min\; p_{(1)}

    Parameters
    ----------
    probabilities : array_like, shape (n, C)
    budget : int
    rng : numpy.random.Generator
        Decides between equal scores.

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct rows, least confident first.

    Raises
    ------
    ValueError
        If an argument is malformed or the budget is larger than the pool.

    Notes
    -----
    Implements (eq:acquisition-confidence).

    References
    ----------
    Lewis and Gale (1994).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import least_confidence
    >>> p = [[0.6, 0.2, 0.2], [0.5, 0.45, 0.05], [0.4, 0.3, 0.3]]
    >>> least_confidence(p, 2, rng=np.random.default_rng(0))
    array([2, 1])
    """
    p = as_probabilities(probabilities)
    budget = as_budget(budget, len(p))
    confidence = p.max(axis=1)  # (eq:acquisition-confidence)
    return lowest_first(confidence, budget, as_rng(rng))


def entropy(
    probabilities: ArrayLike, budget: int, *, rng: np.random.Generator
) -> np.ndarray:
    r"""Return the samples whose probabilities have the largest entropy.

    .. math:: \max\; -\sum_c p_c \log p_c

    Parameters
    ----------
    probabilities : array_like, shape (n, C)
    budget : int
    rng : numpy.random.Generator
        Decides between equal scores.

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct rows, largest entropy first.

    Raises
    ------
    ValueError
        If an argument is malformed or the budget is larger than the pool.

    Notes
    -----
    Implements (eq:acquisition-entropy).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import entropy
    >>> p = [[0.6, 0.2, 0.2], [0.5, 0.45, 0.05], [0.4, 0.3, 0.3]]
    >>> entropy(p, 2, rng=np.random.default_rng(0))
    array([2, 0])
    """
    p = as_probabilities(probabilities)
    budget = as_budget(budget, len(p))
    clouded = entr(p).sum(axis=1)  # (eq:acquisition-entropy)
    return lowest_first(-clouded, budget, as_rng(rng))


def stochastic_batch(
    scores: ArrayLike,
    budget: int,
    *,
    coldness: float = 1.0,
    rng: np.random.Generator,
) -> np.ndarray:
    r"""Return a batch drawn without replacement, in proportion to a power of scores.

    .. math::

        \Pr(i_{t+1} = i) \propto s_i^\beta, \; i \notin \{i_1, \dots, i_t\},
        \qquad \text{by the largest } \beta \log s_i + \text{Gumbel}_i .

    Parameters
    ----------
    scores : array_like, shape (n,)
        Not negative; large is wanted. What has score zero comes last.
    budget : int
    coldness : float
        :math:`\beta`: 0 draws uniformly, infinity would sort.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct positions, in the order in which they are drawn.

    Raises
    ------
    ValueError
        If an argument is malformed, a score negative, or the budget too large.

    Notes
    -----
    Implements (eq:acquisition-gumbel). One draw of noise for each sample and one sort.

    References
    ----------
    Kirsch et al. (2023), power acquisition.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import stochastic_batch
    >>> stochastic_batch([0.0, 1.0, 1e9], 3, rng=np.random.default_rng(0))
    array([2, 1, 0])
    """
    s = as_vector(scores, "scores")
    if not len(s) or s.min() < 0.0:
        raise ValueError(f"scores must not be empty or negative, got {s}")
    budget = as_budget(budget, len(s))
    coldness = as_real(coldness, "coldness", low=0.0)
    noise = as_rng(rng).gumbel(size=len(s))
    known = np.log(s, out=np.zeros(len(s)), where=s > 0.0)
    last = (s == 0.0) & (coldness > 0.0)
    return np.lexsort((-coldness * known - noise, last))[
        :budget
    ]  # (eq:acquisition-gumbel)
