r"""A network with three layers by one linear program: read this first.

For every pair of an outer pattern :math:`D_l` and an inner one :math:`Q_j` there are
four vectors, one for each pair of signs behind the two hidden layers; find

.. math::

    y_i \sum_{l, j} D_l(i)\, Q_j(i)\, x_i^\top (c^1 - c^2 - c^3 + c^4)_{lj} \ge 1

with all of them in the inner cones, and their sums in the outer ones. Nothing here is
rescued: data in other units, many patterns and four layers are for `fit_deep_relu_lp`.
"""

import numpy as np
from scipy.optimize import linprog

from reference.common import Infeasible

__all__ = ["plain_fit_three_layers", "plain_to_three_layers"]


def plain_fit_three_layers(
    X: np.ndarray, y: np.ndarray, inner: np.ndarray, outer: np.ndarray
) -> np.ndarray:
    r"""Return the vectors of least sum of absolute values for which all margins are 1.

    .. math::

        \min_c \sum |c| \quad \text{with} \quad
        \begin{aligned}
        & y_i \textstyle\sum_l D_l(i) \sum_j Q_j(i)\, x_i^\top
          (c^1 - c^2 - c^3 + c^4)_{lj} \ge 1, \\
        & (2 Q_j(i) - 1)\, x_i^\top c^k_{lj} \ge 0, \\
        & (2 D_l(i) - 1) \textstyle\sum_j Q_j(i)\, x_i^\top (c^1 - c^2)_{lj} \ge 0, \\
        & (2 D_l(i) - 1) \textstyle\sum_j Q_j(i)\, x_i^\top (c^3 - c^4)_{lj} \ge 0 .
        \end{aligned}

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
        Labels +1 and -1.
    inner, outer : ndarray of bool, shapes (P1, n) and (P2, n)
        The masks of the hidden layers.

    Returns
    -------
    ndarray, shape (4, P2, P1, d)

    Raises
    ------
    Infeasible
        Without a certificate: the solver says so.

    Notes
    -----
    Implements (eq:deep-three) as it is printed, a row at a time; dense, with
    8 P1 P2 d variables.

    References
    ----------
    Zhang, Zhang and Pilanci (2024), Theorem 4.2.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.deep_relu_lp import plain_fit_three_layers
    >>> X, y = np.array([[1.0], [-1.0]]), np.array([1.0, -1.0])
    >>> inner = np.array([[True, False], [False, True]])  # sides of the line
    >>> outer = np.array([[True, True]])
    >>> c = plain_fit_three_layers(X, y, inner, outer)
    >>> c[:, 0, :, 0].round(6) + 0.0  # c1 at x > 0, c3 at x < 0: f(x) = x
    array([[ 1.,  0.],
           [ 0.,  0.],
           [ 0., -1.],
           [ 0.,  0.]])
    """
    n, d = X.shape
    P1, P2 = len(inner), len(outer)
    rows, least = [], []

    def add(row: np.ndarray, low: float) -> None:  # row c >= low
        rows.append(-row.ravel())
        least.append(-low)

    for i in range(n):
        through = inner[:, i, None] * X[i]  # Q_j(i) x_i, (P1, d)
        margin = np.zeros((4, P2, P1, d))
        margin[:] = np.array([1, -1, -1, 1])[:, None, None, None] * through
        add(y[i] * outer[:, i, None, None] * margin, 1.0)
        for l in range(P2):
            for k in (0, 2):  # outer cones of c1 - c2 and of c3 - c4
                cone = np.zeros((4, P2, P1, d))
                cone[k, l], cone[k + 1, l] = through, -through
                add((2.0 * outer[l, i] - 1.0) * cone, 0.0)
            for j in range(P1):
                for k in range(4):  # inner cones
                    cone = np.zeros((4, P2, P1, d))
                    cone[k, l, j] = (2.0 * inner[j, i] - 1.0) * X[i]
                    add(cone, 0.0)
    A, size = np.array(rows), 4 * P2 * P1 * d
    answer = linprog(np.ones(2 * size), np.hstack([A, -A]), least)  # c = p - q
    if answer.status != 0:
        raise Infeasible(answer.message)
    return (answer.x[:size] - answer.x[size:]).reshape(4, P2, P1, d)


def plain_to_three_layers(
    c: np.ndarray,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the weights of the network of c: 4 P1 P2 inner and 2 P2 outer units.

    .. math::

        f(x) = \sum_l \Big( \sum_j (x^\top c^1_{lj})_+ - (x^\top c^2_{lj})_+ \Big)_+
             - \sum_l \Big( \sum_j (x^\top c^3_{lj})_+ - (x^\top c^4_{lj})_+ \Big)_+

    Parameters
    ----------
    c : ndarray, shape (4, P2, P1, d)

    Returns
    -------
    W1 : ndarray, shape (d, 4 P1 P2)
    W2 : ndarray, shape (4 P1 P2, 2 P2)
    w3 : ndarray, shape (2 P2,)
        The network is ``np.maximum(np.maximum(X @ W1, 0) @ W2, 0) @ w3``.

    Notes
    -----
    Implements (eq:deep-tree) for three layers. In the cones its outputs on the data
    are those of the program.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.deep_relu_lp import plain_to_three_layers
    >>> c = np.reshape([5.0, 1.0, 2.0, 0.0], (4, 1, 1, 1))
    >>> W1, W2, w3 = plain_to_three_layers(c)
    >>> W1, w3
    (array([[5., 1., 2., 0.]]), array([ 1., -1.]))
    >>> W2
    array([[ 1.,  0.],
           [-1., -0.],
           [ 0.,  1.],
           [-0., -1.]])
    """
    _, P2, P1, d = c.shape
    pairs = c.reshape(2, 2, P2, P1, d).transpose(0, 2, 1, 3, 4)  # (s3, l, s2, j, d)
    W1 = pairs.reshape(-1, d).T
    W2 = np.kron(np.eye(2 * P2), np.repeat([[1.0], [-1.0]], P1, axis=0))
    w3 = np.repeat([1.0, -1.0], P2)
    return W1, W2, w3
