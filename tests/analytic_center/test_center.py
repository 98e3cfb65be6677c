"""Properties of analytic centres of polytopes, of cuts, dropping and bounds."""

import itertools

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from reference.analytic_center import EmptySet, FlatSet, UnboundedSet
from reference.analytic_center import center as chapter
from reference.common import NotConverged
from tests import strategies
from tests.analytic_center.oracle import (
    apart,
    certified,
    decrement,
    derivatives,
    exact_decrement,
    exact_verdict,
    scaled_sets,
    with_radius,
)

FIT = 1e-4  # a decrement of 1e-5 leaves both centres well within this, locally


# ------------------------------------------------------------------ analytic_center


@pytest.mark.prop("P2.1", "the gradient of the barrier vanishes at the centre")
@given(polytope=strategies.polytopes(), ball=st.booleans())
def test_gradient_vanishes(subject, polytope, ball):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, radius = with_radius(polytope, ball)
    center = analytic_center(A, b, radius=radius)
    assert decrement(A, b, center.point, radius) <= 2e-5


@pytest.mark.prop("P2.1", "from a start inside: the gradient vanishes", stage="plain")
@given(polytope=strategies.polytopes())
def test_gradient_vanishes_from_inside(subject, polytope):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, inside = polytope
    point = analytic_center(A, b, start=inside).point
    assert decrement(A, b, point) <= 2e-5


@pytest.mark.prop("P2.2", "from a start inside: slacks are b - Az > 0", stage="plain")
@given(polytope=strategies.polytopes())
def test_strictly_inside_from_inside(subject, polytope):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, inside = polytope
    center = analytic_center(A, b, start=inside)
    np.testing.assert_allclose(center.slacks, b - A @ center.point, atol=1e-12)
    assert center.slacks.min() > 0


@pytest.mark.prop("P2.2", "the centre is strictly inside and its slacks are b - Az > 0")
@given(polytope=strategies.polytopes(), ball=st.booleans())
def test_strictly_inside(subject, polytope, ball):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, radius = with_radius(polytope, ball)
    center = analytic_center(A, b, radius=radius)
    np.testing.assert_allclose(center.slacks, b - A @ center.point, atol=1e-12)
    assert center.slacks.min() > 0
    assert radius is None or np.linalg.norm(center.point) < radius


@pytest.mark.prop("P2.3", "an affine map of the set maps its centre", stage="plain")
@given(polytope=strategies.polytopes(), seed=strategies.seeds)
def test_affine_equivariance(subject, polytope, seed):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, inside = polytope
    rng = np.random.default_rng(seed)
    d = A.shape[1]
    T, shift = rng.standard_normal((d, d)) + 2 * np.eye(d), rng.standard_normal(d)
    if np.linalg.cond(T) > 1e4:
        return
    start = np.linalg.solve(T, inside - shift)  # z = T w + shift
    there = analytic_center(A @ T, b - A @ shift, start=start).point
    here = analytic_center(A, b, start=inside).point
    assert apart(A, b, here, T @ there + shift) < FIT


@pytest.mark.prop("P2.3", "with a ball, a rotation of the set rotates its centre")
@given(polytope=strategies.polytopes(), seed=strategies.seeds)
def test_rotation_equivariance(subject, polytope, seed):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, radius = with_radius(polytope, True)
    d = A.shape[1]
    Q, _ = np.linalg.qr(np.random.default_rng(seed).standard_normal((d, d)))
    here = analytic_center(A, b, radius=radius).point
    there = analytic_center(A @ Q, b, radius=radius).point
    assert apart(A, b, here, Q @ there, radius) < FIT


@pytest.mark.prop("P2.4", "scaling rows changes nothing", stage="plain")
@given(polytope=strategies.polytopes(), seed=strategies.seeds)
def test_row_scaling(subject, polytope, seed):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, inside = polytope
    scale = 10 ** np.random.default_rng(seed).uniform(-3, 3, len(b))
    scaled = analytic_center(A * scale[:, None], b * scale, start=inside).point
    assert apart(A, b, analytic_center(A, b, start=inside).point, scaled) < FIT


@pytest.mark.prop(
    "P2.4", "a repeated row pushes the centre away from it", stage="plain"
)
@given(polytope=strategies.polytopes(), row=st.integers(0, 20), times=st.integers(1, 5))
def test_repeated_row_moves_the_center(subject, polytope, row, times):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, inside = polytope
    row = row % len(b)
    heavy_A, heavy_b = np.vstack([A] + [A[row]] * times), np.append(b, [b[row]] * times)
    once = analytic_center(A, b, start=inside)
    heavy = analytic_center(heavy_A, heavy_b, start=inside)
    assert b[row] - A[row] @ heavy.point > (1 + 1e-6) * once.slacks[row]
    assert decrement(heavy_A, heavy_b, heavy.point) < 2e-5


@pytest.mark.parametrize("seed", [0, 2, 4])
@pytest.mark.prop("P2.5", "without a ball, from a start inside", stage="plain")
def test_agrees_with_cvxpy_from_inside(subject, seed):
    check_with_cvxpy(subject("analytic_center.analytic_center"), seed)


@pytest.mark.parametrize("seed", [1, 3, 5])
@pytest.mark.prop("P2.5", "the centre is that of a conic solver")
def test_agrees_with_cvxpy(subject, seed):
    check_with_cvxpy(subject("analytic_center.analytic_center"), seed)


