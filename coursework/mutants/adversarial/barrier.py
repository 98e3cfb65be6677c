"""Plausible wrong robust solvers."""

from coursework.mutants import Mutant

AIM = "mu = share * state.products() / (len(s) + 2 * len(program.D))"
LENGTH = "length = min(1.0, 0.99 * longest)"
ACTIVE = "best = without_zeros(state.x[..., 1:], shares, floor)"

MUTANTS = [
    Mutant(
        "robust_barrier",
        "stops too early and reports no gap",
        "if gap <= tol * unit:",
        "if gap <= 0.2 * unit:",
    ),
    Mutant(
        "robust_barrier",
        "returns dust as it is",
        ACTIVE,
        "best = state.x[..., 1:]",
    ),
    Mutant(
        "robust_barrier",
        "claims a gap of zero",
        "    return best, program.primal(best) - bound",
        "    return best, 0.0 * bound",
    ),
    Mutant(
        "robust_barrier",
        "clears the blocks whose dual norm is at λ",
        ACTIVE,
        "best = state.x[..., 1:] - without_zeros(state.x[..., 1:], shares, floor)",
    ),
    Mutant(
        "robust_barrier",
        "one sign for both blocks",
        "w = np.tile(gates * (unit / (P * program.reg * lengths)), (2, 1, 1))",
        "w = np.tile(gates * (unit / (P * program.reg * lengths)), (2, 1, 1)) * "
        "np.array([1.0, -1.0])[:, None, None]",
    ),
    Mutant(
        "robust_barrier",
        "starts with bounds below the weights that they bound",
        "a = size + 0.3 * depth",
        "a = size - 0.3 * depth",
    ),
    Mutant(
        "robust_barrier",
        "aims above the present products",
        AIM,
        AIM.replace("share *", "1.5 *"),
    ),
    Mutant(
        "robust_barrier",
        "steps through the boundary",
        LENGTH,
        "length = min(1.0, 1.2 * longest)",
    ),
    Mutant(
        "robust_barrier",
        "forgets the products of the predictor",
        "step((mu - ds * dq) / s, cones.corrected(scaled, mu))",
        "step((mu - ds * dq) / s, cones.corrected(0 * scaled, 0.0))",
    ),
    Mutant(
        "robust_barrier",
        "measures the step in the norm cones alone",
        "longest = min(1.0 / rate, cones.longest(scaled))",
        "longest = cones.longest(scaled)",
    ),
    Mutant(
        "robust_barrier",
        "reports the value of the zero network",
        "RobustSolution(best, program.primal(best), max",
        "RobustSolution(best, unit, max",
    ),
    Mutant(
        "robust_barrier",
        "forgets the slacks in the change of the multipliers",
        "dq = target_q - q - theta * ds",
        "dq = target_q - q",
    ),
]
