"""Properties of the Fisher factors and of BAIT."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests import strategies
from tests.acquisition.oracle import (
    bait_by_matrices,
    draw_probabilities,
    fisher_matrices,
    peers,
    refuses,
    sound,
)


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.prop("P11.5", "B'B = diag p - pp', the expected square of the gradients")
@given(seed=strategies.seeds, C=st.integers(1, 5))
def test_fisher_factors(subject, seed, C):
    fisher_factors = subject("acquisition.fisher_factors")
    p = draw_probabilities(rng(seed), 4, C)
    p[0] = np.eye(C)[0]
    before = p.copy()
    B = np.asarray(fisher_factors(p))
    np.testing.assert_array_equal(p, before)
    assert B.shape == (4, C, C)
    for row, factor in zip(p, B, strict=True):
        want = np.diag(row) - np.outer(row, row)
        np.testing.assert_allclose(factor.T @ factor, want, atol=1e-14)
        for y in range(C):  # a row for each label: sqrt(p_y) times its slope
            slope = np.sqrt(row[y]) * (row - np.eye(C)[y])
            np.testing.assert_allclose(factor[y], slope, atol=1e-14)
    H = rng(seed + 1).standard_normal((4, 2))
    want = fisher_matrices(H, p)
    for h, factor, F in zip(H, B, want, strict=True):
        got = np.kron(factor.T @ factor, np.outer(h, h))
        np.testing.assert_allclose(got, F, atol=1e-12)


def gap(traces, picks, want):
    """Two sets of picks agree, or their traces do to rounding (a tie)."""
    return sorted(picks) == sorted(want) or abs(traces[0] - traces[1]) <= 1e-9


@pytest.mark.prop("P11.5", "BAIT: forward and backward steps are those of the trace")
@settings(max_examples=20)
@given(seed=strategies.seeds, C=st.integers(2, 3), known=st.integers(0, 3),
       oversample=st.integers(1, 3))  # fmt: skip
def test_bait_by_brute_force(subject, seed, C, known, oversample):
    bait = subject("acquisition.bait")
    r = rng(seed)
    H, p = r.standard_normal((8, 2)), draw_probabilities(r, 8, C)
    L, pL = r.standard_normal((known, 2)), draw_probabilities(r, known, C)
    labeled = {"labeled": L, "labeled_probabilities": pL} if known else {}
    got = np.asarray(
        bait(
            H, 2, probabilities=p, reg=0.3, oversample=oversample, rng=rng(), **labeled
        )
    ).tolist()
    want, _ = bait_by_matrices(
        fisher_matrices(H, p),
        fisher_matrices(L, pL) if known else np.zeros((0, 2 * C, 2 * C)),
        0.3, 2, min(8, 2 * oversample),
    )  # fmt: skip
    assert got == want, f"got {got}, by explicit matrices {want}"


@pytest.mark.prop("P11.5", "BAIT for regression: V = h")
@settings(max_examples=15)
@given(seed=strategies.seeds, known=st.integers(0, 3), oversample=st.integers(1, 3))
def test_bait_for_regression(subject, seed, known, oversample):
    bait = subject("acquisition.bait")
    r = rng(seed)
    H, L = r.standard_normal((9, 3)), r.standard_normal((known, 3))
    got = np.asarray(
        bait(
            H,
            3,
            labeled=L if known else None,
            reg=0.1,
            oversample=oversample,
            rng=rng(),
        )
    ).tolist()
    bought = fisher_matrices(L) if known else np.zeros((0, 3, 3))
    want, _ = bait_by_matrices(
        fisher_matrices(H), bought, 0.1, 3, min(9, 3 * oversample)
    )
    assert got == want, f"got {got}, by explicit matrices {want}"


EXPLICIT = np.array(
    [
        [1.0, 0.2],
        [0.9, -0.3],
        [-1.1, 0.1],
        [0.1, 0.8],
        [0.2, -1.3],
        [0.7, 0.7],
        [2.0, 0.1],
    ]
)
CHANCES = np.array([0.5, 0.3, 0.8, 0.6, 0.9, 0.45, 0.2])


@pytest.mark.prop("P11.5", "BAIT on seven points, by explicit matrices")
@pytest.mark.parametrize("oversample", [1, 2, 3])
@pytest.mark.parametrize("reg", [0.01, 1.0])
def test_bait_explicit(subject, oversample, reg):
    bait = subject("acquisition.bait")
    H, L = EXPLICIT, np.array([[1.5, 0.0], [-0.2, 0.4]])
    p = np.column_stack([CHANCES, 0.7 * (1 - CHANCES), 0.3 * (1 - CHANCES)])
    pL = np.array([[0.4, 0.4, 0.2], [0.2, 0.1, 0.7]])
    take = min(7, 2 * oversample)
    options = {"reg": reg, "oversample": oversample, "rng": rng()}
    for known in (True, False):
        given = {"labeled": L, "labeled_probabilities": pL} if known else {}
        got = np.asarray(bait(H, 2, probabilities=p, **given, **options)).tolist()
        bought = fisher_matrices(L, pL) if known else np.zeros((0, 6, 6))
        want, _ = bait_by_matrices(fisher_matrices(H, p), bought, reg, 2, take)
        assert got == want, (known, got, want)
        given = {"labeled": L} if known else {}
        got = np.asarray(bait(H, 2, **given, **options)).tolist()
        bought = fisher_matrices(L) if known else np.zeros((0, 2, 2))
        want, _ = bait_by_matrices(fisher_matrices(H), bought, reg, 2, take)
        assert got == want, (known, got, want)


@pytest.mark.prop("P11.5", "BAIT: embeddings and the root of reg share a unit")
def test_bait_units(subject):
    bait = subject("acquisition.bait")
    p = np.column_stack([CHANCES, 1 - CHANCES])
    want = np.asarray(bait(EXPLICIT, 3, probabilities=p, reg=0.25, rng=rng()))
    for unit in (2.0**-60, 2.0**60):
        got = bait(unit * EXPLICIT, 3, probabilities=p, reg=0.25 * unit**2, rng=rng())
        np.testing.assert_array_equal(np.asarray(got), want)
    # near that limit the explicit matrices still agree
    got = bait(1e3 * EXPLICIT, 2, reg=0.01, rng=rng())
    want, _ = bait_by_matrices(
        fisher_matrices(1e3 * EXPLICIT), np.zeros((0, 2, 2)), 0.01, 2, 4
    )
    assert np.asarray(got).tolist() == want


@pytest.mark.prop("P11.8", "BAIT: distinct, repeatable, blind to order, all of a pool")
def test_bait_is_sound(subject):
    bait = subject("acquisition.bait")
    p = np.column_stack([CHANCES, 1 - CHANCES])
    sound(bait, EXPLICIT, 3, moved=False, probabilities=p)
    refuses(bait, EXPLICIT, probabilities=p)
    order = rng(3).permutation(7)
    a = np.asarray(bait(EXPLICIT, 3, probabilities=p, rng=rng()))
    b = np.asarray(bait(EXPLICIT[order], 3, probabilities=p[order], rng=rng()))
    assert set(order[b].tolist()) == set(a.tolist())
    same, sure = np.ones((5, 2)), np.eye(2)[[0, 1, 1, 0, 1]]
    for H, q in ((same, np.full((5, 2), 0.5)), (0 * same, None), (same, sure)):
        got = np.asarray(bait(H, 3, probabilities=q, rng=rng())).tolist()
        assert len(set(got)) == 3, (
            "copies, dead units and certain guesses are no trouble"
        )
    one = np.asarray(bait(same, 2, probabilities=np.ones((5, 1)), rng=rng()))
    assert len(set(one.tolist())) == 2


@pytest.mark.prop("I11.2", "what is bought comes with its probabilities, or is refused")
def test_bait_refuses_by_name(subject):
    bait = subject("acquisition.bait")
    p = np.column_stack([CHANCES, 1 - CHANCES])
    L, pL = EXPLICIT[:2], p[:2]
    for more, words in (
        ({"labeled": L}, "labeled_probabilities must be given"),
        ({"labeled": L, "labeled_probabilities": pL[:1]}, "labeled_probabilities"),
        ({"labeled": L, "labeled_probabilities": np.full((2, 4), 0.25)}, "2 columns"),
        (
            {"labeled": L[:, :1], "labeled_probabilities": pL},
            r"labeled needs shape \(n, 2\)",
        ),
        ({"oversample": 0}, "oversample"),
    ):
        with pytest.raises(ValueError, match=words):
            bait(EXPLICIT, 2, probabilities=p, rng=rng(), **more)
    with pytest.raises(ValueError, match="probabilities"):
        bait(EXPLICIT, 2, probabilities=p[:3], rng=rng())


@pytest.mark.prop("P11.15", "BAIT for regression picks what bmdal picks, in its order")
def test_as_bmdal_picks(subject):
    bait = subject("acquisition.bait")
    said = peers()
    H = np.array(said["H"])
    for name, oversample in (("bait_forward", 1), ("bait", 2)):
        got = bait(H[2:], 4, labeled=H[:2], reg=0.25, oversample=oversample, rng=rng())
        assert (np.asarray(got) + 2).tolist() == said["bmdal_reg"][name], name


@pytest.mark.prop("I11.8", "reg is positive, and large enough to keep digits")
def test_bait_refuses_reg(subject):
    bait = subject("acquisition.bait")
    with pytest.raises(ValueError, match=r"reg must be at least"):
        bait(1e9 * EXPLICIT, 3, rng=rng())
    for wrong in (0.0, -1.0, np.nan):
        with pytest.raises(ValueError, match="reg"):
            bait(EXPLICIT, 3, reg=wrong, rng=rng())
