r"""Sampled convex programs: fix the hidden neurons at random, train the outputs.

With N unit vectors :math:`\theta_i` drawn uniformly from the sphere, the network
:math:`f = \sum_i \alpha_i (x^\top \theta_i)_+` is linear in its output weights, and
training it with weight decay is the lasso

.. math::

    \min_{\alpha \in R^N} \; \ell\Big(\sum_i \alpha_i (X \theta_i)_+,\, y\Big)
    + \lambda \sum_i |\alpha_i| .

More neurons lower its value towards that of the best network. How many are enough is
a question about the next sample: how likely is it to lower the value at all?
"""

from dataclasses import dataclass

import numpy as np
from scipy.special import betainc

from reference.common import NotConverged, as_integer, as_matrix, as_real
from reference.convex_losses import checked_targets, dual_bound, loss_value
from reference.convex_objective import balanced_network
from reference.convex_weights import ConvexWeights
from reference.splitting import admm_iterates, dual_norm_bound

__all__ = [
    "SampledFit",
    "fit_sampled",
    "improvement_bound",
    "samples_needed",
    "violation_tail",
]


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
        ν: a further neuron θ lowers the value if and only if |ν'(Xθ)₊| > λ, up to
        the accuracy of the fit.
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
    Implements (eq:scp). Its ADMM is that of the gated model with blocks of length
    one: O(n N + n²) per iteration after one n x n factorisation, whatever N is.

    References
    ----------
    Bai, Gautam and Sojoudi (2022), section on sampled convex programs.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.sampled_convex import fit_sampled
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
    ones = np.ones((len(X), 1))  # a block of length one has X = 1 and "mask" (Xθ)₊
    best, dual, lower, every = np.zeros(N), np.zeros(len(X)), 0.0, 10
    value = zero = loss_value(0.0 * y, y, loss)
    for state in admm_iterates(
        ones, features, y, reg, loss=loss, cones=False, every=every
    ):
        output = state.weights[0, :, 0]
        objective = loss_value(output @ features, y, loss) + reg * np.abs(output).sum()
        if objective < value:
            best, value = output, float(objective)
        size = dual_norm_bound(ones, features, state.dual)
        bound = dual_bound(state.dual, y, reg, size, loss)
        if bound >= lower:
            lower, dual = bound, state.dual
        gap = max(value - lower, 0.0)
        fit = SampledFit(neurons, best, value, gap, best @ features, dual, reg)
        if gap <= tol * zero:
            return fit
        if state.iteration + every > max_iterations:
            raise NotConverged(
                f"ADMM: duality gap {gap:.3g} after {state.iteration} iterations "
                f"(objective {value:.6g}); raise tol or max_iterations, or take "
                "state, the best fit so far",
                fit,
            )


def improvement_bound(n, num_samples) -> float:
    r"""Return a bound on the probability that one more sample lowers the value.

    .. math::

        P(\text{sample } N + 1 \text{ lowers the value}) \le \frac{n}{N + 1} .

    Parameters
    ----------
    n : int
        Number of training samples (rows of X).
    num_samples : int
        N, the independent neurons or patterns drawn so far, repetitions counted.

    Returns
    -------
    float
        At most 1. The probability is over all N + 1 samples.

    Raises
    ------
    ValueError
        For numbers out of range.

    Notes
    -----
    Implements (eq:scp-expected). Bai, Gautam and Sojoudi (2022) have n + 1 for n.

    Examples
    --------
    >>> from reference.sampled_convex import improvement_bound
    >>> improvement_bound(20, 99)
    0.2
    """
    n = as_integer(n, "n", low=1)
    return min(1.0, n / (as_integer(num_samples, "num_samples", low=0) + 1))


def violation_tail(n, num_samples, level) -> float:
    r"""Return a bound on the probability that the sample was a poor one.

    .. math::

        P(V > \xi) \le \sum_{i=0}^{n-1} \binom{N}{i} \xi^i (1 - \xi)^{N - i},

    where V, given the N samples, is the probability that one more lowers the value.

    Parameters
    ----------
    n : int
        Number of training samples (rows of X).
    num_samples : int
        N.
    level : float
        ξ in [0, 1].

    Returns
    -------
    float

    Raises
    ------
    ValueError
        For numbers out of range.

    Notes
    -----
    Implements (eq:scp-tail), a binomial distribution function, by the incomplete
    beta function.

    References
    ----------
    Campi and Garatti (2008), theorem 1.

    Examples
    --------
    >>> from reference.sampled_convex import violation_tail
    >>> violation_tail(1, 2, 0.5)  # both of two samples miss half of the sphere
    0.25
    """
    n = as_integer(n, "n", low=1)
    N = as_integer(num_samples, "num_samples", low=0)
    level = as_real(level, "level", low=0.0, high=1.0)
    return 1.0 if n > N else float(betainc(N - n + 1, n, 1.0 - level))


def samples_needed(n, level, failure) -> int:
    r"""Return how many samples are enough, by the bound of the paper.

    .. math::

        N \ge \min\Big\{ \frac{n + 1}{\psi \xi} - 1,\;
        \frac{2}{\xi} (n + 1 - \log \psi) \Big\}
        \;\Longrightarrow\; P(V > \xi) \le \psi .

    Parameters
    ----------
    n : int
        Number of training samples (rows of X).
    level : float
        ξ in (0, 1]: how likely the next sample may lower the value.
    failure : float
        ψ in (0, 1]: how likely the drawn samples may fail to achieve this.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        For numbers out of range.

    Notes
    -----
    Implements (eq:scp-needed). `violation_tail` is sharper.

    References
    ----------
    Bai, Gautam and Sojoudi (2022); Calafiore and Campi (2005); Campi and Garatti
    (2008).

    Examples
    --------
    >>> from reference.sampled_convex import samples_needed
    >>> samples_needed(100, 0.1, 0.05)
    2080
    """
    n = as_integer(n, "n", low=1)
    xi = as_real(level, "level", low=0.0, high=1.0, open_low=True)
    psi = as_real(failure, "failure", low=0.0, high=1.0, open_low=True)
    enough = min((n + 1) / (psi * xi) - 1, 2 / xi * (n + 1 - np.log(psi)))
    return int(np.ceil(enough))
