"""Chapter 11, acquisition: which labels to buy from a pool.

Strategies that choose samples to be labelled, the loop that buys the labels and counts
them, the network that they are compared on, and the tools that compare them.
"""

from reference.acquisition.adam import minimize_adam
from reference.acquisition.gradients import (
    LayerFactors,
    gradient_factors,
    input_gradients,
    sample_gradients,
)
from reference.acquisition.losses import sample_losses, softmax
from reference.acquisition.mlp import Mlp, fit_mlp
from reference.acquisition.pool import Run, run_active_learning
from reference.acquisition.view import PoolView

__all__ = [
    "softmax",
    "sample_losses",
    "minimize_adam",
    "Mlp",
    "fit_mlp",
    "LayerFactors",
    "gradient_factors",
    "sample_gradients",
    "input_gradients",
    "PoolView",
    "Run",
    "run_active_learning",
]
