"""Chapter 4, two-layer ReLU networks by linear programming.

A network and its convex weights, two blocks for each activation pattern; the maps
between them; training as linear equations and as linear programs.
"""

from reference.relu_lp.convex_weights import (
    ConvexWeights,
    convex_output,
    from_network,
    reduce_neurons,
    to_network,
)
from reference.relu_lp.convex_weights import as_blocks as as_blocks
from reference.relu_lp.gates import cells_beside as cells_beside
from reference.relu_lp.network import ReluNetwork, relu_output
from reference.relu_lp.network import as_network as as_network
from reference.relu_lp.operator import LiftedOperator
from reference.relu_lp.plain import (
    plain_closed_form,
    plain_fit_relu_lp,
    plain_to_network,
)
from reference.relu_lp.programs import checked_task as checked_task
from reference.relu_lp.programs import fit_relu_lp
from reference.relu_lp.programs import least_norm as least_norm
from reference.relu_lp.scaling import column_units as column_units
from reference.relu_lp.scaling import scale_to_margin as scale_to_margin
from reference.relu_lp.separation import farkas_residual
from reference.relu_lp.separation import (
    separate_without_cones as separate_without_cones,
)

__all__ = [
    "plain_fit_relu_lp",
    "plain_closed_form",
    "plain_to_network",
    "relu_output",
    "ReluNetwork",
    "ConvexWeights",
    "LiftedOperator",
    "convex_output",
    "to_network",
    "from_network",
    "reduce_neurons",
    "fit_relu_lp",
    "farkas_residual",
]
