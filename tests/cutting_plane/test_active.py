"""Properties of active learning for numbers, and of the final solve."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import enumerate_patterns, merge_patterns
from reference.convex_relu import fit_convex_relu
from reference.cutting_plane import TwoLayerModel
from reference.deep_relu_lp import sample_deep_patterns
from reference.relu_lp import fit_relu_lp, to_network
from tests import strategies
from tests.cutting_plane.oracle import Seller, arms, lifted_output, network_output, pool


@pytest.mark.prop("P12.11", "after every label all bought targets are in their tubes")
@settings(max_examples=8)
@given(seed=strategies.seeds, epsilon=st.sampled_from([0.3, 1e-2, 1e-3]))
def test_tubes(subject, seed, epsilon):
    regression = subject("cutting_plane.active_learn_regression")
    X, patterns, _, rng = pool(seed, 6, 2)
    y = rng.standard_normal(6)
    seller = Seller(y)
    run = regression(X, seller, patterns, budget=5, epsilon=epsilon, rng=rng)
    assert run.labels_bought == len(seller.sold) == 5
    for record in run.history:
        theta = run.centers[record.center]
        known = [r.index for r in run.history if r.center <= record.center]
        net = network_output(X, theta)
        assert np.abs(net - y)[known].max() <= epsilon * (1 + 1e-9)
        lifted = lifted_output(X, patterns.gates, theta)
        np.testing.assert_allclose(net[known], lifted[known], atol=1e-8)
        assert record.mistake == (abs(record.output - record.label) > epsilon)
        assert np.linalg.norm(theta) < record.radius
    assert run.cuts.rows.shape == (10, 2)
    np.testing.assert_allclose(run.cuts.offsets.reshape(5, 2).sum(1), 2 * epsilon)


@pytest.mark.prop("P12.11", "numbers from linear rules and from three layers")
def test_tubes_of_other_models(subject):
    regression = subject("cutting_plane.active_learn_regression")
    rng = np.random.default_rng(0)
    X = np.column_stack([np.linspace(-1, 1, 8), np.ones(8)])
    line = 3 * X[:, 0] - 1
    run = regression(X, Seller(line), None, budget=4, epsilon=0.1, rng=rng)
    assert np.abs(run.network(X) - line)[run.queried].max() <= 0.1
    deep = sample_deep_patterns(X, (4, 4), rng=rng)
    square = X[:, 0] ** 2
    run = regression(X, Seller(square), deep, budget=4, epsilon=0.1, rng=rng)
    assert np.abs(run.network(X) - square)[run.queried].max() <= 0.1


@pytest.mark.prop(
    "P12.20", "the final solve is chapter 6's program on the bought labels"
)
@settings(max_examples=5)
@given(seed=strategies.seeds)
def test_final_solve(subject, seed):
    convex_final_solve = subject("cutting_plane.convex_final_solve")
    X, patterns, y, _ = pool(seed, 5, 2)
    weights = convex_final_solve(0.05, tol=1e-8)(X, y, patterns)
    fit = fit_convex_relu(X, y, merge_patterns(patterns), 0.05, tol=1e-9)
    np.testing.assert_allclose(to_network(weights)(X), fit.fitted, atol=1e-3)


@pytest.mark.prop("P12.20", "patterns that agree on the bought rows count once")
def test_final_solve_merges(subject):
    convex_final_solve = subject("cutting_plane.convex_final_solve")
    X, _, patterns = arms(m=10, num_gates=60)
    few = type(patterns)(patterns.masks[:, :2], patterns.gates)
    weights = convex_final_solve(0.1)(X[:2], np.array([1.0, -1.0]), few)
    different = len(np.unique(few.masks, axis=0))
    assert weights.positive.shape == weights.negative.shape == (different, 3)
    assert different < 5 < len(patterns)
    # of two samples and a large lambda nothing is left
    zero = convex_final_solve(100.0)(X[:2], np.array([1.0, -1.0]), few)
    assert not to_network(zero)(X[:2]).any()
    # a smaller tolerance is a closer fit to the optimum
    small = convex_final_solve(1e-4)(X[:2], np.array([1.0, -1.0]), few)
    assert np.abs(to_network(small)(X[:2]) - [1, -1]).max() < 1e-2


@pytest.mark.prop("P12.20", "a final solve gives the network, and no query sees it")
def test_final_solve_of_a_run(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=8, num_gates=40)
    seen = []

    def solve(X_bought, y_bought, known):
        seen.append((X_bought, y_bought, known))
        return fit_relu_lp(X_bought, y_bought, known)

    plain = active_learn(X, Seller(y), patterns, budget=6, rng=np.random.default_rng(0))
    run = active_learn(
        X, Seller(y), patterns, budget=6, rng=np.random.default_rng(0),
        final_solve=solve,
    )  # fmt: skip
    assert run.queried.tolist() == plain.queried.tolist()
    ((rows, labels, known),) = seen
    np.testing.assert_array_equal(rows, X[run.queried])
    np.testing.assert_array_equal(labels, y[run.queried])
    np.testing.assert_array_equal(known.masks, patterns.masks[:, run.queried])
    np.testing.assert_allclose(run.network(rows), labels, atol=1e-9)
    np.testing.assert_array_equal(run.centers[-1], plain.centers[-1])


@pytest.mark.prop("P12.20", "random and active labels, same solver: both can be had")
def test_final_solve_can_be_wrong_on_a_label(subject):
    convex_final_solve = subject("cutting_plane.convex_final_solve")
    X = np.column_stack([np.linspace(-1, 1, 9), np.ones(9)])
    y = np.where(np.arange(9) == 4, -1.0, 1.0)  # one label against eight
    weights = convex_final_solve(2.0)(X, y, enumerate_patterns(X))
    assert (y * to_network(weights)(X) <= 0).any(), "squares promise no sign"


@pytest.mark.prop(
    "P12.6", "misprint: weights in another memory order are another network"
)
def test_order_of_the_blocks(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=8, num_gates=40)
    rng = np.random.default_rng(0)
    run = active_learn(X, Seller(y), patterns, budget=8, rng=rng)
    theta = run.centers[-1]
    wrong = theta.reshape(-1).reshape(theta.shape, order="F")
    known = run.queried
    assert (y * network_output(X, theta) > 0)[known].all()
    assert not (y * network_output(X, wrong) > 0)[known].all()


@pytest.mark.prop(
    "P12.15", "misprint: an outer mask is read at its own unit and sample"
)
def test_three_layer_predict(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, _ = arms(m=6)
    rng = np.random.default_rng(1)
    patterns = sample_deep_patterns(X, (4, 5), rng=rng)
    run = active_learn(X, Seller(y), patterns, budget=5, rng=rng)
    Q, D = patterns.masks
    c = run.weights.blocks
    w = c[0, :, 0] - c[0, :, 1] - c[1, :, 0] + c[1, :, 1]  # (P2, P1, d)
    at = run.queried
    right = np.array([
        sum(D[l, i] * Q[j, i] * X[i] @ w[l, j]
            for l in range(len(D)) for j in range(len(Q)))
        for i in at
    ])  # fmt: skip
    np.testing.assert_allclose(run.network(X)[at], right, atol=1e-8)
    wrong = np.array([
        sum(D[j % len(D), i] * Q[j, i] * X[i] @ w[l, j]
            for l in range(len(D)) for j in range(len(Q)))
        for i in at
    ])  # fmt: skip
    assert not np.allclose(wrong, right, rtol=0.1)


@pytest.mark.prop("P12.2", "misprint: a linear cut keeps the half-space of its label")
def test_linear_sign(subject):
    active_learn = subject("cutting_plane.active_learn")
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal((40, 2)), np.ones(40)])
    y = np.sign(X @ [1.0, -2.0, 0.3])
    run = active_learn(X, Seller(y), None, budget=15, rng=rng)
    assert (y * run.network(X) > 0)[run.queried].all()
    assert (y * run.network(X) > 0).mean() > 0.8
    rows = TwoLayerModel(X, np.ones((1, 3))).X[run.queried]
    np.testing.assert_array_equal(run.cuts.rows, rows)
    assert (run.cuts.labels * (rows @ run.centers[-1]) > 0).all()


BAD = [
    ("budget", {"budget": 9}),
    ("budget", {"budget": -1}),
    ("query", {"query": "nearest"}),
    ("center", {"center": "middle"}),
    ("initial", {"initial": [0, 0]}),
    ("initial", {"initial": [8]}),
    ("initial", {"initial": 3}),
    ("initial", {"initial": "rows"}),
    ("initial", {"initial": [[0], [1, 2]]}),
    ("initial", {"initial": [0, 1, 2, 3]}),
    ("cut_on", {"cut_on": "all"}),
    ("tol", {"tol": 0.5}),
    ("radius", {"radius": 0.0}),
    ("slack", {"slack": -1.0}),
    ("rng", {"rng": 0}),
    ("callback", {"callback": 3}),
    ("final_solve", {"final_solve": 3}),
    ("final_solve", {"final_solve": lambda *a: None, "budget": 0}),
    ("local_margin", {"query": "local_margin", "center": "chebyshev"}),
    ("label", {"label": [1.0] * 8}),
    ("label", {"label": lambda i: 0.0}),
    ("label", {"label": lambda i: np.nan}),
]


@pytest.mark.prop("I12.4", "bad arguments of the loop are refused by name")
@pytest.mark.parametrize("named, change", BAD)
def test_bad_arguments(subject, named, change):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, rng = pool(0, 8, 2)
    seller = Seller(y)
    options = {"label": seller, "budget": 3, "rng": rng} | change
    label = options.pop("label")
    with pytest.raises(ValueError, match=named):
        active_learn(X, label, patterns, **options)
    assert not seller.sold, "refused before a label is paid"


@pytest.mark.prop("I12.5", "regression refuses bad numbers by name")
def test_bad_numbers(subject):
    regression = subject("cutting_plane.active_learn_regression")
    X, patterns, y, rng = pool(0, 5, 2)
    for epsilon in (0.0, -1.0, np.nan, "small"):
        with pytest.raises(ValueError, match="epsilon"):
            regression(X, Seller(y), patterns, budget=2, epsilon=epsilon, rng=rng)
    with pytest.raises(ValueError, match="label"):
        regression(X, lambda i: np.inf, patterns, budget=2, epsilon=0.1, rng=rng)


@pytest.mark.prop("I12.8", "a final solve refuses bad numbers and deep patterns")
def test_bad_final_solve(subject):
    convex_final_solve = subject("cutting_plane.convex_final_solve")
    X, _, y, rng = pool(0, 5, 2)
    for wrong in (0.0, -1.0, np.nan):
        with pytest.raises(ValueError, match="reg"):
            convex_final_solve(wrong)
    with pytest.raises(ValueError, match="tol"):
        convex_final_solve(0.1, tol=0.0)
    deep = sample_deep_patterns(X, (2, 2), rng=rng)
    with pytest.raises(ValueError, match="patterns must be Patterns"):
        convex_final_solve(0.1)(X, y, deep)
