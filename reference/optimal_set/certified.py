r"""From a solver's answer to the exact residual, with a proof.

For any vector ν with :math:`c_b(\nu) \le \lambda`, let :math:`e_b` be the directions of
its projections and :math:`\alpha \ge 0` any amounts. The feasible point
:math:`(\alpha_b e_b)` and ν have the duality gap

.. math::

    g = \tfrac12 \| y - Q \alpha - \nu \|^2
      + \sum_b \alpha_b \big( \lambda - c_b(\nu) \big), \qquad
    \| \nu - r^* \| \le \sqrt{2 g}, \qquad
    | c_b(\nu) - c_b(r^*) | \le \|X\| \sqrt{2 g},

r* the residual of all optima: the gap says how well we know which blocks can be
non-zero. In another way too: every optimum has

.. math:: (\lambda - c_b(\nu)) \, \alpha_b \le g ,

so that a block whose projection is visibly too short has next to nothing in any
optimum, however near its direction is to another's. The gap of a solver leaves many
open. Newton's method closes it, on the faces of the cones in which the projections
lie: there the program is smooth.
"""

from dataclasses import dataclass

import numpy as np

from reference.common import NotConverged
from reference.convex_relu import (
    cone_rows,
    non_negative_least_squares,
    project_on_cone,
)
from reference.optimal_set.pruning import null_vectors
from reference.relu_lp import LiftedOperator

__all__: list[str] = []

ON_WALL = 1e-10  # the height of a unit vector over a wall that it lies on
UNDECIDED = 1e-4  # a dual norm that is known no better, in units of λ
NEAR = 0.98  # projections shorter than this part of λ are not looked at
UNSEEN = 1e-6  # a block with less of the sum of all amounts is in no optimum


@dataclass(frozen=True, eq=False)
class Candidates:
    """A dual point ν, the blocks whose projections may have length λ, and the proof.

    `nu` (n,); `index` (K, 2): sign and pattern; `directions` (K, d), `sizes` (K,):
    c_b(ν), `Q` (n, K); `alpha` (K,): the feasible point; `gap`; `spread`: how far at
    most c_b(ν) is from c_b(r*).
    """

    nu: np.ndarray
    index: np.ndarray
    directions: np.ndarray
    sizes: np.ndarray
    Q: np.ndarray
    alpha: np.ndarray
    gap: float
    spread: float


def certified_candidates(
    F: LiftedOperator, y: np.ndarray, r: np.ndarray, reg: float, max_iter: int = 20
) -> Candidates:
    """Return the candidates with the best proof, by Newton steps from residual r."""
    best = found = _proved(F, y, r, reg)
    idle = 0
    for _ in range(max_iter):
        if idle > 2:
            break
        found = _proved(F, y, newton_residual(F, y, found, reg), reg)
        idle = 0 if found.gap < 0.5 * best.gap else idle + 1
        best = found if found.gap < best.gap else best
    if best.spread > UNDECIDED * reg:
        raise NotConverged(
            f"a duality gap of {best.gap:.1e} leaves open which blocks can be non-zero "
            f"(dual norms are known to {best.spread:.1e}, reg is {reg:.1e}): fit with "
            "a smaller tol, or bring the features to one size",
            best,
        )
    least = UNSEEN * float(best.alpha.sum())
    sure = best.gap / least if least else np.inf  # (eq:optimal-small)
    short = min(best.spread, sure)
    may = best.sizes >= reg - short  # (eq:optimal-allowed)
    return Candidates(
        best.nu, best.index[may], best.directions[may], best.sizes[may],
        best.Q[:, may], best.alpha[may], best.gap, best.spread,
    )  # fmt: skip


def _proved(F: LiftedOperator, y: np.ndarray, r: np.ndarray, reg: float) -> Candidates:
    """Return ν, a multiple of r, and the best point in the directions that it has."""
    index, directions, sizes = _long_projections(F, r, NEAR * reg)
    largest = float(sizes.max(initial=NEAR * reg))
    shrink = min(1.0, reg / largest)
    nu, sizes = shrink * r, shrink * sizes
    signs = np.array(F.signs)[index[:, 0]]
    Q = (signs[:, None] * F.D[index[:, 1]] * (directions @ F.X.T)).T  # (eq:optimal-q)
    alpha = least_gap_amounts(Q, y - nu, reg - sizes)
    miss = y - Q @ alpha - nu
    rounding = np.finfo(float).eps * (reg * alpha.sum() + 0.5 * y @ y * 1e-8)
    gap = float(0.5 * miss @ miss + alpha @ (reg - sizes) + rounding)
    spread = float(np.linalg.norm(F.X, 2) * np.sqrt(2.0 * gap))  # (eq:optimal-gap)
    return Candidates(nu, index, directions, sizes, Q, alpha, gap, spread)


