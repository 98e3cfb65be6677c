r"""A network whose training is primal-dual, for the loop that buys labels.

.. math::

    \min_\theta \; \frac1N \sum_i \ell_i(\theta)
    \quad \text{subject to} \quad \ell_i(\theta) \le \varepsilon

It fits like any `Mlp`, and keeps the duals of the samples that it was fitted on.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition import Mlp
from reference.common import as_integer, as_real
from reference.primal_dual import pdcl

__all__ = ["BoundedMlp", "fit_bounded_mlp"]


class BoundedMlp(Mlp):
    r"""An `Mlp` that is fitted under a bound for every sample, and keeps the duals.

    .. math::

        \min_\theta \; \frac1N \sum_i \ell_i(\theta)
        \quad \text{subject to} \quad \ell_i(\theta) \le \varepsilon

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden widths, outputs.
    epsilon : float
        The bound, the same for all samples.
    rounds, primal_steps : int
        T rounds, each of T_p passes over the data (`max_iter` and `tol` of `Mlp` play
        no part).
    dual_rate : float
        η_d.
    **settings
        Of `Mlp`; rng is needed.

    Attributes
    ----------
    duals : ndarray, shape (N,), or None before the first fit
        Of the samples of the last fit.
    slacks : ndarray, shape (N,), or None
        Their losses minus ε.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ally import BoundedMlp
    >>> X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]) - 0.5
    >>> model = BoundedMlp((2, 16, 2), epsilon=0.2, rng=np.random.default_rng(0),
    ...                    step_size=0.05)
    >>> model.fit(X, [0, 1, 1, 0]).predict(X), model.duals.shape
    (array([0, 1, 1, 0]), (4,))
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        epsilon: float,
        rounds: int = 100,
        primal_steps: int = 1,
        dual_rate: float = 0.05,
        **settings: Any,
    ) -> None:
        self.epsilon = as_real(epsilon, "epsilon", low=0.0, open_low=True)
        self.rounds = as_integer(rounds, "rounds", low=1)
        self.primal_steps = as_integer(primal_steps, "primal_steps", low=1)
        self.dual_rate = as_real(dual_rate, "dual_rate", low=0.0)
        super().__init__(sizes, **settings)

    def restart(self, rng: np.random.Generator) -> None:
        """Draw new parameters from rng, and forget all training."""
        super().restart(rng)
        self.duals: np.ndarray | None = None
        self.slacks: np.ndarray | None = None

    def fit(
        self, X: ArrayLike, y: ArrayLike, weights: ArrayLike | None = None
    ) -> "BoundedMlp":
        """Train from new parameters under the bounds, and return the network itself."""
        if weights is not None:
            raise ValueError("weights cannot be given: the duals are the weights")
        self.restart(self.rng)
        answer = pdcl(
            self, X, y, self.epsilon, rounds=self.rounds,
            primal_steps=self.primal_steps, dual_rate=self.dual_rate,
        )  # fmt: skip
        vars(self).update(vars(answer.model))  # a copy was trained
        self.losses = [record["loss"] for record in answer.history]
        self.duals, self.slacks = answer.duals, answer.slacks
        return self


def fit_bounded_mlp(
    X: ArrayLike, y: ArrayLike, sizes: Sequence[int], *, epsilon: float,
    rng: np.random.Generator, **settings: Any,
) -> BoundedMlp:  # fmt: skip
    r"""Return a perceptron trained under a bound for every sample, with its duals.

    Parameters
    ----------
    X : array_like, shape (N, d)
    y : array_like, shape (N,)
        Classes 0..C-1, or real targets.
    sizes : sequence of int
        ``(d, hidden widths, C)``.
    epsilon : float
        The bound on every loss, above zero.
    rng : numpy.random.Generator
    **settings
        Of `BoundedMlp`: rounds, primal_steps, dual_rate, and those of `Mlp`.

    Returns
    -------
    BoundedMlp

    Raises
    ------
    ValueError
        If an argument is malformed.
    NotConverged
        If the training left the finite numbers.

    Notes
    -----
    Implements {prf:ref}`alg-13-pdcl` from new parameters, by `pdcl`.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ally import fit_bounded_mlp
    >>> X = np.linspace(-1.0, 1.0, 21)[:, None]
    >>> model = fit_bounded_mlp(X, (X[:, 0] > 0).astype(int), (1, 8, 2), epsilon=0.2,
    ...                         rounds=5, rng=np.random.default_rng(0))
    >>> model.duals.shape
    (21,)
    """
    return BoundedMlp(sizes, epsilon=epsilon, rng=rng, **settings).fit(X, y)
