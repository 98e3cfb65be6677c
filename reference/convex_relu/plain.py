r"""The convex program of a two-layer network as the page states it: read this first.

Blocks :math:`u_i, v_i` for every activation pattern D_i, with output weight +1 and -1,

.. math::

    \min_{u_i, v_i \in K_i} \; \tfrac12 \Big\| \sum_i D_i X (u_i - v_i) - y \Big\|_2^2
    + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big), \qquad
    K_i = \{u : (2 D_i - I) X u \ge 0\} .

An array `blocks` of shape (2, P, d) holds the u_i and the v_i; one of shape (1, P, d)
is a gated model, which has neither signs nor cones. Nothing here is rescued: zero
targets, zero data, very uneven rows and thin cones are for `fit_convex_relu`.
"""

import numpy as np
from scipy.optimize import nnls

__all__ = ["plain_convex_objective", "plain_fista", "plain_gap", "plain_project"]


def _plain_fitted(blocks: np.ndarray, X: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """F u: the fitted values, (n,)."""
    difference = blocks[0] - blocks[1] if len(blocks) == 2 else blocks[0]
    return (masks * (difference @ X.T)).sum(axis=0)


def _plain_pull(r: np.ndarray, X: np.ndarray, masks: np.ndarray, k: int) -> np.ndarray:
    """F' r, (k, P, d): the v_i count with a minus sign."""
    q = (masks * r) @ X
    return np.stack([q, -q][:k])


def plain_project(blocks: np.ndarray, X: np.ndarray, masks: np.ndarray) -> np.ndarray:
    r"""Return the nearest blocks in their cones; a gated model has none.

    .. math::

        \Pi_{K_b}(q) = q + S_b^\top \rho, \qquad
        \rho = \arg\min_{\rho \ge 0} \| q + S_b^\top \rho \|_2, \qquad
        S_b = (2 D_b - I) X .

    Parameters
    ----------
    blocks : ndarray, shape (2, P, d), or (1, P, d) for a gated model
    X : ndarray, shape (n, d)
    masks : ndarray of bool, shape (P, n)

    Returns
    -------
    ndarray, of the shape of the blocks

    Notes
    -----
    Implements (eq:convex-moreau).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.convex_relu import plain_project
    >>> masks = np.array([[True, False]])  # the cone is u_1 >= 0, u_2 <= 0
    >>> plain_project(np.array([[[3.0, 4.0]], [[3.0, -4.0]]]), np.eye(2), masks)
    array([[[ 3.,  0.]],
    <BLANKLINE>
           [[ 3., -4.]]])
    """
    if len(blocks) == 1:
        return blocks
    S = (2.0 * masks - 1.0)[:, :, None] * X
    return np.array([[q + s.T @ nnls(s.T, -q)[0] for q, s in zip(part, S, strict=True)]
                     for part in blocks])  # fmt: skip


def plain_convex_objective(
    blocks: np.ndarray, X: np.ndarray, y: np.ndarray, masks: np.ndarray, reg: float
) -> float:
    r"""Return the objective of the convex program.

    .. math::

        \tfrac12 \| F u - y \|_2^2 + \lambda \sum_b \| u_b \|_2 .

    Parameters
    ----------
    blocks : ndarray, shape (2, P, d), or (1, P, d) for a gated model
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
    masks : ndarray of bool, shape (P, n)
    reg : float
        λ, for a sum of losses.

    Returns
    -------
    float

    Notes
    -----
    Implements (eq:convex-c).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.convex_relu import plain_convex_objective
    >>> X, y = np.array([[1.0], [-1.0]]), np.array([2.0, -3.0])
    >>> masks = np.array([[True, False], [False, True]])
    >>> blocks = np.array([[[1.5], [0.0]], [[0.0], [-2.5]]])  # 1.5 x_+ - 2.5 (-x)_+
    >>> plain_convex_objective(blocks, X, y, masks, 0.5)
    2.25
    """
    r = y - _plain_fitted(blocks, X, masks)
    return float(0.5 * r @ r + reg * np.linalg.norm(blocks, axis=-1).sum())


def plain_gap(
    blocks: np.ndarray, X: np.ndarray, y: np.ndarray, masks: np.ndarray, reg: float
) -> float:
    r"""Return how far at most the objective is above the optimum.

    .. math::

        \text{objective} - \big( y^\top \nu - \tfrac12 \|\nu\|_2^2 \big), \qquad
        \nu = \gamma r, \quad
        \gamma = \mathrm{clip}\Big( \frac{y^\top r}{\|r\|^2}, \pm \frac{\lambda}{c}
        \Big), \quad c = \max_b \| \Pi_{K_b} (F_b^\top r) \| .

    Parameters
    ----------
    blocks : ndarray, shape (2, P, d), or (1, P, d) for a gated model
        In their cones.
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
    masks : ndarray of bool, shape (P, n)
    reg : float

    Returns
    -------
    float

    Notes
    -----
    Implements (eq:convex-gap); a non-negative least-squares problem for every block.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.convex_relu import plain_gap
    >>> X, y = np.array([[1.0], [-1.0]]), np.array([2.0, -3.0])
    >>> masks = np.array([[True, False], [False, True]])
    >>> plain_gap(np.zeros((2, 2, 1)), X, y, masks, 3.0)  # zero is optimal
    0.0
    """
    r = y - _plain_fitted(blocks, X, masks)
    pulls = plain_project(_plain_pull(r, X, masks, len(blocks)), X, masks)
    c = np.linalg.norm(pulls, axis=-1).max()  # (eq:convex-dual-norm)
    scale = np.clip(y @ r / (r @ r), -reg / c, reg / c)
    nu = scale * r  # feasible in the dual, so a lower bound
    bound = y @ nu - 0.5 * nu @ nu
    return plain_convex_objective(blocks, X, y, masks, reg) - float(bound)


def plain_fista(
    X: np.ndarray, y: np.ndarray, masks: np.ndarray, reg: float, *, gated: bool = False,
    tol: float = 1e-4, max_iter: int = 5000,
) -> tuple[np.ndarray, float]:  # fmt: skip
    r"""Return the optimal blocks, and the gap that proves how good they are.

    .. math::

        \tilde u = u + \frac{t - 1}{t^+} (u - u^-), \qquad
        u^+ = \mathrm{prox}\Big( \tilde u + \frac{F^\top (y - F \tilde u)}{L} \Big),
        \qquad L = \|F\|^2 .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
    masks : ndarray of bool, shape (P, n)
    reg : float
        λ > 0, for a sum of losses.
    gated : bool
        One block for each pattern, and no cones.
    tol : float
        Stop at a gap of at most ``tol * ||y||² / 2``.
    max_iter : int
        Or after so many iterations: the gap tells how far that is from the optimum.

    Returns
    -------
    blocks : ndarray, shape (2, P, d), or (1, P, d) if gated
    gap : float
        That of the blocks returned.

    Notes
    -----
    Implements (eq:convex-fista), {prf:ref}`alg-06-fista`. ‖F‖² is the largest
    eigenvalue of (XX') ∘ (M'M), M the masks as numbers, and twice that with both signs.

    References
    ----------
    Beck and Teboulle (2009).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.convex_relu import plain_fista
    >>> X, y = np.array([[1.0], [-1.0]]), np.array([2.0, -3.0])
    >>> masks = np.array([[True, False], [False, True]])
    >>> blocks, gap = plain_fista(X, y, masks, 0.5, tol=1e-9)
    >>> blocks[:, :, 0].round(3) + 0.0
    array([[ 1.5,  0. ],
           [ 0. , -2.5]])
    """
    k, M = 1 if gated else 2, masks.astype(float)
    L = k * np.linalg.eigvalsh((X @ X.T) * (M.T @ M)).max()
    u = old = np.zeros((k, len(masks), X.shape[1]))
    gap, t = plain_gap(u, X, y, masks, reg), 1.0
    for iteration in range(1, max_iter + 1):
        t, before = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * t**2)), t
        ahead = u + (before - 1.0) / t * (u - old)
        r = y - _plain_fitted(ahead, X, masks)
        q = plain_project(ahead + _plain_pull(r, X, masks, k) / L, X, masks)
        sizes = np.linalg.norm(q, axis=-1, keepdims=True)  # shrink: (eq:convex-prox)
        shorter = np.maximum(sizes - reg / L, 0.0) / np.maximum(sizes, reg / L)
        u, old = shorter * q, u
        if iteration % 10 == 0 or iteration == max_iter:
            gap = plain_gap(u, X, y, masks, reg)
            if gap <= tol * 0.5 * y @ y:
                break
    return u, gap
