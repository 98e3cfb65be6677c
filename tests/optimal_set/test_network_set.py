"""Properties of splitting, permuting and blending networks."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.convex_relu import nonconvex_objective
from reference.optimal_set import optimal_set as reference_set
from reference.relu_lp import ReluNetwork
from tests import strategies
from tests.optimal_set.oracle import cube_set


def networks(seed, widths=(3, 2), d=2):
    rng = np.random.default_rng(seed)
    made = [
        ReluNetwork(rng.standard_normal((d, m)), rng.standard_normal(m)) for m in widths
    ]
    return [*made, rng.standard_normal((5, d)), rng.standard_normal(5), rng]


@pytest.mark.prop("P9.7", "a split neuron: output, objective and direction stay")
@given(seed=strategies.seeds, neuron=st.integers(0, 2), share=st.floats(0, 1))
def test_split(subject, seed, neuron, share):
    split_neuron = subject("optimal_set.split_neuron")
    network, _, X, y, rng = networks(seed)
    got = split_neuron(network, neuron, share)
    assert got.width == 4
    np.testing.assert_allclose(got(X), network(X), atol=1e-12)
    value = nonconvex_objective(network, X, y, 0.7)
    assert nonconvex_objective(got, X, y, 0.7) == pytest.approx(value, rel=1e-12)
    w, a = network.hidden[:, neuron], network.output[neuron]
    first, second = np.sqrt(share), np.sqrt(1 - share)
    np.testing.assert_allclose(got.hidden[:, [neuron, 3]], np.outer(w, [first, second]))
    np.testing.assert_allclose(got.output[[neuron, 3]], [a * first, a * second])
    others = np.delete(np.arange(3), neuron)
    np.testing.assert_array_equal(got.hidden[:, others], network.hidden[:, others])
    order = rng.permutation(4)  # and neurons may stand in any order
    moved = ReluNetwork(got.hidden[:, order], got.output[order])
    np.testing.assert_allclose(moved(X), network(X), atol=1e-12)
    assert nonconvex_objective(moved, X, y, 0.7) == pytest.approx(value, rel=1e-12)


@pytest.mark.prop("P9.7", "a blend: outputs and decay are averages, at every point")
@given(seed=strategies.seeds, share=st.floats(0, 1))
def test_blend(subject, seed, share):
    blend_networks = subject("optimal_set.blend_networks")
    first, second, X, _, _ = networks(seed)
    got = blend_networks(first, second, share)
    assert got.width == 5
    want = (1 - share) * first(X) + share * second(X)
    np.testing.assert_allclose(got(X), want, atol=1e-12)
    decay = [(n.hidden**2).sum() + (n.output**2).sum() for n in (first, second, got)]
    assert decay[2] == pytest.approx((1 - share) * decay[0] + share * decay[1])
    ends = [blend_networks(first, second, t) for t in (0.0, 1.0)]
    np.testing.assert_array_equal(ends[0].hidden[:, :3], first.hidden)
    np.testing.assert_array_equal(ends[1].hidden[:, 3:], second.hidden)
    assert not ends[0].output[3:].any()
    assert not ends[1].output[:3].any()


@pytest.mark.prop(
    "P9.7", "between optimal networks the loss is flat; straight it is not"
)
def test_path(subject):
    blend_networks = subject("optimal_set.blend_networks")
    found, X, y, _, reg, _ = cube_set(reference_set, 2)
    a = found.network(found.vertex(np.array([0.0, 1.0, 0.0, 1.0])))
    b = found.network(found.vertex(np.array([1.0, 0.0, 1.0, 0.0])))
    values = []
    for t in np.linspace(0, 1, 11):
        path = blend_networks(a, b, t)
        straight = ReluNetwork(
            (1 - t) * a.hidden + t * b.hidden, (1 - t) * a.output + t * b.output
        )
        values.append([nonconvex_objective(n, X, y, reg) for n in (path, straight)])
    values = np.array(values)
    np.testing.assert_allclose(values[:, 0], 3.5, atol=1e-7)
    assert values[5, 1] > 3.6
    np.testing.assert_allclose(values[[0, -1], 1], 3.5, atol=1e-7)


@pytest.mark.prop("I9.3", "bad input is refused by name")
def test_bad_input(subject):
    split_neuron = subject("optimal_set.split_neuron")
    blend_networks = subject("optimal_set.blend_networks")
    network = ReluNetwork([[1.0]], [1.0])
    for neuron, share, name in (
        (1, 0.5, "neuron"),
        (0, 1.5, "share"),
        (0, -1, "share"),
    ):
        with pytest.raises(ValueError, match=name):
            split_neuron(network, neuron, share)
    with pytest.raises(ValueError, match="second"):
        blend_networks(network, ReluNetwork([[1.0], [2.0]], [1.0]), 0.5)
    with pytest.raises(ValueError, match="share"):
        blend_networks(network, network, 2.0)
