"""DARP by Newton: marginals, NumPy's twin, Sinkhorn, SLSQP, and what cannot be met."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize
from scipy.special import entr, softmax

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference.common import NotConverged
from reference.semi_supervised import refine


def problem(seed, n=None, C=None, sharp=2.0):
    rng = np.random.default_rng(seed)
    n, C = n or int(rng.integers(4, 30)), C or int(rng.integers(2, 5))
    y = softmax(sharp * rng.standard_normal((n, C)), axis=1)
    c = rng.dirichlet(np.full(C, 3.0)) * n
    return y, c


def as_tensors(*arrays):
    return [torch.as_tensor(a) for a in arrays]


@pytest.mark.prop(
    "P18.7", "rows sum to one, columns to the totals, nothing is negative"
)
@settings(max_examples=30)
@given(seed=st.integers(0, 10**6), sharp=st.sampled_from([0.1, 2.0, 8.0]))
def test_marginals(subject, seed, sharp):
    refine_tensor = subject("cifar_scale.refine_tensor")
    y, c = problem(seed, sharp=sharp)
    x = refine_tensor(*as_tensors(y, c)).numpy()
    np.testing.assert_allclose(x.sum(1), 1.0, atol=1e-12)
    np.testing.assert_allclose(x.sum(0), c, atol=1.1e-8 * len(y))
    assert x.min() >= 0.0


@pytest.mark.prop("P18.7", "the twin gives the answers of NumPy's refine")
@settings(max_examples=10)
@given(seed=st.integers(0, 10**6))
def test_it_is_the_twin_of_refine(subject, seed):
    refine_tensor = subject("cifar_scale.refine_tensor")
    y, c = problem(seed, n=12, C=3)
    w = np.random.default_rng(seed).uniform(0.5, 4.0, 12)
    for weights in (None, w):
        twin = None if weights is None else torch.as_tensor(weights)
        got = refine_tensor(*as_tensors(y, c), weights=twin).numpy()
        expected = refine(y, c, weights=weights)
        np.testing.assert_allclose(got, expected, atol=1e-6)


@pytest.mark.prop("P18.7", "no feasible point is closer")
@pytest.mark.parametrize("seed", range(3))
def test_the_objective_is_that_of_slsqp(subject, seed):
    refine_tensor = subject("cifar_scale.refine_tensor")
    y, c = problem(seed, n=4, C=3)
    w = 1.0 / entr(y).sum(1)

    def distance(x):
        x = x.reshape(4, 3)
        return float((w[:, None] * (x * np.log(x / y))).sum())

    got = refine_tensor(*as_tensors(y, c)).numpy()
    found = minimize(
        distance, got.ravel() * 0.9 + 0.1 / 3, method="SLSQP", bounds=[(1e-9, 1)] * 12,
        constraints=[
            {"type": "eq", "fun": lambda x: x.reshape(4, 3).sum(1) - 1.0},
            {"type": "eq", "fun": lambda x: (x.reshape(4, 3).sum(0) - c)[:2]},
        ],
        options={"maxiter": 500, "ftol": 1e-12},
    )  # fmt: skip
    assert distance(got.ravel()) <= found.fun + 1e-6


@pytest.mark.prop("P18.7", "equal weights give Sinkhorn's scaling of rows and columns")
def test_equal_weights_are_sinkhorn(subject):
    refine_tensor = subject("cifar_scale.refine_tensor")
    y, c = problem(3, n=9, C=4)
    x = y.copy()
    for _ in range(2000):
        x = x * (c / x.sum(0))
        x = x / x.sum(1, keepdims=True)
    got = refine_tensor(
        *as_tensors(
            y,
            c,
        ),
        weights=torch.full((9,), 2.0),
    ).numpy()
    np.testing.assert_allclose(got, x, atol=1e-7)


@pytest.mark.prop("P18.7", "right totals change nothing; sure rows do not move")
def test_fixed_points(subject):
    refine_tensor = subject("cifar_scale.refine_tensor")
    y, _ = problem(5, n=8, C=3)
    (same,) = as_tensors(y)
    torch.testing.assert_close(refine_tensor(same, same.sum(0)), same)
    y[0] = [0.0, 1.0, 0.0]
    y[1, 0], y[1] = 0.0, [0.0, 0.5, 0.5]
    total = y.sum(0) + np.array([0.3, -0.2, -0.1])
    got = refine_tensor(*as_tensors(y, total)).numpy()
    np.testing.assert_array_equal(got[0], y[0])
    assert got[1, 0] == 0.0  # what is impossible stays so
    weights = torch.ones(8)
    weights[3] = torch.inf
    got = refine_tensor(*as_tensors(y, total), weights=weights).numpy()
    np.testing.assert_allclose(got[3], y[3], atol=1e-15)


@pytest.mark.prop("P18.7", "nearly sure rows are warmed up: cold Newton goes astray")
@pytest.mark.parametrize("logits, shares", [
    ([[-0.6, -53.5, -41.8, 58.0], [-21.6, -84.2, -23.2, 0.0]], [22, 336, 556, 86]),
    ([[-11.3, 106.2, 103.2, 51.3], [19.9, 68.3, -8.4, -5.7]], [608, 51, 315, 26]),
    ([[51.1, -1.6, -11.6, 2.6], [-52.5, 6.8, 31.3, -0.7]], [141, 123, 160, 576]),
    ([[0.2, 1.3, 5.2, -27.5], [-8.8, 4.7, 32.8, -7.3]], [77, 30, 76, 817]),
])  # fmt: skip
def test_nearly_sure_rows(subject, logits, shares):
    refine_tensor = subject("cifar_scale.refine_tensor")
    y, c = softmax(logits, axis=1), np.array(shares) / 500.0
    x = refine_tensor(*as_tensors(y, c)).numpy()
    np.testing.assert_allclose(x.sum(0), c, atol=2.1e-8)
    np.testing.assert_allclose(x, refine(y, c), atol=1e-5)


@pytest.mark.prop("P18.7", "sure rows alone are warmed up, as in chapter 17")
def test_sure_rows_alone(subject):
    refine_tensor = subject("cifar_scale.refine_tensor")
    y = np.array([[7e-7, 0.9973423, 0.002657, 6e-9], [5e-20, 4e-16, 0.9999997, 3e-7]])
    y /= y.sum(axis=1, keepdims=True)
    c = np.array([0.45, 0.55, 0.25, 0.75])
    x = refine_tensor(*as_tensors(y, c)).numpy()
    prices = np.log(x[:, [0, 1, 3]] / y[:, [0, 1, 3]]) / entr(y).sum(1)[:, None]
    prices -= prices[:, :1]  # of class 2 the first row keeps nothing
    np.testing.assert_allclose(prices[0], prices[1], rtol=1e-5)
    np.testing.assert_allclose(x, refine(y, c), atol=1e-6)


@pytest.mark.prop("P18.7", "a class that no row thinks of does not stop the others")
@pytest.mark.parametrize("logits", [
    [0.0, -91.9, -32.5, -52.2, -49.9, -45.1], [-5.9, 0.0, -11.5, -23.8, -15.1, -25.8]
])  # fmt: skip
def test_classes_far_away(subject, logits):
    refine_tensor = subject("cifar_scale.refine_tensor")
    y = np.repeat(softmax([logits], axis=1), 29, axis=0)  # one row, 29 times
    c = np.array([4.4, 2.2, 3.0, 18.6, 0.8 - 1e-8, 1e-8])
    x = refine_tensor(*as_tensors(y, c)).numpy()
    np.testing.assert_allclose(x, np.repeat([c / 29], 29, axis=0), atol=1e-7)


@pytest.mark.prop("P18.7", "totals without room are an error, not an answer")
def test_no_room(subject):
    refine_tensor = subject("cifar_scale.refine_tensor")
    sure = torch.eye(2, dtype=torch.float64)
    with pytest.raises(NotConverged, match="class_totals"):
        refine_tensor(sure, torch.tensor([0.5, 1.5]))
    y = torch.tensor([[0.5, 0.5], [0.2, 0.8]])
    x = refine_tensor(y, torch.tensor([0.8, 1.2]))
    with pytest.raises(NotConverged, match="missed"):
        refine_tensor(y, torch.tensor([0.8, 1.2]), max_iter=1, tol=1e-12)
    assert x.dtype == torch.float64


@pytest.mark.prop("I18.7", "wrong sums, shapes and signs are refused by name")
def test_bad_input(subject):
    refine_tensor = subject("cifar_scale.refine_tensor")
    y, c = as_tensors(*problem(0, n=5, C=3))
    for name, arguments in [
        ("class_totals", {"class_totals": 1.1 * c}),
        ("class_totals", {"class_totals": c[:2]}),
        ("class_totals", {"class_totals": c - 2.0 * c[0]}),
        ("pseudo_labels", {"pseudo_labels": 0.5 * y}),
        ("pseudo_labels", {"pseudo_labels": y + torch.tensor([[1.0, -1.0, 0.0]])}),
        ("weights", {"weights": torch.zeros(5)}),
        ("weights", {"weights": torch.ones(4)}),
    ]:
        with pytest.raises(ValueError, match=name):
            refine_tensor(**{"pseudo_labels": y, "class_totals": c} | arguments)
