"""Properties of the bandit over strategies and of its unbiased reward."""

import itertools
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.acquisition import BanditState
from reference.acquisition import albl_start as reference_start
from reference.acquisition import albl_update as reference_update
from tests import strategies
from tests.acquisition.oracle import follows


def rng(seed=0):
    return np.random.default_rng(seed)


def mixed(advice, P):
    """q over the pool for each list of points already drawn, by the definition."""

    def q(drawn):
        rows = [*advice, np.ones(len(advice[0]))]
        total = np.zeros(len(advice[0]))
        for chance, row in zip(P, rows, strict=True):
            left = np.array(row, float)
            left[list(drawn)] = 0.0
            if left.sum() <= 1e-12:
                left = np.ones(len(left))
                left[list(drawn)] = 0.0
            total += chance * left / left.sum()
        return total

    return q


@pytest.mark.prop("P11.6", "arms: probabilities sum to one, none below p_min, any run")
@pytest.mark.parametrize("arms", [1, 2, 5])
@pytest.mark.parametrize("rounds", [1, 3, 400])
def test_start(subject, arms, rounds):
    albl_start = subject("acquisition.albl_start")
    state = albl_start(arms, 50, rounds)
    K = arms + 1
    want = min(1 / K, np.sqrt(np.log(K) / (K * rounds)))
    np.testing.assert_allclose(state.least, want, rtol=1e-12)
    np.testing.assert_allclose(state.probabilities, 1 / K, rtol=1e-12)
    assert (state.pool_size, state.rounds, len(state.chances)) == (50, rounds, 0)
    assert state.failure == 0.05
    assert albl_start(arms, 50, rounds, failure=0.3).failure == 0.3
    far = replace(state, log_weights=np.append(np.zeros(arms), 900.0))
    assert far.probabilities.min() >= want - 1e-12
    np.testing.assert_allclose(far.probabilities.sum(), 1, rtol=1e-12)
    assert far.probabilities[-1] >= far.probabilities.max() - 1e-12


ADVICE = np.array([[0.0, 0.5, 0.5, 0.0], [0.7, 0.1, 0.0, 0.2]])


@pytest.mark.prop("P11.6", "ALBL draws from the mixture, scaled to what is left")
@pytest.mark.parametrize("weights", [(0.0, 0.0, 0.0), (3.0, 0.0, 1.0)])
def test_law(subject, weights):
    albl = subject("acquisition.albl")
    state = BanditState(np.array(weights), np.zeros(0), 4, 30, 0.05)
    q, law = mixed(ADVICE, state.probabilities), {}
    for picks in itertools.permutations(range(4), 3):
        law[picks] = np.prod([q(picks[:m])[i] for m, i in enumerate(picks)])
    r = rng(4)
    drawn = [
        tuple(np.asarray(albl(ADVICE, 3, state=state, rng=r)).tolist())
        for _ in range(900)
    ]
    follows(law, drawn)


@pytest.mark.prop("P11.6", "an arm with nothing left advises uniformly")
def test_silent_arm(subject):
    albl = subject("acquisition.albl")
    advice = np.array([[0.0, 0.0, 1.0, 0.0], [1.0, 0.0, 0.0, 0.0]])
    state = BanditState(np.array([20.0, 0.0, 0.0]), np.zeros(0), 4, 40_000, 0.05)
    assert state.probabilities[0] > 0.99
    seconds = [
        int(np.asarray(albl(advice, 2, state=state, rng=rng(s)))[1]) for s in range(200)
    ]
    assert seconds.count(0) < 100, "the loudest arm fell silent"


@pytest.mark.prop(
    "P11.8", "ALBL: distinct, repeatable, every point within reach; budgets"
)
def test_albl_is_sound(subject):
    albl = subject("acquisition.albl")
    state = reference_start(2, 4, 5)
    before = ADVICE.copy()
    a, b = (np.asarray(albl(ADVICE, 4, state=state, rng=rng(3))) for _ in range(2))
    np.testing.assert_array_equal(a, b)
    assert sorted(a.tolist()) == [0, 1, 2, 3]
    np.testing.assert_array_equal(ADVICE, before)
    with pytest.raises(ValueError, match="budget"):
        albl(ADVICE, 5, state=state, rng=rng())


@pytest.mark.prop("I11.4", "advice and state must fit, by name")
def test_albl_refuses_by_name(subject):
    albl = subject("acquisition.albl")
    state = reference_start(2, 4, 5)
    for wrong, name in (
        ({"advice": ADVICE[:1]}, "advice"),
        ({"advice": 2 * ADVICE}, "advice"),
        ({"state": None}, "state"),
        ({"rng": 0}, "rng"),
    ):
        given = {"advice": ADVICE, "state": state, "rng": rng()} | wrong
        with pytest.raises(ValueError, match=name):
            albl(given.pop("advice"), 2, **given)


@pytest.mark.prop("P11.6", "the weighted accuracy is unbiased for any adaptive draws")
@settings(max_examples=15)
@given(seed=strategies.seeds, M=st.integers(1, 4))
def test_unbiased(subject, seed, M):
    estimate = subject("acquisition.importance_weighted_accuracy")
    r = rng(seed)
    right = r.integers(2, size=4).astype(bool)
    chances = {}  # any rule: chances that depend on everything drawn before

    def q(drawn):
        if drawn not in chances:
            w = r.uniform(0.05, 1.0, 4)
            w[list(drawn)] = 0.0
            chances[drawn] = w / w.sum()
        return chances[drawn]

    mean = 0.0
    for picks in itertools.permutations(range(4), M):
        each = np.array([q(picks[:m])[i] for m, i in enumerate(picks)])
        mean += each.prod() * estimate(right[list(picks)], each, 4)
    np.testing.assert_allclose(mean, right.mean(), atol=1e-12)


