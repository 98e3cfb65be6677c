r"""One loop for every strategy: choose, buy, retrain, and count what was bought.

.. math::

    L \leftarrow L \cup S, \qquad
    S = \text{strategy}(\text{what the model says of } U), \quad |S| = \min(b, B - |L|),
    \qquad U \leftarrow U \setminus S

The oracle is asked once for each sample, the initial ones included, and never beyond
the budget B. A model is trained from scratch after every purchase, the last and
perhaps smaller one too, so a learning curve ends at the budget.
"""

import copy
import inspect
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition.view import OFFERED, PoolView, rows_of
from reference.common import (
    as_classes,
    as_integer,
    as_matrix,
    as_rng,
    as_vector,
    need_callable,
)

__all__ = ["Run", "run_active_learning"]


@dataclass(frozen=True)
class Run:
    """What was bought, and what came of it.

    Attributes
    ----------
    queried : ndarray of int, shape (B,)
        Indices into the data, in the order of purchase, the initial ones first.
    labels : ndarray, shape (B,)
        What the oracle said.
    counts : ndarray of int, shape (R,)
        Labels bought when a model was trained; the last is the budget.
    scores : ndarray, shape (R,)
        The score of each of these models; empty without `score`.
    model : object
        The last one.
    """

    queried: np.ndarray
    labels: np.ndarray
    counts: np.ndarray
    scores: np.ndarray
    model: Any


class OneClass:
    """Says the only class bought so far, where a model cannot be trained on one."""

    def __init__(self, label: int) -> None:
        self.classes_ = np.array([label])
        self.estimators_ = [self]  # one member, in dispute with nobody

    def predict_proba(self, X: Any) -> np.ndarray:
        """Return ones, (n, 1)."""
        return np.ones((X.shape[0], 1))

    def predict(self, X: Any) -> np.ndarray:
        """Return the class, (n,)."""
        return np.full(X.shape[0], self.classes_[0])


def run_active_learning(
    X: Any,
    label: Callable[[int], Any],
    strategy: Callable[..., ArrayLike],
    model: Any,
    *,
    budget: int,
    initial: int | Sequence[int] | np.ndarray,
    rng: np.random.Generator,
    batch: int = 1,
    num_classes: int | None = None,
    score: Callable[[Any], float] | None = None,
    callback: Callable[[PoolView], None] | None = None,
) -> Run:
    r"""Return what one strategy buys from a pool, and the models trained on it.

    .. math::

        |L| = \texttt{initial}, \;
        \texttt{initial} + b, \; \texttt{initial} + 2b, \; \dots, \; \texttt{budget}

    Parameters
    ----------
    X : array_like, shape (n, d), or a pandas DataFrame, or a SciPy sparse matrix
        The pool. Frames and sparse matrices go to the model as they are, in rows.
    label : callable
        The oracle: takes an index, returns a class 0..C-1 (or a real target, for a
        model without ``predict_proba``). Called once for each sample bought.
    strategy : callable
        ``strategy(..., budget, rng=...)`` returns so many distinct positions in the
        pool. Other parameters are filled in by name: ``probabilities``, ``embeddings``,
        ``members``, ``labeled`` and the others of `PoolView`.
    model : object
        ``fit(X, y)`` and ``predict_proba(X)``, as in scikit-learn; ``embed(X)`` if it
        has embeddings. It stays as it is: a copy is trained anew in each round.
    budget : int
        Labels that may be bought in all.
    initial : int or sequence of int
        How many samples to draw uniformly at the start, or which; they are paid for.
    rng : numpy.random.Generator
    batch : int
        Labels in a round.
    num_classes : int, optional
        C; by default the model's ``num_classes``, or what has been seen (at least 2).
    score : callable, optional
        Takes a trained model, returns a number, such as a test accuracy.
    callback : callable, optional
        Takes the `PoolView` after every training.

    Returns
    -------
    Run

    Raises
    ------
    ValueError
        If the budget exceeds the pool or is below `initial`, if the strategy returns
        anything but so many distinct positions or asks for a name that is not
        offered, or the oracle says anything but a label.

    Notes
    -----
    Implements {prf:ref}`alg-11-pool`. With one class bought, a model that does not know
    the classes by a ``num_classes`` of its own is replaced by a constant guess. The
    same model and generator give the same run; as each round trains a copy, an `Mlp`
    has the same initial weights in all of them.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import Mlp, run_active_learning
    >>> X = np.linspace(-1.0, 1.0, 40)[:, None]
    >>> y = (X[:, 0] > 0.3).astype(int)
    >>> def closest(probabilities, budget):
    ...     return np.abs(probabilities[:, 0] - 0.5).argsort()[:budget]
    >>> run = run_active_learning(
    ...     X, lambda i: y[i], closest, Mlp((1, 16, 2), rng=np.random.default_rng(0)),
    ...     budget=10, initial=2, batch=3, rng=np.random.default_rng(1),
    ...     score=lambda m: (m.predict(X) == y).mean())
    >>> run.counts, len(set(run.queried.tolist()))
    (array([ 2,  5,  8, 10]), 10)
    """
    X = as_pool(X)
    n = X.shape[0]
    rng = as_rng(rng)
    budget = as_integer(budget, "budget", low=1, high=n)
    batch = as_integer(batch, "batch", low=1)
    need_callable(label, "label")
    need_callable(strategy, "strategy")
    need_callable(score, "score", optional=True)
    need_callable(callback, "callback", optional=True)
    classify = needs_classes(model, num_classes)
    queried = starting_set(initial, n, budget, rng)
    answers = [label(int(i)) for i in queried]
    counts, scores = [], []
    while True:
        labels, known = as_answers(answers, classify, model, num_classes)
        fitted = trained(model, rows_of(X, queried), labels, classify)
        left = np.setdiff1d(np.arange(n), queried)
        view = PoolView(X, fitted, queried, labels, left, known, rng)
        counts.append(len(queried))
        if score is not None:
            scores.append(float(score(fitted)))
        if callback is not None:
            callback(view)
        if len(queried) == budget:
            return Run(queried, labels, np.array(counts), np.array(scores), fitted)
        wanted = min(batch, budget - len(queried))
        chosen = left[asked(strategy, view, wanted, rng)]
        queried = np.append(queried, chosen)
        answers += [label(int(i)) for i in chosen]


