r"""ALLY: ask for the labels whose bounds would cost most, and for different ones.

.. math::

    (\theta, \lambda) = \text{PDCL}(L), \qquad
    \hat\lambda_j = f_\omega(\phi_\theta(x_j)), \qquad
    S = \text{the largest } \hat\lambda \text{ of each of } k \text{ clusters of }
    \phi_\theta(x_j), \; j \in U
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition import Mlp, stochastic_batch
from reference.ally.clusters import even_picks, k_means
from reference.ally.head import HIDDEN, fit_dual_head
from reference.common import (
    as_budget,
    as_choice,
    as_integer,
    as_matrix,
    as_real,
    as_rng,
    need_parts,
)
from reference.primal_dual import pdcl

__all__ = ["ally", "dual_picks"]


def ally(
    model: Mlp, X_labeled: ArrayLike, y: ArrayLike, X_pool: ArrayLike, budget: int, *,
    epsilon: ArrayLike, clusters: int | None = None, dual_cap: float | None = None,
    diversity: str = "clusters", rounds: int = 100, primal_steps: int = 1,
    dual_rate: float = 0.05, hidden: Sequence[int] = HIDDEN,
    rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    r"""Return which samples of a pool to label next: large predicted duals, spread.

    .. math::

        S = \Big\{ \operatorname*{arg\,max}_{j \in C_c} \;
        f_\omega\big(\phi_\theta(x_j)\big) \Big\}_{c \le k}, \qquad k = b

    Parameters
    ----------
    model : Mlp
        Its settings are used: a copy is trained from new parameters.
    X_labeled : array_like, shape (N, d)
    y : array_like, shape (N,)
        Classes 0..C-1, or real targets, as the model's task is.
    X_pool : array_like, shape (n, d)
    budget : int
        b, at most n.
    epsilon : float or array_like, shape (N,)
        The bounds on the labelled losses, above zero.
    clusters : int, optional
        k <= b; b unless given. Every cluster gives an equal share.
    dual_cap : float, optional
        Samples with a larger predicted dual are not asked for while others are left.
    diversity : {"clusters", "draw"}
        "draw": no clusters; a draw without replacement in proportion to the duals.
    rounds, primal_steps, dual_rate
        Of the training, as in `pdcl`.
    hidden : sequence of int
        Widths of the dual regression head.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (b,)
        Distinct rows of X_pool.

    Raises
    ------
    ValueError
        If an argument is malformed.
    NotConverged
        If a training left the finite numbers.

    Notes
    -----
    Implements {prf:ref}`alg-14-ally`. Every sample of the pool is scored. No label is
    used but y. In the loop of chapter 11 train a `BoundedMlp` and pass `dual_picks`:
    then a round trains once.

    References
    ----------
    Elenter, NaderiAlizadeh and Ribeiro (2022), algorithm 2 and section 5.1.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import Mlp
    >>> from reference.ally import ally
    >>> rng = np.random.default_rng(0)
    >>> X = rng.uniform(-1.0, 1.0, (60, 2))
    >>> y = (X[:, 0] * X[:, 1] > 0.0).astype(int)
    >>> picks = ally(Mlp((2, 16, 2), rng=rng), X[:20], y[:20], X[20:], 5, epsilon=0.2,
    ...              rounds=20, hidden=(8,), rng=rng)
    >>> len(set(picks.tolist()))
    5
    """
    need_parts(model, "model", "an Mlp", "clone", "embed", "sizes")
    pool = as_matrix(X_pool, "X_pool", columns=model.sizes[0])
    labeled = as_matrix(X_labeled, "X_labeled", columns=model.sizes[0])
    budget = as_budget(budget, len(pool))  # before the training
    rng = as_rng(rng)
    answer = pdcl(
        model.clone(rng), labeled, y, epsilon, rounds=rounds,
        primal_steps=primal_steps, dual_rate=dual_rate,
    )  # fmt: skip
    return dual_picks(
        answer.model.embed(pool), budget, labeled=answer.model.embed(labeled),
        model=answer, clusters=clusters, dual_cap=dual_cap, diversity=diversity,
        hidden=hidden, rng=rng,
    )  # fmt: skip


def dual_picks(
    embeddings: ArrayLike, budget: int, *, labeled: ArrayLike, model: Any,
    clusters: int | None = None, dual_cap: float | None = None,
    diversity: str = "clusters", hidden: Sequence[int] = HIDDEN,
    rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    r"""Return the samples of a pool with large predicted duals, spread over clusters.

    Parameters
    ----------
    embeddings : array_like, shape (n, h)
        Of the pool.
    budget : int
        b, at most n.
    labeled : array_like, shape (L, h)
        Embeddings of the labelled samples.
    model : BoundedMlp or Constrained
        Whatever has ``duals``, shape (L,), of the labelled samples.
    clusters, dual_cap, diversity, hidden
        As in `ally`.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (b,)
        Distinct rows of embeddings. Where all duals are equal (zero, if ε is above all
        losses) nothing is preferred, and the clusters give samples at random.

    Raises
    ------
    ValueError
        If an argument is malformed, the budget larger than the pool, or there are
        fewer duals than labelled samples.

    Notes
    -----
    Implements (eq:ally-head) and (eq:ally-picks). By the names of its parameters it is
    a strategy for `run_active_learning` with a `BoundedMlp`.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import run_active_learning
    >>> from reference.ally import BoundedMlp, dual_picks
    >>> X = np.linspace(-1.0, 1.0, 40)[:, None]
    >>> y = (X[:, 0] > 0.3).astype(int)
    >>> model = BoundedMlp((1, 16, 2), epsilon=0.2, rounds=30,
    ...                    rng=np.random.default_rng(0))
    >>> run = run_active_learning(
    ...     X, lambda i: y[i], dual_picks, model, budget=10, initial=4, batch=3,
    ...     rng=np.random.default_rng(1))
    >>> run.counts
    array([ 4,  7, 10])
    """
    need_parts(model, "model", "a BoundedMlp or a Constrained", "duals")
    known = as_matrix(labeled, "labeled")
    pool = as_matrix(embeddings, "embeddings", columns=known.shape[1])
    budget = as_budget(budget, len(pool))
    as_choice(diversity, "diversity", ("clusters", "draw"))
    if clusters is None:
        clusters = budget
    clusters = as_integer(clusters, "clusters", low=1, high=budget)
    rng = as_rng(rng)
    head = fit_dual_head(known, _duals_of(model, len(known)), hidden=hidden, rng=rng)
    scores, predicted = head.scores(pool), head(pool)
    kept = _below_cap(predicted, dual_cap, budget, rng)
    if diversity == "draw":
        return kept[stochastic_batch(predicted[kept], budget, rng=rng)]
    labels, _ = k_means(pool[kept], clusters, rng=rng)
    return kept[even_picks(scores[kept], labels, budget, rng=rng)]  # (eq:ally-picks)


def _duals_of(model: Any, size: int) -> np.ndarray:
    """Return the duals of a model, one for each labelled sample."""
    if np.shape(model.duals) != (size,):
        raise ValueError(
            f"model must have one dual for each of the {size} labelled samples, got "
            f"shape {np.shape(model.duals)}: fit it on them first"
        )
    return model.duals


def _below_cap(
    predicted: np.ndarray, dual_cap: float | None, budget: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the rows that may be asked for: all, or those up to the cap.

    If these are fewer than the budget, the next higher ones fill it up.
    """
    if dual_cap is None:
        return np.arange(len(predicted))
    cap = as_real(dual_cap, "dual_cap", low=0.0)
    lowest = np.lexsort((rng.random(len(predicted)), predicted))
    size = max(budget, int((predicted <= cap).sum()))
    return np.sort(lowest[:size])
