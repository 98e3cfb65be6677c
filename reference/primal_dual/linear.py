r"""Models that are linear in their parameters, to the optimality conditions.

With outputs z = Xθ every bound on a loss is an interval of z, so that

.. math::

    \min_\theta \; \frac1N \sum_i \ell(z_i, y_i) + \frac{\rho}{2} \|\theta\|^2
    \quad \text{subject to} \quad l \le X\theta \le h

has linear constraints. A linear program finds a point strictly inside, or weights of
the rows that show that there is none; a primal-dual interior point method does the
rest, in an orthonormal basis of the outputs.
"""

from dataclasses import dataclass

import numpy as np

from reference.common import Infeasible, NotConverged
from reference.primal_dual.point_losses import PointLoss
from reference.version_space import balance, linear_program, recession_ray

__all__: list[str] = []

PRECISION = np.finfo(np.float64).eps


@dataclass(frozen=True)
class IntervalProgram:
    """The program above in coordinates t: outputs B t, one-sided rows C t <= bound.

    Parameters
    ----------
    basis : ndarray, shape (N, r)
        B, with orthonormal columns that span the outputs.
    ridge : ndarray, shape (r,)
        The penalty is half the sum of ridge t².
    y : ndarray, shape (N,)
    loss : PointLoss
    sample, sign, bound : ndarray, shape (m,)
        Row j reads sign_j z_{sample_j} <= bound_j.
    """

    basis: np.ndarray
    ridge: np.ndarray
    y: np.ndarray
    loss: PointLoss
    sample: np.ndarray
    sign: np.ndarray
    bound: np.ndarray

    @property
    def rows(self) -> np.ndarray:
        """C, shape (m, r)."""
        return self.sign[:, None] * self.basis[self.sample]

    def objective(self, t: np.ndarray) -> float:
        """Return the mean loss with the penalty at t."""
        losses = self.loss.value(self.basis @ t, self.y)
        return float(losses.mean() + self.ridge @ t**2 / 2)

    def gradient(self, t: np.ndarray) -> np.ndarray:
        """Return the gradient of the objective at t."""
        slopes = self.loss.slope(self.basis @ t, self.y) / len(self.y)
        return self.basis.T @ slopes + self.ridge * t

    def size(self, t: np.ndarray) -> float:
        """Return how large gradients are: their parts here, and over one output."""
        slopes = self.loss.slope(self.basis @ t, self.y) / len(self.y)
        parts = np.linalg.norm(slopes) + np.linalg.norm(self.ridge * t)
        return float(parts + np.linalg.norm(self.hessian(t))) or 1.0

    def hessian(self, t: np.ndarray) -> np.ndarray:
        """Return the Hessian of the objective at t."""
        bend = self.loss.curvature(self.basis @ t, self.y) / len(self.y)
        return (self.basis.T * bend) @ self.basis + np.diag(self.ridge)


def interval_program(
    X: np.ndarray, y: np.ndarray, low: np.ndarray, high: np.ndarray,
    loss: PointLoss, reg: float,
) -> tuple[IntervalProgram, np.ndarray]:  # fmt: skip
    """Return the program and the (d, r) map from its coordinates to parameters."""
    units = np.ones(X.shape[1])
    if reg == 0.0:  # a ridge knows the columns' own; powers of two cost no digit
        largest = np.abs(X).max(axis=0)
        largest = np.where(largest > 0.0, largest, 1.0)
        units = 1024.0 ** -np.round(np.log2(largest) / 10.0)
    U, sizes, Vt = np.linalg.svd(X * units, full_matrices=False)
    rank = int((sizes > max(X.shape) * PRECISION * sizes[0]).sum())
    rows, columns = balance(X)
    if np.linalg.matrix_rank(rows[:, None] * X * columns) > rank:
        raise ValueError(
            "X must have rows and columns of one size: in the units it has, outputs "
            "that differ cannot be told apart; divide features by their spread"
        )
    to_parameters = (Vt[:rank] * units).T / sizes[:rank]
    U[np.abs(U) <= max(X.shape) * PRECISION] = 0.0  # rounding, of zero rows for example
    above, below = np.flatnonzero(high < np.inf), np.flatnonzero(low > -np.inf)
    program = IntervalProgram(
        U[:, :rank], reg / sizes[:rank] ** 2, y, loss,
        np.concatenate([above, below]),
        np.repeat([1.0, -1.0], [len(above), len(below)]),
        np.concatenate([high[above], -low[below]]),
    )  # fmt: skip
    return program, to_parameters


