r"""Accelerated proximal gradient descent with restarts and a certificate (FISTA).

For a linear map F, a norm R with a cheap proximal map, and its dual norm R*,

.. math::

    \min_u \; \tfrac12 \| F u - y \|_2^2 + \lambda R(u), \qquad
    \text{dual:}\quad \max_\nu \; y^\top \nu - \tfrac12 \|\nu\|_2^2
    \;\text{ s.t. }\; R^*(F^\top \nu) \le \lambda .

R may be infinite outside a cone: then the proximal map projects onto it first.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_array, as_integer, as_real, need_limits
from reference.convex_relu.certificate import gap_too_large, scaled_residual_gap
from reference.convex_relu.interior_point import Progress

__all__ = ["fista"]


Map = Callable[[np.ndarray], np.ndarray]
Norm = Callable[[np.ndarray], float]


def fista(
    fit: Map, adjoint: Map, prox: Callable[[np.ndarray, float], np.ndarray],
    norm: Norm, dual_norm: Norm, y: ArrayLike, reg: float, start: np.ndarray, *,
    tol: float = 1e-6, max_iter: int = 20000, every: int = 10,
    callback: Callable[[Progress], None] | None = None,
) -> tuple[np.ndarray, float]:  # fmt: skip
    r"""Return the minimiser and its duality gap.

    .. math::

        u^{+} = \mathrm{prox}_{\lambda R / L}
        \big( \tilde u + F^\top (y - F \tilde u) / L \big), \qquad
        \tilde u = u + \frac{t - 1}{t^{+}} (u - u^{-}) .

    Parameters
    ----------
    fit : callable
        u -> F u, linear.
    adjoint : callable
        r -> F' r, in the shape of u.
    prox : callable
        (q, step) -> the minimiser over u of ½‖u - q‖² + step λ R(u).
    norm, dual_norm : callable
        u -> R(u), and F' r -> R*(F' r).
    y : array_like, shape (n,) or (n, C)
    reg : float
        λ > 0.
    start : ndarray
        First u, with R(start) finite.
    tol : float
        Stop at a gap of at most ``tol * ||y||² / 2``.
    max_iter : int
    every : int
        The gap is computed once in so many iterations.
    callback : callable, optional
        Called with a `Progress` whenever the gap is computed.

    Returns
    -------
    u : ndarray
    gap : float

    Raises
    ------
    NotConverged
        If the gap is still larger after `max_iter` iterations; `state` is u.

    Notes
    -----
    Implements (eq:convex-fista). The step is found by the exact curvature along the
    move, ‖F Δ‖² ≤ L ‖Δ‖², and the momentum restarts when it points uphill. One `fit`
    (and two more whenever L doubles) and one `adjoint` an iteration: both are linear,
    so their values at ũ are combinations of those at the last two u. Before L
    doubles, F Δ is computed afresh: the difference of two outputs may be rounding
    alone, which no L bounds.

    References
    ----------
    Beck and Teboulle (2009); O'Donoghue and Candès (2015).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.convex_relu import fista
    >>> def shrink(w, step):  # R(w) = |w|_1, λ = 1
    ...     return np.sign(w) * np.maximum(abs(w) - step, 0)
    >>> def same(w):
    ...     return w
    >>> w, gap = fista(same, same, shrink, lambda w: abs(w).sum(),
    ...                lambda p: abs(p).max(), [3.0, -0.5], 1.0, np.zeros(2))
    >>> w.round(6) + 0.0
    array([2., 0.])
    """
    y, u = as_array(y, "y"), as_array(start, "start")
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    need_limits(tol, max_iter, callback)
    every = as_integer(every, "every", low=1)
    flat, target = y.ravel(), tol * 0.5 * float((y * y).sum())
    out = fit(u)
    pull = adjoint(y - out)
    # The curvature along the gradient is a lower bound.
    L = max((fit(pull) ** 2).sum() / max((pull**2).sum(), 1e-300), 1e-300)
    t, old, old_out, old_pull = 1.0, u, out, pull
    for iteration in range(1, max_iter + 1):
        if (iteration - 1) % every == 0:
            r = flat - out.ravel()
            penalty = norm(u)
            gap = scaled_residual_gap(flat, r, penalty, reg, dual_norm(pull))
            if callback is not None:
                value = 0.5 * r @ r + reg * penalty
                callback(Progress(iteration, value, gap, np.nan, u))
            if gap <= target:
                return u, gap
        following = 0.5 * (1.0 + np.sqrt(1.0 + 4.0 * t**2))
        beta = (t - 1.0) / following
        ahead, ahead_out = u + beta * (u - old), out + beta * (out - old_out)
        ahead_pull = pull + beta * (pull - old_pull)
        while True:  # (eq:convex-fista)
            new = prox(ahead + ahead_pull / L, 1.0 / L)
            new_out, move = fit(new), new - ahead
            bound = L * (move**2).sum() * (1 + 1e-9)
            if ((new_out - ahead_out) ** 2).sum() <= bound:
                break
            if (fit(move) ** 2).sum() <= bound:  # the difference had lost its digits
                break
            L *= 2.0
        if (-move * (new - u)).sum() > 0:  # uphill: forget the momentum
            following = 1.0
        old, old_out, old_pull = u, out, pull
        u, out, t = new, new_out, following
        pull = adjoint(y - out)
        L *= 0.95
    advice = "raise tol or max_iter, or use the interior point"
    raise gap_too_large(f"{max_iter} steps of FISTA", gap, target, u, advice)


def shrink_blocks(blocks: np.ndarray, threshold: float) -> np.ndarray:
    """Return every block shorter by the threshold, or zero (eq:admm-shrink)."""
    sizes = np.linalg.norm(blocks, axis=-1, keepdims=True)
    return blocks * np.maximum(1.0 - threshold / np.maximum(sizes, threshold), 0.0)
