r"""Adam: gradient steps of nearly constant length in every coordinate.

.. math::

    m \leftarrow \beta_1 m + (1 - \beta_1)\, g, \qquad
    v \leftarrow \beta_2 v + (1 - \beta_2)\, g^2, \qquad
    \theta \leftarrow \theta
      - \eta \, \frac{m / (1 - \beta_1^t)}{\sqrt{v / (1 - \beta_2^t)} + \varepsilon} .

The averages start at zero, so that after t steps they hold a weight of 1 - β^t only;
the divisions make up for it. All parameters are one flat vector, changed in place. The
code keeps the sums m / (1 - β₁) and v / (1 - β₂) and multiplies numbers by 1 - β, not
vectors, which saves a quarter of the time; and it goes through long vectors block by
block, since a block comes from memory once, the whole vector once for each operation.
"""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from reference.common import as_array, as_integer, as_real, as_vector, need_callable

__all__ = ["minimize_adam"]

BETAS = (0.9, 0.999)
TINY = 1e-8  # ε
AT_A_TIME = 16384  # numbers: what ten passes over them read stays in a core's cache


class AdamState:
    """The two averages of one parameter vector, as sums, and the steps so far."""

    def __init__(self, size: int, step_size: float) -> None:
        self.step_size = step_size
        self.steps = 0
        self.sum, self.squares = np.zeros((2, size))
        self._work = np.empty(min(size, AT_A_TIME))

    def step(self, theta: np.ndarray, gradient: np.ndarray) -> None:
        """Move theta (p,) in place by one step against the gradient (p,)."""
        first, second = BETAS
        self.steps += 1
        # (eq:acquisition-adam), its root divided by `unit` above and below
        unit = np.sqrt((1.0 - second) / (1.0 - second**self.steps))
        length = self.step_size * (1.0 - first) / (1.0 - first**self.steps) / unit
        for start in range(0, len(theta), AT_A_TIME):
            g, m, v, t = (
                a[start : start + AT_A_TIME]
                for a in (gradient, self.sum, self.squares, theta)
            )
            work = self._work[: len(g)]
            m *= first
            m += g
            v *= second
            v += np.multiply(g, g, out=work)
            np.sqrt(v, out=work)
            work += TINY / unit
            np.divide(m, work, out=work)
            work *= length
            t -= work


def minimize_adam(
    gradient: Callable[[np.ndarray], np.ndarray],
    start: ArrayLike,
    *,
    step_size: float = 1e-3,
    max_iter: int = 1000,
) -> np.ndarray:
    r"""Return where Adam is after a number of steps from a start.

    Parameters
    ----------
    gradient : callable
        Takes a point (p,), returns the gradient there (p,).
    start : array_like, shape (p,)
    step_size : float
        η > 0, the length of a step in a coordinate whose slope keeps its sign.
    max_iter : int
        Number of steps.

    Returns
    -------
    ndarray, shape (p,)

    Raises
    ------
    ValueError
        If an argument or a gradient is not finite or has the wrong shape.

    Notes
    -----
    Implements (eq:acquisition-adam) with the constants of the paper. The first step
    has the length η in every coordinate, whatever the size of the gradient.

    References
    ----------
    Kingma and Ba (2015), algorithm 1.

    Examples
    --------
    >>> from reference.acquisition import minimize_adam
    >>> minimize_adam(lambda z: 2.0 * z, [1.0, -50.0], step_size=0.1, max_iter=1)
    array([  0.9, -49.9])
    """
    need_callable(gradient, "gradient")
    theta = as_vector(start, "start")
    step_size = as_real(step_size, "step_size", low=0.0, open_low=True)
    state = AdamState(len(theta), step_size)
    for _ in range(as_integer(max_iter, "max_iter", low=0)):
        slope = as_array(gradient(theta.copy()), "gradient", theta.shape)
        state.step(theta, slope)
    return theta
