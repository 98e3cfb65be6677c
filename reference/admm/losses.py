r"""Three convex losses, and what a splitting method needs to know of each.

With outputs f and targets y (labels ±1 for the last two), summed over the samples,

.. math::

    \ell_{\text{squared}} = \tfrac12 \sum_j (f_j - y_j)^2, \qquad
    \ell_{\text{logistic}} = \sum_j \log(1 + e^{-y_j f_j}), \qquad
    \ell_{\text{hinge}} = \sum_j (1 - y_j f_j)_+ .

A loss enters an algorithm through its value, its proximal operator (the cheapest way
to reduce it without going far) and its conjugate (what a dual vector is worth).
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr, expit

from reference.common import as_choice, as_labels, as_real, as_vector

__all__ = ["dual_bound", "dual_value", "loss_value", "prox_loss"]

LOSSES = ("squared", "logistic", "hinge")


def checked_targets(y: ArrayLike, loss: str, *, size: int | None = None) -> np.ndarray:
    """Return y as floats if the loss is known and y is in its domain."""
    as_choice(loss, "loss", LOSSES)
    return as_vector(y, size=size) if loss == "squared" else as_labels(y, size=size)


def loss_value(outputs: ArrayLike, y: ArrayLike, loss: str = "squared") -> float:
    r"""Return the loss of outputs, summed over the samples.

    Parameters
    ----------
    outputs : array_like, shape (n,)
    y : array_like, shape (n,)
        Targets; labels +1 and -1 unless the loss is squared.
    loss : {"squared", "logistic", "hinge"}

    Returns
    -------
    float
        Divide by n for a mean; the squared loss has its factor 1/2.

    Raises
    ------
    ValueError
        For bad input.

    Examples
    --------
    >>> from reference.admm import loss_value
    >>> loss_value([2.0, 0.5], [1.0, -1.0], "hinge")
    1.5
    """
    y = checked_targets(y, loss)
    f = as_vector(outputs, "outputs", size=len(y))
    return float(worst_losses(f, y, loss).sum())


def worst_losses(
    f: np.ndarray, y: np.ndarray, loss: str, reach: np.ndarray | float = 0.0
) -> np.ndarray:
    """Return the loss of each sample, the largest for outputs within reach of f."""
    if loss == "squared":
        return 0.5 * (np.abs(f - y) + reach) ** 2
    z = reach - y * f
    return np.logaddexp(0.0, z) if loss == "logistic" else np.maximum(1.0 + z, 0.0)


def prox_loss(
    point: ArrayLike, y: ArrayLike, step: float, loss: str = "squared"
) -> np.ndarray:
    r"""Return the proximal operator of a loss.

    .. math::

        \operatorname{prox}(q) = \arg\min_z \; \ell(z, y) + \tfrac{1}{2 t} \|z - q\|^2 .

    Parameters
    ----------
    point : array_like, shape (n,)
        q.
    y : array_like, shape (n,)
    step : float
        t > 0.
    loss : {"squared", "logistic", "hinge"}

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        For bad input.

    Notes
    -----
    Implements (eq:admm-prox). Squared and hinge are closed forms. The logistic one
    is a root of t' - m - t σ(-t') = 0 in the margin t': the curve bends one way on
    each side of zero, so Newton's method started on the correct side at the far end
    never overshoots; it takes about log t steps.

    Examples
    --------
    >>> from reference.admm import prox_loss
    >>> prox_loss([-3.0, 0.5, 2.0], [1.0, 1.0, 1.0], 1.0, "hinge")
    array([-2.,  1.,  2.])
    """
    y = checked_targets(y, loss)
    q = as_vector(point, "point", size=len(y))
    t = as_real(step, "step", low=0.0, open_low=True)
    if loss == "squared":
        return (q + t * y) / (1.0 + t)
    m = y * q  # both other losses are functions of the margin alone
    if loss == "hinge":
        return y * np.maximum(m, np.minimum(m + t, 1.0))
    margin = np.where(m + t / 2 > 0, np.maximum(m, 0.0), np.minimum(m + t, 0.0))
    for _ in range(100):
        slope = expit(-margin)
        residual = margin - m - t * slope
        change = residual / (1.0 + t * slope * (1.0 - slope))
        margin = margin - change
        if np.abs(change).max() <= 1e-14 * (1.0 + np.abs(margin).max()):
            break
    return y * margin


def dual_value(nu: ArrayLike, y: ArrayLike, loss: str = "squared") -> float:
    r"""Return what a dual vector is worth: minus the conjugate of the loss at -ν.

    .. math::

        -\ell^*(-\nu) = \min_f \; \ell(f, y) + \nu^\top f .

    Parameters
    ----------
    nu : array_like, shape (n,)
    y : array_like, shape (n,)
    loss : {"squared", "logistic", "hinge"}

    Returns
    -------
    float
        Minus infinity where the minimum is: for logistic and hinge loss unless
        0 ≤ y ν ≤ 1.

    Raises
    ------
    ValueError
        For bad input.

    Notes
    -----
    Implements (eq:admm-conjugate): y'ν - ‖ν‖²/2, the entropy of y ν, and the sum of
    y ν.

    Examples
    --------
    >>> from reference.admm import dual_value
    >>> dual_value([0.5, -1.0], [1.0, -1.0], "hinge")
    1.5
    """
    y = checked_targets(y, loss)
    nu = as_vector(nu, "nu", size=len(y))
    if loss == "squared":
        return float(y @ nu - 0.5 * nu @ nu)
    a = y * nu
    if a.min() < 0.0 or a.max() > 1.0:
        return -np.inf
    return float((entr(a) + entr(1.0 - a)).sum() if loss == "logistic" else a.sum())


def dual_bound(
    nu: ArrayLike, y: ArrayLike, reg: float, dual_norm: float, loss: str = "squared"
) -> float:
    r"""Return a lower bound on the optimum from any dual vector, by scaling it.

    .. math::

        \min_u \; \ell(F u, y) + \lambda \sum_b \|u_b\| \;\ge\;
        -\ell^*(-\gamma \nu) \quad \text{if } \gamma\, c(\nu) \le \lambda .

    Parameters
    ----------
    nu : array_like, shape (n,)
        For logistic and hinge loss with 0 ≤ y ν; larger entries are scaled below 1.
    y : array_like, shape (n,)
    reg : float
        The regularisation λ.
    dual_norm : float
        c(ν), or an upper bound on it: the largest dual norm over the blocks.
    loss : {"squared", "logistic", "hinge"}

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For bad input.

    Notes
    -----
    Implements (eq:admm-bound). The scale γ is the best one for squared and hinge
    loss. For logistic loss it is the largest one up to 1.

    Examples
    --------
    >>> from reference.admm import dual_bound
    >>> dual_bound([2.0], [3.0], 1.0, 2.0)  # min (u - 3)²/2 + |u| is 2.5
    2.5
    """
    y = checked_targets(y, loss)
    nu = as_vector(nu, "nu", size=len(y))
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    dual_norm = as_real(dual_norm, "dual_norm", low=0.0)
    return dual_value(scaled_dual(nu, y, reg, dual_norm, loss), y, loss)


def scaled_dual(
    nu: np.ndarray, y: np.ndarray, reg: float, dual_norm: float, loss: str
) -> np.ndarray:
    """Return the multiple γ ν that is feasible in the dual and worth the most."""
    tiny = np.finfo(float).tiny  # nu may be zero
    largest = reg / dual_norm if dual_norm > 0.0 else np.inf
    if loss == "squared":
        best = (y @ nu) / max(nu @ nu, tiny)
        return float(np.clip(best, -largest, largest)) * nu
    top = 1.0 / max(float((y * nu).max()), tiny)
    gamma = min(largest, top if loss == "hinge" else min(top, 1.0))
    return np.clip(gamma * nu, -1.0, 1.0)  # rounding may pass 1
