"""Chapter 5, deeper ReLU networks by linear programming.

Layered activation patterns, the convex weights of a deep network with a block for each
path, the maps between them, and the programs that train three layers and more.
"""

from reference.deep_relu_lp.network import (
    DeepConvexWeights,
    DeepNetwork,
    deep_cone_slack,
    deep_output,
    from_deep_network,
    to_deep_network,
)
from reference.deep_relu_lp.patterns import (
    DeepPatterns,
    enumerate_deep_patterns,
    path_masks,
    sample_deep_patterns,
)
from reference.deep_relu_lp.plain import plain_fit_three_layers, plain_to_three_layers
from reference.deep_relu_lp.programs import cone_program as cone_program
from reference.deep_relu_lp.programs import count_blocks, deep_gram, fit_deep_relu_lp

__all__ = [
    "plain_fit_three_layers",
    "plain_to_three_layers",
    "DeepNetwork",
    "DeepConvexWeights",
    "deep_output",
    "deep_cone_slack",
    "to_deep_network",
    "from_deep_network",
    "DeepPatterns",
    "path_masks",
    "sample_deep_patterns",
    "enumerate_deep_patterns",
    "count_blocks",
    "deep_gram",
    "fit_deep_relu_lp",
]
