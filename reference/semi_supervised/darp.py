r"""Pseudo-labels whose classes add up to given totals, by the prices of the classes.

.. math::

    \min_{R \ge 0} \; \sum_i w_i \operatorname{KL}(r_i \,\|\, q_i)
    \quad \text{subject to} \quad R \mathbf 1 = \mathbf 1, \; R^\top \mathbf 1 = c

The rows of the optimum are the given ones at a discount,
:math:`r_{ik} \propto q_{ik} e^{-\nu_k / w_i}`, so only the C prices ν are unknown. They
maximise a concave function whose slope is what the columns have too much, and whose
second derivative is the Laplacian of a graph on the classes. Newton's method finds
them, and what it starts from (`transport`) proves that they exist.
"""

from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import entr

from reference.common import NotConverged, as_matrix, as_vector, need_limits
from reference.semi_supervised.transport import room_for

__all__ = ["refine"]

RATIO = 1e6  # the largest weight of a row that can move, in units of the smallest
SLACK = 1e-9  # by which sums of the input may be off, as a share
LEAST, FLOOR = 1e-200, 1e-14  # of degrees, and of eigenvalues of the scaled Laplacian
HALVINGS = 200
REACH = 300.0  # of one step of a price, in weights of the rows that think of its class
COOLING = 10.0


def refine(
    pseudo_labels: ArrayLike, class_totals: ArrayLike, *,
    weights: ArrayLike | None = None, tol: float = 1e-8, max_iter: int = 200,
) -> np.ndarray:  # fmt: skip
    r"""Return the closest pseudo-labels whose columns sum to the class totals.

    .. math::

        \min_{R \ge 0} \; \sum_i w_i \sum_k r_{ik} \log \frac{r_{ik}}{q_{ik}}
        \quad \text{s.t.} \quad \sum_k r_{ik} = 1, \; \sum_i r_{ik} = c_k

    Parameters
    ----------
    pseudo_labels : array_like, shape (n, C)
        Q, rows of probabilities. An entry 0 stays 0.
    class_totals : array_like, shape (C,)
        c >= 0, with the sum n.
    weights : array_like, shape (n,), optional
        w > 0, what it costs to change a row; infinite for a row that must stay. By
        default one over the row's entropy, but at most 1e6 times the smallest.
    tol : float
        Largest error of a column that is accepted, as a share of n.
    max_iter : int
        Newton steps.

    Returns
    -------
    ndarray, shape (n, C)
        R. Rows sum to 1 to rounding.

    Raises
    ------
    Infeasible
        If entries that are 0 or rows that must stay leave no room. The certificate is
        an array of classes K for which these rows alone bring more than
        :math:`\sum_{k \in K} c_k`, whatever the others do.
    NotConverged
        If the columns are not right after `max_iter` steps; R is its `state`.
    ValueError
        If rows are no probabilities, totals do not sum to n, or finite weights differ
        by more than a factor of 1e6.

    Notes
    -----
    Implements {prf:ref}`alg-17-newton`: some tens of Newton steps of O(n C²). Whatever
    has the form of (eq:ssl-form) and the right sums is the optimum, so the error of
    the columns is all there is to check. With equal weights it is what Sinkhorn's
    iteration converges to.

    References
    ----------
    Kim et al. (2020), equation 1 and algorithm 1.

    Examples
    --------
    Three rows lean to class 0; one of them has to change, the least certain one most.

    >>> from reference.semi_supervised import refine
    >>> refine([[0.9, 0.1], [0.7, 0.3], [0.6, 0.4], [0.2, 0.8]], [2, 2]).round(3)
    array([[0.868, 0.132],
           [0.562, 0.438],
           [0.437, 0.563],
           [0.133, 0.867]])
    """
    Q = as_matrix(pseudo_labels, "pseudo_labels")
    n, C = Q.shape
    sums = Q.sum(axis=1)
    if (Q < 0.0).any() or np.abs(sums - 1.0).max() > 1e-6:
        worst = Q[np.argmax((Q < 0.0).any(axis=1) + np.abs(sums - 1.0))]
        raise ValueError(
            "pseudo_labels needs rows of probabilities, which sum to 1; got a row with "
            f"smallest entry {worst.min():g} and sum {worst.sum():g}"
        )
    Q /= sums[:, None]
    totals = as_totals(class_totals, n, C)
    w = as_row_weights(weights, Q)
    need_limits(tol, max_iter)
    stays = np.isinf(w)
    support = room_for(Q, stays, totals)
    R = np.where(stays[:, None], Q, support)  # right for rows that cannot move
    move = ~stays & (support.sum(axis=1) > 1)
    if move.any():
        left = totals - R[~move].sum(axis=0)
        Q = np.where(support, Q, 0.0)[move]
        R[move] = priced_rows(Q, w[move], left, tol * n, max_iter)
    error = np.abs(R.sum(axis=0) - totals).max()
    if not error <= tol * n:
        raise NotConverged(
            f"columns are off by {error:.1e} after {max_iter} steps; answers this "
            "certain need a larger tol, or mix them with a little of the uniform one",
            R,
        )
    return R


