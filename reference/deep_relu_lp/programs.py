r"""Deep ReLU networks by linear programming.

Over the lifted weights c of `network.py`, with :math:`C c \ge 0` all
cones and :math:`F c` the outputs, a network that classifies every sample is a point of

.. math::

    C c \ge 0, \qquad y \circ (F c) \ge 1 .

If every pattern has a strictly interior gate, the cones cost nothing: such a point
exists if and only if :math:`y \circ (G \alpha) \ge 1` has a solution, with the n x n
matrix :math:`G = (X X^\top) \circ \prod_k M^{k\top} M^k` (Hadamard products).
"""

import math
from collections.abc import Sequence
from functools import partial

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse

from reference.common import NotConverged, as_matrix, need_parts
from reference.deep_relu_lp.network import (
    DeepConvexWeights,
    deep_cone_slack,
    deep_output,
    unit_signals,
)
from reference.deep_relu_lp.patterns import (
    DeepPatterns,
    LayerMasks,
    as_layer_masks,
    checked_counts,
    path_masks,
    strict_heights,
)
from reference.relu_lp import (
    checked_task,
    column_units,
    least_norm,
    scale_to_margin,
    separate_without_cones,
)

__all__ = ["count_blocks", "deep_gram", "fit_deep_relu_lp"]


def count_blocks(counts: Sequence[int]) -> int:
    r"""Return the number of blocks in R^d of the lifted program.

    .. math::

        2^{L-1} \prod_{k=1}^{L-1} P_k ,

    for the L - 1 hidden layers of an L-layer network.

    Parameters
    ----------
    counts : sequence of int
        Patterns of each hidden layer, P_1, ..., P_{L-1}.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If `counts` is empty or not made of positive integers.

    Notes
    -----
    Implements (eq:deep-blocks).

    Examples
    --------
    >>> from reference.deep_relu_lp import count_blocks
    >>> count_blocks([10]), count_blocks([10, 10]), count_blocks([10, 10, 10])
    (20, 400, 8000)
    """
    return math.prod(2 * count for count in checked_counts(counts))


def deep_gram(X: ArrayLike, masks: Sequence[ArrayLike]) -> np.ndarray:
    r"""Return the Gram matrix of everything that the masks let through.

    .. math::

        G = \sum_{p} D_p X X^\top D_p
          = (X X^\top) \circ (M^{1\top} M^1) \circ \cdots \circ (M^{L-1\top} M^{L-1}) .

    Parameters
    ----------
    X : array_like, shape (n, d)
    masks : sequence of Boolean arrays, shapes (P_k, n)
        The masks of the hidden layers, inner first.

    Returns
    -------
    ndarray, shape (n, n)
        Positive semidefinite. Its range is the set of all outputs that a deep network
        with these patterns can have on the data, up to the cones.

    Notes
    -----
    Implements (eq:deep-gram); O(n^2 (d + P_1 + ... + P_{L-1})): the sum over all
    :math:`\prod P_k` paths costs no more than a sum over layers.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.deep_relu_lp import deep_gram
    >>> inner, outer = np.array([[True, True]]), np.array([[True, False]])
    >>> deep_gram([[2.0], [3.0]], (inner, outer))
    array([[4., 0.],
           [0., 0.]])
    """
    X = as_matrix(X)
    gram = X @ X.T
    for layer in as_layer_masks(masks, columns=len(X)):
        gram *= layer.T.astype(float) @ layer  # (eq:deep-gram)
    return gram


def fit_deep_relu_lp(
    X: ArrayLike,
    y: ArrayLike,
    patterns: DeepPatterns,
    *,
    objective: str = "feasible",
    margin: float = 1.0,
) -> DeepConvexWeights:
    r"""Return a deep network's lifted weights that classify all samples with a margin.

    .. math::

        \text{find } c \in \text{cones} \quad\text{with}\quad
        y_i f(x_i) \ge \texttt{margin}.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels +1 and -1.
    patterns : DeepPatterns
        Made for this X, with strict gates.
    objective : {"feasible", "min_l1", "max_margin"}
        Any point (in closed form); the least sum of absolute values; the greatest
        margin with all weights in [-1, 1], then scaled to `margin`.
    margin : float
        Positive.

    Returns
    -------
    DeepConvexWeights
        In the cones, so that `to_deep_network` has the same margins (to rounding).

    Raises
    ------
    Infeasible
        With `certificate` :math:`\lambda \ge 0`, shape (n,), of sum 1, and with
        :math:`X^\top D_p (y \circ \lambda) = 0` for every path p.
    NotConverged
        If the solver fails or rounding spoils the result.
    ValueError
        If labels, shapes or gates do not fit.

    Notes
    -----
    Implements alg-05-fit. Feasibility costs an n x n eigenvalue problem; the
    program of the two objectives has at most L n N non-zeros for N variables, see
    (eq:deep-size).

    References
    ----------
    Zhang, Zhang and Pilanci (2024), Theorem 4.2.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.deep_relu_lp import sample_deep_patterns
    >>> from reference.deep_relu_lp import fit_deep_relu_lp
    >>> from reference.deep_relu_lp import to_deep_network
    >>> X = np.array([[0.0, 0, 1], [1, 1, 1], [0, 1, 1], [1, 0, 1]])  # exclusive or
    >>> y = np.array([1.0, 1.0, -1.0, -1.0])
    >>> patterns = sample_deep_patterns(X, (9, 9), rng=np.random.default_rng(0))
    >>> network = to_deep_network(fit_deep_relu_lp(X, y, patterns))
    >>> bool((y * network(X) >= 1 - 1e-9).all())
    True
    """
    X, y, margin = checked_task(X, y, objective, margin)
    need_parts(patterns, "patterns", "DeepPatterns", "masks", "gates", "heights")
    heights = strict_heights(X, patterns, "sample them on this X")
    units = column_units(X)  # c = units * c': neither cones nor outputs change
    even, masks = X * units, patterns.masks
    gates = [gate / units for gate in patterns.gates]
    free = separate_without_cones(even, y, path_masks(masks))  # raises Infeasible
    shape = tuple(n for m in masks[::-1] for n in (2, len(m))) + X.shape[1:]
    blocks = np.zeros(shape)
    plus = _plus_blocks(blocks, len(masks))  # the plus signs everywhere
    plus[:] = free.reshape(plus.shape)
    smallest = partial(_sure_margin, even, y, masks)

    def into_cones(blocks: np.ndarray) -> np.ndarray:
        return _shift_into_cones(even, masks, gates, heights, blocks.reshape(shape))

    if objective == "feasible":
        blocks = into_cones(blocks)
    else:
        cones, outputs = cone_program(even, masks)
        parts = sparse.diags_array(y) @ outputs, cones
        blocks = least_norm(*parts, units, objective, into_cones, smallest)
    return DeepConvexWeights(units * scale_to_margin(blocks, smallest, margin))


