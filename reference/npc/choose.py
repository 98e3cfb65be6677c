r"""The batch whose kernel, with the labelled samples, is farthest from singular.

.. math:: \max_{S \subset U,\ |S| = Q}\ \lambda_{\min}(\Theta_{L \cup S})
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_choice, as_integer, as_real, as_rng
from reference.npc.criteria import (
    Criterion,
    SmallestEigenvalue,
    continued,
    ridge_determinant,
)
from reference.npc.kernel import Kernel, as_index_sets, as_kernel, need_semidefinite
from reference.npc.modes import labeled_modes
from reference.npc.pivots import independent_members
from reference.npc.search import exchange_search, greedy_search, random_search

__all__ = ["npc"]

SEARCHES = ("random", "greedy", "exchange")
CHOICES = ("raise", "continue", "logdet")


def npc(
    *,
    gram: ArrayLike | None = None,
    factor: ArrayLike | None = None,
    labeled: ArrayLike,
    pool: ArrayLike,
    budget: int,
    candidates: int = 1000,
    rng: np.random.Generator,
    search: str = "random",
    when_rank_deficient: str = "raise",
    reg: float | None = None,
    max_iter: int = 100,
) -> np.ndarray:
    r"""Return the batch with the largest smallest eigenvalue that the search finds.

    .. math:: \max_{S \subset U,\ |S| = Q}\ \lambda_{\min}(\Theta_{L \cup S})

    Parameters
    ----------
    gram : array_like, shape (n, n)
        Θ, positive semi-definite; or
    factor : array_like, shape (n, d)
        Features Φ, with Θ = ΦΦᵀ.
    labeled : array_like of int, shape (L,)
        Rows of Θ that are labelled; none is allowed.
    pool : array_like of int, shape (N,)
        Rows of Θ to choose from.
    budget : int
        Q.
    candidates : int
        How many batches "random" draws, and "exchange" for its start.
    rng : numpy.random.Generator
        "random" draws the same batches as `plain_npc`; "greedy" draws nothing.
    search : {"random", "greedy", "exchange"}
    when_rank_deficient : {"raise", "continue", "logdet"}
        What to do where every batch has a smallest eigenvalue of zero, because the
        labelled samples are dependent or the rank of Θ is less than L + Q: refuse;
        maximise the eigenvalue with the number of the largest rank that a batch can
        have; or maximise log det(Θ + ρI).
    reg : float, optional
        ρ of "logdet", not below rounding; without one a thousandth of the pool's
        mean diagonal, or rounding if that is more.
    max_iter : int
        The most sweeps of "exchange".

    Returns
    -------
    ndarray of int, shape (budget,)
        Distinct rows of Θ, from the pool.

    Raises
    ------
    ValueError
        If an argument is malformed, Θ is not semi-definite, every batch is singular
        (unless told what to do), or every batch that was looked at is.

    Notes
    -----
    Implements {prf:ref}`alg-16-record` for "random", (eq:npc-greedy) and
    (eq:npc-exchange). Times: "random" a factorisation of the size of the batch per
    candidate; "greedy" O(Q (L + Q)³ + Q (L + Q)² N); "exchange" that for each sweep.
    A Gram matrix is checked to be semi-definite, in O(n³); features need no check.

    References
    ----------
    Kong et al. (2022), problem (3) and algorithm 1.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.npc import npc
    >>> angle = np.radians([0.0, 60.0, 80.0])
    >>> features = np.column_stack([np.cos(angle), np.sin(angle)])
    >>> rng = np.random.default_rng(0)
    >>> npc(factor=features, labeled=[0], pool=[1, 2], budget=1, rng=rng)
    array([2])

    Three vectors of the plane are dependent, whichever they are: a batch of two is
    refused, unless the eigenvalue of the largest rank may stand in.

    >>> npc(factor=features, labeled=[0], pool=[1, 2], budget=2, rng=rng,
    ...     when_rank_deficient="continue").tolist()
    [2, 1]
    """
    kernel = as_kernel(gram, factor)
    ours, others = as_index_sets(labeled, pool, kernel)
    budget = as_integer(budget, "budget", low=1, high=len(others))
    candidates = as_integer(candidates, "candidates", low=1)
    max_iter = as_integer(max_iter, "max_iter", low=1)
    rng = as_rng(rng)
    if reg is not None:
        reg = as_real(reg, "reg", low=0.0, open_low=True)
    as_choice(search, "search", SEARCHES)
    as_choice(when_rank_deficient, "when_rank_deficient", CHOICES)
    need_semidefinite(kernel, np.concatenate([ours, others]))
    criterion, tol = _criterion(kernel, ours, others, budget, when_rank_deficient, reg)
    if search == "greedy":
        chosen, value = greedy_search(criterion, budget)
    else:
        chosen, value = random_search(criterion, len(others), budget, candidates, rng)
    if search == "exchange":
        chosen, value = exchange_search(criterion, chosen, max_iter)
    if value <= tol and search == "greedy":
        raise ValueError(
            f"budget must be smaller, got {budget}: the batch found scores "
            f"{value * kernel.unit:.2g}, which is zero to rounding"
        )
    if value <= tol:
        raise ValueError(
            f"candidates: all {candidates} batches are singular, to rounding, though "
            'others are not; draw more, or use search="greedy"'
        )
    return others[chosen]


def _criterion(
    kernel: Kernel, labeled: np.ndarray, pool: np.ndarray, budget: int, choice: str,
    reg: float | None,
) -> tuple[Criterion, float]:  # fmt: skip
    """Return what to maximise, and the value that is zero to rounding."""
    modes = labeled_modes(kernel, labeled, pool)
    tol = modes.most_rounding(budget)
    picks, solid = independent_members(modes, budget)
    dependent = len(solid.values) < len(labeled)
    if not dependent and len(picks) == budget:
        return SmallestEigenvalue(modes), tol
    if choice == "logdet":
        return ridge_determinant(kernel, labeled, pool, reg, tol), -np.inf
    if choice == "continue" and len(picks) == budget:
        return SmallestEigenvalue(solid), tol
    rank = len(solid.values) + len(picks)
    if choice == "continue" and rank > 0:
        return continued(kernel, labeled, pool, rank, tol), tol
    own = np.abs(kernel.diagonal(np.concatenate([labeled, pool])))
    if own[own > 0.0].min(initial=np.inf) < tol:  # then nothing is proved
        raise ValueError(
            "pool must hold samples of one size, with those that are labeled: beside "
            f"θ_xx = {own.max() * kernel.unit:.3g} the least, "
            f"{own[own > 0.0].min() * kernel.unit:.3g}, is rounding. Leave out the "
            "longest or the shortest, or give the kernel of samples at length 1"
        )
    instead = (
        "every batch would score zero. Give the kernel of the whole network, or say "
        'when_rank_deficient="continue" or "logdet"'
    )
    if dependent:
        raise ValueError(
            f"labeled must be independent, got {len(labeled)} samples of rank "
            f"{len(solid.values)} to rounding beside the longest of pool: {instead}"
        )
    raise ValueError(
        f"budget must be at most {len(picks)}, got {budget}: labeled and pool have "
        f"rank {rank} to rounding, and {instead}"
    )
