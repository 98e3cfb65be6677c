"""Plausible mistakes in the two forms of a kernel, and in its checks."""

from coursework.mutants import Mutant

SCORES, NPC, ADD = "min_eigenvalue_scores", "npc", "addition_scores"

MUTANTS = [
    Mutant(
        ADD, "sizes beyond all numbers", "if size > 0 and not 1.0", "if False and 1.0"
    ),
    Mutant(
        SCORES, "the unit of features is not squared", "size, size**2)", "size, size)"
    ),
    Mutant(
        SCORES, "forgets to divide the matrix", "matrix *= 1.0 / unit", "matrix *= 1.0"
    ),
    Mutant(
        SCORES,
        "rows only of the matrix",
        "self.gram[np.ix_(rows, columns)]",
        "self.gram[rows][:, : len(columns)]",
    ),
    Mutant(
        SCORES,
        "indices at the end are refused",
        "numbers >= len(kernel)",
        "numbers >= len(kernel) - 1",
    ),
    Mutant(SCORES, "negative indices count from the end", "(numbers < 0) | ", ""),
    Mutant(
        SCORES,
        "takes both forms at once",
        "(gram is None) == (factor is None)",
        "gram is None and factor is None",
    ),
    Mutant(SCORES, "takes a triangle", "if tilt.max() > tol:", "if False:"),
    Mutant(
        SCORES,
        "takes a rectangle",
        "if matrix.shape[0] != matrix.shape[1]:",
        "if matrix.shape[0] < matrix.shape[1]:",
    ),
    Mutant(
        ADD,
        "lengths instead of their squares",
        "(self.factor[rows] ** 2).sum(axis=1)",
        "np.sqrt((self.factor[rows] ** 2).sum(axis=1))",
    ),
    Mutant(ADD, "labels may stand twice", "if distinct and len(", "if False and len("),
    Mutant(
        ADD,
        "labelled samples may be in the pool",
        "    if len(both):",
        "    if len(both) > 1:",
    ),
    Mutant(NPC, "takes an indefinite matrix", "block + shift", "block @ block + shift"),
    Mutant(NPC, "refuses singular matrices", "block + shift", "block - shift"),
    Mutant(NPC, "an empty pool", "if not len(others):", "if False:"),
    Mutant(
        SCORES,
        "looks at the first rows only",
        "range(0, len(matrix), 64)",
        "range(0, 64, 64)",
    ),
]
