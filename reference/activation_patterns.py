r"""Activation patterns: the cells into which data cut the weights of a ReLU neuron.

A neuron with weights h is active on sample i when x_i^T h >= 0. Its activation
pattern on the data is the diagonal of

.. math:: D(h) = \operatorname{diag}(1[X h \ge 0]),

and the hyperplanes x_i^T h = 0 cut R^d into open cones, the *cells*, on which it is
constant. The patterns of cells are counted, enumerated and sampled here, each with a
*gate*: a point strictly inside its cell. Points on a hyperplane have patterns too,
which belong to cones without interior and are left out. A zero row of X is active in
every pattern and cuts nothing.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import combinations, islice
from math import comb

import numpy as np

from reference.common import as_integer, as_masks, as_matrix, as_real

__all__ = [
    "Patterns",
    "count_patterns",
    "enumerate_patterns",
    "iter_patterns",
]

ROUNDING = 32 * np.finfo(float).eps  # of x^T h, relative to the lengths of x and h


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

    def __post_init__(self):
        as_masks(self.masks)
        if np.ndim(self.gates) != 2 or len(self.gates) != len(self.masks):
            raise ValueError(
                f"gates needs shape ({len(self.masks)}, d), one row per mask, "
                f"got {np.shape(self.gates)}"
            )

    def __len__(self):
        return len(self.masks)

    def extend(self, X_new):
        """Return 1[X_new @ gate >= 0] for each gate: bool, shape (P, n_new)."""
        X_new = as_matrix(X_new, "X_new", columns=self.gates.shape[1])
        return self.gates @ X_new.T >= 0


def count_patterns(n, rank):
    r"""Return the number of patterns of n points in general position.

    .. math:: 2 \sum_{k=0}^{r-1} \binom{n-1}{k}

    Parameters
    ----------
    n, rank : int
        Non-zero rows of X (at least 1) and rank of X (at least 0; n or more gives
        2**n). Rank 0, that is X = 0, has one pattern.

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


def enumerate_patterns(X, *, tol=1e-12) -> Patterns:
    r"""Return the pattern of every cell, each once, with a strictly interior gate.

    .. math:: \{\, 1[Xh \ge 0] : x_i^\top h \ne 0 \text{ whenever } x_i \ne 0 \,\}

    Parameters
    ----------
    X : array_like, shape (n, d)
        Any data: duplicate, opposite, zero or dependent rows included.
    tol : float
        A determinant of scaled rows up to `tol` counts as zero.

    Returns
    -------
    Patterns
        Gates have length 1; opposite cells have opposite gates.

    Raises
    ------
    ValueError
        If a determinant lies between `tol` and 10 `tol`, so that the cells cannot be
        decided, or a cell is too thin for a float64 gate.

    Notes
    -----
    Implements {prf:ref}`alg-03-highest`: O(n^r) for rank r, no linear program, no
    search for duplicates. The masks take P n bytes; `iter_patterns` needs fewer.

    References
    ----------
    Cover 1965; Zaslavsky 1975.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> patterns = enumerate_patterns([[1.0, 2.0], [1.0, 2.0], [0.0, 1.0]])
    >>> sorted(patterns.masks.astype(int).tolist())
    [[0, 0, 0], [0, 0, 1], [1, 1, 0], [1, 1, 1]]
    """
    masks, gates = zip(*((b.masks, b.gates) for b in iter_patterns(X, tol=tol)))
    return Patterns(np.concatenate(masks), np.concatenate(gates))


def iter_patterns(X, *, block=2048, tol=1e-12) -> Iterator[Patterns]:
    """Return an iterator over the patterns of `enumerate_patterns`, in blocks.

    Parameters
    ----------
    X, tol
        As for `enumerate_patterns`.
    block : int
        Vertices handled at a time, two patterns each where r - 1 hyperplanes meet.
        Memory is O(block (n + r^2)), not O(P n).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import iter_patterns
    >>> X = np.random.default_rng(0).standard_normal((50, 4))
    >>> sum(len(patterns) for patterns in iter_patterns(X))
    39300
    """
    X, block = as_matrix(X), as_integer(block, "block", low=1)
    return _blocks(X, block, as_real(tol, "tol", low=0.0, high=1e-6, open_low=True))


def _blocks(X, block, tol):
    rows = np.flatnonzero(X.any(axis=1))
    if len(rows) == 0:
        yield Patterns(np.ones((1, len(X)), bool), np.eye(1, X.shape[1]))
        return
    X_unit, columns, V, T, tol = _well_scaled(X[rows], tol)
    rng = np.random.default_rng(0)
    lines = _lines(V, tol, rng)
    X_all = np.zeros_like(X)
    X_all[rows] = X_unit
    axes = np.linalg.qr(rng.standard_normal((V.shape[1], V.shape[1])))[0]  # generic
    # Levels r, r - 2, r - 4, ... hold one of each pair of opposite cells.
    for k in range(V.shape[1], 0, -2):
        for masks, points in _highest(V[lines] @ axes[:, :k], tol, block):
            gates = points @ (T @ axes[:, :k]).T
            gates /= np.linalg.norm(gates, axis=1, keepdims=True)
            values = gates @ X_all.T
            # No quiet wrong answer: each gate shows its pattern, beyond rounding.
            margins = np.abs(values).min(axis=0)[rows]
            shown = values >= 0
            seen = shown if len(lines) == len(X) else shown[:, rows[lines]]
            if margins.min() <= ROUNDING or not np.array_equal(seen, masks):
                raise ValueError(
                    "X has a cell too thin for a float64 gate, next to row "
                    f"{rows[margins.argmin()]}; merge rows that are almost dependent"
                )
            gates /= columns
            gates /= np.linalg.norm(gates, axis=1, keepdims=True)
            yield Patterns(shown, gates)
            yield Patterns(values <= 0, -gates)


