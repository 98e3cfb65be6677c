r"""All optima of the convex program, from one: a polytope of amounts.

Every optimum has the same fitted values ŷ, so the same residual r, and its non-zero
blocks point along the projections of :math:`F_b^\top r` on their cones. With unit
directions e_b and :math:`Q = [F_b e_b]` for the blocks whose projection has length λ,

.. math::

    \mathcal{A} = \{ \alpha \ge 0 : Q \alpha = \hat y \}, \qquad
    \text{optima} = \{ (\alpha_b e_b)_b : \alpha \in \mathcal{A} \} .

The amount α_b is the norm of block b, and the size of the output weight of a neuron
with hidden weights e_b. All amounts have the same sum, so the polytope is bounded.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.common import (
    NotConverged,
    as_integer,
    as_matrix,
    as_rng,
    as_vector,
    need_parts,
)
from reference.convex_relu import (
    ConvexFit,
    balanced_network,
    lifted_operator,
    non_negative_least_squares,
)
from reference.optimal_set.certified import Candidates, certified_candidates
from reference.optimal_set.pruning import null_vectors
from reference.relu_lp import ConvexWeights, ReluNetwork
from reference.version_space import hit_and_run, linear_program

__all__ = ["OptimalSet", "optimal_set"]

NOTHING = 1e-9  # an amount, as part of the sum of all, that counts as zero
CERTAIN = 1e-8  # what a member may cost above the optimum, in units of ½|y|²


@dataclass(frozen=True, eq=False)
class OptimalSet:
    r"""The polytope of all optima, :math:`\{\alpha \ge 0 : Q \alpha = \hat y\}`.

    Parameters
    ----------
    Q : ndarray, shape (n, K)
        Outputs of the K directions, with sign.
    fitted : ndarray, shape (n,)
        ŷ, the same for every optimum.
    alpha : ndarray, shape (K,)
        A member with all amounts positive: every direction is used by some optimum.
    basis : ndarray, shape (K, k)
        Orthonormal; the affine hull of the polytope is alpha + basis t.
    directions : ndarray, shape (K, d)
        Unit vectors e_b; copies of one neuron in neighbouring cones count once.
    index : ndarray of int, shape (K, 2)
        Sign (0 for output weight +1, 1 for -1) and a pattern whose cone holds e_b.
    num_patterns : int
        P.
    gap : float
        No member's objective is further than this above the optimum.
    """

    Q: np.ndarray
    fitted: np.ndarray
    alpha: np.ndarray
    basis: np.ndarray
    directions: np.ndarray
    index: np.ndarray
    num_patterns: int
    gap: float

    @property
    def dimension(self) -> int:
        """The dimension of the polytope; 0 if the optimum is unique."""
        return self.basis.shape[1]

    @property
    def unique(self) -> bool:
        """Whether there is one optimum, copies of a neuron merged."""
        return self.dimension == 0

    def vertex(self, cost: ArrayLike) -> np.ndarray:
        """Return a vertex (K,) with the smallest cost'alpha, proved by multipliers."""
        cost = as_vector(cost, "cost", size=len(self.alpha))
        return _vertex(self.alpha, self.basis, cost)

    def sample(self, rng: np.random.Generator, size: int = 1000) -> np.ndarray:
        """Return members (size, K), close to uniform, by hit and run in t."""
        rng = as_rng(rng)
        size = as_integer(size, "size", low=1)
        if self.unique:
            return np.tile(self.alpha, (size, 1))
        walk = hit_and_run(
            -self.basis, self.alpha, np.zeros(self.dimension), rng=rng, samples=size
        )
        t = walk.points.reshape(-1, self.dimension)[:size]
        return np.maximum(self.alpha + t @ self.basis.T, 0.0)

    def min_norm(self) -> np.ndarray:
        r"""Return the member (K,) with the smallest sum of squares of its amounts."""
        return _shortest(self.alpha, self.basis)

    def max_norm(self, rng: np.random.Generator, tries: int = 20) -> np.ndarray:
        """Return the longest vertex (K,) found from random starts.

        The longest is a vertex; finding it is hard in general. From each start the
        vertex that is best along the last one follows until the norm stops growing.
        """
        rng, best = as_rng(rng), self.alpha
        for _ in range(as_integer(tries, "tries", low=1)):
            here = self.vertex(rng.standard_normal(len(self.alpha)))
            while True:
                ahead = self.vertex(-here)
                if ahead @ ahead <= (1.0 + 1e-9) * (here @ here):
                    break
                here = ahead
            best = here if here @ here > best @ best else best
        return best

    def weights(self, alpha: ArrayLike) -> ConvexWeights:
        """Return the convex weights (P, d) of a member."""
        alpha = as_vector(alpha, "alpha", size=len(self.alpha))
        blocks = np.zeros((2, self.num_patterns, self.directions.shape[1]))
        np.add.at(blocks, tuple(self.index.T), alpha[:, None] * self.directions)
        return ConvexWeights(*blocks)

    def network(self, alpha: ArrayLike) -> ReluNetwork:
        """Return the balanced network of a member."""
        return balanced_network(self.weights(alpha))


