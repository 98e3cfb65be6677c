r"""Training by cutting planes, and its rival by gradients.

.. math::

    i = \operatorname*{arg\,min}_i\; y_i\,\mathrm{net}_{\theta_c}(x_i) \le 0
    \quad\Rightarrow\quad
    V \leftarrow V \cap \{y_i f(x_i;\theta) \ge 0\} \cap \{C_i\theta \ge 0\}

until the network of the centre makes no mistake. A sample is cut on at most once: then
its cones hold, the network is the lifted model there, and the centre is right on it.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit

from reference.common import (
    as_integer,
    as_labels,
    as_matrix,
    as_real,
    as_rng,
    need_callable,
)
from reference.cutting_plane.active import (
    checked_rules,
    solved_at_the_end,
)
from reference.cutting_plane.centers import Bought, Point
from reference.cutting_plane.loop import CuttingPlaneRun, buy_and_cut
from reference.cutting_plane.losses import SignLoss
from reference.cutting_plane.models import Model, as_model
from reference.relu_lp import ReluNetwork

__all__ = ["descend_relu", "train"]


def train(
    X: ArrayLike,
    y: ArrayLike,
    patterns: Any,
    *,
    center: str | Callable = "analytic",
    radius: float | None = None,
    final_solve: Callable | None = None,
    tol: float = 1e-8,
    rng: np.random.Generator | None = None,
    callback: Callable | None = None,
) -> CuttingPlaneRun:
    r"""Return a network that classifies every sample, trained by cuts alone.

    .. math::

        \text{while some } y_i\,\mathrm{net}(x_i) \le 0:\quad
        V \leftarrow V \cap \{y_i f(x_i;\theta) \ge 0\} \cap \{C_i\theta \ge 0\}, \quad
        \theta_c \leftarrow \operatorname{centre}(V)

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels +1 and -1, all of them known.
    patterns : Patterns, DeepPatterns or None
        Made for X, as for `active_learn`.
    center, radius, tol, callback
        As for `active_learn`.
    final_solve : callable, optional
        As for `active_learn`, on the samples that were cut on.
    rng : numpy.random.Generator, optional
        For the centroid's walk.

    Returns
    -------
    CuttingPlaneRun
        ``queried`` are the samples that made cuts, the worst mistake first;
        ``labels_bought`` is n, because all labels were looked at.

    Raises
    ------
    Infeasible
        If the cuts contradict each other on these patterns, as for `active_learn`.
    NotConverged
        As for `active_learn`.
    ValueError
        For bad input.

    Notes
    -----
    Implements {prf:ref}`alg-12-train`: at most n cuts, however small the margin. No
    step size, no epochs, no local minimum.

    References
    ----------
    Zhang, Zhang and Pilanci (2024), algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.activation_patterns import enumerate_patterns
    >>> from reference.cutting_plane import train
    >>> X = np.array([[0.0, 0, 1], [1, 1, 1], [0, 1, 1], [1, 0, 1]])  # exclusive or
    >>> y = np.array([1.0, 1.0, -1.0, -1.0])
    >>> run = train(X, y, enumerate_patterns(X))
    >>> len(run.queried), bool((y * run.network(X) > 0).all())
    (4, True)
    """
    model = as_model(X, patterns)
    y = as_labels(y, size=len(model.X))
    if rng is None and center == "centroid":
        raise ValueError("rng must be a generator for center='centroid'")
    need_callable(final_solve, "final_solve", optional=True)
    any_rng = np.random.default_rng(0) if rng is None else rng
    rules = checked_rules(
        SignLoss(), center, radius, tol, any_rng, "random", callback=callback
    )

    def worst_mistake(
        model: Model, point: Point, bought: Bought, rng: np.random.Generator
    ) -> tuple[Model, Sequence[int]]:
        outputs = np.zeros(len(y)) if point.network is None else point.network(model.X)
        margins = y * outputs
        margins[bought.index] = np.inf  # right, up to rounding (eq:cp-consistent)
        worst = int(margins.argmin())
        return model, [worst] if margins[worst] <= 0 else []

    rules = replace(rules, choose=worst_mistake)
    run = buy_and_cut(model, lambda _, i: y[i], rules, len(y))
    return replace(solved_at_the_end(model, run, final_solve), labels_bought=len(y))


def descend_relu(
    X: ArrayLike,
    y: ArrayLike,
    *,
    width: int,
    steps: int,
    rng: np.random.Generator,
    step_size: float = 0.01,
    callback: Callable[[ReluNetwork], object] | None = None,
) -> ReluNetwork:
    r"""Return a two-layer network trained by full-batch gradients (Adam).

    .. math::

        \min_{W, \alpha} \frac1n \sum_i \log\big(1 + e^{-y_i f(x_i)}\big), \qquad
        f = (XW)_+\alpha

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels +1 and -1.
    width : int
        Hidden neurons, drawn from a Gaussian of variance 2 / d; output weights of
        variance 1 / width.
    steps : int
        Gradient steps.
    rng : numpy.random.Generator
    step_size : float
    callback : callable, optional
        Called with the network before the first step and after each.

    Returns
    -------
    ReluNetwork

    Notes
    -----
    Implements {eq}`eq:cp-logistic` with Adam's usual constants. The rival of `train`,
    and as ``center=lambda X, y, patterns: descend_relu(...)`` algorithm 9.

    References
    ----------
    Kingma and Ba (2015).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.cutting_plane import descend_relu
    >>> X, y = np.array([[-1.0, 1.0], [1.0, 1.0]]), np.array([-1.0, 1.0])
    >>> network = descend_relu(X, y, width=20, steps=200, rng=np.random.default_rng(0))
    >>> np.sign(network(X))
    array([-1.,  1.])
    """
    X = as_matrix(X)
    y = as_labels(y, size=len(X))
    width = as_integer(width, "width", low=1)
    steps = as_integer(steps, "steps", low=0)
    step_size = as_real(step_size, "step_size", low=0.0, open_low=True)
    rng = as_rng(rng)
    need_callable(callback, "callback", optional=True)
    d = X.shape[1]
    weights = np.vstack(
        [
            rng.standard_normal((d, width)) * np.sqrt(2 / d),
            rng.standard_normal((1, width)) / np.sqrt(width),
        ]
    )
    first, second = np.zeros_like(weights), np.zeros_like(weights)
    for step in range(1, steps + 1):
        if callback is not None:
            callback(ReluNetwork(weights[:-1], weights[-1]))
        gradient = _logistic_gradient(X, y, weights)
        first = 0.9 * first + 0.1 * gradient
        second = 0.999 * second + 0.001 * gradient**2
        size = np.sqrt(second / (1 - 0.999**step)) + 1e-8
        weights = weights - step_size * first / (1 - 0.9**step) / size
    network = ReluNetwork(weights[:-1], weights[-1])
    if callback is not None:
        callback(network)
    return network


def _logistic_gradient(X: np.ndarray, y: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """Return the gradient of the mean logistic loss, in the shape of the weights."""
    W, alpha = weights[:-1], weights[-1]
    hidden = np.maximum(X @ W, 0.0)
    slope = -y * expit(-y * (hidden @ alpha)) / len(y)  # (eq:cp-logistic)
    inner = np.outer(slope, alpha) * (hidden > 0)
    return np.vstack([X.T @ inner, slope @ hidden])
