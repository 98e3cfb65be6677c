r"""The modes of a kernel matrix, checked once.

.. math::

    \Theta = V \operatorname{diag}(\lambda) V^\top, \qquad
    0 \le \lambda_1 \le \dots \le \lambda_n

Everything that a constant kernel does in training it does to each mode by itself. An
eigenvalue below n·eps·λ_max cannot be told from zero in double precision, and is zero.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_matrix

__all__ = ["KernelModes", "kernel_modes"]


@dataclass(frozen=True)
class KernelModes:
    """Eigenvalues and eigenvectors of a kernel matrix.

    Attributes
    ----------
    values : ndarray, shape (n,)
        Ascending, never negative; zero where they cannot be told from it.
    vectors : ndarray, shape (n, n)
        Columns.
    """

    values: np.ndarray
    vectors: np.ndarray

    @property
    def rank(self) -> int:
        """The number of eigenvalues that are not zero."""
        return int(np.count_nonzero(self.values))

    @property
    def zero_below(self) -> float:
        """The size below which nothing can be told from zero: n eps λ_max."""
        return len(self.values) * float(np.finfo(np.float64).eps * self.values[-1])


def kernel_modes(kernel: ArrayLike) -> KernelModes:
    r"""Return the eigenvalues and eigenvectors of a positive semidefinite matrix.

    .. math::

        \Theta v_k = \lambda_k v_k

    Parameters
    ----------
    kernel : array_like, shape (n, n)

    Returns
    -------
    KernelModes

    Raises
    ------
    ValueError
        If the matrix is not square, not symmetric to 1e-10 of its largest entry, or
        has a negative eigenvalue that rounding does not explain, or one beyond the
        largest number.

    Notes
    -----
    Implements (eq:ntk-modes); O(n³), by `numpy.linalg.eigh`.

    Examples
    --------
    >>> from reference.ntk import kernel_modes
    >>> modes = kernel_modes([[2.0, 1.0], [1.0, 2.0]])
    >>> modes.values.round(12), modes.rank
    (array([1., 3.]), 2)
    """
    K = as_matrix(kernel, "kernel")
    if K.shape[0] != K.shape[1]:
        raise ValueError(f"kernel must be square, got shape {K.shape}")
    size = np.abs(K).max()
    if size == 0.0:
        return KernelModes(np.zeros(len(K)), np.eye(len(K)))
    K = K / size  # so that squares neither overflow nor vanish
    if np.abs(K - K.T).max() > 1e-10:
        raise ValueError(
            "kernel must be symmetric, got entries that differ by "
            f"{size * np.abs(K - K.T).max():.3g}"
        )
    K = (K + K.T) / 2.0
    values, vectors = np.linalg.eigh(K)
    zero = len(K) * np.finfo(np.float64).eps * np.abs(values).max()
    # The quadratic form, not the eigenvalue, is the proof that it is negative.
    lowest = vectors[:, 0]
    if lowest @ K @ lowest < -8.0 * zero:
        raise ValueError(
            "kernel must be positive semidefinite, got a direction v with "
            f"vᵀKv = {size * (lowest @ K @ lowest):.3g} for |v| = 1"
        )
    if size > np.finfo(np.float64).max / values[-1]:
        raise ValueError(
            f"kernel must have finite eigenvalues, got entries as large as {size:.3g}"
        )
    values = np.where(values > zero, values, 0.0)
    return KernelModes(size * values, vectors)
