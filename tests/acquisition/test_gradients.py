"""Properties of per-sample gradients, their factors, and gradients in the inputs."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.acquisition.networks import at, away_from_kinks, data, differences, network


def case(seed, batch_norm, outputs=3, hidden=(4, 3), n=5):
    """A network away from its kinks, data and slopes in the scores."""
    X, _, _ = data(seed, "regression", outputs, n=n)
    model = network(
        seed, "regression", outputs, X, hidden=hidden, batch_norm=batch_norm
    )
    slopes = np.random.default_rng(seed + 2).standard_normal((n, outputs))
    return model, X, slopes


def one_by_one(model, X, slopes):
    """Each sample's gradient by differences, moments of batch norm as they are."""
    rows = []
    for x, c in zip(X, slopes, strict=True):
        value = at(model, lambda x=x, c=c: float(model.outputs(x[None])[0] @ c))
        rows.append(differences(value, model.theta.copy()))
    return np.array(rows)


@pytest.mark.prop("P11.53", "a sample's gradient is its central differences")
@settings(max_examples=12)
@given(seed=strategies.seeds, batch_norm=st.booleans(), depth=st.integers(0, 2))
def test_sample_gradients(subject, seed, batch_norm, depth):
    model, X, slopes = case(seed, batch_norm, hidden=(4, 3)[:depth])
    assume(away_from_kinks(model, X))
    found = subject("acquisition.sample_gradients")(model, X, slopes)
    expected = one_by_one(model, X, slopes)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-6)


@pytest.mark.prop("P11.53", "a sample's gradient is its central differences")
@pytest.mark.parametrize("batch_norm", [False, True])
def test_sample_gradients_of_one_network(subject, batch_norm):
    model, X, slopes = case(11, batch_norm)
    assert away_from_kinks(model, X)
    found = subject("acquisition.sample_gradients")(model, X, slopes)
    expected = one_by_one(model, X, slopes)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-7)


@pytest.mark.prop("P11.54", "the gradients of the samples add up to the loss's")
@pytest.mark.parametrize("task, outputs", [("classification", 3), ("regression", 2)])
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_sample_gradients_add_up(subject, seed, task, outputs):
    from reference.acquisition import sample_losses

    X, y, w = data(seed, task, outputs)
    model = network(seed, task, outputs, X)
    _, slopes = sample_losses(model.outputs(X), y, task=task)
    rows = subject("acquisition.sample_gradients")(model, X, w[:, None] * slopes)
    expected = model.loss_and_gradient(X, y, w)[1]
    np.testing.assert_allclose(rows.sum(axis=0), expected, rtol=1e-9, atol=1e-12)


@pytest.mark.prop("P11.55", "inner products of gradients need their factors only")
@settings(max_examples=15)
@given(seed=strategies.seeds, depth=st.integers(0, 2), batch_norm=st.booleans())
def test_factors_give_inner_products(subject, seed, depth, batch_norm):
    model, X, slopes = case(seed, batch_norm, hidden=(4, 3)[:depth])
    assume(away_from_kinks(model, X))
    gram = np.zeros((len(X), len(X)))
    for f in subject("acquisition.gradient_factors")(model, X, slopes):
        gram += (f.inputs @ f.inputs.T) * (f.slopes @ f.slopes.T)
        gram += f.shift @ f.shift.T
        gram += 0.0 if f.gain is None else f.gain @ f.gain.T
    G = one_by_one(model, X, slopes)
    np.testing.assert_allclose(gram, G @ G.T, rtol=1e-4, atol=1e-5)


@pytest.mark.prop("P11.55", "inner products of gradients need their factors only")
@pytest.mark.parametrize("batch_norm", [False, True])
def test_factors_layer_by_layer(subject, batch_norm):
    model, X, slopes = case(11, batch_norm)
    G, start = one_by_one(model, X, slopes), 0
    factors = subject("acquisition.gradient_factors")(model, X, slopes)
    assert len(factors) == 3
    for f in factors:
        outer = np.einsum("ni,nj->nij", f.inputs, f.slopes).reshape(len(X), -1)
        parts = [outer, f.shift] + ([] if f.gain is None else [f.gain])
        for part in parts:
            stop = start + part.shape[1]
            np.testing.assert_allclose(part, G[:, start:stop], rtol=1e-4, atol=1e-7)
            start = stop
    assert start == len(model.theta)
    np.testing.assert_array_equal(factors[0].inputs, X)
    np.testing.assert_array_equal(factors[-1].inputs, model.embed(X))


