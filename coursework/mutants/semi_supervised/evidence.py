"""Plausible mistakes in Welch's test."""

from coursework.mutants import Mutant

F = "welch"

MUTANTS = [
    Mutant(F, "spreads instead of errors",
           "a, b = spread / np.sqrt(n), other / np.sqrt(m)", "a, b = spread, other"),
    Mutant(F, "errors add up", "error = np.hypot(a, b)", "error = a + b"),
    Mutant(F, "trials are exchanged", "a, b = spread / np.sqrt(n), other / np.sqrt(m)",
           "a, b = spread / np.sqrt(m), other / np.sqrt(n)"),
    Mutant(F, "pooled degrees of freedom", "np.asarray(1.0 / (a**2 / (n - 1) + b**2 / "
           "(m - 1)))", "np.asarray(0.0 * a + n + m - 2)"),
    Mutant(F, "n instead of n - 1", "a**2 / (n - 1)", "a**2 / n"),
    Mutant(F, "one side of the distribution", "2.0 * stdtr(", "1.0 * stdtr("),
    Mutant(F, "the sign of t matters", "stdtr(freedom, -np.abs(t))",
           "stdtr(freedom, t)"),
    Mutant(F, "needed at twice the level", "level / 2.0)", "level)"),
    Mutant(F, "second minus first", "(first - second) / error",
           "(second - first) / error"),
    Mutant(F, "no spread, no error", "if (error == 0.0).any():", "if False:"),
    Mutant(F, "one spread for all means", "if spread.shape != first.shape:",
           "if False:"),
    Mutant(F, "negative spreads", "if (spread < 0.0).any():", "if False:"),
]  # fmt: skip
