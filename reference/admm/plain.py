r"""ADMM with a dense solve, and sampled neurons, as the page states them: read first.

With F = [D_1 X, ..., D_P X, -D_1 X, ..., -D_P X] and G = diag((2 D_i - I) X), twice,
the convex program for the squared loss and its splitting are

.. math::

    \min_{G u \ge 0} \; \tfrac12 \|F u - y\|_2^2 + \lambda \sum_b \|u_b\|_2
    \quad\longrightarrow\quad
    \min \; \tfrac12 \|F u - y\|_2^2 + \lambda \sum_b \|\bar u_b\|_2
    \;\text{ s.t. }\; u = \bar u, \; G u = s, \; s \ge 0 .

Nothing here is rescued: the penalty ρ does not look for the units of the data, and the
matrices are formed entry by entry. `admm_convex_relu` and `fit_sampled` do better.
"""

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import nnls

from reference.convex_relu import plain_convex_objective, plain_project

__all__ = ["plain_admm", "plain_sampled"]


def plain_admm(
    X: np.ndarray, y: np.ndarray, masks: np.ndarray, reg: float, *,
    rho: float = 1.0, max_iter: int = 1000,
) -> tuple[np.ndarray, float]:  # fmt: skip
    r"""Return blocks in their cones after some iterations of ADMM, and their gap.

    .. math::

        \big(I + G^\top G + \tfrac1\rho F^\top F\big) u
        = \tfrac1\rho F^\top y + \bar u - \mu + G^\top (s - \tau) .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
    masks : ndarray of bool, shape (P, n)
    reg : float
        λ > 0, for a sum of losses.
    rho : float
        The penalty of the copies.
    max_iter : int

    Returns
    -------
    blocks : ndarray, shape (2, P, d)
        The copies, projected onto their cones.
    gap : float
        How far at most their objective is above the optimum.

    Notes
    -----
    Implements (eq:admm-u), (eq:admm-copies) and (eq:admm-bound): O((d P)³) once
    and O((d P)² + n d P²) for an iteration.

    References
    ----------
    Bai, Gautam and Sojoudi (2022), algorithm 1; Boyd et al. (2011), section 3.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.admm import plain_admm
    >>> X, y = np.array([[1.0], [-1.0]]), np.array([2.0, -3.0])
    >>> masks = np.array([[True, False], [False, True]])
    >>> blocks, gap = plain_admm(X, y, masks, 0.5)
    >>> blocks[:, :, 0].round(3) + 0.0
    array([[ 1.5,  0. ],
           [ 0. , -2.5]])
    """
    d, D = X.shape[1], np.vstack([masks, masks])
    signs = np.repeat([1.0, -1.0], len(masks))
    F = np.hstack([sign * m[:, None] * X for sign, m in zip(signs, D, strict=True)])
    G = block_diag(*[(2.0 * m - 1.0)[:, None] * X for m in D])  # (eq:admm-fg)
    inverse = np.linalg.inv(np.eye(F.shape[1]) + G.T @ G + F.T @ F / rho)
    copy = mu = np.zeros(F.shape[1])
    s = tau = np.zeros(len(G))
    for _ in range(max_iter):
        u = inverse @ (F.T @ y / rho + copy - mu + G.T @ (s - tau))  # (eq:admm-u)
        q = (u + mu).reshape(-1, d)  # shrink blocks: (eq:admm-copies)
        sizes = np.linalg.norm(q, axis=1, keepdims=True)
        shorter = np.maximum(sizes - reg / rho, 0.0) / np.maximum(sizes, reg / rho)
        copy = (shorter * q).ravel()
        s = np.maximum(G @ u + tau, 0.0)
        mu, tau = mu + u - copy, tau + G @ u - s
    nu, eta = y - F @ u, -rho * tau  # multipliers: a point of the dual
    c = np.linalg.norm((F.T @ nu + G.T @ eta).reshape(-1, d), axis=1).max()
    nu = np.clip(y @ nu / (nu @ nu), -reg / c, reg / c) * nu  # (eq:admm-bound)
    blocks = plain_project(copy.reshape(2, -1, d), X, masks)  # (eq:admm-polish)
    value = plain_convex_objective(blocks, X, y, masks, reg)
    return blocks, value - float(y @ nu - 0.5 * nu @ nu)


def plain_sampled(
    X: np.ndarray, y: np.ndarray, neurons: np.ndarray, reg: float
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the best output weights of given neurons, and the dual vector.

    .. math::

        \min_{\alpha} \; \tfrac12 \Big\| \sum_j \alpha_j (X w_j)_+ - y \Big\|_2^2
        + \lambda \|\alpha\|_1 .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
    neurons : ndarray, shape (N, d)
        Unit vectors w_j.
    reg : float
        λ > 0, for a sum of losses.

    Returns
    -------
    output : ndarray, shape (N,)
        α.
    dual : ndarray, shape (n,)
        ν = y minus the fitted values: the point nearest to y with
        ``|ν'(X w_j)₊| <= λ``.

    Notes
    -----
    Implements (eq:scp-projection): the step x = ν - y is the shortest one with
    G x >= h, a least-distance program, and that is one NNLS problem.

    References
    ----------
    Lawson and Hanson (1974), chapter 23.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.admm import plain_sampled
    >>> X, y = np.array([[1.0], [-1.0]]), np.array([2.0, -3.0])
    >>> output, dual = plain_sampled(X, y, np.array([[1.0], [-1.0]]), 0.5)
    >>> output.round(9), dual.round(9)
    (array([ 1.5, -2.5]), array([ 0.5, -0.5]))
    """
    features = np.maximum(neurons @ X.T, 0.0)  # (N, n)
    pull = features @ y
    G = np.vstack([-features, features])  # |features (y + x)| <= reg as G x >= h
    h = np.concatenate([pull - reg, -pull - reg])
    target = np.append(np.zeros(len(y)), 1.0)
    zeta, _ = nnls(np.vstack([G.T, h]), target)
    up, down = zeta.reshape(2, -1)
    output = (up - down) / (1.0 - h @ zeta)
    return output, y - output @ features
