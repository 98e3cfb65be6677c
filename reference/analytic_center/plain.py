r"""The analytic centre as the page tells it: damped Newton steps, and a central cut.

.. math::

    z_c = \arg\min_z F(z), \qquad F(z) = -\sum_i \log(b_i - a_i^\top z)

Read this first. It asks for a strictly interior start and for a bounded set; what to
do without them, and how to be fast, is in the other files of this folder.
"""

from collections.abc import Callable

import numpy as np

from reference.common import NotConverged

__all__ = ["plain_center", "plain_cut", "plain_newton_step"]


def plain_newton_step(
    A: np.ndarray, b: np.ndarray, z: np.ndarray
) -> tuple[np.ndarray, float]:
    r"""Return the Newton step of the barrier at z, and the Newton decrement.

    .. math::

        H \Delta z = -\nabla F, \qquad
        \delta = \sqrt{\Delta z^\top H \Delta z} = \|W \Delta z\|

    Parameters
    ----------
    A : ndarray, shape (m, d)
    b : ndarray, shape (m,)
    z : ndarray, shape (d,)
        Strictly inside: b - A z > 0.

    Returns
    -------
    dz : ndarray, shape (d,)
    decrement : float

    Notes
    -----
    Implements {eq}`eq:ac-derivatives` and {eq}`eq:ac-newton`; O(m d^2 + d^3).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.analytic_center import plain_newton_step
    >>> A, b = np.array([[1.0], [-1.0]]), np.array([1.0, 1.0])
    >>> dz, decrement = plain_newton_step(A, b, np.array([0.5]))
    >>> dz.round(6), round(decrement, 4)
    (array([-0.3]), 0.6325)
    """
    W = A / (b - A @ z)[:, None]
    gradient, H = W.sum(axis=0), W.T @ W  # (eq:ac-derivatives)
    dz = -np.linalg.solve(H, gradient)  # (eq:ac-newton)
    return dz, float(np.linalg.norm(W @ dz))  # (eq:ac-line)


def plain_center(
    A: np.ndarray,
    b: np.ndarray,
    start: np.ndarray,
    *,
    tol: float = 1e-10,
    max_iter: int = 200,
    callback: Callable[[np.ndarray], object] | None = None,
) -> np.ndarray:
    r"""Return the analytic centre of a bounded polytope, from a point inside it.

    .. math:: \min_z\; -\sum_{i=1}^m \log(b_i - a_i^\top z)

    Parameters
    ----------
    A : ndarray, shape (m, d)
    b : ndarray, shape (m,)
    start : ndarray, shape (d,)
        Strictly inside: b - A start > 0.
    tol : float
        Bounds decrement^2 / 2 at the point returned.
    max_iter : int
        Newton steps at most.
    callback : callable, optional
        Called with every iterate, the start and the centre included.

    Returns
    -------
    ndarray, shape (d,)

    Raises
    ------
    ValueError
        The start is not strictly inside.
    NotConverged
        No centre after ``max_iter`` steps; an unbounded set has none.

    Notes
    -----
    Implements {prf:ref}`alg-02-newton`. `analytic_center` needs neither a start nor a
    bounded set, and factors fewer Hessians.

    References
    ----------
    Boyd and Vandenberghe (2004), section 9.6.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.analytic_center import plain_center
    >>> A, b = np.array([[1.0], [1.0], [-1.0]]), np.ones(3)
    >>> plain_center(A, b, np.array([0.9])).round(6)
    array([-0.333333])
    """
    z = np.array(start, dtype=float)
    if not (b - A @ z > 0).all():
        raise ValueError("start must be strictly inside: some b - A start is not > 0")
    for _ in range(max_iter):
        dz, decrement = plain_newton_step(A, b, z)
        if callback is not None:
            callback(z)
        if decrement**2 / 2 <= tol:
            return z
        if decrement > 0.25:
            dz = dz / (1 + decrement)  # (eq:ac-damped)
        z = z + dz
    raise NotConverged(f"no centre after {max_iter} Newton steps", z)


def plain_cut(
    A: np.ndarray, b: np.ndarray, center: np.ndarray, normal: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the polytope after a cut through its centre, and the new centre.

    .. math::

        \{z : Az \le b,\; a^\top z \le a^\top z_c\}, \qquad
        z = z_c - \frac{\alpha}{\sigma} H^{-1} a, \quad \sigma^2 = a^\top H^{-1} a

    Parameters
    ----------
    A : ndarray, shape (m, d)
    b : ndarray, shape (m,)
    center : ndarray, shape (d,)
        The analytic centre of the rows.
    normal : ndarray, shape (d,)
        a, not zero.

    Returns
    -------
    A : ndarray, shape (m + 1, d)
        The new row last.
    b : ndarray, shape (m + 1,)
    center : ndarray, shape (d,)

    Notes
    -----
    Implements {prf:ref}`alg-02-cut`: with alpha = 0.618 the start is within 0.652 of
    the new optimum ({prf:ref}`thm-02-cut`). `add_cut` also knows deep cuts.

    References
    ----------
    Boyd, Vandenberghe and Skaf (2008), section 2.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.analytic_center import plain_cut
    >>> A, b = np.array([[1.0], [-1.0]]), np.ones(2)
    >>> A, b, center = plain_cut(A, b, np.zeros(1), np.array([2.0]))
    >>> b, center.round(4)
    (array([1., 1., 0.]), array([-0.5774]))
    """
    W = A / (b - A @ center)[:, None]
    step = -np.linalg.solve(W.T @ W, normal)  # (eq:ac-cut-step)
    sigma = np.sqrt(-normal @ step)
    start = center + 0.618 / sigma * step
    A, b = np.vstack([A, normal]), np.append(b, normal @ center)
    return A, b, plain_center(A, b, start)
