r"""Points in the middle of a polytope: four ways to choose a linear rule.

A label is a half-space of weights, so that a few labels leave a polytope,

.. math:: V = \{\theta : y_n x_n^\top\theta \ge 0,\, |\theta_j| \le R\},

the version space. Here: its Chebyshev centre (a linear program), its centroid (a
random walk), the ellipsoid step (cut by cut) and the perceptron (sample by sample).
"""

from dataclasses import dataclass

import numpy as np

from reference.common import (
    Infeasible,
    NotConverged,
    Unbounded,
    as_integer,
    as_labels,
    as_matrix,
    as_real,
    as_vector,
)
from reference.version_space.programs import (
    EPS,
    as_polytope,
    balance,
    linear_program,
    need_bounded,
    rounding,
    rows_that_bound,
)
from reference.version_space.walk import hit_and_run

__all__ = [
    "Centroid",
    "Chebyshev",
    "Ellipsoid",
    "Perceptron",
    "centroid",
    "chebyshev_center",
    "ellipsoid_step",
    "perceptron",
]


@dataclass(frozen=True)
class Chebyshev:
    """The largest ball inside {z : A z <= b}, and multipliers that prove it."""

    point: np.ndarray
    radius: float
    multipliers: np.ndarray


@dataclass(frozen=True)
class Centroid:
    """An estimate of the centroid, its standard error, and the set's covariance."""

    point: np.ndarray
    standard_error: np.ndarray
    covariance: np.ndarray


@dataclass(frozen=True)
class Ellipsoid:
    """The set {z : (z - center)' inv(shape) (z - center) <= 1}."""

    center: np.ndarray
    shape: np.ndarray


@dataclass(frozen=True)
class Perceptron:
    """Weights that classify every sample, and the mistakes made on the way."""

    weights: np.ndarray
    mistakes: int


def chebyshev_center(A: np.ndarray, b: np.ndarray) -> Chebyshev:
    r"""Return the centre of the largest ball inside a polytope.

    .. math:: \max_{z,r}\, r \quad\text{subject to}\quad a_i^\top z + r\|a_i\| \le b_i

    Parameters
    ----------
    A, b : array_like, shapes (m, d) and (m,)

    Returns
    -------
    Chebyshev
        `point` (d,), `radius` (zero if flat, to rounding),
        `multipliers` (m,) that prove it: :math:`\lambda \ge 0, A^\top\lambda = 0`,
        :math:`\sum_i \lambda_i\|a_i\| = 1`, :math:`b^\top\lambda` = radius.

    Raises
    ------
    Infeasible
        If empty; `certificate` (m,) is Farkas's vector: :math:`\lambda \ge 0`,
        :math:`A^\top\lambda = 0`, :math:`b^\top\lambda < 0`.
    Unbounded
        If the set holds balls of any size; `ray` (d,) is not zero, A ray <= 0.

    Notes
    -----
    Implements (eq:chebyshev), one linear program; its radius may be negative, so that
    one solve gives the centre (not always unique), the certificate, or a ray.

    References
    ----------
    Boyd and Vandenberghe (2004), section 8.5.1.

    Examples
    --------
    >>> from reference.version_space import chebyshev_center
    >>> triangle = [[-1.0, 0.0], [0.0, -1.0], [0.6, 0.8]], [0.0, 0.0, 2.4]
    >>> ball = chebyshev_center(*triangle)
    >>> print(ball.point.round(6), round(ball.radius, 6))
    [1. 1.] 1.0
    """
    A, b = as_polytope(A, b)
    d = A.shape[1]
    # Lengths without squares: those of tiny numbers are zero.
    norms, real = np.hypot.reduce(A, axis=1, initial=0.0), rows_that_bound(A, b)
    if not real.any():
        raise Unbounded("no row of A bounds anything", np.eye(d)[0])
    # A ball of radius `most`, larger than all b_i/|a_i|, has its centre z at A z < 0:
    # a ray. So it may well stop there, and the program has a solution.
    most = 2 * np.abs(b[real] / norms[real]).max() or 1.0
    size = np.append(np.zeros(d), 1.0)
    rows = np.vstack([np.column_stack([A, norms]), size])
    found = linear_program(-size, rows, np.append(b, most))  # (eq:chebyshev)
    point, multipliers = found.point[:d], found.multipliers[:-1]
    stopped = found.multipliers[-1] > 0
    if stopped and (A @ point < -rounding(A, 0 * b, point))[real].all():
        raise Unbounded("it holds balls of any size: bound it", point)
    off, terms = np.abs(multipliers @ A), multipliers @ np.abs(A)
    if stopped or (off > (d + 1) * EPS * terms).any():  # d + 1 rows carry weight
        raise NotConverged("too thin to tell balls of any size from none", point)
    slack, error = b - A @ point, rounding(A, b, point)
    if (slack > error)[real].all():
        return Chebyshev(point, float((slack[real] / norms[real]).min()), multipliers)
    # No row counts here unless it carries weight: a wall far away decides nothing.
    outside = (slack < -1e5 * error).any()  # by walls in smaller units
    depth, error = multipliers @ slack, multipliers @ error
    if depth < -error:
        raise Infeasible("the set {A z <= b} is empty", multipliers)
    if depth > error or outside:
        raise NotConverged("too thin to tell a flat set from one with room", point)
    return Chebyshev(point, 0.0, multipliers)


