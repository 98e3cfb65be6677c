r"""How many random neurons, or random activation patterns, are enough?

Draw N independent samples, solve the program with them and let, given these samples,

.. math::

    V = P(\text{one more lowers the optimal value}) .

At most n samples matter to the optimum, n the number of rows of X, and all orders of
the samples are equally likely: the expectation of V is at most n / (N + 1), and V is
larger than ξ at most as often as a binomial variable is small.
"""

import numpy as np
from scipy.special import betainc

from reference.common import as_integer, as_real

__all__ = ["improvement_bound", "samples_needed", "violation_tail"]


def improvement_bound(n: int, num_samples: int) -> float:
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
    >>> from reference.admm import improvement_bound
    >>> improvement_bound(20, 99)
    0.2
    """
    n = as_integer(n, "n", low=1)
    return min(1.0, n / (as_integer(num_samples, "num_samples", low=0) + 1))


def violation_tail(n: int, num_samples: int, level: float) -> float:
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
    >>> from reference.admm import violation_tail
    >>> violation_tail(1, 2, 0.5)  # both of two samples miss half of the sphere
    0.25
    """
    n = as_integer(n, "n", low=1)
    N = as_integer(num_samples, "num_samples", low=0)
    level = as_real(level, "level", low=0.0, high=1.0)
    return 1.0 if n > N else float(betainc(N - n + 1, n, 1.0 - level))


def samples_needed(n: int, level: float, failure: float) -> int:
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
    >>> from reference.admm import samples_needed
    >>> samples_needed(100, 0.1, 0.05)
    2080
    """
    n = as_integer(n, "n", low=1)
    xi = as_real(level, "level", low=0.0, high=1.0, open_low=True)
    psi = as_real(failure, "failure", low=0.0, high=1.0, open_low=True)
    enough = min((n + 1) / (psi * xi) - 1, 2 / xi * (n + 1 - np.log(psi)))
    return int(np.ceil(enough))
