r"""A ReLU network in the parametrisation of the tangent kernel, and its own kernel.

Rows are samples. With standard normal matrices :math:`W_l`,

.. math::

    H_1 = \frac{X W_1}{\sqrt{d}}, \qquad A_l = \sqrt2 \max(H_l, 0), \qquad
    H_{l+1} = \frac{A_l W_{l+1}}{\sqrt{m_l}}, \qquad f = H_{L+1} .

The factor 1/√m stands beside the weights, not in their variance: every layer then has
its share in a step of gradient descent, and the kernel has a limit.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_integer, as_matrix, as_rng, need_parts

__all__ = ["NtkNetwork", "draw_ntk_network", "empirical_ntk"]

ROOT_2 = float(np.sqrt(2.0))


@dataclass(frozen=True)
class NtkNetwork:
    """A network without biases and with one output.

    Attributes
    ----------
    weights : tuple of ndarray
        Of shapes (d, m_1), (m_1, m_2), ..., (m_L, 1).
    """

    weights: tuple[np.ndarray, ...]

    def __call__(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs (n,)."""
        network = as_ntk_network(self)
        return ntk_forward(network, as_matrix(X, columns=len(network.weights[0])))[0]


def draw_ntk_network(sizes: Sequence[int], *, rng: np.random.Generator) -> NtkNetwork:
    """Return a network with standard normal weights.

    Parameters
    ----------
    sizes : sequence of int
        Inputs and hidden widths, ``(d, m_1, ..., m_L)``; the output is one number.
    rng : numpy.random.Generator

    Returns
    -------
    NtkNetwork

    Raises
    ------
    ValueError
        If a size is not a positive integer, or there is no hidden layer.

    Notes
    -----
    Implements (eq:ntk-network).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ntk import draw_ntk_network
    >>> network = draw_ntk_network((3, 50), rng=np.random.default_rng(0))
    >>> [W.shape for W in network.weights]
    [(3, 50), (50, 1)]
    """
    try:
        found = [as_integer(size, "sizes", low=1) for size in sizes]
    except TypeError as error:
        raise ValueError(f"sizes must be a sequence of integers: {error}") from error
    if len(found) < 2:
        raise ValueError(f"sizes needs inputs and hidden widths, got {found}")
    rng = as_rng(rng)
    pairs = zip(found, [*found[1:], 1], strict=True)
    return NtkNetwork(tuple(rng.standard_normal(pair) for pair in pairs))


def ntk_forward(
    network: NtkNetwork, X: np.ndarray
) -> tuple[np.ndarray, list[np.ndarray], list[np.ndarray]]:
    """Return outputs (n,), what enters each layer over √its width, and the gates."""
    entering, gates, A = [], [], X
    for W in network.weights:
        entering.append(A / np.sqrt(len(W)))
        H = entering[-1] @ W  # (eq:ntk-network)
        gates.append(H > 0.0)
        A = ROOT_2 * np.maximum(H, 0.0)
    return H[:, 0], entering, gates[:-1]


def ntk_backward(
    network: NtkNetwork, gates: Sequence[np.ndarray], n: int
) -> list[np.ndarray]:
    """Return the slopes of the output in each layer's H, first layer first."""
    B = np.ones((n, 1))
    slopes = [B]
    for W, gate in zip(network.weights[:0:-1], reversed(gates), strict=True):
        B = (B @ W.T) * (gate * (ROOT_2 / np.sqrt(len(W))))
        slopes.append(B)
    return slopes[::-1]


def as_ntk_network(network: NtkNetwork) -> NtkNetwork:
    """Return the network if its matrices fit together."""
    need_parts(network, "network", "an NtkNetwork", "weights")
    if not isinstance(network.weights, (tuple, list)):
        raise ValueError(
            "network needs a tuple of matrices as weights, got "
            f"{type(network.weights).__name__}"
        )
    weights = tuple(as_matrix(W, "network") for W in network.weights)
    rows = [len(W) for W in weights[1:]] + [1]
    if len(weights) < 2 or [W.shape[1] for W in weights] != rows:
        raise ValueError(
            "network needs matrices (d, m_1), (m_1, m_2), ..., (m_L, 1), got shapes "
            f"{[W.shape for W in weights]}"
        )
    return NtkNetwork(weights)


def empirical_ntk(
    network: NtkNetwork, X: ArrayLike, Z: ArrayLike | None = None
) -> np.ndarray:
    r"""Return the tangent kernel of a network, without its Jacobian.

    .. math::

        \hat\Theta = \sum_{l=1}^{L+1}
            \frac{A_{l-1} A_{l-1}'^\top}{m_{l-1}} \circ B_l B_l'^\top, \qquad
        B_l = \frac{\partial f}{\partial H_l}

    Parameters
    ----------
    network : NtkNetwork
    X : array_like, shape (n, d)
    Z : array_like, shape (m, d), optional
        X by default.

    Returns
    -------
    ndarray, shape (n, m)

    Raises
    ------
    ValueError
        For bad input.

    Notes
    -----
    Implements (eq:ntk-empirical), with one pass each way and O(n m p/d) work instead
    of the n p numbers of a Jacobian. Its error against `analytic_ntk` falls like the
    root of the width.

    References
    ----------
    Jacot, Gabriel and Hongler (2018).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ntk import analytic_ntk, draw_ntk_network, empirical_ntk
    >>> X = np.array([[1.0, 0.0], [0.6, 0.8]])
    >>> network = draw_ntk_network((2, 100_000), rng=np.random.default_rng(0))
    >>> bool(np.abs(empirical_ntk(network, X) - analytic_ntk(X)).max() < 0.01)
    True
    """
    network = as_ntk_network(network)
    X = as_matrix(X, "X", columns=len(network.weights[0]))
    left = _factors(network, X)
    right = left
    if Z is not None:
        right = _factors(network, as_matrix(Z, "Z", columns=X.shape[1]))
    kernel = np.zeros((len(X), len(right[0][0])))
    for (A, B), (A_z, B_z) in zip(left, right, strict=True):
        kernel += (A @ A_z.T) * (B @ B_z.T)  # (eq:ntk-empirical)
    return kernel


def _factors(network: NtkNetwork, X: np.ndarray) -> list[tuple[np.ndarray, np.ndarray]]:
    _, entering, gates = ntk_forward(network, X)
    return list(zip(entering, ntk_backward(network, gates, len(X)), strict=True))
