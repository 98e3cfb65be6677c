"""Properties of chapter 1: centres of a polytope."""

import numpy as np
import pytest
from hypothesis import assume, event, example, given
from hypothesis import strategies as st
from scipy.special import expit

from reference.common import Infeasible, NotConverged, Unbounded
from reference.version_space import hit_and_run
from tests import strategies
from tests.version_space.oracle import box, verdict

# ------------------------------------------------------------------- Chebyshev centre


@pytest.mark.prop("P1.1", "the Chebyshev ball is inside, and its multipliers prove it")
@given(polytope=strategies.polytopes(), scale=st.sampled_from([1.0, 1e-4, 1e4]))
def test_chebyshev_ball(subject, polytope, scale):
    chebyshev_center = subject("version_space.chebyshev_center")
    A, b, _ = polytope
    A, b = np.vstack([A, 2 * A[:1]]), scale * np.append(b, 2 * b[0])  # a repeated row
    ball = chebyshev_center(A, b)
    norms = np.linalg.norm(A, axis=1)
    slack = (b - A @ ball.point) / norms
    assert ball.radius > 0
    assert slack.min() >= ball.radius * (1 - 1e-9), (
        f"radius {ball.radius}, but a side at distance {slack.min()}"
    )
    # no ball is larger: weak duality, by products alone
    y = ball.multipliers
    assert (y >= 0).all()
    assert np.abs(A.T @ y).max() <= 1e-7
    assert abs(y @ norms - 1) <= 1e-7
    assert abs(b @ y - ball.radius) <= 1e-6 * scale, f"dual {b @ y}, {ball.radius}"


@pytest.mark.prop("P1.1", "the Chebyshev ball is inside, and its multipliers prove it")
@pytest.mark.parametrize("unit", [1e-200, [1e-180, 1.0, 1e-170], 1e160])
def test_rows_in_units_whose_squares_are_no_numbers(subject, unit):
    A, b = np.array([[-1.0, 0.0], [0.0, -1.0], [0.6, 0.8]]), np.array([0.0, 0.0, 2.4])
    unit = np.broadcast_to(unit, 3)
    ball = subject("version_space.chebyshev_center")(A * unit[:, None], b * unit)
    assert np.allclose([*ball.point, ball.radius], 1.0)


@pytest.mark.prop(
    "P1.1", "the Chebyshev ball is inside, and its multipliers prove it", stage="plain"
)
@given(
    corners=st.lists(st.integers(-5, 5), min_size=6, max_size=6),
    lengths=st.lists(st.floats(0.1, 10), min_size=3, max_size=3),
)
def test_chebyshev_of_a_triangle_is_the_incenter(subject, corners, lengths):
    chebyshev_center = subject("version_space.chebyshev_center")
    p = np.array(corners, dtype=float).reshape(3, 2)
    sides = np.roll(p, -1, axis=0) - p
    area = (sides[0, 0] * sides[1, 1] - sides[0, 1] * sides[1, 0]) / 2
    assume(abs(area) > 0.4)
    size = np.linalg.norm(sides, axis=1)
    A = np.sign(area) * np.column_stack([sides[:, 1], -sides[:, 0]]) / size[:, None]
    A = A * np.array(lengths)[:, None]
    ball = chebyshev_center(A, (A * p).sum(axis=1))
    opposite = np.roll(size, -1)  # the side across from each corner
    expected = opposite @ p / size.sum()
    assert np.abs(ball.point - expected).max() < 1e-6
    assert abs(ball.radius - 2 * abs(area) / size.sum()) < 1e-6


@pytest.mark.prop(
    "P1.26", "a cut through the Chebyshev centre may keep nearly all", stage="plain"
)
@pytest.mark.parametrize("length", [1.0, 10.0, 1000.0])
def test_the_needle(subject, length):
    chebyshev_center = subject("version_space.chebyshev_center")
    # the triangle (0, -1), (0, 1), (length, 0); a vertical cut through the centre
    A = np.array([[-1.0, 0.0], [1.0, length], [1.0, -length]])
    ball = chebyshev_center(A, np.array([0.0, length, length]))
    radius = length / (1 + np.sqrt(1 + length**2))
    assert np.abs(ball.point - [radius, 0]).max() < 1e-6
    kept = (1 - ball.point[0] / length) ** 2  # to the right: a similar triangle
    assert abs(kept - (1 - radius / length) ** 2) < 1e-6, f"keeps {kept}"
    assert length < 1000 or kept > 0.99


