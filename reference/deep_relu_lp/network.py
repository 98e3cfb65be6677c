r"""Deep ReLU networks, their lifted weights, and the maps between the two.

With L - 1 hidden layers and patterns as in `patterns.py`, the lifted
variables are blocks :math:`c^s_p \in R^d`, one for each path of patterns
:math:`p = (j_{L-1}, \dots, j_1)` and each choice of signs
:math:`s = (s_L, \dots, s_2)` between the layers. From the inside out, the units have
the signals

.. math::

    h^1 = X c, \qquad
    h^{k+1} = \sum_{j} D^k_j \left(h^k_{+, j} - h^k_{-, j}\right), \qquad
    (2 D^k_j - I)\, h^k_{\pm, j} \ge 0,

and the last sum, :math:`f = h^L`, is the output. Three layers have four blocks for each
pair of patterns (l, j): :math:`c^1, c^2, c^3, c^4` are ``blocks[0, l, 0, j]``,
``blocks[0, l, 1, j]``, ``blocks[1, l, 0, j]`` and ``blocks[1, l, 1, j]``.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_array, as_matrix, as_vector, need_parts
from reference.deep_relu_lp.patterns import (
    DeepPatterns,
    LayerMasks,
    add_up_paths,
    as_layer_masks,
    path_features,
    strict_heights,
)
from reference.relu_lp import cells_beside

__all__ = [
    "DeepConvexWeights",
    "DeepNetwork",
    "deep_cone_slack",
    "deep_output",
    "from_deep_network",
    "to_deep_network",
]


@dataclass(frozen=True, eq=False)
class DeepNetwork:
    """A ReLU network of any depth; ``network(X)`` are its outputs, shape (n,).

    Parameters
    ----------
    layers : sequence of arrays
        Weights (d, m_1), (m_1, m_2), ... of the hidden layers and, last, the output
        weights (m,). A bias is a column of ones in the data.
    """

    layers: tuple[np.ndarray, ...]

    def __post_init__(self) -> None:
        if not isinstance(self.layers, Sequence) or len(self.layers) < 2:
            raise ValueError(
                "layers must be at least one matrix and a last vector of output "
                f"weights, got {self.layers!r:.60}"
            )
        *hidden, last = self.layers
        layers: list[np.ndarray] = []
        width = None  # of the layer below
        for k, W in enumerate(hidden):
            layers.append(as_matrix(W, f"layers[{k}]", rows=width))
            width = layers[-1].shape[1]
        layers.append(as_vector(last, f"layers[{len(hidden)}]", size=width))
        object.__setattr__(self, "layers", tuple(layers))

    def __call__(self, X: ArrayLike) -> np.ndarray:
        signals = as_matrix(X, columns=len(self.layers[0])) @ self.layers[0]
        for layer in self.layers[1:]:
            signals = np.maximum(signals, 0.0) @ layer
        return signals


@dataclass(frozen=True, eq=False)
class DeepConvexWeights:
    """A point of the lifted program.

    Parameters
    ----------
    blocks : ndarray, shape (2, P_{L-1}, 2, P_{L-2}, ..., 2, P_1, d)
        The axes of length 2 are the signs s_L, ..., s_2: index 0 plus, index 1 minus.
    """

    blocks: np.ndarray

    def __post_init__(self) -> None:
        blocks = as_array(self.blocks, "blocks")
        signs = set(blocks.shape[:-1:2])
        if blocks.ndim < 3 or blocks.ndim % 2 == 0 or signs != {2} or not blocks.size:
            raise ValueError(
                "blocks must have shape (2, P_{L-1}, ..., 2, P_1, d), got shape "
                f"{blocks.shape}"
            )
        object.__setattr__(self, "blocks", blocks)

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of patterns of each hidden layer, inner first."""
        return self.blocks.shape[-2::-2]


