"""Properties of the lifted models: outputs, cones, networks."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import sample_patterns
from reference.cutting_plane import DeepModel, LinearModel, TwoLayerModel
from reference.deep_relu_lp import deep_cone_slack, sample_deep_patterns
from tests import strategies
from tests.cutting_plane.oracle import Seller, arms, lifted_output, network_output, pool


@pytest.mark.prop("P12.6", "on bought inputs the network's output is the lifted one")
@settings(max_examples=10)
@given(seed=strategies.seeds, d=st.integers(2, 3))
def test_network_and_lifted_output(subject, seed, d):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, rng = pool(seed, 8, d)
    run = active_learn(X, Seller(y), patterns, budget=5, rng=rng)
    for theta in run.centers[1:]:
        net, lifted = network_output(X, theta), lifted_output(X, patterns.gates, theta)
        k = next(r for r, t in enumerate(run.centers) if t is theta)
        known = run.queried[:k]
        np.testing.assert_allclose(net[known], lifted[known], atol=1e-9)
    np.testing.assert_allclose(run.network(X), net, atol=1e-12)
    np.testing.assert_array_equal(run.weights.positive, run.centers[-1][0])
    np.testing.assert_array_equal(run.weights.negative, run.centers[-1][1])


@pytest.mark.prop(
    "P12.6", "elsewhere cones need not hold: the lifted output is another"
)
def test_cones_hold_only_where_bought(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=12, num_gates=60)
    rng = np.random.default_rng(0)
    run = active_learn(X, Seller(y), patterns, budget=6, rng=rng)
    theta = run.centers[-1]
    apart = np.abs(run.network(X) - lifted_output(X, patterns.gates, theta))
    rest = np.setdiff1d(np.arange(len(X)), run.queried)
    assert apart[run.queried].max() <= 1e-9
    assert apart[rest].max() > 1e-3
    both = np.sign(run.network(X)) != np.sign(lifted_output(X, patterns.gates, theta))
    assert both[rest].any(), "their signs differ too, somewhere"


@pytest.mark.prop("P12.15", "three layers: right on all bought, network = lifted there")
@pytest.mark.parametrize("seed", range(2))
def test_three_layers(subject, seed):
    active_learn = subject("cutting_plane.active_learn")
    rng = np.random.default_rng(seed)
    X, y, _ = arms(m=6)
    patterns = sample_deep_patterns(X, (4, 4), rng=rng)
    seller = Seller(y)
    run = active_learn(X, seller, patterns, budget=6, rng=rng)
    bought = run.queried
    assert (y * run.network(X) > 0)[bought].all()
    model = DeepModel(X, patterns)
    lifted = model.outputs(run.centers[-1])
    np.testing.assert_allclose(run.network(X)[bought], lifted[bought], atol=1e-8)
    masks = model.masks_at(bought)
    assert deep_cone_slack(X[bought], masks, run.weights) > -1e-12


@pytest.mark.prop("P12.15", "three layers: a size that no dense matrix should have")
def test_three_layers_to_a_stated_size(subject):
    active_learn = subject("cutting_plane.active_learn")
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4, 17_000))
    patterns = sample_deep_patterns(X, (4, 4), rng=rng)
    variables = 4 * int(np.prod(patterns.counts)) * 17_000
    with pytest.raises(ValueError, match=f"patterns make {variables} lifted variables"):
        active_learn(X, lambda i: 1.0, patterns, budget=1, rng=rng)


@pytest.mark.prop(
    "P12.6", "dense rows are the lifted outputs and the cones, all models"
)
@pytest.mark.parametrize("seed", range(3))
def test_dense_rows(subject, seed):
    active_learn = subject("cutting_plane.active_learn")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((6, 3))
    shallow = sample_patterns(X, 9, rng=rng)
    deep = sample_deep_patterns(X, (3, 3), rng=rng)
    for model in (LinearModel(X), TwoLayerModel(X, shallow.gates), DeepModel(X, deep)):
        theta = rng.standard_normal(model.shape)
        C, F = model.dense(np.arange(6))
        np.testing.assert_allclose(F @ theta.ravel(), model.outputs(theta), atol=1e-12)
        for i in range(6):
            row = model.row(i)
            np.testing.assert_allclose(
                row.ravel() @ theta.ravel(), F[i] @ theta.ravel()
            )
        inside = (C @ theta.ravel() >= 0).all() if len(C) else True
        if isinstance(model, LinearModel) or inside:
            np.testing.assert_allclose(model.network(theta)(X), model.outputs(theta))
    run = active_learn(X, Seller(np.sign(X[:, 0])), None, budget=6, rng=rng)
    np.testing.assert_allclose(run.network(X), X @ run.centers[-1], atol=1e-12)


@pytest.mark.prop("I12.2", "patterns of another pool and zero rows are refused")
def test_bad_pools(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, rng = pool(0, 5, 2)
    other = patterns.masks.copy()
    other[0, 0] = ~other[0, 0]
    wrong = type(patterns)(other, patterns.gates)
    options = {"budget": 2, "rng": rng}
    with pytest.raises(ValueError, match="patterns must be made for this X_pool"):
        active_learn(X, Seller(y), wrong, **options)
    with pytest.raises(ValueError, match="patterns"):
        active_learn(X[:4], Seller(y), patterns, **options)
    deep = sample_deep_patterns(X, (3, 3), rng=rng)
    with pytest.raises(ValueError, match="patterns"):
        active_learn(X[:4], Seller(y), deep, **options)
    zero = np.vstack([X[:2], np.zeros((1, 2))])
    with pytest.raises(ValueError, match=r"X_pool .* zero rows, got one at index 2"):
        active_learn(zero, Seller(y), None, **options)
