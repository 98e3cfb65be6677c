r"""Robust cones: the neurons that no point of a box can switch.

Every input may move by at most :math:`\varepsilon_j` in coordinate j. With
:math:`\|u\|_\varepsilon = \sum_j \varepsilon_j |u_j|` a neuron with weights u keeps its
activation pattern D on all boxes around the samples if and only if

.. math::

    u \in K^\varepsilon(D) = \{ u : (2 D - I) X u \ge \|u\|_\varepsilon \} .

The cone shrinks as the boxes grow, and at the *robust radius* of the pattern, a linear
program, it collapses to the zero vector.
"""

import numpy as np

from reference.activation_patterns import Patterns, pattern_parts
from reference.adversarial.attacks import checked_radii
from reference.common import (
    Infeasible,
    NotConverged,
    as_masks,
    as_matrix,
    unit_vectors,
)
from reference.relu_lp import ConvexWeights, as_blocks, column_units
from reference.version_space import chebyshev_center, linear_program, version_space

__all__ = ["robust_patterns", "robust_radius", "robust_slack"]


def robust_slack(
    weights: ConvexWeights,
    X: np.ndarray,
    masks: np.ndarray,
    epsilon: float | np.ndarray,
) -> float:
    r"""Return the worst slack of convex weights in their robust cones.

    .. math::

        \min_{b, k} \; (2 D_b - I)_{kk}\, x_k^\top u_b - \|u_b\|_\varepsilon
        \quad \text{over all blocks } u_b, \text{ of both signs.}

    Parameters
    ----------
    weights : ConvexWeights
        Blocks (P, d).
    X : array_like, shape (n, d)
    masks : ndarray of bool, shape (P, n)
    epsilon : float or array_like, shape (d,)
        Radii of the box. A number is refused if X has a column of ones
        (`radii_with_bias`).

    Returns
    -------
    float
        At least 0 if no neuron of the mapped network changes sign on any box.

    Raises
    ------
    ValueError
        For bad input.

    Notes
    -----
    Implements (eq:adv-cone); O(n d P). With epsilon = 0 it is chapter 6's cone slack,
    except that a zero row counts here, with slack 0.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import robust_slack
    >>> from reference.relu_lp import ConvexWeights
    >>> masks, weights = np.array([[True, False]]), ConvexWeights([[2.0]], [[3.0]])
    >>> robust_slack(weights, [[2.0], [-2.0]], masks, 0.5)  # 2 * 2 - 0.5 * 2
    3.0
    """
    X = as_matrix(X)
    masks = as_masks(masks, columns=len(X))
    epsilon = checked_radii(epsilon, X)
    blocks = as_blocks(weights, len(masks), X.shape[1])
    slack = np.where(masks, 1.0, -1.0) * (blocks @ X.T)
    return float((slack.min(axis=-1) - np.abs(blocks) @ epsilon).min())


def robust_radius(
    X: np.ndarray, masks: np.ndarray, epsilon: float | np.ndarray = 1.0
) -> np.ndarray:
    r"""Return how far the boxes may grow before the robust cone of a pattern is {0}.

    .. math::

        r(D) = \max_{u \ne 0} \; \min_k \;
        \frac{(2 D - I)_{kk}\, x_k^\top u}{\|u\|_\varepsilon} .

    Parameters
    ----------
    X : array_like, shape (n, d)
    masks : ndarray of bool, shape (P, n)
        Any masks; those that are no pattern of X have radius 0.
    epsilon : float or array_like, shape (d,)
        Shape of the box, scaled by the radius.

    Returns
    -------
    ndarray, shape (P,)
        The robust cone for ``t * epsilon`` has interior points for t < r(D). For
        t > r(D) it has no weights on columns that move: if the only other one is a
        bias, it is {0}. Infinite if unmoved columns (a bias) suffice; 0, not
        negative, if nothing does.

    Raises
    ------
    ValueError
        For bad input.
    NotConverged
        If double precision proves neither a radius nor that there is none.

    Notes
    -----
    Implements (eq:adv-radius), the l1 margin of the labels 2 D - I: one linear program
    of n rows and 2 d variables per pattern.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import robust_radius
    >>> masks = np.array([[True, False, False], [True, False, True], [True] * 3])
    >>> robust_radius([[0.0, 1], [1, 1], [3, 1]], masks, [1.0, 0.0])
    array([0.5, 0. , inf])
    """
    X = as_matrix(X)
    masks = as_masks(masks, columns=len(X))
    return _radii_and_gates(X, masks, checked_radii(epsilon, X))[0]


