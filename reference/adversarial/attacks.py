r"""Attacks on a two-layer network inside a box, and bounds that no attack can beat.

An adversary may move every input by at most :math:`\varepsilon_j` in coordinate j. At a
sample (x, y) the worst case of a loss is

.. math::

    \max_{|\delta_j| \le \varepsilon_j} \; \ell\big(f(x + \delta), y\big), \qquad
    f(x) = \sum_{j=1}^m \alpha_j (x^\top w_j)_+ .

An *attack* returns one point of the box, so its loss is a lower bound on the worst
case. A *certificate* is an upper bound. The two meet where every neuron keeps its sign
on the whole box, since f is affine there. A bias is a column of ones: nobody can move
it, so its radius is zero, and nothing here guesses which column that is.
"""

import numpy as np

from reference.admm import checked_targets
from reference.common import (
    as_integer,
    as_matrix,
    as_real,
    as_rng,
    as_vector,
    need_parts,
)
from reference.relu_lp import ReluNetwork

__all__ = ["fgsm", "output_bounds", "pgd", "radii_with_bias"]


def radii_with_bias(epsilon: float, columns: int) -> np.ndarray:
    r"""Return the radii of a box that moves every column but the last, the bias.

    .. math:: (\varepsilon, \dots, \varepsilon, 0) .

    Parameters
    ----------
    epsilon : float
        Radius of every feature, zero or positive.
    columns : int
        Columns of the data, the bias included.

    Returns
    -------
    ndarray, shape (columns,)

    Raises
    ------
    ValueError
        If epsilon is negative or not finite, or there is no column to move.

    Notes
    -----
    Implements (eq:adv-box).

    Examples
    --------
    >>> from reference.adversarial import radii_with_bias
    >>> radii_with_bias(0.1, 3)
    array([0.1, 0.1, 0. ])
    """
    epsilon = as_real(epsilon, "epsilon", low=0.0)
    columns = as_integer(columns, "columns", low=2)
    return np.append(np.full(columns - 1, epsilon), 0.0)


def checked_radii(epsilon: float | np.ndarray, X: np.ndarray) -> np.ndarray:
    """Return one radius per column of X; a number is refused where a bias may be."""
    if np.ndim(epsilon) == 0:
        epsilon, d = as_real(epsilon, "epsilon", low=0.0), X.shape[1]
        ones = np.flatnonzero((X == 1.0).all(axis=0))
        if epsilon > 0 and len(ones):
            raise ValueError(
                f"epsilon must be a vector here: column {ones[-1]} of X is all ones, "
                f"and the number {epsilon} would move it; if it is the bias, pass "
                f"np.where(np.arange({d}) == {ones[-1]}, 0.0, {epsilon}), which is "
                f"radii_with_bias for a last column; if not, np.full({d}, {epsilon})"
            )
        return np.full(d, epsilon)
    epsilon = as_vector(epsilon, "epsilon", size=X.shape[1])
    if epsilon.min() < 0:
        raise ValueError(f"epsilon must not be negative, got {epsilon.min():g}")
    return epsilon


