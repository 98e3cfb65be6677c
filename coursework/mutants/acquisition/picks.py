"""Plausible mistakes in what all strategies share."""

from coursework.mutants import Mutant

MUTANTS = [
    Mutant(
        "least_confidence",
        "a budget beyond the pool is cut",
        "budget > size:",
        "budget > 2 * size:",
    ),
    Mutant(
        "bald",
        "ties to the first",
        "rng.random(len(scores))",
        "np.arange(len(scores))",
    ),
    Mutant(
        "entropy",
        "highest first",
        "rng.random(len(scores)), scores)",
        "rng.random(len(scores)), -scores)",
    ),
    Mutant(
        "bald",
        "one less",
        ")[:budget]",
        ")[: budget - 1]",
    ),
    Mutant(
        "badge",
        "each chunk has the first chunk's rows",
        "slice(start, start + CHUNK) for",
        "slice(0, CHUNK) for",
    ),
    Mutant(
        "k_center",
        "the unit of the first array only",
        "for a in arrays if a.size)",
        "for a in arrays[:0] + (arrays[0] * 0 + 1.0,))",
    ),
    Mutant(
        "badge",
        "large numbers as they are",
        "1e-100 < largest < 1e100",
        "1e-100 < largest",
    ),
    Mutant(
        "badge",
        "small numbers as they are",
        "1e-100 < largest < 1e100",
        "largest < 1e100",
    ),
]
