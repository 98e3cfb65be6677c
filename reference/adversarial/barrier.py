r"""An interior point for the robust convex program of a two-layer ReLU network.

.. math::

    \min_{u, v} \; \sum_k L\big(f_k, \|g_k\|_\varepsilon\big)
    + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big)
    \quad \text{in the robust cones.}

Every slack s of the program has a multiplier q, every norm a point x = (t, w) and a
multiplier (λ, ζ) in norm cones. The method starts inside and takes all products s q
and x'(λ, ζ) to zero together; their sum becomes the duality gap.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from scipy.linalg import LinAlgError
from scipy.special import expit

from reference.adversarial.newton import robust_newton
from reference.adversarial.program import RobustProgram, robust_program
from reference.common import as_matrix, need_limits
from reference.convex_relu import (
    NormCones,
    gap_too_large,
    predict_and_correct,
    without_zeros,
)

__all__ = ["RobustSolution", "robust_barrier"]


@dataclass(frozen=True, eq=False)
class RobustSolution:
    """Blocks (2, P, d) in their robust cones, at most `gap` above the optimum."""

    weights: np.ndarray
    objective: float
    gap: float
    newton_steps: int


def robust_barrier(
    X: np.ndarray,
    y: np.ndarray,
    masks: np.ndarray,
    gates: np.ndarray,
    reg: float,
    epsilon: float | np.ndarray,
    *,
    loss: str = "squared",
    tol: float = 1e-6,
    max_iter: int = 100,
) -> RobustSolution:
    r"""Return the optimal blocks of the robust program, with a duality gap.

    .. math::

        \min_{u, v} \; \sum_k L\big(f_k, \|g_k\|_\varepsilon\big)
        + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big)
        \quad \text{in the robust cones.}

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels +1 and -1; real targets for the squared loss.
    masks : ndarray of bool, shape (P, n)
    gates : array_like, shape (P, d)
        One point strictly inside every robust cone (`robust_patterns` finds them).
    reg : float
        λ > 0, for a sum of losses.
    epsilon : float or array_like, shape (d,)
    loss : {"squared", "hinge", "logistic"}
    tol : float
        Stop at a gap of at most ``tol`` times the loss of the zero network.
    max_iter : int
        At most this many Newton steps.

    Returns
    -------
    RobustSolution

    Raises
    ------
    ValueError
        For bad input, or a gate outside its robust cone.
    NotConverged
        If `tol` is not reached, with the reason: rounding, or `max_iter`.

    Notes
    -----
    Implements (eq:adv-products): Mehrotra's predictor-corrector, with the scaling of
    Nesterov and Todd for the norms. Blocks that end at zero are exactly zero. A step
    costs O(n P² d² + P³ d³): meant for P d up to about two thousand, in 15 to 30 steps.

    References
    ----------
    Boyd and Vandenberghe (2004), section 11.7; Mehrotra (1992).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import robust_barrier
    >>> X, masks = [[2.0], [-2.0]], np.array([[True, False], [False, True]])
    >>> found = robust_barrier(X, [3.0, -3.0], masks, [[1.0], [-1.0]], 0.1, 0.5)
    >>> found.weights.round(3)[..., 0] + 0.0
    array([[ 1.5,  0. ],
           [ 0. , -1.5]])
    """
    program = robust_program(X, y, masks, reg, epsilon, loss=loss)
    P, d = len(program.D), program.X.shape[1]
    gates = as_matrix(gates, "gates", rows=P, columns=d)
    need_limits(tol, max_iter)
    zero = np.zeros((2, P, d))
    unit = program.primal(zero)  # the loss of the zero network measures gaps
    if unit == 0.0 or not len(program.rows):  # nothing to gain, or no output but zero
        return RobustSolution(zero, unit, 0.0, 0)
    state = _start(program, gates, unit)
    for step in range(max_iter + 1):
        bound, norms = program.dual(state.p, state.q)
        best = without_zeros(state.x[..., 1:], norms / reg, 1e-3 * unit / reg)
        value = program.primal(best)
        if value - bound <= tol * unit:
            return RobustSolution(best, value, max(value - bound, 0.0), step)
        try:
            state = _advance(program, state)
        except LinAlgError:  # rounding stops the progress
            break
    where = f"{step} steps of the interior point"
    why = f"max_iter={max_iter} is small, or tol is near rounding error"
    raise gap_too_large(where, value - bound, tol * unit, best, why)


class _State(NamedTuple):
    """Where the method is: all of it moves by one step length."""

    x: np.ndarray  # (t, w) in norm cones
    z: np.ndarray  # their multipliers (λ, ζ)
    s: np.ndarray  # slacks
    q: np.ndarray  # their multipliers
    a: np.ndarray  # bounds of |w|
    c: np.ndarray  # bounds of the slopes
    e: np.ndarray  # bounds of the hinge
    p: np.ndarray  # slopes of the loss


def _start(program: RobustProgram, gates: np.ndarray, unit: float) -> _State:
    """Return multiples of the gates, well inside all bounds, with all s q at one mu."""
    P, n = program.D.shape
    lengths = np.linalg.norm(gates, axis=1, keepdims=True)
    w = np.tile(gates * (unit / (P * program.reg * lengths)), (2, 1, 1))
    size = np.abs(w[..., program.moving])
    depth = program.side * (w @ program.rows.T) - (size @ program.box)[..., None]
    depth = depth.min(axis=-1, keepdims=True)
    if not depth.min() > 0:
        raise ValueError(
            f"gates must lie strictly inside their robust cones, gate "
            f"{int(depth[0].argmin())} does not: see robust_patterns"
        )
    a = size + 0.3 * depth / (program.box.sum() or 1.0)
    f, slopes = program.outputs(w)
    typical = np.sqrt(2 * unit / n) if program.loss == "squared" else 1.0
    c = np.abs(slopes) + typical / (slopes.shape[1] * program.radii)
    p = program.argument(f, c)
    e = np.maximum(p, 0.0) + 1.0 if program.loss == "hinge" else np.zeros(0)
    s = program.slacks(w, a, c, e)
    mu = 10.0 * unit / (len(s) + 4 * P)
    q = mu / s
    if program.loss == "hinge":  # the two multipliers add to one, for ever
        kink = program.split(s)[3]
        program.split(q)[3][:] = kink[::-1] / kink.sum(axis=0)
        p = program.split(q)[3][1].copy()
    elif program.loss == "logistic":
        p = expit(p)
    half = mu / program.reg
    t = half + np.sqrt(half**2 + (w * w).sum(axis=-1, keepdims=True))
    x = np.concatenate([t, w], axis=-1)
    z = program.reg * np.concatenate([np.ones_like(t), -w / t], axis=-1)
    return _State(x, z, s, q, a, c, e, p)


def _advance(program: RobustProgram, state: _State) -> _State:
    """Return the state after one step, found by a predictor and a corrector."""
    c, p = state.c, state.p
    argument = program.argument(program.outputs(state.x[..., 1:])[0], c)

    def newton(cones: NormCones, theta: np.ndarray) -> Callable:
        solve = robust_newton(program, argument, p, theta, cones)

        def changes(target_q: np.ndarray, target_z: np.ndarray) -> tuple:
            dw, da, dc, de, dp = solve(target_q, target_z)
            return dw, program.slacks(dw, da, dc, de, at=0.0), da, dc, de, dp

        return changes

    def rate(*changes: np.ndarray) -> float:  # logistic slopes stay between 0 and 1
        dp = changes[-1]
        inside = program.loss == "logistic"
        return max((-dp / p).max(), (dp / (1.0 - p)).max()) if inside else 0.0

    return predict_and_correct(state, newton, rate)
