r"""Newton's method on a logarithmic barrier, shared by the two analytic centres.

A *body* is a bounded convex set: a *base* in which an interior point is easy to
find (a ball, a box, cones) cut by *rows*. Its analytic centre is

.. math::

    z_c = \arg\min_z \; F_{\text{base}}(z) - \sum_k \log s_k(z),
    \qquad s(z) = b - Az .

The functions below ask a body for eight things and never for a matrix:

=========================  ===================================================
``slacks(z)``              s(z) = b - A z, one entry per row
``rows(v)``                A v
``adjoint(y)``             A^T y, in the shape of a point
``row_norms()``            the norms of the rows of A
``base_ratios(z, dz)``     r: F_base(z + t dz) = F_base(z) - sum log(1 + t r)
``gradient(z, y)``         grad F_base(z) + A^T y; the barrier's own at y = 1 / s
``factor(z, s)``           v -> H^{-1} v for the whole Hessian
``certificate(z, dz, y)``  what the multipliers y prove, and the proof
=========================  ===================================================

`polytope.py` has the dense body, `relu_body.py` the one with blocks;
how to find a first interior point is in `phase_one.py`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field

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
        The set, and v -> H^{-1} v of the last factor: what `add_cut` needs.
    """

    point: np.ndarray
    slacks: np.ndarray
    newton_steps: int
    decrement: float
    body: object = field(default=None, repr=False, compare=False)
    solve: Callable | None = field(default=None, repr=False, compare=False)


def cholesky_solver(H, rounding=0.0):
    """Return v -> H^{-1} v; pivots below the share `rounding` of H_jj are refused.

    LAPACK directly: at d = 10 a wrapper costs more.
    """
    if not H.size:
        return lambda v: v
    least = rounding * H.diagonal()
    factor, failed = dpotrf(H.T, overwrite_a=True)
    if failed or (rounding and (factor.diagonal() ** 2 < least).any()):
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
    >>> from reference.analytic_center import line_search
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


def ball_scale(radius, z):
    """Return 2 / (R^2 - z^2): the gradient of -log(R^2 - z^2) is this times z."""
    return 2 / (radius**2 - np.vdot(z, z)) if radius < np.inf else 0.0


def support(v, radius, box):
    """Return a bound on max -v^T z over ball and box (0 when there are neither)."""
    bounds = [0.0] if np.isinf(radius) and np.isinf(box) else []
    if np.isfinite(radius):
        bounds.append(radius * np.linalg.norm(v))
    if np.isfinite(box):
        bounds.append(box * np.abs(v).sum())
    return float(min(bounds))


def newton_step(body, z, s, solve):
    """Return -H^{-1} times the gradient at z, and its length in the norm of H."""
    gradient = body.gradient(z, 1 / s)
    dz = -solve(gradient)
    square = -np.vdot(gradient, dz)
    if square < -1e-9:  # the root of it would be 0, and the point a perfect centre
        raise NotConverged("rounding spoils the Newton step: slacks too small", z)
    return dz, math.sqrt(max(square, 0.0))


def newton_center(body, z, tol, *, before=0, callback=None, stuck=None, limit=500):
    """Return the centre of a body by Newton's method from an interior point.

    `before` Hessians were factored already. `stuck(body)` is called after every 30
    and where no factor exists; it may raise what is wrong with the body.
    """
    goal = math.sqrt(2 * tol)
    for factors in range(1, limit + 1):
        if stuck is not None and factors % 30 == 0:
            stuck(body)
        s = body.slacks(z)
        try:
            solve = body.factor(z, s)
        except np.linalg.LinAlgError as error:
            if stuck is not None:
                stuck(body)
            message = f"{error} after {factors - 1} Newton steps"
            raise NotConverged(message, z) from error
        dz, length = newton_step(body, z, s, solve)
        if callback is not None:
            callback(Center(z, s, before + factors - 1, length, body, solve))
        if length > 0.25:  # (eq:ac-damped), with the best step of the line
            ratios = np.concatenate([-body.rows(dz) / s, body.base_ratios(z, dz)])
            z = z + dz * line_search(
                ratios, body.pull * np.vdot(z, dz), body.pull * np.vdot(dz, dz)
            )
            continue
        # The decrement after a step is known before it.
        path, after = length, (length / (1 - length)) ** 2  # (eq:ac-quadratic)
        while after > goal:
            z, last = z + dz, length
            s = body.slacks(z)
            dz, length = newton_step(body, z, s, solve)  # with the factor in hand
            if length > last / 4:
                break  # which no longer serves
            path += length
            after = length * ((1 - path) ** -2 - 1) / (1 - path)  # (eq:ac-chord)
        else:
            slacks = body.slacks(z + dz)
            # Dikin: slacks move by less than the path, unless dz is wrong.
            if (abs(slacks - s) <= (path + 0.1) * s).all():  # and s > 0
                return Center(z + dz, slacks, before + factors, after, body, solve)
            raise NotConverged("rounding spoils the Newton step: slacks too small", z)
    raise NotConverged(f"no centre after {limit} Newton steps", z)
