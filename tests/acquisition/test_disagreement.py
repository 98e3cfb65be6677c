"""Properties of the mutual information, BALD and the expected gradient length."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import entropy as shannon

from tests import strategies
from tests.acquisition.oracle import draw_probabilities, peers, refuses, sound


def rng(seed=0):
    return np.random.default_rng(seed)


@pytest.mark.prop("P11.7", "mutual information: a mean of divergences, from 0 to log M")
@given(seed=strategies.seeds, M=st.integers(1, 4), C=st.integers(1, 4))
def test_mutual_information(subject, seed, M, C):
    mutual_information = subject("acquisition.mutual_information")
    sharp = rng(seed).choice([0.05, 1.0])
    members = rng(seed).dirichlet(np.full(C, sharp), (M, 6))
    members[:, 0] = members[0, 0]  # the members agree about the first sample
    before = members.copy()
    got = np.asarray(mutual_information(members))
    np.testing.assert_array_equal(members, before)
    assert got.shape == (6,)
    assert got.min() >= 0.0
    assert got[0] <= 1e-14, "members agree, and yet a label would tell"
    assert got.max() <= np.log(max(min(M, C), 1)) + 1e-12
    mean = members.mean(axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        want = shannon(members, np.broadcast_to(mean, members.shape), axis=2)
    np.testing.assert_allclose(got, np.nan_to_num(want).mean(axis=0), atol=1e-12)


@pytest.mark.prop("P11.7", "certain members that disagree: log 2; unsure ones: 0")
def test_mutual_information_by_hand(subject):
    mutual_information = subject("acquisition.mutual_information")
    members = np.array([[[1.0, 0.0], [0.5, 0.5], [0.9, 0.1]],
                        [[0.0, 1.0], [0.5, 0.5], [0.9, 0.1]]])  # fmt: skip
    got = mutual_information(members)
    np.testing.assert_allclose(got, [np.log(2), 0, 0], atol=1e-15)
    # four members of which one dissents: the mean has entropy H(1/4)
    one = np.array([[[1.0, 0.0]]] * 3 + [[[0.0, 1.0]]])
    want = -(0.25 * np.log(0.25) + 0.75 * np.log(0.75))
    np.testing.assert_allclose(mutual_information(one), [want], rtol=1e-12)


@pytest.mark.prop(
    "P11.7", "BALD asks where members disagree, not where they are unsure"
)
def test_bald(subject):
    bald = subject("acquisition.bald")
    a = np.array([[1.0, 0.0], [0.5, 0.5], [0.9, 0.1], [0.7, 0.3]])
    b = np.array([[0.0, 1.0], [0.5, 0.5], [0.6, 0.4], [0.6, 0.4]])
    picks = np.asarray(bald(np.stack([a, b]), 4, rng=rng()))
    assert picks.tolist() == [0, 2, 3, 1]
    assert np.asarray(bald(np.stack([a, b]), 2, rng=rng())).tolist() == [0, 2]


@pytest.mark.prop("P11.8", "BALD: distinct, repeatable, blind to order; budgets")
def test_bald_is_sound(subject):
    bald = subject("acquisition.bald")
    members = rng(1).dirichlet(np.ones(3), (5, 7))

    def ask(pool, budget, *, rng):  # pool: its rows are samples
        return bald(np.swapaxes(pool, 0, 1), budget, rng=rng)

    sound(ask, np.swapaxes(members, 0, 1), 3)
    refuses(ask, np.swapaxes(members, 0, 1))
    ties = np.full((2, 4, 2), 0.5)
    first = {int(np.asarray(bald(ties, 1, rng=rng(s)))[0]) for s in range(40)}
    assert first == {0, 1, 2, 3}


@pytest.mark.prop("P11.13", "gradient length: the expected norm of all gradients")
@settings(max_examples=20)
@given(seed=strategies.seeds, C=st.integers(2, 4))
def test_gradient_length(subject, seed, C):
    gradient_length = subject("acquisition.gradient_length")
    H, p = rng(seed).standard_normal((8, 3)), draw_probabilities(rng(seed), 8, C, 0.5)
    want = np.zeros(8)
    for y in range(C):
        q = p - np.eye(C)[y]
        g = np.einsum("nc,nd->ncd", q, H).reshape(8, -1)
        want += p[:, y] * np.linalg.norm(g, axis=1)
    for budget in (1, 5):
        got = np.asarray(gradient_length(H, budget, probabilities=p, rng=rng()))
        np.testing.assert_array_equal(got, np.argsort(-want)[:budget])


@pytest.mark.prop(
    "P11.13", "gradient length: by hand; and confident samples keep order"
)
def test_gradient_length_by_hand(subject):
    gradient_length = subject("acquisition.gradient_length")
    ask = gradient_length
    p = np.array([[0.5, 0.5], [0.9, 0.1], [1.0, 0.0], [0.5, 0.5]])
    H = np.array([[1.0, 0.0], [0.0, 3.0], [9.0, 9.0], [0.0, 0.0]])
    # lengths: sqrt 2 * (1/2, 2 * 0.09 * 3, 0, 0)
    got = np.asarray(ask(H, 2, probabilities=p, rng=rng())).tolist()
    assert got == [1, 0]
    tail = 10.0 ** -np.arange(9.0, 14.0)[[3, 0, 4, 1, 2]]
    p = np.column_stack([1 - tail, tail])
    got = np.asarray(ask(np.ones((5, 1)), 5, probabilities=p, rng=rng())).tolist()
    assert got == [1, 3, 4, 0, 2], "digits were lost near certainty"


@pytest.mark.prop("P11.8", "gradient length: distinct, repeatable, blind to order")
def test_gradient_length_is_sound(subject):
    gradient_length = subject("acquisition.gradient_length")
    H, p = rng(1).standard_normal((7, 2)), draw_probabilities(rng(2), 7, 3)
    sound(gradient_length, H, 3, probabilities=p)
    refuses(gradient_length, H, probabilities=p)
    zero = np.zeros((4, 2))  # dead units: all equal, any may come
    first = {
        int(np.asarray(gradient_length(zero, 1, probabilities=p[:4], rng=rng(s)))[0])
        for s in range(40)
    }
    assert first == {0, 1, 2, 3}


@pytest.mark.prop("P11.15", "mutual information as scikit-activeml computes it")
def test_as_scikit_activeml_computes_it(subject):
    mutual_information = subject("acquisition.mutual_information")
    said = peers()
    got = mutual_information(np.array(said["members"]))
    # it keeps probabilities above 1e-7, we do not
    np.testing.assert_allclose(got, said["skactiveml"]["bald"], atol=2e-6)


@pytest.mark.prop("I11.6", "probabilities have a row for each embedding")
def test_gradient_length_refuses_by_name(subject):
    gradient_length = subject("acquisition.gradient_length")
    with pytest.raises(ValueError, match="probabilities"):
        gradient_length(np.ones((3, 2)), 2, probabilities=np.ones((2, 1)), rng=rng())
