r"""The regularisation path, every point with its certificate.

For a fixed set of patterns and many values of λ,

.. math::

    p^*(\lambda) = \min_{u_b \in K_b} \; \tfrac12 \| F u - y \|_2^2
    + \lambda \sum_b \| u_b \|_2 .

Few patterns are in use at any λ, and most of these at the next one as well. So each
program is solved with a small working set of patterns, by the interior point of chapter
6; the dual norms of *all* blocks then prove the answer, or name the patterns to add.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns import Patterns
from reference.common import (
    NotConverged,
    as_matrix,
    as_real,
    as_vector,
    need_callable,
    need_parts,
)
from reference.convex_relu import (
    ConvexFit,
    cone_interior_point,
    cone_rows,
    cone_slack,
    lifted_operator,
    project_on_cone,
    scaled_residual_gap,
    total_norm,
)
from reference.optimal_set import Candidates, least_gap_amounts, newton_residual
from reference.relu_lp import ConvexWeights, LiftedOperator

__all__ = ["SolutionPath", "path_bounds", "regularization_path"]

CANDIDATE = 0.98  # projections shorter than this part of λ are not looked at
PATIENCE = 4  # rounds of Newton's method that do not halve the gap


@dataclass(frozen=True, eq=False)
class SolutionPath:
    """A certified optimum for each regularisation.

    Parameters
    ----------
    fits : tuple of ConvexFit
        In the order of the regularisations that were asked for.
    """

    fits: tuple[ConvexFit, ...]

    @property
    def regs(self) -> np.ndarray:
        """The regularisations (k,)."""
        return np.array([fit.reg for fit in self.fits])

    @property
    def objectives(self) -> np.ndarray:
        """The objectives (k,), p* up to the gaps."""
        return np.array([fit.objective for fit in self.fits])

    @property
    def gaps(self) -> np.ndarray:
        """The duality gaps (k,)."""
        return np.array([fit.gap for fit in self.fits])

    @property
    def fitted(self) -> np.ndarray:
        """The fitted values (k, n)."""
        return np.array([fit.fitted for fit in self.fits])

    @property
    def penalties(self) -> np.ndarray:
        """R, the sums of the block norms (k,): the slopes of p*."""
        parts = [(fit.weights.positive, fit.weights.negative) for fit in self.fits]
        return np.array([total_norm(np.stack(pair)) for pair in parts])


def regularization_path(
    X: ArrayLike, y: ArrayLike, patterns: Patterns, regs: ArrayLike, *,
    tol: float = 1e-6, callback: Callable[[ConvexFit], None] | None = None,
) -> SolutionPath:  # fmt: skip
    r"""Return the optima of the convex program for many regularisations.

    .. math::

        \min_{u_i, v_i \in K_i} \; \tfrac12 \Big\| \sum_i D_i X (u_i - v_i) - y
        \Big\|_2^2 + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big),
        \qquad \lambda \in \text{regs} .

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    patterns : Patterns
        All of X, for optima over all networks; or a sample, the same for every λ.
    regs : array_like, shape (k,)
        λ > 0, in any order; they are solved from the largest to the smallest.
    tol : float
        Each gap is at most ``tol * ||y||² / 2``.
    callback : callable, optional
        Called with each `ConvexFit`, in the order in which they are solved.

    Returns
    -------
    SolutionPath

    Raises
    ------
    ValueError
        For bad input.
    NotConverged
        If a program cannot be solved to `tol` (see `fit_convex_relu`).

    Notes
    -----
    Implements (eq:path-program), {prf:ref}`alg-10-path`. An interior point on the k
    patterns at work costs O(n² k d) a step, the certificate O(n d P) and a projection
    for each block that (eq:path-screen) cannot clear. `fit_convex_relu` solves each λ
    with all P patterns.

    References
    ----------
    Mishkin and Pilanci (2023), section 4; Tibshirani et al. (2012), for screening.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.solution_path import regularization_path
    >>> X, y = [[1.0, 1.0], [1.0, 0.0]], [3.0, -1.0]
    >>> path = regularization_path(X, y, enumerate_patterns(X), [4.0, 0.9, 0.5])
    >>> path.penalties.round(2)  # 0, 3 - λ, and 3 - λ + √2 - 2 λ
    array([0.  , 2.1 , 2.91])
    """
    X = as_matrix(X)
    y = as_vector(y, size=len(X))
    tol = as_real(tol, "tol", low=0.0, open_low=True)
    regs = as_vector(regs, "regs")
    if not len(regs) or regs.min() <= 0.0:
        raise ValueError(f"regs must be positive and at least one, got {regs}")
    need_callable(callback, "callback", optional=True)
    solver = WarmSolver(X, y, patterns, tol)
    fits: dict[float, ConvexFit] = {}
    for reg in -np.unique(-regs):
        fits[reg] = solver.solve(float(reg))
        if callback is not None:
            callback(fits[reg])
    return SolutionPath(tuple(fits[reg] for reg in regs))


class WarmSolver:
    """The program for one λ after another, each from the residual of the last one."""

    def __init__(
        self, X: np.ndarray, y: np.ndarray, patterns: Patterns, tol: float
    ) -> None:
        self.F = lifted_operator(X, patterns)
        self.y, self.patterns = y, patterns
        self.tol, self.scale = tol, 0.5 * float(y @ y)
        self.norms = _DualNorms(self.F)
        self.found: Candidates | None = None

    def solve(self, reg: float) -> ConvexFit:
        """Return the optimum for this λ, proved over all patterns."""
        r = self.y
        if self.found is not None:
            r = newton_residual(self.F, self.y, self.found, reg)
        self.found = found = self._newton(r, reg)
        if found.gap > self.tol * self.scale:
            found = self._working_set(found, reg)
            # Interior points are off the walls: the next λ starts from projections.
            self.found = self._newton(self.y - found.Q @ found.alpha, reg)
        blocks = np.zeros(self.F.shape)
        blocks[tuple(found.index.T)] = found.alpha[:, None] * found.directions
        weights, fitted = ConvexWeights(*blocks), found.Q @ found.alpha
        value = 0.5 * float((self.y - fitted) @ (self.y - fitted))
        value += reg * total_norm(blocks)
        slack = cone_slack(weights, self.F.X, self.F.D > 0.0)
        gap = max(found.gap, 0.0)
        return ConvexFit(weights, value, gap, slack, fitted, self.patterns, reg)

    def _newton(self, r: np.ndarray, reg: float) -> Candidates:
        """Return the best of a few rounds: directions, amounts, Newton on the faces."""
        best = found = self._proved(r, reg)
        idle = 0
        while best.gap > self.tol * self.scale and idle < PATIENCE:
            ahead = newton_residual(self.F, self.y, found, reg)
            r = 0.5 * (r + ahead) if idle else ahead  # half a step ends a to and fro
            found = self._proved(r, reg)
            idle = 0 if found.gap < 0.5 * best.gap else idle + 1
            best = found if found.gap < best.gap else best
        return best

    def _proved(self, r: np.ndarray, reg: float) -> Candidates:
        """Return ν, a multiple of r, and the best amounts in the directions it has."""
        sizes, points = self.norms.projected(r, CANDIDATE * reg)
        index = np.argwhere(sizes > CANDIDATE * reg)
        c = sizes[tuple(index.T)]
        e = points[tuple(index.T)] / c[:, None]
        shrink = min(1.0, reg / float(c.max(initial=reg)))
        nu, c = shrink * r, shrink * c
        signs = np.array(self.F.signs)[index[:, 0]]
        Q = (signs[:, None] * self.F.D[index[:, 1]] * (e @ self.F.X.T)).T
        alpha = least_gap_amounts(Q, self.y - nu, reg - c)
        miss = self.y - Q @ alpha - nu
        gap = float(0.5 * miss @ miss + alpha @ (reg - c))  # (eq:optimal-gap)
        return Candidates(nu, index, e, c, Q, alpha, gap, np.inf)

    def _working_set(self, found: Candidates, reg: float) -> Candidates:
        """Return an optimum by interior points on the patterns that are violated."""
        F, tol = self.F, self.tol
        work = np.zeros(len(F.D), dtype=bool)
        work[found.index[:, 1]] = True
        if not work.any():  # Newton's residual went astray: what pulls at zero weights
            sizes = self.norms.projected(self.y, reg)[0].max(axis=0)
            work = sizes >= min(reg, sizes.max())
        for _ in range(100):
            part = cone_interior_point(F.X, self.y, F.D[work] > 0.0, reg, tol=tol)
            blocks = np.zeros(F.shape)
            blocks[:, work] = part.weights
            r = self.y - F.outputs(blocks)
            sizes, _ = self.norms.projected(r, reg)
            gap = scaled_residual_gap(
                self.y, r, total_norm(blocks), reg, float(sizes.max())
            )
            if gap <= self.tol * self.scale:
                return _as_candidates(F, blocks, r, gap)
            more = ~work & (sizes.max(axis=0) > reg)
            work, tol = work | more, tol if more.any() else 0.5 * tol
        raise NotConverged(f"gap {gap:.2e} after 100 rounds at reg={reg:g}", blocks)


def _as_candidates(
    F: LiftedOperator, blocks: np.ndarray, r: np.ndarray, gap: float
) -> Candidates:
    index = np.argwhere(blocks.any(axis=-1))
    used = blocks[tuple(index.T)]
    alpha = np.linalg.norm(used, axis=1)
    e = used / alpha[:, None]
    signs = np.array(F.signs)[index[:, 0]]
    Q = (signs[:, None] * F.D[index[:, 1]] * (e @ F.X.T)).T
    return Candidates(r, index, e, np.full(len(e), np.nan), Q, alpha, gap, np.inf)


class _DualNorms:
    r"""Dual norms that are computed only where an older one does not bound them.

    A projection on a cone does not stretch, so for every :math:`\gamma \ge 0`
    :math:`c(q) \le \gamma c(q_0) + \|q - \gamma q_0\|` (eq:path-screen).
    """

    def __init__(self, F: LiftedOperator) -> None:
        self.F = F
        self.pulls = np.zeros(F.shape)  # where the norms are known
        self.known = np.zeros(F.shape[:2])

    def projected(self, r: np.ndarray, level: float) -> tuple[np.ndarray, np.ndarray]:
        """Return bounds (2, P) of the dual norms; those above level exact, with points.

        Points (2, P, d) are the projections, zero where none was computed.
        """
        q, old, points = self.F.adjoint(r), self.pulls, np.zeros(self.F.shape)
        squares = np.maximum((old * old).sum(axis=-1), 1e-300)
        gamma = np.maximum((q * old).sum(axis=-1) / squares, 0.0)
        away = np.linalg.norm(q - gamma[..., None] * old, axis=-1)
        bounds = np.minimum(gamma * self.known + away, np.linalg.norm(q, axis=-1))
        for s, i in map(tuple, np.argwhere(bounds > level)):
            points[s, i] = project_on_cone(q[s, i], cone_rows(self.F, i))
            bounds[s, i] = self.known[s, i] = np.linalg.norm(points[s, i])
            self.pulls[s, i] = q[s, i]
        return bounds, points


def path_bounds(path: SolutionPath, regs: ArrayLike) -> tuple[np.ndarray, np.ndarray]:
    r"""Return bounds on p* at any regularisation between those of a path.

    .. math::

        \text{chord of } (\lambda_i,\, p_i - g_i) \;\le\; p^*(\lambda) \;\le\;
        \min_i \; L_i + \lambda R_i, \qquad p_i = L_i + \lambda_i R_i .

    Parameters
    ----------
    path : SolutionPath
    regs : array_like, shape (m,)
        Each between the smallest and the largest λ of the path.

    Returns
    -------
    lower, upper : ndarray, shape (m,)
        The upper bound is attained by the weights of one of the fits.

    Raises
    ------
    ValueError
        For a λ outside the path.

    Notes
    -----
    Implements (eq:path-bounds): p* is concave, so it is above its chords; and the
    weights of every λ_i are feasible at λ. O(m k).

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.solution_path import path_bounds, regularization_path
    >>> X, y = [[1.0], [-1.0]], [2.0, -3.0]
    >>> path = regularization_path(X, y, enumerate_patterns(X), [2.0, 1.0], tol=1e-9)
    >>> low, high = path_bounds(path, [1.5])  # p* = 5 λ - λ² = 5.25
    >>> low.round(3), high.round(3)
    (array([5.]), array([5.5]))
    """
    need_parts(path, "path", "a SolutionPath", "fits", "penalties", "gaps")
    regs = as_vector(regs, "regs")
    order = np.argsort(path.regs)
    known = path.regs[order]
    outside = (regs < known[0]) | (regs > known[-1])
    if outside.any():
        raise ValueError(
            f"regs must lie in [{known[0]:g}, {known[-1]:g}], where the path is known, "
            f"got {regs[outside][0]:g}"
        )
    lower = np.interp(regs, known, (path.objectives - path.gaps)[order])
    R = path.penalties
    losses = path.objectives - path.regs * R
    return lower, (losses + regs[:, None] * R).min(axis=1)  # (eq:path-bounds)
