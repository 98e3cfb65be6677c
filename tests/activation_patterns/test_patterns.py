"""Activation patterns against Cover's formula, linear programs and solid angles."""

import tracemalloc
from itertools import combinations

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from reference.activation_patterns import (
    Patterns,
    count_patterns,
    enumerate_patterns,
    sample_patterns,
)
from tests import strategies
from tests.activation_patterns.oracle import as_set, count_by_ranks, patterns_by_lp

ODD_DATA = [  # duplicate, opposite, zero, dependent rows; rank deficient; n = 1; X = 0
    np.array([[1, 2], [1, 2], [-2, -4], [0, 0], [0, 1], [0, 0]], dtype=float),
    np.array([[1, 1, 2], [1, 0, 1], [0, 1, 1], [2, 1, 3], [1, -1, 0]], dtype=float),
    np.array([[0.0, -3.0]]),
    np.zeros((3, 2)),
    np.repeat(np.eye(3), 2, axis=0),
    np.array([[1, 0, 0], [0, 1, 0], [1, 1, 0], [0, 0, 1], [1, 0, 1], [0, 1, 1.0]]),
]


def odd_examples(test):
    """Run a property of X alone on each of the odd data sets."""
    for X in ODD_DATA:
        test = example(X=X)(test)
    return test


@pytest.mark.prop(
    "P3.1", "n points in general position have Cover's number of patterns"
)
@given(X=strategies.general_position(max_rows=14, max_columns=5))
def test_number_of_patterns(subject, X):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    count_patterns = subject("activation_patterns.count_patterns")
    n, rank = len(X), min(X.shape)
    patterns = enumerate_patterns(X)
    assert (
        len(as_set(patterns.masks)) == len(patterns.masks) == count_by_cutting(n, rank)
    )
    assert count_patterns(n, rank) == count_by_cutting(n, rank)


def count_by_cutting(n, rank):
    """Add one hyperplane after the other: it doubles the cells that it cuts."""
    if rank == 0:
        return 1
    if n == 1:
        return 2
    return count_by_cutting(n - 1, rank) + (
        count_by_cutting(n - 1, rank - 1) if rank > 1 else 0
    )


@pytest.mark.prop("P3.1", "the count obeys Cover's recursion and its known values")
@given(n=st.integers(1, 14), rank=st.integers(0, 8))
@example(n=1, rank=0)
@example(n=3, rank=8)
def test_count(subject, n, rank):
    count_patterns = subject("activation_patterns.count_patterns")
    got = count_patterns(n, rank)
    assert got == count_by_cutting(n, rank), f"got {got}"
    assert rank < n or got == 2**n


@pytest.mark.prop("P3.2", "each mask is shown by its gate, strictly at non-zero rows")
@given(X=strategies.any_data(max_rows=12, max_columns=5))
@odd_examples
def test_gates_are_interior(subject, X):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    patterns = enumerate_patterns(X)
    masks, values, cuts = patterns.masks, patterns.gates @ X.T, X.any(axis=1)
    assert masks[:, ~cuts].all(), "a zero row is active in every pattern"
    assert np.array_equal(values[:, cuts] > 0, masks[:, cuts])
    assert np.array_equal(values[:, cuts] < 0, ~masks[:, cuts])
    assert np.array_equal(patterns.extend(X), masks)
    np.testing.assert_allclose(np.linalg.norm(patterns.gates, axis=1), 1.0)


@pytest.mark.prop("P3.3", "with a pattern, its opposite is one (but for zero rows)")
@given(X=strategies.any_data(max_rows=12))
@odd_examples
def test_closed_under_negation(subject, X):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    masks = enumerate_patterns(X).masks
    assert as_set(masks) == as_set(~masks | ~X.any(axis=1))


@pytest.mark.prop("P3.4", "the patterns are those of a linear program for each mask")
@given(X=strategies.any_data())
@odd_examples
def test_patterns_equal_linear_programs(subject, X):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    masks = enumerate_patterns(X).masks
    got, expected = as_set(masks), patterns_by_lp(X)
    assert len(got) == len(masks), "a pattern comes twice"
    assert got == expected, f"missing {expected - got}, too many {got - expected}"


