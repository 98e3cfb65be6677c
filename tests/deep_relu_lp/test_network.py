"""Properties of deep networks, their lifted weights, and the maps between them."""

from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.deep_relu_lp import (
    DeepConvexWeights,
    DeepNetwork,
    deep_cone_slack,
    deep_output,
    from_deep_network,
    to_deep_network,
)
from reference.relu_lp import ConvexWeights, convex_output
from tests import strategies

depths = st.integers(1, 3)


@st.composite
def data_and_network(draw, hidden_layers=depths):
    """Data and a random network; small integers make dead and tied units common."""
    X = draw(strategies.any_data(max_rows=6, max_columns=3))
    widths = [draw(st.integers(1, 4)) for _ in range(draw(hidden_layers))]
    sizes = [X.shape[1], *widths]
    shapes = [*pairwise(sizes), (widths[-1],)]
    rng = np.random.default_rng(draw(strategies.seeds))
    if draw(st.booleans()):
        return X, DeepNetwork(tuple(rng.standard_normal(s) for s in shapes))
    return X, DeepNetwork(tuple(rng.integers(-1, 2, s) for s in shapes))


@st.composite
def lifted_points(draw, hidden_layers=depths):
    """Data, arbitrary masks and arbitrary blocks: nothing lies in a cone."""
    X = draw(strategies.any_data(max_rows=5, max_columns=3))
    rng = np.random.default_rng(draw(strategies.seeds))
    counts = [draw(st.integers(1, 3)) for _ in range(draw(hidden_layers))]
    masks = tuple(rng.random((P, len(X))) < 0.6 for P in counts)
    shape = [n for P in counts[::-1] for n in (2, P)] + [X.shape[1]]
    return X, masks, DeepConvexWeights(rng.standard_normal(shape))


def network_by_loops(X, layers):
    """The forward pass, neuron by neuron."""
    outputs = []
    for x in X:
        for W in layers[:-1]:
            x = [
                max(sum(x[i] * W[i, j] for i in range(len(x))), 0.0)
                for j in range(W.shape[1])
            ]
        outputs.append(sum(a * w for a, w in zip(x, layers[-1], strict=True)))
    return np.array(outputs)


def unit_signal(X, masks, blocks):
    """The signal of a unit, by recursion over the tree below it."""
    if blocks.ndim == 1:
        return X @ blocks
    *below, top = masks
    signal = np.zeros(len(X))
    for sign, branch in zip((1.0, -1.0), blocks, strict=True):
        for mask, child in zip(top, branch, strict=True):
            signal += sign * np.where(mask, unit_signal(X, below, child), 0.0)
    return signal


def smallest_slack(X, masks, blocks):
    """The smallest cone slack of the units below, by the same recursion."""
    if blocks.ndim == 1:
        return np.inf
    *below, top = masks
    smallest = np.inf
    for branch in blocks:
        for mask, child in zip(top, branch, strict=True):
            signal = unit_signal(X, below, child)
            smallest = min(smallest, np.where(mask, signal, -signal).min())
            smallest = min(smallest, smallest_slack(X, below, child))
    return smallest


@pytest.mark.prop("P5.5", "the lifted output of three layers is the printed sum")
@given(point=lifted_points(hidden_layers=st.just(2)))
def test_three_layer_output(subject, point):
    output = subject("deep_relu_lp.deep_output")
    X, (Q, D), weights = point
    got = output(X, (Q, D), weights)
    c1, c2 = weights.blocks[0, :, 0], weights.blocks[0, :, 1]
    c3, c4 = weights.blocks[1, :, 0], weights.blocks[1, :, 1]
    for i, x in enumerate(X):
        expected = sum(
            D[l, i] * Q[j, i] * (x @ (c1 - c2 - c3 + c4)[l, j])
            for l in range(len(D))
            for j in range(len(Q))
        )
        assert got[i] == pytest.approx(expected, abs=1e-10)


@pytest.mark.prop("P5.5", "the lifted output is the recursion over the tree, any depth")
@given(point=lifted_points())
def test_output_is_the_recursion(subject, point):
    output = subject("deep_relu_lp.deep_output")
    X, masks, weights = point
    expected = unit_signal(X, masks, weights.blocks)
    assert output(X, masks, weights) == pytest.approx(expected, abs=1e-10)


@pytest.mark.prop("P5.3", "with one hidden layer the output is that of chapter 4")
@given(point=lifted_points(hidden_layers=st.just(1)))
def test_one_hidden_layer_is_chapter_4(subject, point):
    output = subject("deep_relu_lp.deep_output")
    X, masks, weights = point
    expected = convex_output(X, masks[0], ConvexWeights(*weights.blocks))
    assert output(X, masks, weights) == pytest.approx(expected, abs=1e-10)


