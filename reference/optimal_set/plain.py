r"""The optimal polytope and one step of pruning as the page states them: read first.

At an optimum with residual r = y - ŷ, a block u_b that is not zero points along the
projection of :math:`F_b^\top r` on its cone, and that projection has length λ. So

.. math::

    e_b = \Pi_{K_b}(F_b^\top r) / \lambda, \qquad Q = [F_b e_b], \qquad
    \{ (\alpha_b e_b)_b : \alpha \ge 0,\; Q \alpha = \hat y \}

is the set of all optima. Nothing here is rescued: residuals of a solver that stopped
early, copies of one neuron in neighbouring cones and blocks a little outside their
cones are for `optimal_set` and `prune`.
"""

import numpy as np

from reference.convex_relu import plain_project

__all__ = ["plain_polytope", "plain_prune_step"]


def plain_polytope(
    X: np.ndarray, y: np.ndarray, fitted: np.ndarray, masks: np.ndarray, reg: float,
    *, tol: float = 1e-6,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:  # fmt: skip
    r"""Return which blocks may be non-zero in an optimum, their directions, and Q.

    .. math::

        e_b = \frac{\Pi_{K_b}(F_b^\top r)}{\|\Pi_{K_b}(F_b^\top r)\|}, \qquad
        \text{allowed: } \|\Pi_{K_b}(F_b^\top r)\| \ge (1 - \text{tol})\, \lambda .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y, fitted : ndarray, shape (n,)
        Targets, and the fitted values of an optimum: they are unique.
    masks : ndarray of bool, shape (P, n)
    reg : float
        λ > 0.
    tol : float
        How far below λ a projection may be and still count as of length λ.

    Returns
    -------
    allowed : ndarray of bool, shape (2, P)
        Row 0 for blocks with output weight +1, row 1 for -1.
    directions : ndarray, shape (K, d)
        Unit vectors e_b of the K allowed blocks, in the order of ``allowed``.
    Q : ndarray, shape (n, K)
        Their outputs, with sign.

    Notes
    -----
    Implements (eq:optimal-directions) and (eq:optimal-q).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.optimal_set import plain_polytope
    >>> X = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    >>> masks = np.array([[1, 0, 0, 1], [0, 1, 1, 0], [1, 1, 0, 0], [0, 0, 1, 1]]) > 0
    >>> y, fitted = np.full(4, 2.0), np.full(4, 1.5)
    >>> allowed, directions, Q = plain_polytope(X, y, fitted, masks, 1.0)
    >>> directions.round(9) + 0.0
    array([[ 1.,  0.],
           [-1.,  0.],
           [ 0.,  1.],
           [ 0., -1.]])
    """
    q = (masks * (y - fitted)) @ X
    q = plain_project(np.stack([q, -q]), X, masks)
    sizes = np.linalg.norm(q, axis=-1)
    allowed = sizes >= (1.0 - tol) * reg
    directions = q[allowed] / sizes[allowed][:, None]  # (eq:optimal-directions)
    signs = np.where(np.nonzero(allowed)[0] == 0, 1.0, -1.0)
    return allowed, directions, signs * np.maximum(X @ directions.T, 0.0)


def plain_prune_step(
    blocks: np.ndarray, X: np.ndarray, masks: np.ndarray
) -> np.ndarray:
    r"""Return blocks with the same fitted values and one block less, if that can be.

    .. math::

        \sum_b \beta_b F_b u_b = 0, \qquad \sum_b \beta_b \|u_b\| \ge 0, \qquad
        u_b \leftarrow \Big(1 - \frac{\beta_b}{\max_c \beta_c}\Big) u_b .

    Parameters
    ----------
    blocks : ndarray, shape (2, P, d)
        The u_i and the v_i, in their cones.
    X : ndarray, shape (n, d)
    masks : ndarray of bool, shape (P, n)

    Returns
    -------
    ndarray, shape (2, P, d)
        The blocks as they came if the outputs of the non-zero ones are independent.

    Notes
    -----
    Implements (eq:optimal-prune). Repeat it until nothing changes.

    References
    ----------
    Mishkin and Pilanci (2023), algorithm 1, with the sign of β chosen.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.optimal_set import plain_prune_step
    >>> masks = np.array([[True, False], [True, True]])
    >>> blocks = np.array([[[3.0, -9.0], [1.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]])
    >>> plain_prune_step(blocks, np.eye(2), masks)[0].round(9) + 0.0
    array([[0., 0.],
           [4., 0.]])
    """
    outputs = masks * (blocks @ X.T) * np.array([1.0, -1.0])[:, None, None]
    used = blocks.any(axis=-1)
    Z, norms = outputs[used].T, np.linalg.norm(blocks[used], axis=-1)
    if np.linalg.matrix_rank(Z) == Z.shape[1]:
        return blocks
    beta = np.linalg.svd(Z)[2][-1]  # Z beta = 0
    beta = beta if beta @ norms >= 0.0 else -beta  # or the penalty may grow
    factors = 1.0 - beta / beta.max()
    factors[beta.argmax()] = 0.0
    pruned = blocks.copy()
    pruned[used] *= factors[:, None]
    return pruned
