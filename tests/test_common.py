"""The checks at the door: nothing that is no number passes for one."""

import re
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest

from reference import common
from reference.common import (
    Infeasible,
    NotConverged,
    Unbounded,
    as_array,
    as_budget,
    as_choice,
    as_classes,
    as_integer,
    as_labels,
    as_masks,
    as_matrix,
    as_real,
    as_rng,
    as_vector,
    need_callable,
    need_limits,
    need_nonzero_rows,
    need_parts,
    unit_vectors,
    with_bias,
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


def test_what_cannot_be_called_is_refused_by_name():
    need_callable(len, "score")
    need_callable(None, "score", optional=True)
    for value, optional in ((None, False), (3, False), ("len", True)):
        with pytest.raises(ValueError, match="score must be callable"):
            need_callable(value, "score", optional=optional)


@pytest.mark.parametrize(
    "wrong, named",
    [
        ((0.0,), "tol"),
        ((np.nan,), "tol"),
        ((1.0, 0), "max_iter"),
        ((1.0, 2.5), "max_iter"),
        ((1.0, 1, 3), "callback"),
    ],
)
def test_what_ends_no_solver_is_refused_by_name(wrong, named):
    need_limits(1e-6)
    need_limits(0.5, 3, print)
    with pytest.raises(ValueError, match=named):
        need_limits(*wrong)


@pytest.mark.parametrize("value", ["Hinge", None, ["hinge"], np.array(["hinge"])])
def test_a_choice_is_one_of_the_words(value):
    assert as_choice("hinge", "loss", ("squared", "hinge")) == "hinge"
    with pytest.raises(ValueError, match="loss must be one of squared, hinge, got"):
        as_choice(value, "loss", ("squared", "hinge"))


def test_the_bias_column_is_the_last_and_the_data_are_not_touched():
    X = np.arange(6.0).reshape(3, 2)
    kept = X.copy()
    found = with_bias(X)
    assert np.array_equal(found, [[0, 1, 1], [2, 3, 1], [4, 5, 1]])
    found[:] = 9
    assert np.array_equal(X, kept)


def test_unit_vectors_have_length_one_at_any_scale():
    rows = np.array([[3.0, 4.0], [3e-200, 4e-200], [-3e200, 4e200], [0.0, -5e-324]])
    found = unit_vectors(rows)
    want = [[0.6, 0.8], [0.6, 0.8], [-0.6, 0.8], [0.0, -1.0]]
    np.testing.assert_allclose(found, want, rtol=1e-15)


def test_a_row_without_a_direction_is_named():
    need_nonzero_rows(np.array([[0.0, 5e-324], [-1.0, 0.0]]))
    with pytest.raises(ValueError, match=r"H must not have zero rows.* index 1"):
        need_nonzero_rows(np.array([[1.0, 0.0], [0.0, -0.0]]), "H")


CHECKS = {
    "as_array": (as_array, [[1.0, 2.0]]),
    "as_matrix": (as_matrix, [[1.0, 2.0]]),
    "as_vector": (as_vector, [1.0, 2.0]),
    "as_labels": (as_labels, [1.0, -1.0]),
    "as_classes": (as_classes, [1.0, 0.0]),
    "as_masks": (as_masks, [[True, False]]),
}


@pytest.mark.parametrize("name", CHECKS)
def test_what_is_right_passes_with_its_values(name):
    check, values = CHECKS[name]
    values = np.array(values)
    found = check(values, "values")
    assert np.array_equal(found, values)
    kinds = {"as_classes": np.intp, "as_masks": np.bool_}
    assert found.dtype == kinds.get(name, np.float64)


@pytest.mark.parametrize("name", ["as_array", "as_matrix", "as_vector", "as_labels"])
def test_what_comes_back_is_a_new_array(name):
    check, values = CHECKS[name]
    values = np.array(values)
    check(values, "values")[...] = 1.0
    assert np.array_equal(values, CHECKS[name][1])


def test_a_wrong_shape_is_refused_with_both_shapes():
    with pytest.raises(ValueError, match=r"H needs shape \(2, 3\), got \(2,\)"):
        as_array([1.0, 2.0], "H", (2, 3))
    with pytest.raises(ValueError, match=r"X needs shape \(3, d\), got \(1, 2\)"):
        as_matrix([[1.0, 2.0]], rows=3)
    with pytest.raises(ValueError, match=r"y needs shape \(3,\), got \(2,\)"):
        as_vector([1.0, 2.0], size=3)
    with pytest.raises(ValueError, match=r"y needs shape \(n,\), got \(1, 2\)"):
        as_vector([[1.0, 2.0]])


@pytest.mark.parametrize("wrong", [-1.0, 0.5, 3.0])
def test_a_class_is_a_whole_number_below_their_count(wrong):
    assert as_classes([0.0, 2.0], num_classes=3).tolist() == [0, 2]
    with pytest.raises(ValueError, match=rf"y must hold classes 0\.\.2, got {wrong:g}"):
        as_classes([0.0, wrong], num_classes=3)


@pytest.mark.parametrize("wrong", [True, 2.0, "2", None, np.float64(2)])
def test_an_integer_is_no_truth_value_and_no_float(wrong):
    assert as_integer(np.int64(2), "k") == 2
    with pytest.raises(ValueError, match="k must be an integer"):
        as_integer(wrong, "k")


@pytest.mark.parametrize("wrong", [0, 5])
def test_a_budget_is_between_one_and_the_pool(wrong):
    assert [as_budget(k, 4) for k in (1, 4)] == [1, 4]
    with pytest.raises(ValueError, match=r"budget must be at (least 1|most 4)"):
        as_budget(wrong, 4)


def test_a_range_may_leave_its_lower_end_out():
    assert as_real(0, "reg", low=0) == 0
    with pytest.raises(ValueError, match=r"reg must lie in \(0, inf\], got 0"):
        as_real(0, "reg", low=0, open_low=True)


def test_errors_carry_what_they_prove():
    assert Infeasible("no point", certificate=[1.0]).certificate == [1.0]
    assert Unbounded("no end", ray=[0.0, 1.0]).ray == [0.0, 1.0]
    assert NotConverged("too few steps", state=3).state == 3
    # to be caught as what they are, and bad input as what it is
    assert issubclass(Infeasible, ValueError)
    assert issubclass(Unbounded, ValueError)
    assert not issubclass(NotConverged, ValueError)


def test_everything_shared_is_tested_here_by_its_name():
    text = Path(__file__).read_text("utf-8").partition("\n)\n")[2]  # after the imports
    assert [n for n in common.__all__ if not re.search(rf"\b{n}\b", text)] == []
