r"""Gates strictly inside their cones, and the steps along them.

.. math::

    (2 D_i - I) X h_i > 0 \quad\text{on the non-zero rows.}

With such a gate every vector w enters the cone: w + t h_i lies in it for large t.
"""

import numpy as np

from reference.activation_patterns import ROUNDING, Patterns, step_inside
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


def cells_beside(neurons: np.ndarray, X: np.ndarray) -> tuple[Patterns, np.ndarray]:
    """Return the cells of neurons (m, d), and which of them holds which, (P, m).

    Gates are the sums of the neurons at length 1. A neuron on a wall, to rounding,
    first goes along one generic direction e into a cell beside it; zero is e itself.
    """
    e = np.random.default_rng(0).standard_normal(X.shape[1])
    gates = unit_vectors(np.where(neurons.any(axis=1, keepdims=True), neurons, e))
    rows = unit_vectors(X[X.any(axis=1)])
    heights = gates @ rows.T
    on_wall = np.abs(heights) <= ROUNDING * (np.abs(gates) @ np.abs(rows).T)
    edge = on_wall.any(axis=1, keepdims=True) * e
    heights[on_wall] = np.inf
    gates = step_inside(gates, edge, heights, edge @ rows.T)
    masks, cell = np.unique(gates @ X.T >= 0, axis=0, return_inverse=True)
    member = np.eye(len(masks))[:, cell.ravel()]
    return Patterns(masks, member @ gates), member


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
