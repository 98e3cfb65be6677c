r"""Convex ReLU programs with a bound for every sample, through their dual function.

For fixed duals the Lagrangian is a convex ReLU program whose samples weigh
:math:`1 + \lambda_i`, and a weight is a unit of length: with
:math:`\tilde x_i = \sqrt{1 + \lambda_i}\, x_i` and :math:`\tilde y_i` likewise,

.. math::

    N D(\lambda) = \min_{u_i, v_i \in K_i} \tfrac12 \| \tilde F u - \tilde y \|^2
    + \rho \sum_b \|u_b\| - \lambda^\top \varepsilon ,

with the same patterns, the same cones and the solver of chapter 6. The slacks at its
optimum are the gradient of N D, which is concave: a quasi-Newton ascent under λ >= 0
does the rest.
"""

import numpy as np
from scipy.optimize import minimize

from reference.activation_patterns import Patterns
from reference.common import NotConverged
from reference.convex_relu import ConvexFit, fit_convex_relu

__all__: list[str] = []

CAPS = 10.0 ** np.arange(1, 9)  # of the duals, which have no unit


def weighted_fit(
    X: np.ndarray, y: np.ndarray, patterns: Patterns, reg: float, weights: np.ndarray
) -> tuple[ConvexFit, np.ndarray]:
    """Return the optimum with weighted squared losses, and its outputs."""
    root = np.sqrt(weights)  # (eq:pd-weighted)
    try:
        fit = fit_convex_relu(root[:, None] * X, root * y, patterns, reg, tol=1e-9)
    except NotConverged:  # rounding: some data and duals allow no more than this
        fit = fit_convex_relu(root[:, None] * X, root * y, patterns, reg, tol=1e-7)
    return fit, fit.fitted / root


def relu_dual_ascent(
    X: np.ndarray, y: np.ndarray, patterns: Patterns, reg: float,
    epsilon: np.ndarray, tol: float, max_iter: int,
) -> tuple[ConvexFit, np.ndarray]:  # fmt: skip
    """Return the fit at the best duals, and the duals."""

    def minus_dual(duals: np.ndarray) -> tuple[float, np.ndarray]:
        fit, outputs = weighted_fit(X, y, patterns, reg, 1.0 + duals)
        slacks = 0.5 * (outputs - y) ** 2 - epsilon
        return (duals @ epsilon - fit.objective) / size, -slacks / size

    size = 0.5 * float(y @ y) or 1.0  # values and slopes in units of the loss
    duals, gtol = np.zeros(len(y)), tol * float(epsilon.min()) / size
    for cap in CAPS:  # where outputs do not answer, a quasi-Newton step has no length
        found = minimize(
            minus_dual,
            duals,
            jac=True,
            method="L-BFGS-B",
            bounds=[(0.0, cap)] * len(y),
            options={"maxiter": max_iter, "ftol": 0.0, "gtol": gtol},
        )
        duals = np.clip(found.x, 0.0, cap)
        if duals.max() < cap:
            break
    return weighted_fit(X, y, patterns, reg, 1.0 + duals)[0], duals
