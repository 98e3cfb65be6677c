"""Properties of the plain polytope and pruning step, and data that they do not bear."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.convex_relu import cone_slack, plain_convex_objective, plain_fista
from reference.optimal_set import optimal_set as reference_set
from reference.optimal_set import plain_polytope as reference_polytope
from reference.optimal_set import plain_prune_step as reference_step
from reference.optimal_set import prune as reference_prune
from reference.relu_lp import ConvexWeights
from tests import strategies
from tests.convex_relu.oracle import cone_weights
from tests.optimal_set.oracle import cube, problem


def in_cones(seed, n=5, d=2, zero=0.5):
    """Data, masks and random blocks (2, P, d) inside their cones."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d))
    patterns = enumerate_patterns(X)
    weights = cone_weights(X, patterns, rng, zero)
    return X, patterns.masks, np.stack([weights.positive, weights.negative]), rng


def outputs(blocks, X, masks):
    return (masks * ((blocks[0] - blocks[1]) @ X.T)).sum(axis=0)


@pytest.mark.prop(
    "P9.8", "plain directions maximise the residual's product, by search", stage="plain"
)
@settings(max_examples=15)
@given(seed=strategies.seeds, negative=st.booleans())
def test_plain_directions(subject, seed, negative):
    plain_polytope = subject("optimal_set.plain_polytope")
    X, y, patterns, _, fit, _ = problem(seed, n=5)
    r = (y - fit.fitted) * (-1 if negative else 1)
    angles = np.linspace(0, 2 * np.pi, 2001)
    circle = np.column_stack([np.cos(angles), np.sin(angles)])
    values = np.maximum(circle @ X.T, 0) @ r
    sign = 1.0 if values.max() >= -values.min() else -1.0
    best = circle[(sign * values).argmax()]
    reg = (sign * values).max()
    allowed, e, Q = plain_polytope(X, r, np.zeros(len(r)), patterns.masks, reg, tol=0)
    assert allowed.shape == (2, len(patterns))
    assert len(e) == Q.shape[1] == allowed.sum() >= 1
    np.testing.assert_allclose(np.linalg.norm(e, axis=1), 1.0, rtol=1e-9)
    side = np.where(np.nonzero(allowed)[0] == 0, 1.0, -1.0)
    np.testing.assert_allclose(Q, side * np.maximum(X @ e.T, 0), atol=1e-12)
    assert (r @ Q >= reg - 1e-9).all(), "a direction's product is below the best found"
    k = (side == sign).nonzero()[0]
    assert len(k), "no direction with the sign of the best one"
    assert np.linalg.norm(e[k] - best, axis=1).min() <= 0.1
    masks = np.stack([patterns.masks, patterns.masks])[allowed]
    assert (np.where(masks, 1.0, -1.0) * (e @ X.T)).min() >= -1e-9


@pytest.mark.prop("P9.8", "the corners of a cube: axes, and no others", stage="plain")
@pytest.mark.parametrize("d", [2, 3])
def test_plain_cube(subject, d):
    plain_polytope = subject("optimal_set.plain_polytope")
    X, y, reg, turn = cube(d, np.random.default_rng(d))
    masks = enumerate_patterns(X).masks
    allowed, e, Q = plain_polytope(X, y, np.full(2**d, 1.5), masks, reg)
    assert not allowed[1].any(), "no neuron with output weight -1 is optimal here"
    axes = np.vstack([turn.T, -turn.T])
    away = np.linalg.norm(e[:, None] - axes, axis=2)
    assert (away.min(axis=1) <= 1e-9).all()
    assert (away.min(axis=0) <= 1e-9).all()
    r = np.full(2**d, 0.5)
    np.testing.assert_allclose(r @ Q, reg, rtol=1e-9)
    # What is near λ counts as λ, up to the tolerance and no further.
    for larger, found in ((1.001, 0), (1.0 + 1e-8, len(e))):
        got = plain_polytope(X, y, np.full(2**d, 1.5), masks, larger * reg)
        assert got[0].sum() == found, (larger, got[0].sum())
    loose = plain_polytope(X, y, np.full(2**d, 1.5), masks, 1.001 * reg, tol=0.01)
    assert loose[0].sum() >= len(e)


@pytest.mark.prop(
    "P9.9", "a plain step keeps fit and cones, kills a block, adds no penalty",
    stage="plain",
)  # fmt: skip
@given(seed=strategies.seeds)
def test_plain_step(subject, seed):
    plain_prune_step = subject("optimal_set.plain_prune_step")
    X, masks, blocks, _ = in_cones(seed)
    before = blocks.copy()
    pruned = plain_prune_step(blocks, X, masks)
    np.testing.assert_array_equal(blocks, before)
    scale = 1 + np.abs(blocks).max()
    fit = outputs(blocks, X, masks)
    np.testing.assert_allclose(outputs(pruned, X, masks), fit, atol=1e-9 * scale)
    used = blocks.any(axis=-1)
    Z = (masks * (blocks @ X.T) * np.array([1.0, -1.0])[:, None, None])[used]
    dependent = np.linalg.matrix_rank(Z) < len(Z)
    fewer = pruned.any(axis=-1)
    assert not (fewer & ~used).any()
    assert fewer.sum() < used.sum() if dependent else np.array_equal(pruned, blocks)
    norms = [np.linalg.norm(b, axis=-1) for b in (blocks, pruned)]
    assert norms[1].sum() <= norms[0].sum() * (1 + 1e-9)
    share = (pruned * blocks).sum(-1)[used] / norms[0][used] ** 2
    assert share.min() >= -1e-9, "a block was turned round: it leaves its cone"
    np.testing.assert_allclose(pruned[used], share[:, None] * blocks[used], atol=1e-9)


