r"""The chapter's algorithms as the page states them: read this first.

A label is a half-space, so that learning is cutting. In the plane the cutting-plane
game is exact: the version space is a polygon, the centroid a sum over its sides,

.. math::

    V \leftarrow V \cap \{\theta : y\,(x^\top\theta + o) \ge 0\}, \qquad
    \bar v = \frac{1}{6 \operatorname{area}}
    \sum_k (v_k \times v_{k+1})(v_k + v_{k+1}) .

Beside it, the largest ball and the random walk, which serve in any dimension. Nothing
here looks after awkward units, labels that contradict each other or long thin sets.
"""

from collections.abc import Callable

import numpy as np
from scipy.optimize import linprog

__all__ = [
    "plain_chebyshev_center",
    "plain_clip",
    "plain_game",
    "plain_hit_and_run",
    "plain_polygon_centroid",
]


def plain_clip(polygon: np.ndarray, normal: np.ndarray, offset: float) -> np.ndarray:
    r"""Return the part of a convex polygon inside a half-plane.

    .. math:: \{z \in \operatorname{conv}(v_1, \dots, v_k) : a^\top z \le \beta\}

    Parameters
    ----------
    polygon : ndarray, shape (k, 2)
        Corners in order.
    normal : ndarray, shape (2,)
    offset : float

    Returns
    -------
    ndarray, shape (k', 2)
        Corners in the same order.

    Notes
    -----
    Implements (eq:clip). `clip_polygon` is the same with its arguments checked.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.version_space import plain_clip
    >>> square = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [0.0, 1.0]])
    >>> plain_clip(square, np.array([1.0, 0.0]), 0.25).tolist()
    [[0.0, 0.0], [0.25, 0.0], [0.25, 1.0], [0.0, 1.0]]
    """
    kept = []
    for p, q in zip(np.roll(polygon, 1, axis=0), polygon, strict=True):
        h_p, h_q = normal @ p - offset, normal @ q - offset
        if (h_p <= 0) != (h_q <= 0):
            kept.append(p + h_p / (h_p - h_q) * (q - p))  # (eq:clip)
        if h_q <= 0:
            kept.append(q)
    return np.array(kept).reshape(-1, 2)


def plain_polygon_centroid(polygon: np.ndarray) -> np.ndarray:
    r"""Return the centroid of a convex polygon.

    .. math:: \bar v = \frac{1}{6 \operatorname{area}}
        \sum_k (v_k \times v_{k+1})(v_k + v_{k+1})

    Parameters
    ----------
    polygon : ndarray, shape (k, 2)
        Corners in order.

    Returns
    -------
    ndarray, shape (2,)

    Notes
    -----
    Implements (eq:shoelace). Far from the origin it loses its digits;
    `polygon_centroid` does not.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.version_space import plain_polygon_centroid
    >>> plain_polygon_centroid(np.array([[0.0, 0.0], [3.0, 0.0], [0.0, 3.0]]))
    array([1., 1.])
    """
    v, w = polygon, np.roll(polygon, -1, axis=0)
    cross = v[:, 0] * w[:, 1] - v[:, 1] * w[:, 0]
    return cross @ (v + w) / (3 * cross.sum())  # (eq:shoelace), 2 area = sum of cross


