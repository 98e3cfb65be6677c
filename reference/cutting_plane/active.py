r"""Active learning by cutting planes: for signs, for numbers, with a final solve.

.. math::

    \text{labels bought} \;\to\; \text{cuts} \;\to\; \text{centre}
    \;\to\; \text{the next query}

Algorithms 3 to 9 of Zhang, Zhang and Pilanci (2024), by the loop of `loop.py`.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.activation_patterns import Patterns, merge_patterns
from reference.common import as_choice, as_integer, as_real, as_rng, need_callable
from reference.convex_relu import fit_convex_relu
from reference.cutting_plane.centers import KINDS
from reference.cutting_plane.loop import CuttingPlaneRun, Rules, buy_and_cut
from reference.cutting_plane.losses import Loss, SignLoss, TubeLoss
from reference.cutting_plane.models import Model, as_model
from reference.cutting_plane.queries import chooser
from reference.deep_relu_lp import to_deep_network
from reference.relu_lp import ConvexWeights, to_network

__all__ = ["active_learn", "active_learn_regression", "convex_final_solve"]


def active_learn(
    X_pool: ArrayLike,
    label: Callable[[int], float],
    patterns: Any,
    *,
    budget: int,
    rng: np.random.Generator,
    query: str = "min_margin",
    center: str | Callable = "analytic",
    initial: Sequence[int] = (),
    final_solve: Callable | None = None,
    radius: float | None = None,
    slack: float = 0.0,
    cut_on: str = "labels",
    tol: float = 1e-8,
    callback: Callable | None = None,
) -> CuttingPlaneRun:
    r"""Return a network learned from labels that were bought one by one.

    .. math::

        i = \operatorname*{arg\,min}_{i \text{ not bought}} |f(x_i;\theta_c)|, \qquad
        V \leftarrow V \cap \{-y_i f(x_i;\theta) \le 0\} \cap \{C_i\theta \ge 0\}

    Parameters
    ----------
    X_pool : array_like, shape (n, d)
        A bias is a column of ones.
    label : callable
        ``label(i)`` sells the label +1 or -1 of row i. It is asked once for a row.
    patterns : Patterns, DeepPatterns or None
        Made for this pool. Two layers, three or more (dense, to a stated size), or a
        linear rule.
    budget : int
        Labels to buy, at most n, `initial` included.
    rng : numpy.random.Generator
        Breaks ties, draws random queries and the centroid's walk.
    query : {"min_margin", "local_margin", "extremes", "random", "max_margin"}
        "extremes" buys up to two labels a round. "local_margin" is the margin in the
        metric of the barrier's Hessian; it needs the analytic centre.
    center : {"analytic", "chebyshev", "centroid"} or callable
        A callable takes the bought rows, their labels and the patterns on them, and
        returns a network; the loop then has no version space and promises nothing.
    initial : sequence of int
        Rows whose labels are bought first, in one round.
    final_solve : callable, optional
        Takes the bought rows, labels and patterns on them, and returns convex weights:
        the network of the run. The queries do not see it. See `convex_final_solve`.
    radius : float, optional
        R of the ball (of the box, for the centres that want one). For labels any R
        gives the same network up to a factor; the default is 1.
    slack : float
        How far y f may be below zero; only slack / R matters. Our variant for noisy
        labels. With it no labels are infeasible.
    cut_on : {"labels", "mistakes"}
        "mistakes" leaves labels that the centre had right without a cut, as the
        paper's code does; they are bought all the same, and may turn wrong later.
    tol : float
        Half the squared decrement of an analytic centre, (0, 0.01]: an inexact centre
        makes inexact cuts.
    callback : callable, optional
        Called with each `Purchase`.

    Returns
    -------
    CuttingPlaneRun

    Raises
    ------
    Infeasible
        If the labels bought contradict each other on these patterns. It names the
        cuts; `certificate` (k,) has a multiplier for each that made one, in the order
        of purchase, and its `farkas_residual` is below 1e-12.
    NotConverged
        If rounding spoils a centre, as it does for features of very different size.
    ValueError
        For bad input, among it a budget over the pool.

    Notes
    -----
    Implements {prf:ref}`alg-12-loop`. A round is a few Newton steps of `relu_center`,
    warm-started, O(P d^2 (d + k) + P d k^2) each for k labels.

    References
    ----------
    Zhang, Zhang and Pilanci (2024), algorithms 3, 4, 5 and 8.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.cutting_plane import active_learn
    >>> X = np.column_stack([np.linspace(-1, 1, 9), np.ones(9)])
    >>> y = np.where(np.abs(X[:, 0]) > 0.4, 1.0, -1.0)
    >>> run = active_learn(X, lambda i: y[i], enumerate_patterns(X), budget=6,
    ...                    rng=np.random.default_rng(0))
    >>> run.labels_bought, bool((y * run.network(X) > 0)[run.queried].all())
    (6, True)
    """
    loss = SignLoss(as_real(slack, "slack", low=0.0))
    model = as_model(X_pool, patterns, "X_pool")
    need_callable(final_solve, "final_solve", optional=True)
    rules = checked_rules(loss, center, radius, tol, rng, query, cut_on, callback)
    run = buy_and_cut(model, *_checked_labels(model, label, rules, budget, initial))
    return solved_at_the_end(model, run, final_solve)


def active_learn_regression(
    X_pool: ArrayLike,
    label: Callable[[int], float],
    patterns: Any,
    *,
    budget: int,
    epsilon: float,
    rng: np.random.Generator,
    query: str = "extremes",
    center: str | Callable = "analytic",
    initial: Sequence[int] = (),
    final_solve: Callable | None = None,
    radius: float | None = None,
    cut_on: str = "labels",
    tol: float = 1e-8,
    callback: Callable | None = None,
) -> CuttingPlaneRun:
    r"""Return a network within a tube around every target that was bought.

    .. math::

        V \leftarrow V \cap \{|f(x_i;\theta) - y_i| \le \varepsilon\}
        \cap \{C_i\theta \ge 0\}

    Parameters
    ----------
    X_pool, patterns, budget, rng, query, center, initial, final_solve, cut_on, tol
        As for `active_learn`; the default query buys the smallest and the largest
        output, as the paper does.
    label : callable
        ``label(i)`` sells the target of row i, a number.
    epsilon : float
        Half the width of the tube, positive.
    radius : float, optional
        R of the ball. By default the size of the targets over that of the inputs,
        doubled as often as the tubes ask for it.
    callback : callable, optional
        Called with each `Purchase`; a mistake is an output outside the tube.

    Returns
    -------
    CuttingPlaneRun

    Raises
    ------
    Infeasible
        If no weights on these patterns reach all tubes; `certificate` (k,) has a
        negative `tube_residual`. Where nothing is proved the message says so: a given
        radius may be too small, or the tubes too thin for float64.
    NotConverged
        As for `active_learn`.
    ValueError
        For bad input.

    Notes
    -----
    Implements {prf:ref}`alg-12-loop` with {eq}`eq:cp-tube`. Tubes are not cones: here
    the radius matters.

    References
    ----------
    Zhang, Zhang and Pilanci (2024), algorithms 6 and 7.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.cutting_plane import active_learn_regression
    >>> X = np.column_stack([np.linspace(-1, 1, 9), np.ones(9)])
    >>> run = active_learn_regression(X, lambda i: X[i, 0] ** 2, enumerate_patterns(X),
    ...     budget=5, epsilon=0.01, rng=np.random.default_rng(0))
    >>> miss = (run.network(X) - X[:, 0] ** 2)[run.queried]
    >>> bool(np.abs(miss).max() <= 0.01)
    True
    """
    loss = TubeLoss(as_real(epsilon, "epsilon", low=0.0, open_low=True))
    model = as_model(X_pool, patterns, "X_pool")
    need_callable(final_solve, "final_solve", optional=True)
    rules = checked_rules(loss, center, radius, tol, rng, query, cut_on, callback)
    run = buy_and_cut(model, *_checked_labels(model, label, rules, budget, initial))
    return solved_at_the_end(model, run, final_solve)


def checked_rules(
    loss: Loss,
    center: str | Callable,
    radius: float | None,
    tol: float,
    rng: np.random.Generator,
    query: str,
    cut_on: str = "labels",
    callback: Callable | None = None,
) -> Rules:
    """Return the rules of a run, each argument checked."""
    if not callable(center):
        as_choice(center, "center, if not callable,", KINDS)
    if query == "local_margin" and center != "analytic":
        raise ValueError("query 'local_margin' needs center='analytic'")
    as_choice(cut_on, "cut_on", ("labels", "mistakes"))
    need_callable(callback, "callback", optional=True)
    tol = as_real(tol, "tol", low=0.0, high=0.01, open_low=True)
    if radius is not None:
        radius = as_real(radius, "radius", low=0.0, open_low=True)
    rng, choose = as_rng(rng), chooser(query)
    return Rules(choose, loss, center, radius, tol, cut_on, rng, callback)


def _checked_labels(
    model: Model, label: Callable, rules: Rules, budget: int, initial: Sequence[int]
) -> tuple[Callable, Rules, int, list[int]]:
    n = len(model.X)
    need_callable(label, "label")
    budget = as_integer(budget, "budget", low=0, high=n)
    if not np.iterable(initial):
        raise ValueError(f"initial must be a sequence of rows, got {initial!r}")
    first = [as_integer(i, "initial", low=0, high=n - 1) for i in initial]
    if len(set(first)) < len(first) or len(first) > budget:
        raise ValueError(
            "initial must hold distinct rows, no more than the budget of "
            f"{budget}, got {first}"
        )
    return lambda _, i: label(i), rules, budget, first


def solved_at_the_end(
    model: Model, run: CuttingPlaneRun, final_solve: Callable | None
) -> CuttingPlaneRun:
    """Return the run with the network of a final solve on what was bought."""
    if final_solve is None:
        return run
    if not run.labels_bought:
        raise ValueError("final_solve needs labels: budget is 0")
    y = np.array([record.label for record in run.history])
    X, patterns = model.X[run.queried], model.patterns_at(run.queried)
    weights = final_solve(X, y, patterns)
    deep = hasattr(weights, "blocks")
    network = to_deep_network(weights) if deep else to_network(weights)
    return replace(run, network=network, weights=weights)


def convex_final_solve(reg: float, *, tol: float = 1e-6) -> Callable:
    r"""Return a final solve: chapter 6's program on the labels that were bought.

    .. math::

        \min_{u_i, v_i \in K_i} \tfrac12 \Big\| \sum_i D_i X (u_i - v_i) - y \Big\|^2
        + \lambda \sum_i (\|u_i\| + \|v_i\|)

    Parameters
    ----------
    reg : float
        Lambda, for a sum of squares.
    tol : float
        Relative duality gap.

    Returns
    -------
    callable
        (X, y, patterns) -> ConvexWeights. Patterns that agree on the bought rows are
        one pattern there; the weights have a block for each different one.

    Notes
    -----
    Implements {eq}`eq:convex-c` on the bought rows. The squared loss does not promise
    that every bought label keeps its sign.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.cutting_plane import convex_final_solve
    >>> X = np.array([[-1.0, 1.0], [0.0, 1.0], [1.0, 1.0]])
    >>> solve = convex_final_solve(1e-3)
    >>> weights = solve(X, np.array([1.0, -1.0, 1.0]), enumerate_patterns(X))
    >>> weights.positive.shape
    (6, 2)
    """
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    tol = as_real(tol, "tol", low=0.0, open_low=True)

    def solve(X: np.ndarray, y: np.ndarray, patterns: Patterns) -> ConvexWeights:
        if not isinstance(patterns, Patterns):
            raise ValueError(
                "convex_final_solve is for two layers: patterns must be Patterns, got "
                f"{type(patterns).__name__}"
            )
        return fit_convex_relu(X, y, merge_patterns(patterns), reg, tol=tol).weights

    return solve
