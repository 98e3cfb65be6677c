r"""Kernel regression: what infinitely long training of an infinitely wide network is.

.. math::

    \min_a \; \tfrac12 \| \Theta a - y \|^2
        + \tfrac{\text{reg}}{2} \, a^\top \Theta a
    \quad\Longrightarrow\quad (\Theta + \text{reg} \, I) \, a = y, \qquad
    f(z) = \Theta(z, X) \, a

A singular kernel with reg = 0 has no such a for most y. It is refused, or by explicit
choice the interpolation is of what can be reached.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_array, as_choice, as_matrix, as_real
from reference.ntk.spectrum import kernel_modes

__all__ = ["KernelFit", "kernel_regression"]


@dataclass(frozen=True)
class KernelFit:
    """A kernel regression on n samples.

    Attributes
    ----------
    coefficients : ndarray, shape (n,) or (n, C)
        a.
    fitted : ndarray, shape (n,) or (n, C)
        Θ a.
    rank : int
        Of the kernel.
    """

    coefficients: np.ndarray
    fitted: np.ndarray
    rank: int

    def predict(self, cross: ArrayLike) -> np.ndarray:
        """Return the outputs at new points from their kernel (m, n) with the old."""
        return as_matrix(cross, "cross", columns=len(self.fitted)) @ self.coefficients


def kernel_regression(
    kernel: ArrayLike,
    y: ArrayLike,
    reg: float = 0.0,
    *,
    when_singular: str = "raise",
) -> KernelFit:
    r"""Return the coefficients of kernel regression, with or without a ridge.

    .. math::

        a = \sum_k \frac{v_k^\top y}{\lambda_k + \text{reg}} \, v_k

    Parameters
    ----------
    kernel : array_like, shape (n, n)
        Symmetric positive semidefinite.
    y : array_like, shape (n,) or (n, C)
    reg : float
        The loss is a sum of squares: for a mean, multiply reg by n.
    when_singular : {"raise", "least_norm"}
        For a singular kernel without a ridge, or with one below rounding: an error, or
        the sum over the eigenvalues that are not zero, whose fitted values are the
        projection of y.

    Returns
    -------
    KernelFit

    Raises
    ------
    ValueError
        For bad input, a kernel with a negative direction, a singular one, or one so
        small that coefficients overflow.

    Notes
    -----
    Implements (eq:ntk-ridge); O(n³).

    Examples
    --------
    >>> from reference.ntk import kernel_regression
    >>> fit = kernel_regression([[2.0, 1.0], [1.0, 2.0]], [3.0, 0.0])
    >>> fit.coefficients.round(12), fit.predict([[1.0, 1.0]]).round(12)
    (array([ 2., -1.]), array([1.]))
    """
    modes = kernel_modes(kernel)
    n = len(modes.values)
    y = as_array(y, "y")
    if y.ndim not in (1, 2) or len(y) != n or y.size == 0:
        raise ValueError(f"y needs shape ({n},) or ({n}, C), got {y.shape}")
    reg = as_real(reg, "reg", low=0.0)
    when_singular = as_choice(when_singular, "when_singular", ("raise", "least_norm"))
    least = modes.zero_below  # a ridge below it is none: 1/reg would have to cancel
    if reg <= least and modes.rank < n and when_singular == "raise":
        raise ValueError(
            f"kernel has rank {modes.rank} of {n}: repeated rows, or a model that is "
            f"too small; give a reg above {least:.3g}, or when_singular='least_norm'"
        )
    shares = (modes.vectors.T @ y).T
    damped = modes.values + reg
    counts = (modes.values > 0.0) | (reg > least)
    with np.errstate(over="ignore", invalid="ignore"):
        inverse = np.divide(1.0, damped, out=np.zeros(n), where=counts)
        a = modes.vectors @ (shares * inverse).T  # (eq:ntk-ridge)
    if not np.isfinite(a).all():
        raise ValueError(
            "kernel and reg must be large enough for finite coefficients, got "
            f"largest eigenvalue {modes.values[-1]:.3g} and reg = {reg:.3g}"
        )
    fitted = modes.vectors @ (shares * (modes.values * inverse)).T
    return KernelFit(a, fitted, modes.rank)
