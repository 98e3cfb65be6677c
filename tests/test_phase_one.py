"""Getting inside: infeasible start, both phase ones, and the way back after a cut."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.barrier import EmptySet, FlatSet
from reference.phase_one import enter_rows, find_center, relax_rows
from reference.polytope import Polytope, deepest_point
from tests import strategies


@given(polytope=strategies.polytopes(), seed=strategies.seeds)
def test_infeasible_start_ends_inside_or_gives_up(polytope, seed):
    A, b, _ = polytope
    start = np.random.default_rng(seed).uniform(-0.9, 0.9, A.shape[1])
    body = Polytope(A, b, box=1.0)
    z, steps = enter_rows(body, start, np.maximum(body.slacks(start), 1.0))
    if z is None:
        return
    assert (b - A @ z > 0).all()
    assert np.abs(z).max() < 1
    if (b - A @ start > 1e-9).all():
        assert steps == 0
        np.testing.assert_array_equal(z, start)


@pytest.mark.parametrize("slack", [0.0, 1e-17, 1e-13])
def test_a_start_on_a_wall_is_no_interior_point(slack):
    # 1e-17 is what rounding leaves of 0: a Hessian there has no digit left
    A, b = np.array([[1.0, 1.0], [1.0, -1.0]]), np.array([slack, 0.5])
    body = Polytope(A, b, box=1.0)
    z, steps = enter_rows(body, np.zeros(2), np.ones(2))
    assert steps > 0
    assert (b - A @ z > 1e-3).all()
    point = find_center(body, np.zeros(2), np.ones(2), 1e-10).point
    gradient = A.T @ (1 / (b - A @ point)) + 1 / (1 - point) - 1 / (1 + point)
    np.testing.assert_allclose(gradient, 0, atol=1e-3)


@given(polytope=strategies.polytopes(), ball=st.booleans())
def test_two_phase_ones_agree(polytope, ball):
    A, b, _ = polytope
    point = deepest_point(A, b)
    assert (b - A @ point).min() > 0
    base = {"radius": 5.0} if ball else {"box": 5.0}
    z, steps = relax_rows(Polytope(A, b, **base), np.zeros(A.shape[1]))
    assert (b - A @ z).min() > 0
    assert steps >= 1


@pytest.mark.parametrize("width", [1e-2, 1e-6, 1e-9])
def test_thin_sets_are_not_flat(width):
    A = np.array([[1.0, 1.0], [-1.0, -1.0], [1.0, -1.0], [-1.0, 1.0]])
    b = np.array([1.0 + width, -1.0, 3.0, 3.0])
    assert (b - A @ deepest_point(A, b)).min() > 0
    z, _ = relax_rows(Polytope(A, b, 9.0), np.zeros(2))
    assert (b - A @ z).min() > 0


def test_flat_and_empty_by_both_phase_ones():
    A = np.array([[1.0, 1.0], [-1.0, -1.0]])
    for b, error in ([1.0, -1.0], FlatSet), ([1.0, -1.1], EmptySet):
        with pytest.raises(error):
            deepest_point(A, np.array(b))
        with pytest.raises(error):
            relax_rows(Polytope(A, np.array(b), 9.0), np.zeros(2))
        with pytest.raises(error):
            relax_rows(Polytope(A, np.array(b), np.inf, 9.0), np.zeros(2))
