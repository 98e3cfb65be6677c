"""Chapter 7, fast solvers: ADMM with small factors, and sampled programs.

Losses with their conjugates and proximal maps; the splitting that solves the convex
program with one factorisation; the program with sampled neurons, and how many samples
are enough.
"""

from reference.admm.fit import admm_convex_relu, project_to_cones
from reference.admm.losses import checked_targets as checked_targets
from reference.admm.losses import dual_bound, dual_value, loss_value, prox_loss
from reference.admm.losses import worst_losses as worst_losses
from reference.admm.plain import plain_admm, plain_sampled
from reference.admm.sample_bounds import (
    improvement_bound,
    samples_needed,
    violation_tail,
)
from reference.admm.sampled import SampledFit, fit_sampled
from reference.admm.splitting import (
    AdmmState,
    NormalSolver,
    admm_iterates,
    dual_norm_bound,
    normal_solver,
)

__all__ = [
    "plain_admm",
    "plain_sampled",
    "loss_value",
    "prox_loss",
    "dual_value",
    "dual_bound",
    "AdmmState",
    "NormalSolver",
    "normal_solver",
    "admm_iterates",
    "dual_norm_bound",
    "project_to_cones",
    "admm_convex_relu",
    "SampledFit",
    "fit_sampled",
    "improvement_bound",
    "violation_tail",
    "samples_needed",
]
