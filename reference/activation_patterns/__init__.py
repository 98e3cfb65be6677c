"""Chapter 3, activation patterns: the ways in which a ReLU can split a data set.

How many there are, how to list them all with a gate inside each cell, and how to draw
some of them at random.
"""

from reference.activation_patterns.arrangement import ROUNDING as ROUNDING
from reference.activation_patterns.arrangement import half_of_cells
from reference.activation_patterns.arrangement import step_inside as step_inside
from reference.activation_patterns.patterns import (
    Patterns,
    count_patterns,
    enumerate_patterns,
    iter_patterns,
    merge_patterns,
    sample_patterns,
    sample_vertex_patterns,
)
from reference.activation_patterns.patterns import (
    pattern_parts as pattern_parts,
)
from reference.activation_patterns.plain import (
    plain_count_patterns,
    plain_enumerate_patterns,
    plain_sample_patterns,
)

__all__ = [
    "plain_count_patterns",
    "plain_enumerate_patterns",
    "plain_sample_patterns",
    "Patterns",
    "count_patterns",
    "enumerate_patterns",
    "iter_patterns",
    "sample_patterns",
    "sample_vertex_patterns",
    "merge_patterns",
    "half_of_cells",
]
