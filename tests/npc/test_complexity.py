"""Properties of what labels cost a kernel."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.npc.oracle import features


@pytest.mark.prop(
    "P16.14", "the squared complexity is twice the mean of y times weights"
)
@settings(max_examples=25)
@given(seed=strategies.seeds, power=st.integers(-12, 12))
def test_by_a_linear_system(subject, seed, power):
    kernel_complexity = subject("npc.kernel_complexity")
    rng = np.random.default_rng(seed)
    F = features(seed, "normal", n=6, d=12)
    gram = F @ F.T * 10.0**power
    y = rng.standard_normal((6, 2))
    want = [np.sqrt(2 * y[:, k] @ np.linalg.solve(gram, y[:, k]) / 6) for k in (0, 1)]
    np.testing.assert_allclose(kernel_complexity(gram, y[:, 0]), want[0], rtol=1e-8)
    np.testing.assert_allclose(kernel_complexity(gram, y), np.hypot(*want), rtol=1e-8)
    np.testing.assert_allclose(
        kernel_complexity(gram, 3.0 * y), 3.0 * np.hypot(*want), rtol=1e-8
    )
    least = np.linalg.eigvalsh(gram)[0]
    bound = np.sqrt(2.0 / 6) * np.linalg.norm(y) / np.sqrt(least)
    assert kernel_complexity(gram, y) <= bound * (1 + 1e-8)


@pytest.mark.prop("P16.14", "by hand, and equal to the bound in the lowest mode")
def test_complexity_by_hand(subject):
    kernel_complexity = subject("npc.kernel_complexity")
    gram = np.array([[1.0, 0.8], [0.8, 1.0]])  # modes 0.2 and 1.8
    np.testing.assert_allclose(
        kernel_complexity(gram, [1.0, -1.0]), np.sqrt(2 / 0.2), rtol=1e-13
    )
    np.testing.assert_allclose(
        kernel_complexity(gram, [1.0, 1.0]), np.sqrt(2 / 1.8), rtol=1e-13
    )
    np.testing.assert_allclose(kernel_complexity([[4.0]], [2.0]), np.sqrt(2.0))
    assert kernel_complexity(gram, [0.0, 0.0]) == 0.0


@pytest.mark.prop(
    "P16.14", "a singular kernel: finite for what it can say, else infinite"
)
def test_singular_kernels(subject):
    kernel_complexity = subject("npc.kernel_complexity")
    gram = np.array([[1.0, 2.0], [2.0, 4.0]])  # feature 1 and 2
    np.testing.assert_allclose(kernel_complexity(gram, [1.0, 2.0]), 1.0, rtol=1e-12)
    assert kernel_complexity(gram, [1.0, 1.0]) == np.inf
    assert kernel_complexity(np.zeros((2, 2)), [1.0, 0.0]) == np.inf
    assert kernel_complexity(np.zeros((2, 2)), [0.0, 0.0]) == 0.0
    both = kernel_complexity(gram, [[1.0, 1.0], [2.0, 1.0]])
    assert both == np.inf


@pytest.mark.prop("P16.14", "singular and ill-conditioned: the weights of features")
@pytest.mark.parametrize("seed", range(8))
def test_ill_conditioned_singular_kernels(subject, seed):
    kernel_complexity = subject("npc.kernel_complexity")
    rng = np.random.default_rng(seed)
    F = rng.standard_normal((8, 4)) * [1e2, 1.0, 1e-1, 1e-2]
    weights = rng.standard_normal(4) / [1e2, 1.0, 1e-1, 1e-2]
    want = np.sqrt(2 / 8) * np.linalg.norm(weights)  # the least weights that fit
    got = kernel_complexity(F @ F.T, F @ weights)
    np.testing.assert_allclose(got, want, rtol=1e-5)
    outside = F @ weights + np.linalg.svd(F)[0][:, -1]
    assert kernel_complexity(F @ F.T, outside) == np.inf


@pytest.mark.prop("I16.5", "labels of another length, and kernels that are none")
@pytest.mark.parametrize(
    "gram, y, word",
    [
        (np.eye(2), [1.0], "y must have shape"),
        (np.eye(2), np.ones((2, 1, 1)), "y must have shape"),
        (np.diag([1.0, -1.0]), [1.0, 1.0], "semi-definite"),
    ],
)
def test_bad_complexity(subject, gram, y, word):
    kernel_complexity = subject("npc.kernel_complexity")
    with pytest.raises(ValueError, match=word):
        kernel_complexity(gram, y)
