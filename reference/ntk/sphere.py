r"""The tangent kernel of any activation on the sphere, by its Hermite coefficients.

For inputs of length √d one hidden layer of units φ has the kernel of a power series in
the cosine,

.. math::

    \Theta(x, z) = \sum_k (k + 1) \, \varphi_k^2 \, c^k, \qquad
    \varphi_k = \mathbb{E}\bigl[ \varphi(g) \, \mathrm{He}_k(g) \bigr],
    \quad g \sim N(0, 1),

with the Hermite polynomials He_k, normalised. The coefficients are all that there is
to know: a polynomial φ has finitely many, and its kernel a rank that no number of
samples raises; √2 max(·, 0) has only one odd coefficient.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from reference.common import (
    as_array,
    as_integer,
    as_matrix,
    as_vector,
    need_callable,
    need_nonzero_rows,
)
from reference.ntk.analytic import row_angles, unit_rows

__all__ = ["hermite_coefficients", "sphere_ntk"]

REACH, NODES = 14.0, 160  # the density is below 1e-43 beyond, twice that many nodes


def hermite_coefficients(
    activation: Callable[[np.ndarray], np.ndarray], count: int
) -> np.ndarray:
    r"""Return the first Hermite coefficients of an activation.

    .. math::

        \varphi_k = \int \varphi(z) \, \mathrm{He}_k(z) \,
            \frac{e^{-z^2/2}}{\sqrt{2\pi}} \, dz

    Parameters
    ----------
    activation : callable
        φ, of an array; smooth but for a kink or jump at 0, which is where the
        quadrature is split.
    count : int
        How many, up to 64.

    Returns
    -------
    ndarray, shape (count,)
        The sum of the squares tends to E φ².

    Raises
    ------
    ValueError
        For bad input, or an activation whose values are not finite.

    Notes
    -----
    Implements (eq:ntk-hermite), by Gauss-Legendre quadrature on [-14, 0] and [0, 14].

    References
    ----------
    Daniely, Frostig and Singer (2016).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ntk import hermite_coefficients
    >>> hermite_coefficients(lambda z: z**2, 4).round(6) + 0.0
    array([1.      , 0.      , 1.414214, 0.      ])
    """
    count = as_integer(count, "count", low=1, high=64)
    need_callable(activation, "activation")
    nodes, weights = np.polynomial.legendre.leggauss(NODES)
    half = REACH * (nodes + 1.0) / 2.0
    z, w = np.concatenate([-half, half]), np.tile(weights * REACH / 2.0, 2)
    values = as_array(activation(z.copy()), "activation", z.shape)
    values = values * w * np.exp(-(z**2) / 2.0) / np.sqrt(2.0 * np.pi)
    below, here = np.zeros_like(z), np.ones_like(z)
    found = np.empty(count)
    for k in range(count):
        found[k] = values @ here
        # √(k+1) He_{k+1} = z He_k - √k He_{k-1}
        below, here = here, (z * here - np.sqrt(k) * below) / np.sqrt(k + 1.0)
    return found


def sphere_ntk(
    X: ArrayLike, coefficients: ArrayLike, Z: ArrayLike | None = None
) -> np.ndarray:
    r"""Return the tangent kernel of one hidden layer with given coefficients.

    .. math::

        \Theta(x, z) = \sum_k (k + 1) \, \varphi_k^2 \cos^k \omega(x, z)

    Parameters
    ----------
    X : array_like, shape (n, d)
        Only directions count: each row stands for the one of length √d.
    coefficients : array_like, shape (K,)
        :math:`\varphi_k`, of `hermite_coefficients`.
    Z : array_like, shape (m, d), optional
        X by default.

    Returns
    -------
    ndarray, shape (n, m)

    Raises
    ------
    ValueError
        For bad input, or a zero row, which has no direction.

    Notes
    -----
    Implements (eq:ntk-sphere). With finitely many coefficients the rank is at most the
    dimension of the polynomials of those degrees on the sphere.

    References
    ----------
    Schoenberg (1942); Daniely, Frostig and Singer (2016).

    Examples
    --------
    φ(z) = z has the linear kernel: 2 cos ω.

    >>> from reference.ntk import sphere_ntk
    >>> sphere_ntk([[1.0, 0.0], [0.0, 3.0]], [0.0, 1.0]).round(12)
    array([[2., 0.],
           [0., 2.]])
    """
    X = as_matrix(X, "X")
    Z = X if Z is None else as_matrix(Z, "Z", columns=X.shape[1])
    a = as_vector(coefficients, "coefficients")
    if not len(a):
        raise ValueError("coefficients needs at least one entry, got 0")
    need_nonzero_rows(X)
    need_nonzero_rows(Z, "Z")
    U, V = unit_rows(X)[0], unit_rows(Z)[0]
    weights = np.arange(1, len(a) + 1) * a**2
    return np.polynomial.polynomial.polyval(np.cos(row_angles(U, V)), weights)
