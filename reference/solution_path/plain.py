r"""The path and the sensitivity system as the page states them: read this first.

The program of chapter 6 for a sequence of regularisations, each solved from where the
last one ended,

.. math::

    \min_{u_b \in K_b} \; \tfrac12 \| F u - y \|_2^2 + \lambda \sum_b \| u_b \|_2,
    \qquad \lambda = \lambda_1 > \lambda_2 > \dots,

and the linear system for how fast the neurons move. Nothing here is rescued: answers
that are not exact, copies of a neuron, repeated samples on a wall and points at which
there is no derivative are for `regularization_path` and `sensitivity`.
"""

import numpy as np

from reference.convex_relu import plain_gap, plain_project

__all__ = ["plain_path", "plain_sensitivity"]


def plain_path(
    X: np.ndarray, y: np.ndarray, masks: np.ndarray, regs: np.ndarray, *,
    tol: float = 1e-4, max_iter: int = 5000,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""Return the optimal blocks for each regularisation, and the gaps that prove them.

    .. math::

        u^{(k)} = \arg\min_{u_b \in K_b} \tfrac12 \|F u - y\|_2^2
        + \lambda_k \sum_b \|u_b\|_2, \qquad \text{started at } u^{(k-1)} .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
    masks : ndarray of bool, shape (P, n)
    regs : ndarray, shape (k,)
        In the order in which they are solved; falling, the first optimum is near zero.
    tol : float
        Go on at a gap of at most ``tol * ||y||² / 2``.
    max_iter : int
        Or after so many iterations: the gap tells how far that is from the optimum.

    Returns
    -------
    blocks : ndarray, shape (k, 2, P, d)
    gaps : ndarray, shape (k,)

    Notes
    -----
    Implements (eq:path-program) by (eq:convex-fista), {prf:ref}`alg-10-path`.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.solution_path import plain_path
    >>> X, y = np.array([[1.0], [-1.0]]), np.array([2.0, -3.0])
    >>> masks = np.array([[True, False], [False, True]])
    >>> blocks, gaps = plain_path(X, y, masks, np.array([2.5, 0.5]), tol=1e-9)
    >>> blocks[:, :, :, 0].round(3) + 0.0
    array([[[ 0. ,  0. ],
            [ 0. , -0.5]],
    <BLANKLINE>
           [[ 1.5,  0. ],
            [ 0. , -2.5]]])
    """
    M = masks.astype(float)
    L = 2.0 * np.linalg.eigvalsh((X @ X.T) * (M.T @ M)).max()
    u, blocks, gaps = np.zeros((2, len(M), X.shape[1])), [], []
    for reg in regs:
        old, t = u, 1.0  # from the last optimum, without momentum
        for iteration in range(max_iter + 1):
            if iteration % 10 == 0 or iteration == max_iter:
                gap = plain_gap(u, X, y, masks, reg)
                if gap <= tol * 0.5 * y @ y:
                    break
            t, before = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * t**2)), t
            ahead = u + (before - 1.0) / t * (u - old)
            r = y - (M * ((ahead[0] - ahead[1]) @ X.T)).sum(axis=0)
            pull = (M * r) @ X
            q = plain_project(ahead + np.stack([pull, -pull]) / L, X, masks)
            sizes = np.linalg.norm(q, axis=-1, keepdims=True)
            u, old = q * np.maximum(1.0 - reg / L / np.maximum(sizes, reg / L), 0.0), u
        blocks.append(u)
        gaps.append(gap)
    return np.array(blocks), np.array(gaps)


def plain_sensitivity(
    X: np.ndarray, W: np.ndarray, signs: np.ndarray, reg: float, *, tol: float = 1e-9
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return how fast optimal neurons move with the regularisation and the targets.

    .. math::

        \begin{pmatrix} Z^\top Z + \lambda M & C \\ C^\top & 0 \end{pmatrix}
        \begin{pmatrix} \partial w \\ \partial \rho \end{pmatrix}
        = \begin{pmatrix} Z^\top \partial y - \hat w\, \partial \lambda \\ 0
        \end{pmatrix}, \qquad
        M = \operatorname{diag}_k \frac{I - \hat w_k \hat w_k^\top}{\|w_k\|} .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    W : ndarray, shape (K, d)
        The neurons of an optimum, as convex weights: w_k is the hidden vector times the
        size of the output weight. Each neuron once.
    signs : ndarray, shape (K,)
        +1 and -1, the signs of the output weights.
    reg : float
    tol : float
        A sample at most so far from a neuron's wall (both at length 1) is on it.

    Returns
    -------
    dw_dreg : ndarray, shape (K, d)
    dw_dy : ndarray, shape (K, d, n)

    Notes
    -----
    Implements (eq:path-system). The targets do not appear: a residual in the optimality
    condition meets only rows that stay on or stay off.

    References
    ----------
    Mishkin and Pilanci (2023), section 4; Fiacco (1976).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.solution_path import plain_sensitivity
    >>> X = np.array([[1.0, 1.0], [1.0, 0.0]])
    >>> dreg, dy = plain_sensitivity(X, np.array([[0.0, 2.5]]), np.ones(1), 0.5)
    >>> dreg.round(9) + 0.0  # w = (0, y_1 - λ), held on the wall of the second sample
    array([[ 0., -1.]])
    >>> dy[0].round(9) + 0.0
    array([[0., 0.],
           [1., 0.]])
    """
    (K, d), n = W.shape, len(X)
    sizes = np.linalg.norm(W, axis=1)
    heights, rows = W @ X.T / sizes[:, None], np.linalg.norm(X, axis=1)
    on, tied = heights > tol * rows, (np.abs(heights) <= tol * rows) & (rows > 0)
    Z = np.hstack([s * D[:, None] * X for s, D in zip(signs, on, strict=True)])
    J = np.zeros((K * d + tied.sum(),) * 2)
    J[: K * d, : K * d] = Z.T @ Z
    for k, w in enumerate(W):
        at = slice(k * d, (k + 1) * d)
        bend = np.eye(d) - np.outer(w, w) / sizes[k] ** 2
        J[at, at] += reg * bend / sizes[k]
    for c, (k, j) in enumerate(np.argwhere(tied), start=K * d):  # active cone rows
        J[k * d : (k + 1) * d, c] = J[c, k * d : (k + 1) * d] = X[j]
    right = np.zeros((len(J), 1 + n))
    right[: K * d, 0] = -(W / sizes[:, None]).ravel()
    right[: K * d, 1:] = Z.T
    moves = np.linalg.solve(J, right)[: K * d]
    return moves[:, 0].reshape(K, d), moves[:, 1:].reshape(K, d, n)
