"""Properties of the two bounds."""

import numpy as np
import pytest
from hypothesis import given, settings

from tests import strategies
from tests.npc.oracle import features, kinds, optimum, slack, smallest, split


@pytest.mark.prop("P16.1", "no batch exceeds either bound: all of them looked at")
@settings(max_examples=25)
@given(seed=strategies.seeds, kind=kinds)
def test_no_batch_exceeds(subject, seed, kind):
    eigenvalue_caps = subject("npc.eigenvalue_caps")
    F = features(seed, kind, n=7)
    gram = F @ F.T
    labeled, pool = split(seed, 7)
    tol = slack(gram, 8)
    which = {"gram": gram} if seed % 2 else {"factor": F}
    for budget in range(1, len(pool) + 1):
        caps = eigenvalue_caps(labeled=labeled, pool=pool, budget=budget, **which)
        spectrum = np.linalg.eigvalsh(gram)[::-1]
        np.testing.assert_allclose(
            caps[1], spectrum[len(labeled) + budget - 1], atol=tol
        )
        if len(labeled):
            np.testing.assert_allclose(caps[0], smallest(gram, labeled), atol=tol)
        else:
            assert caps[0] == np.inf
        best = optimum(gram, labeled, pool, budget)
        assert best <= min(caps) + tol
        if budget == len(pool):
            np.testing.assert_allclose(best, caps[1], atol=tol)


@pytest.mark.prop("P16.1", "fewer features than samples: the second bound is zero")
def test_fewer_features_than_samples(subject):
    eigenvalue_caps = subject("npc.eigenvalue_caps")
    F = features(1, "normal", n=6, d=3) * 1e-6
    caps = eigenvalue_caps(factor=F, labeled=[0, 1], pool=[2, 3, 4, 5], budget=2)
    assert caps[1] == 0.0
    within = eigenvalue_caps(factor=F, labeled=[0, 1], pool=[2, 3, 4, 5], budget=1)
    want = np.linalg.svd(F, compute_uv=False)[2] ** 2
    np.testing.assert_allclose(within[1], want, rtol=1e-10)


@pytest.mark.prop("P16.1", "both bounds are sharp, each where the other is not")
def test_sharp_bounds(subject):
    eigenvalue_caps = subject("npc.eigenvalue_caps")
    gram = np.diag([1.0, 3.0, 3.0, 2.0])
    by_label = eigenvalue_caps(gram=gram, labeled=[0], pool=[1, 2, 3], budget=1)
    assert by_label == (1.0, 3.0)
    assert optimum(gram, [0], [1, 2, 3], 1) == 1.0
    by_pool = eigenvalue_caps(gram=gram, labeled=[1], pool=[0, 2, 3], budget=2)
    assert by_pool == (3.0, 2.0)
    assert optimum(gram, [1], [0, 2, 3], 2) == 2.0
    none = eigenvalue_caps(gram=gram, labeled=[], pool=[0, 1, 2, 3], budget=4)
    assert none == (np.inf, 1.0)


@pytest.mark.prop("I16.4", "budgets beyond the pool, and samples in both sets")
@pytest.mark.parametrize(
    "wrong, word", [({"budget": 3}, "budget"), ({"pool": [0, 1]}, "pool")]
)
def test_bad_caps(subject, wrong, word):
    eigenvalue_caps = subject("npc.eigenvalue_caps")
    args = {"gram": np.eye(3), "labeled": [0], "pool": [1, 2], "budget": 1} | wrong
    with pytest.raises(ValueError, match=word):
        eigenvalue_caps(**args)
