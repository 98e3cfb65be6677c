"""Properties of convex ReLU models under bounds."""

import numpy as np
import pytest
from hypothesis import given, settings

from reference.activation_patterns import enumerate_patterns, sample_patterns
from reference.common import Infeasible
from reference.primal_dual import ConvexReluModel
from reference.primal_dual import pdcl as reference_pdcl
from tests import strategies
from tests.primal_dual.oracle import (
    relu_by_cvxpy,
    relu_problem,
)


@pytest.mark.prop("P13.9", "convex ReLU models under bounds agree with CVXPY")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_relu_models(subject, seed):
    pdcl = subject("primal_dual.pdcl")
    X, y, patterns, epsilon = relu_problem(seed)
    model = ConvexReluModel(patterns, 0.3)
    answer = pdcl(model, X, y, epsilon, tol=1e-4)
    value, duals, fitted = relu_by_cvxpy(X, y, patterns, 0.3, epsilon)
    np.testing.assert_allclose(answer.objective, value, rtol=1e-3)
    np.testing.assert_allclose(answer.model(X), fitted, atol=0.01)
    np.testing.assert_allclose(answer.duals, duals, atol=0.05 * (1 + duals.max()))
    losses = 0.5 * (answer.model(X) - y) ** 2
    np.testing.assert_allclose(answer.slacks, losses - epsilon, atol=1e-6)
    assert answer.slacks.max() <= 1e-4 * epsilon.max()


@pytest.mark.prop("P13.9", "other units of targets: the same duals, in their units")
@pytest.mark.parametrize("unit", [2.0**-40, 2.0**40])
def test_units_of_the_targets(subject, unit):
    pdcl = subject("primal_dual.pdcl")
    X = np.array([[-1.0], [2.0], [-2.0]])
    y, epsilon = np.array([-1.0, 1.0, 2.0]), np.array([2.0, 0.05, 0.5])
    patterns = enumerate_patterns(X)
    want = pdcl(ConvexReluModel(patterns, 1.0), X, y, epsilon)
    scaled = X, unit * y, unit**2 * epsilon
    found = pdcl(ConvexReluModel(patterns, unit), *scaled)
    np.testing.assert_allclose(found.duals, want.duals, atol=1e-4)
    np.testing.assert_allclose(found.objective, unit**2 * want.objective, rtol=1e-5)


@pytest.mark.prop("P13.9", "targets of zero: the zero network, and free bounds")
def test_zero_targets(subject):
    pdcl = subject("primal_dual.pdcl")
    X = np.array([[0.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
    patterns = sample_patterns(X, 5, rng=np.random.default_rng(0))
    answer = pdcl(ConvexReluModel(patterns, 0.1), X, np.zeros(3), 0.5)
    assert not answer.duals.any()
    assert answer.objective == 0.0
    np.testing.assert_allclose(answer.slacks, -0.5)


@pytest.mark.prop("P13.9", "the dual function of a convex ReLU model is a lower bound")
@settings(max_examples=6)
@given(seed=strategies.seeds)
def test_relu_bound(subject, seed):
    lagrangian_bound = subject("primal_dual.lagrangian_bound")
    X, y, patterns, epsilon = relu_problem(seed)
    model = ConvexReluModel(patterns, 0.3)
    answer = reference_pdcl(model, X, y, epsilon, tol=1e-4)
    duals = np.random.default_rng(seed).exponential(size=7)
    bound = lagrangian_bound(model, X, y, epsilon, duals)
    assert bound <= answer.objective + 1e-6
    reached = lagrangian_bound(model, X, y, epsilon, answer.duals)
    np.testing.assert_allclose(reached, answer.objective, rtol=1e-3)


@pytest.mark.prop("P13.9", "bounds that no sum of the blocks can meet are refused")
def test_relu_impossible(subject):
    pdcl = subject("primal_dual.pdcl")
    X = np.array([[1.0, 1.0], [1.0, 1.0], [-2.0, 1.0]])
    patterns = sample_patterns(X, 20, rng=np.random.default_rng(0))
    with pytest.raises(Infeasible) as refused:
        pdcl(ConvexReluModel(patterns, 0.1), X, [0.0, 2.0, 1.0], 0.4)
    nu = refused.value.certificate
    np.testing.assert_allclose(nu[0], -nu[1], rtol=1e-6)


@pytest.mark.prop("P13.9", "prices above ten are reached")
def test_large_prices_of_a_network(subject):
    pdcl = subject("primal_dual.pdcl")
    X, y, patterns, epsilon = relu_problem(2)
    answer = pdcl(ConvexReluModel(patterns, 0.3), X, y, epsilon, tol=1e-4)
    assert answer.duals.max() > 11.0
    value, _, _ = relu_by_cvxpy(X, y, patterns, 0.3, epsilon)
    np.testing.assert_allclose(answer.objective, value, rtol=1e-3)
