"""Properties of softmax and of the losses with their slopes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import logsumexp

from reference.acquisition import sample_losses as reference_losses
from tests import strategies
from tests.acquisition.networks import differences


@pytest.mark.prop("P11.40", "softmax: rows >= 0 that sum to 1, in the scores' order")
@given(X=strategies.any_data(), scale=st.sampled_from([1e-12, 1.0, 700.0, 1e12]))
def test_softmax_is_a_distribution(subject, X, scale):
    p = subject("acquisition.softmax")(scale * X)
    assert p.shape == X.shape
    assert (p >= 0).all()
    np.testing.assert_allclose(p.sum(axis=1), 1.0, rtol=1e-12)
    exact = scale * X - logsumexp(scale * X, axis=1, keepdims=True)
    np.testing.assert_allclose(p, np.exp(exact), rtol=1e-9, atol=1e-300)


@pytest.mark.prop("P11.41", "a constant added to a row of scores changes nothing")
@given(X=strategies.any_data(), shift=st.sampled_from([-1e4, -3.0, 0.5, 800.0, 1e6]))
def test_softmax_and_losses_do_not_see_a_shift(subject, X, shift):
    softmax = subject("acquisition.softmax")
    np.testing.assert_allclose(softmax(X + shift), softmax(X), rtol=1e-6)


@pytest.mark.prop("P11.41", "a constant added to a row of scores changes nothing")
@given(X=strategies.any_data(), shift=st.sampled_from([-1e4, -3.0, 0.5, 800.0, 1e6]))
def test_losses_do_not_see_a_shift(subject, X, shift):
    sample_losses = subject("acquisition.sample_losses")
    y = np.arange(len(X)) % X.shape[1]
    for found, expected in zip(
        sample_losses(X + shift, y), sample_losses(X, y), strict=True
    ):
        np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-8)


@pytest.mark.prop("P11.42", "the cross-entropy is the log-sum-exp minus the own score")
@given(X=strategies.any_data(), scale=st.sampled_from([1e-9, 1.0, 1e9]))
def test_cross_entropy(subject, X, scale):
    y = np.arange(len(X))[::-1] % X.shape[1]
    losses, slopes = subject("acquisition.sample_losses")(scale * X, y)
    expected = logsumexp(scale * X, axis=1) - scale * X[np.arange(len(X)), y]
    np.testing.assert_allclose(losses, expected, rtol=1e-9, atol=1e-15)
    np.testing.assert_allclose(slopes.sum(axis=1), 0.0, atol=1e-12)
    assert (slopes[np.arange(len(X)), y] <= 0).all()


@pytest.mark.prop("P11.42", "the squared loss is half the squared distance, in a row")
@given(X=strategies.any_data(), seed=strategies.seeds)
def test_squared_loss(subject, X, seed):
    sample_losses = subject("acquisition.sample_losses")
    Y = np.random.default_rng(seed).standard_normal(X.shape)
    losses, slopes = sample_losses(X, Y, task="regression")
    expected = [0.5 * float((x - y) @ (x - y)) for x, y in zip(X, Y, strict=True)]
    np.testing.assert_allclose(losses, expected, rtol=1e-12)
    np.testing.assert_allclose(slopes, X - Y)
    flat = sample_losses(X[:, :1], Y[:, 0], task="regression")
    np.testing.assert_allclose(flat[0], 0.5 * (X[:, 0] - Y[:, 0]) ** 2)


@pytest.mark.prop("P11.43", "slopes are the central differences of the losses")
@pytest.mark.parametrize("task", ["classification", "regression"])
@given(X=strategies.general_position(max_rows=4), seed=strategies.seeds)
def test_slopes_are_differences(subject, X, seed, task):
    sample_losses = subject("acquisition.sample_losses")
    rng = np.random.default_rng(seed)
    y = rng.integers(0, X.shape[1], len(X))
    y = y if task == "classification" else rng.standard_normal(X.shape)
    for i, x in enumerate(X):
        one = y[i : i + 1]
        slope = differences(
            lambda f, one=one: reference_losses(f, one, task=task)[0], x[None]
        )
        np.testing.assert_allclose(
            sample_losses(X, y, task=task)[1][i], slope[0], atol=1e-7
        )


@pytest.mark.prop("I11.40", "labels outside 0..C-1 and other tasks are refused")
def test_bad_labels(subject):
    sample_losses = subject("acquisition.sample_losses")
    for y in ([2], [-1], [0.5], [np.nan], [0, 1]):
        with pytest.raises(ValueError, match=r"\by\b"):
            sample_losses([[1.0, 2.0]], y)
    with pytest.raises(ValueError, match="task"):
        sample_losses([[1.0, 2.0]], [0], task="ranking")
    with pytest.raises(ValueError, match=r"\by\b"):
        sample_losses([[1.0, 2.0]], [0.0], task="regression")
