"""Properties of areas, targets, overlaps and repeated pools, each by brute force."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies


def curve(seed, rounds=5):
    rng = np.random.default_rng(seed)
    counts = np.cumsum(rng.integers(1, 6, rounds))
    return counts, np.round(rng.uniform(0.0, 1.0, rounds), 1)


@pytest.mark.prop(
    "P11.81", "the area is the mean of the curve, read off label by label"
)
@given(seed=strategies.seeds, rounds=st.integers(1, 6))
def test_area(subject, seed, rounds):
    curve_area = subject("acquisition.curve_area")
    counts, scores = curve(seed, rounds)
    middles = np.arange(counts[0], counts[-1]) + 0.5
    fine = np.interp(middles, counts, scores) if rounds > 1 else scores
    np.testing.assert_allclose(curve_area(counts, scores), fine.mean(), atol=1e-12)
    assert scores.min() - 1e-12 <= curve_area(counts, scores) <= scores.max() + 1e-12


@pytest.mark.prop(
    "P11.81", "the area is the mean of the curve, read off label by label"
)
def test_areas_by_hand(subject):
    curve_area = subject("acquisition.curve_area")
    np.testing.assert_allclose(curve_area([10, 20, 30], [0.2, 0.4, 0.9]), 0.475)
    np.testing.assert_allclose(curve_area([10, 20, 21], [0.0, 0.0, 1.0]), 0.5 / 11)
    assert curve_area([7], [0.3]) == 0.3


@pytest.mark.prop("P11.82", "labels to a target: the first count there, or infinity")
@given(seed=strategies.seeds, target=st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.1]))
def test_labels_to_reach(subject, seed, target):
    counts, scores = curve(seed)
    expected = next(
        (b for b, a in zip(counts, scores, strict=True) if a >= target), np.inf
    )
    assert subject("acquisition.labels_to_reach")(counts, scores, target) == expected


@pytest.mark.prop("P11.82", "labels to a target: the first count there, or infinity")
def test_labels_by_hand(subject):
    labels_to_reach = subject("acquisition.labels_to_reach")
    counts, scores = [10, 20, 30, 40], [0.5, 0.8, 0.7, 0.9]
    for target, expected in ((0.5, 10), (0.6, 20), (0.8, 20), (0.85, 40), (1, np.inf)):
        assert labels_to_reach(counts, scores, target) == expected


@pytest.mark.prop("P11.83", "the common target is a share of the best mean")
@given(
    final=st.lists(
        st.lists(st.integers(0, 9).map(float), min_size=3, max_size=3),
        min_size=1, max_size=4,
    ),
    share=st.sampled_from([0.5, 0.97, 1.0]),
)  # fmt: skip
def test_common_target(subject, final, share):
    found = subject("acquisition.common_target")(final, share=share)
    np.testing.assert_allclose(found, max(sum(row) / 3 for row in final) * share)


@pytest.mark.prop("P11.83", "the common target is a share of the best mean")
def test_a_target_by_hand(subject):
    common_target = subject("acquisition.common_target")
    np.testing.assert_allclose(common_target([[0.9, 0.5], [0.8, 0.8]]), 0.97 * 0.8)
    np.testing.assert_allclose(common_target([[0.25]], share=1.0), 0.25)


@pytest.mark.prop("P11.84", "overlaps are shares of unions, found sample by sample")
@given(seed=strategies.seeds)
def test_overlap(subject, seed):
    rng = np.random.default_rng(seed)
    n = 12
    chosen = [
        [rng.choice(n, rng.integers(1, 6), replace=False) for _ in range(3)]
        for _ in range(4)
    ]
    has = np.array(
        [[any(i in t for t in trials) for i in range(n)] for trials in chosen]
    )
    found = subject("acquisition.chosen_overlap")(chosen)
    for s in range(4):
        for t in range(4):
            both, either = (has[s] & has[t]).sum(), (has[s] | has[t]).sum()
            np.testing.assert_allclose(found[s, t], both / either)


@pytest.mark.prop("P11.84", "overlaps are shares of unions, found sample by sample")
def test_overlaps_by_hand(subject):
    found = subject("acquisition.chosen_overlap")(
        [[[0, 1], [1, 5]], [[1, 2, 3], [0, 2, 3]], [[8], [9]]]
    )
    np.testing.assert_allclose(found, [[1, 0.4, 0], [0.4, 1, 0], [0, 0, 1]])


@pytest.mark.prop("P11.85", "a repeated pool has every sample so many times")
@settings(max_examples=15)
@given(
    X=strategies.any_data(), copies=st.integers(1, 4), seed=strategies.seeds,
    noise=st.sampled_from([0.0, 0.5]),
)  # fmt: skip
def test_repeated_pool(subject, X, copies, seed, noise):
    y = np.arange(len(X))
    more, labels, origin = subject("acquisition.repeated_pool")(
        X, y, copies, noise=noise, rng=np.random.default_rng(seed)
    )
    assert more.shape == (copies * len(X), X.shape[1])
    np.testing.assert_array_equal(np.bincount(origin), [copies] * len(X))
    np.testing.assert_array_equal(labels, y[origin])
    exact = (more == X[origin]).all(axis=1)
    if noise == 0.0:
        assert exact.all()
    else:
        np.testing.assert_array_equal(np.bincount(origin[exact]), [1] * len(X))


@pytest.mark.prop("P11.85", "a repeated pool has every sample so many times")
def test_near_duplicates(subject):
    repeated_pool = subject("acquisition.repeated_pool")
    X = np.arange(400.0).reshape(200, 2)
    more, _, origin = repeated_pool(
        X, np.arange(200), 6, noise=0.3, rng=np.random.default_rng(0)
    )
    away = (more - X[origin])[(more != X[origin]).any(axis=1)]
    assert len(away) == 1000
    np.testing.assert_allclose(away.std(), 0.3, rtol=0.1)
    np.testing.assert_allclose(away.mean(), 0.0, atol=0.03)
    assert abs(np.corrcoef(away.T)[0, 1]) < 0.15
    # Shuffled: neighbours in the pool are hardly ever copies of one another.
    assert (origin[1:] == origin[:-1]).mean() < 0.05
    assert (origin[200:] == origin[:-200]).mean() < 0.05


@pytest.mark.prop("P11.86", "redundancy counts the labels that bought a copy")
@given(seed=strategies.seeds)
def test_redundancy(subject, seed):
    rng = np.random.default_rng(seed)
    origin = rng.integers(0, 4, 12)
    queried = rng.permutation(12)[: rng.integers(1, 9)]
    seen, again = set(), 0
    for q in queried:
        again += origin[q] in seen
        seen.add(origin[q])
    found = subject("acquisition.redundancy")(queried, origin)
    np.testing.assert_allclose(found, again / len(queried), atol=1e-15)


@pytest.mark.prop("P11.86", "redundancy counts the labels that bought a copy")
def test_redundancy_by_hand(subject):
    redundancy = subject("acquisition.redundancy")
    assert redundancy([0, 1, 2], [5, 6, 7]) == 0.0
    np.testing.assert_allclose(redundancy([3, 2, 0, 4], [5, 5, 7, 5, 8]), 0.25)
    np.testing.assert_allclose(redundancy([3, 0, 1], [5, 5, 7, 5, 8]), 2 / 3)


@pytest.mark.prop("I11.48", "curves and sets that are none are refused")
def test_bad_curves(subject):
    for name in ("curve_area", "labels_to_reach"):
        function = {
            "curve_area": subject("acquisition.curve_area"),
            "labels_to_reach": subject("acquisition.labels_to_reach"),
        }[name]
        more = () if name == "curve_area" else (0.5,)
        for counts in ([2, 1], [1, 1], [], [-1, 2]):
            with pytest.raises(ValueError, match="counts"):
                function(counts, [0.0] * len(counts), *more)
        with pytest.raises(ValueError, match="scores"):
            function([1, 2], [0.0], *more)
    common_target = subject("acquisition.common_target")
    with pytest.raises(ValueError, match="final"):
        common_target([[-0.1]])
    chosen_overlap = subject("acquisition.chosen_overlap")
    for wrong in (3, [3], [[]], [[["a"]]]):
        with pytest.raises(ValueError, match="chosen"):
            chosen_overlap(wrong)
    with pytest.raises(ValueError, match="share"):
        common_target([[0.1]], share=1.5)
    chosen_overlap = subject("acquisition.chosen_overlap")
    for chosen in ([[[]]], [[[-1]]], [[[0.5]]]):
        with pytest.raises(ValueError, match="chosen"):
            chosen_overlap(chosen)
    redundancy = subject("acquisition.redundancy")
    for queried in ([], [3], [-1]):
        with pytest.raises(ValueError, match="queried"):
            redundancy(queried, [0, 1, 2])
