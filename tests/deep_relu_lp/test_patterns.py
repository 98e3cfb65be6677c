"""Properties of the activation patterns of deep networks."""

from itertools import product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from reference.deep_relu_lp import (
    DeepPatterns,
    enumerate_deep_patterns,
    sample_deep_patterns,
)
from tests import strategies

counts = st.lists(st.integers(1, 6), min_size=1, max_size=3)


@st.composite
def layer_masks(draw):
    """Arbitrary Boolean masks of one to three layers, and their number of samples."""
    n = draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(strategies.seeds))
    sizes = draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
    return tuple(rng.random((size, n)) < 0.6 for size in sizes)


def gate_signal_by_loops(X, masks_below, gate):
    """The sum over paths of D_p X a_p, one path after the other."""
    signal = np.zeros(len(X))
    outer_first = masks_below[::-1]
    for path in product(*(range(len(layer)) for layer in outer_first)):
        part = X @ gate[path]
        for layer, j in zip(outer_first, path, strict=True):
            part = np.where(layer[j], part, 0.0)
        signal += part
    return signal


def silent_samples(X, masks_below):
    """Samples about which no path says anything: their features are zero."""
    active = X.any(axis=1)
    for i, x_is_active in enumerate(active):
        paths = product(*(layer[:, i] for layer in masks_below))
        active[i] = x_is_active and any(all(path) for path in paths)
    return ~active


def features_by_loops(X, masks_below):
    """All columns D_p x for the paths p and columns x of X: their span is S_k."""
    blocks = [X]
    for layer in masks_below:
        blocks = [np.where(m[:, None], block, 0.0) for m in layer for block in blocks]
    return np.hstack(blocks)


def strict_sign_vectors(features):
    """All masks with a vector of the range strictly on their side, by 2^n programs."""
    live = features.any(axis=1)
    rows = features[live]
    found = set()
    for bits in product([False, True], repeat=len(rows)):
        sides = np.where(bits, -1.0, 1.0)[:, None] * rows
        answer = linprog(
            np.zeros(rows.shape[1]), sides, -np.ones(len(rows)), bounds=(None, None)
        )
        if answer.status == 0:
            mask = np.ones(len(features), dtype=bool)
            mask[live] = bits
            found.add(mask.tobytes())
    return found


@pytest.mark.prop("P5.9", "every sampled mask is realised strictly by its gate")
@given(X=strategies.any_data(), counts=counts, seed=strategies.seeds)
def test_sampled_masks_are_realised(subject, X, counts, seed):
    sample = subject("deep_relu_lp.sample_deep_patterns")
    patterns = sample(X, counts, rng=np.random.default_rng(seed))
    assert len(patterns.masks) == len(counts)
    for k, (masks, gates) in enumerate(
        zip(patterns.masks, patterns.gates, strict=True)
    ):
        assert 1 <= len(masks) <= counts[k]
        assert len(np.unique(masks, axis=0)) == len(masks), "a pattern comes twice"
        silent = silent_samples(X, patterns.masks[:k])
        for mask, gate in zip(masks, gates, strict=True):
            signal = gate_signal_by_loops(X, patterns.masks[:k], gate)
            sides = np.where(mask, signal, -signal)
            assert (sides[~silent] > 0).all(), (k, mask, signal)
            assert mask[silent].all(), f"a silent sample of layer {k + 1} is False"


@pytest.mark.prop("P5.9", "an outer gate is a combination of the inner gates")
@given(X=strategies.any_data(), seed=strategies.seeds)
def test_sampled_patterns_are_those_of_one_network(subject, X, seed):
    sample = subject("deep_relu_lp.sample_deep_patterns")
    patterns = sample(X, (5, 5), rng=np.random.default_rng(seed))
    inner, outer = patterns.gates
    active = np.maximum(inner @ X.T, 0.0)
    for mask, gate in zip(patterns.masks[1], outer, strict=True):
        # gate[j] = v_j g_j for one row v of output weights of the network
        v = (gate * inner).sum(1) / (inner**2).sum(1)
        assert gate == pytest.approx(v[:, None] * inner, abs=1e-9)
        signal = v @ active
        assert (np.where(mask, signal, -signal) >= -1e-12).all()