@pytest.mark.prop("P5.6", "the cone slack is the smallest over every unit and sample")
@given(point=lifted_points())
def test_slack_is_the_smallest(subject, point):
    slack = subject("deep_relu_lp.deep_cone_slack")
    X, masks, weights = point
    expected = smallest_slack(X, masks, weights.blocks)
    assert slack(X, masks, weights) == pytest.approx(expected, abs=1e-10)


@pytest.mark.prop("P5.6", "three layers: the slack is that of the printed cones")
@given(point=lifted_points(hidden_layers=st.just(2)))
def test_three_layer_cones(subject, point):
    slack = subject("deep_relu_lp.deep_cone_slack")
    X, (Q, D), weights = point
    c = [weights.blocks[a, :, b] for a in (0, 1) for b in (0, 1)]
    values = []
    for i, x in enumerate(X):
        for l in range(len(D)):
            for plus, minus in ((c[0], c[1]), (c[2], c[3])):
                outer = sum(Q[j, i] * (x @ (plus - minus)[l, j]) for j in range(len(Q)))
                values.append((2 * D[l, i] - 1) * outer)
            for j in range(len(Q)):
                values += [(2 * Q[j, i] - 1) * (x @ ck[l, j]) for ck in c]
    assert slack(X, (Q, D), weights) == pytest.approx(min(values), abs=1e-10)


@pytest.mark.prop("P5.1", "a network and its lifted point have equal outputs")
@given(case=data_and_network())
def test_lifting_keeps_outputs(subject, case):
    lift = subject("deep_relu_lp.from_deep_network")
    X, network = case
    patterns, weights = lift(network, X)
    got = unit_signal(X, patterns.masks, weights.blocks)
    assert got == pytest.approx(network_by_loops(X, network.layers), abs=1e-9)


@pytest.mark.prop("P5.2", "the lifted point of a network lies in all cones")
@given(case=data_and_network())
def test_lifting_is_feasible(subject, case):
    lift = subject("deep_relu_lp.from_deep_network")
    X, network = case
    patterns, weights = lift(network, X)
    assert smallest_slack(X, patterns.masks, weights.blocks) >= -1e-10


@pytest.mark.prop("P5.1", "the patterns are those of the network's units, once each")
@given(case=data_and_network())
def test_lifting_finds_the_patterns(subject, case):
    lift = subject("deep_relu_lp.from_deep_network")
    X, network = case
    patterns, weights = lift(network, X)
    signals = X
    assert weights.counts == patterns.counts
    for k, layer in enumerate(network.layers[:-1]):
        signals = np.maximum(signals, 0.0) @ layer if k else X @ layer
        masks = patterns.masks[k]
        assert len(np.unique(masks, axis=0)) == len(masks) <= layer.shape[1]
        for unit in signals.T:  # some mask agrees wherever the unit is not zero
            clear = np.abs(unit) > 1e-9
            assert (masks[:, clear] == (unit[clear] > 0)).all(axis=1).any()


@pytest.mark.prop("P5.1", "every gate of a lifted network is strictly inside its cell")
@given(case=data_and_network())
def test_lifted_gates_are_strict(subject, case):
    lift = subject("deep_relu_lp.from_deep_network")
    X, network = case
    patterns, _ = lift(network, X)
    alive = X.any(axis=1)
    for k, (masks, gates) in enumerate(
        zip(patterns.masks, patterns.gates, strict=True)
    ):
        for mask, gate in zip(masks, gates, strict=True):
            signal = np.zeros(len(X))
            below = patterns.masks[:k][::-1]
            for path in product(*(range(len(layer)) for layer in below)):
                part = X @ gate[path]
                for layer, j in zip(below, path, strict=True):
                    part = np.where(layer[j], part, 0.0)
                signal += part
            assert (np.where(mask, signal, -signal)[alive] > 0).all()
            assert mask[~alive].all()
        # A sample is alive above when some path lets it through.
        through = [
            np.logical_and.reduce(path) for path in product(*patterns.masks[: k + 1])
        ]
        alive = alive & np.any(through, axis=0)


@pytest.mark.prop("P5.1", "a unit that is zero to rounding is on a wall, not beside it")
@pytest.mark.parametrize("scale", [1.0, 2.0**-40, 2.0**40])
def test_units_that_are_zero_to_rounding(subject, scale):
    lift = subject("deep_relu_lp.from_deep_network")
    # 0.1 + 0.2 - 0.3 is 5.6e-17 in one order of summation and 2.8e-17 in another.
    X = scale * np.array([[0.1, 0.2, -0.3], [-0.3, 0.1, 0.2], [1.0, 0.0, 0.0]])
    network = DeepNetwork((np.ones((3, 2)), [[1.0], [1.0]], [1.0]))
    patterns, weights = lift(network, X)
    for gate in patterns.gates[0]:
        depth = np.abs(X @ gate) / (np.abs(X) @ np.abs(gate))
        assert depth.min() > 1e-9, "the sign of this height is rounding"
    got = unit_signal(X, patterns.masks, weights.blocks)
    assert got == pytest.approx([0.0, 0.0, 2.0 * scale], abs=1e-14 * scale)


