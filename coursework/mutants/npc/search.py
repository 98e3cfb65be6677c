"""Plausible mistakes in the searches."""

from coursework.mutants import Mutant

F = "npc"

MUTANTS = [
    Mutant(
        F,
        "returns the first draw",
        "    return draws[j], value",
        "    return draws[0], value",
    ),
    Mutant(F, "half of the draws", "range(candidates)", "range(1 + candidates // 2)"),
    Mutant(F, "draws with replacement", "replace=False", "replace=True"),
    Mutant(
        F, "greedy takes one sample again", "        scores[chosen] = -np.inf\n", ""
    ),
    Mutant(
        F,
        "greedy takes the worst",
        "chosen.append(int(scores.argmax()))",
        "chosen.append(int(np.where(scores > -np.inf, scores, np.inf).argmin()))",
    ),
    Mutant(
        F,
        "greedy ranks the samples once",
        "criterion.additions(np.array(chosen, dtype=np.intp))",
        "criterion.additions(np.array([], dtype=np.intp))",
    ),
    Mutant(
        F,
        "an exchange for a sample that is there",
        "            scores[rest] = -np.inf\n",
        "",
    ),
    Mutant(F, "exchanges the first slot only", "range(len(chosen))", "range(1)"),
    Mutant(F, "one sweep", "for _ in range(max_iter):", "for _ in range(1):"),
    Mutant(
        F,
        "exchanges for the worse",
        "if scores[better] > value + 1e-10 * abs(value)",
        "if scores[better] < value + 1e-10 * abs(value)",
    ),
    Mutant(
        F,
        "the sample stays in while its slot is filled",
        "rest = np.delete(chosen, slot)",
        "rest = np.delete(chosen, 0)",
    ),
]
