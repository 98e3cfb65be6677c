"""Properties of gated models: prediction, several outputs, the way back to ReLU."""

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.common import Infeasible, NotConverged
from reference.convex_relu import balanced_network, cone_slack, fit_convex_relu
from reference.relu_lp import convex_output
from tests import strategies


@pytest.mark.prop(
    "P6.16", "a gated model adds x'U over the gates that x opens", stage="plain"
)
@given(X=strategies.any_data(5, 3), C=st.integers(1, 3), seed=strategies.seeds)
def test_gated_predict_against_loops(subject, X, C, seed):
    gated_predict = subject("convex_relu.gated_predict")
    rng = np.random.default_rng(seed)
    # Integer gates: samples exactly on a gate's boundary, which opens it.
    gates = rng.integers(-1, 2, (4, X.shape[1])).astype(float)
    U = rng.standard_normal((4, X.shape[1], C))
    want = np.zeros((len(X), C))
    for k in range(len(X)):
        for g, u in zip(gates, U, strict=True):
            if X[k] @ g >= 0:
                want[k] += X[k] @ u
    np.testing.assert_allclose(gated_predict(X, gates, U), want, atol=1e-12)
    one = gated_predict(X, gates, U[..., 0])
    assert one.shape == (len(X),)
    np.testing.assert_allclose(one, want[:, 0], atol=1e-12)


@pytest.mark.prop(
    "P6.17", "several outputs: the optimum of a cone solver, certified", stage="plain"
)
@settings(max_examples=15)
@given(X=strategies.any_data(4, 2), C=st.integers(1, 3), seed=strategies.seeds)
def test_nuclear_norm_optimum(subject, X, C, seed):
    fit_gated = subject("convex_relu.fit_gated")
    rng = np.random.default_rng(seed)
    Y, reg = rng.standard_normal((len(X), C)), 10 ** rng.uniform(-1, 0.5)
    patterns = enumerate_patterns(X)
    fit = fit_gated(X, Y, patterns, reg, tol=1e-5)
    U = [cp.Variable((X.shape[1], C)) for _ in patterns.masks]
    f = sum(
        np.diag(mask.astype(float)) @ X @ u
        for mask, u in zip(patterns.masks, U, strict=True)
    )
    penalty = sum(cp.normNuc(u) for u in U)
    problem = cp.Problem(cp.Minimize(0.5 * cp.sum_squares(f - Y) + reg * penalty))
    want = problem.solve(solver="CLARABEL")
    scale = 0.5 * (Y**2).sum()
    assert fit.objective == pytest.approx(want, abs=2e-5 * scale + 1e-6)
    assert -1e-12 <= fit.gap <= 1e-5 * scale + 1e-12
    value = 0.5 * ((fit.fitted - Y) ** 2).sum()
    value += reg * sum(np.linalg.norm(u, "nuc") for u in fit.weights)
    assert fit.objective == pytest.approx(value, rel=1e-9, abs=1e-12)
    got = sum(
        mask[:, None] * (X @ u)
        for mask, u in zip(patterns.masks, fit.weights, strict=True)
    )
    np.testing.assert_allclose(fit.fitted, got, atol=1e-9)


@pytest.mark.prop("P6.17", "one output is the group lasso; the outputs can be rotated")
@settings(max_examples=15)
@given(X=strategies.any_data(5, 2), seed=strategies.seeds)
def test_outputs_rotate(subject, X, seed):
    fit_gated = subject("convex_relu.fit_gated")
    rng = np.random.default_rng(seed)
    Y, reg = rng.standard_normal((len(X), 3)), 10 ** rng.uniform(-1, 0.5)
    patterns = enumerate_patterns(X)
    slack = 1e-5 * (Y**2).sum()
    one = fit_gated(X, Y[:, :1], patterns, reg, tol=1e-5).objective
    want = fit_convex_relu(X, Y[:, 0], patterns, reg, gated=True).objective
    assert one == pytest.approx(want, abs=slack)
    Q = np.linalg.qr(rng.standard_normal((3, 3)))[0]
    all_ = fit_gated(X, Y, patterns, reg, tol=1e-5).objective
    turned = fit_gated(X, Y @ Q, patterns, reg, tol=1e-5).objective
    assert all_ == pytest.approx(turned, abs=slack)


