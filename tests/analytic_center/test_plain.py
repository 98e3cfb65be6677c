"""The plain algorithm: against formulas and a conic solver, and where it ends."""

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.analytic_center import (
    EmptySet,
    FlatSet,
    UnboundedSet,
    add_cut,
    analytic_center,
    plain_center,
)
from reference.common import NotConverged
from tests import strategies
from tests.analytic_center.oracle import apart, decrement, derivatives

SQUARE = np.vstack([np.eye(2), -np.eye(2)])


# ---------------------------------------------------------------- plain_newton_step


@pytest.mark.prop(
    "P2.23", "the step solves H dz = -gradient, by finite differences", stage="plain"
)
@given(polytope=strategies.polytopes())
def test_the_step_solves_newtons_equation(subject, polytope):
    plain_newton_step = subject("analytic_center.plain_newton_step")
    A, b, z = polytope
    dz, _ = plain_newton_step(A, b, z)
    h, E = 1e-4 * (b - A @ z).min(), np.eye(len(z))

    def gradient(z):
        return np.array(
            [
                np.log((b - A @ (z - h * e)) / (b - A @ (z + h * e))).sum() / (2 * h)
                for e in E
            ]
        )

    # along the step the gradient changes by H dz
    length = np.linalg.norm(dz)
    if length > 1e-3:
        t = h / length
        change = (gradient(z + t * dz) - gradient(z - t * dz)) / (2 * t)
        scale = np.abs(change).max()
        np.testing.assert_allclose(change, -gradient(z), atol=1e-3 * (scale + 1))


@pytest.mark.prop(
    "P2.23", "the decrement is the length of the step in the local norm", stage="plain"
)
@given(polytope=strategies.polytopes())
def test_the_decrement_is_the_local_length(subject, polytope):
    plain_newton_step = subject("analytic_center.plain_newton_step")
    A, b, z = polytope
    dz, length = plain_newton_step(A, b, z)
    ratios = A @ dz / (b - A @ z)  # no Hessian needed: (eq:ac-line)
    assert np.isclose(length, np.sqrt((ratios**2).sum()), rtol=1e-6, atol=1e-9)
    assert np.isclose(length, decrement(A, b, z), rtol=1e-6, atol=1e-7)


@pytest.mark.prop("P2.23", "an interval by hand", stage="plain")
def test_the_step_of_an_interval(subject):
    plain_newton_step = subject("analytic_center.plain_newton_step")
    # -1 <= z <= 1 at 1/2: the gradient is 2 - 2/3, the Hessian 4 + 4/9
    A, b = np.array([[1.0], [-1.0]]), np.ones(2)
    dz, length = plain_newton_step(A, b, np.array([0.5]))
    assert np.isclose(dz[0], -(4 / 3) / (40 / 9))
    assert np.isclose(length, (4 / 3) / np.sqrt(40 / 9))


# --------------------------------------------------------------------- plain_center


@pytest.mark.prop("P2.24", "the gradient vanishes at a point inside", stage="plain")
@given(polytope=strategies.polytopes(), log_tol=st.floats(-13, -3))
def test_the_gradient_vanishes(subject, polytope, log_tol):
    plain_center = subject("analytic_center.plain_center")
    A, b, inside = polytope
    z = plain_center(A, b, inside, tol=10**log_tol)
    assert (b - A @ z > 0).all()
    assert decrement(A, b, z) ** 2 / 2 <= 10**log_tol * (1 + 1e-6)


@pytest.mark.prop("P2.24", "the centre of an interval by hand", stage="plain")
@pytest.mark.parametrize("copies", [1, 2, 7])
def test_an_interval(subject, copies):
    plain_center = subject("analytic_center.plain_center")
    A = np.vstack([np.ones((copies, 1)), [[-1.0]]])
    z = plain_center(A, np.ones(copies + 1), np.array([0.9]), tol=1e-14)
    assert np.isclose(z[0], (1 - copies) / (1 + copies), atol=1e-6)


@pytest.mark.prop(
    "P2.24", "where a full step leaves the set, it does not", stage="plain"
)
def test_a_full_step_would_leave(subject):
    plain_center = subject("analytic_center.plain_center")
    # 0 <= z, and z <= 10 thirty times: at 1 Newton's step is -1.7
    A, b = np.append([-1.0], np.ones(30))[:, None], np.append([0.0], np.full(30, 10.0))
    path = []
    z = plain_center(A, b, np.ones(1), callback=path.append)
    assert np.isclose(z[0], 10 / 31, atol=1e-4)
    assert min(path) > 0