def optimal_set(fit: ConvexFit, X: ArrayLike, y: ArrayLike) -> OptimalSet:
    r"""Return the polytope of all optima, from one fit.

    .. math::

        \{\alpha \ge 0 : Q \alpha = \hat y\}, \qquad Q = [F_b e_b], \qquad
        e_b = \Pi_{K_b}(F_b^\top r) / \lambda, \qquad
        \|\Pi_{K_b}(F_b^\top r)\| = \lambda .

    Parameters
    ----------
    fit : ConvexFit
        Of a ReLU program; its fitted values are where the search for the exact
        residual starts. With sampled patterns the set is that of the sampled program.
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        The data of the fit.

    Returns
    -------
    OptimalSet

    Raises
    ------
    ValueError
        For a gated fit, or one of another loss or other data: its fitted values are
        further from those of the optima than its gap allows.
    NotConverged
        If the certificate leaves open which blocks can be non-zero, or a member may
        cost a hundred-millionth of ½|y|² more than the optimum.

    Notes
    -----
    Implements (eq:optimal-allowed), (eq:optimal-small) and (eq:optimal-polytope),
    {prf:ref}`alg-09-polytope`. Which blocks are allowed is proved, but for those with
    less than a millionth of all amounts in every optimum; the dimension
    counts singular values of the unit columns of Q below 1e-10 as zero. The cost is a
    projection for every block near λ and a small Newton system in each of a few rounds;
    then linear programs in the k coordinates of the polytope, at most one for each
    direction.

    References
    ----------
    Mishkin and Pilanci (2023), corollary 4.1.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.convex_relu import fit_convex_relu
    >>> from reference.optimal_set import optimal_set
    >>> X = np.array([[1.0, 1.0], [-1.0, 1.0], [-1.0, -1.0], [1.0, -1.0]])
    >>> y = np.full(4, 2.0)  # |x_1| and |x_2| cannot be told apart
    >>> found = optimal_set(fit_convex_relu(X, y, enumerate_patterns(X), 1.0), X, y)
    >>> found.dimension, found.fitted.round(9), found.min_norm().round(6)
    (1, array([1.5, 1.5, 1.5, 1.5]), array([0.75, 0.75, 0.75, 0.75]))
    >>> np.sort(found.vertex([0.0, 1.0, 2.0, 3.0]).round(6))
    array([0. , 0. , 1.5, 1.5])
    """
    need_parts(fit, "fit", "a ConvexFit", "fitted", "patterns", "reg", "gated", "gap")
    if fit.gated:
        raise ValueError("fit is gated: the optimal set here is that of ReLU networks")
    X = as_matrix(X)
    y = as_vector(y, size=len(X))
    F = lifted_operator(X, fit.patterns)
    start = as_vector(fit.fitted, "fit.fitted", size=len(X))
    found = certified_candidates(F, y, y - start, fit.reg)
    first = _first_of_each(found, fit.reg)
    Q = found.Q[:, first]
    alpha = non_negative_least_squares(Q, y - found.nu)
    miss = y - Q @ alpha - found.nu
    if np.linalg.norm(miss) > 1e-7 * np.linalg.norm(y):
        raise NotConverged("the directions do not reproduce the fitted values", found)
    fitted = Q @ alpha
    _need_same_program(start - fitted, fit.gap + found.gap, y)
    alpha, kept = _relative_interior(Q, alpha)
    first, alpha, Q = first[kept], alpha[kept], Q[:, kept]
    gap = found.gap
    if len(first):  # (eq:optimal-gap) for the member that is worst
        least = float(found.sizes[first].min())
        worst = 0.5 * miss @ miss + (fit.reg / least - 1.0) * (found.nu @ fitted)
        gap = max(gap, float(worst))
    if gap > CERTAIN * 0.5 * y @ y:
        raise NotConverged(
            f"a member of this set may cost {gap:.1e} more than the optimum: λ is so "
            "small, or so near to a change of the path, that directions of optima and "
            "of near-optima cannot be told apart; take another λ",
            found,
        )
    return OptimalSet(
        Q, fitted, alpha, _hull(Q), found.directions[first], found.index[first],
        len(F.D), gap,
    )  # fmt: skip


