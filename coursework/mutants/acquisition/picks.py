"""Plausible mistakes in what all strategies share."""

from coursework.mutants import Mutant

MUTANTS = [
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
    Mutant(
        "k_center",
        "not a number passes",
        "        if finite:\n            return H",
        "        if True:\n            return H",
    ),
    Mutant(
        "k_center",
        "what is no matrix passes",
        'return as_matrix(values, "embeddings")',
        "return np.asarray(values, dtype=float)",
    ),
    Mutant(
        "bald",
        "members of any shape",
        "if len(shape) != 3 or 0 in shape:",
        "if 0 in shape:",
    ),
    Mutant(
        "bald",
        "members are not looked at",
        'return _on_simplex(as_array(members, "members", shape), "members")',
        'return as_array(members, "members", shape)',
    ),
    Mutant(
        "least_confidence",
        "negative shares pass",
        "if p.min() < 0.0:",
        "if p.min() < -9.0:",
    ),
    Mutant(
        "least_confidence",
        "any sum passes",
        "if off.max() > 1e-5:",
        "if off.max() > 9.0:",
    ),
]
