"""Hyperplane arrangements against linear programs, ranks and each other."""

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from tests import strategies
from tests.activation_patterns.oracle import (
    as_set,
    both_halves,
    count_by_ranks,
    patterns_by_lp,
)

CROWDED = np.array(  # many triples of these lines of the plane meet in points
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, -1, 0], [1, 0, -1], [0, 1, -1], [1, 1, -1]],
    dtype=float,
)
BOX = np.array([[1, 1, 0, 0], [1, -1, 0, 0], [0, 0, 1, 1], [0, 0, 1, -1]], dtype=float)
BOX = np.vstack([BOX, np.eye(4)])


@pytest.mark.prop("P3.8", "half the cells and their opposites: a linear program's")
@given(X=strategies.any_data())
@example(X=CROWDED)
@example(X=BOX)
@example(X=np.array([[3.0]]))
def test_cells_equal_linear_programs(subject, X):
    half_of_cells = subject("activation_patterns.half_of_cells")
    X = X[X.any(axis=1)]
    assume(len(X))
    masks, _ = both_halves(half_of_cells(X))
    got, expected = as_set(masks), patterns_by_lp(X)
    assert len(got) == len(masks), "a cell comes twice"
    assert got == expected, f"missing {expected - got}, too many {got - expected}"


@pytest.mark.prop("P3.9", "the number of cells is Zaslavsky's sum over ranks")
@given(X=strategies.any_data(max_rows=10, max_columns=5))
@example(X=CROWDED)
@example(X=BOX)
def test_number_of_cells(subject, X):
    half_of_cells = subject("activation_patterns.half_of_cells")
    X = X[X.any(axis=1)]
    assume(len(X))
    got = 2 * sum(len(masks) for masks, _ in half_of_cells(X))
    assert got == count_by_ranks(X), f"got {got}, expected {count_by_ranks(X)}"


@pytest.mark.prop("P3.10", "every point lies strictly inside its cell")
@given(X=strategies.any_data(max_rows=12, max_columns=5))
@example(X=CROWDED)
def test_points_show_their_masks(subject, X):
    half_of_cells = subject("activation_patterns.half_of_cells")
    X = X[X.any(axis=1)]
    assume(len(X))
    for masks, points in half_of_cells(X):
        assert np.array_equal(points @ X.T > 0, masks)
        assert np.array_equal(points @ X.T < 0, ~masks)


@pytest.mark.prop("P3.11", "blocks of any size hold the same cells")
@given(X=strategies.any_data(), block=st.integers(1, 7))
def test_blocks(subject, X, block):
    half_of_cells = subject("activation_patterns.half_of_cells")
    X = X[X.any(axis=1)]
    assume(len(X))
    blocks = [masks for masks, _ in half_of_cells(X, block=block)]
    assert max(map(len, blocks)) <= block
    assert sum(map(len, blocks)) == sum(len(masks) for masks, _ in half_of_cells(X))


@pytest.mark.prop("I3.1", "bad rows, blocks and tolerances are errors")
def test_bad_input_of_half_of_cells(subject):
    half_of_cells = subject("activation_patterns.half_of_cells")
    with pytest.raises(ValueError, match="index 1"):
        half_of_cells([[1.0, 2.0], [0.0, 0.0]])
    with pytest.raises(ValueError, match="finite"):
        half_of_cells([[1.0, np.nan]])
    with pytest.raises(ValueError, match=r"needs shape \(n, d\)"):
        half_of_cells([1.0, 2.0])
    with pytest.raises(ValueError, match="block"):
        half_of_cells([[1.0]], block=0)
    with pytest.raises(ValueError, match="tol"):
        half_of_cells([[1.0]], tol=-1.0)
    with pytest.raises(ValueError, match="almost degenerate"):
        half_of_cells([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 1.0 + 5e-12]])
