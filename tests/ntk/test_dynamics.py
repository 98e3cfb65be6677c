"""Training with a constant kernel: eigenmodes against steps and an ODE solver."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.integrate import solve_ivp
from scipy.linalg import expm

from reference.ntk import descent_coefficients as reference_descent
from reference.ntk import fastest_step as reference_fastest
from reference.ntk import flow_coefficients as reference_flow
from reference.ntk import kernel_regression, plain_kernel_descent
from tests import strategies


def kernel(seed, n, rank=None):
    A = np.random.default_rng(seed).standard_normal((n, rank or n + 1))
    return A @ A.T


@pytest.mark.prop(
    "P15.11", "gradient flow is the solution of its differential equation"
)
@settings(max_examples=10)
@given(seed=strategies.seeds, n=st.integers(1, 5))
def test_flow(subject, seed, n):
    flow_coefficients = subject("ntk.flow_coefficients")
    K, e = kernel(seed, n), np.random.default_rng(seed + 1).standard_normal(n)
    K = K / np.linalg.eigvalsh(K)[-1]
    times = np.array([0.0, 0.1, 1.0, 5.0])
    alpha = flow_coefficients(K, e, times)
    for t, a in zip(times, alpha, strict=True):
        np.testing.assert_allclose(e - K @ a, expm(-t * K) @ e, atol=1e-10)
    # The coefficients themselves: their speed is the residual.
    path = solve_ivp(lambda t, a: e - K @ a, (0, 5.0), np.zeros(n), t_eval=times,
                     rtol=1e-9, atol=1e-10)  # fmt: skip
    np.testing.assert_allclose(alpha, path.y.T, atol=1e-7)


@pytest.mark.prop("P15.11", "gradient descent in closed form is gradient descent")
@settings(max_examples=20)
@given(seed=strategies.seeds, n=st.integers(1, 6), part=st.floats(0.05, 1.95))
def test_descent(subject, seed, n, part):
    descent_coefficients = subject("ntk.descent_coefficients")
    K, y = kernel(seed, n), np.random.default_rng(seed + 1).standard_normal(n)
    step = part / np.linalg.eigvalsh(K)[-1]
    counts = np.array([0, 1, 2, 17])
    alpha = descent_coefficients(K, y, counts, step=step)
    steps = plain_kernel_descent(K, y, step, 17)[counts]
    np.testing.assert_allclose(alpha @ K, steps, atol=1e-10 * (1 + np.abs(y).max()))
    a = np.zeros(n)
    for _ in range(17):
        a = a + step * (y - K @ a)
    np.testing.assert_allclose(alpha[-1], a, rtol=1e-8, atol=1e-9 * np.abs(a).max())


@pytest.mark.prop("P15.11", "modes with tiny eigenvalues keep their digits")
def test_tiny_eigenvalues(subject):
    descent_coefficients = subject("ntk.descent_coefficients")
    flow_coefficients = subject("ntk.flow_coefficients")
    # (1 - (1 - ηλ)^t)/λ by its textbook formula is 0/λ for ηλ below 1e-16.
    K = np.diag([1.0, 3e-15, 1.0])
    K[2, 2] = 0.0
    got = descent_coefficients(K, np.ones(3), [10], step=0.05)[0]
    np.testing.assert_allclose(got[1:], [0.5, 0.5], rtol=1e-12)
    np.testing.assert_allclose(got[0], 1 - 0.95**10, rtol=1e-13)
    got = flow_coefficients(K, np.ones(3), [0.5])[0]
    np.testing.assert_allclose(got, [1 - np.exp(-0.5), 0.5, 0.5], rtol=1e-12)


@pytest.mark.prop("P15.4", "‖e₊‖² ≤ (1 - ηλ_min)² ‖e‖² for steps up to 1/λ_max")
@settings(max_examples=20)
@given(seed=strategies.seeds, n=st.integers(1, 6), part=st.floats(0.01, 1.0))
def test_residual_bound(subject, seed, n, part):
    descent_coefficients = subject("ntk.descent_coefficients")
    K, e = kernel(seed, n), np.random.default_rng(seed + 1).standard_normal(n)
    values = np.linalg.eigvalsh(K)
    step = part / values[-1]
    counts = np.arange(6)
    left = e - descent_coefficients(K, e, counts, step=step) @ K
    squares = (left**2).sum(axis=1)
    rate = (1 - step * values[0]) ** 2
    assert (squares[1:] <= rate * squares[:-1] + 1e-13 * squares[0]).all(), squares
    # It is attained by the mode of λ_min.
    slow = np.linalg.eigh(K)[1][:, 0]
    left = slow - descent_coefficients(K, slow, [1], step=step)[0] @ K
    np.testing.assert_allclose(left @ left, rate, rtol=1e-9, atol=1e-12)


@pytest.mark.prop("P15.4", "the best step: 2/(λ_min + λ_max), ((κ-1)/(κ+1))²")
@settings(max_examples=20)
@given(seed=strategies.seeds, n=st.integers(2, 6))
def test_fastest_step(subject, seed, n):
    fastest_step = subject("ntk.fastest_step")
    K = kernel(seed, n)
    step, rate = fastest_step(K)
    values, vectors = np.linalg.eigh(K)

    def worst(s):
        return max((1 - s * values[0]) ** 2, (1 - s * values[-1]) ** 2)

    np.testing.assert_allclose(worst(step), rate, rtol=1e-9)
    assert worst(step) <= min(worst(0.999 * step), worst(1.001 * step))
    kappa = values[-1] / values[0]
    np.testing.assert_allclose(rate, ((kappa - 1) / (kappa + 1)) ** 2, rtol=1e-7)
    for size in (1e-300, 1.2e308):  # of the largest eigenvalue
        found = fastest_step(size * (K / values[-1]))
        np.testing.assert_allclose(found[0] * size, step * values[-1], rtol=1e-7)
        np.testing.assert_allclose(found[1], rate, rtol=1e-7)
    both = vectors[:, 0] + vectors[:, -1]
    left = both - step * K @ both
    np.testing.assert_allclose(left @ left / 2, rate, rtol=1e-9)


@pytest.mark.prop("P15.16", "λ_max, not λ_min, bounds the step")
def test_the_largest_eigenvalue_bounds_the_step(subject):
    descent_coefficients = subject("ntk.descent_coefficients")
    low, high = np.diag([1.0, 10.0]), np.diag([1.0, 100.0])  # the same λ_min
    e, many = np.ones(2), [1000]
    left = e - low @ descent_coefficients(low, e, many, step=0.19)[0]
    assert np.abs(left).max() < 1e-12
    with pytest.raises(ValueError, match=r"step must be below 2/λ_max = 0\.02"):
        descent_coefficients(high, e, many, step=0.021)
    assert np.abs(plain_kernel_descent(high, e, 0.021, 300)).max() > 1e10
    left = e - high @ descent_coefficients(high, e, many, step=0.019)[0]
    assert np.abs(left).max() < 1e-8
    # More λ_min and a smaller stable step at once: multiply the kernel by five.
    with pytest.raises(ValueError, match="step must be below 2/λ_max"):
        descent_coefficients(5.0 * low, e, many, step=0.19)


@pytest.mark.prop("P15.16", "leading modes first: early stopping is close to a ridge")
def test_leading_modes_first(subject):
    flow_coefficients = subject("ntk.flow_coefficients")
    values = np.array([0.01, 0.1, 1.0, 10.0])
    K, e = np.diag(values), np.ones(4)
    for t in (0.3, 1.0, 30.0):
        learned = K @ flow_coefficients(K, e, [t])[0]
        assert (np.diff(learned) > -1e-12).all(), learned
        ridge = kernel_regression(K, e, 1.0 / t).fitted
        # x/(1+x) ≤ 1 - e^{-x}, and never more than 0.204 apart, at x = 2.513.
        assert (learned >= ridge - 1e-12).all()
        assert (learned - ridge < 0.204).all()
    learned = flow_coefficients([[2.513]], [1.0], [1.0])[0] * 2.513
    assert learned - kernel_regression([[2.513]], [1.0], 1.0).fitted > 0.2035


def test_bad_input():
    K, e = np.diag([1.0, 2.0]), [1.0, 1.0]
    with pytest.raises(ValueError, match=r"residual needs shape \(2,\)"):
        reference_flow(K, [1.0], [1.0])
    with pytest.raises(ValueError, match="times must not be negative"):
        reference_flow(K, e, [-1.0])
    with pytest.raises(ValueError, match="counts must hold whole numbers"):
        reference_descent(K, e, [1.5], step=0.1)
    with pytest.raises(ValueError, match="counts must not be negative"):
        reference_descent(K, e, [-1], step=0.1)
    with pytest.raises(ValueError, match=r"step must lie in \(0"):
        reference_descent(K, e, [1], step=0.0)
    with pytest.raises(ValueError, match="kernel must not be zero"):
        reference_fastest(np.zeros((2, 2)))
    with pytest.raises(ValueError, match="kernel must not be zero"):
        reference_fastest([[1e-310]])
    assert reference_fastest([[1.0, 1.0], [1.0, 1.0]]) == (1.0, 1.0)
