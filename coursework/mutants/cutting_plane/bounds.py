"""Plausible mistakes in the bound on mistakes."""

from coursework.mutants import Mutant

BOUND = "mistake_bound"
LINE = "kept = 1 - 1 / math.e + miss"

MUTANTS = [
    Mutant(BOUND, "the digest's 63 % are removed", LINE, "kept = 1 / math.e + miss"),
    Mutant(BOUND, "an inexact cut removes more", LINE, "kept = 1 - 1 / math.e - miss"),
    Mutant(BOUND, "an inexact cut is an exact one", LINE, "kept = 1 - 1 / math.e"),
    Mutant(
        BOUND,
        "forgets the dimension",
        "math.floor(variables * math.log(ratio)",
        "math.floor(math.log(ratio)",
    ),
    Mutant(
        BOUND,
        "binary digits",
        "variables * math.log(ratio)",
        "variables * math.log2(ratio)",
    ),
    Mutant(BOUND, "rounds up", "return math.floor(", "return math.ceil("),
    Mutant(
        BOUND, "the ratio itself", "variables * math.log(ratio)", "variables * ratio"
    ),
]
