r"""Query synthesis: the next question is made up, not picked.

Inside a cell of the gates the lifted output is a linear function of the input,

.. math::

    f(x;\theta_c) = g^\top x, \qquad g = \sum_{i :\, x^\top h_i \ge 0} (u_i - v_i),

so that a walk along its gradient, from cell to cell, ends at a zero: an input on which
the centre is undecided, whose label cuts through the centre.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.common import (
    as_integer,
    as_matrix,
    as_real,
    as_vector,
    need_callable,
    need_parts,
)
from reference.cutting_plane.active import (
    checked_rules,
    solved_at_the_end,
)
from reference.cutting_plane.centers import Bought, Point
from reference.cutting_plane.loop import Chooser, CuttingPlaneRun, buy_and_cut
from reference.cutting_plane.losses import SignLoss
from reference.cutting_plane.models import Model, TwoLayerModel

__all__ = ["synthesize_queries"]

CLEAR = 1e-7  # how far from the gates' walls an input must be, relative to its size


def synthesize_queries(
    label: Callable[[np.ndarray], float],
    patterns: Any,
    low: ArrayLike,
    high: ArrayLike,
    *,
    budget: int,
    rng: np.random.Generator,
    query: str = "min_margin",
    center: str | Callable = "analytic",
    candidates: int = 16,
    final_solve: Callable | None = None,
    radius: float | None = None,
    slack: float = 0.0,
    tol: float = 1e-8,
    callback: Callable | None = None,
) -> CuttingPlaneRun:
    r"""Return a network learned from the labels of inputs that it makes up itself.

    .. math::

        x \in \{x : \ell \le x \le h\} \;\text{ with }\; f(x;\theta_c) = 0, \qquad
        V \leftarrow V \cap \{-y f(x;\theta) \le 0\} \cap \{C_x\theta \ge 0\}

    Parameters
    ----------
    label : callable
        ``label(x)`` sells the label +1 or -1 of an input (d,).
    patterns : Patterns
        Only the gates count.
    low, high : array_like, shape (d,)
        The box of inputs. A coordinate with low = high is fixed: a bias is 1 and 1.
    budget : int
        Labels to buy.
    rng : numpy.random.Generator
    query : {"min_margin", "random"}
        Undecided inputs, or any.
    candidates : int
        Walks in each round. Of the undecided inputs that they reach, the one
        farthest from all earlier questions is asked.
    center, final_solve, radius, slack, tol, callback
        As for `active_learn`, with lifted centres only.

    Returns
    -------
    CuttingPlaneRun
        ``queried`` (budget, d) are the inputs.

    Raises
    ------
    Infeasible, NotConverged, ValueError
        As for `active_learn`.

    Notes
    -----
    Implements {prf:ref}`alg-12-synthesis`. A walk costs O(P d) for each cell on its
    way. A round whose walks all end elsewhere asks the least decided of their ends.

    References
    ----------
    Zhang, Zhang and Pilanci (2024), algorithm 2; the walk is ours.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import sample_patterns
    >>> from reference.cutting_plane import synthesize_queries
    >>> rng = np.random.default_rng(0)
    >>> patterns = sample_patterns(rng.standard_normal((20, 2)), 30, rng=rng)
    >>> run = synthesize_queries(lambda x: 1.0 if abs(x[0]) > 0.5 else -1.0, patterns,
    ...                          [-1.0, 1.0], [1.0, 1.0], budget=8, rng=rng)
    >>> run.queried.shape
    (8, 2)
    """
    need_callable(label, "label")
    need_parts(patterns, "patterns", "Patterns", "masks", "gates")
    gates = as_matrix(patterns.gates, "patterns.gates")
    low, high = _checked_box(low, high, gates.shape[1])
    budget = as_integer(budget, "budget", low=0)
    candidates = as_integer(candidates, "candidates", low=1)
    if query not in ("min_margin", "random") or callable(center):
        raise ValueError(
            "query must be 'min_margin' or 'random' and center a name, got "
            f"{query!r} and {center!r}"
        )
    need_callable(final_solve, "final_solve", optional=True)
    loss = SignLoss(as_real(slack, "slack", low=0.0))
    rules = checked_rules(loss, center, radius, tol, rng, query, callback=callback)
    walks = candidates if query == "min_margin" else 0
    rules = replace(rules, choose=_question_maker(gates, low, high, walks))
    model = TwoLayerModel(_clear_point(gates, low, high, rng)[None], gates)
    asked: list[np.ndarray] = []

    def ask(model: Model, i: int) -> float:
        asked.append(model.X[i].copy())
        return label(model.X[i].copy())

    run = buy_and_cut(model, ask, rules, budget)
    points = np.array(asked).reshape(-1, len(low))
    if final_solve is not None and budget:
        run = solved_at_the_end(TwoLayerModel(points, gates), run, final_solve)
    return replace(run, queried=points)


def _checked_box(
    low: ArrayLike, high: ArrayLike, d: int
) -> tuple[np.ndarray, np.ndarray]:
    """Return the corners of the box of inputs, or raise ValueError."""
    low, high = as_vector(low, "low", size=d), as_vector(high, "high", size=d)
    if (low > high).any() or (low == high).all():
        raise ValueError("low must not exceed high, and some entry must be below it")
    return low, high


def _question_maker(
    gates: np.ndarray, low: np.ndarray, high: np.ndarray, walks: int
) -> Chooser:
    """Return the rule that adds an input to the pool and asks it; 0 walks: any."""

    def made_up(
        model: Model, point: Point, bought: Bought, rng: np.random.Generator
    ) -> tuple[Model, Sequence[int]]:
        if not len(bought.index):
            return model, [0]  # the pool begins with a random one
        x = _clear_point(gates, low, high, rng)
        if walks and point.theta is not None:
            w = point.theta[0] - point.theta[1]
            starts = [_clear_point(gates, low, high, rng) for _ in range(walks)]
            ends = np.array([_walk_to_zero(w, gates, s, low, high) for s in starts])
            x = _farthest_undecided(w, gates, ends, model.X, x)
        return TwoLayerModel(np.vstack([model.X, x]), gates), [len(model.X)]

    return made_up


def _is_clear(gates: np.ndarray, x: np.ndarray) -> bool:
    """Whether x is off the walls of all gates, and some gate is active there."""
    heights, terms = gates @ x, np.abs(gates) @ np.abs(x)
    return bool((np.abs(heights) > CLEAR * terms).all() and (heights > 0).any())


def _clear_point(
    gates: np.ndarray, low: np.ndarray, high: np.ndarray, rng: np.random.Generator
) -> np.ndarray:
    for _ in range(1000):
        x = rng.uniform(low, high)
        if _is_clear(gates, x):
            return x
    raise ValueError(
        "patterns have no gate that is active in the box, or one that is zero there"
    )


def _walk_to_zero(
    w: np.ndarray, gates: np.ndarray, x: np.ndarray, low: np.ndarray, high: np.ndarray
) -> np.ndarray:
    """Return where a walk against the output's gradient ends: best at a zero."""
    for _ in range(60):
        heights = gates @ x
        g = w[heights >= 0].sum(axis=0)
        step = -(g @ x) * g
        stuck = ((x >= high) & (step > 0)) | ((x <= low) & (step < 0))
        step[stuck] = 0.0
        size = g @ step
        if not size:
            return x
        step *= -(g @ x) / size  # all the way to zero, were there no walls
        pace = gates @ step
        ahead = heights * pace < 0
        wall = np.min(-heights[ahead] / pace[ahead], initial=np.inf)
        with np.errstate(divide="ignore", invalid="ignore"):
            sides = np.where(step > 0, high - x, x - low) / np.abs(step)
        side = np.min(sides[step != 0], initial=np.inf)
        if min(wall, side) >= 1.0:
            return x + step
        if side <= wall:
            x = np.clip(x + side * step, low, high)
            continue
        beyond = np.clip(x + min(wall * (1 + 1e-6), side) * step, low, high)
        if (g @ x) * _output(w, gates, beyond) < 0:  # zero is in the jump at the wall
            return x + 0.9 * wall * step
        x = beyond
    return x


def _output(w: np.ndarray, gates: np.ndarray, x: np.ndarray) -> float:
    return float(w[gates @ x >= 0].sum(axis=0) @ x)


def _farthest_undecided(
    w: np.ndarray,
    gates: np.ndarray,
    ends: np.ndarray,
    asked: np.ndarray,
    otherwise: np.ndarray,
) -> np.ndarray:
    """Return the end that is clear of walls, least decided, farthest from `asked`."""
    ends = np.array([x for x in ends if _is_clear(gates, x)] or [otherwise])
    terms = (ends @ gates.T >= 0) * (ends @ w.T)
    undecided = np.abs(terms.sum(axis=1)) / (np.abs(terms).sum(axis=1) + 1e-300)
    good = ends[undecided <= max(1e-9, undecided.min())]
    away = np.linalg.norm(good[:, None] - asked, axis=2).min(axis=1)
    return good[away.argmax()]
