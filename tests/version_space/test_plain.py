"""Properties of the plain code of chapter 1, and the data on which it is not enough."""

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from scipy import stats
from scipy.spatial import ConvexHull

from reference.common import Infeasible, Unbounded
from reference.version_space import (
    chebyshev_center,
    clip_polygon,
    cutting_plane_game,
    plain_chebyshev_center,
    plain_clip,
    plain_game,
    plain_hit_and_run,
    plain_polygon_centroid,
    polygon_centroid,
    polygon_vertices,
)
from tests import strategies
from tests.version_space.oracle import measured, simplex

SQUARE = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])


@st.composite
def polygons(draw):
    """Corners, counter-clockwise, of a random polygon near the origin."""
    rng = np.random.default_rng(draw(strategies.seeds))
    points = rng.standard_normal((draw(st.integers(3, 8)), 2))
    return points[ConvexHull(points).vertices]


@st.composite
def plane_tasks(draw):
    """A pool in the plane whose labels weights in the square have given."""
    rng = np.random.default_rng(draw(strategies.seeds))
    n = draw(st.integers(1, 8))
    X, offset = rng.standard_normal((n, 2)), 0.3 * rng.standard_normal(n)
    truth = rng.uniform(-0.9, 0.9, 2)
    return X, offset, np.where(X @ truth + offset >= 0, 1, -1)


@pytest.mark.prop("P1.30", "the plain cut keeps what is inside", stage="plain")
@given(polygon=polygons(), angle=st.floats(0, 6.28), where=st.floats(0.05, 0.95))
@example(polygon=SQUARE, angle=0.3, where=0.3)
def test_plain_clip(subject, polygon, angle, where):
    plain_clip = subject("version_space.plain_clip")
    a = np.array([np.cos(angle), np.sin(angle)])
    low, high = (polygon @ a).min(), (polygon @ a).max()
    offset = low + where * (high - low)
    kept, gone = plain_clip(polygon, a, offset), plain_clip(polygon, -a, -offset)
    assert (kept @ a <= offset + 1e-9).all(), "a corner is outside"
    areas = [measured(p)[0] for p in (kept, gone, polygon)]
    assert abs(areas[0] + areas[1] - areas[2]) < 1e-9, f"parts and whole: {areas}"
    inside = polygon[polygon @ a <= offset]
    assert {tuple(p) for p in inside} <= {tuple(p) for p in kept}
    assert np.allclose(kept, clip_polygon(polygon, a, offset))


@pytest.mark.prop("P1.31", "the plain centroid is that of triangles", stage="plain")
@given(polygon=polygons())
@example(polygon=SQUARE * [1.0, 2.0] + [0.5, 0.0])
@example(polygon=np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]]))
def test_plain_polygon_centroid(subject, polygon):
    plain_polygon_centroid = subject("version_space.plain_polygon_centroid")
    found = plain_polygon_centroid(polygon)
    assert np.abs(found - measured(polygon)[1]).max() < 1e-7
    assert np.allclose(found, polygon_centroid(polygon).point, atol=1e-7)


FOUR = (
    np.array([[1.0, 0.3], [-0.4, 1.0], [0.5, -2.0], [1.5, 1.0]]),
    np.array([0.1, -0.2, 0.3, 0.4]),
    np.array([1, -1, 1, 1]),
)


@pytest.mark.prop("P1.32", "plain game: right polygon, right queries", stage="plain")
@given(task=plane_tasks())
@example(task=FOUR)
def test_plain_game(subject, task):
    plain_game = subject("version_space.plain_game")
    X, offset, y = task
    sold = []

    def label(i):
        sold.append(i)
        return y[i]

    budget = max(1, len(X) - 1)
    centers, queried, polygon = plain_game(X, offset, label, budget)
    assert list(queried) == sold
    assert len(set(sold)) == budget
    assert centers.shape == (budget + 1, 2)
    square = np.vstack([np.eye(2), -np.eye(2)]), np.ones(4)
    for t, center in enumerate(centers):
        rows = sold[:t]
        A = np.vstack([square[0], -y[rows, None] * X[rows]])
        b = np.append(square[1], y[rows] * offset[rows])
        corners = polygon_vertices(A, b)
        expected = polygon_centroid(corners)
        assert np.abs(center - expected.point).max() < 1e-6, f"after {t} labels"
        if t < budget:
            margin = np.abs(X @ center + offset)
            left = np.setdiff1d(np.arange(len(X)), rows)
            assert margin[sold[t]] <= margin[left].min() + 1e-12
    assert abs(measured(polygon)[0] - expected.area) < 1e-9


@pytest.mark.prop("P1.32", "plain game: right polygon, right queries", stage="plain")
@pytest.mark.parametrize("seed", range(4))
def test_plain_and_robust_game_agree(subject, seed):
    plain_game = subject("version_space.plain_game")
    rng = np.random.default_rng(seed)
    X, offset = rng.standard_normal((20, 2)), 0.3 * rng.standard_normal(20)
    y = np.where(X @ rng.uniform(-0.9, 0.9, 2) + offset >= 0, 1, -1)
    centers, queried, _ = plain_game(X, offset, lambda i: y[i], 6)
    robust = cutting_plane_game(
        X, lambda i: y[i], budget=6, rng=rng, offset=offset,
        center=lambda A, b: polygon_centroid(polygon_vertices(A, b)).point,
    )  # fmt: skip
    assert np.abs(centers - robust.centers).max() < 1e-7
    assert queried.tolist() == robust.queried.tolist()


