r"""Newton's method on a logarithmic barrier, shared by the two analytic centres.

A *body* is a convex set: a *base* in which an interior point is easy to find (a ball,
a box, cones) cut by *rows*. Its analytic centre is

.. math::

    z_c = \arg\min_z \; F_{\text{base}}(z) - \sum_k \log s_k(z),
    \qquad s(z) = b - Az .

What a body must be able to do is written down in `Body`; nothing here ever asks for a
matrix. `polytope.py` has the dense body, `relu_body.py` the one with blocks; how to
find a first interior point is in `phase_one.py`.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg.lapack import dpotrf, dpotrs

from reference.common import Infeasible, NotConverged, Unbounded, as_real, as_vector

__all__ = ["Body", "Center", "EmptySet", "FlatSet", "UnboundedSet", "line_search"]

EMPTY = "the set is empty: the heavy rows of `certificate` contradict each other"
FLAT = (
    "the set is flat: rows with large entries of `certificate` can hold with equality "
    "only; loosen them, or eliminate a variable"
)
SUM_ROUNDING = 2.0**-50  # of a sum of products: some roundings of its terms
Solve = Callable[[np.ndarray], np.ndarray]
Callback = Callable[["Center"], object]


class EmptySet(Infeasible):
    """No point satisfies the rows; `certificate` is a Farkas vector."""


class FlatSet(Infeasible):
    """No point satisfies the rows strictly; `certificate` is a Farkas vector."""


class UnboundedSet(Unbounded):
    """The set holds a half-line in direction `ray`, so it has no centre."""


class Body(Protocol):
    """What Newton's method, phase one and the way back after a cut ask of a set.

    Points z, dz, v have a shape of the body's own; s, y and w hold an entry per row.
    """

    @property
    def radius(self) -> float:
        """The ball around the origin, infinite if there is none."""

    @property
    def box(self) -> float:
        """The half-width of the box, infinite if there is none."""

    @property
    def pull(self) -> float:
        """The part pull norm(z)^2 / 2 of the barrier (eq:ac-pull)."""

    @property
    def row_count(self) -> int:
        """The linear slacks, those of the base included: m of (eq:ac-pull)."""

    def slacks(self, z: np.ndarray) -> np.ndarray:
        """Return s(z) = b - A z, one entry per row."""

    def rows(self, v: np.ndarray) -> np.ndarray:
        """Return A v."""

    def adjoint(self, y: np.ndarray) -> np.ndarray:
        """Return A^T y, in the shape of a point."""

    def row_norms(self) -> np.ndarray:
        """Return the norms of the rows of A, 1 for a row of zeros."""

    def base_ratios(self, z: np.ndarray, dz: np.ndarray) -> np.ndarray:
        """Return r with F_base(z + t dz) = F_base(z) - sum log(1 + t r)."""

    def gradient(self, z: np.ndarray, y: np.ndarray) -> np.ndarray:
        """Return grad F_base(z) + A^T y: the barrier's own at y = 1 / s."""

    def factor(self, z: np.ndarray, s: np.ndarray) -> Solve:
        """Return v -> H^{-1} v for the whole Hessian, or raise NotConverged."""

    def blur(self, z: np.ndarray, s: np.ndarray) -> np.ndarray:
        """Return how much larger the terms of slacks are than these: digits lost.

        A wall of the box has one term that varies, and loses none; the ball is apart.
        """

    def certificate(
        self, z: np.ndarray, dz: np.ndarray, y: np.ndarray
    ) -> tuple[float, Any]:
        """Return a bound that y proves, its rounding included, and the proof."""

    def interior_point(self, z: np.ndarray) -> tuple[np.ndarray, int]:
        """Return a strictly interior point and the steps, or raise what is wrong."""


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
        A bound on the Newton decrement at `point`. Where slacks have lost digits it
        says so, and may exceed what `tol` asks for.
    body, solve
        The set, and v -> H^{-1} v of the last factor: what `add_cut` needs.
    """

    point: np.ndarray
    slacks: np.ndarray
    newton_steps: int
    decrement: float
    body: Any = field(default=None, repr=False, compare=False)
    solve: Any = field(default=None, repr=False, compare=False)


def as_tol(tol: float) -> float:
    """Return the tolerance on decrement^2 / 2, checked: (0, 0.01]."""
    return as_real(tol, "tol", low=0.0, high=0.01, open_low=True)


def as_size(value: float | None, name: str) -> float:
    """Return a radius or a box, checked; infinite when there is none."""
    return np.inf if value is None else as_real(value, name, low=0.0, open_low=True)


def body_of(center: Center, kind: type, makers: str) -> Any:
    """Return the body of a centre, checked to be of this kind."""
    body = getattr(center, "body", None)
    if not isinstance(body, kind):
        raise ValueError(f"center must come from {makers}, got {type(center).__name__}")
    return body


def cholesky_solver(H: np.ndarray, rounding: float = 0.0) -> Solve:
    """Return v -> H^{-1} v; pivots below the share `rounding` of H_jj are refused.

    LAPACK directly: at d = 10 a wrapper costs more.
    """
    if not H.size:
        return lambda v: v
    least = rounding * H.diagonal()
    factor, failed = dpotrf(H.T, overwrite_a=True)
    if failed or (rounding and (factor.diagonal() ** 2 < least).any()):
        raise NotConverged("the Hessian is not positive definite: slacks too small", H)
    return lambda v: dpotrs(factor, v)[0]


def line_search(ratios: ArrayLike, slope: float = 0.0, bend: float = 0.0) -> float:
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
        0.01. A line that has none, or only where a slack is 1e15 times as large, is
        left after 100 steps, at some large t.

    Raises
    ------
    ValueError
        Arguments of wrong shape, not finite, or a negative bend.

    Notes
    -----
    Implements {eq}`eq:ac-line`. Newton's method in one dimension: O(N) per step and
    no access to the matrix; a step that leaves the bracket is replaced by its middle.

    Examples
    --------
    >>> from reference.analytic_center import line_search
    >>> round(line_search([-1.0, 0.5]), 2)  # -log(1 - t) - log(1 + t/2)
    -0.5
    """
    return best_step(
        np.append(as_vector(ratios, "ratios"), 0.0),  # never empty; 0 adds nothing
        as_real(slope, "slope"),
        as_real(bend, "bend", low=0.0),
    )


