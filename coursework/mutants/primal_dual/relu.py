"""Plausible mistakes in the dual ascent of convex ReLU models."""

from coursework.mutants import Mutant

F = "pdcl"

MUTANTS = [
    Mutant(F, "weights where their roots belong", "root = np.sqrt(weights)",
           "root = weights"),
    Mutant(F, "outputs left in the weighted units", "fit, fit.fitted / root",
           "fit, fit.fitted"),
    Mutant(F, "targets are not weighted", "root * y, patterns, reg, tol=1e-9",
           "y, patterns, reg, tol=1e-9"),
    Mutant(F, "weights λ instead of 1 + λ",
           "patterns, reg, 1.0 + duals)\n        slacks",
           "patterns, reg, 1e-3 + duals)\n        slacks"),
    Mutant(F, "slacks without ½", "0.5 * (outputs - y) ** 2 - epsilon",
           "(outputs - y) ** 2 - epsilon"),
    Mutant(F, "descends", "(duals @ epsilon - fit.objective) / size, -slacks / size",
           "(fit.objective - duals @ epsilon) / size, slacks / size"),
    Mutant(F, "never lets duals grow past ten", "if duals.max() < cap:", "if True:"),
    Mutant("lagrangian_bound", "weights where their roots belong",
           "root = np.sqrt(weights)", "root = weights"),
    Mutant("lagrangian_bound", "rows are not weighted", "root[:, None] * X, root * y, "
           "patterns, reg, tol=1e-9", "X, root * y, patterns, reg, tol=1e-9"),
]  # fmt: skip
