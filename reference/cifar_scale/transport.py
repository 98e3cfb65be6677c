r"""DARP where the pseudo-labels are: chapter 17's program on a device.

.. math::

    \min_X \sum_i w_i\, \mathrm{KL}(x_i \,\|\, y_i) \quad \text{s.t.} \quad
    X \mathbf 1 = \mathbf 1, \; X^\top \mathbf 1 = c

For fixed prices ν of the classes the rows are softmaxes,
:math:`x_i = \text{softmax}(\log y_i - \nu / w_i)`, so only C unknowns are left, in a
concave dual whose gradient is :math:`X^\top \mathbf 1 - c` and whose Hessian is a C x C
matrix: some Newton steps, each a few products of (n, C) arrays.
"""

import torch

from reference.cifar_scale.checks import floats, need_tensor
from reference.common import NotConverged, need_limits

__all__ = ["refine_tensor"]

COOLING = 10.0  # the factor by which the heat falls
HALVINGS = 200
FLOOR = 1e-14  # of eigenvalues of the scaled Hessian
TINY = 1e-200  # of its diagonal
REACH = 300.0  # of one step of a price, in weights of the rows that think of its class
RATIO = 1e6  # of the largest entropy to the smallest that counts, as in chapter 17


def refine_tensor(
    pseudo_labels: torch.Tensor,
    class_totals: torch.Tensor,
    *,
    weights: torch.Tensor | None = None,
    tol: float = 1e-8,
    max_iter: int = 200,
) -> torch.Tensor:
    r"""Return the pseudo-labels closest to these among those with given class totals.

    .. math::

        \min_X \sum_i w_i \sum_k x_{ik} \log \frac{x_{ik}}{y_{ik}} \quad \text{s.t.}
        \quad X \mathbf 1 = \mathbf 1, \; X^\top \mathbf 1 = c

    Parameters
    ----------
    pseudo_labels : Tensor, shape (n, C)
        Rows of probabilities.
    class_totals : Tensor, shape (C,)
        c >= 0, with sum n.
    weights : Tensor, shape (n,), optional
        w > 0, infinity for a row that must stay; by default one over the entropy, so
        that a row without doubts stays as it is.
    tol : float
        Largest error of a class total, relative to n.
    max_iter : int
        Newton steps.

    Returns
    -------
    Tensor of float64, shape (n, C)
        Rows sum to one to rounding, columns to the totals to `tol`.

    Raises
    ------
    ValueError
        If an argument has another shape, is negative, or the totals do not sum to n.
    NotConverged
        If the totals are not met: rows that cannot move leave no room, or a class
        has a total and no probability.

    Notes
    -----
    Implements (eq:scale-darp-newton). It is the twin of
    :func:`~reference.semi_supervised.refine`, whose answers it reproduces to
    rounding. O(n C²) for a step.

    References
    ----------
    Kim et al. (2020).

    Examples
    --------
    >>> import torch
    >>> from reference.cifar_scale import refine_tensor
    >>> beliefs = torch.tensor([[0.9, 0.1], [0.8, 0.2], [0.7, 0.3], [0.4, 0.6]])
    >>> refined = refine_tensor(beliefs, torch.tensor([2.0, 2.0]))
    >>> refined.sum(0).round(decimals=6).tolist()
    [2.0, 2.0]
    """
    need_limits(tol, max_iter)
    y, c, w = checked(pseudo_labels, class_totals, weights)
    x, total = y.clone(), float(len(y))
    moves = torch.isfinite(w) & ((y > 0.0).sum(1) > 1)
    if bool(moves.any()):
        left = c - y[~moves].sum(0)
        x[moves] = priced(y[moves], w[moves], left, tol * total, max_iter)
    error = float((c - x.sum(0)).abs().max())
    if not error <= tol * total:
        raise NotConverged(
            f"class_totals are missed by {error:.2g} after at most {max_iter} steps: "
            "rows without doubts cannot move, and a class needs some probability "
            "somewhere",
            x,
        )
    return x


def priced(
    y: torch.Tensor, w: torch.Tensor, totals: torch.Tensor, tol: float, max_iter: int
) -> torch.Tensor:
    """Return rows at the prices ν for which their columns sum to the totals.

    As in chapter 17: rows of small weight are warm first, and answer as heavier ones
    would; each optimum is a start near that of the next, ten times cooler problem.
    """
    used = (y > 0.0).any(0)
    logs, w = y[:, used].log(), w / w.min()
    cost = w[:, None] * (logs.max(1, keepdim=True).values - logs)
    nu = torch.zeros_like(totals[used])
    heat = max(1.0, float(cost[torch.isfinite(cost)].max()))
    steps = 0
    while True:
        warm = w.clamp(min=heat)[:, None]
        x = torch.softmax((-cost - nu) / warm, 1)
        excess = x.sum(0) - totals[used]
        step = newton_step(x, warm, excess)
        near = heat > 1.0 and float(step.abs().max()) <= heat / COOLING
        if near or float(excess.abs().max()) <= tol or steps == max_iter:
            if heat == 1.0:
                break
            heat = max(1.0, heat / COOLING)
            continue
        length, first = 1.0, excess @ step
        for _ in range(HALVINGS):  # slopes along the step are compared, never values
            moved = torch.softmax((-cost - nu - length * step) / warm, 1)
            if (moved.sum(0) - totals[used]) @ step >= -0.5 * first:
                break
            length *= 0.5
        nu, steps = nu + length * step, steps + 1
    found = torch.zeros_like(y)
    found[:, used] = x
    return found


def newton_step(
    x: torch.Tensor, warm: torch.Tensor, excess: torch.Tensor
) -> torch.Tensor:
    """Return Newton's step of the prices, in units in which the Hessian is even."""
    edges = (x / warm).T @ x
    edges.fill_diagonal_(0.0)
    # Classes that hardly any row thinks of would take steps without end (chapter 17).
    reach = REACH * (warm[:, 0] @ x + TINY) / (x.sum(0) + TINY)
    degrees = edges.sum(1) + excess.abs() / reach
    s = degrees.clamp(min=TINY).sqrt()
    values, vectors = torch.linalg.eigh((degrees.diag() - edges) / s / s[:, None])
    step = vectors @ (vectors.T @ (excess / s) / values.clamp(min=FLOOR)) / s
    return step - step.mean()  # (eq:scale-darp-newton)


def checked(
    pseudo_labels: torch.Tensor,
    class_totals: torch.Tensor,
    weights: torch.Tensor | None,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return normalised rows, totals and weights, in float64."""
    y = floats("pseudo_labels", pseudo_labels, 2)
    c = floats("class_totals", class_totals, 1).to(y.device)
    if len(c) != y.shape[1]:
        raise ValueError(f"class_totals needs {y.shape[1]} entries, got {len(c)}")
    sums = y.sum(1)
    if (sums - 1.0).abs().max() > 1e-3:
        raise ValueError("pseudo_labels must have rows that sum to one")
    if abs(float(c.sum()) - len(y)) > 1e-6 * len(y):
        raise ValueError(
            f"class_totals must sum to the {len(y)} rows, got {float(c.sum()):g}"
        )
    y, c = y / sums[:, None], c * (len(y) / c.sum())
    if weights is None:
        entropies = torch.special.entr(y).sum(1)
        largest = float(entropies.max()) or 1.0
        return y, c, 1.0 / entropies.clamp(min=largest / RATIO)
    need_tensor("weights", weights, 1)
    w = weights.double().to(y.device)
    if w.shape != (len(y),) or not bool((w > 0.0).all()):
        raise ValueError(f"weights needs {len(y)} positive entries, got {w}")
    return y, c, w
