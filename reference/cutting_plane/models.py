r"""Models that are linear in lifted weights: what the cutting-plane loop asks of them.

At a pool of inputs, each with a row of gates, a model is a matrix times its weights,

.. math::

    f(x_i; \theta) = a_i^\top \theta, \qquad C_i \theta \ge 0 \;\text{ (cones)},

and that is all that the loop needs. A linear rule has no cones. Two layers have the
blocks u and v of chapter 4, three and more the paths of chapter 5. Where the cones of
an input do not hold, :math:`a_i^\top\theta` is not the output of the network.
"""

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any, Protocol

import numpy as np
from scipy.linalg import block_diag

from reference.activation_patterns import Patterns
from reference.common import as_matrix, need_nonzero_rows, need_parts
from reference.deep_relu_lp import (
    DeepConvexWeights,
    DeepPatterns,
    cone_program,
    deep_output,
    path_masks,
    to_deep_network,
)
from reference.relu_lp import ConvexWeights, LiftedOperator, to_network

__all__ = ["DeepModel", "LinearModel", "Model", "TwoLayerModel"]


class Model(Protocol):
    """What the loop asks of a model; `bought` are positions in the pool."""

    @property
    def X(self) -> np.ndarray:
        """The pool, (n, d)."""

    @property
    def shape(self) -> tuple[int, ...]:
        """The shape of theta."""

    def outputs(self, theta: np.ndarray) -> np.ndarray:
        """Return the lifted outputs a_i'theta at the whole pool, (n,)."""

    def dense(self, bought: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Return C and F: cones C theta >= 0 and outputs F theta at these inputs."""

    def row(self, i: int) -> np.ndarray:
        """Return a_i in the shape that a centre's Hessian takes."""

    def paths(self, bought: np.ndarray) -> np.ndarray:
        """Return the masks with which the model is gated and linear, (p, k)."""

    def patterns_at(self, bought: np.ndarray) -> Any:
        """Return the patterns on these inputs only, None for a linear rule."""

    def weights(self, theta: np.ndarray) -> Any:
        """Return theta as the convex weights of its chapter."""

    def network(self, theta: np.ndarray) -> Any:
        """Return the network of theta; called with X it gives its outputs."""


@dataclass(frozen=True, eq=False)
class LinearModel:
    """The linear rule x'theta; as a network, (x'theta)_+ - (-x'theta)_+."""

    X: np.ndarray

    @property
    def shape(self) -> tuple[int, ...]:
        return self.X.shape[1:]

    def outputs(self, theta: np.ndarray) -> np.ndarray:
        return self.X @ theta

    def dense(self, bought: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        return np.zeros((0, self.X.shape[1])), self.X[bought]

    def row(self, i: int) -> np.ndarray:
        return self.X[i]

    def paths(self, bought: np.ndarray) -> np.ndarray:
        return np.ones((1, len(bought)), dtype=bool)

    def patterns_at(self, bought: np.ndarray) -> None:
        return None

    def weights(self, theta: np.ndarray) -> ConvexWeights:
        return ConvexWeights(theta[None], -theta[None])

    def network(self, theta: np.ndarray) -> Any:
        return to_network(self.weights(theta))


@dataclass(frozen=True, eq=False)
class TwoLayerModel:
    """Chapter 4's lifted network: theta = (u, v), shape (2, P, d)."""

    X: np.ndarray
    gates: np.ndarray

    @cached_property
    def masks(self) -> np.ndarray:
        """The patterns of the gates on the pool, bool (P, n)."""
        return self.gates @ self.X.T >= 0

    @cached_property
    def F(self) -> LiftedOperator:
        """The lifted outputs at the pool as an operator."""
        return LiftedOperator(self.X, self.masks)

    @property
    def shape(self) -> tuple[int, ...]:
        return self.F.shape

    def outputs(self, theta: np.ndarray) -> np.ndarray:
        return self.F.outputs(theta)

    def dense(self, bought: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        X, masks = self.X[bought], self.masks[:, bought]
        cones = block_diag(*[(2.0 * mask - 1.0)[:, None] * X for mask in masks] * 2)
        half = (masks.T[:, :, None] * X[:, None]).reshape(len(bought), -1)
        return cones, np.hstack([half, -half])  # (eq:lp-cones)

    def row(self, i: int) -> np.ndarray:
        half = self.masks[:, i, None] * self.X[i]
        return np.stack([half, -half])

    def paths(self, bought: np.ndarray) -> np.ndarray:
        return self.masks[:, bought]

    def patterns_at(self, bought: np.ndarray) -> Patterns:
        return Patterns(self.masks[:, bought], self.gates)

    def weights(self, theta: np.ndarray) -> ConvexWeights:
        return ConvexWeights(theta[0], theta[1])

    def network(self, theta: np.ndarray) -> Any:
        return to_network(self.weights(theta))

    def extended(self, x: np.ndarray) -> "TwoLayerModel":
        """Return the model with one more input in its pool."""
        return replace(self, X=np.vstack([self.X, x]))


@dataclass(frozen=True, eq=False)
class DeepModel:
    """Chapter 5's lifted network: theta has the shape of its blocks."""

    X: np.ndarray
    patterns: DeepPatterns

    @property
    def shape(self) -> tuple[int, ...]:
        counts = self.patterns.counts[::-1]
        return (*[n for P in counts for n in (2, P)], self.X.shape[1])

    def outputs(self, theta: np.ndarray) -> np.ndarray:
        return deep_output(self.X, self.patterns.masks, DeepConvexWeights(theta))

    def dense(self, bought: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        cones, outputs = cone_program(self.X[bought], self.masks_at(bought))
        C = cones.toarray()
        return C[C.any(axis=1)], outputs.toarray()  # silent units bound nothing

    def row(self, i: int) -> np.ndarray:
        return self.dense(np.array([i]))[1][0]

    def masks_at(self, bought: np.ndarray) -> tuple[np.ndarray, ...]:
        """Return the masks of the hidden layers on these inputs."""
        return tuple(layer[:, bought] for layer in self.patterns.masks)

    def paths(self, bought: np.ndarray) -> np.ndarray:
        return path_masks(self.masks_at(bought))

    def patterns_at(self, bought: np.ndarray) -> DeepPatterns:
        return DeepPatterns(self.masks_at(bought), self.patterns.gates)

    def weights(self, theta: np.ndarray) -> DeepConvexWeights:
        return DeepConvexWeights(theta)

    def network(self, theta: np.ndarray) -> Any:
        return to_deep_network(self.weights(theta))


def as_model(X: Any, patterns: Any, name: str = "X") -> Model:
    """Return the model of these patterns on the pool, checked.

    `Patterns` make two layers, `DeepPatterns` three or more, None a linear rule.
    """
    X = as_matrix(X, name)
    need_nonzero_rows(X, name)
    if patterns is None:
        return LinearModel(X)
    if isinstance(patterns, DeepPatterns):
        if patterns.masks[0].shape[1] != len(X):
            raise ValueError(
                f"patterns must be made for this {name} of {len(X)} rows, got masks of "
                f"{patterns.masks[0].shape[1]}"
            )
        heights = patterns.heights(X)
        for mask, height in zip(patterns.masks, heights, strict=True):
            _need_same(mask, height >= 0, name)
        return DeepModel(X, patterns)
    need_parts(patterns, "patterns", "Patterns", "masks", "gates")
    gates = as_matrix(patterns.gates, "patterns.gates", columns=X.shape[1])
    model = TwoLayerModel(X, gates)
    _need_same(patterns.masks, model.masks, name)
    return model


def _need_same(masks: np.ndarray, found: np.ndarray, name: str) -> None:
    if np.shape(masks) != found.shape or (masks != found).any():
        raise ValueError(
            f"patterns must be made for this {name}: their masks are not those of "
            "their gates on it; use sample_patterns or enumerate_patterns on it"
        )