def _radii_and_gates(
    X: np.ndarray, masks: np.ndarray, epsilon: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return r(D) and a point of slack 1 or more for epsilon = 0, for each mask."""
    live = X.any(axis=1) | bool(epsilon.any())  # a zero row is fixed if nothing moves
    (n, d), cost = X[live].shape, np.tile(epsilon, 2)
    radii, gates = np.zeros(len(masks)), np.zeros((len(masks), d))
    wanted = np.append(-np.ones(n), np.zeros(2 * d))
    if not X[live].any(axis=1).all():
        return radii, gates  # around the origin every u that moves has both signs
    for i, side in enumerate(np.where(masks[:, live], 1.0, -1.0)):
        # min |u|_ε with (2D - I) X u >= 1, u = p - q  (eq:adv-radius)
        rows = side[:, None] * X[live]
        walls = np.vstack([np.hstack([-rows, rows]), -np.eye(2 * d)])
        try:
            p, q = np.split(linear_program(cost, walls, wanted).point, 2)
        except NotConverged:
            if chebyshev_center(*version_space(X[live], side)).radius > 0:
                raise
            continue  # proved: no u has (2D - I) X u > 0
        gates[i] = p - q
        reach = np.abs(gates[i]) @ epsilon
        radii[i] = 1.0 / reach if reach > 0 else np.inf
    return radii, gates


def robust_patterns(
    X: np.ndarray, patterns: Patterns, epsilon: float | np.ndarray
) -> Patterns:
    r"""Return the patterns whose robust cones have interior points, with such gates.

    .. math:: (2 D_i - I) X h_i > \|h_i\|_\varepsilon .

    Parameters
    ----------
    X : array_like, shape (n, d)
    patterns : Patterns
    epsilon : float or array_like, shape (d,)
        Radii of the box. A number is refused if X has a column of ones
        (`radii_with_bias`).

    Returns
    -------
    Patterns
        In the given order.

    Raises
    ------
    ValueError
        For bad input, and where leaving a pattern out would lose weights: if boxes
        touch exactly (a cone of radius 1 is a ray), or if weights on unmoved columns
        lie in a flat cone that is left out and in no cone that is kept.
    Infeasible
        If no robust cone has interior points; `certificate` holds the radii (P,), none
        above 1.

    Notes
    -----
    Implements (eq:adv-cone). A gate that is already inside is kept; the others cost a
    linear program each. The patterns left out have no weights of their own to offer.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.adversarial import radii_with_bias
    >>> from reference.adversarial import robust_patterns
    >>> X = [[0.0, 1.0], [1.0, 1.0], [3.0, 1.0]]
    >>> all_of_them = enumerate_patterns(X)
    >>> boxes = [radii_with_bias(epsilon, 2) for epsilon in (0.0, 0.7, 2.0)]
    >>> [len(robust_patterns(X, all_of_them, box)) for box in boxes]
    [6, 4, 2]
    """
    X, masks, gates, epsilon = checked_patterns(X, patterns, epsilon)
    kept, gates = robust_gates(X, masks, gates, epsilon)
    if not kept.any():
        radii = robust_radius(X, masks, epsilon)
        raise Infeasible(
            f"epsilon must be smaller: none of {len(masks)} robust cones has interior "
            f"points, the last until {radii.max():.3g} times this box (robust_radius)",
            radii,
        )
    return Patterns(masks[kept], gates[kept])


def checked_patterns(
    X: np.ndarray, patterns: Patterns, epsilon: float | np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return X, masks, gates and radii as arrays that fit each other."""
    X = as_matrix(X)
    masks, gates = pattern_parts(patterns, X)
    return X, masks, gates, checked_radii(epsilon, X)


def robust_gates(
    X: np.ndarray, masks: np.ndarray, gates: np.ndarray, epsilon: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return which patterns have robust gates (P,), and gates (P, d)."""
    live = X.any(axis=1) | bool(epsilon.any())
    slack = np.where(masks, 1.0, -1.0)[:, live] * (gates @ X[live].T)
    reach = np.abs(gates) @ epsilon
    kept = slack.min(axis=1, initial=np.inf) > 1.001 * reach
    radii, found = _radii_and_gates(X, masks[~kept], epsilon)
    gates = gates.copy()
    gates[~kept] = found
    touching = np.flatnonzero(~kept)[np.abs(radii - 1.0) <= 1e-9]
    if len(touching):
        raise ValueError(
            f"epsilon makes boxes touch: the robust cone of pattern {touching[0]} is a "
            "ray without interior; pass 0.999999 * epsilon or 1.000001 * epsilon"
        )
    kept[~kept] = radii > 1.0
    _refuse_lost_weights(X, masks, kept, epsilon)
    return kept, gates


def _refuse_lost_weights(
    X: np.ndarray, masks: np.ndarray, kept: np.ndarray, epsilon: np.ndarray
) -> None:
    """Raise if a pattern left out has weights on unmoved columns that no other has."""
    U = X[:, (epsilon == 0) & X.any(axis=0)]
    if U.shape[1] == 0 or (U.shape[1] == 1 and U.all()):
        return  # a bias alone: its pattern is kept, or it has none (thm-08-reach)
    live = U.any(axis=1)
    U, side = unit_vectors(U[live] * column_units(U)), np.where(masks[:, live], 1, -1.0)
    (n, d), I = U.shape, np.eye(len(U))
    cost, sides = -np.repeat([0.0, 1.0], [d, n]), np.repeat([0.0, 1.0], [2 * n, n])
    for i in np.flatnonzero(~kept):
        # max sum_k min(1, (2d_k - 1) u_k' v) over the flat cone: its widest support
        rows = np.block([[-side[i, :, None] * U, I], [0 * U, -I], [0 * U, I]])
        v, s = np.split(linear_program(cost, rows, sides).point, [d])
        held = side[kept] * (U @ v) >= -1e-9 * np.linalg.norm(v)
        if s.max() > 0.5 and not held.all(axis=1).any():
            raise ValueError(
                f"epsilon leaves columns {np.flatnonzero(epsilon == 0)} unmoved, and "
                f"pattern {i} has weights there that no pattern with interior points "
                "has: append a bias of radius zero, or add patterns of these columns"
            )
