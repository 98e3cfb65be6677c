"""Properties of primal-dual training of a network."""

import copy

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.acquisition import Mlp
from reference.common import NotConverged
from reference.primal_dual import pdcl as reference_pdcl
from tests import strategies

RATE = 0.3


def problem(seed, task="classification"):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((9, 3))
    if task == "classification":
        return X, rng.integers(0, 3, 9), (3, 5, 3)
    return X, rng.standard_normal(9), (3, 5, 1)


def network(sizes, task, batch_size=9, **settings):
    rng = np.random.default_rng(7)
    return Mlp(
        sizes, rng=rng, task=task, step_size=0.05, batch_size=batch_size, **settings
    )


def losses_of(model, X, y):
    """The loss of every sample, from the outputs alone."""
    f = model.outputs(X)
    if model.task == "regression":
        return 0.5 * (f[:, 0] - y) ** 2
    odds = np.exp(f - f.max(axis=1, keepdims=True))
    return -np.log(odds[np.arange(len(y)), y] / odds.sum(axis=1))


tasks = st.sampled_from(["classification", "regression"])


@pytest.mark.prop("P13.11", "full batches: the rounds are those of the algorithm's box")
@settings(max_examples=10)
@given(seed=strategies.seeds, task=tasks, steps=st.integers(1, 2))
def test_full_batches(subject, seed, task, steps):
    pdcl = subject("primal_dual.pdcl")
    X, y, sizes = problem(seed, task)
    epsilon = np.random.default_rng(seed).uniform(0.1, 0.8, 9)
    answer = pdcl(
        network(sizes, task), X, y, epsilon, rounds=4, primal_steps=steps,
        dual_rate=RATE,
    )  # fmt: skip
    twin, duals = network(sizes, task), np.zeros(9)
    for _ in range(4):
        for _ in range(steps):
            twin.step(twin.loss_and_gradient(X, y, 1.0 + duals)[1] / 9)
        slacks = losses_of(twin, X, y) - epsilon
        duals = np.maximum(duals + RATE * slacks, 0.0)
    np.testing.assert_allclose(answer.model.theta, twin.theta, atol=1e-9)
    np.testing.assert_allclose(answer.duals, duals, atol=1e-9)
    np.testing.assert_allclose(answer.slacks, slacks, atol=1e-9)
    np.testing.assert_allclose(answer.objective, (slacks + epsilon).mean(), atol=1e-9)
    last = answer.history[-1]
    assert len(answer.history) == 4
    np.testing.assert_allclose(last["slack"], slacks.max(), atol=1e-9)
    np.testing.assert_allclose(last["dual"], duals.mean(), atol=1e-9)
    assert last["above"] == (slacks > 0).sum()


@pytest.mark.prop(
    "P13.11", "mini-batches: every sample once a pass, with its own weight"
)
def test_mini_batches(subject):
    pdcl = subject("primal_dual.pdcl")
    X, y, sizes = problem(3)
    twin, duals = network(sizes, "classification", batch_size=4), np.zeros(9)
    answer = pdcl(
        network(sizes, "classification", batch_size=4), X, y, 0.2, rounds=3,
        primal_steps=2, dual_rate=RATE,
    )  # fmt: skip
    for _ in range(3):
        for _ in range(2):
            for part in np.array_split(twin.rng.permutation(9), 3):
                slope = twin.loss_and_gradient(X[part], y[part], 1.0 + duals[part])[1]
                twin.step(slope / len(part))
        duals = np.maximum(duals + RATE * (losses_of(twin, X, y) - 0.2), 0.0)
    np.testing.assert_allclose(answer.model.theta, twin.theta, atol=1e-9)
    np.testing.assert_allclose(answer.duals, duals, atol=1e-9)


@pytest.mark.prop("P13.11", "the network that came in stays as it was")
def test_the_argument_is_copied(subject):
    pdcl = subject("primal_dual.pdcl")
    X, y, sizes = problem(0)
    model = network(sizes, "classification")
    before, state = model.theta.copy(), model.rng.bit_generator.state
    first = pdcl(model, X, y, 0.2, rounds=2)
    np.testing.assert_array_equal(model.theta, before)
    assert model.rng.bit_generator.state == state
    again = pdcl(model, X, y, 0.2, rounds=2)
    np.testing.assert_array_equal(first.model.theta, again.model.theta)


