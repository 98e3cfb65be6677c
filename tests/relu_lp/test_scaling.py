"""Units, and the rounds that give a margin its last digits."""

import numpy as np
import pytest

from reference.common import NotConverged
from reference.relu_lp import column_units, scale_to_margin


@pytest.mark.parametrize("size", [2.0**-900, 1e-30, 0.7, 1.0, 3.0, 1e9, 2.0**900])
def test_the_units_are_powers_of_two_near_the_largest_entry(size):
    units = column_units(np.array([[0.0, -size], [size / 7, 0.0]]))
    assert (np.frexp(units)[0] == 0.5).all()
    assert units[0] == units[1]
    assert 2.0**-6 <= size * units[0] <= 2.0**6


def test_zero_data_have_the_unit_one():
    np.testing.assert_array_equal(column_units(np.zeros((2, 2))), np.ones(2))


@pytest.mark.parametrize(
    "sizes",
    [(1.0, 3.0, 0.2), (1e-9, 2e-9, 3e-9), (1e12, 1.0, 1e-8), (1e-200, 1, 1e200)],
)
def test_column_units_bring_features_to_one_size(sizes):
    rng = np.random.default_rng(0)
    X = rng.uniform(0.5, 2.0, (6, 3)) * np.array(sizes) * 2.0 ** rng.integers(-9, 9)
    units = column_units(X)
    assert (np.frexp(units)[0] == 0.5).all(), "powers of two"
    columns = np.abs(X * units).max(axis=0)
    assert columns.max() / columns.min() < 2.0**12
    assert 2.0**-7 < columns.max() < 2.0**7


def test_ordinary_features_keep_their_units():
    X = np.column_stack([np.ones(5), np.arange(5.0), 10.0 * np.arange(-2.0, 3.0)])
    np.testing.assert_array_equal(column_units(X), np.ones(3))


def test_a_margin_that_is_there_is_left_alone():
    blocks = scale_to_margin(np.array([0.5, 3.0]), lambda b: 2 * b[0], 1.0)
    np.testing.assert_array_equal(blocks, [0.5, 3.0])


def test_what_rounding_takes_is_given_back():
    """The margin loses a fixed amount: one step would miss it."""
    blocks = scale_to_margin(np.array([1.0]), lambda b: b[0] - 1e-6, 1.0)
    assert 1.0 - 1e-12 <= blocks[0] - 1e-6 <= 1.0 + 1e-5


def test_a_margin_that_never_comes_is_not_claimed():
    with pytest.raises(NotConverged, match="the margin is rounding") as caught:
        scale_to_margin(np.array([1.0]), lambda b: min(b[0], 0.5), 1.0)
    assert caught.value.state.shape == (1,)
