"""Independent routes to the cells of an arrangement, for chapter 3's tests."""

from itertools import combinations, product

import numpy as np
from scipy.optimize import linprog


def has_interior(X, mask):
    """Whether some h has (2 mask - 1) X h >= 1 on all rows, by a linear program."""
    signed = np.where(mask, 1.0, -1.0)[:, None] * X
    result = linprog(
        np.zeros(X.shape[1]), A_ub=-signed, b_ub=-np.ones(len(X)), bounds=(None, None)
    )
    return result.status == 0


def patterns_by_lp(X):
    """Return the set of all patterns of X as tuples: one linear program per mask.

    Zero rows are True; of a mask and its opposite only one is tried.
    """
    cuts = X.any(axis=1)
    if not cuts.any():
        return {(True,) * len(X)}
    found = set()
    for rest in product([False, True], repeat=int(cuts.sum()) - 1):
        half = np.array([True, *rest])
        if has_interior(X[cuts], half):
            for active in (half, ~half):
                mask = np.ones(len(X), bool)
                mask[cuts] = active
                found.add(tuple(mask.tolist()))
    return found


def count_by_ranks(X):
    """Return Whitney's and Zaslavsky's count, sum of (-1)^(|S| - rank X_S)."""
    X = X[X.any(axis=1)]
    total = 1.0
    for size in range(1, len(X) + 1):
        subsets = np.array(list(combinations(range(len(X)), size)))
        total += ((-1.0) ** (size - np.linalg.matrix_rank(X[subsets]))).sum()
    return int(total)


def as_set(masks):
    """Return the rows of a Boolean matrix as a set of tuples."""
    return set(map(tuple, np.asarray(masks).tolist()))


def both_halves(cells):
    """Return masks and points of blocks of cells, and of the opposite cells."""
    masks, points = (np.concatenate(part) for part in zip(*cells, strict=True))
    return np.concatenate([masks, ~masks]), np.concatenate([points, -points])
