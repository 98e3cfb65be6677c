r"""One step of gradient descent taken apart, as in the theorem on its rate.

With e = y - f, L = ½‖e‖², the kernel Θ of the network before the step and Δ the change
of its outputs,

.. math::

    L_{t+1} = L_t - \eta \, e^\top \Theta e + \xi + \epsilon, \qquad
    \xi = e^\top (\eta \Theta e - \Delta), \qquad
    \epsilon = \tfrac12 \| \Delta \|^2 .

The first term is what the rate is made of; ξ says how far the step was from linear, and
nothing makes it small but few units that switch.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_array, as_matrix, as_real, as_vector
from reference.ntk.empirical import (
    NtkNetwork,
    as_ntk_network,
    empirical_ntk,
    ntk_forward,
)
from reference.ntk.training import ntk_step

__all__ = ["StepTerms", "secant_gates", "step_terms"]


@dataclass(frozen=True)
class StepTerms:
    """The change of the loss in one step: next_loss = loss - progress + xi + epsilon.

    Attributes
    ----------
    loss, next_loss : float
        ½‖e‖² before and after.
    progress : float
        η eᵀΘe, at least 2 η λ_min(Θ) times the loss.
    xi : float
        What a step along straight lines would not have.
    epsilon : float
        ½‖Δ‖².
    remainder : float
        ‖Δ - ηΘe‖/(η‖e‖): for η ≤ 1/λ_max the next loss is at most
        (1 - η(λ_min - remainder))² times the loss.
    """

    loss: float
    next_loss: float
    progress: float
    xi: float
    epsilon: float
    remainder: float


def step_terms(
    network: NtkNetwork, X: ArrayLike, y: ArrayLike, *, step: float
) -> StepTerms:
    r"""Return the terms by which one step of gradient descent changes the loss.

    .. math::

        L_{t+1} = L_t - \eta \, e^\top \Theta_t e + \xi_t + \epsilon_t

    Parameters
    ----------
    network : NtkNetwork
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    step : float
        η.

    Returns
    -------
    StepTerms

    Raises
    ------
    ValueError
        For bad input.

    Notes
    -----
    Implements (eq:ntk-one-step) and (eq:ntk-remainder); O(n p + n² p/d). Differences
    of outputs: once ‖e‖ has come near their rounding, xi and remainder are rounding.

    References
    ----------
    Du et al. (2019); Kong et al. (2022), lemma 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ntk import draw_ntk_network, step_terms
    >>> network = draw_ntk_network((2, 500), rng=np.random.default_rng(0))
    >>> terms = step_terms(network, [[1.0, 0.0], [0.0, 1.0]], [3.0, -3.0], step=0.1)
    >>> bool(abs(terms.xi) < 0.1 * terms.progress)
    True
    """
    network = as_ntk_network(network)
    X = as_matrix(X, "X", columns=len(network.weights[0]))
    y = as_vector(y, "y", size=len(X))
    step = as_real(step, "step", low=0.0, open_low=True)
    passage = ntk_forward(network, X)
    before = passage[0]
    after = ntk_forward(ntk_step(network, passage, y, step), X)[0]
    e, change = y - before, after - before
    linear = step * (empirical_ntk(network, X) @ e)
    size = max(float(np.linalg.norm(e)), np.finfo(np.float64).tiny)
    return StepTerms(
        loss=float(e @ e) / 2.0,
        next_loss=float((y - after) @ (y - after)) / 2.0,
        progress=float(e @ linear),
        xi=float(e @ (linear - change)),  # (eq:ntk-one-step)
        epsilon=float(change @ change) / 2.0,
        remainder=float(np.linalg.norm(change - linear)) / (step * size),
    )


def secant_gates(before: ArrayLike, after: ArrayLike) -> np.ndarray:
    r"""Return what the gates lack for a difference of ReLUs to be a product.

    .. math::

        \max(b, 0) - \max(a, 0) = (D + \tilde D)(b - a), \qquad
        D = 1[a \ge 0], \quad \tilde D \in [-1, 1]

    Parameters
    ----------
    before, after : array_like, of one shape
        a and b, what enters a ReLU at two parameters.

    Returns
    -------
    ndarray, of that shape
        :math:`\tilde D`; zero where a and b have one sign, or are equal.

    Raises
    ------
    ValueError
        For bad input, or shapes that differ.

    Notes
    -----
    Implements (eq:ntk-secant): D + D̃ is the slope of the secant, between 0 and 1.

    References
    ----------
    Allen-Zhu, Li and Song (2019), proposition 11.3.

    Examples
    --------
    >>> from reference.ntk import secant_gates
    >>> secant_gates([1.0, -1.0, 2.0], [-3.0, 1.0, 5.0])
    array([-0.75,  0.5 ,  0.  ])
    """
    a = as_array(before, "before")
    b = as_array(after, "after")
    if a.shape != b.shape:
        raise ValueError(
            f"before and after need one shape, got {a.shape} and {b.shape}"
        )
    gates = a >= 0.0  # (before scaling, which may round a sign away)
    crosses = gates != (b >= 0.0)
    size = np.maximum(np.maximum(np.abs(a), np.abs(b)), np.finfo(np.float64).tiny)
    a, b = a / size, b / size  # so that b - a neither overflows nor vanishes
    rise = np.maximum(b, 0.0) - np.maximum(a, 0.0)
    slope = np.divide(rise, b - a, out=np.zeros_like(a), where=crosses)
    return np.where(crosses, slope - gates, 0.0)  # (eq:ntk-secant)
