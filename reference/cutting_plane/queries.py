r"""Which label to buy next: the queries of the chapter.

.. math::

    \text{min\_margin: } \arg\min |f_i|, \quad
    \text{local\_margin: } \arg\min \frac{|f_i|}{\sqrt{a_i^\top H^{-1} a_i}}, \quad
    \text{extremes: } \{\arg\min f_i, \arg\max f_i\}

with :math:`f_i = a_i^\top\theta_c` the *lifted* output: where it is zero, the cut goes
through the centre. Equal scores are told apart by the generator, never by position:
before the first label all outputs are zero, and the first query is a random one.
"""

from collections.abc import Sequence

import numpy as np

from reference.common import as_choice
from reference.cutting_plane.centers import Bought, Point
from reference.cutting_plane.loop import Chooser
from reference.cutting_plane.models import Model

__all__: list[str] = []

QUERIES = ("min_margin", "local_margin", "extremes", "random", "max_margin")


def chooser(query: str) -> Chooser:
    """Return the rule of this name: (model, point, bought, rng) -> positions."""
    as_choice(query, "query", QUERIES)

    def choose(
        model: Model, point: Point, bought: Bought, rng: np.random.Generator
    ) -> tuple[Model, Sequence[int]]:
        f = point.outputs
        if query == "random":
            scores = [np.zeros(len(f))]
        elif query == "max_margin":
            scores = [-np.abs(f)]
        elif query == "extremes":
            scores = [f, -f]  # a guess of +1, and a guess of -1
        elif query == "local_margin":
            scores = [np.abs(f) / local_widths(model, point)]
        else:
            scores = [np.abs(f)]  # (eq:cp-query)
        picks: list[int] = []
        for score in scores:
            free = np.ones(len(f), dtype=bool)
            free[bought.index] = free[picks] = False
            if not free.any():
                break
            best = free & (score <= score[free].min())
            picks.append(int(rng.choice(np.flatnonzero(best))))
        return model, picks

    return choose


def local_widths(model: Model, point: Point) -> np.ndarray:
    """Return sqrt(a' H^{-1} a) for each input, 1 where the centre has no Hessian.

    That is half the width of the Dikin ellipsoid in the direction of its cut.
    """
    if point.solve is None:
        return np.ones(len(model.X))
    widths = np.empty(len(model.X))
    for i in range(len(model.X)):
        row = model.row(i)
        widths[i] = np.vdot(row, point.solve(row))
    return np.sqrt(np.maximum(widths, 1e-300))
