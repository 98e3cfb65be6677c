"""Properties of chapter 1: polygons, and Grünbaum's theorem in the plane."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.spatial import ConvexHull, HalfspaceIntersection

from reference.common import Infeasible, Unbounded
from reference.version_space import clip_polygon, polygon_centroid, polygon_vertices
from tests import strategies
from tests.version_space.oracle import measured


@st.composite
def polygons(draw, max_points=9):
    """Corners, counter-clockwise, of a random polygon with an area, anywhere."""
    k = draw(st.integers(3, max_points))
    rng = np.random.default_rng(draw(strategies.seeds))
    points = rng.standard_normal((k, 2)) * np.exp(rng.normal(0, 1, 2))
    points = points + draw(st.sampled_from([0.0, 1.0, 100.0]))
    return points[ConvexHull(points).vertices]


angles = st.floats(0, 2 * np.pi)


def direction(angle):
    return np.array([np.cos(angle), np.sin(angle)])


@pytest.mark.prop(
    "P1.2", "a cut through the centroid keeps between 4/9 and 5/9", stage="plain"
)
@given(vertices=polygons(), angle=angles)
def test_grunbaum_in_the_plane(subject, vertices, angle):
    polygon_centroid = subject("version_space.polygon_centroid")
    whole = polygon_centroid(vertices)
    a = direction(angle)
    part = clip_polygon(vertices, a, a @ whole.point)
    kept = polygon_centroid(part).area / whole.area
    assert 4 / 9 - 1e-9 <= kept <= 5 / 9 + 1e-9, f"the cut keeps {kept} of the area"


@pytest.mark.prop(
    "P1.2", "a cut through the centroid keeps between 4/9 and 5/9", stage="plain"
)
@given(vertices=polygons(max_points=3))
def test_triangles_reach_five_ninths(subject, vertices):
    polygon_centroid = subject("version_space.polygon_centroid")
    whole = polygon_centroid(vertices)
    side = vertices[1] - vertices[0]
    a = np.array([-side[1], side[0]])  # parallel to a side, the side is kept
    a = a / np.linalg.norm(a)
    part = clip_polygon(vertices, a, a @ whole.point)
    kept = polygon_centroid(part).area / whole.area
    assert abs(kept - 5 / 9) < 1e-6, f"the cut keeps {kept}, not 5/9"


@pytest.mark.prop(
    "P1.12", "a half-plane and its complement share the polygon", stage="plain"
)
@given(vertices=polygons(), angle=angles, where=st.floats(-0.5, 1.5))
def test_clip(subject, vertices, angle, where):
    clip_polygon = subject("version_space.clip_polygon")
    a = direction(angle)
    low, high = (vertices @ a).min(), (vertices @ a).max()
    offset = low + where * (high - low)
    kept = clip_polygon(vertices, a, offset)
    cut_off = clip_polygon(vertices, -a, -offset)
    size = np.abs(vertices).max()
    area, _ = measured(vertices)
    total = 0.0
    for part, sign in ((kept, 1), (cut_off, -1)):
        if len(part):
            worst = (sign * (part @ a - offset)).max()
            assert worst <= 1e-9 * size, f"a corner is {worst} outside"
            hull = np.vstack([vertices, part])
            assert ConvexHull(hull).volume <= area * (1 + 1e-7) + 1e-9 * size
        if len(part) >= 3:
            total += measured(part)[0]
    assert abs(total - area) <= 1e-7 * area, f"parts {total}, whole {area}"
    if where < -1e-6:
        assert len(kept) == 0
    if where > 1 + 1e-6:
        assert np.array_equal(kept, vertices)


@pytest.mark.prop(
    "P1.13", "area and centroid are those of a fan of triangles", stage="plain"
)
@given(vertices=polygons(), turn=st.integers(0, 8), flip=st.booleans())
def test_polygon_centroid(subject, vertices, turn, flip):
    polygon_centroid = subject("version_space.polygon_centroid")
    area, point = measured(vertices)
    corners = np.roll(vertices, turn, axis=0)
    found = polygon_centroid(corners[::-1] if flip else corners)
    assert abs(found.area - area) <= 1e-9 * area, f"got {found.area}, expected {area}"
    scale = np.ptp(vertices, axis=0).max()
    assert np.abs(found.point - point).max() <= 1e-7 * scale


@pytest.mark.prop("P1.13", "area and centroid are those of a fan of triangles")
def test_polygon_centroid_far_away(subject):
    polygon_centroid = subject("version_space.polygon_centroid")
    corners = np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]]) + 2.0**30
    found = polygon_centroid(corners)
    assert abs(found.area - 4.5) < 1e-6
    assert np.abs(found.point - 2.0**30 - 1).max() < 1e-6


@pytest.mark.prop("P1.13", "area and centroid are those of a fan of triangles")
def test_polygon_centroid_of_a_thin_triangle(subject):
    polygon_centroid = subject("version_space.polygon_centroid")
    found = polygon_centroid([[0.0, 0.0], [3.0, 0.0], [0.0, 3e-16]])
    assert abs(found.area / 4.5e-16 - 1) < 1e-9
    assert np.abs(found.point / [1, 1e-16] - 1).max() < 1e-9


@pytest.mark.prop("P1.14", "the corners are those of qhull, counter-clockwise")
@given(polytope=strategies.polytopes(), seed=strategies.seeds)
def test_polygon_vertices(subject, polytope, seed):
    polygon_vertices = subject("version_space.polygon_vertices")
    rng = np.random.default_rng(seed)
    inside = rng.normal(0, 3, 2)
    normals = rng.standard_normal((rng.integers(0, 9), 2))
    A = np.vstack([np.eye(2), -np.eye(2), normals, normals[:1], np.zeros((1, 2))])
    b = A @ inside + rng.uniform(0.05, 5, len(A))  # a repeated row, a zero row
    found = polygon_vertices(A, b)
    real = A.any(axis=1)
    system = np.column_stack([A[real], -b[real]])
    expected = HalfspaceIntersection(system, inside).intersections
    area = ConvexHull(expected).volume
    got, _ = measured(found)
    assert abs(got - area) <= 1e-7 * area, f"area {got}, qhull {area}"
    assert (A @ found.T - b[:, None]).max() <= 1e-7
    nearest = np.abs(found[:, None] - expected).max(axis=2).min(axis=1)
    assert nearest.max() < 1e-6
    sides = np.roll(found, -1, axis=0) - found
    after = np.roll(sides, -1, axis=0)
    assert (sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0] > -1e-9).all()


@pytest.mark.prop("P1.14", "the corners are those of qhull, counter-clockwise")
@pytest.mark.parametrize("stretch", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("shift", [0.0, 50.0])
def test_polygon_vertices_of_a_thin_triangle(subject, stretch, shift):
    polygon_vertices = subject("version_space.polygon_vertices")
    corners = np.array([[0.0, 0.0], [stretch, 0.0], [0.0, 1.0]])
    A = np.array([[-1.0, 0.0], [0.0, -1.0], [1 / stretch, 1.0]])
    found = polygon_vertices(A, np.array([0.0, 0.0, 1.0]) + shift * A.sum(axis=1))
    assert len(found) == 3
    distance = np.abs((found - shift)[:, None] - corners) / [stretch, 1.0]
    limit = 1e-6 if shift == 0 else 1e-2
    assert distance.max(axis=2).min(axis=1).max() < limit


@pytest.mark.prop("P1.14", "the corners are those of qhull, counter-clockwise")
@pytest.mark.parametrize("corner", [(1.0, 1.0), (0.1, 0.3), (0.7, 0.2)])
@pytest.mark.parametrize("row", [(2, 1), (7, 3), (0.3, 0.1), (0.7, 0.9), (0.6, 0.1)])
def test_a_row_that_touches_a_corner_adds_none(subject, row, corner):
    polygon_vertices = subject("version_space.polygon_vertices")
    A = np.vstack([np.eye(2), -np.eye(2), [row]])  # rounding may cut the corner off
    found = polygon_vertices(A, [*corner, 1.0, 1.0, np.dot(row, corner)])
    assert len(found) == 4, f"{len(found)} corners: {found}"


@pytest.mark.prop("P1.14", "the corners are those of qhull, counter-clockwise")
@pytest.mark.parametrize("wall", [1.0, 1e9, 1e15])
@pytest.mark.parametrize("shift", [0.0, 1e9])
@pytest.mark.parametrize("units", [(1.0, 1.0), (2.0**30, 2.0**-30)])
def test_polygon_vertices_of_a_square(subject, wall, shift, units):
    polygon_vertices = subject("version_space.polygon_vertices")
    A = np.vstack([np.eye(2), -np.eye(2), [[1.0, 0.0], [1.0, 1.0]]])
    # the last row touches a corner
    b = np.array([1.0, 1.0, 1.0, 1.0, wall, 2.0]) + A @ [shift, shift]
    found = polygon_vertices(A * units, b) * units - shift
    assert len(found) == 4
    area, _ = measured(found)
    assert abs(area - 4) < 1e-5, f"area {area}, not 4"
    assert np.abs(np.abs(found) - 1).max() < 1e-5


@pytest.mark.prop(
    "P1.15", "a cut through the analytic centre may keep nearly everything"
)
@pytest.mark.parametrize("copies", [1, 10, 100])
def test_the_analytic_center_has_no_constant_ratio(subject, copies):
    center = subject("analytic_center.analytic_center")
    # The unit square, its left side repeated: a redundant row is a row all the same.
    A = np.vstack([[[1.0, 0.0], [0.0, 1.0], [0.0, -1.0]], [[-1.0, 0.0]] * copies])
    b = np.append([1.0, 1.0, 0.0], np.zeros(copies))
    square = polygon_vertices(A, b)
    point = center(A, b).point
    expected = copies / (copies + 1)  # the root of copies / z = 1 / (1 - z)
    assert abs(point[0] - expected) < 1e-6
    kept = polygon_centroid(clip_polygon(square, [1.0, 0.0], point[0])).area
    assert abs(kept - expected) < 1e-6, f"the cut keeps {kept}, expected {expected}"
    assert copies == 1 or kept > 5 / 9
    middle = polygon_centroid(square).point
    assert np.abs(middle - 0.5).max() < 1e-9  # the centroid has not moved


@pytest.mark.prop("I1.3", "clip_polygon asks for corners in the plane")
def test_bad_input_to_clip(subject):
    clip_polygon = subject("version_space.clip_polygon")
    with pytest.raises(ValueError, match="vertices"):
        clip_polygon(np.ones((3, 3)), [1.0, 0.0], 0.0)
    with pytest.raises(ValueError, match="normal"):
        clip_polygon(np.eye(2), [1.0], 0.0)
    with pytest.raises(ValueError, match="offset"):
        clip_polygon(np.eye(2), [1.0, 0.0], np.nan)


@pytest.mark.prop("I1.4", "polygon_centroid refuses a polygon without area")
def test_bad_input_to_polygon_centroid(subject):
    polygon_centroid = subject("version_space.polygon_centroid")
    for flat in ([[1.0, 1.0]], [[0.0, 0.0], [1.0, 1.0], [3.0, 3.0]]):
        with pytest.raises(ValueError, match="vertices"):
            polygon_centroid(flat)


@pytest.mark.prop("I1.5", "polygon_vertices names an empty, flat or unbounded set")
def test_bad_input_to_polygon_vertices(subject):
    polygon_vertices = subject("version_space.polygon_vertices")
    A = np.vstack([np.eye(2), -np.eye(2)])
    with pytest.raises(Infeasible) as caught:
        polygon_vertices(A, [0.0, 1.0, -1.0, 1.0])
    assert caught.value.certificate @ [0.0, 1.0, -1.0, 1.0] < 0
    with pytest.raises(ValueError, match="flat"):
        polygon_vertices(A, [1.0, 1.0, -1.0, 1.0])
    with pytest.raises(Unbounded) as caught:
        polygon_vertices(A[1:], [1.0, 1.0, 1.0])
    assert (A[1:] @ caught.value.ray <= 1e-9).all()
    with pytest.raises(ValueError, match="A"):
        polygon_vertices(np.eye(3), np.ones(3))
    with pytest.raises(Unbounded):  # named an argument that nobody passed
        polygon_vertices([[1.0, -1e-9], [-1.0, -1e-9]], [1.0, 1.0])
