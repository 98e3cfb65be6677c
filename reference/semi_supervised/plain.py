r"""DARP and FixMatch as the paper states them: read first.

Pseudo-labels are moved to given class totals by turns, rows and columns, and a network
is trained on labels and on its own sure answers. Nothing here is rescued: certain
rows, totals that cannot be met, weights of very different size and slow convergence are
for `refine`, batches, averages and refined answers for `fixmatch`.
"""

import copy
from collections.abc import Callable

import numpy as np
from scipy.optimize import brentq

from reference.acquisition import Mlp, softmax

__all__ = ["plain_fixmatch", "plain_refine"]


def plain_refine(
    Q: np.ndarray, c: np.ndarray, *, weights: np.ndarray | None = None,
    rounds: int = 100,
) -> np.ndarray:  # fmt: skip
    r"""Return pseudo-labels moved by turns to rows of sum 1 and columns of sum c.

    .. math::

        s_i \leftarrow 1 \Big/ \sum_k q_{ik} e^{-\nu_k / w_i}, \qquad
        \nu_k \leftarrow \text{the root of } \sum_i s_i q_{ik} e^{-\nu_k / w_i} = c_k

    Parameters
    ----------
    Q : ndarray, shape (n, C)
        Rows of positive probabilities.
    c : ndarray, shape (C,)
        Positive totals with the sum n.
    weights : ndarray, shape (n,), optional
        w, by default one over each row's entropy.
    rounds : int

    Returns
    -------
    ndarray, shape (n, C)
        Rows sum to 1; columns come closer to c with every round.

    Notes
    -----
    Implements {prf:ref}`alg-17-darp`: coordinate ascent on the dual.

    References
    ----------
    Kim et al. (2020), algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.semi_supervised import plain_refine
    >>> Q = np.array([[0.9, 0.1], [0.7, 0.3], [0.6, 0.4], [0.2, 0.8]])
    >>> plain_refine(Q, np.array([2.0, 2.0])).round(3)
    array([[0.868, 0.132],
           [0.562, 0.438],
           [0.437, 0.563],
           [0.133, 0.867]])
    """
    w = -1.0 / (Q * np.log(Q)).sum(axis=1) if weights is None else weights
    nu = np.zeros(len(c))
    for _ in range(rounds):
        R = Q * np.exp(-nu / w[:, None])
        R /= R.sum(axis=1, keepdims=True)
        for k in range(len(c)):
            nu[k] += price_change(R[:, k], w, c[k])  # (eq:ssl-column)
    R = Q * np.exp(-nu / w[:, None])
    return R / R.sum(axis=1, keepdims=True)


def price_change(column: np.ndarray, w: np.ndarray, total: float) -> float:
    """Return the root v of Σ r_i e^(-v / w_i) = total: the sum falls with v."""

    def excess(v: float) -> float:
        return float((column * np.exp(-v / w)).sum() - total)

    reach = 1.0
    while excess(reach) > 0.0 or excess(-reach) < 0.0:
        reach *= 2.0
    return brentq(excess, -reach, reach, xtol=1e-12)


def plain_fixmatch(
    model: Mlp, X: np.ndarray, y: np.ndarray, U: np.ndarray,
    weak: Callable[[np.ndarray], np.ndarray],
    strong: Callable[[np.ndarray], np.ndarray], *,
    threshold: float = 0.95, unlabeled_weight: float = 1.0, steps: int = 200,
) -> Mlp:  # fmt: skip
    r"""Return the network, trained on labels and on its own sure answers.

    .. math::

        \min_\theta \frac1n \sum_i \ell(f(\omega(x_i)), y_i) + \frac{\lambda_u}{N}
        \sum_u \mathbf 1[\max q_u \ge \tau]\, \ell(f(\Omega(u)), \arg\max q_u)

    Parameters
    ----------
    model : Mlp
        A classifier; a copy is trained.
    X : ndarray, shape (n, d)
        Labelled samples.
    y : ndarray of int, shape (n,)
    U : ndarray, shape (N, d)
        Unlabelled samples.
    weak, strong : callable
        Rows to random views of them.
    threshold : float
        τ.
    unlabeled_weight : float
        λ_u.
    steps : int
        Steps of Adam on all samples.

    Returns
    -------
    Mlp

    Notes
    -----
    Implements {prf:ref}`alg-17-fixmatch` with full batches.

    References
    ----------
    Sohn et al. (2020), algorithm 1.

    Examples
    --------
    Two clouds on a line, one label each.

    >>> import numpy as np
    >>> from reference.acquisition import Mlp
    >>> from reference.semi_supervised import plain_fixmatch
    >>> rng = np.random.default_rng(0)
    >>> U = np.concatenate([rng.normal(-2, 1, 50), rng.normal(2, 1, 50)])[:, None]
    >>> model = Mlp((1, 8, 2), rng=rng, step_size=0.01)
    >>> def jitter(X): return X + 0.1 * rng.standard_normal(X.shape)
    >>> def shake(X): return X + 0.5 * rng.standard_normal(X.shape)
    >>> X = np.array([[-2.0], [2.0]])
    >>> model = plain_fixmatch(model, X, np.array([0, 1]), U, jitter, shake)
    >>> int((model.predict(U) == np.repeat([0, 1], 50)).sum())
    98
    """
    model = copy.deepcopy(model)
    for _ in range(steps):
        q = softmax(model.outputs(weak(U)))  # read once, and held
        sure = q.max(axis=1) >= threshold
        _, slope = model.loss_and_gradient(weak(X), y, np.full(len(X), 1 / len(X)))
        if sure.any():
            share = np.full(sure.sum(), unlabeled_weight / len(U))
            slope += model.loss_and_gradient(
                strong(U[sure]), q[sure].argmax(axis=1), share
            )[1]
        model.step(slope)
    return model
