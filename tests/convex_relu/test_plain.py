"""Properties of the plain convex program, and the data on which plain is not enough."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import enumerate_patterns
from reference.convex_relu import (
    convex_objective,
    duality_gap,
    plain_convex_objective,
    plain_fista,
    plain_gap,
)
from reference.convex_relu import fit_convex_relu as reference_fit
from reference.relu_lp import ConvexWeights
from tests import strategies
from tests.convex_relu.oracle import cone_weights, optimal_value


def as_blocks(weights, gated=False):
    """The array (k, P, d) of convex weights."""
    return np.stack([weights.positive, weights.negative][: 1 if gated else 2])


def generic(seed, n=5, d=2):
    """Gaussian data, all its patterns, targets, a regularisation that bites."""
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    return X, y, enumerate_patterns(X), 10 ** rng.uniform(-1, 0), rng


@pytest.mark.prop(
    "P6.19", "the plain objective is the formula, term by term", stage="plain"
)
@given(X=strategies.general_position(5, 3), gated=st.booleans(), seed=strategies.seeds)
def test_plain_objective_against_loops(subject, X, gated, seed):
    plain_convex_objective = subject("convex_relu.plain_convex_objective")
    rng = np.random.default_rng(seed)
    k, (n, d) = 1 if gated else 2, X.shape
    masks, blocks = rng.uniform(size=(3, n)) > 0.5, rng.standard_normal((k, 3, d))
    y, reg = rng.standard_normal(n), 0.7
    want = reg * sum(np.sqrt(sum(u**2)) for part in blocks for u in part)
    for j in range(n):
        f = sum(masks[i, j] * (X[j] @ blocks[0, i]) for i in range(3))
        if not gated:
            f -= sum(masks[i, j] * (X[j] @ blocks[1, i]) for i in range(3))
        want += (f - y[j]) ** 2 / 2
    got = plain_convex_objective(blocks, X, y, masks, reg)
    assert got == pytest.approx(want, rel=1e-9)
    if not gated:
        weights = ConvexWeights(*blocks)
        pattern = type(enumerate_patterns(X))(masks, np.ones((3, d)))
        robust = convex_objective(weights, X, y, pattern, reg)
        assert got == pytest.approx(robust, rel=1e-9)


@pytest.mark.prop(
    "P6.20", "the plain projection is nearest: Moreau's two parts", stage="plain"
)
@given(X=strategies.general_position(5, 3), seed=strategies.seeds)
def test_plain_projection(subject, X, seed):
    plain_project = subject("convex_relu.plain_project")
    rng = np.random.default_rng(seed)
    patterns = enumerate_patterns(X)
    masks, shape = patterns.masks, patterns.gates.shape
    blocks = rng.standard_normal((2, *shape))
    got = plain_project(blocks, X, masks)
    assert got.shape == blocks.shape
    sides = np.where(masks, 1.0, -1.0)
    assert (sides * (got @ X.T)).min() >= -1e-9
    apart = blocks - got
    np.testing.assert_allclose((apart * got).sum(-1), 0.0, atol=1e-9)
    others = as_blocks(cone_weights(X, patterns, rng, zero=0.0))
    assert ((apart * others).sum(-1) <= 1e-9 * (1 + abs(others).max())).all()
    inside = patterns.gates[None].repeat(2, axis=0)
    np.testing.assert_allclose(plain_project(inside, X, masks), inside, atol=1e-9)
    gated = blocks[:1]
    np.testing.assert_array_equal(plain_project(gated, X, masks), gated)


@pytest.mark.prop(
    "P6.21", "no objective minus its plain gap exceeds the optimum", stage="plain"
)
@settings(max_examples=15)
@given(
    seed=strategies.seeds, gated=st.booleans(), shrink=st.sampled_from([0.0, 0.1, 1.0])
)
def test_plain_gap(subject, seed, gated, shrink):
    plain_gap = subject("convex_relu.plain_gap")
    X, y, patterns, reg, rng = generic(seed, n=4)
    blocks = shrink * as_blocks(cone_weights(X, patterns, rng), gated)
    gap = plain_gap(blocks, X, y, patterns.masks, reg)
    value = plain_convex_objective(blocks, X, y, patterns.masks, reg)
    best = optimal_value(X, y, patterns.masks, reg, gated)
    assert value - gap <= best + 1e-6 * (1 + y @ y), (value - gap, best)
    negative = 0 * blocks[0] if gated else blocks[1]
    weights = ConvexWeights(blocks[0], negative)
    robust = duality_gap(weights, X, y, patterns, reg, gated=gated)
    assert gap == pytest.approx(robust, rel=1e-7, abs=1e-9)


@pytest.mark.prop(
    "P6.22", "plain FISTA ends within its gap of a cone solver's value", stage="plain"
)
@settings(max_examples=15)
@given(seed=strategies.seeds, gated=st.booleans())
def test_plain_fista(subject, seed, gated):
    plain_fista = subject("convex_relu.plain_fista")
    X, y, patterns, reg, _ = generic(seed, n=4)
    masks, scale = patterns.masks, 0.5 * (y @ y)
    blocks, gap = plain_fista(X, y, masks, reg, gated=gated, tol=1e-3)
    assert blocks.shape == (1 if gated else 2, *patterns.gates.shape), "their shape"
    best = optimal_value(X, y, masks, reg, gated)
    value = plain_convex_objective(blocks, X, y, masks, reg)
    again = plain_gap(blocks, X, y, masks, reg)
    assert gap <= 1e-3 * scale, "it ends with a gap above tol ||y||² / 2"
    assert gap == pytest.approx(again, abs=1e-9), "the gap is not that of the blocks"
    assert value >= best - 1e-6 * scale, "the value is below the optimum: which cones?"
    assert value <= best + gap + 1e-6 * scale, "the gap hides how far the optimum is"
    if not gated:
        walls = np.where(masks, 1.0, -1.0) * (blocks @ X.T)
        assert walls.min() >= -1e-9, "blocks outside of their cones"


@pytest.mark.prop(
    "P6.22", "the gap is the reason to stop, and momentum pays", stage="plain"
)
def test_plain_fista_stops(subject):
    plain_fista = subject("convex_relu.plain_fista")
    X, y, patterns, _, _ = generic(1, n=30, d=3)
    masks, reg, tol = patterns.masks[:40], 0.5, 1e-2
    scale = 0.5 * (y @ y)
    blocks, gap = plain_fista(X, y, masks, reg, gated=True, tol=tol)
    again = plain_gap(blocks, X, y, masks, reg)
    assert gap <= tol * scale, "it ends with a gap above tol ||y||² / 2"
    assert gap == pytest.approx(again, rel=1e-6), "the gap is not that of the blocks"
    assert gap >= 0.1 * tol * scale, "it goes on though its gap is below tol ||y||² / 2"
    # Where five hundred steps do without momentum, two hundred do with it.
    M = masks.astype(float)
    L, u = np.linalg.eigvalsh((X @ X.T) * (M.T @ M)).max(), np.zeros((1, 40, 3))
    for _ in range(500):
        u = u + (M * (y - (M * (u[0] @ X.T)).sum(0))) @ X / L
        sizes = np.linalg.norm(u, axis=-1, keepdims=True)
        u = u * np.maximum(1 - reg / L / np.maximum(sizes, 1e-300), 0)
    slow = plain_gap(u, X, y, masks, reg)
    _, gap = plain_fista(X, y, masks, reg, gated=True, tol=slow / scale, max_iter=200)
    assert gap <= slow, "200 steps end above the gap of 500 without momentum"
    _, gap = plain_fista(X, y, masks, reg, gated=True, tol=1e-9, max_iter=100)
    assert gap > 1e-9 * scale, "it claims a gap that it cannot reach in 100 steps"


@pytest.mark.prop(
    "P6.22", "the gap returned is that of the blocks returned", stage="plain"
)
@pytest.mark.parametrize("max_iter", [3, 99, 100])
def test_plain_fista_certifies_what_it_returns(subject, max_iter):
    plain_fista = subject("convex_relu.plain_fista")
    rng = np.random.default_rng(2)
    X, y = rng.standard_normal((12, 3)), rng.standard_normal(12)
    masks = rng.standard_normal((8, 3)) @ X.T >= 0
    blocks, gap = plain_fista(
        X, y, masks, 0.3, gated=True, tol=1e-12, max_iter=max_iter
    )
    assert gap == pytest.approx(plain_gap(blocks, X, y, masks, 0.3), rel=1e-6)


@pytest.mark.prop("P6.23", "plain and robust agree where plain succeeds", stage="plain")
@settings(max_examples=15)
@given(seed=strategies.seeds, gated=st.booleans())
def test_plain_agrees(subject, seed, gated):
    plain_fista = subject("convex_relu.plain_fista")
    X, y, patterns, reg, _ = generic(seed, n=6)
    blocks, gap = plain_fista(X, y, patterns.masks, reg, gated=gated, tol=1e-3)
    if gap > 1e-3 * 0.5 * (y @ y):
        return  # plain did not succeed
    fit = reference_fit(X, y, patterns, reg, gated=gated)
    value = plain_convex_objective(blocks, X, y, patterns.masks, reg)
    assert value == pytest.approx(fit.objective, abs=gap + fit.gap + 1e-9)
    f = y - fit.fitted  # ½|difference of fitted values|² is at most the sum of gaps
    M = patterns.masks
    u = blocks[0] if gated else blocks[0] - blocks[1]
    mine = (M * (u @ X.T)).sum(axis=0)
    assert 0.5 * ((y - mine - f) ** 2).sum() <= gap + fit.gap + 1e-9


# ---------------------------------------------------------- where plain is not enough

RNG = np.random.default_rng(0)
SIX = RNG.standard_normal((6, 2)), RNG.standard_normal(6)


@pytest.mark.prop("P6.24", "zero data and zero targets: plain divides by zero")
@pytest.mark.parametrize(
    "X, y, reg",
    [
        ([[1.0], [-1.0]], [0.0, 0.0], 0.1),  # the residual is zero
        ([[0.0], [0.0]], [1.0, -1.0], 0.1),  # L is zero
    ],
)
def test_zeros(subject, X, y, reg):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    X, y = np.array(X), np.array(y)
    patterns = enumerate_patterns(X)
    try:
        with np.errstate(all="ignore"):
            gap = plain_fista(X, y, patterns.masks, reg, max_iter=10)[1]
    except ValueError:  # NNLS refuses NaNs
        gap = np.nan
    assert np.isnan(gap)
    fit = fit_convex_relu(X, y, patterns, reg)
    assert fit.objective == 0.5 * (y @ y)
    assert fit.gap == 0.0


@pytest.mark.prop("P6.24", "uneven rows and columns, small λ: plain runs out of steps")
@pytest.mark.parametrize(
    "rows, columns, reg, short",
    [
        ([1e3, 1, 1, 1, 1, 1], [1, 1], 0.1, 1e-2),  # one row sets the step length
        ([1] * 6, [1e3, 1], 0.1, 1e-1),  # one column does
        ([1] * 6, [1, 1], 1e-4, 3e-4),  # the interior point does not mind λ
    ],
)
def test_uneven_scales(subject, rows, columns, reg, short):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    X, y = np.array(rows)[:, None] * SIX[0] * columns, SIX[1]
    patterns, scale = enumerate_patterns(X), 0.5 * (y @ y)
    _, gap = plain_fista(X, y, patterns.masks, reg, tol=1e-4, max_iter=500)
    assert gap > short * scale
    fit = fit_convex_relu(X, y, patterns, reg, tol=1e-4)
    assert fit.gap <= 1e-4 * scale
    assert fit.cone_slack >= 0  # plain ends on the walls, up to rounding


@pytest.mark.prop("P6.24", "momentum that overshoots: plain goes round the minimum")
def test_restarts_pay(subject):
    fista = subject("convex_relu.fista")
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((30, 3)), rng.standard_normal(30)
    masks, scale = rng.standard_normal((40, 3)) @ X.T >= 0, 0.5 * (y @ y)
    _, gap = plain_fista(X, y, masks, 0.5, gated=True, tol=1e-6, max_iter=2000)
    assert gap > 1e-5 * scale

    def shrink(u, step):
        sizes = np.linalg.norm(u, axis=-1, keepdims=True)
        return u * np.maximum(1 - 0.5 * step / np.maximum(sizes, 1e-300), 0)

    def norm(u):
        return np.linalg.norm(u, axis=-1)

    seen = []
    _, gap = fista(
        lambda u: (masks * (u @ X.T)).sum(axis=0),
        lambda r: (masks * r) @ X,
        shrink,
        lambda u: norm(u).sum(),
        lambda pull: norm(pull).max(),
        y,
        0.5,
        np.zeros((40, 3)),
        tol=1e-6,
        callback=seen.append,
    )
    assert gap <= 1e-6 * scale
    assert seen[-1].iteration <= 1000
