"""The plain algorithms of chapter 3, and the data on which they are not enough."""

from math import comb

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reference.activation_patterns import (
    enumerate_patterns,
    plain_count_patterns,
    plain_enumerate_patterns,
    sample_patterns,
)
from tests import strategies
from tests.activation_patterns.oracle import as_set, count_by_ranks

# On each of these the plain enumeration goes wrong, in silence.
LIMITS = {
    "a zero row is on no side": ([[1, 0], [0, 0], [0, 1]], 4),
    "almost equal rows: HiGHS drops entries below 1e-9": ([[1, 0], [1, 1e-10]], 4),
    "a small feature likewise": ([[1e-12, 0], [0, 1]], 4),
}


@pytest.mark.prop("P3.20", "n points in general position: Cover's sum", stage="plain")
@given(n=st.integers(1, 14), rank=st.integers(1, 8))
@example(n=3, rank=8)
def test_plain_count(subject, n, rank):
    plain_count_patterns = subject("activation_patterns.plain_count_patterns")
    expected = 2 * sum(comb(n - 1, k) for k in range(rank))
    assert plain_count_patterns(n, rank) == expected


@pytest.mark.prop(
    "P3.21", "every cell of the rows once, shown by its gate", stage="plain"
)
@settings(max_examples=15)
@given(X=strategies.general_position(max_rows=6, max_columns=3))
@example(X=np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]]))
def test_plain_enumeration(subject, X):
    plain_enumerate = subject("activation_patterns.plain_enumerate_patterns")
    before = X.copy()
    masks, gates = plain_enumerate(X)
    assert np.array_equal(before, X)
    assert len(as_set(masks)) == len(masks) == count_by_ranks(X)
    values = gates @ X.T
    assert np.array_equal(values > 0, masks)
    assert np.array_equal(values < 0, ~np.array(masks))


@pytest.mark.prop("P3.21", "points on a line, copies, opposite rows", stage="plain")
@pytest.mark.parametrize(
    "X",
    [
        [[1, 1, 2], [1, 0, 1], [0, 1, 1], [2, 1, 3]],
        [[1, 2], [1, 2], [-2, -4], [0, 1]],
        [[0, -3]],
    ],
)
def test_plain_enumeration_of_dependent_rows(subject, X):
    plain_enumerate = subject("activation_patterns.plain_enumerate_patterns")
    masks, gates = plain_enumerate(np.array(X, dtype=float))
    assert len(as_set(masks)) == len(masks) == count_by_ranks(np.array(X))
    assert np.array_equal(gates @ np.transpose(X) > 0, masks)


@pytest.mark.prop("P3.4", "plain and robust agree where plain succeeds")
@settings(max_examples=15)
@given(X=strategies.any_data(max_rows=6, max_columns=3))
def test_robust_enumeration_agrees_with_plain(subject, X):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    X = X[X.any(axis=1)]
    if len(X):
        masks, _ = plain_enumerate_patterns(X)
        assert as_set(masks) == as_set(enumerate_patterns(X).masks)


@pytest.mark.prop("P3.4", "a datum on which trying signs fails, and the right count")
@pytest.mark.parametrize("X, count", LIMITS.values(), ids=LIMITS)
def test_limits_of_trying_signs(subject, X, count):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    X = np.array(X, dtype=float)
    assert len(plain_enumerate_patterns(X)[0]) != count
    assert len(enumerate_patterns(X).masks) == count


@pytest.mark.prop(
    "P3.22", "the patterns of Gaussian gates, each once, with a gate", stage="plain"
)
@given(
    X=strategies.general_position(max_rows=8, max_columns=3),
    seed=strategies.seeds,
    num_gates=st.integers(1, 60),
)
def test_plain_sample(subject, X, seed, num_gates):
    plain_sample = subject("activation_patterns.plain_sample_patterns")
    masks, gates = plain_sample(X, num_gates, rng=np.random.default_rng(seed))
    drawn = np.random.default_rng(seed).standard_normal((num_gates, X.shape[1]))
    expected = {tuple(bool(x @ g >= 0) for x in X) for g in drawn}
    assert len(as_set(masks)) == len(masks) == len(gates)
    assert as_set(masks) == expected
    assert np.array_equal(gates @ X.T >= 0, masks)
    assert set(map(tuple, gates)) <= set(map(tuple, drawn)), "gates are changed"
    robust = sample_patterns(X, num_gates, rng=np.random.default_rng(seed))
    assert as_set(robust.masks) == expected


@pytest.mark.prop("P3.5", "no gate on a hyperplane, where plain takes its tie for a 1")
def test_limits_of_plain_sampling(subject):
    sample_patterns = subject("activation_patterns.sample_patterns")

    class OnTheLine(np.random.Generator):
        """Its first gate is orthogonal to the row (1, 1)."""

        def standard_normal(self, size):
            draws = super().standard_normal(size)
            draws[0] = [1.0, -1.0]
            return draws

    X = np.array([[1.0, 1.0], [-1.0, -1.0]])
    patterns = sample_patterns(X, 30, rng=OnTheLine(np.random.PCG64(0)))
    got, cells = as_set(patterns.masks), as_set(enumerate_patterns(X).masks)
    assert got == cells == {(True, False), (False, True)}


def test_the_plain_count_is_slow_where_the_formula_is_not():
    assert plain_count_patterns(12, 6) == 2 * sum(comb(11, k) for k in range(6))
