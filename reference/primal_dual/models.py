"""Models that constrained learning can solve to its optimality conditions."""

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns import Patterns
from reference.common import as_matrix, as_real, as_vector, need_parts
from reference.relu_lp import ReluNetwork

__all__ = ["ConvexReluModel", "LinearModel"]


@dataclass(frozen=True)
class LinearModel:
    r"""A linear model with a ridge penalty, :math:`f(x) = x^\top\theta`.

    Parameters
    ----------
    reg : float
        ρ >= 0: :math:`\frac{\rho}{2}\|\theta\|^2` is added to the mean loss.
    theta : ndarray, shape (d,), optional
        Set by a fit.

    Examples
    --------
    >>> from reference.primal_dual import LinearModel
    >>> LinearModel(theta=[2.0, 1.0])([[1.0, 1.0]])
    array([3.])
    """

    reg: float = 0.0
    theta: np.ndarray | None = None

    def __post_init__(self) -> None:
        object.__setattr__(self, "reg", as_real(self.reg, "reg", low=0.0))
        if self.theta is not None:
            object.__setattr__(self, "theta", as_vector(self.theta, "theta"))

    def __call__(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs Xθ, shape (n,)."""
        if self.theta is None:
            raise ValueError("the model has no parameters yet: fit it with pdcl")
        return as_matrix(X, columns=len(self.theta)) @ self.theta


@dataclass(frozen=True)
class ConvexReluModel:
    r"""A two-layer ReLU network through its convex program over patterns.

    Parameters
    ----------
    patterns : Patterns
        Of the samples that it will be trained on.
    reg : float
        λ > 0: the objective is the mean of the squared losses plus λ/N times the sum
        of the norms of the blocks, `convex_relu.convex_objective` over N.
    network : ReluNetwork, optional
        Set by a fit.
    """

    patterns: Patterns
    reg: float
    network: ReluNetwork | None = None

    def __post_init__(self) -> None:
        need_parts(self.patterns, "patterns", "Patterns", "masks", "gates")
        reg = as_real(self.reg, "reg", low=0.0, open_low=True)
        object.__setattr__(self, "reg", reg)

    def __call__(self, X: ArrayLike) -> np.ndarray:
        """Return the outputs of the network, shape (n,)."""
        if self.network is None:
            raise ValueError("the model has no parameters yet: fit it with pdcl")
        return self.network(X)


def need_model(model: Any, *kinds: type) -> None:
    """Raise unless the model is of one of these kinds."""
    if not isinstance(model, kinds):
        names = " or ".join(kind.__name__ for kind in kinds)
        raise ValueError(f"model must be {names}, got {type(model).__name__}")
