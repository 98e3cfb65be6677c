r"""Primal-dual constrained learning in seven lines: read first.

The average loss is minimised while every sample keeps a bound of its own,

.. math::

    \min_\theta \; \frac1N \sum_i \ell_i(\theta)
    \quad \text{subject to} \quad \ell_i(\theta) \le \varepsilon_i ,

by steps down in θ and up in the duals λ ≥ 0 of the Lagrangian. Nothing here is
rescued: bounds that cannot be met, rates that are too large and the question whether
it has converged are for `pdcl`.
"""

from collections.abc import Callable

import numpy as np

__all__ = ["plain_pdcl"]


def plain_pdcl(
    losses: Callable[[np.ndarray], np.ndarray],
    gradient: Callable[[np.ndarray, np.ndarray], np.ndarray],
    theta: np.ndarray, epsilon: np.ndarray | float, *,
    primal_rate: float = 0.1, dual_rate: float = 0.1,
    primal_steps: int = 1, rounds: int = 1000,
) -> tuple[np.ndarray, np.ndarray]:  # fmt: skip
    r"""Return parameters and duals after rounds of primal and dual gradient steps.

    .. math::

        \theta \leftarrow \theta - \eta_p \nabla_\theta \frac1N \sum_i
        (1 + \lambda_i)\, \ell_i(\theta), \qquad
        \lambda_i \leftarrow \big[\lambda_i + \eta_d (\ell_i(\theta) - \varepsilon_i)
        \big]_+ .

    Parameters
    ----------
    losses : callable
        θ to the losses of the samples, shape (N,).
    gradient : callable
        θ and weights w, shape (N,), to the gradient of :math:`\frac1N \sum_i w_i
        \ell_i`.
    theta : ndarray
        The start.
    epsilon : float or ndarray, shape (N,)
        The bound of every sample.
    primal_rate, dual_rate : float
        η_p and η_d.
    primal_steps : int
        Steps in θ for each step in λ.
    rounds : int
        T.

    Returns
    -------
    theta : ndarray
    duals : ndarray, shape (N,)
        λ.

    Notes
    -----
    Implements (eq:pd-primal-step) and (eq:pd-dual-step).

    References
    ----------
    Elenter, NaderiAlizadeh and Ribeiro (2022), algorithm 1.

    Examples
    --------
    One parameter, two targets 0 and 4; the mean loss alone would choose 2. A bound of
    0.5 on the second loss (9 on the first does not bind) moves it to 3.

    >>> import numpy as np
    >>> from reference.primal_dual import plain_pdcl
    >>> y = np.array([0.0, 4.0])
    >>> theta, duals = plain_pdcl(
    ...     lambda t: 0.5 * (t - y) ** 2, lambda t, w: np.mean(w * (t - y)),
    ...     np.zeros(1), np.array([9.0, 0.5]))
    >>> theta.round(4), duals.round(3)
    (array([3.]), array([0., 2.]))
    """
    duals = np.zeros(len(losses(theta)))
    for _ in range(rounds):
        for _ in range(primal_steps):
            theta = theta - primal_rate * gradient(theta, 1.0 + duals)
        slacks = losses(theta) - epsilon
        duals = np.maximum(duals + dual_rate * slacks, 0.0)  # (eq:pd-dual-step)
    return theta, duals
