r"""The analytic centre of a ReLU network's version space, block by block.

With gates h_i and masks D_i the lifted network is linear in its weights,
:math:`f(x;\theta) = \sum_i 1[x^\top h_i \ge 0]\, x^\top(u_i - v_i)`, and the set

.. math::

    \{\theta=(u,v) :\ (2D_i-I)Xu_i > 0,\ (2D_i-I)Xv_i > 0,\
      -y_k f(x_k;\theta) < b_k,\ \|\theta\| < R\}

has 2Pn cone rows and k cuts. The blocks of its Hessian are in `relu_body.py`,
Newton's method in `newton.py`; here are the way in and the way on.
"""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.analytic_center.loose_walls import loosened
from reference.analytic_center.newton import Callback, Center, as_size, as_tol, body_of
from reference.analytic_center.phase_one import (
    enter_rows,
    find_center,
    recenter,
    with_parabola,
)
from reference.analytic_center.relu_body import ReluBody, ReluCuts, outer_products
from reference.common import (
    as_array,
    as_labels,
    as_masks,
    as_matrix,
    as_real,
    as_vector,
    need_callable,
    unit_vectors,
)

__all__ = ["add_relu_cut", "relu_center"]


def relu_center(
    X: ArrayLike,
    masks: ArrayLike,
    gates: ArrayLike,
    cuts: Sequence[ArrayLike] | None,
    *,
    radius: float | None = None,
    box: float | None = None,
    start: ArrayLike | None = None,
    tol: float = 1e-10,
    callback: Callback | None = None,
) -> Center:
    r"""Return the analytic centre of a ReLU network's version space.

    .. math::

        \min_\theta\; -\sum_{i,j} \log s_{ij} x_j^\top u_i
        - \sum_{i,j} \log s_{ij} x_j^\top v_i
        - \sum_k \log(b_k + y_k f(x_k; \theta))
        - \log(R^2 - \|\theta\|^2), \qquad s_{ij} = 2 D_{i,jj} - 1

    Parameters
    ----------
    X : array_like, shape (n, d)
        The rows at which the cones hold; zero rows are left out.
    masks : array_like of bool, shape (P, n)
        D_i of every pattern, and
    gates : array_like, shape (P, d)
        a gate strictly inside each cone: both come from one ``Patterns``.
    cuts : ReluCuts or (rows, labels, offsets) or None
        -labels[k] f(rows[k]) <= offsets[k]. A label y of x is (x, y, 0); the tube
        abs(f(x) - t) <= e is (x, -1, t + e) and (x, +1, e - t).
    radius, box : float, optional
        norm(theta) < radius, abs(theta) < box; at least one of them.
    start : array_like, shape (2, P, d), optional
        A point nearby, such as the centre before X or the cuts grew. Walls and cuts
        that it violates are entered first.
    tol : float
        Bounds decrement^2 / 2.
    callback : callable, optional
        Called with a `Center` whenever a Hessian was factored.

    Returns
    -------
    Center
        ``point`` (2, P, d): u first, then v. ``slacks`` (k,) of the cuts.

    Raises
    ------
    EmptySet, FlatSet
        ``certificate`` is (y, rho) >= 0, multipliers of the cuts (k,) and of the
        cones (2, P, n'): b^T y + R norm(C^T y - G^T rho) is below 0, or about 0.
    NotConverged
        Rounding won: a cone, or a tube of two cuts, is 1e-7 times as wide as long.
    ValueError
        Arguments of wrong shape or not finite, a gate outside its cone.

    Notes
    -----
    Implements {eq}`eq:ac-blocks`, from `start` by {eq}`eq:ac-loose`, without one after
    each block has found its own centre ({eq}`eq:ac-alone`; these steps are not counted
    in ``newton_steps``). A step costs
    O(P d^2 (n + d + k) + P d k^2) and O(P (d^2 + n + d k)) memory, against
    O(P^3 d^3) and O(P^2 d^2) for a dense Hessian.

    References
    ----------
    Zhang, Zhang and Pilanci (2024), whose solver is a general convex one.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.analytic_center import relu_center
    >>> X = np.array([[1.0, 1.0], [-2.0, 1.0]])
    >>> gates = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> masks = gates @ X.T > 0
    >>> center = relu_center(X, masks, gates, (X, [1, -1], [0, 0]), radius=1)
    >>> center.point.shape, bool((center.slacks > 0).all())
    ((2, 2, 2), True)
    """
    X = as_matrix(X)
    masks = as_masks(masks, columns=len(X))
    gates = as_matrix(gates, "gates", rows=len(masks), columns=X.shape[1])
    tol = as_tol(tol)
    need_callable(callback, "callback", optional=True)
    if radius is None and box is None:
        raise ValueError("radius or box must be given: cones and cuts are unbounded")
    ball, cube = as_size(radius, "radius"), as_size(box, "box")
    nonzero = X.any(axis=1)
    signs = np.where(masks, 1.0, -1.0)
    _raise_if_outside(gates, X, signs)
    rows = _as_cuts(cuts, gates.shape[1])
    body = _body(X[nonzero], signs[:, nonzero], gates, rows, ball, cube)
    scale = min(ball / np.sqrt(8 * len(gates)), cube / 2)
    guide, theta, steps = with_parabola(body), None, 0
    if start is not None:
        start = as_array(start, "start", (2, *gates.shape))
        if found := loosened(guide, start, min(ball, cube)):
            theta, steps = enter_rows(found[0], start, found[1])
    if theta is None:
        alone = _settle_blocks(guide, scale * unit_vectors(gates))
        theta = np.array([alone, alone])
    unit = body.row_norms() * scale
    return find_center(body, theta, unit, tol, before=steps, callback=callback)


