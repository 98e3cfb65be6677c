"""The checks at the door: nothing that is no number passes for one."""

from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

from reference.common import (
    as_choice,
    as_labels,
    as_masks,
    as_matrix,
    as_real,
    as_rng,
    need_parts,
)

NO_MATRIX = {
    "masked": np.ma.array([[1.0, -999]], mask=[[False, True]]),
    "missing": [[1.0, None]],
    "not a number": [[1.0, np.nan]],
    "decimal": [[Decimal("1.5")]],
    "fraction": [[Fraction(1, 2)]],
    "complex": [[1j]],
    "text": [["1"]],
    "ragged": [[1.0], [2.0, 3.0]],
    "nothing": None,
    "a function": len,
}


@pytest.mark.parametrize("kind", NO_MATRIX)
def test_what_is_no_matrix_of_numbers_is_refused_by_name(kind):
    with pytest.raises(ValueError, match="features"):
        as_matrix(NO_MATRIX[kind], "features")


def test_a_number_that_is_none_has_no_index():
    with pytest.raises(ValueError, match=r"^tol must be finite, got nan$"):
        as_real(np.nan, "tol")


def test_a_mask_that_hides_nothing_is_no_obstacle():
    whole = np.ma.array([[1.0, 2.0]], mask=[[False, False]])
    found = as_matrix(whole)
    assert type(found) is np.ndarray
    assert np.array_equal(found, [[1.0, 2.0]])


def test_a_wrong_label_is_shown_with_all_its_digits():
    with pytest.raises(ValueError, match=r"-1\.0000001"):
        as_labels([1.0, -1.0000001])


def test_ragged_masks_are_refused_by_name():
    with pytest.raises(ValueError, match="masks"):
        as_masks([[True], [True, False]])


@pytest.mark.parametrize("seed", [0, None, np.random, np.random.RandomState(0)])
def test_a_seed_is_no_generator(seed):
    with pytest.raises(ValueError, match=r"default_rng\(0\)"):
        as_rng(seed)


def test_the_wrong_kind_of_object_is_refused_by_name():
    with pytest.raises(ValueError, match="network must be a ReluNetwork"):
        need_parts(np.ones(3), "network", "a ReluNetwork", "hidden", "output")


@pytest.mark.parametrize("value", ["Hinge", None, ["hinge"], np.array(["hinge"])])
def test_a_choice_is_one_of_the_words(value):
    assert as_choice("hinge", "loss", ("squared", "hinge")) == "hinge"
    with pytest.raises(ValueError, match="loss must be one of squared, hinge, got"):
        as_choice(value, "loss", ("squared", "hinge"))
