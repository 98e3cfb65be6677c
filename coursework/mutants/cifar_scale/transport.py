"""Plausible mistakes in DARP by Newton."""

from coursework.mutants import Mutant

F = "refine_tensor"

MUTANTS = [
    Mutant(F, "weights for their inverses", "return y, c, 1.0 / w", "return y, c, w"),
    Mutant(F, "entropies for their inverses", "torch.special.entr(y).sum(1)",
           "1.0 / torch.special.entr(y).sum(1)"),
    Mutant(F, "the Hessian without weights", "weighted = b[:, None] * x",
           "weighted = x"),
    Mutant(F, "up instead of down", "step = -torch.linalg.solve", "step = "
           "torch.linalg.solve"),
    Mutant(F, "multipliers that no row feels", "logs - b[:, None] * (nu",
           "logs - 1.0 * (nu"),
    Mutant(F, "a loose end", "<= tol * total", "<= 1e3 * tol * total"),
    Mutant(F, "steps without reach", "step = step * (reach /",
           "step = step * (1e12 * reach /"),
    Mutant(F, "full steps only", "if now <= -0.5 * along:", "if True:"),
    Mutant(F, "never says that it failed", "    error = float((c",
           "    return x\n    error = float((c"),
    Mutant(F, "totals are not scaled to the rows", ", c * (len(y) / c.sum())", ", c"),
    Mutant(F, "totals may sum to anything", "> 1e-6 * len(y):", "> 1e6 * len(y):"),
    Mutant(F, "rows may sum to anything", "> 1e-3:", "> 1e3:"),
    Mutant(F, "weights may be zero", "(w > 0.0).all()", "(w >= 0.0).all()"),
]  # fmt: skip