@pytest.mark.prop("P1.7", "an empty set is refused with a vector that proves it empty")
@given(
    A=strategies.any_data(max_rows=6, max_columns=3),
    weights=st.lists(st.floats(0.1, 3), min_size=6, max_size=6),
    gap=st.floats(1e-3, 1.0),
    bounded=st.booleans(),
)
@example(A=np.zeros((1, 2)), weights=[1.0] * 6, gap=0.5, bounded=False)
def test_empty_sets(subject, A, weights, gap, bounded):
    chebyshev_center = subject("version_space.chebyshev_center")
    # Make it empty by hand: the rows A and the row -w'A, right-hand sides sum to -gap.
    d = A.shape[1]
    w = np.array(weights[: len(A)])
    rows = np.vstack([A, -w @ A])
    b = np.append(np.ones(len(A)), -w.sum() - gap)
    if bounded:
        extra, more = box(d, np.full(d, -50.0), np.full(d, 50.0))
        rows, b = np.vstack([rows, extra]), np.append(b, more)
    with pytest.raises(Infeasible) as caught:
        chebyshev_center(rows, b)
    y = np.asarray(caught.value.certificate)
    assert y.shape == (len(rows),)
    assert (y >= 0).all()
    assert y @ b < 0, f"the certificate gives {y @ b}, not below 0"
    assert np.abs(rows.T @ y).max() <= 1e-4 * abs(y @ b)


@pytest.mark.prop("P1.16", "a flat set has a Chebyshev ball of radius zero")
@given(d=st.integers(1, 4), seed=strategies.seeds)
def test_flat_sets(subject, d, seed):
    chebyshev_center = subject("version_space.chebyshev_center")
    rng = np.random.default_rng(seed)
    a, inside = rng.standard_normal(d), rng.uniform(-0.5, 0.5, d)
    A, b = box(d, -np.ones(d), np.ones(d))
    A, b = np.vstack([A, a, -a]), np.append(b, [a @ inside, -a @ inside])
    ball = chebyshev_center(A, b)
    assert ball.radius == 0
    assert (A @ ball.point - b).max() <= 1e-8


CORNER = [[1.0, 0], [0, 1], [-1, 0], [0, -1], [1, 0]]


@pytest.mark.prop("P1.29", "empty, flat or with room: as exact arithmetic says")
@given(polytope=strategies.scaled_polytopes())
def test_verdicts_are_exact(subject, polytope):
    chebyshev_center = subject("version_space.chebyshev_center")
    try:
        assert_right(chebyshev_center, *polytope)
    except NotConverged:  # a named refusal is honest where digits run out
        event("refused")


@pytest.mark.prop("P1.29", "empty, flat or with room: as exact arithmetic says")
@pytest.mark.parametrize(
    "A, b",
    [
        (CORNER, [1.0, 1, 1, 1, 1e9]),  # a wall far away decides nothing
        ([[1.0], [-1.0], [1.0]], [0.0, -1.0, 1e9]),
        ([[1.0], [-1.0], [1.0]], [0.0, -1.0, 1e17]),
        ([[1.0], [-1.0], [1.0]], [0.0, 0.0, 1e9]),
        ([[1.0, -1e-7], [-1.0, -1e-7]], [1.0, 1.0]),
        ([[1.0, -1e-9], [-1.0, -1e-9]], [1.0, 1.0]),
        ([[-1.0, 0], [0, -1], [1, 1e-9]], [0.0, 0.0, 1.0]),
        ([[1.0, 1.0], [-1.0, -1.0]], [-5e7, 5e7 - 1.0]),  # far away
        ([[1.0], [-1.0]], [1e10 + 1, -1e10]),
        ([[2.0, 0.0], [-2.0, 0.0], [0.0, 0.0]], [2.0, -2.0, 1.0]),
    ],
)
def test_verdicts_on_sets_that_deceive(subject, A, b):
    chebyshev_center = subject("version_space.chebyshev_center")
    assert_right(chebyshev_center, np.array(A), np.array(b))


