"""Properties of exact pruning, in convex and in network form, and of merging."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.convex_relu import (
    cone_slack,
    convex_objective,
    nonconvex_objective,
)
from reference.optimal_set import prune as reference_prune
from reference.relu_lp import ConvexWeights, ReluNetwork, convex_output
from tests import strategies
from tests.convex_relu.oracle import cone_weights


def used(weights):
    return weights.positive.any(axis=1), weights.negative.any(axis=1)


def lifted_outputs(weights, X, masks):
    """The outputs of the non-zero blocks at length one, as columns."""
    parts = []
    for block, sign in ((weights.positive, 1.0), (weights.negative, -1.0)):
        for u, mask in zip(block, masks, strict=True):
            if u.any():
                parts.append(sign * mask * (X @ u) / np.linalg.norm(u))
    return np.array(parts).reshape(-1, len(X)).T


def check_pruned(prune, weights, X, patterns, y):
    masks = patterns.masks
    got = prune(weights, X, patterns)
    scale = 1 + max(np.abs(weights.positive).max(), np.abs(weights.negative).max())
    size = scale * (1 + np.abs(X).max())
    np.testing.assert_allclose(
        convex_output(X, masks, got), convex_output(X, masks, weights), atol=1e-9 * size
    )
    assert cone_slack(got, X, masks) >= -1e-9 * size
    for reg in (0.1, 10.0):
        before = convex_objective(weights, X, y, patterns, reg)
        assert convex_objective(got, X, y, patterns, reg) <= before * (1 + 1e-9)
    for new, old in zip(used(got), used(weights), strict=True):
        assert not (new & ~old).any()
    Z = lifted_outputs(got, X, masks)
    if Z.shape[1]:
        Z = Z / np.linalg.norm(Z, axis=0)
        assert np.linalg.svd(Z, compute_uv=False)[-1] > 1e-11
        assert Z.shape[1] <= len(X)
    return got


@pytest.mark.prop(
    "P9.3",
    "pruning keeps fit and cones, never raises an objective, ends independent",
)
@given(X=strategies.any_data(5, 3), seed=strategies.seeds)
def test_prune_from_any_feasible_point(subject, X, seed):
    prune = subject("optimal_set.prune")
    rng = np.random.default_rng(seed)
    patterns = enumerate_patterns(X)
    weights = cone_weights(X, patterns, rng, zero=rng.choice([0.0, 0.5, 0.9]))
    got = check_pruned(prune, weights, X, patterns, rng.standard_normal(len(X)))
    Z = lifted_outputs(weights, X, patterns.masks)
    Z /= np.maximum(np.linalg.norm(Z, axis=0), 1e-300)  # rounding asks for no length
    rank = np.linalg.matrix_rank(Z) if Z.size else 0  # NumPy 2.2 has none for no column
    assert sum(part.sum() for part in used(got)) <= rank


@pytest.mark.prop("P9.3", "pruning twice is pruning once, and input stays as it was")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_prune_is_idempotent(subject, seed):
    prune = subject("optimal_set.prune")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((4, 2))
    patterns = enumerate_patterns(X)
    weights = cone_weights(X, patterns, rng)
    copy = weights.positive.copy(), weights.negative.copy()
    once = prune(weights, X, patterns)
    twice = prune(once, X, patterns)
    for a, b, c, d in zip(
        (once.positive, once.negative),
        (twice.positive, twice.negative),
        (weights.positive, weights.negative),
        copy,
        strict=True,
    ):
        np.testing.assert_allclose(a, b, rtol=1e-12)
        np.testing.assert_array_equal(c, d)


@pytest.mark.prop("P9.3", "units do not matter: scales from 2^-40 to 2^40")
@settings(max_examples=15)
@given(seed=strategies.seeds, a=st.integers(-40, 40), b=st.integers(-40, 40))
def test_prune_in_any_units(subject, seed, a, b):
    prune = subject("optimal_set.prune")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((4, 2))
    patterns = enumerate_patterns(X)
    weights = cone_weights(X, patterns, rng)
    want = reference_prune(weights, X, patterns)
    s, t = 2.0**a, 2.0**b
    scaled = ConvexWeights(t * weights.positive, t * weights.negative)
    got = prune(scaled, s * X, Patterns(patterns.masks, patterns.gates))
    np.testing.assert_allclose(got.positive, t * want.positive, rtol=1e-6)
    np.testing.assert_allclose(got.negative, t * want.negative, rtol=1e-6)


@pytest.mark.prop("P9.3", "blocks of very different size are pruned as exactly")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_prune_with_small_blocks(subject, seed):
    prune = subject("optimal_set.prune")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((4, 2))
    patterns = enumerate_patterns(X)
    weights = cone_weights(X, patterns, rng, zero=0.2)
    sizes = 10.0 ** rng.uniform(-12, 0, (2, len(patterns), 1))
    weights = ConvexWeights(sizes[0] * weights.positive, sizes[1] * weights.negative)
    check_pruned(prune, weights, X, patterns, rng.standard_normal(4))


@pytest.mark.prop("P9.17", "the rule with the largest |β| raises an objective")
def test_printed_rule(subject):
    prune = subject("optimal_set.prune")
    X = np.eye(2)
    patterns = Patterns(np.array([[True, False], [True, True]]), X)
    weights = ConvexWeights(np.array([[3.0, -9.0], [1.0, 0.0]]), np.zeros((2, 2)))
    # β_1 (3, 0) + β_2 (1, 0) = 0: β = (-1, 3), and the largest |β| is β_2.
    beta = np.array([-1.0, 3.0])
    printed = ConvexWeights(
        (1 - beta / beta[1])[:, None] * weights.positive, weights.negative
    )
    y = np.array([4.0, 0.0])
    before = convex_objective(weights, X, y, patterns, 1.0)
    assert convex_objective(printed, X, y, patterns, 1.0) > before + 2.0
    # Without the sign it does not even remove a block: 1 - β/|β| = 2.
    beta = -beta
    wrong = (1 - beta / abs(beta[1]))[:, None] * weights.positive
    assert wrong[1, 0] == 2.0
    got = prune(weights, X, patterns)
    np.testing.assert_allclose(got.positive, [[0, 0], [4, 0]], atol=1e-12)
    assert convex_objective(got, X, y, patterns, 1.0) < before - 6.0


@pytest.mark.prop("P9.18", "pruning goes on while outputs are dependent, never longer")
def test_correlation_is_no_obstacle(subject):
    prune = subject("optimal_set.prune")
    # Two neurons with almost equal outputs are independent: both stay.
    X = np.array([[1.0, 0.0], [1.0, 1e-3]])
    patterns = Patterns(np.array([[True, True], [True, True]]), np.eye(2) + 0.1)
    near = ConvexWeights(np.array([[1.0, 0.0], [1.0, 0.5]]), np.zeros((2, 2)))
    got = prune(near, X, patterns)
    np.testing.assert_array_equal(got.positive, near.positive)
    # With equal outputs (correlation one) one goes.
    equal = ConvexWeights(np.array([[1.0, 0.0], [2.0, 0.0]]), np.zeros((2, 2)))
    got = prune(equal, X, patterns)
    assert used(got)[0].sum() == 1
    np.testing.assert_allclose(got.positive.sum(axis=0), [3.0, 0.0], atol=1e-12)


@pytest.mark.prop("P9.3", "a silent block goes, and dust when asked")
def test_silent_blocks_and_dust(subject):
    prune = subject("optimal_set.prune")
    X = np.array([[1.0, 0.0], [2.0, 1.0]])
    masks = np.array([[False, False], [True, True]])
    patterns = Patterns(masks, np.array([[-1.0, 0.0], [1.0, 0.0]]))
    weights = ConvexWeights(
        np.array([[-5.0, 1.0], [1e-7, 0.0]]), np.array([[0.0, 0.0], [1.0, 1.0]])
    )
    got = prune(weights, X, patterns)
    np.testing.assert_array_equal(got.positive, [[0, 0], [1e-7, 0]])
    np.testing.assert_array_equal(got.negative, weights.negative)
    got = prune(weights, X, patterns, dust=1e-5)
    assert not got.positive.any()
    np.testing.assert_array_equal(got.negative, weights.negative)
    nothing = ConvexWeights(np.zeros((2, 2)), np.zeros((2, 2)))
    assert not prune(nothing, X, patterns).positive.any()


@pytest.mark.prop("P9.13", "a pruned network: same outputs, no larger decay, at most n")
@given(X=strategies.any_data(5, 3), width=st.integers(1, 9), seed=strategies.seeds)
def test_prune_network(subject, X, width, seed):
    prune_network = subject("optimal_set.prune_network")
    rng = np.random.default_rng(seed)
    hidden = rng.standard_normal((X.shape[1], width))
    if width > 2:
        hidden[:, 1] = 3.0 * hidden[:, 0]  # a copy in another size
    output = rng.standard_normal(width) * 10.0 ** rng.uniform(-2, 2, width)
    network = ReluNetwork(hidden, output)
    got = prune_network(network, X)
    scale = 1 + np.abs(network(X)).max() + np.abs(output).max() * np.abs(X).max()
    np.testing.assert_allclose(got(X), network(X), atol=1e-9 * scale)
    y = rng.standard_normal(len(X))
    for reg in (0.1, 10.0):
        before = nonconvex_objective(network, X, y, reg)
        assert nonconvex_objective(got, X, y, reg) <= before * (1 + 1e-9)
    Z = np.maximum(X @ got.hidden, 0) * got.output
    if got.width:
        Z = Z / np.linalg.norm(Z, axis=0)
        assert np.linalg.svd(Z, compute_uv=False)[: got.width].min() > 1e-11
    assert got.width <= len(X)
    assert prune_network(got, X).width == got.width
    # Each neuron is an old one times a root: direction and balance stay.
    for w, alpha in zip(got.hidden.T, got.output, strict=True):
        near = [
            np.allclose(w * a, alpha * v, rtol=1e-9)
            for v, a in zip(hidden.T, output, strict=True)
        ]
        assert any(near), "a neuron that is no multiple of an old one"


@pytest.mark.prop("P9.13", "the decay decides, not the product of the norms")
def test_prune_network_by_decay(subject):
    prune_network = subject("optimal_set.prune_network")
    # Both give 1 at x = 1; one is unbalanced and pays (100 + 0.01)/2 for it.
    network = ReluNetwork([[10.0, 1.0]], [0.1, 1.0])
    got = prune_network(network, [[1.0]])
    np.testing.assert_allclose(got.hidden, [[np.sqrt(2)]], rtol=1e-9)
    np.testing.assert_allclose(got.output, [np.sqrt(2)], rtol=1e-9)


@pytest.mark.prop("P9.12", "merging keeps sums, outputs and penalty of copies")
@settings(max_examples=20)
@given(seed=strategies.seeds)
def test_merge_duplicates(subject, seed):
    merge_duplicates = subject("optimal_set.merge_duplicates")
    rng = np.random.default_rng(seed)
    directions = rng.standard_normal((3, 2))
    which, length = rng.integers(0, 4, (2, 7)), rng.uniform(0.5, 2, (2, 7, 1))
    blocks = length * np.vstack([directions, np.zeros(2)])[which]
    got = merge_duplicates(ConvexWeights(*blocks))
    for before, after in zip(blocks, (got.positive, got.negative), strict=True):
        np.testing.assert_allclose(after.sum(0), before.sum(0), atol=1e-12)
        norms = np.linalg.norm(before, axis=1)
        kept = np.linalg.norm(after, axis=1)
        np.testing.assert_allclose(kept.sum(), norms.sum(), rtol=1e-12)
        units = before[norms > 0] / norms[norms > 0][:, None]
        distinct = np.unique(np.round(units, 9), axis=0)
        assert np.count_nonzero(kept) == len(distinct)
        for i in np.flatnonzero(kept):
            same = [
                k
                for k in np.flatnonzero(norms)
                if np.allclose(before[k] / norms[k], after[i] / kept[i], atol=1e-9)
            ]
            assert norms[i] == norms[same].max(), "not in the place of the longest"


@pytest.mark.prop("P9.12", "only equal directions of one sign, up to the tolerance")
def test_merge_what_not(subject):
    merge_duplicates = subject("optimal_set.merge_duplicates")
    positive = np.array([[1.0, 0.0], [2.0, 2e-4], [-3.0, 0.0], [0.0, 0.0]])
    negative = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 0.0], [0.0, 0.0]])
    weights = ConvexWeights(positive, negative)
    got = merge_duplicates(weights)
    np.testing.assert_array_equal(got.positive, positive)
    np.testing.assert_array_equal(got.negative, negative)
    got = merge_duplicates(weights, tol=1e-3)
    np.testing.assert_allclose(got.positive, [[0, 0], [3, 2e-4], [-3, 0], [0, 0]])
    np.testing.assert_array_equal(got.negative, negative)


@pytest.mark.prop("I9.1", "bad input is refused by name")
def test_bad_input(subject):
    prune = subject("optimal_set.prune")
    prune_network = subject("optimal_set.prune_network")
    merge_duplicates = subject("optimal_set.merge_duplicates")
    X = np.eye(2)
    patterns = Patterns(np.array([[True, False]]), np.array([[1.0, -1.0]]))
    weights = ConvexWeights(np.array([[1.0, 1.0]]), np.zeros((1, 2)))
    with pytest.raises(ValueError, match=r"weights.positive\[0\] is outside its cone"):
        prune(weights, X, patterns)
    with pytest.raises(ValueError, match="dust"):
        prune(weights, X, patterns, dust=2.0)
    with pytest.raises(ValueError, match="tol"):
        merge_duplicates(weights, tol=-1.0)
    with pytest.raises(ValueError, match="X"):
        prune_network(ReluNetwork([[1.0]], [1.0]), X)