@pytest.mark.prop(
    "P3.5", "sampled patterns are different, shown by their gates, and real"
)
@given(X=strategies.any_data(), seed=strategies.seeds, num_gates=st.integers(8, 200))
def test_samples_are_patterns(subject, X, seed, num_gates):
    sample_patterns = subject("activation_patterns.sample_patterns")
    check_sample(sample_patterns, X, seed, num_gates)


@pytest.mark.prop("P3.5", "patterns beside vertices are different, shown, and real")
@given(X=strategies.any_data(), seed=strategies.seeds, num_gates=st.integers(8, 200))
def test_vertex_samples_are_patterns(subject, X, seed, num_gates):
    sample_vertex_patterns = subject("activation_patterns.sample_vertex_patterns")
    check_sample(sample_vertex_patterns, X, seed, num_gates)


@pytest.mark.prop("P3.5", "columns of any scale leave gates clear of all rows")
@given(X=strategies.general_position(max_rows=8), seed=strategies.seeds)
def test_vertex_samples_of_badly_scaled_columns(subject, X, seed):
    sample_vertex_patterns = subject("activation_patterns.sample_vertex_patterns")
    scales = 2.0 ** np.random.default_rng(seed).integers(-40, 40, X.shape[1])
    plain = sample_vertex_patterns(X, 50, rng=np.random.default_rng(seed))
    scaled = sample_vertex_patterns(X * scales, 50, rng=np.random.default_rng(seed))
    assert len(scaled.masks) >= len(plain.masks) / 2
    check_sample(sample_vertex_patterns, X * scales, seed, 50)


def check_sample(sample, X, seed, num_gates):
    patterns = sample(X, num_gates, rng=np.random.default_rng(seed))
    every = as_set(enumerate_patterns(X).masks)
    got, cuts = as_set(patterns.masks), X.any(axis=1)
    assert len(got) == len(patterns.masks) <= num_gates
    assert got <= every, f"not patterns: {got - every}"
    values = (patterns.gates @ X.T)[:, cuts]
    assert np.array_equal(values > 0, patterns.masks[:, cuts])
    assert np.array_equal(values < 0, ~patterns.masks[:, cuts])
    again = sample(X, num_gates, rng=np.random.default_rng(seed))
    assert np.array_equal(again.masks, patterns.masks), "one seed, two answers"


@pytest.mark.prop("P3.6", "row scales and the basis of the weights change no pattern")
@given(X=strategies.any_data(max_rows=10), seed=strategies.seeds)
@example(X=ODD_DATA[1], seed=0)
def test_invariances(subject, X, seed):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    rng = np.random.default_rng(seed)
    n, d = X.shape
    before = as_set(enumerate_patterns(X).masks)
    scaled = X * 2.0 ** rng.integers(-40, 41, (n, 1)) * 2.0 ** rng.integers(-40, 41, d)
    assert as_set(enumerate_patterns(scaled).masks) == before
    rotation = np.linalg.qr(rng.standard_normal((d, d)))[0]
    mixed = X @ (rotation * rng.uniform(0.3, 3.0, d))
    mixed[~X.any(axis=1)] = 0.0
    assert as_set(enumerate_patterns(mixed).masks) == before
    order = rng.permutation(n)
    assert {tuple(np.array(m)[order].tolist()) for m in before} == as_set(
        enumerate_patterns(X[order]).masks
    )
    signs = rng.choice([-1.0, 1.0], (n, 1))
    flipped = enumerate_patterns(signs * X).masks
    same = (signs[:, 0] > 0) | ~X.any(axis=1)
    assert as_set(np.where(same, flipped, ~flipped)) == before


@pytest.mark.prop("P3.7", "flipping a bit gives a pattern iff the row is a facet")
@given(X=strategies.any_data(max_rows=6, max_columns=3), seed=strategies.seeds)
@example(X=ODD_DATA[1], seed=0)
def test_facets(subject, X, seed):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    masks = enumerate_patterns(X).masks
    every = as_set(masks)
    mask = masks[seed % len(masks)]
    signed = np.where(mask, 1.0, -1.0)[:, None] * X
    for j in np.flatnonzero(X.any(axis=1)):
        # A facet: without this row's constraint there is more of the cone.
        others = np.delete(signed, j, axis=0)
        more = linprog(
            signed[j], A_ub=-others, b_ub=np.zeros(len(others)), bounds=(-1, 1)
        )
        neighbour = mask.copy()
        neighbour[j] = ~neighbour[j]
        assert (tuple(neighbour.tolist()) in every) == (more.fun < -1e-7), f"row {j}"


