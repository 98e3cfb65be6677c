"""Properties of the paired tests and of Holm's correction."""

from itertools import combinations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import ttest_rel

from tests import strategies


def closed_testing(p):
    """Holm by its definition: reject i at the level at which all sets with i fall."""
    m = len(p)
    return [
        max(
            min(1.0, len(S) * min(p[j] for j in S))
            for k in range(1, m + 1)
            for S in combinations(range(m), k)
            if i in S
        )
        for i in range(m)
    ]


@pytest.mark.prop("P11.87", "Holm's rule is closed testing by the smallest p-value")
@given(st.lists(st.sampled_from([0.0, 0.003, 0.01, 0.02, 0.04, 0.3, 1.0]), max_size=6))
def test_holm_is_closed_testing(subject, p):
    found = subject("acquisition.holm")(p)
    np.testing.assert_allclose(found, closed_testing(p), rtol=1e-12)


@pytest.mark.prop("P11.87", "Holm's rule is closed testing by the smallest p-value")
def test_holm_by_hand(subject):
    holm = subject("acquisition.holm")
    np.testing.assert_allclose(holm([0.01, 0.04, 0.03]), [0.03, 0.06, 0.06])
    np.testing.assert_allclose(holm([0.5, 0.01, 0.6]), [1.0, 0.03, 1.0])
    np.testing.assert_allclose(holm([0.02]), [0.02])


def pairs(scores):
    return list(combinations(range(len(scores)), 2))


@pytest.mark.prop("P11.88", "p-values are the paired t test's, adjusted together")
@settings(max_examples=15)
@given(seed=strategies.seeds, strategies_=st.integers(2, 4), trials=st.integers(2, 6))
def test_pairwise_wins(subject, seed, strategies_, trials):
    rng = np.random.default_rng(seed)
    scores = rng.standard_normal((strategies_, trials))
    scores += rng.standard_normal(trials) + 2.0 * np.arange(strategies_)[:, None]
    found = subject("acquisition.pairwise_wins")(scores, level=0.1)
    p = closed_testing([ttest_rel(scores[s], scores[r])[1] for s, r in pairs(scores)])
    for (s, r), expected in zip(pairs(scores), p, strict=True):
        np.testing.assert_allclose(found.p_values[s, r], expected, rtol=1e-9)
        np.testing.assert_allclose(found.p_values[r, s], expected, rtol=1e-9)
        difference = scores[s].mean() - scores[r].mean()
        np.testing.assert_allclose(found.differences[s, r], difference, atol=1e-12)
        np.testing.assert_allclose(found.differences[r, s], -difference, atol=1e-12)
        assert found.wins[s, r] == (difference > 0 and expected <= 0.1)
        assert found.wins[r, s] == (difference < 0 and expected <= 0.1)
    np.testing.assert_array_equal(np.diag(found.p_values), 1.0)
    assert not np.diag(found.wins).any()


@pytest.mark.prop("P11.88", "p-values are the paired t test's, adjusted together")
def test_wins_by_hand(subject):
    scores = [[0.9, 0.8, 0.7, 0.8], [0.5, 0.5, 0.3, 0.35], [0.8, 0.9, 0.7, 0.75]]
    found = subject("acquisition.pairwise_wins")(scores)
    wins = [[0, 1, 0], [0, 0, 0], [0, 1, 0]]
    np.testing.assert_array_equal(found.wins, np.array(wins, dtype=bool))
    p = closed_testing([ttest_rel(scores[s], scores[r])[1] for s, r in pairs(scores)])
    np.testing.assert_allclose(found.p_values[np.triu_indices(3, 1)], p)


@pytest.mark.prop("P11.89", "equal differences are worth what the sign test says")
@pytest.mark.parametrize("trials", [2, 5, 8])
def test_equal_differences(subject, trials):
    pairwise_wins = subject("acquisition.pairwise_wins")
    scores = np.random.default_rng(trials).integers(1, 9, trials) / 8.0
    found = pairwise_wins([scores + 0.125, scores])
    np.testing.assert_allclose(found.p_values[0, 1], 0.5 ** (trials - 1))
    assert found.wins[0, 1] == (trials >= 6)
    same = pairwise_wins([scores, scores])
    assert same.p_values[0, 1] == 1.0
    assert not same.wins.any()
    # 0.1 + 0.2 - 0.2 is not 0.1: rounding is no spread and no difference.
    nearly = pairwise_wins([(scores + 0.1) - 0.1, scores])
    assert nearly.p_values[0, 1] == 1.0


@pytest.mark.prop("P11.90", "scores in other units: the same verdicts")
@settings(max_examples=15)
@given(seed=strategies.seeds, unit=st.sampled_from([1e-9, 100.0, 1e9]))
def test_units(subject, seed, unit):
    pairwise_wins = subject("acquisition.pairwise_wins")
    scores = np.random.default_rng(seed).uniform(0.0, 1.0, (3, 4))
    scores[2] = scores[1] + 0.25
    first, second = pairwise_wins(scores), pairwise_wins(unit * scores)
    np.testing.assert_allclose(first.p_values, second.p_values, rtol=1e-6)
    np.testing.assert_array_equal(first.wins, second.wins)


@pytest.mark.prop("I11.49", "a single trial or strategy, and p-values that are none")
def test_bad_scores(subject):
    pairwise_wins = subject("acquisition.pairwise_wins")
    for scores in ([[0.1, 0.2]], [[0.1], [0.2]], [0.1, 0.2], [[np.nan, 1], [1, 2]]):
        with pytest.raises(ValueError, match="scores"):
            pairwise_wins(scores)
    with pytest.raises(ValueError, match="level"):
        pairwise_wins([[0.1, 0.2], [0.3, 0.4]], level=0.0)
    holm = subject("acquisition.holm")
    for p in ([-0.1], [1.1], [[0.1]], [np.nan]):
        with pytest.raises(ValueError, match="p_values"):
            holm(p)
