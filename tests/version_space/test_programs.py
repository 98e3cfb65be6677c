"""Properties of chapter 1: linear programs that are proved, and rays."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from reference.common import NotConverged
from tests import strategies
from tests.version_space.oracle import has_ray

BOX = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0], [0.0, -1.0]])


@pytest.mark.prop("P1.28", "a point and multipliers that prove each other optimal")
@given(
    polytope=strategies.polytopes(),
    seed=strategies.seeds,
    power=st.sampled_from([0, 10, 40]),
    wall=st.sampled_from([0.0, 1e9]),
)
@example(polytope=(BOX, np.ones(4), None), seed=1, power=40, wall=1e9)
@example(polytope=(BOX, np.ones(4), None), seed=2, power=0, wall=0.0)
@example(polytope=(BOX, np.full(4, 1e-9), None), seed=3, power=10, wall=1e9)
def test_linear_program(subject, polytope, seed, power, wall):
    linear_program = subject("version_space.linear_program")
    A, b, _ = polytope
    rng = np.random.default_rng(seed)
    cost = rng.standard_normal(A.shape[1])
    expected = linprog(cost, A, b, bounds=(None, None))  # in friendly units
    A, b = np.vstack([A, A[:1]]), np.append(b, b[0] + wall)
    rows = 2.0 ** rng.integers(-power, power + 1, len(A))
    columns = 2.0 ** rng.integers(-power, power + 1, A.shape[1])
    found = linear_program(columns * cost, rows[:, None] * A * columns, rows * b)
    z, y = columns * found.point, rows * found.multipliers
    size = np.abs(b[:-1]).max()
    value = cost @ z
    assert abs(value - expected.fun) <= 1e-7 * size, f"{value}, not {expected.fun}"
    assert (A @ z - b).max() <= 1e-12 * size, "the point violates a row"
    assert (y >= 0).all()
    assert np.abs(cost + y @ A).max() <= 1e-7, "the multipliers do not price the cost"
    assert abs(value + b @ y) <= 1e-6 * size, f"value {value}, bound {-b @ y}"


@pytest.mark.prop("P1.28", "a point and multipliers that prove each other optimal")
@pytest.mark.parametrize("far", [1e3, 1e10])
@pytest.mark.parametrize("wall", [1.0, 1e9])
def test_a_small_set_far_away(subject, far, wall):
    linear_program = subject("version_space.linear_program")
    # far <= z <= far + 1 in both coordinates, and a wall that says nothing
    A, b = np.vstack([BOX, BOX[0]]), np.array([1.0, 1, 0, 0, wall])
    b = b + A @ [far, far]
    found = linear_program([-1.0, 2.0], A, b)
    assert np.abs(found.point - [far + 1, far]).max() <= 1e-5 + 1e-15 * far
    assert abs(found.multipliers[3] - 2) < 1e-9
    assert abs(found.multipliers[0] + found.multipliers[4] - 1) < 1e-9


@pytest.mark.prop("P1.28", "a point and multipliers that prove each other optimal")
def test_corners_closer_together_than_a_solver_sees(subject):
    linear_program = subject("version_space.linear_program")
    for seed in range(12):  # six planes that miss one point by some 1e-10
        rng = np.random.default_rng(seed)
        A = np.vstack([rng.integers(1, 5, (6, 3)), -np.eye(3)]).astype(float)
        b = np.append(A[:6].sum(axis=1) + 1e-10 * rng.integers(-9, 10, 6), np.ones(3))
        cost = -A[:6].sum(axis=0)
        found = linear_program(cost, A, b)
        z, y = found.point, found.multipliers
        assert (A @ z - b).max() <= 1e-13, f"violates a row by {(A @ z - b).max()}"
        assert np.abs((b - A @ z)[y > 0]).max() <= 1e-13, "y > 0 where there is room"
        assert np.abs(cost + y @ A).max() <= 1e-9


@pytest.mark.prop("P1.28", "a point and multipliers that prove each other optimal")
@pytest.mark.parametrize("small", [1e-7, 1e-11, 1e-15])
def test_small_coefficients_are_not_zero(subject, small):
    linear_program = subject("version_space.linear_program")
    # z_1 <= 1 - small z_2 and |z_2| <= 2 / small: the best corner is (3, -2 / small)
    A = np.array([[1.0, small], [0.0, 1.0], [0.0, -1.0]])
    found = linear_program([-1.0, 0.0], A, [1.0, 2 / small, 2 / small])
    expected = [3.0, -2 / small]
    assert np.abs(found.point / expected - 1).max() < 1e-9, f"got {found.point}"
    assert np.abs(found.multipliers / [1, 1, small] - [1, 0, 1]).max() < 1e-9


@pytest.mark.prop("P1.28", "a point and multipliers that prove each other optimal")
def test_the_right_hand_sides_say_how_large_variables_are(subject):
    """The largest ball of a set whose rows and columns have other units each."""
    linear_program = subject("version_space.linear_program")
    signs = [[1, 1], [-1, 1], [-1, -1], [1, -1], [1, -1], [1, -1]]
    signs = np.array([*signs, [1, 0], [0, 1], [-1, 0], [0, -1]]) / 2
    powers = [[9, -45], [8, -47], [17, -37], [51, -4], [-13, -69], [-1, -56]]
    A = np.ldexp(signs, np.array([*powers, [41, 0], [0, -37], [20, 0], [0, 5]]))
    b = 2.0 ** np.array([-14, -17, -6, 25, -38, -24, 17, -6, -4, 36])
    b[3:5] *= [3, 1.5]
    A = np.column_stack([A, np.linalg.norm(A, axis=1)])
    found = linear_program([0.0, 0.0, -1.0], A, b)
    z, y = found.point, found.multipliers
    terms = np.abs(b) + np.abs(A) @ np.abs(z)
    assert (b - A @ z >= -1e-13 * terms).all(), "the point violates a row"
    assert (y >= 0).all()
    assert np.abs([0, 0, -1] + y @ A).max() <= 1e-9 * (1 + y @ np.abs(A)).max()
    assert abs(b @ y - z[2]) <= 1e-9 * (np.abs(b) @ y), f"{z[2]}, bound {b @ y}"


@pytest.mark.prop("P1.11", "a ray is a direction to infinity, and none means bounded")
@given(A=strategies.any_data(max_rows=7, max_columns=3))
@example(A=np.array([[1.0, 0.0], [-1.0, 0.0]]))
@example(A=np.array([[1.0, 0.0], [-1.0, 1.0], [-1.0, -1.0]]))
@example(A=np.array([[1e-6, 0.0], [-1e6, 1e6], [-1.0, -1.0]]))
@example(A=np.zeros((1, 2)))
def test_ray(subject, A):
    recession_ray = subject("version_space.recession_ray")
    assert_ray_or_bounded(recession_ray(A), A)


@pytest.mark.prop("P1.11", "a ray is a direction to infinity, and none means bounded")
@given(polytope=strategies.scaled_polytopes())
@example(polytope=([[1.0, -1e-9], [-1.0, -1e-9]], None))
@example(polytope=([[1.0, -1e-7], [-1.0, -1e-7]], None))
@example(polytope=([[-1.0, 0.0], [0.0, -1.0], [1.0, 1e-9]], None))
@example(polytope=([[1.0, -1e-9]] * 51 + [[-1.0, -1e-9]] * 50, None))
@example(polytope=([[-1.0, 0.0], [0.0, -(2.0**40)], [2.0**-40, 2.0**-40]], None))
@example(polytope=([[64.0, -2.0, -16.0], [192.0, -6.0, -48.0], [0.0, 6.0, 0.0]], None))
def test_rays_in_awkward_units(subject, polytope):
    recession_ray = subject("version_space.recession_ray")
    A = np.array(polytope[0])
    assert_ray_or_bounded(recession_ray(A), A)


def assert_ray_or_bounded(ray, A):
    assert (ray is not None) == has_ray(A), f"got {ray}: wrong, in exact arithmetic"
    if ray is not None:
        assert np.abs(ray).max() > 1e-9
        noise = 1e-14 * (np.abs(A) @ np.abs(ray))
        assert (A @ ray <= noise).all(), f"A ray reaches {(A @ ray).max()}"


@pytest.mark.prop("I1.2", "recession_ray asks for a finite matrix")
def test_bad_input_to_recession_ray(subject):
    recession_ray = subject("version_space.recession_ray")
    with pytest.raises(ValueError, match="A"):
        recession_ray([1.0, 2.0])
    with pytest.raises(ValueError, match="A"):
        recession_ray([[np.nan, 2.0]])


@pytest.mark.prop("I1.13", "linear_program says when there is no solution to prove")
def test_bad_input_to_linear_program(subject):
    linear_program = subject("version_space.linear_program")
    for cost, A, b in (
        ([1.0], [[1.0]], [1.0]),  # unbounded
        ([1.0], [[1.0], [-1.0]], [-1.0, -1.0]),  # empty
        ([1e-20, 1.0], [[0.0, 1.0], [0.0, -1.0]], [1.0, 1.0]),  # no row holds z_1
    ):
        with pytest.raises(NotConverged):
            linear_program(cost, A, b)
    with pytest.raises(ValueError, match="cost"):
        linear_program([1.0], np.eye(2), [1.0, 1.0])
    with pytest.raises(ValueError, match="b"):
        linear_program([1.0, 1.0], np.eye(2), [1.0])
    with pytest.raises(ValueError, match="A"):
        linear_program([1.0], [1.0], [1.0])