@pytest.mark.prop("P3.13", "blocks give every pattern once, none longer than asked")
@given(X=strategies.any_data(), block=st.integers(1, 9))
@example(X=ODD_DATA[0], block=1)
@example(X=ODD_DATA[3], block=1)
def test_blocks_of_patterns(subject, X, block):
    iter_patterns = subject("activation_patterns.iter_patterns")
    blocks = list(iter_patterns(X, block=block))
    assert max(len(b.masks) for b in blocks) <= block
    masks = np.concatenate([b.masks for b in blocks])
    gates = np.concatenate([b.gates for b in blocks])
    assert len(masks) == len(as_set(masks)) == count_by_ranks(X)
    cuts = X.any(axis=1)
    assert np.array_equal((gates @ X.T > 0)[:, cuts], masks[:, cuts])
    assert masks[:, ~cuts].all()


@pytest.mark.prop("P3.14", "a hundred thousand patterns pass through 3 MB, in blocks")
def test_memory_of_blocks(subject):
    iter_patterns = subject("activation_patterns.iter_patterns")
    X = np.random.default_rng(0).standard_normal((70, 4))
    tracemalloc.start()
    try:
        total = sum(len(block.masks) for block in iter_patterns(X, block=256))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total == count_patterns(70, 4) == 109_620
    assert peak < 3e6, f"the peak is {peak / 1e6:.1f} MB; all masks take 7.7 MB"


@pytest.mark.prop("P3.14", "crowded vertices too pass through memory in blocks")
def test_memory_of_crowded_vertices(subject):
    iter_patterns = subject("activation_patterns.iter_patterns")
    X = np.random.default_rng(0).integers(-2, 3, (55, 4)).astype(float)
    tracemalloc.start()
    try:
        counts = [len(block.masks) for block in iter_patterns(X, block=128)]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert max(counts) <= 128
    assert sum(counts) == 22_814 == len(as_set(enumerate_patterns(X).masks))
    assert peak < 3.4e6, f"the peak is {peak / 1e6:.1f} MB; all cells at once take 4.3"


@pytest.mark.prop("P3.13", "a block in which every subset is dependent is no end")
@pytest.mark.parametrize("block", [1, 2048])
def test_a_block_of_dependent_subsets(subject, block):
    iter_patterns = subject("activation_patterns.iter_patterns")
    first = [[0, 1, 0, 1], [0, 0, 1, 1]]  # then a line: its triples are dependent
    X = np.array([*first, *([t, 0, 0, 1] for t in range(23))], dtype=float)
    for rows in (X, X[::-1]):
        patterns = [block.masks for block in iter_patterns(rows, block=block)]
        assert len(as_set(np.concatenate(patterns))) == sum(map(len, patterns)) == 184


@pytest.mark.prop("P3.16", "more gates of one generator give more, first come first")
@given(X=strategies.any_data(), seed=strategies.seeds)
def test_samples_are_nested(subject, X, seed):
    sample_patterns = subject("activation_patterns.sample_patterns")
    few = sample_patterns(X, 20, rng=np.random.default_rng(seed))
    many = sample_patterns(X, 300, rng=np.random.default_rng(seed))
    assert np.array_equal(many.masks[: len(few.masks)], few.masks)
    assert np.array_equal(many.gates[: len(few.masks)], few.gates)
    drawn = np.random.default_rng(seed).standard_normal((300, X.shape[1]))
    assert set(map(tuple, many.gates)) <= set(map(tuple, drawn)), "gates are changed"


