"""Chapter 10, solution paths: how optimal networks move with λ and with the data.

The regularisation path with a certificate at every point and bounds between them; the
conditions under which an optimum is smooth, by name; its derivatives in λ, in the
targets and in the samples; the shortest optimum along the path; and λ chosen by the
slope of the validation loss.
"""

from reference.solution_path.derivatives import (
    data_sensitivity,
    sensitivity,
    validation_slope,
)
from reference.solution_path.path import (
    SolutionPath,
    path_bounds,
    regularization_path,
)
from reference.solution_path.plain import plain_path, plain_sensitivity
from reference.solution_path.shortest import min_norm_path
from reference.solution_path.smooth import (
    ConditionFails,
    Conditions,
    SmoothOptimum,
    smooth_conditions,
    smooth_optimum,
)
from reference.solution_path.tuning import TunedReg, tune_reg

__all__ = [
    "plain_path",
    "plain_sensitivity",
    "SolutionPath",
    "regularization_path",
    "path_bounds",
    "ConditionFails",
    "Conditions",
    "SmoothOptimum",
    "smooth_conditions",
    "smooth_optimum",
    "sensitivity",
    "data_sensitivity",
    "validation_slope",
    "TunedReg",
    "tune_reg",
    "min_norm_path",
]