def check_with_cvxpy(analytic_center, seed):
    rng = np.random.default_rng(seed)
    d, m = 3, 12
    A, b = rng.standard_normal((m, d)), rng.uniform(0.2, 1, m)
    radius = 2.0 if seed % 2 else None
    A, b = np.vstack([A, np.eye(d), -np.eye(d)]), np.append(b, np.ones(2 * d))
    z = cp.Variable(d)
    objective = cp.sum(cp.log(b - A @ z))
    q, inside = cp.Variable(), []
    if radius:
        objective += cp.log(q)
        inside = [q + cp.sum_squares(z) <= radius**2]
    cp.Problem(cp.Maximize(objective), inside).solve(solver=cp.CLARABEL)
    base = {"radius": radius} if radius else {"start": np.zeros(d)}
    np.testing.assert_allclose(analytic_center(A, b, **base).point, z.value, atol=1e-5)


@pytest.mark.prop("P2.6", "the Dikin ellipsoid is inside the set")
@given(polytope=strategies.polytopes(), ball=st.booleans(), seed=strategies.seeds)
def test_dikin_inside(subject, polytope, ball, seed):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, radius = with_radius(polytope, ball)
    z = analytic_center(A, b, radius=radius).point
    H = derivatives(A, b, z, radius)[2]
    v = np.random.default_rng(seed).standard_normal((200, len(z)))
    v /= np.sqrt(np.einsum("ij,jk,ik->i", v, H, v))[:, None]
    points = z + (1 - 1e-9) * v
    assert (b - points @ A.T).min() > 0
    assert radius is None or np.linalg.norm(points, axis=1).max() < radius


@pytest.mark.prop("P2.6", "sqrt(N(N-1)) times the Dikin ellipsoid holds the set")
@given(polytope=strategies.polytopes(), ball=st.booleans(), seed=strategies.seeds)
def test_dikin_outside(subject, polytope, ball, seed):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, radius = with_radius(polytope, ball)
    z = analytic_center(A, b, radius=radius).point
    H = derivatives(A, b, z, radius)[2]
    N = len(b) + 2 * ball  # a ball counts two: its boundary is met twice by a line
    rays = np.random.default_rng(seed).standard_normal((200, len(z)))
    rays = np.vstack([rays, A, -A])
    for v in rays / np.linalg.norm(rays, axis=1, keepdims=True):
        reach = 1 / max((A @ v / (b - A @ z)).max(), 1e-12)
        if ball:
            root = np.sqrt((z @ v) ** 2 + radius**2 - z @ z) - z @ v
            reach = min(reach, root)
        assert reach * np.sqrt(v @ H @ v) <= np.sqrt(N * (N - 1)) * (1 + 1e-4)


@pytest.mark.prop(
    "P2.6", "without a ball, nu = m times the ellipsoid is enough", stage="plain"
)
@given(polytope=strategies.polytopes(max_dimension=2))
def test_dikin_outside_at_the_vertices(subject, polytope):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, inside = polytope
    z = analytic_center(A, b, start=inside).point
    H = derivatives(A, b, z)[2]
    for walls in itertools.combinations(range(len(b)), len(z)):
        if abs(np.linalg.det(A[list(walls)])) > 1e-9:
            v = np.linalg.solve(A[list(walls)], b[list(walls)]) - z
            if (A @ (z + v) <= b + 1e-9).all():  # a vertex of the set
                assert np.sqrt(v @ H @ v) <= len(b) * (1 + 1e-6)


@pytest.mark.parametrize("copies", [1, 4, 20])
@pytest.mark.prop("P2.6", "with a ball nu = m + 1 is not enough: an interval")
def test_dikin_outside_is_attained_with_a_ball(subject, copies):
    analytic_center = subject("analytic_center.analytic_center")
    A, b = np.ones((copies, 1)), np.ones(copies)
    z = analytic_center(A, b, radius=1.0, tol=1e-13).point
    H = derivatives(A, b, z, 1.0)[2]
    reach = (1 - z[0]) * np.sqrt(H[0, 0])  # to the wall that has the copies
    assert np.isclose(reach, np.sqrt((copies + 1) * (copies + 2)), rtol=1e-5)
    assert reach > copies + 1


@pytest.mark.prop("P2.8", "a warm start and a cold start meet")
@given(polytope=strategies.polytopes(), ball=st.booleans(), seed=strategies.seeds)
def test_warm_equals_cold(subject, polytope, ball, seed):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, radius = with_radius(polytope, ball)
    start = 3 * np.random.default_rng(seed).standard_normal(A.shape[1])
    warm = analytic_center(A, b, radius=radius, start=start).point
    cold = analytic_center(A, b, radius=radius).point
    assert apart(A, b, cold, warm, radius) < FIT
    again = analytic_center(A, b, radius=radius, start=cold)
    assert apart(A, b, cold, again.point, radius) < FIT


@pytest.mark.prop(
    "P2.9", "tol bounds decrement^2 / 2, and so does what is reported", stage="plain"
)
@given(polytope=strategies.polytopes(), log_tol=st.floats(-13, -3))
def test_tolerance_is_kept(subject, polytope, log_tol):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, inside = polytope
    center = analytic_center(A, b, start=inside, tol=10**log_tol)
    measured = decrement(A, b, center.point)
    assert measured**2 / 2 <= 10**log_tol * (1 + 1e-6)
    assert measured <= center.decrement * (1 + 1e-6) + 1e-7
    assert center.decrement**2 / 2 <= 10**log_tol * (1 + 1e-6)


