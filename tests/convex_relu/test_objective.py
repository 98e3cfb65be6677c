"""Properties of the two objectives of convex training and the maps between them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.relu_lp import ConvexWeights, ReluNetwork, convex_output, from_network
from tests import strategies
from tests.convex_relu.oracle import cone_weights

REG = 0.7


@pytest.mark.prop(
    "P6.1", "convex weights and their balanced network agree", stage="plain"
)
@given(X=strategies.any_data(6, 3), seed=strategies.seeds)
def test_maps_keep_outputs_and_objective(subject, X, seed):
    balanced_network = subject("convex_relu.balanced_network")
    convex_objective = subject("convex_relu.convex_objective")
    nonconvex_objective = subject("convex_relu.nonconvex_objective")
    rng = np.random.default_rng(seed)
    patterns = enumerate_patterns(X)
    weights = cone_weights(X, patterns, rng)
    y = rng.standard_normal(len(X))
    network = balanced_network(weights)
    want = convex_output(X, patterns.masks, weights)
    size = max(1.0, np.abs(want).max())
    np.testing.assert_allclose(network(X), want, rtol=0, atol=1e-9 * size)
    left = convex_objective(weights, X, y, patterns, REG)
    right = nonconvex_objective(network, X, y, REG)
    np.testing.assert_allclose(left, right, rtol=1e-9)


@pytest.mark.prop(
    "P6.1", "a network has one balanced neuron for each non-zero block", stage="plain"
)
@given(X=strategies.any_data(6, 3), seed=strategies.seeds)
def test_neurons_are_balanced(subject, X, seed):
    balanced_network = subject("convex_relu.balanced_network")
    rng = np.random.default_rng(seed)
    patterns = enumerate_patterns(X)
    weights = cone_weights(X, patterns, rng)
    network = balanced_network(weights)
    blocks = np.vstack([weights.positive, weights.negative])
    assert network.hidden.shape[1] == blocks.any(axis=1).sum()
    lengths = np.linalg.norm(network.hidden, axis=0)
    np.testing.assert_allclose(lengths, np.abs(network.output), rtol=1e-12)
    assert (network.output > 0).sum() == weights.positive.any(axis=1).sum()


@pytest.mark.prop(
    "P6.2", "a network's convex weights are feasible and cost no more", stage="plain"
)
@given(X=strategies.any_data(6, 3), m=st.integers(0, 5), seed=strategies.seeds)
def test_any_network_maps_to_a_feasible_point(subject, X, m, seed):
    cone_slack = subject("convex_relu.cone_slack")
    convex_objective = subject("convex_relu.convex_objective")
    nonconvex_objective = subject("convex_relu.nonconvex_objective")
    rng = np.random.default_rng(seed)
    network = ReluNetwork(rng.standard_normal((X.shape[1], m)), rng.standard_normal(m))
    y = rng.standard_normal(len(X))
    patterns, weights = from_network(network, X)
    size = max(1.0, np.abs(X).max() * max(1, m))
    got = convex_output(X, patterns.masks, weights)
    np.testing.assert_allclose(got, network(X), rtol=0, atol=1e-12 * size**2)
    assert cone_slack(weights, X, patterns.masks) >= -1e-12 * size**2
    convex = convex_objective(weights, X, y, patterns, REG)
    assert convex <= nonconvex_objective(network, X, y, REG) + 1e-9 * size**2


@pytest.mark.prop(
    "P6.10", "the objectives are what their formulas say, term by term", stage="plain"
)
@given(X=strategies.any_data(6, 3), m=st.integers(1, 4), seed=strategies.seeds)
def test_objectives_against_loops(subject, X, m, seed):
    convex_objective = subject("convex_relu.convex_objective")
    nonconvex_objective = subject("convex_relu.nonconvex_objective")
    rng = np.random.default_rng(seed)
    n, d = X.shape
    W, a, y = (
        rng.standard_normal((d, m)),
        rng.standard_normal(m),
        rng.standard_normal(n),
    )
    want = 0.0
    for k in range(n):
        f = sum(a[j] * max(X[k] @ W[:, j], 0.0) for j in range(m))
        want += (f - y[k]) ** 2 / 2
    for j in range(m):
        want += REG / 2 * (sum(W[:, j] ** 2) + a[j] ** 2)
    got = nonconvex_objective(ReluNetwork(W, a), X, y, REG)
    np.testing.assert_allclose(got, want, rtol=1e-12)

    patterns = Patterns(rng.uniform(size=(m, n)) > 0.5, rng.standard_normal((m, d)))
    V, U = rng.standard_normal((2, m, d))
    f = sum(
        np.diag(patterns.masks[i].astype(float)) @ X @ (V[i] - U[i]) for i in range(m)
    )
    want = sum((f - y) ** 2) / 2
    want += REG * sum(
        np.sqrt(sum(V[i] ** 2)) + np.sqrt(sum(U[i] ** 2)) for i in range(m)
    )
    got = convex_objective(ConvexWeights(V, U), X, y, patterns, REG)
    np.testing.assert_allclose(got, want, rtol=1e-12)


@pytest.mark.prop(
    "P6.11", "the cone slack is the smallest entry of (2D - I)Xu", stage="plain"
)
@given(X=strategies.any_data(6, 3), P=st.integers(1, 4), seed=strategies.seeds)
def test_cone_slack_against_loops(subject, X, P, seed):
    cone_slack = subject("convex_relu.cone_slack")
    rng = np.random.default_rng(seed)
    masks = rng.uniform(size=(P, len(X))) > 0.5
    V, U = rng.standard_normal((2, P, X.shape[1]))
    want = np.inf
    for i in range(P):
        for k in range(len(X)):
            if X[k].any():
                sign = 1 if masks[i, k] else -1
                want = min(want, sign * (X[k] @ V[i]), sign * (X[k] @ U[i]))
    got = cone_slack(ConvexWeights(V, U), X, masks)
    assert got == pytest.approx(want, rel=1e-9, abs=1e-12)


PATTERNS = Patterns(np.array([[True, True, False]]), np.ones((1, 2)))
X, Y = np.ones((3, 2)), np.ones(3)
GOOD = ConvexWeights(np.ones((1, 2)), np.ones((1, 2)))
WIDE = ConvexWeights(np.ones((1, 3)), np.ones((1, 3)))
UNEQUAL = ConvexWeights(np.ones((1, 2)), np.ones((2, 2)))


@pytest.mark.prop("I6.1", "bad arguments of the convex objective are refused by name")
@pytest.mark.parametrize(
    "arguments, named",
    [
        ((WIDE, X, Y, PATTERNS, 1.0), r"weights\.positive"),
        ((UNEQUAL, X, Y, PATTERNS, 1.0), r"weights\.negative"),
        ((GOOD, X[:2], Y, PATTERNS, 1.0), r"patterns\.masks"),
        ((GOOD, X, Y[:2], PATTERNS, 1.0), r"y needs shape \(3,\)"),
        ((GOOD, X * np.nan, Y, PATTERNS, 1.0), "X must be finite"),
        ((GOOD, X, Y, PATTERNS.masks, 1.0), "patterns must be Patterns"),
        ((np.ones((2, 1, 2)), X, Y, PATTERNS, 1.0), "weights must be ConvexWeights"),
        ((GOOD, X, Y, PATTERNS, -1.0), "reg"),
    ],
)
def test_convex_objective_names_bad_arguments(subject, arguments, named):
    convex_objective = subject("convex_relu.convex_objective")
    with pytest.raises(ValueError, match=named):
        convex_objective(*arguments)


@pytest.mark.prop("I6.2", "bad arguments of the other maps are refused by name")
def test_maps_name_bad_arguments(subject):
    nonconvex_objective = subject("convex_relu.nonconvex_objective")
    network = ReluNetwork(np.ones((2, 1)), np.ones(1))
    for arguments, named in [
        ((network, np.ones((3, 1)), Y, 1.0), "X"),
        ((network, X, Y[:1], 1.0), "y"),
        ((network, X, Y, np.inf), "reg"),
        ((None, X, Y, 1.0), "network must be a ReluNetwork"),
        ((GOOD, X, Y, 1.0), "network must be a ReluNetwork"),
        ((lambda X: X[:, 0], X, Y, 1.0), "network must be a ReluNetwork"),
    ]:
        with pytest.raises(ValueError, match=named):
            nonconvex_objective(*arguments)
    cone_slack = subject("convex_relu.cone_slack")
    for weights, masks, named in [
        (GOOD, PATTERNS.masks[:, :2], "masks"),
        (GOOD, PATTERNS, "masks"),
        (None, PATTERNS.masks, "weights must be ConvexWeights"),
        (np.ones((2, 1, 2)), PATTERNS.masks, "weights must be ConvexWeights"),
        (WIDE, PATTERNS.masks, r"weights\.positive"),
    ]:
        with pytest.raises(ValueError, match=named):
            cone_slack(weights, X, masks)
    balanced_network = subject("convex_relu.balanced_network")
    with pytest.raises(ValueError, match=r"weights\.negative"):
        balanced_network(UNEQUAL)
    for wrong in (None, network, np.ones((2, 1, 2))):
        with pytest.raises(ValueError, match="weights must be ConvexWeights"):
            balanced_network(wrong)
