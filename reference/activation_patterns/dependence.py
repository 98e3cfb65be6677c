r"""When are rows dependent? Scales that move no cell, and the one rule that decides.

The cells of :math:`\{h : x_i^\top h = 0\}` do not change when a row is multiplied by
a positive number or when the weights change their basis,

.. math:: X \mapsto \mathrm{diag}(r)\, X\, T, \qquad r > 0, \; T \text{ invertible},

so rows and columns are first brought to one size. Then the smallest singular value of
unit rows, their distance to dependent ones, is zero or it is not, or nobody can know.
"""

import numpy as np

from reference.common import as_real, unit_vectors
from reference.version_space import balance

__all__: list[str] = []

SMALL = 20  # a determinant above SMALL * tol needs no second look


def dependent(rows: np.ndarray, volume: np.ndarray, tol: float) -> np.ndarray:
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


def check_decided(smallest: np.ndarray, tol: float) -> None:
    """Raise if some singular value is neither clearly zero nor clearly not."""
    unclear = smallest[(smallest > tol) & (smallest <= 10 * tol)]
    if unclear.size:
        raise ValueError(
            "X is almost degenerate: a singular value of some scaled rows is "
            f"{unclear[0]:.1e}, neither clearly zero (up to {tol:.1e}) nor clearly not "
            "(ten times that); merge almost dependent rows or give another tol"
        )


def well_scaled(
    X: np.ndarray, tol: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return X with scaled columns and unit rows, the columns' scales, V and T.

    V = X T with unit rows and full column rank: row scales and the basis of the
    weights move no cell, and in turns they make the rows spread over all directions.
    Each turn stretches by at most 5, so that rounding errors grow by at most 125.
    """
    as_real(tol, "tol", low=0.0, high=1e-6, open_low=True)
    # Rows and columns together; powers of two cost no digit.
    _, columns = balance(X)
    low, high = np.log2([columns.min(), columns.max()])
    if not high - low < 1000:
        raise ValueError(
            "X has features whose sizes differ by 300 orders of magnitude: too much "
            "for float64; give them other units"
        )
    columns /= np.exp2(np.round((low + high) / 2))
    X = unit_vectors(X * columns)
    V, T = X, np.eye(X.shape[1])
    for _ in range(3):
        _, s, directions = np.linalg.svd(V, full_matrices=False)
        check_decided(s / s[0], tol)
        keep = s > tol * s[0]
        T = T @ (directions[keep].T / np.maximum(s[keep], s[0] / 5))
        V = X @ T
        V /= np.linalg.norm(V, axis=1, keepdims=True)
    return X, 1.0 / columns, V, T


def distinct_lines(V: np.ndarray, tol: float) -> np.ndarray:
    """Return the index of one row of each group of proportional unit rows."""
    a, b = (V @ np.random.default_rng(0).standard_normal((V.shape[1], 2))).T
    order = np.argsort(a / b)  # equal on a line; different, almost surely, elsewhere
    gap = np.linalg.norm(np.diff((V * np.sign(b)[:, None])[order], axis=0), axis=1)
    check_decided(gap, tol)
    return np.sort(order[np.concatenate([[True], gap > tol])])
