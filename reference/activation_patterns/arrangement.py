r"""Hyperplane arrangements: every cell of {h : x_i^T h = 0}, each found once.

The hyperplanes through the origin with normals x_1, ..., x_n cut R^d into open cones,
the *cells*: the non-empty sets

.. math:: \{ h : x_i^\top h > 0 \; (i \in I), \quad x_i^\top h < 0 \; (i \notin I) \}.

In the chart c^T h = 1 they are polyhedra. A polyhedron that has a highest point has
one highest vertex; where r - 1 hyperplanes meet, all edges lead down in one cell. So
the vertices list these cells without a search; cells of infinite height are the same
problem at infinity, c^T h = 0, in one dimension less.
"""

from collections.abc import Iterator
from itertools import combinations, islice
from typing import NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns.dependence import (
    SMALL,
    dependent,
    distinct_lines,
    well_scaled,
)
from reference.common import as_integer, as_matrix, need_nonzero_rows, unit_vectors

__all__ = ["half_of_cells"]

ROUNDING = 32 * np.finfo(float).eps  # of x^T h, relative to the lengths of x and h
Masks = tuple[np.ndarray, np.ndarray]  # masks and a point of each cell
KEPT = 64  # blocks of subsets at crowded vertices whose cells are kept


def half_of_cells(
    X: ArrayLike, *, block: int = 2048, tol: float = 1e-12
) -> Iterator[Masks]:
    r"""Return an iterator over one of each pair of opposite cells h and -h.

    .. math:: \{\, 1[Xh > 0] : x_i^\top h \ne 0 \text{ for all } i \,\}

    Parameters
    ----------
    X : array_like, shape (n, d)
        Rows that are not zero: in general position or not.
    block : int
        Vertices handled at a time.
    tol : float
        Scaled rows are dependent if their smallest singular value is at most `tol`.

    Returns
    -------
    iterator of (masks, points)
        Blocks of bool (N, n) and of points of length 1 in their cells, (N, d).

    Raises
    ------
    ValueError
        On a zero row; if a smallest singular value lies between `tol` and 10 `tol`,
        so that the cells cannot be decided; if a cell is too thin for float64.

    Notes
    -----
    Implements {prf:ref}`alg-03-highest`. Time O(n^r) for rows of rank r, memory
    O(block n), no linear program. Where more than 64 blocks (and 8,192) of subsets meet
    in crowded vertices, the level is gone through again for every so many: time for
    memory.

    References
    ----------
    Zaslavsky 1975; Edelsbrunner 1987, chapter 7.

    Examples
    --------
    >>> from reference.activation_patterns import half_of_cells
    >>> X = [[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]
    >>> sum(len(masks) for masks, points in half_of_cells(X))
    3
    """
    X, block = as_matrix(X), as_integer(block, "block", low=1)
    need_nonzero_rows(X)
    X, columns, V, T = well_scaled(X, tol)
    return _blocks_of_cells(X, columns, V, T, distinct_lines(V, tol), tol, block)


def _blocks_of_cells(
    X: np.ndarray,
    columns: np.ndarray,
    V: np.ndarray,
    T: np.ndarray,
    lines: np.ndarray,
    tol: float,
    block: int,
) -> Iterator[Masks]:
    r = V.shape[1]
    axes = np.linalg.qr(np.random.default_rng(2).standard_normal((r, r)))[0]
    # Levels r, r - 2, r - 4, ... hold one of each pair of opposite cells.
    for k in range(r, 0, -2):
        for found, points in _highest(V[lines] @ axes[:, :k], tol, block):
            points = unit_vectors(points @ (T @ axes[:, :k]).T)
            # No quiet wrong answer: each point shows its mask, beyond rounding.
            values = points @ X.T
            masks = values > 0
            margins = np.abs(values).min(axis=0)
            if margins.min() <= ROUNDING or (masks[:, lines] != found).any():
                raise ValueError(
                    "X has a cell too thin for a float64 point, next to row "
                    f"{margins.argmin()}; merge rows that are almost dependent"
                )
            yield masks, unit_vectors(points / columns)


class _Vertices(NamedTuple):
    """Where the hyperplanes of each subset S meet, and the cell below, if it is one."""

    S: np.ndarray  # (N, k - 1) rows
    volume: np.ndarray  # (N, 1) |det A_S|
    edges: np.ndarray  # (N, k, k - 1) edge j leaves S_j and stays on the others
    vertex: np.ndarray  # (N, k)
    values: np.ndarray  # (N, m) of the rows at the vertex, infinite for those of S
    edge: np.ndarray  # (N, k) the sum of the edges that lead down
    slope: np.ndarray  # (N, m) of the rows along it
    masks: np.ndarray  # (N, m)

    def part(self, which: np.ndarray) -> "_Vertices":
        return _Vertices(*(array[which] for array in self))


