"""The dense body: its derivatives against finite differences, and Woodbury."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from reference.analytic_center import Polytope
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

    def gradient(z):
        return body.gradient(z, 1 / body.slacks(z))

    for e, g in zip(E, gradient(z), strict=True):
        want = (value(body, z + h * e) - value(body, z - h * e)) / (2 * h)
        assert np.isclose(g, want, rtol=1e-4, atol=1e-4)
    H = np.array([gradient(z + h * e) - gradient(z - h * e) for e in E]) / (2 * h)
    solve = body.factor(z, body.slacks(z))
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
    walls = 2 * len(z) * np.isfinite(body.box) + 2 * np.isfinite(body.radius)
    assert len(base.base_ratios(z, dz)) == walls
