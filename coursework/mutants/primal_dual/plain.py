"""Plausible mistakes in the plain primal-dual steps."""

from coursework.mutants import Mutant

F = "plain_pdcl"

MUTANTS = [
    Mutant(F, "weights λ instead of 1 + λ", "1.0 + duals)", "duals)"),
    Mutant(F, "goes up in θ", "theta - primal_rate", "theta + primal_rate"),
    Mutant(F, "goes down in λ", "duals + dual_rate", "duals - dual_rate"),
    Mutant(F, "lets duals be negative", "np.maximum(duals + dual_rate * slacks, 0.0)",
           "duals + dual_rate * slacks"),
    Mutant(F, "forgets the old duals", "np.maximum(duals + dual_rate",
           "np.maximum(dual_rate"),
    Mutant(F, "forgets the bound", "losses(theta) - epsilon", "losses(theta)"),
    Mutant(F, "one primal step a round", "range(primal_steps)", "range(1)"),
    Mutant(F, "slacks before the primal step",
           "    for _ in range(rounds):\n        for _ in range(primal_steps):",
           "    for _ in range(rounds):\n        losses = (lambda kept: "
           "lambda _: kept)(losses(theta)) if rounds == 1 else losses\n"
           "        for _ in range(primal_steps):"),
    Mutant(F, "changes the start", "theta = theta - primal_rate",
           "theta -= primal_rate"),
    Mutant(F, "the same rate for both", "duals + dual_rate", "duals + primal_rate"),
]  # fmt: skip