@pytest.mark.prop(
    "P2.10", "homogeneous rows in a ball: the centre has norm R sqrt(m/(m+2))"
)
@given(seed=strategies.seeds, d=st.integers(1, 5), m=st.integers(1, 12))
def test_homogeneous_rows_rescale(subject, seed, d, m):
    analytic_center = subject("analytic_center.analytic_center")
    rng = np.random.default_rng(seed)
    inside = rng.standard_normal(d)
    A = rng.standard_normal((m, d))
    A *= -np.sign(A @ inside)[:, None]
    radius = 10 ** rng.uniform(-2, 2)
    z = analytic_center(A, np.zeros(m), radius=radius).point
    assert np.isclose(np.linalg.norm(z), radius * np.sqrt(m / (m + 2)), rtol=1e-4)

    def pulled(w):  # no ball, but a pull towards the origin: the same direction
        s = -A @ w
        if s.min() <= 0:
            return np.inf, np.zeros(d)
        return w @ w / 2 - np.log(s).sum(), w + (A / s[:, None]).sum(0)

    start = inside * 1.0
    w = minimize(pulled, start, jac=True, method="BFGS", options={"gtol": 1e-9}).x
    scaled = w * radius * np.sqrt(m / (m + 2)) / np.linalg.norm(w)
    if decrement(A, np.zeros(m), scaled, radius) < 1e-3:  # BFGS may stop early
        assert apart(A, np.zeros(m), z, scaled, radius) < 2e-3


@pytest.mark.prop("P2.11", "a box is 2d rows")
@given(polytope=strategies.polytopes(), ball=st.booleans(), seed=strategies.seeds)
def test_box_is_rows(subject, polytope, ball, seed):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, radius = with_radius(polytope, ball)
    d = A.shape[1]
    if len(b) == 2 * d:
        return
    box = analytic_center(A[2 * d :], b[2 * d :], radius=radius, box=1.0).point
    assert decrement(A, b, box, radius) < 2e-5


EMPTY = [
    ([[1.0], [-1.0]], [0, -1], None),
    ([[1.0, 1], [-1, 0], [0, -1]], [-1.0, 0, 0], None),
    ([[0.0, 0], [1, 0]], [-1, 1], None),
    ([[1.0, 0]], [-6], 5.0),
    ([[1.0, 1], [1, -1]], [-6, -5], 5.0),
    ([[1e-3, 0], [-1e3, 0]], [0, -10], 2.0),
]
FLAT = [
    ([[1.0], [-1.0]], [0, 0], None),
    ([[1.0, 1], [-1, -1], [1, 0], [-1, 0]], [1, -1, 5, 5], None),
    ([[1.0, 0]], [-5], 5.0),
    ([[2.0, 1], [-2, -1]], [0, 0], 3.0),
    ([[0.0, 0]], [0], 3.0),
]


@pytest.mark.parametrize("A, b, radius", EMPTY)
@pytest.mark.prop("P2.12", "an empty set raises EmptySet with a Farkas certificate")
def test_empty(subject, A, b, radius):
    analytic_center = subject("analytic_center.analytic_center")
    with pytest.raises(EmptySet) as error:
        analytic_center(A, b, radius=radius)
    assert certified(A, b, radius, error.value.certificate) < -1e-9


@pytest.mark.parametrize("A, b, radius", FLAT)
@pytest.mark.prop("P2.12", "a set without interior raises FlatSet with a certificate")
def test_flat(subject, A, b, radius):
    analytic_center = subject("analytic_center.analytic_center")
    with pytest.raises(FlatSet) as error:
        analytic_center(A, b, radius=radius)
    assert abs(certified(A, b, radius, error.value.certificate)) < 1e-7


UNBOUNDED = [
    ([[-1.0]], [0]),
    ([[0.0]], [1]),
    ([[1.0, 0], [-1, 0]], [1, 1]),
    ([[1.0, 0], [-1, 0], [0, 1]], [1, 1, 0]),
    ([[-1.0, 0], [0, -1], [1, -1]], [-3, -3, 0]),
    ([[-1.0, 0, 0], [0, -1, 0], [0, 0, -1], [0, 0, 1]], [0, 0, 0, 1]),
]


@pytest.mark.parametrize("A, b", UNBOUNDED)
@pytest.mark.prop("P2.12", "an unbounded set raises UnboundedSet with a ray")
def test_unbounded(subject, A, b):
    analytic_center = subject("analytic_center.analytic_center")
    with pytest.raises(UnboundedSet) as error:
        analytic_center(A, b)
    ray = error.value.ray
    assert np.isclose(np.linalg.norm(ray), 1)
    assert (np.array(A) @ ray).max() <= 1e-9
    assert analytic_center(A, b, radius=20.0).slacks.min() > 0


