"""Properties of passes there and back: every gradient, by central differences."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reference.acquisition.layers import layers_of, parameter_count
from tests import strategies
from tests.acquisition.networks import KINDS, at, away_from_kinks, data, differences
from tests.acquisition.networks import network as make


def regularised_differences(model, X, y, w, seed=5):
    """The loss at moved parameters, the same units dropped each time."""

    def loss():
        return model.loss_and_gradient(X, y, w, rng=np.random.default_rng(seed))[0]

    return differences(at(model, loss), model.theta.copy())


@pytest.mark.prop("P11.47", "the gradient is the central differences of the loss")
@pytest.mark.parametrize("task, outputs", KINDS)
@settings(max_examples=12)
@given(
    seed=strategies.seeds,
    batch_norm=st.booleans(),
    dropout=st.sampled_from([0.0, 0.4]),
    reg=st.sampled_from([0.0, 0.3]),
    depth=st.integers(0, 2),
)
def test_gradient(subject, task, outputs, seed, batch_norm, dropout, reg, depth):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, w = data(seed, task, outputs)
    model = make(
        seed, task, outputs, X, fit_mlp, hidden=(4, 3)[:depth],
        batch_norm=batch_norm, dropout=dropout, reg=reg,
    )  # fmt: skip
    assume(batch_norm or away_from_kinks(model, X))
    _, gradient = model.loss_and_gradient(X, y, w, rng=np.random.default_rng(5))
    expected = regularised_differences(model, X, y, w)
    np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.prop("P11.47", "the gradient is the central differences of the loss")
@pytest.mark.parametrize("batch_norm", [False, True])
@pytest.mark.parametrize("task, outputs", KINDS)
def test_gradient_on_one_batch(subject, task, outputs, batch_norm):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, w = data(3, task, outputs)
    model = make(
        7, task, outputs, X, fit_mlp, batch_norm=batch_norm, dropout=0.3, reg=0.2
    )
    loss, gradient = model.loss_and_gradient(X, y, w, rng=np.random.default_rng(5))
    expected = regularised_differences(model, X, y, w)
    np.testing.assert_allclose(gradient, expected, rtol=1e-4, atol=1e-6)
    assert np.isfinite(loss)


@pytest.mark.prop("P11.48", "the loss is the weighted sum, plus decay of the matrices")
def test_the_loss_by_hand(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y = np.array([[1.0, -1.0], [2.0, 0.5]]), np.array([[3.0], [-1.0]])
    model = make(0, "regression", 1, X, fit_mlp, hidden=(2,), reg=0.1)
    W, b = np.array([[1.0, -1.0], [0.5, 2.0]]), np.array([0.25, 1.0])
    v, c = np.array([2.0, -3.0]), 0.5
    model.theta[:] = [*W.ravel(), *b, *v, c]
    outputs = [float(np.maximum(x @ W + b, 0.0) @ v + c) for x in X]
    np.testing.assert_allclose(model.outputs(X)[:, 0], outputs)
    np.testing.assert_allclose(model.predict(X), outputs)
    np.testing.assert_allclose(model.embed(X), np.maximum(X @ W + b, 0.0))
    squares = 0.5 * np.square(np.array(outputs) - y[:, 0])
    decay = 0.05 * ((W**2).sum() + v @ v)
    loss, _ = model.loss_and_gradient(X, y, [1.0, 3.0])
    np.testing.assert_allclose(loss, squares @ [1.0, 3.0] + 4.0 * decay)


@pytest.mark.prop("P11.49", "a weight of k is the sample k times; of 0, without it")
@settings(max_examples=15)
@given(seed=strategies.seeds, batch_norm=st.booleans(), kind=st.sampled_from(KINDS))
def test_weights_are_repetitions(subject, seed, batch_norm, kind):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, _ = data(seed, *kind)
    times = np.random.default_rng(seed).integers(0, 4, len(X))
    times[1] = 2
    model = make(seed, *kind, X, fit_mlp, batch_norm=batch_norm, reg=0.2)
    weighted = model.loss_and_gradient(X, y, times)
    again = np.repeat(np.arange(len(X)), times)
    repeated = model.loss_and_gradient(X[again], y[again])
    np.testing.assert_allclose(weighted[0], repeated[0], rtol=1e-10)
    np.testing.assert_allclose(weighted[1], repeated[1], rtol=1e-8, atol=1e-10)


@pytest.mark.prop("P11.50", "with its moments, batch norm sees no scale of a column")
@settings(max_examples=10)
@given(seed=strategies.seeds, scale=st.sampled_from([0.1, 3.0, 1e4]))
def test_batch_norm_sees_no_scale(subject, seed, scale):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, w = data(seed, "classification", 3, n=8)
    model = make(seed, "classification", 3, X, fit_mlp, hidden=(4,), batch_norm=True)
    weights = model.layers[0].weights
    weights *= 1e3  # so that the constant under the root is nothing beside variances
    before = model.loss_and_gradient(X, y, w)[0]
    weights *= scale
    after = model.loss_and_gradient(X, y, w)[0]
    np.testing.assert_allclose(after, before, rtol=1e-3, atol=1e-6)


@pytest.mark.prop("P11.51", "calibrated, a prediction is that of the batch itself")
@pytest.mark.parametrize("task, outputs", KINDS)
def test_calibrated_predictions_are_those_of_training(subject, task, outputs):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, w = data(2, task, outputs, n=9)
    model = make(4, task, outputs, X, fit_mlp, batch_norm=True)
    model.calibrate(X, w)
    f = model.outputs(X)
    if task == "regression":
        expected = 0.5 * ((f - y) ** 2).sum(axis=1) @ w
    else:
        expected = -np.log(model.predict_proba(X)[np.arange(9), y]) @ w
    np.testing.assert_allclose(model.loss_and_gradient(X, y, w)[0], expected)


@pytest.mark.prop("P11.52", "batch norm's units have mean b and deviation g on the set")
def test_units_have_the_moments_of_shift_and_gain(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X = np.random.default_rng(0).standard_normal((50, 3))
    model = make(
        1, "classification", 3, 40.0 * X, fit_mlp, hidden=(4,), batch_norm=True
    )
    layer = model.layers[0]
    layer.shift[:] = 50.0  # every unit open: the embedding is the unit itself
    H = model.embed(40.0 * X)
    np.testing.assert_allclose(H.mean(axis=0), 50.0, rtol=1e-9)
    np.testing.assert_allclose(H.std(axis=0), np.abs(layer.gain), rtol=1e-3)


def test_the_flat_vector_is_used_once_and_wholly():
    for batch_norm in (False, True):
        for sizes in ((3, 2), (3, 4, 2), (1, 2, 3, 1)):
            theta = np.zeros(parameter_count(sizes, batch_norm))
            for layer in layers_of(theta, sizes, batch_norm):
                for part in (layer.weights, layer.shift, layer.gain):
                    if part is not None:
                        part += 1.0
            assert (theta == 1.0).all()
