r"""Gradient descent on a network of this chapter, to be held against its kernel.

.. math::

    W_l \leftarrow W_l - \eta \, \nabla_{W_l} \tfrac12 \| f(X) - y \|^2, \qquad
    \nabla_{W_l} = \frac{A_{l-1}^\top \operatorname{diag}(f - y) \, B_l}
                        {\sqrt{m_{l-1}}}
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.common import (
    NotConverged,
    as_integer,
    as_matrix,
    as_real,
    as_vector,
    need_callable,
)
from reference.ntk.empirical import (
    NtkNetwork,
    as_ntk_network,
    ntk_backward,
    ntk_forward,
)

__all__ = ["NtkDescent", "descend_ntk_network"]


@dataclass(frozen=True)
class NtkDescent:
    """A network after gradient descent.

    Attributes
    ----------
    network : NtkNetwork
    outputs : ndarray, shape (num_steps + 1, n)
        On the training data, before each step and at the end.
    """

    network: NtkNetwork
    outputs: np.ndarray


def descend_ntk_network(
    network: NtkNetwork,
    X: ArrayLike,
    y: ArrayLike,
    *,
    step: float,
    num_steps: int,
    callback: Callable[[NtkNetwork], None] | None = None,
) -> NtkDescent:
    r"""Return a network after steps of gradient descent on half the squared error.

    .. math::

        \theta_{t+1} = \theta_t - \eta \, \nabla \tfrac12 \| f_{\theta_t}(X) - y \|^2

    Parameters
    ----------
    network : NtkNetwork
        The start; not modified.
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
    step : float
        η; the loss is a sum, so for a mean multiply by n.
    num_steps : int
    callback : callable, optional
        Called with the network after each step.

    Returns
    -------
    NtkDescent

    Raises
    ------
    ValueError
        For bad input.
    NotConverged
        If the outputs are no longer finite: the step is above 2/λ_max. `state` is the
        last network whose outputs were.

    Notes
    -----
    Implements (eq:ntk-gradient); O(n p) a step.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ntk import descend_ntk_network, draw_ntk_network
    >>> network = draw_ntk_network((2, 200), rng=np.random.default_rng(0))
    >>> X, y = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([1.0, -1.0])
    >>> run = descend_ntk_network(network, X, y, step=1.0, num_steps=30)
    >>> bool(np.abs(run.outputs[-1] - y).max() < 1e-4)
    True
    """
    network = as_ntk_network(network)
    X = as_matrix(X, "X", columns=len(network.weights[0]))
    y = as_vector(y, "y", size=len(X))
    step = as_real(step, "step", low=0.0, open_low=True)
    num_steps = as_integer(num_steps, "num_steps", low=0)
    need_callable(callback, "callback", optional=True)
    passage = ntk_forward(network, X)
    outputs = [passage[0]]
    for _ in range(num_steps):
        with np.errstate(over="ignore", invalid="ignore"):
            moved = ntk_step(network, passage, y, step)
            passage = ntk_forward(moved, X)
        if not np.isfinite(passage[0]).all():
            raise NotConverged(
                f"outputs are no longer finite after {len(outputs)} steps of {step:g}: "
                "take a step below 2/λ_max of the kernel",
                network,
            )
        network = moved
        outputs.append(passage[0])
        if callback is not None:
            callback(network)
    return NtkDescent(network, np.array(outputs))


def ntk_step(
    network: NtkNetwork,
    passage: tuple[np.ndarray, list[np.ndarray], list[np.ndarray]],
    y: np.ndarray,
    step: float,
) -> NtkNetwork:
    """Return the network one step of descent after a passage by `ntk_forward`."""
    f, entering, gates = passage
    slopes = ntk_backward(network, gates, len(f))
    moved = []
    for W, A, B in zip(network.weights, entering, slopes, strict=True):
        moved.append(W - step * (A.T @ (B * (f - y)[:, None])))  # (eq:ntk-gradient)
    return NtkNetwork(tuple(moved))
