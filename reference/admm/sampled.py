r"""Sampled convex programs: fix the hidden neurons at random, train the outputs.

With N unit vectors :math:`w_j` drawn uniformly from the sphere, the network
:math:`f = \sum_j \alpha_j (x^\top w_j)_+` is linear in its output weights, and
training it with weight decay is the lasso

.. math::

    \min_{\alpha \in R^N} \; \ell\Big(\sum_j \alpha_j (X w_j)_+,\, y\Big)
    + \lambda \sum_j |\alpha_j| .

More neurons lower its value towards that of the best network. How many are enough is
a question about the next sample: see `sample_bounds`.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import islice
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.admm.fit import sharper
from reference.admm.losses import (
    checked_targets,
    dual_value,
    loss_value,
    scaled_dual,
)
from reference.admm.splitting import admm_iterates
from reference.common import (
    NotConverged,
    as_integer,
    as_matrix,
    as_real,
    as_rng,
    need_limits,
)
from reference.convex_relu import balanced_network, gap_too_large, least_distance
from reference.relu_lp import ConvexWeights, ReluNetwork

__all__ = ["SampledFit", "fit_sampled"]


@dataclass(frozen=True, eq=False)
class SampledFit:
    """The best network whose hidden neurons are the sampled ones.

    Parameters
    ----------
    neurons : ndarray, shape (N, d)
        Unit vectors.
    output : ndarray, shape (N,)
        Output weights α, mostly zero.
    objective : float
    gap : float
        No output weights for these neurons have an objective below this much less.
    fitted : ndarray, shape (n,)
    dual : ndarray, shape (n,)
        ν, a point of the dual worth objective - gap: ν'(X w_j)₊ is at most λ in size
        for every drawn neuron. A further neuron lowers the value if and only if
        its product with ν is larger, up to the accuracy of the fit: one that stays
        below λ lowers it by at most the gap.
    reg : float
    """

    neurons: np.ndarray
    output: np.ndarray
    objective: float
    gap: float
    fitted: np.ndarray
    dual: np.ndarray
    reg: float

    @property
    def network(self) -> ReluNetwork:
        """The ReLU network, balanced so that its weight decay is the penalty."""
        both = np.maximum([self.output, -self.output], 0.0)
        return balanced_network(ConvexWeights(*both[..., None] * self.neurons))


def fit_sampled(
    X: ArrayLike, y: ArrayLike, num_neurons: int, reg: float, *,
    rng: np.random.Generator, loss: str = "squared", tol: float = 1e-6,
    max_iter: int = 20_000,
) -> SampledFit:  # fmt: skip
    r"""Return the best output weights for randomly drawn hidden neurons.

    .. math::

        \min_{\alpha} \; \ell\Big(\sum_{j=1}^{N} \alpha_j (X w_j)_+,\, y\Big)
        + \lambda \|\alpha\|_1, \qquad w_j \sim \text{uniform}, \|w_j\| = 1 .

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Targets; labels +1 and -1 for logistic and hinge loss.
    num_neurons : int
        N. Equal generators give nested samples: a larger N adds neurons.
    reg : float
        λ > 0, for a sum of losses.
    rng : numpy.random.Generator
    loss : {"squared", "logistic", "hinge"}
    tol : float
        Stop at a duality gap of at most ``tol`` times the loss of the zero network.
    max_iter : int
        For the other losses; the squared one needs no iterations of ADMM.

    Returns
    -------
    SampledFit

    Raises
    ------
    ValueError
        For bad input.
    NotConverged
        Short of `tol`; `state` is the best SampledFit so far.

    Notes
    -----
    Implements (eq:scp). Squared loss: exactly, as the projection of y onto the
    polytope of the dual, by an active-set method, about O(n N) for each of its steps.
    Other losses: ADMM of the gated model with blocks of length one, O(n N + n²) per
    iteration.

    References
    ----------
    Bai, Gautam and Sojoudi (2022), section on sampled convex programs.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.admm import fit_sampled
    >>> X, y = [[1.0], [-1.0]], [2.0, -3.0]
    >>> fit = fit_sampled(X, y, 8, 0.5, rng=np.random.default_rng(0))
    >>> fit.network(X).round(3), round(fit.objective, 4)
    (array([ 1.5, -2.5]), 2.25)
    """
    X = as_matrix(X)
    y = checked_targets(y, loss, size=len(X))
    N = as_integer(num_neurons, "num_neurons", low=1)
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    need_limits(tol, max_iter)
    neurons = as_rng(rng).standard_normal((N, X.shape[1]))
    neurons /= np.linalg.norm(neurons, axis=1, keepdims=True)
    features = np.maximum(neurons @ X.T, 0.0)  # (N, n)
    best: Any = None
    enough, squared = tol * loss_value(0.0 * y, y, loss), loss == "squared"
    candidates = _by_admm(features, y, reg, loss, max_iter)
    for output, nu in [_by_projection(features, y, reg)] if squared else candidates:
        fitted = output @ features
        objective = loss_value(fitted, y, loss) + reg * float(np.abs(output).sum())
        size = float(np.abs(features @ nu).max())
        nu = scaled_dual(nu, y, reg, size, loss)  # (eq:admm-bound)
        gap = max(objective - dual_value(nu, y, loss), 0.0)
        fit = SampledFit(neurons, output, objective, gap, fitted, nu, reg)
        proof = max(best or fit, fit, key=lambda one: one.objective - one.gap)
        best = replace(sharper(best, fit), dual=proof.dual)
        if best.gap <= enough:
            return best
    what = "tol" if squared else "tol or max_iter"
    advice = f"raise {what}, or take state, the best so far"
    raise gap_too_large("the last step", best.gap, enough, best, advice)


def _by_projection(
    features: np.ndarray, y: np.ndarray, reg: float
) -> tuple[np.ndarray, np.ndarray]:
    """Return the lasso's solution: its residual is the projection (eq:scp-projection).

    The shortest step from y into the polytope of the dual is a least-distance program.
    """
    size = np.linalg.norm(y) or 1.0
    goal, level = y / size, reg / size  # every length below is then at most 1
    G, pull = np.vstack([-features, features]), features @ goal
    h = np.concatenate([pull - level, -pull - level])
    zeta, scale = least_distance(G, h)
    up, down = zeta.reshape(2, -1)
    if not scale > 0.0:
        raise NotConverged("the projection of y lost all its digits: reg is too small")
    output = size * (up - down) / scale
    return output, y - output @ features


def _by_admm(
    features: np.ndarray, y: np.ndarray, reg: float, loss: str, max_iter: int
) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    """Yield iterates: a block of length one has X = 1 and (X w)_+ for its mask."""
    ones = np.ones((len(y), 1))
    states = admm_iterates(ones, features, y, reg, loss=loss, cones=False, every=10)
    for state in islice(states, max(1, max_iter // 10)):
        yield state.weights[0, :, 0], state.dual
