"""Chapter 2, analytic centres: Newton's method on a barrier, from cut to cut.

The point of a set of inequalities that maximises the product of the slacks, found by
damped Newton steps and kept up to date as cuts arrive and leave; and its twin for the
cones of a ReLU network, whose matrices have the blocks of the patterns.
"""

from reference.analytic_center.center import (
    add_cut,
    analytic_center,
    drop_rows,
    lower_bound,
)
from reference.analytic_center.newton import (
    Body,
    Center,
    EmptySet,
    FlatSet,
    UnboundedSet,
    line_search,
)
from reference.analytic_center.plain import (
    plain_center,
    plain_cut,
    plain_newton_step,
)
from reference.analytic_center.polytope import Polytope
from reference.analytic_center.relu_body import ReluBody, ReluCuts
from reference.analytic_center.relu_set import add_relu_cut, relu_center

__all__ = [
    "plain_newton_step",
    "plain_center",
    "plain_cut",
    "EmptySet",
    "FlatSet",
    "UnboundedSet",
    "Center",
    "Body",
    "line_search",
    "Polytope",
    "analytic_center",
    "add_cut",
    "drop_rows",
    "lower_bound",
    "ReluCuts",
    "ReluBody",
    "relu_center",
    "add_relu_cut",
]