@pytest.mark.prop(
    "P9.9", "repeated to the end, at most n blocks are left", stage="plain"
)
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_plain_to_the_end(subject, seed):
    plain_prune_step = subject("optimal_set.plain_prune_step")
    X, masks, blocks, _ = in_cones(seed, n=4, zero=0.2)
    y, now = np.zeros(len(X)), blocks
    for _ in range(blocks.any(axis=-1).sum() + 1):
        ahead = plain_prune_step(now, X, masks)
        assert plain_convex_objective(ahead, X, y, masks, 1.0) <= (
            plain_convex_objective(now, X, y, masks, 1.0) * (1 + 1e-9)
        )
        now = ahead
    assert now.any(axis=-1).sum() <= len(X)
    robust = reference_prune(ConvexWeights(*blocks), X, Patterns(masks, masks @ X))
    count = robust.positive.any(axis=1).sum() + robust.negative.any(axis=1).sum()
    assert count <= len(X)
    fit = outputs(np.stack([robust.positive, robust.negative]), X, masks)
    np.testing.assert_allclose(fit, outputs(now, X, masks), atol=1e-8)


@pytest.mark.prop("P9.10", "plain and robust agree where plain succeeds", stage="plain")
@settings(max_examples=10)
@given(seed=strategies.seeds)
def test_plain_agrees(subject, seed):
    plain_polytope = subject("optimal_set.plain_polytope")
    X, y, patterns, reg, fit, _ = problem(seed, n=5)
    found = reference_set(fit, X, y)
    allowed, e, Q = plain_polytope(X, y, found.fitted, patterns.masks, reg)
    for k, direction in enumerate(found.directions):
        same = np.nonzero(allowed)[0] == found.index[k, 0]
        away = np.linalg.norm(e[same] - direction, axis=1)
        assert away.min(initial=9.0) <= 1e-6, "a direction of an optimum is missing"
        assert np.abs(Q[:, same][:, away.argmin()] - found.Q[:, k]).max() <= 1e-5


# ---------------------------------------------------------- where plain is not enough


@pytest.mark.prop("P9.11", "a solver's residual: plain finds other blocks than optimal")
def test_residual_of_a_solver(subject):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, patterns, reg, fit, _ = problem(3, n=6, tol=1e-4)
    blocks, _ = plain_fista(X, y, patterns.masks, reg, tol=1e-4)
    fitted = outputs(blocks, X, patterns.masks)
    found = optimal_set(fit, X, y)
    assert found.gap <= 1e-10 * (y @ y)
    counts = []
    for tol in (1e-6, 1e-1):
        _, e, Q = reference_polytope(X, y, fitted, patterns.masks, reg, tol=tol)
        a = np.linalg.lstsq(Q, fitted, rcond=None)[0] if len(e) else np.zeros(0)
        counts.append((len(e), np.abs(Q @ a - fitted).max() if len(e) else np.inf))
    strict, loose = counts
    assert strict[1] > 1e-6, "with a bare tolerance optimal blocks are missing"
    assert loose[0] > len(found.alpha), "or there are too many"


@pytest.mark.prop("P9.11", "copies in neighbouring cones: plain counts them all")
def test_copies(subject):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, patterns, reg, fit, _ = problem(0, n=8, d=3)
    found = optimal_set(fit, X, y)
    allowed, _, Q = reference_polytope(X, y, found.fitted, patterns.masks, reg)
    assert allowed.sum() > len(found.alpha)
    assert np.linalg.matrix_rank(Q, tol=1e-6) < Q.shape[1]  # so plain says: not unique
    assert found.unique


@pytest.mark.prop("P9.11", "dust outside the cones: a plain step makes it large")
def test_dust(subject):
    prune = subject("optimal_set.prune")
    # A neuron with a useless third weight, and a speck that could replace it: it is
    # outside its cone, as a solver leaves it that meets the cones to 1e-9.
    X, speck = np.eye(3)[:2], 1e-9
    masks = np.array([[True, True], [True, False]])
    positive = np.array([[3.0, 0.0, 9.0], [speck, speck, 0.0]])
    blocks = np.stack([positive, np.zeros((2, 3))])
    patterns = Patterns(masks, np.array([[1.0, 1, 0], [1, -1, 0]]))
    assert cone_slack(ConvexWeights(*blocks), X, masks) >= -speck
    pruned = reference_step(blocks, X, masks)
    assert cone_slack(ConvexWeights(*pruned), X, masks) <= -2.9
    with pytest.raises(ValueError, match=r"weights.positive\[1\].*dust"):
        prune(ConvexWeights(*blocks), X, patterns)
    got = prune(ConvexWeights(*blocks), X, patterns, dust=1e-5)
    np.testing.assert_array_equal(got.positive, [positive[0], np.zeros(3)])