def asked(
    strategy: Callable[..., ArrayLike],
    view: PoolView,
    wanted: int,
    rng: np.random.Generator,
) -> np.ndarray:
    """Return the positions that a strategy picks, given what its parameters name."""
    given: dict[str, Any] = {}
    for name, parameter in inspect.signature(strategy).parameters.items():
        if name in OFFERED:
            given[name] = getattr(view, name)
        elif name in ("budget", "rng"):
            given[name] = wanted if name == "budget" else rng
        elif parameter.default is parameter.empty and parameter.kind not in (
            parameter.VAR_POSITIONAL,
            parameter.VAR_KEYWORD,
        ):
            raise ValueError(
                f"strategy asks for {name!r}; the loop offers budget, rng, "
                f"{', '.join(OFFERED)}"
            )
    picks = np.asarray(strategy(**given))
    m = len(view.indices)
    if (
        picks.shape != (wanted,)
        or picks.dtype.kind not in "iu"
        or len(np.unique(picks)) < wanted
        or picks.min() < 0
        or picks.max() >= m
    ):
        raise ValueError(
            f"strategy must return {wanted} distinct integers from 0 to {m - 1}, "
            f"positions in the pool, got {picks!r}"
        )
    return picks


def as_pool(X: Any) -> Any:
    """Return X so that its rows can be taken: frame, sparse rows or float array."""
    if hasattr(X, "iloc") and np.ndim(X) == 2:
        found = X
    elif hasattr(X, "tocsr"):
        found = X.tocsr()
    else:
        return as_matrix(X)
    if found.shape[0] == 0:
        raise ValueError(f"X needs at least one row, got shape {found.shape}")
    return found


def needs_classes(model: Any, num_classes: int | None) -> bool:
    """Return whether a model classifies, by whether it has probabilities to give."""
    if not hasattr(model, "fit"):
        raise ValueError(f"model must have fit(X, y), got {type(model).__name__}")
    if num_classes is not None:
        as_integer(num_classes, "num_classes", low=2)
    return (
        hasattr(model, "predict_proba")
        and getattr(model, "task", "classification") == "classification"
    )


def starting_set(
    initial: Any, n: int, budget: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the first samples to buy: a uniform draw, or the ones given."""
    if isinstance(initial, (int, np.integer)):
        size = as_integer(initial, "initial", low=1, high=budget)
        return rng.choice(n, size, replace=False)
    found = as_classes(initial, "initial", num_classes=n)
    if len(np.unique(found)) < len(found) or not 1 <= len(found) <= budget:
        raise ValueError(
            f"initial needs 1 to {budget} distinct indices (the budget), "
            f"got {len(found)}, {len(np.unique(found))} of them distinct"
        )
    return found


def as_answers(
    answers: list, classify: bool, model: Any, num_classes: int | None
) -> tuple[np.ndarray, int]:
    """Return the labels bought as an array, and how many classes there are."""
    if not classify:
        return as_vector(answers, "label"), 0
    known = num_classes or getattr(model, "num_classes", None)
    labels = as_classes(answers, "label", num_classes=known)
    return labels, known or max(2, int(labels.max()) + 1)


def trained(model: Any, rows: Any, labels: np.ndarray, classify: bool) -> Any:
    """Return a copy of the model, trained from scratch."""
    alone = classify and (labels == labels[0]).all()
    if alone and not hasattr(model, "num_classes"):
        return OneClass(int(labels[0]))
    fitted = copy.deepcopy(model)
    fitted.fit(rows, labels)
    return fitted
