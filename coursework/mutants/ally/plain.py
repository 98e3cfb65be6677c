"""Plausible mistakes in the plain ALLY."""

from coursework.mutants import Mutant

F = "plain_ally"

MUTANTS = [
    Mutant(F, "the smallest guess", "guessed[members].argmax()",
           "guessed[members].argmin()"),
    Mutant(F, "the largest dual of the labels", "guessed = np.maximum(with_bias(pool) "
           "@ head, 0.0)", "guessed = np.resize(duals, len(pool))"),
    Mutant(F, "no bias in the head", "np.linalg.lstsq(with_bias(labeled), duals)[0]",
           "np.append(np.linalg.lstsq(labeled, duals)[0], 0.0)"),
    Mutant(F, "interpolates the first labels", "np.linalg.lstsq(with_bias(labeled), "
           "duals)[0]", "np.linalg.lstsq(with_bias(labeled)[: labeled.shape[1] + 1], "
           "duals[: labeled.shape[1] + 1])[0]"),
    Mutant(F, "positions within the cluster", "members[guessed[members].argmax()]",
           "guessed[members].argmax()"),
    Mutant(F, "the top of the list, no clusters", "members = np.flatnonzero(nearest "
           "== k)", "members = np.argsort(-guessed)[k : k + 1]"),
    Mutant(F, "centres never move", "for _ in range(rounds):", "for _ in range(1):"),
    Mutant(F, "all centres the mean of all", "pool[nearest == k].mean(axis=0)",
           "pool.mean(axis=0)"),
    Mutant(F, "moves the pool", "pool[rng.choice(len(pool), budget, replace=False)]",
           "pool[:budget]"),
    Mutant(F, "draws centres with replacement", "replace=False", "replace=True"),
]  # fmt: skip
