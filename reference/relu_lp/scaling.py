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

__all__: list[str] = []


def natural_unit(X: np.ndarray) -> float:
    """Return a power of two near the largest entry of X: dividing costs no digit."""
    return float(2.0 ** (10 * np.round(np.log2(np.abs(X).max() or 1.0) / 10)))


def scale_to_margin(
    blocks: np.ndarray, smallest: Callable[[np.ndarray], float], margin: float
) -> np.ndarray:
    """Return the multiple of the blocks for which ``smallest(blocks)`` is the margin.

    In exact arithmetic one step does it: outputs are linear along a ray. Where weights
    are huge and cancel, the margin is what rounding leaves; a few rounds find a
    multiple that has it, or raise `NotConverged`.
    """
    scale = margin / smallest(blocks)
    for _ in range(9):
        scaled = scale * blocks
        short = 1.0 - smallest(scaled) / margin
        if short <= 1e-12:
            return scaled
        scale *= 1.0 + 2.0 * short
    raise NotConverged(
        "huge weights, the margin is rounding: badly scaled data", scaled
    )
