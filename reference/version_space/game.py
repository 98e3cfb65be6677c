r"""The cutting-plane game: buy a label, cut the weights, move to a new centre.

A linear rule :math:`f(x) = x^\top\theta + o` is learned from labels that cost money.
The state is the version space, the weights that agree with every label bought,

.. math::

    V = \{\theta : y_n (x_n^\top\theta + o_n) \ge 0 \text{ for bought } n,\;
    |\theta_j| \le R\} .

A round takes a centre :math:`\theta_c` of V, chooses a sample i, buys its label and
adds the half-space. If the centre was wrong on i, or undecided, the half-space does
not hold the centre in its interior: a mistake, and V shrinks. If it was right, the
label costs as much and may remove nothing. The game counts both.
"""

from dataclasses import dataclass

import numpy as np

from reference.common import (
    Infeasible,
    NotConverged,
    as_integer,
    as_labels,
    as_matrix,
    as_real,
    as_vector,
)
from reference.version_space.centers import (
    Ellipsoid,
    centroid,
    chebyshev_center,
    ellipsoid_step,
)

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


def version_space(X, y, *, offset=None, box=1.0) -> tuple[np.ndarray, np.ndarray]:
    r"""Return A, b of the weights that classify all samples, inside a box.

    .. math:: \{\theta : y_n(x_n^\top\theta + o_n) \ge 0,\ |\theta_j| \le R\}

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
    zero = np.flatnonzero(~X.any(axis=1))
    if len(zero):
        raise ValueError(
            f"X must not have zero rows, got one at index {zero[0]}: no weight gives "
            "it a sign; append a bias column with reference.common.with_bias"
        )
    A = np.vstack([np.eye(d), -np.eye(d), -y[:, None] * X])
    return A, np.concatenate([np.full(2 * d, box), y * offset + 0.0])


def ellipsoid_center(A, b, *, radius, max_steps=100_000) -> Ellipsoid:
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
        If a cut leaves nothing: the set has no interior in the ball.
    NotConverged
        If `max_steps` cuts were not enough; `state` is the last ellipsoid.

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
    A = as_matrix(A, "A")
    b = as_vector(b, "b", size=len(A))
    radius = as_real(radius, "radius", low=0, open_low=True)
    d = A.shape[1]
    around = Ellipsoid(np.zeros(d), radius**2 * np.eye(d))
    for _ in range(as_integer(max_steps, "max_steps", low=1)):
        lengths = np.sqrt(np.einsum("ij,jk,ik->i", A, around.shape, A))
        depth = (A @ around.center - b) / np.maximum(lengths, 1e-300)
        row = depth.argmax()
        if depth[row] < 0:
            return around
        around = ellipsoid_step(around.center, around.shape, A[row], b[row])
    raise NotConverged(f"no centre inside after {max_steps} cuts", around)


def cutting_plane_game(
    X,
    label,
    *,
    budget,
    rng,
    center="chebyshev",
    query="min_margin",
    offset=None,
    box=1.0,
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
        have a positive sum of lambda_n y_n f(x_n):
        :math:`R\,\|\sum_n\lambda_n y_n x_n\|_1 + \sum_n\lambda_n y_n o_n \le 0`.

    Notes
    -----
    Implements (eq:cut). A round costs one linear program for the check that there is
    an interior (none after a callable's centre was right: that centre is the proof),
    one centre, and O(n d) for the margins.

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
    offset = np.zeros(n) if offset is None else as_vector(offset, "offset", size=n)
    A, b = version_space(X, np.ones(n), offset=offset, box=box)  # checks the pool
    A, b = A[: 2 * d], b[: 2 * d]
    queries = ("min_margin", "local_margin", "max_margin", "random")
    if query not in queries:
        raise ValueError(f"query must be one of {queries}, got {query!r}")
    if not callable(center) and center not in ("chebyshev", "centroid"):
        raise ValueError(
            f'center must be "chebyshev", "centroid" or callable, got {center!r}'
        )
    centers, queried, labels, mistakes = [], [], [], []
    for bought in range(budget + 1):
        if not callable(center) or not mistakes or mistakes[-1]:
            ball = _largest_ball(A, b, queried, n)
        # otherwise the last centre was right: it is in the interior still
        if center == "chebyshev":
            theta = ball.point
        elif center == "centroid":
            theta = centroid(A, b, rng=rng).point
        else:
            theta = as_vector(center(A, b), "center(A, b)", size=d)
        if (A @ theta >= b).any():
            raise ValueError("center must return a point strictly inside {A z <= b}")
        centers.append(theta)
        if bought == budget:
            break
        output = X @ theta + offset
        score = {
            "min_margin": np.abs(output),
            "max_margin": -np.abs(output),
            "random": np.zeros(n),
        }.get(query)
        if score is None:
            rows = A / (b - A @ theta)[:, None]
            score = np.abs(output) / _dikin_width(rows.T @ rows, X)
        score[queried] = np.inf
        i = int(rng.choice(np.flatnonzero(score == score.min())))
        y = as_labels([label(i)], "label(i)")[0]
        queried.append(i)
        labels.append(y)
        mistakes.append(y * output[i] <= 0)
        A, b = np.vstack([A, -y * X[i]]), np.append(b, y * offset[i])  # (eq:cut)
    return Game(
        np.array(centers),
        np.array(queried, dtype=int),
        np.array(labels),
        np.array(mistakes, dtype=bool),
        A,
        b,
    )


def _largest_ball(A, b, queried, n):
    """The Chebyshev ball, or Infeasible with a weight for each of n samples."""
    try:
        ball = chebyshev_center(A, b)
        proof = ball.multipliers if ball.radius == 0 else None
    except Infeasible as error:  # with offsets not even a flat set may be left
        proof = error.certificate
    if proof is None:
        return ball
    certificate = np.zeros(n)
    certificate[queried] = proof[len(A) - len(queried) :]
    raise Infeasible(
        f"the labels of samples {queried} leave no weights with room to spare",
        certificate,
    )


def _dikin_width(hessian, X):
    """Half-widths sqrt(x' inv(H) x) of the Dikin ellipsoid along each row of X."""
    return np.sqrt(np.einsum("ij,ji->i", X, np.linalg.solve(hessian, X.T)))
