r"""A network with one hidden layer, its gradient, and Adam: read this first.

.. math::

    A = \max(X W + \mathbf{1} b^\top, 0), \qquad
    P = \operatorname{softmax}(A V + \mathbf{1} c^\top), \qquad
    L = -\frac{1}{n} \sum_i \log P_{i y_i}

Nothing here is rescued, and all samples are one batch: weights, mini-batches, more
layers, batch norm, dropout and real targets are for `Mlp`.
"""

from collections.abc import Callable

import numpy as np

__all__ = ["plain_fit_network", "plain_network_gradient"]


def plain_network_gradient(
    X: np.ndarray, y: np.ndarray,
    W: np.ndarray, b: np.ndarray, V: np.ndarray, c: np.ndarray,
) -> tuple[float, tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]]:  # fmt: skip
    r"""Return the mean cross-entropy, and its gradients in W, b, V and c.

    .. math::

        D = \tfrac{1}{n} (P - Y), \qquad
        E = (D V^\top) \circ \mathbf{1}[A > 0], \qquad
        \nabla_V L = A^\top D, \quad \nabla_W L = X^\top E

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray of int, shape (n,)
        Classes 0..C-1.
    W : ndarray, shape (d, m)
    b : ndarray, shape (m,)
    V : ndarray, shape (m, C)
    c : ndarray, shape (C,)

    Returns
    -------
    loss : float
    gradients : tuple of ndarray
        In W, b, V and c, of their shapes.

    Notes
    -----
    Implements (eq:acquisition-backward) for two layers.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import plain_network_gradient
    >>> W, V, zero = np.array([[1.0, 1.0], [1.0, -1.0]]), np.eye(2), np.zeros(2)
    >>> loss, (in_W, *_) = plain_network_gradient(
    ...     np.array([[1.0, 2.0]]), np.array([1]), W, zero, V, zero)
    >>> round(loss, 3), in_W.round(3)
    (3.049, array([[0.953, 0.   ],
           [1.905, 0.   ]]))
    """
    n = len(X)
    A = np.maximum(X @ W + b, 0.0)
    F = A @ V + c
    P = np.exp(F - F.max(axis=1, keepdims=True))
    P /= P.sum(axis=1, keepdims=True)
    loss = float(-np.log(P[np.arange(n), y]).mean())
    D = (P - np.eye(len(c))[y]) / n  # (eq:acquisition-losses)
    E = (D @ V.T) * (A > 0)
    return loss, (X.T @ E, E.sum(axis=0), A.T @ D, D.sum(axis=0))


def plain_fit_network(
    X: np.ndarray,
    y: np.ndarray,
    width: int,
    num_classes: int,
    *,
    rng: np.random.Generator,
    step_size: float = 0.01,
    max_iter: int = 300,
) -> Callable[[np.ndarray], np.ndarray]:
    r"""Return a trained network, as a function from points to probabilities.

    .. math::

        \theta \leftarrow \theta - \eta \,
        \frac{m / (1 - \beta_1^k)}{\sqrt{v / (1 - \beta_2^k)} + \varepsilon}

    Parameters
    ----------
    X : ndarray, shape (n, d)
    y : ndarray of int, shape (n,)
        Classes 0..C-1.
    width : int
        m, the number of hidden units.
    num_classes : int
        C.
    rng : numpy.random.Generator
        Draws the initial weights: W of variance 2/d, then V of variance 1/m.
    step_size : float
        η.
    max_iter : int
        Steps of Adam, each on all samples.

    Returns
    -------
    callable
        Maps points (k, d) to probabilities (k, C).

    Notes
    -----
    Implements (eq:acquisition-adam); `plain_active_learning` takes it as its ``fit``.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.acquisition import plain_fit_network
    >>> X = np.array([[0.0, 0], [0, 1], [1, 0], [1, 1]]) - 0.5
    >>> predict = plain_fit_network(X, np.array([0, 1, 1, 0]), 16, 2,
    ...                             rng=np.random.default_rng(0), step_size=0.05)
    >>> predict(X).argmax(axis=1)
    array([0, 1, 1, 0])
    """
    d = X.shape[1]
    W = rng.standard_normal((d, width)) * np.sqrt(2.0 / d)
    V = rng.standard_normal((width, num_classes)) * np.sqrt(1.0 / width)
    theta = [W, np.zeros(width), V, np.zeros(num_classes)]
    m = [np.zeros_like(t) for t in theta]
    v = [np.zeros_like(t) for t in theta]
    for k in range(1, max_iter + 1):
        _, gradients = plain_network_gradient(X, y, *theta)
        for i, g in enumerate(gradients):
            m[i] = 0.9 * m[i] + 0.1 * g
            v[i] = 0.999 * v[i] + 0.001 * g**2
            scale = np.sqrt(v[i] / (1 - 0.999**k)) + 1e-8
            theta[i] = theta[i] - step_size * m[i] / (1 - 0.9**k) / scale
    W, b, V, c = theta

    def probabilities(points: np.ndarray) -> np.ndarray:
        F = np.maximum(points @ W + b, 0.0) @ V + c
        P = np.exp(F - F.max(axis=1, keepdims=True))
        return P / P.sum(axis=1, keepdims=True)

    return probabilities
