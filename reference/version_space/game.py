r"""The cutting-plane game: buy a label, cut the weights, move to a new centre.

A linear rule :math:`f(x) = x^\top\theta + o` is learned from labels that cost money.
The state is the version space, the weights that agree with every label bought,

.. math::

    V = \{\theta : y_n (x_n^\top\theta + o_n) &\ge 0 \text{ for bought } n, \\
    |\theta_j| &\le R\} .

A round takes a centre :math:`\theta_c` of V, chooses a sample i, buys its label and
adds the half-space. If the centre was wrong on i, or undecided, the half-space does
not hold the centre in its interior: a mistake, and V shrinks. If it was right, the
label costs as much and may remove nothing. The game counts both.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass

import numpy as np

from reference.common import (
    Infeasible,
    NotConverged,
    Unbounded,
    as_choice,
    as_integer,
    as_labels,
    as_matrix,
    as_real,
    as_rng,
    as_vector,
    need_callable,
    need_nonzero_rows,
)
from reference.version_space.centers import (
    Chebyshev,
    Ellipsoid,
    ball_with_room,
    centroid,
    cut_ellipsoid,
)
from reference.version_space.programs import EPS, as_polytope, rounding, rows_that_bound

QUERIES = ("min_margin", "local_margin", "max_margin", "random")

__all__ = ["Game", "cutting_plane_game", "ellipsoid_center", "version_space"]


@dataclass(frozen=True)
class Game:
    """What was bought, in order, and every centre on the way.

    `centers` (T + 1, d), `queried` (T,) sample indices, `labels` (T,), `mistakes`
    (T,) whether the centre was wrong or undecided, and the final `A`, `b`: the box,
    then a row for each label bought.
    """

    centers: np.ndarray
    queried: np.ndarray
    labels: np.ndarray
    mistakes: np.ndarray
    A: np.ndarray
    b: np.ndarray


def version_space(
    X: np.ndarray,
    y: np.ndarray,
    *,
    offset: np.ndarray | None = None,
    box: float = 1.0,
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return A, b of the weights that classify all samples, inside a box.

    .. math::

        \{\theta : y_n(x_n^\top\theta + o_n) &\ge 0, \\
        |\theta_j| &\le R\}

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like of +1 and -1, shape (n,)
    offset : array_like, shape (n,), optional
        The known part o of each output; zero by default.
    box : float
        The bound R on every weight.

    Returns
    -------
    A : ndarray, shape (2 d + n, d)
        The box first (its upper, then its lower sides), then one row a sample.
    b : ndarray, shape (2 d + n,)

    Raises
    ------
    ValueError
        If a row of X is zero: no weight can give it a sign.

    Notes
    -----
    Implements (eq:version-space).

    Examples
    --------
    >>> from reference.version_space import version_space
    >>> A, b = version_space([[1.0, 2.0]], [-1])
    >>> print(A[4:], b)
    [[1. 2.]] [1. 1. 1. 1. 0.]
    """
    X = as_matrix(X)
    n, d = X.shape
    y = as_labels(y, size=n)
    offset = np.zeros(n) if offset is None else as_vector(offset, "offset", size=n)
    box = as_real(box, "box", low=0, open_low=True)
    need_nonzero_rows(X)
    A = np.vstack([np.eye(d), -np.eye(d), -y[:, None] * X])
    return A, np.concatenate([np.full(2 * d, box), y * offset + 0.0])