def best_step(ratios: np.ndarray, slope: float = 0.0, bend: float = 0.0) -> float:
    """Return the step of `line_search`, whose arguments are trusted here.

    Full Newton steps in one variable, while they stay where the minimum must be.
    """
    t, top, bottom = 0.0, ratios.max(), ratios.min()
    low = -1 / top if top > 0 else -math.inf  # the walls of the line
    high = -1 / bottom if bottom < 0 else math.inf
    for _ in range(100):  # without a wall ahead a step doubles the distance
        q = ratios / (1 + t * ratios)
        first, second = slope + bend * t - q.sum(), bend + q @ q
        if second <= 0:
            break
        low, high = (t, high) if first < 0 else (low, t)
        decrement = abs(first) / math.sqrt(second)
        full = t - first / second  # (eq:ac-newton) in one variable
        t = full if low < full < high or decrement < 0.25 else (low + high) / 2
        if decrement < 0.09:  # (0.09 / 0.91)^2 < 0.01 (eq:ac-quadratic)
            break
    return float(t)


def ball_ratios(radius: float, z: np.ndarray, dz: np.ndarray) -> np.ndarray:
    """Return the two roots r: q(t) / q(0) = (1 + t r1) (1 + t r2), q = R^2 - z^2.

    None without a ball.
    """
    if radius == np.inf:
        return np.empty(0)
    q = radius**2 - np.square(z).sum()
    half, product = -(z * dz).sum() / q, np.square(dz).sum() / q
    large = half + np.copysign(np.sqrt(half * half + product), half)
    return np.array([large, -product / large if large else 0.0])  # (eq:ac-ball-roots)


def ball_scale(radius: float, z: np.ndarray) -> float:
    """Return 2 / (R^2 - z^2): the gradient of -log(R^2 - z^2) is this times z."""
    return 2 / (radius**2 - np.vdot(z, z)) if radius < np.inf else 0.0


