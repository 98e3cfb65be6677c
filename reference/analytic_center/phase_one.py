"""The way in: to a centre from any point, and back to it after a cut.

Newton's method of `newton.py` needs an interior point. After a cut a line
search finds one in most cases. Else infeasible-start Newton looks for one, and where
that fails phase one decides whether there is any, and proves it if there is none.
"""

import math
from dataclasses import replace

import numpy as np

from reference.analytic_center.newton import (
    EmptySet,
    FlatSet,
    line_search,
    newton_center,
)
from reference.common import NotConverged

__all__ = []


def enter_rows(body, z, s, *, limit=50):
    """Return an interior point and the steps taken, or None, by infeasible start.

    The slacks s > 0 are variables of their own; Newton's method drives the residual
    r = b - Az - s to zero together with the gradient. z stays inside the base.
    """
    y = 1 / s

    def residual(z, s, y):
        parts = body.gradient(z, y), y - 1 / s, body.slacks(z) - s
        return np.sqrt(sum((p * p).sum() for p in parts))

    for step in range(limit):
        r = body.slacks(z) - s
        # A start on a wall is not inside, though rounding may put it there.
        if (r + s > (0 if step else 1e-6 * s)).all():
            return z, step
        try:
            solve = body.factor(z, s)
            dz = -solve(body.gradient(z, 1 / s - r / s**2))  # (eq:ac-infeasible)
            ds = r - body.rows(dz)
            dy = 1 / s - ds / s**2 - y
            shrink = np.concatenate([-ds / s, -body.base_ratios(z, dz), [1e-12]])
            t, now = min(1.0, 0.95 / shrink.max()), residual(z, s, y)
            while residual(z + t * dz, s + t * ds, y + t * dy) > (1 - 0.1 * t) * now:
                t /= 2
                if t < 1e-2:
                    return None, step + 1
        except np.linalg.LinAlgError:
            return None, step
        z, s, y = z + t * dz, s + t * ds, y + t * dy
    return None, limit


def with_parabola(body):
    """Return the body with the parabola (eq:ac-pull) in place of a ball."""
    return replace(body, radius=np.inf, pull=(body.row_count + 2) / body.radius**2)


def find_center(body, z, unit, tol, *, callback=None, stuck=None):
    """Return the centre of a body from any point z inside its base.

    `unit` are slacks to begin with where z violates a row. A ball and many rows make
    a thin shell, in which Newton's method crawls; the pull (eq:ac-pull) has the same
    centre where all rows pass through the origin, and leads near it elsewhere.
    """
    only_ball = np.isfinite(body.radius) and np.isinf(body.box)
    guide = with_parabola(body) if only_ball else body
    inside, steps = enter_rows(guide, z, np.maximum(body.slacks(z), unit))
    if only_ball and inside is not None:
        guided = newton_center(guide, inside, 0.01, before=steps, callback=callback)
        steps, inside = guided.newton_steps, guided.point
    if inside is None or np.square(inside).sum() >= body.radius**2:
        inside, more = body.interior_point(z)
        steps += more
    return newton_center(
        body, inside, tol, before=steps, callback=callback, stuck=stuck
    )


def relax_rows(body, z):
    """Return an interior point and the steps taken, or raise EmptySet or FlatSet.

    Follows the central path of (eq:ac-phase-one): minimise tau such that
    Az - tau w <= b. Its multipliers are a certificate when tau stays positive.
    For bodies with a bounded base, z inside it.
    """
    w = body.row_norms()
    w = np.where(w > 0, w, 1.0)
    size, excess = min(body.radius, body.box), np.max(-body.slacks(z) / w)
    unit = max(excess, 1e-3 * size)
    tau, mu, value, proof = excess + unit, unit, np.inf, None
    for step in range(1, 500):
        s = body.slacks(z) + tau * w
        try:
            gradient, solve = body.gradient(z, 1 / s), body.factor(z, s)
        except np.linalg.LinAlgError:
            break
        h = body.adjoint(w / s**2)
        p, k = solve(gradient), solve(h)
        gamma = 1 / mu - (w / s).sum()
        dtau = -(gamma + (h * p).sum()) / (((w / s) ** 2).sum() - (h * k).sum())
        dz = k * dtau - p
        decrement = np.sqrt(max(-(gradient * dz).sum() - gamma * dtau, 0.0))
        change = (w * dtau - body.rows(dz)) / s
        t = line_search(
            np.concatenate([change, body.base_ratios(z, dz)]), slope=dtau / mu
        )
        if decrement < 0.1:  # (eq:ac-certificate): these balance exactly
            new, multipliers = body.certificate(z, dz, (1 - change) / s)
            if new < -1e-12 * size:
                raise EmptySet(
                    f"the set is empty: its rows miss each other by {-new:.2g}; those "
                    "with large entries of `certificate` contradict each other",
                    multipliers,
                )
            if new > value and mu < 1e-6 * size:  # rounding; before it, new shrinks
                break
            value, proof = new, multipliers
            if value < 1e-11 * size:
                break
            mu /= 10
        z, tau = z + t * dz, tau + t * dtau
        if (body.slacks(z) > 0).all():
            return z, step
    if value < 1e-6 * size:
        raise FlatSet(
            "the set is flat: rows with large entries of `certificate` can hold with "
            "equality only; loosen them or remove one of each pair",
            proof,
        )
    raise NotConverged("phase one did not settle whether the set is empty", z)


def recenter(center, body, normal, gap, tol):
    """Return the centre of `body`: the body of `center` with one more row.

    `normal` has the shape of a point, `gap` is the new row's slack at the old centre.
    (eq:ac-cut-step): along -H^{-1} normal, with the factor in hand, to the best point.
    """
    z, step = center.point, -center.solve(normal)
    unit = math.sqrt(max(-np.vdot(normal, step), 0.0)) or 1.0  # sqrt(a^T H^{-1} a)
    ratios = np.concatenate(
        [-center.body.rows(step) / center.slacks, body.base_ratios(z, step)]
    )
    # the line is inside the old set up to `high`, the new row has slack from `low`
    low, high = -gap / unit**2, 1 / max(-ratios.min(initial=0.0), 1e-300)
    if high - low > 1e-6 * high:
        t = 0.0 if gap >= unit else min(low + 1 / unit, (low + high) / 2)
        new_ratio = unit**2 / (gap + t * unit**2)
        t += line_search(np.concatenate([ratios / (1 + t * ratios), [new_ratio]]))
        moved = z + t * step
        if body.slacks(moved).min() > 0:
            return newton_center(body, moved, tol)
    moved, steps = enter_rows(body, z, np.append(center.slacks, max(gap, unit)))
    if moved is None:
        moved, more = body.interior_point(z)
        steps += more
    return newton_center(body, moved, tol, before=steps)
