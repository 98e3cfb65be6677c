r"""FixMatch as a model that chapter 11's loop of active learning can train.

.. math::

    \theta \leftarrow \operatorname{FixMatch}(X_L, y_L, X_U)

from new parameters at every fit. The loop buys labels; this model always sees all
samples of the pool, so that from one round to the next only labels are new.
"""

import copy
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from reference.acquisition import Mlp
from reference.common import as_matrix, as_real, as_rng, need_parts
from reference.semi_supervised.training import Views, as_classifier, fixmatch

__all__ = ["NoiseViews", "SemiSupervised"]


class NoiseViews:
    """Views by Gaussian noise, for data that are no images.

    Parameters
    ----------
    weak, strong : float
        Standard deviations >= 0.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.semi_supervised import NoiseViews
    >>> views = NoiseViews(0.0, 1.0)
    >>> views.weak(np.ones((1, 2)), np.random.default_rng(0))
    array([[1., 1.]])
    """

    def __init__(self, weak: float, strong: float) -> None:
        self.deviations = (
            as_real(weak, "weak", low=0.0), as_real(strong, "strong", low=0.0)
        )  # fmt: skip

    def weak(self, X: ArrayLike, rng: np.random.Generator) -> np.ndarray:
        """Return the rows with a little noise."""
        X = as_matrix(X)
        return X + self.deviations[0] * as_rng(rng).standard_normal(X.shape)

    def strong(self, X: ArrayLike, rng: np.random.Generator) -> np.ndarray:
        """Return the rows with more noise."""
        X = as_matrix(X)
        return X + self.deviations[1] * as_rng(rng).standard_normal(X.shape)


class SemiSupervised:
    """A classifier that is trained on labels and on the pool, in every `fit`.

    Parameters
    ----------
    model : Mlp
        Its sizes and settings; every fit starts from new parameters.
    X_unlabeled : array_like, shape (N, d)
        The pool.
    views : object
        Weak and strong views, such as `ImageViews`.
    rng : numpy.random.Generator
        Draws parameters, batches and views; every fit of one object the same ones.
    settings
        Passed on to `fixmatch`: steps, class_totals, ...

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import Mlp, margin, run_active_learning
    >>> from reference.semi_supervised import NoiseViews, SemiSupervised
    >>> rng = np.random.default_rng(0)
    >>> X = np.vstack([rng.normal(-2, 1, (60, 2)), rng.normal(2, 1, (60, 2))])
    >>> y = np.repeat([0, 1], 60)
    >>> model = SemiSupervised(Mlp((2, 8, 2), rng=rng), X, views=NoiseViews(0.1, 0.5),
    ...     rng=np.random.default_rng(1), steps=100)
    >>> run = run_active_learning(X, lambda i: y[i], margin, model, budget=6,
    ...     initial=[0, 60], batch=2, rng=rng,
    ...     score=lambda m: (m.predict(X) == y).mean())
    >>> run.counts, bool(run.scores.min() > 0.9)
    (array([2, 4, 6]), True)
    """

    def __init__(
        self, model: Mlp, X_unlabeled: ArrayLike, *, views: Views,
        rng: np.random.Generator, **settings: Any,
    ) -> None:  # fmt: skip
        self.template = self.model = as_classifier(model)
        self.pool = as_matrix(X_unlabeled, "X_unlabeled", columns=model.sizes[0])
        need_parts(views, "views", "weak and strong views", "weak", "strong")
        self.views, self.rng, self.settings = views, as_rng(rng), settings

    @property
    def num_classes(self) -> int:
        """The number of classes."""
        return self.template.num_classes

    @property
    def classes_(self) -> np.ndarray:
        """The classes that the columns of `predict_proba` stand for."""
        return self.template.classes_

    def __deepcopy__(self, memo: dict[int, Any]) -> "SemiSupervised":
        twin = copy.copy(self)  # the pool is never changed: copies share it
        twin.rng = copy.deepcopy(self.rng, memo)
        return twin

    def fit(self, X: ArrayLike, y: ArrayLike) -> "SemiSupervised":
        """Train from new parameters, and return the classifier itself."""
        rng = copy.deepcopy(self.rng)
        fresh = self.template.clone(rng)
        self.model = fixmatch(
            fresh, X, y, self.pool, views=self.views, rng=rng, **self.settings
        ).model
        return self

    def predict_proba(self, X: ArrayLike) -> np.ndarray:
        """Return the class probabilities (n, C)."""
        return self.model.predict_proba(X)

    def predict(self, X: ArrayLike) -> np.ndarray:
        """Return the classes (n,)."""
        return self.model.predict(X)

    def embed(self, X: ArrayLike) -> np.ndarray:
        """Return the last hidden layer (n, h)."""
        return self.model.embed(X)
