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
@pytest.mark.parametrize("sharp, seed", [(20, 9), (30, 9), (30, 19), (40, 8), (40, 19)])
def test_nearly_sure_rows(subject, sharp, seed):
    refine_tensor = subject("cifar_scale.refine_tensor")
    rng = np.random.default_rng(seed)
    y = softmax(sharp * rng.standard_normal((20, 4)), axis=1)
    c = rng.dirichlet(np.full(4, 3.0)) * 20
    x = refine_tensor(*as_tensors(y, c)).numpy()
    np.testing.assert_allclose(x.sum(0), c, atol=2.1e-7)


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
