"""Plausible mistakes in the terms of a step, and in the slopes of secants."""

from coursework.mutants import Mutant

S, G = "step_terms", "secant_gates"

MUTANTS = [
    Mutant(S, "a loss without ½", "loss=float(e @ e) / 2.0,\n        next",
           "loss=float(e @ e),\n        next"),
    Mutant(S, "the next loss without ½", "(y - after)) / 2.0", "(y - after))"),
    Mutant(S, "progress without the step", "linear = step * (empirical_ntk",
           "linear = (empirical_ntk"),
    Mutant(S, "the paper's sign of the first order", "linear = step * (empirical_ntk",
           "linear = -step * (empirical_ntk"),
    Mutant(S, "the trace in place of the kernel", "(empirical_ntk(network, X) @ e)",
           "(np.trace(empirical_ntk(network, X)) * e)"),
    Mutant(S, "ξ with ε in it", "xi=float(e @ (linear - change))",
           "xi=float(e @ (linear - change) + change @ change / 2.0)"),
    Mutant(S, "ξ of the other sign", "e @ (linear - change)", "e @ (change - linear)"),
    Mutant(S, "ε without ½", "epsilon=float(change @ change) / 2.0",
           "epsilon=float(change @ change)"),
    Mutant(S, "a remainder per step", "/ (step * size)", "/ size"),
    Mutant(S, "divides a zero remainder by zero", "max(float(np.linalg.norm(e)), "
           "np.finfo(np.float64).tiny)", "np.linalg.norm(e)"),
    Mutant(S, "the kernel after the step", "empirical_ntk(network, X) @ e",
           "empirical_ntk(ntk_step(network, passage, y, step), X) @ e"),
    Mutant(G, "the slope itself", "slope - gates, 0.0)", "slope, gates)"),
    Mutant(G, "the gate after", "slope - gates", "slope - (b >= 0.0)"),
    Mutant(G, "always the secant's slope", "np.where(crosses, slope", "np.where("
           "np.ones_like(crosses), slope"),
    Mutant(G, "the difference of the gates",
           "np.where(crosses, slope - gates, 0.0)",
           "(b >= 0.0) * 1.0 - gates"),
    Mutant(G, "signs that scaling has rounded away", "np.where(crosses, slope - gates",
           "np.where((a >= 0.0) != (b >= 0.0), slope - (a >= 0.0)"),
    Mutant(G, "divides by a sum", "np.divide(rise, b - a,", "np.divide(rise, b + a,"),
    Mutant(G, "overflows", "    a, b = a / size, b / size  # so that b - a neither "
           "overflows nor vanishes\n", ""),
    Mutant(G, "a slope of absolute values", "rise = np.maximum(b, 0.0) - np.maximum("
           "a, 0.0)", "rise = np.abs(b) - np.abs(a)"),
]  # fmt: skip
