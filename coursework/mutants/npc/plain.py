"""Plausible mistakes in the plain search."""

from coursework.mutants import Mutant

F = "plain_npc"

MUTANTS = [
    Mutant(F, "the largest eigenvalue", ")])[0])", ")])[-1])"),
    Mutant(
        F,
        "forgets the labelled samples",
        "np.concatenate([labeled, batch]).astype(int)",
        "batch.astype(int)",
    ),
    Mutant(F, "draws with replacement", "replace=False", "replace=True"),
    Mutant(F, "the worst of the draws", "max(draws", "min(draws"),
    Mutant(F, "one draw too few", "range(candidates)", "range(max(1, candidates - 1))"),
    Mutant(
        F,
        "rows and columns in pairs",
        "gram[np.ix_(chosen, chosen)]",
        "gram[chosen][:, :len(chosen)]",
    ),
    Mutant(
        F,
        "returns labelled samples too",
        "return max(draws, key=score)",
        "return np.concatenate([labeled, max(draws, key=score)]).astype(int)",
    ),
    Mutant(F, "the second eigenvalue", ")])[0])", ")])[min(1, len(chosen) - 1)])"),
]
