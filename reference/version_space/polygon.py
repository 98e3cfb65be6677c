r"""Polytopes of the plane, exactly: vertices, cuts, area and centroid.

A polygon is the list of its corners, counter-clockwise. With
:math:`p \times q = p_1 q_2 - p_2 q_1` and indices modulo the number of corners,

.. math::

    \operatorname{area} = \tfrac12 \sum_k v_k \times v_{k+1}, \qquad
    \bar v = \frac{1}{6 \operatorname{area}}
    \sum_k (v_k \times v_{k+1})(v_k + v_{k+1}),

and a half-plane keeps the corners on its side, joined by the points where the
boundary crosses the line. In the plane, then, the theorems about volumes can be
measured without sampling.
"""

from dataclasses import dataclass

import numpy as np

from reference.common import NotConverged, as_matrix, as_real, as_vector
from reference.version_space.centers import ball_in_round_units
from reference.version_space.plain import plain_clip
from reference.version_space.programs import as_polytope

__all__ = ["Polygon", "clip_polygon", "polygon_centroid", "polygon_vertices"]


@dataclass(frozen=True)
class Polygon:
    """The area and the centroid of a polygon."""

    area: float
    point: np.ndarray


def clip_polygon(vertices: np.ndarray, normal: np.ndarray, offset: float) -> np.ndarray:
    r"""Return the part of a convex polygon inside a half-plane.

    .. math:: \{z \in \operatorname{conv}(v_1, \dots, v_k) : a^\top z \le \beta\}

    Parameters
    ----------
    vertices : array_like, shape (k, 2)
        Corners in order.
    normal : array_like, shape (2,)
        The normal a.
    offset : float
        The right-hand side beta.

    Returns
    -------
    ndarray, shape (k', 2)
        Corners in the same order; (0, 2) if nothing is left.

    Notes
    -----
    Implements (eq:clip). O(k). A side of zero length may remain where the line
    passes through a corner; area and centroid do not see it.

    References
    ----------
    Sutherland and Hodgman (1974).

    Examples
    --------
    >>> from reference.version_space import clip_polygon
    >>> square = [[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]]
    >>> clip_polygon(square, [1.0, 0.0], 0.25).tolist()
    [[0.0, 0.0], [0.25, 0.0], [0.25, 1.0], [0.0, 1.0]]
    """
    vertices = as_matrix(vertices, "vertices", columns=2)
    normal = as_vector(normal, "normal", size=2)
    return plain_clip(vertices, normal, as_real(offset, "offset"))  # (eq:clip)


def polygon_centroid(vertices: np.ndarray) -> Polygon:
    r"""Return the area and the centroid of a convex polygon, exactly.

    .. math:: \bar v = \frac{1}{6 \operatorname{area}}
        \sum_k (v_k \times v_{k+1})(v_k + v_{k+1})

    Parameters
    ----------
    vertices : array_like, shape (k, 2)
        At least three corners, counter-clockwise or clockwise.

    Returns
    -------
    Polygon
        `area` and `point` (2,).

    Raises
    ------
    ValueError
        If the corners lie on a line: the centroid needs an area.

    Notes
    -----
    Implements (eq:shoelace). O(k). Corners are taken relative to the first one:
    far from the origin the plain formula loses its digits by cancellation.

    Examples
    --------
    >>> from reference.version_space import polygon_centroid
    >>> triangle = polygon_centroid([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]])
    >>> print(triangle.area, triangle.point)
    4.5 [1. 1.]
    """
    vertices = as_matrix(vertices, "vertices", columns=2)
    v = vertices - vertices[0]
    w = np.roll(v, -1, axis=0)
    cross = v[:, 0] * w[:, 1] - v[:, 1] * w[:, 0]
    area = cross.sum() / 2
    if abs(area) <= 1e-14 * np.abs(v).max(axis=0).prod():
        raise ValueError(f"vertices must span an area, got {len(v)} of {area:g}")
    return Polygon(abs(float(area)), vertices[0] + cross @ (v + w) / (6 * area))


def polygon_vertices(A: np.ndarray, b: np.ndarray) -> np.ndarray:
    r"""Return the corners of a bounded polygon given by half-planes.

    .. math:: \{z \in \mathbb{R}^2 : a_i^\top z \le b_i,\ i = 1, \dots, m\}

    Parameters
    ----------
    A : array_like, shape (m, 2)
    b : array_like, shape (m,)

    Returns
    -------
    ndarray, shape (k, 2)
        Counter-clockwise corners.

    Raises
    ------
    Infeasible, Unbounded
        If the set is empty or flat, with a certificate, or unbounded, with a ray.

    Notes
    -----
    Implements (eq:clip), once for every row, from a square that holds the polygon.
    O(m k).

    Examples
    --------
    >>> from reference.version_space import polygon_vertices
    >>> A, b = [[-1.0, 0.0], [0.0, -1.0], [1.0, 1.0]], [0.0, 0.0, 1.0]
    >>> (polygon_vertices(A, b).round(9) + 0.0).tolist()
    [[0.0, 1.0], [0.0, 0.0], [1.0, 0.0]]
    """
    A, b = as_polytope(A, b, columns=2)
    # In units in which the set is round, relative to the centre of a ball in it: far
    # from the origin and in thin sets no corner is lost.
    units, ball = ball_in_round_units(A, b)
    A = A * units
    slack = b - A @ ball.point
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    for half_side in ball.radius * 8.0 ** np.arange(300):
        corners = half_side * square
        for normal, offset in zip(A, slack, strict=True):
            corners = plain_clip(corners, normal, offset)
        # A convex set that stays off the sides of the square lies within it.
        if np.abs(corners).max() < half_side * (1 - 1e-9):
            sides = np.abs(corners - np.roll(corners, 1, axis=0)).max(axis=1)
            corners = corners[sides > 1e-12 * half_side]  # no side of length zero
            return units * (ball.point + corners)
    raise NotConverged("no square holds the polygon", ball)