def least_gap_amounts(
    Q: np.ndarray, target: np.ndarray, cost: np.ndarray
) -> np.ndarray:
    """Return alpha >= 0 that minimises ½|target - Q alpha|² + cost'alpha.

    One more row makes it non-negative least squares: ½(k cost'alpha + 1/k)² is the
    linear term, a constant, and a square that vanishes with k.
    """
    alpha = non_negative_least_squares(Q, target)
    k = 1e-2 / max(float(cost.max(initial=0.0) * alpha.sum()), 1e-12)
    Q, target = np.vstack([Q, k * cost]), np.append(target, -1.0 / k)
    return non_negative_least_squares(Q, target)


def _long_projections(
    F: LiftedOperator, r: np.ndarray, least: float
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return sign and pattern, direction, length of the projections above `least`."""
    pulls = F.adjoint(r)
    index, points = [], []
    for i in map(int, np.flatnonzero(np.linalg.norm(pulls[0], axis=-1) > least)):
        cone = cone_rows(F, i)
        for s, q in enumerate(pulls[:, i]):
            point = project_on_cone(q, cone)
            if np.linalg.norm(point) > least:
                index.append((s, i))
                points.append(point)
    q = np.array(points).reshape(-1, F.shape[2])
    sizes = np.linalg.norm(q, axis=1)
    # (eq:optimal-directions)
    return np.array(index, dtype=int).reshape(-1, 2), q / sizes[:, None], sizes


@dataclass(frozen=True, eq=False)
class _Face:
    """A block that stays on a face of its cone, with coordinates z and outputs A z."""

    A: np.ndarray
    z: np.ndarray


def newton_residual(
    F: LiftedOperator, y: np.ndarray, found: Candidates, reg: float
) -> np.ndarray:
    """Return the residual of the optimum with this support, on these faces.

    Newton's method on ½|A z - y|² + λ Σ|z_k|, smooth as long as no z_k is zero; a
    block that a step would turn round is not in the support.
    """
    faces = [_face(F, found, int(k)) for k in np.flatnonzero(found.alpha)]
    for _ in range(30):
        faces, moved = _newton_step(faces, y, reg)
        if moved <= 1e-14 * np.linalg.norm(y):
            break
    return y - sum((f.A @ f.z for f in faces), np.zeros(len(y)))


def _newton_step(
    faces: list[_Face], y: np.ndarray, reg: float
) -> tuple[list[_Face], float]:
    """Return the blocks after a step, and how far the fitted values moved."""
    if not faces:
        return faces, 0.0
    A = np.hstack([f.A for f in faces])
    sizes = [max(float(np.linalg.norm(f.z)), 1e-300) for f in faces]
    units = [f.z / c for f, c in zip(faces, sizes, strict=True)]
    slope = A.T @ (A @ np.concatenate([f.z for f in faces]) - y)
    slope += reg * np.concatenate(units)
    H, ends = A.T @ A, np.cumsum([len(e) for e in units])
    for e, c, end in zip(units, sizes, ends, strict=True):
        block = slice(end - len(e), end)
        H[block, block] += (np.eye(len(e)) - np.outer(e, e)) * reg / c
    step = np.linalg.lstsq(H, -slope, rcond=1e-13)[0]
    moves = np.split(step, ends[:-1])
    ahead = [
        _Face(f.A, f.z + move)
        for f, e, c, move in zip(faces, units, sizes, moves, strict=True)
        if c + e @ move > 0.0
    ]
    return ahead, float(np.linalg.norm(A @ step))


def _face(F: LiftedOperator, found: Candidates, k: int) -> _Face:
    (s, i), e = found.index[k], found.directions[k]
    walls = F.rows[np.abs(F.rows @ e) <= ON_WALL]
    B = null_vectors(walls) if len(walls) else np.eye(len(e))
    A = F.signs[s] * F.D[i][:, None] * (F.X @ B)
    return _Face(A, found.alpha[k] * (B.T @ e))
