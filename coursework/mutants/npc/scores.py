"""Plausible mistakes in the scores and in the sieve."""

from coursework.mutants import Mutant

SCORES, BEST = "min_eigenvalue_scores", "best_batch"

MUTANTS = [
    Mutant(
        SCORES,
        "forgets the unit",
        "np.array(scores) * modes.kernel.unit",
        "np.array(scores)",
    ),
    Mutant(
        SCORES,
        "each batch alone",
        "return labeled_modes(kernel, rows, members), positions",
        "return labeled_modes(kernel, rows[:0], members), positions",
    ),
    Mutant(
        SCORES,
        "drops what stands twice in a batch",
        "[modes.smallest(batch) for",
        "[modes.smallest(np.unique(batch)) for",
    ),
    Mutant(
        SCORES,
        "labels once only",
        'rows = as_rows(labeled, "labeled", kernel, distinct=False)',
        'rows = np.unique(as_rows(labeled, "labeled", kernel, distinct=False))',
    ),
    Mutant(
        SCORES,
        "absolute values",
        "    return np.array(scores) *",
        "    return np.abs(scores) *",
    ),
    Mutant(
        BEST, "forgets the unit", "float(value) * modes.kernel.unit", "float(value)"
    ),
    Mutant(
        BEST,
        "the first of the pilots",
        "        for j in waiting[:PILOTS]:",
        "        for j in waiting[:1]:",
    ),
    Mutant(
        BEST,
        "the pilots only",
        "waiting = _beating(modes, batches, waiting[PILOTS:], min(record, attained))",
        "waiting = []",
    ),
    Mutant(
        BEST,
        "drops the first of the waiting",
        "waiting[PILOTS:], min",
        "waiting[PILOTS + 1 :], min",
    ),
    Mutant(
        BEST,
        "the position among the waiting",
        "best, record = j, value",
        "best, record = waiting.index(j), value",
    ),
    Mutant(
        BEST,
        "the shared corner of other batches",
        "shared.take(batches[j][:, None] * len(shared) + batches[j])",
        "shared.take(batches[0][:, None] * len(shared) + batches[0])",
    ),
    Mutant(
        BEST,
        "the shared corner at other positions",
        "[:, None] * len(shared) + batches[j]",
        "[:, None] * len(waiting) + batches[j]",
    ),
    Mutant(
        BEST,
        "stops far below the cap",
        "attained = modes.cap - ",
        "attained = 0.5 * modes.cap - ",
    ),
    Mutant(
        BEST,
        "the shared corner at another shift",
        "modes.corner(everyone, record)",
        "modes.corner(everyone, modes.values[modes.low])",
    ),
    Mutant(
        BEST,
        "the sieve keeps what does not beat",
        "        if modes.beats(batches[j], record, corner):\n            found",
        "        if not modes.beats(batches[j], record, corner):\n            found",
    ),
    Mutant(
        BEST,
        "mixes the batches",
        "record_search(modes, batches)",
        "record_search(modes, np.sort(batches, axis=0))",
    ),
]
