r"""A multilayer perceptron: one flat parameter vector, trained by Adam.

.. math::

    \min_\theta \; \sum_i w_i \Bigl( \ell(f_\theta(x_i), y_i)
        + \frac{\text{reg}}{2} \sum_l \| W_l \|_F^2 \Bigr)

The penalty is per unit of weight, so that the mean has the usual form, mean loss plus
weight decay, and a sample of weight 2 is that sample twice. Later chapters call
`loss_and_gradient` and `step` in loops of their own.
"""

import copy
from collections.abc import Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition.adam import AdamState
from reference.acquisition.layers import (
    Layer,
    Passage,
    backward,
    forward,
    layers_of,
    moments,
    parameter_count,
    parameter_gradient,
)
from reference.acquisition.losses import (
    TASKS,
    as_targets,
    losses_and_slopes,
    softmax,
)
from reference.acquisition.training import as_weights, training_passes
from reference.common import (
    as_array,
    as_choice,
    as_integer,
    as_matrix,
    as_real,
    as_rng,
)

__all__ = ["Mlp", "fit_mlp"]


class Mlp:
    r"""A multilayer perceptron with ReLU, in the protocol of scikit-learn.

    Parameters
    ----------
    sizes : sequence of int
        Inputs, hidden widths, outputs: ``(d, 64, C)``; ``(d, C)`` is a linear model.
    rng : numpy.random.Generator
        Draws initial parameters, mini-batches and dropout.
    task : {"classification", "regression"}
        Classes 0..C-1 and cross-entropy, or real targets and half the squared error.
    batch_norm : bool
        Normalise each hidden unit before its ReLU.
    dropout : float
        Probability in [0, 1) with which training drops a hidden unit.
    reg : float
        Weight decay on the matrices W, per unit of sample weight.
    step_size : float
        Of Adam.
    batch_size : int
        Samples in a mini-batch.
    max_iter : int
        Passes over the data in `fit`.
    tol : float
        `fit` stops after a pass whose mean loss was at most `tol` times the loss of
        a constant guess (log C, or half the targets' variance).

    Attributes
    ----------
    theta : ndarray, shape (p,)
        All parameters; assign or change it freely (with batch norm, `calibrate` next).
    losses : list of float
        The mean loss in each pass of the last `fit`.

    Notes
    -----
    Standardise the inputs; nothing is scaled here. Batch norm uses the batch's own
    moments in training and those of a whole set, by `calibrate`, in prediction.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import Mlp
    >>> X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]) - 0.5
    >>> model = Mlp((2, 16, 2), rng=np.random.default_rng(0), step_size=0.05)
    >>> model.fit(X, [0, 1, 1, 0]).predict(X)
    array([0, 1, 1, 0])
    """

    def __init__(
        self,
        sizes: Sequence[int],
        *,
        rng: np.random.Generator,
        task: str = "classification",
        batch_norm: bool = False,
        dropout: float = 0.0,
        reg: float = 0.0,
        step_size: float = 3e-3,
        batch_size: int = 32,
        max_iter: int = 200,
        tol: float = 1e-2,
    ) -> None:
        self.task = as_choice(task, "task", TASKS)
        self.sizes = as_sizes(sizes, least=2 if task == "classification" else 1)
        self.rng = as_rng(rng)
        self.batch_norm = bool(batch_norm)
        self.dropout = as_real(dropout, "dropout", low=0.0, high=1.0 - 1e-9)
        self.reg = as_real(reg, "reg", low=0.0)
        self.step_size = as_real(step_size, "step_size", low=0.0, open_low=True)
        self.batch_size = as_integer(batch_size, "batch_size", low=1)
        self.max_iter = as_integer(max_iter, "max_iter", low=0)
        self.tol = as_real(tol, "tol", low=0.0)
        self.restart(self.rng)

    @property
    def num_classes(self) -> int:
        """The number of outputs: of classes, in classification."""
        return self.sizes[-1]

    @property
    def classes_(self) -> np.ndarray:
        """The classes that the columns of `predict_proba` stand for."""
        return np.arange(self.sizes[-1])

    @property
    def layers(self) -> list[Layer]:
        """The layers, as views into `theta`."""
        return layers_of(self.theta, self.sizes, self.batch_norm)

    def restart(self, rng: np.random.Generator) -> None:
        """Draw new parameters from rng, and forget all training."""
        self.theta = np.zeros(parameter_count(self.sizes, self.batch_norm))
        for l, layer in enumerate(self.layers):
            variance = (1.0 if l == len(self.sizes) - 2 else 2.0) / self.sizes[l]
            layer.weights[:] = np.sqrt(variance) * rng.standard_normal(
                layer.weights.shape
            )
            if layer.gain is not None:
                layer.gain[:] = 1.0
        self.optimizer = AdamState(len(self.theta), self.step_size)
        self.statistics: list[tuple[np.ndarray, np.ndarray]] | None = None
        self.losses: list[float] = []

    def clone(self, rng: np.random.Generator) -> "Mlp":
        """Return a network with the same settings and new parameters from rng."""
        twin = copy.copy(self)
        twin.rng = as_rng(rng)
        twin.restart(rng)
        return twin

    # ------------------------------------------------------------------- prediction

    def passage(
        self, X: np.ndarray, keep: Sequence[np.ndarray] = ()
    ) -> tuple[np.ndarray, list[Passage]]:
        """Return scores and passages of checked inputs, batch norm's moments given."""
        if self.batch_norm and self.statistics is None and len(self.sizes) > 2:
            raise ValueError(
                "X cannot be passed on: batch norm has no statistics for these "
                "parameters; call fit, or calibrate(X) with the training data"
            )
        return forward(self.layers, X, statistics=self.statistics or (), keep=keep)

    def inputs(self, X: ArrayLike) -> np.ndarray:
        """Return X as a checked float64 matrix with this network's columns."""
        return as_matrix(X, "X", columns=self.sizes[0])

    def outputs(self, X: ArrayLike) -> np.ndarray:
        """Return the scores (n, C): logits, or predictions in regression."""
        return self.passage(self.inputs(X))[0]

    def embed(self, X: ArrayLike) -> np.ndarray:
        """Return the last hidden layer (n, h), without a column for the bias."""
        return self.passage(self.inputs(X))[1][-1].inputs

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Return the class probabilities (n, C)."""
        self._need_classes("predict_proba")
        return softmax(self.outputs(X))

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return classes (n,), or real predictions (n,) or (n, C) in regression."""
        scores = self.outputs(X)
        if self.task == "classification":
            return scores.argmax(axis=1)
        return scores[:, 0] if scores.shape[1] == 1 else scores

    def predict_members(
        self, X: ArrayLike, *, rng: np.random.Generator, count: int = 20
    ) -> np.ndarray:
        """Return the probabilities (count, n, C) of networks thinned by dropout."""
        self._need_classes("predict_members")
        if self.dropout == 0.0:
            raise ValueError("dropout must be positive for members to differ, got 0")
        X, rng = self.inputs(X), as_rng(rng)
        members = range(as_integer(count, "count", low=1))
        return np.stack(
            [softmax(self.passage(X, self._thinned(len(X), rng))[0]) for _ in members]
        )

    def _need_classes(self, what: str) -> None:
        if self.task != "classification":
            raise ValueError(f"{what} needs task 'classification', got {self.task!r}")

    # --------------------------------------------------------------------- training

    def loss_and_gradient(
        self,
        X: ArrayLike,
        y: ArrayLike,
        weights: ArrayLike | None = None,
        *,
        rng: np.random.Generator | None = None,
    ) -> tuple[float, np.ndarray]:
        """Return the weighted sum of losses with the penalty, and its gradient (p,).

        Batch norm uses the moments of this batch, in which a sample counts with its
        weight; dropout's pattern comes from rng, by default the network's own.
        """
        X = self.inputs(X)
        y = as_targets(y, (len(X), self.sizes[-1]), self.task)
        weights = as_weights(weights, len(X))
        rng = self.rng if rng is None else as_rng(rng)
        loss, gradient = self.slope(X, y, weights, rng)
        decay = sum((layer.weights**2).sum() for layer in self.layers)
        return loss + 0.5 * self.reg * weights.sum() * float(decay), gradient

    def slope(
        self, X: np.ndarray, y: np.ndarray, w: np.ndarray, rng: np.random.Generator,
        *, out: np.ndarray | None = None,
    ) -> tuple[float, np.ndarray]:  # fmt: skip
        """Return the same of checked arguments, but the loss without the penalty.

        The gradient is written to `out`, if given.
        """
        layers, total = self.layers, w.sum()
        shares = w / total if self.batch_norm else None
        keep = self._thinned(len(X), rng) if self.dropout else ()
        scores, passages = forward(layers, X, shares=shares, keep=keep)
        losses, slopes = losses_and_slopes(scores, y, self.task)
        slopes = w[:, None] * slopes
        pairs, _ = backward(layers, passages, slopes, shares, to_inputs=False)
        gradient = parameter_gradient(layers, passages, pairs, self.sizes, out)
        if self.reg:
            places = layers_of(gradient, self.sizes, self.batch_norm)
            for place, layer in zip(places, layers, strict=True):
                place.weights[:] += self.reg * total * layer.weights
        return float(w @ losses), gradient

    def _thinned(self, n: int, rng: np.random.Generator) -> list[np.ndarray]:
        # Divided by the share that stays, so that means are those without dropout.
        stays = 1.0 - self.dropout
        return [(rng.random((n, m)) < stays) / stays for m in self.sizes[1:-1]]

    def step(self, gradient: ArrayLike) -> None:
        """Move the parameters by one step of Adam against a gradient (p,)."""
        gradient = as_array(gradient, "gradient", self.theta.shape)
        self.optimizer.step(self.theta, gradient)
        self.statistics = None

    def calibrate(self, X: ArrayLike, weights: ArrayLike | None = None) -> None:
        """Take batch norm's moments from all of X, layer by layer, for prediction."""
        A = self.inputs(X)
        shares = as_weights(weights, len(A))
        shares = shares / shares.sum()
        self.statistics = []
        for layer in self.layers[:-1] if self.batch_norm else []:
            Z = A @ layer.weights
            mean, scale = moments(Z, shares)
            self.statistics.append((mean, scale))
            A = np.maximum((Z - mean) / scale * layer.gain + layer.shift, 0.0)

    def fit(
        self, X: ArrayLike, y: ArrayLike, weights: ArrayLike | None = None
    ) -> "Mlp":
        """Train from new parameters, and return the network itself.

        Raises `NotConverged` if the loss is no longer finite, which a smaller
        `step_size` or standardised inputs prevent.
        """
        X = self.inputs(X)
        y = as_targets(y, (len(X), self.sizes[-1]), self.task)
        weights = as_weights(weights, len(X))
        training_passes(self, X, y, weights)
        self.calibrate(X, weights)
        return self