@pytest.mark.prop("P6.18", "cone decomposition keeps outputs and lands in the cones")
@given(X=strategies.any_data(6, 3), seed=strategies.seeds)
def test_cone_decomposition(subject, X, seed):
    cone_decomposition = subject("convex_relu.cone_decomposition")
    rng = np.random.default_rng(seed)
    patterns = enumerate_patterns(X)
    U = rng.standard_normal(patterns.gates.shape)
    U[rng.uniform(size=len(U)) < 0.3] = 0.0
    split = cone_decomposition(U, X, patterns)
    size = max(1.0, np.abs(split.positive).max())
    np.testing.assert_allclose(split.positive - split.negative, U, atol=1e-9 * size)
    assert cone_slack(split, X, patterns.masks) >= -1e-8 * size * (1 + np.abs(X).max())
    want = sum(m * (X @ u) for m, u in zip(patterns.masks, U, strict=True))
    np.testing.assert_allclose(
        convex_output(X, patterns.masks, split), want, atol=1e-8 * size
    )
    outputs = balanced_network(split)(X)
    np.testing.assert_allclose(outputs, want, atol=1e-7 * size * len(U))


@pytest.mark.prop("P6.18", "its first part is the shortest one, zero if u needs none")
@given(X=strategies.general_position(4, 3), seed=strategies.seeds)
def test_decomposition_is_shortest(subject, X, seed):
    cone_decomposition = subject("convex_relu.cone_decomposition")
    rng = np.random.default_rng(seed)
    mask = X @ rng.standard_normal(X.shape[1]) >= 0
    u = rng.standard_normal(X.shape[1])
    pattern = Patterns(mask[None], np.ones((1, X.shape[1])))
    got = cone_decomposition(u[None], X, pattern).positive[0]
    v, S = cp.Variable(X.shape[1]), np.where(mask, 1.0, -1.0)[:, None] * X
    problem = cp.Problem(cp.Minimize(cp.norm(v)), [S @ v >= np.maximum(S @ u, 0)])
    want = problem.solve(solver="CLARABEL")
    assert np.linalg.norm(got) == pytest.approx(want, abs=1e-5 * (1 + want))
    inside = -np.linalg.lstsq(S, np.abs(rng.standard_normal(len(X))), rcond=None)[0]
    if (S @ inside <= 0).all():  # -inside is in the cone: v = 0 will do
        assert not cone_decomposition(inside[None], X, pattern).positive.any()


@pytest.mark.prop("P6.18", "full row rank: norms grow at most 1 + 2 cond(X) times")
@given(n=st.integers(1, 4), extra=st.integers(0, 2), seed=strategies.seeds)
def test_growth_is_bounded(subject, n, extra, seed):
    cone_decomposition = subject("convex_relu.cone_decomposition")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, n + extra))
    masks = rng.uniform(size=(5, n)) > 0.5  # every mask is a pattern
    U = rng.standard_normal((5, n + extra))
    split = cone_decomposition(U, X, Patterns(masks, U))
    grown = sum(
        np.linalg.norm(block, axis=1) for block in (split.positive, split.negative)
    )
    bound = (1 + 2 * np.linalg.cond(X)) * np.linalg.norm(U, axis=1)
    assert (grown <= bound * (1 + 1e-9)).all()
    assert cone_slack(split, X, masks) >= -1e-8 * grown.max()