@pytest.mark.prop("P5.9", "enough draws find every cell of a small arrangement")
def test_sampling_finds_all_cells(subject):
    sample = subject("deep_relu_lp.sample_deep_patterns")
    X = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    patterns = sample(X, (300, 300), rng=np.random.default_rng(3))
    assert patterns.counts == (6, 8)


@pytest.mark.prop("P5.9", "equal generators give equal patterns, the input is kept")
@given(X=strategies.any_data(), counts=counts, seed=strategies.seeds)
def test_sampling_repeats(subject, X, counts, seed):
    sample = subject("deep_relu_lp.sample_deep_patterns")
    before = X.copy()
    first = sample(X, counts, rng=np.random.default_rng(seed))
    again = sample(X, counts, rng=np.random.default_rng(seed))
    for a, b in zip(first.masks + first.gates, again.masks + again.gates, strict=True):
        np.testing.assert_array_equal(a, b)
    np.testing.assert_array_equal(X, before)


@pytest.mark.prop("P5.10", "all patterns of a layer are the strict sign vectors of S_k")
@given(X=strategies.any_data(max_rows=4, max_columns=2), layers=st.integers(1, 2))
def test_enumeration_is_complete(subject, X, layers):
    enumerate_all = subject("deep_relu_lp.enumerate_deep_patterns")
    patterns = enumerate_all(X, layers)
    assert len(patterns.masks) == layers
    for k, masks in enumerate(patterns.masks):
        got = {mask.tobytes() for mask in masks}
        expected = strict_sign_vectors(features_by_loops(X, patterns.masks[:k]))
        assert len(got) == len(masks), "a pattern comes twice"
        assert got == expected, f"layer {k + 1}: {len(got)} of {len(expected)} cells"


@pytest.mark.prop("P5.10", "every enumerated mask is realised strictly by its gate")
@given(X=strategies.any_data(max_rows=4, max_columns=2))
def test_enumerated_masks_are_realised(subject, X):
    enumerate_all = subject("deep_relu_lp.enumerate_deep_patterns")
    patterns = enumerate_all(X)
    for k, (masks, gates) in enumerate(
        zip(patterns.masks, patterns.gates, strict=True)
    ):
        silent = silent_samples(X, patterns.masks[:k])
        for mask, gate in zip(masks, gates, strict=True):
            signal = gate_signal_by_loops(X, patterns.masks[:k], gate)
            assert (np.where(mask, signal, -signal)[~silent] > 0).all()


@pytest.mark.prop("P5.11", "rows in general position have all 2^n outer patterns")
@given(X=strategies.general_position(max_rows=5, max_columns=3))
def test_outer_patterns_are_exponential(subject, X):
    enumerate_all = subject("deep_relu_lp.enumerate_deep_patterns")
    if X.shape[1] == 1 and len(X) > 1:  # on a line all rows are parallel
        X = np.column_stack([X, np.arange(1.0, len(X) + 1)])
    assert enumerate_all(X).counts[1] == 2 ** len(X)


@pytest.mark.prop("P5.9", "sampled patterns are among the enumerated ones")
@given(X=strategies.general_position(max_rows=4, max_columns=3), seed=strategies.seeds)
def test_sampled_are_enumerated(subject, X, seed):
    sample = subject("deep_relu_lp.sample_deep_patterns")
    sampled = sample(X, (6, 6), rng=np.random.default_rng(seed))
    every = enumerate_deep_patterns(X)
    for some, layer in zip(sampled.masks, every.masks, strict=True):
        assert {m.tobytes() for m in some} <= {m.tobytes() for m in layer}


@pytest.mark.prop("P5.12", "a path lets a sample through when all its masks do")
@given(masks=layer_masks())
def test_paths_are_products(subject, masks):
    path_masks = subject("deep_relu_lp.path_masks")
    got = path_masks(masks)
    outer_first = masks[::-1]
    expected = [
        [all(layer[j][i] for layer, j in zip(outer_first, path, strict=True))
         for i in range(masks[0].shape[1])]
        for path in product(*(range(len(layer)) for layer in outer_first))
    ]  # fmt: skip
    assert got.dtype == bool
    np.testing.assert_array_equal(got, expected)


@pytest.mark.prop("P5.9", "on their own data the gates give their masks again")
def test_gates_of_three_layers_give_their_masks(subject):
    sample = subject("deep_relu_lp.sample_deep_patterns")
    rng = np.random.default_rng(0)
    X = rng.standard_normal((6, 3))
    patterns = sample(X, (5, 4, 3), rng=rng)
    for mask, again in zip(patterns.masks, patterns.extend(X), strict=True):
        np.testing.assert_array_equal(again, mask)


