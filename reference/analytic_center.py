r"""Analytic centres: Newton's method, warm starts, cuts, dropping, dual bounds.

The analytic centre of :math:`\{z : Az \le b\}`, optionally cut down to a ball or
a box, is the point that keeps away from all walls at once:

.. math::

    z_c = \arg\min_z\; -\sum_i \log(b_i - a_i^\top z)
          \;[-\log(R^2 - \|z\|^2)]
          \;[-\sum_j \log(\beta - z_j) + \log(\beta + z_j)]

A *body* is a set with a barrier. It has a *base* (ball, box, cones: sets in which
a point is easy to find) and *rows* :math:`c_k^\top z \le b_k` (the cuts). Newton's
method, the line search and the infeasible start below need six methods of a body
and nothing else, so `reference.relu_center` reuses them for a body with blocks.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotrs

from reference.common import Infeasible, NotConverged, as_matrix, as_real, as_vector

__all__ = [
    "Center",
    "EmptySet",
    "FlatSet",
    "Polytope",
    "UnboundedSet",
    "add_cut",
    "analytic_center",
    "drop_rows",
    "lower_bound",
]


class EmptySet(Infeasible):
    """No point satisfies the rows; `certificate` is a Farkas vector."""


class FlatSet(Infeasible):
    """No point satisfies the rows strictly; `certificate` proves it."""


class UnboundedSet(ValueError):
    """The set contains the half-line along `ray`, so it has no centre."""

    def __init__(self, message, ray):
        super().__init__(message)
        self.ray = ray


@dataclass(frozen=True)
class Center:
    """An analytic centre and what proves it.

    `decrement` bounds the Newton decrement at `point`; `body` is the set, and
    `solve(v)` applies the inverse Hessian of the last Newton step, for `add_cut`.
    """

    point: np.ndarray
    slacks: np.ndarray
    newton_steps: int
    decrement: float
    body: object = field(default=None, repr=False, compare=False)
    solve: Callable | None = field(default=None, repr=False, compare=False)


def cholesky_solver(H):
    """Return v -> H^{-1} v. LAPACK directly: at d = 10 wrappers cost more."""
    if not H.size:
        return lambda v: v
    factor, failed = dpotrf(H.T, overwrite_a=True)
    if failed:
        raise np.linalg.LinAlgError("the Hessian is not positive definite")
    return lambda v: dpotrs(factor, v)[0]


@dataclass(frozen=True)
class Polytope:
    """The rows A z <= b within a ball ||z|| <= radius and a box |z_j| <= box."""

    A: np.ndarray
    b: np.ndarray
    radius: float = np.inf
    box: float = np.inf

    @property
    def line_slacks(self):
        """How many linear slacks the barrier shows along a line (a ball: two)."""
        d = self.A.shape[1]
        return (
            len(self.b) + 2 * np.isfinite(self.radius) + 2 * d * np.isfinite(self.box)
        )

    def slacks(self, z):
        return self.b - self.A @ z

    def rows(self, z):
        return self.A @ z

    def adjoint(self, y):
        return self.A.T @ y

    def inside_base(self, z):
        return z @ z < self.radius**2 and np.abs(z).max() < self.box

    def base_ratios(self, z, dz):
        """Return r such that base(z + t dz) = base(z) - sum(log(1 + t r))."""
        ratios = []
        if np.isfinite(self.box):
            ratios += [-dz / (self.box - z), dz / (self.box + z)]
        if np.isfinite(self.radius):  # (eq:ball-roots)
            q = self.radius**2 - z @ z
            half, product = -(z @ dz) / q, (dz @ dz) / q
            large = half + np.copysign(np.sqrt(half * half + product), half)
            ratios.append([large, -product / large if large else 0.0])
        return np.concatenate(ratios) if ratios else np.empty(0)

    def system(self, z, s):
        """Return the base's gradient at z and the solver of the whole Hessian.

        H = D + W^T W, with D diagonal (box and ball) and W the rows over their
        slacks (and one more row for the ball). With fewer rows than columns,
        Woodbury's identity needs a (rows x rows) factor only.
        """
        gradient, D = np.zeros_like(z), None
        W = self.A / s[:, None]
        if np.isfinite(self.box):
            upper, lower = 1 / (self.box - z), 1 / (self.box + z)
            gradient += upper - lower
            D = upper**2 + lower**2
        if np.isfinite(self.radius):
            scale = 2 / (self.radius**2 - z @ z)
            gradient += scale * z
            D = scale if D is None else D + scale
            W = np.vstack([W, scale * z])
        if D is None:
            return gradient, cholesky_solver(W.T @ W)
        k, d = W.shape
        if k >= d:
            H = W.T @ W
            H.flat[:: d + 1] += D
            return gradient, cholesky_solver(H)
        WD = W / D  # (eq:woodbury)
        M = WD @ W.T
        M.flat[:: k + 1] += 1
        inner = cholesky_solver(M)
        return gradient, lambda v: (v.T / D).T - WD.T @ inner(WD @ v)

    def certificate_value(self, z, y):
        """Return max over the base of y^T (b - A z): below 0 proves emptiness."""
        v = self.A.T @ y
        return self.b @ y + self.support(v)

    def support(self, v):
        """Return an upper bound of max over the base of -v^T z (0 without a base)."""
        bounds = [0.0] if np.isinf(self.radius) and np.isinf(self.box) else []
        if np.isfinite(self.radius):
            bounds.append(self.radius * np.linalg.norm(v))
        if np.isfinite(self.box):
            bounds.append(self.box * np.abs(v).sum())
        return min(bounds)

    def interior_point(self):
        """Return a strictly interior point, or raise EmptySet or FlatSet."""
        if np.isfinite(self.radius) or np.isfinite(self.box):
            return relax_rows(self, np.zeros(self.A.shape[1]))
        return _deepest_point(self.A, self.b)


def line_search(ratios, slope=0.0):
    """Return t that minimises slope t - sum(log(1 + t ratios)), to a tenth.

    Newton's method in one dimension; the damped step stays inside by Dikin.
    """
    t = 0.0
    for _ in range(20):
        q = ratios / (1 + t * ratios)
        first, second = slope - q.sum(), q @ q
        decrement = abs(first) / np.sqrt(second)
        t -= first / second / (1 + decrement)
        if decrement < 0.1:
            break
    return t


def newton_center(body, z, tol, *, before=0, callback=None, limit=500):
    """Return the centre of a body by damped Newton from an interior point."""
    goal = np.sqrt(2 * tol)
    for step in range(1, limit + 1):
        s = body.slacks(z)
        try:
            gradient, solve = body.system(z, s)
        except np.linalg.LinAlgError as error:
            _raise_if_unbounded(body)
            raise NotConverged(f"{error}; rescale the columns", z) from error
        gradient = gradient + body.adjoint(1 / s)
        dz = -solve(gradient)
        decrement = np.sqrt(max(-(gradient.ravel() @ dz.ravel()), 0.0))
        if callback is not None:
            callback(Center(z, s, before + step - 1, float(decrement), body, solve))
        t = 1.0
        if decrement > 0.25:  # else the full step converges quadratically
            t = line_search(
                np.concatenate([-body.rows(dz) / s, body.base_ratios(z, dz)])
            )
        z = z + t * dz
        # (eq:quadratic): the last step is free, its decrement is known beforehand.
        if decrement <= 0.25 and (decrement / (1 - decrement)) ** 2 <= goal:
            after = float((decrement / (1 - decrement)) ** 2)
            return Center(z, body.slacks(z), before + step, after, body, solve)
        if step == 60 and decrement > 0.9:
            _raise_if_unbounded(body)
    raise NotConverged(f"no centre after {limit} Newton steps", z)


def enter_rows(body, z, s, *, limit=50):
    """Return an interior point by the infeasible-start Newton method, or None.

    The slacks s > 0 are variables of their own and the residual r = b - Az - s
    is driven to zero together with the gradient.
    """
    y = 1 / s

    def residual(z, s, y):
        gradient, _ = body.system(z, s)
        parts = gradient + body.adjoint(y), y - 1 / s, body.slacks(z) - s
        return np.sqrt(sum((p * p).sum() for p in parts))

    for step in range(limit):
        if (body.slacks(z) > 0).all():
            return z, step
        r = body.slacks(z) - s
        try:
            gradient, solve = body.system(z, s)
            dz = -solve(gradient + body.adjoint(1 / s - r / s**2))  # (eq:infeasible)
            ds = r - body.rows(dz)
            dy = 1 / s - ds / s**2 - y
            worst = max(
                np.max(-ds / s), np.max(-body.base_ratios(z, dz), initial=0.0), 1e-12
            )
            t, now = min(1.0, 0.95 / worst), residual(z, s, y)
            while residual(z + t * dz, s + t * ds, y + t * dy) > (1 - 0.1 * t) * now:
                t /= 2
                if t < 1e-6:
                    return None, step
        except np.linalg.LinAlgError:
            return None, step
        z, s, y = z + t * dz, s + t * ds, y + t * dy
    return None, limit


def relax_rows(body, z):
    """Return an interior point of a body with a bounded base, or raise.

    Follows the central path of: minimise tau subject to rows(z) - tau w <= b.
    Its multipliers 1/s are the certificate when tau cannot become negative.
    """
    s = body.slacks(z)
    w = np.sqrt(
        np.maximum([np.square(body.adjoint(e)).sum() for e in np.eye(len(s))], 0)
    )
    w[w == 0] = 1.0
    tau = 1.1 * np.max(-s / w) + 1e-3
    unit = max(1.0, abs(tau))
    tau, mu = tau + unit, unit
    for _ in range(400):
        s = body.slacks(z) + tau * w
        gradient, solve = body.system(z, s)
        gradient = gradient + body.adjoint(1 / s)
        h = body.adjoint(w / s**2)
        p, k = solve(gradient), solve(h)
        gamma = 1 / mu - (w / s).sum()
        dtau = -(gamma + (h * p).sum()) / (((w / s) ** 2).sum() - (h * k).sum())
        dz = k * dtau - p
        decrement = np.sqrt(max(-(gradient * dz).sum() - gamma * dtau, 0.0))
        ratios = np.concatenate(
            [(w * dtau - body.rows(dz)) / s, body.base_ratios(z, dz)]
        )
        t = line_search(ratios, slope=dtau / mu)
        z, tau = z + t * dz, tau + t * dtau
        if tau < 0 and (body.slacks(z) > 0).all():
            return z
        if decrement < 0.5:
            y = 1 / (body.slacks(z) + tau * w)
            y /= w @ y
            value = body.certificate_value(z, y)
            if value < 0:
                raise EmptySet(
                    f"the set is empty: the rows miss it by {-value:.2g}; the rows with "
                    "the largest entries of `certificate` contradict each other",
                    y,
                )
            if value < 1e-9 * unit:
                raise FlatSet("the set is flat: some rows hold with equality only", y)
            mu /= 10
    raise NotConverged("phase one did not settle whether the set is empty", z)


def _deepest_point(A, b):
    """Phase one by linear programming: max depth t with a_i z + t ||a_i|| <= b_i."""
    from scipy.optimize import linprog

    m, d = A.shape
    norms = np.linalg.norm(A, axis=1)
    w = np.where(norms > 0, norms, 1.0)
    result = linprog(
        np.append(np.zeros(d), -1.0),
        np.column_stack([A / w[:, None], np.ones(m)]),
        b / w,
        bounds=[(None, None)] * d + [(None, max(1.0, np.abs(b / w).max()))],
        method="highs-ds",
    )
    if result.status != 0:
        raise NotConverged(f"phase one failed: {result.message}")
    z, depth = result.x[:d], result.x[d]
    if (b - A @ z > 0).all():
        return z
    y = np.maximum(-result.ineqlin.marginals, 0) / w
    if depth < -1e-9 * max(1.0, np.abs(b / w).max()):
        raise EmptySet(
            "the set is empty: certificate y >= 0 has A^T y = 0 and b^T y < 0", y
        )
    raise FlatSet(
        "the set is flat (rows that can only hold with equality): certificate "
        "y >= 0 has A^T y = 0 and b^T y = 0; remove one of each opposite pair of rows",
        y,
    )


def _raise_if_unbounded(body):
    if not isinstance(body, Polytope) or min(body.radius, body.box) < np.inf:
        return  # bounded
    from scipy.optimize import linprog

    norms = np.linalg.norm(body.A, axis=1)
    unit = body.A / np.where(norms > 0, norms, 1.0)[:, None]
    _, singular, V = np.linalg.svd(unit)
    rank = (singular > 1e-12 * singular[0]).sum()
    ray = V[-1] if rank < unit.shape[1] else None
    if ray is None:
        result = linprog(unit.sum(0), unit, np.zeros(len(unit)), bounds=(-1, 1))
        if result.fun < -1e-7:
            ray = result.x / np.linalg.norm(result.x)
    if ray is not None:
        raise UnboundedSet(
            "the set is unbounded along `ray`, so it has no analytic centre; give "
            "radius or box, or add rows",
            ray,
        )


def analytic_center(
    A, b, *, radius=None, box=None, start=None, tol=1e-10, callback=None
) -> Center:
    r"""Return the analytic centre of {z : A z <= b}, optionally in a ball or box."""
    A = as_matrix(A, "A")
    b = as_vector(b, "b", size=len(A))
    tol = as_real(tol, "tol", low=0.0, high=0.01, open_low=True)
    d = A.shape[1]
    radius = (
        np.inf if radius is None else as_real(radius, "radius", low=0, open_low=True)
    )
    box = np.inf if box is None else as_real(box, "box", low=0, open_low=True)
    body = Polytope(A, b, radius, box)
    z = np.zeros(d) if start is None else as_vector(start, "start", size=d)
    if not body.inside_base(z):
        z = np.zeros(d)
    steps, s = 0, body.slacks(z)
    if not (s > 0).all():
        scale = np.linalg.norm(A, axis=1) * min(radius, box, 1.0 + np.abs(z).max())
        z, steps = enter_rows(body, z, np.maximum(s, np.where(scale > 0, scale, 1.0)))
        if z is None:
            z = body.interior_point()
    if np.isinf(radius) and np.isinf(box) and np.linalg.matrix_rank(A) < d:
        _raise_if_unbounded(body)
    return newton_center(body, z, tol, before=steps, callback=callback)


def recenter(center, body, normal, gap, tol):
    """Return the centre of `body`, which is `center.body` with one more row.

    `normal` has the shape of the point; `gap` is the new row's slack at the old
    centre. Moves along -H^{-1} normal, with the factor in hand, to the best point.
    """
    z, step = center.point, -center.solve(normal)
    unit = np.sqrt(max(-(normal * step).sum(), 1e-300))  # sqrt(a^T H^{-1} a)
    old = np.concatenate([
        -center.body.rows(step) / center.slacks, body.base_ratios(z, step)
    ])  # fmt: skip
    low, high = -gap / unit**2, 1 / max(np.max(-old, initial=0.0), 1e-300)
    if low < high:
        # Where the new row has slack: between `low` and `high`, about one unit in.
        t = 0.0 if gap >= unit else min(low + 1 / unit, (low + high) / 2)
        new = unit**2 / (gap + t * unit**2)
        t += line_search(np.append(old / (1 + t * old), new))
        moved = z + t * step
        if (body.slacks(moved) > 0).all():
            return newton_center(body, moved, tol)
    moved, steps = enter_rows(body, z, np.append(center.slacks, max(gap, unit)))
    if moved is None:
        moved = body.interior_point()
    return newton_center(body, moved, tol, before=steps)


def add_cut(center, normal, offset=None, *, tol=1e-10) -> Center:
    r"""Return the centre after one more row normal^T z <= offset, warm-started."""
    body = _body_of(center)
    normal = as_vector(normal, "normal", size=len(center.point))
    at_center = float(normal @ center.point)
    offset = at_center if offset is None else as_real(offset, "offset")
    larger = replace(body, A=np.vstack([body.A, normal]), b=np.append(body.b, offset))
    return recenter(center, larger, normal, offset - at_center, tol)


def _body_of(center):
    if not isinstance(getattr(center, "body", None), Polytope):
        raise ValueError(
            "center must come from analytic_center, add_cut or drop_rows, "
            f"got {type(center).__name__} without a Polytope as its body"
        )
    return center.body


def drop_rows(center, *, threshold=None, tol=1e-10) -> tuple[Center, np.ndarray]:
    r"""Return the centre without the rows of large relevance, and the kept indices."""
    body = _body_of(center)
    A, s, N = body.A, center.slacks, body.line_slacks
    _, solve = body.system(center.point, s)
    units = np.sqrt((A * solve(A.T).T).sum(1))
    if threshold is None:  # (eq:drop)
        threshold = np.sqrt(N * (N - 1)) / (1 - center.decrement)
    else:
        threshold = as_real(threshold, "threshold", low=0.0)
    kept = np.flatnonzero(s <= threshold * units)
    if len(kept) == len(s):
        return center, kept
    smaller = replace(body, A=A[kept], b=body.b[kept])
    return newton_center(smaller, center.point, tol), kept


def lower_bound(center, cost) -> tuple[float, np.ndarray]:
    r"""Return a lower bound on cost^T z over the set, and its multipliers."""
    body, z, s = _body_of(center), center.point, center.slacks
    c = as_vector(cost, "cost", size=len(z))
    gradient, solve = body.system(z, s)
    u = (1 - body.A @ solve(gradient + body.adjoint(1 / s)) / s) / s
    p = solve(c)
    pull = (body.A @ p) / s**2
    best = -body.support(c) if min(body.radius, body.box) < np.inf else -np.inf
    best = best, np.zeros(len(s))
    for extra in (0.0, np.max(-body.base_ratios(z, p), initial=0.0)):
        y = max(np.max(pull / u, initial=0.0), extra) * u - pull  # (eq:multipliers)
        value = -body.b @ y - body.support(c + body.adjoint(y))
        best = max(best, (float(value), y), key=lambda pair: pair[0])
    return best
