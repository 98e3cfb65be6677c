r"""Networks and convex weights: two descriptions of one function on the data.

Fix the activation patterns D_1, ..., D_P of the data X, D_i = diag(M_i). Each has the
cone of weights that activate exactly its samples, and a point of the convex program
is one pair of vectors for each cone,

.. math::

    K_i = \{u \in R^d : (2 D_i - I) X u \ge 0\}, \qquad u_i, v_i \in K_i, \qquad
    f = \sum_{i=1}^{P} D_i X (u_i - v_i) .

In its cone D_i X u = (X u)_+, so u_i is a neuron with output weight +1 and v_i one
with output weight -1. The maps below go both ways and keep every output on X.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import null_space

from reference.activation_patterns import Patterns
from reference.common import as_masks, as_matrix, need_parts, unit_vectors
from reference.relu_lp.gates import cells_beside
from reference.relu_lp.network import ReluNetwork, as_network
from reference.relu_lp.operator import LiftedOperator

__all__ = [
    "ConvexWeights",
    "convex_output",
    "from_network",
    "reduce_neurons",
    "to_network",
]


@dataclass(frozen=True, eq=False)
class ConvexWeights:
    """Weights of the convex program, one pair of vectors per activation pattern.

    Parameters
    ----------
    positive, negative : ndarray, shape (P, d)
        Row i is u_i, or v_i: weights of neurons with output weight +1, or -1.
    """

    positive: np.ndarray
    negative: np.ndarray


def convex_output(X: ArrayLike, masks: ArrayLike, weights: ConvexWeights) -> np.ndarray:
    r"""Return the outputs of the convex program's model on the training data.

    .. math::

        f = \sum_{i=1}^{P} D_i X (u_i - v_i), \qquad D_i = \mathrm{diag}(M_i) .

    Parameters
    ----------
    X : array_like, shape (n, d)
    masks : ndarray of bool, shape (P, n)
    weights : ConvexWeights

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        If the shapes do not match.

    Notes
    -----
    Implements (eq:lp-output); O(n d P). It equals the network of `to_network` where
    the weights lie in their cones, so at other points than X use the network.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.relu_lp import ConvexWeights, convex_output
    >>> masks = np.array([[True, False], [True, True]])
    >>> weights = ConvexWeights(np.array([[2.0], [3.0]]), np.zeros((2, 1)))
    >>> convex_output([[1.0], [-1.0]], masks, weights)
    array([ 5., -3.])
    """
    X = as_matrix(X)
    F = LiftedOperator(X, as_masks(masks, columns=len(X)))
    return F.outputs(as_blocks(weights, *F.shape[1:]))


def as_blocks(
    weights: ConvexWeights, P: int | None = None, d: int | None = None
) -> np.ndarray:
    """Return the blocks u and v of convex weights as a new array (2, P, d)."""
    need_parts(weights, "weights", "ConvexWeights", "positive", "negative")
    positive = as_matrix(weights.positive, "weights.positive", rows=P, columns=d)
    P, d = positive.shape
    negative = as_matrix(weights.negative, "weights.negative", rows=P, columns=d)
    return np.stack([positive, negative])


def to_network(weights: ConvexWeights) -> ReluNetwork:
    """Return the network of convex weights: neurons (u_i, +1) and (v_i, -1).

    Parameters
    ----------
    weights : ConvexWeights

    Returns
    -------
    ReluNetwork
        One neuron per non-zero weight vector, so at most 2 P.

    Raises
    ------
    ValueError
        If the two blocks differ in shape or are not finite.

    Notes
    -----
    Implements (eq:lp-to-network). On the training data its outputs are
    `convex_output` if the weights lie in their cones.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.relu_lp import ConvexWeights, to_network
    >>> weights = ConvexWeights(np.array([[2.0, 1.0]]), np.zeros((1, 2)))
    >>> to_network(weights)
    ReluNetwork(hidden=array([[2.],
           [1.]]), output=array([1.]))
    """
    positive, negative = as_blocks(weights)
    hidden = np.vstack([positive, negative])
    output = np.repeat([1.0, -1.0], len(positive))
    used = hidden.any(axis=1)
    return ReluNetwork(hidden[used].T, output[used])  # (eq:lp-to-network)


def from_network(network: ReluNetwork, X: ArrayLike) -> tuple[Patterns, ConvexWeights]:
    r"""Return the patterns and the convex weights of a network on the data.

    Neuron :math:`(w_j, \alpha_j)` adds :math:`|\alpha_j| w_j` to :math:`u_i` if
    :math:`\alpha_j > 0`, else to :math:`v_i`, with i the pattern of :math:`w_j`.

    Parameters
    ----------
    network : ReluNetwork
    X : array_like, shape (n, d)

    Returns
    -------
    patterns : Patterns
        The distinct full-dimensional patterns of the neurons, with interior gates.
    weights : ConvexWeights
        In their cones, and with the outputs of the network on X.

    Raises
    ------
    ValueError
        If `network` is none, or X does not fit it.

    Notes
    -----
    Implements (eq:lp-from-network); O(n d m). Equal patterns merge, because cones
    are closed under addition. Zero neurons are dropped; a neuron on a boundary goes
    to the neighbouring cell on the side of one fixed generic direction.

    Examples
    --------
    >>> from reference.relu_lp import convex_output, from_network
    >>> from reference.relu_lp import ReluNetwork
    >>> X = [[1.0], [-2.0]]
    >>> absolute = ReluNetwork([[1.0, -1.0]], [3.0, 3.0])
    >>> patterns, weights = from_network(absolute, X)
    >>> convex_output(X, patterns.masks, weights), absolute(X)
    (array([3., 6.]), array([3., 6.]))
    """
    network = as_network(network)
    X = as_matrix(X, columns=len(network.hidden))
    used = network.hidden.any(axis=0) & (network.output != 0)
    neurons, alpha = network.hidden.T[used], network.output[used]
    if not len(alpha):  # no neuron at all: any cell will do
        neurons, alpha = np.zeros((1, X.shape[1])), np.zeros(1)
    patterns, member = cells_beside(neurons, X)
    positive, negative = (  # (eq:lp-from-network)
        member * np.maximum(sign * alpha, 0.0) @ neurons for sign in (1.0, -1.0)
    )
    return patterns, ConvexWeights(positive, negative)


def reduce_neurons(
    weights: ConvexWeights, X: ArrayLike, masks: ArrayLike
) -> ConvexWeights:
    r"""Return weights with the same outputs on the data and at most n neurons.

    .. math::

        f = \sum_b c_b z_b,\; c = 1,\; z_b = \pm D_b X \theta_b :\quad
        \text{find } c \ge 0 \text{ with } Z c = f \text{ and independent } z_b .

    Parameters
    ----------
    weights : ConvexWeights
    X : array_like, shape (n, d)
    masks : ndarray of bool, shape (P, n)

    Returns
    -------
    ConvexWeights
        Every weight vector is a multiple c_b >= 0 of the old one; at most
        rank(X-outputs) <= n are not zero.

    Raises
    ------
    ValueError
        If the shapes do not match.

    Notes
    -----
    Implements (eq:lp-caratheodory), Carathéodory's theorem for cones: one null space,
    then one elimination step per neuron; O(K² n + K³) for K neurons.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.relu_lp import ConvexWeights, convex_output
    >>> from reference.relu_lp import reduce_neurons, to_network
    >>> X, masks = [[1.0]], np.array([[True], [True]])
    >>> weights = ConvexWeights(np.array([[1.0], [2.0]]), np.zeros((2, 1)))
    >>> fewer = reduce_neurons(weights, X, masks)
    >>> to_network(fewer).width, convex_output(X, masks, fewer)
    (1, array([3.]))
    """
    X = as_matrix(X)
    masks = as_masks(masks, columns=len(X))
    blocks = as_blocks(weights, len(masks), X.shape[1])
    live = X.any(axis=1)
    outputs = masks[:, live] * (blocks @ unit_vectors(X[live]).T)  # (2, P, m)
    Z = np.vstack([outputs[0], -outputs[1]]).T
    sizes = np.linalg.norm(Z, axis=0)
    used, scale = sizes > 0, np.zeros(len(sizes))
    scale[used] = _independent_part(Z[:, used] / sizes[used], sizes[used]) / sizes[used]
    return ConvexWeights(*scale.reshape(2, -1, 1) * blocks)


def _independent_part(Z: np.ndarray, c: np.ndarray) -> np.ndarray:
    """Return c' >= 0 with Z c' = Z c and independent columns where c' > 0."""
    N, c = null_space(Z), c.copy()
    for _ in range(N.shape[1]):
        # c - t beta keeps Z c; the smallest t that makes one entry zero.
        beta = N[:, 0] / N[np.abs(N[:, 0]).argmax(), 0]
        t, leaving = min((c[k] / beta[k], k) for k in np.flatnonzero(beta > 1e-12))
        c = np.maximum(c - t * beta, 0.0)
        c[leaving] = 0.0
        # No later direction may bring it back: eliminate its row of the null space.
        pivot = np.abs(N[leaving]).argmax()
        N -= np.outer(N[:, pivot] / N[leaving, pivot], N[leaving])
        N = np.delete(N, pivot, axis=1)
    return c
