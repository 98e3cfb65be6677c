r"""Linear algebra of the robust program: eliminate what is local, solve what couples.

Newton's method on the robust program meets two structures again and again. Bounds a on
absolute values share one linear constraint, so their Hessian is diagonal plus rank one,

.. math:: \operatorname{diag}(A) + \theta\, \varepsilon \varepsilon^\top .

Blocks v and w of a pattern meet the data only in their difference, so the Hessian is

.. math::

    \begin{pmatrix} H_v + C & -C \\ -C & H_w + C \end{pmatrix}, \qquad
    H_v, H_w \text{ block diagonal, } C \text{ dense.}
"""

import numpy as np
from scipy.linalg import cho_factor, cho_solve

__all__ = ["eliminate_bounds", "solve_pairs"]


def eliminate_bounds(A, theta, epsilon):
    r"""Return the inverse of a diagonal plus a rank one, and the share of the latter.

    .. math::

        \big( \operatorname{diag}(A) + \theta \varepsilon \varepsilon^\top \big)^{-1} r
        = s - \sigma \theta\, (\varepsilon^\top s)\, A^{-1} \varepsilon, \quad
        s = A^{-1} r, \quad
        \sigma = \frac{1}{1 + \theta\, \varepsilon^\top A^{-1} \varepsilon} .

    Parameters
    ----------
    A : ndarray, shape (..., d)
        Positive.
    theta : ndarray, shape (...)
        Zero or positive.
    epsilon : ndarray, shape (d,)

    Returns
    -------
    solve : callable
        Takes r (..., d) and returns the solution (..., d).
    share : ndarray, shape (...)
        σ: a row of weight θ keeps weight σθ once the bounds are eliminated.

    Notes
    -----
    Implements (eq:adv-sherman); O(d) per system. No input checks: an inner loop.

    References
    ----------
    Golub and Van Loan (2013), section 2.1.4.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import eliminate_bounds
    >>> solve, share = eliminate_bounds(np.ones(2), np.array(1.0), np.ones(2))
    >>> solve(np.array([3.0, 0.0])), float(share * 3)  # [[2, 1], [1, 2]] x = (3, 0)
    (array([ 2., -1.]), 1.0)
    """
    share = 1.0 / (1.0 + theta * (epsilon**2 / A).sum(-1))

    def solve(r):
        r = r / A
        return r - (theta * share * (r @ epsilon))[..., None] * epsilon / A

    return solve, share


def solve_pairs(H, coupling, gradient):
    r"""Return the Newton step of pairs of blocks that meet only in their differences.

    .. math::

        \begin{pmatrix} H_v + C & -C \\ -C & H_w + C \end{pmatrix}
        \begin{pmatrix} v \\ w \end{pmatrix} =
        - \begin{pmatrix} g_v \\ g_w \end{pmatrix}

    Parameters
    ----------
    H : ndarray, shape (2, P, d, d)
        Symmetric positive definite blocks of H_v and of H_w.
    coupling : ndarray, shape (P d, P d)
        C, symmetric positive semidefinite.
    gradient : ndarray, shape (2, P, d)

    Returns
    -------
    ndarray, shape (2, P, d)

    Raises
    ------
    LinAlgError
        If rounding makes a matrix indefinite.

    Notes
    -----
    Implements (eq:adv-pairs). The sum of the two equations gives
    (H_v + H_w) w = -g_v - g_w - H_v u for u = v - w, and what is left for u has the
    matrix C + (H_v⁻¹ + H_w⁻¹)⁻¹, a sum of semidefinite matrices: O(P d³ + P³ d³). In
    thin cones H spans many orders of magnitude, and the textbook order
    I + R' C R with R R' = H_v⁻¹ + H_w⁻¹ cancels the digits that count (P8.22).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import solve_pairs
    >>> H = np.ones((2, 1, 1, 1))  # [[2, -1], [-1, 2]] x = -(3, 0)
    >>> solve_pairs(H, np.ones((1, 1)), np.array([[[3.0]], [[0.0]]])).round(9).ravel()
    array([-2., -1.])
    """
    P, d = gradient.shape[1:]
    H = H * (1.0 + 1e-14 * np.eye(d))  # rounding must not make a pivot negative
    half = np.linalg.inv(np.linalg.cholesky(H))  # H⁻¹ = half' half
    root = np.linalg.inv(np.linalg.qr(np.concatenate(list(half), axis=1), mode="r"))
    together = np.linalg.inv(np.linalg.cholesky(H[0] + H[1]))

    def apply(matrix, x):
        return (matrix @ x[..., None])[..., 0]

    def average(x):  # (H_v + H_w)⁻¹ x
        return apply(together.swapaxes(-1, -2), apply(together, x))

    both = gradient.sum(axis=0)
    right = apply(H[0], average(both)) - gradient[0]
    matrix, block = coupling.reshape(P, d, P, d).copy(), np.arange(P)
    matrix[block, :, block, :] += root @ root.swapaxes(-1, -2)  # (eq:adv-pairs)
    matrix = matrix.reshape(P * d, P * d)
    matrix[np.diag_indices(P * d)] *= 1.0 + 1e-14
    u = cho_solve(cho_factor(matrix), right.ravel()).reshape(P, d)
    w = -average(both + apply(H[0], u))
    return np.stack([u + w, w])
