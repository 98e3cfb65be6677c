r"""What no batch can exceed, from eigenvalues alone.

.. math::

    \lambda_{\min}(\Theta_{L \cup S}) \le
    \min\big\{\lambda_{\min}(\Theta_{LL}),\ \lambda_{|L| + Q}(\Theta_{L \cup U})\big\}
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_integer
from reference.npc.kernel import as_index_sets, as_kernel

__all__ = ["eigenvalue_caps"]


def eigenvalue_caps(
    *,
    gram: ArrayLike | None = None,
    factor: ArrayLike | None = None,
    labeled: ArrayLike,
    pool: ArrayLike,
    budget: int,
) -> tuple[float, float]:
    r"""Return two bounds that the smallest eigenvalue of no batch exceeds.

    .. math::

        \lambda_{\min}(\Theta_{LL}) \qquad\text{and}\qquad
        \lambda_{|L| + Q}(\Theta_{L \cup U}),

    eigenvalues in descending order.

    Parameters
    ----------
    gram, factor, labeled, pool
        As in `npc`.
    budget : int
        Q.

    Returns
    -------
    labeled_cap : float
        Infinite if nothing is labelled.
    pool_cap : float

    Raises
    ------
    ValueError
        If an argument is malformed.

    Notes
    -----
    Implements (eq:npc-cap), in O((L + N)³), or O((L + N) d²) with fewer features.

    References
    ----------
    Horn and Johnson (2012), theorem 4.3.28 (Cauchy's interlacing).

    Examples
    --------
    Of three orthogonal samples one is short, and two are wanted besides the labelled.

    >>> import numpy as np
    >>> from reference.npc import eigenvalue_caps
    >>> eigenvalue_caps(gram=np.diag([4.0, 5.0, 1.0]), labeled=[0], pool=[1, 2],
    ...                 budget=2)
    (4.0, 1.0)
    """
    kernel = as_kernel(gram, factor)
    ours, others = as_index_sets(labeled, pool, kernel)
    budget = as_integer(budget, "budget", low=1, high=len(others))
    first = np.linalg.eigvalsh(kernel.block(ours, ours))
    everyone = np.concatenate([ours, others])
    k = len(ours) + budget
    if kernel.factor is not None and kernel.factor.shape[1] < len(everyone):
        F = kernel.factor[everyone]
        spectrum = np.linalg.eigvalsh(F.T @ F)
    else:
        spectrum = np.linalg.eigvalsh(kernel.block(everyone, everyone))
    second = float(spectrum[-k]) if k <= len(spectrum) else 0.0
    labeled_cap = float(first[0]) * kernel.unit if len(ours) else np.inf
    return labeled_cap, second * kernel.unit
