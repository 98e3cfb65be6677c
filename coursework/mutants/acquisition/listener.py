"""Plausible mistakes in the memory of ALBL."""

from coursework.mutants import Mutant

F = "albl_strategy"

MUTANTS = [
    Mutant(
        F,
        "forgets its rewards",
        "state = albl_update(state, advice, picks, right[start:])",
        "albl_update(state, advice, picks, right[start:])",
    ),
    Mutant(
        F,
        "always right",
        "np.argmax(labeled_probabilities, axis=1) == labels",
        "labels == labels",
    ),
    Mutant(F, "paid for the start", "right[start:])", "right[: bought - start])"),
    Mutant(
        F,
        "k-center does not know the labels",
        "k_center(embeddings, budget, labeled=labeled, rng=rng)",
        "k_center(embeddings, budget, rng=rng)",
    ),
    Mutant(
        F,
        "hears one adviser twice",
        "advice[0, unsure] = advice[1, far] =",
        "advice[0, unsure] = advice[1, unsure] =",
    ),
    Mutant(
        F,
        "the pool's size after the first batch",
        "albl_start(2, n, fresh.rounds",
        "albl_start(2, n - budget, fresh.rounds",
    ),
    Mutant(
        F,
        "any rounds",
        "albl_start(2, n, fresh.rounds",
        "albl_start(2, n, 1",
    ),
    Mutant(
        F,
        "the failure of others",
        "failure=fresh.failure",
        "failure=0.05",
    ),
    Mutant(
        F,
        "remembers another run",
        "if bought != wanted:",
        "if bought > wanted:",
    ),
    Mutant(
        F,
        "the same advice for ever",
        "memory.update(state=state, advice=advice, picks=picks)",
        'memory.update(state=state, picks=picks, advice=memory.get("advice", advice))',
    ),
    Mutant(
        F,
        "draws nothing",
        "picks = albl(advice, budget, state=state, rng=rng)",
        "picks = unsure",
    ),
]
