r"""A random walk that fills a polytope evenly.

From a point :math:`z` of :math:`V = \{z : Az \le b\}` take a random line, and on
the chord that V cuts from it a uniformly random point:

.. math::

    z^+ = z + t u, \qquad t \sim \text{uniform on } [t_-, t_+] = \Big[
    \max_{a_i^\top u < 0} \frac{b_i - a_i^\top z}{a_i^\top u},\;
    \min_{a_i^\top u > 0} \frac{b_i - a_i^\top z}{a_i^\top u}\Big].

The uniform law on V is the only one that the step leaves as it is. Many chains walk
at once, so that a step is two matrix products. They begin near corners that are far
apart, and the lines are drawn from the covariance of the points seen so far: once it
is learnt, a long thin set is no slower than a round one.
"""

from dataclasses import dataclass

import numpy as np

from reference.common import NotConverged, as_integer, as_rng, as_vector
from reference.version_space.programs import (
    as_polytope,
    balance,
    linear_program,
    need_bounded,
)

__all__ = ["Walk", "hit_and_run"]


@dataclass(frozen=True)
class Walk:
    """Points of the polytope and midpoints of the chords, (sweeps, chains, d)."""

    points: np.ndarray
    midpoints: np.ndarray


def hit_and_run(
    A: np.ndarray,
    b: np.ndarray,
    start: np.ndarray,
    *,
    rng: np.random.Generator,
    samples: int = 10_000,
    chains: int | None = None,
    max_iter: int = 30,
) -> Walk:
    r"""Return points that are close to uniform on a bounded polytope.

    .. math:: \{z : Az \le b\}

    Parameters
    ----------
    A : array_like, shape (m, d)
    b : array_like, shape (m,)
    start : array_like, shape (d,)
        A point strictly inside. It only proves that there is one: the chains start
        half-way to corners that are far apart.
    rng : numpy.random.Generator
    samples : int
        Steps after the warm-up, over all chains; rounded up to whole sweeps.
    chains : int, optional
        Walks made side by side, independent of each other; by default 64, or 8 d if
        that is more, since a covariance takes so many.
    max_iter : int
        Rounds of warm-up before it gives up.

    Returns
    -------
    Walk
        `points` and `midpoints` of the chords, each (sweeps, chains, d).

    Raises
    ------
    Unbounded
        If the set runs to infinity; `ray` (d,) is not zero and A ray <= 0.
    NotConverged
        If the chains do not settle to one law; `state` is their last `Walk`.
    ValueError
        If `start` is not strictly inside.

    Notes
    -----
    Implements (eq:chord). A sweep costs two products of (chains, d) and (d, m), and
    O(chains d^2); the corners, 2 d linear programs. A chain forgets where it was in
    about d^2 sweeps (measured on simplices), so that a round of warm-up has 10 + d^2.
    The warm-up ends when two rounds agree on the spread in *every* direction and no
    chain's mean tells any more at which corner it began (eq:settled).
    Afterwards the directions stay fixed, so that the uniform law is exactly
    stationary. Take errors from the spread between chains.

    References
    ----------
    Smith (1984); Betke and Henk (1993); Lovász and Vempala (2006).

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
    A, b = as_polytope(A, b)
    d = A.shape[1]
    start = as_vector(start, "start", size=d)
    rng = as_rng(rng)
    samples = as_integer(samples, "samples", low=1)
    chains = as_integer(max(64, 8 * d) if chains is None else chains, "chains", low=2)
    max_iter = as_integer(max_iter, "max_iter", low=2)
    slack = b - A @ start
    if (slack <= 0)[A.any(axis=1)].any() or (slack < 0).any():
        raise ValueError(
            f"start must be strictly inside {{A z <= b}}, got a slack {slack.min():g} "
            f"in row {slack.argmin()}"
        )
    need_bounded(A)
    # From here on z stands for z - start: a set far away keeps its digits. Columns of
    # one size, to a factor of a thousand, keep those of the directions.
    sizes = np.log2(balance(np.column_stack([A, slack]))[1][:d])
    units = 1024.0 ** np.round(sizes / 10)
    A = A * units
    axes, corners = _far_corners(A, slack)
    z = (corners[np.arange(chains) % len(corners)] + corners.mean(axis=0)) / 2
    begun, spread = z, axes
    for round_ in range(max_iter):
        walk = _walk(A, slack, z, spread, rng, 10 + d**2)
        z, before, spread = walk.points[-1], spread, _root(walk.points)
        change = np.linalg.svd(spread @ np.linalg.inv(before), compute_uv=False)
        settled = round_ > 0 and change.max() < 3 and change.min() > 1 / 3
        if settled and _forgotten(begun, walk.midpoints.mean(axis=0), spread):
            walk = _walk(A, slack, z, spread, rng, -(-samples // chains))
            return Walk(start + units * walk.points, start + units * walk.midpoints)
    raise NotConverged(f"the chains did not settle in {max_iter} rounds", walk)


def _far_corners(A: np.ndarray, slack: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return d axes of {A z <= slack} and the 2 d corners at their ends.

    Each pair is as far apart as can be across the axes before it. However thin the
    set is and however it is turned, it fits these axes within a factor of d alone.
    """
    d = A.shape[1]
    axes, corners = np.empty((d, d)), np.empty((d, 2, d))
    for k in range(d):
        across = np.linalg.qr(axes[:k].T, mode="complete").Q[:, k]
        corners[k] = [linear_program(s * across, A, slack).point for s in (1, -1)]
        axes[k] = corners[k, 1] - corners[k, 0]
    return axes, corners.reshape(2 * d, d)


def _walk(
    A: np.ndarray,
    slack: np.ndarray,
    z: np.ndarray,
    spread: np.ndarray,
    rng: np.random.Generator,
    sweeps: int,
) -> Walk:
    """Move all chains by so many sweeps, along Gaussian rows times `spread`."""
    chains, d = z.shape
    points, midpoints = np.empty((2, sweeps, chains, d))
    for k in range(sweeps):
        line = rng.standard_normal((chains, d)) @ spread
        pace, room = line @ A.T, np.maximum(slack - z @ A.T, 0)
        # (eq:chord) each row ends the chord on one of its two sides
        ends = np.divide(room, pace, where=pace != 0, out=np.zeros_like(room))
        high = np.where(pace > 0, ends, np.inf).min(axis=1, keepdims=True)
        low = np.where(pace < 0, ends, -np.inf).max(axis=1, keepdims=True)
        midpoints[k] = z + (low + high) / 2 * line
        z = z + (low + (high - low) * rng.random((chains, 1))) * line
        points[k] = z
    return Walk(points, midpoints)


def _root(points: np.ndarray) -> np.ndarray:
    """Return R with R'R the covariance of the second half of the points.

    A triangular factor, never the covariance: its square would lose a thin set.
    """
    recent = points[len(points) // 2 :].reshape(-1, points.shape[2])
    root = np.linalg.qr(recent - recent.mean(axis=0), mode="r")
    return root / np.sqrt(len(recent) - 1)


def _forgotten(begun: np.ndarray, means: np.ndarray, spread: np.ndarray) -> bool:
    """Whether chains' means are free of where they began, in every direction."""
    begun, means = (np.linalg.solve(spread.T, v.T) for v in (begun, means))
    memory = [np.corrcoef(*pair)[0, 1] for pair in zip(begun, means, strict=True)]
    return bool(np.abs(memory).max() < max(0.6, 5 / np.sqrt(begun.shape[1])))