def unit_signals(
    X: np.ndarray, masks: Sequence[np.ndarray], blocks: np.ndarray
) -> Iterator[np.ndarray]:
    """Yield the signals of the units of layers 1, ..., L - 1, then the outputs."""
    signals = blocks @ X.T  # (2, P_{L-1}, ..., 2, P_1, n)
    for layer in masks:
        yield signals
        signals = add_up_paths(signals, (layer,))
        signals = signals[..., 0, :] - signals[..., 1, :]  # (eq:deep-signal)
    yield signals


def _checked_problem(
    X: ArrayLike, masks: Sequence[ArrayLike], weights: DeepConvexWeights
) -> tuple[np.ndarray, LayerMasks]:
    need_parts(weights, "weights", "DeepConvexWeights", "blocks", "counts")
    X = as_matrix(X, columns=weights.blocks.shape[-1])
    layers = as_layer_masks(masks, columns=len(X))
    counts = tuple(map(len, layers))
    if weights.counts != counts:
        raise ValueError(
            f"weights has {weights.counts} patterns in its layers, masks has {counts}"
        )
    return X, layers


def deep_output(
    X: ArrayLike, masks: Sequence[ArrayLike], weights: DeepConvexWeights
) -> np.ndarray:
    r"""Return the outputs of the lifted program, for three layers

    .. math::

        f(x_i) = \sum_l D_l(i) \sum_j Q_j(i)\, x_i^\top (c^1 - c^2 - c^3 + c^4)_{lj} .

    Parameters
    ----------
    X : array_like, shape (n, d)
    masks : sequence of Boolean arrays, shapes (P_k, n)
        Hidden layers, inner first.
    weights : DeepConvexWeights

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        If the shapes do not match.

    Notes
    -----
    Implements (eq:deep-signal); O(n d) for each block. Linear in the blocks. At other
    points than the training data this is a gated model, not the network.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.deep_relu_lp import DeepConvexWeights, deep_output
    >>> masks = (np.array([[True, False]]), np.array([[True, True]]))
    >>> blocks = np.reshape([5.0, 1.0, 2.0, 0.0], (2, 1, 2, 1, 1))
    >>> deep_output([[1.0], [1.0]], masks, DeepConvexWeights(blocks))  # 5 - 1 - 2 + 0
    array([2., 0.])
    """
    X, layers = _checked_problem(X, masks, weights)
    *_, outputs = unit_signals(X, layers, weights.blocks)
    return outputs


def deep_cone_slack(
    X: ArrayLike, masks: Sequence[ArrayLike], weights: DeepConvexWeights
) -> float:
    r"""Return the smallest cone slack, over all layers, units and samples.

    .. math::

        \min_{k, j, i} \; (2 D^k_j(i) - 1)\, h^k_{\pm, j}(i) .

    It is zero or positive exactly when the point lies in all cones.

    Parameters
    ----------
    X, masks, weights
        As in `deep_output`.

    Returns
    -------
    float

    Notes
    -----
    Implements (eq:deep-cones); O(n d) for each block.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.deep_relu_lp import DeepConvexWeights, deep_cone_slack
    >>> masks = (np.array([[True, False]]),)
    >>> blocks = np.reshape([1.0, 3.0], (2, 1, 1))
    >>> deep_cone_slack([[2.0], [-1.0]], masks, DeepConvexWeights(blocks))
    1.0
    """
    X, layers = _checked_problem(X, masks, weights)
    units = zip(layers, unit_signals(X, layers, weights.blocks), strict=False)
    return float(min(((2.0 * M - 1.0) * h).min() for M, h in units))  # (eq:deep-cones)