@given(X=strategies.any_data(), counts=counts, seed=strategies.seeds)
def test_gates_extend_their_masks(X, counts, seed):
    patterns = sample_deep_patterns(X, counts, rng=np.random.default_rng(seed))
    again = patterns.extend(X)
    for mask, extended in zip(patterns.masks, again, strict=True):
        np.testing.assert_array_equal(mask, extended)
    half = patterns.extend(X[: len(X) // 2 + 1])
    for mask, extended in zip(patterns.masks, half, strict=True):
        np.testing.assert_array_equal(mask[:, : len(X) // 2 + 1], extended)


@pytest.mark.prop("I5.9", "counts that are not positive integers are refused")
@pytest.mark.parametrize("bad", [(), (0,), (3, -1), (2.0,), (True,), 3])
def test_bad_counts_are_refused(subject, bad):
    sample = subject("deep_relu_lp.sample_deep_patterns")
    with pytest.raises(ValueError, match="counts"):
        sample(np.eye(2), bad, rng=np.random.default_rng(0))


@pytest.mark.prop("I5.9", "data with NaN, or not a matrix, are refused")
@pytest.mark.parametrize("bad", [np.ones(3), np.full((2, 2), np.nan), np.ones((0, 2))])
def test_bad_data_are_refused(subject, bad):
    sample = subject("deep_relu_lp.sample_deep_patterns")
    with pytest.raises(ValueError, match="X"):
        sample(bad, (2, 2), rng=np.random.default_rng(0))


@pytest.mark.prop("I5.9", "a seed is no generator")
@pytest.mark.parametrize("bad", [0, None, np.random.RandomState(0)])
def test_a_seed_is_refused(subject, bad):
    sample = subject("deep_relu_lp.sample_deep_patterns")
    with pytest.raises(ValueError, match="rng"):
        sample(np.eye(2), (2, 2), rng=bad)


@pytest.mark.prop("I5.10", "no layers, or data that are no matrix, are refused")
@pytest.mark.parametrize(
    "X, layers", [(np.eye(2), 0), (np.eye(2), 1.5), (np.ones(2), 1)]
)
def test_bad_enumeration_is_refused(subject, X, layers):
    enumerate_all = subject("deep_relu_lp.enumerate_deep_patterns")
    with pytest.raises(ValueError, match=r"hidden_layers|X"):
        enumerate_all(X, layers)


@pytest.mark.prop("I5.12", "masks that do not fit together are refused")
@pytest.mark.parametrize(
    "bad",
    [
        (),
        np.ones((2, 3), dtype=bool),
        (np.ones((2, 3), dtype=bool), np.ones((2, 4), dtype=bool)),
        (np.ones((2, 3)),),
        sample_deep_patterns(np.eye(2), (2, 2), rng=np.random.default_rng(0)),
    ],
)
def test_bad_masks_are_refused(subject, bad):
    path_masks = subject("deep_relu_lp.path_masks")
    with pytest.raises(ValueError, match="masks"):
        path_masks(bad)


@pytest.mark.prop("I5.9", "gates that do not fit their masks are refused")
def test_gates_of_the_wrong_shape_are_refused(subject):
    sample = subject("deep_relu_lp.sample_deep_patterns")
    Kind = type(sample(np.eye(2), (2, 2), rng=np.random.default_rng(0)))
    masks = (np.ones((2, 3), dtype=bool), np.ones((4, 3), dtype=bool))
    for bad in [(np.ones((2, 2)), np.ones((4, 2))), (), (np.ones((2, 2)),)]:
        with pytest.raises(ValueError, match="gates"):
            Kind(masks, bad)
    with pytest.raises(ValueError, match="gates"):
        Kind(masks, (np.ones((2, 2)), np.full((4, 2, 2), np.nan)))


def test_deep_patterns_of_lists_are_arrays():
    patterns = DeepPatterns([[[True, False]]], [[[1, 2]]])
    assert patterns.extend([[1.0, 0.0], [0.0, -1.0]])[0].tolist() == [[True, False]]
    for bad in ([[["a", "b"]]], [[[1.0], [2.0, 3.0]]], 3):
        with pytest.raises(ValueError, match="gates"):
            DeepPatterns([[[True, False]]], bad)
