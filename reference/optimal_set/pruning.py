r"""Exact pruning: fewer neurons, the same fit, never a larger objective.

Let :math:`z_b` be the output on the data of block (or neuron) b, and :math:`c_b` what
it pays. If the outputs are dependent, some :math:`\beta \ne 0` has

.. math::

    \sum_b \beta_b z_b = 0, \qquad \sum_b \beta_b c_b \ge 0

(one of β and -β does). The factors :math:`1 - \beta_b / \max_c \beta_c` are at least
0, one of them is 0, the fit stays and the price does not rise. Repeated until the
outputs are independent, so at most n neurons are left.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns import Patterns
from reference.common import as_matrix, as_real
from reference.convex_relu import lifted_operator
from reference.relu_lp import (
    ConvexWeights,
    LiftedOperator,
    ReluNetwork,
    as_blocks,
    as_network,
)

__all__ = ["merge_duplicates", "prune", "prune_network"]

DEPENDENT = 1e-10  # a singular value of outputs of length 1 that counts as zero
OUTSIDE = 1e-6  # how far, for its length, a block may be outside its cone


def prune(
    weights: ConvexWeights, X: ArrayLike, patterns: Patterns, *, dust: float = 0.0
) -> ConvexWeights:
    r"""Return weights with the same fit, independent outputs and no larger penalty.

    .. math::

        u_b \leftarrow \Big(1 - \frac{\beta_b}{\max_c \beta_c}\Big) u_b, \qquad
        \sum_b \beta_b F_b u_b = 0, \quad \sum_b \beta_b \|u_b\| \ge 0 .

    Parameters
    ----------
    weights : ConvexWeights
        Blocks (P, d) in their cones; they need not be optimal.
    X : array_like, shape (n, d)
    patterns : Patterns
    dust : float
        Blocks shorter than ``dust`` times the longest are dropped first, which changes
        the fit by as much. For solvers that end a little outside the cones.

    Returns
    -------
    ConvexWeights
        Each block is a multiple (at least 0) of the old one; those that are not zero
        have independent outputs, so there are at most n.

    Raises
    ------
    ValueError
        If a block is outside its cone by more than a millionth of its length: a step
        may make a short block long, and with it what it violates.

    Notes
    -----
    Implements (eq:optimal-prune), {prf:ref}`alg-09-prune`: n blocks are added to the
    n at most that are left, one singular value decomposition, and a step of O(n²) for
    each block that goes. O(K n²) time and O(K n) memory for K blocks. Chapter 4's
    `reduce_neurons` has no regard for the penalty.

    References
    ----------
    Mishkin and Pilanci (2023), algorithm 1; the printed rule is in the errata.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import Patterns
    >>> from reference.optimal_set import prune
    >>> from reference.relu_lp import ConvexWeights
    >>> patterns = Patterns(np.array([[True, False], [True, True]]), np.eye(2))
    >>> weights = ConvexWeights(np.array([[3.0, -9.0], [1.0, 0.0]]), np.zeros((2, 2)))
    >>> prune(weights, np.eye(2), patterns).positive.round(9) + 0.0
    array([[0., 0.],
           [4., 0.]])
    """
    X = as_matrix(X)
    dust = as_real(dust, "dust", low=0.0, high=1.0)
    F = lifted_operator(X, patterns)
    blocks = as_blocks(weights, *F.shape[1:])
    norms = np.linalg.norm(blocks, axis=-1)
    used = norms > dust * norms.max()
    _need_cones(F, blocks, norms, used)
    outputs = np.array(F.signs)[:, None, None] * F.D * (blocks @ X.T)
    factors = np.zeros(norms.shape)
    factors[used] = independent_factors(outputs[used].T, norms[used])
    return ConvexWeights(*(factors[..., None] * blocks))


def _need_cones(
    F: LiftedOperator, blocks: np.ndarray, norms: np.ndarray, used: np.ndarray
) -> None:
    """Raise if a used block is visibly outside its cone."""
    inside = F.cone_values(blocks).min(axis=-1, initial=np.inf)
    out = used & (inside < -OUTSIDE * norms)
    if out.any():
        s, i = (int(k) for k in np.argwhere(out)[0])
        name = ("positive", "negative")[s]
        raise ValueError(
            f"weights.{name}[{i}] is outside its cone by {-inside[s, i]:.1e} with a "
            f"length of {norms[s, i]:.1e}: project it first, or drop short blocks with "
            "the argument dust"
        )


def prune_network(network: ReluNetwork, X: ArrayLike) -> ReluNetwork:
    r"""Return a network with the same outputs on X, fewer neurons, no larger decay.

    .. math::

        (w_j, \alpha_j) \leftarrow \sqrt{1 - \beta_j / \max_k \beta_k}\;
        (w_j, \alpha_j), \qquad \sum_j \beta_j \alpha_j (X w_j)_+ = 0, \quad
        \sum_j \beta_j (\|w_j\|^2 + \alpha_j^2) \ge 0 .

    Parameters
    ----------
    network : ReluNetwork
        Any, balanced or not.
    X : array_like, shape (n, d)

    Returns
    -------
    ReluNetwork
        Neurons with independent outputs on X. Elsewhere the function changes.

    Raises
    ------
    ValueError
        If `network` is none, or X does not fit it.

    Notes
    -----
    Implements (eq:optimal-prune-network). No patterns are needed: a neuron is in its
    own cone.

    Examples
    --------
    >>> from reference.optimal_set import prune_network
    >>> from reference.relu_lp import ReluNetwork
    >>> X = [[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]]
    >>> four = ReluNetwork([[1.0, -1.0, 0.0, 0.0], [0.0, 0.0, 1.0, -1.0]], [1.0] * 4)
    >>> fewer = prune_network(four, X)
    >>> fewer.width, fewer(X).round(9)
    (2, array([2., 2., 2., 2.]))
    """
    network = as_network(network)
    X = as_matrix(X, columns=len(network.hidden))
    outputs = np.maximum(X @ network.hidden, 0.0) * network.output
    decay = 0.5 * ((network.hidden**2).sum(axis=0) + network.output**2)
    root = np.sqrt(independent_factors(outputs, decay))
    kept = root > 0.0
    hidden = (root * network.hidden)[:, kept]
    return ReluNetwork(hidden, (root * network.output)[kept])


def independent_factors(Z: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Return s >= 0 with Z s = Z 1, cost's <= cost'1, independent columns where s > 0.

    Works on columns of length 1 and amounts a = s |z|, a part of the columns at a time:
    those that are left (n at most) and the next n.
    """
    sizes = np.linalg.norm(Z, axis=0)
    live = np.flatnonzero(sizes > 0.0)  # a silent neuron only costs
    a, kept = sizes.copy(), live[:0]
    for some in np.array_split(live, len(live) // len(Z) + 1):
        kept = np.append(kept, some)
        units, price = Z[:, kept] / sizes[kept], cost[kept] / sizes[kept]
        a[kept] = _independent_amounts(units, a[kept], price)
        kept = kept[a[kept] > 0.0]
    return np.divide(a, sizes, out=a, where=sizes > 0.0)


def _independent_amounts(Z: np.ndarray, a: np.ndarray, price: np.ndarray) -> np.ndarray:
    """Return amounts >= 0 with Z a as it was and independent columns, no dearer.

    The null vectors N are kept orthonormal: once column j has gone, a reflection
    collects row j of N in one vector, which is dropped; no division by a small pivot.
    """
    N = null_vectors(Z)
    while N.shape[1]:
        gamma = N[:, 0] if N[:, 0] @ price >= 0.0 else -N[:, 0]
        falling = np.flatnonzero(gamma > 1e-12 * np.abs(gamma).max())
        leaving = falling[(a[falling] / gamma[falling]).argmin()]
        a = np.maximum(a - a[leaving] / gamma[leaving] * gamma, 0.0)
        a[leaving] = 0.0  # (eq:optimal-prune)
        N = _without(N, leaving)
    return a


def null_vectors(Z: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis (K, k) of the null space of columns of length 1."""
    _, sigma, right = np.linalg.svd(Z)
    return right[np.count_nonzero(sigma > DEPENDENT) :].T


def _without(N: np.ndarray, j: int) -> np.ndarray:
    """Return an orthonormal basis of the null vectors whose entry j is zero."""
    mirror = N[j].copy()
    mirror[0] += np.copysign(np.linalg.norm(mirror), mirror[0])
    mirror /= np.linalg.norm(mirror)
    N = (N - 2.0 * np.outer(N @ mirror, mirror))[:, 1:]
    N[j] = 0.0
    return N


def merge_duplicates(weights: ConvexWeights, *, tol: float = 1e-9) -> ConvexWeights:
    r"""Return weights in which no two blocks of one sign have the same direction.

    .. math::

        u_b,\; u_c \;\mapsto\; u_b + u_c,\; 0 \qquad\text{if}\qquad
        \Big\| \frac{u_b}{\|u_b\|} - \frac{u_c}{\|u_c\|} \Big\| \le \text{tol} .

    Parameters
    ----------
    weights : ConvexWeights
        Blocks (P, d). A neuron on k walls of its cell may be spread over the 2^k
        cells around it.
    tol : float
        Largest distance of two directions that count as one. A solver that ends inside
        the cones separates copies of a neuron: count with a tolerance of its accuracy.

    Returns
    -------
    ConvexWeights
        The sums, each in the place of its longest block.

    Notes
    -----
    Implements (eq:optimal-merge). For equal directions outputs and penalty stay
    (copies of a boundary neuron lie in each other's cones); otherwise outputs move by
    at most ``tol * ||X||`` times the length of what is moved. O(K² d), K blocks.

    Examples
    --------
    >>> from reference.optimal_set import merge_duplicates
    >>> from reference.relu_lp import ConvexWeights
    >>> split = ConvexWeights([[1.0, 0.0], [3.0, 0.0]], [[1.0, 0.0], [0.0, 0.0]])
    >>> merge_duplicates(split)
    ConvexWeights(positive=array([[0., 0.],
           [4., 0.]]), negative=array([[1., 0.],
           [0., 0.]]))
    """
    tol = as_real(tol, "tol", low=0.0, high=1.0)
    return ConvexWeights(*[_merged(part, tol) for part in as_blocks(weights)])


def _merged(blocks: np.ndarray, tol: float) -> np.ndarray:
    norms = np.linalg.norm(blocks, axis=1)
    longest_first = [int(i) for i in np.argsort(-norms) if norms[i] > 0.0]
    merged = np.zeros_like(blocks)
    homes: list[int] = []
    for i in longest_first:
        e = blocks[i] / norms[i]
        near = [h for h in homes if np.linalg.norm(e - blocks[h] / norms[h]) <= tol]
        home = near[0] if near else i
        homes += [] if near else [i]
        merged[home] += blocks[i]  # (eq:optimal-merge)
    return merged