def plain_game(
    X: np.ndarray, offset: np.ndarray, label: Callable[[int], float], budget: int
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    r"""Return the cutting-plane game in the plane with the exact centroid.

    .. math:: i = \operatorname*{arg\,min}_{i \text{ not bought}}
        |x_i^\top\theta_c + o_i|, \qquad
        V \leftarrow V \cap \{\theta : y_i (x_i^\top\theta + o_i) \ge 0\}

    Parameters
    ----------
    X : ndarray, shape (n, 2)
        The pool.
    offset : ndarray, shape (n,)
        The known part of each output.
    label : callable
        ``label(i)`` sells the label +1 or -1 of sample i.
    budget : int
        Labels to buy.

    Returns
    -------
    centers : ndarray, shape (budget + 1, 2)
        The centroid before the first label, and after each.
    queried : ndarray, shape (budget,)
        The samples bought, in order.
    polygon : ndarray, shape (k, 2)
        What is left of the square :math:`|\theta_j| \le 1`.

    Notes
    -----
    Implements (eq:cut), with minimal margins.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.version_space import plain_game
    >>> X, o = np.array([[1.0, 0.0], [0.0, 1.0]]), np.array([0.1, 0.2])
    >>> centers, queried, polygon = plain_game(X, o, lambda i: 1, budget=2)
    >>> print(queried, centers.round(3).tolist())
    [0 1] [[0.0, 0.0], [0.45, 0.0], [0.45, 0.4]]
    """
    polygon = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    centers, queried = [plain_polygon_centroid(polygon)], np.empty(0, dtype=int)
    for _ in range(budget):
        margin = np.abs(X @ centers[-1] + offset)
        margin[queried] = np.inf  # a label is bought once
        i = int(margin.argmin())
        y = label(i)
        polygon = plain_clip(polygon, -y * X[i], y * offset[i])  # (eq:cut)
        centers.append(plain_polygon_centroid(polygon))
        queried = np.append(queried, i)
    return np.array(centers), queried, polygon


def plain_chebyshev_center(A: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, float]:
    r"""Return the centre and the radius of the largest ball inside a polytope.

    .. math:: \max_{z,r}\, r \quad\text{subject to}\quad a_i^\top z + r\|a_i\| \le b_i

    Parameters
    ----------
    A, b : ndarray, shapes (m, d) and (m,)

    Returns
    -------
    point : ndarray, shape (d,)
    radius : float
        Negative if the set is empty.

    Notes
    -----
    Implements (eq:chebyshev). It believes the solver, which drops coefficients below
    1e-9; `chebyshev_center` proves what it says.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.version_space import plain_chebyshev_center
    >>> A = np.array([[-1.0, 0.0], [0.0, -1.0], [0.6, 0.8]])
    >>> point, radius = plain_chebyshev_center(A, np.array([0.0, 0.0, 2.4]))
    >>> print(point.round(6), round(radius, 6))
    [1. 1.] 1.0
    """
    rows = np.column_stack([A, np.linalg.norm(A, axis=1)])
    cost = np.append(np.zeros(A.shape[1]), -1.0)
    *point, radius = linprog(cost, rows, b, bounds=(None, None)).x  # (eq:chebyshev)
    return np.array(point), radius


def plain_hit_and_run(
    A: np.ndarray,
    b: np.ndarray,
    start: np.ndarray,
    *,
    rng: np.random.Generator,
    samples: int = 10_000,
) -> np.ndarray:
    r"""Return the points of one random walk through a bounded polytope.

    .. math:: z \leftarrow z + t u, \qquad t \sim \text{uniform on } [t_-, t_+]

    Parameters
    ----------
    A, b : ndarray, shapes (m, d) and (m,)
    start : ndarray, shape (d,)
        A point strictly inside.
    rng : numpy.random.Generator
    samples : int
        Steps of the walk.

    Returns
    -------
    ndarray, shape (samples, d)

    Notes
    -----
    Implements (eq:chord) with round directions: in a long thin set it hardly moves.
    `hit_and_run` first makes the set round.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.version_space import plain_hit_and_run
    >>> A, b = np.array([[1.0], [-1.0]]), np.array([2.0, 0.0])
    >>> points = plain_hit_and_run(A, b, np.ones(1), rng=np.random.default_rng(0))
    >>> print(points.shape, points.mean().round(1))
    (10000, 1) 1.0
    """
    z, points = start, []
    for _ in range(samples):
        u = rng.standard_normal(len(z))
        pace, room = A @ u, b - A @ z
        high = (room[pace > 0] / pace[pace > 0]).min()  # (eq:chord)
        low = (room[pace < 0] / pace[pace < 0]).max()
        z = z + rng.uniform(low, high) * u
        points.append(z)
    return np.array(points)
