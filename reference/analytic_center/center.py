r"""Analytic centres of polytopes: cuts, dropping, lower bounds.

The analytic centre of :math:`\{z : Az \le b\}`, optionally inside a ball and a box,
is the point that keeps away from all walls at once:

.. math::

    z_c = \arg\min_z\; -\sum_i \log(b_i - a_i^\top z)
          \;[-\log(R^2 - \|z\|^2)]
          \;[-\sum_j \log(\beta^2 - z_j^2)]

Newton's method is in `newton.py`, the way in and back after a cut in
`phase_one.py`, the set and its Hessian in `polytope.py`; here is the
centre, and what one does with it.
"""

from collections.abc import Callable
from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from reference.analytic_center.newton import (
    Callback,
    Center,
    UnboundedSet,
    as_size,
    as_tol,
    body_of,
    newton_center,
    support,
)
from reference.analytic_center.phase_one import find_center, recenter
from reference.analytic_center.polytope import Polytope
from reference.common import (
    NotConverged,
    Unbounded,
    as_real,
    as_vector,
    need_callable,
)
from reference.version_space import as_polytope, need_bounded

__all__ = ["add_cut", "analytic_center", "drop_rows", "lower_bound"]

MAKERS = "analytic_center, add_cut or drop_rows"


def analytic_center(
    A: ArrayLike,
    b: ArrayLike,
    *,
    radius: float | None = None,
    box: float | None = None,
    start: ArrayLike | None = None,
    tol: float = 1e-10,
    callback: Callback | None = None,
) -> Center:
    r"""Return the analytic centre of a polytope, optionally inside a ball and a box.

    .. math::

        \min_z\; -\sum_{i=1}^m \log(b_i - a_i^\top z)
        \;[-\log(R^2 - \|z\|^2)]\;[-\sum_j \log(\beta^2 - z_j^2)]

    Parameters
    ----------
    A : array_like, shape (m, d)
        The rows a_i. Scaling a row together with b_i changes nothing; repeating it
        moves the centre.
    b : array_like, shape (m,)
    radius : float, optional
        R, of a ball around the origin.
    box : float, optional
        beta, of a box around the origin. Same centre as 2d rows, but cheaper.
    start : array_like, shape (d,), optional
        Where to begin, in or out of the set: a good guess saves steps. One outside,
        or nearer to a wall than a millionth of the set's size, is moved in first.
    tol : float
        Bounds decrement^2 / 2, about the distance of the objective to its minimum.
    callback : callable, optional
        Called with a `Center` whenever a Hessian was factored.

    Returns
    -------
    Center
        ``point`` (d,), ``slacks`` (m,), ``newton_steps``, ``decrement``.

    Raises
    ------
    EmptySet
        No point; ``certificate`` y >= 0 has A^T y = 0 and b^T y < 0; with a ball
        b^T y + R norm(A^T y) < 0, with a box the 1-norm and beta in their place.
    FlatSet
        No interior; the same expressions vanish.
    UnboundedSet
        No centre; A ``ray`` <= 0.
    NotConverged
        Rounding won: in a ball or a box, walls within 1e-8 of each other (a share
        of its size) square to more digits than a Hessian has.
    ValueError
        Arguments of wrong shape, not finite, or out of range.

    Notes
    -----
    Implements {eq}`eq:ac-newton` and {eq}`eq:ac-chord`. A factor costs O(m d^2), and
    O(d m^2) when there is a ball or a box and m < d; a chord step O(m d). Where no
    start is interior, infeasible-start Newton ({eq}`eq:ac-infeasible`) finds its way
    in; only if it fails, phase one decides. SciPy has no such routine; a conic solver
    needs m exponential cones.

    References
    ----------
    Boyd and Vandenberghe (2004), sections 8.5.3, 9.6 and 10.3.

    Examples
    --------
    >>> from reference.analytic_center import analytic_center
    >>> square = [[1, 0], [-1, 0], [0, 1], [0, -1]]
    >>> analytic_center(square, [1, 1, 1, 1]).point + 0.0
    array([0., 0.])
    >>> analytic_center(square + [[1, 0]], [1, 1, 1, 1, 1]).point.round(4) + 0.0
    array([-0.3333,  0.    ])
    """
    A, b = as_polytope(A, b)
    d = A.shape[1]
    tol = as_tol(tol)
    need_callable(callback, "callback", optional=True)
    body = Polytope(A, b, as_size(radius, "radius"), as_size(box, "box"))
    z = np.zeros(d) if start is None else as_vector(start, "start", size=d)
    z = np.clip(z, -0.95 * body.box, 0.95 * body.box)
    norms, size = body.row_norms(), min(body.radius, body.box)
    if not body.bounded:  # by the middle of them: far rows say nothing about the set
        walls = np.abs(body.slacks(z) / norms)
        size = float(np.median(walls[walls > 0])) if walls.any() else 1.0
    unit = norms * size
    return _center_or_ray(
        body, lambda: find_center(body, z, unit, tol, callback=callback)
    )


