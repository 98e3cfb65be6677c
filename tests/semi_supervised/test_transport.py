"""Whether totals can be met: against a linear program and all sets of classes."""

import numpy as np
import pytest
from hypothesis import given, settings

from reference.common import Infeasible
from tests import strategies
from tests.semi_supervised.oracle import (
    can_be_met,
    needs_more_room,
    some_set_is_short,
)


def some_rows(seed):
    """Rows with many zeros, and totals that are met or missed by whole units."""
    rng = np.random.default_rng(seed)
    n, C = int(rng.integers(1, 9)), int(rng.integers(1, 5))
    Q = rng.uniform(0.1, 1.0, (n, C)) * (rng.random((n, C)) < rng.uniform(0.3, 1.0))
    Q[Q.sum(axis=1) == 0.0, rng.integers(C)] = 1.0
    Q /= Q.sum(axis=1, keepdims=True)
    totals = np.bincount(rng.integers(C, size=n), minlength=C).astype(float)
    if rng.random() < 0.3:
        totals = np.array([rng.choice(np.flatnonzero(q)) for q in Q])
        totals = np.bincount(totals, minlength=C).astype(float)
    return Q, totals


@pytest.mark.prop("P17.8", "refused exactly when a set of classes has too little room")
@settings(max_examples=60)
@given(seed=strategies.seeds)
def test_refused_exactly_when_a_set_is_short(subject, seed):
    refine = subject("semi_supervised.refine")
    Q, totals = some_rows(seed)
    short = some_set_is_short(Q, totals)
    assert short == (not can_be_met(Q, totals))
    if short:
        with pytest.raises(Infeasible) as refused:
            refine(Q, totals)
        assert needs_more_room(Q, totals, refused.value.certificate)
        return
    R = refine(Q, totals)
    np.testing.assert_allclose(R.sum(axis=0), totals, rtol=0, atol=1e-7)
    assert (R[Q == 0.0] == 0.0).all()


@pytest.mark.prop("P17.8", "a source makes way for another, along a path of three")
def test_a_path_through_other_sources(subject):
    refine = subject("semi_supervised.refine")
    # Rows 0 and 1 fill class 0 first; row 2 needs it, so one of them moves on.
    Q = np.array([[0.5, 0.5, 0.0], [0.5, 0.0, 0.5], [1.0, 0.0, 0.0]])
    R = refine(Q, [1.0, 1.0, 1.0])
    np.testing.assert_array_equal(R, [[0, 1, 0], [0, 0, 1], [1, 0, 0]])
    Q = np.array([[0.5, 0.5, 0], [0, 0.5, 0.5], [1.0, 0, 0], [1.0, 0, 0]])
    with pytest.raises(Infeasible) as refused:
        refine(Q, [1.0, 2.0, 1.0])
    assert [int(k) for k in refused.value.certificate] == [0]
    R = refine(Q, [2.0, 1.5, 0.5])
    np.testing.assert_allclose(R[:2], [[0, 1, 0], [0, 0.5, 0.5]], atol=1e-7)


@pytest.mark.prop("P17.8", "rows that must stay take their room, in fractions")
def test_rows_that_stay_take_room(subject):
    refine = subject("semi_supervised.refine")
    Q = np.array([[0.75, 0.25], [0.5, 0.5], [0.5, 0.5]])
    with pytest.raises(Infeasible) as refused:
        refine(Q, [0.5, 2.5], weights=[np.inf, 1, 1])
    assert [int(k) for k in refused.value.certificate] == [0]
    R = refine(Q, [0.75, 2.25], weights=[np.inf, 1, 1])
    np.testing.assert_allclose(R[1:], [[0, 1], [0, 1]], atol=1e-12)
    with pytest.raises(Infeasible) as refused:
        refine(Q, [1.0, 2.0], weights=[np.inf] * 3)
    assert [int(k) for k in refused.value.certificate] == [0]


@pytest.mark.prop("P17.8", "a way that the first flow does not need is still a way")
def test_ways_that_no_flow_needs(subject):
    refine = subject("semi_supervised.refine")
    Q = np.array([[0.5, 0.5, 0], [0.4, 0.6, 0], [0.3, 0.3, 0.4], [0.2, 0.5, 0.3]])
    R = refine(Q, [1.5, 1.5, 1.0])
    assert R[Q > 0].min() > 0.05, R
    np.testing.assert_allclose(R.sum(axis=0), [1.5, 1.5, 1.0], atol=1e-7)


@pytest.mark.prop("P17.8", "a detour carries no more than was there")
def test_a_detour_is_no_wider_than_its_flow(subject):
    refine = subject("semi_supervised.refine")
    # Two rows with classes 0 and 1 have room for .9; the third lends class 1 only .4.
    Q = np.array([[0.5, 0.5, 0], [0.5, 0.5, 0], [0, 0.5, 0.5]])
    with pytest.raises(Infeasible) as refused:
        refine(Q, [0.5, 0.4, 2.1])
    assert sorted(int(k) for k in refused.value.certificate) == [0, 1]
