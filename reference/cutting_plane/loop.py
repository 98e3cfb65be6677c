r"""One loop for every algorithm of the chapter: query, buy, cut, recentre.

.. math::

    \theta_c = \operatorname{centre}(V), \qquad
    i = \operatorname{query}\big(f(\cdot\,;\theta_c)\big), \qquad
    V \leftarrow V \cap \{\sigma f(x_i;\theta) \le b\} \cap \{C_i\theta \ge 0\}

Every label that the loop looks at is bought, counted and, unless the caller asks for
the paper's own accounting, cut on. It is never asked for twice.
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from reference.analytic_center import ReluCuts
from reference.common import as_integer
from reference.cutting_plane.centers import NOTHING, Bought, Point, find_point
from reference.cutting_plane.losses import Loss
from reference.cutting_plane.models import Model

__all__ = ["CuttingPlaneRun", "Purchase"]

# Returns the pool (longer, where the query is made up) and positions; none: it is over.
Chooser = Callable[
    [Model, Point, Bought, np.random.Generator], tuple[Model, Sequence[int]]
]


@dataclass(frozen=True)
class Purchase:
    """One label: what was bought, what the centre had said, and what it cost.

    `index` position in the pool, `label`, `output` f of the centre that was asked
    before, `mistake` whether that was wrong or undecided, `center` number of the first
    centre that knows the label, `radius` of the ball there, `newton_steps` and
    `seconds` of the round in which it was bought.
    """

    index: int
    label: float
    output: float
    mistake: bool
    center: int
    radius: float
    newton_steps: int
    seconds: float


@dataclass(frozen=True, eq=False)
class CuttingPlaneRun:
    """A run of the loop.

    Attributes
    ----------
    network : ReluNetwork or DeepNetwork
        Of the last centre, or of the final solve; called with X it gives outputs.
    weights : ConvexWeights, DeepConvexWeights or None
        The same in lifted form; None where a callable made the network.
    centers : tuple
        The lifted centre before the first label and after each round (networks, or
        None before the first label, where a callable makes them).
    queried : ndarray, shape (k,)
        Positions in the pool in the order in which they were cut on; points (k, d)
        for query synthesis.
    labels_bought : int
        Every label that was looked at; in `train` that is all of them.
    cuts : ReluCuts
        The half-spaces -labels * f(rows) <= offsets, in order.
    history : tuple of Purchase
        One record for each label.
    """

    network: Any
    weights: Any
    centers: tuple
    queried: np.ndarray
    labels_bought: int
    cuts: ReluCuts
    history: tuple
    make: Callable = field(default=lambda center: center, repr=False)

    def network_after(self, labels: int) -> Any:
        """Return the network of the first centre that knows the first labels."""
        labels = as_integer(labels, "labels", low=0, high=len(self.history))
        which = self.history[labels - 1].center if labels else 0
        return self.make(self.centers[which])


@dataclass(frozen=True, eq=False)
class Rules:
    """How a run goes: what the public functions have checked."""

    choose: Chooser
    loss: Loss
    center: str | Callable
    radius: float | None
    tol: float
    cut_on: str
    rng: np.random.Generator
    callback: Callable | None


def buy_and_cut(
    model: Model,
    ask: Callable[[Model, int], Any],
    rules: Rules,
    budget: int,
    initial: Sequence[int] = (),
) -> CuttingPlaneRun:
    """Run the loop until the budget is spent or the rule has no more to ask."""
    bought, known = NOTHING, NOTHING  # all labels; those that made cuts
    history: list[Purchase] = []
    point = _centre(model, known, rules, None)
    points = [point]
    while len(bought.index) < budget:
        started = time.perf_counter()
        picks = initial if len(initial) > len(bought.index) else None
        if picks is None:
            model, picks = rules.choose(model, point, bought, rules.rng)
        if not len(picks):
            break
        if point.theta is not None and len(model.X) > len(point.outputs):
            point = replace(point, outputs=model.outputs(point.theta))
        new = []
        for i in picks[: budget - len(bought.index)]:
            y = rules.loss.checked(ask(model, int(i)), "label")
            wrong = rules.loss.mistake(float(point.outputs[i]), y)
            cuts = rules.loss.cuts(y)
            bought = bought.with_label(i, y, cuts)
            if wrong or rules.cut_on == "labels":
                known = known.with_label(i, y, cuts)
            new.append((int(i), y, float(point.outputs[i]), wrong))
        point = _centre(model, known, rules, point)
        points.append(point)
        seconds = time.perf_counter() - started
        for what in new:
            record = Purchase(
                *what, len(points) - 1, point.radius, point.steps, seconds
            )
            history.append(record)
            if rules.callback is not None:
                rules.callback(record)
    return finished_run(model, points, bought, known, history)


def _centre(model: Model, known: Bought, rules: Rules, before: Point | None) -> Point:
    return find_point(
        model, known, rules.loss, rules.center, rules.radius, before, rules.tol,
        rules.rng,
    )  # fmt: skip


def finished_run(
    model: Model,
    points: Sequence[Point],
    bought: Bought,
    known: Bought,
    history: Sequence[Purchase],
) -> CuttingPlaneRun:
    """Return the record of a run."""
    last = points[-1]
    lifted = last.theta is not None
    X = model.X[known.index]
    return CuttingPlaneRun(
        last.network,
        model.weights(last.theta) if last.theta is not None else None,
        tuple(p.theta if lifted else p.network for p in points),
        bought.index.copy(),
        len(bought.index),
        ReluCuts(X[known.at], -known.signs, known.offsets),
        tuple(history),
        model.network if lifted else lambda network: network,
    )