@pytest.mark.prop(
    "P11.6", "the weighted accuracy by hand; weights 1/q alone are biased"
)
def test_weights_by_hand(subject):
    estimate = subject("acquisition.importance_weighted_accuracy")
    # N = 4, M = 2: weights (1/q_1 + 1)/8 and (1/q_2)/8
    assert estimate([True, False], [0.5, 0.2], 4) == pytest.approx(3 / 8)
    assert estimate([False, True], [0.5, 0.2], 4) == pytest.approx(5 / 8)
    assert estimate([False, False], [0.5, 0.2], 4) == 0.0
    assert estimate([True, True], [0.1, 0.1], 4) == pytest.approx(21 / 8)
    # all drawn: a plain mean would need no weights, and gets none in expectation
    assert estimate([True], [1.0], 1) == 1.0


@pytest.mark.prop("P11.6", "an update moves the weights as EXP4.P says")
@pytest.mark.parametrize("weights", [(0.0, 0.0, 0.0), (0.4, 0.0, -0.2)])
def test_update(subject, weights):
    albl_update = subject("acquisition.albl_update")
    old = BanditState(np.array(weights), np.array([0.2, 0.5]), 6, 30, 0.1)
    picks, correct = [1, 3], np.array([True, False, True, True])
    new = albl_update(old, ADVICE, picks, correct)
    P, q = old.probabilities, mixed(ADVICE, old.probabilities)
    first, second = q([])[1], q([1])[3]
    chances = np.array([0.2, 0.5, first, second])
    np.testing.assert_allclose(new.chances, chances, rtol=1e-12)
    reward = ((1 / chances + [3, 2, 1, 0]) * correct).sum() / 24
    share = np.array([0.5, 0.1, 0.25]) / first
    share = (share + np.array([0.0, 0.2 / 0.9, 1 / 3]) / second) / 2
    bonus = np.sqrt(np.log(3 / 0.1) / (3 * 30)) / P
    want = np.array(weights) + old.least / 2 * (reward * share + bonus)
    np.testing.assert_allclose(new.log_weights, want, rtol=1e-12)
    np.testing.assert_array_equal(old.log_weights, weights)
    assert (new.pool_size, new.rounds, new.failure) == (6, 30, 0.1)


@pytest.mark.prop("P11.6", "an arm that names the points that help is heard more often")
def test_bandit_learns(subject):
    albl_update = subject("acquisition.albl_update")
    state = reference_start(2, 60, 60)
    good = np.zeros((2, 40))
    good[0, 0], good[1, 1] = 1.0, 1.0
    for k in range(60):  # arm 0 is right wherever its point is bought
        helped = k % 2 == 0
        drawn = len(state.chances) + 1
        state = albl_update(state, good, [0 if helped else 1], np.full(drawn, helped))
    P = np.asarray(state.probabilities)
    assert P[0] > 1.5 * P[1], P
    assert P.min() >= state.least - 1e-12


@pytest.mark.prop("I11.3", "an update refuses what cannot be its batch")
def test_update_refuses_by_name(subject):
    albl_update = subject("acquisition.albl_update")
    state = reference_start(2, 9, 5)
    for picks, correct, name in (
        ([1, 1], [True, True], "picks"),
        ([4], [True], "picks"),
        ([-1], [True], "picks"),
        ([0.5], [True], "picks"),
        ([], [], "picks"),
        ([1], [True, False], "correct"),
        ([1], [1], "correct"),
    ):
        with pytest.raises(ValueError, match=name):
            albl_update(state, ADVICE, picks, np.array(correct))
    assert len(reference_update(state, ADVICE, [1.0], [True]).chances) == 1


def test_without_the_minimum_a_short_run_has_negative_probabilities():
    """The published p_min, sqrt(ln N / (K T)), for K = 3 arms and one round."""
    published = np.sqrt(np.log(3) / 3)
    assert 1 - 3 * published < 0
    assert reference_start(2, 10, 1).probabilities.min() >= 0


@pytest.mark.prop("I11.9", "a bandit has arms, a pool, rounds and a chance to fail")
def test_start_refuses_by_name(subject):
    albl_start = subject("acquisition.albl_start")
    for name, wrong in (("num_arms", 0), ("pool_size", 0), ("rounds", 0)):
        sizes = {"num_arms": 2, "pool_size": 9, "rounds": 5} | {name: wrong}
        with pytest.raises(ValueError, match=name):
            albl_start(**sizes)
    for wrong in (0.0, 1.5):
        with pytest.raises(ValueError, match="failure"):
            albl_start(2, 9, 5, failure=wrong)


@pytest.mark.prop("I11.10", "chances, guesses and the pool must fit, by name")
def test_accuracy_refuses_by_name(subject):
    estimate = subject("acquisition.importance_weighted_accuracy")
    for wrong, name in (
        (([True], [0.0], 4), "chances"),
        (([True], [1.5], 4), "chances"),
        (([True, True], [0.5], 4), "correct"),
        (([1.0], [0.5], 4), "correct"),
        (([True, True], [0.5, 0.5], 1), "pool_size"),
        (([], [], 4), "chances"),
    ):
        with pytest.raises(ValueError, match=name):
            estimate(*wrong)
