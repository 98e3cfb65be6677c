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

import numpy as np

from reference.common import as_integer, as_matrix, as_real

__all__ = ["half_of_cells"]

ROUNDING = 32 * np.finfo(float).eps  # of x^T h, relative to the lengths of x and h
SMALL = 20  # a determinant above SMALL * tol needs no second look


def half_of_cells(X, *, block=2048, tol=1e-12) -> Iterator[tuple]:
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
    O(block n), and O(n) per subset at a crowded vertex: there are none in general
    position, and up to (n choose r - 1). No linear program.

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
    if not X.any(axis=1).all():
        row = int(np.argmin(X.any(axis=1)))
        raise ValueError(f"X needs rows that are not zero, got zeros in row {row}")
    X, columns, V, T = well_scaled(X, tol)
    return _blocks_of_cells(X, columns, V, T, distinct_lines(V, tol), tol, block)


def _blocks_of_cells(X, columns, V, T, lines, tol, block):
    r = V.shape[1]
    axes = np.linalg.qr(np.random.default_rng(2).standard_normal((r, r)))[0]
    # Levels r, r - 2, r - 4, ... hold one of each pair of opposite cells.
    for k in range(r, 0, -2):
        for found, points in _highest(V[lines] @ axes[:, :k], tol, block):
            points = points @ (T @ axes[:, :k]).T
            points /= np.linalg.norm(points, axis=1, keepdims=True)
            # No quiet wrong answer: each point shows its mask, beyond rounding.
            values = points @ X.T
            masks = values > 0
            margins = np.abs(values).min(axis=0)
            shown = masks if len(lines) == len(X) else masks[:, lines]
            if margins.min() <= ROUNDING or not np.array_equal(shown, found):
                raise ValueError(
                    "X has a cell too thin for a float64 point, next to row "
                    f"{margins.argmin()}; merge rows that are almost dependent"
                )
            points /= columns
            yield masks, points / np.linalg.norm(points, axis=1, keepdims=True)


def _highest(A, tol, block):
    """Yield the cells of {h : h[-1] = 1} that have a highest vertex, from it.

    Rows A (m, k); height is h[-2]. Blocks of masks (N, m) and interior points (N, k).
    """
    crowded = []
    subsets = combinations(range(len(A)), A.shape[1] - 1)
    while chunk := list(islice(subsets, block)):
        S = np.array(chunk, dtype=np.intp)
        volume = np.abs(np.linalg.det(A[S, :-1]))
        meet = ~dependent(A[S], volume, tol)
        S, volume = S[meet], volume[meet, None]
        # The hyperplanes S meet in a vertex; edge j leaves S_j and stays on the others.
        edges = np.linalg.inv(A[S, :-1])
        vertex = np.ones((len(S), A.shape[1]))
        vertex[:, :-1] = -(edges * A[S, -1][:, None, :]).sum(axis=2)
        close = np.flatnonzero(volume < 1e-3)  # rows whose vertex needs a correction
        error = (A[S[close]] * vertex[close, None, :]).sum(axis=2)
        vertex[close, :-1] -= (edges[close] * error[:, None, :]).sum(axis=2)
        values = vertex @ A.T
        masks = values > 0
        np.put_along_axis(values, S, np.inf, axis=1)
        # It is the highest vertex of the cell into which all its edges lead down.
        edge = np.zeros_like(vertex)
        edge[:, :-1] = -(edges * np.sign(edges[:, -1:, :])).sum(axis=2)
        slope = edge @ A.T
        np.put_along_axis(masks, S, np.take_along_axis(slope, S, 1) > 0, axis=1)
        minors = np.abs(values).min(axis=1, initial=np.inf, keepdims=True) * volume
        simple = (minors > SMALL * tol)[:, 0]
        if simple.all():
            yield masks, step_inside(vertex, edge, values, slope)
            continue
        if simple.any():
            parts = vertex, edge, values, slope
            yield masks[simple], step_inside(*(part[simple] for part in parts))
        parts = S, volume, edges, vertex, values, edge, slope, masks
        crowded.append(_shifted(A, tol, *(part[~simple] for part in parts)))
    if crowded:
        yield from _found_twice(
            A, block, *map(np.concatenate, zip(*crowded, strict=True))
        )


