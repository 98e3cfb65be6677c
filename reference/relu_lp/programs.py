r"""Two-layer ReLU networks by linear programming.

Training to a margin, problem (2) of Zhang, Zhang and Pilanci (2024), is to find

.. math::

    W \in R^{d \times m},\; \alpha \in R^m :\quad y \odot (X W)_+ \alpha \ge 1 .

With the activation patterns D_1, ..., D_P of the data it is the linear program (3)

.. math::

    y \odot \sum_{i=1}^{P} D_i X (u'_i - u_i) \ge 1, \qquad
    u'_i, u_i \in K_i = \{u : (2 D_i - I) X u \ge 0\} .

With all patterns the two are equivalent; with a sample of patterns, (3) is a
restriction of (2). Whether (3) is feasible is linear algebra (`fit_relu_lp`).
"""

import numpy as np
from scipy import sparse
from scipy.linalg import LinAlgError, cho_factor, cho_solve
from scipy.optimize import linprog, nnls

from reference.common import (
    Infeasible,
    NotConverged,
    as_labels,
    as_masks,
    as_matrix,
    as_real,
    as_vector,
)
from reference.relu_lp.convex_weights import (
    ConvexWeights,
    interior_gates,
    steps_into_cones,
    to_network,
)
from reference.relu_lp.operator import LiftedOperator
from reference.relu_lp.scaling import natural_unit, scale_to_margin

__all__ = ["farkas_residual", "fit_relu_lp"]

_TIGHT = {"primal_feasibility_tolerance": 1e-10, "dual_feasibility_tolerance": 1e-10}


def fit_relu_lp(X, y, patterns, *, objective="feasible", margin=1.0) -> ConvexWeights:
    r"""Return weights of a ReLU network with ``y * f(x) >= margin`` on the data.

    .. math::

        y \odot \sum_i D_i X (u'_i - u_i) \ge \text{margin}, \qquad
        (2 D_i - I) X u'_i \ge 0, \quad (2 D_i - I) X u_i \ge 0 .

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
    >>> from reference.activation_patterns import sample_patterns
    >>> from reference.relu_lp import fit_relu_lp, to_network
    >>> X = np.array([[0.0, 1], [1, 1], [2, 1]])  # one input and the bias
    >>> y = np.array([1.0, -1, 1])
    >>> patterns = sample_patterns(X, 50, rng=np.random.default_rng(0))
    >>> network = to_network(fit_relu_lp(X, y, patterns))
    >>> network(X).round(9)
    array([ 1., -1.,  1.])
    """
    X = as_matrix(X)
    y = as_labels(y, size=len(X))
    margin = as_real(margin, "margin", low=0.0, open_low=True)
    if objective not in (choices := ("feasible", "min_l1", "max_margin")):
        raise ValueError(f"objective must be one of {choices}, got {objective!r}")
    if not (hasattr(patterns, "masks") and hasattr(patterns, "gates")):
        kind = type(patterns).__name__
        raise ValueError(f"patterns must be Patterns (see sample_patterns), got {kind}")
    masks = as_masks(patterns.masks, "patterns.masks", columns=len(X))
    gates = as_matrix(patterns.gates, "patterns.gates", columns=X.shape[1])
    unit = natural_unit(X)
    F = LiftedOperator(X / unit, masks)
    gates = interior_gates(F, gates)
    w = separate_without_cones(F.X, y, masks)  # raises Infeasible
    if objective == "feasible":
        blocks = _split(F, gates, w)
        if (
            _lowest(F.X, y, blocks) < 1 - 1e-10
        ):  # digits lost to large steps: center all
            gates = interior_gates(F, gates, thin=2.0)
            blocks = _split(F, gates, w)
    else:
        blocks = _highs(F, y, gates, objective)
    lowest = _lowest(F.X, y, blocks)
    if not lowest > (0.99 if objective == "feasible" else 1 - 1e-6):
        raise NotConverged(f"margin {lowest:g}, not 1: badly scaled data", blocks)
    blocks = scale_to_margin(blocks / unit, lambda b: _lowest(X, y, b), margin)
    return ConvexWeights(*blocks)


def _lowest(X, y, blocks):
    """Return the smallest y f(x) of the network, as it will be evaluated."""
    return (y * to_network(ConvexWeights(*blocks))(X)).min()


def _split(F, gates, w):
    """Return u, v in the cones with u - v = w: steps along the gates."""
    halves = np.stack([w / 2, -w / 2])  # w/2 + t h is in the cone of h for large t
    t = steps_into_cones(F, gates, halves).max(axis=0)
    t *= 1 + 1e-9
    return halves + t * gates


