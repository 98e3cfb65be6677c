r"""The alternating direction method (ADMM) for cone-constrained group lasso.

With F = [D_1 X, ..., D_P X, -D_1 X, ..., -D_P X], G = diag((2 D_i - I) X) once for
each sign, and any convex loss, the program

.. math::

    \min_{u} \; \ell(F u, y) + \lambda \sum_b \|u_b\|_2 \quad
    \text{s.t.} \quad G u \ge 0

is split by copies of u into pieces that are easy alone:

.. math::

    \min \; \ell(z, y) + \lambda \sum_b \|v_b\|_2 + I_{\ge 0}(s) \quad
    \text{s.t.} \quad u = v,\; G u = s,\; F u = z .

An iteration is one linear solve, one shrinkage of blocks, one clipping at zero. Since
(2 D - I)² = I, the solve needs one d x d and one n x n factor and costs O(n d P).
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from scipy.linalg import cho_factor, cho_solve

from reference.admm.losses import prox_loss
from reference.convex_relu import unit_rows

__all__ = ["AdmmState", "admm_iterates", "dual_norm_bound", "normal_solver"]


@dataclass(frozen=True, eq=False)
class AdmmState:
    """An iterate of `admm_convex_relu`, with k = 2 signs (k = 1 without cones).

    Parameters
    ----------
    iteration : int
    weights : ndarray, shape (k, P, d)
        v: sparse by blocks, close to its cones but not in them.
    dual : ndarray, shape (n,)
        ν, the dual vector of the samples; at the end minus the slope of the loss.
    cone_duals : ndarray, shape (k, P, n)
        η ≥ 0, the multipliers of the cone rows (2 D_i - I) X u ≥ 0.
    primal_residual, dual_residual : float
        Both relative: how far the copies disagree, how far they still move.
    rho : float
    """

    iteration: int
    weights: np.ndarray
    dual: np.ndarray
    cone_duals: np.ndarray
    primal_residual: float
    dual_residual: float
    rho: float


def normal_solver(X, D, shift, cone_rows=None):
    r"""Return a function that solves the normal equations of an iteration.

    .. math::

        \big(I + \tfrac{1}{\sigma} F^\top F + G^\top G\big)\, u = r .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    D : ndarray of float, shape (P, n)
        The masks as numbers: a product of Booleans is a logical "or", not a count.
    shift : float
        σ > 0.
    cone_rows : ndarray, shape (m, d), optional
        Rows x_j of the cones ±x_j'u ≥ 0, scaled as you like. None is the gated
        model: G is left out, and there is one sign instead of two.

    Returns
    -------
    callable
        Maps r (k, P, d) to u (k, P, d) for k signs. Its attribute ``gram`` is
        F (I + G'G)^{-1} F' (n, n); ``refactor(shift)`` changes σ.

    Notes
    -----
    Implements (eq:admm-woodbury). All diagonal blocks of I + G'G equal one d x d
    matrix B, so Woodbury's identity leaves the n x n matrix
    σ I + k (X B^{-1} X') ∘ (D'D). Costs O(n²(d + P) + n³) once, O(n³) for a new σ
    and O(n d P + n²) per solve; the matrix itself has (k P d)² entries.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.admm import normal_solver
    >>> solve = normal_solver(np.array([[2.0]]), np.array([[1.0]]), 4.0)
    >>> solve(np.array([[[6.0]]]))  # (1 + 2² / 4) u = 6
    array([[[3.]]])
    """
    n, d = X.shape
    k, rows = (1, X[:0]) if cone_rows is None else (2, cone_rows)
    B_inverse = np.linalg.inv(np.eye(d) + rows.T @ rows)  # (eq:admm-block)
    gram = k * (X @ B_inverse @ X.T) * (D.T @ D)  # (eq:admm-gram)
    factor = None

    def refactor(shift):
        nonlocal factor
        factor = cho_factor(gram + shift * np.eye(n), lower=True, check_finite=False)

    def solve(r):
        r = r @ B_inverse
        a = cho_solve(factor, _outputs(X, D, r), check_finite=False)
        return r - _pull(X, D, a, k) @ B_inverse  # (eq:admm-woodbury)

    refactor(shift)
    solve.gram, solve.refactor = gram, refactor
    return solve


def _signs(k):
    return np.array([1.0, -1.0])[:k, None, None]


def _outputs(X, D, u):
    """F u; both signs of a pattern share the product with D_i X."""
    return np.einsum("pn,pn->n", D, (_signs(len(u)) * u).sum(0) @ X.T)


def _pull(X, D, r, k):
    """F' r, shape (k, P, d)."""
    return _signs(k) * ((D * r) @ X)


def admm_iterates(
    X, D, y, reg, *, loss="squared", cones=True, rho=None, relaxation=1.6, adapt=True,
    every=1,
) -> Iterator[AdmmState]:  # fmt: skip
    """Return a generator of the iterates of ADMM, every `every`-th one, without end.

    Parameters
    ----------
    X : ndarray, shape (n, d)
    D : ndarray of float, shape (P, n)
        Masks as numbers; without cones any numbers (a block is diag(D[i]) X).
    y : ndarray, shape (n,)
    reg : float
    loss : {"squared", "logistic", "hinge"}
    cones : bool
    rho, relaxation, adapt
        See `admm_convex_relu`, which also checks the arguments and knows when to stop.
    every : int

    Returns
    -------
    generator of AdmmState

    Notes
    -----
    Implements (eq:admm-u), (eq:admm-copies), (eq:admm-relax) and (eq:admm-balance).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.admm import admm_iterates
    >>> X, y = np.array([[1.0]]), np.array([3.0])  # min (u - 3)²/2 + |u|
    >>> states = admm_iterates(X, np.array([[1.0]]), y, 1.0, every=50)
    >>> next(states).weights[0].round(4)  # for the sign +1
    array([[2.]])
    """
    (n, d), P, k = X.shape, len(D), 2 if cones else 1
    # A cone does not mind the lengths of its rows: equal ones make B well conditioned.
    unit, live = unit_rows(X) if cones else (X[:0], np.zeros(n, dtype=bool))
    length = 10.0 * np.sqrt(d / n)
    rows, side = length * unit, 2.0 * D[:, live] - 1.0
    solve = normal_solver(X, D, 1.0, rows if cones else None)
    # F'F / shift and the identity are of one size: the natural unit of rho.
    shift = (np.trace(solve.gram) / n or 1.0) * (1.0 if cones else 0.1)
    rho = shift if rho is None else rho
    split = loss != "squared"  # the squared loss needs no copy z: its shift is rho
    solve.refactor(shift if split else rho)
    v, s, z = np.zeros((k, P, d)), np.zeros((k, P, len(rows))), np.zeros(n)
    mu, nu, omega = v, s, z  # scaled multipliers of u = v, G u = s, F u = z
    over, under = relaxation, 1.0 - relaxation
    iteration, next_change = 0, 25
    while True:
        iteration += 1
        old = v, s, z
        goal = (z - omega) / shift if split else y / rho
        r = v - mu + (side * (s - nu)) @ rows + _pull(X, D, goal, k)
        u = solve(r)  # (eq:admm-u)
        Gu, Fu = side * (u @ rows.T), _outputs(X, D, u)
        mu = mu + over * u + under * v  # (eq:admm-relax), then (eq:admm-copies)
        v = _shrink(mu, reg / rho)
        mu = mu - v
        nu = nu + over * Gu + under * s
        s = np.maximum(nu, 0.0)
        nu = nu - s
        if split:
            omega = omega + over * Fu + under * z
            z = prox_loss(omega, y, shift / rho, loss)
            omega = omega - z
        if iteration % every and iteration != next_change:
            continue
        root = np.sqrt(shift) if split else np.inf
        here, copies = (u, Gu, Fu / root), (v, s, z / root)
        moves = [new - before for new, before in zip((v, s, z), old, strict=True)]
        moved = moves[0] + (side * moves[1]) @ rows + _pull(X, D, moves[2] / root**2, k)
        apart = [a - b for a, b in zip(here, copies, strict=True)]
        primal = _norm(*apart) / max(_norm(*here), _norm(*copies), 1e-300)
        dual = rho * _norm(moved) / max(rho * _norm(mu), reg)
        if iteration % every == 0:
            slope = -(rho / shift) * omega if split else y - Fu
            eta = np.zeros((k, P, n))
            eta[..., live] = -rho * length * nu / np.linalg.norm(X[live], axis=1)
            yield AdmmState(iteration, v, slope, eta, primal, dual, rho)
        if iteration == next_change:
            # Ever more rarely: the convergence theorem is about a constant rho.
            next_change += max(25, iteration // 4)
            factor = 2.0 if primal > 5 * dual else 0.5 if dual > 5 * primal else 1.0
            if adapt and factor != 1.0:  # (eq:admm-balance)
                rho *= factor  # rho times a scaled multiplier stays what it is
                mu, nu, omega = mu / factor, nu / factor, omega / factor
                if not split:
                    solve.refactor(rho)


def _shrink(blocks, threshold):
    """Every block shorter by the threshold, or zero: (eq:admm-shrink)."""
    sizes = np.linalg.norm(blocks, axis=-1, keepdims=True)
    return blocks * np.maximum(1.0 - threshold / np.maximum(sizes, threshold), 0.0)


def _norm(*arrays):
    return float(np.sqrt(sum(np.vdot(a, a) for a in arrays)))


def dual_norm_bound(X, D, dual, cone_duals=0.0) -> float:
    r"""Return a bound on the largest dual norm, from given cone multipliers.

    .. math::

        \max_b \|\xi_b X^\top D_b \nu - C_b \eta_b\| \;\ge\;
        \max_b \min_{\eta \ge 0} \|\xi_b X^\top D_b \nu - C_b \eta\| .

    Parameters
    ----------
    X : ndarray, shape (n, d)
    D : ndarray of float, shape (P, n)
    dual : ndarray, shape (n,)
    cone_duals : ndarray, shape (2, P, n), optional
        η ≥ 0. Without cones leave it out.

    Returns
    -------
    float

    Notes
    -----
    Implements (eq:admm-own-norm); O(n d P). `convex_relu.cone_dual_norms` finds
    the best multipliers; those of ADMM become the best ones and are there already.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.admm import dual_norm_bound
    >>> dual_norm_bound(np.array([[3.0]]), np.array([[1.0]]), np.array([-2.0]))
    6.0
    """
    q = _pull(X, D, dual, 1 if np.ndim(cone_duals) == 0 else 2)
    q = q + ((2.0 * D - 1.0) * cone_duals) @ X
    return float(np.linalg.norm(q, axis=-1).max())
