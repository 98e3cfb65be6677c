r"""The loop, k-center and BADGE as the page states them: read this first.

Pool-based active learning: fit a model on the labels bought so far, look at its
probabilities on the pool, buy the label that promises most, repeat. The loop here asks
for the smallest margin, one label at a time. The two functions after it choose a whole
batch: points that cover the pool, and points whose gradients are long and different.
Nothing here is rescued: equal points, and a pool whose gradients are all zero, are for
`k_center` and `badge`, and so are large pools.
"""

from collections.abc import Callable, Sequence

import numpy as np

__all__ = [
    "plain_active_learning",
    "plain_badge",
    "plain_gradients",
    "plain_k_center",
]


def plain_active_learning(
    X: np.ndarray,
    label: Callable[[int], int],
    fit: Callable[[np.ndarray, np.ndarray], Callable[[np.ndarray], np.ndarray]],
    initial: Sequence[int],
    budget: int,
) -> np.ndarray:
    r"""Return which labels margin sampling buys, in order.

    .. math::

        i = \operatorname*{arg\,min}_{i \text{ not bought}}
            \; p_{(1)}(x_i) - p_{(2)}(x_i),

    with the two largest probabilities of the model fitted on what was bought before.

    Parameters
    ----------
    X : ndarray, shape (n, d)
        The pool.
    label : callable
        ``label(i)`` buys the label of sample i, 0 to C - 1. Called once for each.
    fit : callable
        ``fit(X, y)`` trains from scratch and returns a function that maps points
        (m, d) to probabilities (m, C), C >= 2.
    initial : sequence of int
        What is bought before the first fit; it counts.
    budget : int
        Labels to buy in all.

    Returns
    -------
    ndarray of int, shape (budget,)

    Notes
    -----
    Implements {prf:ref}`alg-11-pool` with the rule (eq:acquisition-margin).

    Examples
    --------
    A model that guesses 1 with probability x on the unit interval:

    >>> import numpy as np
    >>> from reference.acquisition import plain_active_learning
    >>> X = np.array([[0.0], [0.2], [0.4], [0.7], [1.0]])
    >>> fit = lambda X, y: lambda T: np.column_stack([1 - T[:, 0], T[:, 0]])
    >>> plain_active_learning(X, lambda i: int(X[i, 0] > 0.5), fit, [0, 4], 4)
    array([0, 4, 2, 3])
    """
    bought = list(initial)
    y = [label(i) for i in bought]
    while len(bought) < budget:
        p = np.sort(fit(X[bought], np.array(y))(X), axis=1)
        gap = p[:, -1] - p[:, -2]  # (eq:acquisition-margin)
        gap[bought] = np.inf
        bought.append(int(gap.argmin()))
        y.append(label(bought[-1]))
    return np.array(bought)


def plain_k_center(H: np.ndarray, labeled: np.ndarray, budget: int) -> np.ndarray:
    r"""Return the points that are farthest from all centres so far, one by one.

    .. math::

        i = \operatorname*{arg\,max}_i\; \min_{c \in \text{centres}} \|h_i - c\|,
        \qquad \text{centres} \leftarrow \text{centres} \cup \{h_i\} .

    Parameters
    ----------
    H : ndarray, shape (n, d)
        Embeddings of the pool.
    labeled : ndarray, shape (L, d)
        Embeddings of the labelled points, L >= 1: the first centres.
    budget : int

    Returns
    -------
    ndarray of int, shape (budget,)

    Notes
    -----
    Implements {prf:ref}`alg-11-center`.

    References
    ----------
    Gonzalez (1985); Sener and Savarese (2018).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import plain_k_center
    >>> H = np.array([[1.0], [4.0], [9.0], [10.0]])
    >>> plain_k_center(H, np.array([[0.0]]), 2)
    array([3, 1])
    """
    distance = np.linalg.norm(H[:, None] - labeled, axis=2).min(axis=1)
    picks = []
    for _ in range(budget):
        picks.append(int(distance.argmax()))  # (eq:acquisition-farthest)
        distance = np.minimum(distance, np.linalg.norm(H - H[picks[-1]], axis=1))
    return np.array(picks)


def plain_gradients(H: np.ndarray, p: np.ndarray) -> np.ndarray:
    r"""Return the gradients of the loss in the last layer, for the guessed labels.

    .. math:: g = (p - e_{\hat y}) \otimes h, \qquad \hat y = \arg\max_c p_c .

    Parameters
    ----------
    H : ndarray, shape (n, d)
        Embeddings: what the last layer sees.
    p : ndarray, shape (n, C)
        Probabilities.

    Returns
    -------
    ndarray, shape (n, C * d)
        Class by class: entry c * d + k belongs to class c and feature k.

    Notes
    -----
    Implements (eq:acquisition-gradient). The cross-entropy is meant, not its mean.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import plain_gradients
    >>> plain_gradients(np.array([[1.0, 2.0]]), np.array([[0.25, 0.75]]))
    array([[ 0.25,  0.5 , -0.25, -0.5 ]])
    """
    q = p.copy()
    q[np.arange(len(p)), p.argmax(axis=1)] -= 1.0
    g = q[:, :, None] * H[:, None, :]  # (eq:acquisition-gradient)
    return g.reshape(len(H), -1)


def plain_badge(
    H: np.ndarray, p: np.ndarray, budget: int, rng: np.random.Generator
) -> np.ndarray:
    r"""Return a batch with long and different gradients, by k-means++ seeding.

    .. math::

        i_1 = \operatorname*{arg\,max}_i \|g_i\|, \qquad
        \Pr(i_{t+1} = i) \propto \min_{s \le t} \|g_i - g_{i_s}\|^2 .

    Parameters
    ----------
    H : ndarray, shape (n, d)
    p : ndarray, shape (n, C)
    budget : int
    rng : numpy.random.Generator

    Returns
    -------
    ndarray of int, shape (budget,)

    Notes
    -----
    Implements {prf:ref}`alg-11-badge`. Needs n C d numbers of memory.

    References
    ----------
    Ash et al. (2020), algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import plain_badge
    >>> H = np.array([[1.0], [5.0], [5.0]])
    >>> p = np.array([[0.5, 0.5], [0.5, 0.5], [0.5, 0.5]])
    >>> plain_badge(H, p, 2, np.random.default_rng(0))
    array([1, 0])
    """
    g = plain_gradients(H, p)
    picks = [int((g**2).sum(axis=1).argmax())]
    d2 = np.full(len(g), np.inf)
    while len(picks) < budget:
        d2 = np.minimum(d2, ((g - g[picks[-1]]) ** 2).sum(axis=1))
        picks.append(int(rng.choice(len(g), p=d2 / d2.sum())))  # (eq:acquisition-d2)
    return np.array(picks)
