"""The kernel of activation patterns, and the chapters that it belongs to."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from reference.activation_patterns import enumerate_patterns, sample_patterns
from reference.ntk import analytic_nngp, analytic_ntk
from reference.ntk import pattern_kernel as reference_kernel
from reference.relu_lp import LiftedOperator, convex_output, fit_relu_lp
from tests import strategies


@pytest.mark.prop("P15.12", "the pattern kernel is the sum of D X Xᵀ D over patterns")
@settings(max_examples=20)
@given(X=strategies.any_data(), seed=strategies.seeds)
def test_pattern_kernel_is_the_sum(subject, X, seed):
    pattern_kernel = subject("ntk.pattern_kernel")
    rng = np.random.default_rng(seed)
    masks = rng.random((5, len(X))) < 0.5
    p = rng.random(5)
    D = [np.diag(m.astype(float)) for m in masks]
    want = sum(w * d @ X @ X.T @ d for w, d in zip(p, D, strict=True))
    np.testing.assert_allclose(pattern_kernel(X, masks, p), want, atol=1e-12)
    want = sum(d @ X @ X.T @ d for d in D)
    np.testing.assert_allclose(pattern_kernel(X, masks), want, atol=1e-12)


def plane_probabilities(X, patterns):
    """P(D) of each pattern of rows in the plane: the arc of gates that has it."""
    kinks = np.arctan2(X[:, 1], X[:, 0])
    kinks = np.sort(np.mod(np.concatenate([kinks + np.pi / 2, kinks - np.pi / 2]),
                           2 * np.pi))  # fmt: skip
    ends = np.append(kinks, kinks[0] + 2 * np.pi)
    found = np.zeros(len(patterns))
    for low, high in pairwise(ends):
        middle = (low + high) / 2
        mask = X @ np.array([np.cos(middle), np.sin(middle)]) >= 0
        found[(patterns.masks == mask).all(axis=1)] += (high - low) / (2 * np.pi)
    return found


@pytest.mark.prop(
    "P15.12", "with the patterns' probabilities: the first layer's kernel"
)
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_probabilities_give_the_first_layer(subject, seed):
    pattern_kernel = subject("ntk.pattern_kernel")
    X = np.random.default_rng(seed).standard_normal((5, 2))
    patterns = enumerate_patterns(X)
    p = plane_probabilities(X, patterns)
    np.testing.assert_allclose(p.sum(), 1.0)
    first = analytic_ntk(X, depth=1) - analytic_nngp(X, depth=1)
    # d/2 = 1 times: 1/d and √2² of the parametrisation.
    np.testing.assert_allclose(pattern_kernel(X, patterns.masks, p), first, atol=1e-12)


@pytest.mark.prop("P15.12", "the frequencies of sampled gates tend to it, in any space")
def test_frequencies_tend_to_the_first_layer(subject):
    pattern_kernel = subject("ntk.pattern_kernel")
    rng = np.random.default_rng(4)
    X = rng.standard_normal((6, 5))
    masks = rng.standard_normal((40_000, 5)) @ X.T >= 0
    first = analytic_ntk(X, depth=1) - analytic_nngp(X, depth=1)
    got = pattern_kernel(X, masks, np.full(40_000, 1 / 40_000))
    np.testing.assert_allclose(got, first * 5 / 2, atol=0.05 * first.max())


@pytest.mark.prop("P15.12", "with weights 1: the matrix of chapter 4's closed form")
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_chapter_four_is_kernel_interpolation(subject, seed):
    pattern_kernel = subject("ntk.pattern_kernel")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((6, 3))
    y = rng.choice([-1.0, 1.0], 6)
    patterns = sample_patterns(X, 40, rng=rng)
    K = pattern_kernel(X, patterns.masks)
    np.testing.assert_allclose(
        LiftedOperator(X, patterns.masks).gram() / 2,
        K,  # u and v: twice
        atol=1e-12 * K.max(),
    )
    if np.linalg.cond(K) > 1e8:
        return
    # The differences u - v of its weights are the kernel's functions D_i X alpha.
    weights = fit_relu_lp(X, y, patterns)
    alpha = np.linalg.solve(K, y)
    want = (patterns.masks * alpha) @ X
    np.testing.assert_allclose(
        weights.positive - weights.negative, want, atol=1e-6 * np.abs(want).max()
    )
    np.testing.assert_allclose(
        convex_output(X, patterns.masks, weights), K @ alpha, atol=1e-6
    )


def test_bad_input():
    X, masks = [[1.0], [2.0]], [[True, False]]
    with pytest.raises(ValueError, match="weights must not be negative"):
        reference_kernel(X, masks, [-0.1])
    with pytest.raises(ValueError, match=r"weights needs shape \(1,\)"):
        reference_kernel(X, masks, [0.1, 0.2])
    with pytest.raises(ValueError, match=r"masks needs shape \(P, 2\)"):
        reference_kernel(X, [[True]])