def ellipsoid_center(
    A: np.ndarray, b: np.ndarray, *, radius: float, max_steps: int = 100_000
) -> Ellipsoid:
    r"""Return an ellipsoid around {z : A z <= b} whose centre is in the set.

    .. math:: \text{find } z : Az \le b,\ \|z\| \le \rho

    Parameters
    ----------
    A : array_like, shape (m, d)
    b : array_like, shape (m,)
    radius : float
        The set is known to lie in the ball of this radius around 0.
    max_steps : int
        Cuts before it gives up.

    Returns
    -------
    Ellipsoid
        `center` (d,) strictly inside every row, `shape` (d, d).

    Raises
    ------
    Infeasible
        If the set has no interior in the ball: a cut leaves nothing (`certificate`
        (d,) is the point that comes closest to it), or the set is flat or empty
        (`certificate` (m,) holds the multipliers of `chebyshev_center`).
    NotConverged
        If `max_steps` cuts were not enough, or the set is too thin for an ellipsoid
        in double precision; `state` is the last ellipsoid.

    Notes
    -----
    Implements (eq:ellipsoid-step), always on the row that cuts deepest. O(m d) to
    find the row and O(d^3) for the step.

    References
    ----------
    Shor (1977); Grötschel, Lovász and Schrijver (1988), section 3.1.

    Examples
    --------
    >>> from reference.version_space import ellipsoid_center
    >>> found = ellipsoid_center([[-1.0, 0.0], [0.0, -1.0]], [-0.5, -0.5], radius=1.0)
    >>> print(found.center.round(3))
    [0.667 0.667]
    """
    A, b = as_polytope(A, b)
    d = A.shape[1]
    radius = as_real(radius, "radius", low=0, open_low=True)
    max_steps = as_integer(max_steps, "max_steps", low=1)
    real = rows_that_bound(A, b)
    rows, sides, sizes = A[real], b[real], np.abs(A[real])
    around = Ellipsoid(np.zeros(d), radius**2 * np.eye(d))
    for _ in range(max_steps):
        excess = rows @ around.center - sides
        squares = np.einsum("ij,jk,ik->i", rows, around.shape, rows)
        lost = EPS * np.einsum("ij,jk,ik->i", sizes, np.abs(around.shape), sizes)
        lengths = np.sqrt(np.maximum(squares - lost, 0))
        if (excess < 0).all():
            return around
        # What a flat set leaves is thinner than the digits of its centre or shape.
        if not (lengths > rounding(rows, sides, around.center)).all():
            break
        row = (excess / lengths).argmax()
        around = cut_ellipsoid(around.center, around.shape, rows[row], sides[row])
    with suppress(Unbounded):  # a set with balls of any size is not flat
        ball_with_room(A, b)
    raise NotConverged(f"no centre: too thin, or {max_steps} cuts too few", around)