@pytest.mark.prop("P11.56", "the gradient in the inputs is its central differences")
@settings(max_examples=15)
@given(seed=strategies.seeds, batch_norm=st.booleans(), depth=st.integers(0, 2))
def test_input_gradients(subject, seed, batch_norm, depth):
    model, X, slopes = case(seed, batch_norm, hidden=(4, 3)[:depth])
    assume(away_from_kinks(model, X, 1e-3))
    found = subject("acquisition.input_gradients")(model, X, slopes)
    assert found.shape == X.shape
    for i, x in enumerate(X):
        expected = differences(lambda z, i=i: model.outputs(z[None])[0] @ slopes[i], x)
        np.testing.assert_allclose(found[i], expected, rtol=1e-4, atol=1e-6)


@pytest.mark.prop("P11.56", "the gradient in the inputs is its central differences")
@pytest.mark.parametrize("batch_norm", [False, True])
def test_input_gradients_of_one_network(subject, batch_norm):
    model, X, slopes = case(11, batch_norm)
    found = subject("acquisition.input_gradients")(model, X, slopes)
    for i, x in enumerate(X):
        expected = differences(lambda z, i=i: model.outputs(z[None])[0] @ slopes[i], x)
        np.testing.assert_allclose(found[i], expected, rtol=1e-5, atol=1e-7)


@pytest.mark.prop("P11.56", "the gradient in the inputs is its central differences")
@pytest.mark.parametrize("batch_norm", [False, True])
def test_input_gradients_of_the_embedding(subject, batch_norm):
    input_gradients = subject("acquisition.input_gradients")
    model, X, _ = case(11, batch_norm)
    slopes = np.random.default_rng(0).standard_normal((len(X), 3))
    found = input_gradients(model, X, slopes, of="embedding")
    for i, x in enumerate(X):
        expected = differences(lambda z, i=i: model.embed(z[None])[0] @ slopes[i], x)
        np.testing.assert_allclose(found[i], expected, rtol=1e-5, atol=1e-7)
    linear, X, _ = case(11, False, hidden=())  # here the embedding is the sample
    np.testing.assert_array_equal(input_gradients(linear, X, X, of="embedding"), X)


@pytest.mark.prop("P11.57", "samples do not see each other: rows permute with them")
@settings(max_examples=10)
@given(seed=strategies.seeds, batch_norm=st.booleans())
def test_rows_permute(subject, seed, batch_norm):
    model, X, slopes = case(seed, batch_norm)
    order = np.random.default_rng(seed).permutation(len(X))[:3]
    sample_gradients = subject("acquisition.sample_gradients")
    np.testing.assert_allclose(
        sample_gradients(model, X[order], slopes[order]),
        sample_gradients(model, X, slopes)[order],
        rtol=1e-9,
        atol=1e-12,
    )


@pytest.mark.prop("P11.57", "samples do not see each other: rows permute with them")
@settings(max_examples=10)
@given(seed=strategies.seeds, batch_norm=st.booleans())
def test_rows_of_input_gradients_permute(subject, seed, batch_norm):
    model, X, slopes = case(seed, batch_norm)
    order = np.random.default_rng(seed).permutation(len(X))[:3]
    input_gradients = subject("acquisition.input_gradients")
    np.testing.assert_allclose(
        input_gradients(model, X[order], slopes[order]),
        input_gradients(model, X, slopes)[order],
        rtol=1e-9,
        atol=1e-12,
    )


@pytest.mark.prop("I11.42", "slopes of another shape, and no model, are refused")
def test_bad_slopes(subject):
    sample_gradients = subject("acquisition.sample_gradients")
    model, X, slopes = case(0, False)
    with pytest.raises(ValueError, match="slopes"):
        sample_gradients(model, X, slopes[:, :2])
    with pytest.raises(ValueError, match="X"):
        sample_gradients(model, X[:, :2], slopes)
    with pytest.raises(ValueError, match="model"):
        sample_gradients(3, X, slopes)
    with pytest.raises(ValueError, match="of must be"):
        subject("acquisition.input_gradients")(model, X, slopes, of="loss")
    fresh, X, slopes = case(0, True)
    fresh.step(np.zeros(len(fresh.theta)))
    with pytest.raises(ValueError, match="statistics"):
        sample_gradients(fresh, X, slopes)