def _raise_if_outside(gates: np.ndarray, X: np.ndarray, signs: np.ndarray) -> None:
    outputs = gates @ X.T
    wrong = np.argwhere(X.any(axis=1) & (signs * outputs <= 0))
    if len(wrong):
        i, j = wrong[0]
        raise ValueError(
            f"gates must lie strictly inside their cones: gate {i} gives "
            f"{outputs[i, j]:g} at row {j}, where the mask is {bool(signs[i, j] > 0)}; "
            "take both from one Patterns"
        )


def _as_cuts(cuts: Sequence[ArrayLike] | None, columns: int) -> ReluCuts:
    parts: Any = cuts or ([], [], [])
    if not isinstance(parts, Sequence) or len(parts) != 3:
        raise ValueError(f"cuts must be ReluCuts or its three parts, got {cuts!r}")
    rows = np.empty((0, columns))
    if np.size(parts[0]):
        rows = as_matrix(parts[0], "cuts.rows", columns=columns)
    labels = as_labels(parts[1], "cuts.labels", size=len(rows))
    return ReluCuts(rows, labels, as_vector(parts[2], "cuts.offsets", size=len(rows)))


def _cut_masks(gates: np.ndarray, rows: np.ndarray, labels: np.ndarray) -> np.ndarray:
    """Return the factors of x in every block of the rows -y f(x) <= b, (k, 2P)."""
    masks = np.where(rows @ gates.T >= 0, -labels[:, None], 0.0)  # 1[x.g >= 0]
    return np.concatenate([masks, -masks], axis=1)


def _body(
    X: np.ndarray,
    signs: np.ndarray,
    gates: np.ndarray,
    cuts: ReluCuts,
    radius: float,
    box: float,
) -> ReluBody:
    sides = np.eye(X.shape[1]) if box < np.inf else X[:0]
    walls = np.vstack([X, -sides, sides])  # theta_j < box and -theta_j < box
    reach = np.repeat([0.0, box], [len(X), 2 * len(sides)])
    squares = outer_products(walls)
    masks = _cut_masks(gates, cuts.rows, cuts.labels)
    return ReluBody(X, signs, walls, reach, squares, gates, cuts, masks, radius, box)


def _settle_blocks(body: ReluBody, u: np.ndarray, max_iter: int = 200) -> np.ndarray:
    """Minimise F_base, each block by itself (eq:ac-alone): cuts are left out.

    Then a block of v is the block of u, and only these are looked at: u is (P, d).
    """
    for _ in range(max_iter):
        inverse = 1 / body.signed_slacks(u)
        gradient = body.pull * u - inverse @ body.walls
        blocks = body.blocks(inverse, body.pull)
        ridge = 1e-13 * np.trace(blocks, axis1=1, axis2=2)  # rounding's size
        blocks += ridge[:, None, None] * np.eye(u.shape[1])  # so never singular
        step = np.linalg.solve(blocks, gradient[..., None])[..., 0]
        length = np.sqrt(np.maximum(np.vecdot(gradient, step), 0.0))
        u = u - step / np.where(length > 0.25, 1 + length, 1)[:, None]
        if (length <= 0.25).all():  # (eq:ac-damped), a step length for each
            break
    return u


def add_relu_cut(
    center: Center,
    x: ArrayLike,
    label: float,
    offset: float = 0.0,
    *,
    tol: float = 1e-10,
) -> Center:
    r"""Return the centre after the cut -label f(x) <= offset, from the one before.

    .. math:: \{\theta\} \cap \{-y f(x; \theta) \le b\}

    Parameters
    ----------
    center : Center
        From `relu_center` or an earlier cut.
    x : array_like, shape (d,)
    label : +1 or -1
    offset : float
    tol : float
        As in `relu_center`.

    Returns
    -------
    Center
        Its ``body.cuts`` hold all cuts, the new one last. No cone rows are added
        at x; for those call `relu_center` with the longer X and ``start``.

    Raises
    ------
    EmptySet, FlatSet
        As in `relu_center`.
    ValueError
        Arguments of wrong shape, a label other than +1 and -1.

    Notes
    -----
    Implements {eq}`eq:ac-cut-step`, as `add_cut` does.

    References
    ----------
    Boyd, Vandenberghe and Skaf (2008), section 2.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.analytic_center import add_relu_cut, relu_center
    >>> X = np.array([[1.0, 1.0], [-2.0, 1.0]])
    >>> gates = np.array([[0.0, 1.0], [1.0, 0.0]])
    >>> center = relu_center(X, gates @ X.T > 0, gates, None, radius=1)
    >>> center = add_relu_cut(center, [1.0, 1.0], 1)
    >>> center.newton_steps <= 3, bool(center.slacks[0] > 0)
    (True, True)
    """
    body = body_of(center, ReluBody, "relu_center or add_relu_cut")
    row = as_vector(x, "x", size=body.gates.shape[1])[None]
    labels, offset = as_labels([label], "label"), as_real(offset, "offset")
    tol = as_tol(tol)
    pairs = zip(body.cuts, (row, labels, np.array([offset])), strict=True)
    cuts = ReluCuts(*(np.concatenate(pair) for pair in pairs))
    mask = _cut_masks(body.gates, row, labels)
    larger = replace(body, cuts=cuts, cut_masks=np.concatenate([body.cut_masks, mask]))
    normal = (mask.T * row).reshape(center.point.shape)
    gap = offset - float(np.vdot(normal, center.point))
    return recenter(center, larger, normal, gap, tol)
