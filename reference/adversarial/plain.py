r"""The attack, the worst case and the robust program as the page states them.

In a box :math:`|\delta_j| \le \varepsilon_j`, with
:math:`\|u\|_\varepsilon = \sum_j \varepsilon_j |u_j|` and the hinge loss,

.. math::

    \min_{u_i, v_i \in K^\varepsilon_i} \; \sum_k \big( 1 - y_k f_k +
    \| g_k \|_\varepsilon \big)_+ + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big),
    \qquad K^\varepsilon_i = \{u : (2 D_i - I) X u \ge \|u\|_\varepsilon \},

where :math:`g_k = \sum_i d_{ik} (u_i - v_i)` and :math:`f_k = x_k^\top g_k`. An array
`blocks` of shape (2, P, d) holds the u_i and the v_i. Read this first: all is linear
but the norms, and a norm is the largest of its tangents. Linear programs do the rest,
for a handful of patterns, and nothing is rescued. `fit_robust` does better.
"""

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import linprog

__all__ = ["plain_fgsm", "plain_robust", "plain_worst_outputs"]


def plain_fgsm(
    X: np.ndarray, y: np.ndarray, hidden: np.ndarray, output: np.ndarray,
    epsilon: np.ndarray,
) -> np.ndarray:  # fmt: skip
    r"""Return samples moved to the corner of the box where the slope points.

    .. math::

        x - y\, \varepsilon \odot \operatorname{sign}\big( \nabla f(x) \big), \qquad
        \nabla f(x) = \sum_{j : x^\top w_j > 0} \alpha_j w_j .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
        Labels +1 and -1.
    hidden : ndarray, shape (d, m)
        Neurons w_j.
    output : ndarray, shape (m,)
        Their output weights α_j.
    epsilon : ndarray, shape (d,)

    Returns
    -------
    ndarray, shape (n, d)

    Notes
    -----
    Implements (eq:adv-fgsm) for losses of the margin (hinge, logistic).

    References
    ----------
    Goodfellow, Shlens and Szegedy (2015), section 4.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import plain_fgsm
    >>> W, alpha = np.array([[1.0, 0.0], [0.0, 2.0]]), np.array([1.0, -1.0])
    >>> plain_fgsm(np.array([[2.0, 3.0]]), np.array([1.0]), W, alpha, np.full(2, 0.25))
    array([[1.75, 3.25]])
    """
    slope = ((X @ hidden > 0) * output) @ hidden.T
    return X - y[:, None] * epsilon * np.sign(slope)  # (eq:adv-fgsm)


