r"""Two-layer networks by linear programming, as the page prints it.

Every activation pattern i of the data has a vector u_i of weights for neurons with
output weight +1 and a vector v_i for output weight -1. In their cones they obey

.. math::

    y \odot \sum_{i=1}^{P} D_i X (u_i - v_i) \ge 1, \qquad
    (2 D_i - I) X u_i \ge 0, \quad (2 D_i - I) X v_i \ge 0 ,

a linear program. Dense matrices, one solver call, no rescue: for small, well-scaled
data. `fit_relu_lp` does the same for the rest.
"""

import numpy as np
from scipy.linalg import block_diag
from scipy.optimize import linprog

__all__ = ["plain_closed_form", "plain_fit_relu_lp", "plain_to_network"]


def plain_fit_relu_lp(
    X: np.ndarray, y: np.ndarray, masks: np.ndarray, objective: str = "feasible"
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return weights u, v of the linear program, solved as it is printed.

    .. math::

        \min_{u, v} \; \|(u, v)\| \quad\text{s.t.}\quad K (u, v) \ge c :
        \quad\text{margins, then the cones of } u, \text{ then those of } v .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
        Labels +1 and -1.
    masks : ndarray of bool, shape (P, n)
    objective : {"feasible", "min_l1", "max_margin"}
        No objective, the sum of absolute values, or the largest of them.

    Returns
    -------
    positive, negative : ndarray, shape (P, d)
        u_i and v_i, in their cones.

    Raises
    ------
    ValueError
        If the solver finds no solution.

    Notes
    -----
    Implements (eq:lp-cones); a dense matrix with (2 P + 1) n rows and 2 P d columns.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.relu_lp import plain_fit_relu_lp
    >>> X, masks = np.array([[1.0], [-2.0]]), np.array([[True, False], [False, True]])
    >>> u, v = plain_fit_relu_lp(X, np.array([1.0, -1.0]), masks, "min_l1")
    >>> u + 0.0, v + 0.0  # x_+ - 1/2 (-x)_+
    (array([[1.],
           [0.]]), array([[ 0. ],
           [-0.5]]))
    """
    (P, n), d = masks.shape, X.shape[1]
    margins = np.hstack([(y * mask)[:, None] * X for mask in masks])
    cones = block_diag(*[(2.0 * mask - 1.0)[:, None] * X for mask in masks])
    K = np.block(  # (eq:lp-cones): K theta >= c
        [[margins, -margins], [cones, 0.0 * cones], [0.0 * cones, cones]]
    )
    c = np.append(np.ones(n), np.zeros(2 * P * n))
    cost, I = np.zeros(2 * P * d), np.eye(2 * P * d)
    if objective != "feasible":  # |theta| <= S s, minimise the sum of s
        S = I if objective == "min_l1" else np.ones((len(I), 1))
        K = np.block([[K, np.zeros((len(K), S.shape[1]))], [I, S], [-I, S]])
        c = np.append(c, np.zeros(2 * len(I)))
        cost = np.append(cost, np.ones(S.shape[1]))
    program = linprog(cost, -K, -c, bounds=(None, None))
    if program.status != 0:
        raise ValueError(f"no solution: {program.message}")
    u, v = program.x[: 2 * P * d].reshape(2, P, d)
    return u, v


def plain_closed_form(
    X: np.ndarray, y: np.ndarray, masks: np.ndarray, gates: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return weights u, v of a network with the outputs y, by linear algebra alone.

    .. math::

        \Theta = (X X^\top) \odot (M^\top M), \quad a = \Theta^{-1} y, \quad
        w_i = X^\top D_i a, \quad u_i, v_i = \pm \tfrac12 w_i + t_i h_i .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray, shape (n,)
    masks : ndarray of bool, shape (P, n)
    gates : ndarray, shape (P, d)
        h_i, strictly inside the cone of pattern i.

    Returns
    -------
    positive, negative : ndarray, shape (P, d)

    Raises
    ------
    LinAlgError
        If Θ is singular.

    Notes
    -----
    Implements (eq:lp-gram), (eq:lp-closed) and (eq:lp-split); O(n² (d + P) + n³).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.relu_lp import plain_closed_form
    >>> X, masks = np.array([[1.0], [-2.0]]), np.array([[True, False], [False, True]])
    >>> gates = np.array([[1.0], [-1.0]])
    >>> plain_closed_form(X, np.array([1.0, -1.0]), masks, gates)
    (array([[1.],
           [0.]]), array([[ 0. ],
           [-0.5]]))
    """
    D = masks.astype(float)  # a product of Booleans is a logical or, not a count
    theta = (X @ X.T) * (D.T @ D)  # (eq:lp-gram)
    w = (D * np.linalg.solve(theta, y)) @ X  # (eq:lp-closed)
    t = np.abs(w @ X.T) / np.abs(2.0 * gates @ X.T)  # (eq:lp-split)
    step = t.max(axis=1, keepdims=True) * gates
    return w / 2.0 + step, -w / 2.0 + step


def plain_to_network(
    positive: np.ndarray, negative: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return the network with the neurons (u_i, +1) and (v_i, -1).

    Parameters
    ----------
    positive, negative : ndarray, shape (P, d)

    Returns
    -------
    hidden : ndarray, shape (d, m)
        One column for each weight vector that is not zero.
    output : ndarray, shape (m,)

    Notes
    -----
    Implements (eq:lp-to-network).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.relu_lp import plain_to_network
    >>> plain_to_network(np.array([[2.0, 1.0]]), np.array([[0.0, 3.0]]))
    (array([[2., 0.],
           [1., 3.]]), array([ 1., -1.]))
    """
    neurons = np.vstack([positive, negative])
    signs = np.append(np.ones(len(positive)), -np.ones(len(negative)))
    used = neurons.any(axis=1)
    return neurons[used].T, signs[used]  # (eq:lp-to-network)
