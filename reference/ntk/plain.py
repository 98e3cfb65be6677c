r"""Tangent kernels and training with them, as the page prints them: read first.

.. math::

    \Theta(x, z) = \langle \nabla_\theta f_\theta(x), \nabla_\theta f_\theta(z) \rangle

for an infinitely wide network by a recursion over its layers, for a given network from
its Jacobian, and the outputs of gradient descent when the kernel does not change.
Nothing is rescued: repeated and zero rows, networks whose Jacobian does not fit, steps
that are too long are for the files that follow.
"""

import numpy as np

from reference.acquisition import Mlp, sample_gradients

__all__ = ["plain_kernel_descent", "plain_ntk", "plain_trace_ntk"]


def plain_ntk(X: np.ndarray, depth: int = 1) -> np.ndarray:
    r"""Return the tangent kernel of infinitely wide ReLU networks on the rows of X.

    .. math::

        \Sigma^0 = \Theta^0 = \tfrac1d X X^\top, \qquad
        \Sigma^l_{ij} = \sqrt{\Sigma_{ii} \Sigma_{jj}} \, \kappa_1(c_{ij}), \qquad
        \Theta^l = \Sigma^l + \Theta^{l-1} \circ \kappa_0(c)

    Parameters
    ----------
    X : ndarray, shape (n, d)
        No zero rows; of two rows on one line half of the digits are lost.
    depth : int
        Hidden layers.

    Returns
    -------
    ndarray, shape (n, n)

    Notes
    -----
    Implements {prf:ref}`alg-15-recursion`; O(n² (d + depth)).

    References
    ----------
    Jacot, Gabriel and Hongler (2018), theorem 1; Cho and Saul (2009).

    Examples
    --------
    Two orthogonal inputs: κ₀(0) = 1/2 and κ₁(0) = 1/π.

    >>> import numpy as np
    >>> from reference.ntk import plain_ntk
    >>> plain_ntk(np.array([[1.0, 0.0], [0.0, 2.0]])).round(4)
    array([[1.    , 0.3183],
           [0.3183, 4.    ]])
    """
    sigma = X @ X.T / X.shape[1]
    theta = sigma
    for _ in range(depth):
        scale = np.sqrt(np.diag(sigma))
        c = np.clip(sigma / np.outer(scale, scale), -1, 1)
        angle = np.arccos(c)
        kappa_0 = 1 - angle / np.pi  # (eq:ntk-moments)
        kappa_1 = (np.sqrt(1 - c**2) + (np.pi - angle) * c) / np.pi
        sigma = np.outer(scale, scale) * kappa_1
        theta = sigma + theta * kappa_0  # (eq:ntk-recursion)
    return theta


def plain_trace_ntk(model: Mlp, X: np.ndarray) -> np.ndarray:
    r"""Return the trace kernel of a network from its Jacobian, output by output.

    .. math::

        K_{ij} = \sum_k \langle \nabla_\theta f_k(x_i), \nabla_\theta f_k(x_j) \rangle

    Parameters
    ----------
    model : Mlp
        Chapter 11's network with C outputs and p parameters.
    X : ndarray, shape (n, d)

    Returns
    -------
    ndarray, shape (n, n)

    Notes
    -----
    Implements (eq:ntk-trace); O(n p) numbers are kept at a time, and O(C n² p) steps.

    Examples
    --------
    A linear model with two outputs: each has the kernel ⟨x, z⟩ + 1.

    >>> import numpy as np
    >>> from reference.acquisition import Mlp
    >>> from reference.ntk import plain_trace_ntk
    >>> model = Mlp((2, 2), rng=np.random.default_rng(0))
    >>> plain_trace_ntk(model, np.array([[1.0, 0.0], [1.0, 3.0]]))
    array([[ 4.,  4.],
           [ 4., 22.]])
    """
    kernel = np.zeros((len(X), len(X)))
    for unit in np.eye(model.num_classes):
        jacobian = sample_gradients(model, X, np.tile(unit, (len(X), 1)))
        kernel += jacobian @ jacobian.T  # (eq:ntk-trace)
    return kernel


def plain_kernel_descent(
    kernel: np.ndarray, y: np.ndarray, step: float, num_steps: int
) -> np.ndarray:
    r"""Return the outputs of gradient descent with a constant kernel, from zero.

    .. math::

        f_{t+1} = f_t - \eta \, \Theta (f_t - y)

    Parameters
    ----------
    kernel : ndarray, shape (n, n)
    y : ndarray, shape (n,)
    step : float
        η.
    num_steps : int

    Returns
    -------
    ndarray, shape (num_steps + 1, n)

    Notes
    -----
    Implements (eq:ntk-descent). It runs away if η is above 2/λ_max.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ntk import plain_kernel_descent
    >>> plain_kernel_descent(np.diag([1.0, 4.0]), np.array([8.0, 8.0]), 0.25, 2)
    array([[0. , 0. ],
           [2. , 8. ],
           [3.5, 8. ]])
    """
    outputs = [np.zeros(len(y))]
    for _ in range(num_steps):
        outputs.append(outputs[-1] - step * kernel @ (outputs[-1] - y))
    return np.array(outputs)
