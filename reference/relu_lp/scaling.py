r"""Units for the data, and the last digits of a margin.

A linear-programming solver has absolute tolerances: it is fed data of size one. And
rounding eats margins: weights are scaled until the network, *as it will be evaluated*,
has the margin that was asked for,

.. math::

    \min_k y_k f_k(c\,\theta) \ge \text{margin}, \qquad c > 0 .
"""

from collections.abc import Callable

import numpy as np

from reference.common import NotConverged
from reference.version_space import balance

__all__: list[str] = []

STANDARDISE = (
    "X is badly scaled: bring its features to one size (subtract the mean, divide by "
    "the standard deviation)"
)


def column_units(X: np.ndarray) -> np.ndarray:
    """Return powers of two c (d,) for which X c has columns of one size, about 1.

    Ordinary features keep their units: only factors of a thousand are taken out.
    """
    columns = np.round(np.log2(balance(X)[1]) / 10.0)
    size = np.abs(X * 1024.0**columns).max() or 1.0
    return 1024.0 ** (columns - np.round(np.log2(size) / 10.0))


def scale_to_margin(
    blocks: np.ndarray, smallest: Callable[[np.ndarray], float], margin: float
) -> np.ndarray:
    """Return blocks, scaled until ``smallest(blocks)`` is at least the margin.

    They were made for a margin of one, and once would do in exact arithmetic: outputs
    are linear along a ray. Where weights are huge and cancel, the margin is what
    rounding leaves; a few rounds find a multiple that has it, or raise `NotConverged`.
    """
    start = smallest(blocks)
    if start > 0.99:
        blocks = margin / start * blocks
        for _ in range(9):
            short = 1.0 - smallest(blocks) / margin
            if short <= 1e-12:
                return blocks
            blocks = (1.0 + 2.0 * short) * blocks
    raise NotConverged(f"huge weights, the margin is rounding; {STANDARDISE}", blocks)
