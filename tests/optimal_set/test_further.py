"""Properties of pruning beyond the minimal network."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from reference.optimal_set import prune_further as reference_further
from reference.relu_lp import ReluNetwork
from tests import strategies

RULES = ("least_squares", "norm", "gradient", "envelope", "random")


def made(seed, n=12, m=6, d=3):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    output = rng.choice([-1, 1], m) * rng.uniform(0.3, 2, m)
    return ReluNetwork(rng.standard_normal((d, m)), output), X, y, rng


def best_miss(Z, target, subset):
    if not len(subset):  # SciPy frees memory twice there
        return np.linalg.norm(target)
    return nnls(Z[:, list(subset)], target)[1]


def kept_of(network, got):
    """The indices of the neurons that are left, by direction and sign."""
    units = network.hidden / np.linalg.norm(network.hidden, axis=0)
    found = []
    for w, a in zip(got.hidden.T, got.output, strict=True):
        away = np.linalg.norm(units - (w / np.linalg.norm(w))[:, None], axis=0)
        away = away + 9.0 * (np.sign(a) != np.sign(network.output))
        assert away.min() <= 1e-9, "a neuron that is no multiple of an old one"
        found.append(int(away.argmin()))
    return sorted(found)


@pytest.mark.prop("P9.20", "at most `keep` neurons stay, and what stays is fitted best")
@given(seed=strategies.seeds, rule=st.sampled_from(RULES), keep=st.integers(1, 7))
def test_what_stays(subject, seed, rule, keep):
    prune_further = subject("optimal_set.prune_further")
    network, X, y, _ = made(seed)
    options = {"rule": rule, "y": y}
    Z = np.maximum(X @ network.hidden, 0) * network.output
    got = prune_further(network, X, keep, rng=np.random.default_rng(1), **options)
    kept = kept_of(network, got)
    assert len(kept) == len(set(kept)) == got.width <= keep
    miss = np.linalg.norm(got(X) - network(X))
    if keep >= 6:
        assert miss <= 1e-12
        return
    assert miss == pytest.approx(best_miss(Z, network(X), kept), abs=1e-8)
    raw = prune_further(
        network, X, keep, refit=False, rng=np.random.default_rng(1), **options
    )
    assert raw.width == min(keep, 6)
    old = [tuple(c) for c in np.vstack([network.hidden, network.output]).T]
    new = [tuple(c) for c in np.vstack([raw.hidden, raw.output]).T]
    assert set(new) <= set(old)
    assert miss <= np.linalg.norm(raw(X) - network(X)) + 1e-9


@pytest.mark.prop("P9.21", "least squares drops the one that the others replace best")
@settings(max_examples=20)
@given(seed=strategies.seeds)
def test_least_squares(subject, seed):
    prune_further = subject("optimal_set.prune_further")
    network, X, _, _ = made(seed)
    Z = np.maximum(X @ network.hidden, 0) * network.output
    if not Z.any(axis=0).all() or np.linalg.cond(Z) > 1e4:
        return
    got = kept_of(network, prune_further(network, X, 5, refit=False))
    free = [
        np.linalg.lstsq(np.delete(Z, j, 1), Z.sum(1), rcond=None)[0] for j in range(6)
    ]
    misses = [
        np.linalg.norm(np.delete(Z, j, 1) @ s - Z.sum(1)) for j, s in enumerate(free)
    ]
    (gone,) = set(range(6)) - set(got)
    assert misses[gone] <= min(misses) * (1 + 1e-6), (misses, gone)


@pytest.mark.prop("P9.21", "on data made for it, each rule drops what its name says")
def test_rules(subject):
    prune_further = subject("optimal_set.prune_further")
    # Outputs on the three samples: (2, 0, 0), (0, 1, 0), (0, 0, 0.5), (2, 1, 0) / 2.
    X = np.eye(3)
    hidden = np.array([[0.2, 0, 0, 1], [-0.9, 1, 0, 0.5], [0, 0, 0.5, 0]])
    network = ReluNetwork(hidden, [10.0, 1.0, 1.0, 1.0])
    y = network(X) - np.array([0.0, 0.0, 8.0])  # the loss hangs on the third sample

    def left(rule, keep=3, **options):
        return kept_of(
            network, prune_further(network, X, keep, rule=rule, refit=False, **options)
        )

    assert left("norm") == [0, 1, 3]
    assert left("norm", 1) == [0]
    assert 2 in left("least_squares")
    assert left("gradient", 1, y=y) == [2]
    got = prune_further(network, X, 3, rule="least_squares")
    np.testing.assert_allclose(got(X), network(X), atol=1e-5)
    seen = {tuple(left("random", 2, rng=np.random.default_rng(k))) for k in range(40)}
    assert len(seen) == 6, "a random pair should be any pair"


@pytest.mark.prop("P9.22", "the envelope finds the sparse part of most sums")
@pytest.mark.parametrize("seed", [0, 1, 2, 4])
def test_envelope(subject, seed):
    prune_further = subject("optimal_set.prune_further")
    rng = np.random.default_rng(seed)
    hidden = rng.standard_normal((4, 8))
    X = rng.standard_normal((60, 4))
    output = np.where(np.arange(8) % 3 == 0, 3.0, 0.02)
    network = ReluNetwork(hidden, output)
    got = prune_further(network, X, 3, rule="envelope")
    assert kept_of(network, got) == [0, 3, 6]
    Z = np.maximum(X @ hidden, 0) * output
    least = min(best_miss(Z, Z.sum(1), s) for s in combinations(range(8), 3))
    assert np.linalg.norm(got(X) - network(X)) <= 1.01 * least


@pytest.mark.prop("P9.22", "close to the best subset, and never worse than random ones")
def test_against_all_subsets(subject):
    prune_further = subject("optimal_set.prune_further")
    ratios = {rule: [] for rule in ("least_squares", "envelope", "norm")}
    for seed in range(12):
        network, X, _, _ = made(seed, n=20, m=8, d=4)
        Z = np.maximum(X @ network.hidden, 0) * network.output
        least = min(best_miss(Z, Z.sum(1), s) for s in combinations(range(8), 4))
        for rule, found in ratios.items():
            got = prune_further(network, X, 4, rule=rule)
            found.append(np.linalg.norm(got(X) - network(X)) / least)
    means = {rule: np.mean(found) for rule, found in ratios.items()}
    assert means["least_squares"] <= 1.15, means
    assert means["envelope"] <= 1.3, means
    assert means["norm"] >= means["least_squares"], means


@pytest.mark.prop("I9.4", "bad input is refused by name")
def test_bad_input(subject):
    prune_further = subject("optimal_set.prune_further")
    network, X, _, _ = made(0)
    for options, name in (
        ({"keep": 0}, "keep"),
        ({"rule": "best"}, "rule"),
        ({"rule": "gradient"}, "y"),
        ({"rule": "random"}, "rng"),
        ({"rule": "gradient", "y": np.ones(3)}, "y"),
    ):
        with pytest.raises(ValueError, match=name):
            prune_further(network, X, **({"keep": 2} | options))
    silent = reference_further(ReluNetwork(-np.ones((3, 2)), [1.0, 1.0]), np.eye(3), 1)
    assert silent.width <= 1
