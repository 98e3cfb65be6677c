"""The kernel of a given network: against differences, and against its limit."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.ntk import NtkNetwork, analytic_nngp, analytic_ntk
from reference.ntk import draw_ntk_network as reference_draw
from reference.ntk import empirical_ntk as reference_empirical
from tests import strategies
from tests.ntk.oracle import away_from_kinks, by_differences, outputs_by_hand

SIZES = [(2, 5), (3, 4, 6), (1, 3), (2, 4, 3, 5)]


@pytest.mark.prop("P15.8", "a network's kernel is that of finite-difference Jacobians")
@settings(max_examples=20)
@given(sizes=st.sampled_from(SIZES), seed=strategies.seeds)
def test_empirical_kernel_by_differences(subject, sizes, seed):
    empirical_ntk = subject("ntk.empirical_ntk")
    rng = np.random.default_rng(seed)
    network = reference_draw(sizes, rng=rng)
    X = rng.standard_normal((4, sizes[0]))
    found, signals = outputs_by_hand(network.weights, X)
    np.testing.assert_allclose(network(X), found, rtol=1e-12)
    if not away_from_kinks(signals):
        return
    jacobian = by_differences(network, X)
    np.testing.assert_allclose(
        empirical_ntk(network, X), jacobian @ jacobian.T, rtol=1e-5, atol=1e-6
    )
    np.testing.assert_allclose(
        empirical_ntk(network, X[:3], X[1:]),
        jacobian[:3] @ jacobian[1:].T,
        rtol=1e-5, atol=1e-6,
    )  # fmt: skip


def mean_error(kernel, sizes, X, repeats):
    """The mean largest error of networks' kernels against the limit."""
    limit = analytic_ntk(X, depth=len(sizes) - 1)
    return np.mean([
        np.abs(kernel(reference_draw(sizes, rng=rng), X) - limit).max()
        / limit.max()
        for rng in np.random.default_rng(7).spawn(repeats)
    ])  # fmt: skip


@pytest.mark.prop("P15.1", "wide networks have the limit's kernel, error like 1/√m")
@pytest.mark.parametrize("hidden", [1, 2, 3])
def test_convergence_with_width(subject, hidden):
    empirical_ntk = subject("ntk.empirical_ntk")
    X = np.random.default_rng(3).standard_normal((5, 3))
    few = mean_error(empirical_ntk, (3, *[16] * hidden), X, 40)
    many = mean_error(empirical_ntk, (3, *[256] * hidden), X, 40)
    assert 2.5 < few / many < 6.5, (few, many)  # √16 = 4
    assert many < 0.1 * hidden**0.5 + 0.05, many


@pytest.mark.prop("P15.1", "the moments κ₀ and κ₁ are those of a Monte Carlo")
def test_moments_by_monte_carlo(subject):
    analytic_ntk = subject("ntk.analytic_ntk")
    analytic_nngp = subject("ntk.analytic_nngp")
    rng = np.random.default_rng(11)
    for c in (-1.0, -0.7, 0.0, 0.3, 0.95, 1.0):
        u = rng.standard_normal(400_000)
        v = c * u + np.sqrt(1 - c**2) * rng.standard_normal(400_000)
        x, z = np.array([[1.0, 0.0]]), np.array([[c, np.sqrt(1 - c**2)]])
        output = 2.0 * analytic_nngp(x, z)[0, 0]
        gates = (2.0 * analytic_ntk(x, z)[0, 0] - output) / (c if c else 1.0)
        np.testing.assert_allclose(
            2 * (np.maximum(u, 0) * np.maximum(v, 0)).mean(), output, atol=0.02
        )
        if c:
            np.testing.assert_allclose(2 * ((u > 0) & (v > 0)).mean(), gates, atol=0.01)


@pytest.mark.prop("P15.8", "drawn networks have unit normal weights of these shapes")
def test_drawn_networks(subject):
    draw_ntk_network = subject("ntk.draw_ntk_network")
    network = draw_ntk_network((3, 400, 300), rng=np.random.default_rng(5))
    assert [W.shape for W in network.weights] == [(3, 400), (400, 300), (300, 1)]
    for W in network.weights:
        assert abs(W.mean()) < 5 / np.sqrt(W.size)
        assert abs(W.std() - 1) < 5 / np.sqrt(W.size)
    again = draw_ntk_network((3, 400, 300), rng=np.random.default_rng(5))
    np.testing.assert_array_equal(network.weights[1], again.weights[1])
    # The limit of the outputs' covariance, over many narrow networks' last layers.
    X = np.random.default_rng(0).standard_normal((3, 2))
    draws = [
        draw_ntk_network((2, 60), rng=rng)(X)
        for rng in np.random.default_rng(1).spawn(3000)
    ]
    np.testing.assert_allclose(np.cov(np.array(draws).T), analytic_nngp(X), atol=0.1)


@pytest.mark.prop("P15.3", "PSD, permutation equivariant, zero rows have no gradient")
@settings(max_examples=15)
@given(X=strategies.any_data(max_columns=3, min_rows=2), seed=strategies.seeds)
def test_empirical_kernel_is_a_kernel(subject, X, seed):
    empirical_ntk = subject("ntk.empirical_ntk")
    rng = np.random.default_rng(seed)
    network = reference_draw((X.shape[1], 6, 5), rng=rng)
    K = empirical_ntk(network, X)
    size = max(np.abs(K).max(), 1e-300)
    assert np.linalg.eigvalsh((K + K.T) / 2)[0] >= -1e-13 * size * len(X)
    order = rng.permutation(len(X))
    np.testing.assert_allclose(
        empirical_ntk(network, X[order]), K[np.ix_(order, order)], atol=1e-13 * size
    )
    assert (K[~X.any(axis=1)] == 0.0).all()


def test_bad_input():
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="sizes needs inputs and hidden widths"):
        reference_draw((3,), rng=rng)
    with pytest.raises(ValueError, match="sizes"):
        reference_draw(3, rng=rng)
    network = reference_draw((2, 3), rng=rng)
    with pytest.raises(ValueError, match=r"X needs shape \(n, 2\)"):
        reference_empirical(network, [[1.0]])
    with pytest.raises(ValueError, match=r"Z needs shape \(n, 2\)"):
        reference_empirical(network, [[1.0, 2.0]], [[1.0]])


@pytest.mark.prop("I15.5", "matrices that do not fit, or no hidden layer, are refused")
@pytest.mark.parametrize("shapes", [[(2, 3), (2, 1)], [(2, 3), (3, 2)], [(2, 1)]])
def test_matrices_that_do_not_fit(subject, shapes):
    empirical_ntk = subject("ntk.empirical_ntk")
    network = NtkNetwork(tuple(np.ones(shape) for shape in shapes))
    with pytest.raises(ValueError, match="network needs matrices"):
        empirical_ntk(network, [[1.0, 2.0]])
    with pytest.raises(ValueError, match="network needs matrices"):
        network([[1.0, 2.0]])
    for weights in (None, 5, {}):
        with pytest.raises(ValueError, match="network needs a tuple of matrices"):
            empirical_ntk(NtkNetwork(weights), [[1.0, 2.0]])
