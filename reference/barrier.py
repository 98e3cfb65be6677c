r"""Newton's method on a logarithmic barrier, shared by the two analytic centres.

A *body* is a bounded convex set: a *base* in which an interior point is easy to
find (a ball, a box, cones) cut by *rows*. Its analytic centre is

.. math::

    z_c = \arg\min_z \; F_{\text{base}}(z) - \sum_k \log s_k(z),
    \qquad s(z) = b - Az .

The functions below ask a body for seven things and never for a matrix:

=========================  ===================================================
``slacks(z)``              s(z) = b - A z, one entry per row
``rows(v)``                A v
``adjoint(y)``             A^T y, in the shape of a point
``row_norms()``            the norms of the rows of A
``base_ratios(z, dz)``     r: F_base(z + t dz) = F_base(z) - sum log(1 + t r)
``system(z, s)``           gradient of F_base; v -> H^{-1} v for the whole H
``certificate(z, dz, y)``  what the multipliers y prove, and the proof
=========================  ===================================================

`reference.polytope` has the dense body, `reference.relu_body` the one with blocks.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from reference.common import Infeasible, NotConverged, Unbounded

__all__ = ["Center", "EmptySet", "FlatSet", "UnboundedSet", "line_search"]


class EmptySet(Infeasible):
    """No point satisfies the rows; `certificate` is a Farkas vector."""


class FlatSet(Infeasible):
    """No point satisfies the rows strictly; `certificate` is a Farkas vector."""


class UnboundedSet(Unbounded):
    """The set holds a half-line in direction `ray`, so it has no centre."""


@dataclass(frozen=True)
class Center:
    """An analytic centre and what proves it.

    Attributes
    ----------
    point : ndarray
        The centre.
    slacks : ndarray, shape (m,)
        b - A z of the rows at the centre, all positive.
    newton_steps : int
        Hessians that were factored on the way.
    decrement : float
        A bound on the Newton decrement at `point`.
    body, solve
        The set, and v -> H^{-1} v of the last Newton step: what `add_cut` needs.
    """

    point: np.ndarray
    slacks: np.ndarray
    newton_steps: int
    decrement: float
    body: object = field(default=None, repr=False, compare=False)
    solve: Callable | None = field(default=None, repr=False, compare=False)


def cholesky_solver(H):
    """Return v -> H^{-1} v. LAPACK directly: at d = 10 a wrapper costs more."""
    if not H.size:
        return lambda v: v
    factor, failed = dpotrf(H.T, overwrite_a=True)
    if failed:
        raise np.linalg.LinAlgError("the Hessian is not positive definite")
    return lambda v: dpotrs(factor, v)[0]


def line_search(ratios, slope=0.0, bend=0.0):
    r"""Return the step to the minimum of a barrier along a line, nearly exactly.

    .. math:: \min_t \; \sigma t + \tfrac12 \kappa t^2 - \sum_j \log(1 + t\, r_j)

    Parameters
    ----------
    ratios : array_like, shape (N,)
        r_j, the relative change of every slack per unit of t.
    slope, bend : float
        sigma and kappa >= 0, of a linear and a quadratic term.

    Returns
    -------
    float
        A t with every 1 + t r_j > 0 and a one-dimensional Newton decrement below
        0.01. A line without a minimum is left after 20 steps, at some large t.

    Notes
    -----
    Implements {eq}`eq:ac-line`. Newton's method in one dimension: O(N) per step and
    no access to the matrix. Damped steps cannot leave the domain.

    Examples
    --------
    >>> from reference.barrier import line_search
    >>> round(line_search([-1.0, 0.5]), 2)  # -log(1 - t) - log(1 + t/2)
    -0.5
    """
    ratios = np.asarray(ratios, dtype=float)
    t = 0.0
    for _ in range(20):
        q = ratios / (1 + t * ratios)
        first, second = slope + bend * t - q.sum(), bend + q @ q
        if second <= 0:
            break
        decrement = abs(first) / math.sqrt(second)
        t -= first / second / (1 + decrement)  # (eq:ac-damped) in one variable
        if decrement < 0.1:
            break
    return float(t)


def ball_ratios(radius, z, dz):
    """Return the two roots r: q(t) / q(0) = (1 + t r1) (1 + t r2), q = R^2 - z^2."""
    q = radius**2 - np.square(z).sum()
    half, product = -(z * dz).sum() / q, np.square(dz).sum() / q
    large = half + np.copysign(np.sqrt(half * half + product), half)
    return [large, -product / large if large else 0.0]  # (eq:ac-ball-roots)


def support(v, radius, box):
    """Return a bound on max -v^T z over ball and box (0 when there are neither)."""
    bounds = [0.0] if np.isinf(radius) and np.isinf(box) else []
    if np.isfinite(radius):
        bounds.append(radius * np.linalg.norm(v))
    if np.isfinite(box):
        bounds.append(box * np.abs(v).sum())
    return float(min(bounds))


def newton_center(body, z, tol, *, before=0, callback=None, stuck=None, limit=500):
    """Return the centre of a body by damped Newton steps from an interior point.

    `before` steps were taken already. `stuck(body)` is called every 30 steps that
    leave the decrement near 1, where an unbounded set keeps it.
    """
    goal = math.sqrt(2 * tol)
    for step in range(1, limit + 1):
        s = body.slacks(z)
        try:
            gradient, solve = body.system(z, s)
        except np.linalg.LinAlgError as error:
            if stuck is not None:
                stuck(body)
            raise NotConverged(f"{error} after {step - 1} Newton steps", z) from error
        gradient = gradient + body.adjoint(1 / s)
        dz = -solve(gradient)
        decrement = math.sqrt(max(-(gradient.ravel() @ dz.ravel()), 0.0))
        if callback is not None:
            callback(Center(z, s, before + step - 1, decrement, body, solve))
        t = 1.0
        if decrement > 0.25:  # (eq:ac-damped), with the best step of the line
            ratios = np.concatenate([-body.rows(dz) / s, body.base_ratios(z, dz)])
            t = line_search(
                ratios, body.pull * (z * dz).sum(), body.pull * (dz * dz).sum()
            )
        z = z + t * dz
        # (eq:ac-quadratic): the decrement after a full step is known beforehand.
        if decrement <= 0.25 and (after := (decrement / (1 - decrement)) ** 2) <= goal:
            slacks = body.slacks(z)
            # Dikin: slacks move by less than the decrement, unless dz is wrong.
            if (abs(slacks - s) <= (decrement + 0.1) * s).all():
                return Center(z, slacks, before + step, after, body, solve)
            raise NotConverged("rounding spoils the Newton step: slacks too small", z)
        if stuck is not None and step % 30 == 0 and decrement > 0.9:
            stuck(body)
    raise NotConverged(f"no centre after {limit} Newton steps", z)


def enter_rows(body, z, s, *, limit=50):
    """Return an interior point and the steps taken, or None, by infeasible start.

    The slacks s > 0 are variables of their own; Newton's method drives the residual
    r = b - Az - s to zero together with the gradient. z stays inside the base.
    """
    y = 1 / s

    def residual(z, s, y):
        gradient, _ = body.system(z, s)
        parts = gradient + body.adjoint(y), y - 1 / s, body.slacks(z) - s
        return np.sqrt(sum((p * p).sum() for p in parts))

    for step in range(limit):
        r = body.slacks(z) - s
        if (r + s > 0).all():
            return z, step
        try:
            gradient, solve = body.system(z, s)
            dz = -solve(gradient + body.adjoint(1 / s - r / s**2))  # (eq:ac-infeasible)
            ds = r - body.rows(dz)
            dy = 1 / s - ds / s**2 - y
            shrink = np.concatenate([-ds / s, -body.base_ratios(z, dz), [1e-12]])
            t, now = min(1.0, 0.95 / shrink.max()), residual(z, s, y)
            while residual(z + t * dz, s + t * ds, y + t * dy) > (1 - 0.1 * t) * now:
                t /= 2
                if t < 1e-2:
                    return None, step
        except np.linalg.LinAlgError:
            return None, step
        z, s, y = z + t * dz, s + t * ds, y + t * dy
    return None, limit


def find_center(body, z, unit, tol, *, callback=None, stuck=None):
    """Return the centre of a body from any point z inside its base.

    `unit` are slacks to begin with where z violates a row. A ball and many rows make
    a thin shell, in which Newton's method crawls; the pull (eq:ac-pull) has the same
    centre where all rows pass through the origin, and leads near it elsewhere.
    """
    only_ball = np.isfinite(body.radius) and np.isinf(body.box)
    pull = (body.row_count + 2) / body.radius**2
    guide = replace(body, radius=np.inf, pull=pull) if only_ball else body
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
            gradient, solve = body.system(z, s)
        except np.linalg.LinAlgError:
            break
        gradient = gradient + body.adjoint(1 / s)
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
    unit = math.sqrt(max(-(normal * step).sum(), 0.0)) or 1.0  # sqrt(a^T H^{-1} a)
    ratios = np.concatenate(
        [-center.body.rows(step) / center.slacks, body.base_ratios(z, step)]
    )
    # the line is inside the old set up to `high`, the new row has slack from `low`
    low, high = -gap / unit**2, 1 / max(np.max(-ratios, initial=0.0), 1e-300)
    if low < high:
        t = 0.0 if gap >= unit else min(low + 1 / unit, (low + high) / 2)
        new_ratio = unit**2 / (gap + t * unit**2)
        t += line_search(np.append(ratios / (1 + t * ratios), new_ratio))
        moved = z + t * step
        if (body.slacks(moved) > 0).all():
            return newton_center(body, moved, tol)
    moved, steps = enter_rows(body, z, np.append(center.slacks, max(gap, unit)))
    if moved is None:
        moved, steps = body.interior_point(z)
    return newton_center(body, moved, tol, before=steps)