def _boxed(
    network: ReluNetwork, X: np.ndarray, epsilon: float | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Return X and the radii as floats, checked against the network."""
    need_parts(network, "network", "a ReluNetwork", "hidden", "output")
    X = as_matrix(X, columns=len(network.hidden))
    return X, checked_radii(epsilon, X)


def fgsm(
    network: ReluNetwork,
    X: np.ndarray,
    y: np.ndarray,
    epsilon: float | np.ndarray,
    *,
    loss: str = "squared",
) -> np.ndarray:
    r"""Return the fast gradient sign attack: one step to a corner of the box.

    .. math::

        x + \varepsilon \odot \operatorname{sign}\big(s\, \nabla f(x)\big), \qquad
        s = \begin{cases} -y & \text{hinge and logistic,} \\
            \operatorname{sign}(f(x) - y) & \text{squared.} \end{cases}

    Parameters
    ----------
    network : ReluNetwork
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels +1 and -1; real targets for the squared loss.
    epsilon : float or array_like, shape (d,)
        Radii of the box. A number is refused if X has a column of ones
        (`radii_with_bias`).
    loss : {"squared", "hinge", "logistic"}

    Returns
    -------
    ndarray, shape (n, d)

    Raises
    ------
    ValueError
        For bad input.

    Notes
    -----
    Implements (eq:adv-fgsm); O(n d m). The sign s is that of the loss's slope (+1
    where f(x) = y), taken from where it is not zero: the gradient of the hinge vanishes
    at margins above 1, and an attack that follows it stands still there. Exact where no
    neuron changes sign on the box.

    References
    ----------
    Goodfellow, Shlens and Szegedy (2015), section 4.

    Examples
    --------
    >>> from reference.adversarial import fgsm
    >>> from reference.relu_lp import ReluNetwork
    >>> network = ReluNetwork([[1.0, 0.0], [0.0, 2.0]], [1.0, -1.0])
    >>> fgsm(network, [[2.0, 3.0]], [1.0], 0.25, loss="hinge")
    array([[1.75, 3.25]])
    """
    X, epsilon = _boxed(network, X, epsilon)
    y = checked_targets(y, loss, size=len(X))
    return X + epsilon * np.sign(_ascent(network, X, y, loss))  # (eq:adv-fgsm)


def _ascent(
    network: ReluNetwork, X: np.ndarray, y: np.ndarray, loss: str
) -> np.ndarray:
    """Return a direction per sample in which the loss grows, shape (n, d)."""
    before = X @ network.hidden
    gradient = ((before > 0) * network.output) @ network.hidden.T
    if loss == "squared":
        residual = np.maximum(before, 0.0) @ network.output - y
        return np.where(residual < 0, -1.0, 1.0)[:, None] * gradient
    return -y[:, None] * gradient


def _wrongness(f: np.ndarray, y: np.ndarray, loss: str) -> np.ndarray:
    """Return what the loss grows with; unlike the hinge, it is nowhere constant."""
    return np.abs(f - y) if loss == "squared" else -y * f


def pgd(
    network: ReluNetwork, X: np.ndarray, y: np.ndarray, epsilon: float | np.ndarray, *,
    loss: str = "squared", steps: int = 40, step_size: float = 0.1, restarts: int = 3,
    rng: np.random.Generator,
) -> np.ndarray:  # fmt: skip
    r"""Return the projected gradient attack: many small steps, the best point kept.

    .. math::

        \delta \leftarrow \Pi_{|\delta_j| \le \varepsilon_j} \Big( \delta + \eta\,
        \varepsilon \odot \operatorname{sign}\big(s\, \nabla f(x + \delta)\big) \Big)

    Parameters
    ----------
    network : ReluNetwork
    X : array_like, shape (n, d)
    y : array_like, shape (n,)
        Labels +1 and -1; real targets for the squared loss.
    epsilon : float or array_like, shape (d,)
        Radii of the box. A number is refused if X has a column of ones
        (`radii_with_bias`).
    loss : {"squared", "hinge", "logistic"}
    steps : int
        Steps of each run.
    step_size : float
        η, in units of the radii.
    restarts : int
        Runs from random points of the box, besides the one from X.
    rng : numpy.random.Generator

    Returns
    -------
    ndarray, shape (n, d)
        For each sample the point of least margin, or largest residual, that was met
        (so of largest loss), the fgsm point included.

    Raises
    ------
    ValueError
        For bad input.

    Notes
    -----
    Implements (eq:adv-pgd); O((restarts + 1) steps n d m). A lower bound on the worst
    case, and no more: a network may resist it and still be wrong inside the box.

    References
    ----------
    Madry, Makelov, Schmidt, Tsipras and Vladu (2018), section 2.

    Examples
    --------
    >>> import numpy as np
    >>> from reference.adversarial import pgd
    >>> from reference.relu_lp import ReluNetwork
    >>> bump = ReluNetwork([[1.0, 1.0], [0.0, -0.5]], [1.0, -3.0])  # (x)_+ - 3(x-.5)_+
    >>> rng = np.random.default_rng(0)
    >>> pgd(bump, [[0.3, 1.0]], [-1.0], [0.9, 0.0], loss="hinge", rng=rng).round(1)
    array([[0.5, 1. ]])
    """
    X, epsilon = _boxed(network, X, epsilon)
    y = checked_targets(y, loss, size=len(X))
    steps = as_integer(steps, "steps", low=1)
    restarts = as_integer(restarts, "restarts", low=0)
    step_size = as_real(step_size, "step_size", low=0.0, open_low=True)
    rng = as_rng(rng)
    best, highest = X.copy(), _wrongness(network(X), y, loss)

    def keep(points: np.ndarray) -> None:
        value = _wrongness(network(points), y, loss)
        better = value > highest
        best[better], highest[better] = points[better], value[better]

    keep(X + epsilon * np.sign(_ascent(network, X, y, loss)))
    for run in range(restarts + 1):
        points = X + epsilon * (rng.uniform(-1.0, 1.0, X.shape) if run else 0.0)
        for _ in range(steps):
            move = step_size * epsilon * np.sign(_ascent(network, points, y, loss))
            points = np.clip(points + move, X - epsilon, X + epsilon)  # (eq:adv-pgd)
            keep(points)
    return best


def output_bounds(
    network: ReluNetwork, X: np.ndarray, epsilon: float | np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    r"""Return bounds on the outputs of a network over the box around each sample.

    .. math::

        \text{lower}_k \le f(x_k + \delta) \le \text{upper}_k
        \quad \text{for all } |\delta_j| \le \varepsilon_j .

    Parameters
    ----------
    network : ReluNetwork
    X : array_like, shape (n, d)
    epsilon : float or array_like, shape (d,)
        Radii of the box. A number is refused if X has a column of ones
        (`radii_with_bias`).

    Returns
    -------
    lower, upper : ndarray, shape (n,)

    Raises
    ------
    ValueError
        For bad input.

    Notes
    -----
    Implements (eq:adv-relaxation); O(n d m). Exact at samples where no neuron changes
    sign on the box. Elsewhere each such neuron lies between two lines, and the sum of
    lines is optimised exactly: true bounds, not tight ones.

    References
    ----------
    Zhang, Weng, Chen, Hsieh and Daniel (2018), section 3.

    Examples
    --------
    >>> from reference.adversarial import output_bounds
    >>> from reference.relu_lp import ReluNetwork
    >>> network = ReluNetwork([[1.0], [1.0]], [-2.0])
    >>> output_bounds(network, [[2.0, 1.0], [0.0, 0.0]], 0.5)
    (array([-8., -2.]), array([-4.,  0.]))
    """
    X, epsilon = _boxed(network, X, epsilon)
    W, alpha = network.hidden, network.output
    before, reach = X @ W, epsilon @ np.abs(W)
    low, high = before - reach, before + reach
    crosses = (low < 0) & (high > 0)
    # Chord above the ReLU; below it a line of slope 0 or 1, whichever is closer.
    chord = np.where(crosses, high / np.where(crosses, high - low, 1.0), low >= 0)
    below = np.where(crosses, high > -low, low >= 0)

    def upper(alpha: np.ndarray) -> np.ndarray:  # (eq:adv-relaxation)
        slope = alpha * np.where(alpha > 0, chord, below)
        lifted = np.where(crosses & (alpha > 0), -chord * low, 0.0) @ alpha
        swing = np.abs(slope @ W.T) @ epsilon
        return (slope * before).sum(axis=1) + lifted + swing

    return -upper(-alpha), upper(alpha)
