"""Properties of the uncertainty scores and of batches drawn by score."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.special import softmax

from tests import strategies
from tests.acquisition.oracle import (
    draw_probabilities,
    follows,
    peers,
    refuses,
    sound,
)

P3 = np.array([[0.6, 0.2, 0.2], [0.5, 0.45, 0.05], [0.4, 0.3, 0.3]])


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.prop("P11.1", "two classes: margin, least confidence, entropy: one order")
@given(seed=strategies.seeds, n=st.integers(2, 9))
def test_one_order_for_two_classes(subject, seed, n):
    margin = subject("acquisition.margin")
    least_confidence = subject("acquisition.least_confidence")
    entropy = subject("acquisition.entropy")
    # distances from 1/2 that are apart by far more than rounding
    away = (rng(seed).permutation(n) + 0.5) / (2 * n)
    sign = rng(seed).choice([-1.0, 1.0], n)
    p = np.column_stack([0.5 + sign * away, 0.5 - sign * away])
    want = np.argsort(away)
    for budget in (1, n):
        for ask in (margin, least_confidence, entropy):
            got = np.asarray(ask(p, budget, rng=rng()))
            np.testing.assert_array_equal(got, want[:budget], str(ask))


@pytest.mark.prop("P11.1", "three classes, by hand: each score has its own first")
def test_three_classes_by_hand(subject):
    margin = subject("acquisition.margin")
    least_confidence = subject("acquisition.least_confidence")
    entropy = subject("acquisition.entropy")
    assert np.asarray(margin(P3, 3, rng=rng())).tolist() == [1, 2, 0]
    assert np.asarray(least_confidence(P3, 3, rng=rng())).tolist() == [2, 1, 0]
    assert np.asarray(entropy(P3, 3, rng=rng())).tolist() == [2, 0, 1]
    # all three apart at once: the page's example
    p = np.array([[0.50, 0.49, 0.01], [0.46, 0.44, 0.10], [0.50, 0.25, 0.25]])
    asks = margin, least_confidence, entropy
    assert [int(np.asarray(ask(p, 1, rng=rng()))[0]) for ask in asks] == [0, 1, 2]
    # impossible classes are no trouble: 0 log 0 is zero
    q = np.array([[1.0, 0.0, 0.0], [0.5, 0.5, 0.0], [0.98, 0.01, 0.01]])
    for ask in (margin, least_confidence, entropy):
        assert np.asarray(ask(q, 3, rng=rng())).tolist() == [1, 2, 0]
    # the order of classes says nothing
    for order in itertools.permutations(range(3)):
        for ask, first in ((margin, 1), (least_confidence, 2), (entropy, 2)):
            assert np.asarray(ask(P3[:, list(order)], 1, rng=rng()))[0] == first


@pytest.mark.prop("P11.1", "three classes: margins of logits have another order")
def test_logit_margins_differ(subject):
    margin = subject("acquisition.margin")
    z = np.array([[2.0, 1.0, -9.0], [1.1, 0.0, 0.0]])
    p = softmax(z, axis=1)
    # logit margins 1 and 1.1; probability margins 0.46 and 0.40
    assert np.asarray(margin(z, 2, rng=rng())).tolist() == [0, 1]
    assert np.asarray(margin(p, 2, rng=rng())).tolist() == [1, 0]
    # with two classes the sigmoid of the logit margin decides: one order
    z = z[:, :2]
    two = [
        np.asarray(margin(a, 2, rng=rng())).tolist() for a in (z, softmax(z, axis=1))
    ]
    assert two == [[0, 1], [0, 1]]


@pytest.mark.prop("P11.2", "a constant added to a sample's logits changes nothing")
@given(seed=strategies.seeds, C=st.integers(2, 5))
def test_shift_invariance(subject, seed, C):
    margin = subject("acquisition.margin")
    least_confidence = subject("acquisition.least_confidence")
    entropy = subject("acquisition.entropy")
    z = rng(seed).integers(-20, 20, (7, C)) / 8 + rng(seed + 1).permutation(7)[:, None]
    shift = rng(seed).integers(-40, 40, (7, 1))
    # logits in eighths: sums are exact, so the margins are the same numbers
    for budget in (1, 4):
        a, b = (np.asarray(margin(a, budget, rng=rng())) for a in (z, z + shift))
        np.testing.assert_array_equal(a, b)
    z = rng(seed).standard_normal((7, C))
    for ask in (margin, least_confidence, entropy):
        a, b = (ask(softmax(a, axis=1), 3, rng=rng()) for a in (z, z + shift))
        np.testing.assert_array_equal(np.asarray(a), np.asarray(b))


@pytest.mark.prop("P11.8", "distinct, repeatable, blind to the pool's order; budgets")
@pytest.mark.parametrize("C", [2, 4])
def test_scores_are_sound(subject, C):
    margin = subject("acquisition.margin")
    least_confidence = subject("acquisition.least_confidence")
    entropy = subject("acquisition.entropy")
    p = draw_probabilities(rng(C), 9, C)
    for ask in (margin, least_confidence, entropy):
        sound(ask, p, 4)
        refuses(ask, p)
        # equal scores: any of them, each at times
        ties = np.full((4, C), 1.0 / C)
        first = {int(np.asarray(ask(ties, 1, rng=rng(s)))[0]) for s in range(40)}
        assert first == {0, 1, 2, 3}, f"{ask}: of four equal samples only {first}"


@pytest.mark.prop("P11.8", "one class only: margins are equal, and any batch may come")
def test_one_class(subject):
    margin = subject("acquisition.margin")
    batches = [np.asarray(margin(np.ones((3, 1)), 2, rng=rng(s))) for s in range(60)]
    law = dict.fromkeys(itertools.permutations(range(3), 2), 1 / 6)
    assert {tuple(b.tolist()) for b in batches} == set(law)


@pytest.mark.prop("P11.8", "random picks: every batch is as likely")
def test_random_picks(subject):
    random_picks = subject("acquisition.random_picks")
    pool = np.zeros((4, 1))
    sound(random_picks, pool, 2, moved=False)
    refuses(random_picks, pool)
    draws = rng()
    law = dict.fromkeys(itertools.permutations(range(4), 2), 1 / 12)
    found = (random_picks(pool, 2, rng=draws) for _ in range(600))
    follows(law, [tuple(np.asarray(f).tolist()) for f in found])


@pytest.mark.prop("P11.12", "a stochastic batch has the law of draws by s^coldness")
@pytest.mark.parametrize("coldness", [0.0, 1.0, 2.5])
def test_stochastic_batch_law(subject, coldness):
    stochastic_batch = subject("acquisition.stochastic_batch")
    s = np.array([0.2, 1.0, 3.0, 1.5])
    law = {}
    for i, j in itertools.permutations(range(4), 2):
        w = s**coldness
        law[i, j] = w[i] / w.sum() * w[j] / (w.sum() - w[i])
    draws = rng(3)
    found = (stochastic_batch(s, 2, coldness=coldness, rng=draws) for _ in range(1500))
    follows(law, [tuple(np.asarray(f).tolist()) for f in found])


@pytest.mark.prop("P11.12", "a stochastic batch: units do not matter, zeros come last")
def test_stochastic_batch_extremes(subject):
    stochastic_batch = subject("acquisition.stochastic_batch")
    s = np.array([0.0, 2.0, 0.0, 1.0, 5.0])
    sound(stochastic_batch, s, 3, moved=False)
    refuses(stochastic_batch, s)
    last = set()
    for seed in range(30):
        got = np.asarray(stochastic_batch(s, 5, rng=rng(seed)))
        assert set(got[3:].tolist()) == {0, 2}, "a score of zero came before others"
        last.add(int(got[4]))
        for unit in (2.0**-300, 2.0**300):
            far = np.asarray(stochastic_batch(unit * s, 5, rng=rng(seed)))
            np.testing.assert_array_equal(far, got)
        hard = np.asarray(stochastic_batch(s, 3, coldness=1e6, rng=rng(seed)))
        assert hard.tolist() == [4, 1, 3], "a large coldness sorts"
    assert last == {0, 2}, "zeros are not drawn evenly"
    zero = {
        int(np.asarray(stochastic_batch(s, 1, coldness=0.0, rng=rng(k)))[0])
        for k in range(60)
    }
    assert zero == {0, 1, 2, 3, 4}, "coldness zero ignores the scores, zeros included"


@pytest.mark.prop("P11.15", "scores order a pool as modAL and scikit-activeml do")
def test_as_other_packages_order(subject):
    margin = subject("acquisition.margin")
    least_confidence = subject("acquisition.least_confidence")
    entropy = subject("acquisition.entropy")
    said = peers()
    p = np.array(said["p"])
    for name, ask in (
        ("margin", margin),
        ("least_confidence", least_confidence),
        ("entropy", entropy),
    ):
        got = np.asarray(ask(p, 30, rng=rng())).tolist()
        assert got[:8] == said["modAL"][name], name
        assert got == said["skactiveml"]["order"][name], name


@pytest.mark.prop("I11.5", "scores to draw by are not negative, nor is the coldness")
def test_stochastic_batch_refuses_by_name(subject):
    stochastic_batch = subject("acquisition.stochastic_batch")
    for wrong in ([-1.0, 2.0], []):
        with pytest.raises(ValueError, match="scores"):
            stochastic_batch(wrong, 1, rng=rng())
    with pytest.raises(ValueError, match="coldness"):
        stochastic_batch([1.0, 2.0], 1, coldness=-1.0, rng=rng())
