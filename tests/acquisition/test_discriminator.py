"""Properties of discriminative active learning."""

import numpy as np
import pytest
from scipy.optimize import minimize

from reference.acquisition.discriminator import _logistic
from tests.acquisition.oracle import refuses, sound


def rng(seed=0):
    return np.random.default_rng(seed)


def clusters(r, centers, n=8):
    return np.vstack([c + 0.1 * r.standard_normal((n, 2)) for c in centers])


@pytest.mark.prop("P11.14", "what is unlike the labelled set is bought first")
def test_other_cluster(subject):
    discriminative = subject("acquisition.discriminative")
    H = clusters(rng(1), [[0.0, 0], [5, 0]])
    labeled = 0.1 * rng(2).standard_normal((4, 2))
    picks = np.asarray(discriminative(H, 3, labeled=labeled, rng=rng()))
    assert (picks >= 8).all(), picks
    # either way round: it is the labels that decide
    picks = np.asarray(
        discriminative(H, 3, labeled=labeled + np.array([5, 0]), rng=rng())
    )
    assert (picks < 8).all(), picks


@pytest.mark.prop("P11.14", "picks change sides: parts of a batch reach other clusters")
def test_parts(subject):
    discriminative = subject("acquisition.discriminative")
    H = clusters(rng(1), [[6.0, 0], [0, 4]])
    labeled = 0.1 * rng(2).standard_normal((4, 2))
    found = {}
    for parts in (1, 8):
        picks = discriminative(H, 8, labeled=labeled, parts=parts, rng=rng())
        found[parts] = int((np.asarray(picks) < 8).sum())
    assert 1 <= found[8] <= 7, "with parts both clusters are visited"
    one = np.asarray(discriminative(H, 1, labeled=labeled, rng=rng()))
    many = np.asarray(discriminative(H, 8, labeled=labeled, parts=8, rng=rng()))
    assert one[0] == many[0]


@pytest.mark.prop("P11.14", "a classifier of the reader's is trained on the two sides")
def test_own_classifier(subject):
    discriminative = subject("acquisition.discriminative")
    H, labeled = rng(3).standard_normal((40, 2)), rng(4).standard_normal((2, 2))
    seen = []

    def classifier(points, side):
        seen.append((np.array(points), np.array(side)))
        return lambda T: np.asarray(T)[:, 0]

    picks = np.asarray(
        discriminative(
            H, 6, labeled=labeled, parts=3, ratio=4, classifier=classifier, rng=rng()
        )
    )
    # scores are the first feature: the picks are the largest, in order
    assert picks.tolist() == np.argsort(-H[:, 0])[:6].tolist()
    assert [int((side == 0).sum()) for _, side in seen] == [2, 4, 6]
    assert [int((side == 1).sum()) for _, side in seen] == [8, 16, 24]
    scale = (H - H.mean(axis=0)) / H.std(axis=0)
    for k, (points, side) in enumerate(seen):
        want = np.vstack(
            [(labeled - H.mean(axis=0)) / H.std(axis=0), scale[picks[: 2 * k]]]
        )
        np.testing.assert_allclose(points[side == 0], want, rtol=1e-12)
        rest = points[side == 1]
        match = (np.abs(rest[:, None] - scale).max(axis=2) < 1e-12).argmax(axis=1)
        assert len(set(match.tolist())) == len(rest), "an unlabelled point twice"
        assert not set(match.tolist()) & set(picks[: 2 * k].tolist())
    sizes = []
    discriminative(
        H, 5, labeled=labeled, parts=3, rng=rng(),
        classifier=lambda X, side: sizes.append(int((side == 0).sum())) or (
            lambda T: np.zeros(len(T))
        ),
    )  # fmt: skip
    assert sizes == [2, 3, 5], "parts of 1, 2 and 2"


@pytest.mark.prop(
    "P11.14", "the unit of a feature does not matter, a constant one neither"
)
def test_units(subject):
    discriminative = subject("acquisition.discriminative")
    H, labeled = clusters(rng(5), [[0.0, 0], [3, 1]]), rng(6).standard_normal((3, 2))
    want = np.asarray(discriminative(H, 5, labeled=labeled, rng=rng())).tolist()
    for unit in ([2.0**20, 2.0**-20], [2.0**-90, 2.0**90]):
        got = discriminative(H * unit, 5, labeled=labeled * unit, rng=rng())
        assert np.asarray(got).tolist() == want
    for constant in (0.0, 0.1):
        a, b = (np.column_stack([A, np.full(len(A), constant)]) for A in (H, labeled))
        got = np.asarray(discriminative(a, 5, labeled=b, rng=rng())).tolist()
        assert got == want


@pytest.mark.prop(
    "P11.14", "labelled points however far from a pool of copies: pool bought in order"
)
def test_far_from_copies(subject):
    discriminative = subject("acquisition.discriminative")
    for unit in (1e-12, 1.0, 1e12):
        far = unit * np.array([[4.4e11, 1.4e11, -2.1e12]])
        same = np.full((2, 3), unit)
        got = np.asarray(discriminative(same, 2, labeled=far, rng=rng()))
        assert got.tolist() == [0, 1]
        # one feature tells the pool apart, the other only the labelled from the pool
        H = unit * np.array([[0.0, 1], [1, 1], [3, 1]])
        far = unit * np.array([[0.0, 1e12], [0.5, 1e12]])
        assert np.asarray(discriminative(H, 1, labeled=far, rng=rng()))[0] == 2


@pytest.mark.prop(
    "P11.8", "discriminative: distinct, repeatable, blind to order; budgets"
)
def test_discriminative_is_sound(subject):
    discriminative = subject("acquisition.discriminative")
    H, labeled = rng(1).standard_normal((9, 2)), rng(2).standard_normal((3, 2))
    sound(discriminative, H, 4, labeled=labeled)
    refuses(discriminative, H, labeled=labeled)
    same = np.ones((6, 2))
    got = np.asarray(discriminative(same, 6, labeled=same[:1], rng=rng()))
    assert sorted(got.tolist()) == list(range(6))


def test_newton_finds_the_minimum():
    """The default classifier against a general optimiser."""
    X, side = rng(3).standard_normal((30, 3)), rng(4).integers(2, size=30).astype(float)
    A = np.column_stack([X, np.ones(30)])
    ridge = np.array([1.0, 1, 1, 1e-6])

    def loss(w):
        z = A @ w
        return np.logaddexp(0, z).sum() - side @ z + 0.5 * ridge @ w**2

    w = minimize(loss, np.zeros(4), tol=1e-12).x
    T = rng(5).standard_normal((6, 3))
    np.testing.assert_allclose(_logistic(X, side)(T), T @ w[:3] + w[3], atol=1e-4)
    # separable, and one side only: the ridge keeps it finite
    far = np.vstack([X, X + 100])
    score = _logistic(far, np.repeat([0.0, 1.0], 30))
    assert score(far[30:]).min() > 0 > score(far[:30]).max()


@pytest.mark.prop("I11.11", "labelled points, parts and classifier must fit, by name")
def test_discriminative_refuses_by_name(subject):
    discriminative = subject("acquisition.discriminative")
    H, labeled = rng(1).standard_normal((9, 2)), rng(2).standard_normal((3, 2))
    for wrong in (
        {"labeled": labeled[:, :1]}, {"labeled": None}, {"parts": 0}, {"ratio": 0},
        {"classifier": 3},
    ):  # fmt: skip
        with pytest.raises(ValueError, match=next(iter(wrong))):
            discriminative(H, 2, **{"labeled": labeled, "rng": rng()} | wrong)
