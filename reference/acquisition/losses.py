r"""The loss of each sample and its slopes in the scores.

A network gives a row of scores f to each sample. With C classes and label y, and
for real targets,

.. math::

    \ell(f, y) = -\log p_y, \quad p = \operatorname{softmax}(f), \qquad
    \ell(f, y) = \tfrac{1}{2} \| f - y \|^2,

and in both cases the slope in the scores is prediction minus target:

.. math::

    \partial \ell / \partial f = p - e_y, \qquad \partial \ell / \partial f = f - y .
"""

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_array, as_choice, as_classes, as_matrix

__all__ = ["sample_losses", "softmax"]

TASKS = ("classification", "regression")


def softmax(scores: ArrayLike) -> np.ndarray:
    r"""Return the class probabilities of each row of scores.

    .. math::

        p_c = \frac{e^{f_c - \max_k f_k}}{\sum_j e^{f_j - \max_k f_k}}

    Parameters
    ----------
    scores : array_like, shape (n, C)

    Returns
    -------
    ndarray, shape (n, C)
        Rows of non-negative numbers that sum to 1.

    Raises
    ------
    ValueError
        If `scores` is not a finite matrix.

    Notes
    -----
    Implements (eq:acquisition-softmax). A constant added to a row changes nothing, so
    the largest score is taken off first, and no exponential overflows.

    Examples
    --------
    >>> from reference.acquisition import softmax
    >>> softmax([[1000.0, 1000.0], [0.0, -1000.0]])
    array([[0.5, 0.5],
           [1. , 0. ]])
    """
    return _probabilities(as_matrix(scores, "scores"))


def _probabilities(scores: np.ndarray) -> np.ndarray:
    top = np.exp(scores - scores.max(axis=1, keepdims=True))
    top /= top.sum(axis=1, keepdims=True)
    return top


def sample_losses(
    scores: ArrayLike, y: ArrayLike, *, task: str = "classification"
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return the loss of every sample, and its slopes in the sample's scores.

    .. math::

        \ell_i = -\log \operatorname{softmax}(f_i)_{y_i}
        \quad\text{or}\quad \ell_i = \tfrac{1}{2} \| f_i - y_i \|^2

    Parameters
    ----------
    scores : array_like, shape (n, C)
    y : array_like, shape (n,) or (n, C)
        Classes 0..C-1, or real targets (one row each if C > 1).
    task : {"classification", "regression"}

    Returns
    -------
    losses : ndarray, shape (n,)
    slopes : ndarray, shape (n, C)
        :math:`p - e_y`, or :math:`f - y`.

    Raises
    ------
    ValueError
        If shapes do not fit, an entry is not finite, or a label is no class.

    Notes
    -----
    Implements (eq:acquisition-losses). The squared loss has the factor ½; twice its
    mean is the mean squared error.

    Examples
    --------
    >>> from reference.acquisition import sample_losses
    >>> losses, slopes = sample_losses([[0.0, 0.0]], [1])
    >>> losses.round(3), slopes
    (array([0.693]), array([[ 0.5, -0.5]]))
    >>> sample_losses([[3.0]], [1.0], task="regression")
    (array([2.]), array([[2.]]))
    """
    scores = as_matrix(scores, "scores")
    y = as_targets(y, scores.shape, as_choice(task, "task", TASKS))
    return losses_and_slopes(scores, y, task)


def as_targets(y: ArrayLike, shape: tuple[int, ...], task: str) -> np.ndarray:
    """Return y as classes (n,), or as real targets of the scores' shape (n, C)."""
    if task == "classification":
        return as_classes(y, "y", size=shape[0], num_classes=shape[1])
    if shape[1] == 1 and np.ndim(y) < 2:
        return as_array(y, "y", shape[:1])[:, None]
    return as_array(y, "y", shape)


def losses_and_slopes(
    scores: np.ndarray, y: np.ndarray, task: str
) -> tuple[np.ndarray, np.ndarray]:
    """Return what `sample_losses` returns, of arguments that were checked."""
    if task == "regression":
        slopes = scores - y
        return 0.5 * (slopes**2).sum(axis=1), slopes
    row = np.arange(len(y))
    scores = scores - scores.max(axis=1, keepdims=True)
    slopes = np.exp(scores)
    total = slopes.sum(axis=1)
    losses = np.log(total) - scores[row, y]  # (eq:acquisition-losses)
    slopes /= total[:, None]
    slopes[row, y] -= 1.0
    return losses, slopes
