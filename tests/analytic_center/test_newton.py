"""Properties of what the two bodies share: the line search and Newton's method."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from reference.analytic_center import Polytope
from reference.analytic_center.newton import (
    ball_ratios,
    cholesky_solver,
    newton_center,
    newton_step,
    support,
)
from reference.common import NotConverged
from tests import strategies
from tests.analytic_center.oracle import decrement, derivatives


def objective(t, ratios, slope, bend):
    inside = 1 + t * ratios
    if inside.min() <= 0:
        return np.inf
    return slope * t + bend * t * t / 2 - np.log(inside).sum()


@st.composite
def lines(draw):
    """Ratios of both signs: the minimum exists."""
    rng = np.random.default_rng(draw(strategies.seeds))
    ratios = rng.standard_normal(draw(st.integers(1, 20)))
    scale = 10 ** rng.uniform(-4, 4)
    return scale * np.append(ratios, [-rng.uniform(0.1, 2), rng.uniform(0.1, 2)])


@pytest.mark.prop(
    "P2.18", "the line search finds the minimum along the line", stage="plain"
)
@given(ratios=lines(), slope=st.floats(-2, 2), bend=st.sampled_from([0.0, 0.5, 30.0]))
def test_line_search_minimises(subject, ratios, slope, bend):
    line_search = subject("analytic_center.line_search")
    scale = np.abs(ratios).max()
    slope, bend = slope * scale, bend * scale**2  # of the size of the barrier's own
    t = line_search(ratios, slope, bend)
    low, high = -1 / ratios.max(), 1 / -ratios.min()
    best = minimize_scalar(
        objective, args=(ratios, slope, bend), bounds=(low, high), method="bounded",
        options={"xatol": 1e-12 * (high - low)},
    )  # fmt: skip
    assert low < t < high
    assert objective(t, ratios, slope, bend) <= best.fun + 1e-3


@pytest.mark.prop("P2.18", "its one-dimensional decrement is below 0.01, as promised")
@given(seed=strategies.seeds, log_reach=st.floats(0, 12), bend=st.booleans())
def test_line_search_keeps_its_promise(subject, seed, log_reach, bend):
    line_search = subject("analytic_center.line_search")
    rng = np.random.default_rng(seed)
    near = np.abs(rng.standard_normal(rng.integers(1, 20)))  # all walls on one side
    ratios = np.append(near, -(10**-log_reach) * near.max())  # but one, far away
    ratios *= rng.choice([-1, 1]) * 10 ** rng.uniform(-4, 4)
    slope, kappa = rng.uniform(-2, 2) * bend, rng.uniform(0, 30) * bend
    t = line_search(ratios, slope, kappa)
    q = ratios / (1 + t * ratios)
    assert (1 + t * ratios).min() > 0
    first, second = slope + kappa * t - q.sum(), kappa + q @ q
    assert abs(first) / np.sqrt(second) <= 0.01


@pytest.mark.prop("I2.9", "lines: bad arguments are named")
def test_bad_lines(subject):
    line_search = subject("analytic_center.line_search")
    for bad, word in [
        (lambda: line_search([[1.0]]), "ratios"),
        (lambda: line_search([np.nan]), "ratios"),
        (lambda: line_search([1.0], np.inf), "slope"),
        (lambda: line_search([1.0], 0.0, -1.0), "bend"),
    ]:
        with pytest.raises(ValueError, match=word):
            bad()


@pytest.mark.prop("P2.18", "the line search stays inside, on unbounded lines too")
@given(seed=strategies.seeds, n=st.integers(0, 9))
def test_line_search_stays_inside(subject, seed, n):
    line_search = subject("analytic_center.line_search")
    ratios = np.abs(np.random.default_rng(seed).standard_normal(n))
    t = line_search(ratios)
    assert np.isfinite(t)
    assert t >= 0
    if n:
        assert (1 + t * ratios).max() > 50  # it went far
    t = line_search(-ratios)
    assert np.isfinite(t)
    assert t <= 0


@pytest.mark.parametrize(
    ("ratios", "slope", "best"), [((-1, 0.01), -9.0, 0.889), ((-5, 3, 0.1), -9.0, 0.11)]
)
@pytest.mark.prop(
    "P2.18", "where a full Newton step leaves the line, it does not", stage="plain"
)
def test_line_search_is_damped(subject, ratios, slope, best):
    line_search = subject("analytic_center.line_search")
    t = line_search(np.array(ratios, dtype=float), slope)
    assert np.isclose(t, best, atol=0.01), f"{t} is not {best}"


@pytest.mark.prop(
    "P2.18", "a parabola alone is minimised too, and nothing moves nothing"
)
def test_line_search_without_slacks(subject):
    line_search = subject("analytic_center.line_search")
    assert np.isclose(line_search([], -3.0, 2.0), 1.5, atol=0.1)
    assert line_search([], 0.0, 0.0) == 0
    assert line_search([1.0, -1.0]) == 0


@given(seed=strategies.seeds, d=st.integers(1, 5))
def test_a_ball_is_two_slacks_along_a_line(seed, d):
    rng = np.random.default_rng(seed)
    z, dz = rng.standard_normal(d), rng.standard_normal(d)
    radius = 1.01 * np.linalg.norm(z) + rng.uniform(0, 1)
    first, second = ball_ratios(radius, z, dz)
    for t in np.linspace(-0.1, 0.1, 5):
        want = (radius**2 - np.sum((z + t * dz) ** 2)) / (radius**2 - z @ z)
        assert np.isclose((1 + t * first) * (1 + t * second), want, atol=1e-9)
    np.testing.assert_array_equal(ball_ratios(1.0, np.zeros(2), np.zeros(2)), [0, 0])
    assert not len(ball_ratios(np.inf, z, dz))


@given(seed=strategies.seeds)
def test_support_bounds_the_base(seed):
    rng = np.random.default_rng(seed)
    v, z = rng.standard_normal(3), rng.uniform(-1, 1, (500, 3))
    assert (-z @ v).max() <= support(v, np.inf, 1.0)
    ball = z[np.linalg.norm(z, axis=1) < 1]
    assert (-ball @ v).max(initial=-9) <= support(v, 1.0, np.inf)
    assert support(v, 1.0, 1.0) == min(support(v, 1.0, np.inf), support(v, np.inf, 1.0))
    assert support(v, np.inf, np.inf) == 0


@given(case=strategies.polytopes(), seed=strategies.seeds, ball=st.booleans())
def test_chord_steps_keep_their_bound(case, seed, ball):
    # {eq}`eq:ac-chord` from its statement, with dense matrices and several factors
    A, b, z = case
    rng = np.random.default_rng(seed)
    radius = 1.0 + np.linalg.norm(z) if ball else None
    solution = newton_center(Polytope(A, b, radius or np.inf), z, 1e-12).point
    _, _, H = derivatives(A, b, solution, radius)
    v = rng.standard_normal(len(z))
    z = solution + rng.uniform(0, 0.4) * v / np.sqrt(v @ H @ v)
    _, g, H = derivatives(A, b, z, radius)
    path = 0.0
    for _ in range(5):
        step = -np.linalg.solve(H, g)
        length = np.sqrt(step @ H @ step)
        path += length
        if path > 0.9:
            return
        z = z + step
        _, g, _ = derivatives(A, b, z, radius)
        bound = length * ((1 - path) ** -2 - 1) / (1 - path)
        assert decrement(A, b, z, radius) <= bound * (1 + 1e-6) + 1e-8


@given(case=strategies.polytopes(), ball=st.booleans(), log_tol=st.floats(-12, -2))
def test_the_stopping_rule_is_the_theorem(case, ball, log_tol):
    A, b, z = case
    body, seen = Polytope(A, b, 1.0 + np.linalg.norm(z) if ball else np.inf), []
    tol = 10**log_tol
    center = newton_center(body, z, tol, before=7, callback=seen.append)
    assert center.newton_steps == 7 + len(seen)
    z, lengths = seen[-1].point, []  # walk on from the last factor
    while not lengths or abs(z - center.point).max() > 0:
        dz, length = newton_step(body, z, body.slacks(z), seen[-1].solve)
        if lengths:
            assert length <= lengths[-1] / 4
        z, lengths = z + dz, [*lengths, length]
        path = sum(lengths)
        if len(lengths) == 1:
            bound = (path / (1 - path)) ** 2
        else:
            bound = length * ((1 - path) ** -2 - 1) / (1 - path)
        assert (bound <= 0.999 * np.sqrt(2 * tol)) == np.array_equal(z, center.point)
    assert np.isclose(center.decrement, bound)


def test_a_factor_that_is_no_inverse_is_noticed():
    class Turned(Polytope):  # the step is long, and orthogonal to the gradient
        def factor(self, z, s):
            return lambda v: 1e3 * np.array([v[1], -v[0]])

    class Negative(Polytope):
        def factor(self, z, s):
            return lambda v: -1e-6 * v

    A, b = np.vstack([np.eye(2), -np.eye(2)]), np.ones(4)
    for body in Turned(A, b), Negative(A, b):
        with pytest.raises(NotConverged, match="rounding"):
            newton_center(body, np.array([0.1, 0.2]), 1e-10)


def test_a_pivot_of_rounding_alone_is_refused():
    scaled = np.diag([1e-30, 1.0, 1e30])  # columns may differ in scale
    cholesky_solver(scaled, rounding=1e-15)
    near = np.array([[1.0, 1.0], [1.0, 1.0 + 4.5e-16]])
    cholesky_solver(near)  # LAPACK alone sees no trouble
    with pytest.raises(NotConverged, match="positive definite"):
        cholesky_solver(near, rounding=1e-15)
    with pytest.raises(NotConverged, match="positive definite"):
        cholesky_solver(np.ones((2, 2)))
    slab = Polytope(np.array([[1.0, 1], [-1, -1]]), np.full(2, 1e-9), box=1.0)
    with pytest.raises(NotConverged, match="positive definite"):
        slab.factor(np.zeros(2), slab.b)


def test_newton_gives_up_loudly():
    body = Polytope(np.array([[1.0], [-1.0]]), np.array([1.0, 1.0]))
    with pytest.raises(NotConverged, match="Newton"):
        newton_center(body, np.array([0.999]), 1e-10, max_iter=1)