@pytest.mark.prop("P13.11", "another loss in the bounds: shifted copies, own answers")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_another_bounded_loss(subject, seed):
    pdcl = subject("primal_dual.pdcl")
    X, y, sizes = problem(seed)
    epsilon = 0.4

    def shifted(model, X, y):
        return X + 0.5, model.predict(X)

    answer = pdcl(
        network(sizes, "classification"), X, y, epsilon, constraint_loss=shifted,
        rounds=3, dual_rate=RATE,
    )  # fmt: skip
    twin, duals = network(sizes, "classification"), np.zeros(9)
    for _ in range(3):
        slope = twin.loss_and_gradient(X, y)[1]
        if duals.any():
            slope += twin.loss_and_gradient(X + 0.5, twin.predict(X), duals)[1]
        twin.step(slope / 9)
        slacks = losses_of(twin, X + 0.5, twin.predict(X)) - epsilon
        duals = np.maximum(duals + RATE * slacks, 0.0)
    np.testing.assert_allclose(answer.duals, duals, atol=1e-9)
    np.testing.assert_allclose(answer.slacks, slacks, atol=1e-9)
    np.testing.assert_allclose(answer.objective, losses_of(twin, X, y).mean())


@pytest.mark.prop("P13.11", "classes may come as floats, as truth values, in a list")
@pytest.mark.parametrize("kind", [float, bool, np.int8, list])
def test_classes_of_any_kind(subject, kind):
    pdcl = subject("primal_dual.pdcl")
    X, _, sizes = problem(0)
    y = np.arange(9) % 2
    want = pdcl(network(sizes, "classification"), X, y, 0.2, rounds=2)
    same = y.tolist() if kind is list else y.astype(kind)
    found = pdcl(network(sizes, "classification"), X, same, 0.2, rounds=2)
    np.testing.assert_array_equal(found.duals, want.duals)


@pytest.mark.prop("P13.5", "a bound that a network cannot meet is reported, and grows")
def test_impossible_bounds_are_reported(subject):
    pdcl = subject("primal_dual.pdcl")
    X = np.array([[0.0], [0.0], [1.0]])  # the first two disagree
    y = np.array([0, 1, 0])
    model = network((1, 4, 2), "classification")
    answer = pdcl(model, X, y, 0.3, rounds=60, dual_rate=RATE)
    assert answer.history[-1]["unmet"] >= 1
    means = [record["dual"] for record in answer.history]
    assert means[-1] - means[-21] > 0.8 * (means[-21] - means[-41]) > 0.1
    kind = pdcl(model, X, y, 5.0, rounds=60, dual_rate=RATE)
    assert kind.history[-1]["unmet"] == 0
    assert not kind.duals.any()
    assert np.isinf(kind.residual)


@pytest.mark.prop("P13.11", "a training that leaves the finite numbers says so")
@pytest.mark.parametrize("task", ["classification", "regression"])
@pytest.mark.parametrize("step_size", [1e60, 1e300])
def test_numbers_that_are_not_finite(subject, task, step_size):
    pdcl = subject("primal_dual.pdcl")
    X, y, sizes = problem(0, task)
    model = network(sizes, task)
    model.optimizer.step_size = step_size
    if task == "classification" and step_size < 1e100:
        assert np.isfinite(pdcl(model, X, y, 0.1, rounds=9).duals).all()  # large only
        return
    with pytest.raises(NotConverged, match="step_size"):
        pdcl(model, X, y, 0.1, rounds=9)


@pytest.mark.prop("P13.11", "batch norm predicts with moments of all the data")
def test_batch_norm(subject):
    pdcl = subject("primal_dual.pdcl")
    X, y, sizes = problem(1)
    answer = pdcl(
        network(sizes, "classification", batch_size=4, batch_norm=True), X, y, 0.2,
        rounds=2,
    )  # fmt: skip
    twin = copy.deepcopy(answer.model)
    twin.calibrate(X)
    slacks = losses_of(twin, X, y) - 0.2
    np.testing.assert_allclose(answer.slacks, slacks, atol=1e-9)


def test_records_reach_the_callback_and_bad_arguments_are_named():
    X, y, sizes = problem(0)
    model, seen = network(sizes, "classification"), []
    answer = reference_pdcl(model, X, y, 0.2, rounds=3, callback=seen.append)
    assert seen == answer.history
    for wrong, name in (
        ({"loss": "squared"}, "loss"),
        ({"mode": "converged"}, "mode"),
        ({"constraint_loss": "margin"}, "constraint_loss"),
        ({"rounds": 0}, "rounds"),
        ({"dual_rate": -1.0}, "dual_rate"),
        ({"primal_steps": 0}, "primal_steps"),
    ):
        with pytest.raises(ValueError, match=name):
            reference_pdcl(model, X, y, 0.2, **wrong)
    with pytest.raises(ValueError, match="epsilon"):
        reference_pdcl(model, X, y, [0.1, 0.2])
    with pytest.raises(ValueError, match="y"):
        reference_pdcl(model, X, y + 9, 0.2)
