r"""Sampled convex programs: fix the hidden neurons at random, train the outputs.

With N unit vectors :math:`\theta_i` drawn uniformly from the sphere, the network
:math:`f = \sum_i \alpha_i (x^\top \theta_i)_+` is linear in its output weights, and
training it with weight decay is the lasso

.. math::

    \min_{\alpha \in R^N} \; \ell\Big(\sum_i \alpha_i (X \theta_i)_+,\, y\Big)
    + \lambda \sum_i |\alpha_i| .

More neurons lower its value towards that of the best network. How many are enough is
a question about the next sample: see `sample_bounds`.
"""

from dataclasses import dataclass, replace
from itertools import islice

import numpy as np
from scipy.optimize import nnls

from reference.admm.losses import checked_targets, dual_bound, loss_value
from reference.admm.splitting import admm_iterates
from reference.common import NotConverged, as_integer, as_matrix, as_real
from reference.convex_relu import balanced_network
from reference.relu_lp import ConvexWeights

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
        ν: a further neuron θ lowers the value if and only if ν'(Xθ)₊ is larger
        than λ in size, up to the accuracy of the fit.
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
    def network(self):
        """The ReLU network, balanced so that its weight decay is the penalty."""
        positive = np.maximum(self.output, 0.0)[:, None] * self.neurons
        negative = np.maximum(-self.output, 0.0)[:, None] * self.neurons
        return balanced_network(ConvexWeights(positive, negative))


def fit_sampled(
    X, y, num_neurons, reg, *, rng, loss="squared", tol=1e-6, max_iterations=20_000
) -> SampledFit:
    r"""Return the best output weights for randomly drawn hidden neurons.

    .. math::

        \min_{\alpha} \; \ell\Big(\sum_{i=1}^{N} \alpha_i (X \theta_i)_+,\, y\Big)
        + \lambda \|\alpha\|_1, \qquad \theta_i \sim \text{uniform}, \|\theta_i\| = 1 .

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
    max_iterations : int

    Returns
    -------
    SampledFit

    Raises
    ------
    ValueError
        For bad input.
    NotConverged
        After `max_iterations`; `state` is the best SampledFit so far.

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
    tol = as_real(tol, "tol", low=0.0, open_low=True)
    max_iterations = as_integer(max_iterations, "max_iterations", low=1)
    if not isinstance(rng, np.random.Generator):
        raise ValueError(
            "rng must be a numpy.random.Generator such as "
            f"np.random.default_rng(0), got {type(rng).__name__}"
        )
    neurons = rng.standard_normal((N, X.shape[1]))
    neurons /= np.linalg.norm(neurons, axis=1, keepdims=True)
    features = np.maximum(neurons @ X.T, 0.0)  # (N, n)
    zero = loss_value(0.0 * y, y, loss)
    if zero == 0.0:
        return SampledFit(neurons, np.zeros(N), 0.0, 0.0, 0.0 * y, 0.0 * y, reg)
    best, lower, dual = None, -np.inf, None
    candidates = (
        _by_projection(features, y, reg)
        if loss == "squared"
        else _by_admm(features, y, reg, loss, max_iterations)
    )
    for output, nu in candidates:
        fitted = output @ features
        objective = loss_value(fitted, y, loss) + reg * float(np.abs(output).sum())
        size = float(np.abs(features @ nu).max())
        bound = dual_bound(nu, y, reg, size, loss)  # (eq:admm-bound)
        if bound > lower:
            lower, dual = bound, nu
        if best is None or objective < best.objective:
            best = SampledFit(neurons, output, objective, np.inf, fitted, nu, reg)
        best = replace(best, gap=max(best.objective - lower, 0.0), dual=dual)
        if best.gap <= tol * zero:
            return best
    raise NotConverged(
        f"duality gap {best.gap:.3g} at the end (objective {best.objective:.6g}); "
        "raise tol or max_iterations, or take state, the best fit so far",
        best,
    )


def _by_projection(features, y, reg):
    """Yield the lasso's solution: its residual is the projection (eq:scp-projection).

    Lawson and Hanson's least distance programme: the point x nearest to 0 with
    G x >= h is -r / r_last for the residual r of one non-negative least squares.
    """
    size = np.linalg.norm(y)
    goal, level = y / size, reg / size  # every length below is then at most 1
    G, pull = np.vstack([-features, features]), features @ goal
    h = np.concatenate([pull - level, -pull - level])
    E, last = np.vstack([G.T, h]), np.append(0.0 * y, 1.0)
    try:
        u, _ = nnls(E, last, maxiter=50 * len(h) + 100)
    except RuntimeError as error:
        raise NotConverged(f"non-negative least squares: {error}") from error
    up, down = u.reshape(2, -1)
    output = size * (up - down) / (1.0 - h @ u)
    yield output, y - output @ features


def _by_admm(features, y, reg, loss, max_iterations):
    """Yield iterates: a block of length one has X = 1 and (X theta)_+ for its mask."""
    ones = np.ones((len(y), 1))
    states = admm_iterates(ones, features, y, reg, loss=loss, cones=False, every=10)
    for state in islice(states, max(1, max_iterations // 10)):
        yield state.weights[0, :, 0], state.dual
