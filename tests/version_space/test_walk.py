"""Properties of chapter 1: a walk that fills a polytope evenly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy import stats

from reference.common import NotConverged, Unbounded
from tests import strategies
from tests.version_space.oracle import simplex

rngs = strategies.seeds.map(np.random.default_rng)


@pytest.mark.prop("P1.9", "the walk stays inside, and its points fill the set evenly")
@given(polytope=strategies.polytopes(), seed=strategies.seeds)
def test_the_walk_stays_inside(subject, polytope, seed):
    hit_and_run = subject("version_space.hit_and_run")
    A, b, inside = polytope
    A[0] *= 3  # rows need not have length one
    b[0] *= 3
    walk = hit_and_run(A, b, inside, rng=np.random.default_rng(seed), samples=200)
    assert walk.points.shape == walk.midpoints.shape
    assert walk.points.shape[0] * walk.points.shape[1] >= 200
    for name in ("points", "midpoints"):
        worst = (getattr(walk, name) @ A.T - b).max()
        assert worst <= 1e-9, f"{name} leave the set by {worst}"


@pytest.mark.prop("P1.9", "the walk stays inside, and its points fill the set evenly")
@pytest.mark.parametrize("d", [1, 2, 5])
@pytest.mark.parametrize("stretch", [1.0, 1e4])
def test_points_of_a_simplex_have_its_law(subject, d, stretch):
    hit_and_run = subject("version_space.hit_and_run")
    A, b, mean, covariance = simplex(d)
    units = np.ones(d)
    units[0] = stretch  # the first weight in other units: z -> units * z
    walk = hit_and_run(
        A / units, b, units * mean / 3, rng=np.random.default_rng(d), samples=40_000
    )
    points = walk.points.reshape(-1, d) / units
    assert np.abs(points.mean(axis=0) - mean).max() < 0.02
    error = np.abs(np.cov(points, rowvar=False) - covariance).max()
    assert error < 0.1 * covariance.max(), f"covariance is off by {error}"
    # 1 - sum of the coordinates is Beta(1, d), exactly; thin by the walk's memory
    rest = 1 - points[:: 64 * 5].sum(axis=1)
    assert stats.kstest(rest, stats.beta(1, d).cdf).pvalue > 1e-4


@pytest.mark.prop(
    "P1.9", "the walk stays inside, and its points fill the set evenly", stage="plain"
)
def test_points_of_a_polygon_fall_into_halves_by_area(subject):
    hit_and_run = subject("version_space.hit_and_run")
    # the square [0, 4]^2 without the corner above z1 + z2 = 6: area 14
    A = np.array([[1.0, 0], [0, 1], [-1, 0], [0, -1], [2, 2]])
    b = np.array([4.0, 4, 0, 0, 12])
    walk = hit_and_run(
        A, b, np.array([3.9, 0.1]), rng=np.random.default_rng(1), samples=40_000
    )
    below = (walk.points[..., 1] <= walk.points[..., 0]).mean()
    left = (walk.points[..., 0] <= 2).mean()
    assert abs(below - 1 / 2) < 0.02
    assert abs(left - 8 / 14) < 0.02, f"{left} of the points, {8 / 14} of the area"


@pytest.mark.prop("P1.9", "the walk stays inside, and its points fill the set evenly")
@pytest.mark.parametrize("thickness", [1e-4, 1e-8])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_walk_leaves_the_corner_of_a_thin_plate(subject, thickness, seed):
    hit_and_run = subject("version_space.hit_and_run")
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((5, 5)))[0]
    half = np.array([1.0, 1, 1, 1, thickness])
    A, b = np.vstack([turn, -turn]), np.append(half, half)  # |turn z| <= half
    corner = (half - thickness) @ turn
    walk = hit_and_run(A, b, corner, rng=rng, samples=20_000)
    points = walk.points @ turn.T / half  # uniform on [-1, 1]^5
    assert np.abs(points.mean(axis=(0, 1))).max() < 0.15
    error = np.cov(points.reshape(-1, 5), rowvar=False) - np.eye(5) / 3
    assert np.abs(error).max() < 0.05, f"covariance is off by {np.abs(error).max()}"


def assert_mean_within_error(walk, mean, spread):
    """The chains' mean is the right one, by an error that they report themselves."""
    chains = walk.midpoints.mean(axis=0)
    error = chains.std(axis=0, ddof=1) / np.sqrt(len(chains))
    off = np.abs(chains.mean(axis=0) - mean)
    assert (off <= 5 * error).all(), f"off by {(off / error).max()} standard errors"
    assert (error <= 0.1 * spread).all(), f"error {(error / spread).max()} of a spread"


@pytest.mark.prop(
    "P1.39", "wherever the walk starts, however thin the set: an honest mean"
)
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_cube_from_next_to_a_wall(subject, seed):
    hit_and_run = subject("version_space.hit_and_run")
    A, b = np.vstack([np.eye(8), -np.eye(8)]), np.append(np.ones(8), np.zeros(8))
    start = np.append(1e-3, np.full(7, 0.5))
    walk = hit_and_run(A, b, start, rng=np.random.default_rng(seed))
    assert_mean_within_error(walk, 0.5, 12**-0.5)


