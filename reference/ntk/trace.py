r"""The trace kernel of a perceptron of chapter 11, without its Jacobian.

The Jacobian of n samples and C outputs has n C rows and p columns. But the gradient of
an output in a matrix W is the outer product of what enters the layer and of what comes
back to it, and inner products of outer products multiply,

.. math::

    K = C \, (A_L A_L^\top + \mathbf{1})
      + \sum_{l=0}^{L-1} (A_l A_l^\top + \mathbf{1})
        \circ \sum_k D_{l+1,k} D_{l+1,k}^\top ,

with A_0 = X, D_{l,k} the slopes of output k in what enters the ReLUs of layer l, and
the matrix of ones for the biases: n² numbers and matrix products.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition import LayerFactors, Mlp, gradient_factors
from reference.common import as_choice, as_matrix, need_parts

__all__ = ["trace_ntk"]


def trace_ntk(
    model: Mlp, X: ArrayLike, Z: ArrayLike | None = None, *, layers: str = "all"
) -> np.ndarray:
    r"""Return the tangent kernel of a perceptron, summed over its outputs.

    .. math::

        K(x, z) = \sum_k \langle \nabla_\theta f_k(x), \nabla_\theta f_k(z) \rangle

    Parameters
    ----------
    model : Mlp
        Of any depth, with biases; batch norm in prediction mode, with its gains.
    X : array_like, shape (n, d)
    Z : array_like, shape (m, d), optional
        X by default.
    layers : {"all", "last"}
        The gradients in all parameters, or only in those of the last layer,
        :math:`C (A A^\top + \mathbf{1})`, whose rank is at most its inputs plus one.

    Returns
    -------
    ndarray, shape (n, m)

    Raises
    ------
    ValueError
        For bad input, or batch norm without statistics.

    Notes
    -----
    Implements (eq:ntk-trace-factors); C passes back and O(C n m) work for each hidden
    unit, where the Jacobian would hold n C p numbers.

    References
    ----------
    Kong et al. (2022), section 3.4, for the trace.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import Mlp
    >>> from reference.ntk import plain_trace_ntk, trace_ntk
    >>> rng = np.random.default_rng(0)
    >>> model, X = Mlp((3, 8, 5, 2), rng=rng), rng.standard_normal((4, 3))
    >>> bool(np.allclose(trace_ntk(model, X), plain_trace_ntk(model, X)))
    True
    """
    need_parts(model, "model", "an Mlp", "passage", "inputs", "embed", "layers")
    layers = as_choice(layers, "layers", ("all", "last"))
    X = model.inputs(X)
    Z = None if Z is None else as_matrix(Z, "Z", columns=X.shape[1])
    last = model.embed(X)
    last_z = last if Z is None else model.embed(Z)
    kernel = model.num_classes * (last @ last_z.T + 1.0)
    if layers == "last":
        return kernel
    hidden = len(model.layers) - 1
    products = [np.zeros_like(kernel) for _ in range(hidden)]
    for unit in np.eye(model.num_classes):
        left = _hidden_factors(model, X, unit)
        right = left if Z is None else _hidden_factors(model, Z, unit)
        for l, (f, g) in enumerate(zip(left, right, strict=True)):
            products[l] += f.slopes @ g.slopes.T
            kernel += f.shift @ g.shift.T
            if f.gain is not None and g.gain is not None:
                kernel += f.gain @ g.gain.T
    for f, g, product in zip(left, right, products, strict=True):
        kernel += (f.inputs @ g.inputs.T) * product  # (eq:ntk-trace-factors)
    return kernel


def _hidden_factors(model: Mlp, X: np.ndarray, unit: np.ndarray) -> list[LayerFactors]:
    return gradient_factors(model, X, np.tile(unit, (len(X), 1)))[:-1]