@pytest.mark.prop("P1.29", "empty, flat or with room: as exact arithmetic says")
@pytest.mark.parametrize("power", [-5, 0, 20])
def test_the_point_of_a_flat_set_is_in_it(subject, power):
    chebyshev_center = subject("version_space.chebyshev_center")
    flat = [[0, -4], [0, 4], [2.0**35, -2], [-(2.0**35), -4]]  # z_2 = 7 * 2^15
    A = np.array(flat) * [2.0**power, 1] / 2**17
    b = np.array([-7.0, 7.0, 3.0, -3.0])
    A, b = np.vstack([A, A[:1] / 2, A[:1], A[:1]]), np.append(b, [5, 0, 2.0**31])
    A[4:] *= [[-1], [1], [1]]
    try:
        ball = chebyshev_center(
            A[[4, 0, 5, 5, 1, 2, 3, 6]], b[[4, 0, 5, 5, 1, 2, 3, 6]]
        )
    except NotConverged:  # rounding in one unit is a mile in another
        return
    assert (
        A @ ball.point <= b + 1e-8 * (np.abs(b) + np.abs(A) @ np.abs(ball.point))
    ).all()


@pytest.mark.prop("P1.29", "empty, flat or with room: as exact arithmetic says")
@pytest.mark.parametrize("power", [10, 20, 28, 32, 36, 40])
def test_a_cone_thinner_than_a_solver_sees_is_not_empty(subject, power):
    chebyshev_center = subject("version_space.chebyshev_center")
    A = np.array(
        [[1.0, 1.0], [-1.0, -1.0 - 2.0**-power]]
    )  # opens at z_2 = 2^(power + 1)
    try:
        assert_right(chebyshev_center, A, np.array([-1.0, -1.0]))
    except NotConverged:
        assert power > 28, "refused, although the solver sees it"


def assert_right(chebyshev_center, A, b):
    norms = np.linalg.norm(A, axis=1)
    right = verdict(A, b)
    try:
        ball = chebyshev_center(A, b)
    except (Infeasible, Unbounded) as error:
        refusal = error
    else:
        refusal = None
    if isinstance(refusal, Infeasible):
        y = np.asarray(refusal.certificate)
        assert right == "empty", f"empty, it says, but it is {right}"
        assert b @ y < 0
        assert (np.abs(A.T @ y) <= 1e-9 * (np.abs(A.T) @ y)).all()
    elif refusal:
        assert right == "room", f"balls of any size, it says, but it is {right}"
        assert (A @ refusal.ray)[norms > 0].max(initial=-1) < 0
    else:
        assert right != "empty", f"empty, but a point: {ball}"
        assert (ball.radius > 0) == (right == "room"), f"{ball.radius}, but {right}"
        y, z = ball.multipliers, ball.point
        error = 1e-13 * (np.abs(b) + np.abs(A) @ np.abs(z))
        assert (A @ z + ball.radius * norms <= b + error).all(), "the ball leaves"
        assert (y >= 0).all()
        assert (np.abs(A.T @ y) <= 1e-9 * (np.abs(A.T) @ y)).all()
        gap = y @ (b - A @ z) - ball.radius * (y @ norms)  # 0 for the largest ball
        assert abs(gap) <= 1e-6 * ball.radius + y @ error, f"not the largest: {gap}"


@pytest.mark.prop("P1.16", "a flat set has a Chebyshev ball of radius zero")
def test_a_strip_has_a_ball_and_a_half_plane_has_none(subject):
    chebyshev_center = subject("version_space.chebyshev_center")
    strip = chebyshev_center([[2.0, 0.0], [-1.0, 0.0], [0.0, 0.0]], [2.0, 1.0, 0.0])
    assert abs(strip.radius - 1) < 1e-9  # |z_1| <= 1: bounded ball, unbounded set
    for A, b in (
        ([[1.0, 0.0]], [1.0]),
        ([[0.0, 0.0]], [1.0]),
        (-np.eye(2), [0.0, 0.0]),
    ):
        with pytest.raises(Unbounded) as caught:
            chebyshev_center(A, b)
        ray = caught.value.ray
        assert (np.asarray(A) @ ray).max() <= 1e-9
        assert np.abs(ray).max() > 1e-9


