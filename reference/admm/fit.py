r"""Convex training of ReLU networks for three losses, with a certificate.

Over the activation patterns D_1, ..., D_P of the data X and the cones K_i, or without
cones for the gated model,

.. math::

    \min_{u_i, v_i \in K_i} \; \ell\Big(\sum_i D_i X (u_i - v_i),\, y\Big)
    + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big) .

ADMM (`admm_iterates`) gives blocks that are sparse but slightly outside their cones,
and multipliers. Projecting the blocks makes a feasible point; the multipliers make a
lower bound; when the two meet we stop. Losses are sums.
"""

from collections.abc import Callable
from dataclasses import replace
from itertools import islice
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns import Patterns
from reference.admm.losses import checked_targets, dual_bound, loss_value
from reference.admm.splitting import AdmmState, admm_iterates, dual_norm_bound
from reference.common import as_integer, as_real, need_limits
from reference.convex_relu import (
    ConvexFit,
    cone_slack,
    gap_too_large,
    lifted_operator,
    project_blocks,
    total_norm,
)
from reference.relu_lp import ConvexWeights, LiftedOperator, as_blocks

__all__ = ["admm_convex_relu", "project_to_cones"]

Fit = TypeVar("Fit", bound=Any)  # with an objective and a gap


def project_to_cones(
    weights: ConvexWeights, X: ArrayLike, patterns: Patterns
) -> ConvexWeights:
    r"""Return the nearest weights that lie in their cones.

    .. math::

        \Pi_{K_i}(q) = \arg\min \{ \|u - q\| : (2 D_i - I) X u \ge 0 \} .

    Parameters
    ----------
    weights : ConvexWeights
        Blocks (P, d); zero blocks stay zero.
    X : array_like, shape (n, d)
    patterns : Patterns

    Returns
    -------
    ConvexWeights
        In their cones, to rounding.

    Raises
    ------
    ValueError
        If the shapes do not match.

    Notes
    -----
    Implements (eq:admm-polish): a non-negative least-squares problem for each block
    that is outside its cone, O(n d) for the others.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import Patterns
    >>> from reference.admm import project_to_cones
    >>> from reference.relu_lp import ConvexWeights
    >>> patterns = Patterns(np.array([[True]]), np.array([[1.0]]))
    >>> weights = ConvexWeights(np.array([[-2.0]]), np.array([[3.0]]))
    >>> project_to_cones(weights, [[1.0]], patterns)
    ConvexWeights(positive=array([[0.]]), negative=array([[3.]]))
    """
    F = lifted_operator(X, patterns)
    blocks = as_blocks(weights, *F.shape[1:])
    nearest = project_blocks(F, blocks)
    sizes = np.linalg.norm([blocks, nearest], axis=-1)
    nearest[sizes[1] <= 1e-12 * sizes[0]] = 0.0  # the tip of the cone, up to rounding
    return ConvexWeights(*nearest)


