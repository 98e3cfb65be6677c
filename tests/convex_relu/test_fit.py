"""Properties of convex ReLU training, ReLU and gated."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.convex_relu import (
    cone_slack,
    convex_objective,
    critical_reg,
    duality_gap,
    nonconvex_objective,
)
from reference.relu_lp import ConvexWeights, ReluNetwork, convex_output
from tests import strategies


def problem(X, seed, low=-2.0, high=0.5):
    rng = np.random.default_rng(seed)
    return rng.standard_normal(len(X)), 10 ** rng.uniform(low, high), rng


def total_norm(fit):
    blocks = (fit.weights.positive, fit.weights.negative)
    return sum(np.linalg.norm(u, axis=1).sum() for u in blocks)


@pytest.mark.prop("P6.3", "the optimum comes with a gap of 1e-8, true by another route")
@given(X=strategies.any_data(5, 3), gated=st.booleans(), seed=strategies.seeds)
def test_certified(subject, X, gated, seed):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    y, reg, _ = problem(X, seed)
    patterns = enumerate_patterns(X)
    fit = fit_convex_relu(X, y, patterns, reg, gated=gated, tol=1e-8)
    scale = 0.5 * (y @ y)
    # Non-negative least squares on the solution, not the solver's own multipliers.
    independent = duality_gap(fit.weights, X, y, patterns, reg, gated=gated)
    assert independent <= 1.1e-8 * scale + 1e-13
    assert fit.gap <= 1e-8 * scale + 1e-13
    value = convex_objective(fit.weights, X, y, patterns, reg)
    assert fit.objective == pytest.approx(value, rel=1e-9, abs=1e-13)
    want = convex_output(X, patterns.masks, fit.weights)
    np.testing.assert_allclose(fit.fitted, want, atol=1e-9)
    assert fit.cone_slack == cone_slack(fit.weights, X, patterns.masks)
    if gated:
        assert not fit.weights.negative.any()
    else:
        assert fit.cone_slack >= 0


@pytest.mark.prop("P6.1", "the network of a fit has its outputs and its objective")
@given(X=strategies.any_data(5, 3), seed=strategies.seeds)
def test_network_of_a_fit(subject, X, seed):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    y, reg, _ = problem(X, seed)
    fit = fit_convex_relu(X, y, enumerate_patterns(X), reg)
    np.testing.assert_allclose(fit.network(X), fit.fitted, atol=1e-9)
    got = nonconvex_objective(fit.network, X, y, reg)
    assert got == pytest.approx(fit.objective, abs=1e-9)


@pytest.mark.prop("P6.4", "λ R equals the product of fitted values and residuals")
@given(X=strategies.any_data(5, 3), gated=st.booleans(), seed=strategies.seeds)
def test_penalty_identity(subject, X, gated, seed):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    y, reg, _ = problem(X, seed)
    patterns = enumerate_patterns(X)
    fit = fit_convex_relu(X, y, patterns, reg, gated=gated, tol=1e-9)
    product = fit.fitted @ (y - fit.fitted)
    assert reg * total_norm(fit) == pytest.approx(product, abs=2e-4 * (y @ y) + 1e-9)


@pytest.mark.prop("P6.5", "two solvers agree on fitted values, penalty and optimum")
@settings(max_examples=15)
@given(X=strategies.any_data(5, 2), gated=st.booleans(), seed=strategies.seeds)
def test_solvers_agree(subject, X, gated, seed):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    y, reg, _ = problem(X, seed, low=-1)
    patterns = enumerate_patterns(X)
    seen = []
    one = fit_convex_relu(X, y, patterns, reg, gated=gated, solver="interior_point")
    two = fit_convex_relu(
        X, y, patterns, reg, gated=gated, solver="fista", callback=seen.append
    )
    scale = y @ y
    # ½|difference of fits|² is at most the sum of the gaps.
    np.testing.assert_allclose(one.fitted, two.fitted, atol=3e-3 * np.sqrt(scale))
    assert total_norm(one) == pytest.approx(total_norm(two), abs=1e-2 * scale / reg)
    assert one.objective == pytest.approx(two.objective, abs=1e-6 * scale)
    assert two.gap <= 1e-6 * 0.5 * scale
    assert duality_gap(two.weights, X, y, patterns, reg, gated=gated) <= 1e-6 * scale
    assert seen[-1].objective == pytest.approx(two.objective)
    assert seen[-1].gap == two.gap
    if not gated:
        assert two.cone_slack >= -1e-9


@pytest.mark.prop("P6.5", "FISTA's working set ends once it holds the optimum")
@pytest.mark.parametrize("seed", [30, 90, 99, 113])
def test_working_set_ends(subject, seed):
    # Near these optima the dual norms at work dip below λ, and a pattern at rest must
    # not stand in for them with a bound of λ.
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    rng = np.random.default_rng(seed)
    X, y, seen = rng.standard_normal((4, 2)), rng.standard_normal(4), []
    patterns = enumerate_patterns(X)
    reg = 0.5 * critical_reg(X, y, patterns)
    options = {"solver": "fista", "tol": 1e-5, "callback": seen.append}
    fit = fit_convex_relu(X, y, patterns, reg, **options)
    assert fit.gap <= 1e-5 * 0.5 * (y @ y)
    assert len(seen) <= 5


@pytest.mark.prop("P6.6", "gates need no more than cones; patterns never hurt")
@given(X=strategies.any_data(6, 2, min_rows=2), seed=strategies.seeds)
def test_order_of_optima(subject, X, seed):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    y, reg, rng = problem(X, seed)
    patterns = enumerate_patterns(X)
    few = rng.permutation(len(patterns.masks))[: 1 + len(patterns.masks) // 2]
    sample = Patterns(patterns.masks[few], patterns.gates[few])
    slack = 1e-6 * (y @ y)
    relu = fit_convex_relu(X, y, patterns, reg)
    assert fit_convex_relu(X, y, sample, reg).objective >= relu.objective - slack
    gated = fit_convex_relu(X, y, patterns, reg, gated=True)
    assert gated.objective <= relu.objective + slack


@pytest.mark.prop("P6.7", "duplicates, order, rotations and units change nothing else")
@given(X=strategies.any_data(5, 3), gated=st.booleans(), seed=strategies.seeds)
def test_invariances(subject, X, gated, seed):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    y, reg, rng = problem(X, seed)
    patterns = enumerate_patterns(X)
    masks, gates = patterns.masks, patterns.gates
    base = fit_convex_relu(X, y, patterns, reg, gated=gated)
    slack = 2e-6 * (y @ y)

    twice = Patterns(np.vstack([masks, masks[:1]]), np.vstack([gates, gates[:1]]))
    fit = fit_convex_relu(X, y, twice, reg, gated=gated)
    assert fit.objective == pytest.approx(base.objective, abs=slack)

    order = rng.permutation(len(X))
    shuffled = Patterns(masks[:, order], gates)
    fit = fit_convex_relu(X[order], y[order], shuffled, reg, gated=gated)
    assert fit.objective == pytest.approx(base.objective, abs=slack)

    Q = np.linalg.qr(rng.standard_normal((X.shape[1],) * 2))[0]
    fit = fit_convex_relu(X @ Q, y, Patterns(masks, gates @ Q), reg, gated=gated)
    assert fit.objective == pytest.approx(base.objective, abs=slack)

    c = 10 ** rng.uniform(-3, 3)
    fit = fit_convex_relu(X, c * y, patterns, c * reg, gated=gated)
    assert fit.objective == pytest.approx(c**2 * base.objective, abs=c**2 * slack)
    np.testing.assert_allclose(
        fit.fitted / c, base.fitted, atol=4e-3 * np.linalg.norm(y) + 1e-12
    )


@pytest.mark.prop("P6.8", "zero above the critical λ, not zero just below")
@given(X=strategies.any_data(5, 3), gated=st.booleans(), seed=strategies.seeds)
def test_critical_reg_of_fits(subject, X, gated, seed):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    y, _, _ = problem(X, seed)
    patterns = enumerate_patterns(X)
    edge = critical_reg(X, y, patterns, gated=gated)
    scale = 0.5 * (y @ y)
    above = fit_convex_relu(X, y, patterns, 1.001 * edge + 1e-3, gated=gated)
    assert above.objective == pytest.approx(scale, rel=1e-6)
    assert total_norm(above) * (edge + 1) <= 3e-2 * scale
    if edge > 1e-6:
        below = fit_convex_relu(X, y, patterns, 0.9 * edge, gated=gated, tol=1e-8)
        assert total_norm(below) > 0
        assert below.objective < scale


@pytest.mark.prop("P6.9", "descent on the network never beats the certified bound")
@settings(max_examples=15)
@given(X=strategies.any_data(6, 2), m=st.integers(1, 12), seed=strategies.seeds)
def test_descent_never_wins(subject, X, m, seed):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    y, reg, rng = problem(X, seed)
    fit = fit_convex_relu(X, y, enumerate_patterns(X), reg)
    W, a = rng.standard_normal((X.shape[1], m)), rng.standard_normal(m)
    best, step = np.inf, 0.02 / (1 + np.linalg.norm(X))
    for _ in range(300):
        best = min(best, nonconvex_objective(ReluNetwork(W, a), X, y, reg))
        pre = X @ W
        r = np.maximum(pre, 0) @ a - y
        dW = X.T @ (r[:, None] * a * (pre > 0)) + reg * W
        da = np.maximum(pre, 0).T @ r + reg * a
        size = 1 + np.sqrt((dW**2).sum() + (da**2).sum())
        W, a = W - step / size**0.5 * dW, a - step / size**0.5 * da
    assert fit.objective - fit.gap <= best + 1e-9


@pytest.mark.prop("P6.15", "zero targets are fitted by the zero network")
@given(X=strategies.any_data(4, 2), gated=st.booleans())
def test_nothing_to_fit(subject, X, gated):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    fit = fit_convex_relu(X, np.zeros(len(X)), enumerate_patterns(X), 1.0, gated=gated)
    assert (fit.objective, fit.gap, total_norm(fit)) == (0.0, 0.0, 0.0)


@pytest.mark.prop("P6.15", "inputs are left as they were")
@given(X=strategies.any_data(5, 2), seed=strategies.seeds)
def test_inputs_unchanged(subject, X, seed):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    y, reg, _ = problem(X, seed)
    patterns = enumerate_patterns(X)
    before = X.copy(), y.copy(), patterns.masks.copy()
    fit_convex_relu(X, y, patterns, reg)
    for old, new in zip(before, (X, y, patterns.masks), strict=True):
        np.testing.assert_array_equal(old, new)


PATTERNS = Patterns(np.array([[True, True, False]]), np.ones((1, 2)))
X, Y = np.ones((3, 2)), np.ones(3)


@pytest.mark.prop("I6.7", "bad arguments of the fit are refused by name")
@pytest.mark.parametrize(
    "arguments, options, named",
    [
        ((X[0], Y, PATTERNS, 1.0), {}, "X"),
        ((X, Y[:2], PATTERNS, 1.0), {}, "y"),
        ((X, Y * np.nan, PATTERNS, 1.0), {}, "y must be finite"),
        ((X, Y, PATTERNS.masks, 1.0), {}, "patterns must be Patterns"),
        ((X[:2], Y[:2], PATTERNS, 1.0), {}, r"patterns\.masks"),
        ((X, Y, PATTERNS, 0.0), {}, "reg"),
        ((X, Y, PATTERNS, 1.0), {"tol": 0.0}, "tol"),
        ((X, Y, PATTERNS, 1.0), {"solver": "adam"}, "solver"),
    ],
)
def test_names_bad_arguments(subject, arguments, options, named):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    with pytest.raises(ValueError, match=named):
        fit_convex_relu(*arguments, **options)


@pytest.mark.prop("I6.8", "a gated fit does not pose as a ReLU network")
def test_gated_fit_has_no_network(subject):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")
    data = np.eye(2)
    fit = fit_convex_relu(data, [1.0, 2.0], enumerate_patterns(data), 0.1, gated=True)
    with pytest.raises(ValueError, match="cone_decomposition"):
        _ = fit.network
    assert isinstance(fit.weights, ConvexWeights)


@pytest.mark.prop("P6.34", "with cones the default is the interior point, not FISTA")
@pytest.mark.parametrize("tol", [1e-2, 1e-4, 1e-6])
def test_auto_takes_no_fista_where_there_are_cones(subject, tol, monkeypatch):
    fit_convex_relu = subject("convex_relu.fit_convex_relu")

    def never(*_, **__):
        raise AssertionError("FISTA with cones takes up to a minute on such data")

    monkeypatch.setattr("reference.convex_relu.fit._by_fista", never)
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((7, 3)), rng.standard_normal(7)
    fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.05, tol=tol)
    assert fit.gap <= tol * 0.5 * y @ y
