"""Activations by their Hermite coefficients, and which kernels are definite."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.ntk import analytic_ntk, kernel_modes
from reference.ntk import hermite_coefficients as reference_coefficients
from reference.ntk import sphere_ntk as reference_sphere
from tests import strategies


def relu(z):
    return np.sqrt(2.0) * np.maximum(z, 0.0)


def polynomials_on_the_sphere(d, degree):
    """The dimension of all polynomials up to a degree, restricted to the sphere."""
    return math.comb(d + degree - 1, degree) + math.comb(d + degree - 2, degree - 1)


def directions(seed, n, d):
    return np.random.default_rng(seed).standard_normal((n, d))


@pytest.mark.prop("P15.9", "coefficients of polynomials, exponentials and ReLU")
def test_known_coefficients(subject):
    hermite_coefficients = subject("ntk.hermite_coefficients")
    k = np.arange(12)
    # E e^{g/2} h_k = e^{1/8} 2^{-k} / √k!, and z³ = √6 h₃ + 3 h₁.
    want = np.exp(0.125) * 0.5**k / np.sqrt([math.factorial(i) for i in k])
    np.testing.assert_allclose(
        hermite_coefficients(lambda z: np.exp(z / 2.0), 12), want, atol=1e-12
    )
    np.testing.assert_allclose(
        hermite_coefficients(lambda z: z**3, 5), [0, 3, 0, np.sqrt(6), 0], atol=1e-12
    )
    # ReLU, scaled: a_0 = 1/√π, a_1 = 1/√2, no other odd one.
    a = hermite_coefficients(relu, 40)
    np.testing.assert_allclose(a[:2], [1 / np.sqrt(np.pi), np.sqrt(0.5)], atol=1e-13)
    np.testing.assert_allclose(a[3::2], 0.0, atol=1e-12)
    assert (np.abs(a[2::2]) > 1e-4).all()
    # An activation that works in place.
    found = hermite_coefficients(lambda z: np.add(z, 1.0, out=z), 3)
    np.testing.assert_allclose(found, [1.0, 1.0, 0.0], atol=1e-12)
    # A step: E 1[g > 0] He_1 = 1/√(2π).
    found = hermite_coefficients(lambda z: z > 0, 3)
    np.testing.assert_allclose(found, [0.5, 1 / np.sqrt(2 * np.pi), 0.0], atol=1e-12)
    # a_2: E √2 max(g, 0)(g² - 1)/√2 = ½ (E|g|³ - E|g|) = ½ √(2/π).
    np.testing.assert_allclose(a[2], 0.5 * np.sqrt(2 / np.pi), atol=1e-13)


@pytest.mark.prop("P15.9", "Parseval: the squares of all coefficients sum to E φ²")
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_parseval(subject, seed):
    hermite_coefficients = subject("ntk.hermite_coefficients")
    c = np.random.default_rng(seed).standard_normal(7)
    a = hermite_coefficients(lambda z: np.polynomial.polynomial.polyval(z, c), 7)
    moments = [math.prod(range(2 * m - 1, 0, -2)) for m in range(7)]  # E g^{2m}
    square = np.convolve(c, c)
    want = sum(square[2 * m] * moments[m] for m in range(7))
    np.testing.assert_allclose((a**2).sum(), want, rtol=1e-10)


@pytest.mark.prop("P15.9", "the series with ReLU's coefficients is the closed form")
def test_series_of_relu(subject):
    sphere_ntk = subject("ntk.sphere_ntk")
    X = directions(0, 7, 3)
    rows = X / np.linalg.norm(X, axis=1)[:, None] * np.sqrt(3)
    got = sphere_ntk(X, reference_coefficients(relu, 64))
    off = ~np.eye(7, dtype=bool)
    # The tail of the series decays like k^{-3/2} at c = 1, geometrically elsewhere.
    cosines = np.abs(rows @ rows.T / 3)[off]
    bound = 0.02 * cosines**60 + 1e-12
    assert (np.abs(got - analytic_ntk(rows))[off] <= bound).all()
    want = 0.25 + 8.0 * (rows @ rows[:2].T / 3)
    np.testing.assert_allclose(sphere_ntk(X, [0.5, 2.0], X[:2]), want, atol=1e-12)


@pytest.mark.prop("P15.9", "a polynomial activation: the rank stops growing")
@settings(max_examples=10)
@given(seed=strategies.seeds, d=st.integers(2, 3), degree=st.integers(1, 3))
def test_polynomials_fail(subject, seed, d, degree):
    sphere_ntk = subject("ntk.sphere_ntk")
    most = polynomials_on_the_sphere(d, degree)
    K = sphere_ntk(directions(seed, most + 4, d), np.ones(degree + 1))
    values = np.linalg.eigvalsh(K)
    assert (values[:4] <= 1e-12 * values[-1]).all(), values
    # An even one loses half: for z² in the plane the rank is 3.
    K = sphere_ntk(directions(seed, 6, 2), [1.0, 0.0, np.sqrt(2.0)])
    values = np.linalg.eigvalsh(K)
    assert values[2] <= 1e-13 * values[-1] < values[3] * 1e-3, values


@pytest.mark.prop("P15.9", "infinitely many coefficients of both parities: definite")
def test_definite_without_opposites(subject):
    sphere_ntk = subject("ntk.sphere_ntk")
    angles = 2 * np.pi * np.arange(6) / 6
    hexagon = np.column_stack([np.cos(angles), np.sin(angles)])
    shifted = reference_coefficients(lambda z: np.exp(0.8 * z), 40)
    assert np.linalg.eigvalsh(sphere_ntk(hexagon, shifted))[0] > 1e-3


@pytest.mark.prop("P15.9", "ReLU, one layer, no bias: opposite points defeat it")
def test_opposite_points_are_singular(subject):
    analytic_ntk = subject("ntk.analytic_ntk")
    # f(x) - f(-x) is linear in x, so three pairs in the plane depend on each other.
    angles = 2 * np.pi * np.arange(6) / 6
    hexagon = np.column_stack([np.cos(angles), np.sin(angles)])
    values = np.linalg.eigvalsh(analytic_ntk(hexagon, depth=1))
    assert abs(values[0]) < 1e-15 < 1e-2 < values[1], values
    v = np.array([1.0, -1, 1, -1, 1, -1])  # x₁ - x₂ + x₃ = 0, and the opposites
    np.testing.assert_allclose(analytic_ntk(hexagon) @ v, 0.0, atol=1e-15)
    assert np.linalg.eigvalsh(analytic_ntk(hexagon, depth=2))[0] > 1e-2
    assert np.linalg.eigvalsh(analytic_ntk(hexagon[:5], depth=1))[0] > 1e-2


@pytest.mark.prop("P15.9", "ReLU's rank: lines + rank of the paired; deeper: rays")
@settings(max_examples=40)
@given(X=strategies.degenerate(max_columns=3))
def test_rank_by_directions(subject, X):
    analytic_ntk = subject("ntk.analytic_ntk")
    whole = [row.astype(int) for row in X if row.any()]
    rays = {tuple(row // np.gcd.reduce(row)) for row in whole}
    paired = [ray for ray in rays if tuple(-v for v in ray) in rays]
    lines = len(rays) - len(paired) // 2
    odd = int(np.linalg.matrix_rank(np.array(paired))) if paired else 0
    assert kernel_modes(analytic_ntk(X, depth=1)).rank == lines + odd
    for depth in (2, 3):
        assert kernel_modes(analytic_ntk(X, depth=depth)).rank == len(rays)


@pytest.mark.prop("P15.9", "different points on one ray: singular at any depth")
def test_rays_are_singular(subject):
    analytic_ntk = subject("ntk.analytic_ntk")
    X = np.array([[1.0, 2.0], [2.0, 4.0], [1.0, -1.0]])
    for depth in (1, 2, 5):
        values = np.linalg.eigvalsh(analytic_ntk(X, depth=depth))
        assert abs(values[0]) < 1e-15 * values[-1], values


def test_bad_input():
    with pytest.raises(ValueError, match=r"X must not have zero rows.*index 1"):
        reference_sphere([[1.0, 0.0], [0.0, 0.0]], [1.0])
    with pytest.raises(ValueError, match=r"Z must not have zero rows.*index 0"):
        reference_sphere([[1.0, 0.0]], [1.0], [[0.0, 0.0]])
    with pytest.raises(ValueError, match="coefficients"):
        reference_sphere([[1.0, 0.0]], [])


@pytest.mark.prop("I15.4", "activations of other shapes or infinite ones are refused")
def test_bad_activations(subject):
    hermite_coefficients = subject("ntk.hermite_coefficients")
    with pytest.raises(ValueError, match="activation"):
        hermite_coefficients(lambda z: z[:3], 2)
    with pytest.raises(ValueError, match="activation"):
        hermite_coefficients(lambda z: np.full_like(z, np.inf), 2)
    for words in ("a", None, 1j * np.ones(3)):
        with pytest.raises(ValueError, match="activation"):
            hermite_coefficients(lambda z, words=words: words, 2)
    with pytest.raises(ValueError, match="count"):
        hermite_coefficients(np.abs, 65)