@pytest.mark.prop(
    "P1.39", "wherever the walk starts, however thin the set: an honest mean"
)
@pytest.mark.parametrize("aspect", [1e3, 1e6, 1e8])
@pytest.mark.parametrize("seed", [0, 1])
def test_a_turned_box(subject, aspect, seed):
    hit_and_run = subject("version_space.hit_and_run")
    rng = np.random.default_rng(seed)
    turn = np.linalg.qr(rng.standard_normal((5, 5)))[0]
    half = aspect ** -np.linspace(0, 1, 5)  # every length between thick and thin
    A, b = np.vstack([turn, -turn]), np.append(half, half)
    walk = hit_and_run(A, b, 0.999 * half @ turn, rng=rng)
    turned = type(walk)(walk.points @ turn.T, walk.midpoints @ turn.T)
    assert_mean_within_error(turned, 0, half / 3**0.5)


@pytest.mark.prop(
    "P1.39", "wherever the walk starts, however thin the set: an honest mean"
)
def test_a_square_far_away(subject):
    hit_and_run = subject("version_space.hit_and_run")
    A, b = np.vstack([np.eye(2), -np.eye(2)]), np.array([1e8 + 1, 1, -1e8, 0])
    walk = hit_and_run(A, b, [1e8 + 0.1, 0.9], rng=np.random.default_rng(0))
    assert_mean_within_error(walk, [1e8 + 0.5, 0.5], 12**-0.5)


@pytest.mark.prop(
    "P1.39", "wherever the walk starts, however thin the set: an honest mean"
)
def test_a_triangle_in_other_units(subject):
    hit_and_run = subject("version_space.hit_and_run")
    units = np.array([2.0**-34, 2.0**34])  # the corners are (0, 0), (2, 1), (1, 2)
    A = np.array([[-2.0, 1.0], [1.0, -2.0], [1.0, 1.0]]) / units
    walk = hit_and_run(A, [0.0, 0.0, 3.0], units, rng=np.random.default_rng(0))
    assert_mean_within_error(walk, units, units * 6**-0.5)


@pytest.mark.prop("P1.10", "midpoints have the mean of the points and less variance")
@given(d=st.integers(1, 4), seed=strategies.seeds)
def test_midpoints_estimate_the_mean_better(subject, d, seed):
    hit_and_run = subject("version_space.hit_and_run")
    A, b, mean, _ = simplex(d)
    walk = hit_and_run(A, b, mean, rng=np.random.default_rng(seed), samples=6400)
    spread = {}
    for name in ("points", "midpoints"):
        draws = getattr(walk, name)
        chains = draws.mean(axis=0)
        error = np.abs(chains.mean(axis=0) - mean)
        limit = 6 * chains.std(axis=0) / np.sqrt(len(chains)) + 1e-12
        assert (error <= limit).all(), f"the mean of the {name} is off by {error}"
        spread[name] = ((draws - mean) ** 2).mean()
    ratio = spread["midpoints"] / spread["points"]
    assert ratio < 0.95, f"midpoints spread {ratio} times as much as points"


@pytest.mark.prop(
    "I1.1", "the walk asks for an interior start, says if bounded, settled"
)
def test_bad_input_to_the_walk(subject):
    hit_and_run = subject("version_space.hit_and_run")
    A, b, mean, _ = simplex(2)
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="start"):
        hit_and_run(A, b, [0.0, 0.5], rng=rng)
    with pytest.raises(ValueError, match="start"):
        hit_and_run(A, b, [0.3], rng=rng)
    with pytest.raises(ValueError, match="b"):
        hit_and_run(A, b[:2], mean, rng=rng)
    with pytest.raises(ValueError, match="samples"):
        hit_and_run(A, b, mean, rng=rng, samples=0)
    with pytest.raises(ValueError, match="chains"):
        hit_and_run(A, b, mean, rng=rng, chains=1)
    with pytest.raises(ValueError, match="rng"):
        hit_and_run(A, b, mean, rng=0)
    for bad in ("a triangle", None, [[1.0], [1.0, 2.0]]):
        with pytest.raises(ValueError, match="A"):
            hit_and_run(bad, b, mean, rng=rng)
    with pytest.raises(Unbounded) as caught:
        hit_and_run(A[:2], b[:2], mean, rng=rng)
    assert (A[:2] @ caught.value.ray <= 1e-9).all()
    assert np.abs(caught.value.ray).max() > 1e-9


@pytest.mark.prop(
    "P1.40", "a walk that still remembers where it began is refused by name"
)
def test_a_walk_that_does_not_settle_says_so(subject):
    hit_and_run = subject("version_space.hit_and_run")
    A, b, mean, _ = simplex(15)
    with pytest.raises(NotConverged) as caught:
        hit_and_run(A, b, mean, rng=np.random.default_rng(0), max_iter=2)
    assert caught.value.state.points.shape[1:] == (120, 15)
    A, b, mean, _ = simplex(12)
    with pytest.raises(NotConverged):  # two chains know no covariance
        hit_and_run(A, b, mean, rng=np.random.default_rng(0), chains=2, max_iter=3)


@pytest.mark.prop(
    "P1.40", "a walk that still remembers where it began is refused by name"
)
def test_a_walk_in_a_cone_says_so(subject):
    hit_and_run = subject("version_space.hit_and_run")
    cone = [[1.0, -1e-9], [-1.0, -1e-9]], [1.0, 1.0]  # it never came back from there
    with pytest.raises(Unbounded) as caught:
        hit_and_run(*cone, [0.0, 0.0], rng=np.random.default_rng(0))
    assert (np.array(cone[0]) @ caught.value.ray <= 0).all()