def support(v: np.ndarray, radius: float, box: float) -> float:
    """Return a bound on max -v^T z over ball and box (0 when there are neither)."""
    pairs = (radius, np.linalg.norm(v)), (box, np.abs(v).sum())
    return float(min((r * size for r, size in pairs if r < np.inf), default=0.0))


def newton_step(
    body: Body, z: np.ndarray, s: np.ndarray, solve: Solve
) -> tuple[np.ndarray, float]:
    """Return -H^{-1} times the gradient at z, and its length in the norm of H."""
    gradient = body.gradient(z, 1 / s)
    dz = -solve(gradient)
    square = -np.vdot(gradient, dz)
    if not square >= -1e-9:  # the root would be 0, and the point a perfect centre
        raise NotConverged("rounding spoils the Newton step: slacks too small", z)
    return dz, math.sqrt(max(square, 0.0))


def line_step(body: Body, z: np.ndarray, s: np.ndarray, dz: np.ndarray) -> np.ndarray:
    """Return the best point of the line along a Newton step: the damped phase."""
    ratios = np.concatenate([-body.rows(dz) / s, body.base_ratios(z, dz)])
    slope, bend = body.pull * np.vdot(z, dz), body.pull * np.vdot(dz, dz)
    return z + best_step(ratios, slope, bend) * dz


def chord_steps(
    body: Body, z: np.ndarray, dz: np.ndarray, length: float, solve: Solve, goal: float
) -> tuple[np.ndarray, float, float]:
    """Walk from z with one factor; return the point, its decrement and the path.

    The decrement after a step is bounded before the next is looked at, so the last
    step needs no check by another one. The walk ends above `goal` where a step is
    longer than a quarter of the last: there the factor no longer serves.
    """
    z, path = z + dz, length
    after = (length / (1 - length)) ** 2  # (eq:ac-quadratic)
    while after > goal:
        last = length
        dz, length = newton_step(body, z, body.slacks(z), solve)
        if length > last / 4:
            break
        z, path = z + dz, path + length
        after = length * ((1 - path) ** -2 - 1) / (1 - path)  # (eq:ac-chord)
    return z, after, path


def newton_center(
    body: Body,
    z: np.ndarray,
    tol: float,
    *,
    before: int = 0,
    callback: Callback | None = None,
    max_iter: int = 500,
) -> Center:
    """Return the centre of a body by Newton's method from an interior point.

    `before` Hessians were factored already.
    """
    goal = 0.999 * math.sqrt(2 * tol)  # a little is left for rounding
    for factors in range(1, max_iter + 1):
        s = body.slacks(z)
        solve = body.factor(z, s)
        dz, length = newton_step(body, z, s, solve)
        if callback is not None:
            callback(Center(z, s, before + factors - 1, length, body, solve))
        if length > 0.25:  # (eq:ac-damped)
            z = line_step(body, z, s, dz)
            continue
        z, after, path = chord_steps(body, z, dz, length, solve, goal)
        if after <= goal:
            slacks, total = body.slacks(z), before + factors
            blur = trusted_blur(body, z, s, slacks, path)
            return Center(z, slacks, total, after + blur, body, solve)
    raise NotConverged(f"no centre after {max_iter} Newton steps", z)


def trusted_blur(
    body: Body, z: np.ndarray, s: np.ndarray, slacks: np.ndarray, path: float
) -> float:
    """Return what rounding may add to the decrement at z, or raise if that is much.

    By Dikin's theorem the slacks s where the path began have changed by less than its
    length, each relative to itself; if one did not, the factor was no inverse.
    """
    lost, ball = body.blur(z, slacks), 2 / (1 - np.vdot(z, z) / body.radius**2)
    blur = SUM_ROUNDING * math.sqrt(lost @ lost + ball**2)
    little = np.abs(slacks - s) <= (1.5 * path + 2 * blur) * s  # path is rounded too
    if not (blur < 0.1 and little.all()):  # so slacks > 0: 1.5 path + 0.2 < 1
        raise NotConverged("rounding spoils the Newton step: slacks too small", z)
    return blur
