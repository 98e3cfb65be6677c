r"""What a search maximises: the smallest eigenvalue, or what stands in for it.

.. math::

    \lambda_{\min}(\Theta_{L \cup S}), \qquad \lambda_r(\Theta_{L \cup S}), \qquad
    \log\det(\Theta_{L \cup S} + \rho I)

with r the rank of the kernel. Each says which of many batches is best, and what every
sample is worth in addition to those chosen.
"""

from dataclasses import dataclass
from typing import Protocol

import numpy as np

from reference.npc.kernel import ROUNDING, Kernel
from reference.npc.modes import LabeledModes, labeled_modes, positive_definite
from reference.npc.pivots import pivot_steps
from reference.npc.scores import record_search
from reference.npc.secular import secular_roots

__all__: list[str] = []

BISECTIONS = 60


class Criterion(Protocol):
    """What the searches need; batches hold positions in the pool."""

    def best(self, batches: np.ndarray) -> tuple[int, float]:
        """Return the position and the value of the best batch."""
        ...

    def additions(self, chosen: np.ndarray) -> np.ndarray:
        """Return the value of the chosen with each member of the pool, shape (N,)."""
        ...


@dataclass(frozen=True)
class SmallestEigenvalue:
    """λ_min of the labelled block with a batch (eq:npc-problem)."""

    modes: LabeledModes

    def best(self, batches: np.ndarray) -> tuple[int, float]:
        """Return the best batch by the records."""
        return record_search(self.modes, batches)

    def additions(self, chosen: np.ndarray) -> np.ndarray:
        """Return the secular roots after the chosen ones are labelled."""
        return secular_roots(self.modes.extended(chosen))


@dataclass(frozen=True)
class SmallestInformation:
    """λ_r of a kernel of rank r, the E-optimal continuation (eq:npc-continuation).

    Parameters
    ----------
    features : ndarray, shape (N, r)
        Of the pool.
    base : ndarray, shape (r, r)
        The information of the labelled ones, the sum of φφᵀ.
    """

    features: np.ndarray
    base: np.ndarray

    def best(self, batches: np.ndarray) -> tuple[int, float]:
        """Return the best batch: a Cholesky factorisation each, values of records."""
        best, record = 0, -np.inf
        unit = np.eye(len(self.base))
        for j, batch in enumerate(batches):
            M = self.information(batch)
            if record == -np.inf or positive_definite(M - record * unit):
                value = float(np.linalg.eigvalsh(M)[0])
                if value > record:
                    best, record = j, value
        return best, record

    def additions(self, chosen: np.ndarray) -> np.ndarray:
        r"""Return the smallest eigenvalue that can be positive, for each addition.

        .. math:: 1 + \sum_i \frac{(v_i^\top\varphi)^2}{\lambda_i - \mu} = 0
        """
        values, vectors = np.linalg.eigh(self.information(chosen))
        shares = (self.features @ vectors) ** 2
        zero = int((values <= len(values) * ROUNDING * values[-1]).sum())
        p = max(zero - 1, 0)  # one sample lifts one eigenvalue from zero
        low = np.full(len(shares), values[p])
        if p + 1 == len(values):
            return values[p] + shares[:, : p + 1].sum(axis=1)
        high = np.full(len(shares), values[p + 1])
        for _ in range(BISECTIONS):  # (eq:npc-rank-one)
            middle = (low + high) / 2
            gaps = values - middle[:, None]
            gaps = np.where(np.abs(gaps) < 1e-300, 1e-300, gaps)
            above = 1.0 + (shares / gaps).sum(axis=1) > 0
            low, high = np.where(above, low, middle), np.where(above, middle, high)
        return (low + high) / 2

    def information(self, batch: np.ndarray) -> np.ndarray:
        """Return the information of the labelled ones and a batch."""
        F = self.features[batch]
        return self.base + F.T @ F


@dataclass(frozen=True)
class RidgeDeterminant:
    """log det of the block plus a ridge ρ, up to a constant (eq:npc-logdet)."""

    modes: LabeledModes
    reg: float

    def best(self, batches: np.ndarray) -> tuple[int, float]:
        """Return the batch with the largest determinant."""
        values = []
        for batch in batches:
            T = self.modes.small(batch, -self.reg)
            T.flat[:: len(T) + 1] += self.reg
            values.append(float(np.linalg.slogdet(T)[1]))
        j = int(np.argmax(values))
        return j, values[j]

    def additions(self, chosen: np.ndarray) -> np.ndarray:
        """Return the logarithm of what is left unexplained of each sample."""
        after = self.modes.extended(chosen)
        own = after.kernel.diagonal(after.members) + self.reg
        explained = (after.links**2 / (after.values + self.reg)).sum(axis=1)
        return np.log(np.maximum(own - explained, ROUNDING * self.reg))


def continued(
    kernel: Kernel, labeled: np.ndarray, pool: np.ndarray, rank: int, tol: float
) -> SmallestInformation:
    """Return the continuation beyond the rank, with features by pivots."""
    rows = np.concatenate([labeled, pool])
    _, features = pivot_steps(kernel, rows, np.zeros((len(rows), 0)), rank, tol)
    ours = features[: len(labeled)]
    return SmallestInformation(features[len(labeled) :], ours.T @ ours)


def ridge_determinant(
    kernel: Kernel, labeled: np.ndarray, pool: np.ndarray, reg: float | None,
    tol: float,
) -> RidgeDeterminant:  # fmt: skip
    """Return the determinant with this ridge, or a thousandth of the mean diagonal.

    No ridge is below the rounding `tol` of the eigenvalues.
    """
    if reg is None:
        ridge = max(1e-3 * float(kernel.diagonal(pool).mean()), tol)
    else:
        ridge = reg / kernel.unit
    if ridge < tol:
        raise ValueError(
            f"reg must be at least {tol * kernel.unit:.3g}, what rounding makes of the "
            f"eigenvalues, got {ridge * kernel.unit:.3g}"
        )
    return RidgeDeterminant(labeled_modes(kernel, labeled, pool), ridge)
