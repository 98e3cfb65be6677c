"""Properties of the losses of one output and of their intervals."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import sample_patterns
from reference.primal_dual import ConvexReluModel, LinearModel
from reference.primal_dual.point_losses import POINT_LOSSES
from tests import strategies
from tests.primal_dual.oracle import VALUES

names = st.sampled_from(["squared", "logistic", "margin"])


@settings(max_examples=30)
@given(seed=strategies.seeds, name=names)
def test_a_bound_on_a_loss_is_an_interval(seed, name):
    rng = np.random.default_rng(seed)
    loss, y = POINT_LOSSES[name], np.array([1.0, -1.0])
    epsilon = 10.0 ** rng.uniform(-3.0, 3.0, 2)
    low, high = loss.interval(y, epsilon)
    for end, side in ((low, -1.0), (high, 1.0)):
        for f, k in zip(end, range(2), strict=True):
            if np.isfinite(f):
                room = 1e-3 * (1.0 + abs(f))
                near = np.full(2, f) + side * np.array([-room, room])
                inside, outside = VALUES[name](near, y[k])
                assert inside <= epsilon[k] <= outside


@settings(max_examples=20)
@given(seed=strategies.seeds, name=names)
def test_slopes_and_curvatures_are_derivatives(seed, name):
    rng = np.random.default_rng(seed)
    loss, y = POINT_LOSSES[name], np.where(rng.random(5) < 0.5, -1.0, 1.0)
    f, step = 3.0 * rng.standard_normal(5), 1e-5
    np.testing.assert_allclose(loss.value(f, y), VALUES[name](f, y), atol=1e-12)
    rise = (VALUES[name](f + step, y) - VALUES[name](f - step, y)) / (2 * step)
    np.testing.assert_allclose(loss.slope(f, y), rise, atol=1e-8)
    bend = (loss.slope(f + step, y) - loss.slope(f - step, y)) / (2 * step)
    np.testing.assert_allclose(loss.curvature(f, y), bend, atol=1e-8)


def test_large_bounds_do_not_overflow():
    low, _ = POINT_LOSSES["logistic"].interval(np.ones(1), np.array([1e4]))
    np.testing.assert_allclose(low, [-1e4])


@pytest.mark.prop("P13.10", "arguments out of their domain are refused by name")
def test_arguments_out_of_their_domain(subject):
    pdcl = subject("primal_dual.pdcl")
    lagrangian_bound = subject("primal_dual.lagrangian_bound")
    X, y = np.eye(2), [1.0, -1.0]
    with pytest.raises(ValueError, match="labels"):
        pdcl(LinearModel(), X, [1.0, 2.0], 0.5, loss="logistic")
    with pytest.raises(ValueError, match="labels"):
        pdcl(LinearModel(), X, [1.0, 2.0], 0.5, constraint_loss="margin")
    with pytest.raises(ValueError, match="epsilon must be positive"):
        pdcl(LinearModel(), X, y, [0.5, 0.0])
    with pytest.raises(ValueError, match="mode"):
        pdcl(LinearModel(), X, y, 0.5, mode="accumulated")
    patterns = sample_patterns(np.ones((3, 2)), 4, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match=r"model\.patterns"):
        pdcl(ConvexReluModel(patterns, 0.1), X, y, 0.5)
    with pytest.raises(ValueError, match="non-negative"):
        lagrangian_bound(LinearModel(), X, y, 0.5, [-1.0, 0.0])
