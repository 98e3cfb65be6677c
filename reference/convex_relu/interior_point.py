r"""A block interior point for the convex program of a two-layer ReLU network.

With the activation patterns D_1, ..., D_P of the data X and signs
:math:`\xi_b = \pm 1`, one block b per pattern and sign, the program is

.. math::

    \min_{w_b, t_b} \; \tfrac12 \Big\| \sum_b \xi_b D_b X w_b - y \Big\|_2^2
    + \lambda \sum_b t_b
    \quad \text{s.t.} \quad \|w_b\|_2 \le t_b, \quad (2 D_b - I) X w_b \ge 0 .

Its 2 P n linear inequalities and 2 P norm cones make a dense solver hopeless, but
they live inside blocks of d variables, and the blocks meet only in the n fitted values:
d x d factors and one n x n factor are all the linear algebra there is.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg import LinAlgError, cho_factor, cho_solve

from reference.common import as_masks, as_matrix, as_real, as_vector, need_limits
from reference.convex_relu.certificate import gap_too_large, scaled_residual_gap
from reference.convex_relu.norm_cones import NormCones, predict_and_correct
from reference.convex_relu.objective import total_norm
from reference.relu_lp import LiftedOperator

__all__ = [
    "ConeSolution",
    "Progress",
    "cone_interior_point",
]


@dataclass(frozen=True, eq=False)
class Progress:
    """What a solver tells its callback; weights are (signs, P, d)."""

    iteration: int
    objective: float
    gap: float
    cone_slack: float
    weights: np.ndarray


@dataclass(frozen=True, eq=False)
class ConeSolution:
    """Weights (signs, P, d), multipliers (..., non-zero rows at length 1), proof."""

    weights: np.ndarray
    multipliers: np.ndarray
    objective: float
    gap: float
    iterations: int


def cone_interior_point(
    X: np.ndarray,
    y: np.ndarray,
    masks: np.ndarray,
    reg: float,
    *,
    gated: bool = False,
    tol: float = 1e-8,
    max_iter: int = 150,
    callback: Callable[[Progress], None] | None = None,
) -> ConeSolution:
    r"""Return the optimal blocks of the convex ReLU program, with a certificate.

    .. math::

        \min \; \tfrac12 \Big\| \sum_b \xi_b D_b X w_b - y \Big\|_2^2
        + \lambda \sum_b \|w_b\|_2
        \quad \text{s.t.} \quad (2 D_b - I) X w_b \ge 0 .

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Not all zero.
    masks : ndarray of bool, shape (P, n)
    reg : float
        λ > 0, for a loss that is a sum; multiply by n for a mean.
    gated : bool
        Without the cones, and with one sign: the blocks of a gated network.
    tol : float
        Stop at a duality gap of at most ``tol * ||y||² / 2``.
    max_iter : int
    callback : callable, optional
        Called with each `Progress`.

    Returns
    -------
    ConeSolution

    Raises
    ------
    NotConverged
        No certificate within `max_iter` systems: `tol` or `reg` is near rounding
        error, or a cone has no interior.

    Notes
    -----
    Implements (eq:convex-newton) to (eq:convex-woodbury): Mehrotra's
    predictor–corrector with Nesterov–Todd scaling. A system costs
    O(n² P d + P n d² + n³) and memory O(P n + P d² + n²).

    References
    ----------
    Nesterov and Todd (1997); Mehrotra (1992).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.convex_relu import cone_interior_point
    >>> X, masks = np.array([[1.0], [-1.0]]), np.array([[True, False], [False, True]])
    >>> solution = cone_interior_point(X, [2.0, -3.0], masks, 0.5)
    >>> solution.weights[..., 0].round(6) + 0.0  # u for (x)_+, -(-x)_+: shrunk by λ
    array([[ 1.5,  0. ],
           [ 0. , -2.5]])
    """
    X = as_matrix(X)
    y = as_vector(y, size=len(X))
    masks = as_masks(masks, columns=len(X))
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    need_limits(tol, max_iter, callback)
    unit = 0.5 * float(y @ y)  # the loss of zero weights measures gaps
    if unit == 0.0:
        raise ValueError("y must not be all zero: the optimum is then zero, gap zero")
    F = LiftedOperator(X, masks.astype(float), (1.0,) if gated else (1.0, -1.0))
    state, reserve = _start(F, reg, unit), None
    for iteration in range(1, max_iter + 1):
        norms, whole = _certified(F, y, reg, state.w, state.rho, iteration)
        slack = F.cone_values(state.w).min(initial=np.inf)
        if callback is not None:
            point = state.w.copy()
            callback(Progress(iteration, whole.objective, whole.gap, slack, point))
        w = without_zeros(state.w, norms / reg, 1e-6 * unit / reg)
        clean = _certified(F, y, reg, w, state.rho, iteration)[1]
        if clean.gap <= tol * unit and F.cone_values(w).min(initial=0.0) >= 0:
            return clean  # blocks that end at zero are zero
        if reserve is not None and whole.gap > 0.5 * reserve.gap:
            return reserve  # rounding has the last word: nothing better will come
        if whole.gap <= tol * unit and slack >= 0:
            reserve = whole
        try:
            state = _advance(F, y, state)
        except LinAlgError:  # rounding stops the progress
            break
    if reserve is not None:
        return reserve
    where = f"{iteration} systems of the interior point, cone slack {slack:.2e}"
    why = "max_iter, tol or reg is small, or a pattern's cone has no interior"
    raise gap_too_large(where, whole.gap, tol * unit, whole, why)


class _State(NamedTuple):
    """Where the method is; all of it moves by one step length."""

    x: np.ndarray  # (t, w) in norm cones (signs, P, d + 1)
    z: np.ndarray  # their multipliers (λ, ζ)
    s: np.ndarray  # slacks of the cones (signs, P, m)
    rho: np.ndarray  # their multipliers

    @property
    def w(self) -> np.ndarray:
        return self.x[..., 1:]


def _certified(
    F: LiftedOperator, y: np.ndarray, reg: float, w: np.ndarray, rho: np.ndarray,
    iteration: int,
) -> tuple[np.ndarray, ConeSolution]:  # fmt: skip
    """Return the dual norms of all blocks, and w with its gap (eq:convex-gap)."""
    r = y - F.outputs(w)
    norms = np.linalg.norm(F.adjoint(r) + F.cone_adjoint(rho), axis=-1)
    penalty = total_norm(w)
    gap = scaled_residual_gap(y, r, penalty, reg, norms.max())
    return norms, ConeSolution(w, rho, 0.5 * r @ r + reg * penalty, gap, iteration)


def _start(F: LiftedOperator, reg: float, unit: float) -> _State:
    """Return zero weights, with slacks that are not theirs and all products equal."""
    k, P, d = F.shape
    x, z = np.zeros((2, k, P, d + 1))
    x[..., 0] = size = unit / (k * P * reg)
    z[..., 0] = reg
    s = np.full((k, P, len(F.rows)), size)
    return _State(x, z, s, np.full_like(s, reg))


def without_zeros(w: np.ndarray, norms: np.ndarray, floor: float) -> np.ndarray:
    """Return w without the blocks that end at zero: those of dual norm below λ."""
    sizes = np.linalg.norm(w, axis=-1)
    active = sizes > (1.0 - norms) * max(0.1 * sizes.max(), floor)
    return np.where(active[..., None], w, 0.0)


def _advance(F: LiftedOperator, y: np.ndarray, state: _State) -> _State:
    """Return the state after one step: w and rho solve (eq:convex-newton)."""
    lack = F.cone_values(state.w) - state.s
    lack = np.minimum(lack, lack / 0.9)  # aim beyond: a step of 0.9 enters
    pull = F.adjoint(y - F.outputs(state.w))

    def newton(cones: NormCones, theta: np.ndarray) -> Callable:
        solve = _newton_blocks(F, theta, cones.curvature)

        def changes(target_rho: np.ndarray, target_z: np.ndarray) -> tuple:
            right = pull + F.cone_adjoint(target_rho - theta * lack)
            dw = solve(right + cones.pull(target_z))  # (eq:convex-eliminate)
            return dw, F.cone_values(dw) + lack

        return changes

    return predict_and_correct(state, newton)


def _newton_blocks(
    F: LiftedOperator, theta: np.ndarray, curvature: np.ndarray
) -> Callable[[np.ndarray], np.ndarray]:
    """Factor F'F + H; return its solver (eq:convex-woodbury)."""
    d = F.shape[-1]
    products = (F.rows[:, :, None] * F.rows[:, None]).reshape(-1, d * d)
    H = curvature + (theta @ products).reshape(curvature.shape)
    ridge = 1e-14 * np.abs(H).max(axis=(-2, -1), keepdims=True)
    half = np.linalg.inv(np.linalg.cholesky(H + ridge * np.eye(d)))
    gram = cho_factor(_woodbury_gram(F.X, F.D, half))

    def apply(right: np.ndarray) -> np.ndarray:  # H⁻¹ = half' half
        return (half.swapaxes(-1, -2) @ (half @ right[..., None]))[..., 0]

    def attempt(right: np.ndarray) -> np.ndarray:
        dw = apply(right)
        return dw - apply(F.adjoint(cho_solve(gram, F.outputs(dw))))

    def solve(right: np.ndarray) -> np.ndarray:
        dw = attempt(right)
        rest = right - F.adjoint(F.outputs(dw)) - (H @ dw[..., None])[..., 0]
        return dw + attempt(rest)  # one refinement: Woodbury cancels where H is tiny

    return solve


def _woodbury_gram(X: np.ndarray, D: np.ndarray, half: np.ndarray) -> np.ndarray:
    """Return I + Z H⁻¹ Z' (n, n); the two signs share D_i X, one QR merges them."""
    P, n = D.shape
    gram = np.eye(n)
    stacked = np.concatenate(list(half), axis=1)  # (P, signs * d, d): H⁻¹ = half' half
    root = np.swapaxes(np.linalg.qr(stacked, mode="r"), -1, -2)
    for part in np.array_split(np.arange(P), 1 + n * P * X.shape[1] // 4_000_000):
        Y = ((X @ root[part]) * D[part, :, None]).transpose(1, 0, 2).reshape(n, -1)
        gram += Y @ Y.T
    return gram
