"""Gradient descent on networks: its gradient, and how close it stays to its kernel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.common import NotConverged
from reference.ntk import analytic_ntk, descent_coefficients, empirical_ntk
from reference.ntk import descend_ntk_network as reference_descend
from reference.ntk import draw_ntk_network as draw
from tests import strategies
from tests.ntk.oracle import outputs_by_hand

X = np.array([[1.0, 0.2], [-0.4, 1.1], [0.3, -0.9]])
y = np.array([1.0, -0.5, 0.3])


@pytest.mark.prop("P15.14", "a step is against the gradient of ½‖f - y‖²")
@settings(max_examples=10)
@given(seed=strategies.seeds, sizes=st.sampled_from([(2, 4), (2, 3, 4)]))
def test_the_gradient(subject, seed, sizes):
    descend_ntk_network = subject("ntk.descend_ntk_network")
    network = draw(sizes, rng=np.random.default_rng(seed))
    kept = [W.copy() for W in network.weights]
    signals = outputs_by_hand(network.weights, X)[1]
    if min(np.abs(H).min() for H in signals) < 1e-3:
        return
    step = 1e-3
    moved = descend_ntk_network(network, X, y, step=step, num_steps=1).network
    for l, W in enumerate(kept):
        for place in [(0, 0), (W.shape[0] - 1, W.shape[1] - 1)]:
            losses = []
            for sign in (1.0, -1.0):
                weights = [V.copy() for V in kept]
                weights[l][place] += sign * 1e-5
                r = outputs_by_hand(weights, X)[0] - y
                losses.append(0.5 * r @ r)
            slope = (losses[0] - losses[1]) / 2e-5
            got = (W[place] - moved.weights[l][place]) / step
            np.testing.assert_allclose(got, slope, rtol=1e-5, atol=1e-7)
        np.testing.assert_array_equal(network.weights[l], W)


@pytest.mark.prop("P15.14", "outputs are recorded before each step and at the end")
def test_the_record(subject):
    descend_ntk_network = subject("ntk.descend_ntk_network")
    network = draw((2, 5), rng=np.random.default_rng(0))
    seen = []
    run = descend_ntk_network(
        network, X, y, step=0.1, num_steps=4, callback=lambda n: seen.append(n(X))
    )
    assert run.outputs.shape == (5, 3)
    np.testing.assert_allclose(run.outputs[0], network(X))
    np.testing.assert_allclose(run.outputs[1:], seen)
    np.testing.assert_allclose(run.outputs[-1], run.network(X))
    # Two calls of two steps are one of four.
    half = descend_ntk_network(network, X, y, step=0.1, num_steps=2).network
    rest = descend_ntk_network(half, X, y, step=0.1, num_steps=2)
    np.testing.assert_allclose(rest.outputs[-1], run.outputs[-1], rtol=1e-12)


@pytest.mark.prop(
    "P15.14", "a wide network trains as its limit does, and keeps its kernel"
)
def test_wide_networks_follow_the_kernel(subject):
    descend_ntk_network = subject("ntk.descend_ntk_network")
    K = analytic_ntk(X)
    step = 1.0 / np.linalg.eigvalsh(K)[-1]
    errors, drifts = [], []
    for width in (200, 20_000):
        network = draw((2, width), rng=np.random.default_rng(8))
        run = descend_ntk_network(network, X, y, step=step, num_steps=40)
        start = run.outputs[0]
        alpha = descent_coefficients(K, y - start, np.arange(41), step=step)
        errors.append(np.abs(run.outputs - start - alpha @ K).max())
        before, after = empirical_ntk(network, X), empirical_ntk(run.network, X)
        drifts.append(np.linalg.norm(after - before) / np.linalg.norm(before))
    assert errors[1] < 0.02 < errors[0], errors
    assert drifts[1] < 0.02 < drifts[0], drifts


@pytest.mark.prop(
    "I15.3", "a step that is too long is said to be, with the last network"
)
def test_runs_away(subject):
    descend_ntk_network = subject("ntk.descend_ntk_network")
    network = draw((2, 50), rng=np.random.default_rng(0))
    with pytest.raises(NotConverged, match="no longer finite") as caught:
        descend_ntk_network(network, X, y, step=50.0, num_steps=100)
    assert np.isfinite(caught.value.state(X)).all()


def test_bad_input():
    network = draw((2, 5), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"y needs shape \(3,\)"):
        reference_descend(network, X, y[:2], step=0.1, num_steps=1)
    with pytest.raises(ValueError, match="callback must be callable"):
        reference_descend(network, X, y, step=0.1, num_steps=1, callback=3)
    none = reference_descend(network, X, y, step=0.1, num_steps=0)
    assert none.outputs.shape == (1, 3)
