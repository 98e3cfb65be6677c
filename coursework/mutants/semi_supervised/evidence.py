"""Plausible mistakes in Welch's test."""

from coursework.mutants import Mutant

F = "welch"

MUTANTS = [
    Mutant(F, "spreads instead of errors", "a, b = spread**2 / n, other**2 / m",
           "a, b = spread**2, other**2"),
    Mutant(F, "deviations are not squared", "a, b = spread**2 / n, other**2 / m",
           "a, b = spread / n, other / m"),
    Mutant(F, "trials are exchanged", "a, b = spread**2 / n, other**2 / m",
           "a, b = spread**2 / m, other**2 / n"),
    Mutant(F, "pooled degrees of freedom", "np.asarray(1.0 / (a**2 / (n - 1) + b**2 / "
           "(m - 1)))", "np.asarray(0.0 * a + n + m - 2)"),
    Mutant(F, "n instead of n - 1", "a**2 / (n - 1)", "a**2 / n"),
    Mutant(F, "one side of the distribution", "2.0 * stdtr(", "1.0 * stdtr("),
    Mutant(F, "the sign of t matters", "stdtr(freedom, -np.abs(t))",
           "stdtr(freedom, t)"),
    Mutant(F, "needed at twice the level", "level / 2.0)", "level)"),
    Mutant(F, "second minus first", "(first - second) / error",
           "(second - first) / error"),
    Mutant(F, "no spread, no error", "if (a + b == 0.0).any():", "if False:"),
    Mutant(F, "one spread for all means", "if spread.shape != first.shape:",
           "if False:"),
    Mutant(F, "negative spreads", "if (spread < 0.0).any():", "if False:"),
]  # fmt: skip
