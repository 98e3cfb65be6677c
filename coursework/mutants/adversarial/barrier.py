"""Plausible wrong robust solvers."""

from coursework.mutants import Mutant

ACTIVE = "best = without_zeros(state.x[..., 1:], norms / reg, 1e-3 * unit / reg)"

MUTANTS = [
    Mutant(
        "robust_barrier",
        "stops too early and reports no gap",
        "if value - bound <= tol * unit:",
        "if value - bound <= 0.2 * unit:",
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
        "value = program.primal(best)",
        "value = bound = program.primal(best)",
    ),
    Mutant(
        "robust_barrier",
        "clears the blocks whose dual norm is at λ",
        ACTIVE,
        ACTIVE.replace("= without", "= state.x[..., 1:] - without"),
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
        "lets the slopes of the logistic loss leave (0, 1)",
        'inside = program.loss == "logistic"',
        "inside = False",
    ),
    Mutant(
        "robust_barrier",
        "takes the slacks for their changes",
        "program.slacks(dw, da, dc, de, at=0.0)",
        "program.slacks(dw, da, dc, de)",
    ),
    Mutant(
        "robust_barrier",
        "reports the value of the zero network",
        "RobustSolution(best, value, max",
        "RobustSolution(best, unit, max",
    ),
]
