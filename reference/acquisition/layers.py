r"""A batch through the layers, and its slopes back through them.

Rows are samples. A hidden layer takes the rows A to

.. math::

    Z = A W, \qquad
    N = (Z - \mathbf{1} m^\top) / s, \qquad
    U = N g + \mathbf{1} b^\top, \qquad
    A_+ = K \circ \max(U, 0),

with batch norm's mean m and scale s of each column (without batch norm N = Z and
g = 1) and dropout's K, whose entries are 0 or 1/(1 - dropout). The last layer is
:math:`F = A W + \mathbf{1} b^\top`. Given the slopes :math:`\partial L / \partial F`,
one matrix product a layer brings them back; with D for the slopes in U and E for
those in Z,

.. math::

    \frac{\partial L}{\partial W} = A^\top E, \qquad
    \frac{\partial L}{\partial b} = D^\top \mathbf{1}, \qquad
    \frac{\partial L}{\partial g} = (D \circ N)^\top \mathbf{1}, \qquad
    \frac{\partial L}{\partial A} = E W^\top .
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

import numpy as np

__all__: list[str] = []

EPSILON = 1e-5  # batch norm divides by sqrt(variance + EPSILON)


@dataclass(frozen=True)
class Layer:
    """The parameters of a layer, as views into one flat vector."""

    weights: np.ndarray  # (d_in, d_out)
    shift: np.ndarray  # (d_out,)
    gain: np.ndarray | None  # (d_out,), with batch norm


@dataclass(frozen=True)
class Passage:
    """What the way back needs to know about the way there through a layer."""

    inputs: np.ndarray  # A
    normal: np.ndarray | None = None  # N
    scale: np.ndarray | None = None  # s
    open: np.ndarray | None = None  # K where U > 0, else 0; None in the last layer


def parameter_count(sizes: Sequence[int], batch_norm: bool) -> int:
    """Return the length of the flat vector."""
    dense = sum((d + 1) * m for d, m in pairwise(sizes))
    return dense + batch_norm * sum(sizes[1:-1])


def layers_of(theta: np.ndarray, sizes: Sequence[int], batch_norm: bool) -> list[Layer]:
    """Return the layers as views into the flat vector: weights, shift, gain of each."""
    layers, start = [], 0
    for l, (d, m) in enumerate(pairwise(sizes)):
        shift = start + d * m
        gain = shift + m
        has_gain = batch_norm and l < len(sizes) - 2
        layers.append(
            Layer(
                theta[start:shift].reshape(d, m),
                theta[shift:gain],
                theta[gain : gain + m] if has_gain else None,
            )
        )
        start = gain + has_gain * m
    return layers


def forward(
    layers: Sequence[Layer],
    X: np.ndarray,
    *,
    shares: np.ndarray | None = None,
    statistics: Sequence[tuple] = (),
    keep: Sequence[np.ndarray] = (),
) -> tuple[np.ndarray, list[Passage]]:
    """Return the scores (n, C), and the passage of each layer.

    Batch norm takes mean and scale from the batch, where sample i has the share
    ``shares[i]``, or without shares from `statistics`; `keep` has dropout's factors.
    """
    A, passages = X, []
    for l, layer in enumerate(layers[:-1]):
        U = A @ layer.weights
        normal = scale = None
        if layer.gain is not None:
            mean, scale = statistics[l] if shares is None else moments(U, shares)
            normal = (U - mean) / scale
            U = normal * layer.gain
        U += layer.shift
        opened = (U > 0.0) * keep[l] if keep else (U > 0.0)
        passages.append(Passage(A, normal, scale, opened))
        A = np.multiply(U, opened, out=U)
    last = layers[-1]
    return A @ last.weights + last.shift, [*passages, Passage(A)]


def moments(Z: np.ndarray, shares: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the mean and scale of the columns of Z (n, m), rows having shares."""
    mean = shares @ Z
    return mean, np.sqrt(shares @ (Z - mean) ** 2 + EPSILON)


def backward(
    layers: Sequence[Layer],
    passages: Sequence[Passage],
    slopes: np.ndarray,
    shares: np.ndarray | None = None,
    *,
    to_inputs: bool = True,
) -> tuple[list[tuple[np.ndarray, np.ndarray]], np.ndarray]:
    r"""Return the pair (D, E) of each layer, first to last, and the inputs' slopes.

    Training has no use for the latter, one product more: `to_inputs` leaves it out.

    Mean and scale of a batch depend on Z, and so

    .. math::

        E = \frac{g}{s} \circ \bigl( D - \pi \, \mathbf{1}^\top D
            - (\pi \mathbf{1}^\top (D \circ N)) \circ N \bigr)

    with the shares π; with given statistics only the first term is there.
    """
    D, pairs = slopes, []
    for layer, passage in zip(reversed(layers), reversed(passages), strict=True):
        if passage.open is not None:
            D = D * passage.open
        E = D
        if layer.gain is not None and passage.normal is not None:
            if shares is not None:
                pull = D.sum(axis=0) + passage.normal * (D * passage.normal).sum(axis=0)
                E = D - shares[:, None] * pull  # (eq:acquisition-batch-norm)
            E = E * (layer.gain / passage.scale)
        pairs.append((D, E))
        if to_inputs or len(pairs) < len(layers):
            D = E @ layer.weights.T
    return pairs[::-1], D


def parameter_gradient(
    layers: Sequence[Layer],
    passages: Sequence[Passage],
    pairs: Sequence[tuple[np.ndarray, np.ndarray]],
    sizes: Sequence[int],
    out: np.ndarray | None = None,
) -> np.ndarray:
    """Return the gradient of the batch's loss as one flat vector, in `out` if given."""
    batch_norm = any(layer.gain is not None for layer in layers)
    gradient = np.empty(parameter_count(sizes, batch_norm)) if out is None else out
    places = layers_of(gradient, sizes, batch_norm)
    for place, passage, (D, E) in zip(places, passages, pairs, strict=True):
        np.matmul(passage.inputs.T, E, out=place.weights)  # (eq:acquisition-backward)
        D.sum(axis=0, out=place.shift)
        if place.gain is not None and passage.normal is not None:
            (D * passage.normal).sum(axis=0, out=place.gain)
    return gradient