TUBES = [  # rows of both signs and A u = 0: rounding gives their Hessians an inverse
    (np.vstack([rows, np.negative(rows)]), b)
    for rows, b in [
        ([[-1, 0, 2, -1], [0, 2, 1, -3], [0, -3, -1, -2]], [3, 3, 3, 0, 3, 1]),
        ([[2, -1, -2, -1], [-3, 2, -2, 2], [1, -1, -2, 2]], [1, 3, 3, 2, 2, 0]),
        ([[-2, -4, 0], [2, 6, -4]], [1, 2, 1, 1]),
        ([[-2, -4, 0], [2, 6, -4], [3, 5, 2]], [1, 2, 2, 1, 1, 1]),
    ]
]


@pytest.mark.parametrize(
    ("A", "b"),
    [
        ([[2, 2], [-1, -1], [-1, 0]], [-1, 1, 2]),  # Newton's method wanders off
        ([[0, -1], [1, 1], [-1, -1]], [2, 1, 1]),  # and here it "converges" far out
        *TUBES,
    ],
)
@pytest.mark.prop("P2.12", "a slab with one end is unbounded, whatever rounding says")
def test_rays_that_rounding_hides(subject, A, b):
    analytic_center = subject("analytic_center.analytic_center")
    with pytest.raises(UnboundedSet) as error:
        analytic_center(A, b)
    assert (np.array(A) @ error.value.ray).max() <= 1e-9


@pytest.mark.prop(
    "P2.12", "random rows: a centre or a valid certificate, never neither"
)
@given(A=strategies.degenerate(max_rows=6, max_columns=3), seed=strategies.seeds)
def test_every_set_is_settled(subject, A, seed):
    analytic_center = subject("analytic_center.analytic_center")
    b = np.random.default_rng(seed).integers(-1, 3, len(A)).astype(float)
    for radius in (None, 2.0):
        try:
            center = analytic_center(A, b, radius=radius)
        except (UnboundedSet, EmptySet, FlatSet) as caught:
            error = caught
        else:
            assert center.slacks.min() > 0
            assert decrement(A, b, center.point, radius) < 2e-5
            continue
        if isinstance(error, UnboundedSet):
            assert radius is None
            assert (A @ error.ray).max() <= 1e-9
        elif isinstance(error, EmptySet):
            assert certified(A, b, radius, error.certificate) < 0
        else:
            assert abs(certified(A, b, radius, error.certificate)) < 1e-7


STRIP = np.array([[2.0, -1.0], [-2.0, 1.0]])  # thin beside a large ball, not flat

LONG = np.array([[-1.0, 0], [-1, 0], [-1, 1], [1, -1]])  # H has no digits along it


@pytest.mark.prop("P2.29", "verdicts are those of rational arithmetic, or refused")
@given(case=scaled_sets())
@example(case=(STRIP, np.array([1 + 2.0**-24, -1.0]), {"radius": 2.0**20}))
@example(case=(LONG, np.array([39, 12582951, -31, 32]), {"radius": 2.0**25}))
def test_verdicts_are_exact(subject, case):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, base = case
    try:
        center = analytic_center(A, b, **base)
    except NotConverged:
        return
    except (EmptySet, FlatSet, UnboundedSet) as error:
        kind = type(error).__name__.removesuffix("Set").lower()
        assert kind == exact_verdict(A, b, **base)
        if kind != "unbounded":
            y = error.certificate
            assert y.shape == b.shape
            assert (y >= 0).all()
            assert y.max() > 0
        return
    true = exact_decrement(A, b, center.point, **base)
    assert true <= center.decrement * (1 + 1e-3) + 1e-9


FAR = 1e9
VERDICTS = [
    ([[1], [-1], [1]], [0, -1, FAR], {}, EmptySet),  # the far row decides nothing
    ([[1], [-1], [1]], [0, -1, FAR], {"radius": 1e6}, EmptySet),
    ([[1], [-1], [1]], [0, -1, FAR], {"box": 1e6}, EmptySet),
    ([[1], [-1], [1]], [0, 0, FAR], {}, FlatSet),
    ([[1], [-1], [1]], [1, 1, FAR], {}, None),
    ([[1, -1e-9], [-1, -1e-9]], [1, 1], {}, UnboundedSet),  # the ray (0, 1)
    ([[1, -1e-7], [-1, -1e-7]], [1, 1], {}, UnboundedSet),
    ([[-1, 0], [0, -1], [1, 1e-9]], [0, 0, 1], {}, None),  # a triangle, very tall
    ([[1, 1]], [-5e7], {"radius": 1}, EmptySet),  # far outside the ball
    (  # nor does a ball that does not touch it
        [[5, -2], [2, 2], [-2, -2], [-3, -1.75]],
        [8, 5, -6, 2],
        {"radius": 2.0**37},
        EmptySet,
    ),
    ([[1, 1]], [-5e7], {"box": 1}, EmptySet),
    ([[1, 0], [0, 1e-20]], [-3e7, 1], {"radius": 1}, EmptySet),
    ([[2.0], [0.0]], [FAR, -1], {"radius": 1}, EmptySet),  # 0 <= -1
    ([[0.0], [1.0]], [0, 1], {"radius": 1}, FlatSet),  # 0 <= 0
    ([[0.0], [1.0]], [0, 1], {"box": 1}, FlatSet),
    ([[0.0], [1.0], [-1.0]], [0, 1, 1], {}, FlatSet),
    ([[0.0], [1.0]], [0, 1], {}, FlatSet),  # flat and unbounded: flat comes first
    ([[0.0], [1.0], [-1.0]], [0, -1, 0], {}, EmptySet),
    ([[1e-30], [-1e-30]], [1e-30, 1e-30], {}, None),
]


