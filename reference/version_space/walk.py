r"""A random walk that fills a polytope evenly.

From a point :math:`z` of :math:`V = \{z : Az \le b\}` take a random line, and on
the chord that V cuts from it a uniformly random point:

.. math::

    z^+ = z + t u, \qquad t \sim \text{uniform on } [t_-, t_+] = \Big[
    \max_{a_i^\top u < 0} \frac{b_i - a_i^\top z}{a_i^\top u},\;
    \min_{a_i^\top u > 0} \frac{b_i - a_i^\top z}{a_i^\top u}\Big].

The uniform law on V is the only one that the step leaves as it is. Many chains walk
at once, so that a step is two matrix products; the lines are drawn from the
covariance of the points seen so far: once it is learnt, a long thin set is no
slower than a round one.
"""

from dataclasses import dataclass

import numpy as np

from reference.common import Unbounded, as_integer, as_matrix, as_vector
from reference.version_space.programs import recession_ray

__all__ = ["Walk", "hit_and_run"]


@dataclass(frozen=True)
class Walk:
    """Points of the polytope and midpoints of the chords, (sweeps, chains, d)."""

    points: np.ndarray
    midpoints: np.ndarray


def hit_and_run(A, b, start, *, rng, samples=10_000, chains=64) -> Walk:
    r"""Return points that are close to uniform on a bounded polytope.

    .. math:: \{z : Az \le b\}

    Parameters
    ----------
    A : array_like, shape (m, d)
    b : array_like, shape (m,)
    start : array_like, shape (d,)
        A point strictly inside, where every chain starts.
    rng : numpy.random.Generator
    samples : int
        Steps after the warm-up, over all chains; rounded up to whole sweeps.
    chains : int
        Walks made side by side, independent of each other.

    Returns
    -------
    Walk
        `points` and `midpoints` of the chords, each (sweeps, chains, d).

    Raises
    ------
    Unbounded
        If the set runs to infinity; `ray` (d,) is not zero and A ray <= 0.
    ValueError
        If `start` is not strictly inside.

    Notes
    -----
    Implements (eq:chord). A sweep costs two products of
    (chains, d) and (d, m), and O(chains d^2). A chain forgets where it was in about
    d^2 sweeps (measured on simplices), so the warm-up is 5 rounds of 10 + d^2 / 2, or
    more while the covariance grows (a start in the corner of a thin set); each round
    adapts the directions. Afterwards they stay fixed, so that the uniform law is
    exactly stationary. Take errors from the spread between chains.

    References
    ----------
    Smith (1984); Lovász and Vempala (2006).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.version_space import hit_and_run
    >>> box = np.vstack([np.eye(2), -np.eye(2)]), np.array([2.0, 1.0, 0.0, 0.0])
    >>> walk = hit_and_run(*box, [0.5, 0.5], rng=np.random.default_rng(0))
    >>> walk.points.shape
    (157, 64, 2)
    >>> print(walk.midpoints.mean(axis=(0, 1)).round(1))
    [1.  0.5]
    """
    A = as_matrix(A, "A")
    m, d = A.shape
    b = as_vector(b, "b", size=m)
    start = as_vector(start, "start", size=d)
    samples = as_integer(samples, "samples", low=1)
    chains = as_integer(chains, "chains", low=2)
    norms = np.linalg.norm(A, axis=1)
    slack = b - A @ start
    if (slack[norms > 0] <= 0).any() or (slack < 0).any():
        raise ValueError(
            "start must be strictly inside {A z <= b}; its smallest slack is "
            f"{slack.min():g} (row {slack.argmin()})"
        )
    ray = recession_ray(A)
    if ray is not None:
        raise Unbounded("the set {A z <= b} is unbounded: add rows that bound it", ray)
    A, slack = A[norms > 0], slack[norms > 0]
    # Lines are drawn as Gaussian rows times `spread`; at first with the covariance of
    # the Dikin ellipsoid {u : sum (a_i u / slack_i)^2 <= 1} at the start. Triangular
    # factors, never the covariance itself: its square would lose a thin set.
    spread = np.linalg.inv(np.linalg.qr(A / slack[:, None], mode="r")).T
    limits = slack + A @ start
    z = np.tile(start, (chains, 1))
    rounds, size, last = 0, -np.inf, False
    while not last:
        # Warm-up ends when, after five rounds, the covariance no longer grows.
        before, size = size, np.linalg.slogdet(spread)[1]
        last = rounds >= 5 and size < before + np.log(2)
        sweeps = -(-samples // chains) if last else 10 + d**2 // 2
        points, midpoints = np.empty((2, sweeps, chains, d))
        for k in range(sweeps):
            line = rng.standard_normal((chains, d)) @ spread
            pace, room = line @ A.T, np.maximum(limits - z @ A.T, 0)
            # (eq:chord) each row ends the chord on one of its two sides
            with np.errstate(divide="ignore", invalid="ignore"):
                ends = room / pace
            high = np.where(pace > 0, ends, np.inf).min(axis=1, keepdims=True)
            low = np.where(pace < 0, ends, -np.inf).max(axis=1, keepdims=True)
            midpoints[k] = z + (low + high) / 2 * line
            z = z + (low + (high - low) * rng.random((chains, 1))) * line
            points[k] = z
        recent = points[sweeps // 2 :].reshape(-1, d)
        spread = np.linalg.qr(recent - recent.mean(axis=0), mode="r")
        rounds += 1
    return Walk(points, midpoints)
