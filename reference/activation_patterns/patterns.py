r"""Activation patterns: the cells into which data cut the weights of a ReLU neuron.

A neuron with weights h is active on sample i when x_i^T h >= 0. Its activation
pattern on the data is the diagonal of

.. math:: D(h) = \operatorname{diag}(1[X h \ge 0]),

and the hyperplanes x_i^T h = 0 cut R^d into open cones, the *cells*, on which it is
constant. Here the patterns of cells are counted, enumerated and sampled, each with a
*gate*, a point strictly inside its cell. A zero row of X is active in every pattern.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import comb

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns.arrangement import (
    ROUNDING,
    half_of_cells,
    step_inside,
)
from reference.activation_patterns.dependence import distinct_lines, well_scaled
from reference.common import as_integer, as_masks, as_matrix, as_rng, need_parts

__all__ = [
    "Patterns",
    "count_patterns",
    "enumerate_patterns",
    "iter_patterns",
    "merge_patterns",
    "sample_patterns",
    "sample_vertex_patterns",
]


@dataclass(frozen=True)
class Patterns:
    """Activation patterns with a gate each: masks[p] is 1[X @ gates[p] >= 0].

    Parameters
    ----------
    masks : ndarray of bool, shape (P, n)
    gates : ndarray, shape (P, d)

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> patterns = enumerate_patterns([[1.0, 0.0], [0.0, 1.0]])
    >>> len(patterns), patterns.extend([[3.0, 0.0]]).sum(axis=0)
    (4, array([2]))
    """

    masks: np.ndarray
    gates: np.ndarray

    def __post_init__(self) -> None:
        object.__setattr__(self, "masks", as_masks(self.masks))
        gates = as_matrix(self.gates, "gates", rows=len(self.masks))
        object.__setattr__(self, "gates", gates)

    def __len__(self) -> int:
        return len(self.masks)

    def extend(self, X_new: ArrayLike) -> np.ndarray:
        """Return 1[X_new @ gate >= 0] for each gate: bool, shape (P, n_new)."""
        X_new = as_matrix(X_new, "X_new", columns=self.gates.shape[1])
        return self.gates @ X_new.T >= 0


def pattern_parts(patterns: Patterns, X: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return masks (P, n) and gates (P, d) if they are patterns for this X."""
    need_parts(patterns, "patterns", "Patterns", "masks", "gates")
    masks = as_masks(patterns.masks, "patterns.masks", columns=len(X))
    shape = {"rows": len(masks), "columns": X.shape[1]}
    return masks, as_matrix(patterns.gates, "patterns.gates", **shape)


def count_patterns(n: int, rank: int) -> int:
    r"""Return the number of patterns of n points in general position.

    .. math:: 2 \sum_{k=0}^{r-1} \binom{n-1}{k}

    Parameters
    ----------
    n, rank : int
        Non-zero rows of X (at least 1) and rank of X (at least 0; n or more gives
        2^n). Rank 0, that is X = 0, has one pattern.

    Returns
    -------
    int
        Dependent rows leave fewer patterns, never more.

    References
    ----------
    Cover 1965, Theorem 1. Implements {eq}`eq:03-cover`.

    Examples
    --------
    >>> from reference.activation_patterns import count_patterns
    >>> count_patterns(80, 3), count_patterns(200, 4), count_patterns(10, 10)
    (6322, 2627200, 1024)
    """
    n, rank = as_integer(n, "n", low=1), as_integer(rank, "rank", low=0)
    return 2 * sum(comb(n - 1, k) for k in range(min(rank, n))) if rank else 1


def enumerate_patterns(X: ArrayLike, *, tol: float = 1e-12) -> Patterns:
    r"""Return the pattern of every cell, each once, with a strictly interior gate.

    .. math:: \{\, 1[Xh \ge 0] : x_i^\top h \ne 0 \text{ whenever } x_i \ne 0 \,\}

    Parameters
    ----------
    X : array_like, shape (n, d)
        Any data: duplicate, opposite, zero or dependent rows included.
    tol : float
        Scaled rows are dependent if their smallest singular value is at most `tol`.

    Returns
    -------
    Patterns
        Gates have length 1; opposite cells have opposite gates.

    Raises
    ------
    ValueError
        If X is too nearly degenerate to decide, see `half_of_cells`.

    Notes
    -----
    Implements {prf:ref}`alg-03-highest`: O(n^r) for rank r, no linear program, no
    search for duplicates. The masks take P n bytes; `iter_patterns` needs fewer.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> patterns = enumerate_patterns([[1.0, 2.0], [1.0, 2.0], [0.0, 1.0]])
    >>> sorted(patterns.masks.astype(int).tolist())
    [[0, 0, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1]]
    """
    blocks = list(iter_patterns(X, tol=tol))
    masks = np.concatenate([block.masks for block in blocks])
    return Patterns(masks, np.concatenate([block.gates for block in blocks]))


def iter_patterns(
    X: ArrayLike, *, block: int = 2048, tol: float = 1e-12
) -> Iterator[Patterns]:
    """Return an iterator over the patterns of `enumerate_patterns`, in blocks.

    Parameters
    ----------
    X, tol
        As for `enumerate_patterns`.
    block : int
        Vertices handled at a time: the most patterns of a block. The memory is
        that of `half_of_cells`, where `enumerate_patterns` needs O(P n).

    Returns
    -------
    iterator of Patterns

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import iter_patterns
    >>> X = np.random.default_rng(0).standard_normal((50, 4))
    >>> sum(len(patterns) for patterns in iter_patterns(X))
    39300
    """
    X = as_matrix(X)
    cuts = np.any(X, axis=1)  # a zero row is active everywhere
    if not cuts.any():
        return iter([Patterns(np.ones((1, len(X)), bool), np.eye(1, X.shape[1]))])
    return _both_halves(cuts, half_of_cells(X[cuts], block=block, tol=tol))


