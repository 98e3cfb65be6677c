"""Properties of the loop: honest accounts, monotone cuts, no stall."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.cutting_plane.oracle import Seller, arms, lifted_output, network_output, pool

QUERIES = ["min_margin", "local_margin", "extremes", "random", "max_margin"]


@pytest.mark.prop("P12.1", "after every label the centre is right on all labels bought")
@settings(max_examples=15)
@given(seed=strategies.seeds, query=st.sampled_from(QUERIES), ints=st.booleans())
def test_consistency(subject, seed, query, ints):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, _, rng = pool(seed, 7, 3, integers=ints)
    truth = rng.standard_normal((2, 3))
    y = np.where(np.maximum(X @ truth.T, 0) @ [1.0, -1.0] + 0.01 > 0, 1.0, -1.0)
    twins = (X[:, None] == X).all(axis=2)
    y = y[twins.argmax(axis=1)]  # equal inputs, equal labels
    run = active_learn(X, Seller(y), patterns, budget=7, rng=rng, query=query)
    for record in run.history:
        theta = run.centers[record.center]
        known = [r.index for r in run.history if r.center <= record.center]
        assert (y * network_output(X, theta) > 0)[known].all()
        assert (y * lifted_output(X, patterns.gates, theta) > 0)[known].all()


@pytest.mark.prop("P12.2", "labels are counted: none twice, never above the budget")
@settings(max_examples=12)
@given(seed=strategies.seeds, budget=st.integers(0, 7), query=st.sampled_from(QUERIES))
def test_accounts(subject, seed, budget, query):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, rng = pool(seed, 7, 3)
    seller = Seller(y)
    start = list(rng.permutation(7)[: min(2, budget)])
    told = []
    run = active_learn(
        X, seller, patterns, budget=budget, rng=rng, query=query, initial=start,
        callback=told.append,
    )  # fmt: skip
    assert run.labels_bought == len(seller.sold) == budget
    assert seller.sold == run.queried.tolist()
    assert seller.sold[: len(start)] == start
    assert [record.index for record in run.history] == seller.sold
    assert [record.label for record in run.history] == y[seller.sold].tolist()
    assert told == list(run.history)
    np.testing.assert_array_equal(run.cuts.rows, X[seller.sold].reshape(-1, 3))
    np.testing.assert_array_equal(run.cuts.labels, y[seller.sold])
    assert not run.cuts.offsets.any()
    for record in run.history:
        before = run.centers[record.center - 1]
        f = lifted_output(X[[record.index]], patterns.gates, before)[0]
        assert record.output == pytest.approx(f, abs=1e-9)
        assert record.mistake == (record.label * record.output <= 0)
        assert record.seconds >= 0
        assert record.newton_steps >= 0


@pytest.mark.prop("P12.2", "the pool runs out: the loop ends, and has all labels")
@pytest.mark.parametrize("query", QUERIES)
def test_exhaustion(subject, query):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=5, num_gates=60)
    seller = Seller(y)
    rng = np.random.default_rng(0)
    run = active_learn(X, seller, patterns, budget=10, rng=rng, query=query)
    assert sorted(seller.sold) == list(range(10))
    assert (y * run.network(X) > 0).all()
    one = active_learn(X[:1], Seller(y), None, budget=1, rng=rng, query=query)
    assert one.labels_bought == 1


@pytest.mark.prop(
    "P12.3", "the version space shrinks: all later centres keep every cut"
)
@settings(max_examples=8)
@given(seed=strategies.seeds)
def test_monotone(subject, seed):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, rng = pool(seed, 7, 3)
    run = active_learn(X, Seller(y), patterns, budget=7, rng=rng)
    gates, at = patterns.gates, run.queried
    for j, record in enumerate(run.history):
        side = np.where(patterns.masks[:, at[j]], 1.0, -1.0)
        for k, theta in enumerate(run.centers):
            f = lifted_output(X[at[[j]]], gates, theta)[0]
            cones = (side * (theta @ X[at[j]])).min()
            if k >= record.center:  # inside, for ever
                assert record.label * f > 0
                assert cones > 0
                assert np.linalg.norm(theta) < 1
            elif k == record.center - 1 and record.mistake:  # cut away for ever
                assert record.label * f <= 0


@pytest.mark.prop("P12.5", "all labels flipped: u and v change places")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_flipped_labels(subject, seed):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, _ = pool(seed, 6, 3)
    order = [4, 1, 0, 5]
    options = {"budget": 4, "initial": order, "radius": 1.0}
    rng = np.random.default_rng(0)
    one = active_learn(X, Seller(y), patterns, rng=rng, **options)
    two = active_learn(X, Seller(-y), patterns, rng=rng, **options)
    np.testing.assert_allclose(two.centers[-1], one.centers[-1][::-1], atol=1e-4)
    np.testing.assert_allclose(two.network(X), -one.network(X), atol=1e-4)


@pytest.mark.prop("P12.5", "another order of pool and patterns: the same network")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_another_order(subject, seed):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, rng = pool(seed, 6, 3)
    rows, cells = rng.permutation(6), rng.permutation(len(patterns))
    moved = type(patterns)(patterns.masks[cells][:, rows], patterns.gates[cells])
    # from the third label on no margins are equal, so that no tie is broken
    first = active_learn(X, Seller(y), patterns, budget=6, rng=rng, initial=[0, 1, 2])
    start = [int(np.flatnonzero(rows == i)[0]) for i in (0, 1, 2)]
    second = active_learn(
        X[rows], Seller(y[rows]), moved, budget=6, rng=rng, initial=start
    )
    theta = second.centers[1]
    np.testing.assert_allclose(theta, first.centers[1][:, cells], atol=1e-4)
    assert rows[second.queried].tolist() == first.queried.tolist()


@pytest.mark.prop("P12.5", "a bought row in other units, or twice the patterns' gates")
@pytest.mark.parametrize("power", [-12, -3, 3, 12])
def test_units(subject, power):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, _ = pool(6, 6, 3)
    c = 10.0**power
    scaled = type(patterns)(patterns.masks, 3 * patterns.gates)
    run = active_learn(X, Seller(y), patterns, budget=6, rng=np.random.default_rng(0))
    other = active_learn(
        c * X, Seller(y), scaled, budget=6, rng=np.random.default_rng(0)
    )
    np.testing.assert_allclose(other.centers[-1], run.centers[-1], atol=1e-4)
    assert other.queried.tolist() == run.queried.tolist()


@pytest.mark.prop("P12.7", "the same generator, the same run")
@pytest.mark.parametrize("query", QUERIES)
def test_the_same_run(subject, query):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=6, num_gates=20)

    def run():
        rng = np.random.default_rng(7)
        return active_learn(X, Seller(y), patterns, budget=6, rng=rng, query=query)

    one, two = run(), run()
    assert one.queried.tolist() == two.queried.tolist()
    for a, b in zip(one.centers, two.centers, strict=True):
        np.testing.assert_array_equal(a, b)


@pytest.mark.prop(
    "P12.2", "the paper's accounting: right labels are seen, and not counted"
)
def test_cuts_on_mistakes_only(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=12, num_gates=80)
    seller = Seller(y)
    rng = np.random.default_rng(0)
    run = active_learn(
        X, seller, patterns, budget=24, rng=rng, query="extremes", cut_on="mistakes"
    )
    wrong = [record.index for record in run.history if record.mistake]
    assert 0 < len(wrong) < 24
    np.testing.assert_array_equal(run.cuts.rows, X[wrong])
    np.testing.assert_array_equal(run.cuts.labels, y[wrong])
    assert run.labels_bought == len(seller.sold) == 24
    right_now = y * run.network(X) > 0
    assert right_now[wrong].all()
    assert not right_now.all()  # one that was right, and made no cut


@pytest.mark.prop("P12.2", "labels of one class only are no obstacle")
def test_one_class(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=6, num_gates=60)
    rng = np.random.default_rng(0)
    run = active_learn(
        X, Seller(y), patterns, budget=9, rng=rng, initial=[0, 1, 2, 3, 4, 5]
    )
    assert (run.network_after(6)(X)[:6] > 0).all()
    assert (y * run.network(X) > 0)[run.queried].all()
    run = active_learn(X, Seller(np.ones(12)), patterns, budget=12, rng=rng)
    assert (run.network(X) > 0).all()


@pytest.mark.prop("P12.2", "network_after counts labels; nothing is the zero network")
def test_network_after(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=4, num_gates=20)
    rng = np.random.default_rng(0)
    run = active_learn(X, Seller(y), patterns, budget=4, rng=rng, initial=[0, 7])
    np.testing.assert_array_equal(run.network_after(4)(X), run.network(X))
    np.testing.assert_array_equal(run.network_after(1)(X), run.network_after(2)(X))
    assert not run.network_after(0)(X).any()
    with pytest.raises(ValueError, match="labels must be at most 4"):
        run.network_after(5)
