"""Properties of the shortest optimum along a path."""

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from scipy.optimize import nnls

from experiments.min_norm_continuity import Case, draw
from experiments.planar_optima import precisely
from reference.activation_patterns import enumerate_patterns
from reference.convex_relu import convex_objective, critical_reg
from reference.optimal_set import optimal_set, plain_polytope
from reference.relu_lp import ConvexWeights
from reference.solution_path import regularization_path
from tests import strategies
from tests.solution_path.oracle import CORNER, pairs_data, problem, square


def shortest_by_blocks(X, y, fitted, masks, reg):
    """The shortest optimum over all blocks, copies as they are, by penalised NNLS."""
    allowed, e, Q = plain_polytope(X, y, fitted, masks, reg, tol=1e-7)
    weight = 1e5
    A = np.vstack([weight * Q, np.eye(Q.shape[1])])
    alpha = nnls(A, np.append(weight * fitted, np.zeros(Q.shape[1])))[0]
    blocks = np.zeros((2, *masks.shape[:1], X.shape[1]))
    blocks[allowed] = alpha[:, None] * e
    return blocks


@pytest.mark.prop(
    "P10.16", "two samples: as blocks the shortest optimum jumps at λ = 1"
)
def test_jump(subject):
    min_norm_path = subject("solution_path.min_norm_path")
    X, y = CORNER
    patterns = enumerate_patterns(X)
    eps = 1e-4
    path = regularization_path(X, y, patterns, [1 + eps, 1 - eps, 0.8], tol=1e-9)
    above, below, lower = min_norm_path(path, X, y)
    both = patterns.masks.all(axis=1)
    first = patterns.masks[:, 0] & ~patterns.masks[:, 1]
    np.testing.assert_allclose(above[0, both], [[0.0, 2.0]], atol=1e-3)
    np.testing.assert_allclose(above[0, first], [[0.0, 0.0]], atol=1e-12)
    for blocks, amount in ((below, 2.0 + eps), (lower, 2.2)):
        np.testing.assert_allclose(blocks[0, both], [[0.0, amount / 2]], atol=1e-6)
        np.testing.assert_allclose(blocks[0, first], [[0.0, amount / 2]], atol=1e-6)
    # Each neuron counted once, it does not.
    above, below, _ = min_norm_path(path, X, y, copies=False)
    moved = above.sum(axis=1) - below.sum(axis=1)
    assert np.abs(moved).max() <= 1e-3


@pytest.mark.prop(
    "P10.16", "the graph is closed: limits of optima are optimal; not open"
)
def test_closed_not_open(subject):
    min_norm_path = subject("solution_path.min_norm_path")
    X, y = CORNER
    patterns = enumerate_patterns(X)
    path = regularization_path(X, y, patterns, [1.0], tol=1e-9)
    (at,) = min_norm_path(path, X, y)
    near = regularization_path(X, y, patterns, [1 + 1e-5, 1 - 1e-5], tol=1e-9)
    ends = min_norm_path(near, X, y)
    for blocks in (at, *ends):  # both limits are optimal at 1
        value = convex_objective(ConvexWeights(*blocks), X, y, patterns, 1.0)
        assert value == pytest.approx(path.objectives[0], abs=1e-4)
    # The two halves are optimal at 1, and far from the one optimum above it.
    assert optimal_set(near.fits[0], X, y).unique
    assert np.linalg.norm(ends[1] - ends[0]) > 1.4


@pytest.mark.prop("P10.16", "every point is optimal and the shortest over all blocks")
@settings(max_examples=8)
@given(seed=strategies.seeds)
def test_shortest(subject, seed):
    min_norm_path = subject("solution_path.min_norm_path")
    X, y, patterns, reg, *_ = problem(seed, 5, 2)
    path = regularization_path(X, y, patterns, [reg, 0.5 * reg], tol=1e-9)
    found = min_norm_path(path, X, y)
    once = min_norm_path(path, X, y, copies=False)
    assert np.shape(found) == np.shape(once) == (2, 2, len(patterns), 2)
    for fit, blocks, single in zip(path.fits, found, once, strict=True):
        exact = optimal_set(fit, X, y)
        for part in (blocks, single):
            weights = ConvexWeights(*part)
            value = convex_objective(weights, X, y, patterns, fit.reg)
            assert value == pytest.approx(fit.objective, abs=1e-7 * (y @ y))
        want = shortest_by_blocks(X, y, exact.fitted, patterns.masks, fit.reg)
        np.testing.assert_allclose(blocks, want, atol=1e-4 * (1 + np.abs(want).max()))
        neurons = np.linalg.norm(single, axis=-1)
        total = (exact.min_norm() ** 2).sum()
        assert (neurons**2).sum() == pytest.approx(total)


def many(kind):
    """Data with many optima: copies of some neurons only, so that they matter."""
    if kind == "square":
        return square()
    if kind == "pairs":
        return pairs_data()
    rng = np.random.default_rng(kind)
    X, y = rng.standard_normal((6, 2)), rng.standard_normal(6)
    patterns = enumerate_patterns(X)
    share = {0: 0.1, 6: 0.03}[kind]
    return X, y, patterns, share * critical_reg(X, y, patterns)


