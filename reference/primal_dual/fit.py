r"""Primal-dual constrained learning, to the optimality conditions or for a while.

.. math::

    P^*(\varepsilon) = \min_\theta \; \frac1N \sum_i \ell(f_\theta(x_i), y_i)
    \quad \text{subject to} \quad \ell'(f_\theta(x_i), y_i) \le \varepsilon_i

Convex models are solved; their duals are multipliers, and prove the answer right.
Networks are trained for a while; their duals are what the slacks added up to.
"""

import copy
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition import Mlp, sample_losses
from reference.common import (
    NotConverged,
    as_array,
    as_integer,
    as_matrix,
    as_real,
    as_vector,
    need_limits,
)
from reference.primal_dual.linear import (
    interior_point,
    interval_program,
    need_a_minimum,
    strictly_inside,
)
from reference.primal_dual.models import ConvexReluModel, LinearModel, need_model
from reference.primal_dual.point_losses import (
    PointLoss,
    as_bounds,
    lagrangian_loss,
    point_loss,
    targets_and_bounds,
    unit_of,
)
from reference.primal_dual.relu import relu_dual_ascent, weighted_fit
from reference.primal_dual.training import View, train_under_bounds

__all__ = ["Constrained", "lagrangian_bound", "pdcl"]


@dataclass(frozen=True)
class Constrained:
    """A model under bounds on its losses, and what the bounds cost.

    Parameters
    ----------
    model : LinearModel, ConvexReluModel or Mlp
        Trained.
    duals : ndarray, shape (N,)
        λ >= 0. Of a convex model: one unit of bound for sample i is worth λ_i / N.
    slacks : ndarray, shape (N,)
        Bounded losses minus bounds; above zero where a bound is broken.
    objective : float
        The mean loss, with the model's penalty.
    residual : float
        The largest relative violation of the optimality conditions; infinite for a
        network, whose duals are no multipliers.
    history : list of dict
        Of a network, a record for each round: mean "loss", largest "slack", how many
        samples are "above" their bounds, how many have been so without a break for more
        than half of all rounds ("unmet"), and the mean "dual".
    """

    model: Any
    duals: np.ndarray
    slacks: np.ndarray
    objective: float
    residual: float
    history: list[dict[str, float]] = field(default_factory=list)