def ball_with_room(A: np.ndarray, b: np.ndarray) -> Chebyshev:
    """Return the largest ball; a set that holds none is refused with its proof."""
    ball = chebyshev_center(A, b)
    if ball.radius == 0:
        raise Infeasible("the set {A z <= b} is flat: no volume", ball.multipliers)
    return ball


def ball_in_round_units(A: np.ndarray, b: np.ndarray) -> tuple[np.ndarray, Chebyshev]:
    """Return units in which a bounded set is round, and the largest ball in them.

    In a thin set its centre lies deeper than that of the ball in the given units.
    """
    need_bounded(A)
    units = balance(np.column_stack([A, b]))[1][:-1]
    return units, ball_with_room(A * units, b)


def centroid(
    A: np.ndarray, b: np.ndarray, *, rng: np.random.Generator, samples: int = 10_000
) -> Centroid:
    r"""Return an estimate of the centroid of a bounded polytope by hit and run.

    .. math:: \bar z = \frac{1}{\operatorname{vol} V} \int_{V} z \, dz

    Parameters
    ----------
    A, b : array_like, shapes (m, d) and (m,)
    rng : numpy.random.Generator
    samples : int
        Number of chords that are averaged, over the chains of `hit_and_run`; about
        64 d^2 of them are worth 64 independent ones.

    Returns
    -------
    Centroid
        `point` (d,), its `standard_error` (d,) from the spread of the chains, and
        the `covariance` (d, d) of the uniform law.

    Raises
    ------
    Infeasible, Unbounded
        If the set is empty or flat, with a certificate, or unbounded, with a ray.
    NotConverged
        If the chains do not settle to one law.

    Notes
    -----
    Implements (eq:centroid) by `walk.py`, which has the cost. A chord
    counts by its midpoint: the mean of a point on the chord, with less variance.

    References
    ----------
    Bertsimas and Vempala (2004).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.version_space import centroid
    >>> triangle = [[-1.0, 0.0], [0.0, -1.0], [1.0, 1.0]], [0.0, 0.0, 3.0]
    >>> middle = centroid(*triangle, rng=np.random.default_rng(0))
    >>> bool(np.abs(middle.point - 1).max() < 0.05)
    True
    """
    A, b = as_polytope(A, b)
    units, ball = ball_in_round_units(A, b)
    walk = hit_and_run(A, b, units * ball.point, rng=rng, samples=samples)
    chains = walk.midpoints.mean(axis=0)  # one mean a chain: independent draws
    error = chains.std(axis=0, ddof=1) / np.sqrt(len(chains))
    cloud = walk.points.reshape(-1, A.shape[1])
    covariance = np.atleast_2d(np.cov(cloud, rowvar=False))
    return Centroid(chains.mean(axis=0), error, covariance)


