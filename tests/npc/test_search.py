"""Properties of the searches that hold for any criterion."""

import numpy as np
import pytest

from reference.npc.search import exchange_search, greedy_search, random_search


class Distances:
    """A criterion with ties: how far apart numbers are, at least."""

    def __init__(self, numbers):
        self.numbers = np.asarray(numbers, dtype=float)

    def value(self, batch):
        gaps = np.abs(self.numbers[batch][:, None] - self.numbers[batch])
        return float((gaps + 99.0 * np.eye(len(batch))).min())

    def best(self, batches):
        values = [self.value(batch) for batch in batches]
        return int(np.argmax(values)), max(values)

    def additions(self, chosen):
        return np.array(
            [self.value(np.append(chosen, j)) for j in range(len(self.numbers))]
        )


@pytest.mark.prop("P16.8", "searches end with ties, copies and a pool that is used up")
def test_ties_and_copies(subject):
    npc = subject("npc.npc")
    gram = np.eye(6)
    for search in ("random", "greedy", "exchange"):
        for budget in (1, 3, 5):
            found = npc(
                gram=gram, labeled=[5], pool=np.arange(5), budget=budget,
                search=search, candidates=3, rng=np.random.default_rng(0),
            )  # fmt: skip
            assert len(set(found.tolist())) == budget


def test_any_criterion():
    criterion = Distances([0.0, 1.0, 1.0, 4.0, 9.0])
    chosen, value = greedy_search(criterion, 3)
    assert (value, len(set(chosen.tolist()))) == (4.0, 3)
    start, drawn = random_search(criterion, 5, 3, 1, np.random.default_rng(0))
    chosen, value = exchange_search(criterion, start, 10)
    assert value >= drawn
    assert value == criterion.value(chosen)
    assert len(set(chosen.tolist())) == 3
    once, _ = exchange_search(criterion, np.array([0, 1, 2]), 1)
    assert criterion.value(once) > 0
