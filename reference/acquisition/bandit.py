r"""ALBL: a bandit that learns during the run which strategy to listen to.

K arms give advice, each a distribution over the pool; the last arm is always uniform.
Arm k is heard with probability

.. math:: P_k = (1 - K p_{\min}) \frac{w_k}{\sum w} + p_{\min}, \qquad
          p_{\min} = \min\Big(\frac1K, \sqrt{\frac{\ln K}{K T}}\Big),

and the next point is drawn from what is left with :math:`q_i = \sum_k P_k \psi_{ki}`.
An arm is rewarded with the accuracy of the next model. On points that were chosen
accuracy is biased, so each counts with a weight that the draws determine. Nothing here
is hidden: a state is given and a new one comes back.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition.picks import as_probabilities
from reference.common import (
    as_budget,
    as_integer,
    as_masks,
    as_real,
    as_rng,
    as_vector,
    need_parts,
)

__all__ = [
    "BanditState",
    "albl",
    "albl_start",
    "albl_update",
    "importance_weighted_accuracy",
]


@dataclass(frozen=True, eq=False)
class BanditState:
    """What the bandit knows: start with `albl_start`.

    Parameters
    ----------
    log_weights : ndarray, shape (K,)
        Of the arms, the uniform one last.
    chances : ndarray, shape (M,)
        For each point drawn so far, its probability at the time of the draw.
    pool_size : int
        N, the size of the pool at the start.
    rounds : int
        T, for how many rounds the run is planned.
    failure : float
        With at most this probability the confidence bounds of EXP4.P may fail.
    """

    log_weights: np.ndarray
    chances: np.ndarray
    pool_size: int
    rounds: int
    failure: float

    @property
    def least(self) -> float:
        """The probability below which no arm falls (eq:acquisition-least)."""
        K = len(self.log_weights)
        return float(min(1.0 / K, np.sqrt(np.log(K) / (K * self.rounds))))

    @property
    def probabilities(self) -> np.ndarray:
        """The probability of each arm (eq:acquisition-arms), shape (K,)."""
        w = np.exp(self.log_weights - self.log_weights.max())
        p = (1.0 - len(w) * self.least) * w / w.sum() + self.least
        return p / p.sum()


def albl_start(
    num_arms: int, pool_size: int, rounds: int, *, failure: float = 0.05
) -> BanditState:
    """Return a bandit that prefers no arm.

    Parameters
    ----------
    num_arms : int
        Rows of advice in every round; the uniform arm is added to them.
    pool_size : int
        Unlabelled samples before the first round.
    rounds : int
        For how many batches the run is planned.
    failure : float
        In (0, 1]; small values explore more.

    Returns
    -------
    BanditState

    Raises
    ------
    ValueError
        If an argument is malformed.

    Examples
    --------
    >>> from reference.acquisition import albl_start
    >>> state = albl_start(2, 100, rounds=8)
    >>> state.probabilities.round(3).tolist(), round(state.least, 3)
    ([0.333, 0.333, 0.333], 0.214)
    >>> albl_start(2, 100, rounds=1).least  # not 0.605, which makes others negative
    0.3333333333333333
    """
    arms = as_integer(num_arms, "num_arms", low=1) + 1
    return BanditState(
        np.zeros(arms),
        np.zeros(0),
        as_integer(pool_size, "pool_size", low=1),
        as_integer(rounds, "rounds", low=1),
        as_real(failure, "failure", low=0.0, high=1.0, open_low=True),
    )


def albl(
    advice: ArrayLike, budget: int, *, state: BanditState, rng: np.random.Generator
) -> np.ndarray:
    r"""Return a batch drawn from a mixture of strategies.

    .. math:: q_i = \sum_k P_k \psi_{ki}, \qquad i \text{ not drawn yet}

    Parameters
    ----------
    advice : array_like, shape (K - 1, n)
        A row for each arm but the uniform one: a distribution over the pool. An arm
        that names b points gives each of them 1 / b.
    budget : int
    state : BanditState
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct positions in the order of drawing, which `albl_update` needs.

    Raises
    ------
    ValueError
        If an argument is malformed or the budget is larger than the pool.

    Notes
    -----
    Implements {prf:ref}`alg-11-albl`. Within a batch the arms keep their advice and
    their probabilities; after each draw the advice is scaled to what is left, and an
    arm that has nothing left advises uniformly.

    References
    ----------
    Hsu and Lin (2015); Beygelzimer et al. (2011) for EXP4.P.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import albl, albl_start
    >>> state = albl_start(1, 4, rounds=50)
    >>> albl([[0, 0, 1, 0]], 2, state=state, rng=np.random.default_rng(0))
    array([2, 0])
    """
    psi, state = _as_advice(advice, state)
    budget, rng = as_budget(budget, psi.shape[1]), as_rng(rng)
    picks: list[int] = []
    for _ in range(budget):
        q = state.probabilities @ _left(psi, picks)
        picks.append(int(rng.choice(len(q), p=q / q.sum())))  # (eq:acquisition-mixture)
    return np.array(picks)


def albl_update(
    state: BanditState, advice: ArrayLike, picks: ArrayLike, correct: ArrayLike
) -> BanditState:
    r"""Return the bandit after a batch, its labels and the next model.

    .. math::

        w_k \leftarrow w_k \exp\Big[\frac{p_{\min}}{2}\Big(\hat r_k + \frac{1}{P_k}
        \sqrt{\frac{\ln(K / \delta)}{K T}}\Big)\Big], \qquad
        \hat r_k = r \operatorname*{mean}_m \frac{\psi_{k i_m}}{q_{i_m}} .

    Parameters
    ----------
    state : BanditState
        As it was when the batch was drawn.
    advice : array_like, shape (K - 1, n)
        What `albl` was given.
    picks : array_like of int, shape (b,)
        What it returned, in its order.
    correct : array_like of bool, shape (M,)
        For every point drawn so far, in order, this batch included: is the next
        model's guess right?

    Returns
    -------
    BanditState

    Raises
    ------
    ValueError
        If an argument is malformed or the numbers of points disagree.

    Notes
    -----
    Implements (eq:acquisition-weights). The reward r is the importance-weighted
    accuracy on all points drawn so far, given once for a batch.

    References
    ----------
    Hsu and Lin (2015), section 3.

    Examples
    --------
    >>> from reference.acquisition import albl_start, albl_update
    >>> state = albl_start(2, 4, rounds=50)
    >>> advice = [[0, 0, 1, 0], [0, 1, 0, 0]]
    >>> state = albl_update(state, advice, [2], [True])
    >>> int(state.probabilities.argmax())
    0
    """
    psi, state = _as_advice(advice, state)
    drawn = as_vector(picks, "picks")
    if (
        not len(drawn)
        or (drawn % 1).any()
        or len(np.unique(drawn)) < len(drawn)
        or drawn.min() < 0
        or drawn.max() >= psi.shape[1]
    ):
        raise ValueError(f"picks must be distinct positions in the pool, got {drawn}")
    batch = [int(i) for i in drawn]
    P, K = state.probabilities, len(state.log_weights)
    share, chances = np.zeros(K), np.empty(len(batch))
    for m, i in enumerate(batch):
        now = _left(psi, batch[:m])[:, i]
        chances[m] = P @ now
        share += now / chances[m] / len(batch)
    chances = np.append(state.chances, chances)
    reward = importance_weighted_accuracy(correct, chances, state.pool_size)
    bonus = np.sqrt(np.log(K / state.failure) / (K * state.rounds)) / P
    gain = reward * share + bonus  # (eq:acquisition-weights)
    log_weights = state.log_weights + 0.5 * state.least * gain
    return replace(state, log_weights=log_weights, chances=chances)


def importance_weighted_accuracy(
    correct: ArrayLike, chances: ArrayLike, pool_size: int
) -> float:
    r"""Return an unbiased estimate of the accuracy on the pool that was drawn from.

    .. math:: \frac{1}{NM} \sum_{m=1}^M \Big(\frac{1}{q_m} + M - m\Big)\,
              [\text{guess } m \text{ is right}]

    Parameters
    ----------
    correct : array_like of bool, shape (M,)
        For each point, in the order of drawing.
    chances : array_like, shape (M,)
        The probability with which it was drawn from the points that were left.
    pool_size : int
        N, before the first draw.

    Returns
    -------
    float
        Not a proportion: it may be larger than 1.

    Raises
    ------
    ValueError
        If an argument is malformed or the numbers of points disagree.

    Notes
    -----
    Implements {prf:ref}`thm-11-unbiased`, for draws without replacement in which
    every point that is left has a chance. The published weights, 1 / q alone, want
    draws with replacement, and a number of draws fixed beforehand.

    References
    ----------
    Farquhar, Gal and Rainforth (2021), for such weights.

    Examples
    --------
    Two of four points drawn uniformly: the plain share of right guesses.

    >>> from reference.acquisition import importance_weighted_accuracy
    >>> importance_weighted_accuracy([True, False], [1 / 4, 1 / 3], 4)
    0.625
    >>> importance_weighted_accuracy([False, True], [1 / 4, 1 / 3], 4)
    0.375
    """
    q = as_vector(chances, "chances")
    if not len(q) or q.min() <= 0.0 or q.max() > 1.0 + 1e-9:
        raise ValueError(f"chances must lie in (0, 1], got {q}")
    row: list = [correct]
    right = as_masks(row, "correct", columns=len(q))
    N = as_integer(pool_size, "pool_size", low=len(q))
    later = np.arange(len(q))[::-1]  # M - m
    return float(((1.0 / q + later) * right[0]).sum() / (N * len(q)))


def _as_advice(advice: ArrayLike, state: BanditState) -> tuple[np.ndarray, BanditState]:
    """Return the advice with the uniform arm, (K, n), and a state that fits it."""
    need_parts(state, "state", "a BanditState", "log_weights", "chances", "pool_size")
    psi = as_probabilities(advice, "advice", rows=len(state.log_weights) - 1)
    return np.vstack([psi, np.full(psi.shape[1], 1.0 / psi.shape[1])]), state


def _left(psi: np.ndarray, drawn: list[int]) -> np.ndarray:
    """Return the advice scaled to what is not drawn yet, uniform where nothing is."""
    psi = psi.copy()
    psi[:, drawn] = 0.0
    total = psi.sum(axis=1, keepdims=True)
    return np.where(
        total > 1e-12, psi / np.maximum(total, 1e-12), psi[-1] / psi[-1].sum()
    )