# ------------------------------------------------------------------------- ellipsoids


@st.composite
def ellipsoids(draw):
    d = draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(strategies.seeds))
    root = rng.standard_normal((d, d)) + 0.3 * np.eye(d)
    assume(np.linalg.cond(root) < 100)
    return rng.standard_normal(d), root, rng.standard_normal(d), rng


@pytest.mark.prop(
    "P1.3", "volume ratio of an ellipsoid step, and nothing is lost", stage="plain"
)
@given(ellipsoid=ellipsoids(), depth=st.floats(-1.2, 0.95))
def test_ellipsoid_step(subject, ellipsoid, depth):
    ellipsoid_step = subject("version_space.ellipsoid_step")
    center, root, normal, rng = ellipsoid
    shape, d = root @ root.T, len(center)
    offset = normal @ center - depth * np.sqrt(normal @ shape @ normal)
    new = ellipsoid_step(center, shape, normal, offset)
    ratio = np.sqrt(np.linalg.det(new.shape) / np.linalg.det(shape))
    if depth <= -1 / d:
        expected = 1.0
    else:  # (eq:ellipsoid-ratio)
        across = d**2 * (1 - depth**2) / (d**2 - 1) if d > 1 else 1.0
        expected = d * (1 - depth) / (d + 1) * across ** ((d - 1) / 2)
    assert abs(ratio - expected) <= 1e-6 * expected, f"got {ratio}, expected {expected}"
    if depth >= 0:
        assert ratio <= np.exp(-1 / (2 * (d + 1))) + 1e-9
    # points of the half-ellipsoid, on the surface and within, stay inside
    u = rng.standard_normal((400, d))
    u /= np.linalg.norm(u, axis=1, keepdims=True)
    u[200:] *= rng.random((200, 1)) ** (1 / d)
    points = center + u @ root.T
    points = points[points @ normal <= offset]
    gap = points - new.center
    worst = np.einsum("ij,ji->i", gap, np.linalg.solve(new.shape, gap.T)).max(initial=0)
    assert worst <= 1 + 1e-6, f"a point of the rest lies at {worst} > 1"


@pytest.mark.prop(
    "P1.3", "volume ratio of an ellipsoid step, and nothing is lost", stage="plain"
)
@given(ellipsoid=ellipsoids())
def test_the_neutral_step_is_the_step_at_depth_zero(subject, ellipsoid):
    ellipsoid_step = subject("version_space.ellipsoid_step")
    center, root, normal, _ = ellipsoid
    shape, d = root @ root.T, len(center)
    neutral = ellipsoid_step(center, shape, normal)
    ratio = np.sqrt(np.linalg.det(neutral.shape) / np.linalg.det(shape))
    across = (d / np.sqrt(d**2 - 1)) ** (d - 1) if d > 1 else 1.0
    assert abs(ratio - d / (d + 1) * across) <= 1e-6
    longer = ellipsoid_step(center, shape, 7 * normal, 7 * normal @ center)
    assert np.allclose(longer.center, neutral.center)
    assert np.allclose(longer.shape, neutral.shape)


@pytest.mark.prop(
    "P1.3", "volume ratio of an ellipsoid step, and nothing is lost", stage="plain"
)
def test_an_ellipsoid_step_by_hand(subject):
    """The unit disc around (1, 0), halved; then what z_1 <= 3/2 leaves of it."""
    ellipsoid_step = subject("version_space.ellipsoid_step")
    first = np.array([1.0, 0.0])
    half = ellipsoid_step(first, np.eye(2), first)
    assert half.center == pytest.approx([2 / 3, 0.0])
    assert half.shape == pytest.approx(np.diag([4 / 9, 4 / 3]))
    kept = ellipsoid_step(first, np.eye(2), first, 1.5)  # alpha = -1/d
    assert kept.center == pytest.approx([1.0, 0.0])
    assert kept.shape == pytest.approx(np.eye(2))
    deep = ellipsoid_step(first, np.eye(2), first, 0.5)  # alpha = 1/2
    assert deep.center == pytest.approx([1 / 3, 0.0])
    assert deep.shape == pytest.approx(np.diag([1 / 9, 1.0]))


