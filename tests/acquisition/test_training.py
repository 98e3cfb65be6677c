"""Properties of training: where it ends, what it sees, that it repeats."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import logsumexp

from reference.acquisition.training import batches
from reference.common import NotConverged
from tests import strategies


def linear(seed, classes=3, n=12, d=2):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    return X, rng.integers(0, classes, n), rng.uniform(0.5, 2.0, n)


def softmax_regression(X, y, w, classes, reg):
    """The optimal scores, by BFGS on the objective as the page states it."""
    d = X.shape[1]
    Z = np.column_stack([X, np.ones(len(X))])

    def objective(v):
        F = Z @ v.reshape(d + 1, classes)
        losses = logsumexp(F, axis=1) - F[np.arange(len(y)), y]
        return w @ losses + 0.5 * reg * w.sum() * (v[: d * classes] ** 2).sum()

    v = minimize(objective, np.zeros((d + 1) * classes), tol=1e-10).x
    return Z @ v.reshape(d + 1, classes)


@pytest.mark.prop(
    "P11.58", "a network without hidden layers reaches the convex optimum"
)
@settings(max_examples=3)
@given(seed=st.integers(0, 99))
def test_softmax_regression(subject, seed):
    X, y, w = linear(seed)
    model = subject("acquisition.fit_mlp")(
        X, y, (2, 3), weights=w, rng=np.random.default_rng(seed), reg=0.1,
        step_size=0.02, batch_size=12, max_iter=1500, tol=0.0,
    )  # fmt: skip
    F = softmax_regression(X, y, w, 3, 0.1)
    expected = np.exp(F - logsumexp(F, axis=1, keepdims=True))
    np.testing.assert_allclose(model.predict_proba(X), expected, atol=2e-3)


@pytest.mark.prop(
    "P11.58", "a network without hidden layers reaches the convex optimum"
)
def test_ridge_regression(subject):
    X, _, w = linear(1)
    y = np.random.default_rng(2).standard_normal((len(X), 2))
    model = subject("acquisition.fit_mlp")(
        X, y, (2, 2), weights=w, rng=np.random.default_rng(0), reg=0.3,
        task="regression", step_size=0.02, batch_size=12, max_iter=1500, tol=0.0,
    )  # fmt: skip
    Z = np.column_stack([X, np.ones(len(X))])
    ridge = 0.3 * w.sum() * np.diag([1.0, 1.0, 0.0])
    v = np.linalg.solve(Z.T @ (w[:, None] * Z) + ridge, Z.T @ (w[:, None] * y))
    np.testing.assert_allclose(model.predict(X), Z @ v, atol=2e-3)


@pytest.mark.prop(
    "P11.59", "the same generator gives the same network, another another"
)
@given(seed=strategies.seeds, dropout=st.sampled_from([0.0, 0.3]))
@settings(max_examples=8)
def test_training_repeats(subject, seed, dropout):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, w = linear(seed)

    def trained(number):
        return fit_mlp(
            X, y, (2, 5, 3), weights=w, rng=np.random.default_rng(number),
            dropout=dropout, batch_norm=True, max_iter=3, batch_size=5,
        ).theta  # fmt: skip

    np.testing.assert_array_equal(trained(seed), trained(seed))
    assert not np.allclose(trained(seed), trained(seed + 1))


@pytest.mark.prop("P11.60", "every sample is seen in every pass, the last batch too")
def test_all_samples_are_seen(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    # One sample in each coordinate, no decay: a coordinate never seen never moves.
    n = 7
    X, y = np.eye(n), np.arange(n, dtype=float) + 1.0
    for size in (1, 2, 3, 5, 7, 100):

        def first(passes, size=size):
            return fit_mlp(
                X, y, (n, 1), rng=np.random.default_rng(0), task="regression",
                batch_size=size, max_iter=passes, step_size=0.1,
            )  # fmt: skip

        moved = first(1).theta - first(0).theta
        assert (np.abs(moved[:n]) > 1e-3).all(), f"batches of {size}: {moved}"
        steps = -(-n // size)
        assert first(2).optimizer.steps == 2 * steps


@pytest.mark.prop("P11.60", "every sample is seen in every pass, the last batch too")
def test_the_order_is_random(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, first = np.eye(4), 10.0 * np.ones(4), set()
    for seed in range(30):
        before, after = (
            fit_mlp(
                X, y, (4, 1), rng=np.random.default_rng(seed), task="regression",
                batch_size=1, max_iter=passes, step_size=0.1,
            ).theta
            for passes in (0, 1)
        )  # fmt: skip
        # The sample that came first has moved its own coordinate in four steps.
        first.add(int((after - before)[:4].argmax()))
    assert first == {0, 1, 2, 3}


@pytest.mark.prop("P11.61", "samples of weight 0 are not there")
def test_weight_zero_is_absence(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X, y, w = linear(4)
    w[[0, 5, 7]] = 0.0
    settings = {"batch_norm": True, "batch_size": 4, "max_iter": 20, "reg": 0.01}
    fits = [
        fit_mlp(
            X[k],
            y[k],
            (2, 6, 3),
            weights=w[k],
            rng=np.random.default_rng(0),
            **settings,
        )
        for k in (np.arange(len(X)), w > 0)
    ]
    np.testing.assert_allclose(
        fits[0].predict_proba(X), fits[1].predict_proba(X), rtol=1e-6
    )
    X[0] = 1e9  # wherever such a sample is
    far = fit_mlp(X, y, (2, 6, 3), weights=w, rng=np.random.default_rng(0), **settings)
    np.testing.assert_allclose(
        far.predict_proba(X[1:]), fits[1].predict_proba(X[1:]), rtol=1e-6
    )


@pytest.mark.prop("P11.62", "training stops after the first pass that is good enough")
@pytest.mark.parametrize(
    "task, unit", [("classification", 1.0), ("regression", 1.0), ("regression", 1e3)]
)
def test_early_stopping(subject, task, unit):
    fit_mlp = subject("acquisition.fit_mlp")
    X = np.linspace(-1.0, 1.0, 20)[:, None]
    y = (X[:, 0] > 0).astype(float) if task == "classification" else X[:, 0]
    guess = np.log(2.0)
    if task == "regression":
        y = unit * y
        guess = 0.5 * y.var()
    model = fit_mlp(
        X, y, (1, 20, 2 if task == "classification" else 1), task=task, tol=0.1,
        rng=np.random.default_rng(0), max_iter=3000, step_size=0.01 * unit,
    )  # fmt: skip
    assert len(model.losses) < 3000
    assert model.losses[-1] <= 0.1 * guess
    assert (np.array(model.losses[:-1]) > 0.1 * guess).all()


@pytest.mark.prop("P11.63", "the losses noted are means, with weights")
def test_losses_are_weighted_means(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X = np.ones((6, 1))
    y = np.array([1.0, 2.0, 3.0, 0.0, 0.0, 0.0])
    w = np.array([1.0, 1.0, 4.0, 0.0, 0.0, 0.0])
    # Steps of 1e-12: the model stays what it was, a constant.
    model = fit_mlp(
        X, y, (1, 1), weights=w, rng=np.random.default_rng(3), task="regression",
        step_size=1e-12, batch_size=2, max_iter=2, reg=7.0, tol=0.0,
    )  # fmt: skip
    f = model.predict(X)
    expected = w @ (0.5 * (f - y) ** 2) / w.sum()
    np.testing.assert_allclose(model.losses, [expected, expected], rtol=1e-9)


@pytest.mark.prop("I11.43", "training that leaves the finite numbers says so")
def test_divergence_is_an_error(subject):
    fit_mlp = subject("acquisition.fit_mlp")
    X = 1e200 * np.random.default_rng(0).standard_normal((5, 2))
    with pytest.raises(NotConverged, match="standardise"):
        fit_mlp(
            X, X[:, 0], (2, 3, 1), rng=np.random.default_rng(0), task="regression",
            step_size=1e200,
        )  # fmt: skip


def test_batches_are_a_partition():
    for n in (1, 2, 7, 32, 33):
        for size in (1, 2, 3, 32, 100):
            parts = batches(n, size, np.random.default_rng(0))
            assert sorted(np.concatenate(parts)) == list(range(n))
            lengths = [len(p) for p in parts]
            assert max(lengths) <= size
            assert max(lengths) - min(lengths) <= 1