def priced_rows(
    Q: np.ndarray, w: np.ndarray, totals: np.ndarray, tol: float, max_iter: int
) -> np.ndarray:
    """Return the rows at the prices for which their columns sum to the totals.

    Rows are warmed up first: a row whose weight is below the heat answers as one of
    that weight. As the heat falls by tens, each optimum is a start near the next one.
    """
    used = (Q > 0.0).any(axis=0)
    with np.errstate(divide="ignore"):
        logs = np.log(Q[:, used])
    cost = -(w / w.min())[:, None] * (logs - logs.max(axis=1, keepdims=True))
    nu = np.zeros(cost.shape[1])
    heat = max(1.0, cost[np.isfinite(cost)].max())
    steps = 0
    while True:
        warm = np.maximum(w / w.min(), heat)
        logs = -cost / warm[:, None]
        while True:
            R = discounted(logs, warm, nu)
            excess = R.sum(axis=0) - totals[used]  # (eq:ssl-slope)
            step = newton_step(R, warm, excess)
            near = heat > 1.0 and np.abs(step).max() <= heat / COOLING
            if near or np.abs(excess).max() <= tol or steps == max_iter:
                break
            nu = nu + step * step_length(logs, warm, nu, step, totals[used], excess)
            steps += 1
        if heat == 1.0:
            # Near the end every step doubles the digits: one more is free accuracy.
            last = discounted(logs, warm, nu + step)
            if np.abs(last.sum(axis=0) - totals[used]).max() < np.abs(excess).max():
                R = last
            break
        heat = max(1.0, heat / COOLING)
    rows = np.zeros_like(Q)
    rows[:, used] = R
    return rows


def discounted(logs: np.ndarray, w: np.ndarray, nu: np.ndarray) -> np.ndarray:
    """Return the rows proportional to q e^(-ν/w), from the logarithms of q."""
    R = logs - nu / w[:, None]  # (eq:ssl-form)
    R -= R.max(axis=1, keepdims=True)
    np.exp(R, out=R)
    R /= R.sum(axis=1, keepdims=True)
    return R


def newton_step(R: np.ndarray, w: np.ndarray, excess: np.ndarray) -> np.ndarray:
    """Return the Newton step of the prices, uphill."""
    edges = (R / w[:, None]).T @ R  # (eq:ssl-laplacian): a graph on the classes
    np.fill_diagonal(edges, 0.0)
    degrees = edges.sum(axis=1)
    # Classes that hardly any row thinks of would take steps so long that the others,
    # along the same line, could not move.
    reach = REACH * (w @ R + LEAST) / (R.sum(axis=0) + LEAST)
    degrees += np.abs(excess) / reach
    s = np.sqrt(np.maximum(degrees, LEAST))
    values, vectors = np.linalg.eigh((np.diag(degrees) - edges) / s / s[:, None])
    step = vectors @ (vectors.T @ (excess / s) / np.maximum(values, FLOOR)) / s
    return step - step.mean()  # a constant added to all prices changes nothing


def step_length(
    logs: np.ndarray, w: np.ndarray, nu: np.ndarray, step: np.ndarray,
    totals: np.ndarray, excess: np.ndarray,
) -> float:  # fmt: skip
    """Return a length beyond which the dual function does not fall steeply.

    Slopes along the step are compared, never values: with weights that differ by a
    factor of a million those lose all their digits.
    """
    t = 1.0
    first = excess @ step
    for _ in range(HALVINGS):
        slope = (discounted(logs, w, nu + t * step).sum(axis=0) - totals) @ step
        if slope >= -0.5 * first:
            break
        t *= 0.5
    return t


def as_totals(class_totals: ArrayLike, n: int, C: int) -> np.ndarray:
    """Return class totals >= 0 whose sum is n exactly, if it is n to rounding."""
    totals = as_vector(class_totals, "class_totals", size=C)
    if (totals < 0.0).any() or abs(totals.sum() - n) > SLACK * n:
        raise ValueError(
            f"class_totals must be non-negative and sum to the {n} rows, got smallest "
            f"{totals.min():g} and sum {totals.sum():.12g}"
        )
    return totals * (n / totals.sum())


def as_row_weights(weights: Any, Q: np.ndarray) -> np.ndarray:
    """Return weights > 0 of the rows, by default one over their entropies."""
    if weights is None:
        entropies = entr(Q).sum(axis=1)
        largest = float(entropies.max()) or 1.0
        return 1.0 / np.maximum(entropies, largest / RATIO)
    try:
        stays = np.isposinf(weights)
    except (TypeError, ValueError):  # no numbers: `as_vector` says so by name
        stays = np.zeros(len(Q), dtype=bool)
    if np.any(stays):
        weights = np.ma.where(stays, 1.0, weights)
    w = as_vector(weights, "weights", size=len(Q))
    if (w <= 0.0).any():
        raise ValueError(f"weights must be positive, got {w.min():g}")
    if w[~stays].size and w[~stays].max() > RATIO * w[~stays].min():
        raise ValueError(
            f"weights must be within a factor of {RATIO:g} of each other, or infinite; "
            f"got {w[~stays].min():g} to {w[~stays].max():g}"
        )
    return np.where(stays, np.inf, w)