# ------------------------------------------------------------------------- perceptron


@st.composite
def separable(draw):
    """Data with a known unit separator and margin."""
    n, d = draw(st.integers(1, 12)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(strategies.seeds))
    u = rng.standard_normal(d)
    u /= np.linalg.norm(u)
    X = rng.standard_normal((n, d)) * draw(st.sampled_from([0.1, 1.0, 30.0]))
    y = np.where(X @ u >= 0, 1.0, -1.0)
    X = X + 0.2 * np.abs(X).max() * y[:, None] * u
    X = np.vstack([X, X[:1]])  # a duplicate
    return X, np.append(y, y[0]), u


@pytest.mark.prop(
    "P1.4", "the perceptron makes at most (R / gamma)^2 mistakes", stage="plain"
)
@given(data=separable())
def test_perceptron(subject, data):
    perceptron = subject("version_space.perceptron")
    X, y, u = data
    found = perceptron(X, y)
    margins = y * (X @ found.weights)
    assert (margins > 0).all(), f"smallest margin {margins.min()}"
    gamma = (y * (X @ u)).min()
    bound = (np.linalg.norm(X, axis=1).max() / gamma) ** 2
    assert 1 <= found.mistakes <= bound, f"{found.mistakes} mistakes, bound {bound}"
    # every update adds one y_n x_n: the weights are a sum of so many samples
    assert found.weights @ u >= found.mistakes * gamma - 1e-9
    reach = np.linalg.norm(X, axis=1).max() * np.sqrt(found.mistakes)
    assert np.linalg.norm(found.weights) <= reach + 1e-9


@pytest.mark.prop("P1.17", "weights for separable data, otherwise Gordan's certificate")
@given(
    X=strategies.degenerate(max_rows=6, max_columns=3),
    signs=st.lists(st.sampled_from([-1.0, 1.0]), min_size=6, max_size=6),
)
@example(X=np.array([[1.0, 0.0], [1.0, 0.0]]), signs=[1.0, -1.0, 1, 1, 1, 1])
@example(X=np.array([[0.0, 0.0], [1.0, 0.0]]), signs=[1.0] * 6)
def test_perceptron_or_certificate(subject, X, signs):
    perceptron = subject("version_space.perceptron")
    y = np.array(signs[: len(X)])
    signed = y[:, None] * X
    try:
        weights = perceptron(X, y, max_passes=300).weights
    except Infeasible as error:
        gordan = np.asarray(error.certificate)
        assert gordan.shape == y.shape
        assert (gordan >= 0).all()
        assert gordan.max() > 1e-9
        worst = np.abs(signed.T @ gordan).max()
        assert worst <= 1e-7 * gordan.max(), f"sum of lambda y x is {worst}, not 0"
    else:
        assert (signed @ weights > 0).all()


@pytest.mark.prop("P1.27", "logistic regression with a huge step is the perceptron")
@given(
    X=strategies.degenerate(max_rows=8, max_columns=4),
    rule=st.lists(st.integers(-3, 3), min_size=4, max_size=4),
    step=st.sampled_from([200.0, 1000.0, 1e6]),
)
def test_huge_steps_of_logistic_regression(subject, X, rule, step):
    perceptron = subject("version_space.perceptron")
    margins = X @ np.array(rule[: X.shape[1]], dtype=float)
    X, y = X[margins != 0], np.sign(margins[margins != 0])  # integers, separable
    assume(len(X))
    found = perceptron(X, y)
    # Gradient descent on log(1 + exp(shift - y x'theta)), one sample after the other,
    # in the scale phi = theta / step. Margins are integers: at zero the sigmoid is
    # 1 up to exp(-shift), at one it is 0 up to exp(shift - step).
    shift = step / 2
    phi, mistakes, clean = np.zeros(X.shape[1]), 0.0, False
    while not clean:
        clean = True
        for s in y[:, None] * X:
            pull = expit(shift - step * (s @ phi))  # minus the loss's derivative
            phi, mistakes, clean = phi + pull * s, mistakes + pull, clean and pull < 0.5
    assert np.abs(phi - found.weights).max() < 1e-9, f"{phi}, not {found.weights}"
    assert round(mistakes) == found.mistakes, f"{mistakes} mistakes"


