r"""A kernel over the samples, as its Gram matrix or as features, and its index sets.

.. math:: \Theta = \Phi\Phi^\top

Blocks are all that the chapter asks for, so that a Gram matrix of the features is never
formed. Entries are divided by a power of two: the unit of a kernel costs no digits.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_matrix, as_vector

__all__: list[str] = []

ROUNDING = float(np.finfo(np.float64).eps)


@dataclass(frozen=True)
class Kernel:
    """Θ of n samples in units of `unit`; one of the two arrays is there.

    Parameters
    ----------
    gram : ndarray, shape (n, n), or None
    factor : ndarray, shape (n, d), or None
    unit : float
        What eigenvalues of the blocks are to be multiplied by.
    """

    gram: np.ndarray | None
    factor: np.ndarray | None
    unit: float

    def __len__(self) -> int:
        array = self.factor if self.gram is None else self.gram
        assert array is not None
        return len(array)

    def block(self, rows: np.ndarray, columns: np.ndarray) -> np.ndarray:
        """Return the block of Θ, shape (len(rows), len(columns))."""
        if self.gram is not None:
            return self.gram[np.ix_(rows, columns)]
        assert self.factor is not None
        return self.factor[rows] @ self.factor[columns].T

    def diagonal(self, rows: np.ndarray) -> np.ndarray:
        """Return the squared lengths of samples."""
        if self.gram is not None:
            return self.gram[rows, rows]
        assert self.factor is not None
        return (self.factor[rows] ** 2).sum(axis=1)


def as_kernel(gram: ArrayLike | None, factor: ArrayLike | None) -> Kernel:
    """Return the kernel of one of the two arguments, checked."""
    if (gram is None) == (factor is None):
        raise ValueError(
            "give one of gram, shape (n, n), and factor, shape (n, d) with the Gram "
            f"matrix factor @ factor.T, got {'neither' if gram is None else 'both'}"
        )
    if gram is None:
        assert factor is not None
        features = as_matrix(factor, "factor")
        size = _power_of_two(np.abs(features).max(), "factor", 1e150)
        return Kernel(None, features / size, size**2)
    matrix = as_matrix(gram, "gram")
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"gram must be square, got shape {matrix.shape}")
    size = max(matrix.max(), -matrix.min())
    _need_symmetric(matrix, 8 * len(matrix) * ROUNDING * size)
    unit = _power_of_two(size, "gram", 1e300)
    matrix *= 1.0 / unit
    return Kernel(matrix, None, unit)


def _need_symmetric(matrix: np.ndarray, tol: float) -> None:
    """Raise unless a matrix is symmetric to tol; a few rows at a time: small copies."""
    for first in range(0, len(matrix), 64):
        rows, later = slice(first, first + 64), slice(first, None)
        tilt = np.abs(matrix[rows, later] - matrix[later, rows].T)
        if tilt.max() > tol:
            at = np.unravel_index(tilt.argmax(), tilt.shape)
            i, j = (first + int(k) for k in at)
            raise ValueError(
                f"gram must be symmetric, got {matrix[i, j]:g} at ({i}, {j}) and "
                f"{matrix[j, i]:g} at ({j}, {i})"
            )


def _power_of_two(size: float, name: str, most: float) -> float:
    """Return the power of two at or below a size; 1 of nothing."""
    if size > 0 and not 1.0 / most <= size <= most:
        raise ValueError(
            f"{name} needs a largest entry between {1.0 / most:g} and {most:g}, got "
            f"{size:g}: eigenvalues would not be numbers; divide it"
        )
    return float(2.0 ** np.floor(np.log2(size))) if size > 0 else 1.0


def need_semidefinite(kernel: Kernel, rows: np.ndarray) -> None:
    """Raise unless the block of these rows has no negative eigenvalue but rounding."""
    if kernel.gram is None:
        return
    block = kernel.block(rows, rows)
    shift = len(rows) * ROUNDING * max(float(np.abs(block).sum(axis=1).max()), ROUNDING)
    try:
        np.linalg.cholesky(block + shift * np.eye(len(rows)))
    except np.linalg.LinAlgError:
        least = float(np.linalg.eigvalsh(block)[0]) * kernel.unit
        raise ValueError(
            "gram must be positive semi-definite, got the eigenvalue "
            f"{least:.3g} over labeled and pool; compute it in double precision, or "
            "give its features as factor"
        ) from None


def as_rows(
    values: ArrayLike, name: str, kernel: Kernel, *, distinct: bool = True
) -> np.ndarray:
    """Return indices into the kernel's samples as integers."""
    numbers = as_vector(values, name)
    return _as_indices(numbers, name, kernel, distinct=distinct)


def as_batches(values: ArrayLike, name: str, kernel: Kernel) -> np.ndarray:
    """Return batches of indices, shape (m, Q); a batch may hold one twice."""
    return _as_indices(as_matrix(values, name), name, kernel, distinct=False)


def _as_indices(
    numbers: np.ndarray, name: str, kernel: Kernel, *, distinct: bool
) -> np.ndarray:
    wrong = numbers[
        (numbers < 0) | (numbers >= len(kernel)) | (numbers != np.floor(numbers))
    ]
    if len(wrong):
        raise ValueError(
            f"{name} must hold indices 0..{len(kernel) - 1} of samples, "
            f"got {wrong[0]:g}"
        )
    indices = numbers.astype(np.intp)
    if distinct and len(np.unique(indices)) < len(indices):
        values, counts = np.unique(indices, return_counts=True)
        raise ValueError(
            f"{name} must hold distinct indices, got {values[counts.argmax()]} "
            f"{counts.max()} times"
        )
    return indices


def as_index_sets(
    labeled: ArrayLike, pool: ArrayLike, kernel: Kernel
) -> tuple[np.ndarray, np.ndarray]:
    """Return both sets of indices, distinct and apart."""
    ours = as_rows(labeled, "labeled", kernel)
    others = as_rows(pool, "pool", kernel)
    if not len(others):
        raise ValueError("pool must hold at least one sample, got none")
    both = np.intersect1d(ours, others)
    if len(both):
        raise ValueError(
            f"pool must hold no sample that is labeled, got {both[0]} in both"
        )
    return ours, others
