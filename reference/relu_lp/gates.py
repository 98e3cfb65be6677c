r"""Gates strictly inside their cones, and the steps along them.

.. math::

    (2 D_i - I) X h_i > 0 \quad\text{on the non-zero rows.}

With such a gate every vector w enters the cone: w + t h_i lies in it for large t.
"""

import numpy as np
from scipy.optimize import linprog

from reference.relu_lp.operator import LiftedOperator

__all__: list[str] = []


def steps_into_cones(
    F: LiftedOperator, gates: np.ndarray, blocks: np.ndarray
) -> np.ndarray:
    """Return the smallest t (..., k, P, 1) >= 0 with w + t h in the cones."""
    t = -F.cone_values(blocks) / F.cone_values(gates)
    return np.maximum(t, 0.0).max(axis=-1, initial=0.0, keepdims=True)


def interior_gates(
    F: LiftedOperator, gates: np.ndarray, thin: float = 1e-6
) -> np.ndarray:
    """Return gates of length 1 strictly inside their cones.

    Those at most `thin` from a wall, or on its wrong side, are moved to the center.
    A mask without any gate inside its cone is refused.
    """
    sizes = np.abs(gates).max(axis=1, keepdims=True)
    gates = gates / np.where(sizes > 0, sizes, 1.0)
    lengths = np.linalg.norm(gates, axis=1, keepdims=True)
    gates = gates / np.where(lengths > 0, lengths, 1.0)
    depth = F.cone_values(gates).min(axis=1, initial=1.0)
    for i in np.flatnonzero(depth < thin):
        cone = F.side[i][:, None] * F.rows
        center = _deepest_point(cone)
        if (cone @ center).min() > max(depth[i], 0.0):
            gates[i] = center
        elif depth[i] <= 0:
            raise ValueError(
                f"patterns: mask {i} is not the pattern of any gate strictly inside "
                "its cone on this X; use sample_patterns or enumerate_patterns on X"
            )
    return gates


def _deepest_point(cone: np.ndarray) -> np.ndarray:
    """Return a direction deep inside {h : cone h >= 0}, or zero if none is found.

    The linear program max t with cone h >= t, -1 <= h <= 1; whoever calls it checks
    the answer.
    """
    m, d = cone.shape
    program = linprog(
        np.append(np.zeros(d), -1.0),
        np.column_stack([-cone, np.ones(m)]),
        np.zeros(m),
        bounds=[(-1, 1)] * d + [(None, 1)],
        options={"primal_feasibility_tolerance": 1e-10},
    )
    if program.status != 0 or not program.x[:-1].any():
        return np.zeros(d)
    return program.x[:-1] / np.linalg.norm(program.x[:-1])
