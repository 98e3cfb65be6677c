"""What a strategy may look at is computed when it asks, and once."""

import numpy as np
import pytest

from reference.acquisition import Mlp, PoolView
from reference.acquisition.view import OFFERED, spread


class Counting:
    """A model that counts what it is asked."""

    classes_ = np.array([0, 2])

    def __init__(self):
        self.asked = []

    def predict_proba(self, X):
        self.asked.append(len(X))
        return np.tile([0.25, 0.75], (len(X), 1))


def view(model):
    return PoolView(
        np.arange(10.0).reshape(5, 2), model, np.array([3, 0]), np.array([2, 0]),
        np.array([1, 2, 4]), 4, np.random.default_rng(0),
    )  # fmt: skip


def test_nothing_is_computed_before_it_is_asked_for_and_nothing_twice():
    model = Counting()
    seen = view(model)
    assert model.asked == []
    for _ in range(2):
        np.testing.assert_array_equal(seen.pool, [[2, 3], [4, 5], [8, 9]])
        np.testing.assert_array_equal(seen.probabilities, [[0.25, 0, 0.75, 0]] * 3)
        np.testing.assert_array_equal(seen.labeled, [[6, 7], [0, 1]])
        assert seen.labeled_probabilities.shape == (2, 4)
    assert model.asked == [3, 2]


def test_every_name_that_is_offered_is_there():
    model = Mlp((2, 3, 4), rng=np.random.default_rng(0), dropout=0.5)
    seen = view(model)
    for name in OFFERED:
        assert getattr(seen, name) is not None
    assert seen.members.shape == (20, 3, 4)


def test_columns_of_classes_not_seen_are_zero():
    found = spread(np.array([[0.3, 0.7]]), np.array([1, 3]), 5)
    np.testing.assert_array_equal(found, [[0, 0.3, 0, 0.7, 0]])


def test_a_member_that_saw_fewer_classes_is_refused():
    for found in (np.ones((3, 1)), np.ones((3, 3)) / 3, np.ones(3)):
        with pytest.raises(ValueError, match="2 classes"):
            spread(found, np.array([0, 2]), 4)
