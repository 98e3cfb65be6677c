"""Chapter 12, cutting planes: training and querying by cuts through a centre.

One loop for nine algorithms: a centre of the weights that agree with every label so
far, a query, a label, a cut. For linear rules, two layers and more; for signs and for
numbers; from a pool, from all labels, or with questions that it makes up.
"""

from reference.cutting_plane.active import (
    active_learn,
    active_learn_regression,
    convex_final_solve,
)
from reference.cutting_plane.bounds import mistake_bound
from reference.cutting_plane.loop import CuttingPlaneRun, Purchase
from reference.cutting_plane.losses import Loss, SignLoss, TubeLoss, tube_residual
from reference.cutting_plane.models import DeepModel, LinearModel, Model, TwoLayerModel
from reference.cutting_plane.plain import plain_active_learn, plain_cut_center
from reference.cutting_plane.synthesis import synthesize_queries
from reference.cutting_plane.training import descend_relu, train

__all__ = [
    "plain_active_learn",
    "plain_cut_center",
    "Model",
    "LinearModel",
    "TwoLayerModel",
    "DeepModel",
    "Loss",
    "SignLoss",
    "TubeLoss",
    "CuttingPlaneRun",
    "Purchase",
    "train",
    "active_learn",
    "active_learn_regression",
    "convex_final_solve",
    "synthesize_queries",
    "tube_residual",
    "mistake_bound",
    "descend_relu",
]
