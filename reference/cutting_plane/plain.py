r"""Cutting-plane active learning as the page prints it: read this first.

.. math::

    i = \operatorname*{arg\,min}_{i \text{ not bought}} |f(x_i;\theta_c)|, \qquad
    \text{buy } y_i, \qquad
    \theta_c \leftarrow \text{centre of the cuts and cones so far}

Dense matrices and a centre from scratch for every label, for a few dozen patterns.
Chapter 4's closed form is the way in, so it asks for bought rows in general position;
contradicting labels, repeated rows and speed are for `active_learn`.
"""

from collections.abc import Callable

import numpy as np
from scipy.linalg import block_diag

from reference.analytic_center import plain_center
from reference.relu_lp import plain_closed_form

__all__ = ["plain_active_learn", "plain_cut_center"]


def plain_active_learn(
    X: np.ndarray,
    label: Callable[[int], float],
    masks: np.ndarray,
    gates: np.ndarray,
    budget: int,
    *,
    rng: np.random.Generator,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return lifted weights from labels bought where the centre is undecided.

    .. math:: f_i = \sum_p M_{pi}\, x_i^\top (u_p - v_p), \qquad
        i = \operatorname*{arg\,min}_{i \text{ not bought}} |f_i|

    Parameters
    ----------
    X : ndarray, shape (n, d)
    label : callable
        ``label(i)`` sells the label +1 or -1 of row i.
    masks : ndarray of bool, shape (P, n)
    gates : ndarray, shape (P, d)
        Strictly inside the cones.
    budget : int
        Labels to buy.
    rng : numpy.random.Generator
        Breaks ties: before the first label all outputs are zero.

    Returns
    -------
    positive, negative : ndarray, shape (P, d)
        The last centre, in the box of weights up to 1.
    queried : ndarray, shape (budget,)

    Notes
    -----
    Implements {prf:ref}`alg-12-loop`.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.cutting_plane import plain_active_learn
    >>> X = np.array([[-1.0, 1.0], [0.1, 1.0], [1.2, 1.0]])
    >>> gates = np.array([[0.5, 1.0], [-1.0, 0.7], [1.0, 0.7], [1.0, -0.7]])
    >>> y, rng = np.array([1.0, -1.0, 1.0]), np.random.default_rng(0)
    >>> u, v, queried = plain_active_learn(
    ...     X, lambda i: y[i], gates @ X.T > 0, gates, 3, rng=rng)
    >>> np.sign(np.maximum(X @ u.T, 0).sum(1) - np.maximum(X @ v.T, 0).sum(1))
    array([ 1., -1.,  1.])
    """
    u, v = np.zeros(gates.shape), np.zeros(gates.shape)
    queried, y = np.empty(0, dtype=int), np.empty(0)
    for _ in range(budget):
        margin = np.abs((masks * ((u - v) @ X.T)).sum(axis=0))  # (eq:cp-query)
        margin[queried] = np.inf  # a label is bought once
        i = rng.choice(np.flatnonzero(margin == margin.min()))
        queried, y = np.append(queried, i), np.append(y, label(int(i)))
        u, v = plain_cut_center(X[queried], y, masks[:, queried], gates)
    return u, v, queried


def plain_cut_center(
    X: np.ndarray, y: np.ndarray, masks: np.ndarray, gates: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the analytic centre of cones, cuts and the unit box, from scratch.

    .. math::

        \{(u, v) :\; (2D_i - I)Xu_i \ge 0,\; (2D_i - I)Xv_i \ge 0,\;
        y_k f(x_k) \ge 0,\; |u|, |v| \le 1\}

    Parameters
    ----------
    X : ndarray, shape (k, d)
        The bought rows.
    y : ndarray, shape (k,)
        Their labels.
    masks : ndarray of bool, shape (P, k)
    gates : ndarray, shape (P, d)

    Returns
    -------
    positive, negative : ndarray, shape (P, d)

    Raises
    ------
    LinAlgError
        If the closed form of chapter 4 has a singular matrix.

    Notes
    -----
    Implements {eq}`eq:cp-space`; a dense matrix with 2 P (k + 2 d) + k rows.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.cutting_plane import plain_cut_center
    >>> X, y = np.array([[1.0]]), np.array([1.0])
    >>> u, v = plain_cut_center(X, y, np.array([[True]]), np.array([[1.0]]))
    >>> u.round(4), v.round(4)  # 0 < v < u < 1
    (array([[0.7614]]), array([[0.3284]]))
    """
    P, d = gates.shape
    half = np.hstack([y[:, None] * mask[:, None] * X for mask in masks])
    cones = block_diag(*[(2.0 * mask - 1.0)[:, None] * X for mask in masks] * 2)
    box = np.eye(2 * P * d)
    A = np.vstack([-np.hstack([half, -half]), -cones, box, -box])  # (eq:cp-space)
    b = np.append(np.zeros(len(y) + len(cones)), np.ones(2 * len(box)))
    start = np.array(plain_closed_form(X, y, masks, gates)) + gates  # outputs y
    start = plain_center(A, b, 0.5 * start.ravel() / np.abs(start).max())
    u, v = start.reshape(2, P, d)
    return u, v