def pdcl(
    model: LinearModel | ConvexReluModel | Mlp, X: ArrayLike, y: ArrayLike,
    epsilon: ArrayLike, *, loss: str | None = None,
    constraint_loss: str | View | None = None, mode: str | None = None,
    tol: float = 1e-6, max_iter: int = 200, rounds: int = 100, primal_steps: int = 1,
    dual_rate: float = 0.05,
    callback: Callable[[dict[str, float]], None] | None = None,
) -> Constrained:  # fmt: skip
    r"""Return a model trained under a bound for every sample, with the duals.

    .. math::

        \min_\theta \; \frac1N \sum_i \ell(f_\theta(x_i), y_i) + \text{penalty}
        \quad \text{subject to} \quad \ell'(f_\theta(x_i), y_i) \le \varepsilon_i

    Parameters
    ----------
    model : LinearModel, ConvexReluModel or Mlp
        The first two are solved from their settings; an `Mlp` is copied and trained
        on from its present parameters.
    X : array_like, shape (N, d)
    y : array_like, shape (N,)
        Real targets for the squared loss; labels ±1 for the logistic loss and the
        margin; classes 0..C-1 for an `Mlp` that classifies.
    epsilon : float or array_like, shape (N,)
        ε, above zero (except for the margin): a bound for all, or one each.
    loss : {"squared", "logistic", "zero"}, optional
        Of the convex models, ½(f - y)² unless given; "zero" leaves the penalty. A
        `ConvexReluModel` has the squared loss, an `Mlp` that of its task.
    constraint_loss : {"squared", "logistic", "margin"} or callable, optional
        ℓ′, the same as `loss` unless given. The margin is 1 - y f. For an `Mlp`:
        a function (model, X, y) -> (X′, y′) whose result takes the samples' place in
        the bounded losses, for example a shifted copy and the model's own answers.
    mode : {"converged", "accumulated"}, optional
        Convex models converge, networks accumulate; anything else is refused.
    tol : float
        Largest relative violation of the optimality conditions.
    max_iter : int
        Steps of the convex solvers.
    rounds, primal_steps : int
        T rounds, each of T_p passes over the data in batches of ``model.batch_size``.
    dual_rate : float
        η_d.
    callback : callable, optional
        Called with the record of every round.

    Returns
    -------
    Constrained

    Raises
    ------
    Infeasible
        If no linear combination of the model's columns meets all bounds. The
        certificate ν, shape (N,), is orthogonal to every such combination, and
        :math:`\nu^\top z < 0` for all outputs z within the bounds.
    NotConverged
        If the conditions do not hold to `tol`; the answer is its `state`. Or if the
        training of a network left the finite numbers; its `state` is the network.
    ValueError
        For bad input; for bounds that can be met, but not strictly; for a mean loss
        without a minimum: logistic, labels that can be separated, and reg = 0; for rows
        or columns of X that are lost to rounding beside the others.

    Notes
    -----
    Implements (eq:pd-cerm) and, for networks, (eq:pd-primal-step) and
    (eq:pd-dual-step) with Adam. A linear model costs one linear program and about 20
    Newton steps of O(N r²), r the rank of X; a convex ReLU model some tens of fits of
    chapter 6. A network whose bounds cannot be met raises nothing: its duals grow, and
    the records say how many samples stay above their bounds.

    References
    ----------
    Elenter, NaderiAlizadeh and Ribeiro (2022), algorithm 1; Boyd and Vandenberghe
    (2004), sections 5.6 and 11.7.

    Examples
    --------
    The mean loss alone would choose 2 for targets 0 and 4.

    >>> from reference.primal_dual import LinearModel, pdcl
    >>> answer = pdcl(LinearModel(), [[1.0], [1.0]], [0.0, 4.0], [9.0, 0.5])
    >>> answer.model.theta.round(4), answer.duals.round(3) + 0.0
    (array([3.]), array([0., 2.]))
    """
    need_model(model, LinearModel, ConvexReluModel, Mlp)
    X = as_matrix(X)
    own_mode = "accumulated" if isinstance(model, Mlp) else "converged"
    if mode not in (None, own_mode):
        raise ValueError(
            f"mode of a {type(model).__name__} is {own_mode!r}, got {mode!r}: convex "
            "models are solved; for a linear model trained by steps take Mlp((d, 1)) "
            "or plain_pdcl"
        )
    rounds = as_integer(rounds, "rounds", low=1)
    primal_steps = as_integer(primal_steps, "primal_steps", low=1)
    dual_rate = as_real(dual_rate, "dual_rate", low=0.0)
    need_limits(tol, max_iter, callback)
    if isinstance(model, Mlp):
        if loss is not None:
            raise ValueError(f"loss of an Mlp is that of its task, got {loss!r}")
        return _accumulated(
            model, X, y, epsilon, constraint_loss, rounds=rounds,
            primal_steps=primal_steps, dual_rate=dual_rate, callback=callback,
        )  # fmt: skip
    y, bounds, losses = _checked(model, X, y, epsilon, loss, constraint_loss)
    if isinstance(model, LinearModel):
        answer = _linear(model, X, y, bounds, losses, tol, max_iter)
    else:
        answer = _relu(model, X, y, bounds, losses, tol, max_iter)
    if not answer.residual <= tol:
        raise NotConverged(
            f"the optimality conditions hold to {answer.residual:.1e}, not to tol = "
            f"{tol:g}; bounds near the smallest that can be met need a larger tol",
            answer,
        )
    return answer


