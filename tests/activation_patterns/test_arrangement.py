"""Hyperplane arrangements against linear programs, ranks and each other."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from reference.activation_patterns import count_patterns
from tests import strategies
from tests.activation_patterns.oracle import as_set, count_by_ranks, patterns_by_lp

CROWDED = np.array(  # many triples of these lines of the plane meet in points
    [[1, 0, 0], [0, 1, 0], [0, 0, 1], [1, -1, 0], [1, 0, -1], [0, 1, -1], [1, 1, -1]],
    dtype=float,
)
BOX = np.array([[1, 1, 0, 0], [1, -1, 0, 0], [0, 0, 1, 1], [0, 0, 1, -1]], dtype=float)
BOX = np.vstack([BOX, np.eye(4)])


def both_halves(cells):
    masks, points = (np.concatenate(part) for part in zip(*cells, strict=True))
    return np.concatenate([masks, ~masks]), np.concatenate([points, -points])


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


def clearly_general(X, least=1e-9):
    """Whether all subsets of rank X unit rows have singular values above `least`."""
    X = X / np.linalg.norm(X, axis=1, keepdims=True)
    subsets = list(combinations(range(len(X)), min(X.shape)))
    return np.linalg.svd(X[subsets], compute_uv=False).min() > least


@pytest.mark.prop("P3.12", "almost dependent rows: told apart, merged, or an error")
@given(X=strategies.general_position(max_rows=7, max_columns=3), seed=strategies.seeds)
def test_almost_dependent_rows(subject, X, seed):
    half_of_cells = subject("activation_patterns.half_of_cells")
    noise = np.random.default_rng(seed).standard_normal(X.shape)
    noise *= np.linalg.norm(X, axis=1, keepdims=True)
    copies = 2 * sum(len(masks) for masks, _ in half_of_cells(X))
    for size in (1e-15, 1e-14, 1e-12, 1e-11, 1e-10, 1e-9, 1e-6):
        doubled = np.vstack([X, X + size * noise])
        try:
            masks, points = both_halves(half_of_cells(doubled))
        except ValueError:
            assert size > 1e-15, "copies up to rounding are an error"
            assert not clearly_general(doubled), "rows told apart are an error"
            continue
        # Right for the rows as given, or for the rows as meant.
        assert np.array_equal(points @ doubled.T > 0, masks)
        assert len(as_set(masks)) == len(masks)
        pairs = masks[:, : len(X)] == masks[:, len(X) :]
        if size <= 1e-14:
            assert pairs.all()
            assert len(masks) == copies, f"got {len(masks)} cells, expected {copies}"
        if clearly_general(doubled):
            expected = count_by_ranks(np.vstack([X, X + noise]))
            assert len(masks) == expected, f"got {len(masks)}, expected {expected}"


@pytest.mark.prop("P3.12", "three close copies are three rows, not a dependent triple")
@given(
    X=strategies.general_position(max_rows=3, max_columns=4),
    size=st.sampled_from([1e-8, 1e-7, 1e-6]),
    seed=strategies.seeds,
)
def test_three_close_copies(subject, X, size, seed):
    half_of_cells = subject("activation_patterns.half_of_cells")
    noise = np.random.default_rng(seed).standard_normal((3, *X.shape))
    noise *= np.linalg.norm(X, axis=1, keepdims=True)
    copies = np.concatenate(X + size * noise)
    assume(clearly_general(copies))  # yet the determinant of a triple is size**2
    masks, points = both_halves(half_of_cells(copies))
    assert np.array_equal(points @ copies.T > 0, masks)
    got, expected = len(as_set(masks)), count_patterns(*np.shape(copies))
    assert got == len(masks) == expected, f"got {got} cells, expected {expected}"


@pytest.mark.prop("P3.12", "rows almost in a plane keep their rank and their cells")
@given(size=st.sampled_from([1e-7, 1e-5, 1e-3]), seed=strategies.seeds)
def test_almost_rank_deficient(subject, size, seed):
    half_of_cells = subject("activation_patterns.half_of_cells")
    rng = np.random.default_rng(seed)
    flat = rng.standard_normal((7, 2)) @ rng.standard_normal((2, 3))
    X = flat + size * rng.standard_normal((7, 3))
    assume(clearly_general(X))
    got = 2 * sum(len(masks) for masks, _ in half_of_cells(X))
    assert got == count_patterns(7, 3), f"got {got}, expected {count_patterns(7, 3)}"


@pytest.mark.prop("P3.12", "rows almost in a plane keep their rank and their cells")
@pytest.mark.parametrize("size", [2.0**-20, 2.0**-30])
def test_dependent_rows_almost_in_a_plane(subject, size):
    half_of_cells = subject("activation_patterns.half_of_cells")
    rows = [[1, 0, 1], [0, 1, 1], [1, 1, 2], [1, -1, 0], [1, 0, 0], [0, 1, 0]]
    rows = np.array([*rows, [1.0, 2.0, 1.0]])  # the first four lie in one plane
    mixed = rows @ [[1.0, 0.0, 1.0], [0.0, 1.0, 1.0], [0.0, 0.0, size]]  # exact
    got = 2 * sum(len(masks) for masks, _ in half_of_cells(mixed))
    assert got == count_by_ranks(rows), f"got {got}, expected {count_by_ranks(rows)}"


@pytest.mark.prop("I3.1", "bad rows, blocks and tolerances are errors")
def test_bad_input_of_half_of_cells(subject):
    half_of_cells = subject("activation_patterns.half_of_cells")
    with pytest.raises(ValueError, match="row 1"):
        half_of_cells([[1.0, 2.0], [0.0, 0.0]])
    with pytest.raises(ValueError, match="finite"):
        half_of_cells([[1.0, np.nan]])
    with pytest.raises(ValueError, match="matrix"):
        half_of_cells([1.0, 2.0])
    with pytest.raises(ValueError, match="block"):
        half_of_cells([[1.0]], block=0)
    with pytest.raises(ValueError, match="tol"):
        half_of_cells([[1.0]], tol=-1.0)
    with pytest.raises(ValueError, match="almost degenerate"):
        half_of_cells([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 5e-12]])
