"""Properties of the smallest eigenvalues after one more sample."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.npc.oracle import features, kinds, slack, smallest, split


@pytest.mark.prop("P16.4", "secular roots are the bordered eigenvalues")
@settings(max_examples=40)
@given(seed=strategies.seeds, kind=kinds, power=st.integers(-12, 12))
def test_secular_roots(subject, seed, kind, power):
    addition_scores = subject("npc.addition_scores")
    F = features(seed, kind) * 10.0 ** (power / 2)
    gram = F @ F.T
    labeled, pool = split(seed, len(F))
    which = {"gram": gram} if seed % 2 else {"factor": F}
    got = addition_scores(labeled=labeled, pool=pool, **which)
    want = [smallest(gram, labeled, [x]) for x in pool]
    np.testing.assert_allclose(got, want, rtol=0, atol=4 * slack(gram, len(F)))


@pytest.mark.prop(
    "P16.4", "no share in the lowest mode: the root is the mode, or below"
)
def test_a_sample_without_a_share(subject):
    addition_scores = subject("npc.addition_scores")
    # Labelled eigenvalues 1 and 3. A free sample of length 2 leaves 1; one of length
    # 0.5 is the smallest itself; one beside the mode 3 only has a root of its own.
    gram = np.diag([1.0, 3.0, 2.0, 0.5, 1.0])
    gram[1, 4] = gram[4, 1] = 1.5
    got = addition_scores(gram=gram, labeled=[0, 1], pool=[2, 3, 4])
    np.testing.assert_allclose(got, [1.0, 0.5, 2 - np.sqrt(3.25)], atol=1e-13)


@pytest.mark.prop("P16.4", "equal labelled eigenvalues: two shares count as one")
def test_equal_modes(subject):
    addition_scores = subject("npc.addition_scores")
    gram = np.eye(4)
    gram[:3, 3] = gram[3, :3] = 0.3, 0.4, 0.0
    got = addition_scores(gram=gram, labeled=[0, 1, 2], pool=[3])
    np.testing.assert_allclose(got, [0.5], atol=1e-13)
    zero = addition_scores(gram=np.zeros((3, 3)), labeled=[0, 1], pool=[2])
    np.testing.assert_allclose(zero, [0.0], atol=1e-300)


@pytest.mark.prop("P16.4", "a cliff: steps of Newton become tiny far from the root")
def test_a_cliff(subject):
    addition_scores = subject("npc.addition_scores")
    # Near copies among the labels, and a sample close to their span. At t = 1e-11 the
    # slope is 1e10 and a step 1e-16 long; the root is at a quarter of that.
    gram = np.diag([2e-11, 5e-11, 1.0])
    gram[0, 2] = gram[2, 0] = 1.5e-6
    gram[1, 2] = gram[2, 1] = 6.3e-6
    got = addition_scores(gram=gram, labeled=[0, 1], pool=[2])
    want = np.linalg.eigvalsh(gram)[0]
    np.testing.assert_allclose(got, [want], rtol=0, atol=3e-15)


@pytest.mark.prop("P16.4", "more pool than fits in one piece of memory")
def test_a_large_pool(subject):
    addition_scores = subject("npc.addition_scores")
    rng = np.random.default_rng(0)
    F = rng.standard_normal((5060, 80))
    labeled, pool = np.arange(60), np.arange(60, 5060)
    got = addition_scores(factor=F, labeled=labeled, pool=pool)
    some = rng.choice(len(pool), 25, replace=False)
    want = [
        smallest(F[[*labeled, pool[i]]] @ F[[*labeled, pool[i]]].T, np.arange(61))
        for i in some
    ]
    np.testing.assert_allclose(got[some], want, atol=1e-11)


@pytest.mark.prop("P16.4", "one long sample costs the others no digits")
@pytest.mark.parametrize("power", [5, 7, 9, 12])
def test_a_root_beside_a_long_sample(subject, power):
    addition_scores = subject("npc.addition_scores")
    F = features(power, "normal", n=40, d=40)
    F[39] *= 10.0**power
    got = addition_scores(factor=F, labeled=np.arange(5), pool=np.arange(5, 40))
    want = [smallest(F @ F.T, np.arange(5), [x]) for x in range(5, 39)]
    np.testing.assert_allclose(got[:-1], want, rtol=1e-9)


@pytest.mark.prop("P16.9", "what the paper's example says: one minus |a|")
@given(a=st.floats(-1.0, 1.0))
@settings(max_examples=20)
def test_worked_example(subject, a):
    addition_scores = subject("npc.addition_scores")
    gram = np.array([[1.0, a], [a, 1.0]])
    got = addition_scores(gram=gram, labeled=[0], pool=[1])
    np.testing.assert_allclose(got, [1.0 - abs(a)], atol=1e-14)


@pytest.mark.prop("I16.2", "sets of indices that are refused")
@pytest.mark.parametrize(
    "wrong, word",
    [
        ({"pool": [0, 1]}, "pool must hold no sample that is labeled"),
        ({"pool": [1, 1]}, "pool must hold distinct"),
        ({"labeled": [0, 0]}, "labeled must hold distinct"),
        ({"pool": []}, "pool must hold at least one"),
        ({"pool": [9]}, "pool must hold indices"),
    ],
)
def test_bad_index_sets(subject, wrong, word):
    addition_scores = subject("npc.addition_scores")
    args = {"gram": np.eye(4), "labeled": [0], "pool": [1, 2]} | wrong
    with pytest.raises(ValueError, match=word):
        addition_scores(**args)