def cutting_plane_game(
    X: np.ndarray,
    label: Callable[[int], float],
    *,
    budget: int,
    rng: np.random.Generator,
    center: str | Callable[[np.ndarray, np.ndarray], np.ndarray] = "chebyshev",
    query: str = "min_margin",
    offset: np.ndarray | None = None,
    box: float = 1.0,
) -> Game:
    r"""Return a game of `budget` labels with one choice of centre and of query.

    .. math:: i = \operatorname*{arg\,min}_{i \text{ not bought}}
        |x_i^\top\theta_c + o_i|, \qquad
        V \leftarrow V \cap \{\theta : y_i (x_i^\top\theta + o_i) \ge 0\}

    Parameters
    ----------
    X : array_like, shape (n, d)
        The pool.
    label : callable
        ``label(i)`` sells the label +1 or -1 of sample i. Never called twice for
        one sample, and never without counting.
    budget : int
        Labels to buy, at most n.
    rng : numpy.random.Generator
        Breaks ties, draws random queries and the centroid's walk.
    center : {"chebyshev", "centroid"} or callable
        A callable takes A, b and returns a point strictly inside.
    query : {"min_margin", "local_margin", "max_margin", "random"}
        Margins are absolute outputs at the centre; the local one is divided by the
        half-width of the Dikin ellipsoid in the sample's direction.
    offset : array_like, shape (n,), optional
        The known part of each output; zero by default.
    box : float
        The bound on every weight.

    Returns
    -------
    Game

    Raises
    ------
    Infeasible
        If the labels bought so far leave no interior; `certificate` (n,) is not zero
        and not negative, zero for labels not bought, and no weights in the box can
        have a positive sum of λ_n y_n f(x_n):
        :math:`R\,\|\sum_n\lambda_n y_n x_n\|_1` is at most
        :math:`-\sum_n\lambda_n y_n o_n`.

    Notes
    -----
    Implements (eq:cut). A round costs one linear program for the check that there is
    an interior, one centre, and O(n d) for the margins.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.version_space import cutting_plane_game
    >>> X = np.array([[1.0, 0.2], [0.3, 1.0], [-1.0, 0.5]])
    >>> label = lambda i: (1, 1, -1)[i]
    >>> game = cutting_plane_game(X, label, budget=3, rng=np.random.default_rng(0))
    >>> print(sorted(game.queried.tolist()), np.sign(X @ game.centers[-1]))
    [0, 1, 2] [ 1.  1. -1.]
    """
    X = as_matrix(X)
    n, d = X.shape
    budget = as_integer(budget, "budget", low=0, high=n)
    rng = as_rng(rng)
    A, b = version_space(X, np.ones(n), offset=offset, box=box)  # checks the pool
    A, b, offset = A[: 2 * d], b[: 2 * d], b[2 * d :]
    need_callable(label, "label")
    as_choice(query, "query", QUERIES)
    if not callable(center):
        as_choice(center, "center, if not callable,", ("chebyshev", "centroid"))
    centers, queried = np.empty((budget + 1, d)), np.empty(budget, dtype=int)
    labels, mistakes = np.empty(budget), np.empty(budget, dtype=bool)
    for k in range(budget + 1):
        ball = _largest_ball_or_proof(A, b, queried[:k], n)
        theta = centers[k] = _center_strictly_inside(center, A, b, ball, rng)
        if k == budget:
            break
        output = X @ theta + offset
        score = _scores(query, output, X, A, b - A @ theta)
        score[queried[:k]] = np.inf
        i = int(rng.choice(np.flatnonzero(score == score.min())))
        y = float(as_labels([label(i)], "label(i)")[0])
        queried[k], labels[k], mistakes[k] = i, y, y * output[i] <= 0
        A, b = np.vstack([A, -y * X[i]]), np.append(b, y * offset[i])  # (eq:cut)
    return Game(centers, queried, labels, mistakes, A, b)


def _largest_ball_or_proof(
    A: np.ndarray, b: np.ndarray, queried: np.ndarray, n: int
) -> Chebyshev:
    """The Chebyshev ball, or Infeasible with a weight for each of n samples."""
    try:
        return ball_with_room(A, b)
    except Infeasible as error:
        certificate = np.zeros(n)
        certificate[queried] = error.certificate[len(A) - len(queried) :]
        raise Infeasible(
            f"labels of samples {queried.tolist()} leave no weights with room",
            certificate,
        ) from None


def _center_strictly_inside(
    center: str | Callable[[np.ndarray, np.ndarray], np.ndarray],
    A: np.ndarray,
    b: np.ndarray,
    ball: Chebyshev,
    rng: np.random.Generator,
) -> np.ndarray:
    if callable(center):
        theta = as_vector(center(A, b), "center(A, b)", size=A.shape[1])
    else:
        theta = ball.point if center == "chebyshev" else centroid(A, b, rng=rng).point
    if (A @ theta >= b).any():
        raise ValueError("center must return a point strictly inside {A z <= b}")
    return theta


def _scores(
    query: str, output: np.ndarray, X: np.ndarray, A: np.ndarray, slack: np.ndarray
) -> np.ndarray:
    """What a query wants small: the margin, its negative, or its local size."""
    if query == "random":
        return np.zeros(len(X))
    if query == "max_margin":
        return -np.abs(output)
    if query == "min_margin":
        return np.abs(output)
    rows = A / slack[:, None]  # the Dikin ellipsoid has the Hessian rows' rows
    inward = np.linalg.solve(rows.T @ rows, X.T)
    return np.abs(output) / np.sqrt(np.einsum("ij,ji->i", X, inward))
