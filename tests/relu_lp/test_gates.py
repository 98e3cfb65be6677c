"""Gates inside their cones, and steps along them."""

import numpy as np
import pytest
from hypothesis import assume, given

from reference.relu_lp import LiftedOperator
from reference.relu_lp.gates import interior_gates, steps_into_cones
from tests import strategies
from tests.relu_lp.oracle import data_and_cone_weights, gate_patterns


@given(case=data_and_cone_weights(), seed=strategies.seeds)
def test_interior_gates_mends_gates_that_are_not_inside(case, seed):
    X, patterns, _ = case
    real = X.any(axis=1)
    assume(real.any())
    signs = np.where(patterns.masks, 1, -1)[:, real]
    rows = X[real] / np.linalg.norm(X[real], axis=1, keepdims=True)
    assume((signs * (patterns.gates @ rows.T)).min() > 1e-4)
    noise = np.random.default_rng(seed).standard_normal(patterns.gates.shape)
    for broken in (0 * patterns.gates, -patterns.gates, noise):
        gates = interior_gates(LiftedOperator(X, patterns.masks), broken)
        assert (signs * (gates @ X[real].T) > 0).all()


def test_a_lower_dimensional_mask_is_refused():
    X = np.array([[1.0, 0.0], [-1.0, 0.0]])  # both active only on the line x'h = 0
    with pytest.raises(ValueError, match="mask 1 is not the pattern"):
        interior_gates(LiftedOperator(X, [[1, 0], [1, 1]]), np.eye(2))


@given(X=strategies.general_position(6, 3), seed=strategies.seeds)
def test_the_step_is_the_shortest_into_the_cone(X, seed):
    patterns = gate_patterns(X, 5, seed)
    F = LiftedOperator(X, patterns.masks)
    w = np.random.default_rng(seed).standard_normal(F.shape)
    t = steps_into_cones(F, patterns.gates, w)
    worst = F.cone_values(w + t * patterns.gates).min(axis=-1)
    assert (worst >= -1e-9 * (1 + t[..., 0])).all(), "not in the cone"
    short = F.cone_values(w + 0.99 * t * patterns.gates).min(axis=-1)
    assert (short < 0)[t[..., 0] > 0].all(), "a shorter step does"


def test_a_thin_cone_gets_its_center():
    """Rows 1e-8 apart leave a thin cone; its gate is moved off the wall."""
    X = np.array([[1.0, 0.0], [1.0, 1e-8]])
    F = LiftedOperator(X, [[1, 0]])
    gate = interior_gates(F, np.array([[1e-15, -1.0]]))
    depths = F.cone_values(gate)[0]
    assert depths.min() > 0.4 * depths.max() > 0, depths


def test_gates_of_any_length_will_do():
    F = LiftedOperator(np.eye(2), [[1, 0], [1, 1]])
    gates = interior_gates(F, np.array([[1e-300, -1e-300], [1e200, 2e200]]))
    assert np.linalg.norm(gates, axis=1) == pytest.approx([1.0, 1.0])
    assert (F.cone_values(gates) > 0).all()
