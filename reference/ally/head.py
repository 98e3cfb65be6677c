r"""The dual regression head: from an embedding to the dual that a sample would have.

.. math::

    \min_\omega \; \frac{1}{|L|} \sum_{i \in L}
    \Big( f_\omega(h_i) - \frac{\lambda_i - \bar\lambda}{\sigma_\lambda} \Big)^2,
    \qquad h_i = \phi(x_i) \text{ frozen} .

The head's last layer is linear while it learns. A ReLU there dies: once it gives zero
for all labelled samples its gradient is zero, and it stays. The duals become positive
afterwards, by a map that keeps their order.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition import Mlp, fit_mlp, input_gradients
from reference.common import as_integer, as_matrix, as_rng, as_vector

__all__ = ["DualHead", "fit_dual_head"]

SOFTNESS = 0.1  # of the soft maximum, in standard deviations of the duals
HIDDEN = (64, 64, 64, 64, 64)


@dataclass(frozen=True)
class DualHead:
    r"""Predicts duals from embeddings; positive, and alive everywhere.

    .. math::

        \hat\lambda = \tau \log\big(1 + e^{z/\tau}\big), \qquad
        z = \bar\lambda + \sigma_\lambda f_\omega\big((h - m)/s\big), \quad
        \tau = \sigma_\lambda / 10

    Attributes
    ----------
    network : Mlp
        :math:`f_\omega`, a regression on standardised embeddings.
    mean, scale : ndarray, shape (h,)
        m and s, of the labelled embeddings.
    level, unit : float
        Mean and standard deviation of the labelled duals.
    """

    network: Mlp
    mean: np.ndarray
    scale: np.ndarray
    level: float
    unit: float

    def __call__(self, embeddings: ArrayLike) -> np.ndarray:
        """Return the predicted duals (n,), positive, to rounding, if any dual was."""
        return self._soften(self.scores(embeddings))

    def scores(self, embeddings: ArrayLike) -> np.ndarray:
        """Return z, shape (n,): the same order, without rounding to zero."""
        return self.level + self.unit * self.network.predict(self._inputs(embeddings))

    def slopes(self, embeddings: ArrayLike) -> np.ndarray:
        """Return the gradient of the scores z in the embeddings, shape (n, h)."""
        inputs = self._inputs(embeddings)
        ones = np.full((len(inputs), 1), self.unit)
        return input_gradients(self.network, inputs, ones) / self.scale

    def _inputs(self, embeddings: ArrayLike) -> np.ndarray:
        H = as_matrix(embeddings, "embeddings", columns=len(self.mean))
        return (H - self.mean) / self.scale

    def _soften(self, z: np.ndarray) -> np.ndarray:
        if self.unit == 0.0:
            return z
        soft = SOFTNESS * self.unit
        return soft * np.logaddexp(0.0, z / soft)  # (eq:ally-positive)


def fit_dual_head(
    embeddings: ArrayLike, duals: ArrayLike, *, hidden: Sequence[int] = HIDDEN,
    max_iter: int = 100, rng: np.random.Generator,
) -> DualHead:  # fmt: skip
    r"""Return a head that predicts duals, trained on the labelled samples.

    .. math::

        \min_\omega \; \frac{1}{|L|} \sum_{i \in L}
        \big( f_\omega(h_i) - \lambda_i \big)^2

    Parameters
    ----------
    embeddings : array_like, shape (L, h)
        Of the labelled samples, by a model that stays as it is.
    duals : array_like, shape (L,)
        λ >= 0.
    hidden : sequence of int
        Widths of the hidden layers, with batch norm; none for a linear head.
    max_iter : int
        Passes over the data.
    rng : numpy.random.Generator

    Returns
    -------
    DualHead
        Constant if all duals are equal: then they say nothing.

    Raises
    ------
    ValueError
        If an argument is malformed, or a dual negative.

    Notes
    -----
    Implements (eq:ally-head) on standardised embeddings and duals. The head of the
    paper ends in a ReLU.

    References
    ----------
    Elenter, NaderiAlizadeh and Ribeiro (2022), equation 1 and section 5.1.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.ally import fit_dual_head
    >>> H = np.linspace(-1.0, 1.0, 40)[:, None]
    >>> head = fit_dual_head(H, np.maximum(H[:, 0], 0.0), hidden=(16,),
    ...                      rng=np.random.default_rng(0))
    >>> low, high = head([[-1.0], [1.0]])
    >>> bool(0.0 < low < 0.3 < 0.7 < high)
    True
    """
    H = as_matrix(embeddings, "embeddings")
    prices = as_vector(duals, "duals", size=len(H))
    if (prices < 0.0).any():
        raise ValueError(f"duals must be non-negative, got {prices.min():g}")
    max_iter = as_integer(max_iter, "max_iter", low=0)
    if isinstance(hidden, str) or not np.iterable(hidden):
        raise ValueError(f"hidden must be a sequence of widths, got {hidden!r}")
    widths = [as_integer(width, "hidden", low=1) for width in hidden]
    scale = H.std(axis=0)
    moving = scale > 1e-9 * np.abs(H).max(axis=0)
    scale = np.where(moving, scale, np.inf)  # units that are dead say nothing
    level = float(prices.mean())
    alike = np.ptp(prices) <= 1e-12 * prices.max()  # the rest is rounding
    unit = 0.0 if alike else float(prices.std())
    network = fit_mlp(
        (H - H.mean(axis=0)) / scale,
        (prices - level) / (unit or 1.0),
        (H.shape[1], *widths, 1),
        rng=as_rng(rng), task="regression", batch_norm=True,
        max_iter=max_iter if unit else 0,
    )  # fmt: skip
    return DualHead(network, H.mean(axis=0), scale, level, unit)