def _center_or_ray(body: Polytope, find: Callable[[], Center]) -> Center:
    """Return the centre that `find` finds; raise if a set without base has a ray.

    A decrement below one proves that there is a centre. On a ray Newton's method walks
    for ever, or until rounding makes it stop: then the ray is looked for.
    """
    if body.bounded:
        return find()
    try:
        with np.errstate(all="ignore"):  # numbers without end become NaN: no centre
            return find()
    except (NotConverged, Unbounded):
        need_bounded(np.pad(body.A, [(0, 1), (0, 0)]), UnboundedSet)  # or no row left
        raise


def add_cut(
    center: Center,
    normal: ArrayLike,
    offset: float | None = None,
    *,
    tol: float = 1e-10,
) -> Center:
    r"""Return the centre after one more row, from the centre before it.

    .. math:: \{z : Az \le b\} \cap \{z : c^\top z \le \gamma\}

    Parameters
    ----------
    center : Center
        From `analytic_center` or an earlier cut.
    normal : array_like, shape (d,)
        c.
    offset : float, optional
        gamma. By default the cut is central: it passes through the centre.
    tol : float
        As in `analytic_center`.

    Returns
    -------
    Center
        Its ``body`` holds all rows, the new one last.

    Raises
    ------
    EmptySet, FlatSet
        The cut leaves nothing, or no interior; see `analytic_center`.
    ValueError
        Arguments of wrong shape or not finite.

    Notes
    -----
    Implements {eq}`eq:ac-cut-step`: a step along -H^{-1} c with the factor in hand
    and a line search put the start inside, for central cuts and for deep ones while
    the line meets the new set; beyond, infeasible start. About one Hessian for a
    central cut in any dimension.

    References
    ----------
    Boyd, Vandenberghe and Skaf (2008), section 2.

    Examples
    --------
    >>> from reference.analytic_center import add_cut, analytic_center
    >>> center = analytic_center([[1, 0]], [2], box=1)
    >>> cut = add_cut(center, [0, 1])
    >>> cut.point.round(3), cut.newton_steps < 4
    (array([-0.215, -0.577]), True)
    """
    body = body_of(center, Polytope, MAKERS)
    normal = as_vector(normal, "normal", size=len(center.point))
    tol = as_tol(tol)
    at_center = float(normal @ center.point)
    offset = at_center if offset is None else as_real(offset, "offset")
    A, b = np.concatenate([body.A, [normal]]), np.concatenate([body.b, [offset]])
    larger = replace(body, A=A, b=b)
    return recenter(center, larger, normal, offset - at_center, tol)


