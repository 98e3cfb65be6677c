"""Properties of k-center with stale distances."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.acquisition import k_center as reference_k_center
from reference.acquisition import plain_k_center, run_active_learning
from tests import strategies
from tests.acquisition.oracle import best_radius, cover_radius, peers, refuses, sound


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.prop("P11.3", "k-center: at most twice the best radius, by all batches")
@settings(max_examples=20)
@given(seed=strategies.seeds, budget=st.integers(1, 3), known=st.integers(0, 2))
def test_twice_the_best(subject, seed, budget, known):
    k_center = subject("acquisition.k_center")
    H = rng(seed).standard_normal((8, 2))
    labeled = rng(seed + 1).standard_normal((known, 2)) if known else None
    picks = np.asarray(k_center(H, budget, labeled=labeled, rng=rng(seed)))
    centers = H[:0] if labeled is None else labeled
    best = best_radius(H, centers, budget)
    found = cover_radius(H, np.vstack([centers, H[picks]]))
    assert found <= 2 * best * (1 + 1e-12), f"radius {found:.3f}, best {best:.3f}"


@pytest.mark.prop("P11.3", "k-center: the radius falls, and each pick is the farthest")
@settings(max_examples=20)
@given(seed=strategies.seeds, spread=st.sampled_from([0.0, 1.0, 3.0]))
def test_farthest_each_time(subject, seed, spread):
    k_center = subject("acquisition.k_center")
    # clusters of unequal sizes: many stale bounds, some far too large
    r = rng(seed)
    H = r.standard_normal((60, 2)) + 10 * spread * r.integers(-2, 3, (60, 2))
    labeled = H[:2] + 0.1
    picks = np.asarray(k_center(H, 30, labeled=labeled, rng=rng()))
    centers, radii = labeled, []
    for i in picks:
        distance = np.linalg.norm(H[i] - centers, axis=1).min()
        radii.append(cover_radius(H, centers))
        np.testing.assert_allclose(distance, radii[-1], rtol=1e-12)
        centers = np.vstack([centers, H[i]])
    assert (np.diff(radii) <= 1e-12).all()


@pytest.mark.prop("P11.3", "k-center: the picks of the plain algorithm, ties included")
@pytest.mark.parametrize("kind", ["gaussian", "grid", "copies", "far", "one"])
def test_picks_of_plain(subject, kind):
    k_center = subject("acquisition.k_center")
    r = rng(4)
    H = {
        "gaussian": r.standard_normal((5000, 3)),
        "grid": r.integers(-4, 5, (300, 2)).astype(float),
        "copies": np.repeat(r.standard_normal((40, 2)), 3, axis=0),
        "far": r.standard_normal((100, 2)) + 1e6,
        "one": r.standard_normal((60, 1)),
    }[kind]
    labeled = H[[5, 7, 9]]
    budget = min(20, len(np.unique(H, axis=0)) - 3)
    want = plain_k_center(H, labeled, budget)
    got = np.asarray(k_center(H, budget, labeled=labeled, rng=rng()))
    np.testing.assert_array_equal(got, want)


@pytest.mark.prop(
    "P11.3", "k-center: turned, moved and scaled data give the same picks"
)
@given(seed=strategies.seeds)
def test_isometries(subject, seed):
    k_center = subject("acquisition.k_center")
    r = rng(seed)
    H, labeled = r.standard_normal((12, 3)), r.standard_normal((2, 3))
    turn = np.linalg.qr(r.standard_normal((3, 3)))[0]
    move = 5 * r.standard_normal(3)
    want = np.asarray(k_center(H, 5, labeled=labeled, rng=rng()))
    for unit in (1.0, 1e-12, 1e12, 2.0**-700, 2.0**700):
        a, b = (unit * (A @ turn + move) for A in (H, labeled))
        got = np.asarray(k_center(a, 5, labeled=b, rng=rng()))
        np.testing.assert_array_equal(got, want, f"unit {unit:g}")


@pytest.mark.prop("P11.3", "k-center: digits that products lose are not needed")
def test_near_points_far_away(subject):
    k_center = subject("acquisition.k_center")
    # a cluster 1e-9 wide beside one far centre: products cannot see inside it
    H = 1e-9 * np.array([[0.0], [1.0], [5.0], [3.0]])
    labeled = np.array([[0.0], [1.0]])
    got = np.asarray(k_center(H, 4, labeled=labeled, rng=rng())).tolist()
    assert got == [2, 3, 1, 0]
    # two centres 2^-28 apart and two far ones: products call the first the nearest
    unit = 2.0**-28
    H = unit * np.array([[0.9375], [0.25]])
    labeled = np.array([[1.0], [0.0], [unit], [1.0 - unit]])
    assert np.asarray(k_center(H, 2, labeled=labeled, rng=rng())).tolist() == [1, 0]


@pytest.mark.prop("P11.3", "k-center: copies of centres come last; then in order")
def test_copies_come_last(subject):
    k_center = subject("acquisition.k_center")
    H = np.array([[1.0, 1], [2, 2], [1, 1], [3, 3], [2, 2], [1, 1]])
    got = np.asarray(k_center(H, 6, labeled=H[:1], rng=rng())).tolist()
    assert got == [3, 1, 0, 2, 4, 5]
    same = np.ones((5, 2))
    for labeled in (same[:1], None):
        for seed in range(6):
            got = np.asarray(k_center(same, 5, labeled=labeled, rng=rng(seed)))
            assert sorted(got.tolist()) == [0, 1, 2, 3, 4]


@pytest.mark.prop("P11.3", "k-center without labels: the first pick is drawn, no ghost")
def test_first_pick(subject):
    k_center = subject("acquisition.k_center")
    for offset in (100.0, 0.0):
        H = offset + np.array([[0.0], [1.0], [2.0], [10.0]])
        first = {}
        for seed in range(60):
            got = np.asarray(k_center(H, 2, rng=rng(seed))).tolist()
            first[got[0]] = got[1]
        # the farthest from the first pick, not from an origin that nobody put there
        assert first == {0: 3, 1: 3, 2: 3, 3: 0}


@pytest.mark.prop("P11.8", "k-center: distinct, repeatable, blind to order; budgets")
def test_k_center_is_sound(subject):
    k_center = subject("acquisition.k_center")
    H, labeled = rng(1).standard_normal((9, 2)), rng(2).standard_normal((3, 2))
    sound(k_center, H, 4, labeled=labeled)
    sound(k_center, H, 4, moved=False)
    refuses(k_center, H, labeled=labeled)


@pytest.mark.prop("P11.15", "k-center picks what scikit-activeml and bmdal pick")
def test_as_other_packages_pick(subject):
    k_center = subject("acquisition.k_center")
    said = peers()
    H = np.array(said["H"])
    got = np.asarray(k_center(H[2:], 10, labeled=H[:2], rng=rng())) + 2
    assert got.tolist() == said["skactiveml"]["k_center"]
    assert got.tolist() == said["bmdal_reg"]["k_center"]


@pytest.mark.prop("P11.16", "positions in the pool become numbers of samples once")
def test_positions_are_translated(subject):
    k_center = subject("acquisition.k_center")
    H = np.array([[0.0], [1.0], [9.0], [4.0], [10.0]])
    first = [1, 4]  # so that position and number differ for all that is left

    def strategy(embeddings, budget, *, labeled, rng):
        return k_center(embeddings, budget, labeled=labeled, rng=rng)

    run = run_active_learning(
        H, lambda i: int(i == 4), strategy, Constant(), budget=4, initial=first,
        rng=rng(),
    )  # fmt: skip
    assert run.queried.tolist() == [1, 4, 3, 0]
    # The mistake: positions taken for numbers. It even buys a bought sample again.
    left = np.array([0, 2, 3])
    positions = k_center(H[left], 2, labeled=H[first], rng=rng())
    assert np.asarray(positions).tolist() == [2, 0]
    assert cover_radius(H, H[[1, 4, *left[positions]]]) == 1.0


class Constant:
    """A model without embeddings: samples are their own."""

    num_classes = 2

    def fit(self, X, y):
        self.classes_ = np.arange(2)
        return self

    def predict_proba(self, X):
        return np.full((len(X), 2), 0.5)


def test_few_distances_are_measured(monkeypatch):
    """On Gaussian data the bounds save nearly all the work."""
    from reference.acquisition import covering

    measured, nearest = [], covering._nearest
    monkeypatch.setattr(
        covering,
        "_nearest",
        lambda H, C: (measured.append(len(H) * len(C)), nearest(H, C))[1],
    )
    H = rng().standard_normal((4000, 64))
    reference_k_center(H, 40, labeled=H[:1], rng=rng())
    assert 0 < sum(measured) < 0.35 * 40 * 4000


@pytest.mark.prop("I11.7", "pool and centres have the same features")
def test_k_center_refuses_by_name(subject):
    k_center = subject("acquisition.k_center")
    with pytest.raises(ValueError, match="labeled"):
        k_center(np.ones((4, 2)), 2, labeled=np.ones((1, 1)), rng=rng())
    for wrong in (np.nan, np.inf):
        with pytest.raises(ValueError, match="embeddings must be finite"):
            k_center(np.array([[1.0, wrong], [0.0, 0.0]]), 1, labeled=None, rng=rng())
    with pytest.raises(ValueError, match=r"embeddings needs shape \(n, d\)"):
        k_center(np.ones(4), 1, labeled=None, rng=rng())
