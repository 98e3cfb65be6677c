r"""FixMatch: a network teaches itself on what it is sure of, seen in two ways.

.. math::

    \frac1B \sum_{b} \ell(f(\omega(x_b)), y_b)
    + \frac{\lambda_u}{mB} \sum_{u} \mathbf 1[\max q_u \ge \tau]\,
    \ell(f(\Omega(u)), \arg\max q_u),
    \qquad q_u = \operatorname{softmax} f(\omega(u))

ω is a weak view and Ω a strong one. q is read and then held: no gradient runs through
it. With class totals, the answers for the whole pool are refined now and then, and
their classes are those of the refined answers.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition import Mlp, softmax
from reference.common import (
    NotConverged,
    as_classes,
    as_integer,
    as_matrix,
    as_real,
    as_rng,
    need_callable,
    need_parts,
)
from reference.semi_supervised.darp import as_totals, refine

__all__ = ["FixMatchRun", "fixmatch", "fixmatch_loss"]

DOUBT = 1e-6  # the share of the uniform answer mixed in before answers are refined


class Views(Protocol):
    """A weak and a strong random view of rows, of the same shape."""

    def weak(self, X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return rows that a person would not tell from X."""

    def strong(self, X: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Return rows that a person would still call by the same name."""


@dataclass(frozen=True)
class FixMatchRun:
    """A network trained on labels and on its own sure answers.

    Attributes
    ----------
    model : Mlp
        With the average of the parameters.
    history : list of dict
        A record for every `refine_every` steps: "step"; the mean loss of a batch, both
        terms ("loss"), and the share of unlabelled samples that were used ("used")
        since the last; "classes", the pool's answers by class, shape (C,), then.
    """

    model: Mlp
    history: list[dict[str, Any]]


def fixmatch_loss(
    model: Mlp, X: ArrayLike, y: ArrayLike, targets: ArrayLike, strong: ArrayLike, *,
    threshold: float = 0.95, unlabeled_weight: float = 1.0,
) -> tuple[float, np.ndarray]:  # fmt: skip
    r"""Return FixMatch's loss of one batch, and its gradient in the parameters.

    .. math::

        \frac1B \sum_b \ell(f(x_b), y_b) + \frac{\lambda_u}{M} \sum_u
        \mathbf 1[\max q_u \ge \tau]\, \ell(f(s_u), \arg\max q_u)

    Parameters
    ----------
    model : Mlp
        A classifier.
    X : array_like, shape (B, d)
        Labelled samples (weak views of them).
    y : array_like, shape (B,)
        Classes 0..C-1.
    targets : array_like, shape (M, C)
        q: the answers to weak views of the unlabelled samples, held fixed.
    strong : array_like, shape (M, d)
        Strong views of the same samples.
    threshold : float
        τ; above 1 nothing passes, and the loss is the supervised one.
    unlabeled_weight : float
        λ_u >= 0.

    Returns
    -------
    loss : float
    gradient : ndarray, shape (p,)

    Raises
    ------
    ValueError
        If shapes do not fit, or a label is no class.

    Notes
    -----
    Implements (eq:ssl-fixmatch), with the model's penalty per unit of weight. One
    forward and one backward pass over the labelled samples and the sure ones.

    References
    ----------
    Sohn et al. (2020), equations 3 and 4.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import Mlp
    >>> from reference.semi_supervised import fixmatch_loss
    >>> model = Mlp((1, 2), rng=np.random.default_rng(0))
    >>> model.theta[:] = 0.0
    >>> sure, unsure = [[0.99, 0.01]], [[0.6, 0.4]]
    >>> for q in (sure, unsure):
    ...     loss, _ = fixmatch_loss(model, [[1.0]], [0], q, [[2.0]])
    ...     print(round(loss / np.log(2), 6))
    2.0
    1.0
    """
    model = as_classifier(model)
    X = as_matrix(X, columns=model.sizes[0])
    y = as_classes(y, "y", size=len(X), num_classes=model.sizes[-1])
    q = as_matrix(targets, "targets", columns=model.sizes[-1])
    strong = as_matrix(strong, "strong", rows=len(q), columns=model.sizes[0])
    threshold = as_real(threshold, "threshold", low=0.0)
    weight = as_real(unlabeled_weight, "unlabeled_weight", low=0.0)
    sure = q.max(axis=1) >= threshold
    return batch_loss(model, X, y, q[sure], strong[sure], weight * sure.mean())


def batch_loss(
    model: Mlp, X: np.ndarray, y: np.ndarray, q: np.ndarray, strong: np.ndarray,
    weight: float,
) -> tuple[float, np.ndarray]:  # fmt: skip
    """Return the same for checked arguments and sure samples of this total weight."""
    if len(q) == 0 or weight == 0.0:
        return model.loss_and_gradient(X, y, np.full(len(X), 1.0 / len(X)))
    shares = [np.full(len(X), 1.0 / len(X)), np.full(len(q), weight / len(q))]
    return model.loss_and_gradient(  # (eq:ssl-fixmatch)
        np.vstack([X, strong]),
        np.concatenate([y, q.argmax(axis=1)]),
        np.concatenate(shares),
    )


def fixmatch(
    model: Mlp, X_labeled: ArrayLike, y: ArrayLike, X_unlabeled: ArrayLike, *,
    views: Views, rng: np.random.Generator, steps: int = 1000, batch_size: int = 32,
    ratio: int = 7, threshold: float = 0.95, unlabeled_weight: float = 1.0,
    decay: float = 0.99, class_totals: ArrayLike | None = None,
    refine_every: int = 50,
    callback: Callable[[Mlp, dict[str, Any]], None] | None = None,
) -> FixMatchRun:  # fmt: skip
    r"""Return a network trained on a few labels and on many samples without.

    .. math::

        \theta \leftarrow \operatorname{Adam}(\theta, \nabla L(\theta)), \qquad
        \bar\theta \leftarrow \gamma \bar\theta + (1 - \gamma)\, \theta

    Parameters
    ----------
    model : Mlp
        A classifier; copied, and trained on from its present parameters.
    X_labeled : array_like, shape (n, d)
    y : array_like, shape (n,)
        Classes 0..C-1.
    X_unlabeled : array_like, shape (N, d)
        The pool; labelled samples may be among them.
    views : object
        With ``weak(X, rng)`` and ``strong(X, rng)``, such as `ImageViews`.
    rng : numpy.random.Generator
        Draws batches and views.
    steps : int
        Steps of Adam.
    batch_size : int
        B, labelled samples in a step, drawn with replacement.
    ratio : int
        m, unlabelled samples for each labelled one.
    threshold : float
        τ.
    unlabeled_weight : float
        λ_u >= 0.
    decay : float
        γ in [0, 1): the memory of the average is about 1 / (1 - γ) steps.
    class_totals : array_like, shape (C,), optional
        c, summing to N: how many unlabelled samples of each class there are. With
        them the pool's answers are refined (`refine`) every `refine_every` steps.
    refine_every : int
        Steps between two refinements, and between two records.
    callback : callable, optional
        Called as ``callback(averaged_model, record)`` with every record.

    Returns
    -------
    FixMatchRun

    Raises
    ------
    NotConverged
        If the loss is no longer finite.
    ValueError
        For bad input.

    Notes
    -----
    Implements {prf:ref}`alg-17-fixmatch`. Strong views are made of sure samples only.
    The average starts with a short memory, min(γ, (1 + t)/(10 + t)). Before answers
    are refined they are mixed with a little of the uniform answer: no answer of a
    network is certain, and all class totals can be met.

    References
    ----------
    Sohn et al. (2020); Kim et al. (2020), algorithm 2.

    Examples
    --------
    Two clouds, one label each.

    >>> import numpy as np
    >>> from reference.acquisition import Mlp
    >>> from reference.semi_supervised import NoiseViews, fixmatch
    >>> rng = np.random.default_rng(0)
    >>> X = np.vstack([rng.normal(-2, 1, (100, 2)), rng.normal(2, 1, (100, 2))])
    >>> truth = np.repeat([0, 1], 100)
    >>> model = Mlp((2, 16, 2), rng=rng)
    >>> run = fixmatch(model, X[[0, 150]], truth[[0, 150]], X,
    ...     views=NoiseViews(0.1, 0.5), rng=rng, steps=200)
    >>> bool((run.model.predict(X) == truth).mean() > 0.97)
    True
    """
    model = copy.deepcopy(as_classifier(model))
    d, C = model.sizes[0], model.sizes[-1]
    X = as_matrix(X_labeled, "X_labeled", columns=d)
    y = as_classes(y, "y", size=len(X), num_classes=C)
    U = as_matrix(X_unlabeled, "X_unlabeled", columns=d)
    need_parts(views, "views", "weak and strong views", "weak", "strong")
    rng = as_rng(rng)
    steps = as_integer(steps, "steps", low=1)
    batch_size = as_integer(batch_size, "batch_size", low=1)
    ratio = as_integer(ratio, "ratio", low=1)
    threshold = as_real(threshold, "threshold", low=0.0)
    weight = as_real(unlabeled_weight, "unlabeled_weight", low=0.0)
    decay = as_real(decay, "decay", low=0.0, high=1.0 - 1e-9)
    refine_every = as_integer(refine_every, "refine_every", low=1)
    need_callable(callback, "callback", optional=True)
    totals = None if class_totals is None else as_totals(class_totals, len(U), C)
    return teach_itself(
        model, (X, y, U), views, rng, totals, steps=steps, batch_size=batch_size,
        ratio=ratio, threshold=threshold, weight=weight, decay=decay,
        refine_every=refine_every, callback=callback,
    )  # fmt: skip


def teach_itself(
    model: Mlp, data: tuple[np.ndarray, np.ndarray, np.ndarray], views: Views,
    rng: np.random.Generator, totals: np.ndarray | None, *, steps: int,
    batch_size: int, ratio: int, threshold: float, weight: float, decay: float,
    refine_every: int, callback: Callable[[Mlp, dict[str, Any]], None] | None,
) -> FixMatchRun:  # fmt: skip
    """Train the model in place; return the average of its parameters, and records."""
    X, y, U = data
    average = copy.deepcopy(model)
    history: list[dict[str, Any]] = []
    losses, used, refined = [], [], None
    for t in range(steps):
        if totals is not None and t % refine_every == 0:
            refined = refined_answers(model, views.weak(U, rng), totals)
        known = rng.integers(len(X), size=batch_size)
        pick = rng.integers(len(U), size=ratio * batch_size)
        seen = views.weak(X[known], rng)
        if refined is None:
            q = answers(model, views.weak(U[pick], rng))
        else:
            q = refined[pick]
        sure = q.max(axis=1) >= threshold
        strong = views.strong(U[pick[sure]], rng) if sure.any() else U[:0]
        loss, slope = batch_loss(
            model, seen, y[known], q[sure], strong, weight * sure.mean()
        )
        need_finite(model, loss)
        model.step(slope)
        memory = min(decay, (1.0 + t) / (10.0 + t))
        average.theta *= memory  # (eq:ssl-average)
        average.theta += (1.0 - memory) * model.theta
        losses.append(loss)
        used.append(sure.mean())
        if (t + 1) % refine_every == 0 or t + 1 == steps:
            average.calibrate(np.vstack([X, U]))
            counts = np.bincount(average.predict(U), minlength=model.sizes[-1])
            record = {"step": t + 1, "loss": float(np.mean(losses)),
                      "used": float(np.mean(used)), "classes": counts}  # fmt: skip
            history.append(record)
            losses, used = [], []
            if callback is not None:
                callback(average, record)
    return FixMatchRun(average, history)


def answers(model: Mlp, X: np.ndarray) -> np.ndarray:
    """Return the class probabilities that the network gives now, (n, C)."""
    if model.batch_norm:
        model.calibrate(X)
    scores = model.outputs(X)
    need_finite(model, scores)
    return softmax(scores)


def need_finite(model: Mlp, values: np.ndarray | float) -> None:
    """Raise `NotConverged` unless these numbers of a training are finite."""
    if not np.isfinite(values).all():
        raise NotConverged(
            "training left the finite numbers: standardise the inputs or lower "
            f"step_size = {model.step_size:g}",
            model,
        )


def refined_answers(model: Mlp, X: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """Return the network's answers, moved so that their classes sum to the totals."""
    q = answers(model, X)
    return refine((1.0 - DOUBT) * q + DOUBT / q.shape[1], totals)


def as_classifier(model: Any) -> Mlp:
    """Return the model if it is an `Mlp` that classifies."""
    if not isinstance(model, Mlp) or model.task != "classification":
        raise ValueError(
            f"model must be an Mlp with task 'classification', got {model!r}"
        )
    return model
