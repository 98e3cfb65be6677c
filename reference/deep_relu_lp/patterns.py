r"""Activation patterns of deep ReLU networks, layer by layer.

A unit of hidden layer k + 1 adds up the units of layer k, each behind its mask. With
the masks :math:`D^k_j = \mathrm{diag}(M^k_j)` of the layers below, its signal on the
data is a point of

.. math::

    S_1 = \mathrm{range}\, X, \qquad
    S_{k+1} = \sum_{j=1}^{P_k} D^k_j \, S_k
            = \sum_{j_1, \dots, j_k} \mathrm{range}\,(D^k_{j_k} \cdots D^1_{j_1} X) .

The patterns of layer k are the sign patterns of the vectors of :math:`S_k`. A gate
names such a vector by one :math:`a_p \in R^d` for each path
:math:`p = (j_{k-1}, \dots, j_1)` through the masks below: the vector is
:math:`\sum_p D_p X a_p`, with :math:`D_p` the product of the masks on the path.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns import enumerate_patterns
from reference.common import as_array, as_integer, as_masks, as_matrix, as_rng

LayerMasks = tuple[np.ndarray, ...]  # of the hidden layers, inner first, (P_k, n) each

__all__ = [
    "DeepPatterns",
    "enumerate_deep_patterns",
    "path_masks",
    "sample_deep_patterns",
]


def as_layer_masks(masks: Any, columns: int | None = None) -> LayerMasks:
    """Return the masks of the hidden layers, inner first, as a tuple of arrays."""
    if not (isinstance(masks, tuple | list) or np.ndim(masks) == 3) or not len(masks):
        raise ValueError(
            "masks must be a tuple with one (P, n) array for each hidden layer, got "
            f"{masks!r:.60} (of a single array make (masks,))"
        )
    names = [f"masks[{k}]" for k in range(len(masks))]
    columns = columns or as_masks(masks[0], names[0]).shape[1]
    return tuple(map(partial(as_masks, columns=columns), masks, names))


def add_up_paths(signals: np.ndarray, masks: Sequence[np.ndarray]) -> np.ndarray:
    """Return masked signals (..., P_k, ..., P_1, n) summed over paths, (..., n)."""
    for layer in masks:
        signals = np.einsum("...jn,jn->...n", signals, layer.astype(float))
    return signals


@dataclass(frozen=True, eq=False)
class DeepPatterns:
    """LayerMasks of the hidden layers, inner first, and a gate that realises each.

    Parameters
    ----------
    masks : tuple of Boolean arrays, shapes (P_k, n)
    gates : tuple of arrays, shapes (P_k, P_{k-1}, ..., P_1, d)
        ``gates[0]`` is (P_1, d) as in chapter 3; ``gates[1][l, j]`` multiplies what
        inner pattern j lets through, for outer pattern l.
    """

    masks: tuple[np.ndarray, ...]
    gates: tuple[np.ndarray, ...]

    def __post_init__(self) -> None:
        masks = as_layer_masks(self.masks)
        given = self.gates if np.iterable(self.gates) else ()
        gates = tuple(as_array(gate, f"gates[{k}]") for k, gate in enumerate(given))
        counts = tuple(map(len, masks))
        d: tuple = gates[0].shape[-1:] if gates else ("d",)
        want = [counts[k::-1] + d for k in range(len(masks))]
        if [gate.shape for gate in gates] != want:
            raise ValueError(
                f"gates must have the shapes {want} for masks of {counts} patterns, "
                f"got {[gate.shape for gate in gates]}"
            )
        object.__setattr__(self, "masks", masks)
        object.__setattr__(self, "gates", gates)

    @property
    def counts(self) -> tuple[int, ...]:
        """The number of patterns of each hidden layer, inner first."""
        return tuple(map(len, self.masks))

    def heights(self, X: ArrayLike) -> LayerMasks:
        """Return the signals of the gates on X, one (P_k, n) array for each layer."""
        X = as_matrix(X, columns=self.gates[0].shape[-1])
        masks: list[np.ndarray] = []
        found: list[np.ndarray] = []
        for gate in self.gates:
            found.append(add_up_paths(gate @ X.T, masks))
            masks.append(found[-1] >= 0)
        return tuple(found)

    def extend(self, X_new: ArrayLike) -> LayerMasks:
        """Return the masks of the gates on other data, a tuple of (P_k, n_new) arrays.

        The gates are a network of their own: a mask of layer k comes from the masks
        of the layers below *at the new points*.
        """
        return tuple(height >= 0 for height in self.heights(X_new))


def strict_heights(X: np.ndarray, patterns: DeepPatterns, advice: str) -> LayerMasks:
    """Return the gates' signals; refuse gates that do not realise their masks."""
    as_masks(patterns.masks[0], "patterns.masks[0]", columns=len(X))
    heights = patterns.heights(X)
    heard = X.any(axis=1)  # the samples that the layers below let through
    for k, (mask, height) in enumerate(zip(patterns.masks, heights, strict=True)):
        wrong = heard & ((2.0 * mask - 1.0) * height <= 0)
        if wrong.any():
            j, i = np.argwhere(wrong)[0]
            raise ValueError(
                f"patterns do not belong to X: gate {j} of hidden layer {k + 1} is not "
                f"strictly inside its cell at sample {i}; {advice}"
            )
        heard = heard & mask.any(axis=0)
    return heights


