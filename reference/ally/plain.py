r"""ALLY on a page: read first.

The duals of the labelled samples are known (chapter 13). Regress them on the
embeddings, guess those of the pool, and ask for the largest guess in each cluster:

.. math::

    \min_w \sum_{i \in L} \big( w^\top (h_i, 1) - \lambda_i \big)^2, \qquad
    \hat\lambda_j = \big[ w^\top (h_j, 1) \big]_+, \qquad
    S = \Big\{ \operatorname*{arg\,max}_{j \in C_k} \hat\lambda_j \Big\}_{k \le b} .

Nothing here is rescued: a cluster that comes out empty gives no sample, and where all
guesses are cut off at zero the first sample of the cluster stands for all.
"""

import numpy as np
from scipy.spatial.distance import cdist

from reference.common import with_bias

__all__ = ["plain_ally"]


def plain_ally(
    labeled: np.ndarray, duals: np.ndarray, pool: np.ndarray, budget: int, *,
    rounds: int = 20, rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    r"""Return the largest guessed dual of each cluster of the pool.

    Parameters
    ----------
    labeled : ndarray, shape (L, h)
        Embeddings of the labelled samples.
    duals : ndarray, shape (L,)
        λ of their bounds.
    pool : ndarray, shape (n, h)
        Embeddings of the unlabelled samples.
    budget : int
        b: labels wanted, and clusters.
    rounds : int
        Of k-means.
    rng : numpy.random.Generator
        Draws the first centres.

    Returns
    -------
    ndarray of int, shape (b,)
        Rows of pool; fewer if a cluster comes out empty.

    Notes
    -----
    Implements {prf:ref}`alg-14-ally` with a linear head.

    References
    ----------
    Elenter, NaderiAlizadeh and Ribeiro (2022), algorithm 2 and section 5.1.

    Examples
    --------
    The dual grows to the right, and there are two groups.

    >>> import numpy as np
    >>> from reference.ally import plain_ally
    >>> pool = np.array([[0.0], [0.3], [0.1], [5.0], [5.2]])
    >>> picks = plain_ally(np.array([[0.0], [1.0]]), np.array([0.0, 1.0]), pool, 2,
    ...                    rng=np.random.default_rng(0))
    >>> sorted(picks.tolist())
    [1, 4]
    """
    head = np.linalg.lstsq(with_bias(labeled), duals)[0]  # (eq:ally-head)
    guessed = np.maximum(with_bias(pool) @ head, 0.0)
    centers = pool[rng.choice(len(pool), budget, replace=False)]
    for _ in range(rounds):
        nearest = cdist(pool, centers).argmin(axis=1)
        for k in range(budget):
            if (nearest == k).any():
                centers[k] = pool[nearest == k].mean(axis=0)
    picks = []
    for k in range(budget):
        members = np.flatnonzero(nearest == k)
        if len(members):
            picks.append(members[guessed[members].argmax()])  # (eq:ally-picks)
    return np.array(picks)