def _highest(A, tol, block):
    """Yield the cells of {h : h[-1] = 1} that have a highest vertex, from it.

    Rows A (m, k); height is h[-2]. Blocks of masks (N, m) and interior points (N, k).
    """
    m, k = A.shape
    shifts = np.random.default_rng(1).standard_normal(m)
    crowded = []
    subsets = combinations(range(m), k - 1)
    while chunk := list(islice(subsets, block)):
        S = np.array(chunk, dtype=np.intp)
        volume = np.abs(np.linalg.det(A[S, :-1]))
        _check_decided(volume, tol)
        S, volume = S[volume > tol], volume[volume > tol, None]
        # The hyperplanes S meet in a vertex; edge j leaves S_j and stays on the others.
        edges = np.linalg.inv(A[S, :-1])
        vertex = np.ones((len(S), k))
        vertex[:, :-1] = -(edges * A[S, -1][:, None, :]).sum(axis=2)
        values = vertex @ A.T
        size = np.abs(values)
        np.put_along_axis(size, S, np.inf, axis=1)
        nearest = size.min(axis=1, initial=np.inf, keepdims=True) * volume
        # It is the highest vertex of the cell into which all its edges lead down.
        edge = np.zeros((len(S), k))
        edge[:, :-1] = -(edges * np.sign(edges[:, -1:, :])).sum(axis=2)
        slope = edge @ A.T
        masks = values > 0
        np.put_along_axis(masks, S, np.take_along_axis(slope, S, 1) > 0, axis=1)
        simple = (nearest > tol)[:, 0]
        _check_decided(nearest[simple], tol)
        if simple.any():
            yield masks[simple], _step(vertex, edge, size, slope)[simple]
        if not simple.all():
            S, volume, edges, vertex, size, edge, slope, masks = (
                a[~simple] for a in (S, volume, edges, vertex, size, edge, slope, masks)
            )
            _check_decided(size * volume, tol)
            on, size_before = size * volume <= tol, size
            # Shift the hyperplanes a little: the vertex moves to either side.
            aside = np.zeros_like(vertex)
            aside[:, :-1] = -(edges * shifts[S][:, None, :]).sum(axis=2)
            values = aside @ A.T + shifts
            size = np.where(on, np.abs(values), np.inf)
            inward = _step(0, edge, size, slope)
            crowded.append(
                (
                    np.packbits(np.where(on, values > 0, masks), axis=1),
                    np.packbits(np.where(on, values < 0, masks), axis=1),
                    inward + aside,
                    inward - aside,
                    vertex,
                    on | np.isinf(size_before),
                )
            )
    if crowded:
        yield from _real_cells(A, crowded, block)


def _real_cells(A, crowded, block):
    plus, minus, ahead, back, vertex, on = map(np.concatenate, zip(*crowded))
    key = np.dtype((np.void, plus.shape[1]))
    _, i, j = np.intersect1d(
        plus.view(key)[:, 0], minus.view(key)[:, 0], return_indices=True
    )
    for start in range(0, len(i), block):
        a, b = i[start : start + block], j[start : start + block]
        edge = ahead[a] + back[b]
        size = np.where(on[a], np.inf, np.abs(vertex[a] @ A.T))
        masks = np.unpackbits(plus[a], axis=1, count=len(A)).astype(bool)
        yield masks, _step(vertex[a], edge, size, edge @ A.T)


def _step(vertex, edge, size, slope):
    """Go from a vertex along an edge, at most half-way to the next hyperplane."""
    with np.errstate(divide="ignore"):
        length = (size / np.abs(slope)).min(axis=1, initial=2.0, keepdims=True)
    return vertex + 0.5 * length * edge


def _check_decided(minors, tol):
    unclear = minors[(minors > tol) & (minors <= 10 * tol)]
    if len(unclear):
        raise ValueError(
            f"X is almost degenerate: a determinant of its scaled rows is "
            f"{unclear[0]:.1e}, neither clearly zero (up to {tol:.1e}) nor clearly not "
            "(ten times that); merge almost dependent rows or give another tol"
        )


def _well_scaled(X, tol):
    """Return X with scaled columns and unit rows, the columns' scales, V, T, the tol.

    V = X T with unit rows and full column rank: row scales and the basis of the
    weights move no cell, and in turns they make the rows spread over all directions.
    """
    X = X / np.abs(X).max(axis=1, keepdims=True)
    columns = np.abs(X).max(axis=0)
    columns[columns == 0] = 1.0
    X /= columns
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    V, T = X, np.eye(X.shape[1])
    for _ in range(3):
        _, s, directions = np.linalg.svd(V, full_matrices=False)
        _check_decided(s / s[0], tol)
        keep = s > tol * s[0]
        T = T @ (directions[keep].T / s[keep])
        V = X @ T
        norms = np.linalg.norm(V, axis=1, keepdims=True)
        V /= norms
    # Rounding errors of X grow by up to |T| / norms on the way to V.
    growth = np.linalg.norm(T, 2) / norms.min()
    return X, columns, V, T, tol * max(1.0, growth / 1000)


def _lines(V, tol, rng):
    """Return the index of one row of each group of proportional unit rows."""
    a, b = (V @ rng.standard_normal((V.shape[1], 2))).T
    order = np.argsort(a / b)  # equal on a line; different, almost surely, elsewhere
    gap = np.linalg.norm(np.diff((V * np.sign(b)[:, None])[order], axis=0), axis=1)
    _check_decided(gap, tol)
    return np.sort(order[np.concatenate([[True], gap > tol])])