@pytest.mark.prop("P2.24", "the centre is that of a conic solver", stage="plain")
@pytest.mark.parametrize("seed", range(3))
def test_plain_agrees_with_cvxpy(subject, seed):
    plain_center = subject("analytic_center.plain_center")
    rng = np.random.default_rng(seed)
    A = np.vstack([np.eye(3), -np.eye(3), rng.standard_normal((6, 3))])
    b = np.append(np.ones(6), rng.uniform(0.2, 1, 6))
    z = cp.Variable(3)
    cp.Problem(cp.Maximize(cp.sum(cp.log(b - A @ z)))).solve(solver=cp.CLARABEL)
    np.testing.assert_allclose(plain_center(A, b, np.zeros(3)), z.value, atol=1e-4)


@pytest.mark.prop("P2.25", "plain and robust agree where plain succeeds", stage="plain")
@given(polytope=strategies.polytopes())
def test_plain_and_robust_agree(subject, polytope):
    plain_center = subject("analytic_center.plain_center")
    A, b, inside = polytope
    robust = analytic_center(A, b).point
    assert apart(A, b, robust, plain_center(A, b, inside)) < 1e-4


@pytest.mark.prop(
    "P2.26", "each damped step gains omega(delta), each full one squares", stage="plain"
)
@given(polytope=strategies.polytopes(), log_gap=st.floats(-6, 0))
def test_the_path_obeys_the_theorem(subject, polytope, log_gap):
    plain_center = subject("analytic_center.plain_center")
    A, b, inside = polytope
    reach = 1 / np.max(A @ inside / (b - A @ inside), initial=1e-3)
    start = inside * (1 + (1 - 10**log_gap) * reach)  # towards a wall
    if (b - A @ start).min() <= 0:
        return
    path = []
    plain_center(A, b, start, callback=path.append)
    assert len(path) > 0, "callback must be called with every iterate"
    np.testing.assert_allclose(path[0], start)
    deltas = [decrement(A, b, z) for z in path]
    values = [derivatives(A, b, z)[0] for z in path]
    for k in range(len(path) - 1):
        if deltas[k] > 0.25:
            drop = deltas[k] - np.log1p(deltas[k])
            assert values[k + 1] <= values[k] - drop + 1e-6
        else:
            assert deltas[k + 1] <= deltas[k] ** 2 * (1 + 1e-6) + 1e-7
    steps = len(path) - 1
    assert steps <= 37.4 * (values[0] - values[-1]) + 4


@pytest.mark.prop(
    "P2.28", "no quiet wrong answer: a start outside, too few steps", stage="plain"
)
def test_plain_refuses(subject):
    plain_center = subject("analytic_center.plain_center")
    for start in ([1.0, 0.0], [2.0, 0.0], [np.nan, 0.0]):
        with pytest.raises(ValueError, match="start"):
            plain_center(SQUARE, np.ones(4), np.array(start))
    with pytest.raises(NotConverged):
        plain_center(SQUARE, np.ones(4), np.array([0.999, 0.9]), max_iter=3)


# ------------------------------------------------------------------------ plain_cut


@pytest.mark.prop("P2.27", "the new row goes through the old centre", stage="plain")
@given(polytope=strategies.polytopes(), seed=strategies.seeds)
def test_the_new_row(subject, polytope, seed):
    plain_cut = subject("analytic_center.plain_cut")
    A, b, inside = polytope
    center = plain_center(A, b, inside)
    normal = np.random.default_rng(seed).standard_normal(A.shape[1])
    rows, sides, z = plain_cut(A, b, center, normal)
    np.testing.assert_allclose(rows, np.vstack([A, normal]))
    np.testing.assert_allclose(sides, np.append(b, normal @ center))
    assert (sides - rows @ z > 0).all()
    assert decrement(rows, sides, z) < 2e-5