def drop_rows(
    center: Center, *, threshold: float | None = None, tol: float = 1e-10
) -> tuple[Center, np.ndarray]:
    r"""Return the centre without its irrelevant rows, and the indices of the others.

    The relevance of a row is its distance from the centre in the local norm,

    .. math:: \eta_i = \frac{b_i - a_i^\top z_c}{\sqrt{a_i^\top H^{-1} a_i}} \ge 1 .

    Parameters
    ----------
    center : Center
    threshold : float, optional
        Rows with η_i above it go. By default sqrt(N (N - 1)), N the number of
        slacks, which never drops a row that matters: **the set stays the same**.
        Smaller thresholds keep fewer rows and may enlarge the set.
    tol : float
        As in `analytic_center`.

    Returns
    -------
    center : Center
        Of the remaining rows (the same object if none was dropped).
    kept : ndarray of int, shape (k,)

    Raises
    ------
    UnboundedSet
        A small threshold dropped rows that kept the set bounded.
    ValueError
        `center` has no polytope, or `threshold` is negative.

    Notes
    -----
    Implements {eq}`eq:ac-drop`; O(m d^2). Only rows of a polytope are dropped, never
    its ball or box.

    References
    ----------
    Boyd, Vandenberghe and Skaf (2008), section 3.

    Examples
    --------
    >>> from reference.analytic_center import analytic_center, drop_rows
    >>> center = analytic_center([[1.0], [-1.0], [1.0]], [1, 1, 50])
    >>> drop_rows(center)[1]
    array([0, 1])
    """
    tol = as_tol(tol)
    body = body_of(center, Polytope, MAKERS)
    solve = body.factor(center.point, center.slacks)
    A, s = body.A, center.slacks
    N = len(s) + len(body.base_ratios(center.point, center.point))  # a ball counts two
    units = np.sqrt((A * solve(A.T).T).sum(1))
    safe = np.sqrt(N * (N - 1)) / (1 - center.decrement)  # (eq:ac-drop)
    threshold = safe if threshold is None else as_real(threshold, "threshold", low=0.0)
    kept = np.flatnonzero(s <= threshold * units)
    if len(kept) == len(s):
        return center, kept
    smaller = replace(body, A=A[kept], b=body.b[kept])
    found = _center_or_ray(smaller, lambda: newton_center(smaller, center.point, tol))
    return found, kept


def lower_bound(center: Center, cost: ArrayLike) -> tuple[float, np.ndarray]:
    r"""Return a lower bound on a linear cost over the set, and its multipliers.

    .. math::

        \min\{c^\top z : z \in \text{set}\} \ge
        -b^\top y - \max_{z \in \text{base}} -(c + A^\top y)^\top z, \qquad y \ge 0

    Parameters
    ----------
    center : Center
    cost : array_like, shape (d,)
        c.

    Returns
    -------
    bound : float
        Without a ball at least c^T z_c - N sqrt(c^T H^{-1} c).
    multipliers : ndarray, shape (m,)
        y >= 0; without ball and box A^T y = -c.

    Raises
    ------
    ValueError
        `center` has no polytope, or `cost` has the wrong shape.

    Notes
    -----
    Implements {eq}`eq:ac-multipliers`: weak duality at multipliers that the centre
    gives for one more solve, no linear program. The bound is not the best one, and
    valid at any point with a decrement below 1.

    References
    ----------
    Boyd, Vandenberghe and Skaf (2008), section 3.

    Examples
    --------
    >>> from reference.analytic_center import analytic_center, lower_bound
    >>> center = analytic_center([[1.0], [-1.0]], [1, 1])
    >>> bound, y = lower_bound(center, [1.0])
    >>> round(bound, 6), y.round(6)
    (-1.0, array([0., 1.]))
    """
    body = body_of(center, Polytope, MAKERS)
    z, s = center.point, center.slacks
    solve = body.factor(z, s)
    c = as_vector(cost, "cost", size=len(z))
    u = (1 - body.A @ solve(body.gradient(z, 1 / s)) / s) / s
    p = solve(c)
    pull = body.A @ p / s**2
    value = -support(c, body.radius, body.box) if body.bounded else -np.inf
    best = value, np.zeros(len(s))
    for wall in (0.0, np.max(-body.base_ratios(z, p), initial=0.0)):
        y = np.maximum(max(np.max(pull / u), wall, 0.0) * u - pull, 0.0)
        value = -body.b @ y - support(c + body.adjoint(y), body.radius, body.box)
        if value > best[0]:
            best = float(value), y  # (eq:ac-multipliers)
    return best
