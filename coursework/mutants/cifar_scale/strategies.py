"""Plausible mistakes in what strategies are fed with."""

from coursework.mutants import Mutant

F = "strategy_of"

MUTANTS = [
    Mutant(
        F,
        "positions in the part for positions in the pool",
        "return part[chosen - len(bought)]",
        "return chosen - len(bought)",
    ),
    Mutant(
        F,
        "what is bought does not count",
        "labeled = np.arange(len(bought))",
        "labeled = np.arange(0)",
    ),
    Mutant(
        F,
        "kernel rows of the pool's first images",
        "indices[part]])[:, None]",
        "indices[: len(part)]])[:, None]",
    ),
    Mutant(
        F, "a part smaller than the batch", "max(considered, budget)]", "considered]"
    ),
    Mutant(
        F, "any number of candidates", "candidates=candidates,\n", "candidates=3,\n"
    ),
    Mutant(
        F,
        "ALBL for a run of one round",
        "albl_strategy(max(rounds, 1))",
        "albl_strategy(1)",
    ),
    Mutant(F, "ALLY without duals", 'if name == "ally" and', "if False and"),
    Mutant(F, "BALD of one", "settings.copies < 2", "settings.copies < 1"),
    Mutant(F, "BADGE is margin", '"badge": badge', '"badge": margin'),
]
