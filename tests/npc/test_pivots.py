"""Properties of pivoted Cholesky as a choice, and as a measure of rank."""

import numpy as np
import pytest
from hypothesis import given, settings

from tests import strategies
from tests.npc.oracle import block, exact_rank, features, split


@pytest.mark.prop("P16.13", "each pivot is the sample with the largest determinant")
@settings(max_examples=30)
@given(seed=strategies.seeds)
def test_greedy_determinant(subject, seed):
    pivoted_cholesky = subject("npc.pivoted_cholesky")
    F = features(seed, "lengths", n=9, d=14)
    gram = F @ F.T
    labeled, pool = split(seed, 9)
    budget = int(np.random.default_rng(seed).integers(1, len(pool) + 1))
    which = {"gram": gram} if seed % 2 else {"factor": F}
    picks = pivoted_cholesky(labeled=labeled, pool=pool, budget=budget, **which)
    assert len(set(picks.tolist())) == budget
    assert set(picks.tolist()) <= set(pool.tolist())
    for k, pick in enumerate(picks):
        before = [*labeled, *picks[:k]]
        worth = {
            x: np.linalg.slogdet(block(gram, before, [x]))[1]
            for x in pool
            if x not in picks[:k]
        }
        assert worth[pick] >= max(worth.values()) - 1e-6


@pytest.mark.prop("P16.13", "the budget may be as large as the rank leaves, not larger")
@settings(max_examples=30)
@given(X=strategies.degenerate(max_rows=8, max_columns=5, min_rows=2))
def test_as_many_pivots_as_the_rank(subject, X):
    pivoted_cholesky = subject("npc.pivoted_cholesky")
    n = len(X)
    labeled, pool = np.arange(n // 2), np.arange(n // 2, n)
    left = exact_rank(X) - exact_rank(X[: n // 2])
    args = {"factor": X, "labeled": labeled, "pool": pool}
    if left:
        picks = pivoted_cholesky(budget=left, **args)
        assert exact_rank(X[[*labeled, *picks]]) == exact_rank(X)
    if left < len(pool):
        with pytest.raises(ValueError, match="budget"):
            pivoted_cholesky(budget=left + 1, **args)


@pytest.mark.prop("P16.13", "by hand: what is left of each sample")
def test_pivots_by_hand(subject):
    pivoted_cholesky = subject("npc.pivoted_cholesky")
    # After (1, 0): left are .01, 4 and 1; after (1, 0, 2) nothing but (9, 1, 0).
    F = [[1.0, 0.0, 0.0], [1.0, 0.1, 0.0], [1.0, 0.0, 2.0], [9.0, 1.0, 0.0]]
    args = {"factor": F, "labeled": [0], "pool": [1, 2, 3]}
    assert pivoted_cholesky(budget=1, **args).tolist() == [2]
    assert pivoted_cholesky(budget=2, **args).tolist() == [2, 3]
    # Unlabelled, the longest comes first.
    first = pivoted_cholesky(factor=F, labeled=[], pool=[0, 1, 2, 3], budget=1)
    assert first.tolist() == [3]


@pytest.mark.prop("I16.3", "budgets and matrices that are refused")
@pytest.mark.parametrize(
    "wrong, word",
    [
        ({"budget": 3}, "budget must be at most 2"),
        ({"budget": 0}, "budget"),
        ({"gram": np.diag([1.0, 1.0, -1.0])}, "semi-definite"),
    ],
)
def test_bad_pivots(subject, wrong, word):
    pivoted_cholesky = subject("npc.pivoted_cholesky")
    args = {"gram": np.eye(3), "labeled": [0], "pool": [1, 2], "budget": 1} | wrong
    with pytest.raises(ValueError, match=word):
        pivoted_cholesky(**args)
