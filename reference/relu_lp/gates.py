r"""Gates strictly inside their cones, and the steps along them.

.. math::

    (2 D_i - I) X h_i > 0 \quad\text{on the non-zero rows.}

With such a gate every vector w enters the cone: w + t h_i lies in it for large t.
"""

import numpy as np

from reference.common import unit_vectors
from reference.relu_lp.operator import LiftedOperator
from reference.version_space import chebyshev_center, version_space

__all__: list[str] = []


def steps_into_cones(
    F: LiftedOperator, gates: np.ndarray, blocks: np.ndarray
) -> np.ndarray:
    """Return the smallest t (..., k, P, 1) >= 0 with w + t h in the cones."""
    t = -F.cone_values(blocks) / F.cone_values(gates)
    return np.maximum(t, 0.0).max(axis=-1, initial=0.0, keepdims=True)


def steps_off_walls(heights: np.ndarray, slopes: np.ndarray) -> np.ndarray:
    """Return how far gates may go along one direction into a cell, shape (P,).

    A gate has the heights (P, n) above the walls; they grow like slopes (n,). Not at
    all if it is on no wall; else half-way to the next one, and at most 1.
    """
    on_a_wall = ((heights == 0) & (slopes != 0)).any(axis=1)
    room = np.where(heights * slopes < 0, np.abs(heights), np.inf)
    room = room / np.where(slopes != 0, np.abs(slopes), 1.0)
    return on_a_wall * np.minimum(room.min(axis=1, initial=np.inf) / 2, 1.0)


def interior_gates(F: LiftedOperator, gates: np.ndarray) -> np.ndarray:
    """Return gates of length 1 strictly inside their cones.

    Those nearly on a wall, or on its wrong side, are moved to the center of the
    largest ball in cone and unit box. A mask whose cone holds no ball is refused.
    """
    gates, given = gates.copy(), gates.any(axis=1)
    gates[given] = unit_vectors(gates[given])
    depth = F.cone_values(gates).min(axis=1, initial=1.0)
    for i in np.flatnonzero(depth < 1e-6):
        ball = chebyshev_center(*version_space(F.rows, F.side[i]))
        if ball.radius == 0:
            raise ValueError(
                f"patterns: mask {i} is not the pattern of any gate strictly inside "
                "its cone on this X; use sample_patterns or enumerate_patterns on X"
            )
        gates[i] = ball.point / np.linalg.norm(ball.point)
    return gates
