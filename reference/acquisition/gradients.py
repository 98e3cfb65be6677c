r"""Per-sample gradients, as factors or as arrays, and gradients in the inputs.

Let :math:`c_i` be slopes in the scores of sample i: :math:`p_i - e_{y_i}` for its
loss, :math:`e_k` for output k. The gradient of :math:`c_i^\top f_\theta(x_i)` in a
matrix W is an outer product of what enters the layer and what comes back to it,

.. math::

    g_i^W = a_i \otimes e_i, \qquad g_i^b = d_i, \qquad
    \langle g_i^W, g_j^W \rangle = \langle a_i, a_j \rangle \langle e_i, e_j \rangle ,

so that inner products and norms of n gradients need n rows a layer, and never an
array of n times the number of parameters. All of this is in prediction mode: the
moments of batch norm are given, and no unit is dropped.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition.layers import Passage, backward
from reference.acquisition.mlp import Mlp
from reference.common import as_array, as_choice, need_parts

__all__ = ["LayerFactors", "gradient_factors", "input_gradients", "sample_gradients"]


@dataclass(frozen=True)
class LayerFactors:
    """The gradients of n samples in the parameters of one layer.

    Attributes
    ----------
    inputs : ndarray, shape (n, d_in)
        :math:`a_i`, what enters the layer.
    slopes : ndarray, shape (n, d_out)
        :math:`e_i`; the gradient in W is the outer product of the two.
    shift : ndarray, shape (n, d_out)
        The gradient in b (equal to `slopes` without batch norm).
    gain : ndarray, shape (n, d_out), or None
        The gradient in batch norm's gain.
    """

    inputs: np.ndarray
    slopes: np.ndarray
    shift: np.ndarray
    gain: np.ndarray | None


def gradient_factors(model: Mlp, X: ArrayLike, slopes: ArrayLike) -> list[LayerFactors]:
    r"""Return the factors of each sample's gradient, layer by layer.

    .. math::

        \nabla_{W_l} \bigl( c_i^\top f_\theta(x_i) \bigr) = a_i^l \otimes e_i^l

    Parameters
    ----------
    model : Mlp
    X : array_like, shape (n, d)
    slopes : array_like, shape (n, C)
        :math:`c_i`; the second value of `sample_losses` for the gradient of losses.

    Returns
    -------
    list of LayerFactors
        First layer first.

    Raises
    ------
    ValueError
        If shapes do not fit, or batch norm has no statistics yet.

    Notes
    -----
    Implements (eq:acquisition-factors), with one forward and one backward pass: the
    cost of one gradient of the whole batch. The penalty of `Mlp` is not in it.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import Mlp, gradient_factors
    >>> model = Mlp((2, 3, 2), rng=np.random.default_rng(0))
    >>> first, last = gradient_factors(model, [[1.0, 2.0]], [[1.0, -1.0]])
    >>> first.inputs, last.slopes
    (array([[1., 2.]]), array([[ 1., -1.]]))
    """
    passages, pairs, _ = way_back(model, X, slopes)
    return [
        LayerFactors(p.inputs, E, D, None if p.normal is None else D * p.normal)
        for p, (D, E) in zip(passages, pairs, strict=True)
    ]


def way_back(
    model: Mlp, X: ArrayLike, slopes: ArrayLike, *, above: int = 0
) -> tuple[list[Passage], list[tuple[np.ndarray, np.ndarray]], np.ndarray]:
    """Return passages, pairs (D, E) and inputs' slopes, without the layers `above`."""
    need_parts(model, "model", "an Mlp", "passage", "inputs", "layers")
    X = model.inputs(X)
    depth = len(model.layers) - above
    slopes = as_array(slopes, "slopes", (len(X), model.sizes[depth]))
    passages = model.passage(X)[1][:depth]
    return passages, *backward(model.layers[:depth], passages, slopes)


def sample_gradients(model: Mlp, X: ArrayLike, slopes: ArrayLike) -> np.ndarray:
    r"""Return the gradient of each sample in all parameters, as rows.

    .. math::

        g_i = \nabla_\theta \bigl( c_i^\top f_\theta(x_i) \bigr)

    Parameters
    ----------
    model : Mlp
    X : array_like, shape (n, d)
    slopes : array_like, shape (n, C)
        :math:`c_i`, slopes in the scores.

    Returns
    -------
    ndarray, shape (n, p)
        In the order of ``model.theta``.

    Raises
    ------
    ValueError
        If shapes do not fit, or batch norm has no statistics yet.

    Notes
    -----
    For small cases: n p numbers. Where inner products are wanted, multiply the
    factors of `gradient_factors` instead, as (eq:acquisition-factors) does.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import Mlp, sample_gradients
    >>> model = Mlp((2, 1), rng=np.random.default_rng(0), task="regression")
    >>> sample_gradients(model, [[3.0, 4.0]], [[1.0]])
    array([[3., 4., 1.]])
    """
    blocks = []
    for f in gradient_factors(model, X, slopes):
        outer = f.inputs[:, :, None] * f.slopes[:, None, :]
        blocks += [outer.reshape(len(outer), -1), f.shift]
        blocks += [] if f.gain is None else [f.gain]
    return np.hstack(blocks)


def input_gradients(
    model: Mlp, X: ArrayLike, slopes: ArrayLike, *, of: str = "scores"
) -> np.ndarray:
    r"""Return the gradient in each sample's own inputs.

    .. math::

        \nabla_{x_i} \bigl( c_i^\top f_\theta(x_i) \bigr) \quad\text{or}\quad
        \nabla_{x_i} \bigl( c_i^\top \phi_\theta(x_i) \bigr)

    Parameters
    ----------
    model : Mlp
    X : array_like, shape (n, d)
    slopes : array_like, shape (n, C) or (n, h)
        :math:`c_i`, slopes in the scores, or in the embedding.
    of : {"scores", "embedding"}
        What the slopes belong to; the embedding where another model stands on it.

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError
        If shapes do not fit, or batch norm has no statistics yet.

    Notes
    -----
    Implements the last product of (eq:acquisition-backward). At a kink of a ReLU the
    slope of its left side, 0, is taken.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import Mlp, input_gradients
    >>> model = Mlp((2, 1), rng=np.random.default_rng(0), task="regression")
    >>> model.theta[:] = [5.0, -6.0, 1.0]
    >>> input_gradients(model, [[0.0, 0.0]], [[2.0]])
    array([[ 10., -12.]])
    """
    as_choice(of, "of", ("scores", "embedding"))
    return way_back(model, X, slopes, above=int(of == "embedding"))[2]
