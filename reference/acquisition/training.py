r"""Passes over the data in mini-batches, each followed by a step.

With the mean weight :math:`\bar w`, a batch :math:`B` of :math:`|B|` samples moves the
parameters against

.. math::

    \frac{1}{|B|\, \bar w} \sum_{i \in B} w_i \nabla_\theta \ell_i ,

which is on average the gradient of the weighted mean loss. A sample of weight 0 is in
no batch.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.common import NotConverged, as_vector

__all__: list[str] = []


@np.errstate(over="ignore", invalid="ignore")  # what overflows is noticed below
def training_passes(
    model: Any, X: np.ndarray, y: np.ndarray, weights: np.ndarray
) -> None:
    """Train an `Mlp` from new parameters, and note the mean loss of each pass.

    Stops early once that loss is at most ``model.tol`` times a constant guess's.
    """
    X, y, weights = X[weights > 0], y[weights > 0], weights[weights > 0]
    model.restart(model.rng)
    goal = model.tol * constant_loss(y, weights, model.sizes[-1])
    unit, slope = weights.mean(), np.empty_like(model.theta)
    for _ in range(model.max_iter):
        total = 0.0
        for part in batches(len(X), model.batch_size, model.rng):
            batch = X[part], y[part], weights[part]
            loss, _ = model.slope(*batch, model.rng, out=slope)
            if not np.isfinite(loss):
                raise NotConverged(
                    "training left the finite numbers: standardise the inputs or "
                    f"lower step_size = {model.step_size:g}",
                    model,
                )
            slope /= unit * len(part)
            model.optimizer.step(model.theta, slope)
            total += loss
        model.losses.append(total / (unit * len(X)))
        if model.losses[-1] <= goal:
            break


def as_weights(weights: ArrayLike | None, n: int) -> np.ndarray:
    """Return sample weights >= 0, not all zero; ones if there are none."""
    if weights is None:
        return np.ones(n)
    weights = as_vector(weights, "weights", size=n)
    if (weights < 0.0).any() or not weights.any():
        raise ValueError(
            f"weights must be non-negative and not all zero, got {weights.min():g} "
            f"to {weights.max():g}"
        )
    return weights


def constant_loss(y: np.ndarray, weights: np.ndarray, num_outputs: int) -> float:
    """Return the mean loss of a constant guess: log C, or half the variance."""
    if y.ndim == 1:
        return float(np.log(num_outputs))
    shares = weights / weights.sum()
    return float(0.5 * (shares @ (y - shares @ y) ** 2).sum())


def batches(n: int, size: int, rng: np.random.Generator) -> list[np.ndarray]:
    """Return a random split of 0..n-1 into nearly equal parts of at most `size`."""
    return np.array_split(rng.permutation(n), -(-n // size))
