"""Properties of plain ADMM and sampled programs, and where plain is not enough."""

import numpy as np
import pytest
from hypothesis import given, settings

from reference.activation_patterns import enumerate_patterns, sample_patterns
from reference.admm import fit_sampled as reference_sampled
from reference.admm import plain_admm, plain_sampled
from reference.convex_relu import (
    fit_convex_relu,
    plain_convex_objective,
    plain_gap,
    plain_project,
)
from reference.relu_lp import ConvexWeights
from tests import strategies
from tests.admm.oracle import dense_pieces, lasso
from tests.convex_relu.oracle import optimal_value


def generic(seed, n=4, d=2):
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    return X, y, enumerate_patterns(X), 10 ** rng.uniform(-1, 0)


def drawn(seed, n=6, N=12):
    """Data and random unit neurons."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, 3)), rng.standard_normal(n)
    neurons = rng.standard_normal((N, 3))
    return X, y, neurons / np.linalg.norm(neurons, axis=1, keepdims=True)


@pytest.mark.prop(
    "P7.16", "plain ADMM ends within its gap of a cone solver's value", stage="plain"
)
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_plain_admm(subject, seed):
    plain_admm = subject("admm.plain_admm")
    X, y, patterns, reg = generic(seed)
    masks, scale = patterns.masks, 0.5 * (y @ y)
    blocks, gap = plain_admm(X, y, masks, reg)
    assert blocks.shape == (2, *patterns.gates.shape)
    best = optimal_value(X, y, masks, reg, gated=False)
    value = plain_convex_objective(blocks, X, y, masks, reg)
    assert value - gap <= best + 1e-6 * scale
    assert best - 1e-6 * scale <= value <= best + 0.02 * scale
    assert gap <= 0.05 * scale
    assert (np.where(masks, 1.0, -1.0) * (blocks @ X.T)).min() >= -1e-9


@pytest.mark.prop(
    "P7.16", "few steps are honest, and step by step right", stage="plain"
)
@pytest.mark.parametrize("max_iter, rho", [(3, 0.5), (4, 3.0), (7, 1.0)])
def test_plain_admm_steps(subject, max_iter, rho):
    plain_admm = subject("admm.plain_admm")
    (X, y, patterns, _), reg = generic(3, n=5), 0.02
    masks, P, d = patterns.masks, len(patterns), 2
    F, G = dense_pieces(X, masks.astype(float), X, 2)
    H = np.eye(2 * P * d) + F.T @ F / rho + G.T @ G
    copy, mu = np.zeros((2, 2 * P, d))
    s, tau = np.zeros((2, len(G)))
    for _ in range(max_iter):
        right = F.T @ y / rho + (copy - mu).ravel() + G.T @ (s - tau)
        u = np.linalg.solve(H, right)
        q = u.reshape(-1, d) + mu
        for b in range(2 * P):
            size = np.linalg.norm(q[b])
            copy[b] = 0.0 if size <= reg / rho else (1 - reg / rho / size) * q[b]
        mu = q - copy
        s, tau = np.maximum(G @ u + tau, 0), np.minimum(G @ u + tau, 0)
    got, gap = plain_admm(X, y, masks, reg, rho=rho, max_iter=max_iter)
    # Moreau: the projected copy is perpendicular to what the projection took away.
    apart = copy.reshape(got.shape) - got
    assert got.any()
    assert (apart * got).sum(-1) == pytest.approx(np.zeros((2, P)), abs=1e-9)
    best = optimal_value(X, y, masks, reg, gated=False)
    value = plain_convex_objective(got, X, y, masks, reg)
    nu, eta = y - F @ u, -rho * tau
    c = np.linalg.norm((F.T @ nu + G.T @ eta).reshape(-1, d), axis=1).max()
    scales = np.linspace(-reg / c, reg / c, 20001)
    bound = (scales * (y @ nu) - 0.5 * scales**2 * (nu @ nu)).max()
    assert value - gap <= best + 1e-7
    assert gap == pytest.approx(value - bound, abs=1e-6)


@pytest.mark.prop("P7.17", "plain and robust agree where plain succeeds", stage="plain")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_plain_admm_agrees(subject, seed):
    plain_admm = subject("admm.plain_admm")
    X, y, patterns, reg = generic(seed, n=6)
    blocks, gap = plain_admm(X, y, patterns.masks, reg, max_iter=500)
    fit = fit_convex_relu(X, y, patterns, reg)
    value = plain_convex_objective(blocks, X, y, patterns.masks, reg)
    assert value == pytest.approx(fit.objective, abs=gap + fit.gap + 1e-9)
    assert plain_gap(blocks, X, y, patterns.masks, reg) >= -1e-9


@pytest.mark.prop(
    "P7.18", "plain output weights solve the lasso, and the dual is the residual",
    stage="plain",
)  # fmt: skip
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_plain_sampled(subject, seed):
    plain_sampled = subject("admm.plain_sampled")
    X, y, neurons = drawn(seed)
    reg = 0.1
    output, dual = plain_sampled(X, y, neurons, reg)
    H = np.array([[max(x @ w, 0.0) for w in neurons] for x in X])
    value = 0.5 * ((H @ output - y) ** 2).sum() + reg * np.abs(output).sum()
    assert value == pytest.approx(lasso(H, y, reg, "squared"), abs=1e-6)
    np.testing.assert_allclose(dual, y - H @ output, atol=1e-9)
    assert np.abs(H.T @ dual).max() <= reg * (1 + 1e-7)
    # Complementarity: a used neuron's constraint is tight, with the sign of its weight.
    np.testing.assert_allclose((H.T @ dual) * output, reg * np.abs(output), atol=1e-7)
    assert np.count_nonzero(output) <= len(X)


@pytest.mark.prop("P7.19", "plain and robust agree where plain succeeds", stage="plain")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_plain_sampled_agrees(subject, seed):
    plain_sampled = subject("admm.plain_sampled")
    X, y, _ = drawn(seed)
    fit = reference_sampled(X, y, 9, 0.2, rng=np.random.default_rng(seed))
    output, dual = plain_sampled(X, y, fit.neurons, 0.2)
    assert X.T @ dual == pytest.approx(X.T @ fit.dual, abs=1e-5)
    penalty = np.abs(output).sum()
    assert 0.5 * (dual @ dual) + 0.2 * penalty == pytest.approx(fit.objective, abs=1e-6)


# ---------------------------------------------------------- where plain is not enough

RNG = np.random.default_rng(0)
SIX = RNG.standard_normal((6, 2)), RNG.standard_normal(6)


@pytest.mark.prop("P7.20", "other units, uneven rows: plain ADMM does not get there")
@pytest.mark.parametrize("rows", [[1e3] * 6, [1e-3] * 6, [1e3, 1, 1, 1, 1, 1]])
def test_units(subject, rows):
    admm_convex_relu = subject("admm.admm_convex_relu")
    X, y = np.array(rows)[:, None] * SIX[0], SIX[1]
    patterns, scale = enumerate_patterns(X), 0.5 * (y @ y)
    reg = 0.1 * (rows[0] if rows[1] != 1 else 1.0)
    _, gap = plain_admm(X, y, patterns.masks, reg)
    assert gap > 0.1 * scale
    assert admm_convex_relu(X, y, patterns, reg).gap <= 1e-4 * scale


@pytest.mark.prop("P7.20", "zero targets: plain divides by zero")
def test_zero_targets(subject):
    admm_convex_relu = subject("admm.admm_convex_relu")
    X, y = np.array([[1.0], [-1.0]]), np.zeros(2)
    patterns = enumerate_patterns(X)
    with np.errstate(all="ignore"):
        assert np.isnan(plain_admm(X, y, patterns.masks, 0.1, max_iter=5)[1])
    fit = admm_convex_relu(X, y, patterns, 0.1)
    assert (fit.objective, fit.gap) == (0.0, 0.0)


@pytest.mark.prop("P7.20", "at the tip of a cone plain leaves rounding, ours zero")
def test_rounding_at_the_tip(subject):
    project_to_cones = subject("admm.project_to_cones")
    rng = np.random.default_rng(10)
    X = rng.standard_normal((10, 8))
    patterns = sample_patterns(X, 20, rng=rng)
    polar = np.stack([-patterns.gates @ X.T @ X, 0.0 * patterns.gates])
    plain = plain_project(polar, X, patterns.masks)
    assert 0.0 < np.abs(plain).max() < 1e-9
    got = project_to_cones(ConvexWeights(*polar), X, patterns)
    assert not got.positive.any()


@pytest.mark.prop("P7.20", "targets of 1e9: plain samples lose all digits")
def test_large_targets(subject):
    fit_sampled = subject("admm.fit_sampled")
    X, y, _ = drawn(0)
    small = fit_sampled(X, y, 12, 0.3, rng=np.random.default_rng(0))
    large = fit_sampled(X, 1e9 * y, 12, 0.3e9, rng=np.random.default_rng(0))
    assert large.output / 1e9 == pytest.approx(small.output, abs=1e-8)
    with np.errstate(all="ignore"):
        output, _ = plain_sampled(X, 1e9 * y, small.neurons, 0.3e9)
    assert not np.allclose(output / 1e9, small.output, atol=1e-3)
