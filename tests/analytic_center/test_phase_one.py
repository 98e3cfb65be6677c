"""Getting inside: infeasible start, both phase ones, and the way back after a cut."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from reference.analytic_center import (
    EmptySet,
    FlatSet,
    Polytope,
    add_cut,
    analytic_center,
)
from reference.analytic_center.phase_one import (
    enter_rows,
    find_center,
    recenter,
    relax_rows,
)
from reference.analytic_center.polytope import deepest_point
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


class Counting(Polytope):
    """A polytope that counts its factors."""

    factors = 0

    def factor(self, z, s):
        Counting.factors += 1
        return super().factor(z, s)


@given(polytope=strategies.polytopes(), ball=st.booleans(), seed=strategies.seeds)
def test_every_factor_is_counted(polytope, ball, seed):
    A, b, inside = polytope
    d, rng = A.shape[1], np.random.default_rng(seed)
    radius = 1.0 + np.linalg.norm(inside)
    body = Counting(A, b, radius, np.inf if ball else 2.0)
    Counting.factors = 0
    center = find_center(body, rng.uniform(-0.5, 0.5, d), np.ones(len(b)), 1e-10)
    assert center.newton_steps == Counting.factors
    normal = rng.standard_normal(d)
    unit = np.sqrt(normal @ center.solve(normal))
    for depth in (-2.0, 0.0, 0.9, 1.4):
        larger = replace(
            body,
            A=np.vstack([A, normal]),
            b=np.append(b, normal @ center.point - depth * unit),
        )
        Counting.factors = 0
        try:
            after = recenter(center, larger, normal, -depth * unit, 1e-10)
        except (EmptySet, FlatSet):
            continue
        assert after.newton_steps == Counting.factors


@pytest.mark.parametrize(("depth", "price"), [(-1.0, 1.0), (0.0, 1.1), (0.9, 2.2)])
def test_the_line_spares_factors(depth, price):
    rng, steps = np.random.default_rng(0), []
    center = analytic_center(np.eye(30)[:1], [1.0], box=1.0)
    for _ in range(60):
        normal = rng.standard_normal(30)
        unit = np.sqrt(normal @ center.solve(normal))
        after = add_cut(center, normal, normal @ center.point - depth * unit)
        steps.append(after.newton_steps)
        center = add_cut(center, rng.standard_normal(30))
    assert np.mean(steps) <= price


@given(seed=strategies.seeds, d=st.integers(2, 6), ball=st.booleans())
def test_deep_cuts_of_a_base(seed, d, ball):
    # the line leaves the base before it enters the new half-space, or almost
    rng = np.random.default_rng(seed)
    base = {"radius": 1.0} if ball else {"box": 1.0}
    center = analytic_center(rng.standard_normal((2, d)), [0.3, 0.3], **base)
    normal = rng.standard_normal(d)
    z, step = center.point, -center.solve(normal)
    body = center.body
    ratios = np.append(-body.A @ step / center.slacks, body.base_ratios(z, step))
    wall = z - step / ratios.min()  # where the line ends
    lowest = linprog(normal, body.A, body.b, bounds=(-1, 1)).fun
    for offset in (
        normal @ wall + 1e-9,
        normal @ wall - 1e-9,
        0.5 * (normal @ wall + lowest),
    ):
        if not ball and offset < lowest + 1e-3:
            continue
        try:
            cut = add_cut(center, normal, offset)
        except (EmptySet, FlatSet):
            assert ball  # linprog knew the box only
            continue
        s = cut.body.slacks(cut.point)
        assert s.min() > 0
        gradient = cut.body.gradient(cut.point, 1 / s)
        if ball:
            assert np.linalg.norm(cut.point) < 1
        else:
            assert np.abs(cut.point).max() < 1
        solve = cut.body.factor(cut.point, s)
        assert gradient @ solve(gradient) < 1e-8
