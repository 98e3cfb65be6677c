"""Properties of the network that is fitted under bounds."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.acquisition import Mlp, random_picks, run_active_learning
from reference.ally import BoundedMlp as Reference
from reference.primal_dual import pdcl
from tests import strategies


def data(seed, task):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((11, 3))
    if task == "classification":
        return X, rng.integers(0, 3, 11), (3, 5, 3)
    return X, rng.standard_normal(11), (3, 5, 1)


@pytest.mark.prop("P14.8", "a fit is chapter 13's training from new parameters")
@settings(max_examples=8)
@given(seed=strategies.seeds, task=st.sampled_from(["classification", "regression"]),
       norm=st.booleans())  # fmt: skip
def test_a_fit_is_primal_dual(subject, seed, task, norm):
    fit_bounded_mlp = subject("ally.fit_bounded_mlp")
    X, y, sizes = data(seed, task)
    common = {"task": task, "batch_norm": norm, "batch_size": 4, "step_size": 0.02}
    train = {"rounds": 5, "primal_steps": 2, "dual_rate": 0.3}
    model = fit_bounded_mlp(
        X, y, sizes, epsilon=0.3, rng=np.random.default_rng(seed), **train, **common
    )
    twin = Mlp(sizes, rng=np.random.default_rng(seed), **common)
    twin.restart(twin.rng)
    answer = pdcl(twin, X, y, 0.3, **train)
    np.testing.assert_array_equal(model.duals, answer.duals)
    np.testing.assert_array_equal(model.slacks, answer.slacks)
    np.testing.assert_array_equal(model.theta, answer.model.theta)
    np.testing.assert_array_equal(model.outputs(X), answer.model.outputs(X))
    np.testing.assert_array_equal(model.losses, [h["loss"] for h in answer.history])


@pytest.mark.prop("P14.8", "it is an Mlp to the loop: copies train alone")
def test_in_the_loop(subject):
    fit_bounded_mlp = subject("ally.fit_bounded_mlp")
    X, y, sizes = data(0, "classification")
    model = fit_bounded_mlp(
        X, y, sizes, epsilon=0.2, rounds=2, rng=np.random.default_rng(0)
    )
    before = model.theta.copy()
    run = run_active_learning(
        X, lambda i: int(y[i]), random_picks, model, budget=8, initial=4, batch=2,
        rng=np.random.default_rng(1),
    )  # fmt: skip
    assert run.model.duals.shape == (8,)
    assert model.duals.shape == (11,)
    np.testing.assert_array_equal(model.theta, before)
    twin = copy.deepcopy(run.model)
    np.testing.assert_array_equal(twin.predict(X), run.model.predict(X))
    fresh = run.model.clone(np.random.default_rng(5))
    assert fresh.duals is None
    assert fresh.epsilon == 0.2
    assert run.model.duals is not None, "the clone changed its model"


@pytest.mark.prop("P14.13", "a bound above all losses: every dual is exactly zero")
def test_a_large_bound(subject):
    fit_bounded_mlp = subject("ally.fit_bounded_mlp")
    X, y, sizes = data(0, "classification")
    model = fit_bounded_mlp(
        X, y, sizes, epsilon=1e6, rounds=3, rng=np.random.default_rng(0)
    )
    np.testing.assert_array_equal(model.duals, 0.0)


def test_bad_arguments_are_named():
    rng = np.random.default_rng(0)
    for wrong in (
        {"epsilon": 0.0}, {"rounds": 0}, {"primal_steps": 0}, {"dual_rate": -1.0},
    ):  # fmt: skip
        (name,) = wrong
        with pytest.raises(ValueError, match=name):
            Reference((3, 5, 3), rng=rng, **{"epsilon": 0.2} | wrong)
    X, y, sizes = data(0, "classification")
    model = Reference(sizes, epsilon=0.2, rng=rng)
    with pytest.raises(ValueError, match="weights"):
        model.fit(X, y, np.ones(11))
    with pytest.raises(ValueError, match="y"):
        model.fit(X, y + 5)
