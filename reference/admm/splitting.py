r"""The alternating direction method (ADMM) for cone-constrained group lasso.

With F = [D_1 X, ..., D_P X, -D_1 X, ..., -D_P X], G = diag((2 D_i - I) X) once for
each sign, and any convex loss, the program

.. math::

    \min_{u} \; \ell(F u, y) + \lambda \sum_b \|u_b\|_2 \quad
    \text{s.t.} \quad G u \ge 0

is split by copies of u into pieces that are easy alone:

.. math::

    \min \; \ell(z, y) + \lambda \sum_b \|\bar u_b\|_2 + I_{\ge 0}(s) \quad
    \text{s.t.} \quad u = \bar u,\; G u = s,\; F u = z .

An iteration is one linear solve, one shrinkage of blocks, one clipping at zero. Since
(2 D - I)² = I, the solve needs one d x d and one n x n factor and costs O(n d P).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import count

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from reference.admm.losses import prox_loss
from reference.convex_relu import shrink_blocks
from reference.relu_lp import LiftedOperator

__all__ = [
    "AdmmState",
    "NormalSolver",
    "admm_iterates",
    "dual_norm_bound",
    "normal_solver",
]

SIGNS = (1.0, -1.0)


@dataclass(frozen=True, eq=False)
class AdmmState:
    """An iterate of `admm_convex_relu`, with k = 2 signs (k = 1 without cones).

    Parameters
    ----------
    iteration : int
    weights : ndarray, shape (k, P, d)
        The copies ū: sparse by blocks, close to their cones but not in them.
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


@dataclass(frozen=True, eq=False)
class NormalSolver:
    """The normal equations of an iteration, factored; call it with r (k, P, d).

    Parameters
    ----------
    F : LiftedOperator
    inverse : ndarray, shape (d, d)
        B⁻¹, the inverse of every diagonal block of I + G'G.
    gram : ndarray, shape (n, n)
        F (I + G'G)⁻¹ F'.
    shift : float
        σ > 0.
    """

    F: LiftedOperator
    inverse: np.ndarray
    gram: np.ndarray
    shift: float

    @cached_property
    def factor(self) -> tuple:
        """Cholesky's of σ I + gram."""
        matrix = self.gram + self.shift * np.eye(len(self.gram))
        try:
            return cho_factor(matrix, lower=True, check_finite=False)
        except LinAlgError as error:
            raise ValueError(
                f"a shift of {self.shift:.3g} is rounding beside a matrix of size "
                f"{np.abs(self.gram).max():.3g}: leave rho=None, or give a larger one"
            ) from error

    def __call__(self, r: np.ndarray) -> np.ndarray:
        """Return (I + F'F / σ + G'G)⁻¹ r (eq:admm-woodbury)."""
        r = r @ self.inverse
        a = cho_solve(self.factor, self.F.outputs(r), check_finite=False)
        return r - self.F.adjoint(a) @ self.inverse

    def refactor(self, shift: float) -> "NormalSolver":
        """Return the solver for another σ; only the n x n factor is new."""
        return replace(self, shift=shift)