def _highest(A: np.ndarray, tol: float, block: int) -> Iterator[Masks]:
    """Yield the cells of {h : h[-1] = 1} that have a highest vertex, from it.

    Rows A (m, k); height is h[-2]. Blocks of masks (N, m) and interior points (N, k).
    """
    cells: list[tuple[np.ndarray, ...]] = []
    number, most = 0, max(KEPT * block, 8192)
    for found, simple in _vertices(A, tol, block):
        if simple.any():
            one = found if simple.all() else found.part(simple)
            yield one.masks, step_inside(one.vertex, one.edge, one.values, one.slope)
        if not simple.all():
            number += int((~simple).sum())
            if number > most:
                cells.clear()
            else:
                cells.append(_shifted(A, tol, found.part(~simple)))
    parts = -(-number // most)
    for part in range(parts):
        if parts > 1:  # too many to keep: once more for each part of the masks
            cells = [
                _shifted(A, tol, found.part(~simple), part, parts)
                for found, simple in _vertices(A, tol, block)
                if not simple.all()
            ]
        yield from _found_twice(A, block, cells)


def _vertices(
    A: np.ndarray, tol: float, block: int
) -> Iterator[tuple[_Vertices, np.ndarray]]:
    """Yield the vertices of blocks of subsets, and which of them are not crowded."""
    k = A.shape[1]
    subsets = combinations(range(len(A)), k - 1)
    while chunk := list(islice(subsets, block)):
        S = np.array(chunk, dtype=np.intp)
        chart = np.broadcast_to(np.eye(k)[-1:], (len(S), 1, k))  # the row of h[-1] = 1
        corners = np.append(A[S], chart, axis=1)
        volume = np.abs(np.linalg.det(corners))
        meet = ~dependent(A[S], volume, tol)
        S, volume = S[meet], volume[meet, None]
        # The hyperplanes S meet in a vertex; edge j leaves S_j and stays on the others.
        inverse = np.linalg.inv(corners[meet])
        edges, vertex = inverse[:, :, :-1], inverse[:, :, -1]
        values = vertex @ A.T
        masks = values > 0
        np.put_along_axis(values, S, np.inf, axis=1)
        # It is the highest vertex of the cell into which all its edges lead down.
        edge = -(edges * np.sign(edges[:, [k - 2]])).sum(axis=2)
        slope = edge @ A.T
        np.put_along_axis(masks, S, np.take_along_axis(slope, S, 1) > 0, axis=1)
        minors = np.abs(values).min(axis=1, initial=np.inf, keepdims=True) * volume
        found = _Vertices(S, volume, edges, vertex, values, edge, slope, masks)
        yield found, (minors > SMALL * tol)[:, 0]


def _shifted(
    A: np.ndarray, tol: float, at: _Vertices, part: int = 0, parts: int = 1
) -> tuple[np.ndarray, ...]:
    """Return the cells of S at a crowded vertex after a small shift of all rows.

    Rows A h + s h[-1] and A h - s h[-1] with generic small s: their masks, points of
    their cells (as seen from the vertex, in units of the shift), and the vertices.
    """
    # Which rows pass through the vertex? Most are decided by their distance from it.
    far = tol * np.linalg.norm(at.vertex, axis=1, keepdims=True)
    on = np.abs(at.values) <= far
    minors = np.abs(at.values) * at.volume
    p, i = np.nonzero((minors <= SMALL * tol) & ~on)
    on[p, i] = dependent(A[np.column_stack([at.S[p], i])], minors[p, i], tol)
    shift = np.random.default_rng(1).standard_normal(len(A))
    aside = -(at.edges * shift[at.S][:, None, :]).sum(axis=2)
    moved = aside @ A.T + shift
    size = np.where(on, np.abs(moved), np.inf)
    inward = step_inside(0.0, at.edge, size, -np.abs(at.slope))
    plus, minus = (
        np.packbits(np.where(on, sign * moved > 0, at.masks), axis=1)
        for sign in (1, -1)
    )
    on = np.packbits(on | np.isinf(at.values), axis=1)
    # Where there are parts, a random sum of its bytes puts a mask into one of them.
    sums = np.random.default_rng(3).integers(1 << 40, size=plus.shape[1])
    a, b = (bits.astype(np.int64) @ sums % parts == part for bits in (plus, minus))
    ahead, behind = inward + aside, inward - aside
    return plus[a], ahead[a], at.vertex[a], on[a], minus[b], behind[b]


def _found_twice(
    A: np.ndarray, block: int, cells: list[tuple[np.ndarray, ...]]
) -> Iterator[Masks]:
    """Yield the cells found after both shifts: adding the points drops the shift."""
    plus, ahead, vertex, on, minus, behind = map(
        np.concatenate, zip(*cells, strict=True)
    )
    key = np.dtype((np.void, plus.shape[1]))
    both = plus.view(key)[:, 0], minus.view(key)[:, 0]
    _, ours, theirs = np.intersect1d(*both, assume_unique=True, return_indices=True)
    if (ours >= len(plus)).any() or (theirs < 0).any():
        raise ValueError(
            "X is almost degenerate: one shift found a cell twice; merge almost "
            "dependent rows or give another tol"
        )
    for start in range(0, len(ours), block):
        i, j = ours[start : start + block], theirs[start : start + block]
        edge = ahead[i] + behind[j]
        masks, through = (
            np.unpackbits(bits[i], axis=1, count=len(A)).astype(bool)
            for bits in (plus, on)
        )
        values = np.where(through, np.inf, vertex[i] @ A.T)
        yield masks, step_inside(vertex[i], edge, values, edge @ A.T)


def step_inside(
    vertex: np.ndarray | float,
    edge: np.ndarray,
    values: np.ndarray,
    slope: np.ndarray,
) -> np.ndarray:
    """Go from a vertex along an edge, at most half-way to the next hyperplane.

    Values of the rows at the vertex, infinite for those through it; slopes along edge.
    """
    nearing = (-slope / values).max(axis=1, initial=0.5, keepdims=True)
    return vertex + 0.5 / nearing * edge