def _sure_margin(
    X: np.ndarray, y: np.ndarray, masks: LayerMasks, blocks: np.ndarray
) -> float:
    """Return the smallest margin, of program and network; raise if it is rounding."""
    weights = DeepConvexWeights(blocks)
    network = blocks @ X.T
    for _ in masks:  # the tree of to_deep_network, without its large matrices
        network = np.maximum(network, 0.0).sum(axis=-2)
        network = network[..., 0, :] - network[..., 1, :]
    margins = y * np.array([deep_output(X, masks, weights), network])
    # What cancels is a sum of terms of this size: the margin must stand out of it.
    sizes = np.abs(X) @ np.abs(blocks).reshape(-1, X.shape[1]).sum(axis=0)
    slack = deep_cone_slack(X, masks, weights) / np.abs(blocks).max()
    smallest, gap = float(margins.min()), np.ptp(margins, axis=0).max()
    if gap < 1e-8 * smallest and (margins > 1e-9 * sizes).all() and slack > -1e-9:
        return smallest
    raise NotConverged(
        f"rounding spoiled the margin ({smallest:.1e}, give or take {gap:.0e}, in sums "
        f"of size {sizes.max():.0e}) or a cone ({slack:.1e}): rows differ too much in "
        "size, or a gate is close to the wall of its cell; scale the rows or sample "
        "other patterns",
        weights,
    )


def _shift_into_cones(
    X: np.ndarray,
    masks: LayerMasks,
    gates: Sequence[np.ndarray],
    heights: LayerMasks,
    blocks: np.ndarray,
) -> np.ndarray:
    """Add to each pair (+, -) of units the multiple of their gate that both need."""
    blocks, dust = blocks.copy(), 1e-13 * np.abs(blocks).max()
    for k in reversed(range(len(heights))):  # outermost first: a shift reaches down
        *_, signals = unit_signals(X, masks[:k], blocks)
        shift = _shifts_of_pairs(signals, masks[k], heights[k])
        shift = np.where(shift > dust, shift * (1 + 1e-9), 0.0)
        below = (1,) * (k + 1)  # a shift is one number for all that is below a unit
        _plus_blocks(blocks, k)[:] += shift.reshape(shift.shape + below) * gates[k]
    return blocks


def _shifts_of_pairs(
    signals: np.ndarray, mask: np.ndarray, height: np.ndarray
) -> np.ndarray:
    """Return the smallest t >= 0 for which both units of a pair, plus t gates, fit."""
    signs = 2.0 * mask - 1.0
    need, inside = np.zeros(signals.shape), signs * height
    np.divide(-signs * signals, inside, out=need, where=inside > 0)  # silent ones are 0
    return need.max(axis=-1).max(axis=-2, keepdims=True)  # (eq:deep-shift)


def _plus_blocks(blocks: np.ndarray, layers: int) -> np.ndarray:
    """Return the view of the blocks with plus signs in so many layers from below.

    A gate sum_p D_p X a_p is a lifted unit: a_p in the blocks whose signs are all
    plus, and zero in all others. So this is where a gate is added to a unit. The axes
    of signs and patterns alternate, and the last is that of R^d.
    """
    return blocks[(..., *(0, slice(None)) * layers, slice(None))]


def cone_program(
    X: np.ndarray, masks: LayerMasks
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Return sparse C, F: the cones are C c >= 0, the outputs F c."""
    signal, cones = sparse.csr_array(X), []
    for k, layer in enumerate(masks):  # (eq:deep-size)
        contexts = 2 * math.prod(2 * len(above) for above in masks[k + 1 :])
        units = [sparse.diags_array(2.0 * mask - 1.0) @ signal for mask in layer]
        cones.append(sparse.kron(sparse.eye_array(contexts), sparse.block_diag(units)))
        through = [sparse.diags_array(mask.astype(float)) @ signal for mask in layer]
        signal = sparse.hstack([*through, *(-part for part in through)]).tocsr()
    return sparse.vstack(cones).tocsr(), signal
