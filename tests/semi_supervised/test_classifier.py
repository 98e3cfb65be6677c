"""FixMatch as a model of chapter 11's loop."""

import copy

import numpy as np
import pytest

from reference.acquisition import Mlp, margin, run_active_learning
from reference.semi_supervised import (
    ImageViews,
    NoiseViews,
    SemiSupervised,
    fixmatch,
)


def clouds():
    rng = np.random.default_rng(0)
    X = np.vstack([rng.normal(-2, 1, (40, 2)), rng.normal(2, 1, (40, 2))])
    return X, np.repeat([0, 1], 40)


def classifier(X):
    return SemiSupervised(
        Mlp((2, 6, 2), rng=np.random.default_rng(1)), X, views=NoiseViews(0.1, 0.5),
        rng=np.random.default_rng(2), steps=20,
    )  # fmt: skip


def test_it_can_be_trained_by_the_loop():
    X, y = clouds()
    run = run_active_learning(
        X, lambda i: int(y[i]), margin, classifier(X), budget=5, initial=[0, 40],
        batch=2, rng=np.random.default_rng(3),
    )  # fmt: skip
    np.testing.assert_array_equal(run.counts, [2, 4, 5])
    assert run.model.embed(X).shape == (80, 6)
    assert run.model.predict_proba(X).shape == (80, 2)


def test_every_fit_starts_anew_with_the_same_draws():
    X, y = clouds()
    model = classifier(X)
    first = model.fit(X[[0, 40]], y[[0, 40]]).model.theta.copy()
    model.fit(X[[1, 41, 42]], y[[1, 41, 42]])
    again = model.fit(X[[0, 40]], y[[0, 40]]).model.theta
    np.testing.assert_array_equal(first, again)
    twin = copy.deepcopy(model)
    np.testing.assert_array_equal(twin.fit(X[[0, 40]], y[[0, 40]]).model.theta, first)
    assert twin.pool is model.pool


def test_it_is_fixmatch_from_new_parameters():
    X, y = clouds()
    model = classifier(X).fit(X[[0, 40]], y[[0, 40]])
    rng = np.random.default_rng(2)
    fresh = Mlp((2, 6, 2), rng=np.random.default_rng(1)).clone(rng)
    run = fixmatch(
        fresh, X[[0, 40]], y[[0, 40]], X, views=NoiseViews(0.1, 0.5), rng=rng, steps=20
    )
    np.testing.assert_array_equal(model.model.theta, run.model.theta)
    np.testing.assert_array_equal(model.classes_, [0, 1])
    assert model.num_classes == 2


def test_bad_pools_are_refused_by_name():
    with pytest.raises(ValueError, match="X_unlabeled"):
        classifier(np.zeros((3, 5)))
    with pytest.raises(ValueError, match="model"):
        SemiSupervised(
            3, np.zeros((3, 2)), views=NoiseViews(0, 1), rng=np.random.default_rng(0)
        )
    with pytest.raises(ValueError, match="views"):
        SemiSupervised(
            Mlp((2, 2), rng=np.random.default_rng(0)), np.zeros((3, 2)), views=3,
            rng=np.random.default_rng(0),
        )  # fmt: skip


def test_bad_views_are_refused_by_name():
    for bad in ("a", -1.0, float("nan")):
        with pytest.raises(ValueError, match="weak"):
            NoiseViews(bad, 1.0)
        with pytest.raises(ValueError, match="strong"):
            NoiseViews(0.1, bad)
    for views in (NoiseViews(0.1, 0.2), ImageViews((1, 2))):
        for view in (views.weak, views.strong):
            with pytest.raises(ValueError, match="X"):
                view(3, np.random.default_rng(0))
            with pytest.raises(ValueError, match="rng"):
                view(np.ones((2, 2)), 0)
            assert view([[1.0, 2.0]], np.random.default_rng(0)).shape == (1, 2)
