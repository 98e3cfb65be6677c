"""Properties of the clusters, and of the picks from them."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.ally import even_picks as reference_picks
from reference.ally import k_means as reference_means
from tests import strategies
from tests.ally.oracle import cost, turns


def draw_points(seed, n, h, kind):
    rng = np.random.default_rng(seed)
    P = rng.standard_normal((n, h))
    if kind == "copies":
        return P[rng.integers(0, max(1, n // 3), n)]
    if kind == "grid":
        return rng.integers(0, 2, (n, h)).astype(float)
    if kind == "tiny":
        return 1e-12 * P
    return 1e12 * P if kind == "huge" else P


kinds = st.sampled_from(["generic", "copies", "grid", "tiny", "huge"])


@pytest.mark.prop("P14.6", "nearest centre, centre the mean, no empty cluster")
@settings(max_examples=40)
@given(seed=strategies.seeds, n=st.integers(1, 14), h=st.integers(1, 3), kind=kinds,
       data=st.data())  # fmt: skip
def test_clusters_are_stable(subject, seed, n, h, kind, data):
    k_means = subject("ally.k_means")
    points = draw_points(seed, n, h, kind)
    k = data.draw(st.integers(1, n))
    kept = points.copy()
    labels, centers = k_means(points, k, rng=np.random.default_rng(seed))
    np.testing.assert_array_equal(points, kept, "the points were changed")
    distinct, place = np.unique(points, axis=0, return_inverse=True)
    wanted = min(k, len(distinct))
    assert sorted(set(labels.tolist())) == list(range(wanted)), labels
    assert centers.shape == (wanted, h)
    unit = np.abs(points).max() or 1.0
    for c in range(wanted):
        mean = points[labels == c].mean(axis=0)
        np.testing.assert_allclose(centers[c], mean, rtol=0, atol=1e-9 * unit)
    gaps = np.linalg.norm(points[:, None] - centers, axis=2)
    assert (gaps[np.arange(n), labels] <= gaps.min(axis=1) + 1e-9 * unit).all()
    for g in range(len(distinct)):
        assert len(set(labels[place.ravel() == g])) == 1, "copies are apart"


@pytest.mark.prop("P14.6", "more rounds never raise the sum of squares")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_rounds_lower_the_cost(subject, seed):
    k_means = subject("ally.k_means")
    points = np.random.default_rng(seed).standard_normal((40, 2))
    costs = []
    for rounds in (1, 2, 4, 50):
        labels, centers = k_means(
            points, 6, max_iter=rounds, rng=np.random.default_rng(seed)
        )
        costs.append(cost(points, labels, centers))
    assert (np.diff(costs) <= 1e-9).all(), costs
    gaps = np.linalg.norm(points[:, None] - centers, axis=2)
    assert (gaps[np.arange(40), labels] <= gaps.min(axis=1) + 1e-9).all(), "not done"


@pytest.mark.prop("P14.6", "groups far apart are found, whatever their sizes")
@settings(max_examples=20)
@given(seed=strategies.seeds)
def test_far_groups_are_found(subject, seed):
    k_means = subject("ally.k_means")
    rng = np.random.default_rng(seed)
    group = rng.permutation(np.repeat(np.arange(4), [30, 1, 5, 2]))
    points = np.column_stack([1e4 * group, np.zeros(38)]) + rng.uniform(0, 1, (38, 2))
    labels, _ = k_means(points, 4, rng=rng)
    pairs = {(int(g), int(c)) for g, c in zip(group, labels, strict=True)}
    assert len(pairs) == 4, "a group is torn, or two are joined"


@pytest.mark.prop("P14.6", "as many clusters as distinct points: a point each")
def test_a_point_each(subject):
    k_means = subject("ally.k_means")
    points = np.array([0.0] * 1000 + [1.0, 2.0, 3.0, 50.0])[:, None]
    for seed in range(20):
        labels, centers = k_means(points, 5, rng=np.random.default_rng(seed))
        assert len(set(labels.tolist())) == 5
        np.testing.assert_allclose(np.sort(centers[:, 0]), [0, 1, 2, 3, 50], atol=1e-9)


@pytest.mark.prop("P14.6", "a centre that lost its points starts at the worst off")
def test_an_empty_cluster_starts_again(subject):
    k_means = subject("ally.k_means")
    # With these first draws a centre loses all its points in the second round.
    points = np.array([[2.0, 3], [3, 7], [10, 9], [4, 4], [9, 6], [0, 0]])
    labels, centers = k_means(points, 4, rng=np.random.default_rng(0))
    assert sorted(set(labels.tolist())) == [0, 1, 2, 3]
    assert np.isfinite(centers).all()


@pytest.mark.prop("P14.6", "a clump that rounding cannot part: centres are means")
def test_clumps(subject):
    k_means = subject("ally.k_means")
    # Five points within 1e-9 of each other, far from zero: products cannot tell which
    # of two centres among them is nearer, and clusters come out empty in each round.
    for seed in range(30):
        rng = np.random.default_rng(seed)
        points = np.append(1.0 + 1e-9 * rng.standard_normal(5), [0.0, -1.0])[:, None]
        labels, centers = k_means(points, 5, rng=rng)
        assert sorted(set(labels.tolist())) == list(range(5))
        for c in range(5):
            mean = points[labels == c].mean()
            np.testing.assert_allclose(centers[c, 0], mean, rtol=0, atol=1e-11)


@pytest.mark.prop("P14.6", "points of any size")
@pytest.mark.parametrize("size", [5e-324, 1e-300, 1.7e308])
def test_sizes(subject, size):
    k_means = subject("ally.k_means")
    points = size * np.array([[1.0], [-1.0], [-1.0]])
    labels, centers = k_means(points, 2, rng=np.random.default_rng(0))
    np.testing.assert_allclose(centers[labels], points, rtol=1e-9)


@pytest.mark.prop("P14.6", "a copy counts: centres are means over all points")
def test_copies_count(subject):
    k_means = subject("ally.k_means")
    points = np.array([[0.0], [0.0], [0.0], [1.0]])
    _, centers = k_means(points, 1, rng=np.random.default_rng(0))
    np.testing.assert_allclose(centers, [[0.25]])


@pytest.mark.prop("P14.6", "first centres are drawn by squared distance")
def test_law_of_the_first_centres(subject):
    k_means = subject("ally.k_means")
    # One round: the labels tell the first centres. From 0 the second is 1 or 3 with
    # odds 1:9, from 1 it is 0 or 3 with odds 1:4, from 3 it is 0 or 1 with 9:4.
    points = np.array([[0.0], [1.0], [3.0]])
    apart = 0
    for seed in range(600):
        labels, _ = k_means(points, 2, max_iter=1, rng=np.random.default_rng(seed))
        apart += int(labels[0] != labels[1])
    # {0, 1} as centres part the first two, {0, 3} and {1, 3} do not.
    chance = (0.1 + 0.2) / 3
    assert abs(apart / 600 - chance) < 0.04, apart


@pytest.mark.prop("P14.2", "all clusters in turn, the last turn to the highest")
@settings(max_examples=40)
@given(seed=strategies.seeds, n=st.integers(1, 15), k=st.integers(1, 5), data=st.data())
def test_turns(subject, seed, n, k, data):
    even_picks = subject("ally.even_picks")
    rng = np.random.default_rng(seed)
    labels, scores = rng.integers(0, k, n), rng.standard_normal(n)
    budget = data.draw(st.integers(1, n))
    picks = np.asarray(even_picks(scores, labels, budget, rng=rng)).tolist()
    assert picks == turns(scores, labels, budget)


@pytest.mark.prop("P14.2", "one cluster: the top of the list; b clusters: one each")
@settings(max_examples=20)
@given(seed=strategies.seeds, b=st.integers(1, 6))
def test_one_and_b_clusters(subject, seed, b):
    even_picks = subject("ally.even_picks")
    rng = np.random.default_rng(seed)
    scores = rng.standard_normal(20)
    top = even_picks(scores, np.full(20, 7), b, rng=rng)
    assert np.asarray(top).tolist() == np.argsort(-scores)[:b].tolist()
    labels = rng.permutation(np.arange(20) % b)
    picks = even_picks(scores, labels, b, rng=rng)
    assert sorted(labels[picks].tolist()) == list(range(b))
    assert all(scores[j] == scores[labels == labels[j]].max() for j in picks)


@pytest.mark.prop("P14.2", "equal scores too: shares differ by one at most")
@settings(max_examples=30)
@given(seed=strategies.seeds, n=st.integers(1, 14), data=st.data())
def test_equal_shares(subject, seed, n, data):
    even_picks = subject("ally.even_picks")
    rng = np.random.default_rng(seed)
    scores, labels = rng.integers(0, 3, n).astype(float), rng.integers(0, 4, n)
    budget = data.draw(st.integers(1, n))
    picks = np.asarray(even_picks(scores, labels, budget, rng=rng))
    assert len(set(picks.tolist())) == budget == len(picks)
    bought = np.isin(np.arange(n), picks)
    most = np.bincount(labels[bought]).max()
    for c in set(labels[~bought].tolist()):
        mine = labels == c
        share = int((mine & bought).sum())
        assert share >= most - 1, f"cluster {c} has {share} picks, another {most}"
        best_left = scores[mine & ~bought].max()
        assert (scores[mine & bought] >= best_left).all(), "not its best"


@pytest.mark.prop("P14.3", "only the order of scores counts")
@settings(max_examples=20)
@given(seed=strategies.seeds)
def test_monotone_transforms(subject, seed):
    even_picks = subject("ally.even_picks")
    rng = np.random.default_rng(seed)
    scores, labels = rng.integers(-3, 4, 15).astype(float), rng.integers(0, 3, 15)
    picks = [
        np.asarray(even_picks(s, labels, 7, rng=np.random.default_rng(seed))).tolist()
        for s in (scores, np.exp(scores), 1e-9 * scores**3, scores + 1e6)
    ]
    assert picks.count(picks[0]) == 4


@pytest.mark.prop("P14.2", "equal scores: a draw, the same for the same generator")
def test_ties_are_drawn(subject):
    even_picks = subject("ally.even_picks")
    seen = [
        int(even_picks(np.ones(5), np.zeros(5), 1, rng=np.random.default_rng(s))[0])
        for s in range(200)
    ]
    counts = np.bincount(seen, minlength=5)
    assert counts.min() >= 20, f"each of five about 40 times in 200, got {counts}"
    again = int(even_picks(np.ones(5), np.zeros(5), 1, rng=np.random.default_rng(0))[0])
    assert again == seen[0]


def test_bad_arguments_are_named():
    rng = np.random.default_rng(0)
    for wrong in (0, 4, 1.5):
        with pytest.raises(ValueError, match="clusters"):
            reference_means(np.zeros((3, 1)), wrong, rng=rng)
    with pytest.raises(ValueError, match="budget"):
        reference_picks([1.0, 2.0], [0, 1], 3, rng=rng)
    with pytest.raises(ValueError, match="labels"):
        reference_picks([1.0, 2.0], [0, -1], 1, rng=rng)
    with pytest.raises(ValueError, match="labels"):
        reference_picks([1.0, 2.0], [0], 1, rng=rng)
