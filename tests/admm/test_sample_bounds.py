"""Properties of the bounds on random samples: against programs, and by hand."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from reference.activation_patterns import sample_patterns
from reference.admm import fit_sampled as reference_fit
from reference.admm import violation_tail as reference_tail
from reference.convex_relu import cone_dual_norms, fit_convex_relu


@pytest.mark.prop("P7.6", "one more neuron lowers the value as rarely as promised")
@pytest.mark.parametrize("n, N", [(4, 9), (4, 39), (8, 39)])
def test_neurons_improve_as_rarely_as_promised(subject, n, N):
    improvement_bound = subject("admm.improvement_bound")
    rng = np.random.default_rng(n * N)
    X, y = rng.standard_normal((n, 2)), rng.standard_normal(n)
    seen = []
    for _ in range(25):
        fit = reference_fit(X, y, N, 0.1, rng=rng, tol=1e-8)
        more = rng.standard_normal((400, 2))
        more /= np.linalg.norm(more, axis=1, keepdims=True)
        seen.append((np.abs(np.maximum(more @ X.T, 0) @ fit.dual) > 0.1 + 1e-4).mean())
    bound = improvement_bound(n, N)
    assert np.mean(seen) <= bound + 3 * np.std(seen) / 5
    assert bound == min(1.0, n / (N + 1))
    for level in (0.05, 0.2, 0.4):
        assert np.mean(np.array(seen) > level) <= reference_tail(n, N, level) + 0.3


@pytest.mark.prop("P7.6", "one more gate lowers the value as rarely as promised")
@pytest.mark.parametrize("N", [7, 15])
def test_gates_improve_as_rarely_as_promised(subject, N):
    improvement_bound = subject("admm.improvement_bound")
    n, rng = 3, np.random.default_rng(N)
    X, y = rng.standard_normal((n, 2)), rng.standard_normal(n)
    seen = []
    for _ in range(40):
        patterns = sample_patterns(X, N, rng=rng)
        fit = fit_convex_relu(X, y, patterns, 0.1, tol=1e-8)
        masks = rng.standard_normal((50, 2)) @ X.T >= 0
        norms = cone_dual_norms(X, masks, y - fit.fitted).max(axis=0)
        seen.append((norms > 0.1 + 1e-3).mean())
    assert np.mean(seen) <= improvement_bound(n, N) + 3 * np.std(seen) / np.sqrt(40)


@pytest.mark.prop("P7.6", "of n + extra exchangeable samples at most n can matter")
@given(n=st.integers(1, 50), N=st.integers(0, 500))
def test_expected_bound(subject, n, N):
    improvement_bound = subject("admm.improvement_bound")
    bound = improvement_bound(n, N)
    assert 0 < bound <= 1
    # The mean of the tail bound over all levels is the expectation again.
    levels = (np.arange(4000) + 0.5) / 4000
    if n <= N:
        mean = np.mean(binom.cdf(n - 1, N, levels))
        assert bound == pytest.approx(mean, abs=2e-3)
    else:
        assert bound == 1.0


@pytest.mark.prop("P7.6", "the tail is the binomial sum")
@given(n=st.integers(1, 12), N=st.integers(0, 40), level=st.floats(0, 1))
def test_tail_is_binomial(subject, n, N, level):
    violation_tail = subject("admm.violation_tail")
    expected = sum(
        math.comb(N, i) * level**i * (1 - level) ** (N - i)
        for i in range(min(n, N + 1))
    )
    assert violation_tail(n, N, level) == pytest.approx(expected, abs=1e-10)


@pytest.mark.prop("P7.6", "for one sample and an arc, the tail is exact")
def test_tail_is_exact_for_an_arc(subject):
    violation_tail = subject("admm.violation_tail")
    # n = 1, x = y = 1 in the plane: the value depends on the largest cosine c drawn,
    # and a neuron improves iff its cosine is larger. P(V > xi) = (1 - xi)^N.
    assert violation_tail(1, 10, 0.2) == pytest.approx(0.8**10)
    rng = np.random.default_rng(5)
    best = np.cos(rng.uniform(0, np.pi, (4000, 10))).max(axis=1)
    seen = np.mean(np.arccos(best) / np.pi > 0.2)
    assert seen == pytest.approx(violation_tail(1, 10, 0.2), abs=0.02)


@pytest.mark.prop("P7.6", "the paper's number of samples is enough by the sharp tail")
@given(n=st.integers(1, 200), level=st.floats(0.005, 1.0), failure=st.floats(1e-9, 1.0))
def test_samples_are_enough(subject, n, level, failure):
    samples_needed = subject("admm.samples_needed")
    N = samples_needed(n, level, failure)
    # With n + 1 decision variables, as in the paper.
    assert binom.cdf(n, N, level) <= failure * (1 + 1e-9)
    first = (n + 1) / (failure * level) - 1
    second = 2 / level * (n + 1 - math.log(failure))
    assert N - 1 < min(first, second) <= N


@pytest.mark.prop("I7.8", "counts and levels out of range are refused by name")
def test_bad_bound_is_named(subject):
    improvement_bound = subject("admm.improvement_bound")
    with pytest.raises(ValueError, match="n must"):
        improvement_bound(0, 3)
    with pytest.raises(ValueError, match="num_samples"):
        improvement_bound(2, -1)


@pytest.mark.prop("I7.9", "a level outside [0, 1] is refused")
def test_bad_tail_is_named(subject):
    violation_tail = subject("admm.violation_tail")
    with pytest.raises(ValueError, match="level"):
        violation_tail(2, 5, 1.5)


@pytest.mark.prop("I7.10", "levels of zero need infinitely many samples: refused")
@pytest.mark.parametrize("level, failure, named", [(0, 0.1, "level"), (0.1, 0, "fail")])
def test_bad_need_is_named(subject, level, failure, named):
    samples_needed = subject("admm.samples_needed")
    with pytest.raises(ValueError, match=named):
        samples_needed(5, level, failure)