def separate_without_cones(X, y, masks):
    """Return w (P, d) with ``y * sum_i D_i X w_i >= 1``; its rows obey no cones.

    That decides the program with cones that have interior points. The masks (P, n)
    may be any: those of paths through a deep network too. X (n, d) and y (n,) are
    float arrays. Raises Infeasible with a certificate (n,), or NotConverged.
    """
    F = LiftedOperator(X, masks, (1.0,))
    try:
        factor = cho_factor(F.gram())
        a = cho_solve(factor, y)
        a += cho_solve(factor, y - F.outputs(F.adjoint(a)))
        w = F.adjoint(a)
        if np.abs(F.outputs(w) - y).max() < 1e-9:
            return w[0]
    except LinAlgError:
        pass  # singular
    # Outputs are the range of F = [D_1 X, ..., D_P X] = U diag(s) V', rows scaled to
    # length 1. Triangular factors, block by block: no F F', its condition is squared.
    lengths = np.linalg.norm(X, axis=1)
    if not lengths.all():
        raise _infeasible(X, y, np.eye(len(y))[lengths.argmin()])
    unit, triangle = X / lengths[:, None], np.zeros((len(X), 0))
    for part in np.array_split(masks, -(-masks.size * X.shape[1] // 4_000_000)):
        columns = np.hstack([mask[:, None] * unit for mask in part])
        triangle = np.linalg.qr(np.hstack([triangle, columns]).T, mode="r").T
    U, s, _ = np.linalg.svd(triangle, full_matrices=False)
    U, s = U[:, s > 1e-10 * s[0]], s[s > 1e-10 * s[0]] / s[0]
    A = y[:, None] * U * s
    program = linprog(  # (eq:lp-range): the largest t with A b >= t, |b| <= 1
        np.append(np.zeros(len(s)), -1.0),
        np.column_stack([-A, np.ones(len(y))]),
        np.zeros(len(y)),
        bounds=[(-1, 1)] * len(s) + [(None, None)],
        options=_TIGHT,
    )
    if program.status != 0:
        raise NotConverged(f"HiGHS failed in the range: {program.message}")
    w = F.adjoint(U @ (program.x[:-1] / s) / lengths)
    smallest = (y * F.outputs(w)).min()
    if smallest > 1e-9 * np.abs(w).max() * lengths.max():
        return w[0] / smallest
    # The dual is the certificate: mu >= 0 with A'mu = 0. Its support is
    # small; there the equations are solved again, to all digits.
    multipliers = -program.ineqlin.marginals
    support = np.flatnonzero(multipliers > 1e-7 * multipliers.max())
    equations = np.vstack([A[support].T, np.ones(len(support))])
    multipliers = np.zeros(len(y))
    multipliers[support] = nnls(equations, np.append(np.zeros(len(s)), 1.0))[0]
    multipliers /= lengths
    raise _infeasible(X, y, multipliers / multipliers.sum(), masks)


def _infeasible(X, y, multipliers, masks=None):
    """Return the error that explains a certificate, if it is one."""
    rows = np.flatnonzero(multipliers)
    if masks is not None and farkas_residual(X, y, masks, multipliers) > 1e-12:
        return NotConverged("no margin above rounding, no certificate", multipliers)
    if len(rows) == 1:
        why = f"every output on row {rows[0]} is 0: append a bias or use more patterns"
    elif len(rows) == 2 and np.array_equal(*X[rows]):
        why = f"rows {rows[0]} and {rows[1]} are equal and their labels differ"
    else:
        why = (
            f"no weights on these {len(masks)} patterns separate the {len(rows)} rows "
            "that the certificate names: use more patterns, or check the labels"
        )
    return Infeasible(why, multipliers)


def farkas_residual(X, y, masks, multipliers) -> float:
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
        :math:`\sum_k |\mu_k| \|x_k\|`. Zero (to rounding) is a proof.

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
    size = np.abs(multipliers) @ np.linalg.norm(X, axis=1) or 1.0
    sums = LiftedOperator(X, masks, (1.0,)).adjoint(y * multipliers) / size
    total = abs(multipliers.sum() - 1.0)  # (eq:lp-farkas)
    return float(max(np.abs(sums).max(), -multipliers.min(), total, 0.0))


def _highs(F, y, gates, objective):
    """Return the weights that minimise an objective subject to (eq:lp-cones)."""
    X, masks = F.X, F.D
    active = sparse.hstack(
        [sparse.csr_array((y * mask)[:, None] * X) for mask in masks]
    )
    cones = sparse.block_diag([(2.0 * mask - 1.0)[:, None] * X for mask in masks] * 2)
    K = sparse.vstack([sparse.hstack([active, -active]), cones])  # K theta >= c
    c = np.append(np.ones(len(y)), np.zeros(cones.shape[0]))
    # The dual, max c'mu with mu >= 0 and |K'mu| <= 1 in the dual norm, has 2Pd rows
    # instead of (2P + 1) n: up to twice as fast. Its multipliers are theta.
    KT, one = K.T.tocsr(), np.ones(K.shape[1])
    if objective == "min_l1":  # (eq:lp-dual-l1)
        A = sparse.vstack([KT, -KT], format="csr")
        program = linprog(-c, A, np.append(one, one), method="highs-ipm")
    else:  # (eq:lp-dual-margin) K'mu = p - q, p, q >= 0, of sum <= 1
        eye = sparse.eye_array(len(one))
        program = linprog(
            np.concatenate([-c, 0 * one, 0 * one]),
            np.concatenate([0 * c, one, one])[None],
            [1.0],
            sparse.hstack([KT, -eye, eye], format="csr"),
            0 * one,
            method="highs-ipm",
        )
    if program.status != 0:
        raise NotConverged(f"HiGHS stopped: {program.message}", program.x)
    theta = -program.eqlin.marginals
    if objective == "min_l1":
        theta = np.subtract(*np.split(-program.ineqlin.marginals, 2))
    theta = theta.reshape(F.shape)
    largest = np.abs(theta).max()
    theta[np.abs(theta).max(axis=2) < 1e-12 * largest] = 0.0  # rounding dust
    # A step along the gate mends what HiGHS's tolerance leaves.
    t = steps_into_cones(F, gates, theta)
    blocks = theta + np.where(t > 1e-13 * largest, t, 0.0) * gates
    size = np.abs(blocks).sum() if objective == "min_l1" else np.abs(blocks).max()
    if size > (1 + 1e-6) * -program.fun:  # weak duality: no objective is lower
        raise NotConverged(f"{objective} not optimal: badly scaled data", blocks)
    return blocks
