"""Properties of sampled convex programs against CVXPY and their neighbours."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.common import NotConverged
from reference.convex_relu import fit_convex_relu, nonconvex_objective
from tests import strategies
from tests.admm.oracle import lasso

LOSSES = ("squared", "logistic", "hinge")


def targets(rng, n, loss):
    y = rng.choice([-1.0, 1.0], n)
    return y + rng.standard_normal(n) if loss == "squared" else y


@pytest.mark.prop("P7.14", "the output weights solve the lasso of the drawn neurons")
@given(
    X=strategies.any_data(max_rows=8, max_columns=3),
    seed=strategies.seeds,
    N=st.integers(1, 12),
    reg=st.sampled_from([0.05, 0.5]),
    loss=st.sampled_from(LOSSES),
)
@settings(max_examples=30)
def test_outputs_solve_the_lasso(subject, X, seed, N, reg, loss):
    fit_sampled = subject("admm.fit_sampled")
    rng = np.random.default_rng(seed)
    y = targets(rng, len(X), loss)
    fit = fit_sampled(X, y, N, reg, rng=rng, loss=loss, tol=1e-5)
    assert np.linalg.norm(fit.neurons, axis=1) == pytest.approx(1.0)
    assert fit.neurons.shape == (N, X.shape[1])
    H = np.array([[max(x @ w, 0.0) for w in fit.neurons] for x in X])
    f = H @ fit.output
    cost = {
        "squared": 0.5 * ((f - y) ** 2).sum(),
        "logistic": np.logaddexp(0, -y * f).sum(),
        "hinge": np.maximum(0, 1 - y * f).sum(),
    }[loss]
    assert fit.objective == pytest.approx(cost + reg * np.abs(fit.output).sum())
    assert fit.fitted == pytest.approx(f, abs=1e-10)
    best = lasso(H, y, reg, loss)
    assert best - 1e-6 <= fit.objective <= best + fit.gap + 1e-6
    zero = {"squared": 0.5 * y @ y, "logistic": len(y) * np.log(2), "hinge": len(y)}
    assert fit.gap <= 1e-5 * zero[loss] + 1e-12


@pytest.mark.prop("P7.14", "the network has these outputs and this objective")
@given(X=strategies.general_position(), seed=strategies.seeds)
@settings(max_examples=15)
def test_network_has_the_objective(subject, X, seed):
    fit_sampled = subject("admm.fit_sampled")
    rng = np.random.default_rng(seed)
    y = rng.standard_normal(len(X))
    fit = fit_sampled(X, y, 6, 0.1, rng=rng)
    assert fit.network(X) == pytest.approx(fit.fitted, abs=1e-9)
    assert nonconvex_objective(fit.network, X, y, 0.1) == pytest.approx(fit.objective)


@pytest.mark.prop("P7.15", "of any number of neurons at most n are used")
@given(X=strategies.any_data(max_rows=6, max_columns=3), seed=strategies.seeds)
@settings(max_examples=15)
def test_at_most_n_neurons_are_used(subject, X, seed):
    fit_sampled = subject("admm.fit_sampled")
    rng = np.random.default_rng(seed)
    fit = fit_sampled(X, rng.standard_normal(len(X)), 40, 0.01, rng=rng)
    assert np.count_nonzero(fit.output) <= len(X)


@pytest.mark.prop("P7.5", "more neurons of the same draw never raise the value")
@given(seed=strategies.seeds, loss=st.sampled_from(LOSSES))
@settings(max_examples=15)
def test_value_falls_with_more_neurons(subject, seed, loss):
    fit_sampled = subject("admm.fit_sampled")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((8, 2))
    y = targets(rng, 8, loss)
    fits = [
        fit_sampled(X, y, N, 0.3, rng=np.random.default_rng(seed), loss=loss, tol=1e-4)
        for N in (3, 8, 20)
    ]
    for few, many in itertools.pairwise(fits):
        assert many.neurons[: len(few.neurons)] == pytest.approx(few.neurons)
        assert many.objective <= few.objective + few.gap + many.gap + 1e-9


@pytest.mark.prop("P7.5", "full program <= their patterns' program <= sampled neurons")
@given(seed=strategies.seeds)
@settings(max_examples=10)
def test_sandwich_of_values(subject, seed):
    fit_sampled = subject("admm.fit_sampled")
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((8, 2)), rng.standard_normal(8)
    sampled = fit_sampled(X, y, 10, 0.2, rng=rng)
    gates = Patterns(sampled.neurons @ X.T >= 0, sampled.neurons)
    own = fit_convex_relu(X, y, gates, 0.2, tol=1e-8)
    full = fit_convex_relu(X, y, enumerate_patterns(X), 0.2, tol=1e-8)
    assert full.objective <= own.objective + 1e-6 * (y @ y)
    assert own.objective <= sampled.objective + 1e-6 * (y @ y)


@pytest.mark.prop("P7.15", "a neuron lowers the value iff it violates |nu'h| <= reg")
@given(seed=strategies.seeds, loss=st.sampled_from(["squared", "logistic"]))
@settings(max_examples=20)
def test_dual_predicts_improvement(subject, seed, loss):
    fit_sampled = subject("admm.fit_sampled")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((6, 2))
    y = targets(rng, 6, loss)
    fit = fit_sampled(X, y, 5, 0.2, rng=rng, tol=1e-7, loss=loss)
    slope = y - fit.fitted if loss == "squared" else y / (1 + np.exp(y * fit.fitted))
    assert fit.dual == pytest.approx(slope, abs=1e-3)
    H = np.maximum(X @ fit.neurons.T, 0)
    before = lasso(H, y, 0.2, loss)
    for _ in range(4):
        w = rng.standard_normal(2)
        h = np.maximum(X @ w / np.linalg.norm(w), 0)
        drop = before - lasso(np.column_stack([H, h]), y, 0.2, loss)
        excess = abs(fit.dual @ h) - 0.2
        assert drop <= 1e-5 or excess > 0
        assert drop > 1e-9 or excess < 2e-2


@pytest.mark.prop("P7.15", "the dual is feasible for the drawn neurons, worth its gap")
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("n, reg", [(1, 0.01), (1, 0.2), (1, 3.0), (7, 0.01), (7, 0.5)])
def test_dual_is_feasible(subject, loss, n, reg):
    # An iterate's multipliers as they are may exceed λ by much: 16 λ for one sample.
    fit_sampled = subject("admm.fit_sampled")
    rng = np.random.default_rng(n)
    X, y = rng.standard_normal((n, 2)), targets(rng, n, loss)
    fit = fit_sampled(X, y, 12, reg, rng=rng, loss=loss, tol=1e-5)
    products = np.maximum(X @ fit.neurons.T, 0.0).T @ fit.dual
    assert np.abs(products).max() <= reg * (1 + 1e-12)
    a = y * fit.dual
    if loss != "squared":
        assert ((a >= 0) & (a <= 1)).all()
    inner = a[(a > 0) & (a < 1)]
    worth = {
        "squared": lambda: y @ fit.dual - 0.5 * fit.dual @ fit.dual,
        "logistic": lambda: -(inner @ np.log(inner) + (1 - inner) @ np.log(1 - inner)),
        "hinge": lambda: a.sum(),
    }[loss]()
    assert worth == pytest.approx(fit.objective - fit.gap, abs=1e-9)


@pytest.mark.prop("P7.14", "short of the tolerance it raises, with its best fit")
def test_not_converged(subject):
    fit_sampled = subject("admm.fit_sampled")
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((20, 3)), rng.standard_normal(20)
    with pytest.raises(NotConverged, match="gap") as caught:
        y = np.sign(y)
        fit_sampled(X, y, 50, 0.01, rng=rng, loss="hinge", tol=1e-14, max_iter=10)
    assert caught.value.state.gap > 0


@pytest.mark.prop("P7.14", "it advises what would help: no iterations for the square")
def test_advice(subject):
    fit_sampled = subject("admm.fit_sampled")
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((20, 3)), rng.standard_normal(20)
    with pytest.raises(NotConverged, match="raise tol, or take state"):
        fit_sampled(X, y, 50, 0.01, rng=rng, tol=1e-17)


@pytest.mark.prop("I7.7", "bad input is refused by name")
@pytest.mark.parametrize(
    "change, named",
    [
        ({"y": [1.0]}, "y"),
        ({"num_neurons": 0}, "num_neurons"),
        ({"num_neurons": 2.5}, "num_neurons"),
        ({"reg": -1.0}, "reg"),
        ({"rng": 3}, "rng"),
        ({"loss": "huber"}, "loss"),
        ({"tol": 0.0}, "tol"),
        ({"max_iter": 0}, "max_iter"),
        ({"y": [1.0, 0.5], "loss": "logistic"}, "y"),
    ],
)
def test_bad_input_is_named(subject, change, named):
    fit_sampled = subject("admm.fit_sampled")
    arguments = {
        "X": np.eye(2), "y": [1.0, -1.0], "num_neurons": 3, "reg": 0.5,
        "rng": np.random.default_rng(0), **change,
    }  # fmt: skip
    with pytest.raises(ValueError, match=named):
        fit_sampled(**arguments)
