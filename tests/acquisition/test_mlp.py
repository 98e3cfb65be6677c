"""Properties of the network as a model: predictions, dropout, copies, bad input."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.neural_network import MLPClassifier

from reference.acquisition import Mlp
from tests import strategies
from tests.acquisition.networks import KINDS, data, network


@pytest.mark.prop("P11.64", "probabilities and loss agree with scikit-learn's")
def test_against_scikit_learn(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, _ = data(0, "classification", 3, n=30)
    y[:3] = 0, 1, 2
    theirs = MLPClassifier((5, 4), random_state=0, alpha=0.6, max_iter=1, solver="sgd")
    theirs.partial_fit(X, y, classes=[0, 1, 2])
    ours = fit_mlp(
        X, y, (3, 5, 4, 3), rng=np.random.default_rng(0), max_iter=0, reg=0.6 / 30
    )
    for layer, W, b in zip(ours.layers, theirs.coefs_, theirs.intercepts_, strict=True):
        layer.weights[:], layer.shift[:] = W, b
    p = theirs.predict_proba(X)
    np.testing.assert_allclose(ours.predict_proba(X), p, rtol=1e-9)
    np.testing.assert_array_equal(ours.predict(X), theirs.predict(X))
    decay = sum((W**2).sum() for W in theirs.coefs_)
    expected = -np.log(p[np.arange(30), y]).mean() + 0.5 * 0.6 / 30 * decay
    loss, _ = ours.loss_and_gradient(X, y)
    np.testing.assert_allclose(loss / 30, expected, rtol=1e-9)


@pytest.mark.prop("P11.65", "members differ by dropout, around the whole network")
def test_members_scatter_around_the_network(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X = np.random.default_rng(0).standard_normal((4, 3))
    model = network(1, "classification", 2, X, fit_mlp, hidden=(30,), dropout=0.3)
    P = model.predict_members(X, rng=np.random.default_rng(0), count=2000)
    assert P.shape == (2000, 4, 2)
    np.testing.assert_allclose(P.sum(axis=2), 1.0)
    # With one hidden layer the log-odds are linear in the units that stay.
    odds = np.log(P[..., 0]) - np.log(P[..., 1])
    whole = np.diff(-model.outputs(X), axis=1)[:, 0]
    error = odds.std(axis=0) / np.sqrt(len(odds))
    assert (odds.std(axis=0) > 0.1).all()
    assert (np.abs(odds.mean(axis=0) - whole) < 5.0 * error).all()
    spread = np.sqrt(
        0.3
        / 0.7
        * (model.embed(X) ** 2)
        @ (np.diff(model.layers[-1].weights, axis=1)[:, 0] ** 2)
    )
    np.testing.assert_allclose(odds.std(axis=0), spread, rtol=0.15)


@pytest.mark.prop("P11.66", "rows of predictions permute with the samples")
@settings(max_examples=12)
@given(seed=strategies.seeds, batch_norm=st.booleans(), kind=st.sampled_from(KINDS))
def test_predictions_permute(subject, seed, batch_norm, kind):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, w = data(seed, *kind)
    model = network(seed, *kind, X, fit_mlp, batch_norm=batch_norm)
    order = np.random.default_rng(seed).permutation(len(X))
    np.testing.assert_allclose(model.outputs(X[order]), model.outputs(X)[order])
    before, after = (
        model.loss_and_gradient(X[k], y[k], w[k])[1] for k in (slice(None), order)
    )
    np.testing.assert_allclose(before, after, rtol=1e-8, atol=1e-10)


@pytest.mark.prop("P11.67", "inputs, targets and weights stay as they were")
def test_training_changes_nothing_given(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, w = data(0, "classification", 3)
    before = X.copy(), y.copy(), w.copy()
    fit_mlp(
        X, y, (3, 4, 3), weights=w, rng=np.random.default_rng(0), batch_norm=True,
        max_iter=3,
    )  # fmt: skip
    for array, copied in zip((X, y, w), before, strict=True):
        np.testing.assert_array_equal(array, copied)


@pytest.mark.prop(
    "P11.68", "constant, single and repeated samples are data like others"
)
@pytest.mark.parametrize("batch_norm", [False, True])
def test_degenerate_data(subject, batch_norm):
    fit_mlp = subject("acquisition.fit_mlp")
    for X, y in (
        (np.zeros((1, 2)), [1]),
        (np.ones((5, 2)), [1, 1, 1, 1, 1]),
        (np.zeros((4, 2)), [0, 1, 0, 1]),
        (1e12 * np.eye(3, 2), [0, 1, 2]),
        (1e-12 * np.eye(3, 2), [0, 1, 2]),
    ):
        model = fit_mlp(
            X, y, (2, 5, 3), rng=np.random.default_rng(0), batch_norm=batch_norm,
            max_iter=300, step_size=0.05, batch_size=2,
        )  # fmt: skip
        p = model.predict_proba(X)
        assert np.isfinite(p).all()
        np.testing.assert_allclose(p.sum(axis=1), 1.0)
        if len(set(y)) == 1:
            assert (model.predict(X) == 1).all()
        if not X.any() and len(X) == 4:
            np.testing.assert_allclose(p, [[0.5, 0.5, 0.0]] * 4, atol=0.1)


@pytest.mark.prop("P11.69", "copies are independent, clones are fresh, fit starts anew")
def test_copies_and_clones(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, _ = data(1, "classification", 3)
    model = fit_mlp(X, y, (3, 4, 3), rng=np.random.default_rng(0), max_iter=5)
    twin = copy.deepcopy(model)
    twin.step(np.ones(len(twin.theta)))
    assert not np.allclose(twin.theta, model.theta)
    for layer in twin.layers:  # the views are the copy's own
        assert np.shares_memory(layer.weights, twin.theta)
    fresh = model.clone(np.random.default_rng(5))
    again = Mlp((3, 4, 3), rng=np.random.default_rng(5))
    np.testing.assert_array_equal(fresh.theta, again.theta)
    assert fresh.losses == []
    assert fresh.optimizer.steps == 0


@pytest.mark.prop("P11.69", "copies are independent, clones are fresh, fit starts anew")
def test_fit_starts_anew(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, _ = data(1, "classification", 3, n=30)
    fits = []
    for seed in (0, 1):  # whatever it was before
        model = fit_mlp(X, y, (3, 4, 3), rng=np.random.default_rng(seed), max_iter=4)
        model.rng = np.random.default_rng(7)
        fits.append(model.fit(X, y))
    np.testing.assert_array_equal(fits[0].theta, fits[1].theta)
    assert len(fits[0].losses) == len(fits[1].losses) == 4
    assert fits[0].optimizer.steps == 4


@pytest.mark.prop(
    "P11.70", "initial weights have the variance that keeps signals alive"
)
def test_initial_weights(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X = np.random.default_rng(0).standard_normal((300, 50))
    model = fit_mlp(
        X, np.zeros(300), (50, 400, 400, 10), rng=np.random.default_rng(0), max_iter=0
    )
    first, second, last = (layer.weights for layer in model.layers)
    np.testing.assert_allclose(first.var(), 2 / 50, rtol=0.1)
    np.testing.assert_allclose(second.var(), 2 / 400, rtol=0.1)
    np.testing.assert_allclose(last.var(), 1 / 400, rtol=0.1)
    np.testing.assert_allclose((model.embed(X) ** 2).mean(), 1.0, rtol=0.3)
    assert not any(layer.shift.any() for layer in model.layers)
    normal = fit_mlp(
        X, np.zeros(300), (50, 4, 10), rng=np.random.default_rng(0), max_iter=0,
        batch_norm=True,
    )  # fmt: skip
    np.testing.assert_array_equal(normal.layers[0].gain, 1.0)


@pytest.mark.prop("I11.44", "settings outside their range are refused by name")
def test_bad_settings(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y = np.eye(3), [0, 1, 2]
    for name, value in (
        ("task", "ranking"), ("dropout", 1.0), ("dropout", -0.1), ("reg", -1.0),
        ("step_size", 0.0), ("batch_size", 0), ("max_iter", -1), ("tol", -1.0),
        ("weights", [1.0, 2.0]), ("weights", [1.0, -1.0, 1.0]),
        ("weights", [0.0, 0.0, 0.0]), ("rng", 0),
    ):  # fmt: skip
        with pytest.raises(ValueError, match=name):
            fit_mlp(X, y, (3, 4, 3), **{"rng": np.random.default_rng(0), name: value})
    for sizes in ((3,), (3, 0, 2), (3, 1), 3, (3.0, 2), "ab"):
        with pytest.raises(ValueError, match="sizes"):
            fit_mlp(X, y, sizes, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="X"):
        fit_mlp(X, y, (2, 3), rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"\by\b"):
        fit_mlp(X, [0, 1, 3], (3, 3), rng=np.random.default_rng(0))


def test_what_a_network_cannot_answer_it_refuses():
    rng = np.random.default_rng(0)
    real = Mlp((2, 3, 1), rng=rng, task="regression")
    with pytest.raises(ValueError, match="classification"):
        real.predict_proba(np.eye(2))
    with pytest.raises(ValueError, match="classification"):
        real.predict_members(np.eye(2), rng=rng)
    with pytest.raises(ValueError, match="dropout"):
        Mlp((2, 3, 2), rng=rng).predict_members(np.eye(2), rng=rng)
    with pytest.raises(ValueError, match="calibrate"):
        Mlp((2, 3, 2), rng=rng, batch_norm=True).predict(np.eye(2))
    with pytest.raises(ValueError, match="gradient"):
        real.step(np.zeros(3))
