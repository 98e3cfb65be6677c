"""Properties of BADGE from two factors."""

import itertools
import tracemalloc

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.acquisition import badge as reference_badge
from reference.acquisition import plain_gradients
from reference.acquisition.seeding import _between, _measure
from tests import strategies
from tests.acquisition.oracle import (
    d2_law,
    draw_probabilities,
    follows,
    peers,
    refuses,
    sound,
)


def rng(seed=0):
    return np.random.default_rng(seed)


def factors(H, p):
    q = p - np.eye(p.shape[1])[p.argmax(axis=1)]
    return q, plain_gradients(H, p)


@pytest.mark.prop("P11.4", "BADGE: longest first, then the exact law of D², any block")
@pytest.mark.parametrize("C, block", [(2, 64), (3, 1), (3, 2)])
def test_law(subject, C, block):
    badge = subject("acquisition.badge")
    r = rng(10 + C)
    H, p = r.standard_normal((6, 2)), draw_probabilities(r, 6, C)
    law = d2_law(plain_gradients(H, p), 3)
    r = rng()
    drawn = [
        tuple(np.asarray(badge(H, 3, probabilities=p, block=block, rng=r)).tolist())
        for _ in range(500)
    ]
    follows(law, drawn)


@pytest.mark.prop("P11.4", "BADGE: the law where refusals are common: two far clusters")
def test_law_with_refusals(subject):
    badge = subject("acquisition.badge")
    H = np.array([[40.0, 0], [40, 1], [40, -2], [0, 3], [0.5, 2], [1, 1]])
    p = np.full((6, 2), 0.5)
    law = d2_law(plain_gradients(H, p), 3)
    r = rng(1)
    drawn = [
        tuple(np.asarray(badge(H, 3, probabilities=p, rng=r)).tolist())
        for _ in range(400)
    ]
    follows(law, drawn)


@pytest.mark.prop("P11.4", "BADGE takes the longest gradient first: no ghost centre")
@given(seed=strategies.seeds, C=st.integers(2, 4))
def test_first(subject, seed, C):
    badge = subject("acquisition.badge")
    H, p = rng(seed).standard_normal((9, 3)), draw_probabilities(rng(seed), 9, C)
    longest = np.linalg.norm(plain_gradients(H, p), axis=1).argmax()
    got = np.asarray(badge(H, 2, probabilities=p, rng=rng(seed)))
    assert got[0] == longest
    # a point at the origin (dead units) is as far from the picks as it is: a ghost
    # centre at the origin would never let it in
    H = np.vstack([H, np.zeros(3)])
    p = np.vstack([p, p[:1]])
    assert 9 in np.asarray(badge(H, 10, probabilities=p, rng=rng(seed)))


