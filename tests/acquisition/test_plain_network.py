"""The plain network: its gradient by differences, its training against the robust."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.acquisition import Mlp, fit_mlp
from tests import strategies
from tests.acquisition.networks import differences


def parameters(rng, d=3, m=4, classes=3):
    shapes = (d, m), (m,), (m, classes), (classes,)
    return [rng.standard_normal(shape) for shape in shapes]


def example(seed, n=5):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, 3)), rng.integers(0, 3, n), parameters(rng)


@pytest.mark.prop(
    "P11.91", "plain gradients are the central differences of the loss", stage="plain"
)
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_plain_gradients(subject, seed):
    gradient = subject("acquisition.plain_network_gradient")
    X, y, theta = example(seed)
    _, found = gradient(X, y, *theta)
    units = np.abs(X @ theta[0] + theta[1])
    if units.min() < 1e-4:
        return
    for i, part in enumerate(theta):

        def loss(moved, i=i):
            return gradient(X, y, *theta[:i], moved, *theta[i + 1 :])[0]

        expected = differences(loss, part).reshape(part.shape)
        np.testing.assert_allclose(found[i], expected, rtol=1e-4, atol=1e-7)


@pytest.mark.prop(
    "P11.91", "plain gradients are the central differences of the loss", stage="plain"
)
def test_plain_gradients_of_one_network(subject):
    X, y, theta = example(1)
    loss, found = subject("acquisition.plain_network_gradient")(X, y, *theta)
    model = Mlp((3, 4, 3), rng=np.random.default_rng(0))
    W, b, V, c = theta
    model.theta[:] = np.concatenate([W.ravel(), b, V.ravel(), c])
    total, expected = model.loss_and_gradient(X, y)
    np.testing.assert_allclose(loss, total / 5)
    flat = np.concatenate([np.ravel(g) for g in found])
    np.testing.assert_allclose(flat, expected / 5, rtol=1e-9, atol=1e-14)
    assert [np.shape(g) for g in found] == [np.shape(t) for t in theta]


@pytest.mark.prop(
    "P11.92", "plain and robust training agree: one batch, no weights", stage="plain"
)
@settings(max_examples=6)
@given(seed=strategies.seeds, steps=st.integers(0, 30))
def test_plain_training(subject, seed, steps):
    X, y, _ = example(seed, n=8)
    predict = subject("acquisition.plain_fit_network")(
        X, y, 5, 3, rng=np.random.default_rng(seed), step_size=0.02, max_iter=steps
    )
    model = fit_mlp(X, y, (3, 5, 3), rng=np.random.default_rng(0), max_iter=0)
    model.restart(np.random.default_rng(seed))
    for _ in range(steps):
        model.optimizer.step_size = 0.02
        model.step(model.loss_and_gradient(X, y)[1] / len(X))
    np.testing.assert_allclose(predict(X), model.predict_proba(X), rtol=1e-6, atol=1e-9)


@pytest.mark.prop(
    "P11.92", "plain and robust training agree: one batch, no weights", stage="plain"
)
def test_plain_training_learns(subject):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((60, 2))
    y = (X[:, 0] * X[:, 1] > 0).astype(int)
    predict = subject("acquisition.plain_fit_network")(X, y, 20, 2, rng=rng)
    P = predict(X)
    assert (P.argmax(axis=1) == y).mean() >= 0.95
    np.testing.assert_allclose(P.sum(axis=1), 1.0)
    extreme = predict(1e4 * X)
    assert np.isfinite(extreme).all()


def test_what_plain_does_not_bear():
    from reference.acquisition import plain_network_gradient

    X, y, theta = example(1)
    far = [1e3 * theta[0], theta[1], 1e3 * theta[2], theta[3]]
    with np.errstate(divide="ignore"):
        loss, _ = plain_network_gradient(X, y, *far)
    assert loss == np.inf  # the probability of a label has underflowed
    model = Mlp((3, 4, 3), rng=np.random.default_rng(0))
    model.theta[:] = np.concatenate([np.ravel(t) for t in far])
    assert np.isfinite(model.loss_and_gradient(X, y)[0])
