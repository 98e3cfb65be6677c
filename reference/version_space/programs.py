r"""Linear programs whose answers are proved, not believed.

.. math:: \min_z\ c^\top z \quad\text{subject to}\quad Az \le b

A solver has absolute tolerances, and drops coefficients below 1e-9. Whoever measures
one feature in other units then gets another answer. So the program is first brought
to *balanced units*: rows and columns times powers of two, which costs no rounding,

.. math:: A' = RAC, \qquad b' = Rb, \qquad z = Cz',

and afterwards matrix products decide whether the answer is one. What is left over is
solved for again, in units of its own size.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import linprog

from reference.common import (
    Infeasible,
    NotConverged,
    Unbounded,
    as_matrix,
    as_vector,
    unit_vectors,
)

__all__ = ["LinearOptimum", "linear_program", "recession_ray"]

TIGHT = {  # the tightest that it takes
    "primal_feasibility_tolerance": 1e-10,
    "dual_feasibility_tolerance": 1e-10,
}
EPS = 2.0**-48  # a sum of up to 16 products is right to this part of its terms


@dataclass(frozen=True)
class LinearOptimum:
    """A point of {A z <= b}, and multipliers that prove that it is the best one."""

    point: np.ndarray
    multipliers: np.ndarray


def linear_program(cost: np.ndarray, A: np.ndarray, b: np.ndarray) -> LinearOptimum:
    r"""Return a solution of a linear program, and multipliers that prove it.

    .. math:: \min_z\ c^\top z \quad\text{subject to}\quad Az \le b

    Parameters
    ----------
    cost : array_like, shape (d,)
    A, b : array_like, shapes (m, d) and (m,)
        Rows must be such that the program has a solution: give a variable that can
        have any value a bound of its own.

    Returns
    -------
    LinearOptimum
        `point` (d,), :math:`Az \le b` to rounding, and `multipliers` (m,):
        :math:`\lambda \ge 0`, :math:`A^\top\lambda = -c`, and zero unless the row
        holds with equality.

    Raises
    ------
    NotConverged
        If the program has no solution, or none that its products confirm.

    Notes
    -----
    Implements (eq:balance) around SciPy's `linprog`, which on its own calls the example
    below infeasible: it takes 1e-10 for zero.

    References
    ----------
    Curtis and Reid (1972); Gleixner, Steffy and Wolter (2016).

    Examples
    --------
    >>> from reference.version_space import linear_program
    >>> found = linear_program([1.0], [[-1e-10], [1.0], [-1.0]], [-1.0, 1e11, 1e11])
    >>> print(found.point, found.multipliers)
    [1.e+10] [1.e+10 0.e+00 0.e+00]
    """
    A, b = as_polytope(A, b)
    d = A.shape[1]
    cost = as_vector(cost, "cost", size=d)
    rows, columns = balance(np.column_stack([A, b]))
    columns = columns[:d]  # b took part: it says how large each variable may be
    A, b, cost = rows[:, None] * A * columns, rows * b, columns * cost  # (eq:balance)
    price = np.abs(cost).max() or 1.0
    point, slack, unit = np.zeros(d), b, np.abs(b).max() or 1.0
    for _ in range(6):
        sides = np.minimum(slack / unit, 1e9)  # walls beyond that are out of sight
        answer = linprog(cost / price, A, sides, bounds=(None, None), options=TIGHT)
        if answer.status != 0:
            break
        point = point + unit * answer.x
        weights = price * np.maximum(-answer.ineqlin.marginals, 0)
        slack = b - A @ point
        miss = np.where(weights > 0, np.abs(slack), np.maximum(-slack, 0))
        off = cost + weights @ A
        terms = np.abs(cost) + weights @ np.abs(A)
        # A variable that no row holds must cost nothing at all.
        fair = np.abs(off) <= 1e-9 * terms + EPS * price * A.any(axis=0)
        if fair.all() and (miss <= rounding(A, b, point)).all():
            return LinearOptimum(columns * point, rows * weights)
        unit = miss.max() or 1.0
    raise NotConverged(f"no verified solution of the program: {answer.message}", answer)


def recession_ray(A: np.ndarray) -> np.ndarray | None:
    r"""Return a direction in which {z : A z <= b} runs to infinity, or None.

    .. math:: u \ne 0, \qquad A u \le 0

    Parameters
    ----------
    A : array_like, shape (m, d)

    Returns
    -------
    ndarray, shape (d,), or None
        None if every nonempty set with these normals is bounded.

    Raises
    ------
    NotConverged
        If neither can be proved in double precision.

    Notes
    -----
    Implements (eq:recession): a null vector of A, or one linear program. Both answers
    are verified by products: the ray, or :math:`y \ge 1` with :math:`A^\top y = 0`.

    References
    ----------
    Stiemke (1915).

    Examples
    --------
    >>> from reference.version_space import recession_ray
    >>> recession_ray([[1.0], [-2.0]]) is None
    True
    >>> recession_ray([[-1.0, 0.0], [0.0, 2.0], [0.0, -1.0]]).round(6).tolist()
    [1.0, 0.0]
    """
    A = as_matrix(A, "A")
    rows, columns = balance(A)
    A = rows[:, None] * A * columns
    sizes, Vt = np.linalg.svd(A)[1:]
    if len(sizes) < A.shape[1] or sizes[-1] <= 1e-14 * sizes[0]:
        null = np.where(np.abs(Vt[-1]) > 1e-14, Vt[-1], 0.0)  # A u = 0 without dust
        return unit_vectors((columns * null)[None])[0]
    # With independent columns A u = 0 only for u = 0, so the sum of A u decides.
    one = np.ones(len(A))
    inward = linear_program(A.sum(axis=0), np.vstack([A, -A]), np.append(0 * one, one))
    u, (low, high) = inward.point, inward.multipliers.reshape(2, -1)
    y = one + low - high  # (eq:recession-dual): y >= 1 where there is no ray
    # Then |A u| <= -y'A u <= |A'y||u| on a ray, but |A u| >= sizes[-1] |u| always.
    if y.min() >= 0.5 and 4 * np.linalg.norm(y @ A) < sizes[-1]:
        return None
    if A.sum(axis=0) @ u < -0.5 and (A @ u <= EPS * (np.abs(A) @ np.abs(u))).all():
        return unit_vectors((columns * u)[None])[0] + 0.0
    raise NotConverged("neither a ray nor a proof that the set is bounded", u)


def as_polytope(
    A: ArrayLike, b: ArrayLike, *, columns: int | None = None
) -> tuple[np.ndarray, np.ndarray]:
    """Return A (m, d) and b (m,), the rows of {z : A z <= b}, as float arrays."""
    A = as_matrix(A, "A", columns=columns)
    return A, as_vector(b, "b", size=len(A))


def need_bounded(A: np.ndarray, error: type[Unbounded] = Unbounded) -> None:
    """Raise an error with a ray unless every {A z <= b} is bounded."""
    ray = recession_ray(A)
    if ray is not None:
        raise error("the set {A z <= b} is unbounded: add rows that bound it", ray)


def balance(A: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return powers of two for rows and columns that bring entries close to one.

    Each row, then each column, is divided by its geometric mean, until that says no
    more: the least-squares scaling of Curtis and Reid.
    """
    real = A != 0  # zeros have no size
    size = np.log2(np.abs(A), where=real, out=np.zeros(A.shape))
    of_row = real / np.maximum(real.sum(axis=1, keepdims=True), 1)
    of_column = real / np.maximum(real.sum(axis=0), 1)
    columns, change = np.zeros(A.shape[1]), np.inf
    while change > 0.1:
        rows = -((size + columns) * of_row).sum(axis=1)
        before, columns = columns, -((size + rows[:, None]) * of_column).sum(axis=0)
        change = np.abs(columns - before).max()
    return np.exp2(rows.round()), np.exp2(columns.round())


def rows_that_bound(
    A: np.ndarray, b: np.ndarray, error: Callable[..., Exception] = Infeasible
) -> np.ndarray:
    """Return which rows are not zero; a zero row that says 0 <= b < 0 is the end."""
    real: np.ndarray = (A != 0).any(axis=1)
    for k in np.flatnonzero(~real & (b < 0)):
        raise error(f"empty: row {k} says 0 <= {b[k]:g}", np.eye(len(b))[k])
    return real


def rounding(A: np.ndarray, b: np.ndarray, z: np.ndarray) -> np.ndarray:
    """Return how far from b - A z its computed value may be, row by row."""
    return EPS * (np.abs(b) + np.abs(A) @ np.abs(z))
