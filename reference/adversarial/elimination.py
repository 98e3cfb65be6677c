r"""Linear algebra of the robust program: eliminate what is local, solve what couples.

Newton's method on the robust program meets two structures again and again. Bounds a on
absolute values share one linear constraint, so their Hessian is diagonal plus rank one,

.. math:: \operatorname{diag}(A) + \theta\, \varepsilon \varepsilon^\top .

Blocks v and w of a pattern meet the data only in their difference, so the Hessian is

.. math::

    \begin{pmatrix} H_v + C & -C \\ -C & H_w + C \end{pmatrix}, \qquad
    H_v, H_w \text{ block diagonal, } C \text{ dense.}
"""

from collections.abc import Callable

import numpy as np
from scipy.linalg import cho_factor, cho_solve

__all__ = ["eliminate_bounds", "factor_pairs"]


def eliminate_bounds(
    A: np.ndarray, theta: np.ndarray, epsilon: np.ndarray
) -> tuple[Callable[[np.ndarray], np.ndarray], np.ndarray]:
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

    def solve(r: np.ndarray) -> np.ndarray:
        r = r / A
        return r - (theta * share * (r @ epsilon))[..., None] * epsilon / A

    return solve, share


def factor_pairs(
    H: np.ndarray, coupling: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    r"""Return the Newton step of pairs of blocks, as a function of the gradient.

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

    Returns
    -------
    solve : callable
        Takes the gradient (2, P, d) and returns the step (2, P, d).

    Raises
    ------
    LinAlgError
        If rounding makes a matrix indefinite.

    Notes
    -----
    Implements (eq:adv-pairs). The sum of the two equations gives
    (H_u + H_v) v = -g_u - g_v - H_u δ for δ = u - v, and what is left for u has the
    matrix C + (H_u⁻¹ + H_v⁻¹)⁻¹, a sum of semidefinite matrices: O(P d³ + P³ d³), and
    O(P² d²) for each gradient. In thin cones H spans many orders of magnitude, and the
    textbook order I + R' C R with R R' = H_u⁻¹ + H_v⁻¹ cancels the digits that count
    (P8.22).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import factor_pairs
    >>> solve = factor_pairs(np.ones((2, 1, 1, 1)), np.ones((1, 1)))
    >>> solve(np.array([[[3.0]], [[0.0]]])).round(9).ravel()  # [[2, -1], [-1, 2]]
    array([-2., -1.])
    """
    P, d = H.shape[1:3]
    all_three = np.concatenate([H, H[:1] + H[1:]])
    all_three *= 1.0 + 4.5e-16 * np.eye(d)  # lest rounding makes a pivot negative
    *half, together = np.linalg.inv(np.linalg.cholesky(all_three))  # H⁻¹ = half' half
    root = np.linalg.inv(np.linalg.qr(np.concatenate(half, axis=1), mode="r"))
    matrix, block = coupling.copy(), np.arange(P)
    in_blocks = matrix.reshape(P, d, P, d)  # a view
    in_blocks[block, :, block, :] += root @ root.swapaxes(-1, -2)  # (eq:adv-pairs)
    matrix.flat[:: P * d + 1] *= 1.0 + 4e-15
    factor = cho_factor(matrix, lower=True, check_finite=False)

    def apply(matrix: np.ndarray, x: np.ndarray) -> np.ndarray:
        return (matrix @ x[..., None])[..., 0]

    def average(x: np.ndarray) -> np.ndarray:  # (H_u + H_v)⁻¹ x
        return apply(together.swapaxes(-1, -2), apply(together, x))

    def solve(gradient: np.ndarray) -> np.ndarray:
        both = gradient[0] + gradient[1]
        right = apply(H[0], average(both)) - gradient[0]
        delta = cho_solve(factor, right.ravel(), check_finite=False).reshape(P, d)
        v = -average(both + apply(H[0], delta))
        return np.stack([delta + v, v])

    return solve