def _shifted(A, tol, S, volume, edges, vertex, values, edge, slope, masks):
    """Return the cells of S at a crowded vertex after a small shift of all rows.

    Rows A h + s h[-1] and A h - s h[-1] with generic small s: their masks, points of
    their cells (as seen from the vertex, in units of the shift), and the vertices.
    """
    # Which rows pass through the vertex? Most are decided by their distance from it.
    on = np.abs(values) <= tol * np.linalg.norm(vertex, axis=1, keepdims=True)
    minors = np.abs(values) * volume
    p, i = np.nonzero((minors <= SMALL * tol) & ~on)
    on[p, i] = dependent(A[np.column_stack([S[p], i])], minors[p, i], tol)
    shift = np.random.default_rng(1).standard_normal(len(A))
    aside = np.zeros_like(vertex)
    aside[:, :-1] = -(edges * shift[S][:, None, :]).sum(axis=2)
    moved = aside @ A.T + shift
    size = np.where(on, np.abs(moved), np.inf)
    inward = step_inside(0.0, edge, size, -np.abs(slope))
    plus, minus = (
        np.packbits(np.where(on, sign * moved > 0, masks), axis=1) for sign in (1, -1)
    )
    on = np.packbits(on | np.isinf(values), axis=1)
    return plus, minus, inward + aside, inward - aside, vertex, on


def _found_twice(A, block, plus, minus, ahead, behind, vertex, on):
    """Yield the cells found after both shifts: adding the points drops the shift."""
    key = np.dtype((np.void, plus.shape[1]))
    keys = np.concatenate([plus, minus]).view(key)[:, 0]
    order = np.argsort(keys, kind="stable")
    twice = np.flatnonzero(keys[order[1:]] == keys[order[:-1]])
    ours, theirs = order[twice], order[twice + 1] - len(plus)
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


def step_inside(vertex, edge, values, slope):
    """Go from a vertex along an edge, at most half-way to the next hyperplane.

    Values of the rows at the vertex, infinite for those through it; slopes along edge.
    """
    nearing = (-slope / values).max(axis=1, initial=0.5, keepdims=True)
    return vertex + 0.5 / nearing * edge


def dependent(rows, volume, tol):
    """Return whether rows[p] are dependent: their smallest singular value is zero.

    For rows of length at most 1 it is at least v / sqrt(e), where v is their volume or
    a lower bound of it: only small volumes need a second look.
    """
    result = volume <= SMALL * tol
    if result.any():
        smallest = np.linalg.svd(rows[result], compute_uv=False)[:, -1]
        check_decided(smallest, tol)
        result[result] = smallest <= tol
    return result


def check_decided(smallest, tol):
    unclear = smallest[(smallest > tol) & (smallest <= 10 * tol)]
    if len(unclear):
        raise ValueError(
            "X is almost degenerate: a singular value of some scaled rows is "
            f"{unclear[0]:.1e}, neither clearly zero (up to {tol:.1e}) nor clearly not "
            "(ten times that); merge almost dependent rows or give another tol"
        )


def well_scaled(X, tol):
    """Return X with scaled columns and unit rows, the columns' scales, V and T.

    V = X T with unit rows and full column rank: row scales and the basis of the
    weights move no cell, and in turns they make the rows spread over all directions.
    Each turn stretches by at most 5, so that rounding errors grow by at most 125.
    """
    as_real(tol, "tol", low=0.0, high=1e-6, open_low=True)
    X = X / np.abs(X).max(axis=1, keepdims=True)
    columns = np.abs(X).max(axis=0)
    columns[columns == 0] = 1.0
    X /= columns
    X /= np.linalg.norm(X, axis=1, keepdims=True)
    V, T = X, np.eye(X.shape[1])
    for _ in range(3):
        _, s, directions = np.linalg.svd(V, full_matrices=False)
        check_decided(s / s[0], tol)
        keep = s > tol * s[0]
        T = T @ (directions[keep].T / np.maximum(s[keep], s[0] / 5))
        V = X @ T
        V /= np.linalg.norm(V, axis=1, keepdims=True)
    return X, columns, V, T


def distinct_lines(V, tol):
    """Return the index of one row of each group of proportional unit rows."""
    a, b = (V @ np.random.default_rng(0).standard_normal((V.shape[1], 2))).T
    order = np.argsort(a / b)  # equal on a line; different, almost surely, elsewhere
    gap = np.linalg.norm(np.diff((V * np.sign(b)[:, None])[order], axis=0), axis=1)
    check_decided(gap, tol)
    return np.sort(order[np.concatenate([[True], gap > tol])])