def _both_halves(
    cuts: np.ndarray, halves: Iterator[tuple[np.ndarray, np.ndarray]]
) -> Iterator[Patterns]:
    for bits, gates in halves:
        for active, points in ((bits, gates), (~bits, -gates)):
            masks = np.ones((len(points), len(cuts)), bool)
            masks[:, cuts] = active
            yield Patterns(masks, points)


def sample_patterns(
    X: ArrayLike, num_gates: int, *, rng: np.random.Generator
) -> Patterns:
    r"""Return the different patterns of Gaussian gates g ~ N(0, I), as discovered.

    Parameters
    ----------
    X : array_like, shape (n, d)
    num_gates : int
        Gates drawn; a cell is found in proportion to its solid angle.
    rng : numpy.random.Generator
        More gates from the same state return the same patterns and then others.

    Returns
    -------
    Patterns
        With the first gate drawn in each cell, its length unchanged.

    Notes
    -----
    Implements {eq}`eq:03-coupons`. O(num_gates n d).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import sample_patterns
    >>> len(sample_patterns(np.eye(3), 100, rng=np.random.default_rng(0)))
    8
    """
    X = as_matrix(X)
    return _realised(X, _gaussian_gates(X, num_gates, rng))


def sample_vertex_patterns(
    X: ArrayLike, num_gates: int, *, rng: np.random.Generator, tol: float = 1e-12
) -> Patterns:
    """Return the different patterns beside random vertices, as discovered.

    A gate is put beside the intersection of r - 1 random hyperplanes, on a random
    side of each: a cell is found in proportion to the number of its vertices, however
    thin it is. Where rows are dependent, the law is not this simple.

    Parameters
    ----------
    X, num_gates, rng
        As for `sample_patterns`.
    tol : float
        As for `enumerate_patterns`.

    Returns
    -------
    Patterns

    Notes
    -----
    Implements {eq}`eq:03-vertex-law`. O(num_gates (n r + r^3)).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import sample_vertex_patterns
    >>> len(sample_vertex_patterns(np.eye(3), 100, rng=np.random.default_rng(0)))
    8
    """
    X = as_matrix(X)
    gates = _gaussian_gates(X, num_gates, rng)
    if X.any():
        _, columns, V, T = well_scaled(X[X.any(axis=1)], tol)
        V = V[distinct_lines(V, tol)]
        m, r = V.shape
        for some in np.array_split(np.arange(num_gates), num_gates // 2048 + 1):
            S = rng.random((len(some), m)).argsort(axis=1)[:, : r - 1]
            ends = np.append(V[S], rng.standard_normal((len(some), 1, r)), axis=1)
            volume = np.abs(np.linalg.det(ends))
            good = volume > tol  # where rows S are dependent the Gaussian gate stays
            edges = np.linalg.inv(ends[good])
            sides = rng.standard_normal((len(edges), 1, r - 1))
            edge = (edges[:, :, :-1] * sides).sum(axis=2)
            values = edges[:, :, -1] @ V.T
            values[np.abs(values) * volume[good, None] <= tol] = np.inf
            points = step_inside(edges[:, :, -1], edge, values, edge @ V.T)
            gates[some[good]] = points @ T.T / columns
    return _realised(X, gates)


def merge_patterns(first: Patterns, *others: Patterns) -> Patterns:
    """Return the patterns of all arguments on the same data, each once, in order.

    Parameters
    ----------
    first, *others : Patterns

    Returns
    -------
    Patterns

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns, merge_patterns
    >>> patterns = enumerate_patterns([[1.0, 0.0], [0.0, 1.0]])
    >>> len(merge_patterns(patterns, patterns))
    4
    """
    every = (first, *others)
    need_parts(first, "first", "Patterns", "masks", "gates")
    for k, other in enumerate(others):
        need_parts(other, f"others[{k}]", "Patterns", "masks", "gates")
        as_masks(other.masks, f"others[{k}].masks", columns=first.masks.shape[1])
        as_matrix(other.gates, f"others[{k}].gates", columns=first.gates.shape[1])
    masks = np.concatenate([patterns.masks for patterns in every])
    packed = np.ascontiguousarray(np.packbits(masks, axis=1))
    keys = packed.view(np.dtype((np.void, packed.shape[1])))[:, 0]
    found = np.sort(np.unique(keys, return_index=True)[1])
    gates = np.concatenate([patterns.gates for patterns in every])
    return Patterns(masks[found], gates[found])


def _gaussian_gates(
    X: np.ndarray, num_gates: int, rng: np.random.Generator
) -> np.ndarray:
    num_gates = as_integer(num_gates, "num_gates", low=1)
    return as_rng(rng).standard_normal((num_gates, X.shape[1]))


def _realised(X: np.ndarray, gates: np.ndarray) -> Patterns:
    """Return the patterns of those gates that lie strictly inside their cells."""
    found = []
    for some in np.array_split(gates, len(gates) // 4096 + 1):
        values = some @ X.T
        limit = ROUNDING * (np.abs(some) @ np.abs(X).T)
        inside = (np.abs(values) >= limit).all(axis=1)
        if inside.any():
            found.append(Patterns(values[inside] >= 0, some[inside]))
    if not found:
        raise ValueError("X has rows so close that no gate is clear of all of them")
    return merge_patterns(*found)