@pytest.mark.parametrize(("A", "b", "base", "error"), VERDICTS)
@pytest.mark.prop("P2.29", "far rows and far sets: the right verdict, with a proof")
def test_verdicts_by_hand(subject, A, b, base, error):
    analytic_center = subject("analytic_center.analytic_center")
    A, b = np.array(A, dtype=float), np.array(b, dtype=float)
    if error is None:
        center = analytic_center(A, b, **base)
        assert exact_decrement(A, b, center.point, **base) < 2e-5
        return
    with pytest.raises(error) as caught:
        analytic_center(A, b, **base)
    if error is UnboundedSet:
        assert (A @ caught.value.ray <= 1e-15).all()
        return
    y = caught.value.certificate
    assert y.min() >= 0
    v = A.T @ y
    reach = (
        base.get("radius", 0) * np.linalg.norm(v) + base.get("box", 0) * abs(v).sum()
    )
    assert base or np.allclose(v, 0, atol=1e-12 * y.max())
    assert b @ y + reach < (0 if error is EmptySet else 1e-7 * y.max())


@pytest.mark.parametrize("seed", range(20))
@pytest.mark.prop("P2.29", "sets at a distance of 1e7 from the ball are empty")
def test_far_sets(subject, seed):
    analytic_center = subject("analytic_center.analytic_center")
    rng = np.random.default_rng(seed)
    d, m = int(rng.integers(2, 6)), int(rng.integers(1, 8))
    away = rng.standard_normal(d)
    away *= 10 ** rng.uniform(6, 8) / np.linalg.norm(away)
    A = rng.standard_normal((m, d))
    b = A @ away + rng.uniform(0, 1, m)  # A z <= b holds at `away` ...
    A, b = np.vstack([A, -away]), np.append(b, -away @ away / 2)  # ... not near 0
    with pytest.raises(EmptySet) as error:
        analytic_center(A, b, radius=1.0)
    y = error.value.certificate
    assert b @ y + np.linalg.norm(A.T @ y) < 0


@pytest.mark.parametrize("power", [28, 36, 40, 44, 46])
@pytest.mark.prop("P2.9", "where slacks lose digits the decrement says so")
def test_the_decrement_is_a_bound_at_tiny_slacks(subject, power):
    analytic_center = subject("analytic_center.analytic_center")
    for k in range(3):
        c, w = 1 + k / 16, (1 + k / 8) * 0.5**power
        A = np.array([[0.3], [-0.3], [0.7]])  # 0.3 z is rounded, the slack is not
        b = np.array([0.3 * c + w, w - 0.3 * c, 9.0])
        center = analytic_center(A, b)
        assert exact_decrement(A, b, center.point) <= center.decrement + 1e-9


@pytest.mark.parametrize("gap", [1e-1, 1e-3, 1e-5])
@pytest.mark.prop("P2.8", "a start inside is where the path begins, near a wall too")
def test_a_start_is_used(subject, gap):
    analytic_center = subject("analytic_center.analytic_center")
    A, b = np.vstack([np.eye(2), -np.eye(2), [[1.0, 1.0]]]), np.array([1, 1, 1, 1, 1e9])
    for base in ({}, {"box": 3.0}):
        path = []
        start = np.array([1 - gap, 0.5])
        center = analytic_center(A, b, start=start, callback=path.append, **base)
        np.testing.assert_allclose(path[0].point, start)
        assert center.newton_steps <= 12


@pytest.mark.prop(
    "P2.12", "a slab too thin for the digits is refused, never answered wrongly"
)
@given(seed=strategies.seeds, log_width=st.floats(-12, -2), box=st.booleans())
def test_thin_slabs(subject, seed, log_width, box):
    analytic_center = subject("analytic_center.analytic_center")
    rng = np.random.default_rng(seed)
    d = int(rng.integers(3, 7))  # fewer rows than columns: Woodbury subtracts
    a = rng.standard_normal(d)
    a /= np.linalg.norm(a)
    A, width = np.vstack([a, -a]), 10**log_width
    b = np.array([0.1 + width, -0.1])
    try:
        center = analytic_center(A, b, **({"box": 1.0} if box else {"radius": 1.0}))
    except (NotConverged, FlatSet):
        assert width < 1e-6
        return
    upper, lower = b - A @ center.point
    assert min(upper, lower) > 0
    assert np.isclose(upper, lower, rtol=0.02)  # the base pulls little


@pytest.mark.prop("P2.12", "a ray is a ray when the columns differ in scale too")
@given(seed=strategies.seeds)
def test_rays_of_scaled_columns(subject, seed):
    analytic_center = subject("analytic_center.analytic_center")
    rng = np.random.default_rng(seed)
    d = int(rng.integers(2, 6))
    ray = rng.standard_normal(d)
    A = rng.standard_normal((4 * d, d))
    A *= -np.sign(A @ ray)[:, None]
    A *= 10 ** rng.uniform(-4, 4, d)
    with pytest.raises(UnboundedSet) as error:
        analytic_center(A, np.ones(len(A)))
    assert (A @ error.value.ray / np.linalg.norm(A, axis=1)).max() <= 1e-9


