r"""What a strategy may look at: the pool as the model sees it.

.. math::

    U = \{1, \dots, n\} \setminus L, \qquad
    \text{probabilities} = p_\theta(x_u), \quad
    \text{embeddings} = \phi_\theta(x_u), \quad u \in U

Everything is computed when it is asked for, once, for the samples that are left.
"""

from dataclasses import dataclass, field
from functools import cached_property
from typing import Any

import numpy as np

from reference.common import as_matrix

__all__ = ["PoolView"]


OFFERED = (
    "X", "model", "bought", "labels", "indices", "pool", "probabilities",
    "labeled_probabilities", "embeddings", "labeled", "members",
)  # fmt: skip


@dataclass(frozen=True)
class PoolView:
    """What a strategy may ask for, by the names of its parameters; made when asked.

    Attributes
    ----------
    X : the data, all of it
    model : the model trained on what was bought
    bought, labels : ndarray, shape (L,)
        Indices into X in the order of purchase, and their labels.
    indices : ndarray of int, shape (m,)
        Indices into X of what is left: row i of the pool is sample ``indices[i]``.
    """

    X: Any
    model: Any
    bought: np.ndarray
    labels: np.ndarray
    indices: np.ndarray
    num_classes: int
    rng: np.random.Generator = field(repr=False)

    @cached_property
    def pool(self) -> Any:
        """The rows of X that are left, (m, d)."""
        return rows_of(self.X, self.indices)

    @cached_property
    def probabilities(self) -> np.ndarray:
        """The model's class probabilities on the pool, (m, C)."""
        return class_probabilities(self.model, self.pool, self.num_classes)

    @cached_property
    def labeled_probabilities(self) -> np.ndarray:
        """The same on what was bought, (L, C)."""
        rows = rows_of(self.X, self.bought)
        return class_probabilities(self.model, rows, self.num_classes)

    @cached_property
    def embeddings(self) -> np.ndarray:
        """The model's embeddings of the pool, (m, h); the rows themselves if none."""
        return embedded(self.model, self.pool)

    @cached_property
    def labeled(self) -> np.ndarray:
        """The embeddings of what was bought, (L, h)."""
        return embedded(self.model, rows_of(self.X, self.bought))

    @cached_property
    def members(self) -> np.ndarray:
        """The probabilities of each member of an ensemble on the pool, (M, m, C)."""
        if hasattr(self.model, "predict_members"):
            return self.model.predict_members(self.pool, rng=self.rng)
        trees = np.ravel(getattr(self.model, "estimators_", []))
        if not len(trees) or not all(hasattr(t, "predict_proba") for t in trees):
            raise ValueError(
                "model must have members to ask (dropout in an Mlp, or trees of a "
                f"forest), got {type(self.model).__name__}"
            )
        return np.stack(
            [
                spread(
                    t.predict_proba(self.pool), self.model.classes_, self.num_classes
                )
                for t in trees
            ]
        )


def rows_of(X: Any, index: np.ndarray) -> Any:
    """Return rows of an array, a frame or a sparse matrix, by position."""
    return X.iloc[index] if hasattr(X, "iloc") else X[index]


def class_probabilities(model: Any, rows: Any, num_classes: int) -> np.ndarray:
    """Return probabilities with a column for every class, seen or not."""
    if not hasattr(model, "predict_proba"):
        raise ValueError(
            f"model must have predict_proba for this strategy, got "
            f"{type(model).__name__}"
        )
    return spread(model.predict_proba(rows), model.classes_, num_classes)


def spread(found: np.ndarray, classes: np.ndarray, num_classes: int) -> np.ndarray:
    """Return the columns of known classes among those of all, others zero."""
    if np.shape(found) != (len(found), len(classes)):
        raise ValueError(
            f"model must give probabilities of its {len(classes)} classes, got shape "
            f"{np.shape(found)}: a member that saw fewer classes cannot be asked"
        )
    probabilities = np.zeros((len(found), num_classes))
    probabilities[:, classes] = found
    return probabilities


def embedded(model: Any, rows: Any) -> np.ndarray:
    """Return the model's embeddings, or the rows as they are if it has none."""
    if hasattr(model, "embed"):
        return model.embed(rows)
    return as_matrix(rows.toarray() if hasattr(rows, "toarray") else rows)
