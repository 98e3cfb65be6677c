"""Plausible mistakes in pivoted Cholesky."""

from coursework.mutants import Mutant

F, NPC = "pivoted_cholesky", "npc"

MUTANTS = [
    Mutant(F, "the pool's positions", "return others[picks]", "return picks"),
    Mutant(
        F,
        "the best explained",
        "int(left.argmax())",
        "int(np.where(left > tol, left, np.inf).argmin())",
    ),
    Mutant(
        F,
        "forgets the labelled samples",
        "start = solid.links / np.sqrt(solid.values)",
        "start = 0 * solid.links",
    ),
    Mutant(
        F,
        "divides by eigenvalues, not their roots",
        "np.sqrt(solid.values)",
        "solid.values",
    ),
    Mutant(
        F,
        "divides by the pivot, not its root",
        "column / np.sqrt(left[i])",
        "column / left[i]",
    ),
    Mutant(F, "forgets what earlier pivots explain", " - W[:, :j] @ W[i, :j]", ""),
    Mutant(
        F,
        "subtracts features, not their squares",
        "left - W[:, j] ** 2",
        "left - np.abs(W[:, j])",
    ),
    Mutant(F, "goes on beyond the rank", "if left[i] <= tol:", "if left[i] <= -1.0:"),
    Mutant(
        F,
        "says nothing of a budget that cannot be met",
        "if len(picks) < budget:",
        "if len(picks) < 1:",
    ),
    Mutant(
        F, "keeps zero modes", "kept = modes.values > tol", "kept = modes.values > -1.0"
    ),
    Mutant(NPC, "one pivot too few", "range(k, k + most)", "range(k, k + most - 1)"),
]
