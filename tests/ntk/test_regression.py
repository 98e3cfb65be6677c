"""Kernel regression: its equations, its limits, and kernels that are singular."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.ntk import analytic_ntk
from reference.ntk import kernel_regression as reference_regression
from tests import strategies


def kernel(seed, n, rank=None):
    A = np.random.default_rng(seed).standard_normal((n, rank or n + 2))
    return A @ A.T


@pytest.mark.prop("P15.10", "coefficients solve (Θ + reg I) α = y; predictions follow")
@settings(max_examples=20)
@given(
    seed=strategies.seeds, n=st.integers(1, 7), reg=st.sampled_from([0.01, 0.3, 5.0])
)
def test_ridge(subject, seed, n, reg):
    kernel_regression = subject("ntk.kernel_regression")
    rng = np.random.default_rng(seed)
    K, y = kernel(seed, n), rng.standard_normal((n, 2))
    want = np.linalg.solve(K + reg * np.eye(n), y)
    fit = kernel_regression(K, y, reg)
    np.testing.assert_allclose(fit.coefficients, want, rtol=1e-8, atol=1e-10)
    np.testing.assert_allclose(fit.fitted, K @ want, rtol=1e-8, atol=1e-8)
    one = kernel_regression(K, y[:, 0], reg)
    np.testing.assert_allclose(one.coefficients, want[:, 0], rtol=1e-8, atol=1e-10)


@pytest.mark.prop("P15.10", "the ridge minimises its objective")
def test_the_objective(subject):
    kernel_regression = subject("ntk.kernel_regression")
    K, y = kernel(3, 5), np.random.default_rng(3).standard_normal(5)

    def objective(a):
        return 0.5 * ((K @ a - y) ** 2).sum() + 0.5 * 0.7 * a @ K @ a

    best = kernel_regression(K, y, 0.7).coefficients
    for move in 1e-3 * np.vstack([np.eye(5), -np.eye(5)]):
        assert objective(best) < objective(best + move)


@pytest.mark.prop("P15.10", "without a ridge it interpolates")
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_interpolation(subject, seed):
    kernel_regression = subject("ntk.kernel_regression")
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((6, 4)), rng.standard_normal(6)
    K = analytic_ntk(X, depth=2)
    fit = kernel_regression(K, y)
    np.testing.assert_allclose(K @ fit.coefficients, y, atol=1e-9)
    np.testing.assert_allclose(fit.fitted, y, atol=1e-9)


# Row 0 twice, once with each label.
TWICE = analytic_ntk([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]])


@pytest.mark.prop("P15.10", "a singular kernel is refused, or fits what can be reached")
def test_repeated_rows(subject):
    kernel_regression = subject("ntk.kernel_regression")
    y = np.array([3.0, 1.0, 1.0])
    with pytest.raises(ValueError, match="kernel has rank 2 of 3"):
        kernel_regression(TWICE, y)
    fit = kernel_regression(TWICE, y, when_singular="least_norm")
    np.testing.assert_allclose(fit.fitted, [2.0, 2.0, 1.0], rtol=1e-12)
    np.testing.assert_allclose(TWICE @ fit.coefficients, [2.0, 2.0, 1.0], rtol=1e-12)
    np.testing.assert_allclose(fit.coefficients[0], fit.coefficients[1], rtol=1e-12)
    assert fit.rank == 2
    # A ridge that rounding cannot tell from none is none: coefficients of size 1/reg
    # would have to cancel in every prediction.
    with pytest.raises(ValueError, match="give a reg above"):
        kernel_regression(TWICE, y, 1e-20)
    tiny = kernel_regression(TWICE, y, 1e-20, when_singular="least_norm")
    np.testing.assert_allclose(tiny.coefficients, fit.coefficients, rtol=1e-12)
    ridge = kernel_regression(TWICE, y, 0.5).coefficients  # on the zero mode as well
    np.testing.assert_allclose(TWICE @ ridge + 0.5 * ridge, y, rtol=1e-12)
    # The limit of small ridges, on the samples.
    small = kernel_regression(TWICE, y, 1e-9)
    np.testing.assert_allclose(small.fitted, fit.fitted, atol=1e-8)


@pytest.mark.prop("P15.10", "coefficients that overflow are refused")
@pytest.mark.parametrize(("size", "reg"), [(1e-310, 0.0), (0.0, 5e-324)])
def test_coefficients_that_overflow(subject, size, reg):
    kernel_regression = subject("ntk.kernel_regression")
    with pytest.raises(ValueError, match="large enough for finite coefficients"):
        kernel_regression(size * np.eye(2), [1.0, 2.0], reg)


def test_prediction_and_bad_input():
    fit = reference_regression(np.diag([2.0, 4.0]), [2.0, 8.0])
    np.testing.assert_allclose(fit.predict([[1.0, 1.0], [0.0, 3.0]]), [3.0, 6.0])
    with pytest.raises(ValueError, match=r"cross needs shape \(n, 2\)"):
        fit.predict([[1.0]])
    with pytest.raises(ValueError, match="y needs shape"):
        reference_regression(np.eye(2), [1.0])
    with pytest.raises(ValueError, match="reg must lie in"):
        reference_regression(np.eye(2), [1.0, 2.0], -1.0)
    with pytest.raises(ValueError, match="when_singular"):
        reference_regression(np.eye(2), [1.0, 2.0], when_singular="ignore")
    zero = reference_regression(np.zeros((2, 2)), [1.0, 2.0], 0.5)
    np.testing.assert_allclose(zero.fitted, [0.0, 0.0])


@pytest.mark.prop(
    "P15.18", "permutations from k basis vectors: the signs of all inputs"
)
@pytest.mark.parametrize("k", [2, 3, 5, 8])
def test_permutations(subject, k):
    kernel_regression = subject("ntk.kernel_regression")
    order = np.random.default_rng(k).permutation(k)
    E = np.eye(k)
    inputs = np.array([[i >> j & 1 for j in range(k)] for i in range(1, 2**k)], float)
    fit = kernel_regression(analytic_ntk(E), E[:, order])
    found = fit.predict(analytic_ntk(inputs, E))
    want = inputs[:, order]
    ones = inputs.sum(axis=1, keepdims=True)
    assert (found[want == 1] > 0.3).all(), found[want == 1].min()
    many = np.broadcast_to(ones > 1, want.shape)
    assert (found[(want == 0) & many] < 0.0).all(), found[(want == 0) & many].max()
    np.testing.assert_allclose(
        found[ones[:, 0] == 1], want[ones[:, 0] == 1], atol=1e-12
    )