@pytest.mark.prop("P3.17", "Gaussian gates find as many cells as their angles predict")
@given(seed=strategies.seeds)
def test_coupon_collector(subject, seed):
    sample_patterns = subject("activation_patterns.sample_patterns")
    X = np.random.default_rng(seed).standard_normal((12, 2))
    angles = np.sort(np.arctan2(X[:, 1], X[:, 0]) % np.pi)
    arcs = np.diff(np.append(angles, angles[0] + np.pi)) / (2 * np.pi)
    missed = (1 - np.repeat(arcs, 2)) ** 30  # arcs come in opposite pairs
    rng = np.random.default_rng([seed, 1])
    counts = [len(sample_patterns(X, 30, rng=rng).masks) for _ in range(30)]
    error = np.mean(counts) - (1 - missed).sum()
    # Coupons are negatively correlated: the variance is at most this sum.
    deviation = np.sqrt((missed * (1 - missed)).sum() / 30)
    assert abs(error) <= 5 * deviation, f"off by {error / deviation:.1f} deviations"


@pytest.mark.prop(
    "P3.18", "gates beside vertices find a cell by its number of vertices"
)
@given(seed=st.integers(0, 10**6))
def test_vertex_law(subject, seed):
    sample_vertex_patterns = subject("activation_patterns.sample_vertex_patterns")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((9, 3)) * [1.0, 1.0, 0.1]
    cells = enumerate_patterns(X).masks
    # Each line of vertices +-v of two rows lies in 8 cells: count them per cell.
    share = np.zeros(len(cells))
    for pair in combinations(range(9), 2):
        away = np.delete(np.arange(9), pair)
        for v in (np.cross(*X[list(pair)]), -np.cross(*X[list(pair)])):
            share += (cells[:, away] == (X[away] @ v > 0)).all(axis=1)
    share /= share.sum()
    missed = (1 - share) ** 60
    counts = [len(sample_vertex_patterns(X, 60, rng=rng).masks) for _ in range(20)]
    error = np.mean(counts) - (1 - missed).sum()
    deviation = np.sqrt((missed * (1 - missed)).sum() / 20)
    assert abs(error) <= 5 * deviation, f"off by {error / deviation:.1f} deviations"


@pytest.mark.prop(
    "P3.19", "merging keeps each pattern once, at its first gate, in order"
)
@given(X=strategies.any_data(), seed=strategies.seeds)
def test_merge(subject, X, seed):
    merge_patterns = subject("activation_patterns.merge_patterns")
    rng = np.random.default_rng(seed)
    parts = [sample_patterns(X, 10, rng=rng) for _ in range(3)]
    merged = merge_patterns(*parts)
    first = {}
    for part in parts:
        for mask, gate in zip(part.masks, part.gates, strict=True):
            first.setdefault(tuple(mask.tolist()), gate)
    assert list(first) == list(map(tuple, merged.masks.tolist()))
    assert np.array_equal(np.array(list(first.values())), merged.gates)
    again = merge_patterns(merged)
    assert np.array_equal(again.masks, merged.masks)
    assert np.array_equal(again.gates, merged.gates)


@pytest.mark.prop(
    "P3.19", "merging keeps each pattern once, at its first gate, in order"
)
@pytest.mark.parametrize("n", [3, 8, 9, 20])
def test_merge_of_selected_columns(subject, n):
    merge_patterns = subject("activation_patterns.merge_patterns")
    X = np.random.default_rng(n).standard_normal((30, 2))
    whole = sample_patterns(X, 60, rng=np.random.default_rng(0))
    some = np.arange(n)  # a selection of columns lies in memory column by column
    part = merge_patterns(Patterns(whole.masks[:, some], whole.gates))
    assert len(part) == len(np.unique(whole.masks[:, some], axis=0))
    assert (part.masks == part.extend(X[some])).all()


def bad_data(function):
    for X, words in (
        ([1.0, 2.0], r"needs shape \(n, d\)"),
        (np.ones((0, 2)), "at least one row"),
        ([[1.0, np.inf]], "finite"),
        ([["a"]], "real numbers"),
    ):
        with pytest.raises(ValueError, match=words):
            function(X)


@pytest.mark.prop("I3.2", "impossible counts are errors")
def test_bad_input_of_count(subject):
    count_patterns = subject("activation_patterns.count_patterns")
    for arguments in ((0, 1), (3, -1), (2.5, 1), (3, "2")):
        with pytest.raises(ValueError, match="must be"):
            count_patterns(*arguments)


