r"""Certificates for the convex program of a two-layer ReLU network.

With the activation patterns D_1, ..., D_P of the data X and signs
:math:`\xi_b = \pm 1`, one block b per pattern and sign, the dual program is

.. math::

    \max_{\nu} \; y^\top \nu - \tfrac12 \|\nu\|_2^2 \quad \text{s.t.} \quad
    \min_{\rho \ge 0} \| \xi_b X^\top D_b \nu - C_b \rho \|_2 \le \lambda
    \;\text{ for all } b, \qquad C_b = -X^\top (2 D_b - I).

Every feasible ν bounds the optimum from below. A scaled residual of any point is
feasible, so every point, however it was found, brings a certificate along.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import nnls

from reference.activation_patterns import Patterns
from reference.common import NotConverged, as_masks, as_matrix, as_real, as_vector
from reference.convex_relu.objective import lifted_operator, total_norm
from reference.relu_lp import (
    ConvexWeights,
    LiftedOperator,
    as_blocks,
    convex_output,
)

__all__ = [
    "cone_dual_norms",
    "critical_reg",
    "duality_gap",
    "scaled_residual_gap",
]


def scaled_residual_gap(
    y: ArrayLike, residual: ArrayLike, penalty: float, reg: float, dual_norm: float
) -> float:
    r"""Return a bound on how far a point is from the optimum, by scaling its residual.

    .. math::

        \tfrac12\|r\|^2 + \lambda R - \max_\gamma \{ \gamma\, y^\top r
        - \tfrac12 \gamma^2 \|r\|^2 : |\gamma|\, c \le \lambda \} .

    Parameters
    ----------
    y : array_like, shape (n,)
    residual : array_like, shape (n,)
        r = y minus the fitted values of a feasible point.
    penalty : float
        R, the sum of the point's block norms.
    reg : float
        The regularisation λ.
    dual_norm : float
        c, at least the largest dual norm of r over the blocks (`cone_dual_norms`).

    Returns
    -------
    float

    Notes
    -----
    Implements (eq:convex-gap); O(n).

    Examples
    --------
    >>> from reference.convex_relu import scaled_residual_gap
    >>> # min (u - 3)²/2 + |u| at u = 2
    >>> scaled_residual_gap([3.0], [1.0], 2.0, 1.0, 1.0)
    0.0
    """
    y = as_vector(y)
    r = as_vector(residual, "residual", size=len(y))
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    penalty = as_real(penalty, "penalty", low=0.0)
    dual_norm = as_real(dual_norm, "dual_norm", low=0.0)
    square, inner = float(r @ r), float(y @ r)
    gamma = inner / max(square, np.finfo(float).tiny)
    if abs(gamma) * dual_norm > reg:
        gamma = float(np.copysign(reg / dual_norm, inner))
    return 0.5 * square + reg * penalty - (gamma * inner - 0.5 * gamma**2 * square)


def cone_dual_norms(
    X: ArrayLike, masks: np.ndarray, residual: ArrayLike, *, above: float = 0.0
) -> np.ndarray:
    r"""Return the dual norm of a residual for every block.

    .. math::

        c_b = \min_{\rho \ge 0} \| \xi_b X^\top D_b r - C_b \rho \|_2
            = \| \Pi_{K_b} (\xi_b X^\top D_b r) \|_2, \qquad C_b = -X^\top (2 D_b - I).

    Parameters
    ----------
    X : array_like, shape (n, d)
    masks : ndarray of bool, shape (P, n)
    residual : array_like, shape (n,)
    above : float
        Blocks whose upper bound :math:`\|X^\top D_b r\|` does not exceed it keep
        that bound instead: enough to find the blocks above it.

    Returns
    -------
    ndarray, shape (2, P)
        First row for output weight +1, second row for -1.

    Notes
    -----
    Implements (eq:convex-dual-norm): one non-negative least-squares problem in d
    dimensions per block (SciPy's Lawson–Hanson). Zero rows of X constrain nothing.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.convex_relu import cone_dual_norms
    >>> masks = np.array([[True, True], [False, False]])
    >>> cone_dual_norms([[1.0], [2.0]], masks, [3.0, 0.0])
    array([[3., 0.],
           [0., 0.]])
    """
    X = as_matrix(X)
    masks = as_masks(masks, columns=len(X))
    residual = as_vector(residual, "residual", size=len(X))
    above = as_real(above, "above", low=0.0)
    F = LiftedOperator(X, masks)
    pulls = F.adjoint(residual)
    bounds = np.linalg.norm(pulls, axis=-1)
    inside = project_blocks(F, np.where(bounds[..., None] > above, pulls, 0.0))
    return np.where(bounds > above, np.linalg.norm(inside, axis=-1), bounds)


def dual_norms(F: LiftedOperator, r: np.ndarray) -> np.ndarray:
    """Return the dual norms of a residual (k, P); a gated model has no cones."""
    return np.linalg.norm(project_blocks(F, F.adjoint(r)), axis=-1)


def project_blocks(F: LiftedOperator, blocks: np.ndarray) -> np.ndarray:
    """Return the nearest blocks in their cones (k, P, d); a gated model has none."""
    blocks = blocks.copy()
    for s, i in np.argwhere(F.cone_values(blocks).min(axis=-1, initial=0.0) < 0.0):
        blocks[s, i] = project_on_cone(blocks[s, i], cone_rows(F, i))
    return blocks


def cone_rows(F: LiftedOperator, i: int) -> np.ndarray:
    """Return the rows of (2 D_i - I) X at length one, without zero rows."""
    return F.side[i][:, None] * F.rows


def project_on_cone(q: np.ndarray, rows: np.ndarray) -> np.ndarray:
    """Return the point of {u : rows u >= 0} nearest to q (eq:convex-moreau)."""
    return q + rows.T @ non_negative_least_squares(rows.T, -q)


def non_negative_least_squares(A: np.ndarray, b: np.ndarray) -> np.ndarray:
    """Return the x >= 0 with the smallest |A x - b|, by SciPy's active-set method.

    It raises where SciPy gives up. A poor x of another kind is found out later:
    every x >= 0 makes a valid bound, and only a good one makes a small gap.
    """
    if not A.size:  # SciPy frees memory twice there
        return np.zeros(A.shape[1])
    try:
        x, _ = nnls(A, b, maxiter=50 * A.shape[1] + 100)
    except RuntimeError as error:
        raise NotConverged(f"non-negative least squares: {error}") from error
    return x


def least_distance(G: np.ndarray, h: np.ndarray) -> tuple[np.ndarray, float]:
    """Return ρ >= 0 and c, with x = G'ρ / c the shortest that has G x >= h.

    Lawson and Hanson's program: (-c x, c) is the residual of a non-negative least
    squares, and c its squared length, zero if no x has G x >= h.
    """
    last = np.append(np.zeros(G.shape[1]), 1.0)
    rho = non_negative_least_squares(np.vstack([G.T, h]), last)
    return rho, float(1.0 - h @ rho)


def duality_gap(
    weights: ConvexWeights, X: ArrayLike, y: ArrayLike, patterns: Patterns, reg: float,
    *, gated: bool = False,
) -> float:  # fmt: skip
    r"""Return how far at most the weights' objective is above the optimum.

    .. math::

        \tfrac12\|r\|^2 + \lambda R - \max_{\gamma}
        \{ \gamma\, y^\top r - \tfrac12 \gamma^2 \|r\|^2 :
           |\gamma| \max_b c_b(r) \le \lambda \}, \qquad r = y - \hat y .

    Parameters
    ----------
    weights : ConvexWeights
        Blocks (P, d), in their cones unless `gated`.
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    patterns : Patterns
    reg : float
    gated : bool

    Returns
    -------
    float

    Notes
    -----
    Implements (eq:convex-gap): it speaks of the program with *these* patterns, and of
    networks only if they are all patterns of X. O(n d P) and, for the cones, a
    non-negative least-squares problem for each block whose pull is outside.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.convex_relu import duality_gap
    >>> from reference.relu_lp import ConvexWeights
    >>> zero = ConvexWeights(np.zeros((2, 1)), np.zeros((2, 1)))
    >>> X, y = [[1.0], [-1.0]], [2.0, -3.0]
    >>> duality_gap(zero, X, y, enumerate_patterns(X), 3.0)  # zero is optimal
    0.0
    """
    F = lifted_operator(X, patterns, gated)
    y = as_vector(y, size=len(F.X))
    r = y - convex_output(X, patterns.masks, weights)
    largest = float(dual_norms(F, r).max())
    return scaled_residual_gap(y, r, total_norm(as_blocks(weights)), reg, largest)


def critical_reg(
    X: ArrayLike, y: ArrayLike, patterns: Patterns, *, gated: bool = False
) -> float:
    r"""Return the smallest λ at which the zero network is optimal.

    .. math::

        \lambda_{\max} = \max_b \min_{\rho \ge 0}
        \| \xi_b X^\top D_b y - C_b \rho \|_2 .

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    patterns : Patterns
    gated : bool
        Without the cones the maximum of the norms :math:`\|X^\top D_i y\|`.

    Returns
    -------
    float

    Notes
    -----
    Implements (eq:convex-critical): the certificate of the zero weights.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.convex_relu import critical_reg
    >>> X = [[1.0], [-1.0]]
    >>> critical_reg(X, [2.0, -3.0], enumerate_patterns(X))
    3.0
    """
    F = lifted_operator(X, patterns, gated)
    return float(dual_norms(F, as_vector(y, size=len(F.X))).max())


def gap_too_large(
    where: str, gap: float, wanted: float, state: Any,
    advice: str = "raise tol or max_iter, or take state, the best so far",
) -> NotConverged:  # fmt: skip
    """Return the error of a method that stopped short of the gap it was to prove."""
    message = f"gap {gap:.2e} after {where} (wanted {wanted:.2e}): {advice}"
    return NotConverged(message, state)
