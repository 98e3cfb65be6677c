"""Chapter 6, convex ReLU programs: global optima with a certificate.

The regularised training problem of a two-layer network as a convex program over the
blocks of the patterns; its dual, whose gap proves an answer right; proximal gradients
and an interior point method; and the gated programs without cones.
"""

from reference.convex_relu.certificate import (
    cone_dual_norms,
    critical_reg,
    duality_gap,
    scaled_residual_gap,
)
from reference.convex_relu.certificate import cone_rows as cone_rows
from reference.convex_relu.certificate import gap_too_large as gap_too_large
from reference.convex_relu.certificate import least_distance as least_distance
from reference.convex_relu.certificate import (
    non_negative_least_squares as non_negative_least_squares,
)
from reference.convex_relu.certificate import project_blocks as project_blocks
from reference.convex_relu.certificate import project_on_cone as project_on_cone
from reference.convex_relu.fit import ConvexFit, fit_convex_relu
from reference.convex_relu.gated import (
    GatedFit,
    cone_decomposition,
    fit_gated,
    gated_predict,
)
from reference.convex_relu.interior_point import (
    ConeSolution,
    Progress,
    cone_interior_point,
)
from reference.convex_relu.interior_point import without_zeros as without_zeros
from reference.convex_relu.norm_cones import NormCones, scale_cones
from reference.convex_relu.norm_cones import (
    predict_and_correct as predict_and_correct,
)
from reference.convex_relu.objective import (
    balanced_network,
    cone_slack,
    convex_objective,
    nonconvex_objective,
)
from reference.convex_relu.objective import lifted_operator as lifted_operator
from reference.convex_relu.objective import pattern_masks as pattern_masks
from reference.convex_relu.objective import total_norm as total_norm
from reference.convex_relu.plain import (
    plain_convex_objective,
    plain_fista,
    plain_gap,
    plain_project,
)
from reference.convex_relu.proximal import fista
from reference.convex_relu.proximal import shrink_blocks as shrink_blocks

__all__ = [
    "plain_convex_objective",
    "plain_project",
    "plain_gap",
    "plain_fista",
    "balanced_network",
    "nonconvex_objective",
    "convex_objective",
    "cone_slack",
    "scaled_residual_gap",
    "cone_dual_norms",
    "duality_gap",
    "critical_reg",
    "fista",
    "NormCones",
    "scale_cones",
    "Progress",
    "ConeSolution",
    "cone_interior_point",
    "ConvexFit",
    "fit_convex_relu",
    "GatedFit",
    "gated_predict",
    "fit_gated",
    "cone_decomposition",
]