@pytest.mark.prop("I3.3", "bad or undecidable data are errors")
def test_bad_input_of_enumerate(subject):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    bad_data(enumerate_patterns)
    with pytest.raises(ValueError, match="almost degenerate"):
        enumerate_patterns([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0], [1.0, 1.0 + 5e-12]])
    with pytest.raises(ValueError, match="tol"):
        enumerate_patterns([[1.0]], tol=0.0)


@pytest.mark.prop("I3.4", "bad data and blocks are errors before the first block")
def test_bad_input_of_iter(subject):
    iter_patterns = subject("activation_patterns.iter_patterns")
    bad_data(iter_patterns)
    with pytest.raises(ValueError, match="block"):
        iter_patterns([[1.0]], block=0)


@pytest.mark.prop("I3.5", "bad data, numbers of gates and generators are errors")
def test_bad_input_of_sample(subject):
    sample_patterns = subject("activation_patterns.sample_patterns")
    bad_sample(sample_patterns)


@pytest.mark.prop("I3.6", "bad data, numbers of gates and generators are errors")
def test_bad_input_of_vertex_sample(subject):
    sample_vertex_patterns = subject("activation_patterns.sample_vertex_patterns")
    bad_sample(sample_vertex_patterns)


def bad_sample(sample):
    rng = np.random.default_rng(0)
    bad_data(lambda X: sample(X, 5, rng=rng))
    with pytest.raises(ValueError, match="num_gates"):
        sample([[1.0]], 0, rng=rng)
    with pytest.raises(ValueError, match="rng"):
        sample([[1.0]], 5, rng=0)


@pytest.mark.prop("I3.7", "patterns of different data do not merge")
def test_bad_input_of_merge(subject):
    merge_patterns = subject("activation_patterns.merge_patterns")
    one = Patterns(np.ones((1, 2), bool), np.ones((1, 3)))
    for n, d, need in (
        (4, 3, r"masks needs shape \(P, 2\), got"),
        (2, 2, r"gates.* 3\)"),
    ):
        other = Patterns(np.ones((1, n), bool), np.ones((1, d)))
        with pytest.raises(ValueError, match=r"others\[1\]\." + need):
            merge_patterns(one, one, other)
    for bad in (None, one.masks, (one.masks, one.gates)):
        with pytest.raises(ValueError, match="must be Patterns"):
            merge_patterns(one, bad)
        with pytest.raises(ValueError, match="must be Patterns"):
            merge_patterns(bad)


def test_patterns_know_their_shapes():
    with pytest.raises(ValueError, match="gates"):
        Patterns(np.ones((2, 3), bool), np.ones((1, 3)))
    with pytest.raises(ValueError, match="Boolean"):
        Patterns(np.ones((2, 3)), np.ones((2, 3)))
    with pytest.raises(ValueError, match="X_new"):
        Patterns(np.ones((2, 3), bool), np.ones((2, 3))).extend(np.ones((2, 4)))


def test_patterns_of_lists_are_arrays():
    patterns = Patterns([[True, False], [True, True]], [[1, 0, 2], [0, 1, 0]])
    assert patterns.masks.dtype == bool
    assert patterns.gates.dtype == float
    assert patterns.extend([[1.0, -1.0, 0.0]]).tolist() == [[True], [False]]
    for bad in ([[1.0, 2.0], [3.0]], [["a"], ["b"]], None, [1.0, 2.0], [[1], [np.nan]]):
        with pytest.raises(ValueError, match="gates"):
            Patterns([[True], [False]], bad)
    with pytest.raises(ValueError, match="gates"):
        Patterns(np.ones((1, 2), bool), np.full((1, 2), np.nan))


@pytest.mark.prop("I3.3", "columns that no common unit can hold are an error")
def test_columns_beyond_float64(subject):
    enumerate_patterns = subject("activation_patterns.enumerate_patterns")
    with pytest.raises(ValueError, match="other units"):
        enumerate_patterns([[1e-300, 1e300], [2e-300, 1e300]])
