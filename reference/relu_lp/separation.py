r"""Whether a network fits the labels: linear algebra, and a proof if it does not.

Cones with interior points drop out of the question: the linear program of the page is
feasible if and only if

.. math::

    y \odot \sum_{i=1}^{P} D_i X w_i \ge 1 \quad\text{for some } w_i \in R^d .

With a nonsingular Gram matrix the answer is yes for all labels, by one Cholesky
factorisation. Otherwise a small program in the range of the outputs decides, and its
multipliers prove a no. Neither answer is believed: outputs are computed, and
certificates verified by products.
"""

from contextlib import suppress

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import LinAlgError, cho_factor, cho_solve, qr
from scipy.optimize import linprog

from reference.common import (
    Infeasible,
    NotConverged,
    as_labels,
    as_masks,
    as_matrix,
    as_vector,
)
from reference.relu_lp.operator import LiftedOperator
from reference.relu_lp.scaling import STANDARDISE
from reference.version_space import TIGHT

__all__ = ["farkas_residual"]


def separate_without_cones(
    X: np.ndarray, y: np.ndarray, masks: np.ndarray
) -> np.ndarray:
    """Return w (P, d) with ``y * sum_i D_i X w_i >= 1``; its rows obey no cones.

    That decides the program with cones that have interior points. The masks (P, n)
    may be any: those of paths through a deep network too. X (n, d) and y (n,) are
    float arrays, the columns of one size (`column_units`). Raises Infeasible with a
    certificate (n,), or NotConverged.
    """
    F = LiftedOperator(X, masks, (1.0,))
    with suppress(LinAlgError):  # a singular Gram matrix
        a = cho_solve(cho_factor(F.gram()), y)  # (eq:lp-closed)
        w = F.adjoint(a)
        if np.abs(F.outputs(w) - y).max() < 1e-9:
            return w[0]
    return _separate_in_range(X, y, masks)


def _separate_in_range(X: np.ndarray, y: np.ndarray, masks: np.ndarray) -> np.ndarray:
    """Return separating weights from the range of the outputs, or raise."""
    lengths = np.linalg.norm(X, axis=1)
    if not lengths.all():
        raise _infeasible(X, y, masks, np.eye(len(y))[lengths.argmin()])
    F = LiftedOperator(X / lengths[:, None], masks, (1.0,))
    U, s = _range(F)
    A = y[:, None] * U * s
    program = linprog(  # (eq:lp-range): the largest t with A b >= t, |b| <= 1
        np.append(0 * s, -1.0),
        np.column_stack([-A, np.ones(len(y))]),
        np.zeros(len(y)),
        bounds=[(-1, 1)] * len(s) + [(None, None)],
        method="highs-ds",
        options=TIGHT,
    )
    if program.status != 0:
        raise NotConverged(f"HiGHS failed in the range: {program.message}")
    w = F.adjoint(U @ (program.x[:-1] / s))
    margins = y * F.outputs(w)
    if margins.min() > 1e-9 * np.abs(w).max():
        return w[0] / (lengths * margins).min()
    mu = np.maximum(-program.ineqlin.marginals, 0.0)
    # A' mu = 0 to the solver's tolerance; without its part in the range, to rounding.
    _, sizes, V = np.linalg.svd(A[mu > 0].T, full_matrices=False)
    V = V[sizes > 1e-10]
    mu[mu > 0] -= V.T @ (V @ mu[mu > 0])
    multipliers = np.maximum(mu, 0.0) / lengths
    raise _infeasible(X, y, masks, multipliers / (multipliers.sum() or 1.0))


def _range(F: LiftedOperator) -> tuple[np.ndarray, np.ndarray]:
    """Return U, s / s_0 with F = U diag(s) V': the possible outputs are those of U.

    Triangular factors, block by block: no F F', its condition is squared.
    """
    triangle = np.zeros((len(F.X), 0))
    for part in np.array_split(F.D, -(-F.D.size * F.X.shape[1] // 4_000_000)):
        columns = [mask[:, None] * F.X for mask in part]
        (R,) = qr(np.hstack([triangle, *columns]).T, mode="r")
        triangle = R[: len(F.X)].T
    U, s, _ = np.linalg.svd(triangle, full_matrices=False)
    keep = s > 1e-10 * s[0]
    return U[:, keep], s[keep] / s[0]


def _infeasible(
    X: np.ndarray, y: np.ndarray, masks: np.ndarray, multipliers: np.ndarray
) -> Exception:
    """Return the error that explains a certificate, if it is one."""
    if not farkas_residual(X, y, masks, multipliers) <= 1e-12:
        return NotConverged(
            f"no margin, and no certificate; {STANDARDISE}", multipliers
        )
    rows = np.flatnonzero(multipliers)
    pair = f"rows {rows[0]} and {rows[-1]}"
    advice = "use more patterns, or append a bias (with_bias) if there is none"
    if len(rows) == 1:
        why = f"every output on row {rows[0]} is 0: {advice}"
    elif len(rows) > 2:
        why = (
            f"no weights on these {len(masks)} patterns separate the {len(rows)} rows "
            f"that the certificate names: {advice}; or check the labels"
        )
    elif np.array_equal(*X[rows]):
        why = f"{pair} are equal and their labels differ"
    else:
        why = (
            f"{pair} are multiples of each other and their labels differ: without a "
            "bias outputs have one sign along a ray, for any patterns; append one "
            "(with_bias)"
        )
    return Infeasible(why, multipliers)


def farkas_residual(
    X: ArrayLike, y: ArrayLike, masks: ArrayLike, multipliers: ArrayLike
) -> float:
    r"""Return how far multipliers are from proving that no weights fit the labels.

    .. math::

        \mu \ge 0,\quad \mathbf 1^\top \mu = 1,\quad
        X^\top D_i (y \odot \mu) = 0 \;\text{ for } i = 1, \dots, P

    proves that problem (3) is infeasible for every positive margin.

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels +1 and -1.
    masks : ndarray of bool, shape (P, n)
    multipliers : array_like, shape (n,)
        The `certificate` of `Infeasible`.

    Returns
    -------
    float
        The largest violation of the three conditions, that of the sums relative to
        :math:`\sum_k |\mu_k x_{kj}|` in each column j. Zero (to rounding) is a proof.

    Raises
    ------
    ValueError
        If the shapes do not match.

    Notes
    -----
    Implements (eq:lp-farkas); O(n d P). Matrix products only: no trust in a solver.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.relu_lp import farkas_residual
    >>> same_point = np.array([[3.0, 1.0], [3.0, 1.0]])
    >>> masks = np.array([[True, True], [False, False]])
    >>> farkas_residual(same_point, [1.0, -1.0], masks, [0.5, 0.5])
    0.0
    """
    X = as_matrix(X)
    y = as_labels(y, size=len(X))
    masks = as_masks(masks, columns=len(X))
    multipliers = as_vector(multipliers, "multipliers", size=len(X))
    size = np.abs(multipliers) @ np.abs(X)  # no unit of a column or row matters
    sums = LiftedOperator(X, masks, (1.0,)).adjoint(y * multipliers)  # (eq:lp-farkas)
    worst = np.abs(sums / np.where(size > 0, size, 1.0)).max()
    total = abs(multipliers.sum() - 1.0)
    return float(max(worst, -multipliers.min(), total, 0.0))