@pytest.mark.prop("P5.1", "a point in the cones and its network have equal outputs")
@given(case=data_and_network())
def test_back_to_a_network(subject, case):
    back = subject("deep_relu_lp.to_deep_network")
    X, network = case
    patterns, weights = from_deep_network(network, X)
    again = back(weights)
    got = network_by_loops(X, again.layers)
    assert got == pytest.approx(network_by_loops(X, network.layers), abs=1e-9)
    assert got == pytest.approx(deep_output(X, patterns.masks, weights), abs=1e-9)


@pytest.mark.prop("P5.4", "the tree has one unit for each block, and its widths")
@given(case=lifted_points())
def test_widths_of_the_tree(subject, case):
    back = subject("deep_relu_lp.to_deep_network")
    _, masks, weights = case
    counts = [len(layer) for layer in masks]
    widths = [int(np.prod([2 * P for P in counts[k:]])) for k in range(len(counts))]
    layers = back(weights).layers
    assert [len(layer) for layer in layers[1:]] == widths
    for layer in layers[1:]:
        rows = np.abs(layer.reshape(len(layer), -1))
        assert (rows.sum(axis=1) == 1).all(), "a unit enters one parent, with +1 or -1"
        assert set(np.unique(rows)) <= {0.0, 1.0}
    blocks = weights.blocks.reshape(-1, weights.blocks.shape[-1])
    assert sorted(map(tuple, layers[0].T)) == sorted(map(tuple, blocks))


@pytest.mark.prop("P5.4", "blocks that are zero become no units")
def test_zero_blocks_are_left_out(subject):
    back = subject("deep_relu_lp.to_deep_network")
    blocks = np.zeros((2, 3, 2, 2, 2))
    blocks[0, 1, 0, 0] = [1.0, 2.0]
    blocks[0, 1, 1, 1] = [3.0, 0.0]
    blocks[1, 2, 0, 1] = [0.0, 5.0]
    network = back(DeepConvexWeights(blocks))
    assert [layer.shape for layer in network.layers] == [(2, 3), (3, 2), (2,)]
    X = np.array([[1.0, 1.0], [2.0, -1.0], [-1.0, 1.0]])
    a, b, c = (np.maximum(X @ w, 0.0) for w in ([1, 2], [3, 0], [0, 5]))
    assert network(X) == pytest.approx(np.maximum(a - b, 0) - np.maximum(c, 0))
    nothing = back(DeepConvexWeights(np.zeros((2, 3, 2, 2, 2))))
    assert nothing(X) == pytest.approx(np.zeros(3))


@pytest.mark.prop("P5.13", "swapping the outermost signs negates the output")
@given(case=data_and_network())
def test_sign_flip(subject, case):
    output = subject("deep_relu_lp.deep_output")
    X, network = case
    patterns, weights = from_deep_network(network, X)
    flipped = DeepConvexWeights(weights.blocks[::-1])
    expected = -network_by_loops(X, network.layers)
    assert output(X, patterns.masks, flipped) == pytest.approx(expected, abs=1e-9)


@pytest.mark.prop("P5.13", "permuted rows, and rows times c > 0, go with the outputs")
@given(case=data_and_network(), scale=st.floats(0.1, 10), seed=strategies.seeds)
def test_lifting_is_equivariant(subject, case, scale, seed):
    lift = subject("deep_relu_lp.from_deep_network")
    X, network = case
    order = np.random.default_rng(seed).permutation(len(X))
    patterns, weights = lift(network, scale * X[order])
    got = unit_signal(scale * X[order], patterns.masks, weights.blocks)
    expected = scale * network_by_loops(X, network.layers)[order]
    assert got == pytest.approx(expected, abs=1e-8)


def test_off_the_data_the_lifted_model_is_another_function():
    rng = np.random.default_rng(4)
    X, X_new = rng.standard_normal((12, 3)), rng.standard_normal((200, 3))
    shapes = [(3, 6), (6, 4), (4,)]
    network = DeepNetwork(tuple(rng.standard_normal(s) for s in shapes))
    patterns, weights = from_deep_network(network, X)
    tree = to_deep_network(weights)
    gated = deep_output(X_new, patterns.extend(X_new), weights)
    assert tree(X) == pytest.approx(network(X), abs=1e-12)
    assert np.abs(tree(X_new) - gated).max() > 0.1
    slack = deep_cone_slack(X_new, patterns.extend(X_new), weights)
    assert slack < -0.1  # the cones were promised at X only