@pytest.mark.prop(
    "P2.13", "Newton's path obeys the theorem of its two phases", stage="plain"
)
@given(polytope=strategies.polytopes(), weight=st.floats(0, 0.999))
def test_two_phases(subject, polytope, weight):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, inside = polytope
    corner = linprog(np.ones(A.shape[1]), A, b, bounds=(None, None)).x
    start, path = weight * corner + (1 - weight) * inside, []
    center = analytic_center(A, b, start=start, callback=lambda c: path.append(c.point))
    assert path, "callback must be called with a Center, once or more"
    path.append(center.point)
    deltas = [decrement(A, b, z) for z in path]
    values = [derivatives(A, b, z)[0] for z in path]
    for k in range(len(path) - 1):
        if deltas[k] > 0.25:
            drop = deltas[k] - np.log1p(deltas[k])
            assert values[k + 1] <= values[k] - drop + 1e-3
        else:
            assert deltas[k + 1] <= deltas[k] ** 2 * (1 + 1e-6) + 1e-7


@pytest.mark.prop("I2.1", "bad arguments are named")
def test_bad_arguments(subject):
    analytic_center = subject("analytic_center.analytic_center")
    A, b = [[1.0], [-1.0]], [1, 1]
    for bad, word in [
        (lambda: analytic_center([1.0], b), "A"),
        (lambda: analytic_center([[np.nan], [1.0]], b), "A"),
        (lambda: analytic_center(A, [1, 1, 1]), "b"),
        (lambda: analytic_center(A, [1, np.inf]), "b"),
        (lambda: analytic_center(A, b, radius=0), "radius"),
        (lambda: analytic_center(A, b, radius=-1.0), "radius"),
        (lambda: analytic_center(A, b, tol=0), "tol"),
        (lambda: analytic_center(A, b, tol=1.0), "tol"),
        (lambda: analytic_center(A, b, start=[1, 2]), "start"),
        (lambda: analytic_center(A, b, start=[np.nan]), "start"),
    ]:
        with pytest.raises(ValueError, match=word):
            bad()


@pytest.mark.prop("I2.2", "arguments are not modified")
def test_arguments_are_left_alone(subject):
    analytic_center = subject("analytic_center.analytic_center")
    A, b, start = np.array([[1.0], [-1.0]]), np.array([1.0, 3.0]), np.array([9.0])
    copies = A.copy(), b.copy(), start.copy()
    analytic_center(A, b, start=start, radius=5.0)
    for left, right in zip((A, b, start), copies, strict=True):
        np.testing.assert_array_equal(left, right)


# -------------------------------------------------------------------------- add_cut


@pytest.mark.prop("P2.8", "after a cut the warm centre is the cold one")
@given(polytope=strategies.polytopes(), seed=strategies.seeds, ball=st.booleans())
def test_cut_equals_cold(subject, polytope, seed, ball):
    add_cut = subject("analytic_center.add_cut")
    A, b, radius = with_radius(polytope, ball)
    rng = np.random.default_rng(seed)
    center = chapter.analytic_center(A, b, radius=radius)
    normal = rng.standard_normal(A.shape[1])
    _, _, H = derivatives(A, b, center.point, radius)
    unit = np.sqrt(normal @ np.linalg.solve(H, normal))
    for depth in (-1.0, 0.0, 0.5, 0.9):  # in local units; the Dikin ellipsoid is 1
        offset = normal @ center.point - depth * unit
        cut = add_cut(center, normal, offset)
        rows, sides = np.vstack([A, normal]), np.append(b, offset)
        np.testing.assert_allclose(cut.slacks, sides - rows @ cut.point, atol=1e-12)
        assert cut.slacks.min() > 0
        assert decrement(rows, sides, cut.point, radius) < 2e-5


@pytest.mark.prop("P2.14", "a cut without an offset goes through the centre")
@given(polytope=strategies.polytopes(), seed=strategies.seeds)
def test_central_cut(subject, polytope, seed):
    add_cut = subject("analytic_center.add_cut")
    A, b, _ = polytope
    center = chapter.analytic_center(A, b)
    normal = np.random.default_rng(seed).standard_normal(A.shape[1])
    cut = add_cut(center, normal)
    assert np.isclose(cut.body.b[-1], normal @ center.point)
    np.testing.assert_allclose(cut.body.A, np.vstack([A, normal]))
    assert normal @ cut.point < normal @ center.point


@pytest.mark.parametrize("d", [3, 30])
@pytest.mark.prop("P2.14", "a central cut costs at most 3.1 Hessians on average")
def test_steps_per_cut(subject, d):
    add_cut = subject("analytic_center.add_cut")
    rng = np.random.default_rng(0)
    center = chapter.analytic_center(np.eye(d)[:1], [1.0], box=1.0)
    steps = []
    for _ in range(100):
        center = add_cut(center, rng.standard_normal(d))
        steps.append(center.newton_steps)
    A, b = center.body.A, center.body.b
    A = np.vstack([A, np.eye(d), -np.eye(d)])
    assert decrement(A, np.append(b, np.ones(2 * d)), center.point) < 2e-5
    assert np.mean(steps) <= 3.1


