"""Properties of the polytope of all optima."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog, minimize

from reference.activation_patterns import Patterns, enumerate_patterns, sample_patterns
from reference.admm import admm_convex_relu
from reference.common import NotConverged
from reference.convex_relu import (
    cone_slack,
    convex_objective,
    critical_reg,
    fit_convex_relu,
    nonconvex_objective,
)
from reference.optimal_set import polytope
from reference.relu_lp import ReluNetwork, from_network
from tests import strategies
from tests.optimal_set.oracle import (
    all_vertices,
    cube,
    cube_set,
    furthest,
    grid,
    problem,
    stationarity,
)


def members(found, rng, count=3):
    """Some vertices, samples, the shortest member and the one inside."""
    K = len(found.alpha)
    corners = [found.vertex(rng.standard_normal(K)) for _ in range(count)]
    return [*corners, *found.sample(rng, count), found.min_norm(), found.alpha]


@pytest.mark.prop("P9.2", "every member is optimal: objective, fit, cones, penalty")
@settings(max_examples=12)
@given(seed=strategies.seeds, integers=st.booleans(), d=st.integers(2, 3))
def test_members_are_optimal(subject, seed, integers, d):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, patterns, reg, fit, rng = problem(seed, 6, d, integers)
    found = optimal_set(fit, X, y)
    scale = 0.5 * y @ y
    assert 0 <= found.gap <= 1e-9 * scale
    for alpha in members(found, rng):
        assert alpha.min() >= 0
        weights = found.weights(alpha)
        value = convex_objective(weights, X, y, patterns, reg)
        # No better than the optimum, which the fit knows up to its own gap.
        assert fit.objective - fit.gap - 1e-9 * scale <= value
        assert value <= fit.objective + found.gap + 1e-9 * scale
        assert cone_slack(weights, X, patterns.masks) >= -1e-9 * alpha.sum()
        network = found.network(alpha)
        np.testing.assert_allclose(network(X), found.fitted, atol=1e-8 * (1 + scale))
        loss = nonconvex_objective(network, X, y, reg)
        assert loss == pytest.approx(value, rel=1e-9)
        # (eq:convex-identity): all amounts have one sum
        total = found.fitted @ (y - found.fitted) / reg
        assert alpha.sum() == pytest.approx(total, rel=1e-6)
    half = (members(found, rng)[0] + members(found, rng)[1]) / 2
    value = convex_objective(found.weights(half), X, y, patterns, reg)
    assert value <= fit.objective + 1e-9 * scale


@pytest.mark.prop("P9.2", "members of a larger set: a grid, two and three dimensions")
@pytest.mark.parametrize("share, dimension", [(0.05, 2), (0.01, 3), (0.2, 0)])
def test_grid(subject, share, dimension):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, patterns, reg, fit, rng = grid(share)
    found = optimal_set(fit, X, y)
    assert found.dimension == dimension
    for alpha in members(found, rng):
        weights = found.weights(alpha)
        value = convex_objective(weights, X, y, patterns, reg)
        assert value == pytest.approx(fit.objective, abs=1e-6)
        assert cone_slack(weights, X, patterns.masks) >= -1e-9
        np.testing.assert_allclose(found.network(alpha)(X), found.fitted, atol=1e-8)
    for k in range(12):  # a climb ends where no vertex along it is longer
        top = found.max_norm(np.random.default_rng(k), tries=1)
        assert np.linalg.norm(found.vertex(-top)) <= np.linalg.norm(top) * (1 + 1e-8)


@pytest.mark.prop("P9.1", "another solver's optimum has the same directions")
@pytest.mark.parametrize("seed", range(4))
def test_directions_of_another_solver(subject, seed):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, patterns, reg, fit, _ = problem(seed, 6, 2)
    found = optimal_set(fit, X, y)
    other = admm_convex_relu(X, y, patterns, reg, tol=1e-7)
    np.testing.assert_allclose(other.fitted, found.fitted, atol=2e-3)
    blocks = (other.weights.positive, other.weights.negative)
    for s, part in enumerate(blocks):
        norms = np.linalg.norm(part, axis=1)
        for i in np.flatnonzero(norms > 0.02 * found.alpha.sum()):
            mine = found.directions[found.index[:, 0] == s]
            away = np.linalg.norm(mine - part[i] / norms[i], axis=1)
            assert away.min(initial=9.0) <= 2e-2, (seed, s, i, away)


@pytest.mark.prop("P9.15", "on a cube's corners the set is a simplex, known exactly")
@pytest.mark.parametrize("d, turned", [(2, False), (2, True), (3, True)])
def test_cube(subject, d, turned):
    optimal_set = subject("optimal_set.optimal_set")
    rng = np.random.default_rng(d)
    found, X, _, _, _, turn = cube_set(optimal_set, d, rng if turned else None)
    assert found.dimension == d - 1
    assert not found.unique
    assert found.directions.shape == (2 * d, d)
    assert found.num_patterns == len(enumerate_patterns(X))
    assert not found.index[:, 0].any()
    np.testing.assert_allclose(found.fitted, 1.5, atol=1e-8)
    axes = np.vstack([turn.T, -turn.T])
    away = np.linalg.norm(found.directions[:, None] - axes, axis=2)
    assert (away.min(axis=0) <= 1e-8).all()
    pair = away.argmin(axis=1) % d  # which axis a direction belongs to
    for k in range(d):
        corner = found.vertex((pair != k).astype(float))
        np.testing.assert_allclose(corner, 1.5 * (pair == k), atol=1e-8)
        np.testing.assert_allclose(found.network(corner)(X), 1.5, atol=1e-8)
        grid = rng.standard_normal((5, d))
        want = 1.5 * np.abs(grid @ turn[:, k])
        np.testing.assert_allclose(found.network(corner)(grid), want, atol=1e-7)
    np.testing.assert_allclose(found.min_norm(), 1.5 / d, atol=1e-8)
    longest = np.linalg.norm(found.max_norm(np.random.default_rng(0)))
    assert longest == pytest.approx(1.5 * np.sqrt(2), rel=1e-7)
    assert (found.alpha > 0.01).all()


@pytest.mark.prop("P9.16", "samples fill the simplex evenly: its first two moments")
def test_samples(subject):
    optimal_set = subject("optimal_set.optimal_set")
    found, _, _, _, _, turn = cube_set(optimal_set, 3, np.random.default_rng(1))
    away = np.abs(found.directions @ turn)
    pair = away.argmax(axis=1)
    sample = found.sample(np.random.default_rng(2), 4000)
    assert sample.shape == (4000, 6)
    assert sample.min() >= 0
    np.testing.assert_allclose(sample @ found.Q.T, np.full((4000, 8), 1.5), atol=1e-7)
    for k in range(3):
        share = sample[:, pair == k].mean(axis=1) / 1.5
        assert share.mean() == pytest.approx(1 / 3, abs=0.03)
        assert share.var() == pytest.approx(1 / 18, abs=0.01)
    again = found.sample(np.random.default_rng(2), 4000)
    np.testing.assert_array_equal(sample, again)


@pytest.mark.prop("P9.2", "vertices are all vertices, and the cheapest one is found")
@pytest.mark.parametrize("seed", [1, 4, "grid"])
def test_vertices_by_brute_force(subject, seed):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, _, _, fit, rng = (
        grid() if seed == "grid" else problem(seed, 6, 3, integers=True)
    )
    found = optimal_set(fit, X, y)
    corners = all_vertices(found.Q, found.fitted, tol=1e-7)
    assert len(corners) >= 1
    for _ in range(8):
        cost = rng.standard_normal(len(found.alpha))
        got = found.vertex(cost)
        assert cost @ got == pytest.approx((corners @ cost).min(), abs=1e-6)
        assert np.abs(corners - got).max(axis=1).min() <= 1e-6
        Z = found.Q[:, got > 0]
        assert np.linalg.matrix_rank(Z, tol=1e-8) == Z.shape[1], "not a vertex"
        free = linprog(
            cost, A_eq=found.Q, b_eq=found.fitted, bounds=(0, None), method="highs"
        )
        assert cost @ got == pytest.approx(free.fun, abs=1e-6)
    longest = np.linalg.norm(found.max_norm(rng))
    assert longest <= np.linalg.norm(corners, axis=1).max() * (1 + 1e-7)
    assert longest >= np.linalg.norm(corners, axis=1).min() * (1 - 1e-7)
    assert found.unique == (len(corners) == 1)
    if seed == "grid":
        assert found.dimension == 2
        assert len(found.alpha) == 10
        assert (found.alpha > 0).all()
        for point in members(found, rng):
            np.testing.assert_allclose(found.Q @ point, found.fitted, atol=1e-9)


@pytest.mark.prop("P9.6", "the shortest member is the projection of zero")
@pytest.mark.parametrize("seed", [1, 4, "grid"])
def test_min_norm(subject, seed):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, _, _, fit, rng = (
        grid() if seed == "grid" else problem(seed, 6, 3, integers=True)
    )
    found = optimal_set(fit, X, y)
    short = found.min_norm()
    np.testing.assert_allclose(found.Q @ short, found.fitted, atol=1e-8)
    assert short.min() >= 0
    for other in members(found, rng):
        # the projection's inequality: (0 - short)'(other - short) <= 0
        assert short @ (other - short) >= -1e-8 * (1 + short @ short)


@pytest.mark.prop("P9.6", "the shortest member where amounts end at zero")
def test_min_norm_at_a_wall(subject):
    optimal_set = subject("optimal_set.optimal_set")
    found, *_ = cube_set(optimal_set, 2)
    Q = np.array([[1.0, 1.0, 1.0, 1.0], [1.0, 0.0, -1.0, -2.0]])
    alpha = np.array([0.9, 0.05, 0.02, 0.03])
    basis = np.linalg.svd(Q)[2][2:].T
    made = type(found)(
        Q, Q @ alpha, alpha, basis, np.eye(4), np.zeros((4, 2), int), 1, 0.0
    )
    got = made.min_norm()
    np.testing.assert_allclose(Q @ got, Q @ alpha, atol=1e-9)
    best = minimize(
        lambda a: a @ a,
        alpha,
        jac=lambda a: 2 * a,
        bounds=[(0, None)] * 4,
        constraints={"type": "eq", "fun": lambda a: Q @ (a - alpha)},
        method="SLSQP",
        options={"ftol": 1e-14},
    )
    np.testing.assert_allclose(got, best.x, atol=1e-6)
    assert (got <= 1e-12).any(), "the datum should end at a wall"


@pytest.mark.prop("P9.15", "a direction is used by some optimum: a cone solver agrees")
@pytest.mark.parametrize("seed", [0, 2])
def test_support_against_cvxpy(subject, seed):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, patterns, _, fit, _ = problem(seed, 4, 2, integers=seed == 2)
    found = optimal_set(fit, X, y)
    total = found.alpha.sum()
    masks = patterns.masks
    on = {tuple(map(int, b)) for b in found.index}
    for s in (0, 1):
        for i in range(len(masks)):
            held = [
                e
                for e, b in zip(found.directions, found.index, strict=True)
                if b[0] == s and (np.where(masks[i], 1, -1) * (X @ e)).min() >= -1e-7
            ]
            d = patterns.gates[i] / np.linalg.norm(patterns.gates[i])
            reach = furthest(
                X, masks, found.fitted, total, (s, i), held[0] if held else d
            )
            assert (reach > 0.02 * total) == bool(held), (s, i, reach, total, on)


@pytest.mark.prop("P9.15", "a direction is used by some optimum: a cone solver agrees")
def test_no_false_neighbour(subject):
    # Two neurons are .003 from a wall; beyond it a projection is 4.5e-6 λ too short.
    optimal_set = subject("optimal_set.optimal_set")
    rng = np.random.default_rng(258)
    n, d = int(rng.integers(4, 9)), int(rng.integers(2, 4))
    X, y = rng.standard_normal((n, d)), rng.standard_normal(n)
    reg = 0.0035254289766329153
    fit = replace(
        fit_convex_relu(X, y, enumerate_patterns(X), reg, tol=1e-9),
        fitted=np.array([
            -0.00524621018490452, 0.2996267186151502, 0.03146679025095089,
            -2.0577820010930865, -0.21091245610082082, -0.07256616562122342,
        ]),
    )  # fmt: skip
    found = optimal_set(fit, X, y)
    assert len(found.alpha) == 4
    assert found.unique
    assert found.gap < 1e-12 * (y @ y)
    r = y - found.Q @ found.alpha
    value = 0.5 * r @ r + reg * found.alpha.sum()
    assert value <= fit.objective + 1e-12 * (y @ y)


@pytest.mark.prop("P9.2", "every member is optimal: objective, fit, cones, penalty")
def test_members_beside_a_wall(subject):
    # Of ten blocks with dual norms of λ within 1e-5 two are 4.9e-6 λ too short.
    optimal_set = subject("optimal_set.optimal_set")
    X, y = strategies.beside_a_wall()
    patterns = enumerate_patterns(X)
    reg = 0.01491417 * critical_reg(X, y, patterns)
    fit = fit_convex_relu(X, y, patterns, reg, tol=1e-9)
    found = optimal_set(fit, X, y)
    for member in members(found, np.random.default_rng(0)):
        value = convex_objective(found.weights(member), X, y, patterns, reg)
        assert value <= fit.objective + 1e-10 * (y @ y)


def test_a_member_that_may_cost_more_is_refused(monkeypatch):
    X, y, reg, _ = cube(2)
    fit = fit_convex_relu(X, y, enumerate_patterns(X), reg)
    monkeypatch.setattr(polytope, "CERTAIN", -1.0)
    with pytest.raises(NotConverged, match=r"may cost .* more than the optimum"):
        polytope.optimal_set(fit, X, y)


@pytest.mark.prop("P9.4", "an optimum over all patterns is a stationary network")
@settings(max_examples=10)
@given(seed=strategies.seeds, integers=st.booleans())
def test_stationary(subject, seed, integers):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, _, reg, fit, rng = problem(seed, 6, 3, integers)
    found = optimal_set(fit, X, y)
    for alpha in members(found, rng, 1):
        worst = stationarity(found.network(alpha), X, y, reg)
        assert worst <= 1e-5 * (1 + y @ y), worst


@pytest.mark.prop("P9.4", "an optimum over a sample of patterns need not be stationary")
def test_sampled_is_not_stationary(subject):
    optimal_set = subject("optimal_set.optimal_set")
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((10, 3)), rng.standard_normal(10)
    patterns = sample_patterns(X, 4, rng=rng)
    fit = fit_convex_relu(X, y, patterns, 0.1)
    found = optimal_set(fit, X, y)
    assert found.gap <= 1e-10  # certified, for these patterns
    assert stationarity(found.network(found.alpha), X, y, 0.1) > 0.05


@pytest.mark.prop("P9.5", "a smooth stationary network is optimal for its own patterns")
@pytest.mark.parametrize("seed", [1, 2])
def test_stationary_networks(subject, seed):
    optimal_set = subject("optimal_set.optimal_set")
    rng = np.random.default_rng(seed)
    X, y, reg, m = rng.standard_normal((8, 3)), rng.standard_normal(8), 0.3, 2

    def loss(z):
        w, a = z[: 3 * m].reshape(3, m), z[3 * m :]
        h = np.maximum(X @ w, 0)
        r = h @ a - y
        slope = X.T @ ((r[:, None] * a) * (h > 0)) + reg * w
        value = 0.5 * r @ r + 0.5 * reg * (z @ z)
        return value, np.append(slope.ravel(), h.T @ r + reg * a)

    checked = 0
    for _ in range(30):
        z = minimize(
            loss, rng.standard_normal(4 * m), jac=True, method="BFGS",
            options={"gtol": 1e-9, "maxiter": 2000},
        ).x  # fmt: skip
        w, a = z[: 3 * m].reshape(3, m), z[3 * m :]
        live = np.abs(a) > 1e-4
        if np.abs(loss(z)[1]).max() > 1e-7 or not live.any():
            continue
        if np.abs(X @ (w / np.linalg.norm(w, axis=0))[:, live]).min() < 1e-3:
            continue
        network = ReluNetwork(w[:, live], a[live])
        patterns, _ = from_network(network, X)
        fit = fit_convex_relu(X, y, patterns, reg, tol=1e-8)
        value = nonconvex_objective(network, X, y, reg)
        assert value == pytest.approx(fit.objective, rel=1e-5)
        found = optimal_set(fit, X, y)
        np.testing.assert_allclose(found.fitted, network(X), atol=1e-5)
        units = network.hidden / np.linalg.norm(network.hidden, axis=0)
        away = np.linalg.norm(found.directions[:, :, None] - units, axis=1)
        assert away.min(axis=0).max() <= 1e-4
        checked += 1
    assert checked >= 2


@pytest.mark.prop("P9.19", "units, turns and copies of patterns do not change the set")
@pytest.mark.parametrize("s, t", [(1e-6, 1e6), (1e5, 1e-3), (2.0**30, 1.0)])
def test_units(subject, s, t):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, reg, _ = cube(2)
    masks, gates = (lambda p: (p.masks, p.gates))(enumerate_patterns(X))
    twice = Patterns(np.vstack([masks, masks[:2]]), np.vstack([gates, gates[:2]]))
    fit = fit_convex_relu(s * X, t * y, twice, s * t * reg)
    found = optimal_set(fit, s * X, t * y)
    assert found.dimension == 1
    np.testing.assert_allclose(found.fitted, 1.5 * t, rtol=1e-7)
    np.testing.assert_allclose(found.min_norm(), 0.75 * t / s, rtol=1e-7)


@pytest.mark.prop("P9.19", "zero rows, zero targets, large λ, one sample")
def test_degenerate(subject):
    optimal_set = subject("optimal_set.optimal_set")
    X = np.array([[1.0, 0.5], [0.0, 0.0], [2.0, -1.0], [1.0, 0.5]])
    patterns = enumerate_patterns(X)
    y = np.array([1.0, 3.0, -1.0, 2.0])
    top = critical_reg(X, y, patterns)
    for target, reg, empty in (
        (0 * y, 1.0, True),
        (y, 1.01 * top, True),
        (y, top / 9, 0),
    ):
        found = optimal_set(fit_convex_relu(X, target, patterns, reg), X, target)
        assert found.unique
        assert (len(found.alpha) == 0) == bool(empty)
        network = found.network(found.min_norm())
        np.testing.assert_allclose(network(X), found.fitted, atol=1e-8)
        assert found.sample(np.random.default_rng(0), 3).shape[0] == 3
        assert len(found.vertex(np.ones(len(found.alpha)))) == len(found.alpha)
    one = enumerate_patterns([[2.0]])
    found = optimal_set(fit_convex_relu([[2.0]], [3.0], one, 1.0), [[2.0]], [3.0])
    np.testing.assert_allclose(found.fitted, [2.5], rtol=1e-9)
    np.testing.assert_allclose(found.alpha, [1.25], rtol=1e-9)


@pytest.mark.prop("P9.15", "copies count once; unique means one optimum")
def test_unique(subject):
    optimal_set = subject("optimal_set.optimal_set")
    for seed in range(4):
        X, y, _, _, fit, rng = problem(seed, 8, 3)
        found = optimal_set(fit, X, y)
        assert found.unique
        assert found.basis.shape == (len(found.alpha), 0)
        corner = found.vertex(rng.standard_normal(len(found.alpha)))
        np.testing.assert_array_equal(corner, found.alpha)
        assert len(found.alpha) <= 8


@pytest.mark.prop("P9.23", "a fit of another loss or other targets is not answered")
def test_another_program(subject):
    optimal_set = subject("optimal_set.optimal_set")
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal((8, 2)), np.ones(8)])
    y = np.sign(rng.standard_normal(8))
    patterns = enumerate_patterns(X)
    squared = admm_convex_relu(X, y, patterns, 0.3)
    assert optimal_set(squared, X, y).unique
    logistic = admm_convex_relu(X, y, patterns, 0.3, loss="logistic")
    for fit, target in ((logistic, y), (squared, -y), (squared, 1.01 * y)):
        with pytest.raises(ValueError, match="squared loss"):
            optimal_set(fit, X, target)


@pytest.mark.prop("I9.2", "a gated fit, other data and a poor fit are refused by name")
def test_bad_fits(subject):
    optimal_set = subject("optimal_set.optimal_set")
    X, y, patterns, reg, fit, _ = problem(0, 6, 2)
    with pytest.raises(ValueError, match="gated"):
        optimal_set(fit_convex_relu(X, y, patterns, reg, gated=True), X, y)
    with pytest.raises(ValueError, match="fit"):
        optimal_set(3, X, y)
    with pytest.raises(ValueError, match=r"patterns|y"):
        optimal_set(fit, X[:4], y[:4])
    found = optimal_set(fit, X, y)
    with pytest.raises(ValueError, match="cost"):
        found.vertex([1.0] * (len(found.alpha) + 1))
    with pytest.raises(ValueError, match="rng"):
        found.sample(0)
    with pytest.raises(ValueError, match="size"):
        found.sample(np.random.default_rng(0), 0)
    uneven = X * [1.0, 1e9]
    wide = enumerate_patterns(uneven)
    with pytest.raises(NotConverged):
        optimal_set(fit_convex_relu(uneven, y, wide, 1e-3, tol=1.0), uneven, y)
