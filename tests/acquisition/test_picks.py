"""What the strategies share: checks by name, units, ties."""

import numpy as np
import pytest

from reference.acquisition import albl_start, margin
from reference.acquisition.picks import as_embeddings, chunks, lowest_first, safe_units


@pytest.mark.prop("I11.1", "probabilities must be probabilities")
def test_probabilities_are_refused_by_name(subject):
    least_confidence = subject("acquisition.least_confidence")
    rng = np.random.default_rng(0)
    for wrong, words in (
        ([[0.5, 0.6]], "row 0"),
        ([[1.5, -0.5]], "negative"),
        ([[0.5, 0.5], [np.nan, 1.0]], "finite"),
        ([0.5, 0.5], r"needs shape \(n, d\)"),
        (np.zeros((0, 2)), "at least one row"),
    ):
        with pytest.raises(ValueError, match=rf"probabilities.*{words}"):
            least_confidence(wrong, 1, rng=rng)
    # what single precision leaves of a sum of one is no reason to refuse
    p = np.random.default_rng(0).dirichlet(np.ones(7), 50).astype(np.float32)
    assert len(least_confidence(p, 3, rng=rng)) == 3


@pytest.mark.prop("I11.1", "probabilities must be probabilities")
def test_members_are_refused_by_name(subject):
    bald, rng = subject("acquisition.bald"), np.random.default_rng(0)
    for wrong, words in (
        (np.full((2, 3), 0.5), "shape"),
        (np.full((2, 3, 2), 0.4), "sum to one"),
        ([[[0.5, 0.5]], [[0.5, 0.5], [1.0, 0.0]]], "shape"),
        ("text", "shape"),
        (np.zeros((0, 3, 2)), "shape"),
    ):
        with pytest.raises(ValueError, match=rf"members.*{words}"):
            bald(wrong, 1, rng=rng)


def test_arms_are_refused_by_name():
    with pytest.raises(ValueError, match="num_arms"):
        albl_start(0, 5, 5)


def test_ties_are_broken_at_random():
    picks = [
        lowest_first(np.array([1.0, 0.0, 1.0, 1.0]), 2, np.random.default_rng(s))
        for s in range(60)
    ]
    assert {p[0] for p in picks} == {1}
    assert {p[1] for p in picks} == {0, 2, 3}
    # one class: nothing to choose by, so a random batch
    first = {
        int(margin(np.ones((4, 1)), 1, rng=np.random.default_rng(s))[0])
        for s in range(40)
    }
    assert first == {0, 1, 2, 3}


def test_large_pools_are_not_copied_and_never_changed():
    H = np.random.default_rng(0).standard_normal((9000, 3))
    assert as_embeddings(H) is H
    assert safe_units(H)[0] is H
    assert [len(H[c]) for c in chunks(9000)] == [4096, 4096, 808]
    for other in (H[:, ::-1].tolist(), H.astype(np.float32), H[:5]):
        assert as_embeddings(other).dtype == np.float64
    H[5000, 1] = np.inf
    with pytest.raises(ValueError, match=r"embeddings.*finite.*5000, 1"):
        as_embeddings(H)
    with pytest.raises(ValueError, match=r"embeddings needs shape \(n, d\)"):
        as_embeddings(H[0])


def test_units_are_powers_of_two_and_common():
    a, b = np.array([[3e200, 1.0]]), np.array([[-7e201]])
    x, y = safe_units(a, b)
    assert 0.1 < np.abs(y).max() <= 1.0
    assert x[0, 0] / y[0, 0] == a[0, 0] / b[0, 0]
    assert np.frexp(y[0, 0] / b[0, 0])[0] == 0.5
    (tiny,) = safe_units(np.array([[3e-300, 0.0]]))
    assert tiny[0, 0] > 0.1
    zero = np.zeros((2, 2))
    assert safe_units(zero)[0] is zero
