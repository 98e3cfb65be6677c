"""Chapter 15, the neural tangent kernel: a network's gradients as a kernel.

The kernel of infinitely wide ReLU networks in closed form, of a given network without
its Jacobian, and of any activation on the sphere; what training does when the kernel
stays what it is, and one step of training when it does not.
"""

from reference.ntk.analytic import analytic_nngp, analytic_ntk
from reference.ntk.dynamics import (
    descent_coefficients,
    fastest_step,
    flow_coefficients,
)
from reference.ntk.empirical import NtkNetwork, draw_ntk_network, empirical_ntk
from reference.ntk.patterns import pattern_kernel
from reference.ntk.plain import plain_kernel_descent, plain_ntk, plain_trace_ntk
from reference.ntk.regression import KernelFit, kernel_regression
from reference.ntk.spectrum import KernelModes, kernel_modes
from reference.ntk.sphere import hermite_coefficients, sphere_ntk
from reference.ntk.step import StepTerms, secant_gates, step_terms
from reference.ntk.trace import trace_ntk
from reference.ntk.training import NtkDescent, descend_ntk_network

__all__ = [
    "plain_ntk",
    "plain_trace_ntk",
    "plain_kernel_descent",
    "analytic_ntk",
    "analytic_nngp",
    "hermite_coefficients",
    "sphere_ntk",
    "NtkNetwork",
    "draw_ntk_network",
    "empirical_ntk",
    "trace_ntk",
    "pattern_kernel",
    "KernelModes",
    "kernel_modes",
    "KernelFit",
    "kernel_regression",
    "flow_coefficients",
    "descent_coefficients",
    "fastest_step",
    "NtkDescent",
    "descend_ntk_network",
    "StepTerms",
    "step_terms",
    "secant_gates",
]
