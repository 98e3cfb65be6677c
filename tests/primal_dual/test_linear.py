"""Properties of linear models under bounds."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import minimize

from reference.common import Infeasible
from reference.primal_dual import LinearModel
from reference.primal_dual import pdcl as reference_pdcl
from tests import strategies
from tests.primal_dual.oracle import (
    one_number,
    problem,
)


@pytest.mark.prop(
    "P13.1", "the best constant is a clipped mean, and has one multiplier"
)
@settings(max_examples=30)
@given(seed=strategies.seeds, scale=st.integers(-40, 40))
def test_the_clipped_mean(subject, seed, scale):
    pdcl = subject("primal_dual.pdcl")
    rng = np.random.default_rng(seed)
    y = rng.uniform(-1.0, 1.0, int(rng.integers(2, 6))) * 2.0**scale
    radius = np.abs(y - rng.uniform(-0.5, 0.5) * 2.0**scale)
    radius += rng.uniform(0.05, 0.6, len(y)) * 2.0**scale
    epsilon = 0.5 * radius**2
    answer = pdcl(LinearModel(), np.ones((len(y), 1)), y, epsilon)
    theta, duals = one_number(y, epsilon)
    np.testing.assert_allclose(answer.model.theta[0], theta, atol=1e-6 * 2.0**scale)
    np.testing.assert_allclose(answer.duals, duals, atol=1e-4 * (1.0 + duals.max()))


@pytest.mark.prop("P13.5", "bounds that cannot be met are refused with a proof")
@settings(max_examples=30)
@given(
    seed=strategies.seeds,
    squared=st.booleans(),
    scale=st.integers(-30, 30),
)
def test_impossible_bounds(subject, seed, squared, scale):
    pdcl = subject("primal_dual.pdcl")
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(3, 9)), int(rng.integers(1, 3))
    X = rng.standard_normal((n, d)) * 2.0**scale
    if squared:
        y = rng.standard_normal(n)
        least = np.abs(X @ np.linalg.lstsq(X, y, rcond=None)[0] - y).max() / np.sqrt(n)
        epsilon = np.full(n, 0.5 * (0.9 * least) ** 2)  # sum of squares too small
        low, high = y - np.sqrt(2 * epsilon), y + np.sqrt(2 * epsilon)
        pair = {}
    else:
        X = np.vstack([X, X[0]])  # one sample with both labels, each wanted right
        y = np.ones(n + 1)
        y[-1] = -1.0
        epsilon = np.full(n + 1, rng.uniform(0.01, 0.6))
        wall = -np.log(np.expm1(epsilon))
        low = np.where(y > 0, wall, -np.inf)
        high = np.where(y > 0, np.inf, -wall)
        pair = {"loss": "logistic"}
    with pytest.raises(Infeasible) as refused:
        pdcl(LinearModel(), X, y, epsilon, **pair)
    nu = refused.value.certificate
    assert np.abs(X.T @ nu).max() <= 1e-9 * np.abs(X).max() * np.abs(nu).sum()
    used = np.abs(nu) > 1e-9 * np.abs(nu).max()
    reach = np.where(nu > 0, high, low)
    assert (nu[used] * reach[used]).sum() < 0.0


@pytest.mark.prop("P13.5", "bounds that can be met, but by no model strictly")
def test_no_model_strictly_inside(subject):
    pdcl = subject("primal_dual.pdcl")
    # Only θ = 1 has both losses at most ½, and there both are ½.
    with pytest.raises(ValueError, match=r"epsilon.*strictly"):
        pdcl(LinearModel(), [[1.0], [1.0]], [0.0, 2.0], 0.5)
    with pytest.raises(ValueError, match="epsilon must be positive"):
        pdcl(LinearModel(), [[1.0], [1.0]], [0.0, 2.0], 0.0)


@pytest.mark.prop("P13.8", "a hard-margin machine: the duals mark the support vectors")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_support_vectors(subject, seed):
    pdcl = subject("primal_dual.pdcl")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((12, 2))
    X += 0.3 * np.sign(X @ [1.0, 2.0])[:, None] * np.array([1.0, 2.0]) / np.sqrt(5)
    y = np.sign(X @ [1.0, 2.0])
    answer = pdcl(LinearModel(1.0), X, y, 0.0, loss="zero", constraint_loss="margin")
    theta, margins = answer.model.theta, y * (X @ answer.model.theta)
    assert margins.min() >= 1.0 - 1e-6
    support = answer.duals > 1e-4 * answer.duals.max()
    np.testing.assert_allclose(margins[support], 1.0, atol=1e-3)
    np.testing.assert_allclose(theta, X.T @ (answer.duals * y) / 12, atol=1e-5)
    # The largest margin over all directions, by search.
    angles = np.linspace(0.0, 2 * np.pi, 20001)
    circle = np.stack([np.cos(angles), np.sin(angles)])
    widest = (y[:, None] * (X @ circle)).min(axis=0).max()
    np.testing.assert_allclose(1.0 / np.linalg.norm(theta), widest, rtol=1e-3)


@pytest.mark.prop("P13.10", "the units of targets, bounds and columns do not matter")
@settings(max_examples=15)
@given(seed=strategies.seeds, units=st.tuples(*[st.integers(-40, 40)] * 2))
def test_units(subject, seed, units):
    pdcl = subject("primal_dual.pdcl")
    X, y, epsilon, _ = problem(seed, ("squared", None), d=2)
    once = reference_pdcl(LinearModel(), X, y, epsilon, tol=1e-7)
    unit, column = 2.0 ** np.array(units)
    answer = pdcl(LinearModel(), X * column, y * unit, epsilon * unit**2, tol=1e-7)
    np.testing.assert_allclose(
        answer.model.theta * column / unit, once.model.theta, atol=1e-5
    )
    np.testing.assert_allclose(
        answer.duals, once.duals, atol=1e-3 * (1.0 + once.duals.max())
    )


@pytest.mark.prop("P13.10", "a column in tiny units is a column all the same")
def test_columns_of_any_size(subject):
    pdcl = subject("primal_dual.pdcl")
    X = np.diag([1.0, 2.0**-60])
    answer = pdcl(LinearModel(), X, [1.0, 1.0], 0.125)
    np.testing.assert_allclose(answer.model(X), 1.0, atol=1e-6)
    # With a ridge the size of a column counts: each number shrinks for itself.
    X, reg = np.diag([1.0, 2.0**-20]), 2.0**-40
    answer = pdcl(LinearModel(reg), X, [1.0, 1.0], 8.0)
    np.testing.assert_allclose(answer.model(X), [1.0, 1.0 / 3.0], atol=1e-6)


@pytest.mark.prop("P13.10", "outputs that rounding cannot tell apart are refused")
def test_rows_of_too_many_sizes(subject):
    pdcl = subject("primal_dual.pdcl")
    X = np.array([[1.0, 1.0], [2.0**-60, -(2.0**-60)]])  # θ = (2^60, -2^60) will do
    with pytest.raises(ValueError, match="X must have rows and columns of one size"):
        pdcl(LinearModel(), X, [1.0, 1.0], 0.5, loss="zero", constraint_loss="margin")


@pytest.mark.prop("P13.5", "a proof names those who make it, and has no dust")
def test_the_proof_has_no_dust(subject):
    pdcl = subject("primal_dual.pdcl")
    X = np.array([[0.0, -3.0, 1.0], [1.0, -3.0, 0.0], [-1.0, 1.0, 1.0], [0.0, -6.0, 2]])
    with pytest.raises(Infeasible) as error:  # the last row is twice the first
        pdcl(LinearModel(), X, [1.0, 3.0, 4.0, -4.0], [2.0, 0.125, 0.5, 0.5])
    np.testing.assert_array_equal(np.flatnonzero(error.value.certificate), [0, 3])


@pytest.mark.prop("P13.10", "dependent and zero columns, one sample, equal targets")
def test_degenerate_data(subject):
    pdcl = subject("primal_dual.pdcl")
    x = np.array([1.0, 2.0, 3.0])
    y, epsilon = np.array([1.0, 2.5, 2.0]), np.full(3, 0.3)
    one = pdcl(LinearModel(), x[:, None], y, epsilon)
    three = pdcl(LinearModel(), np.column_stack([x, 2 * x, 0 * x]), y, epsilon)
    np.testing.assert_allclose(three.model.theta @ [1, 2, 0], one.model.theta[0])
    np.testing.assert_allclose(
        three.model.theta[:2], np.array([0.2, 0.4]) * one.model.theta
    )
    np.testing.assert_allclose(three.duals, one.duals, atol=1e-4)
    single = pdcl(LinearModel(), [[2.0]], [3.0], 0.1)
    np.testing.assert_allclose(single.model.theta, [1.5], rtol=1e-6)
    zero = pdcl(LinearModel(), [[0.0], [1.0]], [0.1, 1.0], 0.1)
    np.testing.assert_allclose(zero.model.theta, [1.0], rtol=1e-6)
    none = pdcl(LinearModel(), [[1.0], [1.0]], [0.0, 0.0], 1e-20)
    np.testing.assert_allclose(none.model.theta, [0.0], atol=1e-12)


@pytest.mark.prop("P13.10", "a zero row: its row of the basis is rounding, not zero")
def test_zero_rows(subject):
    pdcl = subject("primal_dual.pdcl")
    for X, y in (
        ([[2, 3, -3], [0, 0, 0], [-2, -1, 3], [-1, -2, 2]], [-2, -1, 1, 0]),
        ([[0, -1, 3], [0, 0, 0], [0, 3, -2], [1, -1, 1]], [2, -2, 2, 2]),
        ([[3, -1, -3], [0, 0, 0], [1, 2, 3], [3, 3, 3]], [2, 4, -4, -4]),
    ):
        A = np.array(X, dtype=float)
        answer = pdcl(LinearModel(0.1), A, y, 100.0)  # no bound binds
        ridge = np.linalg.solve(A.T @ A + 0.4 * np.eye(3), A.T @ y)
        np.testing.assert_allclose(answer.model.theta, ridge, atol=1e-5)


@pytest.mark.prop("P13.10", "logistic loss, rows of all sizes: full steps run away")
def test_steps_are_shortened(subject):
    lagrangian_bound = subject("primal_dual.lagrangian_bound")
    X = np.array([[16.1, -19.1], [0.7, 0.0], [-8.3, -8.3], [-103.0, -21.3]])
    y, duals = np.array([1.0, -1.0, -1.0, 1.0]), np.array([0.0, 590.0, 1.0, 2.0])
    bound = lagrangian_bound(LinearModel(0.01), X, y, 1.0, duals, loss="logistic")
    least = minimize(
        lambda t: np.mean((1 + duals) * np.logaddexp(0, -y * (X @ t))) + 5e-3 * t @ t,
        np.zeros(2), method="Nelder-Mead", options={"xatol": 1e-9, "fatol": 1e-12},
    )  # fmt: skip
    np.testing.assert_allclose(bound, least.fun - duals.mean(), rtol=1e-6)