def normal_solver(
    X: np.ndarray, D: np.ndarray, shift: float, cone_rows: np.ndarray | None = None
) -> NormalSolver:
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
    NormalSolver
        Maps r (k, P, d) to u (k, P, d) for k signs. Its attribute ``gram`` is
        F (I + G'G)^{-1} F' (n, n); ``refactor(shift)`` is the solver for another σ.

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
    rows, signs = (X[:0], SIGNS[:1]) if cone_rows is None else (cone_rows, SIGNS)
    F = LiftedOperator(X, D, signs)
    inverse = np.linalg.inv(np.eye(X.shape[1]) + rows.T @ rows)  # (eq:admm-block)
    return NormalSolver(F, inverse, F.gram(inverse), shift)  # (eq:admm-gram)


@dataclass(frozen=True, eq=False)
class _Splitting:
    """The map A u = (u, G u, F u) to the copies, its adjoint, its proximal maps.

    The squared loss needs no copy of F u: then σ is infinite, and z has no weight.
    """

    F: LiftedOperator
    y: np.ndarray
    reg: float
    loss: str
    scale: float  # the length of all rows of the cones
    shift: float  # σ

    def spread(self, u: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return A u."""
        return u, self.F.cone_values(self.scale * u), self.F.outputs(u)

    def gather(self, u: np.ndarray, s: np.ndarray, z: np.ndarray) -> np.ndarray:
        """Return u + G's + F'z / σ."""
        u = u + self.scale * self.F.cone_adjoint(s)
        return u if np.isinf(self.shift) else u + self.F.adjoint(z) / self.shift

    def copies(self, q: list[np.ndarray], rho: float) -> tuple[np.ndarray, ...]:
        """Return the proximal points: shrunk, clipped, moved (eq:admm-copies)."""
        blocks = shrink_blocks(q[0], self.reg / rho)
        s = np.maximum(q[1], 0.0)
        if np.isinf(self.shift):
            return blocks, s, q[2]
        return blocks, s, prox_loss(q[2], self.y, self.shift / rho, self.loss)

    def size(self, u: np.ndarray, s: np.ndarray, z: np.ndarray) -> float:
        """Return the norm in which the iteration measures copies."""
        squares = np.vdot(u, u) + np.vdot(s, s) + np.vdot(z, z) / self.shift
        return float(np.sqrt(squares))

    def residuals(
        self, here: tuple, copies: tuple, old: tuple, mu: np.ndarray, rho: float
    ) -> tuple[float, float]:
        """Return the relative primal and dual residual (eq:admm-residuals)."""
        apart = self.size(*(a - b for a, b in zip(here, copies, strict=True)))
        moved = self.gather(*(a - b for a, b in zip(copies, old, strict=True)))
        largest = max(self.size(*here), self.size(*copies), 1e-300)
        force = max(rho * float(np.linalg.norm(mu)), self.reg)
        return apart / largest, rho * float(np.linalg.norm(moved)) / force

    def cone_duals(self, tau: np.ndarray, rho: float) -> np.ndarray:
        """Return the multipliers of the rows of X, at their own lengths (k, P, n)."""
        eta = np.zeros((*tau.shape[:2], len(self.F.X)))
        sizes = np.linalg.norm(self.F.X[self.F.live], axis=1)
        eta[..., self.F.live] = -rho * self.scale * tau / sizes
        return eta


def admm_iterates(
    X: np.ndarray, D: np.ndarray, y: np.ndarray, reg: float, *, loss: str = "squared",
    cones: bool = True, rho: float | None = None, relaxation: float = 1.6,
    adapt: bool = True, every: int = 1,
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
    split, solve, rho = _start(X, D, y, reg, loss, cones, rho)
    squared = loss == "squared"  # its quadratic joins the system: σ = ρ, y for z - ω
    pull = split.F.adjoint(y)
    # Copies, and multipliers over ρ, of u = ū, G u = s, F u = z.
    copies = multipliers = split.spread(0.0 * pull)
    next_change = 25
    for iteration in count(1):
        right = split.gather(*(c - m for c, m in zip(copies, multipliers, strict=True)))
        u = solve(right + pull / rho if squared else right)  # (eq:admm-u)
        here, old = split.spread(u), copies
        parts = zip(here, old, multipliers, strict=True)  # (eq:admm-relax)
        q = [c + relaxation * (new - c) + m for new, c, m in parts]
        copies = split.copies(q, rho)
        multipliers = tuple(a - c for a, c in zip(q, copies, strict=True))
        if iteration % every and iteration != next_change:
            continue
        mu, tau, omega = multipliers
        primal, dual = split.residuals(here, copies, old, mu, rho)
        if iteration % every == 0:
            slope = y - here[2] if squared else -(rho / split.shift) * omega
            eta = split.cone_duals(tau, rho)
            yield AdmmState(iteration, copies[0], slope, eta, primal, dual, rho)
        if iteration == next_change:
            # Ever more rarely: the convergence theorem is about a constant rho.
            next_change += max(25, iteration // 4)
            factor = 2.0 if primal > 5 * dual else 0.5 if dual > 5 * primal else 1.0
            if adapt and factor != 1.0:  # (eq:admm-balance)
                rho *= factor  # rho times a scaled multiplier stays what it is
                multipliers = tuple(m / factor for m in multipliers)
                solve = solve.refactor(rho) if squared else solve


def _start(
    X: np.ndarray, D: np.ndarray, y: np.ndarray, reg: float, loss: str, cones: bool,
    rho: float | None,
) -> tuple[_Splitting, NormalSolver, float]:  # fmt: skip
    """Return the splitting, the solver and ρ.

    A cone does not mind the lengths of its rows: equal ones make B well conditioned,
    and the iteration free of the units of X.
    """
    n, d = X.shape
    scale = 10.0 * np.sqrt(d / n)
    rows = scale * LiftedOperator(X, D).rows if cones else None
    solve = normal_solver(X, D, 1.0, rows)
    # F'F / σ and the identity are of one size for the mean eigenvalue of the gram.
    natural = float(np.trace(solve.gram) / n or 1.0) * (1.0 if cones else 0.1)
    rho, squared = natural if rho is None else rho, loss == "squared"
    shift = np.inf if squared else natural
    split = _Splitting(solve.F, y, reg, loss, scale, shift)
    return split, solve.refactor(rho if squared else natural), rho


def dual_norm_bound(
    X: np.ndarray, D: np.ndarray, dual: np.ndarray, cone_duals: np.ndarray | None = None
) -> float:
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
    F = LiftedOperator(X, D, SIGNS[:1] if cone_duals is None else SIGNS)
    q = F.adjoint(dual)
    if cone_duals is not None:
        q = q + ((2.0 * F.D - 1.0) * cone_duals) @ F.X
    return float(np.linalg.norm(q, axis=-1).max())
