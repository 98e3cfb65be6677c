"""Chapter 8, adversarial training: networks whose worst case is known exactly.

Attacks on a network, cones that hold for every perturbation in a box, and the convex
program whose value is the worst-case loss.
"""

from reference.adversarial.attacks import fgsm, output_bounds, pgd, radii_with_bias
from reference.adversarial.barrier import RobustSolution, robust_barrier
from reference.adversarial.elimination import eliminate_bounds, factor_pairs
from reference.adversarial.fit import RobustFit, fit_robust, worst_case_loss
from reference.adversarial.newton import robust_newton
from reference.adversarial.plain import plain_fgsm, plain_robust, plain_worst_outputs
from reference.adversarial.program import RobustProgram, robust_program
from reference.adversarial.robust_cones import (
    robust_patterns,
    robust_radius,
    robust_slack,
)

__all__ = [
    "plain_fgsm",
    "plain_worst_outputs",
    "plain_robust",
    "radii_with_bias",
    "fgsm",
    "pgd",
    "output_bounds",
    "robust_slack",
    "robust_radius",
    "robust_patterns",
    "eliminate_bounds",
    "factor_pairs",
    "RobustProgram",
    "robust_program",
    "robust_newton",
    "RobustSolution",
    "robust_barrier",
    "worst_case_loss",
    "RobustFit",
    "fit_robust",
]
