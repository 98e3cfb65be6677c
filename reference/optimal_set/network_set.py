r"""Optimal networks that are one and the same, and paths between others.

In the weights of a network the set of optima has more points than the polytope of
amounts, and is not convex: neurons may be listed in any order, and a neuron may be
split into copies of itself,

.. math::

    (w, \alpha) \;\mapsto\; \sqrt{\theta}\, (w, \alpha), \;
    \sqrt{1 - \theta}\, (w, \alpha), \qquad 0 \le \theta \le 1 .

Output and weight decay stay. Two optimal networks side by side, one fading out while
the other fades in, are optimal all the way.
"""

import numpy as np

from reference.common import as_integer, as_real, need_parts
from reference.relu_lp import ReluNetwork, as_network

__all__ = ["blend_networks", "split_neuron"]


def split_neuron(network: ReluNetwork, neuron: int, share: float) -> ReluNetwork:
    r"""Return the network with one neuron split into two copies in its direction.

    .. math::

        (w, \alpha) \mapsto \sqrt{\theta}\, (w, \alpha), \;
        \sqrt{1 - \theta}\, (w, \alpha) .

    Parameters
    ----------
    network : ReluNetwork
    neuron : int
        Which one, from 0.
    share : float
        θ, in [0, 1]. The first copy stays in its place, the second is appended.

    Returns
    -------
    ReluNetwork

    Raises
    ------
    ValueError
        If there is no such neuron.

    Notes
    -----
    Implements (eq:optimal-split): output and weight decay are those of the network.

    Examples
    --------
    >>> from reference.optimal_set import split_neuron
    >>> from reference.relu_lp import ReluNetwork
    >>> split_neuron(ReluNetwork([[2.0]], [2.0]), 0, 0.25)
    ReluNetwork(hidden=array([[1.        , 1.73205081]]), output=array([1.        , 1.73205081]))
    """  # noqa: E501
    network = as_network(network)
    neuron = as_integer(neuron, "neuron", low=0, high=network.width - 1)
    share = as_real(share, "share", low=0.0, high=1.0)
    scale = np.append(np.ones(network.width), np.sqrt(1.0 - share))
    scale[neuron] = np.sqrt(share)
    order = np.append(np.arange(network.width), neuron)
    return ReluNetwork(scale * network.hidden[:, order], scale * network.output[order])


def blend_networks(
    first: ReluNetwork, second: ReluNetwork, share: float
) -> ReluNetwork:
    r"""Return both networks side by side, the second with a share of the output.

    .. math::

        \big( \sqrt{1 - \theta}\, (W, \alpha), \;
              \sqrt{\theta}\, (W', \alpha') \big) .

    Parameters
    ----------
    first, second : ReluNetwork
        With hidden weights of the same dimension.
    share : float
        θ, in [0, 1]: 0 is the first network, 1 the second, each with silent neurons.

    Returns
    -------
    ReluNetwork
        Of the width of both together, whatever θ is.

    Raises
    ------
    ValueError
        If one is no network, or the dimensions differ.

    Notes
    -----
    Implements (eq:optimal-blend). Output and weight decay are the averages of theirs,
    everywhere and not only on the data: between optimal networks the objective is
    constant along the path.

    Examples
    --------
    >>> from reference.optimal_set import blend_networks
    >>> from reference.relu_lp import ReluNetwork
    >>> one, other = ReluNetwork([[1.0]], [1.0]), ReluNetwork([[3.0]], [1.0])
    >>> blend_networks(one, other, 0.5)([[2.0], [-2.0]]).round(9)
    array([4., 0.])
    """
    need_parts(first, "first", "a ReluNetwork", "hidden", "output")
    need_parts(second, "second", "a ReluNetwork", "hidden", "output")
    first, second = as_network(first), as_network(second)
    if len(first.hidden) != len(second.hidden):
        raise ValueError(
            f"second must have hidden weights of dimension {len(first.hidden)} like "
            f"first, got {len(second.hidden)}"
        )
    share = as_real(share, "share", low=0.0, high=1.0)
    a, b = np.sqrt(1.0 - share), np.sqrt(share)
    return ReluNetwork(
        np.hstack([a * first.hidden, b * second.hidden]),
        np.append(a * first.output, b * second.output),
    )
