"""What all strategies share: checks of their arguments, and the lowest scores.

A strategy gets arrays with one row for each unlabelled sample and returns positions
in these arrays, never numbers of the whole data set. The loop translates.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_array, as_matrix

__all__: list[str] = []

CHUNK = 4096  # rows of a pool that are worked on at a time


def chunks(size: int) -> list[slice]:
    """Return the rows of a pool in slices: what is made on the way stays small."""
    return [slice(start, start + CHUNK) for start in range(0, size, CHUNK)]


def as_embeddings(values: ArrayLike) -> np.ndarray:
    """Return embeddings as a finite float64 matrix.

    A large pool is not copied if it is one already, so what comes back must never be
    written to.
    """
    H = values
    if type(H) is np.ndarray and H.dtype == np.float64 and H.ndim == 2 and H.size:
        with np.errstate(invalid="ignore", over="ignore"):
            finite = np.isfinite(H @ np.ones(H.shape[1])).all()  # one quick product
        if finite:
            return H
    return as_matrix(values, "embeddings")


def safe_units(*arrays: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the arrays in a common unit, a power of two, in which squares are safe.

    They come back as they are unless they hold very large or only very small numbers.
    """
    largest = max(max(-a.min(), a.max()) for a in arrays if a.size)
    if largest == 0.0 or 1e-100 < largest < 1e100:
        return arrays
    return tuple(np.ldexp(a, -int(np.frexp(largest)[1])) for a in arrays)


def as_probabilities(
    probabilities: ArrayLike, name: str = "probabilities", *, rows: int | None = None
) -> np.ndarray:
    """Return probabilities as a new array (n, C) whose rows sum to one."""
    p = as_matrix(probabilities, name, rows=rows)
    return _on_simplex(p, name)


def as_members(members: ArrayLike) -> np.ndarray:
    """Return the probabilities of an ensemble as a new array (M, n, C)."""
    try:
        shape = np.shape(members)
    except ValueError as error:  # ragged nested lists
        raise ValueError(f"members must have shape (M, n, C): {error}") from error
    if len(shape) != 3 or 0 in shape:
        raise ValueError(f"members must have shape (M, n, C), got {shape}")
    return _on_simplex(as_array(members, "members", shape), "members")


def _on_simplex(p: np.ndarray, name: str) -> np.ndarray:
    if p.min() < 0.0:
        raise ValueError(f"{name} must not be negative, got {p.min():g}")
    off = np.abs(p.sum(axis=-1) - 1.0)
    if off.max() > 1e-5:
        where = tuple(int(i) for i in np.argwhere(off > 1e-5)[0])
        raise ValueError(
            f"{name} must sum to one over the classes, got {p[where].sum():g} in row "
            f"{where[-1]}"
        )
    return p


def lowest_first(
    scores: np.ndarray, budget: int, rng: np.random.Generator
) -> np.ndarray:
    """Return the positions of the lowest scores, lowest first, ties at random."""
    return np.lexsort((rng.random(len(scores)), scores))[:budget]
