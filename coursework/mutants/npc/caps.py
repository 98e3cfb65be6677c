"""Plausible mistakes in the two bounds."""

from coursework.mutants import Mutant

F = "eigenvalue_caps"

MUTANTS = [
    Mutant(
        F,
        "eigenvalues in ascending order",
        "float(spectrum[-k])",
        "float(spectrum[k - 1])",
    ),
    Mutant(
        F,
        "forgets the labelled samples in the count",
        "k = len(ours) + budget",
        "k = budget",
    ),
    Mutant(F, "one too many", "k = len(ours) + budget", "k = len(ours) + budget + 1"),
    Mutant(
        F,
        "the pool without the labelled samples",
        "everyone = np.concatenate([ours, others])",
        "everyone = others",
    ),
    Mutant(F, "the largest labelled eigenvalue", "float(first[0])", "float(first[-1])"),
    Mutant(F, "the second without the unit", "second * kernel.unit", "second"),
    Mutant(
        F,
        "the first without the unit",
        "float(first[0]) * kernel.unit",
        "float(first[0])",
    ),
    Mutant(
        F,
        "nothing labelled, nothing possible",
        "if len(ours) else np.inf",
        "if len(ours) else 0.0",
    ),
]