@pytest.mark.prop("P6.18", "thin cones: long weights, with all their digits")
@given(exponent=st.floats(-8, -1), d=st.integers(2, 4), seed=strategies.seeds)
def test_thin_cones(subject, exponent, d, seed):
    cone_decomposition = subject("convex_relu.cone_decomposition")
    rng, thin = np.random.default_rng(seed), 10.0**exponent
    X = np.zeros((2, d))
    X[:, :2] = [[1.0, thin], [-1.0, thin]]  # a wedge: |u_1| <= thin * u_2
    u = np.append([1.0, 0.0], rng.standard_normal(d - 2))
    masks = np.ones((1, 2), dtype=bool)
    split = cone_decomposition(u[None], X, Patterns(masks, np.eye(d)[1:2]))
    # v and v - u in the wedge: v_1 + thin v_2 >= 1 and thin v_2 >= v_1, both tight.
    want = np.append([1.0 / 2, 0.5 / thin], np.zeros(d - 2))
    np.testing.assert_allclose(split.positive[0], want, rtol=1e-7, atol=1e-7)
    assert cone_slack(split, X, masks) >= -1e-9


X, Y = np.eye(2), np.eye(2)
PATTERNS = enumerate_patterns(X)


@pytest.mark.prop("I6.9", "bad arguments of gated models are refused by name")
def test_gated_models_name_bad_arguments(subject):
    gated_predict = subject("convex_relu.gated_predict")
    with pytest.raises(ValueError, match="gates"):
        gated_predict(X, np.ones((4, 3)), np.ones((4, 3)))
    with pytest.raises(ValueError, match="weights needs shape"):
        gated_predict(X, np.ones((4, 2)), np.ones((3, 2)))
    with pytest.raises(ValueError, match="weights must be finite"):
        gated_predict(X, np.ones((4, 2)), np.full((4, 2), np.nan))
    fit_gated = subject("convex_relu.fit_gated")
    for arguments, named in [
        ((X, Y[0], PATTERNS, 1.0), "Y"),
        ((X, Y[:1], PATTERNS, 1.0), r"Y needs shape \(2, d\)"),
        ((X, Y, PATTERNS, -1.0), "reg"),
        ((X, Y, None, 1.0), "patterns"),
    ]:
        with pytest.raises(ValueError, match=named):
            fit_gated(*arguments)
    with pytest.raises(NotConverged):
        fit_gated(X, Y, PATTERNS, 1e-3, tol=1e-12, max_iter=1)
    cone_decomposition = subject("convex_relu.cone_decomposition")
    with pytest.raises(ValueError, match="weights"):
        cone_decomposition(np.ones((1, 2)), X, PATTERNS)


@pytest.mark.prop("P6.25", "any mask: a split in its cone, or a proof of none")
@given(X=strategies.degenerate(5, 3), seed=strategies.seeds)
@example(X=np.array([[0.0, 1.0], [1.0, 1.0]]), seed=507462)  # x'u is 0 but for rounding
def test_any_mask(subject, X, seed):
    cone_decomposition = subject("convex_relu.cone_decomposition")
    rng = np.random.default_rng(seed)
    masks = rng.uniform(size=(1, len(X))) > 0.5
    u = rng.integers(-3, 4, X.shape[1]).astype(float)
    live = X.any(axis=1)
    rows = X[live] / np.linalg.norm(X[live], axis=1)[:, None]
    cone = np.where(masks[0, live], 1.0, -1.0)[:, None] * rows
    try:
        split = cone_decomposition(u[None], X, Patterns(masks, u[None]))
    except Infeasible as error:
        rho = error.certificate
        assert rho.min() >= 0
        want = rho @ np.maximum(cone @ u, 0)
        assert want > 0
        assert np.abs(rho @ cone).max() <= 1e-7 * want
    else:
        size = 1 + np.abs(split.positive).max()
        assert cone_slack(split, X, masks) >= -1e-9 * size
        np.testing.assert_allclose(
            split.positive[0] - split.negative[0], u, atol=1e-9 * size
        )


@pytest.mark.prop("P6.25", "a flat cone that cannot reach u is reported with a proof")
def test_flat_cone(subject):
    cone_decomposition = subject("convex_relu.cone_decomposition")
    data, mask = np.array([[1.0], [-1.0]]), np.array([[True, True]])
    with pytest.raises(Infeasible) as caught:
        cone_decomposition([[2.0]], data, Patterns(mask, np.ones((1, 1))))
    rho = caught.value.certificate
    assert rho.min() >= 0
    assert abs(rho @ data).max() <= 1e-9
    assert rho @ np.maximum(data @ [2.0], 0) > 0.1
