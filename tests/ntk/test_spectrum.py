"""Modes of kernel matrices, and matrices that are none."""

import numpy as np
import pytest
from hypothesis import given, settings

from tests import strategies


@pytest.mark.prop("P15.10", "modes rebuild the kernel, and the rank is exact")
@settings(max_examples=20)
@given(X=strategies.degenerate())
def test_modes(subject, X):
    kernel_modes = subject("ntk.kernel_modes")
    K = X @ X.T
    modes = kernel_modes(K)
    V, values = modes.vectors, modes.values
    size = max(np.abs(K).max(), 1.0)
    np.testing.assert_allclose((V * values) @ V.T, K, atol=1e-13 * size * len(X))
    np.testing.assert_allclose(V.T @ V, np.eye(len(X)), atol=1e-13)
    assert (np.diff(values) >= 0).all()
    assert (values >= 0).all()
    assert np.count_nonzero(values) == np.linalg.matrix_rank(X)


@pytest.mark.prop("P15.10", "the scale of a kernel changes only the scale of its modes")
@pytest.mark.parametrize("scale", [1e-280, 1e-12, 1e12, 1e280])
def test_scales(subject, scale):
    kernel_modes = subject("ntk.kernel_modes")
    K = np.array([[2.0, 1.0, 1.0], [1.0, 2.0, 2.0], [1.0, 2.0, 2.0]])
    # A doubled row: 0, and (2 + λ)(… ) of the rest, by the quadratic formula.
    root = np.sqrt(3.0)
    want = np.array([0.0, 3.0 - root, 3.0 + root])
    np.testing.assert_allclose(kernel_modes(scale * K).values / scale, want, atol=1e-14)


@pytest.mark.prop("I15.2", "what is no kernel is refused: asymmetric, indefinite")
def test_no_kernels(subject):
    kernel_modes = subject("ntk.kernel_modes")
    with pytest.raises(ValueError, match="kernel must be square"):
        kernel_modes(np.ones((2, 3)))
    with pytest.raises(ValueError, match="kernel must be symmetric"):
        kernel_modes([[1.0, 0.5], [0.4, 1.0]])
    with pytest.raises(ValueError, match="kernel must be symmetric"):
        kernel_modes([[1e-12, 0.5e-12], [0.4e-12, 1e-12]])
    with pytest.raises(ValueError, match="kernel must be positive semidefinite"):
        kernel_modes([[1.0, 2.0], [2.0, 1.0]])
    with pytest.raises(ValueError, match="kernel must be positive semidefinite"):
        kernel_modes([[1.0, 0.0], [0.0, -1e-6]])
    with pytest.raises(ValueError, match="kernel must have finite eigenvalues"):
        kernel_modes(np.full((3, 3), 1e308))
    nearly = np.array([[1.0, 1.0 - 1e-14], [1.0, 1.0]])
    assert kernel_modes(nearly).values[0] < 1e-13
    np.testing.assert_array_equal(kernel_modes(np.zeros((2, 2))).values, [0.0, 0.0])
