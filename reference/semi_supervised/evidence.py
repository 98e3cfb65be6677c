r"""How much do two means and two spreads of a few trials say? Welch's test.

.. math::

    t = \frac{m_1 - m_2}{\sqrt{s_1^2/n_1 + s_2^2/n_2}}, \qquad
    \nu = \frac{(s_1^2/n_1 + s_2^2/n_2)^2}
               {\frac{(s_1^2/n_1)^2}{n_1 - 1} + \frac{(s_2^2/n_2)^2}{n_2 - 1}}

Published tables give means and standard deviations of a few trials, and no trials; a
paired test is not possible then, and the spreads of two strategies are rarely equal.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from reference.common import as_array, as_integer, as_real

__all__ = ["WelchTest", "welch"]


@dataclass(frozen=True)
class WelchTest:
    """What Welch's test says, for every pair of entries.

    Attributes
    ----------
    t : ndarray
        The difference of the means in units of its standard error.
    freedom : ndarray
        Degrees of freedom, between min(n₁, n₂) - 1 and n₁ + n₂ - 2.
    p_values : ndarray
        Two-sided.
    needed : ndarray
        The smallest difference that these spreads would let be seen at the level.
    """

    t: np.ndarray
    freedom: np.ndarray
    p_values: np.ndarray
    needed: np.ndarray


def welch(
    means: ArrayLike, deviations: ArrayLike, trials: int,
    other_means: ArrayLike, other_deviations: ArrayLike, other_trials: int, *,
    level: float = 0.05,
) -> WelchTest:  # fmt: skip
    r"""Return Welch's test of means that are known with their spreads.

    .. math::

        p = 2\, P\bigl( t_\nu \le -|t| \bigr)

    Parameters
    ----------
    means, deviations : array_like
        Means and standard deviations (with n - 1 below) of one side, of one shape.
    trials : int
        n₁ >= 2.
    other_means, other_deviations, other_trials
        The other side, of the same shape.
    level : float
        In (0, 1], for `needed`.

    Returns
    -------
    WelchTest

    Raises
    ------
    ValueError
        If shapes differ, a deviation is negative, or both are zero: no spread was
        seen, so nothing can be compared with it.

    Notes
    -----
    Implements (eq:ssl-welch). The same as `scipy.stats.ttest_ind_from_stats` with
    ``equal_var=False``.

    References
    ----------
    Welch (1947).

    Examples
    --------
    Three trials each: eight points between the means are not much.

    >>> from reference.semi_supervised import welch
    >>> found = welch(85.1, 9.6, 3, 78.1, 5.5, 3)
    >>> float(found.p_values.round(2)), float(found.needed.round(1))
    (0.35, 19.7)
    """
    first, spread = _side("means", means, "deviations", deviations)
    second, other = _side(
        "other_means", other_means, "other_deviations", other_deviations
    )
    if second.shape != first.shape:
        raise ValueError(
            f"other_means needs the shape of means, {first.shape}, got {second.shape}"
        )
    n = as_integer(trials, "trials", low=2)
    m = as_integer(other_trials, "other_trials", low=2)
    level = as_real(level, "level", low=0.0, high=1.0, open_low=True)
    a, b = spread / np.sqrt(n), other / np.sqrt(m)
    error = np.hypot(a, b)
    if (error == 0.0).any():
        raise ValueError("deviations must not be zero on both sides")
    t = np.asarray((first - second) / error)  # (eq:ssl-welch)
    a, b = (a / error) ** 2, (b / error) ** 2  # shares: no square can underflow
    freedom = np.asarray(1.0 / (a**2 / (n - 1) + b**2 / (m - 1)))
    p = np.asarray(2.0 * stdtr(freedom, -np.abs(t)))
    return WelchTest(t, freedom, p, np.asarray(-error * stdtrit(freedom, level / 2.0)))


def _side(
    name: str, means: ArrayLike, spread_name: str, deviations: ArrayLike
) -> tuple[np.ndarray, np.ndarray]:
    """Return means and deviations of one shape."""
    first, spread = as_array(means, name), as_array(deviations, spread_name)
    if spread.shape != first.shape:
        raise ValueError(
            f"{spread_name} needs the shape of {name}, {first.shape}, got "
            f"{spread.shape}"
        )
    if (spread < 0.0).any():
        raise ValueError(f"{spread_name} must be non-negative, got {spread.min():g}")
    return first, spread
