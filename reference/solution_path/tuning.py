r"""λ chosen by the slope of the validation loss.

.. math::

    \min_{\lambda} \; V(\lambda) = \tfrac12 \| f_\lambda(X') - y' \|_2^2, \qquad
    V'(\lambda) \text{ from the sensitivity of the optimum.}

A coarse path finds the region, then the sign of V' says on which side of a point the
minimum lies: each further program halves an interval or does better, where a grid needs
a point for every digit.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns import Patterns
from reference.common import NotConverged, as_integer, as_matrix, as_real, as_vector
from reference.convex_relu import (
    ConvexFit,
    cone_slack,
    convex_objective,
    pattern_masks,
)
from reference.solution_path.derivatives import validation_loss
from reference.solution_path.path import WarmSolver
from reference.solution_path.smooth import (
    ConditionFails,
    need_smooth,
    smooth_conditions,
)

__all__ = ["TunedReg", "tune_reg"]

STEP = 1.01  # to the second point of a difference


@dataclass(frozen=True, eq=False)
class TunedReg:
    """The best λ that was tried, and everything that was.

    `reg`, `loss` and `fit` of the best, whose network has that loss; `regs` (k,),
    `losses` (k,), `slopes` (k,): all that were tried, in their order, the slope NaN
    where none was asked for or none exists.
    """

    reg: float
    loss: float
    fit: ConvexFit
    regs: np.ndarray
    losses: np.ndarray
    slopes: np.ndarray


def tune_reg(
    X: ArrayLike, y: ArrayLike, patterns: Patterns, X_new: ArrayLike, y_new: ArrayLike,
    regs: ArrayLike, *, steps: int = 8, tol: float = 1e-6,
) -> TunedReg:  # fmt: skip
    r"""Return the regularisation with the smallest loss on validation data.

    .. math::

        \min_\lambda \; \tfrac12 \| f_\lambda(X') - y' \|_2^2 .

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    patterns : Patterns
    X_new : array_like, shape (m, d)
    y_new : array_like, shape (m,)
        Validation data.
    regs : array_like, shape (k,)
        A coarse grid, at least three values; the best of them and its neighbours bound
        the search.
    steps : int
        Programs solved after the grid.
    tol : float
        Relative duality gap of each fit.

    Returns
    -------
    TunedReg

    Raises
    ------
    ValueError
        For bad input.
    NotConverged
        If a program cannot be solved to `tol`.

    Notes
    -----
    Implements {prf:ref}`alg-10-tune`: the secant method on the slope in log λ, kept in
    an interval that only shrinks. Where the optimum has no derivative (a bend of the
    path, or an optimum that is not unique) the secant to the best point so far takes
    the slope's place. V need not be convex: the minimum found is a local one.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.solution_path import tune_reg
    >>> X, y = [[1.0, 1.0], [1.0, 0.0]], [3.0, -1.0]
    >>> tuned = tune_reg(X, y, enumerate_patterns(X), [[0.0, 1.0]], [2.2],
    ...                  [1.6, 0.9, 0.75, 0.4])  # f = 3 - λ there
    >>> round(tuned.reg, 4), len(tuned.regs)
    (0.8, 12)
    """
    X = as_matrix(X)
    y = as_vector(y, size=len(X))
    X_new = as_matrix(X_new, "X_new", columns=X.shape[1])
    y_new = as_vector(y_new, "y_new", size=len(X_new))
    regs = np.unique(as_vector(regs, "regs"))[::-1]
    if len(regs) < 3 or regs[-1] <= 0.0:
        raise ValueError(f"regs must be positive, three different ones, got {regs}")
    steps = as_integer(steps, "steps", low=0)
    tol = as_real(tol, "tol", low=0.0, open_low=True)
    solver = WarmSolver(X, y, patterns, tol)
    tried: list[tuple[float, float, float]] = []
    fits: list[ConvexFit] = []

    def attempt(reg: float, with_slope: bool) -> tuple[float, float]:
        """Return λ and the slope there in log λ; NaN if there is none."""
        fit, slope = solver.solve(reg), np.nan
        if with_slope:
            fit, slope = _shortest_and_slope(fit, X, y, X_new, y_new)
        off = fit.network(X_new) - y_new
        fits.append(fit)
        tried.append((reg, 0.5 * float(off @ off), slope))
        return reg, reg * slope

    for reg in regs:
        attempt(float(reg), False)
    best = int(np.argmin([loss for _, loss, _ in tried]))
    high, low = regs[max(best - 1, 0)], regs[min(best + 1, len(regs) - 1)]
    at, last = float(regs[best]), (np.nan, np.nan)
    while len(tried) < len(regs) + steps:
        older, last = last, attempt(at, True)
        if np.isnan(last[1]) and len(tried) < len(regs) + steps:
            last = attempt(STEP * at, True)
            if np.isnan(last[1]):  # no derivative here: the difference of two
                rise = tried[-1][1] - tried[-2][1]
                last = (at, rise / float(np.log(STEP)))
        low, high = (low, at) if last[1] > 0.0 else (at, high)
        at = _next_reg(float(low), float(high), older, last)
    columns = [np.array(column) for column in zip(*tried, strict=True)]
    k = int(columns[1].argmin())
    return TunedReg(*tried[k][:2], fits[k], *columns)


def _next_reg(
    low: float, high: float, older: tuple[float, float], last: tuple[float, float]
) -> float:
    """Return where the line through two slopes is zero, or the interval's middle."""
    (a, slope_a), (b, slope_b) = older, last
    with np.errstate(all="ignore"):
        step = -slope_b * np.log(b / a) / np.subtract(slope_b, slope_a)
    ahead = b * np.exp(np.clip(step, -50.0, 50.0))
    return float(ahead if low < ahead < high else np.sqrt(low * high))


def _shortest_and_slope(
    fit: ConvexFit, X: np.ndarray, y: np.ndarray, X_new: np.ndarray, y_new: np.ndarray
) -> tuple[ConvexFit, float]:
    """Return the fit with the shortest optimum, and the slope of its loss, if any."""
    try:
        found = smooth_conditions(fit, X, y)
    except NotConverged:
        return fit, np.nan
    shortest = found.found.weights(found.found.min_norm())
    value = convex_objective(shortest, X, y, fit.patterns, fit.reg)
    fit = replace(
        fit, weights=shortest, objective=value, fitted=found.found.fitted,
        gap=max(fit.gap + value - fit.objective, 0.0),
        cone_slack=cone_slack(shortest, X, pattern_masks(fit.patterns, len(X))),
    )  # fmt: skip
    try:
        return fit, validation_loss(need_smooth(found), X, X_new, y_new)[1]
    except ConditionFails:
        return fit, np.nan
