"""Properties of the plain ALLY, and pools that it does not bear."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.ally import dual_picks
from reference.ally import plain_ally as plain_picks
from tests import strategies
from tests.ally.oracle import priced, scene


@pytest.mark.prop("P14.11", "one label: the largest regressed dual", stage="plain")
@settings(max_examples=10)
@given(seed=strategies.seeds, h=st.integers(1, 4))
def test_plain_one_pick(subject, seed, h):
    plain_ally = subject("ally.plain_ally")
    rng = np.random.default_rng(seed)
    labeled, pool = rng.standard_normal((12, h)), rng.standard_normal((9, h))
    w = rng.standard_normal(h + 1)
    duals = labeled @ w[:h] + 5.0 + np.abs(labeled @ w[:h]).max()
    best = int((pool @ w[:h]).argmax())
    kept = labeled.copy(), duals.copy(), pool.copy()
    picks = plain_ally(labeled, duals, pool, 1, rng=np.random.default_rng(seed))
    assert np.asarray(picks).tolist() == [best], f"the largest is at row {best}"
    for was, now in zip(kept, (labeled, duals, pool), strict=True):
        np.testing.assert_array_equal(was, now, "an argument was changed")


@pytest.mark.prop("P14.11", "two groups far apart: the best of each", stage="plain")
@settings(max_examples=10)
@given(seed=strategies.seeds, slope=st.sampled_from([-0.01, 0.01]))
def test_plain_two_groups(subject, seed, slope):
    plain_ally = subject("ally.plain_ally")
    rng = np.random.default_rng(seed)
    left, right = rng.uniform(0.0, 1.0, 6), rng.uniform(100.0, 101.0, 6)
    pool = rng.permutation(np.concatenate([left, right]))[:, None]
    labeled = np.linspace(-10.0, 120.0, 8)[:, None]
    duals = 5.0 + slope * labeled[:, 0] ** 1
    picks = plain_ally(labeled, duals, pool, 2, rng=np.random.default_rng(seed))
    want = [a.max() if slope > 0 else a.min() for a in (left, right)]
    np.testing.assert_allclose(sorted(pool[picks, 0]), want)


@pytest.mark.prop("P14.11", "a budget of the pool's size buys all", stage="plain")
def test_plain_buys_all(subject):
    plain_ally = subject("ally.plain_ally")
    pool = np.arange(5.0)[:, None]
    for seed in range(4):
        picks = plain_ally(pool, pool[:, 0], pool, 5, rng=np.random.default_rng(seed))
        assert sorted(np.asarray(picks).tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.prop(
    "P14.11", "noisy duals are regressed, not interpolated", stage="plain"
)
def test_plain_regresses(subject):
    plain_ally = subject("ally.plain_ally")
    labeled = np.repeat([[0.0], [1.0], [2.0]], 2, axis=0)
    duals = np.array([0.0, 2.0, 3.0, 5.0, 1.0, 3.0])  # means 1, 4, 2: slope 1/2
    pool = np.array([[0.0], [1.0], [2.0], [1.5]])
    picks = plain_ally(labeled, duals, pool, 1, rng=np.random.default_rng(0))
    assert np.asarray(picks).tolist() == [2], "the line with slope 1/2 says row 2"


@pytest.mark.prop("P14.11", "plain and robust agree on far groups")
@settings(max_examples=3)
@given(seed=strategies.seeds)
def test_plain_and_robust_agree(subject, seed):
    robust = subject("ally.dual_picks")
    labeled, _, pool, _ = scene(seed, groups=2)
    duals, rng = labeled[:, 0] + 1.0, np.random.default_rng(seed)
    want = plain_picks(labeled, duals, pool, 2, rng=rng)
    picks = robust(pool, 2, labeled=labeled, model=priced(duals), hidden=(16,), rng=rng)
    assert set(picks.tolist()) == set(want.tolist())


@pytest.mark.prop("P14.1", "copies: plain gives fewer than the budget, robust all")
def test_plain_gives_too_few_of_a_pool_of_copies(subject):
    robust = subject("ally.dual_picks")
    pool = np.repeat([[0.0], [1.0]], 4, axis=0)
    labeled, duals = np.array([[0.0], [1.0], [2.0]]), np.array([1.0, 2.0, 3.0])
    few = plain_picks(labeled, duals, pool, 4, rng=np.random.default_rng(0))
    assert len(few) < 4
    picks = robust(
        pool, 4, labeled=labeled, model=priced(duals), rng=np.random.default_rng(0)
    )
    assert len(set(picks.tolist())) == 4
    assert (pool[picks, 0] == 1.0).sum() == 2, "each cluster gives an equal share"


@pytest.mark.prop(
    "P14.7", "all guesses cut off: plain takes the first, robust the best"
)
def test_plain_guesses_die(subject):
    robust = subject("ally.dual_picks")
    labeled = np.linspace(0.0, 3.0, 200)[:, None]
    duals = 3.0 - labeled[:, 0]
    pool = np.array([[9.0], [7.0], [8.0]])  # regressed duals -6, -4, -5
    plain = plain_picks(labeled, duals, pool, 1, rng=np.random.default_rng(0))
    assert plain.tolist() == [0]
    picks = robust(
        pool, 1, labeled=labeled, model=priced(duals), hidden=(),
        rng=np.random.default_rng(0),
    )  # fmt: skip
    assert picks.tolist() == [1]


@pytest.mark.prop("P14.7", "large duals in the middle: no line says so, a head does")
def test_plain_is_a_line(subject):
    robust = subject("ally.dual_picks")
    labeled = np.linspace(-1.0, 1.0, 60)[:, None]
    duals = np.exp(-20.0 * labeled[:, 0] ** 2)
    pool = np.array([[-0.8], [0.02], [0.8]])
    rng = np.random.default_rng(0)
    assert plain_picks(labeled, duals, pool, 1, rng=rng).tolist() != [1]
    picks = robust(pool, 1, labeled=labeled, model=priced(duals), hidden=(16,), rng=rng)
    assert picks.tolist() == [1]


def test_a_budget_beyond_the_pool_is_refused():
    with pytest.raises(ValueError, match="budget"):
        dual_picks(
            np.zeros((2, 1)), 3, labeled=np.zeros((1, 1)), model=priced([1.0]),
            rng=np.random.default_rng(0),
        )  # fmt: skip
