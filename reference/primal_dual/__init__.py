"""Chapter 13, primal-dual constrained learning: a bound on the loss of every sample.

The mean loss is minimised while no sample's loss exceeds its bound; the duals say what
each bound costs. Convex models to their optimality conditions, networks by alternating
steps, and the dual function that bounds the optimum from below.
"""

from reference.primal_dual.fit import Constrained, lagrangian_bound, pdcl
from reference.primal_dual.models import ConvexReluModel, LinearModel
from reference.primal_dual.plain import plain_pdcl

__all__ = [
    "plain_pdcl",
    "LinearModel",
    "ConvexReluModel",
    "Constrained",
    "pdcl",
    "lagrangian_bound",
]
