"""Properties of refined labels, against general solvers and by their form."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.common import Infeasible, NotConverged
from reference.semi_supervised import plain_refine as plain_rounds
from reference.semi_supervised import refine as reference_refine
from tests import strategies
from tests.semi_supervised.oracle import (
    by_sinkhorn,
    by_slsqp,
    divergence,
    random_labels,
    random_totals,
    row_weights,
)

FOUR = np.array([[0.9, 0.1], [0.7, 0.3], [0.6, 0.4], [0.2, 0.8]])


@pytest.mark.prop("P17.1", "rows sum to 1, columns to the totals, entries are >= 0")
@settings(max_examples=15)
@given(seed=strategies.seeds, sharp=st.sampled_from([0.1, 2.0, 20.0]))
def test_sums_are_right(subject, seed, sharp):
    refine = subject("semi_supervised.refine")
    rng = np.random.default_rng(seed)
    n, C = int(rng.integers(1, 30)), int(rng.integers(1, 6))
    Q, totals = random_labels(rng, n, C, sharp), random_totals(rng, n, C)
    kept = Q.copy()
    R = refine(Q, totals)
    assert R.shape == Q.shape
    assert R.min() >= 0.0, R.min()
    np.testing.assert_allclose(R.sum(axis=1), 1.0, rtol=1e-12)
    np.testing.assert_allclose(R.sum(axis=0), totals, rtol=0, atol=1e-8 * n)
    assert (kept == Q).all(), "the pseudo-labels were changed"


@pytest.mark.prop("P17.2", "labels with the right totals stay as they are")
@settings(max_examples=12)
@given(seed=strategies.seeds, sharp=st.sampled_from([2.0, 10.0, 30.0]))
def test_right_totals_are_a_fixed_point(subject, seed, sharp):
    refine = subject("semi_supervised.refine")
    rng = np.random.default_rng(seed)
    Q = random_labels(rng, int(rng.integers(1, 12)), 4, sharp)
    R = refine(Q, Q.sum(axis=0))
    np.testing.assert_allclose(R.sum(axis=0), Q.sum(axis=0), rtol=0, atol=1e-7)
    if sharp == 2.0:  # surer rows can trade what the columns cannot show
        np.testing.assert_allclose(R, Q, rtol=0, atol=1e-7)


@pytest.mark.prop("P17.10", "classes of which there is nearly nothing")
@pytest.mark.parametrize("seed", range(4))
def test_totals_that_are_nearly_zero(subject, seed):
    refine = subject("semi_supervised.refine")
    rng = np.random.default_rng(seed)
    Q = random_labels(rng, 6, 4, 10.0)
    totals = np.exp(8.0 * rng.standard_normal(4))
    totals *= 6 / totals.sum()
    R = refine(Q, totals)
    np.testing.assert_allclose(R.sum(axis=0), totals, rtol=0, atol=1e-7)
    # A certain row alone: totals of its own answers, and others.
    for logits in ([0.0, -2.0, -60.0, -90.0], [0.0, -30.0, -60.0, -200.0]):
        q = np.exp(logits) / np.exp(logits).sum()
        for c in (q, [0.7, 0.3 - 1e-12 - 1e-20, 1e-12, 1e-20]):
            np.testing.assert_allclose(refine([q], c)[0], c, rtol=0, atol=1e-7)


@pytest.mark.prop("P17.3", "equal weights give the limit of Sinkhorn's iteration")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_equal_weights_are_sinkhorn(subject, seed):
    refine = subject("semi_supervised.refine")
    rng = np.random.default_rng(seed)
    Q, totals = random_labels(rng, 8, 3, 1.0), random_totals(rng, 8, 3)
    R = refine(Q, totals, weights=np.full(8, 10.0 ** rng.uniform(-12, 12)))
    np.testing.assert_allclose(R, by_sinkhorn(Q, totals, 2000), rtol=0, atol=1e-7)


@pytest.mark.prop("P17.4", "a general solver finds the same labels and no better value")
@settings(max_examples=5)
@given(seed=strategies.seeds)
def test_objective_is_that_of_slsqp(subject, seed):
    refine = subject("semi_supervised.refine")
    rng = np.random.default_rng(seed)
    Q, totals = random_labels(rng, 5, 3, 1.0), random_totals(rng, 5, 3)
    for weights in (None, rng.uniform(0.2, 5.0, 5)):
        w = row_weights(Q) if weights is None else weights
        want = by_slsqp(Q, totals, w)
        R = refine(Q, totals, weights=weights)
        np.testing.assert_allclose(R, want, rtol=0, atol=1e-4)
        assert divergence(R, Q, w) <= divergence(want, Q, w) + 1e-7


@pytest.mark.prop("P17.9", "log(r/q) is a row's own number minus a price over w")
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_the_form_of_the_optimum(subject, seed):
    refine = subject("semi_supervised.refine")
    rng = np.random.default_rng(seed)
    Q, totals = random_labels(rng, 9, 4), random_totals(rng, 9, 4)
    R = refine(Q, totals)
    # w log(r/q) = a_i - ν_k: what is left after its row and column means is zero.
    table = row_weights(Q)[:, None] * np.log(R / Q)
    w = row_weights(Q)
    prices = table[0] - table[0, 0]
    left = table - table[:, :1] - prices
    np.testing.assert_allclose(left, 0.0, atol=1e-6 * (1 + w.max()))


@pytest.mark.prop("P17.18", "prices move by the inverse Laplacian when totals do")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_prices_move_by_the_laplacian(subject, seed):
    refine = subject("semi_supervised.refine")
    rng = np.random.default_rng(seed)
    Q, totals = random_labels(rng, 9, 4, 1.0), random_totals(rng, 9, 4)
    w = rng.uniform(0.5, 2.0, 9)
    change = rng.standard_normal(4)
    change -= change.mean()

    def prices(t):
        table = w[:, None] * np.log(refine(Q, totals + t * change, weights=w) / Q)
        return -(table - table[:, :1])[0]

    moved = (prices(1e-4) - prices(-1e-4)) / 2e-4
    R = refine(Q, totals, weights=w)
    edges = np.einsum("ij,ik,i->jk", R, R, 1.0 / w)
    np.fill_diagonal(edges, 0.0)
    laplacian = np.diag(edges.sum(axis=1)) - edges
    np.testing.assert_allclose(laplacian @ moved, -change, atol=1e-4)


@pytest.mark.prop("P17.5", "an entry that is zero stays zero")
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_zeros_stay(subject, seed):
    refine = subject("semi_supervised.refine")
    rng = np.random.default_rng(seed)
    Q = random_labels(rng, 10, 4) * (rng.random((10, 4)) < 0.6)
    Q[:, 0] += 1e-3  # a way out for every row
    Q /= Q.sum(axis=1, keepdims=True)
    feasible = Q * rng.uniform(0.5, 2.0, Q.shape)
    totals = (feasible / feasible.sum(axis=1, keepdims=True)).sum(axis=0)
    R = refine(Q, totals)
    assert (R[Q == 0.0] == 0.0).all()
    np.testing.assert_allclose(R.sum(axis=0), totals, rtol=0, atol=1e-7)


@pytest.mark.prop("P17.5", "classes and rows may be renamed")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_classes_and_rows_may_be_renamed(subject, seed):
    refine = subject("semi_supervised.refine")
    rng = np.random.default_rng(seed)
    Q, totals = random_labels(rng, 8, 4), random_totals(rng, 8, 4)
    w = rng.uniform(0.5, 2.0, 8)
    rows, columns = rng.permutation(8), rng.permutation(4)
    want = refine(Q, totals, weights=w)[rows][:, columns]
    got = refine(Q[rows][:, columns], totals[columns], weights=w[rows])
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-7)


@pytest.mark.prop("P17.6", "totals that do not sum to the number of rows are refused")
@pytest.mark.parametrize("totals", [[2.0, 2.1], [4.0, 0.1], [3.0, 0.5], [5.0, -1.0]])
def test_totals_must_sum_to_the_rows(subject, totals):
    refine = subject("semi_supervised.refine")
    with pytest.raises(ValueError, match="class_totals") as refused:
        refine(FOUR, totals)
    assert not isinstance(refused.value, Infeasible)


@pytest.mark.prop("P17.10", "only ratios of weights matter, over 24 powers of ten")
@pytest.mark.parametrize("unit", [1e-12, 1.0, 1e12])
def test_the_unit_of_the_weights_does_not_matter(subject, unit):
    refine = subject("semi_supervised.refine")
    w = np.array([1.0, 2.0, 4.0, 1.0])
    want = reference_refine(FOUR, [2, 2], weights=w)
    got = refine(FOUR, [2, 2], weights=unit * w)
    np.testing.assert_allclose(got, want, rtol=0, atol=1e-9)


@pytest.mark.prop("P17.10", "a heavy row hardly moves, and an infinite one not at all")
def test_heavy_rows_stay(subject):
    refine = subject("semi_supervised.refine")
    R = refine(FOUR, [2, 2], weights=[1e5, 1, 1, 1])
    np.testing.assert_allclose(R[0], FOUR[0], atol=1e-4)
    assert R[0, 0] < FOUR[0, 0]
    R = refine(FOUR, [2, 2], weights=[np.inf, 1, 1, np.inf])
    np.testing.assert_array_equal(R[[0, 3]], FOUR[[0, 3]])
    np.testing.assert_allclose(R.sum(axis=0), 2.0, atol=1e-7)
    both = refine(FOUR, FOUR.sum(axis=0), weights=np.full(4, np.inf))
    np.testing.assert_array_equal(both, FOUR)


@pytest.mark.prop("P17.10", "the less certain row gives way first")
def test_the_less_certain_row_gives_way(subject):
    refine = subject("semi_supervised.refine")
    moved = refine(FOUR, [2, 2]) - FOUR
    # .9 and .2/.8 are the surest; .6 the least sure: it moves most.
    assert abs(moved[2, 0]) > abs(moved[1, 0]) > abs(moved[0, 0]) > 0.01
    # By hand: one row of each kind (p, 1 - p), equal weights, by symmetry ½.
    even = refine([[0.8, 0.2], [0.8, 0.2]], [1, 1])
    np.testing.assert_allclose(even, 0.5, atol=1e-8)


@pytest.mark.prop("P17.10", "rows that are nearly certain change their minds")
@pytest.mark.parametrize("logit", [20.0, 60.0, 200.0])
def test_nearly_certain_rows(subject, logit):
    refine = subject("semi_supervised.refine")
    doubt = np.exp(-logit)
    Q = np.array([[1.0, doubt], [1.0, doubt**1.5], [1.0, doubt**2]])
    R = refine(Q, [2.0, 1.0])
    np.testing.assert_allclose(R.sum(axis=0), [2.0, 1.0], atol=1e-7)
    assert R[0, 1] > 0.99, R  # the least certain of them


@pytest.mark.prop("P17.10", "sure and unsure rows together, where plain ones overflow")
def test_sure_and_unsure_rows(subject):
    refine = subject("semi_supervised.refine")
    Q = np.array([[0.5, 0.5], [1.0, 1e-9], [1.0, 1e-9], [1.0, 1e-9]])
    Q /= Q.sum(axis=1, keepdims=True)
    totals = np.array([1.5, 2.5])  # the sure rows have to move, by equal parts
    R = refine(Q, totals)
    np.testing.assert_allclose(R[0], [0.0, 1.0], atol=1e-7)
    np.testing.assert_allclose(R[1:], 0.5, atol=1e-7)
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="NaN"):
        plain_rounds(Q, totals)
    # One-hot rows have the weight 1 / 0.
    certain = np.array([[1.0, 0.0], [0.5, 0.5], [0.4, 0.6]])
    R = refine(certain, [1.5, 1.5])
    assert R[0, 0] == 1.0
    with np.errstate(all="ignore"), pytest.raises(ValueError, match="NaN"):
        plain_rounds(certain, np.array([1.5, 1.5]))


@pytest.mark.prop("P17.10", "sure rows alone, where Newton's steps need warming up")
def test_sure_rows_are_warmed_up(subject):
    refine = subject("semi_supervised.refine")
    Q = np.array([[7e-7, 0.9973423, 0.002657, 6e-9], [5e-20, 4e-16, 0.9999997, 3e-7]])
    Q /= Q.sum(axis=1, keepdims=True)
    totals = np.array([0.45, 0.55, 0.25, 0.75])
    R = refine(Q, totals)
    np.testing.assert_allclose(R.sum(axis=0), totals, rtol=0, atol=1e-7)
    w = row_weights(Q)
    seen = [0, 1, 3]  # of class 2 the first row keeps nothing
    prices = w[:, None] * np.log(R[:, seen] / Q[:, seen])
    prices -= prices[:, :1]
    np.testing.assert_allclose(prices[0], prices[1], rtol=1e-5)


@pytest.mark.prop("P17.10", "a chain of classes, where turns of rows and columns crawl")
def test_a_chain_of_classes(subject):
    refine = subject("semi_supervised.refine")
    C = 8
    Q = np.full((C, C), 1e-9)
    for i in range(C):
        Q[i, i], Q[i, min(i + 1, C - 1)] = 0.9, 0.1
    Q[-1] = 1e-9
    Q[-1, 0], Q[-1, -1] = 1e-6, 1.0
    Q /= Q.sum(axis=1, keepdims=True)
    totals = np.ones(C)
    totals[0], totals[-1] = 0.05, 1.95
    R = refine(Q, totals, weights=np.ones(C))
    np.testing.assert_allclose(R.sum(axis=0), totals, rtol=0, atol=1e-7)
    plain = plain_rounds(Q, totals, weights=np.ones(C), rounds=3)
    assert np.abs(plain.sum(axis=0) - totals).max() > 1e-3


@pytest.mark.prop(
    "P17.8", "totals that leave no room are refused with a set of classes"
)
def test_no_room(subject):
    refine = subject("semi_supervised.refine")
    certain = np.array([[1.0, 0, 0], [1, 0, 0], [0.2, 0.3, 0.5], [0.1, 0.8, 0.1]])
    with pytest.raises(Infeasible) as refused:
        refine(certain, [1.5, 1.5, 1.0])
    assert [int(k) for k in refused.value.certificate] == [0]
    with pytest.raises(Infeasible):
        refine(FOUR, [3.0, 1.0], weights=[np.inf] * 4)


@pytest.mark.prop("P17.8", "totals that leave just enough room keep other rows out")
def test_just_enough_room(subject):
    refine = subject("semi_supervised.refine")
    certain = np.array([[1.0, 0, 0], [1, 0, 0], [0.2, 0.3, 0.5], [0.1, 0.8, 0.1]])
    R = refine(certain, [2.0, 1.0, 1.0])
    assert (R[2:, 0] == 0.0).all()
    # What is left is the problem on two classes.
    rest = certain[2:, 1:] / certain[2:, 1:].sum(axis=1, keepdims=True)
    w = row_weights(np.where(certain > 0, certain, 1.0))[2:]
    want = by_slsqp(rest, np.array([1.0, 1.0]), w)
    np.testing.assert_allclose(R[2:, 1:], want, atol=1e-5)
    zero = refine(np.array([[0.5, 0.5, 0.0], [0.4, 0.4, 0.2]]), [1.5, 0.5, 0.0])
    assert (zero[:, 2] == 0.0).all()
    np.testing.assert_allclose(zero.sum(axis=0), [1.5, 0.5, 0.0], atol=1e-7)


@pytest.mark.prop("P17.10", "duplicate rows, one row, one class")
def test_small_and_repeated(subject):
    refine = subject("semi_supervised.refine")
    twice = refine(np.repeat(FOUR, 2, axis=0), [4, 4])
    np.testing.assert_allclose(twice[::2], twice[1::2], rtol=0, atol=1e-12)
    np.testing.assert_allclose(twice[::2], reference_refine(FOUR, [2, 2]), atol=1e-7)
    np.testing.assert_allclose(refine([[0.3, 0.7]], [0.6, 0.4]), [[0.6, 0.4]])
    np.testing.assert_allclose(refine([[1.0], [1.0]], [2.0]), 1.0)


@pytest.mark.prop("P17.10", "too few steps are said, with the labels so far")
def test_too_few_steps(subject):
    refine = subject("semi_supervised.refine")
    rng = np.random.default_rng(3)
    Q = random_labels(rng, 30, 5, 8.0)
    with pytest.raises(NotConverged) as stopped:
        refine(Q, np.full(5, 6.0), max_iter=1)
    np.testing.assert_allclose(stopped.value.state.sum(axis=1), 1.0)
    # A wider tolerance is met sooner.
    refine(Q, np.full(5, 6.0), max_iter=40, tol=1e-2)


@pytest.mark.prop("I17.1", "bad labels, totals and weights are refused by name")
def test_bad_input(subject):
    refine = subject("semi_supervised.refine")
    for bad in ([[0.5, 0.6]], [[1.5, -0.5]], [[0.0, 0.0]]):
        with pytest.raises(ValueError, match="pseudo_labels"):
            refine(bad, [0.5, 0.5])
    with pytest.raises(ValueError, match="weights must be positive"):
        refine(FOUR, [2, 2], weights=np.zeros(4))
    for bad in ([0, 1, 1, 1], [-1, 1, 1, 1], [1, 1, 1], [np.nan] * 4, [1e-9, 1, 1, 1]):
        with pytest.raises(ValueError, match="weights"):
            refine(FOUR, [2, 2], weights=bad)
    with pytest.raises(ValueError, match="tol"):
        refine(FOUR, [2, 2], tol=0.0)
