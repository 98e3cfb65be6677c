r"""BADGE: a batch with long and different gradients, from two factors.

The gradient of a sample in the last layer is an outer product,
:math:`g_i = q_i \otimes h_i` with :math:`q_i = p_i - e_{\hat y_i}`, so products and
distances of gradients come from the factors,

.. math::

    \langle g_i, g_j \rangle = \langle q_i, q_j \rangle \langle h_i, h_j \rangle ,

and the (n, C d) array of gradients is never made. Squared distances to the centres
only fall. So a draw by old distances, accepted with probability *new / old*, has the
law of a draw by new ones, and the whole pool is measured again once in `block` centres.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition.picks import (
    as_embeddings,
    as_probabilities,
    chunks,
    safe_units,
)
from reference.common import as_budget, as_integer, as_rng

__all__ = ["badge"]

CLOSE = 1e-7  # squared distances below this, beside the lengths, are measured again


def badge(
    embeddings: ArrayLike,
    budget: int,
    *,
    probabilities: ArrayLike,
    block: int = 64,
    rng: np.random.Generator,
) -> np.ndarray:
    r"""Return a batch with long and different gradients, by k-means++ seeding.

    .. math::

        i_1 = \operatorname*{arg\,max}_i \|g_i\|, \qquad
        \Pr(i_{t+1} = i) \propto \min_{s \le t} \|g_i - g_{i_s}\|^2 .

    Parameters
    ----------
    embeddings : array_like, shape (n, d)
        What the last layer sees. A bias of that layer is one more column of ones.
    budget : int
    probabilities : array_like, shape (n, C)
    block : int
        The pool is measured again after so many centres; the law does not depend
        on it.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct positions, in the order of drawing. When all that is left has the
        gradient of a pick, the rest is drawn at random.

    Raises
    ------
    ValueError
        If an argument is malformed or the budget is larger than the pool.

    Notes
    -----
    Implements {prf:ref}`alg-11-badge` with (eq:acquisition-distances) and
    (eq:acquisition-reject), in time n (C + d) for each pick, as matrix products, and
    memory for a chunk of the pool times a block.

    References
    ----------
    Ash et al. (2020); Arthur and Vassilvitskii (2007).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import badge
    >>> p = [[0.5, 0.5], [0.5, 0.5], [0.5, 0.5], [1.0, 0.0]]
    >>> H = [[1.0], [5.0], [5.0], [9.0]]
    >>> badge(H, 2, probabilities=p, rng=np.random.default_rng(1))
    array([1, 3])
    """
    (H,) = safe_units(as_embeddings(embeddings))
    q = as_probabilities(probabilities, rows=len(H))
    budget, rng = as_budget(budget, len(H)), as_rng(rng)
    block = as_integer(block, "block", low=1)
    q[np.arange(len(q)), q.argmax(axis=1)] -= 1.0
    q /= np.abs(q).max() or 1.0
    norms = np.einsum("ij,ij->i", q, q) * np.einsum("ij,ij->i", H, H)
    picks = new = [int(norms.argmax())]
    old = np.full(len(H), np.inf)
    while len(picks) < budget:
        _measure(q, H, norms, new, old)
        old[picks] = 0.0
        more = budget - len(picks)
        new = _draw(q, H, old, min(block, more), rng)
        if not new:  # nothing is left but copies
            left = np.setdiff1d(np.arange(len(H)), picks)
            return np.append(picks, rng.permutation(left)[:more])
        picks = picks + new
    return np.array(picks)


def _draw(
    q: np.ndarray, H: np.ndarray, old: np.ndarray, more: int, rng: np.random.Generator
) -> list[int]:
    """Return up to `more` centres, drawn by distances that fall with each of them.

    Fewer, if candidates are refused again and again: then the pool is measured anew.
    The first is drawn by distances that are up to date, and never refused.
    """
    total = np.cumsum(old)
    drawn: list[int] = []
    refused = 0
    while total[-1] > 0.0 and len(drawn) < more and refused < 16:
        i = int(np.searchsorted(total, rng.random() * total[-1], side="right"))
        new = _between(q, H, i, drawn).min(initial=old[i])
        if rng.random() * old[i] < new:  # (eq:acquisition-reject)
            drawn.append(i)
        else:
            refused += 1
    return drawn


def _measure(
    q: np.ndarray, H: np.ndarray, norms: np.ndarray, new: list[int], old: np.ndarray
) -> None:
    """Lower the squared distances `old` to those to the new centres, in place."""
    for rows in chunks(len(H)):
        products = (q[rows] @ q[new].T) * (H[rows] @ H[new].T)
        sizes = norms[rows, None] + norms[new]
        squares = sizes - 2.0 * products  # (eq:acquisition-distances)
        near = squares <= CLOSE * sizes  # digits are lost: from differences instead
        for k in np.flatnonzero(near.any(axis=0)):
            i = rows.start + np.flatnonzero(near[:, k])
            squares[near[:, k], k] = _between(q, H, new[k], i)
        old[rows] = np.minimum(old[rows], squares.min(axis=1))


def _between(
    q: np.ndarray, H: np.ndarray, i: int, others: list[int] | np.ndarray
) -> np.ndarray:
    r"""Return the squared distances of gradient i to others, zero for equal ones.

    .. math:: g_i - g_j = q_i \otimes (h_i - h_j) + (q_i - q_j) \otimes h_j
    """
    j = np.asarray(others, dtype=int)
    dq, dh = q[i] - q[j], H[i] - H[j]
    cross = (dq @ q[i]) * np.einsum("ij,ij->i", dh, H[j])
    squares = (q[i] @ q[i]) * np.einsum("ij,ij->i", dh, dh)
    squares += np.einsum("ij,ij->i", dq, dq) * np.einsum("ij,ij->i", H[j], H[j])
    return np.maximum(squares + 2.0 * cross, 0.0)