def test_a_deep_network_is_its_forward_pass():
    rng = np.random.default_rng(0)
    layers = tuple(map(rng.standard_normal, [(3, 4), (4, 5), (5, 2), 2]))
    X = rng.standard_normal((6, 3))
    assert DeepNetwork(layers)(X) == pytest.approx(network_by_loops(X, layers))


@pytest.mark.prop("I5.5", "masks and weights that do not fit are refused by name")
@pytest.mark.parametrize(
    "X, counts", [(np.ones((3, 2)), (2, 2)), (np.ones((3, 1)), (1, 2))]
)
def test_bad_shapes_of_a_point(subject, X, counts):
    output = subject("deep_relu_lp.deep_output")
    weights = DeepConvexWeights(np.ones((2, 2, 2, 1, 2)))
    masks = tuple(np.ones((P, 3), dtype=bool) for P in counts)
    with pytest.raises(ValueError, match=r"weights|X"):
        output(X, masks, weights)
    with pytest.raises(ValueError, match="weights"):
        output(X, masks, weights.blocks)


@pytest.mark.prop("I5.6", "masks and weights that do not fit are refused by name")
def test_bad_shapes_of_cones(subject):
    slack = subject("deep_relu_lp.deep_cone_slack")
    weights = DeepConvexWeights(np.ones((2, 2, 2, 1, 2)))
    with pytest.raises(ValueError, match="weights"):
        slack(np.ones((3, 2)), (np.ones((1, 3), dtype=bool),), weights)
    with pytest.raises(ValueError, match="masks"):
        slack(np.ones((3, 2)), np.ones((1, 3), dtype=bool), weights)


@pytest.mark.prop("I5.1", "data of another width, or with NaN, are refused")
@pytest.mark.parametrize("bad", [np.ones((3, 3)), np.full((3, 2), np.nan), np.ones(2)])
def test_bad_data_for_a_network(subject, bad):
    lift = subject("deep_relu_lp.from_deep_network")
    network = DeepNetwork((np.ones((2, 2)), np.ones((2, 1)), np.ones(1)))
    with pytest.raises(ValueError, match="X"):
        lift(network, bad)
    with pytest.raises(ValueError, match="network"):
        lift(network.layers, np.ones((3, 2)))


@pytest.mark.prop("I5.4", "a point that is no DeepConvexWeights is refused")
def test_bad_point(subject):
    back = subject("deep_relu_lp.to_deep_network")
    with pytest.raises(ValueError, match="weights"):
        back(np.ones((2, 1, 1)))


@pytest.mark.prop("I5.1", "what does not fit into DeepConvexWeights is refused")
@pytest.mark.parametrize(
    "shape", [(2, 1), (3, 1, 1), (2, 1, 2, 1), (2, 1, 3, 1, 1), (2, 0, 1)]
)
def test_blocks_of_a_wrong_shape_are_refused(subject, shape):
    lift = subject("deep_relu_lp.from_deep_network")
    Kind = type(lift(DeepNetwork((np.eye(2), np.ones(2))), np.eye(2))[1])
    with pytest.raises(ValueError, match="blocks"):
        Kind(np.ones(shape))
    with pytest.raises(ValueError, match="finite"):
        Kind(np.full((2, 1, 1), np.nan))


@pytest.mark.prop("I5.4", "what does not fit into a DeepNetwork is refused by name")
@pytest.mark.parametrize("shapes", [[(2,)], [(2, 3)], [(2, 3), (2,)], [(2, 3), (3, 1)]])
def test_layers_that_do_not_chain_are_refused(subject, shapes):
    back = subject("deep_relu_lp.to_deep_network")
    network = back(DeepConvexWeights(np.ones((2, 1, 1))))
    with pytest.raises(ValueError, match="layers"):
        type(network)(tuple(np.ones(s) for s in shapes))


@pytest.mark.parametrize("bad", [np.nan, 1j])
def test_layers_that_are_no_real_numbers_are_refused(bad):
    with pytest.raises(ValueError, match="layers"):
        DeepNetwork((np.full((2, 3), bad), np.ones(3)))


@pytest.mark.parametrize("bad", [None, "abc", [["a"]], [[[1.0], [2.0, 3.0]]]])
def test_blocks_that_are_no_numbers_are_refused(bad):
    with pytest.raises(ValueError, match="blocks"):
        DeepConvexWeights(bad)


@pytest.mark.parametrize("bad", [None, 3, "ab"])
def test_layers_that_are_no_sequence_of_arrays_are_refused(bad):
    with pytest.raises(ValueError, match="layers"):
        DeepNetwork(bad)