def admm_convex_relu(
    X: ArrayLike, y: ArrayLike, patterns: Patterns, reg: float, *, gated: bool = False,
    loss: str = "squared", rho: float | None = None, relaxation: float = 1.6,
    adapt: bool = True, tol: float = 1e-4, max_iter: int = 20_000, every: int = 10,
    callback: Callable[[AdmmState], None] | None = None,
) -> ConvexFit:  # fmt: skip
    r"""Return an optimum of the convex program for one of three losses.

    .. math::

        \min_{u_i, v_i \in K_i} \; \ell\Big(\sum_i D_i X (u_i - v_i),\, y\Big)
        + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big) .

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Targets; labels +1 and -1 for logistic and hinge loss.
    patterns : Patterns
    reg : float
        λ > 0, for a sum of losses (squared with its ½). For a mean divide by n.
    gated : bool
        Drop the cones.
    loss : {"squared", "logistic", "hinge"}
    rho : float, optional
        Starting penalty; by default one that fits the scale of the data.
    relaxation : float
        Over-relaxation in (0, 2); 1 is plain ADMM.
    adapt : bool
        Balance the residuals by doubling or halving ρ.
    tol : float
        Stop at a duality gap of at most ``tol`` times the loss of the zero network.
    max_iter : int
    every : int
        `callback` sees every such iterate.
    callback : callable, optional
        Called with an `AdmmState`.

    Returns
    -------
    ConvexFit
        Weights in their cones, with a gap proved by the multipliers of the iteration.

    Raises
    ------
    ValueError
        For bad input.
    NotConverged
        After `max_iter` iterations; `state` is the best ConvexFit so far, with its gap.

    Notes
    -----
    Implements (eq:admm-u) to (eq:admm-polish); O(n d P + n²) per iteration. Without
    cones some hundred iterations give ten digits. With cones the first digits are
    quick and the later ones slow: for many digits of the squared loss use
    `fit_convex_relu`.

    References
    ----------
    Bai, Gautam and Sojoudi (2022), algorithm 1; Boyd et al. (2011), section 3.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.admm import admm_convex_relu
    >>> X, y = [[1.0], [-1.0]], [2.0, -3.0]
    >>> fit = admm_convex_relu(X, y, enumerate_patterns(X), 0.5, tol=1e-9)
    >>> fit.network(X).round(3), round(fit.objective, 4)
    (array([ 1.5, -2.5]), 2.25)
    """
    F = lifted_operator(X, patterns)
    y = checked_targets(y, loss, size=len(F.X))
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    rho = None if rho is None else as_real(rho, "rho", low=0.0, open_low=True)
    relaxation = as_real(relaxation, "relaxation", low=0.01, high=1.99)
    every = as_integer(every, "every", low=1)
    need_limits(tol, max_iter, callback)
    enough = tol * loss_value(0 * y, y, loss)
    states = admm_iterates(
        F.X, F.D, y, reg, loss=loss, cones=not gated, rho=rho, relaxation=relaxation,
        adapt=adapt, every=every,
    )  # fmt: skip
    best: Any = None
    next_check = 0.0
    for state in islice(states, max(1, max_iter // every)):
        if callback is not None:
            callback(state)
        last = state.iteration + every > max_iter
        if state.iteration < next_check and not last:
            continue
        next_check = 1.2 * state.iteration + 10
        fit = _certified_fit(F, y, patterns, reg, loss, gated, state)
        best = sharper(best, fit)
        if best.gap <= enough:
            return best
    raise gap_too_large(f"{max_iter} steps of ADMM", best.gap, enough, best)


def sharper(best: Fit | None, fit: Fit) -> Fit:
    """Return the better of two fits; the better of their lower bounds makes its gap."""
    both = [best or fit, fit]
    lower = max(one.objective - one.gap for one in both)
    best = min(both, key=lambda one: one.objective)
    return replace(best, gap=max(best.objective - lower, 0.0))


def _certified_fit(
    F: LiftedOperator, y: np.ndarray, patterns: Patterns, reg: float, loss: str,
    gated: bool, state: AdmmState,
) -> ConvexFit:  # fmt: skip
    """Return the copies, in their cones, and the gap that the multipliers prove."""
    if gated:
        weights = ConvexWeights(state.weights[0], 0.0 * state.weights[0])
    else:
        weights = project_to_cones(ConvexWeights(*state.weights), F.X, patterns)
    blocks = as_blocks(weights)
    fitted = F.outputs(blocks)
    objective = loss_value(fitted, y, loss) + reg * total_norm(blocks)
    eta = None if gated else state.cone_duals
    size = dual_norm_bound(F.X, F.D, state.dual, eta)
    gap = objective - dual_bound(state.dual, y, reg, size, loss)  # (eq:admm-bound)
    slack = cone_slack(weights, F.X, patterns.masks)
    return ConvexFit(
        weights, objective, max(gap, 0.0), slack, fitted, patterns, reg, gated
    )
