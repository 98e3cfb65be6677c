"""Properties of the plain loop, k-center and BADGE, and data that they do not bear."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.acquisition import badge as reference_badge
from reference.acquisition import k_center as reference_k_center
from reference.acquisition import plain_badge as reference_plain_badge
from reference.acquisition import plain_k_center as reference_plain_k_center
from tests import strategies
from tests.acquisition.oracle import (
    best_radius,
    cover_radius,
    d2_law,
    draw_probabilities,
    follows,
)


def centroids(X, y):
    """A model: probabilities from the distances to the means of the classes seen."""
    means = np.stack([X[y == c].mean(axis=0) for c in np.unique(y)])

    def probabilities(T):
        z = -np.linalg.norm(np.asarray(T)[:, None] - means, axis=2)
        e = np.exp(z - z.max(axis=1, keepdims=True))
        return e / e.sum(axis=1, keepdims=True)

    return probabilities


@pytest.mark.prop(
    "P11.10", "the loop buys the smallest margin, once each, and counts the first",
    stage="plain",
)  # fmt: skip
@settings(max_examples=15)
@given(seed=strategies.seeds, C=st.integers(2, 4))
def test_plain_loop(subject, seed, C):
    plain_active_learning = subject("acquisition.plain_active_learning")
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((12, 2)), rng.integers(C, size=12)
    y[:C] = np.arange(C)
    asked, fits = [], []

    def label(i):
        asked.append(int(i))
        return int(y[int(i)])

    def fit(points, labels):
        fits.append((np.array(points), np.array(labels)))
        return centroids(*fits[-1])

    before = X.copy()
    bought = np.asarray(plain_active_learning(X, label, fit, list(range(C)), C + 4))
    np.testing.assert_array_equal(X, before)
    assert bought.tolist() == asked, "a label that was not bought, or bought twice"
    assert len(set(asked)) == C + 4
    assert asked[:C] == list(range(C))
    assert len(fits) == 4, "one fit for each label bought after the first"
    for k, (points, labels) in enumerate(fits, C):
        np.testing.assert_array_equal(points, X[bought[:k]])
        np.testing.assert_array_equal(labels, y[bought[:k]])
        p = np.sort(centroids(points, labels)(X), axis=1)
        gap = p[:, -1] - p[:, -2]
        rest = np.setdiff1d(np.arange(12), bought[:k])
        assert gap[bought[k]] <= gap[rest].min() + 1e-12


@pytest.mark.prop("P11.10", "two classes on a line: the loop bisects", stage="plain")
def test_plain_bisection(subject):
    plain_active_learning = subject("acquisition.plain_active_learning")
    X = np.arange(65.0)[:, None]

    def fit(points, labels):
        wall = (points[labels == 0].max() + points[labels == 1].min()) / 2

        def probabilities(T):
            one = 1 / (1 + np.exp(-(np.asarray(T)[:, 0] - wall) / 10))
            return np.column_stack([1 - one, one])

        return probabilities

    bought = plain_active_learning(X, lambda i: int(i > 41.5), fit, [0, 64], 8)
    assert np.asarray(bought).tolist() == [0, 64, 32, 48, 40, 44, 42, 41]


@pytest.mark.prop(
    "P11.3", "k-center: each pick is the farthest point; at most twice the best radius",
    stage="plain",
)  # fmt: skip
@settings(max_examples=20)
@given(seed=strategies.seeds, budget=st.integers(1, 3), known=st.integers(1, 3))
def test_plain_k_center(subject, seed, budget, known):
    plain_k_center = subject("acquisition.plain_k_center")
    rng = np.random.default_rng(seed)
    H, labeled = rng.standard_normal((8, 2)), rng.standard_normal((known, 2))
    picks = np.asarray(plain_k_center(H, labeled, budget)).tolist()
    assert len(set(picks)) == budget
    centers = labeled
    for i in picks:
        distance = np.linalg.norm(H[i] - centers, axis=1).min()
        np.testing.assert_allclose(distance, cover_radius(H, centers), rtol=1e-12)
        centers = np.vstack([centers, H[i]])
    best = best_radius(H, labeled, budget)
    assert cover_radius(H, centers) <= 2 * best * (1 + 1e-12)


@pytest.mark.prop("P11.3", "k-center on a line, by hand", stage="plain")
def test_plain_k_center_by_hand(subject):
    plain_k_center = subject("acquisition.plain_k_center")
    H = np.array([[1.0, 0.0], [4.0, 0.0], [-7.0, 0.0], [10.0, 0.0]])
    for labeled, wanted in (
        ([[0.0, 0.0]], [3, 2, 1]),
        ([[0.0, 0.0], [10.0, 3.0]], [2, 1, 3]),
        ([[-1e3, 0.0]], [3, 2, 0]),
    ):
        got = np.asarray(plain_k_center(H, np.array(labeled), 3)).tolist()
        assert got == wanted, (labeled, got)


def loss(W, h, y):
    z = W @ h
    return np.log(np.exp(z - z.max()).sum()) + z.max() - z[y]


@pytest.mark.prop(
    "P11.4", "the embedding is the finite-difference gradient for the guessed label, "
    "and no label has a shorter one", stage="plain",
)  # fmt: skip
@settings(max_examples=15)
@given(seed=strategies.seeds, C=st.integers(2, 4))
def test_plain_gradients(subject, seed, C):
    plain_gradients = subject("acquisition.plain_gradients")
    rng = np.random.default_rng(seed)
    H, W = rng.standard_normal((3, 2)), rng.standard_normal((C, 2))
    e = np.exp(H @ W.T)
    p = e / e.sum(axis=1, keepdims=True)
    before = p.copy()
    g = np.asarray(plain_gradients(H, p))
    np.testing.assert_array_equal(p, before, "probabilities were changed")
    assert g.shape == (3, 2 * C)
    for i in range(3):
        every = []
        for y in range(C):
            slope = np.empty((C, 2))
            for at in np.ndindex(C, 2):
                step = np.zeros((C, 2))
                step[at] = 1e-6
                rise = loss(W + step, H[i], y) - loss(W - step, H[i], y)
                slope[at] = rise / 2e-6
            every.append(slope.ravel())
        guess = int(p[i].argmax())
        np.testing.assert_allclose(g[i], every[guess], atol=1e-8)
        lengths = np.linalg.norm(every, axis=1)
        assert np.linalg.norm(g[i]) <= lengths.min() + 1e-8


@pytest.mark.prop("P11.4", "BADGE: longest first, then the law of D²", stage="plain")
@pytest.mark.parametrize("C", [2, 3])
def test_plain_badge(subject, C):
    plain_badge = subject("acquisition.plain_badge")
    rng = np.random.default_rng(C)
    H, p = rng.standard_normal((5, 2)), draw_probabilities(rng, 5, C)
    q = p - np.eye(C)[p.argmax(axis=1)]
    law = d2_law(np.einsum("nc,nd->ncd", q, H).reshape(5, -1), 3)
    before = H.copy(), p.copy()
    rng = np.random.default_rng(0)
    drawn = [tuple(np.asarray(plain_badge(H, p, 3, rng)).tolist()) for _ in range(800)]
    follows(law, drawn)
    np.testing.assert_array_equal(H, before[0])
    np.testing.assert_array_equal(p, before[1])


def test_where_plain_is_not_enough():
    """The data of the page's section of that name."""
    H = np.repeat([[3.0, 4.0], [6.0, 8.0]], 2, axis=0)
    p = np.full((4, 2), 0.5)
    # copies: a distance of zero is no reason to pick a point a second time
    assert reference_plain_k_center(H, H[:1], 3).tolist() == [2, 0, 0]
    robust = reference_k_center(H, 3, labeled=H[:1], rng=np.random.default_rng(0))
    assert robust.tolist() == [2, 0, 1]
    # copies: all distances are zero, and there is nothing to draw from
    with (
        np.errstate(invalid="ignore"),
        pytest.raises(ValueError, match=r"[Nn]a[Nn]|non-negative"),
    ):
        reference_plain_badge(H[2:], p[2:], 2, np.random.default_rng(0))
    got = reference_badge(H, 4, probabilities=p, rng=np.random.default_rng(0))
    assert sorted(got.tolist()) == [0, 1, 2, 3]
