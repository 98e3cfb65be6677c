"""Chapter 9, optimal sets: all optimal networks, and the smallest ones.

The polytope of all optima from one certified fit, with its vertices, samples and
shortest member; pruning that keeps the fit and never raises the objective; pruning
beyond that; and the optimal set in the weights of a network.
"""

from reference.optimal_set.certified import Candidates as Candidates
from reference.optimal_set.certified import least_gap_amounts as least_gap_amounts
from reference.optimal_set.certified import newton_residual as newton_residual
from reference.optimal_set.further import prune_further
from reference.optimal_set.network_set import blend_networks, split_neuron
from reference.optimal_set.plain import plain_polytope, plain_prune_step
from reference.optimal_set.polytope import OptimalSet, optimal_set
from reference.optimal_set.pruning import merge_duplicates, prune, prune_network
from reference.optimal_set.pruning import null_vectors as null_vectors

__all__ = [
    "plain_polytope",
    "plain_prune_step",
    "OptimalSet",
    "optimal_set",
    "merge_duplicates",
    "prune",
    "prune_network",
    "prune_further",
    "split_neuron",
    "blend_networks",
]
