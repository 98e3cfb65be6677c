"""The way in: to a centre from any point, and back to it after a cut.

Newton's method of `newton.py` needs an interior point. After a cut a line
search finds one in most cases. Else infeasible-start Newton looks for one, and where
that fails phase one decides whether there is any, and proves it if there is none.
"""

import math
from dataclasses import replace
from typing import TypeVar

import numpy as np

from reference.analytic_center.newton import (
    EMPTY,
    FLAT,
    Body,
    Callback,
    Center,
    EmptySet,
    FlatSet,
    best_step,
    newton_center,
)
from reference.common import NotConverged

__all__ = []

AnyBody = TypeVar("AnyBody", bound=Body)


@np.errstate(divide="ignore", invalid="ignore")  # a step may round onto a wall
def enter_rows(
    body: Body, z: np.ndarray, s: np.ndarray, *, max_iter: int = 50
) -> tuple[np.ndarray | None, int]:
    """Return an interior point and the steps taken, or None, by infeasible start.

    The slacks s > 0 are variables of their own; Newton's method drives the residual
    r = b - Az - s to zero together with the gradient. z stays inside the base. A start
    that is inside, no wall nearer than a millionth of s, is returned as it is.
    """
    for step in range(max_iter):
        r = body.slacks(z) - s
        # A start on a wall is not inside, though rounding may put it there.
        if (r + s > (0 if step else 1e-6 * s)).all():
            return z, step
        try:
            solve = body.factor(z, s)
        except NotConverged:
            return None, step
        dz = -solve(body.gradient(z, 1 / s - r / s**2))  # (eq:ac-infeasible)
        ds = r - body.rows(dz)
        shrink = np.concatenate([-ds / s, -body.base_ratios(z, dz), [1e-12]])
        t = np.minimum(1.0, 0.9 / shrink.max())
        if not t >= 1e-2:
            return None, step + 1
        z, s = z + t * dz, s + t * ds
    return None, max_iter


def with_parabola(body: AnyBody) -> AnyBody:
    """Return the body with the parabola (eq:ac-pull) in place of a ball, if any."""
    pull = (body.row_count + 2) / body.radius**2
    return replace(body, radius=np.inf, pull=pull)  # type: ignore[type-var]


def find_center(
    body: Body,
    z: np.ndarray,
    unit: np.ndarray,
    tol: float,
    *,
    before: int = 0,
    callback: Callback | None = None,
) -> Center:
    """Return the centre of a body from any point z inside its base.

    `unit` are slacks to begin with where z violates a row. A ball and many rows make
    a thin shell, in which Newton's method crawls; the pull (eq:ac-pull) has the same
    centre where all rows pass through the origin, and leads near it elsewhere.
    `before` Hessians were factored already.
    """
    guide = with_parabola(body)
    inside, steps = enter_rows(guide, z, np.maximum(body.slacks(z), unit))
    steps += before
    if body.radius < np.inf and inside is not None:
        guided = newton_center(guide, inside, 0.01, before=steps, callback=callback)
        steps, inside = guided.newton_steps, guided.point
    if inside is None or np.vdot(inside, inside) >= body.radius**2:
        inside, more = body.interior_point(z)
        steps += more
    return newton_center(body, inside, tol, before=steps, callback=callback)


def relax_rows(body: Body, z: np.ndarray) -> tuple[np.ndarray, int]:
    """Return an interior point and the steps taken, or raise EmptySet or FlatSet.

    Follows the central path of (eq:ac-phase-one): minimise tau such that
    Az - tau w <= b. Its multipliers are a certificate when tau stays positive.
    For bodies with a bounded base, z inside it but for the ball.
    """
    z = z / max(1.0, np.linalg.norm(z) / (0.95 * body.radius))
    w, size = body.row_norms(), min(body.radius, body.box)
    sides = np.abs(body.slacks(0 * z)) / w
    excess = np.max(-body.slacks(z) / w)
    mu = max(excess, 1e-3 * size)
    tau, best, unit, proof = excess + mu, np.inf, size, None
    for step in range(1, 500):
        s = body.slacks(z) + tau * w
        try:
            dz, dtau, decrement = phase_one_step(body, z, s, w, mu)
        except NotConverged:
            break
        change = (w * dtau - body.rows(dz)) / s
        ratios = np.concatenate([change, body.base_ratios(z, dz)])
        t = best_step(ratios, slope=dtau / mu)
        if decrement < 0.1:  # (eq:ac-certificate): these balance exactly
            y = (1 - change) / s
            bound, multipliers = body.certificate(z, dz, y)
            if bound < 0:
                raise EmptySet(EMPTY, multipliers)
            if bound < best:
                best, proof = bound, multipliers
                heavy = w * y > 1e-3 * (w * y).max()  # a ball far away measures nothing
                unit = min(size, sides[heavy].max() or size)
            elif mu < 1e-6 * size:  # rounding; before it, the bound shrinks
                break
            if best < 1e-11 * size:
                break
            mu /= 10
        z, tau = z + t * dz, tau + t * dtau
        if (body.slacks(z) > 0).all():
            return z, step
    if best < 1e-4 * unit:  # half the digits are lost in the Hessian on the way
        raise FlatSet(FLAT, proof)
    raise NotConverged(
        "phase one did not settle whether the set is empty: give it a smaller radius", z
    )


def phase_one_step(
    body: Body, z: np.ndarray, s: np.ndarray, w: np.ndarray, mu: float
) -> tuple[np.ndarray, float, float]:
    """Return Newton's step in (z, tau) for tau / mu + F, and its decrement.

    The Hessian of the body is bordered by one column, that of tau.
    """
    gradient, solve = body.gradient(z, 1 / s), body.factor(z, s)
    border = body.adjoint(w / s**2)
    p, k = solve(gradient), solve(border)
    gamma = 1 / mu - (w / s).sum()
    dtau = -(gamma + np.vdot(border, p)) / (np.square(w / s).sum() - np.vdot(border, k))
    dz = k * dtau - p
    square = -np.vdot(gradient, dz) - gamma * dtau
    return dz, dtau, math.sqrt(max(square, 0.0))


def recenter(
    center: Center, body: Body, normal: np.ndarray, gap: float, tol: float
) -> Center:
    """Return the centre of `body`: the body of `center` with one more row.

    `normal` has the shape of a point, `gap` is the new row's slack at the old centre.
    """
    z, step = center.point, -center.solve(normal)
    unit = math.sqrt(max(-np.vdot(normal, step), 0.0)) or 1.0  # sqrt(a^T H^{-1} a)
    moved = best_of_line(center, body, step, unit, gap)
    if moved is not None:
        return newton_center(body, moved, tol)
    return find_center(body, z, np.append(center.slacks, max(gap, unit)), tol)


def best_of_line(
    center: Center, body: Body, step: np.ndarray, unit: float, gap: float
) -> np.ndarray | None:
    """Return the best point of the line (eq:ac-cut-step), None where it stays outside.

    The line is inside the old set up to `high`; the new row has slack from `low` on.
    """
    z = center.point
    old = -center.body.rows(step) / center.slacks
    ratios = np.concatenate([old, body.base_ratios(z, step)])
    low, high = -gap / unit**2, 1 / max(-ratios.min(), 1e-300)
    if high - low <= 1e-6 * high:
        return None
    t = max(0.0, min(low + 1 / unit, (low + high) / 2))
    new_ratio = unit**2 / (gap + t * unit**2)
    t += best_step(np.concatenate([ratios / (1 + t * ratios), [new_ratio]]))
    moved = z + t * step
    return moved if body.slacks(moved).min() > 0 else None
