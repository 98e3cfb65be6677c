r"""Two-layer ReLU networks by linear programming.

Training to a margin, problem (2) of Zhang, Zhang and Pilanci (2024), is to find

.. math::

    W \in R^{d \times m},\; \alpha \in R^m :\quad y \odot (X W)_+ \alpha \ge 1 .

With the activation patterns D_1, ..., D_P of the data it is the linear program (3)

.. math::

    y \odot \sum_{i=1}^{P} D_i X (u_i - v_i) \ge 1, \qquad
    u_i, v_i \in K_i = \{u : (2 D_i - I) X u \ge 0\} .

With all patterns the two are equivalent; with a sample of patterns, (3) is a
restriction of (2). Whether (3) is feasible is linear algebra (`separation.py`); an
objective chooses among its points.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike
from scipy import sparse
from scipy.optimize import linprog

from reference.activation_patterns import Patterns, pattern_parts
from reference.common import NotConverged, as_choice, as_labels, as_matrix, as_real
from reference.relu_lp.convex_weights import ConvexWeights, to_network
from reference.relu_lp.gates import interior_gates, steps_into_cones
from reference.relu_lp.operator import LiftedOperator
from reference.relu_lp.scaling import STANDARDISE, column_units, scale_to_margin
from reference.relu_lp.separation import separate_without_cones

__all__ = ["fit_relu_lp"]


def fit_relu_lp(
    X: ArrayLike,
    y: ArrayLike,
    patterns: Patterns,
    *,
    objective: str = "feasible",
    margin: float = 1.0,
) -> ConvexWeights:
    r"""Return weights of a ReLU network with ``y * f(x) >= margin`` on the data.

    .. math::

        y \odot \sum_i D_i X (u_i - v_i) \ge \text{margin}, \qquad
        (2 D_i - I) X u_i \ge 0, \quad (2 D_i - I) X v_i \ge 0 .

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels +1 and -1.
    patterns : Patterns
        Masks (P, n) and gates (P, d). A gate that is not strictly inside its cone
        is replaced by one that is.
    objective : {"feasible", "min_l1", "max_margin"}
        What to minimise over the solutions: nothing (closed form, outputs
        ``margin * y`` where they can be), the sum of the absolute weights, or the
        largest of them (the largest margin over the unit box of weights, scaled).
    margin : float
        Positive.

    Returns
    -------
    ConvexWeights

    Raises
    ------
    Infeasible
        No margin is positive; `certificate` (n,) proves it: its `farkas_residual`
        is below 1e-12.
    ValueError
        For bad input, or a mask that is no full-dimensional activation pattern.
    NotConverged
        Neither a certificate nor a solution, optimal to six digits: badly scaled data.
        Features of one size (standardised) are the cure.

    Notes
    -----
    Implements (eq:lp-cones) and (eq:lp-gram). Feasibility costs O(n² (d + P) + n³);
    the objectives are sparse programs for HiGHS with 2 P n cone rows of d entries.

    References
    ----------
    Zhang, Zhang and Pilanci (2024), section 3; the closed form is ours.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import Patterns
    >>> from reference.relu_lp import fit_relu_lp, to_network
    >>> X = np.array([[0.0, 1], [1, 1], [2, 1]])  # one input and the bias
    >>> y = np.array([1.0, -1, 1])
    >>> gates = np.array([[2.0, -1], [-2, 1], [2, -3], [-2, 3]])  # between the inputs
    >>> patterns = Patterns(gates @ X.T >= 0, gates)
    >>> network = to_network(fit_relu_lp(X, y, patterns))
    >>> network(X).round(9)
    array([ 1., -1.,  1.])
    """
    X, y, margin = checked_task(X, y, objective, margin)
    masks, gates = pattern_parts(patterns, X)
    units = column_units(X)  # theta = units * theta': neither cones nor outputs change
    F = LiftedOperator(X * units, masks)
    gates = interior_gates(F, gates / units)
    w = separate_without_cones(F.X, y, masks)  # raises Infeasible

    def smallest(blocks: np.ndarray) -> float:  # margin, as it will be evaluated
        return float((y * to_network(ConvexWeights(*blocks))(F.X)).min())

    def into_cones(blocks: np.ndarray) -> np.ndarray:
        blocks = blocks.reshape(F.shape)
        return blocks + steps_into_cones(F, gates, blocks) * gates

    if objective == "feasible":
        blocks = _split(F, gates, w)
    else:
        parts = _margins_and_cones(F, y)
        blocks = least_norm(*parts, units, objective, into_cones, smallest)
    return ConvexWeights(*units * scale_to_margin(blocks, smallest, margin))


def checked_task(
    X: ArrayLike, y: ArrayLike, objective: str, margin: float
) -> tuple[np.ndarray, np.ndarray, float]:
    """Return data, labels and margin, if they and the objective are such."""
    X = as_matrix(X)
    as_choice(objective, "objective", ("feasible", "min_l1", "max_margin"))
    margin = as_real(margin, "margin", low=0.0, open_low=True)
    return X, as_labels(y, size=len(X)), margin


def _split(F: LiftedOperator, gates: np.ndarray, w: np.ndarray) -> np.ndarray:
    """Return u, v in the cones with u - v = w: steps along the gates."""
    halves = np.stack([w / 2, -w / 2])  # w/2 + t h is in the cone of h for large t
    t = steps_into_cones(F, gates, halves).max(axis=0)  # (eq:lp-split)
    return halves + t * (1 + 1e-9) * gates


def _margins_and_cones(
    F: LiftedOperator, y: np.ndarray
) -> tuple[sparse.csr_array, sparse.csr_array]:
    """Return the rows of (eq:lp-cones): the margins of theta, and its cones."""
    active = sparse.hstack([sparse.csr_array((y * m)[:, None] * F.X) for m in F.D])
    cones = sparse.block_diag([s[:, None] * F.X[F.live] for s in F.side] * 2)
    return sparse.hstack([active, -active]), cones


def least_norm(
    margins: sparse.csr_array,
    cones: sparse.csr_array,
    units: np.ndarray,
    objective: str,
    into_cones: Callable[[np.ndarray], np.ndarray],
    smallest: Callable[[np.ndarray], float],
) -> np.ndarray:
    """Return blocks of the smallest norm with margins of 1, inside their cones.

    The dual of min |theta| with K theta >= c, max c'mu with mu >= 0 and |K'mu| <= 1 in
    the dual norm, has a row for each weight instead of one for each cone and sample:
    up to twice as fast. Its multipliers are the weights; `into_cones` mends what the
    solver's tolerance leaves; and its value is the proof that they are optimal for the
    margin that is left, `smallest(blocks)`.
    """
    KT = sparse.vstack([margins, cones]).T.tocsr()  # margins first, then the cones
    c = np.append(np.ones(margins.shape[0]), np.zeros(cones.shape[0]))
    price = np.tile(units / units.min(), KT.shape[0] // len(units))  # |theta| in theta'
    norm, dual_norm = (np.sum, np.max) if objective == "min_l1" else (np.max, np.sum)
    mu, blocks = _solved_dual(KT, c, price, objective)
    blocks = blocks.reshape(-1, len(units))
    sizes = np.abs(blocks).max(axis=1)
    blocks[sizes < 1e-12 * sizes.max()] = 0.0  # rounding dust
    blocks = into_cones(blocks)
    value, least = norm(price * np.abs(blocks).ravel()), smallest(blocks)
    # Weak duality, by products:
    bound = c @ mu / max(1.0, dual_norm(np.abs(KT @ mu) / price))
    if not value <= (1 + 1e-6) * bound * least:
        raise NotConverged(
            f"{objective} is not proved optimal (value {value:.7g} at margin "
            f"{least:.7g}, bound {bound:.7g}); {STANDARDISE}",
            blocks,
        )
    return blocks


def _solved_dual(
    KT: sparse.csr_array, c: np.ndarray, price: np.ndarray, objective: str
) -> tuple[np.ndarray, np.ndarray]:
    """Solve max c'mu with K'mu = price (p - q); return mu and the multipliers.

    Here mu, p, q >= 0: (eq:lp-dual-l1) bounds every entry of p and q by one,
    (eq:lp-dual-margin) the sum of all.
    """
    none, one = np.zeros(len(price)), np.ones(len(price))
    weights = sparse.diags_array(price)
    bounds = [(0, None)] * len(c) + [(0, 1)] * (2 * len(price))
    total = np.concatenate([0 * c, one, one])[None]
    program = linprog(
        np.concatenate([-c, none, none]),
        A_eq=sparse.hstack([KT, -weights, weights], format="csr"),
        b_eq=none,
        method="highs-ipm",
        **({"bounds": bounds} if objective == "min_l1" else {"A_ub": total, "b_ub": 1}),
    )
    if program.status != 0:
        raise NotConverged(
            f"HiGHS failed at the dual: {program.message}; {STANDARDISE}", program.x
        )
    return np.maximum(program.x[: len(c)], 0.0), -program.eqlin.marginals