def ellipsoid_step(
    center: np.ndarray,
    shape: np.ndarray,
    normal: np.ndarray,
    offset: float | None = None,
) -> Ellipsoid:
    r"""Return the smallest ellipsoid around what a half-space leaves of another.

    .. math:: \{z : (z - c)^\top P^{-1} (z - c) \le 1,\; a^\top z \le \beta\}, \qquad
        \alpha = (a^\top c - \beta) / \sqrt{a^\top P a}

    Parameters
    ----------
    center, normal : array_like, shape (d,)
    shape : array_like, shape (d, d)
        The symmetric positive definite P.
    offset : float, optional
        The right-hand side; by default a'c, the neutral cut.

    Returns
    -------
    Ellipsoid
        The same one if the cut is so shallow (alpha <= -1/d) that it is smallest.

    Raises
    ------
    Infeasible
        If alpha >= 1; `certificate` (d,) is the point of it that comes closest.

    Notes
    -----
    Implements (eq:ellipsoid-step). O(d^2) after the checks of P, which are O(d^3).

    References
    ----------
    Grötschel, Lovász and Schrijver (1988), section 3.1.

    Examples
    --------
    >>> from reference.version_space import ellipsoid_step
    >>> step = ellipsoid_step([0.0, 0.0], [[1.0, 0.0], [0.0, 1.0]], [1.0, 0.0])
    >>> print(step.center.round(4), step.shape.round(4).tolist())
    [-0.3333  0.    ] [[0.4444, 0.0], [0.0, 1.3333]]
    """
    center = as_vector(center, "center")
    d = len(center)
    shape = as_matrix(shape, "shape", rows=d, columns=d)
    normal = as_vector(normal, "normal", size=d)
    skew = np.abs(shape - shape.T).max() > 1e-9 * np.abs(shape).max()
    if skew or np.linalg.eigvalsh(shape)[0] <= 0 or not normal.any():
        raise ValueError("shape must be positive definite and normal must not be zero")
    beta = normal @ center if offset is None else as_real(offset, "offset")
    return cut_ellipsoid(center, shape, normal, beta)


def cut_ellipsoid(
    center: np.ndarray, shape: np.ndarray, normal: np.ndarray, beta: float
) -> Ellipsoid:
    """The ellipsoid step without the checks."""
    d = len(center)
    length = np.sqrt(normal @ shape @ normal)
    axis = shape @ normal / length  # the farthest point is center + axis
    depth = max((normal @ center - beta) / length, -1 / d)  # -1/d changes nothing
    if depth >= 1:
        raise Infeasible(f"a cut of depth {depth:g} leaves nothing", center - axis)
    # (eq:ellipsoid-step): one factor along the cut's axis, one across it
    along = (d * (1 - depth) / (d + 1)) ** 2
    across = d**2 * (1 - depth**2) / (d**2 - 1) if d > 1 else 0.0
    ray = np.outer(axis, axis)
    moved = center - (1 + d * depth) / (d + 1) * axis
    return Ellipsoid(moved, across * (shape - ray) + along * ray)


def perceptron(X: np.ndarray, y: np.ndarray, *, max_passes: int = 1000) -> Perceptron:
    r"""Return weights that classify every sample, by Rosenblatt's rule.

    .. math:: \theta \leftarrow \theta + y_n x_n \text{ if } y_n x_n^\top\theta \le 0

    Parameters
    ----------
    X, y : array_like, shapes (n, d) and (n,), y of +1 and -1
    max_passes : int
        Passes over the data before it gives up.

    Returns
    -------
    Perceptron
        `weights` (d,), all margins positive, and `mistakes`, the number of updates.

    Raises
    ------
    Infeasible
        If no weights do it (within 1e-9); `certificate` (n,) is Gordan's vector:
        :math:`0 \ne \lambda \ge 0`, :math:`\sum_n \lambda_n y_n x_n = 0`.
    NotConverged
        If separable, but not within `max_passes`; `state` (d,) has the last weights.

    Notes
    -----
    Implements (eq:perceptron). At most :math:`(\max\|x_n\|/\gamma)^2` updates, gamma
    the margin of the best unit vector.

    References
    ----------
    Rosenblatt (1958); Novikoff (1962).

    Examples
    --------
    >>> from reference.version_space import perceptron
    >>> found = perceptron([[2.0, 1.0], [1.0, 2.0], [-1.0, 1.0]], [1, -1, -1])
    >>> print(found.weights, found.mistakes)
    [ 1. -1.] 2
    """
    X = as_matrix(X)
    n, d = X.shape
    signed = as_labels(y, size=n)[:, None] * X
    for row in np.flatnonzero(~X.any(axis=1)):
        raise Infeasible(f"zero row {row} has no sign: append a bias", np.eye(n)[row])
    theta, mistakes = np.zeros(d), 0
    for _ in range(as_integer(max_passes, "max_passes", low=1)):
        for row in signed:
            if row @ theta <= 0:  # a zero margin is a mistake: theta starts there
                theta = theta + row  # (eq:perceptron)
                mistakes += 1
        if (signed @ theta > 0).all():
            return Perceptron(theta, mistakes)
    A = np.vstack([np.eye(d), -np.eye(d), -signed])
    ball = chebyshev_center(A, np.append(np.ones(2 * d), np.zeros(n)))
    if ball.radius > 0:
        raise NotConverged(f"separable, but not in {max_passes} passes", theta)
    raise Infeasible("no weights classify all samples", ball.multipliers[2 * d :])