@pytest.mark.prop("P2.21", "the decrement reported after chord steps is honest")
@given(
    polytope=strategies.polytopes(),
    ball=st.booleans(),
    seed=strategies.seeds,
    log_tol=st.floats(-11, -2),
)
def test_chord_steps_promise_no_more_than_they_keep(
    subject, polytope, ball, seed, log_tol
):
    add_cut = subject("analytic_center.add_cut")
    A, b, radius = with_radius(polytope, ball)
    rng, tol = np.random.default_rng(seed), 10**log_tol
    center = chapter.analytic_center(A, b, radius=radius, tol=tol)
    for _ in range(3):
        center = add_cut(center, rng.standard_normal(A.shape[1]), tol=tol)
        true = decrement(center.body.A, center.body.b, center.point, radius)
        assert center.decrement**2 / 2 <= tol
        assert true <= center.decrement * (1 + 1e-3) + 1e-6


@pytest.mark.prop("P2.20", "a central cut: the best point of the line is within 0.652")
@given(polytope=strategies.polytopes(), ball=st.booleans(), seed=strategies.seeds)
def test_price_of_a_central_cut(subject, polytope, ball, seed):
    add_cut = subject("analytic_center.add_cut")
    A, b, radius = with_radius(polytope, ball)
    center = chapter.analytic_center(A, b, radius=radius, tol=1e-13)
    normal = np.random.default_rng(seed).standard_normal(A.shape[1])
    H = derivatives(A, b, center.point, radius)[2]
    step = -np.linalg.solve(H, normal)
    unit = np.sqrt(-normal @ step)
    cut = add_cut(center, normal)
    rows, sides = np.vstack([A, normal]), np.append(b, normal @ center.point)
    best = derivatives(rows, sides, cut.point, radius)[0]
    golden = (np.sqrt(5) - 1) / 2
    start = center.point + golden / unit * step
    assert best <= derivatives(rows, sides, start, radius)[0] + 1e-9
    assert derivatives(rows, sides, start, radius)[0] <= best + 0.652


@pytest.mark.prop("P2.15", "deeper cuts than the line can reach, down to nothing")
@given(polytope=strategies.polytopes(max_dimension=3), seed=strategies.seeds)
def test_deep_cuts(subject, polytope, seed):
    add_cut = subject("analytic_center.add_cut")
    A, b, _ = polytope
    center = chapter.analytic_center(A, b)
    normal = np.random.default_rng(seed).standard_normal(A.shape[1])
    lowest = linprog(normal, A, b, bounds=(None, None)).fun
    width = normal @ center.point - lowest
    offset = lowest + 1e-4 * width
    cut = add_cut(center, normal, offset)
    rows, sides = np.vstack([A, normal]), np.append(b, offset)
    assert (sides - rows @ cut.point).min() > 0
    assert decrement(rows, sides, cut.point) < 2e-5
    with pytest.raises(EmptySet) as error:
        add_cut(center, normal, lowest - 1e-3 * width)
    sides[-1] = lowest - 1e-3 * width
    assert certified(rows, sides, None, error.value.certificate) < 0


@pytest.mark.prop("I2.3", "cuts: bad arguments are named")
def test_bad_cuts(subject):
    add_cut = subject("analytic_center.add_cut")
    center = chapter.analytic_center([[1.0], [-1.0]], [1, 1])
    for bad, word in [
        (lambda: add_cut(center, [1.0, 2.0]), "normal"),
        (lambda: add_cut(center, [np.nan]), "normal"),
        (lambda: add_cut(center, [1.0], np.inf), "offset"),
        (lambda: add_cut(center, [1.0], tol=np.nan), "tol"),
        (lambda: add_cut(center, [1.0], tol=1.0), "tol"),
        (lambda: add_cut(center, [1.0], tol=-1.0), "tol"),
        (lambda: add_cut(np.zeros(1), [1.0]), "center"),
        (lambda: add_cut(center, [0.0], 0.0), "flat"),
    ]:
        with pytest.raises(ValueError, match=word):
            bad()


# ------------------------------------------------------------------------ drop_rows


@pytest.mark.prop("P2.16", "dropping rows leaves the set as it is", stage="plain")
@given(polytope=strategies.polytopes(max_dimension=3), seed=strategies.seeds)
def test_dropping_is_safe(subject, polytope, seed):
    drop_rows = subject("analytic_center.drop_rows")
    A, b, _ = polytope
    rng = np.random.default_rng(seed)
    far = rng.standard_normal((6, A.shape[1]))
    reach = [-linprog(-row, A, b, bounds=(None, None)).fun for row in far]
    distance = 10 ** rng.uniform(-3, 3.5, 6) * np.abs(reach)
    rows, sides = np.vstack([A, far]), np.append(b, reach + distance)
    center, kept = drop_rows(chapter.analytic_center(rows, sides))
    for i in np.setdiff1d(np.arange(len(sides)), kept):
        best = linprog(-rows[i], rows[kept], sides[kept], bounds=(None, None))
        assert best.status == 0, "the rest is unbounded"
        assert -best.fun <= sides[i] * (1 + 1e-9)
    np.testing.assert_allclose(center.slacks, sides[kept] - rows[kept] @ center.point)
    assert decrement(rows[kept], sides[kept], center.point) < 2e-5


