r"""The shortest optimum along the path, with neurons counted once or as blocks.

At every λ the optimal set has one shortest member,

.. math::

    \min_{\alpha \ge 0} \; \sum_b \alpha_b^2 \quad \text{s.t.} \quad
    Q \alpha = \hat y .

What it is depends on what is counted. A neuron on k walls is a block of each of the
:math:`2^k` cells that meet there; as blocks its copies share the amount equally, and m
copies of a neuron of amount a cost :math:`a^2 / m`.
"""

from dataclasses import replace

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns import Patterns
from reference.common import as_matrix, as_vector, need_parts
from reference.convex_relu import lifted_operator
from reference.optimal_set import OptimalSet, optimal_set
from reference.relu_lp import LiftedOperator
from reference.solution_path.path import SolutionPath

__all__ = ["min_norm_path"]

ON_ITS_WALL = (
    1e-9  # the height of a unit vector over a wall that it may be said to lie on
)


def min_norm_path(
    path: SolutionPath, X: ArrayLike, y: ArrayLike, *, copies: bool = True
) -> np.ndarray:
    r"""Return the blocks of the shortest optimum at each point of a path.

    .. math::

        \arg\min \Big\{ \sum_b \|u_b\|^2 : u \text{ optimal for } \lambda_i \Big\} .

    Parameters
    ----------
    path : SolutionPath
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        The data of the path.
    copies : bool
        Count each block, as the convex program does: then the blocks of one neuron in
        neighbouring cells share it equally. Else count each neuron once, and write it
        in one of its cells.

    Returns
    -------
    ndarray, shape (k, 2, P, d)

    Raises
    ------
    ValueError
        For data that do not go with the path.
    NotConverged
        If a certificate leaves open which blocks can be non-zero.

    Notes
    -----
    Implements (eq:path-shortest): `OptimalSet.min_norm` with columns times the root of
    the number of copies.

    References
    ----------
    Mishkin and Pilanci (2023), section 4, where its continuity is a conjecture; as
    blocks it jumps ({prf:ref}`thm-10-jump`).

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.solution_path import min_norm_path, regularization_path
    >>> X, y = [[1.0, 1.0], [1.0, 0.0]], [3.0, -1.0]
    >>> path = regularization_path(X, y, enumerate_patterns(X), [1.01, 0.99], tol=1e-9)
    >>> for blocks in min_norm_path(path, X, y):  # from one block to two halves
    ...     print(blocks.any(axis=2).sum(), blocks[..., 1].max().round(1))
    1 2.0
    2 1.0
    """
    need_parts(path, "path", "a SolutionPath", "fits", "penalties", "gaps")
    X = as_matrix(X)
    y = as_vector(y, size=len(X))
    return np.array([
        shortest_blocks(optimal_set(fit, X, y), fit.patterns, X, copies)
        for fit in path.fits
    ])  # fmt: skip


def shortest_blocks(
    found: OptimalSet, patterns: Patterns, X: np.ndarray, copies: bool
) -> np.ndarray:
    """Return the blocks (2, P, d) of the shortest member of an optimal set."""
    if not copies:
        weights = found.weights(found.min_norm())
        return np.stack([weights.positive, weights.negative])
    F = lifted_operator(X, patterns)
    blocks = np.zeros(F.shape)
    pairs = zip(found.directions, found.index[:, 1], strict=True)
    cells = [_cells(F, e, int(i)) for e, i in pairs]
    counts = np.array([len(c) for c in cells], dtype=float)
    amounts = _shortest_of_copies(found, counts)
    parts = zip(amounts, found.directions, found.index[:, 0], cells, strict=True)
    for amount, e, s, mine in parts:
        # Two directions that rounding cannot tell apart may share a block.
        blocks[s, mine] += amount / len(mine) * e
    return blocks


def _cells(F: LiftedOperator, e: np.ndarray, own: int) -> np.ndarray:
    """Return the patterns whose cones hold e; its own does, whatever rounding says."""
    inside = (F.side * (F.rows @ e)).min(axis=1, initial=0.0) >= -ON_ITS_WALL
    inside[own] = True
    return np.flatnonzero(inside)


def _shortest_of_copies(found: OptimalSet, counts: np.ndarray) -> np.ndarray:
    """Return the amounts a that minimise Σ a² / m: shortest in a / √m."""
    if found.unique:
        return found.alpha
    root = np.sqrt(counts)
    basis = np.linalg.qr(found.basis / root[:, None])[0]
    scaled = replace(found, Q=found.Q * root, alpha=found.alpha / root, basis=basis)
    return root * scaled.min_norm()  # (eq:path-shortest)
