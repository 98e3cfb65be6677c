"""Rows that are dependent, almost, or not at all, in any units."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from reference.activation_patterns import count_patterns
from tests import strategies
from tests.activation_patterns.oracle import as_set, both_halves, count_by_ranks


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


@pytest.mark.prop("P3.12", "almost dependent rows: told apart, merged, or an error")
@pytest.mark.parametrize("seed", [194, 203, 236])
def test_vertices_of_close_rows_keep_their_digits(subject, seed):
    half_of_cells = subject("activation_patterns.half_of_cells")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((rng.integers(1, 8), rng.integers(1, 4)))
    lengths = np.linalg.norm(X, axis=1, keepdims=True)
    close = np.vstack([X, X + 1e-8 * lengths * rng.standard_normal(X.shape)])
    assert clearly_general(close)  # so no refusal, though vertices lie far away
    got = 2 * sum(len(masks) for masks, _ in half_of_cells(close))
    expected = count_patterns(len(close), X.shape[1])
    assert got == expected, f"got {got} cells, expected {expected}"


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


@pytest.mark.prop("P3.15", "a feature in other units merges no cells")
@pytest.mark.parametrize("unit", [1e-300, 1e-13, 1e9, 1e11, 1e13, 1e300])
def test_other_units_of_one_feature(subject, unit):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    X = np.array([[x * unit, 1.0] for x in (0, 1, 2, 3, 5)])
    assert len(enumerate_patterns(X).masks) == 10
    blocks = np.kron(np.diag([1.0, 1e7]), X)  # two groups of features, of rows too
    assert len(enumerate_patterns(blocks).masks) == 100


@pytest.mark.prop("P3.18", "a feature in other units hides no cells")
@pytest.mark.parametrize("unit", [1e-300, 1e-13, 1e13, 1e300])
def test_vertices_in_other_units_of_one_feature(subject, unit):
    sample_vertex_patterns = subject("activation_patterns.sample_vertex_patterns")
    X = np.array([[x * unit, 1.0] for x in (0, 1, 2, 3, 5)])
    rng = np.random.default_rng(0)
    assert len(sample_vertex_patterns(X, 300, rng=rng).masks) == 10


@pytest.mark.prop("P3.15", "rows of any scale are cut as if of length one")
@given(X=strategies.any_data(max_rows=10), seed=strategies.seeds)
def test_badly_scaled_rows(subject, X, seed):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    scales = 10.0 ** np.random.default_rng(seed).uniform(-6, 6, (len(X), 1))
    patterns = enumerate_patterns(scales * X)
    assert as_set(patterns.masks) == as_set(enumerate_patterns(X).masks)
    assert np.array_equal(patterns.extend(scales * X), patterns.masks)
