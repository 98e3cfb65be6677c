r"""Where the optimum is smooth: three conditions, each with a number that shows it.

Near λ an optimum is a smooth function of λ, y and X if nothing about it can change
abruptly: it is the only one (copies of a neuron counted once), the walls on which each
neuron lies are independent, and everything that is at a bound is held there by a force.
With the residual r and, for each neuron, the samples T on its walls,

.. math::

    \lambda e_k = \xi_k \sum_{x_j^\top e_k > 0} r_j x_j + \sum_{t \in T} c_t z_t,

and with the cells on both sides of a wall among the patterns the force must satisfy

.. math::

    \xi_k \sum_{x_j \parallel z_t} r_j (x_j^\top z_t)_+ < c_t <
    -\xi_k \sum r_j (-x_j^\top z_t)_+ .

All other blocks have dual norms below λ.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_matrix, as_vector
from reference.convex_relu import ConvexFit, cone_rows, lifted_operator, project_on_cone
from reference.optimal_set import OptimalSet, optimal_set
from reference.relu_lp import LiftedOperator

__all__ = [
    "ConditionFails",
    "Conditions",
    "SmoothOptimum",
    "smooth_conditions",
    "smooth_optimum",
]

STRICT = 1e-6  # forces, distances and heights (in λ, at length 1) that prove nothing
EMPTY = 1e-12  # a neuron's part λ α / |y|² of the objective that is rounding
PARALLEL = 1.0 - 1e-13  # the product of unit normals of one wall


class ConditionFails(ValueError):
    """There is no derivative here, or none is proved; `condition` is what fails.

    One of "uniqueness", "LICQ", "strict complementarity"; `evidence` is the null vector
    of the outputs, the dependent walls, or the force or distance that vanishes.
    """

    def __init__(
        self, message: str, condition: str = "", evidence: np.ndarray | None = None
    ) -> None:
        super().__init__(message)
        self.condition = condition
        self.evidence = evidence


@dataclass(frozen=True, eq=False)
class SmoothOptimum:
    """The neurons of an optimum, each once, with their walls.

    Parameters
    ----------
    weights : ndarray, shape (K, d)
        Hidden vector times the size of the output weight.
    signs : ndarray, shape (K,)
    active : ndarray of bool, shape (K, n)
        Which samples are strictly inside each neuron's half-space.
    walls : ndarray, shape (T, d)
        Unit normals of the walls on which neurons lie.
    owner, sample : ndarray of int, shape (T,)
        Whose wall, and a sample on it.
    copies : ndarray of int, shape (T,)
        How many samples share that wall (multiples of one vector).
    forces : ndarray, shape (T,)
        c_t, in units of λ's.
    residual : ndarray, shape (n,)
    reg : float
    """

    weights: np.ndarray
    signs: np.ndarray
    active: np.ndarray
    walls: np.ndarray
    owner: np.ndarray
    sample: np.ndarray
    copies: np.ndarray
    forces: np.ndarray
    residual: np.ndarray
    reg: float


@dataclass(frozen=True, eq=False)
class Conditions:
    """What decides whether the optimum is smooth.

    Parameters
    ----------
    dimension : int
        Of the optimal set, copies of a neuron merged: 0 if the optimum is unique.
    extra_walls : int
        Walls of neurons beyond independent ones: 0 under LICQ.
    force : float
        The smallest force on a wall, as a part of λ; infinite without walls.
    distance : float
        How far, as a part of λ, the largest dual norm of all other blocks is below λ.
    copies : int
        Blocks that describe a neuron again: with them counted, strictness would fail.
    optimum : SmoothOptimum or None
        None if the optimum is not unique.
    found : OptimalSet
    """

    dimension: int
    extra_walls: int
    force: float
    distance: float
    copies: int
    optimum: SmoothOptimum | None
    found: OptimalSet

    @property
    def unique(self) -> bool:
        """Whether the optimum is the only one."""
        return self.dimension == 0

    @property
    def independent(self) -> bool:
        """Whether the walls of each neuron are independent (LICQ)."""
        return self.extra_walls == 0

    @property
    def strict(self) -> bool:
        """Whether everything at a bound is held there by a force."""
        return min(self.force, self.distance) > STRICT


def smooth_conditions(fit: ConvexFit, X: ArrayLike, y: ArrayLike) -> Conditions:
    r"""Return what decides whether the optimum is a smooth function of λ and the data.

    .. math::

        \dim \mathcal A = 0, \qquad
        \operatorname{rank} [z_t]_{t \in T_k} = |T_k|, \qquad
        \rho_b > 0 \text{ on } T_k, \qquad \max_{\text{others}} c_b(r) < \lambda .

    Parameters
    ----------
    fit : ConvexFit
        Of a ReLU program.
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        The data of the fit.

    Returns
    -------
    Conditions

    Raises
    ------
    ValueError
        For a gated fit, or data that do not go with it.
    NotConverged
        If the certificate leaves open which blocks can be non-zero.

    Notes
    -----
    Implements (eq:path-force) and (eq:path-strict): `optimal_set`, then a projection
    for each block near λ. Samples that are multiples of one vector share a wall. A
    sample that is on a wall without a force, or too near to it to tell, is found as a
    force of zero.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.convex_relu import fit_convex_relu
    >>> from reference.solution_path import smooth_conditions
    >>> X, y = [[1.0, 1.0], [1.0, 0.0]], [3.0, -1.0]
    >>> fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.9)
    >>> found = smooth_conditions(fit, X, y)
    >>> found.unique, found.independent, found.strict, found.copies
    (True, True, True, 1)
    >>> round(found.force, 6), round(found.distance, 6)  # 1/λ - 1, and 1 - 1/(√2 λ)
    (0.111111, 0.214326)
    """
    found = optimal_set(fit, X, y)
    X = as_matrix(X)
    y = as_vector(y, size=len(X))
    F = lifted_operator(X, fit.patterns)
    r = y - found.fitted
    signs = np.array(F.signs)[found.index[:, 0]]
    touching = np.zeros(F.shape[:2], dtype=bool)
    parts: list[tuple] = []
    force, extra = np.inf, 0
    used = fit.reg * found.alpha > EMPTY * (y @ y)  # else at its bound, zero
    for k, e in enumerate(found.directions):
        walls, sample, copies, near = _walls(F, e)
        extra += len(walls) - _rank(walls)
        heights = X @ e
        on = heights > 0.0
        on[near] = False
        pull = signs[k] * (r * on) @ X
        c = np.linalg.lstsq(walls.T, fit.reg * e - pull, rcond=None)[0]
        cells = (F.D[:, ~near] == on[~near])[:, F.live[~near]].all(axis=1)
        touching[found.index[k, 0], cells] = used[k]
        slack = _forces(F, cells, walls, sample, near, signs[k] * r, c)
        force = min(force, float(slack.min(initial=np.inf)) / fit.reg)
        parts.append((on, walls, np.full(len(walls), k), sample, copies, c))
    distance = 1.0 - _largest_other(F, r, touching) / fit.reg
    optimum = _assembled(found, signs, parts, r, fit.reg) if found.unique else None
    again = int(touching.sum()) - int(used.sum())
    return Conditions(found.dimension, extra, force, distance, again, optimum, found)


def _largest_other(F: LiftedOperator, r: np.ndarray, touching: np.ndarray) -> float:
    """Return the largest dual norm of all blocks that hold no neuron."""
    pulls, largest = F.adjoint(r), 0.0
    bounds = np.where(touching, 0.0, np.linalg.norm(pulls, axis=-1))
    for b in np.argsort(-bounds, axis=None):
        s, i = np.unravel_index(b, bounds.shape)
        if bounds[s, i] <= largest:  # nor can any later block be larger
            break
        point = project_on_cone(pulls[s, i], cone_rows(F, int(i)))
        largest = max(largest, float(np.linalg.norm(point)))
    return largest


def _rank(walls: np.ndarray) -> int:
    return int(np.linalg.matrix_rank(walls, 1e-9)) if len(walls) else 0


def _walls(
    F: LiftedOperator, e: np.ndarray
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return unit normals, a sample, how many there are of each wall, all tied (n,)."""
    near = np.zeros(len(F.X), dtype=bool)
    near[F.live] = np.abs(F.rows @ e) <= STRICT
    rows, index = F.rows[near[F.live]], np.flatnonzero(near)
    first: list[int] = []
    count: list[int] = []
    for i, z in enumerate(rows):
        same = [t for t, f in enumerate(first) if abs(rows[f] @ z) >= PARALLEL]
        if same:
            count[same[0]] += 1
        else:
            first.append(i)
            count.append(1)
    return rows[first], index[first], np.array(count, dtype=int), near