# --------------------------------------------------------------------------- centroid


@pytest.mark.prop("P1.5", "the centroid of boxes and simplices, within its own error")
@given(
    d=st.integers(1, 5),
    shape=st.sampled_from(["box", "simplex"]),
    seed=strategies.seeds,
    stretch=st.sampled_from([1.0, 1e3]),
)
def test_centroid(subject, d, shape, seed, stretch):
    centroid = subject("version_space.centroid")
    rng = np.random.default_rng(seed)
    map_, shift = rng.standard_normal((d, d)) + np.eye(d), rng.standard_normal(d)
    map_[0] *= stretch
    assume(np.linalg.cond(map_) < 50 * stretch)
    if shape == "box":
        A, b = box(d, np.zeros(d), np.ones(d))
        mean, covariance = np.full(d, 0.5), np.eye(d) / 12
    else:
        A, b = np.vstack([-np.eye(d), np.ones(d)]), np.append(np.zeros(d), 1.0)
        mean = np.full(d, 1 / (d + 1))
        covariance = ((d + 1) * np.eye(d) - 1) / ((d + 1) ** 2 * (d + 2))
    back = np.linalg.inv(map_)  # the set map_ V + shift
    A, b = A @ back, b + A @ back @ shift
    found = centroid(A, b, rng=rng, samples=25_600)
    error = back @ (found.point - shift) - mean
    distance = np.sqrt(error @ np.linalg.solve(covariance, error))
    assert distance < 0.1 * np.sqrt(d), f"{distance} standard deviations off"
    limits = 6 * found.standard_error + 1e-9 * stretch
    assert (np.abs(found.point - shift - map_ @ mean) <= limits).all()
    typical = np.sqrt(np.diag(map_ @ covariance @ map_.T) / 25_600)
    assert (found.standard_error < 8 * typical + 1e-12).all()
    gap = back @ found.covariance @ back.T - covariance
    assert np.abs(gap).max() < 0.35 * covariance.max()


@pytest.mark.prop("P1.5", "the centroid of boxes and simplices, within its own error")
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_centroid_of_a_turned_needle(subject, seed):
    centroid = subject("version_space.centroid")
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((5, 5)))[0]
    half = np.array([1.0, 1e-1, 1e-2, 1e-4, 1e-6])
    A, b = np.vstack([turn, -turn, turn[:1]]), np.concatenate([half, half, [1e9]])
    found = centroid(A, b, rng=rng)
    assert (np.abs(found.point) <= 5 * found.standard_error).all()
    assert (np.abs(turn @ found.point) <= 0.2 * half).all()
    scaled = turn @ found.covariance @ turn.T / np.outer(half, half)
    assert np.abs(scaled - np.eye(5) / 3).max() < 0.08


@pytest.mark.prop("P1.18", "a cut through the centroid keeps at most 1 - 1/e")
@given(d=st.integers(2, 4), seed=strategies.seeds, cone=st.booleans())
def test_grunbaum(subject, d, seed, cone):
    centroid = subject("version_space.centroid")
    rng = np.random.default_rng(seed)
    A, b = box(d, -np.ones(d), np.ones(d))
    A = np.vstack([A, rng.standard_normal((4, d))])
    b = np.append(b, rng.uniform(0.1, 1, 4))
    a = rng.standard_normal(d)
    if cone:  # the extreme case, a simplex cut parallel to a facet
        A, b = np.vstack([-np.eye(d), np.ones(d)]), np.append(np.zeros(d), 1.0)
        a = np.ones(d)
    point = centroid(A, b, rng=rng, samples=25_600).point
    inside = np.zeros(d) if not cone else np.full(d, 0.5 / d)
    walk = hit_and_run(A, b, inside, rng=rng, samples=25_600)
    kept = (walk.points @ a <= a @ point).mean()
    if cone:
        exact = (d / (d + 1)) ** d
        assert abs(kept - exact) < 0.04, f"keeps {kept}, exactly {exact}"
    assert 1 / np.e - 0.04 <= kept <= 1 - 1 / np.e + 0.04, f"keeps {kept}"