def _checked(
    model: LinearModel | ConvexReluModel, X: np.ndarray, y: ArrayLike,
    epsilon: ArrayLike, loss: str | None, constraint_loss: str | View | None,
) -> tuple[np.ndarray, np.ndarray, tuple[PointLoss, PointLoss]]:  # fmt: skip
    """Return targets, bounds and the two losses of a convex model."""
    loss = "squared" if loss is None else loss
    bounded = loss if constraint_loss is None else constraint_loss
    losses = point_loss(loss, "loss"), point_loss(bounded, "constraint_loss")
    if isinstance(model, ConvexReluModel):
        if (loss, bounded) != ("squared", "squared"):
            raise ValueError(
                "loss and constraint_loss of a ConvexReluModel must be squared, got "
                f"{loss!r} and {bounded!r}"
            )
        as_matrix(model.patterns.masks.T, "the masks of model.patterns", rows=len(X))
    return *targets_and_bounds(y, epsilon, losses, len(X)), losses


def _linear(
    model: LinearModel, X: np.ndarray, y: np.ndarray, epsilon: np.ndarray,
    losses: tuple[PointLoss, PointLoss], tol: float, max_iter: int,
) -> Constrained:  # fmt: skip
    """Solve for a linear model, in units of the targets: bounds may be of any size."""
    loss, bounded = losses
    unit = unit_of(y, epsilon, losses)
    y, epsilon = y / unit, epsilon / unit**2
    low, high = bounded.interval(y, epsilon)
    program, to_parameters = interval_program(X, y, low, high, loss, model.reg)
    start = strictly_inside(program)
    if bounded.labels:
        need_a_minimum(program)
    narrow = min(1.0, 1e3 * float((high - low).min()))  # prices ask for more there
    t, mu = interior_point(program, start, narrow * 0.1 * tol, max_iter)
    wall = np.where(program.sign > 0, high[program.sample], low[program.sample])
    steepness = np.abs(bounded.slope(wall, y[program.sample]))
    duals = np.zeros(len(y))
    np.add.at(duals, program.sample, len(y) * mu / steepness)  # (eq:pd-multiplier)
    theta = to_parameters @ t
    z = X @ theta  # what the model says, whatever the basis promised
    slacks = bounded.value(z, y) - epsilon
    pull = (loss.slope(z, y) + duals * bounded.slope(z, y)) / len(y)
    tilt = float(np.linalg.norm(program.basis.T @ pull + program.ridge * t))
    size = program.size(t) + float(np.linalg.norm(program.rows.T @ mu))
    largest = float(np.abs(epsilon).max()) or 1.0
    return Constrained(
        replace(model, theta=unit * theta), duals, unit**2 * slacks,
        unit**2 * program.objective(t), _residual(tilt, size, duals, slacks, largest),
    )  # fmt: skip


def _relu(
    model: ConvexReluModel, X: np.ndarray, y: np.ndarray, epsilon: np.ndarray,
    losses: tuple[PointLoss, PointLoss], tol: float, max_iter: int,
) -> Constrained:  # fmt: skip
    """Solve for a network over patterns, once its bounds are known to be possible."""
    squared = losses[1]
    columns = np.hstack([mask[:, None] * X for mask in model.patterns.masks])
    low, high = squared.interval(y, epsilon)
    strictly_inside(interval_program(columns, y, low, high, squared, 0.0)[0])
    fit, duals = relu_dual_ascent(
        X, y, model.patterns, model.reg, epsilon, 0.1 * tol, max_iter
    )
    slacks = squared.value(fit.fitted / np.sqrt(1.0 + duals), y) - epsilon
    objective = (fit.objective - duals @ (slacks + epsilon)) / len(y)
    size = float(y @ y) / len(y) or 1.0
    return Constrained(
        replace(model, network=fit.network), duals, slacks, float(objective),
        _residual(fit.gap / len(y), size, duals, slacks, epsilon),
    )  # fmt: skip


def _residual(
    tilt: float, size: float, duals: np.ndarray, slacks: np.ndarray,
    units: np.ndarray | float,
) -> float:  # fmt: skip
    """Return the largest relative violation of the optimality conditions."""
    broken = (slacks / units).max()
    products = np.abs(duals * slacks).mean()
    return float(max(tilt / size, products / size, broken))