def as_sizes(sizes: Any, least: int) -> tuple[int, ...]:
    """Return the layer sizes as positive integers, at least two of them."""
    try:
        found = tuple(as_integer(size, "sizes", low=1) for size in sizes)
    except TypeError as error:
        raise ValueError(f"sizes must be a sequence of integers: {error}") from error
    if len(found) < 2 or found[-1] < least:
        raise ValueError(
            f"sizes needs inputs, hidden widths and at least {least} outputs, "
            f"got {found}"
        )
    return found


def fit_mlp(
    X: ArrayLike,
    y: ArrayLike,
    sizes: Sequence[int],
    *,
    weights: ArrayLike | None = None,
    rng: np.random.Generator,
    **settings: Any,
) -> Mlp:
    r"""Return a perceptron trained on samples with weights.

    .. math::

        \min_\theta \; \sum_i w_i \Bigl( \ell(f_\theta(x_i), y_i)
            + \frac{\text{reg}}{2} \sum_l \| W_l \|_F^2 \Bigr)

    Parameters
    ----------
    X : array_like, shape (n, d)
    y : array_like, shape (n,) or (n, C)
        Classes 0..C-1, or real targets.
    sizes : sequence of int
        ``(d, hidden widths, C)``.
    weights : array_like, shape (n,), optional
        Non-negative; a weight of 2 is the sample twice, of 0 without it.
    rng : numpy.random.Generator
    **settings
        Of `Mlp`: task, batch_norm, dropout, reg, step_size, batch_size, max_iter, tol.

    Returns
    -------
    Mlp

    Raises
    ------
    ValueError
        If an argument has the wrong shape, or an entry is not finite.
    NotConverged
        If the loss is no longer finite.

    Notes
    -----
    Implements {prf:ref}`alg-11-training`. A pass costs O(n p) for p parameters.

    References
    ----------
    Rumelhart, Hinton and Williams (1986); Kingma and Ba (2015); Ioffe and Szegedy
    (2015); Srivastava et al. (2014).

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import fit_mlp
    >>> X = np.linspace(-1.0, 1.0, 21)[:, None]
    >>> model = fit_mlp(X, X[:, 0] ** 2, (1, 32, 1), rng=np.random.default_rng(0),
    ...                 task="regression", step_size=0.02)
    >>> bool(np.abs(model.predict(X) - X[:, 0] ** 2).max() < 0.1)
    True
    """
    return Mlp(sizes, rng=rng, **settings).fit(X, y, weights)
