"""Chapter 11, acquisition: which labels to buy, and how to find out whether it paid.

Strategies that choose from a pool, the loop that buys the labels and counts them, the
network that they are compared on, and the tools that compare them.
"""

from reference.acquisition.adam import minimize_adam
from reference.acquisition.bandit import (
    BanditState,
    albl,
    albl_start,
    albl_update,
    importance_weighted_accuracy,
)
from reference.acquisition.covering import k_center
from reference.acquisition.disagreement import (
    bald,
    gradient_length,
    mutual_information,
)
from reference.acquisition.discriminator import discriminative
from reference.acquisition.evaluation import (
    chosen_overlap,
    common_target,
    curve_area,
    labels_to_reach,
    redundancy,
    repeated_pool,
)
from reference.acquisition.fisher import bait, fisher_factors
from reference.acquisition.gradients import (
    LayerFactors,
    gradient_factors,
    input_gradients,
    sample_gradients,
)
from reference.acquisition.listener import albl_strategy
from reference.acquisition.losses import sample_losses, softmax
from reference.acquisition.mlp import Mlp, fit_mlp
from reference.acquisition.plain import (
    plain_active_learning,
    plain_badge,
    plain_gradients,
    plain_k_center,
)
from reference.acquisition.plain_network import (
    plain_fit_network,
    plain_network_gradient,
)
from reference.acquisition.pool import Run, run_active_learning
from reference.acquisition.seeding import badge
from reference.acquisition.significance import PairwiseWins, holm, pairwise_wins
from reference.acquisition.uncertainty import (
    entropy,
    least_confidence,
    margin,
    random_picks,
    stochastic_batch,
)
from reference.acquisition.view import PoolView

__all__ = [
    "plain_active_learning",
    "plain_k_center",
    "plain_gradients",
    "plain_badge",
    "plain_network_gradient",
    "plain_fit_network",
    "PoolView",
    "Run",
    "run_active_learning",
    "random_picks",
    "margin",
    "least_confidence",
    "entropy",
    "stochastic_batch",
    "mutual_information",
    "bald",
    "gradient_length",
    "k_center",
    "badge",
    "fisher_factors",
    "bait",
    "BanditState",
    "albl_start",
    "albl",
    "albl_update",
    "importance_weighted_accuracy",
    "albl_strategy",
    "discriminative",
    "softmax",
    "sample_losses",
    "minimize_adam",
    "Mlp",
    "fit_mlp",
    "LayerFactors",
    "gradient_factors",
    "sample_gradients",
    "input_gradients",
    "curve_area",
    "labels_to_reach",
    "common_target",
    "PairwiseWins",
    "pairwise_wins",
    "holm",
    "chosen_overlap",
    "repeated_pool",
    "redundancy",
]
