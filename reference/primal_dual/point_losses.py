r"""Losses of one output, as a constrained program needs them.

A bound on a convex loss of one output is an interval of outputs,

.. math::

    \ell'(f, y) \le \varepsilon \iff l \le f \le h ,

and for a model that is linear in its parameters a program with such bounds has linear
constraints, whatever the loss.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from reference.common import as_choice, as_labels, as_real, as_vector

__all__: list[str] = []

Pointwise = Callable[[np.ndarray, np.ndarray], np.ndarray]


@dataclass(frozen=True)
class PointLoss:
    """A loss of outputs f and targets y, sample by sample.

    Parameters
    ----------
    value, slope, curvature : callable
        f, y to the loss and its first two derivatives in f, all of shape (N,).
    interval : callable
        y, ε to the outputs (low, high) whose loss is at most ε; ±inf where open.
    labels : bool
        Whether y must hold ±1.
    """

    value: Pointwise
    slope: Pointwise
    curvature: Pointwise
    interval: Callable[[np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]
    labels: bool = True


def _one_sided(y: np.ndarray, margin: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the outputs with y f >= margin."""
    low = np.where(y > 0, margin, -np.inf)
    return low, np.where(y > 0, np.inf, -margin)


def _logistic_margin(epsilon: np.ndarray) -> np.ndarray:
    """Return the m with log(1 + e^-m) = ε: -log(e^ε - 1), without its overflow."""
    return -(epsilon + np.log(-np.expm1(-epsilon)))


POINT_LOSSES = {
    "squared": PointLoss(
        lambda f, y: 0.5 * (f - y) ** 2,
        lambda f, y: f - y,
        lambda f, y: np.ones_like(f),
        lambda y, epsilon: (y - np.sqrt(2 * epsilon), y + np.sqrt(2 * epsilon)),
        labels=False,
    ),
    "logistic": PointLoss(
        lambda f, y: np.logaddexp(0.0, -y * f),
        lambda f, y: -y * expit(-y * f),
        lambda f, y: expit(f) * expit(-f),
        lambda y, epsilon: _one_sided(y, _logistic_margin(epsilon)),
    ),
    "margin": PointLoss(
        lambda f, y: 1.0 - y * f,
        lambda f, y: -y,
        lambda f, y: np.zeros_like(f),
        lambda y, epsilon: _one_sided(y, 1.0 - epsilon),
    ),
    "zero": PointLoss(
        lambda f, y: np.zeros_like(f),
        lambda f, y: np.zeros_like(f),
        lambda f, y: np.zeros_like(f),
        lambda y, epsilon: (np.full_like(y, -np.inf), np.full_like(y, np.inf)),
        labels=False,
    ),
}


def point_loss(name: object, argument: str) -> PointLoss:
    """Return the loss of this name."""
    return POINT_LOSSES[as_choice(name, argument, POINT_LOSSES)]


def lagrangian_loss(
    loss: PointLoss, bounded: PointLoss, duals: np.ndarray
) -> PointLoss:
    """Return the loss ℓ + λ_i ℓ′ of sample i."""

    def add(part: str) -> Pointwise:
        first, second = getattr(loss, part), getattr(bounded, part)
        return lambda f, y: first(f, y) + duals * second(f, y)

    return PointLoss(add("value"), add("slope"), add("curvature"), loss.interval)


def as_bounds(epsilon: ArrayLike, size: int, *, positive: bool = True) -> np.ndarray:
    """Return ε as a vector: one number stands for all samples."""
    if not np.iterable(epsilon):
        epsilon = np.full(size, as_real(epsilon, "epsilon"))
    bounds = as_vector(epsilon, "epsilon", size=size)
    if positive and (bounds <= 0.0).any():
        raise ValueError(
            f"epsilon must be positive, got {bounds.min():g}: no model is strictly "
            "below a bound of 0, and then a multiplier need not exist"
        )
    return bounds


def targets_and_bounds(
    y: ArrayLike, epsilon: ArrayLike, losses: tuple[PointLoss, PointLoss], size: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return y and ε as vectors in the domain of both losses."""
    if losses[1] is POINT_LOSSES["zero"]:
        raise ValueError("constraint_loss must be a loss to bound, got 'zero'")
    labels = losses[0].labels or losses[1].labels
    targets = as_labels(y, size=size) if labels else as_vector(y, size=size)
    positive = losses[1] is not POINT_LOSSES["margin"]
    return targets, as_bounds(epsilon, size, positive=positive)


def unit_of(
    y: np.ndarray, epsilon: np.ndarray, losses: tuple[PointLoss, PointLoss]
) -> float:
    """Return the size of the targets, or of the bounds; 1 for labels, which have none.

    In it outputs are about one, where tolerances are meant to be relative.
    """
    if losses[0].labels or losses[1].labels:
        return 1.0
    return float(np.abs(y).max() or np.sqrt(2.0 * epsilon.min()))
