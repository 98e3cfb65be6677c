"""Plausible mistakes in the kernel of activation patterns."""

from coursework.mutants import Mutant

F = "pattern_kernel"

MUTANTS = [
    Mutant(F, "agreement instead of both open", "(M.T @ (p[:, None] * M))",
           "(M.T @ (p[:, None] * M) + (1 - M).T @ (p[:, None] * (1 - M)))"),
    Mutant(F, "a matrix product of the two", "(X @ X.T) * (M.T", "(X @ X.T) @ (M.T"),
    Mutant(F, "weights squared", "p[:, None] * M", "p[:, None] ** 2 * M"),
    Mutant(F, "weights forgotten", "p[:, None] * M", "M"),
    Mutant(F, "weights by default 1/P", "p = np.ones(len(M))",
           "p = np.full(len(M), 1 / len(M))"),
    Mutant(F, "gates without data", "(X @ X.T) * (M.T", "(M.T"),
]  # fmt: skip
