"""Units, and the rounds that give a margin its last digits."""

import numpy as np
import pytest

from reference.common import NotConverged
from reference.relu_lp import natural_unit, scale_to_margin


@pytest.mark.parametrize("size", [2.0**-900, 1e-30, 0.7, 1.0, 3.0, 1e9, 2.0**900])
def test_the_unit_is_a_power_of_two_near_the_largest_entry(size):
    unit = natural_unit(np.array([[0.0, -size], [size / 7, 0.0]]))
    assert np.frexp(unit)[0] == 0.5
    assert 2.0**-6 <= size / unit <= 2.0**6


def test_zero_data_have_the_unit_one():
    assert natural_unit(np.zeros((2, 2))) == 1.0


@pytest.mark.parametrize("margin", [1e-3, 1.0, 70.0])
def test_one_step_does_it_where_outputs_are_linear(margin):
    blocks = scale_to_margin(np.array([0.5, 3.0]), lambda b: b[0], margin)
    assert blocks == pytest.approx([margin, 6 * margin], rel=1e-15)


def test_what_rounding_takes_is_given_back():
    """The margin loses a fixed amount: one step would miss it."""
    blocks = scale_to_margin(np.array([1.0]), lambda b: 0.9 * b[0] - 1e-6, 1.0)
    assert 1.0 - 1e-12 <= 0.9 * blocks[0] - 1e-6 <= 1.0 + 1e-5


def test_a_margin_that_never_comes_is_not_claimed():
    with pytest.raises(NotConverged, match="the margin is rounding") as caught:
        scale_to_margin(np.array([1.0]), lambda b: min(b[0], 0.5), 1.0)
    assert caught.value.state.shape == (1,)
