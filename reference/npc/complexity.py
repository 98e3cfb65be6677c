r"""What the labels cost a kernel: the bound on the test error of Arora et al.

.. math:: \sqrt{\frac{2\, y^\top \Theta^{-1} y}{n}}
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_array
from reference.npc.kernel import ROUNDING, as_kernel, need_semidefinite

__all__ = ["kernel_complexity"]


def kernel_complexity(gram: ArrayLike, y: ArrayLike) -> float:
    r"""Return how large a function of the kernel must be to fit these labels.

    .. math::

        \sqrt{\frac{2\, y^\top \Theta^{-1} y}{n}} \le
        \sqrt{\frac{2}{n}}\, \frac{\|y\|}{\sqrt{\lambda_{\min}(\Theta)}}

    Parameters
    ----------
    gram : array_like, shape (n, n)
        Θ of the labelled samples, positive semi-definite.
    y : array_like, shape (n,) or (n, C)
        Labels; several columns add up under the root.

    Returns
    -------
    float
        Infinite if no function of the kernel fits.

    Raises
    ------
    ValueError
        If an argument is malformed or Θ is not semi-definite.

    Notes
    -----
    Implements (eq:npc-complexity) in O(n³). Unlike the smallest eigenvalue it knows the
    labels: a small eigenvalue costs nothing if they have no share in its mode.

    References
    ----------
    Arora et al. (2019), theorem 5.1.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.npc import kernel_complexity
    >>> gram = np.array([[1.0, 0.8], [0.8, 1.0]])
    >>> same, different = [1.0, 1.0], [1.0, -1.0]
    >>> round(kernel_complexity(gram, same), 3), round(
    ...     kernel_complexity(gram, different), 3)
    (1.054, 3.162)
    """
    kernel = as_kernel(gram, None)
    n = len(kernel)
    labels = as_array(y, "y")
    if labels.ndim not in (1, 2) or len(labels) != n:
        raise ValueError(f"y must have shape ({n},) or ({n}, C), got {labels.shape}")
    rows = np.arange(n)
    need_semidefinite(kernel, rows)
    values, U = np.linalg.eigh(kernel.block(rows, rows))
    shares = U.T @ labels.reshape(n, -1)
    solid = values > n * ROUNDING * max(values[-1], 0.0)
    weights = shares[solid] / values[solid, None]
    # Rounding of Θ turns the null modes towards the others: by the backward error,
    # these labels are fitted if y - Θw is below n ε (‖y‖ + ‖Θ‖‖w‖).
    missed = np.linalg.norm(shares[~solid], axis=0)
    size = np.linalg.norm(shares, axis=0) + values[-1] * np.linalg.norm(weights, axis=0)
    if (missed > n * ROUNDING * size).any():
        return np.inf
    energy = (shares[solid] * weights).sum()
    return float(np.sqrt(2.0 * energy / n / kernel.unit))