def path_masks(masks: Sequence[ArrayLike]) -> np.ndarray:
    r"""Return the products of the masks along all paths through the layers.

    .. math::

        D_p = D^{L-1}_{j_{L-1}} \cdots D^1_{j_1}, \qquad p = (j_{L-1}, \dots, j_1) .

    Parameters
    ----------
    masks : sequence of Boolean arrays, shapes (P_k, n)
        Hidden layers, inner first.

    Returns
    -------
    ndarray of bool, shape (P_{L-1} ... P_1, n)
        The outermost pattern varies slowest.

    Notes
    -----
    Implements (eq:deep-path).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.deep_relu_lp import path_masks
    >>> inner = np.array([[True, True], [False, True]])
    >>> path_masks((inner, np.array([[True, False]])))
    array([[ True, False],
           [False, False]])
    """
    layers = as_layer_masks(masks)
    product = layers[0]
    for layer in layers[1:]:
        product = (layer[:, None] & product).reshape(-1, product.shape[-1])
    return product  # (eq:deep-path)


def path_features(X: np.ndarray, masks: Sequence[np.ndarray]) -> np.ndarray:
    """Return [D_p X] of all paths p, side by side; its range is S_{k+1}."""
    paths = path_masks(masks) if masks else np.ones((1, len(X)))
    return np.hstack([path[:, None] * X for path in paths])


def sample_deep_patterns(
    X: ArrayLike, counts: Sequence[int], *, rng: np.random.Generator
) -> DeepPatterns:
    r"""Return the patterns of the units of a random Gaussian network.

    .. math::

        g_j \sim N(0, I), \qquad
        M^1_j = 1[X g_j \ge 0], \qquad
        M^2_l = 1\Big[\sum_j V_{lj} (X g_j)_+ \ge 0\Big], \quad V_{lj} \sim N(0, 1),

    and so on, each layer on top of the different patterns of the layer below.

    Parameters
    ----------
    X : array_like, shape (n, d)
    counts : sequence of int
        Units to draw in each hidden layer, inner first. Equal patterns are kept once,
        so the layers may come out smaller.
    rng : numpy.random.Generator

    Returns
    -------
    DeepPatterns
        Every mask is realised strictly by its gate, wherever the layer below says
        anything about the sample; where it is silent the mask is True.

    Raises
    ------
    ValueError
        If `counts` is empty or not made of positive integers.

    Notes
    -----
    Implements (eq:deep-sampling); O(n (d P_1 + P_1 P_2 + ...)) time. Independent masks
    will not do: most sign vectors are out of reach of the layer below.

    References
    ----------
    Zhang, Zhang and Pilanci (2024), section 4 (patterns by sampling).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.deep_relu_lp import sample_deep_patterns
    >>> X = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    >>> patterns = sample_deep_patterns(X, (50, 50), rng=np.random.default_rng(0))
    >>> patterns.counts  # 6 cells of three lines, then all 2**3 sign vectors
    (6, 8)
    """
    X, rng = as_matrix(X), as_rng(rng)
    counts = checked_counts(counts)
    masks: list[np.ndarray] = []
    gates: list[np.ndarray] = []
    active = X.T
    for count in counts:
        V = rng.standard_normal((count, len(active))) / math.sqrt(len(active))
        signals = V @ active  # (eq:deep-sampling)
        _, first = np.unique(signals >= 0, axis=0, return_index=True)
        V, signals = V[np.sort(first)], signals[np.sort(first)]
        masks.append(signals >= 0)
        if gates:  # the gate of a unit is the sum of the gates below it, weighted
            V = V.reshape(V.shape + (1,) * (gates[-1].ndim - 1)) * gates[-1]
        gates.append(V)
        active = np.maximum(signals, 0.0)
    return DeepPatterns(tuple(masks), tuple(gates))


def enumerate_deep_patterns(X: ArrayLike, hidden_layers: int = 2) -> DeepPatterns:
    r"""Return every pattern of every hidden layer, each with a strictly interior gate.

    Layer k + 1 has the full-dimensional cells of the matrix
    :math:`[D^k_1 F_k, \dots, D^k_{P_k} F_k]`, where :math:`F_1 = X` and :math:`F_k` is
    that of the layer below: its range is :math:`S_{k+1}`.

    Parameters
    ----------
    X : array_like, shape (n, d)
    hidden_layers : int
        1 is chapter 3.

    Returns
    -------
    DeepPatterns

    Notes
    -----
    Implements (eq:deep-span). If the rows of X are non-zero and no two of them are
    parallel, then already :math:`S_2 = R^n` and every layer from the second on has
    **all 2^n** patterns: a tool for proofs and tests, n at most about 6.

    Examples
    --------
    >>> from reference.deep_relu_lp import enumerate_deep_patterns
    >>> X = [[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0], [1.0, -2.0]]
    >>> enumerate_deep_patterns(X).counts
    (8, 16)
    """
    X = as_matrix(X)
    hidden_layers = as_integer(hidden_layers, "hidden_layers", low=1)
    masks: list[np.ndarray] = []
    gates: list[np.ndarray] = []
    for _ in range(hidden_layers):
        cells = enumerate_patterns(path_features(X, masks))
        shape = tuple(map(len, [cells.masks, *masks[::-1]])) + X.shape[1:]
        gates.append(cells.gates.reshape(shape))
        masks.append(cells.masks)
    return DeepPatterns(tuple(masks), tuple(gates))


def checked_counts(counts: Sequence[int]) -> list[int]:
    """Return the counts of the hidden layers as a list of positive integers."""
    if as_array(counts, "counts").ndim != 1 or len(counts) == 0:
        raise ValueError(
            f"counts needs one integer for each hidden layer, got {counts!r}"
        )
    return [as_integer(c, f"counts[{k}]", low=1) for k, c in enumerate(counts)]