def _need_same_program(off: np.ndarray, gap: float, y: np.ndarray) -> None:
    """Raise if the fit is no near-optimum of ½|f - y|²: then ½|f - ŷ|² <= gap."""
    if 0.5 * off @ off > 4.0 * gap + 1e-9 * y @ y:
        raise ValueError(
            f"fit must be of X and y by squared loss, got fitted values at a distance "
            f"of {np.linalg.norm(off):.1e} from the optima, where a gap of {gap:.1e} "
            f"allows {np.sqrt(2.0 * gap):.1e}"
        )


def _first_of_each(found: Candidates, reg: float) -> np.ndarray:
    """Return one index for each direction that the proof can tell apart.

    No direction comes with both signs: its product with the residual is λ or -λ.
    """
    apart = 4.0 * found.spread / reg + 1e-9  # (eq:optimal-merge)
    first: list[int] = []
    for k in range(len(found.index)):
        away = np.linalg.norm(found.directions[first] - found.directions[k], axis=1)
        if not (away <= apart).any():
            first.append(k)
    return np.array(first, dtype=int)


def _hull(Q: np.ndarray) -> np.ndarray:
    """Return an orthonormal basis (K, k) of the null space of Q."""
    if not Q.shape[1]:
        return np.zeros((0, 0))
    sizes = np.linalg.norm(Q, axis=0)
    basis = np.linalg.qr(null_vectors(Q / sizes) / sizes[:, None])[0]
    return np.where(np.abs(basis) > 1e-15, basis, 0.0)  # no digit of the rest is right


def _relative_interior(
    Q: np.ndarray, alpha: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return a member positive wherever any is, and where that is: (K,) and bool (K,).

    The mean of members that between them use every direction. As long as some have
    not been used, a linear program asks for the most of them.
    """
    basis, least = _hull(Q), NOTHING * alpha.sum()
    seen, used = [alpha], alpha > least
    while basis.shape[1] and not used.all():
        ahead = _vertex(alpha, basis, -(~used).astype(float))
        if not (ahead[~used] > least).any():
            break
        seen, used = [*seen, ahead], used | (ahead > least)
    middle = np.mean(seen, axis=0)
    return np.where(used, middle, 0.0), used


def _vertex(alpha: np.ndarray, basis: np.ndarray, cost: np.ndarray) -> np.ndarray:
    """Return the member alpha + basis t >= 0 of least cost (eq:optimal-vertex)."""
    slope = cost @ basis
    if not basis.shape[1]:
        return alpha.copy()
    if np.abs(slope).max() <= 1e-12 * np.abs(cost).max(initial=1e-300):
        slope = np.ones(basis.shape[1])  # all members cost the same: any vertex
    t = linear_program(slope, -basis, alpha).point
    member = alpha + basis @ t
    return np.where(member > 1e-12 * alpha.sum(), member, 0.0)


def _shortest(alpha: np.ndarray, basis: np.ndarray) -> np.ndarray:
    """Return the member nearest to zero, by the multipliers of its zero amounts.

    With p the point of the hull nearest to zero, min |t| subject to p + basis t >= 0
    is a least-distance program, one non-negative least-squares problem.
    """
    total = float(alpha.sum())
    if not basis.shape[1]:
        return alpha.copy()
    p = (alpha - basis @ (basis.T @ alpha)) / total
    k = basis.shape[1]
    target = np.append(np.zeros(k), 1.0)
    E = np.vstack([basis.T, -p])
    multipliers = non_negative_least_squares(E, target)
    r = target - E @ multipliers
    member = p - basis @ r[:k] / r[k]
    zero = multipliers > 0.0  # these amounts are zero: keep their digits
    t = np.linalg.lstsq(basis[zero], -p[zero], rcond=None)[0] if zero.any() else 0.0
    exact = p + basis @ t if zero.any() else p
    member = np.where(zero, 0.0, exact)
    if member.min() < -1e-9 or not np.isfinite(member).all():
        raise NotConverged("the shortest member is not feasible", total * member)
    return total * np.maximum(member, 0.0)
