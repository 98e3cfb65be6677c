r"""How fast the optimal neurons move: derivatives in λ, in the targets, in the data.

Around a smooth optimum the neurons w_k stay on their walls, and with
:math:`Z = [\xi_k D_k X]` over the samples strictly inside,

.. math::

    Z^\top (Z w - y) + \lambda \hat w - \sum_t c_t z_t = 0, \qquad z_t^\top w = 0 .

Differentiated, this is a linear system (eq:path-system). In coordinates of the walls'
common plane its matrix is positive definite.
"""

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import LinAlgError, block_diag, cho_factor, cho_solve, null_space

from reference.common import as_matrix, as_vector
from reference.convex_relu import ConvexFit
from reference.solution_path.smooth import (
    ConditionFails,
    SmoothOptimum,
    smooth_optimum,
)

__all__ = ["data_sensitivity", "sensitivity", "validation_slope"]

SINGULAR = 1e-6  # a pivot of the scaled matrix that counts as zero


def sensitivity(
    fit: ConvexFit, X: ArrayLike, y: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the derivatives of the optimal neurons in λ and in the targets.

    .. math::

        \begin{pmatrix} Z^\top Z + \lambda M & C \\ C^\top & 0 \end{pmatrix}
        \begin{pmatrix} \partial w \\ \partial \rho \end{pmatrix}
        = \begin{pmatrix} Z^\top \partial y - \hat w\, \partial \lambda \\ 0
        \end{pmatrix} .

    Parameters
    ----------
    fit : ConvexFit
        Of a ReLU program.
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        The data of the fit.

    Returns
    -------
    dw_dreg : ndarray, shape (K, d)
        For the K neurons of ``smooth_optimum(fit, X, y)``, in their order.
    dw_dy : ndarray, shape (K, d, n)

    Raises
    ------
    ConditionFails
        If uniqueness, LICQ or strict complementarity fails: then there need be no
        derivative.
    ValueError
        For a gated fit, or data that do not go with it.
    NotConverged
        If the certificate leaves open which blocks can be non-zero.

    Notes
    -----
    Implements (eq:path-system), {prf:ref}`thm-10-smooth`. A Cholesky factor of at most
    K d columns.

    References
    ----------
    Mishkin and Pilanci (2023), section 4; Fiacco (1976).

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.convex_relu import fit_convex_relu
    >>> from reference.solution_path import sensitivity
    >>> X, y = [[1.0, 1.0], [1.0, 0.0]], [3.0, -1.0]
    >>> fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.9)
    >>> dreg, dy = sensitivity(fit, X, y)  # w = (0, y_1 - λ)
    >>> dreg.round(9) + 0.0
    array([[ 0., -1.]])
    >>> dy[0].round(9) + 0.0
    array([[0., 0.],
           [1., 0.]])
    """
    at = smooth_optimum(fit, X, y)
    X = as_matrix(X)
    slope = np.column_stack([_units(at).ravel(), -_outputs(at, X).T])
    moves = _solve(at, X, slope, np.zeros((len(at.walls), 1 + len(X))))
    K, d = at.weights.shape
    return moves[:, 0].reshape(K, d), moves[:, 1:].reshape(K, d, len(X))


def data_sensitivity(fit: ConvexFit, X: ArrayLike, y: ArrayLike) -> np.ndarray:
    r"""Return the derivative of the optimal neurons in the samples.

    .. math::

        J \begin{pmatrix} \partial w \\ \partial \rho \end{pmatrix} =
        - \begin{pmatrix} \partial Z^\top (Z w - y) + Z^\top \partial Z\, w
        + \partial C\, \rho \\ \partial C^\top w \end{pmatrix} .

    Parameters
    ----------
    fit : ConvexFit
        Of a ReLU program.
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        The data of the fit.

    Returns
    -------
    ndarray, shape (K, d, n, d)
        Entry [k, a, j, b] is the derivative of weight a of neuron k in X[j, b].

    Raises
    ------
    ConditionFails
        As for `sensitivity`; and naming LICQ if several samples share a wall, which can
        be moved apart, or if a sample is zero and its target is not.
    ValueError
        For a gated fit, or data that do not go with it.
    NotConverged
        If the certificate leaves open which blocks can be non-zero.

    Notes
    -----
    Implements (eq:path-data). A wall moves with its sample, and the neuron with it.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.convex_relu import fit_convex_relu
    >>> from reference.solution_path import data_sensitivity
    >>> X, y = [[1.0, 1.0], [1.0, 0.0]], [3.0, -1.0]
    >>> fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.9)
    >>> moves = data_sensitivity(fit, X, y)[0]
    >>> moves[:, 1, 1].round(6) + 0.0  # turn x_2: the wall turns, and w with it
    array([-2.1,  1.2])
    """
    at = smooth_optimum(fit, X, y)
    X = as_matrix(X)
    if (at.copies > 1).any():
        raise ConditionFails(
            "LICQ fails for the data: several samples share a wall on which a neuron "
            "lies, and moving one of them parts the wall",
            "LICQ",
            at.walls[at.copies > 1],
        )
    lost = ~X.any(axis=1) & (at.residual != 0.0)
    if len(at.weights) and lost.any():
        raise ConditionFails(
            f"LICQ fails for the data: X[{np.flatnonzero(lost)[0]}] is zero, on the "
            "wall of each neuron, and moved it pulls at those on one side only",
            "LICQ",
            X[lost],
        )
    (K, d), n, T = at.weights.shape, len(X), len(at.walls)
    Z, eye = _outputs(at, X), np.eye(d)
    on = at.signs[:, None] * at.active  # (K, n)
    # dr_j = -Σ ξ_k D_k(j) w_k'dx_j, and the rows of Z and C that are dx_j themselves
    drop = np.einsum("kj,ka->ja", on, at.weights)
    slope = np.einsum("jq,ja->qja", Z, drop).reshape(K, d, n, d)
    slope -= np.einsum("kj,j,ab->kajb", on, at.residual, eye)
    turn = np.zeros((T, n, d))
    for t, (k, j) in enumerate(zip(at.owner, at.sample, strict=True)):
        length = at.walls[t] @ X[j]  # x_j = length z_t
        slope[k, :, j] -= at.forces[t] / length * eye
        turn[t, j] = at.weights[k] / length
    moves = _solve(at, X, slope.reshape(K * d, n * d), turn.reshape(T, n * d))
    return moves.reshape(K, d, n, d)


def validation_slope(
    fit: ConvexFit, X: ArrayLike, y: ArrayLike, X_new: ArrayLike, y_new: ArrayLike
) -> float:
    r"""Return the derivative in λ of half the squared error on other samples.

    .. math::

        \frac{d}{d\lambda}\, \tfrac12 \| f_\lambda(X') - y' \|_2^2
        = (f_\lambda(X') - y')^\top \sum_k \xi_k D'_k X' \frac{d w_k}{d \lambda} .

    Parameters
    ----------
    fit : ConvexFit
        Of a ReLU program.
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        The data of the fit.
    X_new : array_like, shape (m, d)
    y_new : array_like, shape (m,)
        Validation data.

    Returns
    -------
    float

    Raises
    ------
    ConditionFails
        As for `sensitivity`.
    ValueError
        For a gated fit, or data that do not go with it.
    NotConverged
        If the certificate leaves open which blocks can be non-zero.

    Notes
    -----
    Implements (eq:path-validation). A new sample on a neuron's wall counts as inactive.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.convex_relu import fit_convex_relu
    >>> from reference.solution_path import validation_slope
    >>> X, y = [[1.0, 1.0], [1.0, 0.0]], [3.0, -1.0]
    >>> fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.9)
    >>> slope = validation_slope(fit, X, y, [[0.0, 2.0]], [4.0])  # f = 2 (3 - λ) = 4.2
    >>> round(slope, 6)
    -0.4
    """
    X = as_matrix(X)
    X_new = as_matrix(X_new, "X_new", columns=X.shape[1])
    y_new = as_vector(y_new, "y_new", size=len(X_new))
    return validation_loss(smooth_optimum(fit, X, y), X, X_new, y_new)[1]


def validation_loss(
    at: SmoothOptimum, X: np.ndarray, X_new: np.ndarray, y_new: np.ndarray
) -> tuple[float, float]:
    """Return half the squared error on other samples, and its derivative in λ."""
    held = np.zeros((len(at.walls), 1))
    moves = _solve(at, X, _units(at).reshape(-1, 1), held).reshape(at.weights.shape)
    heights = X_new @ at.weights.T
    off = np.maximum(heights, 0.0) @ at.signs - y_new
    slope = off @ ((heights > 0.0) * (X_new @ moves.T) @ at.signs)
    return float(0.5 * off @ off), float(slope)  # (eq:path-validation)


def _outputs(at: SmoothOptimum, X: np.ndarray) -> np.ndarray:
    """Return Z (n, K d), the outputs of the neurons as functions of their weights."""
    Z = (at.signs[:, None] * at.active)[:, :, None] * X
    return Z.transpose(1, 0, 2).reshape(len(X), -1)


def _units(at: SmoothOptimum) -> np.ndarray:
    return at.weights / np.linalg.norm(at.weights, axis=1, keepdims=True)


def _solve(
    at: SmoothOptimum, X: np.ndarray, slope: np.ndarray, turn: np.ndarray
) -> np.ndarray:
    """Return dw (K d, m) for changes of both conditions (eq:path-system).

    A part along the walls' normals follows `turn`; the rest lies in their common
    plane, in lengths of the neurons: there the matrix is positive definite.
    """
    K, d = at.weights.shape
    if not K:
        return np.zeros((0, slope.shape[1]))
    Z, units = _outputs(at, X), _units(at)
    sizes = np.linalg.norm(at.weights, axis=1)
    H = Z.T @ Z + block_diag(*[
        at.reg * (np.eye(d) - np.outer(e, e)) / s
        for e, s in zip(units, sizes, strict=True)
    ])  # fmt: skip
    planes, across = [], np.zeros((K, d, slope.shape[1]))
    for k in range(K):
        walls = at.walls[at.owner == k]
        planes.append(sizes[k] * (null_space(walls) if len(walls) else np.eye(d)))
        across[k] = -np.linalg.pinv(walls) @ turn[at.owner == k]
    B, along = block_diag(*planes), across.reshape(slope.shape)
    reduced, right = B.T @ H @ B, -B.T @ (slope + H @ along)
    scale = 1.0 / np.sqrt(np.maximum(np.diag(reduced), 1e-300))[:, None]
    try:
        factor = cho_factor(scale * reduced * scale.T)
        if np.diag(factor[0]).min() < SINGULAR:
            raise LinAlgError
    except LinAlgError as error:
        raise ConditionFails(
            "uniqueness fails within rounding: outputs of neurons are nearly dependent",
            "uniqueness",
        ) from error
    return along + B @ (scale * cho_solve(factor, scale * right))
