r"""Networks trained against the worst case in a box, by a convex program.

Where all blocks lie in the robust cones of their patterns (`robust_cones.py`),
the network is affine on the box around each sample. Its worst case has a closed form,
and training against it is the convex program

.. math::

    \min_{u_i, v_i \in K^\varepsilon(D_i)} \; \sum_k L\big(f_k, \|g_k\|_\varepsilon\big)
    + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big), \quad
    g_k = \sum_i d_{ik} (u_i - v_i) .
"""

from dataclasses import dataclass

import numpy as np

from reference.activation_patterns import Patterns
from reference.admm import checked_targets, worst_losses
from reference.adversarial.barrier import robust_barrier
from reference.adversarial.robust_cones import (
    checked_patterns,
    robust_gates,
    robust_slack,
)
from reference.common import as_real
from reference.convex_relu import ConvexFit, total_norm
from reference.relu_lp import ConvexWeights, as_blocks, convex_output

__all__ = ["RobustFit", "fit_robust", "worst_case_loss"]


def worst_case_loss(
    weights: ConvexWeights,
    X: np.ndarray,
    y: np.ndarray,
    patterns: Patterns,
    epsilon: float | np.ndarray,
    *,
    loss: str = "squared",
) -> np.ndarray:
    r"""Return the largest loss in the box around each sample, in closed form.

    .. math::

        \max_{|\delta_j| \le \varepsilon_j} \ell\big(f(x_k + \delta), y_k\big) =
        \begin{cases}
        \tfrac12 (|f_k - y_k| + t_k)^2 & \text{squared,} \\
        (1 - y_k f_k + t_k)_+ & \text{hinge,} \\
        \log(1 + e^{-y_k f_k + t_k}) & \text{logistic,} \end{cases}
        \qquad t_k = \Big\| \sum_i d_{ik} (u_i - v_i) \Big\|_\varepsilon .

    Parameters
    ----------
    weights : ConvexWeights
        Blocks (P, d) in the robust cones of the patterns.
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels +1 and -1; real targets for the squared loss.
    patterns : Patterns
    epsilon : float or array_like, shape (d,)
        Radii of the box. A number is refused if X has a column of ones
        (`radii_with_bias`).
    loss : {"squared", "hinge", "logistic"}

    Returns
    -------
    ndarray, shape (n,)
        One loss per sample; their sum is the data term of the robust program.

    Raises
    ------
    ValueError
        For bad input, and if the weights leave their robust cones: the formula would
        then bound nothing (`output_bounds` does, for any network).

    Notes
    -----
    Implements (eq:adv-hinge), (eq:adv-squared) and (eq:adv-logistic); O(n d P).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import Patterns
    >>> from reference.adversarial import worst_case_loss
    >>> from reference.relu_lp import ConvexWeights
    >>> patterns = Patterns(np.array([[True, False]]), np.array([[1.0]]))
    >>> weights, X, y = ConvexWeights([[2.0]], [[0.0]]), [[2.0], [-2.0]], [1.0, -1.0]
    >>> worst_case_loss(weights, X, y, patterns, 0.5)  # |4 - 1| + 0.5 * 2, |0 + 1|
    array([8. , 0.5])
    """
    X, masks, _, epsilon = checked_patterns(X, patterns, epsilon)
    y = checked_targets(y, loss, size=len(X))
    worst = robust_slack(weights, X, masks, epsilon)
    blocks = as_blocks(weights, len(masks), X.shape[1])
    size = np.abs(blocks).max() * (np.abs(X).sum(axis=1).max() + epsilon.sum())
    if worst < -1e-9 * size:
        raise ValueError(
            f"weights must lie in their robust cones, got slack {worst:.2e}: neurons "
            "change sign inside a box, use output_bounds on the network"
        )
    slopes = masks.T.astype(float) @ (blocks[0] - blocks[1])
    t = np.abs(slopes) @ epsilon
    return worst_losses(convex_output(X, masks, weights), y, loss, reach=t)


@dataclass(frozen=True, eq=False, kw_only=True)
class RobustFit(ConvexFit):
    """A `ConvexFit` of the robust program: an optimum and the proof that it is one.

    Its objective is the mapped network's worst case plus its weight decay; its cone
    slack is `robust_slack`, not negative, so no neuron changes sign on a box.

    Parameters
    ----------
    worst : ndarray, shape (n,)
        `worst_case_loss` of each sample.
    epsilon : ndarray, shape (d,)
    """

    worst: np.ndarray
    epsilon: np.ndarray


def fit_robust(
    X: np.ndarray,
    y: np.ndarray,
    patterns: Patterns,
    reg: float,
    epsilon: float | np.ndarray,
    *,
    loss: str = "squared",
    tol: float = 1e-6,
) -> RobustFit:
    r"""Return the network of least worst-case loss among those stable on the boxes.

    .. math::

        \min_{u_i, v_i \in K^\varepsilon(D_i)} \;
        \sum_k L\big(f_k, \|g_k\|_\varepsilon\big)
        + \lambda \sum_i \big( \|u_i\|_2 + \|v_i\|_2 \big) .

    Parameters
    ----------
    X : array_like, shape (n, d)
        Append a column of ones for biases, and give it radius zero.
    y : array_like, shape (n,)
        Labels +1 and -1; real targets for the squared loss.
    patterns : Patterns
        Patterns of X: all of them, or a sample.
    reg : float
        λ > 0, for a sum of losses: the network's weight decay is λ/2.
    epsilon : float or array_like, shape (d,)
        Radii of the box. A number is refused if X has a column of ones
        (`radii_with_bias`).
    loss : {"squared", "hinge", "logistic"}
    tol : float
        Stop at a gap of at most ``tol`` times the loss of the zero network.

    Returns
    -------
    RobustFit

    Raises
    ------
    ValueError
        For bad input, and where a robust cone has weights but no interior points: see
        `robust_patterns`.
    NotConverged
        If the solver stops short of `tol`.

    Notes
    -----
    Implements (eq:adv-program), solved by `robust_barrier`. If all robust cones are
    {0}, the zero network is the only stable one of these patterns and the optimum.

    References
    ----------
    Bai, Gautam and Sojoudi (2022), section 4.

    Examples
    --------
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.adversarial import fit_robust
    >>> X, y = [[2.0], [-2.0]], [3.0, -3.0]
    >>> fit = fit_robust(X, y, enumerate_patterns(X), 0.1, 0.5)
    >>> fit.network(X).round(3), fit.worst.round(3)
    (array([ 3., -3.]), array([0.281, 0.281]))
    """
    X, masks, gates, epsilon = checked_patterns(X, patterns, epsilon)
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    kept, gates = robust_gates(X, masks, gates, epsilon)
    blocks, gap = np.zeros((2, *gates.shape)), 0.0
    if kept.any():
        found = robust_barrier(
            X, y, masks[kept], gates[kept], reg, epsilon, loss=loss, tol=tol
        )
        blocks[:, kept], gap = found.weights, found.gap
    weights = ConvexWeights(*blocks)
    worst = worst_case_loss(weights, X, y, patterns, epsilon, loss=loss)
    objective = float(worst.sum() + reg * total_norm(blocks))
    slack = robust_slack(weights, X, masks, epsilon)
    fitted = convex_output(X, masks, weights)
    return RobustFit(
        weights, objective, gap, slack, fitted, patterns, reg,
        worst=worst, epsilon=epsilon,
    )  # fmt: skip
