r"""Pruning beyond the minimal network: what to drop when something has to give.

Once the outputs :math:`z_j = \alpha_j (X w_j)_+` are independent, every neuron less
changes the fit. Keep k of them, with factors :math:`s_j \ge 0`, so that

.. math::

    \Big\| \sum_{j \in S} s_j z_j - \sum_j z_j \Big\|_2, \qquad |S| = k,

is small. Best of all subsets is a hard problem; the rules here are greedy or convex.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_choice, as_integer, as_matrix, as_rng, as_vector
from reference.convex_relu import non_negative_least_squares
from reference.relu_lp import ReluNetwork, as_network

__all__ = ["prune_further"]

RULES = ("least_squares", "norm", "gradient", "envelope", "random")


def prune_further(
    network: ReluNetwork, X: ArrayLike, keep: int, *, rule: str = "least_squares",
    refit: bool = True, y: ArrayLike | None = None,
    rng: np.random.Generator | None = None,
) -> ReluNetwork:  # fmt: skip
    r"""Return a network with at most `keep` neurons and nearly the same outputs on X.

    .. math::

        \min_{s \ge 0} \Big\| \sum_{j \in S} s_j \alpha_j (X w_j)_+ - f(X) \Big\|_2,
        \qquad |S| = k .

    Parameters
    ----------
    network : ReluNetwork
    X : array_like, shape (n, d)
    keep : int
        k, at least 1.
    rule : {"least_squares", "norm", "gradient", "envelope", "random"}
        "least_squares" drops, again and again, the neuron that the others replace with
        the smallest error; "norm" the one with the smallest :math:`|\alpha| \|w\|`;
        "gradient" the one whose removal changes the loss ½|f - y|² least to first
        order; "random" any; "envelope" keeps the largest factors of a fit that is
        regularised by the convex envelope of "at most k neurons".
    refit : bool
        Fit the factors of the neurons that stay, by non-negative least squares.
    y : array_like, shape (n,), optional
        The targets, for "gradient".
    rng : numpy.random.Generator, optional
        For "random".

    Returns
    -------
    ReluNetwork
        Neurons of the old one, each times a factor at least 0 (its root on both sides).

    Raises
    ------
    ValueError
        For bad input, or where a rule lacks `y` or `rng`.

    Notes
    -----
    Implements (eq:optimal-further). "least_squares" is one inverse Gram matrix of
    the outputs for each neuron dropped: O(n m² + m³) each.

    References
    ----------
    Hassibi and Stork (1993), for the rule with the inverse; Argyriou, Foygel and Srebro
    (2012), for the envelope.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.optimal_set import prune_further
    >>> from reference.relu_lp import ReluNetwork
    >>> X = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
    >>> network = ReluNetwork([[1.0, 1.0, -0.3], [0.0, 0.2, 0.0]], [1.0, 1.0, 1.0])
    >>> for rule in ("norm", "least_squares"):
    ...     fewer = prune_further(network, X, 2, rule=rule)
    ...     print(rule, abs(fewer(X) - network(X)).max().round(3))
    norm 0.3
    least_squares 0.192
    """
    network = as_network(network)
    X = as_matrix(X, columns=len(network.hidden))
    keep = as_integer(keep, "keep", low=1)
    as_choice(rule, "rule", RULES)
    y = None if y is None else as_vector(y, size=len(X))
    rng = None if rng is None else as_rng(rng)
    Z = np.maximum(X @ network.hidden, 0.0) * network.output
    target, width = Z.sum(axis=1), network.width
    if keep >= width:
        return network
    if rule == "least_squares":
        kept = _replaceable_last(Z, target, keep)
    elif rule == "envelope":
        kept = np.argsort(-_envelope_factors(Z, target, keep), kind="stable")[:keep]
    else:
        scores = _scores(rule, network, Z, y, rng)
        kept = np.argsort(-scores, kind="stable")[:keep]
    factors = np.zeros(width)
    factors[kept] = non_negative_least_squares(Z[:, kept], target) if refit else 1.0
    root, kept = np.sqrt(factors), factors > 0.0
    return ReluNetwork((root * network.hidden)[:, kept], (root * network.output)[kept])


def _scores(
    rule: str, network: ReluNetwork, Z: np.ndarray, y: np.ndarray | None,
    rng: np.random.Generator | None,
) -> np.ndarray:  # fmt: skip
    """Return how much each neuron counts, by a rule that looks at it alone."""
    if rule == "norm":
        return np.abs(network.output) * np.linalg.norm(network.hidden, axis=0)
    if rule == "gradient":
        if y is None:
            raise ValueError("rule 'gradient' needs the targets y")
        r = Z.sum(axis=1) - y
        return np.abs(r @ Z)  # the slope of the loss in the neuron's factor
    if rng is None:
        raise ValueError("rule 'random' needs a generator rng")
    return rng.permutation(Z.shape[1]).astype(float)


def _replaceable_last(Z: np.ndarray, target: np.ndarray, keep: int) -> np.ndarray:
    """Return which neurons stay if the most replaceable one goes, again and again.

    Without neuron j the best fit of the others misses by s_j² / (G^-1)_jj, G the Gram
    matrix of the outputs and s the factors before (eq:optimal-replace).
    """
    kept = np.flatnonzero(Z.any(axis=0))
    factors = np.ones(len(kept))
    while len(kept) > keep:
        part = Z[:, kept]
        sizes = np.linalg.norm(part, axis=0)
        G = (part / sizes).T @ (part / sizes) + 1e-12 * np.eye(len(kept))
        miss = (factors * sizes) ** 2 / np.diag(np.linalg.inv(G))
        kept = np.delete(kept, miss.argmin())
        factors = non_negative_least_squares(Z[:, kept], target)
    return kept


def _envelope_factors(Z: np.ndarray, target: np.ndarray, k: int) -> np.ndarray:
    r"""Return the sizes |s_j z_j| of a fit with the convex envelope of |S| <= k.

    With amounts a_j = s_j |z_j| the envelope of ½|a|² on vectors with k entries is
    min over 0 <= θ <= 1, Σθ = k of ½ Σ a_j²/θ_j (eq:optimal-envelope): alternate a
    ridge fit in a with θ = min(1, a/τ).
    """
    sizes = np.linalg.norm(Z, axis=0)
    units = Z / np.where(sizes > 0.0, sizes, 1.0)
    theta, ridge = np.full(len(sizes), min(1.0, k / len(sizes))), 1e-2
    for _ in range(50):
        root = np.sqrt(theta)
        A = np.vstack([units * root, np.sqrt(ridge) * np.eye(len(sizes))])
        b = np.append(target, np.zeros(len(sizes)))
        a = root * non_negative_least_squares(A, b)
        theta = np.maximum(_largest_share(a, k), 1e-9)
    return a


def _largest_share(a: np.ndarray, k: int) -> np.ndarray:
    """Return θ = min(1, a/τ) with τ such that they sum to k (or all that are there)."""
    if np.count_nonzero(a) <= k:
        return (a > 0.0).astype(float)
    order = np.sort(a)[::-1]
    for full in range(k):  # so many are cut off at 1
        tau = order[full:].sum() / (k - full)
        if order[full] <= tau:
            break
    return np.minimum(1.0, a / tau)