def _accumulated(
    model: Mlp, X: np.ndarray, y: ArrayLike, epsilon: ArrayLike,
    view: str | View | None, **settings: Any,
) -> Constrained:  # fmt: skip
    """Train a copy of the network for a number of rounds."""
    if view is not None and not callable(view):
        raise ValueError(
            "constraint_loss of an Mlp must be a function (model, X, y) -> (X', y') or "
            f"None, got {view!r}"
        )
    sample_losses(np.zeros((len(X), model.sizes[-1])), y, task=model.task)
    targets = as_array(y, "y").astype(int if model.task == "classification" else float)
    bounds = as_bounds(epsilon, len(X))
    model = copy.deepcopy(model)
    duals, slacks, history = train_under_bounds(
        model, X, targets, bounds, view=view, **settings
    )
    objective = history[-1]["loss"]
    return Constrained(model, duals, slacks, objective, np.inf, history)


def lagrangian_bound(
    model: LinearModel | ConvexReluModel, X: ArrayLike, y: ArrayLike,
    epsilon: ArrayLike, duals: ArrayLike, *, loss: str | None = None,
    constraint_loss: str | None = None,
) -> float:  # fmt: skip
    r"""Return the value of the dual function, a lower bound on the optimum.

    .. math::

        D(\lambda) = \min_\theta \frac1N \sum_i \big[ \ell_i(\theta) + \lambda_i
        (\ell'_i(\theta) - \varepsilon_i) \big] + \text{penalty}
        \;\le\; P^*(\varepsilon)

    Parameters
    ----------
    model : LinearModel or ConvexReluModel
    X : array_like, shape (N, d)
    y : array_like, shape (N,)
    epsilon : float or array_like, shape (N,)
    duals : array_like, shape (N,)
        Any λ >= 0.
    loss, constraint_loss : str, optional
        As in `pdcl`.

    Returns
    -------
    float
        A bound to within rounding (of a `ConvexReluModel`: less its certified gap).

    Raises
    ------
    ValueError
        For bad input, and for a Lagrangian without curvature: loss "zero" with
        "margin" and reg = 0; and as `pdcl` for labels that can be separated.
    NotConverged
        If the minimum is not attained for another reason: with reg = 0, large duals
        of margins can make the Lagrangian unbounded below.

    Notes
    -----
    Implements (eq:pd-dual). Costs some Newton steps of O(N r²), or a convex fit.

    Examples
    --------
    >>> from reference.primal_dual import LinearModel, lagrangian_bound
    >>> data = LinearModel(), [[1.0], [1.0]], [0.0, 4.0], [9.0, 0.5]
    >>> [round(lagrangian_bound(*data, [0.0, dual]), 4) for dual in (0.0, 2.0, 4.0)]
    [2.0, 2.5, 2.3333]
    """
    need_model(model, LinearModel, ConvexReluModel)
    X = as_matrix(X)
    y, bounds, losses = _checked(model, X, y, epsilon, loss, constraint_loss)
    prices = as_vector(duals, "duals", size=len(X))
    if (prices < 0.0).any():
        raise ValueError(f"duals must be non-negative, got {prices.min():g}")
    paid = prices @ bounds / len(X)
    if isinstance(model, ConvexReluModel):
        fit, _ = weighted_fit(X, y, model.patterns, model.reg, 1.0 + prices)
        return float((fit.objective - fit.gap) / len(X) - paid)
    both = lagrangian_loss(*losses, prices)
    open_ended = np.full(len(X), np.inf)
    unit = unit_of(y, bounds, losses)
    program, _ = interval_program(X, y / unit, -open_ended, open_ended, both, model.reg)
    start = np.zeros(program.basis.shape[1])
    if not program.hessian(start).any() and program.gradient(start).any():
        raise ValueError("reg must be positive for a Lagrangian that is linear, got 0")
    if losses[1].labels:
        need_a_minimum(replace(program, loss=losses[0]))
    t, _ = interior_point(program, start, 1e-10)
    return float(unit**2 * program.objective(t) - paid)
