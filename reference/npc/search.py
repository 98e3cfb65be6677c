r"""Three searches over batches, for any criterion.

.. math:: \max_{S \subset U,\ |S| = Q}\ v(S)

Random draws, the best addition again and again, and exchanges of one sample for a
better one until there is none.
"""

import numpy as np

from reference.npc.criteria import Criterion

__all__: list[str] = []


def random_search(
    criterion: Criterion, pool_size: int, budget: int, candidates: int,
    rng: np.random.Generator,
) -> tuple[np.ndarray, float]:  # fmt: skip
    """Return the best of so many batches, drawn as the plain algorithm draws."""
    draws = [rng.choice(pool_size, budget, replace=False) for _ in range(candidates)]
    j, value = criterion.best(np.stack(draws))
    return draws[j], value


def greedy_search(criterion: Criterion, budget: int) -> tuple[np.ndarray, float]:
    """Return the batch of the best additions, and its value."""
    chosen: list[int] = []
    value = -np.inf
    for _ in range(budget):
        scores = criterion.additions(np.array(chosen, dtype=np.intp))
        scores[chosen] = -np.inf
        chosen.append(int(scores.argmax()))  # (eq:npc-greedy)
        value = float(scores.max())
    return np.array(chosen), value


def exchange_search(
    criterion: Criterion, batch: np.ndarray, max_iter: int
) -> tuple[np.ndarray, float]:
    """Return a batch that no exchange of one sample improves, and its value."""
    chosen, value = batch.copy(), -np.inf
    for _ in range(max_iter):
        changed = False
        for slot in range(len(chosen)):
            rest = np.delete(chosen, slot)
            scores = criterion.additions(rest)
            scores[rest] = -np.inf
            value, better = float(scores[chosen[slot]]), int(scores.argmax())
            if scores[better] > value + 1e-10 * abs(value):  # (eq:npc-exchange)
                chosen[slot], value, changed = better, float(scores[better]), True
        if not changed:
            break
    return chosen, value
