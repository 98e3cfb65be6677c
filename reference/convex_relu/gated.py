r"""Gated ReLU models: prediction, several classes, and the way back to a ReLU network.

A gated model multiplies each linear map by a gate that training does not move,

.. math::

    f(x) = \sum_{i=1}^{P} 1[x^\top h_i \ge 0] \, x^\top U_i ,
    \qquad U_i \in R^{d \times C} .

Without cones its training is a group lasso. With C > 1 outputs, weight decay on two
layers of neurons behind gate i is the nuclear norm of :math:`U_i`, since

.. math::

    \|U\|_* = \min_{U = \sum_j a_j b_j^\top}
    \tfrac12 \sum_j \big( \|a_j\|_2^2 + \|b_j\|_2^2 \big).
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns import Patterns
from reference.common import Infeasible, NotConverged, as_array, as_matrix, as_real
from reference.convex_relu.certificate import cone_rows, least_distance
from reference.convex_relu.interior_point import Progress
from reference.convex_relu.objective import lifted_operator
from reference.convex_relu.proximal import fista
from reference.relu_lp import ConvexWeights, as_blocks

__all__ = ["GatedFit", "cone_decomposition", "fit_gated", "gated_predict"]


@dataclass(frozen=True, eq=False)
class GatedFit:
    """A gated model with C outputs and its certificate.

    Parameters
    ----------
    weights : ndarray, shape (P, d, C)
    objective, gap : float
        No weights for these gates have an objective below ``objective - gap``.
    fitted : ndarray, shape (n, C)
    patterns : Patterns
    reg : float
    """

    weights: np.ndarray
    objective: float
    gap: float
    fitted: np.ndarray
    patterns: Patterns
    reg: float


def gated_predict(X: ArrayLike, gates: ArrayLike, weights: ArrayLike) -> np.ndarray:
    r"""Return the outputs of a gated model at any points.

    .. math::

        f(x) = \sum_i 1[x^\top h_i \ge 0] \, x^\top U_i .

    Parameters
    ----------
    X : array_like, shape (n, d)
    gates : array_like, shape (P, d)
    weights : array_like, shape (P, d) or (P, d, C)

    Returns
    -------
    ndarray, shape (n,) or (n, C)

    Notes
    -----
    Implements (eq:convex-gated); O(n P d C).

    Examples
    --------
    >>> from reference.convex_relu import gated_predict
    >>> gated_predict([[2.0], [-3.0]], [[1.0], [-1.0]], [[10.0], [1.0]])
    array([20., -3.])
    """
    X = as_matrix(X)
    gates = as_matrix(gates, "gates", columns=X.shape[1])
    weights = as_array(weights, "weights")  # a block for each gate, of C columns or one
    weights = as_array(weights, "weights", (*gates.shape, *weights.shape[2:3]))
    return np.einsum("np,nd,pd...->n...", X @ gates.T >= 0, X, weights, optimize=True)


def fit_gated(
    X: ArrayLike, Y: ArrayLike, patterns: Patterns, reg: float, *, tol: float = 1e-4,
    max_iter: int = 20000, callback: Callable[[Progress], None] | None = None,
) -> GatedFit:  # fmt: skip
    r"""Return the best gated model with several outputs, with its certificate.

    .. math::

        \min_{U_i \in R^{d \times C}} \; \tfrac12 \Big\| \sum_i D_i X U_i - Y
        \Big\|_F^2 + \lambda \sum_i \|U_i\|_* .

    Parameters
    ----------
    X : array_like, shape (n, d)
    Y : array_like, shape (n, C)
        One column per output; for classes 0..C-1 the rows ``np.eye(C)[labels]``.
    patterns : Patterns
    reg : float
        λ > 0, for a loss that is a sum.
    tol : float
        Stop at a duality gap of at most ``tol * ||Y||² / 2``.
    max_iter : int
    callback : callable, optional
        Called with a `Progress` every ten iterations.

    Returns
    -------
    GatedFit

    Raises
    ------
    NotConverged
        If the gap is still larger after `max_iter` iterations.

    Notes
    -----
    Implements (eq:convex-nuclear) by `fista`: the proximal map shrinks singular
    values, the dual norm is the largest singular value of :math:`X^\top D_i R`.
    An iteration costs O(n P d C + P d C min(d, C)). With C = 1 it is the gated
    program of `fit_convex_relu`. The ReLU version with cones is an open extension.

    References
    ----------
    Sahiner, Ergen, Pauly and Pilanci (2021) for vector outputs.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.convex_relu import fit_gated
    >>> X = np.array([[1.0], [-1.0]])
    >>> fit = fit_gated(X, np.eye(2), enumerate_patterns(X), 0.25)
    >>> fit.fitted.round(2) + 0.0
    array([[0.75, 0.  ],
           [0.  , 0.75]])
    """
    F = lifted_operator(X, patterns, gated=True)  # one for each output
    Y = as_matrix(Y, "Y", rows=len(F.X))
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    start = np.zeros((*F.shape[1:], Y.shape[1]))

    def outputs(U: np.ndarray) -> np.ndarray:
        return F.outputs(U.transpose(2, 0, 1)[:, None]).T

    weights, gap = fista(
        outputs, lambda R: F.adjoint(R.T)[:, 0].transpose(1, 2, 0),
        lambda U, step: _shrink_singular(U, step * reg),
        lambda U: float(_singular_values(U).sum()),
        lambda pull: float(_singular_values(pull).max()), Y, reg, start,
        tol=tol, max_iter=max_iter, callback=callback,
    )  # fmt: skip
    fitted = outputs(weights)
    objective = 0.5 * ((fitted - Y) ** 2).sum() + reg * _singular_values(weights).sum()
    return GatedFit(weights, float(objective), gap, fitted, patterns, reg)


def _shrink_singular(U: np.ndarray, threshold: float) -> np.ndarray:
    left, sizes, right = np.linalg.svd(U, full_matrices=False)
    return (left * np.maximum(sizes - threshold, 0.0)[:, None, :]) @ right


def _singular_values(U: np.ndarray) -> np.ndarray:
    return np.linalg.svd(U, compute_uv=False)


def cone_decomposition(
    weights: ConvexWeights | ArrayLike, X: ArrayLike, patterns: Patterns
) -> ConvexWeights:
    r"""Return cone-feasible weights of a ReLU network with a gated model's outputs.

    .. math::

        U_i = u_i - v_i, \qquad u_i, v_i \in K_i, \qquad
        u_i = \arg\min \{ \|u\|_2 : u \in K_i,\; u - U_i \in K_i \} .

    Parameters
    ----------
    weights : ConvexWeights or array_like, shape (P, d)
        Gate weights U_i; of `ConvexWeights` the difference of the two blocks.
    X : array_like, shape (n, d)
    patterns : Patterns

    Returns
    -------
    ConvexWeights
        The same outputs on X; the sum of norms is larger unless U_i is in the cone.

    Raises
    ------
    Infeasible
        A cone does not span the space, and U_i is no difference of two of its points;
        `certificate` is ρ ≥ 0, one entry per non-zero row x_k, with
        Σ ρ_k s_k x_k/‖x_k‖ = 0 and Σ ρ_k (s_k x_k'U)_+ > 0, s the diagonal of 2D - I.

    Notes
    -----
    Implements (eq:convex-decomposition), a least-distance program for each non-zero
    block, by one non-negative least-squares problem in d + 1 dimensions. If X has full
    row rank every cone spans, and the norms grow at most 1 + 2 cond(X) times.

    References
    ----------
    Mishkin, Sahiner and Pilanci (2022), section 3; Lawson and Hanson (1974), 23.4.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import Patterns
    >>> from reference.convex_relu import cone_decomposition
    >>> pattern = Patterns(np.array([[True, False]]), np.array([[1.0, -1.0]]))
    >>> split = cone_decomposition([[3.0, 4.0]], np.eye(2), pattern)
    >>> split.positive.round(9) + 0.0, split.negative.round(9) + 0.0
    (array([[3., 0.]]), array([[ 0., -4.]]))
    """
    F = lifted_operator(X, patterns)
    if isinstance(weights, ConvexWeights):
        gated = np.subtract(*as_blocks(weights, *F.shape[1:]))
    else:
        gated = as_matrix(weights, "weights", rows=len(F.D), columns=F.shape[2])
    positive, negative = np.zeros((2, *gated.shape))
    for i in map(int, np.flatnonzero(gated.any(axis=1))):
        size = np.linalg.norm(gated[i])
        cone, U = cone_rows(F, i), gated[i] / size
        u = _shortest_part(cone, np.maximum(cone @ U, 0.0), i)
        positive[i], negative[i] = size * u, size * (u - U)
    return ConvexWeights(positive, negative)


def _shortest_part(G: np.ndarray, h: np.ndarray, index: int) -> np.ndarray:
    """Return the shortest u with G u >= h, by an NNLS problem for its multipliers."""
    rho = least_distance(G, h)[0]
    # The residual is small if u is long: keep the digits by solving the rows that
    # hold with equality.
    u = np.linalg.lstsq(G[rho > 0], h[rho > 0], rcond=1e-9)[0]
    # Rows of G and the gate weight have length 1: below 1e-12 is rounding.
    allowed = 1e-9 * h.max(initial=0.0) + 1e-12 * (1.0 + np.linalg.norm(u))
    if (h - G @ u).max(initial=0.0) <= allowed:
        return u
    proof = float(rho @ h)  # rho'G = 0 and rho'h > 0: no u has G u >= h
    if proof > 0.0 and np.linalg.norm(rho @ G) <= 1e-7 * proof:
        raise Infeasible(
            f"pattern {index}: its gate weight is no difference of two points of its "
            "cone, which spans too little or is too thin: fit the ReLU program instead",
            rho,
        )
    raise NotConverged(f"pattern {index}: its cone is too thin to split a gate weight")