def plain_worst_outputs(
    blocks: np.ndarray, X: np.ndarray, masks: np.ndarray, epsilon: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the smallest and the largest output on the box around each sample.

    .. math::

        f_k \mp \| g_k \|_\varepsilon, \qquad g_k = \sum_i d_{ik} (u_i - v_i), \qquad
        f_k = x_k^\top g_k .

    Parameters
    ----------
    blocks : ndarray, shape (2, P, d)
        In their robust cones: elsewhere this bounds nothing.
    X : ndarray, shape (n, d)
    masks : ndarray of bool, shape (P, n)
    epsilon : ndarray, shape (d,)

    Returns
    -------
    lowest, highest : ndarray, shape (n,)

    Notes
    -----
    Implements (eq:adv-affine).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import plain_worst_outputs
    >>> X, masks = np.array([[2.0], [-2.0]]), np.array([[True, False]])
    >>> blocks = np.array([[[3.0]], [[1.0]]])  # 3 (x)_+ - (x)_+
    >>> plain_worst_outputs(blocks, X, masks, np.array([0.5]))
    (array([3., 0.]), array([5., 0.]))
    """
    g = masks.T.astype(float) @ (blocks[0] - blocks[1])
    f, t = (X * g).sum(axis=1), np.abs(g) @ epsilon  # (eq:adv-affine)
    return f - t, f + t


def plain_robust(
    X: np.ndarray, y: np.ndarray, masks: np.ndarray, reg: float, epsilon: np.ndarray, *,
    tol: float = 1e-6, max_iter: int = 100,
) -> tuple[np.ndarray, float, float]:  # fmt: skip
    r"""Return the optimal blocks of the robust program, their objective and its gap.

    .. math::

        \min \; \sum_k e_k + \lambda \sum_b t_b \quad \text{s.t.} \quad
        \begin{cases}
        (2 D_b - I) X u_b \ge \varepsilon^\top a_b, \; a_b \ge |u_b|, \\
        e_k \ge 1 - y_k f_k + \varepsilon^\top c_k, \; e_k \ge 0, \\
        c_k \ge |g_k|, \\
        t_b \ge q^\top u_b \text{ for unit vectors } q \text{ met.}
        \end{cases}

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
        Labels +1 and -1.
    masks : ndarray of bool, shape (P, n)
    reg : float
        λ > 0, for a sum of losses.
    epsilon : ndarray, shape (d,)
    tol : float
        Stop at a gap of at most ``tol * n``: the zero network has the loss n.
    max_iter : int
        Or after so many linear programs: look at the gap.

    Returns
    -------
    blocks : ndarray, shape (2, P, d)
    objective : float
        Worst-case hinge loss plus λ times the norms.
    gap : float
        How far at most that is above the optimum.

    Notes
    -----
    Implements (eq:adv-program), {prf:ref}`alg-08-plain`: tangents bound the norms from
    below, so every linear program is a lower bound.

    References
    ----------
    Bai, Gautam and Sojoudi (2022), section 4; Kelley (1960).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import plain_robust
    >>> X, y = np.array([[2.0], [-2.0]]), np.array([1.0, -1.0])
    >>> masks = np.array([[True, False], [False, True]])
    >>> blocks, objective, gap = plain_robust(X, y, masks, 0.3, np.array([0.5]))
    >>> blocks[:, :, 0].round(3) + 0.0
    array([[ 0.667,  0.   ],
           [ 0.   , -0.667]])
    >>> round(objective, 6), bool(gap < 1e-6)
    (0.4, True)
    """
    side, D, kind = 2.0 * masks - 1.0, masks.astype(float), (2, len(masks), X.shape[1])
    shapes = [kind, kind, X.shape, y.shape, kind[:2]]  # of u, a, c, e, t
    ends = np.cumsum([np.prod(shape) for shape in shapes])

    def split(z: np.ndarray) -> list[np.ndarray]:
        parts = np.split(z, ends[:-1])
        return [part.reshape(s) for part, s in zip(parts, shapes, strict=True)]

    def slacks(z: np.ndarray, one: float) -> np.ndarray:
        u, a, c, e, _ = split(z)
        g = D.T @ (u[0] - u[1])
        cones = side * (u @ X.T) - (a @ epsilon)[..., None]  # (eq:adv-cone)
        hinge = e - (one - y * (X * g).sum(axis=1) + c @ epsilon)  # (eq:adv-hinge)
        parts = cones, a - u, a + u, c - g, c + g, hinge
        return np.concatenate([part.ravel() for part in parts])

    at_zero = slacks(np.zeros(ends[-1]), 1.0)
    A = np.array([slacks(z, 0.0) for z in np.eye(ends[-1])]).T  # slacks: A z + at_zero
    cost = np.repeat([0.0, 1.0, reg], [ends[2], len(y), 2 * len(masks)])
    bounds = [(None if price == 0.0 else 0.0, None) for price in cost]
    for _ in range(max_iter):
        z = linprog(cost, -A, at_zero, bounds=bounds).x
        u, _, _, e, t = split(z)
        sizes = np.linalg.norm(u, axis=-1)
        gap = reg * (sizes - t).sum()
        if gap <= tol * len(y):
            break
        q = u / np.maximum(sizes, 1e-300)[..., None]
        tangents = np.zeros((t.size, ends[-1]))  # t - q'u >= 0: (eq:adv-tangent)
        tangents[:, : ends[0]] = block_diag(*-q.reshape(-1, X.shape[1]))
        tangents[:, ends[3] :] = np.eye(t.size)
        A, at_zero = np.vstack([A, tangents]), np.append(at_zero, np.zeros(t.size))
    return u, float(e.sum() + reg * sizes.sum()), float(gap)