@pytest.mark.prop("P10.16", "sets of many optima: a square, and pairs in the plane")
@pytest.mark.parametrize("kind", ["square", "pairs", 0, 6])
def test_many_optima(subject, kind):
    min_norm_path = subject("solution_path.min_norm_path")
    X, y, patterns, reg = many(kind)
    path = regularization_path(X, y, patterns, [reg], tol=1e-9)
    (blocks,), (once,) = (
        min_norm_path(path, X, y, copies=copies) for copies in (True, False)
    )
    exact = optimal_set(path.fits[0], X, y)
    assert exact.dimension == 1
    want = shortest_by_blocks(X, y, exact.fitted, patterns.masks, reg)
    np.testing.assert_allclose(blocks, want, atol=1e-4)
    assert (once**2).sum() == pytest.approx((exact.min_norm() ** 2).sum())
    if kind == "square":
        sizes = np.linalg.norm(blocks, axis=-1)
        np.testing.assert_allclose(sizes[sizes > 1e-9], 0.75, atol=1e-6)
    else:
        assert (blocks**2).sum() < 0.99 * (once**2).sum()
    if kind == 6:  # copies are cheap, so that other amounts are the best
        assert np.abs(blocks.sum(axis=1) - once.sum(axis=1)).max() > 0.01


def amounts_along(blocks, signs, directions):
    """What the blocks (2, P, d) have along each of some directions, by sign."""
    sizes = np.linalg.norm(blocks, axis=-1)
    units = blocks / np.maximum(sizes, 1e-300)[..., None]
    along = np.abs(units[:, None] - directions[:, None]).max(axis=-1) <= 1e-5
    mine = np.where(signs > 0, 0, 1), np.arange(len(signs))
    return (along * sizes[:, None])[mine].sum(axis=-1)


@pytest.mark.prop("P10.16", "in the plane, as another solver finds in a hundred digits")
@pytest.mark.parametrize(
    ("k", "share"), [(2, 0.03), (4, 0.0894), (4, 0.0892), (7, 0.1)]
)
def test_hundred_digits(subject, k, share):
    min_norm_path = subject("solution_path.min_norm_path")
    _, X, y = draw(k)
    patterns = enumerate_patterns(X)
    reg = share * critical_reg(X, y, patterns)
    path = regularization_path(X, y, patterns, [reg], tol=1e-9)
    with precisely():
        case = Case(X, y)
        found, fitted = case.at(Decimal(reg))
        for copies in (False, True):
            (blocks,) = min_norm_path(path, X, y, copies=copies)
            want = case.plane.shortest(found, fitted, copies).astype(float)
            got = amounts_along(
                np.asarray(blocks),
                found.signs.astype(int),
                found.directions.astype(float),
            )
            np.testing.assert_allclose(got, want, atol=1e-6 * want.sum())
            total = np.linalg.norm(blocks, axis=-1).sum()
            assert total == pytest.approx(want.sum())


@pytest.mark.prop("P10.16", "with blocks counted the amounts of neurons jump as well")
def test_neurons_jump(subject):
    min_norm_path = subject("solution_path.min_norm_path")
    _, X, y = draw(4)
    patterns = enumerate_patterns(X)
    top = critical_reg(X, y, patterns)
    path = regularization_path(X, y, patterns, top * np.array([0.0894, 0.0892]))
    neuron = np.array([-1]), np.array([[-2.0, -1.0]]) / np.sqrt(5.0)
    probes = np.random.default_rng(0).standard_normal((20, 2))
    for copies, jump in ((False, 0.0), (True, 0.0524)):
        ends = np.asarray(min_norm_path(path, X, y, copies=copies))
        above, below = (amounts_along(blocks, *neuron)[0] for blocks in ends)
        assert below - above == pytest.approx(jump, abs=5e-3)
        sums = np.maximum(ends @ probes.T, 0.0).sum(axis=2)
        outputs = sums[:, 0] - sums[:, 1]
        assert np.abs(outputs[0] - outputs[1]).max() <= 2e-2  # the network goes on


@pytest.mark.prop("P10.16", "two directions that nearly agree both keep their amounts")
def test_nearly_one_direction(subject):
    min_norm_path = subject("solution_path.min_norm_path")
    X, y = strategies.beside_a_wall()
    patterns = enumerate_patterns(X)
    top = critical_reg(X, y, patterns)
    # At the second value two blocks beside each other differ by 0.003 in direction.
    regs = top * np.array([0.05045009595963231, 0.01491417])
    path = regularization_path(X, y, patterns, regs, tol=1e-9)
    for fit, blocks in zip(path.fits, min_norm_path(path, X, y), strict=True):
        value = convex_objective(ConvexWeights(*blocks), X, y, patterns, fit.reg)
        assert value == pytest.approx(fit.objective, abs=1e-5 * (y @ y))


@pytest.mark.prop("P10.20", "a neuron in k equal parts has 1/k of the fourth powers")
def test_fourth_power(subject):
    min_norm_path = subject("solution_path.min_norm_path")
    X, y = CORNER
    path = regularization_path(X, y, enumerate_patterns(X), [0.9], tol=1e-9)
    fourth = {}
    for copies in (True, False):
        (blocks,) = min_norm_path(path, X, y, copies=copies)
        used = blocks[blocks.any(axis=-1)]
        # balanced: ‖w‖² = α² = ‖u‖, so the fourth powers sum to Σ ‖u‖² each
        fourth[copies] = (np.linalg.norm(used, axis=1) ** 2).sum()
    assert fourth[False] == pytest.approx(2.1**2, rel=1e-6)
    assert fourth[True] == pytest.approx(fourth[False] / 2, rel=1e-6)


@pytest.mark.prop("I10.5", "what is no path, and other data, are refused by name")
def test_bad_input(subject):
    min_norm_path = subject("solution_path.min_norm_path")
    X, y = CORNER
    path = regularization_path(X, y, enumerate_patterns(X), [0.9])
    with pytest.raises(ValueError, match="path"):
        min_norm_path(path.fits, X, y)
    with pytest.raises(ValueError, match="y needs"):
        min_norm_path(path, X, y[:1])
