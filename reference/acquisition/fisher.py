r"""BAIT: the batch that leaves least Fisher information of the pool unexplained.

With the Fisher matrix of a sample in the last layer, :math:`I_x = V_x^\top V_x`,

.. math::

    \min_{|S| = b}\; \operatorname{tr}\Big[\Big(\lambda I + \sum_{x \in L \cup S}
    I_x\Big)^{-1} F\Big], \qquad
    F = \operatorname{mean}_{x \in \text{pool} \cup L} I_x .

Greedily: b times too many points in, one by one, then out again until b are left. A
point changes the inverse by a matrix of rank C, so every candidate needs a C x C
system only (Woodbury). V_x is an outer product as well, :math:`V_x = B_x \otimes h_x`.
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition.picks import as_embeddings, as_probabilities
from reference.common import as_budget, as_integer, as_matrix, as_real, as_rng

__all__ = ["bait", "fisher_factors"]


def fisher_factors(probabilities: ArrayLike) -> np.ndarray:
    r"""Return the factors of the Fisher matrices of softmax outputs.

    .. math:: B_{yc} = \sqrt{p_y}\, (p_c - [c = y]), \qquad
              B^\top B = \operatorname{diag} p - p p^\top

    Parameters
    ----------
    probabilities : array_like, shape (n, C)

    Returns
    -------
    ndarray, shape (n, C, C)
        A square factor for each sample; the Fisher matrix in the last layer is
        ``np.kron(B.T @ B, np.outer(h, h))``.

    Raises
    ------
    ValueError
        If probabilities is malformed.

    Notes
    -----
    Implements (eq:acquisition-fisher).

    Examples
    --------
    >>> from reference.acquisition import fisher_factors
    >>> (B,) = fisher_factors([[0.2, 0.8]])
    >>> (B.T @ B).round(9)
    array([[ 0.16, -0.16],
           [-0.16,  0.16]])
    """
    p = as_probabilities(probabilities)
    slopes = p[:, None, :] - np.eye(p.shape[1])
    return np.sqrt(p)[:, :, None] * slopes  # (eq:acquisition-fisher)


def bait(
    embeddings: ArrayLike,
    budget: int,
    *,
    probabilities: ArrayLike | None = None,
    labeled: ArrayLike | None = None,
    labeled_probabilities: ArrayLike | None = None,
    reg: float = 1.0,
    oversample: int = 2,
    rng: np.random.Generator,
) -> np.ndarray:
    r"""Return the batch after which the pool's Fisher information is best covered.

    .. math::

        \min_{|S| = b}\; \operatorname{tr}\Big[\Big(\lambda I + \sum_{x \in L \cup S}
        V_x^\top V_x\Big)^{-1} F\Big]

    Parameters
    ----------
    embeddings : array_like, shape (n, d)
        The pool, without what is bought already.
    budget : int
    probabilities : array_like, shape (n, C), optional
        Without them: regression with squared loss, :math:`V_x = h^\top`.
    labeled : array_like, shape (L, d), optional
        Embeddings of the bought points.
    labeled_probabilities : array_like, shape (L, C), optional
        Needed for classification with labelled points.
    reg : float
        :math:`\lambda > 0`, in units of the sum of Fisher matrices: it is worth as
        much as `reg` points of unit length in every direction.
    oversample : int
        The forward pass takes `oversample` times the budget; 1 leaves out the
        backward pass.
    rng : numpy.random.Generator
        Not used: nothing here is drawn, and of equal candidates the first is taken.

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct positions, in the order of the forward pass.

    Raises
    ------
    ValueError
        If an argument is malformed, the budget is larger than the pool, or reg is so
        small beside the embeddings that the digits of the backward pass are lost.

    Notes
    -----
    Implements {prf:ref}`alg-11-bait` with (eq:acquisition-gain). Two matrices of size
    C d and C x C numbers for each sample; a pick takes time
    :math:`n C^2 (d + C) + C^3 d^2`.
    The published code weighs labelled and new points as parts of a mean, which changes
    what reg means, and nothing else.

    References
    ----------
    Ash et al. (2021), algorithm 1.

    Examples
    --------
    Regression: the pool varies along the first axis, one point along the second.

    >>> import numpy as np
    >>> from reference.acquisition import bait
    >>> H = [[1.0, 0.0], [2.0, 0.0], [3.0, 0.0], [0.0, 0.1]]
    >>> bait(H, 1, rng=np.random.default_rng(0))
    array([2])
    """
    H = as_embeddings(embeddings)
    budget = as_budget(budget, len(H))
    reg = as_real(reg, "reg", low=0.0, open_low=True)
    take = min(len(H), budget * as_integer(oversample, "oversample", low=1))
    as_rng(rng)
    known = np.zeros((0, H.shape[1]))
    if labeled is not None:
        known = as_matrix(labeled, "labeled", columns=H.shape[1])
    B, factors = np.ones((len(H), 1, 1)), np.ones((len(known), 1, 1))  # regression
    if probabilities is not None:
        p = as_probabilities(probabilities, rows=len(H))
        B, factors = fisher_factors(p), np.zeros((0, *2 * p.shape[1:]))
        if len(known):
            factors = _labeled_factors(labeled_probabilities, len(known), p.shape[1])
    squares = [float(np.einsum("ij,ij->i", A, A).max(initial=0.0)) for A in (H, known)]
    if reg < (least := 1e-10 * max(squares) * (len(known) + take)):
        raise ValueError(
            f"reg must be at least {least:.3g} beside embeddings as long as "
            f"{max(squares) ** 0.5:.3g}, got {reg:g}: rescale them or raise reg"
        )
    bought = _fisher(known, factors)
    F = (_fisher(H, B) + bought) / (len(H) + len(known))
    design = _Design(H, B, reg * np.eye(len(F)) + bought, F)
    return design.pruned(design.grown(take), budget)


def _labeled_factors(
    probabilities: ArrayLike | None, rows: int, columns: int
) -> np.ndarray:
    name = "labeled_probabilities"
    if probabilities is None:
        raise ValueError(f"{name} must be given with labeled, got None")
    p = as_probabilities(probabilities, name, rows=rows)
    if p.shape[1] != columns:
        raise ValueError(f"{name} needs {columns} columns, got shape {p.shape}")
    return fisher_factors(p)


def _fisher(H: np.ndarray, B: np.ndarray) -> np.ndarray:
    r"""Return :math:`\sum_x B_x^\top B_x \otimes h_x h_x^\top`, (C d, C d)."""
    C, d = B.shape[2], H.shape[1]
    weights = np.einsum("nyc,nye->nce", B, B)
    F = np.empty((C, d, C, d))
    for c in range(C):
        for e in range(c + 1):
            F[c, :, e] = (weights[:, c, e, None] * H).T @ H
            F[e, :, c] = F[c, :, e]
    return F.reshape(C * d, C * d)


class _Design:
    r"""A growing set of points: its inverse, and what each candidate would change.

    ``inverse`` is :math:`M^{-1}`, ``spread`` is :math:`M^{-1} F M^{-1}`; for every
    candidate ``K`` is :math:`V M^{-1} V^\top` and ``Q`` is
    :math:`V M^{-1} F M^{-1} V^\top`.
    """

    def __init__(
        self, H: np.ndarray, B: np.ndarray, M: np.ndarray, F: np.ndarray
    ) -> None:
        self.H, self.B = H, B
        self.inverse = np.linalg.inv(M)
        self.spread = self.inverse @ F @ self.inverse
        self.K, self.Q = self._seen(self.inverse), self._seen(self.spread)

    def _seen(self, A: np.ndarray) -> np.ndarray:
        """Return V A V' for each candidate, (n, C, C), without making V."""
        C, d = self.B.shape[2], self.H.shape[1]
        A, inner = A.reshape(C, d, C, d), np.empty((len(self.H), C, C))
        for c in range(C):
            for e in range(C):
                inner[:, c, e] = np.einsum("nd,nd->n", self.H @ A[c, :, e], self.H)
        return self.B @ inner @ self.B.transpose(0, 2, 1)

    def effect(self, sign: float) -> np.ndarray:
        """Return how far each point moves the trace (eq:acquisition-gain)."""
        small = np.eye(self.K.shape[1]) + sign * self.K
        return np.trace(np.linalg.solve(small, self.Q), axis1=1, axis2=2)

    def move(self, i: int, sign: float) -> None:
        """Let point i enter (sign 1) or leave (-1), by Woodbury's formula."""
        C, d = self.B.shape[2], self.H.shape[1]
        small = np.eye(len(self.K[i])) + sign * self.K[i]
        R = np.linalg.inv(np.linalg.cholesky(small)).T  # R R' = small^-1
        V = np.kron(self.B[i], self.H[i])
        W = self.inverse @ V.T @ R
        Z = self.spread @ V.T @ R
        Y = Z - 0.5 * sign * W @ (R.T @ self.Q[i] @ R)
        self.inverse -= sign * W @ W.T
        self.spread -= sign * (W @ Y.T + Y @ W.T)
        w, y = (self.B @ (self.H @ A.reshape(C, d, -1)).swapaxes(0, 1) for A in (W, Y))
        self.K -= sign * w @ w.swapaxes(1, 2)
        self.Q -= sign * (w @ y.swapaxes(1, 2) + y @ w.swapaxes(1, 2))

    def grown(self, take: int) -> list[int]:
        """Return the points of the forward pass: each time the largest gain."""
        picks: list[int] = []
        for _ in range(take):
            gain = self.effect(1.0)
            gain[picks] = -np.inf
            picks.append(int(gain.argmax()))
            self.move(picks[-1], 1.0)
        return picks

    def pruned(self, picks: list[int], budget: int) -> np.ndarray:
        """Return what the backward pass leaves: each time the smallest loss goes."""
        kept = np.array(picks)
        for part in ("H", "B", "K", "Q"):
            setattr(self, part, getattr(self, part)[kept])
        while len(kept) > budget:
            out = int(self.effect(-1.0).argmin())
            self.move(out, -1.0)
            kept = np.delete(kept, out)
            for part in ("H", "B", "K", "Q"):
                setattr(self, part, np.delete(getattr(self, part), out, axis=0))
        return kept