@pytest.mark.prop("P2.25", "plain and robust agree after a cut", stage="plain")
@given(polytope=strategies.polytopes(), seed=strategies.seeds)
def test_plain_and_robust_cuts_agree(subject, polytope, seed):
    plain_cut = subject("analytic_center.plain_cut")
    A, b, inside = polytope
    normal = np.random.default_rng(seed).standard_normal(A.shape[1])
    old = analytic_center(A, b, start=inside, tol=1e-13)
    rows, sides, z = plain_cut(A, b, old.point, normal)
    assert apart(rows, sides, add_cut(old, normal).point, z) < 1e-4


@pytest.mark.prop("P2.27", "the cut of an interval by hand", stage="plain")
@pytest.mark.parametrize("normal", [2.0, -2.0])
def test_the_cut_of_an_interval(subject, normal):
    plain_cut = subject("analytic_center.plain_cut")
    # -1 <= z <= 1 and z <= 0: 1/(1-z) + 1/(-z) = 1/(1+z), so 3 z^2 = 1
    A, b = np.array([[1.0], [-1.0]]), np.ones(2)
    _, _, z = plain_cut(A, b, np.zeros(1), np.array([normal]))
    assert np.isclose(z[0], -np.sign(normal) / np.sqrt(3), atol=1e-5)


@pytest.mark.prop(
    "P2.27", "twenty cuts in a row: always a centre, always inside", stage="plain"
)
@pytest.mark.parametrize("d", [2, 5])
def test_many_cuts(subject, d):
    plain_cut = subject("analytic_center.plain_cut")
    rng = np.random.default_rng(d)
    A, b, z = np.vstack([np.eye(d), -np.eye(d)]), np.ones(2 * d), np.zeros(d)
    for _ in range(20):
        A, b, z = plain_cut(A, b, z, rng.standard_normal(d))
        assert (b - A @ z > 0).all()
        assert decrement(A, b, z) < 2e-5


# ------------------------------------------------- where plain ends and robust goes on


def test_plain_needs_a_start_inside():
    A, b = np.vstack([SQUARE, [[1.0, 1.0]]]), np.array([1.0, 1, 1, 1, -1])
    with pytest.raises(ValueError, match="start"):
        plain_center(A, b, np.zeros(2))
    center = analytic_center(A, b, start=np.zeros(2))
    assert decrement(A, b, center.point) < 2e-5


def test_plain_does_not_tell_what_is_wrong_with_a_set():
    line = np.array([[1.0], [-1.0]])
    for b, error in ([-1.0, 0.0], EmptySet), ([0.0, 0.0], FlatSet):
        with pytest.raises(ValueError, match="start"):
            plain_center(line, np.array(b), np.zeros(1))
        with pytest.raises(error):
            analytic_center(line, b)


def test_plain_walks_along_a_ray_for_ever():
    A, b = np.vstack([SQUARE[:1], SQUARE[2:]]), np.ones(3)
    with pytest.raises(NotConverged):
        plain_center(A, b, np.zeros(2))
    with pytest.raises(UnboundedSet):
        analytic_center(A, b)
    with pytest.raises(np.linalg.LinAlgError):  # a slab: no Hessian has an inverse
        plain_center(SQUARE[::2], np.ones(2), np.zeros(2))
    with pytest.raises(UnboundedSet):
        analytic_center(SQUARE[::2], np.ones(2))


def test_plain_believes_a_hessian_without_digits():
    # a slab across the square, 1e-9 to 1e-12 wide: four walls balance along it
    a, along = np.array([0.6, 0.8]), np.array([0.8, -0.6])
    A, wrong = np.vstack([SQUARE, a, -a]), 0
    for k in range(30, 41):
        b = np.append(np.ones(4), [0.1 + 0.5**k, -0.1 + 0.5**k])
        try:
            z = plain_center(A, b, 0.1 * a)
            wrong += abs(along @ (SQUARE.T @ (1 / (1 - SQUARE @ z)))) > 1e-4
        except (np.linalg.LinAlgError, NotConverged):
            wrong += 1
        with pytest.raises(NotConverged):
            analytic_center(A, b, start=0.1 * a)
    assert wrong > 0


def test_plain_needs_more_steps_from_a_corner():
    path, seen = [], []
    start = np.full(2, 1 - 1e-5)
    plain_center(SQUARE, np.ones(4), start, callback=path.append)
    center = analytic_center(SQUARE, np.ones(4), start=start, callback=seen.append)
    assert len(path) > 30
    assert center.newton_steps <= 6
    np.testing.assert_allclose(center.point, path[-1], atol=1e-4)