def to_deep_network(weights: DeepConvexWeights) -> DeepNetwork:
    r"""Return the tree-shaped network of a lifted point.

    Every block is a unit of the first layer; the units (±, j) of one parent enter it
    with weight +1 or -1. Blocks that are zero are left out, and so are units above
    them: the widths are at most :math:`m_k = \prod_{i \ge k} 2 P_i`.

    Parameters
    ----------
    weights : DeepConvexWeights

    Returns
    -------
    DeepNetwork
        If the cones hold, its outputs on the training data are those of
        `deep_output`.

    Notes
    -----
    Implements (eq:deep-tree).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.deep_relu_lp import DeepConvexWeights, to_deep_network
    >>> network = to_deep_network(DeepConvexWeights(np.ones((2, 3, 2, 5, 4))))
    >>> [layer.shape for layer in network.layers]
    [(4, 60), (60, 6), (6,)]
    """
    need_parts(weights, "weights", "DeepConvexWeights", "blocks", "counts")
    units = weights.blocks.reshape(-1, weights.blocks.shape[-1])
    alive = np.any(units, axis=1)
    alive[0] |= not alive.any()  # the zero network keeps one unit a layer
    layers = [units[alive].T]
    for count in weights.counts:  # (eq:deep-tree), inner layer first
        family = np.repeat([1.0, -1.0], count)
        parents = np.kron(np.eye(len(alive) // len(family)), family[:, None])
        above = np.any(alive.reshape(-1, len(family)), axis=1)
        layers.append(parents[np.ix_(alive, above)])
        alive = above
    return DeepNetwork((*layers[:-1], layers[-1][:, 0]))


def from_deep_network(
    network: DeepNetwork, X: ArrayLike
) -> tuple[DeepPatterns, DeepConvexWeights]:
    r"""Return the patterns of a network's units on the data, and its lifted point.

    A path of units :math:`\mu_1, \dots, \mu_{L-1}` adds

    .. math::

        |w^L_{\mu_{L-1}}| \cdots |W^2_{\mu_1 \mu_2}| \; W^1_{\mu_1}

    to the block of its patterns and of the signs of those weights.

    Parameters
    ----------
    network : DeepNetwork
    X : array_like, shape (n, d)

    Returns
    -------
    patterns : DeepPatterns
        One for each different pattern. A unit that is zero at a sample, to rounding,
        goes to an adjacent full-dimensional cell, so that all gates are strictly
        interior.
    weights : DeepConvexWeights
        In the cones (to rounding), with the network's outputs on X.

    Raises
    ------
    ValueError
        If `network` is none or does not fit X, or if a gate would not be strict.

    Notes
    -----
    Implements (eq:deep-lift), layer by layer: no path of units is ever listed.
    A unit is a neuron of chapter 4 on the data [D_p X], p the paths of masks below:
    O(n d) memory for each of these paths.

    Examples
    --------
    >>> from reference.deep_relu_lp import DeepNetwork, from_deep_network
    >>> network = DeepNetwork(([[1.0, -1.0]], [[1.0, 2.0], [-1.0, 2.0]], [3.0, 4.0]))
    >>> patterns, weights = from_deep_network(network, [[1.0], [-2.0]])
    >>> [mask.tolist() for mask in patterns.masks]
    [[[False, True], [True, False]], [[True, False], [True, True]]]
    """
    need_parts(network, "network", "a DeepNetwork", "layers")
    X = as_matrix(X, columns=len(network.layers[0]))
    masks: list[np.ndarray] = []
    gates: list[np.ndarray] = []
    lifted = signed = network.layers[0]  # (..., d, m): paths below each unit
    for layer in network.layers[1:]:
        units = signed.reshape(-1, signed.shape[-1]).T  # what reaches them, by paths
        cells, member = cells_beside(units, path_features(X, masks))
        masks.append(cells.masks)
        gates.append(cells.gates.reshape(-1, *signed.shape[:-1]))
        out = layer.reshape(len(layer), -1)  # the output layer is one unit
        parts = np.maximum([out, -out], 0.0)  # s = +1, then s = -1
        lifted = np.einsum(
            "...m,pm,smo->sp...o", lifted, member, parts
        )  # (eq:deep-lift)
        signed = np.einsum("...m,pm,mo->p...o", signed, member, out)
    patterns = DeepPatterns(tuple(masks), tuple(gates))
    strict_heights(X, patterns, "a unit of the network is on the wall of its cell")
    return patterns, DeepConvexWeights(lifted[..., 0])
