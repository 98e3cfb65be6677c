r"""Which strategies differ, once many pairs were looked at.

In trial t all strategies start from the same samples, so their scores are compared
trial by trial, by the t statistic of the differences

.. math::

    t = \frac{\bar d}{s_d / \sqrt{T}}, \qquad d_t = a_{s,t} - a_{r,t} ,

and the S(S-1)/2 p-values are adjusted together by Holm's step-down rule: the k-th
smallest of m is multiplied by m - k + 1, and none may fall below the one before it.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr

from reference.common import as_matrix, as_real, as_vector

__all__ = ["PairwiseWins", "holm", "pairwise_wins"]

ROUNDING = 1e-12  # differences below this part of the scores are none


@dataclass(frozen=True)
class PairwiseWins:
    """Strategy against strategy: row against column.

    Attributes
    ----------
    differences : ndarray, shape (S, S)
        Mean score of the row's strategy minus that of the column's.
    p_values : ndarray, shape (S, S)
        Two-sided, paired, adjusted by Holm's rule; 1 on the diagonal.
    wins : ndarray of bool, shape (S, S)
        The row's is higher, and its p-value at most the level.
    """

    differences: np.ndarray
    p_values: np.ndarray
    wins: np.ndarray


def pairwise_wins(scores: ArrayLike, *, level: float = 0.05) -> PairwiseWins:
    r"""Return who beats whom by a paired t test with Holm's correction.

    .. math::

        p_{sr} = 2\, P\bigl( t_{T-1} \le -|t_{sr}| \bigr), \qquad
        t_{sr} = \frac{\bar d_{sr}}{s_{sr} / \sqrt{T}}

    Parameters
    ----------
    scores : array_like, shape (S, T)
        A number for each of S strategies in each of T trials: an area, or the score at
        one budget. Column t has the same start, data and model for all.
    level : float
        In (0, 1).

    Returns
    -------
    PairwiseWins

    Raises
    ------
    ValueError
        With fewer than two strategies or two trials.

    Notes
    -----
    Implements (eq:acquisition-holm). Where all T differences are equal, t is infinite;
    then the sign test's :math:`2^{1-T}` stands, or 1 if they are zero. Add the matrices
    `wins` of several tasks or budgets to count wins.

    References
    ----------
    Holm (1979); Ash et al. (2020), section 4, for the matrix of wins.

    Examples
    --------
    >>> from reference.acquisition import pairwise_wins
    >>> found = pairwise_wins([[0.9, 0.8, 0.9, 0.8], [0.7, 0.5, 0.6, 0.6]])
    >>> found.wins
    array([[False,  True],
           [False, False]])
    """
    scores = as_matrix(scores, "scores")
    S, T = scores.shape
    if S < 2 or T < 2:
        raise ValueError(
            f"scores needs at least two strategies and two trials, got {scores.shape}"
        )
    level = as_real(level, "level", low=0.0, high=1.0, open_low=True)
    above = np.triu_indices(S, 1)
    d = scores[above[0]] - scores[above[1]]
    floor = ROUNDING * np.abs(scores).max()
    mean, spread = d.mean(axis=1), d.std(axis=1, ddof=1)
    constant = spread <= floor
    t = mean / np.where(constant, 1.0, spread / np.sqrt(T))
    p = 2.0 * stdtr(T - 1, -np.abs(t))
    p = np.where(constant, np.where(np.abs(mean) > floor, 2.0 ** (1 - T), 1.0), p)
    p_values = np.ones((S, S))
    p_values[above] = holm(p)  # (eq:acquisition-holm)
    p_values = np.minimum(p_values, p_values.T)
    differences = scores.mean(axis=1)[:, None] - scores.mean(axis=1)
    return PairwiseWins(differences, p_values, (differences > 0) & (p_values <= level))


def holm(p_values: ArrayLike) -> np.ndarray:
    r"""Return p-values adjusted for having looked at all of them.

    .. math::

        \tilde p_{(k)} = \max_{j \le k} \; \min\bigl( 1, (m - j + 1)\, p_{(j)} \bigr)

    Parameters
    ----------
    p_values : array_like, shape (m,)
        In [0, 1].

    Returns
    -------
    ndarray, shape (m,)
        In the given order. Rejecting those at most α makes an error in the whole
        family with a probability of at most α, however the tests depend on each other.

    Raises
    ------
    ValueError
        If a p-value lies outside [0, 1].

    Notes
    -----
    Implements (eq:acquisition-holm).

    References
    ----------
    Holm (1979).

    Examples
    --------
    >>> from reference.acquisition import holm
    >>> holm([0.01, 0.04, 0.03]).round(2)
    array([0.03, 0.06, 0.06])
    """
    p = as_vector(p_values, "p_values")
    if ((p < 0.0) | (p > 1.0)).any():
        raise ValueError(f"p_values must lie in [0, 1], got {p.min():g} to {p.max():g}")
    order = np.argsort(p, kind="stable")
    factors = len(p) - np.arange(len(p))
    adjusted = np.empty(len(p))
    adjusted[order] = np.minimum(np.maximum.accumulate(factors * p[order]), 1.0)
    return adjusted
