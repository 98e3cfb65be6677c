"""Properties of the plain search, and data that it does not bear."""

import numpy as np
import pytest
from hypothesis import given, settings

from reference.npc import npc as reference_npc
from reference.npc import plain_npc as plain_search
from tests import strategies
from tests.npc.oracle import draws, features, smallest, split


@pytest.mark.prop(
    "P16.9", "two unit vectors: the score is one minus |a|", stage="plain"
)
@pytest.mark.parametrize("a", [0.9, 0.5, 0.0, -0.3, -0.8])
def test_plain_worked_example(subject, a):
    plain_npc = subject("npc.plain_npc")
    # One candidate at a right angle, one with the inner product a. The score of a is
    # 1 - |a|: the absolute value is a part of the paper's example.
    gram = np.array([[1.0, a, 0.1], [a, 1.0, 0.0], [0.1, 0.0, 1.0]])
    pick = plain_npc(gram, [0], [1, 2], 1, candidates=20, rng=np.random.default_rng(0))
    assert pick.tolist() == ([1] if abs(a) < 0.1 else [2])
    np.testing.assert_allclose(smallest(gram, [0, 1]), 1 - abs(a), atol=1e-14)


@pytest.mark.prop("P16.9", "plain: the best of the batches drawn", stage="plain")
@settings(max_examples=20)
@given(seed=strategies.seeds)
def test_plain_is_the_best_draw(subject, seed):
    plain_npc = subject("npc.plain_npc")
    rng = np.random.default_rng(seed)
    gram = np.cov(rng.standard_normal((9, 30)))
    labeled, pool = split(seed, 9)
    budget = int(rng.integers(1, len(pool) + 1))
    count = int(rng.integers(1, 9))
    before = gram.copy()
    found = plain_npc(
        gram, labeled, pool, budget, candidates=count, rng=np.random.default_rng(seed)
    )
    scores = [smallest(gram, labeled, b) for b in draws(pool, budget, count, seed)]
    assert len(set(found.tolist())) == budget
    assert set(found.tolist()) <= set(pool.tolist())
    np.testing.assert_allclose(smallest(gram, labeled, found), max(scores), rtol=1e-10)
    assert (gram == before).all(), "the Gram matrix was changed"


@pytest.mark.prop("P16.9", "plain and robust agree on generic data", stage="plain")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_plain_and_robust_agree(subject, seed):
    plain_npc = subject("npc.plain_npc")
    F = features(seed, "normal", n=12, d=20)
    labeled, pool = np.arange(4), np.arange(4, 12)
    settings_ = {"candidates": 10}
    one = plain_npc(
        F @ F.T, labeled, pool, 3, rng=np.random.default_rng(seed), **settings_
    )
    other = reference_npc(
        factor=F, labeled=labeled, pool=pool, budget=3,
        rng=np.random.default_rng(seed), **settings_,
    )  # fmt: skip
    assert sorted(one.tolist()) == sorted(other.tolist())


@pytest.mark.prop(
    "P16.15",
    "the best r of all batches is met with probability 1-(1-r)^m",
    stage="plain",
)
def test_plain_how_often_the_best_is_met(subject):
    plain_npc = subject("npc.plain_npc")
    # Five single candidates, so the best one is a fifth; two draws, 400 runs.
    gram = np.diag([1.0, 2.0, 3.0, 4.0, 5.0])
    pool = np.arange(5)
    hits = sum(
        int(plain_npc(gram, [], pool, 1, candidates=2, rng=np.random.default_rng(s))[0])
        == 4
        for s in range(400)
    )
    # 1 - (4/5)² = .36 where the paper has (4/5)² = .64; five standard errors are .12.
    assert abs(hits / 400 - 0.36) < 0.12, hits


@pytest.mark.prop(
    "P16.6", "beyond the rank a plain pick is rounding, and robust refuses"
)
def test_plain_picks_by_rounding_beyond_the_rank(subject):
    npc = subject("npc.npc")
    F = features(3, "normal", n=30, d=4)
    labeled, pool = np.arange(5), np.arange(5, 30)
    gram = F @ F.T
    size = np.linalg.norm(gram, 2)
    picks = set()
    for power in range(4):  # the same kernel, with features turned
        Q = np.linalg.qr(np.random.default_rng(power).standard_normal((4, 4)))[0]
        turned = (F @ Q) @ (F @ Q).T
        np.testing.assert_allclose(turned, gram, atol=1e-12 * size)
        pick = plain_search(turned, labeled, pool, 3, rng=np.random.default_rng(0))
        assert abs(smallest(gram, labeled, pick)) < 1e-13 * size
        picks.add(tuple(sorted(pick.tolist())))
        with pytest.raises(ValueError, match=r"rank"):
            npc(
                gram=turned, labeled=labeled, pool=pool, budget=3,
                rng=np.random.default_rng(0),
            )  # fmt: skip
    assert len(picks) > 1, "rounding should not agree four times"


@pytest.mark.prop(
    "P16.2", "copies only among the draws: plain buys one, robust refuses"
)
def test_plain_buys_copies(subject):
    npc = subject("npc.npc")
    F = np.array([[1.0, 0.0, 0.0], [1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    gram = F @ F.T
    rng = np.random.default_rng
    seed = next(s for s in range(99) if set(rng(s).choice([1, 2, 3], 2, False)) >= {1})
    args = {"labeled": [0], "pool": [1, 2, 3], "budget": 2, "candidates": 1}
    bought = plain_search(gram, [0], [1, 2, 3], 2, candidates=1, rng=rng(seed))
    assert 1 in bought, "sample 1 is a copy of the labelled one"
    with pytest.raises(ValueError, match="singular"):
        npc(gram=gram, rng=rng(seed), **args)
    found = npc(gram=gram, rng=rng(seed), search="greedy", **args)
    assert sorted(found.tolist()) == [2, 3]
