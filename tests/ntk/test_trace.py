"""The trace kernel of chapter 11's perceptron, against Jacobians."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.ntk import plain_trace_ntk as plain_kernel
from reference.ntk import trace_ntk as reference_trace
from tests import strategies
from tests.ntk.oracle import (
    away_from_kinks,
    difference_jacobian,
    mlp_of,
    mlp_signals,
)

SHAPES = [(3, 2), (3, 7, 2), (2, 6, 5, 3), (2, 4, 5, 3, 2), (3, 5, 1)]


def by_differences(model, X, Z):
    """Σ_k ⟨∇f_k(x), ∇f_k(z)⟩ from the outputs alone."""
    start = model.theta.copy()

    def jacobian(points):
        def outputs(theta):
            model.theta[:] = theta
            return model.outputs(points)

        found = difference_jacobian(outputs, start)
        model.theta[:] = start
        return found

    return np.einsum("ikp,jkp->ij", jacobian(X), jacobian(Z))


@pytest.mark.prop("P15.2", "the trace kernel is that of finite-difference Jacobians")
@settings(max_examples=15)
@given(sizes=st.sampled_from(SHAPES), seed=strategies.seeds)
def test_trace_kernel_by_differences(subject, sizes, seed):
    trace_ntk = subject("ntk.trace_ntk")
    model = mlp_of(sizes, seed)
    rng = np.random.default_rng(seed + 1)
    X = rng.standard_normal((4, sizes[0]))
    Z = rng.standard_normal((3, sizes[0]))
    if not away_from_kinks(mlp_signals(model, np.vstack([X, Z]))):
        return
    want = by_differences(model, X, Z)
    np.testing.assert_allclose(trace_ntk(model, X, Z), want, rtol=1e-5, atol=1e-5)
    np.testing.assert_allclose(
        trace_ntk(model, X), by_differences(model, X, X), rtol=1e-5, atol=1e-5
    )


@pytest.mark.prop("P15.2", "factors and materialised Jacobians agree")
@settings(max_examples=15)
@given(sizes=st.sampled_from(SHAPES), seed=strategies.seeds, batch_norm=st.booleans())
def test_trace_kernel_by_jacobians(subject, sizes, seed, batch_norm):
    trace_ntk = subject("ntk.trace_ntk")
    model = mlp_of(sizes, seed, batch_norm and len(sizes) > 2)
    X = np.random.default_rng(seed + 1).standard_normal((5, sizes[0]))
    X[1] = X[0]
    want = plain_kernel(model, X)
    size = want.max()
    got = trace_ntk(model, X)
    np.testing.assert_allclose(got, want, atol=1e-12 * size)
    np.testing.assert_allclose(trace_ntk(model, X[:2], X), want[:2], atol=1e-12 * size)
    np.testing.assert_allclose(got[0], got[1], atol=1e-12 * size)


@pytest.mark.prop("P15.6", "the last layer alone: C(AAᵀ + 1), of low rank, and below")
@settings(max_examples=15)
@given(sizes=st.sampled_from(SHAPES), seed=strategies.seeds)
def test_last_layer(subject, sizes, seed):
    trace_ntk = subject("ntk.trace_ntk")
    model = mlp_of(sizes, seed)
    X = np.random.default_rng(seed + 1).standard_normal((9, sizes[0]))
    last = trace_ntk(model, X, layers="last")
    A = np.column_stack([model.embed(X), np.ones(len(X))])
    np.testing.assert_allclose(last, sizes[-1] * A @ A.T, rtol=1e-12)
    np.testing.assert_allclose(trace_ntk(model, X[:2], X, layers="last"), last[:2])
    full = reference_trace(model, X)
    top = np.linalg.eigvalsh(full)[-1]
    assert np.linalg.eigvalsh(full)[0] >= np.linalg.eigvalsh(last)[0] - 1e-13 * top
    assert np.linalg.eigvalsh(full - last)[0] >= -1e-13 * top
    assert np.linalg.matrix_rank(last, hermitian=True) <= sizes[-2] + 1


def test_a_bad_choice_of_layers():
    with pytest.raises(ValueError, match="layers"):
        reference_trace(mlp_of((2, 3, 2), 0), [[1.0, 2.0]], layers="first")
