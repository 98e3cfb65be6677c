r"""How many mistakes cuts through centroids allow, and why the number is no comfort.

By Grünbaum's theorem a half-space that misses the centroid of a convex body, or has it
on its wall, keeps at most the share :math:`1 - 1/e` of the volume. So

.. math::

    N \le \frac{\log(\operatorname{vol} V_0 / \operatorname{vol} V_*)}
               {-\log(1 - 1/e)}
      \;=\; 2.18\, D \log(R / r) \quad\text{for balls.}
"""

import math

from reference.common import as_integer, as_real

__all__ = ["mistake_bound"]


def mistake_bound(variables: int, ratio: float, *, miss: float = 0.0) -> int:
    r"""Return the most mistakes that the centroid can make before all labels are right.

    .. math::

        \Big\lfloor \frac{D \log(R / r)}{-\log(1 - 1/e + t)} \Big\rfloor

    Parameters
    ----------
    variables : int
        D, the lifted variables: 2 P d for two layers, 4 P_1 P_2 d for three.
    ratio : float
        R / r >= 1: the ball in which the weights are sought holds a ball of radius r
        of weights that are right on every label.
    miss : float
        t of an inexact cut: how far from the centroid it may keep away, in units in
        which the body is round (isotropic); below 1 / e.

    Returns
    -------
    int

    Notes
    -----
    Implements {eq}`eq:cp-mistakes`. It counts *mistakes of the centroid*: labels that
    it had right are free in the bound and cost as much as any other.

    References
    ----------
    Grünbaum (1960); Bertsimas and Vempala (2004) for t > 0.

    Examples
    --------
    >>> from reference.cutting_plane import mistake_bound
    >>> mistake_bound(2 * 623 * 3, 10.0)  # the paper's spiral, had it a ball of R / 10
    18765
    >>> mistake_bound(2, 10.0)
    10
    """
    variables = as_integer(variables, "variables", low=1)
    ratio = as_real(ratio, "ratio", low=1.0)
    miss = as_real(miss, "miss", low=0.0)
    if miss >= 1 / math.e:
        raise ValueError(f"miss must be below 1/e: else nothing is cut, got {miss:g}")
    kept = 1 - 1 / math.e + miss
    return math.floor(variables * math.log(ratio) / -math.log(kept))  # (eq:cp-mistakes)
