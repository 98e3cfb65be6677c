"""Plausible mistakes in kernel regression."""

from coursework.mutants import Mutant

F = "kernel_regression"

MUTANTS = [
    Mutant(F, "no ridge", "damped = modes.values + reg", "damped = modes.values"),
    Mutant(F, "a ridge of a mean", "damped = modes.values + reg",
           "damped = modes.values + n * reg"),
    Mutant(F, "the ridge squared", "damped = modes.values + reg",
           "damped = modes.values + reg**2"),
    Mutant(F, "eigenvectors as rows", "shares = (modes.vectors.T @ y).T",
           "shares = (modes.vectors @ y).T"),
    Mutant(F, "coefficients in the modes",
           "a = modes.vectors @ (shares * inverse).T",
           "a = (shares * inverse).T"),
    Mutant(F, "fitted values are the targets", "fitted = modes.vectors @ (shares * ("
           "modes.values * inverse)).T", "fitted = y"),
    Mutant(F, "fits a singular kernel in silence",
           'modes.rank < n and when_singular == "raise"', "modes.rank < 0"),
    Mutant(F, "refuses a singular kernel always",
           'modes.rank < n and when_singular == "raise"', "modes.rank < n"),
    Mutant(F, "refuses a ridge", "if reg <= least and modes", "if modes"),
    Mutant(F, "a ridge below rounding is one", "if reg <= least and modes",
           "if reg == 0.0 and modes"),
    Mutant(F, "inverts a ridge below rounding", "(modes.values > 0.0) | (reg > least)",
           "damped > 0.0"),
    Mutant(F, "no ridge on zero eigenvalues", "(modes.values > 0.0) | (reg > least)",
           "modes.values > 0.0"),
    Mutant(F, "divides by zero eigenvalues", "np.divide(1.0, damped, out=np.zeros(n), "
           "where=counts)", "1.0 / np.maximum(damped, 1e-300)"),
    Mutant(F, "coefficients that overflow pass", "if not np.isfinite(a).all():",
           "if False:"),
]  # fmt: skip
