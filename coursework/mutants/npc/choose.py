"""Plausible mistakes in the choice."""

from coursework.mutants import Mutant

F = "npc"

MUTANTS = [
    Mutant(F, "positions in the pool", "return others[chosen]", "return chosen"),
    Mutant(F, "greedy whatever the search", 'if search == "greedy":', "if True:"),
    Mutant(F, "blames the rank beside a long sample", "inf) < tol:", "inf) < -1.0:"),
    Mutant(F, "no exchange", 'if search == "exchange":', "if False:"),
    Mutant(F, "returns singular batches", "if value <= tol:", "if value <= -1.0:"),
    Mutant(F, "refuses good batches", "if value <= tol:", "if value <= 1e6 * tol:"),
    Mutant(
        F,
        "does not look at the labels",
        "dependent = len(solid.values) < len(labeled)",
        "dependent = False",
    ),
    Mutant(
        F,
        "does not look at the rank",
        "if not dependent and len(picks) == budget:",
        "if not dependent:",
    ),
    Mutant(
        F,
        "goes on where it should refuse",
        'if choice == "continue" and rank > 0:',
        'if choice != "logdet":',
    ),
    Mutant(
        F,
        "log det where ranks allow the eigenvalue",
        "    if not dependent and len(picks) == budget:",
        '    if not dependent and len(picks) == budget and choice == "raise":',
    ),
    Mutant(
        F,
        "keeps zero modes with copies among the labels",
        "return SmallestEigenvalue(solid), tol",
        "return SmallestEigenvalue(modes), -1.0",
    ),
    Mutant(F, "budgets beyond the pool", "low=1, high=len(others))", "low=1)"),
    Mutant(
        F,
        "takes any name of a search",
        '    as_choice(search, "search", SEARCHES)\n',
        "",
    ),
    Mutant(F, "continues with nothing", " and rank > 0:", ":"),
]
