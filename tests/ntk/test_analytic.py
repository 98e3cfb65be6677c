"""The kernels of infinitely wide networks, to rounding, on any rows."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.ntk import analytic_nngp as reference_nngp
from reference.ntk import analytic_ntk as reference_ntk
from reference.ntk import plain_ntk as reference_plain
from tests import strategies
from tests.ntk.oracle import decimal_kernels

EPS = np.finfo(float).eps


@st.composite
def awkward_pairs(draw):
    """Two rows: in general position, on one line or almost, opposite, zero, scaled."""
    rng = np.random.default_rng(draw(strategies.seeds))
    d = draw(st.integers(1, 4))
    x = rng.standard_normal(d)
    kind = draw(st.sampled_from(["any", "line", "near", "small integers"]))
    if kind == "any":
        z = rng.standard_normal(d)
    elif kind == "line":
        z = rng.choice([-3.0, -1.0, 1.0, 7.0]) * x
    elif kind == "near":
        apart = 10.0 ** -draw(st.integers(1, 16))
        z = rng.choice([-1.0, 1.0]) * x + apart * rng.standard_normal(d)
    else:
        x, z = rng.integers(-2, 3, (2, d)).astype(float)
    scales = 10.0 ** rng.integers(-12, 13, 2)
    return x * scales[0], z * scales[1]


def assert_to_rounding(got, want, x, z, depth):
    size = np.linalg.norm(x) * np.linalg.norm(z) / len(x)
    assert abs(got - want) <= 16 * EPS * (depth + 1) * size, (got, want, x, z)


@pytest.mark.prop("P15.1", "the tangent kernel in 50 digits, on awkward rows")
@settings(max_examples=60)
@given(pair=awkward_pairs(), depth=st.integers(0, 5))
def test_tangent_kernel_in_many_digits(subject, pair, depth):
    analytic_ntk = subject("ntk.analytic_ntk")
    x, z = pair
    want, _ = decimal_kernels(x, z, depth)
    got = analytic_ntk(x[None], z[None], depth=depth)[0, 0]
    assert_to_rounding(got, want, x, z, depth)


@pytest.mark.prop("P15.1", "the kernel of the outputs in 50 digits, on awkward rows")
@settings(max_examples=60)
@given(pair=awkward_pairs(), depth=st.integers(0, 5))
def test_output_kernel_in_many_digits(subject, pair, depth):
    analytic_nngp = subject("ntk.analytic_nngp")
    x, z = pair
    _, want = decimal_kernels(x, z, depth)
    got = analytic_nngp(x[None], z[None], depth=depth)[0, 0]
    assert_to_rounding(got, want, x, z, depth)


@pytest.mark.prop("P15.1", "plain and robust agree on rows in general position")
@settings(max_examples=20)
@given(X=strategies.general_position(max_columns=4), depth=st.integers(1, 4))
def test_agrees_with_plain(subject, X, depth):
    analytic_ntk = subject("ntk.analytic_ntk")
    X = X[:, : max(2, X.shape[1])] if X.shape[1] > 1 else np.hstack([X, X**2 + 1])
    K = analytic_ntk(X, depth=depth)
    np.testing.assert_allclose(K, reference_plain(X, depth), atol=1e-6 * K.max())


# Where the plain recursion fails: half of the digits lost on a line, 0/0 at zero.
ON_A_LINE = np.array([[0.1, 0.3, 0.7], [0.3, 0.9, 2.1], [0.2, 0.1, -0.4]])
WITH_ZERO = np.array([[1.0, 2.0], [0.0, 0.0]])


@pytest.mark.prop("P15.7", "multiples of a row and zero rows make it singular")
def test_rows_on_a_line_and_zero_rows(subject):
    analytic_ntk = subject("ntk.analytic_ntk")
    for depth in (1, 2, 3):
        K = analytic_ntk(ON_A_LINE, depth=depth)
        np.testing.assert_allclose(3.0 * K[0], K[1], rtol=1e-15)
        plain = reference_plain(ON_A_LINE, depth)
        assert not np.allclose(3.0 * plain[0], plain[1], rtol=1e-10), "no rescue needed"
        K = analytic_ntk(WITH_ZERO, depth=depth)
        assert (K[1] == 0.0).all()
        np.testing.assert_allclose(K[0, 0], 2.5 * (depth + 1), rtol=1e-15)
        with np.errstate(all="ignore"):
            assert np.isnan(reference_plain(WITH_ZERO, depth)).any()


@pytest.mark.prop("P15.7", "opposite rows: no common unit, so one layer's kernel is 0")
def test_opposite_rows(subject):
    analytic_ntk = subject("ntk.analytic_ntk")
    x = np.array([[0.3, -1.7, 0.2]])
    assert analytic_ntk(x, -3.0 * x, depth=1)[0, 0] == 0.0
    # One layer further the outputs' cosine is κ₁(0) = 1/π, and no path of gradients
    # through the first layer is common.
    want = 3.0 * (x @ x.T)[0, 0] / 3 / np.pi
    np.testing.assert_allclose(analytic_ntk(x, -3.0 * x, depth=2), want, rtol=1e-15)


@pytest.mark.prop("P15.3", "symmetric and positive semidefinite; rows may be permuted")
@settings(max_examples=25)
@given(X=strategies.any_data(), depth=st.integers(0, 4), seed=strategies.seeds)
def test_a_kernel(subject, X, depth, seed):
    analytic_ntk = subject("ntk.analytic_ntk")
    K = analytic_ntk(X, depth=depth)
    np.testing.assert_array_equal(K, K.T)
    values = np.linalg.eigvalsh(K)
    assert values[0] >= -50 * EPS * max(values[-1], 1e-300), values
    order = np.random.default_rng(seed).permutation(len(X))
    tolerance = 1e-14 * max(values[-1], 1e-300)
    np.testing.assert_allclose(
        analytic_ntk(X[order], depth=depth), K[np.ix_(order, order)], atol=tolerance
    )
    np.testing.assert_allclose(
        analytic_ntk(X, X[order], depth=depth), K[:, order], atol=tolerance
    )


@pytest.mark.prop("P15.3", "lengths multiply, and rotations change nothing")
@settings(max_examples=15)
@given(X=strategies.any_data(), depth=st.integers(0, 3), seed=strategies.seeds)
def test_lengths_and_rotations(subject, X, depth, seed):
    analytic_ntk = subject("ntk.analytic_ntk")
    rng = np.random.default_rng(seed)
    K = analytic_ntk(X, depth=depth)
    s = rng.uniform(0.1, 10.0, len(X))
    tolerance = 1e-13 * max(np.abs(K).max(), 1e-300)
    np.testing.assert_allclose(
        analytic_ntk(s[:, None] * X, depth=depth), s[:, None] * K * s,
        atol=100 * tolerance,
    )  # fmt: skip
    Q = np.linalg.qr(rng.standard_normal((X.shape[1],) * 2))[0]
    np.testing.assert_allclose(
        analytic_ntk(X @ Q, depth=depth), K, atol=3e4 * tolerance
    )


@pytest.mark.prop("P15.6", "the last layer's part alone has a smaller λ_min")
@settings(max_examples=25)
@given(X=strategies.any_data(), depth=st.integers(1, 4))
def test_last_layer_is_below(subject, X, depth):
    analytic_nngp = subject("ntk.analytic_nngp")
    all_layers = np.linalg.eigvalsh(reference_ntk(X, depth=depth))
    last = np.linalg.eigvalsh(analytic_nngp(X, depth=depth))
    assert all_layers[0] >= last[0] - 50 * EPS * max(all_layers[-1], 1e-300)


@pytest.mark.prop("I15.1", "lengths whose product overflows are refused")
def test_lengths_that_overflow(subject):
    analytic_ntk = subject("ntk.analytic_ntk")
    with pytest.raises(ValueError, match="X and Z"):
        analytic_ntk([[1e200, 0.0]])
    both = analytic_ntk([[3e-170, 4e-170]], [[6e170, 8e170]], depth=1)
    np.testing.assert_allclose(both, 50.0, rtol=1e-14)


def test_the_outputs_are_one_layer_of_the_sum():
    X = np.random.default_rng(0).standard_normal((5, 3))
    one = reference_ntk(X, depth=1)
    angle = np.arccos(X @ X.T / np.outer(*[np.linalg.norm(X, axis=1)] * 2))
    first = X @ X.T / 3 * (1 - np.where(np.eye(5) > 0, 0.0, angle) / np.pi)
    np.testing.assert_allclose(one, reference_nngp(X, depth=1) + first, atol=1e-12)
