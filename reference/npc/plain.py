r"""Neural pre-conditioning in five lines: read first.

.. math::

    \max_{S \subset U,\ |S| = Q}\ \lambda_{\min}(\Theta_{L \cup S})

by drawing batches and keeping the best. Nothing here is rescued: kernels whose rank is
smaller than the number of labels, batches that are all singular and pools too large for
an eigenvalue of every draw are for `npc`.
"""

import numpy as np

__all__ = ["plain_npc"]


def plain_npc(
    gram: np.ndarray, labeled: np.ndarray, pool: np.ndarray, budget: int, *,
    candidates: int = 1000, rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    r"""Return the drawn batch with the largest smallest eigenvalue.

    .. math:: v(S) = \lambda_{\min}(\Theta_{L \cup S})

    Parameters
    ----------
    gram : ndarray, shape (n, n)
        Θ, of all samples.
    labeled, pool : ndarray of int
        Rows of Θ: L, which is labelled, and U, from which to choose.
    budget : int
        Q.
    candidates : int
        m, how many batches are drawn.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (budget,)
        Rows of Θ.

    Notes
    -----
    Implements {prf:ref}`alg-16-npc`, at O((L + Q)³) a batch.

    References
    ----------
    Kong et al. (2022), algorithm 1.

    Examples
    --------
    Three unit vectors: the labelled one, one at 60 degrees from it, one at 80.

    >>> import numpy as np
    >>> from reference.npc import plain_npc
    >>> angle = np.radians([0.0, 60.0, 80.0])
    >>> gram = np.cos(angle[:, None] - angle)
    >>> plain_npc(gram, [0], [1, 2], 1, rng=np.random.default_rng(0))
    array([2])
    """

    def score(batch: np.ndarray) -> float:
        chosen = np.concatenate([labeled, batch]).astype(int)
        return float(np.linalg.eigvalsh(gram[np.ix_(chosen, chosen)])[0])

    draws = [rng.choice(pool, budget, replace=False) for _ in range(candidates)]
    return max(draws, key=score)
