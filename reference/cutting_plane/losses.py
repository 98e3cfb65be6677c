r"""What a label says about the weights: half-spaces, and a proof when they clash.

A label :math:`y = \pm1` asks for the sign of the output, a target for a tube around
it. Each is a cut :math:`\sigma f(x; \theta) \le b`:

.. math::

    -y f \le s, \qquad\text{or}\qquad f \le y + \varepsilon,\; -f \le \varepsilon - y .

With s = 0 the label is a law. With s > 0, our own soft variant, a cut is moved back,
so that :math:`\theta = 0` obeys all of them, whatever the labels.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NoReturn, Protocol

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import null_space, svd

from reference.common import (
    Infeasible,
    as_labels,
    as_masks,
    as_matrix,
    as_real,
    as_vector,
)
from reference.relu_lp import (
    LiftedOperator,
    column_units,
    separate_without_cones,
)
from reference.version_space import linear_program

__all__ = ["Loss", "SignLoss", "TubeLoss", "tube_residual"]

Cut = tuple[float, float]  # (sigma, b)


class Loss(Protocol):
    """What the loop asks of a loss."""

    @property
    def needs_room(self) -> bool:
        """Whether labels may ask for a larger ball: no cones, but tubes."""

    def checked(self, label: float, name: str) -> float:
        """Return a label that was bought, or raise ValueError."""

    def cuts(self, y: float) -> Sequence[Cut]:
        """Return the half-spaces sigma f(x) <= b of a label."""

    def mistake(self, f: float, y: float) -> bool:
        """Return whether an output f does not do for label y (undecided: neither)."""

    def explain(
        self, X: np.ndarray, y: np.ndarray, paths: np.ndarray, names: Sequence[int]
    ) -> None:
        """Raise Infeasible if no weights of any size obey these labels."""


@dataclass(frozen=True)
class SignLoss:
    """Labels +1 and -1: y f(x) >= -slack."""

    slack: float = 0.0
    needs_room = False

    def checked(self, label: float, name: str) -> float:
        return float(as_labels([label], name)[0])

    def cuts(self, y: float) -> Sequence[Cut]:
        return [(-y, self.slack)]  # (eq:cp-cut)

    def mistake(self, f: float, y: float) -> bool:
        return y * f <= 0

    def explain(
        self, X: np.ndarray, y: np.ndarray, paths: np.ndarray, names: Sequence[int]
    ) -> None:
        if self.slack > 0:
            return
        try:
            separate_without_cones(X * column_units(X), y, paths)
        except Infeasible as error:
            _raise_named(error.certificate, names, "a margin")


@dataclass(frozen=True)
class TubeLoss:
    """Real targets: abs(f(x) - y) <= epsilon."""

    epsilon: float
    needs_room = True

    def checked(self, label: float, name: str) -> float:
        return as_real(label, name)

    def cuts(self, y: float) -> Sequence[Cut]:
        return [(1.0, y + self.epsilon), (-1.0, self.epsilon - y)]  # (eq:cp-tube)

    def mistake(self, f: float, y: float) -> bool:
        return abs(f - y) > self.epsilon

    def explain(
        self, X: np.ndarray, y: np.ndarray, paths: np.ndarray, names: Sequence[int]
    ) -> None:
        proof = _tube_proof(X, y, paths)
        if proof is not None and tube_residual(X, y, paths, proof, self.epsilon) < 0:
            _raise_named(proof, names, f"outputs within {self.epsilon:g}")


def _raise_named(multipliers: np.ndarray, names: Sequence[int], what: str) -> NoReturn:
    """Raise Infeasible; the certificate has an entry for each label bought."""
    large = np.abs(multipliers) > 1e-9 * np.abs(multipliers).max()
    guilty = [n for n, used in zip(names, large, strict=True) if used]
    shown = ", ".join(map(str, guilty[:8])) + (", ..." if len(guilty) > 8 else "")
    raise Infeasible(
        f"no weights on these patterns give {what} on all labels bought; these cuts "
        f"contradict each other: {shown}. Use more patterns, check the labels, or "
        "allow slack (of a tube: a larger epsilon)",
        multipliers,
    )


def _tube_proof(X: np.ndarray, y: np.ndarray, paths: np.ndarray) -> np.ndarray | None:
    """Return the multipliers of the best uniform fit by w that obeys no cones."""
    units = column_units(X)
    F = LiftedOperator(X * units, paths, (1.0,))
    U, s, _ = svd(F.gram())
    U = U[:, s > 1e-12 * s[0]]  # the outputs that can be had
    U[np.abs(U) < 1e-15] = 0.0  # rounding: a program would take it for a row's size
    if U.shape[1] == len(y):
        return None
    one = np.ones((len(y), 1))
    fit = linear_program(  # min t subject to |U a - y| <= t
        np.append(np.zeros(U.shape[1]), 1.0),
        np.vstack([np.hstack([U, -one]), np.hstack([-U, -one])]),
        np.append(y, -y),
    )
    high, low = fit.multipliers.reshape(2, -1)
    N = null_space(U.T)
    proof: np.ndarray = N @ (N.T @ (low - high))  # to the last digits
    proof[np.abs(proof) < 1e-13 * np.abs(proof).max()] = 0.0  # rounding, not guilt
    total = np.abs(proof).sum()
    return proof / total if total > 0 else None  # none: the fit is exact


def tube_residual(
    X: ArrayLike,
    y: ArrayLike,
    paths: np.ndarray,
    multipliers: ArrayLike,
    epsilon: float,
) -> float:
    r"""Return a number below zero if the multipliers prove that no weights fit.

    .. math::

        \sum_k \mu_k f(x_k) = 0 \;\forall w, \qquad
        \varepsilon \|\mu\|_1 - \mu^\top y < 0

    Parameters
    ----------
    X : array_like, shape (k, d)
    y : array_like, shape (k,)
    paths : ndarray of bool, shape (p, k)
        The masks D of the gated outputs sum_p D_p X w_p: the masks of two layers,
        the `path_masks` of more, one row of ones for a linear rule.
    multipliers : array_like, shape (k,)
        The `certificate` of `Infeasible`.
    epsilon : float

    Returns
    -------
    float
        Infinite where the first condition fails by more than rounding.

    Notes
    -----
    Implements (eq:cp-tube-proof), by products only: :math:`|\mu^\top f|` is what
    rounding may hide.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.cutting_plane import tube_residual
    >>> X, one = np.array([[1.0], [1.0]]), np.ones((1, 2), dtype=bool)
    >>> tube_residual(X, np.array([0.0, 1.0]), one, np.array([-0.5, 0.5]), 0.1)
    -0.4
    """
    X = as_matrix(X)
    y, paths = as_vector(y, size=len(X)), as_masks(paths, "paths", columns=len(X))
    multipliers = as_vector(multipliers, "multipliers", size=len(X))
    epsilon = as_real(epsilon, "epsilon", low=0.0)
    sums = LiftedOperator(X, paths, (1.0,)).adjoint(multipliers)
    size = np.abs(multipliers) @ np.abs(X)
    if (np.abs(sums) > 1e-11 * size).any():
        return np.inf
    return float(epsilon * np.abs(multipliers).sum() - multipliers @ y)


def raise_unexplained(error: Exception) -> NoReturn:
    """Raise what is left to say when the labels do not contradict each other."""
    if isinstance(error, Infeasible):
        raise Infeasible(
            "the labels bought leave no room above rounding, though no contradiction "
            "is proved: bring the features to one size, allow slack (of a tube: a "
            f"larger epsilon) or, where you gave it, raise radius ({error})",
            error.certificate,
        ) from error
    raise error
