r"""Primal-dual training of a network: duals that add up what the slacks were.

.. math::

    \theta \leftarrow \text{Adam}\Big(\theta, \nabla \frac1N \sum_i
    \big[ \ell_i + \lambda_i \ell'_i \big]\Big), \qquad
    \lambda_i \leftarrow \big[\lambda_i + \eta_d (\ell'_i - \varepsilon_i)\big]_+

A network is not trained to an optimum, and its duals are not multipliers: they say
which samples were above their bounds, by how much and for how long.
"""

from collections.abc import Callable

import numpy as np

from reference.acquisition import Mlp, sample_losses
from reference.common import NotConverged

__all__: list[str] = []

View = Callable[[Mlp, np.ndarray, np.ndarray], tuple[np.ndarray, np.ndarray]]


@np.errstate(over="ignore", invalid="ignore")  # what overflows is noticed below
def train_under_bounds(
    model: Mlp, X: np.ndarray, y: np.ndarray, epsilon: np.ndarray, *,
    view: View | None, rounds: int, primal_steps: int, dual_rate: float,
    callback: Callable[[dict[str, float]], None] | None,
) -> tuple[np.ndarray, np.ndarray, list[dict[str, float]]]:  # fmt: skip
    """Train the model in place; return duals, slacks and a record for each round."""
    duals = np.zeros(len(X))
    unmet = np.zeros(len(X), dtype=int)  # rounds in a row above the bound
    history: list[dict[str, float]] = []
    room = np.empty_like(model.theta)  # for a gradient: new memory each time costs more
    for _ in range(rounds):
        for _ in range(primal_steps):
            parts = -(-len(X) // model.batch_size)
            for part in np.array_split(model.rng.permutation(len(X)), parts):
                batch = X[part], y[part], duals[part]
                slope = _lagrangian_slope(model, *batch, view, room)
                slope /= len(part)
                model.optimizer.step(model.theta, slope)  # (eq:pd-primal-step)
                model.statistics = None  # of the parameters before the step
        model.calibrate(X)
        scores = model.outputs(X)
        if not np.isfinite(scores**2).all():  # nor would a squared loss be
            raise NotConverged(
                "training left the finite numbers: standardise the inputs or lower "
                f"step_size = {model.step_size:g}",
                model,
            )
        losses = sample_losses(scores, y, task=model.task)[0]
        if view is None:
            slacks = losses - epsilon
        else:
            X_seen, y_seen = view(model, X, y)
            slacks = sample_losses(model.outputs(X_seen), y_seen, task=model.task)[0]
            slacks = slacks - epsilon
        duals = np.maximum(duals + dual_rate * slacks, 0.0)  # (eq:pd-dual-step)
        unmet = np.where(slacks > 0.0, unmet + 1, 0)
        history.append(
            {
                "loss": float(losses.mean()),
                "slack": float(slacks.max()),
                "above": int((slacks > 0.0).sum()),
                "unmet": int((unmet > rounds // 2).sum()),
                "dual": float(duals.mean()),
            }
        )
        if callback is not None:
            callback(history[-1])
    return duals, slacks, history


def _lagrangian_slope(
    model: Mlp, X: np.ndarray, y: np.ndarray, duals: np.ndarray, view: View | None,
    room: np.ndarray,
) -> np.ndarray:  # fmt: skip
    """Return the gradient of the sum of the losses and of λ times the bounded ones."""
    if view is None:
        targets = y if model.task == "classification" or y.ndim == 2 else y[:, None]
        weights = 1.0 + duals  # and no checks: fast
        return model.slope(X, targets, weights, model.rng, out=room)[1]
    slope = model.loss_and_gradient(X, y)[1]
    if duals.any():
        slope = slope + model.loss_and_gradient(*view(model, X, y), duals)[1]
    return slope
