"""Properties of the choice: the searches, the rank trap, its two ways out."""

import itertools

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from reference.npc import eigenvalue_caps, pivoted_cholesky
from reference.npc import npc as reference_npc
from tests import strategies
from tests.npc.oracle import (
    block,
    draws,
    exact_rank,
    features,
    optimum,
    ranked,
    slack,
    smallest,
    split,
)

SEARCHES = ["random", "greedy", "exchange"]


def generator(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.prop("P16.9", "random: the best of the draws of the plain algorithm")
@settings(max_examples=25)
@given(seed=strategies.seeds, power=st.integers(-12, 12))
def test_random_search(subject, seed, power):
    npc = subject("npc.npc")
    F = features(seed, "lengths", n=11, d=16) * 10.0 ** (power / 2)
    labeled, pool = split(seed, 11)
    budget = int(generator(seed).integers(1, len(pool) + 1))
    which = {"gram": F @ F.T} if seed % 2 else {"factor": F}
    before = F.copy()
    found = npc(
        labeled=labeled, pool=pool, budget=budget, candidates=12,
        rng=generator(seed), **which,
    )  # fmt: skip
    gram = F @ F.T
    scores = [smallest(gram, labeled, b) for b in draws(pool, budget, 12, seed)]
    assert smallest(gram, labeled, found) >= max(scores) - slack(gram, 12)
    assert len(set(found.tolist())) == budget
    assert set(found.tolist()) <= set(pool.tolist())
    assert (before == F).all(), "the features were changed"


@pytest.mark.prop("P16.8", "greedy: each sample is the best addition; below the caps")
@settings(max_examples=20)
@given(seed=strategies.seeds)
def test_greedy_search(subject, seed):
    npc = subject("npc.npc")
    F = features(seed, "normal", n=10, d=15)
    gram = F @ F.T
    labeled, pool = split(seed, 10)
    budget = int(generator(seed).integers(1, len(pool) + 1))
    args = {"gram": gram, "labeled": labeled, "pool": pool, "budget": budget}
    found = npc(search="greedy", rng=generator(), **args)
    tol = slack(gram, 10)
    for k, pick in enumerate(found):
        before = [*labeled, *found[:k]]
        worth = [smallest(gram, before, [x]) for x in pool if x not in found[:k]]
        assert smallest(gram, before, [pick]) >= max(worth) - tol
    value = smallest(gram, labeled, found)
    assert value <= min(eigenvalue_caps(**args)) + tol
    assert value <= optimum(gram, labeled, pool, budget) + tol


@pytest.mark.prop(
    "P16.8", "exchange: at least the best draw, and no exchange is better"
)
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_exchange_search(subject, seed):
    npc = subject("npc.npc")
    F = features(seed, "normal", n=9, d=13)
    gram = F @ F.T
    labeled, pool = split(seed, 9)
    budget = int(generator(seed).integers(1, len(pool) + 1))
    args = {"gram": gram, "labeled": labeled, "pool": pool, "budget": budget}
    found = npc(search="exchange", candidates=3, rng=generator(seed), **args)
    start = max(smallest(gram, labeled, b) for b in draws(pool, budget, 3, seed))
    value, tol = smallest(gram, labeled, found), slack(gram, 9)
    assert len(set(found.tolist())) == budget
    assert value >= start - tol
    for slot, x in itertools.product(range(budget), pool):
        other = found.copy()
        other[slot] = x
        if len(set(other.tolist())) == budget:
            assert smallest(gram, labeled, other) <= value * (1 + 1e-8) + tol


@pytest.mark.prop("P16.8", "greedy can lose to draws, which an exchange starts from")
def test_greedy_can_lose(subject):
    npc = subject("npc.npc")
    lost = 0
    for seed in range(12):
        F = features(seed, "normal", n=12, d=12)
        gram = F @ F.T
        args = {"gram": gram, "labeled": [], "pool": np.arange(12), "budget": 4}
        values = {
            search: smallest(
                gram, npc(search=search, candidates=200, rng=generator(seed), **args)
            )
            for search in SEARCHES
        }
        lost += values["greedy"] < values["random"] - 1e-9
        assert values["exchange"] >= values["random"] - 1e-12
    assert 0 < lost < 12, lost


@pytest.mark.prop("P16.3", "a batch that is not singular exists exactly if ranks allow")
@settings(max_examples=40)
@given(
    X=strategies.degenerate(max_rows=8, max_columns=4, min_rows=2),
    seed=st.integers(0, 99),
)
def test_ranks_decide(subject, X, seed):
    npc = subject("npc.npc")
    labeled, pool = split(seed, len(X))
    budget = int(generator(seed).integers(1, len(pool) + 1))
    wanted = len(labeled) + budget
    possible = exact_rank(X[labeled]) == len(labeled) and exact_rank(X) >= wanted
    batches = itertools.combinations(pool, budget)
    assert possible == any(exact_rank(X[[*labeled, *b]]) == wanted for b in batches)
    args = {"gram": X @ X.T, "labeled": labeled, "pool": pool, "budget": budget}
    if not possible:
        with pytest.raises(ValueError, match=r"labeled|budget"):
            npc(rng=generator(seed), **args)
        return
    found = npc(search="greedy", rng=generator(seed), **args)
    assert exact_rank(X[[*labeled, *found]]) == wanted, "greedy takes independent ones"


@pytest.mark.prop("P16.2", "with a distinct batch among the draws no copy is bought")
@settings(max_examples=20)
@given(seed=strategies.seeds, search=st.sampled_from(SEARCHES))
def test_no_copy_is_bought(subject, seed, search):
    npc = subject("npc.npc")
    F = features(seed, "normal", n=6, d=9)
    F = F[[0, 1, 2, 3, 4, 5, 0, 1, 2, 3, 4, 5]]  # everything twice
    labeled, pool = [0, 1], np.arange(2, 12)
    origin = np.arange(12) % 6
    distinct = any(len({0, 1, *origin[b]}) == 5 for b in draws(pool, 3, 60, seed))
    assume(distinct)
    found = npc(
        factor=F, labeled=labeled, pool=pool, budget=3, candidates=60, search=search,
        rng=generator(seed),
    )  # fmt: skip
    assert len({0, 1, *origin[found].tolist()}) == 5, found


@pytest.mark.prop("P16.6", "beyond the rank, and with dependent labels, it refuses")
@pytest.mark.parametrize("search", SEARCHES)
def test_the_rank_trap(subject, search):
    npc = subject("npc.npc")
    F = features(5, "normal", n=20, d=6)
    args = {"factor": F, "pool": np.arange(4, 20), "search": search}
    found = npc(labeled=np.arange(4), budget=2, rng=generator(), **args)
    assert len(found) == 2
    with pytest.raises(ValueError, match="budget must be at most 2, got 3"):
        npc(labeled=np.arange(4), budget=3, rng=generator(), **args)
    F[1] = F[0]
    with pytest.raises(ValueError, match=r"labeled must be independent.*rank 3"):
        npc(labeled=np.arange(4), budget=1, rng=generator(), **args)


@pytest.mark.prop("P16.6", "a long sample in the pool: no verdict on the others")
@pytest.mark.parametrize("labeled", [[0], []])
def test_a_long_sample_proves_nothing(subject, labeled):
    npc = subject("npc.npc")
    gram = np.diag([1.0, 1.0, 1.0, 2.0**60])  # of full rank, whatever is said of it
    args = {"gram": gram, "labeled": labeled, "rng": generator(), "budget": 2}
    with pytest.raises(ValueError, match="pool must hold samples of one size"):
        npc(pool=[1, 2, 3], **args)
    assert sorted(npc(pool=[1, 2], **args)) == [1, 2]


@pytest.mark.prop(
    "P16.11", "continued: the eigenvalue of the largest rank there can be"
)
@settings(max_examples=30)
@given(seed=strategies.seeds, search=st.sampled_from(SEARCHES), copies=st.booleans())
def test_continuation(subject, seed, search, copies):
    npc = subject("npc.npc")
    F = features(seed, "normal", n=12, d=4)
    labeled, pool = np.arange(3), np.arange(3, 12)
    if copies:
        F[1] = F[0]
    rank = 2 if copies else 3
    budget = int(generator(seed).integers(1, 6))
    k = min(rank + budget, 4)
    gram = F @ F.T
    found = npc(
        factor=F, labeled=labeled, pool=pool, budget=budget, candidates=9,
        search=search, when_rank_deficient="continue", rng=generator(seed),
    )  # fmt: skip
    value, tol = ranked(gram, k, labeled, found), 4 * slack(gram, 12)
    best = max(ranked(gram, k, labeled, b) for b in draws(pool, budget, 9, seed))
    if search == "random":
        assert value >= best - tol
    if search == "exchange":
        assert value >= best - tol
        for slot, x in itertools.product(range(budget), pool):
            other = found.copy()
            other[slot] = x
            if len(set(other.tolist())) == budget:
                assert ranked(gram, k, labeled, other) <= value * (1 + 1e-8) + tol
    if search == "greedy":
        for j, pick in enumerate(found):
            step = min(rank + j + 1, 4)
            before = [*labeled, *found[:j]]
            worth = [
                ranked(gram, step, before, [x]) for x in pool if x not in found[:j]
            ]
            assert ranked(gram, step, before, [pick]) >= max(worth) - tol


@pytest.mark.prop("P16.11", "continued: within the rank nothing changes; rank one")
def test_continuation_within_the_rank(subject):
    npc = subject("npc.npc")
    F = features(7, "normal", n=12, d=9)
    args = {"factor": F, "labeled": [0, 1], "pool": np.arange(2, 12), "budget": 3}
    want = reference_npc(rng=generator(1), **args)
    for choice in ("continue", "logdet"):
        got = npc(rng=generator(1), when_rank_deficient=choice, **args)
        assert got.tolist() == want.tolist()
    # One feature: the eigenvalue is the sum of squares, whatever the signs.
    line = np.array([[1.0], [2.0], [-3.0], [0.5]])
    found = npc(
        factor=line, labeled=[0], pool=[1, 2, 3], budget=2, search="greedy",
        when_rank_deficient="continue", rng=generator(),
    )  # fmt: skip
    assert found.tolist() == [2, 1]


@pytest.mark.prop("P16.11", "continued: not the smallest that is not zero")
def test_a_copy_is_not_ignored(subject):
    npc = subject("npc.npc")
    # Labels (2, 0) and its copy. "Smallest non-zero" would prefer another copy (12) to
    # the short (0, 1), whose second eigenvalue is 1; with (0, 1) all is spanned.
    F = np.array([[2.0, 0.0], [2.0, 0.0], [2.0, 0.0], [0.0, 1.0]])
    for search in SEARCHES:
        found = npc(
            factor=F, labeled=[0, 1], pool=[2, 3], budget=1, search=search,
            when_rank_deficient="continue", rng=generator(),
        )  # fmt: skip
        assert found.tolist() == [3]


@pytest.mark.prop("P16.12", "log det: the best draw and the best additions")
@settings(max_examples=20)
@given(seed=strategies.seeds, search=st.sampled_from(["random", "greedy"]))
def test_ridge_determinant(subject, seed, search):
    npc = subject("npc.npc")
    F = features(seed, "normal", n=12, d=3)
    gram, reg = F @ F.T, 0.1
    labeled, pool = np.arange(5), np.arange(5, 12)

    def volume(*parts):
        inside = block(gram, labeled, *parts)
        return np.linalg.slogdet(inside + reg * np.eye(len(inside)))[1]

    found = npc(
        gram=gram, labeled=labeled, pool=pool, budget=3, candidates=8, search=search,
        when_rank_deficient="logdet", reg=reg, rng=generator(seed),
    )  # fmt: skip
    if search == "random":
        best = max(volume(b) for b in draws(pool, 3, 8, seed))
        assert volume(found) >= best - 1e-9
        return
    for k, pick in enumerate(found):
        worth = [volume(found[:k], [x]) for x in pool if x not in found[:k]]
        assert volume(found[:k], [pick]) >= max(worth) - 1e-9


@pytest.mark.prop("P16.11", "a kernel of zeros leaves nothing to continue with")
def test_nothing_at_all(subject):
    npc = subject("npc.npc")
    args = {"gram": np.zeros((4, 4)), "pool": [1, 2, 3], "budget": 2}
    for choice in ("raise", "continue"):
        with pytest.raises(ValueError, match=r"rank 0"):
            npc(labeled=[], when_rank_deficient=choice, rng=generator(), **args)
        with pytest.raises(ValueError, match=r"labeled must be independent"):
            npc(labeled=[0], when_rank_deficient=choice, rng=generator(), **args)
    found = npc(labeled=[0], when_rank_deficient="logdet", rng=generator(), **args)
    assert len(set(found.tolist())) == 2


@pytest.mark.prop("P16.12", "log det beside many labels, whose modes are eliminated")
def test_ridge_determinant_with_many_labels(subject):
    npc = subject("npc.npc")
    F = features(8, "normal", n=40, d=6)
    labeled, pool = np.arange(25), np.arange(25, 40)

    def volume(batch):
        inside = block(F @ F.T, labeled, batch)
        return np.linalg.slogdet(inside + 0.5 * np.eye(len(inside)))[1]

    for seed in range(4):
        found = npc(
            factor=F, labeled=labeled, pool=pool, budget=4, candidates=30, reg=0.5,
            when_rank_deficient="logdet", rng=generator(seed),
        )  # fmt: skip
        best = max(volume(b) for b in draws(pool, 4, 30, seed))
        np.testing.assert_allclose(volume(found), best, rtol=1e-10)


@pytest.mark.prop("P16.11", "continued: no exchange takes a sample that is there")
def test_exchanges_are_for_others(subject):
    npc = subject("npc.npc")
    line = np.array([[1.0], [9.0], [2.0], [3.0]])
    for choice in ("continue", "logdet"):
        found = npc(
            factor=line, labeled=[0], pool=[1, 2, 3], budget=2, search="exchange",
            when_rank_deficient=choice, candidates=1, rng=generator(),
        )  # fmt: skip
        assert sorted(found.tolist()) == [1, 3]


@pytest.mark.prop("P16.12", "log det without a ridge given does not depend on units")
def test_default_ridge(subject):
    npc = subject("npc.npc")
    F = features(2, "normal", n=14, d=3)
    F[0] = F[1]
    args = {"labeled": [0, 1], "pool": np.arange(2, 14), "budget": 4}
    picks = [
        npc(
            gram=unit * (F @ F.T), search="greedy", when_rank_deficient="logdet",
            rng=generator(), **args,
        ).tolist()
        for unit in (1.0, 2.0**-40, 2.0**40)
    ]  # fmt: skip
    assert picks[0] == picks[1] == picks[2]
    ridge = 1e-3 * (F[2:] ** 2).sum(axis=1).mean()
    given_ridge = npc(
        factor=F, search="greedy", when_rank_deficient="logdet", reg=ridge,
        rng=generator(), **args,
    )  # fmt: skip
    assert picks[0] == given_ridge.tolist()


@pytest.mark.prop("P16.6", "pivots that are not small, an eigenvalue that is")
def test_full_rank_by_pivots_only(subject):
    npc = subject("npc.npc")
    # Kahan's matrix: no pivot is below 1e-8, the smallest eigenvalue is near 1e-23.
    R = 0.8 ** np.arange(40)[:, None] * (np.eye(40) - 0.6 * np.triu(np.ones(40), 1))
    args = {"factor": R.T, "labeled": [], "pool": np.arange(40), "budget": 40}
    for search, word in (("greedy", "budget must be smaller"), ("random", "draw more")):
        with pytest.raises(ValueError, match=word):
            npc(search=search, candidates=3, rng=generator(), **args)


@pytest.mark.prop("P16.12", "log det: a ridge that rounding drowns is refused")
@pytest.mark.parametrize("reg", [1e-14, 1e-17, 1e-300])
def test_ridge_below_rounding(subject, reg):
    npc = subject("npc.npc")
    F = features(3, "normal", n=14, d=3)
    args = {"labeled": np.arange(5), "pool": np.arange(5, 14), "budget": 1}
    npc(factor=F, when_rank_deficient="logdet", reg=1e-12, rng=generator(), **args)
    with pytest.raises(ValueError, match=r"reg must be at least .*e-1[34], what round"):
        npc(
            factor=F, when_rank_deficient="logdet", reg=reg, rng=generator(), **args
        )  # fmt: skip


@pytest.mark.prop("P16.12", "log det: the default ridge is not below rounding")
def test_default_ridge_beside_long_labels(subject):
    npc = subject("npc.npc")
    F = features(3, "normal", n=14, d=3)
    F[:5] *= 1e8
    found = npc(
        factor=F, labeled=np.arange(5), pool=np.arange(5, 14), budget=2,
        when_rank_deficient="logdet", search="greedy", rng=generator(),
    )  # fmt: skip
    assert len(set(found.tolist())) == 2


@pytest.mark.prop("P16.7", "jitter changes no pick")
@settings(max_examples=10)
@given(seed=strategies.seeds, search=st.sampled_from(SEARCHES))
def test_jitter_changes_no_pick(subject, seed, search):
    npc = subject("npc.npc")
    F = features(seed, "normal", n=10, d=14)
    args = {
        "labeled": [0, 1], "pool": np.arange(2, 10), "budget": 3, "candidates": 9,
        "search": search,
    }  # fmt: skip
    once = reference_npc(gram=F @ F.T, rng=generator(seed), **args)
    more = npc(gram=F @ F.T + 0.5 * np.eye(10), rng=generator(seed), **args)
    assert sorted(once.tolist()) == sorted(more.tolist())


@pytest.mark.prop("P16.10", "numbering does not matter; the whole pool; one sample")
def test_small_and_renumbered(subject):
    npc = subject("npc.npc")
    assert npc(
        gram=[[2.0]], labeled=[], pool=[0], budget=1, rng=generator()
    ).tolist() == [0]
    F = features(4, "normal", n=9, d=12)
    order = generator(3).permutation(9)
    place = np.argsort(order)
    for search in ("greedy", "exchange"):
        args = {"budget": 3, "candidates": 1, "search": search}
        once = npc(
            factor=F, labeled=[0], pool=np.arange(1, 9), rng=generator(2), **args
        )
        again = npc(
            factor=F[order],
            labeled=[place[0]],
            pool=place[1:],
            rng=generator(2),
            **args,
        )
        assert order[again].tolist() == once.tolist()
    whole = npc(
        factor=F,
        labeled=[0],
        pool=np.arange(1, 9),
        budget=8,
        rng=generator(),
        candidates=2,
    )
    assert sorted(whole.tolist()) == list(range(1, 9))


@pytest.mark.prop("P16.8", "on a search for independence pivots are a good start")
def test_greedy_beats_pivots_here(subject):
    npc = subject("npc.npc")
    F = features(11, "normal", n=40, d=60)
    args = {"factor": F, "labeled": np.arange(5), "pool": np.arange(5, 40), "budget": 6}
    greedy = npc(search="greedy", rng=generator(), **args)
    pivots = pivoted_cholesky(**args)
    values = [smallest(F @ F.T, np.arange(5), picks) for picks in (greedy, pivots)]
    assert values[0] > values[1] > 0


@pytest.mark.prop("I16.6", "arguments that are refused by name")
@pytest.mark.parametrize(
    "wrong, word",
    [
        ({"budget": 0}, "budget"),
        ({"budget": 4}, "budget must be at most 3, got 4$"),
        ({"pool": [0, 1]}, "pool must hold no sample that is labeled"),
        ({"pool": []}, "pool must hold at least one"),
        ({"labeled": [0, 0]}, "labeled must hold distinct"),
        ({"gram": np.diag([1.0, 1.0, 1.0, -1.0])}, "gram must be positive"),
        ({"gram": None}, "neither"),
        ({"search": "best"}, "search must be one of random, greedy, exchange"),
        ({"when_rank_deficient": "jitter"}, "when_rank_deficient must be one of"),
        ({"candidates": 0}, "candidates"),
        ({"rng": 0}, "rng"),
        ({"reg": 0.0}, "reg"),
        ({"max_iter": 0}, "max_iter"),
    ],
)
def test_bad_choices(subject, wrong, word):
    npc = subject("npc.npc")
    args = {
        "gram": np.eye(4), "labeled": [0], "pool": [1, 2, 3], "budget": 2,
        "rng": generator(),
    } | wrong  # fmt: skip
    with pytest.raises(ValueError, match=word):
        npc(**args)
