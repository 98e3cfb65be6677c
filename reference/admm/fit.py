r"""Convex training of ReLU networks for three losses, with a certificate.

Over the activation patterns D_1, ..., D_P of the data X and the cones K_i, or without
cones for the gated model,

.. math::

    \min_{v_i, w_i \in K_i} \; \ell\Big(\sum_i D_i X (v_i - w_i),\, y\Big)
    + \lambda \sum_i \big( \|v_i\|_2 + \|w_i\|_2 \big) .

ADMM (`admm_iterates`) gives blocks that are sparse but slightly outside their cones,
and multipliers. Projecting the blocks makes a feasible point; the multipliers make a
lower bound; when the two meet we stop. Losses are sums.
"""

from dataclasses import replace

import numpy as np

from reference.admm.losses import checked_targets, dual_bound, loss_value
from reference.admm.splitting import admm_iterates, dual_norm_bound
from reference.common import NotConverged, as_integer, as_masks, as_matrix, as_real
from reference.convex_relu import ConvexFit, cone_slack, project_on_cone, unit_rows
from reference.relu_lp import ConvexWeights, convex_output

__all__ = ["admm_convex_relu", "project_to_cones"]


def project_to_cones(weights, X, patterns) -> ConvexWeights:
    r"""Return the nearest weights that lie in their cones.

    .. math::

        \Pi_{K_i}(u) = \arg\min \{ \|w - u\| : (2 D_i - I) X w \ge 0 \} .

    Parameters
    ----------
    weights : ConvexWeights
        Blocks (P, d); zero blocks stay zero.
    X : array_like, shape (n, d)
    patterns : Patterns
        If its gates are strictly inside their cones, a step along the gate removes
        the rounding error of the projection, unless the cone is as thin as that.

    Returns
    -------
    ConvexWeights

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
    X = as_matrix(X)
    masks = as_masks(patterns.masks, "patterns.masks", columns=len(X))
    shape = {"rows": len(masks), "columns": X.shape[1]}
    blocks = np.stack(
        [
            as_matrix(weights.positive, "weights.positive", **shape),
            as_matrix(weights.negative, "weights.negative", **shape),
        ]
    )
    gates = as_matrix(patterns.gates, "patterns.gates", **shape)
    unit, live = unit_rows(X)
    side = np.where(masks[:, live], 1.0, -1.0)
    outside = (side * (blocks @ unit.T)).min(axis=-1, initial=0.0) < 0.0
    for sign, i in np.argwhere(outside):
        rows = side[i, :, None] * unit
        w = project_on_cone(blocks[sign, i], rows)
        if np.linalg.norm(w) <= 1e-12 * np.linalg.norm(blocks[sign, i]):
            w = 0.0 * w  # the nearest point is the tip, up to rounding
        heights, margins = rows @ w, rows @ gates[i]
        if margins.min() > 0.0:
            lift = np.max((1e-13 * np.linalg.norm(w) - heights) / margins)
            if 0.0 < lift * np.linalg.norm(gates[i]) < 1e-6 * np.linalg.norm(w):
                w = w + lift * gates[i]
        blocks[sign, i] = w
    return ConvexWeights(*blocks)


def admm_convex_relu(
    X, y, patterns, reg, *, gated=False, loss="squared", rho=None, relaxation=1.6,
    adapt=True, tol=1e-4, max_iterations=20_000, every=10, callback=None,
) -> ConvexFit:  # fmt: skip
    r"""Return an optimum of the convex program for one of three losses.

    .. math::

        \min_{v_i, w_i \in K_i} \; \ell\Big(\sum_i D_i X (v_i - w_i),\, y\Big)
        + \lambda \sum_i \big( \|v_i\|_2 + \|w_i\|_2 \big) .

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
    max_iterations : int
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
        After `max_iterations`; `state` is the best ConvexFit so far, with its gap.

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
    X = as_matrix(X)
    y = checked_targets(y, loss, size=len(X))
    masks = as_masks(patterns.masks, "patterns.masks", columns=len(X))
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    rho = None if rho is None else as_real(rho, "rho", low=0.0, open_low=True)
    relaxation = as_real(relaxation, "relaxation", low=0.01, high=1.99)
    tol = as_real(tol, "tol", low=0.0, open_low=True)
    max_iterations = as_integer(max_iterations, "max_iterations", low=1)
    every = as_integer(every, "every", low=1)
    D = masks.astype(float)
    best, lower, next_check = None, -np.inf, 0
    for state in admm_iterates(
        X, D, y, reg, loss=loss, cones=not gated, rho=rho, relaxation=relaxation,
        adapt=adapt, every=every,
    ):  # fmt: skip
        if callback is not None:
            callback(state)
        last = state.iteration + every > max_iterations
        if state.iteration < next_check and not last:
            continue
        next_check = 1.2 * state.iteration + 10
        size = dual_norm_bound(X, D, state.dual, 0.0 if gated else state.cone_duals)
        bound = dual_bound(state.dual, y, reg, size, loss)
        lower = max(lower, bound)  # (eq:admm-bound)
        fit = _fit(X, y, patterns, masks, reg, loss, gated, state.weights)
        best = fit if best is None or fit.objective < best.objective else best
        best = replace(best, gap=max(best.objective - lower, 0.0))
        if best.gap <= tol * loss_value(0 * y, y, loss):
            return best
        if last:
            raise NotConverged(
                f"ADMM: duality gap {best.gap:.3g} after {state.iteration} iterations "
                f"(objective {best.objective:.6g}); raise tol or max_iterations, or "
                "take state, the best fit so far",
                best,
            )


def _fit(X, y, patterns, masks, reg, loss, gated, blocks):
    if gated:
        weights = ConvexWeights(blocks[0], np.zeros_like(blocks[0]))
    else:
        weights = project_to_cones(ConvexWeights(*blocks), X, patterns)
    fitted = convex_output(X, masks, weights)
    penalty = np.linalg.norm([weights.positive, weights.negative], axis=-1).sum()
    objective = loss_value(fitted, y, loss) + reg * float(penalty)
    slack = cone_slack(weights, X, masks)
    return ConvexFit(weights, objective, np.inf, slack, fitted, patterns, reg, gated)