@pytest.mark.prop("P11.4", "BADGE: the origin is drawn by its distance, not never")
def test_no_ghost(subject):
    badge = subject("acquisition.badge")
    H = np.array([[2.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    p = np.full((3, 2), 0.5)
    r = rng(2)
    seconds = [
        int(np.asarray(badge(H, 2, probabilities=p, rng=r))[1]) for _ in range(600)
    ]
    follows({1: 4 / 9, 2: 5 / 9}, seconds)


@pytest.mark.prop("P11.4", "BADGE never draws a copy while something else is left")
@settings(max_examples=15)
@given(seed=strategies.seeds, copies=st.integers(2, 4), block=st.sampled_from([1, 64]))
def test_copies(subject, seed, copies, block):
    badge = subject("acquisition.badge")
    r = rng(seed)
    H, p = r.standard_normal((6, 2)) + 1e3, draw_probabilities(r, 6, 3)
    order = r.permutation(6 * copies)
    H, p = np.repeat(H, copies, axis=0)[order], np.repeat(p, copies, axis=0)[order]
    sample = np.repeat(np.arange(6), copies)[order]
    picks = np.asarray(
        badge(H, 6 * copies, probabilities=p, block=block, rng=rng(seed))
    )
    assert sorted(picks.tolist()) == list(range(6 * copies))
    assert len(set(sample[picks[:6]].tolist())) == 6, (
        f"a copy too early: {sample[picks]}"
    )


@pytest.mark.prop("P11.4", "BADGE: among copies, the one sample that differs is next")
@pytest.mark.parametrize("gap", [0.5, 1e-6, 1e-11])
def test_one_that_differs(subject, gap):
    badge = subject("acquisition.badge")
    for seed in range(6):
        H = np.repeat(1 + rng(seed).random((1, 3)), 12, axis=0)
        H[7] *= 1 - gap
        p = np.repeat(draw_probabilities(rng(seed), 1, 3), 12, axis=0)
        got = np.asarray(badge(H, 3, probabilities=p, rng=rng(seed))).tolist()
        assert got[:2] == [0, 7], f"gap {gap:g}: {got}"
    # rows far down a large pool are seen as well
    H = np.full((5000, 1), 3.0)
    H[4600] = 2.0
    p = np.full((5000, 2), 0.5)
    assert np.asarray(badge(H, 2, probabilities=p, rng=rng())).tolist() == [0, 4600]


@pytest.mark.prop("P11.4", "BADGE: what is left over is drawn evenly")
def test_left_over(subject):
    badge = subject("acquisition.badge")
    p = np.full((4, 2), 0.5)
    r = rng(5)
    for H in (np.zeros((4, 2)), np.ones((4, 2))):
        drawn = [
            tuple(np.asarray(badge(H, 3, probabilities=p, rng=r)).tolist())
            for _ in range(300)
        ]
        law = {(0, *pair): 1 / 6 for pair in itertools.permutations((1, 2, 3), 2)}
        follows(law, drawn)
    # certain guesses, or one class only: no gradient at all
    for certain in (np.eye(2)[[0, 1, 1, 0]], np.ones((4, 1))):
        H = rng(1).standard_normal((4, 2))
        got = np.asarray(badge(H, 4, probabilities=certain, rng=rng()))
        assert sorted(got.tolist()) == [0, 1, 2, 3]


@pytest.mark.prop("P11.4", "BADGE: the unit of the embeddings does not matter")
@given(seed=strategies.seeds)
def test_units(subject, seed):
    badge = subject("acquisition.badge")
    H, p = rng(seed).standard_normal((9, 2)), draw_probabilities(rng(seed), 9, 3)
    want = np.asarray(badge(H, 5, probabilities=p, rng=rng(seed)))
    for unit in (2.0**-900, 2.0**-40, 2.0**40, 2.0**900):
        got = np.asarray(badge(unit * H, 5, probabilities=p, rng=rng(seed)))
        np.testing.assert_array_equal(got, want, f"unit {unit:g}")
    # nearly certain guesses: tiny gradients are gradients
    sure = np.array([[1 - 1e-200, 1e-200]] * 3 + [[1.0, 0.0]])
    for s in range(8):
        got = np.asarray(badge(np.ones((4, 1)), 2, probabilities=sure, rng=rng(s)))
        assert got.tolist() == [0, 3], "the only other gradient was not drawn"


@pytest.mark.prop("P11.8", "BADGE: distinct, repeatable; budgets")
def test_badge_is_sound(subject):
    badge = subject("acquisition.badge")
    H, p = rng(1).standard_normal((9, 2)), draw_probabilities(rng(2), 9, 3)
    sound(badge, H, 4, moved=False, probabilities=p)
    refuses(badge, H, probabilities=p)


@pytest.mark.prop(
    "P11.16", "BADGE where scikit-activeml 1.0.1 draws copies and a ghost"
)
def test_where_a_package_differs(subject):
    badge = subject("acquisition.badge")
    said = peers()
    rows, theirs = np.array(said["skactiveml"]["badge_rows"]), said["skactiveml"]
    H, p = np.array(said["H"])[rows], np.full((12, 2), 0.5)
    # four copies each of three samples, six wanted: positions twice in a batch
    assert any(len(set(batch)) < 6 for batch in theirs["badge_batches"])
    for seed in range(20):
        got = np.asarray(badge(H, 6, probabilities=p, rng=rng(seed)))
        assert len(set(got.tolist())) == 6
        assert len(set(rows[got[:3]].tolist())) == 3
    # a sample at the origin, which the law draws in 4 cases of 9, never comes
    assert theirs["badge_seconds"][1] == 0
    H, p = np.array([[2.0, 0.0], [0.0, 0.0], [0.0, 1.0]]), np.full((3, 2), 0.5)
    seconds = [
        np.asarray(badge(H, 2, probabilities=p, rng=rng(s)))[1] for s in range(200)
    ]
    assert 60 < sum(s == 1 for s in seconds) < 120


def test_distances_from_factors():
    """Factorised distances are those of materialised gradients; copies at zero."""
    r = rng(8)
    H, p = r.standard_normal((5000, 3)) + 50, draw_probabilities(r, 5000, 4)
    H[4500], p[4500] = H[10], p[10]
    H[20], p[20] = H[30] * (1 + 1e-13), p[30]
    q, g = factors(H, p)
    norms = (g**2).sum(axis=1)
    old, new = np.full(5000, np.inf), [10, 30, 4999]
    _measure(q, H, norms, new, old)
    want = ((g[:, None] - g[new]) ** 2).sum(axis=2).min(axis=1)
    far = want > 1e-6 * norms
    np.testing.assert_allclose(old[far], want[far], rtol=1e-8)
    assert (old[[10, 30, 4999, 4500]] == 0.0).all()
    assert 0.0 < old[20] < 1e-20 * norms[20]
    one = _between(q, H, 7, [10, 30])
    np.testing.assert_allclose(one, ((g[7] - g[[10, 30]]) ** 2).sum(axis=1), rtol=1e-9)
    assert _between(q, H, 7, []).shape == (0,)


def test_memory_is_a_chunk():
    """The gradients of this pool would take 80 MB, and its embeddings take 8."""
    H, p = rng(1).standard_normal((10_000, 100)), draw_probabilities(rng(2), 10_000, 10)
    tracemalloc.start()
    reference_badge(H, 100, probabilities=p, rng=rng())
    most = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert most < 25e6


@pytest.mark.prop("I11.6", "probabilities have a row for each embedding, here too")
def test_badge_refuses_by_name(subject):
    badge = subject("acquisition.badge")
    H, p = np.ones((4, 2)), np.full((4, 2), 0.5)
    with pytest.raises(ValueError, match="probabilities"):
        badge(H, 2, probabilities=p[:3], rng=rng())
    with pytest.raises(ValueError, match="block"):
        badge(H, 2, probabilities=p, block=0, rng=rng())
