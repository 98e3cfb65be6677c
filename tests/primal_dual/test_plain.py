"""Properties of the plain primal-dual steps, and data that they do not bear."""

import numpy as np
import pytest
from hypothesis import given, settings

from reference.common import Infeasible
from reference.primal_dual import LinearModel
from reference.primal_dual import pdcl as reference_pdcl
from reference.primal_dual import plain_pdcl as plain_steps
from tests import strategies
from tests.primal_dual.oracle import constant, one_number


def pull(y):
    """Losses and gradient of a constant."""
    return (
        lambda theta: 0.5 * (theta - y) ** 2,
        lambda theta, w: np.array([np.mean(w * (theta - y))]),
    )


@pytest.mark.prop("P13.7", "two rounds of plain steps, by hand", stage="plain")
def test_plain_rounds_by_hand(subject):
    plain_pdcl = subject("primal_dual.plain_pdcl")
    y, start = np.array([0.0, 4.0]), np.zeros(1)
    rates = {"primal_rate": 0.5, "dual_rate": 0.25}
    theta, duals = plain_pdcl(*pull(y), start, np.array([9.0, 0.5]), rounds=1, **rates)
    # The gradient is -2, so θ = 1; the losses are 0.5 and 4.5.
    np.testing.assert_allclose(theta, [1.0])
    np.testing.assert_allclose(duals, [0.0, 1.0])
    theta, duals = plain_pdcl(*pull(y), start, np.array([9.0, 0.5]), rounds=2, **rates)
    # The gradient is (1 - 3·2)/2 = -2.5, so θ = 2.25; the second loss is 1.53125.
    np.testing.assert_allclose(theta, [2.25])
    np.testing.assert_allclose(duals, [0.0, 1.2578125])
    theta, duals = plain_pdcl(
        *pull(y), start, np.array([9.0, 0.5]), rounds=1, primal_steps=2, **rates
    )
    np.testing.assert_allclose(theta, [1.5])
    np.testing.assert_allclose(duals, [0.0, 0.25 * (3.125 - 0.5)])
    assert start[0] == 0.0, "the start was changed"


@pytest.mark.prop("P13.7", "plain steps end at the clipped mean", stage="plain")
@settings(max_examples=5)
@given(seed=strategies.seeds)
def test_plain_ends_at_the_clipped_mean(subject, seed):
    plain_pdcl = subject("primal_dual.plain_pdcl")
    rng = np.random.default_rng(seed)
    y = rng.uniform(-1.0, 1.0, int(rng.integers(2, 6)))
    y[0] = 2.0
    best = y.mean() + rng.uniform(0.2, 0.5) * (2.0 - y.mean())  # the first one binds
    epsilon = 0.5 * (best - y) ** 2
    epsilon[1:] += rng.uniform(0.1, 0.5, len(y) - 1)
    # Few rounds: for `check` each loss and each gradient is a message.
    theta, duals = plain_pdcl(
        *pull(y), np.zeros(1), epsilon, primal_rate=0.3, dual_rate=1.0, rounds=300
    )
    want, prices = one_number(y, epsilon)
    np.testing.assert_allclose(theta, want, atol=1e-4)
    np.testing.assert_allclose(duals, prices, atol=1e-3 * (1 + prices.max()))


@pytest.mark.prop("P13.7", "plain and robust agree on generic data", stage="plain")
@settings(max_examples=3)
@given(seed=strategies.seeds)
def test_plain_and_robust_agree(subject, seed):
    plain_pdcl = subject("primal_dual.plain_pdcl")
    rng = np.random.default_rng(seed)
    X = np.linalg.qr(rng.standard_normal((8, 2)))[0] * np.sqrt(8)
    y = X @ rng.standard_normal(2) + rng.standard_normal(8)
    k = int((X**2).sum(axis=1).argmax())
    y[k] += 3.0 * np.sign(y[k] - X[k] @ X.T @ y / 8)
    weights = np.where(np.arange(8) == k, 2.0, 1.0)  # so that its price is 1
    best = np.linalg.solve((X.T * weights) @ X, X.T @ (weights * y))
    epsilon = 0.5 * (X @ best - y) ** 2 + np.where(np.arange(8) == k, 0.0, 0.1)
    robust = reference_pdcl(LinearModel(), X, y, epsilon)
    theta, duals = plain_pdcl(
        lambda t: 0.5 * (X @ t - y) ** 2, lambda t, w: X.T @ (w * (X @ t - y)) / 8,
        np.zeros(2), epsilon, primal_rate=0.2, dual_rate=0.2, rounds=400,
    )  # fmt: skip
    np.testing.assert_allclose(theta, robust.model.theta, atol=0.02)
    np.testing.assert_allclose(duals, robust.duals, atol=0.2)


@pytest.mark.prop("P13.5", "duals of bounds that cannot be met grow at a constant rate")
def test_plain_duals_grow_without_end(subject):
    plain_pdcl = subject("primal_dual.plain_pdcl")
    y, epsilon = np.array([0.0, 4.0]), 0.5
    rates = {"primal_rate": 0.01, "dual_rate": 0.1, "primal_steps": 20}
    sums = [
        plain_pdcl(*pull(y), np.zeros(1), epsilon, rounds=rounds, **rates)[1].sum()
        for rounds in (50, 100, 150)
    ]
    np.testing.assert_allclose(sums[2] - sums[1], 50 * 0.1 * 3.0, rtol=0.05)
    assert sums[1] - sums[0] > 0.9 * (sums[2] - sums[1])
    with pytest.raises(Infeasible):
        constant(y, epsilon)


@pytest.mark.prop("P13.7", "duals make the plain step too long, and it runs away")
def test_plain_runs_away_where_duals_are_large(subject):
    pdcl = subject("primal_dual.pdcl")
    y = np.array([0.0, 4.0])
    epsilon = np.array([9.0, 1e-3])  # the second dual is 87
    with np.errstate(over="ignore", invalid="ignore"):
        theta, _ = plain_steps(
            *pull(y), np.zeros(1), epsilon, primal_rate=0.1, dual_rate=1.0, rounds=4000
        )
    want, duals = one_number(y, epsilon)
    assert not np.abs(theta - want) <= 0.1, theta
    robust = pdcl(LinearModel(), np.ones((2, 1)), y, epsilon)
    np.testing.assert_allclose(robust.model.theta, want, rtol=1e-6)
    np.testing.assert_allclose(robust.duals, duals, rtol=1e-4, atol=1e-6)
