r"""The kernels of infinitely wide ReLU networks, through angles.

A network without biases, x ↦ W x/√d, then √2 max(·, 0) and W ·/√m in each of L hidden
layers, all weights standard normal. In the limit of infinite widths its outputs are a
Gaussian process with kernel Σ and its gradients have the kernel Θ. Both are those of
the inputs' lengths times a function of the angle ω between them,

.. math::

    \Theta(x, z) = \frac{\|x\| \|z\|}{d} \, \tau_L, \qquad
    \tau_l = \cos \omega_l + \tau_{l-1} \Bigl( 1 - \frac{\omega_{l-1}}{\pi} \Bigr),
    \qquad
    \cos \omega_l = \frac{\sin \omega + (\pi - \omega) \cos \omega}{\pi}
    \Big|_{\omega = \omega_{l-1}}

with :math:`\tau_0 = \cos \omega_0`. Angles, not cosines, because the second factor is
linear in the angle: near c = 1 an error of 1e-16 in c is one of 1e-8 in arccos c, and
two copies of a row, whose kernel must be singular, would pass for two rows.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_integer, as_matrix

__all__ = ["analytic_nngp", "analytic_ntk"]

NEAR_LINE = 0.99  # cosines beyond ±0.99 are replaced by angles from differences


def analytic_ntk(
    X: ArrayLike, Z: ArrayLike | None = None, *, depth: int = 1
) -> np.ndarray:
    r"""Return the tangent kernel of infinitely wide ReLU networks without biases.

    .. math::

        \Theta^L(x, z) = \sum_{l=0}^{L} \Sigma^l(x, z)
            \prod_{k=l}^{L-1} \kappa_0(c^k)

    Parameters
    ----------
    X : array_like, shape (n, d)
    Z : array_like, shape (m, d), optional
        X by default.
    depth : int
        Hidden layers L; 0 is a linear model.

    Returns
    -------
    ndarray, shape (n, m)
        The limit of `empirical_ntk`. Positive semidefinite for Z = X; multiples of one
        row, and zero rows, make it singular.

    Raises
    ------
    ValueError
        For bad input, or lengths whose products are not finite.

    Notes
    -----
    Implements (eq:ntk-angles); O(n m (d + depth)), in one matrix product but for pairs
    within 8° of one line.

    References
    ----------
    Jacot, Gabriel and Hongler (2018), theorem 1; Cho and Saul (2009).

    Examples
    --------
    A point and its opposite do not see each other through one hidden layer.

    >>> from reference.ntk import analytic_ntk
    >>> analytic_ntk([[1.0, 0.0], [-1.0, 0.0], [0.0, 0.0]])
    array([[1., 0., 0.],
           [0., 1., 0.],
           [0., 0., 0.]])
    """
    scale, _, tangent = _through_layers(X, Z, depth)
    return scale * tangent


def analytic_nngp(
    X: ArrayLike, Z: ArrayLike | None = None, *, depth: int = 1
) -> np.ndarray:
    r"""Return the covariance of the outputs of infinitely wide ReLU networks.

    .. math::

        \Sigma^l(x, z) = \frac{\|x\| \|z\|}{d} \cos \omega_l

    Parameters
    ----------
    X : array_like, shape (n, d)
    Z : array_like, shape (m, d), optional
        X by default.
    depth : int
        Hidden layers.

    Returns
    -------
    ndarray, shape (n, m)

    Raises
    ------
    ValueError
        For bad input, or lengths whose products are not finite.

    Notes
    -----
    Implements (eq:ntk-moments). It is also the part of the tangent kernel that belongs
    to the last layer's weights.

    References
    ----------
    Neal (1996); Cho and Saul (2009).

    Examples
    --------
    >>> from reference.ntk import analytic_nngp
    >>> analytic_nngp([[1.0, 0.0], [0.0, 1.0]], depth=1).round(4)
    array([[0.5   , 0.1592],
           [0.1592, 0.5   ]])
    """
    scale, cosine, _ = _through_layers(X, Z, depth)
    return scale * cosine


def _through_layers(
    X: ArrayLike, Z: ArrayLike | None, depth: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return ‖x‖‖z‖/d, cos ω_L and τ_L for all pairs."""
    X = as_matrix(X, "X")
    Z = X if Z is None else as_matrix(Z, "Z", columns=X.shape[1])
    depth = as_integer(depth, "depth", low=0)
    (U, lengths), (V, others) = unit_rows(X), unit_rows(Z)
    with np.errstate(over="ignore"):
        scale = np.outer(lengths, others) / X.shape[1]
    if not np.isfinite(scale).all():
        raise ValueError(
            "X and Z need lengths whose products are finite, got "
            f"{lengths.max():.3g} and {others.max():.3g}"
        )
    angle = row_angles(U, V)
    cosine = np.cos(angle)
    tangent = cosine
    for _ in range(depth):
        gate = 1.0 - angle / np.pi  # κ₀
        cosine = sine_minus(np.pi - angle) / np.pi  # κ₁, (eq:ntk-moments)
        tangent = cosine + tangent * gate  # (eq:ntk-angles)
        lift = 2.0 * np.sin(angle / 2.0) ** 2 - sine_minus(angle) / np.pi  # 1 - κ₁
        angle = 2.0 * np.arcsin(np.sqrt(np.clip(lift / 2.0, 0.0, 1.0)))
    return scale, cosine, tangent


def unit_rows(X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the directions (n, d) and the lengths (n,) of rows; 0 for zero rows."""
    largest = np.abs(X).max(axis=1)
    rows = X / np.where(largest > 0.0, largest, 1.0)[:, None]
    norms = np.sqrt((rows**2).sum(axis=1))
    return rows / np.where(norms > 0.0, norms, 1.0)[:, None], largest * norms


def row_angles(U: np.ndarray, V: np.ndarray) -> np.ndarray:
    r"""Return the angles between unit rows, to rounding also near 0 and π.

    .. math::

        \omega = 2 \operatorname{atan2}(\|u - v\|, \|u + v\|)

    where the cosine is near ±1: few pairs, so that no array of n m d is made.
    """
    cosines = U @ V.T
    angle = np.arccos(np.clip(cosines, -1.0, 1.0))
    near = np.abs(cosines) > NEAR_LINE
    for i in np.flatnonzero(near.any(axis=1)):
        rows = V[near[i]]
        apart = np.sqrt(((rows - U[i]) ** 2).sum(axis=1))
        along = np.sqrt(((rows + U[i]) ** 2).sum(axis=1))
        angle[i, near[i]] = 2.0 * np.arctan2(apart, along)  # (eq:ntk-atan)
    return angle


def sine_minus(t: np.ndarray) -> np.ndarray:
    """Return sin t - t cos t, by its series below 0.05, where the two cancel."""
    s = t**2
    series = t * s / 3 * (1 - s / 10 * (1 - s / 28 * (1 - s / 54)))
    return np.where(np.abs(t) < 0.05, series, np.sin(t) - t * np.cos(t))
