r"""One sample more: its smallest eigenvalue is the root of a scalar equation.

.. math::

    g(\mu) = \theta_{xx} - \mu - \sum_i \frac{(u_i^\top\theta_x)^2}{\lambda_i - \mu}
    = 0, \qquad \mu < \lambda_1 .

With the lowest mode kept beside the sample, Newton's steps cannot leave the interval,
and a sample without a share in that mode is no special case.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.common import NotConverged
from reference.npc.kernel import as_index_sets, as_kernel
from reference.npc.modes import LabeledModes, labeled_modes

__all__ = ["addition_scores"]

MOST_SECULAR_STEPS = 200
SECULAR_CHUNK = 1 << 18


def addition_scores(
    *,
    gram: ArrayLike | None = None,
    factor: ArrayLike | None = None,
    labeled: ArrayLike,
    pool: ArrayLike,
) -> np.ndarray:
    r"""Return the smallest eigenvalue after each sample of the pool is added alone.

    .. math:: \lambda_{\min}(\Theta_{L \cup \{x\}}), \qquad x \in U

    Parameters
    ----------
    gram, factor
        As in `min_eigenvalue_scores`.
    labeled : array_like of int, shape (L,)
    pool : array_like of int, shape (N,)

    Returns
    -------
    ndarray, shape (N,)

    Raises
    ------
    ValueError
        If an argument is malformed.

    Notes
    -----
    Implements (eq:npc-secular). O(L³ + L² N) once and about six evaluations of O(L N).

    References
    ----------
    Golub (1973), section 5.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.npc import addition_scores
    >>> angle = np.radians([0.0, 60.0, 80.0])
    >>> gram = np.cos(angle[:, None] - angle) + np.eye(3)
    >>> addition_scores(gram=gram, labeled=[0], pool=[1, 2]).round(4)
    array([1.5   , 1.8264])
    """
    kernel = as_kernel(gram, factor)
    ours, others = as_index_sets(labeled, pool, kernel)
    return secular_roots(labeled_modes(kernel, ours, others)) * kernel.unit


def secular_roots(modes: LabeledModes) -> np.ndarray:
    """Return λ_min of the labelled block with each member alone, shape (N,)."""
    own = modes.kernel.diagonal(modes.members)
    if not len(modes.values):
        return own
    tol, roots = modes.rounding(np.arange(len(own))[:, None]), np.empty(len(own))
    chunk = max(1, SECULAR_CHUNK // len(modes.values))
    for first in range(0, len(own), chunk):
        part = slice(first, first + chunk)
        roots[part] = _roots(modes.values, modes.links[part], own[part], tol[part])
    return roots


def _roots(
    values: np.ndarray, links: np.ndarray, own: np.ndarray, tol: np.ndarray
) -> np.ndarray:
    """Return the roots for members with these links (N, n) and own values (N,)."""
    first, rest = links[:, 0], links[:, 1:]
    low, width = np.full(len(own), -np.inf), np.full(len(own), np.inf)
    high = np.full(len(own), values[0])
    t, active = high - 1e-3 * np.abs(values).max(), np.arange(len(own))
    for _ in range(MOST_SECULAR_STEPS):
        at = t[active]
        shares = rest[active] / np.maximum(values[1:] - at[:, None], tol[active, None])
        corner = own[active] - (shares * rest[active]).sum(axis=1)
        value, weight = _lowest_of_two(values[0], corner, first[active])
        slope = 1.0 + (shares**2).sum(axis=1) * weight
        upper = np.minimum(high[active], at + (value - at) / slope)  # (eq:npc-newton)
        lower = np.maximum(low[active], np.minimum(value, at))
        high[active], low[active] = upper, lower
        gap = upper - lower
        t[active] = np.where(gap <= width[active] / 2, upper, (lower + upper) / 2)
        width[active] = gap
        active = active[gap > tol[active]]
        if not len(active):
            return high
    raise NotConverged(
        f"no roots in {MOST_SECULAR_STEPS} steps for {len(active)} samples", high
    )


def _lowest_of_two(
    top: float, corner: np.ndarray, beside: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return λ_min of [[top, beside], [beside, corner]], its vector's last square."""
    half = (top - corner) / 2
    length = np.hypot(half, beside)
    value = np.minimum(top, corner) - (length - np.abs(half))
    weight = np.where(length > 0, (1 + half / np.where(length > 0, length, 1)) / 2, 0.5)
    return value, weight