# -------------------------------------------------------------------------- bad input


@pytest.mark.prop("I1.6", "chebyshev_center asks for a matrix and a vector that fit")
def test_bad_input_to_chebyshev(subject):
    chebyshev_center = subject("version_space.chebyshev_center")
    with pytest.raises(ValueError, match="b"):
        chebyshev_center(np.eye(2), [1.0])
    with pytest.raises(ValueError, match="A"):
        chebyshev_center([1.0], [1.0])
    with pytest.raises(ValueError, match="finite"):
        chebyshev_center(np.eye(2), [1.0, np.inf])


@pytest.mark.prop("I1.7", "centroid names an empty, flat or unbounded set")
def test_bad_input_to_centroid(subject):
    centroid = subject("version_space.centroid")
    rng = np.random.default_rng(0)
    A, b = box(2, np.zeros(2), np.ones(2))
    with pytest.raises(Unbounded) as caught:
        centroid(A[:3], b[:3], rng=rng)
    assert (A[:3] @ caught.value.ray <= 1e-9).all()
    with pytest.raises(Unbounded):  # a strip has a Chebyshev ball but no centroid
        centroid([[1.0, 0.0], [-1.0, 0.0]], [1.0, 1.0], rng=rng)
    with pytest.raises(Infeasible, match="flat") as caught:  # z_1 = 1
        centroid(A, [1.0, 1.0, -1.0, 0.0], rng=rng)
    y = caught.value.certificate
    assert y.min() >= 0
    assert y.max() > 0
    assert np.abs(A.T @ y).max() <= 1e-12
    assert abs(y @ [1.0, 1.0, -1.0, 0.0]) <= 1e-12
    with pytest.raises(Infeasible):
        centroid(A, [1.0, 1.0, -2.0, 0.0], rng=rng)
    with pytest.raises(ValueError, match="samples"):
        centroid(A, b, rng=rng, samples=0)
    with pytest.raises(ValueError, match="rng"):
        centroid(A, b, rng=None)
    with pytest.raises(Unbounded):  # never came back
        centroid([[1.0, -1e-9], [-1.0, -1e-9]], [1.0, 1.0], rng=rng)


@pytest.mark.prop(
    "I1.8", "ellipsoid_step refuses a bad matrix, a zero cut, an empty rest"
)
def test_bad_input_to_ellipsoid_step(subject):
    ellipsoid_step = subject("version_space.ellipsoid_step")
    with pytest.raises(ValueError, match="shape"):
        ellipsoid_step([0.0, 0.0], -np.eye(2), [1.0, 0.0])
    with pytest.raises(ValueError, match="shape"):
        ellipsoid_step([0.0, 0.0], [[1.0, 1.0], [0.0, 1.0]], [1.0, 0.0])
    with pytest.raises(ValueError, match="normal"):
        ellipsoid_step([0.0, 0.0], np.eye(2), [0.0, 0.0])
    with pytest.raises(ValueError, match="normal"):
        ellipsoid_step([0.0, 0.0], np.eye(2), [1.0])
    with pytest.raises(Infeasible) as caught:
        ellipsoid_step([0.0, 0.0], np.eye(2), [3.0, 4.0], -6.0)
    closest = caught.value.certificate
    assert np.allclose(closest, [-0.6, -0.8])  # on the ellipsoid, and still outside


@pytest.mark.prop(
    "I1.9", "perceptron asks for labels +1 and -1 and says when it gave up"
)
def test_bad_input_to_perceptron(subject):
    perceptron = subject("version_space.perceptron")
    with pytest.raises(ValueError, match="y"):
        perceptron(np.eye(2), [0, 1])
    with pytest.raises(ValueError, match="y"):
        perceptron(np.eye(2), [1])
    with pytest.raises(ValueError, match="max_passes"):
        perceptron(np.eye(2), [1, -1], max_passes=0)
    thin = np.array([[1.0, 0.0], [1.0, 1e-4]])
    with pytest.raises(NotConverged) as caught:
        perceptron(thin, [-1, 1], max_passes=20)
    assert caught.value.state.shape == (2,)
