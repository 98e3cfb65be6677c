r"""Two-layer ReLU networks trained to global optimality by a convex program.

Training a network of m neurons with weight decay, the non-convex problem

.. math::

    \min_{W, \alpha} \; \tfrac12 \| (X W)_+ \alpha - y \|_2^2
    + \tfrac{\lambda}{2} \sum_{j=1}^{m} \big( \|w_j\|_2^2 + \alpha_j^2 \big),

has, for m large enough, the same optimal value as the convex program over the
activation patterns D_1, ..., D_P of the data

.. math::

    \min_{u_i, v_i \in K_i} \; \tfrac12 \Big\| \sum_i D_i X (u_i - v_i) - y \Big\|_2^2
    + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big), \qquad
    K_i = \{u : (2 D_i - I) X u \ge 0\} .

Without the cones it is the gated ReLU program, a group lasso. Losses are sums.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns import Patterns
from reference.common import (
    as_choice,
    as_real,
    as_vector,
    need_limits,
)
from reference.convex_relu.certificate import (
    dual_norms,
    gap_too_large,
    project_blocks,
    scaled_residual_gap,
)
from reference.convex_relu.interior_point import Progress, cone_interior_point
from reference.convex_relu.objective import (
    balanced_network,
    cone_slack,
    convex_objective,
    lifted_operator,
    total_norm,
)
from reference.convex_relu.proximal import fista, shrink_blocks
from reference.relu_lp import ConvexWeights, LiftedOperator, ReluNetwork

__all__ = ["ConvexFit", "fit_convex_relu"]


@dataclass(frozen=True, eq=False)
class ConvexFit:
    """An optimum of the convex program and the proof that it is one.

    Parameters
    ----------
    weights : ConvexWeights
        Blocks (P, d); of a gated fit `positive` are the gate weights, `negative` zero.
    objective : float
    gap : float
        No weights for these patterns have an objective below ``objective - gap``.
    cone_slack : float
        The smallest (2 D_i - I) X u over all blocks; below zero the weights are not
        those of a ReLU network (gated fits usually are not).
    fitted : ndarray, shape (n,)
    patterns : Patterns
    reg : float
    gated : bool
    """

    weights: ConvexWeights
    objective: float
    gap: float
    cone_slack: float
    fitted: np.ndarray
    patterns: Patterns
    reg: float
    gated: bool = False

    @property
    def network(self) -> ReluNetwork:
        """The ReLU network with these outputs and this objective."""
        if self.gated:
            raise ValueError(
                "a gated fit is not a ReLU network: use convex_relu.gated_predict, or "
                "convex_relu.cone_decomposition to make it one"
            )
        return balanced_network(self.weights)


def fit_convex_relu(
    X: ArrayLike, y: ArrayLike, patterns: Patterns, reg: float, *,
    gated: bool = False, solver: str = "auto", tol: float = 1e-6,
    callback: Callable[[Progress], None] | None = None,
) -> ConvexFit:  # fmt: skip
    r"""Return the optimum of the convex program, with its certificate.

    .. math::

        \min_{u_i, v_i \in K_i} \; \tfrac12 \Big\| \sum_i D_i X (u_i - v_i) - y
        \Big\|_2^2 + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big) .

    Parameters
    ----------
    X : array_like, shape (n, d)
        Append a column of ones for biases (they are then regularised too).
    y : array_like, shape (n,)
        Real targets; labels ±1 are fitted as numbers.
    patterns : Patterns
        All of X, for the optimum over all networks; or a sample.
    reg : float
        λ > 0, for a sum of losses: the network's weight decay is λ/2, and a package
        that averages over samples has λ/n.
    gated : bool
        Drop the cones: one block per pattern, the gates stay as they are.
    solver : {"auto", "fista", "interior_point"}
        "auto" is FISTA for gated models at ``tol >= 1e-5``, else the interior point.
        With cones FISTA projects every block in every iteration: on small data it may
        take hundreds of times as long.
    tol : float
        Stop at a duality gap of at most ``tol * ||y||² / 2``.
    callback : callable, optional
        Called with a `Progress` at every iteration.

    Returns
    -------
    ConvexFit

    Raises
    ------
    ValueError
        For bad input.
    NotConverged
        If the solver stops short of `tol`, for example at a cone without interior.

    Notes
    -----
    Implements (eq:convex-c). See `cone_interior_point` and `fista` for the costs.

    References
    ----------
    Pilanci and Ergen (2020), theorem 1; Mishkin, Sahiner and Pilanci (2022).

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.convex_relu import fit_convex_relu
    >>> X, y = [[1.0], [-1.0]], [2.0, -3.0]
    >>> fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.5)
    >>> fit.network(X).round(3), round(fit.objective, 4)
    (array([ 1.5, -2.5]), 2.25)
    """
    F = lifted_operator(X, patterns, gated)
    y = as_vector(y, size=len(F.X))
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    need_limits(tol, callback=callback)
    as_choice(solver, "solver", ("auto", "fista", "interior_point"))
    quick = solver == "fista" or (solver == "auto" and gated and tol >= 1e-5)
    if quick or not y.any():  # zero targets: it starts at the optimum
        blocks, gap = _by_fista(F, y, reg, tol, callback)
    else:
        found = cone_interior_point(
            F.X, y, patterns.masks, reg, gated=gated, tol=tol, callback=callback
        )
        blocks, gap = found.weights, found.gap
    weights = ConvexWeights(blocks[0], 0.0 * blocks[0] if gated else blocks[1])
    objective = convex_objective(weights, X, y, patterns, reg)
    fitted, slack = F.outputs(blocks), cone_slack(weights, F.X, patterns.masks)
    return ConvexFit(weights, objective, gap, slack, fitted, patterns, reg, gated)


def _by_fista(
    F: LiftedOperator, y: np.ndarray, reg: float, tol: float,
    callback: Callable[[Progress], None] | None,
) -> tuple[np.ndarray, float]:  # fmt: skip
    """FISTA on a working set: few patterns are active, the certificate asks them all.

    Leaving a pattern out of the program is leaving a cut out of its dual; the outer
    loop adds the cuts that the dual point violates most, until none is violated.
    """
    blocks, work = np.zeros(F.shape), np.zeros(len(F.D), dtype=bool)
    residual, scale = y, 0.5 * float(y @ y)
    for round_ in range(1, 100):
        norms = dual_norms(F, residual)
        penalty = total_norm(blocks)
        gap = scaled_residual_gap(y, residual, penalty, reg, norms.max())
        if callback is not None:
            value = 0.5 * float(residual @ residual) + reg * penalty
            slack = 0.0 if len(F.signs) > 1 else np.nan
            callback(Progress(round_, value, gap, slack, blocks.copy()))
        if gap <= tol * scale:
            return blocks, gap
        # Add the worst cuts, and double their number.
        excess = np.where(work, 0.0, norms.max(axis=0) - reg)
        worst = np.argsort(-excess)[: max(50, work.sum())]
        work[worst] |= excess[worst] > 0.0
        # No need to solve a poor working set well.
        inner = max(0.5 * tol, 0.1 * gap / scale)
        part = LiftedOperator(F.X, F.D[work], F.signs)
        blocks[:, work] = _restricted(part, y, reg, inner, blocks[:, work])
        residual = y - F.outputs(blocks)
    raise gap_too_large(f"{round_} rounds of patterns", gap, tol * scale, blocks)


def _restricted(
    F: LiftedOperator, y: np.ndarray, reg: float, tol: float, start: np.ndarray
) -> np.ndarray:
    """Return the blocks of FISTA: project on the cone, then shrink."""

    def prox(blocks: np.ndarray, step: float) -> np.ndarray:  # (eq:convex-prox)
        return shrink_blocks(project_blocks(F, blocks), step * reg)

    def dual_norm(pull: np.ndarray) -> float:
        return float(np.linalg.norm(project_blocks(F, pull), axis=-1).max())

    return fista(
        F.outputs, F.adjoint, prox, total_norm, dual_norm, y, reg, start, tol=tol
    )[0]
