r"""Two-layer ReLU networks as plain arrays.

A network of width m on inputs with d features is

.. math::

    f(x) = \sum_{j=1}^{m} \alpha_j \, (x^\top w_j)_+ , \qquad (t)_+ = \max(t, 0),

with hidden weights :math:`W = [w_1, \dots, w_m] \in R^{d \times m}` and output
weights :math:`\alpha \in R^m`. A bias is a column of ones in the data.
"""

import os
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_matrix, as_vector, need_parts

__all__ = ["ReluNetwork", "relu_output"]


def relu_output(X: ArrayLike, hidden: ArrayLike, output: ArrayLike) -> np.ndarray:
    r"""Return the outputs of a two-layer ReLU network.

    .. math::

        f = (X W)_+ \, \alpha .

    Parameters
    ----------
    X : array_like, shape (n, d)
    hidden : array_like, shape (d, m)
        One column of weights per hidden neuron; m = 0 is the zero network.
    output : array_like, shape (m,)

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        If the shapes do not match or a number is not finite.

    Notes
    -----
    Implements (eq:relu-network); O(n d m). For c > 0, the neurons (w, alpha) and
    (c w, alpha / c) give the same output: the ReLU is positively homogeneous.

    Examples
    --------
    >>> from reference.relu_lp import relu_output
    >>> relu_output([[2.0], [-3.0]], [[1.0, -1.0]], [1.0, 1.0])  # |x|
    array([2., 3.])
    """
    hidden, output = _checked_weights(hidden, output)
    X = as_matrix(X, columns=len(hidden))
    return np.maximum(X @ hidden, 0.0) @ output  # (eq:relu-network)


def _checked_weights(
    hidden: ArrayLike, output: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    if isinstance(hidden, np.ndarray) and hidden.shape[1:] == (0,) and len(hidden):
        hidden = np.zeros(hidden.shape)  # no neuron at all
    else:
        hidden = as_matrix(hidden, "hidden")
    return hidden, as_vector(output, "output", size=hidden.shape[1])


@dataclass(frozen=True, eq=False)
class ReluNetwork:
    """A two-layer ReLU network; ``network(X)`` are its outputs, shape (n,).

    Parameters
    ----------
    hidden : array_like, shape (d, m)
        Weights of the m hidden neurons, one per column.
    output : array_like, shape (m,)
        Their output weights.

    Raises
    ------
    ValueError
        If the shapes do not match or a number is not finite.

    Notes
    -----
    The arrays are copied and made read-only, so that a network does not change
    behind the back of whoever holds it.

    Examples
    --------
    >>> from reference.relu_lp import ReluNetwork
    >>> absolute = ReluNetwork([[1.0, -1.0]], [1.0, 1.0])
    >>> absolute([[2.0], [-3.0]])
    array([2., 3.])
    >>> absolute.width
    2
    """

    hidden: np.ndarray
    output: np.ndarray

    def __post_init__(self) -> None:
        hidden, output = _checked_weights(self.hidden, self.output)
        hidden.flags.writeable = output.flags.writeable = False
        object.__setattr__(self, "hidden", hidden)
        object.__setattr__(self, "output", output)

    def __call__(self, X: ArrayLike) -> np.ndarray:
        return relu_output(X, self.hidden, self.output)

    @property
    def width(self) -> int:
        """The number of hidden neurons, m."""
        return len(self.output)

    def save(self, path: str | os.PathLike) -> None:
        """Write the weights to `path` in NumPy's .npz format, without pickle.

        Parameters
        ----------
        path : str or os.PathLike
            Used as it is; no suffix is appended. An existing file is replaced.
        """
        with open(path, "wb") as file:
            np.savez(file, hidden=self.hidden, output=self.output)

    @staticmethod
    def load(path: str | os.PathLike) -> "ReluNetwork":
        """Return the network that `save` wrote to `path`.

        Parameters
        ----------
        path : str or os.PathLike

        Returns
        -------
        ReluNetwork

        Raises
        ------
        FileNotFoundError
            If there is no such file.
        ValueError
            If the file is not a saved network. Nothing in it is executed.
        """
        try:
            with np.load(path, allow_pickle=False) as arrays:
                hidden, output = arrays["hidden"], arrays["output"]
        except FileNotFoundError:
            raise
        except Exception as error:  # np.load has many for files of another kind
            raise ValueError(
                f"{path} is not a network written by ReluNetwork.save "
                "(an .npz file with the arrays hidden and output)"
            ) from error
        return ReluNetwork(hidden, output)


def as_network(network: Any) -> ReluNetwork:
    """Return the network if it is one, or say what came instead."""
    need_parts(network, "network", "a ReluNetwork", "hidden", "output")
    return ReluNetwork(network.hidden, network.output)