@pytest.mark.parametrize("ball", [False, True])
@pytest.mark.prop("P2.16", "rows of relevance above sqrt(N(N-1)) go, all others stay")
def test_rows_beyond_the_threshold_go(subject, ball):
    drop_rows = subject("analytic_center.drop_rows")
    rng = np.random.default_rng(3)
    for _ in range(20):
        d = int(rng.integers(1, 5))
        far = rng.standard_normal((8, d))
        A = np.vstack([np.eye(d), -np.eye(d), far])
        b = np.append(np.ones(2 * d), 10 ** rng.uniform(0.5, 3, 8))
        radius = 5.0 if ball else None
        center = chapter.analytic_center(A, b, radius=radius)
        H = derivatives(A, b, center.point, radius)[2]
        units = np.sqrt(np.einsum("ij,ij->i", A, np.linalg.solve(H, A.T).T))
        eta = (b - A @ center.point) / units
        N = len(b) + 2 * ball
        assert eta.min() >= 1 - 1e-6
        _, kept = drop_rows(center)
        np.testing.assert_array_equal(kept, np.flatnonzero(eta <= np.sqrt(N * (N - 1))))
        _, kept = drop_rows(center, threshold=4.0)
        np.testing.assert_array_equal(kept, np.flatnonzero(eta <= 4.0))


@pytest.mark.prop("I2.4", "dropping: bad arguments are named, and a lost bound is told")
def test_bad_drops(subject):
    drop_rows = subject("analytic_center.drop_rows")
    center = chapter.analytic_center([[1.0], [-1.0]], [1, 1])
    with pytest.raises(ValueError, match="center"):
        drop_rows(None)
    with pytest.raises(ValueError, match="threshold"):
        drop_rows(center, threshold=-1.0)
    for tol in (np.nan, 1.0, -1.0):
        with pytest.raises(ValueError, match="tol"):
            drop_rows(center, tol=tol)
    with pytest.raises(UnboundedSet):
        drop_rows(center, threshold=0.5)
    same, kept = drop_rows(center)
    assert same is center
    assert list(kept) == [0, 1]


# ---------------------------------------------------------------------- lower_bound


@pytest.mark.prop(
    "P2.17", "the lower bound holds, and its multipliers prove it", stage="plain"
)
@given(polytope=strategies.polytopes(), seed=strategies.seeds)
def test_lower_bound(subject, polytope, seed):
    lower_bound = subject("analytic_center.lower_bound")
    A, b, _ = polytope
    center = chapter.analytic_center(A, b)
    c = np.random.default_rng(seed).standard_normal(A.shape[1])
    bound, y = lower_bound(center, c)
    assert (y >= 0).all()
    np.testing.assert_allclose(A.T @ y, -c, atol=1e-7)
    assert np.isclose(bound, -b @ y, atol=1e-6)
    best = linprog(c, A, b, bounds=(None, None)).fun
    assert bound <= best + 1e-7
    H = derivatives(A, b, center.point)[2]
    local = np.sqrt(c @ np.linalg.solve(H, c))
    assert bound >= c @ center.point - len(b) * local - 1e-6


@pytest.mark.prop("P2.17", "the lower bound holds in a ball and in a box")
@given(polytope=strategies.polytopes(), seed=strategies.seeds, box=st.booleans())
def test_lower_bound_with_a_base(subject, polytope, seed, box):
    lower_bound = subject("analytic_center.lower_bound")
    A, b, _ = polytope
    base = {"box": 0.9} if box else {"radius": 1.0}
    try:
        center = chapter.analytic_center(A, b, **base)
    except (EmptySet, FlatSet):
        return
    rng = np.random.default_rng(seed)
    c = rng.standard_normal(A.shape[1])
    bound, y = lower_bound(center, c)
    assert (y >= 0).all()
    z = cp.Variable(A.shape[1])
    inside = [cp.norm(z, "inf") <= 0.9] if box else [cp.norm(z) <= 1]
    problem = cp.Problem(cp.Minimize(c @ z), [A @ z <= b, *inside])
    best = problem.solve(solver=cp.CLARABEL)
    assert bound <= best + 1e-6
    v = c + A.T @ y
    claim = -b @ y - (0.9 * np.abs(v).sum() if box else np.linalg.norm(v))
    assert np.isclose(bound, claim, atol=1e-6)
    assert bound >= -(0.9 * np.abs(c).sum() if box else np.linalg.norm(c)) - 1e-9


@pytest.mark.prop(
    "P2.17", "the lower bound is sharp where the set is an interval", stage="plain"
)
@given(low=st.floats(-5, -0.1), high=st.floats(0.1, 5))
def test_lower_bound_of_an_interval(subject, low, high):
    lower_bound = subject("analytic_center.lower_bound")
    center = chapter.analytic_center([[1.0], [-1.0]], [high, -low])
    assert np.isclose(lower_bound(center, np.array([2.0]))[0], 2 * low, atol=1e-5)
    assert np.isclose(lower_bound(center, np.array([-2.0]))[0], -2 * high, atol=1e-5)


@pytest.mark.prop("I2.5", "bounds: bad arguments are named")
def test_bad_bounds(subject):
    lower_bound = subject("analytic_center.lower_bound")
    center = chapter.analytic_center([[1.0], [-1.0]], [1, 1])
    with pytest.raises(ValueError, match="cost"):
        lower_bound(center, [1.0, 2.0])
    with pytest.raises(ValueError, match="center"):
        lower_bound(None, [1.0])
