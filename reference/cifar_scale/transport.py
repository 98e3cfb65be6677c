r"""DARP where the pseudo-labels are: chapter 17's program, by Newton's method.

.. math::

    \min_X \sum_i w_i\, \mathrm{KL}(x_i \,\|\, y_i) \quad \text{s.t.} \quad
    X \mathbf 1 = \mathbf 1, \; X^\top \mathbf 1 = c

For fixed column multipliers ν the rows are softmaxes,
:math:`x_i = \text{softmax}(\log y_i - \nu / w_i)`, so only C unknowns are left, in a
convex dual whose gradient is :math:`c - X^\top \mathbf 1` and whose Hessian is a C x C
matrix. Chapter 17 alternates rows and columns, a hundred times or more; ten Newton
steps do, each a few products of (n, C) arrays.
"""

import torch

from reference.cifar_scale.checks import (
    floats,
    need_integer,
    need_number,
    need_tensor,
)
from reference.common import NotConverged

__all__ = ["refine_tensor"]


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
    :func:`~reference.semi_supervised.refine`, whose answers it reproduces by another
    route. O(n C²) for a step.

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
    need_number("tol", tol, 0.0, positive=True)
    need_integer("max_iter", max_iter, 1)
    y, c, b = checked(pseudo_labels, class_totals, weights)
    logs, total = y.log(), float(len(y))
    nu = torch.zeros_like(c)
    x = y
    for _ in range(max_iter):
        slope = c - x.sum(0)  # of the dual
        if slope.abs().max() <= tol * total:
            return x
        weighted = b[:, None] * x
        hessian = torch.diag(weighted.sum(0)) - weighted.T @ x
        lift = hessian.diagonal().max().clamp(min=1e-30)
        # 1 is in the kernel: totals say nothing about a shift of ν
        hessian = hessian + lift / len(c) + 1e-12 * lift * torch.eye(len(c)).to(c)
        step = -torch.linalg.solve(hessian, slope)  # (eq:scale-darp-newton)
        # where rows are nearly sure the Hessian is nearly zero: no step knows the way
        # further than a few units beyond where it stands
        reach = 4.0 * (1.0 / b.max().clamp(min=1e-300) + nu.abs().max())
        step = step * (reach / step.abs().max().clamp(min=1e-300)).clamp(max=1.0)
        low, high, length = 0.0, 1.0, 1.0
        along = slope @ step
        for _ in range(60):  # the slope along the step rises: bisection
            x = torch.softmax(logs - b[:, None] * (nu + length * step), 1)
            now = (c - x.sum(0)) @ step
            if now <= -0.5 * along:
                if length == 1.0 or now >= 0.5 * along:
                    break
                low = length
            else:
                high = length
            length = 0.5 * (low + high)
        nu = nu + length * step
        nu = nu - nu.mean()
    error = float((c - x.sum(0)).abs().max())
    raise NotConverged(
        f"class_totals are missed by {error:.2g} after {max_iter} steps: rows without "
        "doubts cannot move, and a class needs some probability somewhere",
        x,
    )


def checked(
    pseudo_labels: torch.Tensor,
    class_totals: torch.Tensor,
    weights: torch.Tensor | None,
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """Return normalised rows, totals, and 1 / w, in float64."""
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
        return y, c, torch.special.entr(y).sum(1)
    need_tensor("weights", weights, 1)
    w = weights.double().to(y.device)
    if w.shape != (len(y),) or not bool((w > 0.0).all()):
        raise ValueError(f"weights needs {len(y)} positive entries, got {w}")
    return y, c, 1.0 / w
