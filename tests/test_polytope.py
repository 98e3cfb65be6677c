"""The dense body: its derivatives against finite differences, Woodbury, phase one."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.barrier import EmptySet, FlatSet, relax_rows
from reference.polytope import Polytope, deepest_point
from tests import strategies


def value(body, z):
    total = body.pull * z @ z / 2 - np.log(body.slacks(z)).sum()
    if np.isfinite(body.radius):
        total -= np.log(body.radius**2 - z @ z)
    if np.isfinite(body.box):
        total -= np.log(body.box - z).sum() + np.log(body.box + z).sum()
    return total


@st.composite
def bodies(draw):
    """Few and many rows, with and without ball, box and pull; and a point inside."""
    rng = np.random.default_rng(draw(strategies.seeds))
    d, m = draw(st.integers(1, 6)), draw(st.integers(1, 9))
    z = rng.uniform(-0.3, 0.3, d)
    A = rng.standard_normal((m, d))
    body = Polytope(
        A,
        A @ z + rng.uniform(0.3, 2, m),
        draw(st.sampled_from([np.inf, 2.0])),
        draw(st.sampled_from([np.inf, 1.0])),
        draw(st.sampled_from([0.0, 3.0])),
    )
    return body, z, rng


@given(case=bodies())
def test_gradient_and_hessian_by_finite_differences(case):
    body, z, _ = case
    if not (body.bounded or body.pull) and np.linalg.matrix_rank(body.A) < len(z):
        return
    h, E = 1e-4, np.eye(len(z))
    gradient, solve = body.system(z, body.slacks(z))
    gradient = gradient + body.adjoint(1 / body.slacks(z))
    for e, g in zip(E, gradient, strict=True):
        want = (value(body, z + h * e) - value(body, z - h * e)) / (2 * h)
        assert np.isclose(g, want, rtol=1e-4, atol=1e-4)

    def full_gradient(z):
        s = body.slacks(z)
        return body.system(z, s)[0] + body.adjoint(1 / s)

    H = np.array([(full_gradient(z + h * e) - full_gradient(z - h * e)) for e in E])
    H /= 2 * h
    if np.linalg.cond(H) < 1e4:
        np.testing.assert_allclose(solve(H), E, atol=2e-3)
        np.testing.assert_allclose(solve(H[:, 0]), E[0], atol=2e-3)


@given(case=bodies(), t=st.floats(-0.05, 0.05))
def test_base_ratios_give_the_base_along_a_line(case, t):
    body, z, rng = case
    dz = rng.standard_normal(len(z))
    base = Polytope(body.A[:0], body.b[:0], body.radius, body.box)
    want = value(base, z + t * dz) - value(base, z)
    got = -np.log(1 + t * body.base_ratios(z, dz)).sum()
    assert np.isclose(got, want, atol=1e-9)
    assert len(base.base_ratios(z, dz)) == base.line_slacks


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