def _forces(
    F: LiftedOperator, cells: np.ndarray, walls: np.ndarray, sample: np.ndarray,
    near: np.ndarray, pull: np.ndarray, c: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Return the forces of the walls in every cell that meets there (eq:path-force).

    From the cell on the side of z the pull of the samples on the wall is added to the
    neuron, on the other side that of the samples which look the other way.
    """
    heights = np.where(near, 1.0, 0.0) * (walls @ F.X.T)  # only parallel rows count
    lengths = np.linalg.norm(F.X, axis=1)
    heights = np.where(np.abs(heights) >= PARALLEL * lengths, heights, 0.0)
    toward, back = np.maximum(heights, 0.0) @ pull, np.maximum(-heights, 0.0) @ pull
    side = F.D[np.ix_(cells, sample)] > 0.0
    return np.where(side, c - toward, -back - c)


def _assembled(
    found: OptimalSet, signs: np.ndarray, parts: list[tuple], r: np.ndarray, reg: float
) -> SmoothOptimum:
    d, none = found.directions.shape[1], np.zeros(0, dtype=int)
    return SmoothOptimum(
        weights=found.alpha[:, None] * found.directions,
        signs=signs,
        active=np.array([p[0] for p in parts], dtype=bool).reshape(-1, len(r)),
        walls=np.vstack([np.zeros((0, d)), *[p[1] for p in parts]]),
        owner=np.concatenate([none, *[p[2] for p in parts]]),
        sample=np.concatenate([none, *[p[3] for p in parts]]),
        copies=np.concatenate([none, *[p[4] for p in parts]]),
        forces=np.concatenate([np.zeros(0), *[p[5] for p in parts]]),
        residual=r,
        reg=reg,
    )


def smooth_optimum(fit: ConvexFit, X: ArrayLike, y: ArrayLike) -> SmoothOptimum:
    r"""Return the neurons of a smooth optimum, or raise the condition that fails.

    .. math::

        \lambda e_k = \xi_k X^\top D_k r + \sum_{t \in T_k} c_t z_t, \qquad
        w_k = \alpha_k e_k .

    Parameters
    ----------
    fit : ConvexFit
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        The data of the fit.

    Returns
    -------
    SmoothOptimum

    Raises
    ------
    ConditionFails
        Naming uniqueness, LICQ or strict complementarity, the first that fails.
    ValueError
        For a gated fit, or data that do not go with it.
    NotConverged
        If the certificate leaves open which blocks can be non-zero.

    Notes
    -----
    Implements {prf:ref}`thm-10-smooth`'s conditions.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.convex_relu import fit_convex_relu
    >>> from reference.solution_path import smooth_optimum
    >>> X, y = [[1.0, 1.0], [1.0, 0.0]], [3.0, -1.0]
    >>> patterns = enumerate_patterns(X)
    >>> smooth_optimum(fit_convex_relu(X, y, patterns, 0.9), X, y).weights.round(9) + 0
    array([[0. , 2.1]])
    >>> try:  # here the neuron comes to its wall
    ...     smooth_optimum(fit_convex_relu(X, y, patterns, 1.0), X, y)
    ... except ValueError as error:
    ...     print(error.condition)
    strict complementarity
    """
    return need_smooth(smooth_conditions(fit, X, y))


def need_smooth(found: Conditions) -> SmoothOptimum:
    """Return the optimum, or raise the first condition that fails."""
    if found.optimum is None:
        raise ConditionFails(
            f"uniqueness fails: the optimal networks are a polytope of dimension "
            f"{found.dimension}; choose one (optimal_set) or change the data",
            "uniqueness",
            found.found.basis[:, 0],
        )
    if not found.independent:
        raise ConditionFails(
            f"LICQ fails: {found.extra_walls} walls of neurons depend on others, so "
            "the forces are not determined",
            "LICQ",
            found.optimum.walls,
        )
    if not found.strict:
        what = (
            f"a wall holds a neuron with a force of {found.force:.1e} λ"
            if found.force <= found.distance
            else f"an unused block has a dual norm {found.distance:.1e} λ below λ"
        )
        raise ConditionFails(
            f"strict complementarity fails: {what}; the optimum bends here, so there "
            "are derivatives from each side only",
            "strict complementarity",
            np.array([found.force, found.distance]),
        )
    return found.optimum
