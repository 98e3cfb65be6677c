r"""The two objectives of convex training, and the map between their solutions.

Weights of the convex program (blocks u_i and v_i in the cones of the patterns) and
networks (neurons w_j with output weights α_j) pay for the same outputs

.. math::

    \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big)
    \qquad\text{and}\qquad
    \tfrac{\lambda}{2} \sum_j \big( \|w_j\|_2^2 + \alpha_j^2 \big) ;

a block of norm c is a neuron with :math:`\|w_j\|^2 = \alpha_j^2 = c`, which pays
the same. All losses are sums over the samples.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns import Patterns
from reference.common import as_masks, as_matrix, as_real, as_vector, need_parts
from reference.relu_lp import (
    ConvexWeights,
    LiftedOperator,
    ReluNetwork,
    as_blocks,
    convex_output,
    relu_output,
    to_network,
)

__all__ = [
    "balanced_network",
    "cone_slack",
    "convex_objective",
    "nonconvex_objective",
]


def balanced_network(weights: ConvexWeights) -> ReluNetwork:
    r"""Return the network of convex weights whose neurons are balanced.

    .. math::

        u_i \mapsto \big(u_i / \sqrt{\|u_i\|},\; +\sqrt{\|u_i\|}\big), \qquad
        v_i \mapsto \big(v_i / \sqrt{\|v_i\|},\; -\sqrt{\|v_i\|}\big) .

    Parameters
    ----------
    weights : ConvexWeights
        Blocks (P, d); zero blocks give no neuron.

    Returns
    -------
    ReluNetwork

    Notes
    -----
    Implements (eq:convex-to-network). Balanced neurons pay the least weight decay:
    a block's norm, by the inequality of the means.

    Examples
    --------
    >>> from reference.convex_relu import balanced_network
    >>> from reference.relu_lp import ConvexWeights
    >>> network = balanced_network(ConvexWeights([[4.0], [0.0]], [[0.0], [-9.0]]))
    >>> network.hidden, network.output
    (array([[ 2., -3.]]), array([ 2., -3.]))
    """
    network = to_network(weights)  # with output weights ±1
    root = np.sqrt(np.hypot.reduce(network.hidden, axis=0, initial=0.0))
    return ReluNetwork(network.hidden / root, network.output * root)


def nonconvex_objective(
    network: ReluNetwork, X: ArrayLike, y: ArrayLike, reg: float
) -> float:
    r"""Return the training objective of a network: squared loss and weight decay.

    .. math::

        \tfrac12 \| (X W)_+ \alpha - y \|_2^2
        + \tfrac{\lambda}{2} \sum_j \big( \|w_j\|_2^2 + \alpha_j^2 \big) .

    Parameters
    ----------
    network : ReluNetwork
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    reg : float
        λ ≥ 0 for a sum of losses. A framework that averages the squared errors,
        mean (f - y)², and decays with weight μ/2 has λ = n μ / 2.

    Returns
    -------
    float

    Notes
    -----
    Implements (eq:convex-nc). The factors are λ/2, not λ: with λ ‖·‖² the convex
    twin would have 2λ in front of its norms.

    Examples
    --------
    >>> from reference.convex_relu import nonconvex_objective
    >>> from reference.relu_lp import ReluNetwork
    >>> nonconvex_objective(ReluNetwork([[2.0]], [2.0]), [[1.0]], [5.0], 1.0)
    4.5
    """
    need_parts(network, "network", "a ReluNetwork", "hidden", "output")
    X = as_matrix(X)
    r = as_vector(y, size=len(X)) - relu_output(X, network.hidden, network.output)
    reg = as_real(reg, "reg", low=0.0)
    decay = (network.hidden**2).sum() + (network.output**2).sum()
    return float(0.5 * r @ r + 0.5 * reg * decay)


def convex_objective(
    weights: ConvexWeights, X: ArrayLike, y: ArrayLike, patterns: Patterns, reg: float
) -> float:
    r"""Return the objective of the convex program, ReLU or gated.

    .. math::

        \tfrac12 \Big\| \sum_i D_i X (u_i - v_i) - y \Big\|_2^2
        + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big) .

    Parameters
    ----------
    weights : ConvexWeights
        Blocks (P, d). Whether they lie in their cones is not checked.
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    patterns : Patterns
    reg : float
        λ ≥ 0 for a sum of losses; packages that take ‖·‖²/(2n) need λ/n.

    Returns
    -------
    float

    Notes
    -----
    Implements (eq:convex-c); O(n d P).

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.convex_relu import convex_objective
    >>> from reference.relu_lp import ConvexWeights
    >>> X, y = [[1.0], [-1.0]], [2.0, -3.0]
    >>> weights = ConvexWeights([[1.5], [0.0]], [[0.0], [-2.5]])  # 1.5 x_+ - 2.5 (-x)_+
    >>> convex_objective(weights, X, y, enumerate_patterns(X), 0.5)
    2.25
    """
    X = as_matrix(X)
    masks = pattern_masks(patterns, len(X))
    r = as_vector(y, size=len(X)) - convex_output(X, masks, weights)
    reg = as_real(reg, "reg", low=0.0)
    return float(0.5 * r @ r + reg * total_norm(as_blocks(weights)))


def cone_slack(weights: ConvexWeights, X: ArrayLike, masks: np.ndarray) -> float:
    r"""Return the worst cone slack of convex weights.

    .. math::

        \min_{b, k} \; (2 D_b - I)_{kk}\, x_k^\top u_b \quad
        \text{over all blocks } u_b \text{ and all } x_k \ne 0 .

    Parameters
    ----------
    weights : ConvexWeights
        Blocks (P, d).
    X : array_like, shape (n, d)
    masks : ndarray of bool, shape (P, n)

    Returns
    -------
    float
        At least 0 if every block lies in its cone; infinite if X = 0.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.convex_relu import cone_slack
    >>> from reference.relu_lp import ConvexWeights
    >>> masks = np.array([[True, False]])
    >>> cone_slack(ConvexWeights([[2.0]], [[3.0]]), [[1.0], [-1.0]], masks)
    2.0
    """
    X = as_matrix(X)
    masks = as_masks(masks, columns=len(X))
    F = LiftedOperator(X, masks)
    heights = as_blocks(weights, *F.shape[1:]) @ F.X[F.live].T
    return float((F.side * heights).min(initial=np.inf))


def total_norm(blocks: np.ndarray) -> float:
    """Return the sum of the lengths of blocks (..., d)."""
    return float(np.linalg.norm(blocks, axis=-1).sum())


def lifted_operator(
    X: ArrayLike, patterns: Patterns, gated: bool = False
) -> LiftedOperator:
    """Return F for data and patterns; a gated model has one sign and no cones."""
    X = as_matrix(X)
    signs = (1.0,) if gated else (1.0, -1.0)
    return LiftedOperator(X, pattern_masks(patterns, len(X)), signs)


def pattern_masks(patterns: Patterns, n: int) -> np.ndarray:
    """Return the masks (P, n) of patterns, or say what is wrong with them."""
    need_parts(patterns, "patterns", "Patterns", "masks", "gates")
    return as_masks(patterns.masks, "patterns.masks", columns=n)
