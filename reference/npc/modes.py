r"""The labelled block in its eigenvectors, computed once for every batch.

.. math::

    \Theta_{LL} = U \Lambda U^\top, \qquad C = U^\top\Theta_{LS}, \qquad
    \Theta_{L \cup S} \sim
    \begin{pmatrix} \Lambda & C \\ C^\top & \Theta_{SS} \end{pmatrix} .

All but a few of the lowest modes are eliminated at a shift t, and what is left is as
small as the batch.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.linalg import eigh
from scipy.linalg.lapack import dpotrf

from reference.common import NotConverged
from reference.npc.kernel import ROUNDING, Kernel

__all__: list[str] = []

KEPT_MODES = 12
MOST_NEWTON_STEPS = 200


@dataclass(frozen=True)
class LabeledModes:
    """The labelled block beside the members of a pool.

    Parameters
    ----------
    kernel : Kernel
    members : ndarray of int, shape (N,)
        Rows of the kernel that batches are made of; a batch holds positions in it.
    values : ndarray, shape (n,)
        Λ, ascending.
    links : ndarray, shape (N, n)
        The transpose of C, for all members.
    """

    kernel: Kernel
    members: np.ndarray
    values: np.ndarray
    links: np.ndarray

    @property
    def low(self) -> int:
        """How many modes stay."""
        return min(KEPT_MODES, len(self.values))

    @property
    def cap(self) -> float:
        """The smallest labelled eigenvalue: no batch has more (eq:npc-cap)."""
        return float(self.values[0]) if len(self.values) else np.inf

    def rounding(self, batches: np.ndarray) -> np.ndarray:
        """Return what the eigenvalues of the labelled block with each may be off.

        A batch is the last axis. A long sample spoils no batch but its own.
        """
        size = len(self.values) + batches.shape[-1]
        top = np.abs(self.values).max(initial=0.0) + self._own[batches].sum(axis=-1)
        return size * ROUNDING * np.where(top > 0, top, 1.0)

    def most_rounding(self, batch_size: int) -> float:
        """Return the rounding of the batch of the longest samples."""
        return float(self.rounding(np.argsort(self._own)[-batch_size:]))

    @cached_property
    def _own(self) -> np.ndarray:
        return np.abs(self.kernel.diagonal(self.members))

    def gaps(self, t: float) -> np.ndarray:
        """Return how far the high modes are above t, rounding at least."""
        return np.maximum(self.values[self.low :] - t, self._least_gap)

    @cached_property
    def _least_gap(self) -> np.ndarray:
        return self.rounding(np.empty(0, dtype=np.intp))

    def corner(self, batch: np.ndarray, t: float) -> np.ndarray:
        """Return the batch's block without the high modes (eq:npc-schur)."""
        members = self.members[batch]
        high = self.links[batch, self.low :] / np.sqrt(self.gaps(t))
        # A product with its own transpose is half the work, and exactly symmetric.
        return self.kernel.block(members, members) - high @ high.T

    def small(
        self, batch: np.ndarray, t: float, corner: np.ndarray | None = None
    ) -> np.ndarray:
        """Return the low modes bordered by the corner of the batch (eq:npc-small)."""
        if corner is None:
            corner = self.corner(batch, t)
        return bordered(self.values[: self.low], self.links[batch, : self.low], corner)

    def smallest(self, batch: np.ndarray, t: float = 0.0) -> float:
        r"""Return λ_min of the labelled block with the batch, by Newton steps from t.

        .. math:: g(t) = \lambda_{\min}(T(t)) - t = 0, \qquad g' \le -1, \quad g
            \text{ concave}

        So a root of a tangent is an upper bound, and a value of T below t is a lower
        one. Where the upper one does not halve the interval, its middle is next.
        """
        lower, upper, width = -np.inf, self.cap, np.inf
        below = 1e-3 * np.abs(self.values).max(initial=0.0)
        t, tol = min(max(t, 0.0), self.cap - below), self.rounding(batch)
        for _ in range(MOST_NEWTON_STEPS):
            value, vector = _lowest_pair(self.small(batch, t))
            part = self.links[batch, self.low :].T @ vector[self.low :]
            slope = 1.0 + ((part / self.gaps(t)) ** 2).sum()
            upper = min(upper, t + (value - t) / slope)  # (eq:npc-newton)
            lower = max(lower, min(value, t))
            if upper - lower <= tol:
                return float(upper)
            t = upper if upper - lower <= width / 2 else (lower + upper) / 2
            width = upper - lower
        raise NotConverged(
            f"no eigenvalue in {MOST_NEWTON_STEPS} steps: {lower:g} to {upper:g}", t
        )

    def beats(
        self, batch: np.ndarray, t: float, corner: np.ndarray | None = None
    ) -> bool:
        """Return whether λ_min exceeds t: whether a Cholesky factor exists."""
        T = self.small(batch, t, corner)
        T.flat[:: len(T) + 1] -= t
        return positive_definite(T)

    def extended(self, chosen: np.ndarray) -> "LabeledModes":
        """Return the modes after these members are labelled too."""
        rows = self.members[chosen]
        block = self.kernel.block(rows, rows)
        T = bordered(self.values, self.links[chosen], block)
        values, vectors = np.linalg.eigh(T)
        beside = [self.links, self.kernel.block(self.members, rows)]
        return LabeledModes(
            self.kernel, self.members, values, np.hstack(beside) @ vectors
        )


def labeled_modes(
    kernel: Kernel, labeled: np.ndarray, members: np.ndarray
) -> LabeledModes:
    """Return the eigenvectors of the labelled block, and the members in them."""
    values, U = np.linalg.eigh(kernel.block(labeled, labeled))
    return LabeledModes(kernel, members, values, kernel.block(members, labeled) @ U)


def bordered(values: np.ndarray, links: np.ndarray, corner: np.ndarray) -> np.ndarray:
    """Return the matrix [[diag(values), linksᵀ], [links, corner]]."""
    k = len(values)
    T = np.zeros((k + len(corner), k + len(corner)))
    T[:k, :k] = np.diag(values)
    T[k:, :k] = links
    T[:k, k:] = links.T
    T[k:, k:] = corner
    return T


def positive_definite(matrix: np.ndarray) -> bool:
    """Return whether a symmetric matrix has a Cholesky factor; may overwrite it."""
    return dpotrf(matrix.T, lower=1, clean=0, overwrite_a=1)[1] == 0


def _lowest_pair(T: np.ndarray) -> tuple[float, np.ndarray]:
    values, vectors = eigh(T, subset_by_index=[0, 0], check_finite=False)
    return float(values[0]), vectors[:, 0]
