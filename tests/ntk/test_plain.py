"""Properties of the plain kernels and plain training, by hand and by other routes."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.ntk import analytic_ntk as robust_ntk
from reference.ntk import descent_coefficients
from tests import strategies
from tests.ntk.oracle import (
    away_from_kinks,
    difference_jacobian,
    mlp_of,
    mlp_signals,
)


@pytest.mark.prop("P15.15", "two orthogonal rows, by hand", stage="plain")
def test_plain_kernel_by_hand(subject):
    plain_ntk = subject("ntk.plain_ntk")
    X = np.array([[1.0, 0.0], [0.0, 2.0]])
    kept = X.copy()
    # Lengths 1 and 2, d = 2: κ₁(0) = 1/π beside the linear part 0.
    np.testing.assert_allclose(
        plain_ntk(X), [[1.0, 1 / np.pi], [1 / np.pi, 4.0]], atol=1e-7
    )
    # One layer on: c = 1/π; Θ = κ₁(c) + (1/π) κ₀(c).
    c = 1 / np.pi
    angle = np.arccos(c)
    kappa_1 = (np.sin(angle) + (np.pi - angle) * c) / np.pi
    want = kappa_1 + c * (1 - angle / np.pi)
    np.testing.assert_allclose(plain_ntk(X, 2), [[1.5, want], [want, 6.0]], atol=1e-7)
    np.testing.assert_array_equal(X, kept)


@pytest.mark.prop("P15.15", "the plain kernel is the limit's", stage="plain")
@settings(max_examples=20)
@given(seed=strategies.seeds, n=st.integers(2, 6), depth=st.integers(1, 4))
def test_plain_kernel_is_the_robust_one(subject, seed, n, depth):
    plain_ntk = subject("ntk.plain_ntk")
    X = np.random.default_rng(seed).standard_normal((n, 4))
    want = robust_ntk(X, depth=depth)
    np.testing.assert_allclose(plain_ntk(X, depth), want, atol=1e-6 * want.max())


@pytest.mark.prop("P15.2", "plain trace kernel = finite differences", stage="plain")
@settings(max_examples=10)
@given(seed=strategies.seeds, sizes=st.sampled_from([(2, 3), (3, 5, 2), (2, 4, 3, 3)]))
def test_plain_trace_kernel(subject, seed, sizes):
    plain_trace_ntk = subject("ntk.plain_trace_ntk")
    model = mlp_of(sizes, seed)
    X = np.random.default_rng(seed + 1).standard_normal((4, sizes[0]))
    if not away_from_kinks(mlp_signals(model, X)):
        return
    start = model.theta.copy()

    def outputs(theta):
        model.theta[:] = theta
        return model.outputs(X)

    jacobian = difference_jacobian(outputs, start)
    model.theta[:] = start
    want = np.einsum("ikp,jkp->ij", jacobian, jacobian)
    np.testing.assert_allclose(plain_trace_ntk(model, X), want, rtol=1e-4, atol=1e-4)


@pytest.mark.prop("P15.15", "two steps with a constant kernel, by hand", stage="plain")
def test_plain_descent_by_hand(subject):
    plain_kernel_descent = subject("ntk.plain_kernel_descent")
    y = np.array([8.0, 4.0])
    # e = (8, 4): Θe = (20, 16), a tenth of it; then e = (6, 2.4): Θe = (14.4, 10.8).
    found = plain_kernel_descent(np.array([[2.0, 1.0], [1.0, 2.0]]), y, 0.1, 2)
    np.testing.assert_allclose(found, [[0, 0], [2.0, 1.6], [3.44, 2.68]])
    np.testing.assert_array_equal(y, [8.0, 4.0])


@pytest.mark.prop("P15.11", "plain steps and eigenmodes agree", stage="plain")
@settings(max_examples=15)
@given(seed=strategies.seeds, n=st.integers(1, 6), steps=st.integers(0, 30))
def test_plain_descent_by_modes(subject, seed, n, steps):
    plain_kernel_descent = subject("ntk.plain_kernel_descent")
    rng = np.random.default_rng(seed)
    A = rng.standard_normal((n, n + 1))
    K, y = A @ A.T, rng.standard_normal(n)
    step = 1.5 / np.linalg.eigvalsh(K)[-1]
    found = plain_kernel_descent(K, y, step, steps)
    assert found.shape == (steps + 1, n)
    alpha = descent_coefficients(K, y, np.arange(steps + 1), step=step)
    np.testing.assert_allclose(found, alpha @ K, atol=1e-9 * (1 + np.abs(y).max()))
