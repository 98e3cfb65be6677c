"""Properties of the splitting: normal equations, fixed points, own certificate."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import enumerate_patterns
from reference.convex_relu import cone_dual_norms
from tests import strategies
from tests.admm.oracle import dense_pieces


@st.composite
def linear_systems(draw):
    X = draw(strategies.any_data(max_rows=6, max_columns=3))
    rng = np.random.default_rng(draw(strategies.seeds))
    P = draw(st.integers(1, 4))
    D = rng.integers(0, 2, (P, len(X))).astype(float)
    cones = draw(st.booleans())
    lengths = rng.uniform(0.3, 3.0, int(X.any(axis=1).sum()))
    rows = lengths[:, None] * X[X.any(axis=1)] if cones else None
    k = 2 if cones else 1
    return X, D, rows, rng.standard_normal((k, P, X.shape[1]))


@pytest.mark.prop("P7.1", "the Woodbury solve equals the dense solve", stage="plain")
@given(case=linear_systems(), shift=st.sampled_from([0.02, 1.0, 30.0]))
def test_woodbury_equals_dense(subject, case, shift):
    normal_solver = subject("admm.normal_solver")
    X, D, rows, r = case
    F, G = dense_pieces(X, D, rows, len(r))
    H = np.eye(F.shape[1]) + F.T @ F / shift + G.T @ G
    expected = np.linalg.solve(H, r.ravel()).reshape(r.shape)
    solve = normal_solver(X, D, shift, rows)
    assert solve(r) == pytest.approx(expected, abs=1e-8)


@pytest.mark.prop("P7.1", "a new shift needs no new solver", stage="plain")
@given(case=linear_systems())
def test_refactoring_changes_the_shift(subject, case):
    normal_solver = subject("admm.normal_solver")
    X, D, rows, r = case
    F, G = dense_pieces(X, D, rows, len(r))
    solve = normal_solver(X, D, 3.0, rows)
    solve = solve.refactor(0.5)
    expected = np.linalg.solve(np.eye(F.shape[1]) + 2 * F.T @ F + G.T @ G, r.ravel())
    assert solve(r).ravel() == pytest.approx(expected, abs=1e-8)
    B = np.eye(F.shape[1]) + G.T @ G
    assert solve.gram == pytest.approx(F @ np.linalg.solve(B, F.T), abs=1e-8)


@st.composite
def small_problems(draw, max_rows=6):
    X = draw(strategies.any_data(max_rows=max_rows, max_columns=2))
    rng = np.random.default_rng(draw(strategies.seeds))
    loss = draw(st.sampled_from(["squared", "logistic", "hinge"]))
    y = rng.choice([-1.0, 1.0], len(X))
    if loss == "squared":
        y = y + rng.standard_normal(len(X))
    return X, y, enumerate_patterns(X).masks, loss, draw(st.sampled_from([0.1, 0.5]))


def slopes(f, y, loss):
    """The interval of -dloss/df, sample by sample."""
    if loss == "squared":
        return y - f, y - f
    if loss == "logistic":
        slope = y / (1 + np.exp(y * f))
        return slope, slope
    m = y * f
    inner, outer = np.where(m > 1 - 1e-4, 0.0, 1.0), np.where(m < 1 + 1e-4, 1.0, 0.0)
    return np.minimum(y * inner, y * outer), np.maximum(y * inner, y * outer)


@pytest.mark.prop("P7.2", "a fixed point satisfies the optimality conditions")
@given(case=small_problems(), cones=st.booleans())
@settings(max_examples=25)
def test_fixed_point_is_optimal(subject, case, cones):
    admm_iterates = subject("admm.admm_iterates")
    X, y, masks, loss, reg = case
    D = masks.astype(float)
    states = admm_iterates(X, D, y, reg, loss=loss, cones=cones, every=100)
    for state in itertools.islice(states, 60):
        if max(state.primal_residual, state.dual_residual) < 1e-9:
            break
    if state.primal_residual > 1e-6 or state.dual_residual > 1e-6:
        return  # slow: the theorem is about the limit
    v, nu, eta = state.weights, state.dual, state.cone_duals
    signs = np.array([1.0, -1.0])[: len(v)]
    tol = 1e-3
    f = sum(s * (D * (w @ X.T)).sum(0) for s, w in zip(signs, v, strict=True))
    low, high = slopes(f, y, loss)
    assert (nu >= low - tol).all()
    assert (nu <= high + tol).all()
    sides = 2 * D - 1
    assert eta.min() >= 0.0
    for s, w, e in zip(signs, v, eta, strict=True):
        q = s * (D * nu) @ X  # + G'eta, block by block
        if cones:
            heights = sides * (w @ X.T)
            assert heights.min() >= -tol
            assert np.abs(e * heights).max() <= tol * (1 + np.abs(e).max())
            q = q + (sides * e) @ X
        sizes = np.linalg.norm(w, axis=1)
        assert np.linalg.norm(q, axis=1).max() <= reg + tol
        # q_b lies in the subdifferential of reg ||w_b||: equal to reg w_b / ||w_b||
        gap = sizes[:, None] * q - reg * w
        assert np.abs(gap).max() <= tol * (1 + sizes.max())


@pytest.mark.prop("P7.2", "the iterates reach a fixed point")
@pytest.mark.parametrize("loss", ["squared", "logistic", "hinge"])
@pytest.mark.parametrize("cones", [True, False])
def test_a_fixed_point_is_reached(subject, loss, cones):
    admm_iterates = subject("admm.admm_iterates")
    X = np.array([[2.0, 1.0], [-1.0, 1.0], [0.5, 1.0], [0.0, 0.0]])
    D = enumerate_patterns(X).masks.astype(float)
    y = np.array([1.0, 1.0, -1.0, 1.0])
    states = admm_iterates(X, D, y, 0.3, loss=loss, cones=cones, every=3000)
    state = next(states)
    assert state.primal_residual < 1e-6
    assert state.dual_residual < 1e-6
    assert not state.cone_duals.any() or cones
    assert state.cone_duals.any() or not cones


@pytest.mark.prop("P7.2", "step by step it is the iteration of the page")
@pytest.mark.parametrize("start, relaxation", [(0.01, 1.0), (200.0, 1.7), (2.0, 1.6)])
@pytest.mark.parametrize("adapt", [True, False])
def test_iterates_are_those_of_the_page(subject, start, relaxation, adapt):
    admm_iterates = subject("admm.admm_iterates")
    rng = np.random.default_rng(11)
    X, y, reg = rng.standard_normal((10, 3)), rng.standard_normal(10), 0.5
    D = rng.integers(0, 2, (5, 10)).astype(float)
    F, _ = dense_pieces(X, D, None, 1)
    v = mu = np.zeros(F.shape[1])
    states = list(
        itertools.islice(
            admm_iterates(
                X, D, y, reg, cones=False, rho=start, relaxation=relaxation, adapt=adapt
            ),
            120,
        )
    )
    rho = states[0].rho
    assert rho == start
    for state in states:
        mu, rho = mu * (rho / state.rho), state.rho  # rho mu does not jump
        H = np.eye(len(v)) + F.T @ F / rho
        u, old = np.linalg.solve(H, F.T @ y / rho + v - mu), v
        q = mu + relaxation * u + (1 - relaxation) * v
        sizes = np.repeat(np.linalg.norm(q.reshape(-1, 3), axis=1), 3)
        v = q * np.maximum(1 - reg / rho / np.maximum(sizes, 1e-300), 0)
        mu = q - v
        assert state.weights.ravel() == pytest.approx(v, abs=1e-8)
        assert state.dual == pytest.approx(y - F @ u, abs=1e-8)
        size = max(np.linalg.norm(u), np.linalg.norm(v))
        primal = np.linalg.norm(u - v) / size
        dual = rho * np.linalg.norm(v - old) / max(rho * np.linalg.norm(mu), reg)
        assert state.primal_residual == pytest.approx(primal, rel=1e-6, abs=1e-9)
        assert state.dual_residual == pytest.approx(dual, rel=1e-6, abs=1e-9)
    changes = [(a, b) for a, b in itertools.pairwise(states) if a.rho != b.rho]
    assert adapt or not changes
    assert changes or not adapt or start == 2.0
    for a, b in changes:
        up = a.primal_residual > 5 * a.dual_residual
        assert up or a.dual_residual > 5 * a.primal_residual
        assert b.rho == (2 if up else 0.5) * a.rho


@pytest.mark.prop("P7.2", "the penalty and the relaxation do not move the limit")
@pytest.mark.parametrize("rho, relaxation", [(0.05, 1.0), (5.0, 1.8)])
@pytest.mark.parametrize("loss", ["squared", "logistic"])
def test_limit_is_free_of_the_settings(subject, rho, relaxation, loss):
    admm_iterates = subject("admm.admm_iterates")
    rng = np.random.default_rng(7)
    X, y = rng.standard_normal((12, 2)), rng.choice([-1.0, 1.0], 12)
    D = enumerate_patterns(X).masks[:6].astype(float)

    def fitted(**settings):
        states = admm_iterates(
            X, D, y, 0.5, loss=loss, cones=False, every=2000, **settings
        )
        w = next(states).weights[0]
        return (D * (w @ X.T)).sum(0)

    expected = fitted(rho=1.0, relaxation=1.6)
    got = fitted(rho=rho, relaxation=relaxation, adapt=False)
    assert got == pytest.approx(expected, abs=1e-5)


@pytest.mark.prop("P7.2", "every-th iterate is the iterate of that number")
@given(case=small_problems(), every=st.integers(2, 5))
@settings(max_examples=10)
def test_every_th_iterate(subject, case, every):
    admm_iterates = subject("admm.admm_iterates")
    X, y, masks, loss, reg = case
    D = masks.astype(float)
    one = list(itertools.islice(admm_iterates(X, D, y, reg, loss=loss), 60))
    some = list(
        itertools.islice(
            admm_iterates(X, D, y, reg, loss=loss, every=every), 60 // every
        )
    )
    assert [s.iteration for s in one] == list(range(1, 61))
    for state in some:
        twin = one[state.iteration - 1]
        assert state.weights == pytest.approx(twin.weights, abs=1e-12)
        assert state.rho == twin.rho


@pytest.mark.prop(
    "P7.11", "any multipliers bound the dual norm from above", stage="plain"
)
@given(case=small_problems(), seed=strategies.seeds)
def test_multipliers_bound_the_dual_norm(subject, case, seed):
    dual_norm_bound = subject("admm.dual_norm_bound")
    X, _, masks, _, _ = case
    D, rng = masks.astype(float), np.random.default_rng(seed)
    nu = rng.standard_normal(len(X))
    exact = cone_dual_norms(X, masks, nu).max()
    eta = rng.exponential(size=(2, *D.shape)) * rng.integers(0, 2, (2, *D.shape))
    got = dual_norm_bound(X, D, nu, eta)
    assert got >= exact - 1e-9
    sides = 2 * D - 1
    expected = max(
        np.linalg.norm(
            sum(
                (sign * D[i, j] * nu[j] + sides[i, j] * eta[k, i, j]) * X[j]
                for j in range(len(X))
            )
        )
        for k, sign in enumerate((1, -1))
        for i in range(len(D))
    )
    assert got == pytest.approx(expected, abs=1e-9)
    plain = max(np.linalg.norm(row * nu @ X) for row in D)
    assert dual_norm_bound(X, D, nu) == pytest.approx(plain, abs=1e-9)