def strictly_inside(program: IntervalProgram) -> np.ndarray:
    r"""Return coordinates with every row strict, or raise with the proof of none.

    .. math:: \min_{t, v}\ v \quad \text{subject to} \quad Ct - v \le b,\; v \ge -1

    Raises
    ------
    Infeasible
        Its certificate ν, shape (N,), satisfies :math:`X^\top \nu = 0`, while every z
        within its intervals has :math:`\nu^\top z < 0`.
    ValueError
        If the rows can be met, but not strictly.
    """
    C, m = program.rows, len(program.bound)
    unit = np.abs(program.bound).max() or 1.0
    size = unit * (1.0 + np.sqrt(len(program.y)))  # of t, for bounds met at all
    box = np.eye(C.shape[1])
    A = np.block(
        [
            [C, -np.ones((m, 1))],
            [np.zeros((1, C.shape[1])), -np.ones((1, 1))],
            [box, np.zeros((len(box), 1))],
            [-box, np.zeros((len(box), 1))],
        ]
    )
    b = np.concatenate([program.bound, [unit], np.full(2 * len(box), 1e3 * size)])
    cost = np.zeros(C.shape[1] + 1)
    cost[-1] = 1.0
    found = linear_program(cost, A, b)
    t, weights = found.point[:-1], found.multipliers[:m]
    if (program.bound - C @ t).min() > 1e-9 * unit:
        return t
    nu = np.zeros(len(program.y))
    np.add.at(nu, program.sample, program.sign * weights)
    nu -= program.basis @ (program.basis.T @ nu)  # Xᵀν = 0 to rounding
    nu[np.abs(nu) <= 1e-13 * np.abs(nu).max()] = 0.0  # rounding, not guilt
    worst = _largest_product(nu, program)
    if worst < -1e-12 * unit * np.abs(nu).sum():
        raise Infeasible(
            "the bounds epsilon cannot all be met by one model: weights of the samples "
            "prove it (attribute certificate); raise epsilon at "
            f"{np.flatnonzero(np.abs(nu) > 1e-9 * np.abs(nu).max()).tolist()[:10]}",
            nu,
        )
    raise ValueError(
        "epsilon can be met, to rounding, but by no model strictly, so that "
        "multipliers need not exist; raise epsilon by a little"
    )


def need_a_minimum(program: IntervalProgram) -> None:
    """Raise if a loss of labels falls for ever, along outputs of the right signs."""
    if not program.loss.labels or program.ridge.any() or not program.ridge.size:
        return
    if recession_ray(-program.y[:, None] * program.basis) is not None:
        raise ValueError(
            "reg must be positive for a mean loss without a minimum, got 0: the labels "
            "y can be separated, and longer parameters are always better"
        )


def _largest_product(nu: np.ndarray, program: IntervalProgram) -> float:
    """Return the largest νᵀz over z within the intervals."""
    bounds = {1.0: np.full(len(nu), np.inf), -1.0: np.full(len(nu), np.inf)}
    for sign, bound in bounds.items():
        rows = program.sign == sign
        bound[program.sample[rows]] = program.bound[rows]
    used = np.abs(nu) > 1e-12 * np.abs(nu).max()
    reach = np.where(nu > 0, bounds[1.0], bounds[-1.0])
    return float((np.abs(nu) * np.where(used, reach, 0.0)).sum())


def interior_point(
    program: IntervalProgram, t: np.ndarray, tol: float, max_iter: int = 100
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return optimal coordinates and the multipliers μ of the rows.

    .. math::

        \nabla f(t) + C^\top \mu = 0, \qquad \mu_j s_j = \tau, \qquad s = b - Ct > 0,

    by Newton steps for a τ that falls tenfold below the average of the products.

    Notes
    -----
    Implements (eq:pd-newton). A step costs O((N + m) r²).

    References
    ----------
    Boyd and Vandenberghe (2004), algorithm 11.2.
    """
    C, b = program.rows, program.bound
    s = b - C @ t
    mu = program.size(t) / max(len(b), 1) / s
    for _ in range(max_iter):
        dual = program.gradient(t) + C.T @ mu
        size = program.size(t) + np.linalg.norm(C.T @ mu)
        if np.linalg.norm(dual) <= tol * size and mu @ s <= tol * size:
            return t, mu
        tau = 0.1 * (mu @ s) / max(len(b), 1)
        hessian = program.hessian(t) + (C.T * (mu / s)) @ C  # (eq:pd-newton)
        dt = _newton_step(hessian, -(dual + C.T @ (tau / s - mu)))
        ds = -C @ dt
        dmu = (tau - mu * ds) / s - mu
        step = _step_length(program, t, dt, mu, dmu, tau)
        t, mu = t + step * dt, mu + step * dmu
        s = b - C @ t
    raise NotConverged(
        f"no optimum to tol = {tol:g} in {max_iter} Newton steps; the residual is "
        f"{np.linalg.norm(dual) / size:.1e}, the products {mu @ s / size:.1e}",
        t,
    )


def _newton_step(hessian: np.ndarray, right: np.ndarray) -> np.ndarray:
    """Return the step, the shortest one if directions without curvature leave many."""
    try:
        return np.linalg.solve(hessian, right)
    except np.linalg.LinAlgError:
        return np.linalg.lstsq(hessian, right)[0]


def _step_length(
    program: IntervalProgram, t: np.ndarray, dt: np.ndarray,
    mu: np.ndarray, dmu: np.ndarray, tau: float,
) -> float:  # fmt: skip
    """Return a step that keeps s and μ positive and lowers the residual."""
    C, b = program.rows, program.bound

    def residual(step: float) -> float:
        s, prices = b - C @ (t + step * dt), mu + step * dmu
        dual = program.gradient(t + step * dt) + C.T @ prices
        return float(np.hypot(np.linalg.norm(dual), np.linalg.norm(prices * s - tau)))

    toward_wall = np.concatenate([C @ dt / (b - C @ t), -dmu / mu])
    step = min(1.0, 0.99 / max(toward_wall.max(initial=0.0), 0.99))
    start = residual(0.0)
    while residual(step) > (1.0 - 0.01 * step) * start and step > 1e-10:
        step *= 0.5
    return step
