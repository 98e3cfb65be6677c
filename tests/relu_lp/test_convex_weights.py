"""Properties of the maps between networks and convex weights."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.relu_lp import (
    ConvexWeights,
    ReluNetwork,
    convex_output,
    from_network,
    to_network,
)
from tests import strategies
from tests.relu_lp.oracle import (
    data_and_cone_weights,
    gate_patterns,
    networks,
    output_by_loops,
    smallest_cone_slack,
)


@st.composite
def data_and_network(draw):
    X = draw(strategies.any_data())
    return X, draw(networks(X.shape[1]))


@pytest.mark.prop("P4.2", "convex_output is the sum of gated linear outputs")
@given(case=data_and_cone_weights(), seed=strategies.seeds)
def test_convex_output_by_loops(subject, case, seed):
    convex_output = subject("relu_lp.convex_output")
    X, patterns, _ = case
    P, d = patterns.gates.shape
    positive, negative = np.random.default_rng(seed).standard_normal((2, P, d))
    weights = ConvexWeights(positive, negative)
    expected = output_by_loops(X, patterns.masks, weights)
    got = convex_output(X, patterns.masks, weights)
    assert got == pytest.approx(expected, abs=1e-9)


@pytest.mark.prop("P4.2", "a network and its convex weights give equal outputs on X")
@given(case=data_and_network())
def test_from_network_keeps_the_outputs(subject, case):
    from_network = subject("relu_lp.from_network")
    X, network = case
    patterns, weights = from_network(network, X)
    expected = np.maximum(X @ network.hidden, 0) @ network.output
    got = output_by_loops(X, patterns.masks, weights)
    assert got == pytest.approx(expected, abs=1e-9)


@pytest.mark.prop("P4.2", "convex weights in their cones and their network agree on X")
@given(case=data_and_cone_weights())
def test_to_network_keeps_the_outputs(subject, case):
    to_network = subject("relu_lp.to_network")
    X, patterns, weights = case
    network = to_network(weights)
    expected = output_by_loops(X, patterns.masks, weights)
    got = np.maximum(X @ network.hidden, 0) @ network.output
    assert got == pytest.approx(expected, abs=1e-9)
    used = (weights.positive != 0).any(1).sum() + (weights.negative != 0).any(1).sum()
    assert network.hidden.shape == (X.shape[1], used), "one neuron per non-zero block"
    assert set(np.abs(network.output)) <= {1.0}


@pytest.mark.prop("P4.2", "both maps in a row keep the outputs, both ways round")
@given(case=data_and_network())
def test_round_trip(subject, case):
    to_network = subject("relu_lp.to_network")
    X, network = case
    again = to_network(from_network(network, X)[1])
    expected = np.maximum(X @ network.hidden, 0) @ network.output
    got = np.maximum(X @ again.hidden, 0) @ again.output
    assert got == pytest.approx(expected, abs=1e-9)


@pytest.mark.prop("P4.3", "from_network puts every vector in the cone of its pattern")
@given(case=data_and_network())
def test_from_network_is_cone_feasible(subject, case):
    from_network = subject("relu_lp.from_network")
    X, network = case
    patterns, weights = from_network(network, X)
    assert smallest_cone_slack(X, patterns.masks, weights) >= -1e-12


@pytest.mark.prop(
    "P4.3", "its gates are strictly inside distinct full-dimensional cells"
)
@given(case=data_and_network())
def test_from_network_gives_distinct_cells(subject, case):
    from_network = subject("relu_lp.from_network")
    X, network = case
    patterns, weights = from_network(network, X)
    real = X.any(axis=1)
    heights = X[real] @ patterns.gates.T
    assert (np.abs(heights) > 0).all(), "a gate on a boundary"
    np.testing.assert_array_equal(patterns.masks[:, real], (heights > 0).T)
    assert patterns.masks[:, ~real].all(), "a zero row is active by convention"
    assert len(np.unique(patterns.masks, axis=0)) == len(patterns.masks), "merge equals"
    alive = ((network.hidden != 0).any(0) & (network.output != 0)).sum()
    assert len(patterns.masks) <= max(alive, 1), "a pattern that no neuron has"
    assert weights.positive.shape == weights.negative.shape == patterns.gates.shape


@pytest.mark.prop("P4.3", "a neuron on a boundary goes to a cell beside it")
def test_a_neuron_on_a_boundary_goes_to_a_cell(subject):
    """The face x_1 = 0 of the first quadrant, and a row that cuts nothing."""
    from_network = subject("relu_lp.from_network")
    X = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 0.0]])
    patterns, weights = from_network(ReluNetwork([[0.0], [2.0]], [3.0]), X)
    assert patterns.masks[0, 1], "the row that is active must stay so"
    assert patterns.masks[0, 2], "a zero row is active by convention"
    heights = X[:2] @ patterns.gates[0]
    assert (np.abs(heights) > 0).all(), f"a gate on a boundary: {heights}"
    np.testing.assert_array_equal(heights > 0, patterns.masks[0, :2])
    assert weights.positive == pytest.approx(np.array([[0.0, 6.0]]))


@pytest.mark.prop("P4.3", "a neuron on every wall of the data leaves each of them")
@pytest.mark.parametrize("axis", [0, 1])
def test_a_step_leaves_every_wall(subject, axis):
    from_network = subject("relu_lp.from_network")
    X = np.eye(3)
    network = ReluNetwork(np.eye(3)[:, axis : axis + 1], [1.0])  # on the two others
    patterns, weights = from_network(network, X)
    heights = X @ patterns.gates[0]
    assert (np.abs(heights) > 0).all(), f"a gate on a boundary: {heights}"
    np.testing.assert_array_equal(heights > 0, patterns.masks[0])
    assert weights.positive == pytest.approx(np.eye(3)[axis : axis + 1])


@pytest.mark.prop("P4.3", "a neuron on a boundary goes to a cell beside it")
@pytest.mark.parametrize("scale", [1.0, 2.0**-40, 2.0**40])
def test_a_height_that_is_rounding_is_none(subject, scale):
    from_network = subject("relu_lp.from_network")
    # 0.1 + 0.2 - 0.3 is 5.6e-17 in one order of summation and 2.8e-17 in another.
    X = scale * np.array([[0.1, 0.2, -0.3], [-0.3, 0.1, 0.2], [1.0, 0.0, 0.0]])
    patterns, _ = from_network(ReluNetwork(np.ones((3, 1)), [1.0]), X)
    depth = np.abs(X @ patterns.gates[0]) / np.linalg.norm(X, axis=1)
    assert depth.min() > 1e-9, "the sign of this height is rounding"


@pytest.mark.prop("P4.2", "a tiny neuron with a huge output weight is no zero neuron")
def test_a_tiny_neuron_counts(subject):
    from_network = subject("relu_lp.from_network")
    X = np.array([[1.0], [-1.0]])
    network = ReluNetwork([[1e-200, -1e-200]], [3e200, -1e200])
    patterns, weights = from_network(network, X)
    got = output_by_loops(X, patterns.masks, weights)
    assert got == pytest.approx([3.0, -1.0])


@pytest.mark.prop("P4.2", "a feature in other units moves no neuron to a wall")
@pytest.mark.parametrize("unit", [2.0**-90, 2.0**60, 2.0**90])
def test_a_network_on_a_feature_in_other_units(subject, unit):
    from_network = subject("relu_lp.from_network")
    X = np.array([[x * unit, 1.0] for x in (-2.0, -1.0, 0.5, 1.0, 3.0)])
    network = ReluNetwork([[1 / unit, -1 / unit], [0.25, 0.75]], [1.0, -2.0])
    patterns, weights = from_network(network, X)
    got = output_by_loops(X, patterns.masks, weights)
    assert got == pytest.approx([-5.5, -3.5, 0.25, 1.25, 3.25], abs=1e-12)


@pytest.mark.prop("P4.3", "positive output weights go to u, negative ones to v")
@given(case=data_and_network())
def test_from_network_keeps_the_signs_apart(subject, case):
    from_network = subject("relu_lp.from_network")
    X, network = case
    _, weights = from_network(network, X)
    for block, sign in ((weights.positive, 1), (weights.negative, -1)):
        alpha = np.maximum(sign * network.output, 0)
        assert block.sum(axis=0) == pytest.approx(network.hidden @ alpha, abs=1e-9)


@pytest.mark.prop("P4.3", "a neuron with output weight zero brings no pattern")
def test_a_dead_neuron_brings_no_pattern(subject):
    from_network = subject("relu_lp.from_network")
    X = np.array([[1.0], [-1.0]])
    patterns, weights = from_network(ReluNetwork([[1.0, -1.0]], [2.0, 0.0]), X)
    np.testing.assert_array_equal(patterns.masks, [[True, False]])
    assert weights.positive == pytest.approx(np.array([[2.0]]))
    assert not weights.negative.any()


def test_a_neuron_on_a_boundary_and_its_copy_share_a_cell():
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    edge = np.array([[0.0, 0.0, 1.0], [1.0, 2.0, 1.0]])  # rows 0 and 1 of X are touched
    patterns, weights = from_network(ReluNetwork(edge, [1.0, 1.0, 1.0]), X)
    assert len(patterns.masks) <= 2
    assert weights.positive.sum(axis=0) == pytest.approx([1.0, 4.0])


def test_a_network_of_zero_neurons_is_the_zero_function():
    X = np.array([[1.0, 2.0], [0.0, 0.0]])
    patterns, weights = from_network(ReluNetwork(np.zeros((2, 3)), np.ones(3)), X)
    assert len(patterns.masks) == 1
    assert not weights.positive.any()
    assert to_network(weights).width == 0
    assert to_network(weights)(X) == pytest.approx([0.0, 0.0])


@pytest.mark.prop("P4.8", "at most rank <= n neurons are left, with the same outputs")
@given(case=data_and_cone_weights())
def test_reduce_neurons(subject, case):
    reduce_neurons = subject("relu_lp.reduce_neurons")
    X, patterns, weights = case
    fewer = reduce_neurons(weights, X, patterns.masks)
    expected = output_by_loops(X, patterns.masks, weights)
    got = output_by_loops(X, patterns.masks, fewer)
    scale = 1 + np.abs(expected).max()
    assert got == pytest.approx(expected, abs=1e-9 * scale)
    left = [
        mask * (X @ u)
        for block in (fewer.positive, fewer.negative)
        for mask, u in zip(patterns.masks, block, strict=True)
        if (mask * (X @ u)).any()
    ]
    assert len(left) <= len(X), f"{len(left)} neurons for {len(X)} samples"
    if left:
        unit = np.array(left) / np.linalg.norm(left, axis=1, keepdims=True)
        assert np.linalg.matrix_rank(unit, tol=1e-10) == len(left), "still dependent"


@pytest.mark.prop(
    "P4.8", "every vector that is left is a non-negative multiple of its own"
)
@given(case=data_and_cone_weights())
def test_reduce_neurons_stays_on_its_rays(subject, case):
    reduce_neurons = subject("relu_lp.reduce_neurons")
    X, patterns, weights = case
    fewer = reduce_neurons(weights, X, patterns.masks)
    for new, old in (
        (fewer.positive, weights.positive),
        (fewer.negative, weights.negative),
    ):
        assert new.shape == old.shape
        for u_new, u_old in zip(new, old, strict=True):
            ray = np.linalg.norm(u_new) * np.linalg.norm(u_old)
            assert u_new @ u_old == pytest.approx(ray, abs=1e-9 * (1 + ray))


@pytest.mark.prop("P4.8", "many neurons on few samples reduce too")
def test_reduce_many_neurons(subject):
    reduce_neurons = subject("relu_lp.reduce_neurons")
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal((12, 3)), np.ones(12)])
    patterns = gate_patterns(X, 200, 0)
    sizes = rng.uniform(0, 1, (2, len(patterns.masks), 1))
    weights = ConvexWeights(sizes[0] * patterns.gates, sizes[1] * patterns.gates)
    network = to_network(reduce_neurons(weights, X, patterns.masks))
    assert network.width <= 12
    expected = convex_output(X, patterns.masks, weights)
    assert network(X) == pytest.approx(expected, abs=1e-9)


@pytest.mark.prop("P4.8", "the outputs on tiny samples stay too, to their own digits")
@pytest.mark.parametrize("tiny", [2.0**-40, 2.0**-100, 0.0])
def test_reduce_neurons_on_tiny_samples(subject, tiny):
    reduce_neurons = subject("relu_lp.reduce_neurons")
    rng = np.random.default_rng(1)
    X = rng.standard_normal((4, 3))
    patterns = gate_patterns(X, 30, 0)
    sizes = rng.uniform(0.5, 2.0, (2, len(patterns.masks), 1))
    weights = ConvexWeights(sizes[0] * patterns.gates, sizes[1] * patterns.gates)
    for scale in ([1.0, 1.0, tiny, 1.0], [tiny] * 4):
        few = X * np.reshape(scale, (4, 1))
        fewer = reduce_neurons(weights, few, patterns.masks)
        expected = convex_output(few, patterns.masks, weights)
        got = convex_output(few, patterns.masks, fewer)
        assert got == pytest.approx(expected, rel=1e-9, abs=0.0)


@pytest.mark.prop("P4.9", "exchanging u and v changes the sign, scaling scales")
@given(case=data_and_cone_weights(), scale=st.floats(-4, 4))
def test_outputs_are_linear_in_the_weights(subject, case, scale):
    convex_output = subject("relu_lp.convex_output")
    X, patterns, weights = case
    expected = output_by_loops(X, patterns.masks, weights)
    swapped = ConvexWeights(weights.negative, weights.positive)
    got = convex_output(X, patterns.masks, swapped)
    assert got == pytest.approx(-expected, abs=1e-9)
    scaled = ConvexWeights(scale * weights.positive, scale * weights.negative)
    got = convex_output(X, patterns.masks, scaled)
    assert got == pytest.approx(scale * expected, abs=1e-9)


SMALL = ConvexWeights(np.ones((2, 3)), np.ones((2, 3)))
MASKS = np.ones((2, 4), dtype=bool)


@pytest.mark.prop("I4.2", "shapes that do not fit are refused by name")
@pytest.mark.parametrize(
    "X, masks, weights, named",
    [
        (np.ones((5, 3)), MASKS, SMALL, "masks"),
        (np.ones((4, 2)), MASKS, SMALL, "weights.positive"),
        (np.ones((4, 3)), MASKS.astype(float), SMALL, "masks"),
        (np.ones((4, 3)), MASKS[:1], SMALL, "weights.positive"),
        (np.full((4, 3), np.nan), MASKS, SMALL, "X"),
        (
            np.ones((4, 3)),
            MASKS,
            ConvexWeights(np.ones((2, 3)), np.ones((1, 3))),
            "neg",
        ),
    ],
)
def test_bad_shapes_are_named(subject, X, masks, weights, named):
    convex_output = subject("relu_lp.convex_output")
    with pytest.raises(ValueError, match=named):
        convex_output(X, masks, weights)


@pytest.mark.prop("I4.8", "shapes that do not fit are refused by name")
@pytest.mark.parametrize("rows, columns, named", [(5, 3, "masks"), (4, 2, "positive")])
def test_reduce_neurons_names_bad_shapes(subject, rows, columns, named):
    reduce_neurons = subject("relu_lp.reduce_neurons")
    with pytest.raises(ValueError, match=named):
        reduce_neurons(SMALL, np.ones((rows, columns)), MASKS)


@pytest.mark.prop("I4.3", "data with another number of columns are refused")
def test_from_network_names_bad_data(subject):
    from_network = subject("relu_lp.from_network")
    with pytest.raises(ValueError, match=r"X needs shape \(n, 2\)"):
        from_network(ReluNetwork(np.eye(2), np.ones(2)), np.ones((3, 3)))
    with pytest.raises(ValueError, match="network must be a ReluNetwork"):
        from_network((np.eye(2), np.ones(2)), np.ones((3, 2)))


@pytest.mark.prop("I4.4", "two blocks of different shapes are refused")
def test_to_network_names_bad_blocks(subject):
    to_network = subject("relu_lp.to_network")
    with pytest.raises(ValueError, match=r"weights\.negative"):
        to_network(ConvexWeights(np.ones((2, 3)), np.ones((3, 3))))
    with pytest.raises(ValueError, match=r"weights\.positive"):
        to_network(ConvexWeights(np.full((1, 1), np.inf), np.ones((1, 1))))
    with pytest.raises(ValueError, match="weights must be ConvexWeights"):
        to_network((np.ones((2, 3)), np.ones((2, 3))))