@pytest.mark.prop("P1.33", "the plain ball is inside and largest", stage="plain")
@given(polytope=strategies.polytopes())
@example(polytope=(SQUARE * [1.0, 3.0], np.array([1.0, 2.0, 3.0, 2.0]), None))
def test_plain_chebyshev(subject, polytope):
    plain_chebyshev_center = subject("version_space.plain_chebyshev_center")
    A, b, _ = polytope
    point, radius = plain_chebyshev_center(A, b)
    slack = (b - A @ point) / np.linalg.norm(A, axis=1)
    assert abs(slack.min() - radius) < 1e-7, f"radius {radius}, wall at {slack.min()}"
    best = chebyshev_center(A, b).radius  # proved by its multipliers
    assert abs(radius - best) < 1e-7, f"radius {radius}, largest {best}"


@pytest.mark.prop("P1.34", "points of the plain walk have the law", stage="plain")
@pytest.mark.parametrize("d", [1, 2, 3])
def test_plain_hit_and_run(subject, d):
    plain_hit_and_run = subject("version_space.plain_hit_and_run")
    A, b, mean, covariance = simplex(d)
    points = plain_hit_and_run(
        A, b, mean / 2, rng=np.random.default_rng(d), samples=20_000
    )
    assert points.shape == (20_000, d)
    assert (points @ A.T <= b + 1e-12).all(), "a point is outside"
    assert np.abs(points.mean(axis=0) - mean).max() < 0.02
    error = np.abs(np.cov(points, rowvar=False) - covariance).max()
    assert error < 0.2 * covariance.max(), f"covariance is off by {error}"
    rest = 1 - points[:: 10 * d * d].sum(axis=1)  # Beta(1, d), exactly
    assert stats.kstest(rest, stats.beta(1, d).cdf).pvalue > 1e-6


# ----------------------------------------------------- where plain is not enough


@pytest.mark.prop("P1.35", "robust where the plain ball fails: units, empty sets")
def test_where_the_plain_ball_fails(subject):
    chebyshev_center = subject("version_space.chebyshev_center")
    A, b = np.array([[1.0, -1e-9], [-1.0, -1e-9]]), np.ones(2)  # a cone, upwards
    assert plain_chebyshev_center(A, b)[1] == pytest.approx(1)  # no such largest ball
    with pytest.raises(Unbounded):
        chebyshev_center(A, b)
    A, b = np.array([[1.0], [-1.0]]), np.array([-1.0, -1.0])  # z <= -1 and z >= 1
    assert plain_chebyshev_center(A, b)[1] == pytest.approx(-1)  # a point all the same
    with pytest.raises(Infeasible):
        chebyshev_center(A, b)


@pytest.mark.prop("P1.36", "robust where the plain centroid loses its digits: far away")
def test_where_the_plain_centroid_fails(subject):
    polygon_centroid = subject("version_space.polygon_centroid")
    far = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]]) + 2.0**28
    assert np.abs(plain_polygon_centroid(far) - 2.0**28 - 1).max() > 10
    assert np.abs(polygon_centroid(far).point - 2.0**28 - 1).max() < 1e-6


@pytest.mark.prop("P1.37", "robust where the plain walk hardly moves: a long thin set")
def test_where_the_plain_walk_fails(subject):
    hit_and_run = subject("version_space.hit_and_run")
    A = np.vstack([np.eye(2), -np.eye(2)])
    b = np.array([1.0, 1e-4, 1.0, 1e-4])  # two long, 2e-4 high
    start = np.array([0.99, 0.0])
    stuck = plain_hit_and_run(
        A, b, start, rng=np.random.default_rng(0), samples=2000
    ).mean(axis=0)
    assert stuck[0] > 0.3, f"the plain walk arrived: {stuck}"
    walk = hit_and_run(A, b, start, rng=np.random.default_rng(0), samples=2000)
    assert abs(walk.midpoints.mean(axis=(0, 1))[0]) < 0.1


@pytest.mark.prop("P1.38", "robust where the plain game stops making sense")
def test_where_the_plain_game_fails(subject):
    cutting_plane_game = subject("version_space.cutting_plane_game")
    X, offset = np.array([[1.0, 0.0], [1.0, 0.1]]), np.array([-0.5, 0.6])
    y = np.array([1, -1])  # theta_1 >= 0.5, and theta_1 + theta_2 / 10 <= -0.6
    with (
        pytest.raises((ValueError, IndexError, FloatingPointError)),
        np.errstate(all="raise"),
    ):
        plain_game(X, offset, lambda i: y[i], 2)
    with pytest.raises(Infeasible) as caught:
        cutting_plane_game(
            X, lambda i: y[i], budget=2, rng=np.random.default_rng(0), offset=offset
        )
    assert (caught.value.certificate > 0).all()
    assert len(plain_clip(SQUARE, np.array([1.0, 0.0]), -2.0)) == 0
