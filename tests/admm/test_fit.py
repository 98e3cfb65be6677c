"""Properties of ADMM training: optimal values, feasible points, honest gaps."""

from fractions import Fraction

import cvxpy as cp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import Patterns, enumerate_patterns, sample_patterns
from reference.admm import admm_convex_relu as reference_admm
from reference.common import NotConverged
from reference.convex_relu import fit_convex_relu
from reference.relu_lp import ConvexWeights
from tests import strategies

LOSSES = ("squared", "logistic", "hinge")


@st.composite
def problems(draw, losses=LOSSES, max_rows=7):
    """Data of any kind, all its patterns, targets that fit the loss."""
    X = draw(strategies.any_data(max_rows=max_rows, max_columns=2))
    rng = np.random.default_rng(draw(strategies.seeds))
    loss = draw(st.sampled_from(losses))
    y = rng.choice([-1.0, 1.0], len(X))
    if loss == "squared":
        y = y + rng.standard_normal(len(X))
    return X, y, enumerate_patterns(X), draw(st.sampled_from([0.2, 0.8])), loss


def oracle(X, y, masks, reg, loss, gated):
    """The optimal value by CVXPY and Clarabel."""
    blocks = [cp.Variable(X.shape[1]) for _ in range((1 if gated else 2) * len(masks))]
    signs = np.repeat([1.0, -1.0], len(masks))[: len(blocks)]
    rows = np.vstack([masks, masks])[: len(blocks)]
    f = sum(
        s * cp.multiply(m, X @ u) for s, m, u in zip(signs, rows, blocks, strict=True)
    )
    cost = {
        "squared": lambda: 0.5 * cp.sum_squares(f - y),
        "logistic": lambda: cp.sum(cp.logistic(-cp.multiply(y, f))),
        "hinge": lambda: cp.sum(cp.pos(1 - cp.multiply(y, f))),
    }[loss]()
    cones = [] if gated else [
        cp.multiply(2.0 * m - 1, X @ u) >= 0 for m, u in zip(rows, blocks, strict=True)
    ]  # fmt: skip
    problem = cp.Problem(cp.Minimize(cost + reg * sum(map(cp.norm, blocks))), cones)
    problem.solve(solver=cp.CLARABEL)
    return problem.value


def value_by_loops(fit, X, y, reg, loss):
    """The objective of a fit, and its outputs, from the definitions."""
    f = np.zeros(len(X))
    for sign, rows in ((1.0, fit.weights.positive), (-1.0, fit.weights.negative)):
        for mask, u in zip(fit.patterns.masks, rows, strict=True):
            f += sign * np.where(mask, X @ u, 0.0)
    penalty = np.linalg.norm(fit.weights.positive, axis=1).sum()
    penalty += np.linalg.norm(fit.weights.negative, axis=1).sum()
    cost = {
        "squared": lambda: 0.5 * ((f - y) ** 2).sum(),
        "logistic": lambda: np.logaddexp(0, -y * f).sum(),
        "hinge": lambda: np.maximum(0, 1 - y * f).sum(),
    }[loss]()
    return cost + reg * penalty, f


def zero_loss(y, loss):
    return {"squared": 0.5 * y @ y, "logistic": len(y) * np.log(2), "hinge": len(y)}[
        loss
    ]


def lowest_height(weights, X, masks):
    live = X.any(axis=1)
    sides = np.where(masks[:, live], 1.0, -1.0)
    return min(
        (sides * (u @ X[live].T)).min(initial=0.0)
        for u in (weights.positive, weights.negative)
    )


@pytest.mark.prop("P7.3", "the optimal value is that of an interior-point solver")
@given(case=problems(), gated=st.booleans())
@settings(max_examples=25)
def test_value_equals_cvxpy(subject, case, gated):
    admm_convex_relu = subject("admm.admm_convex_relu")
    X, y, patterns, reg, loss = case
    fit = admm_convex_relu(X, y, patterns, reg, gated=gated, loss=loss, tol=1e-4)
    best = oracle(X, y, patterns.masks, reg, loss, gated)
    scale = zero_loss(y, loss)
    assert fit.objective >= best - 1e-6 * scale
    assert fit.objective <= best + 1.5e-4 * scale
    value, f = value_by_loops(fit, X, y, reg, loss)
    assert fit.objective == pytest.approx(value, abs=1e-9 * (1 + scale))
    assert fit.fitted == pytest.approx(f, abs=1e-9)


@pytest.mark.prop("P7.3", "the squared loss gives the fit of chapter 6")
@pytest.mark.parametrize("gated, tol", [(True, 1e-9), (False, 1e-4)])
@pytest.mark.parametrize("seed", [0, 1])
def test_fit_equals_chapter_six(subject, gated, tol, seed):
    admm_convex_relu = subject("admm.admm_convex_relu")
    rng = np.random.default_rng(seed)
    X, y = rng.standard_normal((40, 3)), rng.standard_normal(40)
    patterns = sample_patterns(X, 25, rng=rng)
    expected = fit_convex_relu(X, y, patterns, 2.0, gated=gated, tol=1e-9)
    got = admm_convex_relu(X, y, patterns, 2.0, gated=gated, tol=tol)
    assert got.objective == pytest.approx(expected.objective, abs=2 * tol * (y @ y) / 2)
    # Strong convexity in the outputs: half their squared distance is at most the gap.
    assert 0.5 * ((got.fitted - expected.fitted) ** 2).sum() <= tol * (y @ y)


@pytest.mark.prop("P7.3", "neither penalty, relaxation nor balancing changes the value")
@pytest.mark.parametrize("change", [{"rho": 0.3}, {"rho": 30.0}, {"relaxation": 1.0}])
@pytest.mark.parametrize("loss", LOSSES)
def test_value_is_free_of_the_settings(subject, change, loss):
    admm_convex_relu = subject("admm.admm_convex_relu")
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((10, 2)), rng.choice([-1.0, 1.0], 10)
    patterns = enumerate_patterns(X)
    expected = reference_admm(X, y, patterns, 0.5, loss=loss, tol=1e-4).objective
    got = admm_convex_relu(X, y, patterns, 0.5, loss=loss, tol=1e-4, **change)
    assert got.objective == pytest.approx(expected, abs=2e-4 * zero_loss(y, loss))


@pytest.mark.prop("P7.4", "a projected point lies in its cones")
@given(X=strategies.any_data(max_rows=8, max_columns=4), seed=strategies.seeds)
def test_projection_is_feasible(subject, X, seed):
    project_to_cones = subject("admm.project_to_cones")
    rng = np.random.default_rng(seed)
    patterns = sample_patterns(X, 5, rng=rng)
    shape = (len(patterns), X.shape[1])
    weights = ConvexWeights(rng.standard_normal(shape), rng.standard_normal(shape))
    got = project_to_cones(weights, X, patterns)
    assert lowest_height(got, X, patterns.masks) >= -1e-14 * np.abs(X).max()


@pytest.mark.prop("P7.4", "only rounding leaves it outside, and no zero block on")
@pytest.mark.parametrize("n, d", [(6, 2), (30, 4), (10, 8)])
def test_projection_is_feasible_to_rounding(subject, n, d):
    project_to_cones = subject("admm.project_to_cones")
    rng = np.random.default_rng(n)
    X = rng.standard_normal((n, d))
    patterns = sample_patterns(X, 20, rng=rng)
    shape = (len(patterns), d)
    weights = ConvexWeights(
        rng.standard_normal(shape), rng.standard_normal(shape) - 2 * patterns.gates
    )
    got = project_to_cones(weights, X, patterns)
    assert lowest_height(got, X, patterns.masks) >= -1e-14 * np.abs(X).max()
    sizes = np.linalg.norm([got.positive, got.negative], axis=-1)
    assert not ((sizes > 0) & (sizes < 1e-9)).any()
    # -X'X g = -sum_j |x_j'g| (side of x_j) x_j lies in the polar cone: onto the tip.
    polar = ConvexWeights(-patterns.gates @ X.T @ X, 0.0 * weights.negative)
    assert not project_to_cones(polar, X, patterns).positive.any()


@pytest.mark.prop("P7.4", "it is the nearest such point, and cone points stay")
@given(X=strategies.any_data(max_rows=8, max_columns=3), seed=strategies.seeds)
def test_projection_is_nearest(subject, X, seed):
    project_to_cones = subject("admm.project_to_cones")
    rng = np.random.default_rng(seed)
    patterns = sample_patterns(X, 4, rng=rng)
    shape = (len(patterns), X.shape[1])
    weights = ConvexWeights(rng.standard_normal(shape), np.zeros(shape))
    got = project_to_cones(weights, X, patterns)
    assert not got.negative.any()
    inside = ConvexWeights(patterns.gates, 2.5 * patterns.gates)
    again = project_to_cones(inside, X, patterns)
    assert again.positive == pytest.approx(patterns.gates, abs=1e-12)
    assert again.negative == pytest.approx(2.5 * patterns.gates, abs=1e-12)
    for u, w, gate in zip(weights.positive, got.positive, patterns.gates, strict=True):
        # Moreau: u - w is perpendicular to w, and at an obtuse angle to the cone.
        scale = 1e-5 * (1 + u @ u)
        assert abs((u - w) @ w) <= scale
        assert (u - w) @ gate <= scale


@pytest.mark.prop("P7.4", "a fit is feasible, and its network has its outputs")
@given(case=problems())
@settings(max_examples=15)
def test_fit_is_feasible(subject, case):
    admm_convex_relu = subject("admm.admm_convex_relu")
    X, y, patterns, reg, loss = case
    fit = admm_convex_relu(X, y, patterns, reg, loss=loss, tol=1e-2)
    assert lowest_height(fit.weights, X, patterns.masks) >= -1e-13
    assert fit.cone_slack >= -1e-13
    assert fit.network(X) == pytest.approx(fit.fitted, abs=1e-9)


@pytest.mark.prop("P7.12", "the gap is honest: nothing lies below objective minus gap")
@given(case=problems(), gated=st.booleans(), tol=st.sampled_from([0.3, 0.03]))
@settings(max_examples=15)
def test_gap_is_honest(subject, case, gated, tol):
    admm_convex_relu = subject("admm.admm_convex_relu")
    X, y, patterns, reg, loss = case
    fit = admm_convex_relu(X, y, patterns, reg, gated=gated, loss=loss, tol=tol)
    best = oracle(X, y, patterns.masks, reg, loss, gated)
    assert 0.0 <= fit.gap <= tol * zero_loss(y, loss) * (1 + 1e-9)
    assert fit.objective - fit.gap <= best + 1e-6 * zero_loss(y, loss)


@pytest.mark.prop("P7.12", "short of the tolerance it raises, with its best fit")
@pytest.mark.parametrize("loss", LOSSES)
def test_not_converged_carries_a_fit(subject, loss):
    admm_convex_relu = subject("admm.admm_convex_relu")
    rng = np.random.default_rng(0)
    X, y = rng.standard_normal((15, 2)), rng.choice([-1.0, 1.0], 15)
    patterns = enumerate_patterns(X)
    with pytest.raises(NotConverged, match="gap") as caught:
        admm_convex_relu(X, y, patterns, 0.1, loss=loss, tol=1e-12, max_iter=40)
    fit = caught.value.state
    assert fit.gap > 0
    assert lowest_height(fit.weights, X, patterns.masks) >= -1e-13
    best = oracle(X, y, patterns.masks, 0.1, loss, False)
    assert fit.objective - fit.gap <= best + 1e-5
    assert fit.objective >= best - 1e-5


@pytest.mark.prop("P7.13", "at a large regularisation the network is zero")
@pytest.mark.parametrize("gated", [False, True])
@pytest.mark.parametrize("loss", LOSSES)
def test_large_regularisation_gives_zero(subject, loss, gated):
    admm_convex_relu = subject("admm.admm_convex_relu")
    rng = np.random.default_rng(1)
    X, y = rng.standard_normal((8, 2)), rng.choice([-1.0, 1.0], 8)
    reg = 1.01 * np.abs(X).sum() * np.abs(y).max()
    patterns = enumerate_patterns(X)
    fit = admm_convex_relu(X, y, patterns, reg, loss=loss, gated=gated)
    assert fit.objective == pytest.approx(zero_loss(y, loss), rel=2e-4)
    assert not fit.weights.negative.any() or not gated


@pytest.mark.prop("P7.13", "scaling data or targets scales the fit")
@pytest.mark.parametrize("scale", [1e-3, 40.0])
def test_scaling(subject, scale):
    admm_convex_relu = subject("admm.admm_convex_relu")
    rng = np.random.default_rng(2)
    X, y = rng.standard_normal((12, 2)), rng.standard_normal(12)
    patterns = enumerate_patterns(X)
    one = reference_admm(X, y, patterns, 0.5, tol=1e-5)
    # (cX, c reg) has the weights u / c; (c y, c reg) has the weights c u.
    wide = admm_convex_relu(scale * X, y, patterns, scale * 0.5, tol=1e-5)
    tall = admm_convex_relu(X, scale * y, patterns, scale * 0.5, tol=1e-5)
    assert wide.objective == pytest.approx(one.objective, rel=1e-3)
    assert tall.objective == pytest.approx(scale**2 * one.objective, rel=1e-3)


@pytest.mark.prop("P7.13", "one sample, one class, zero data: trained without a fuss")
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize(
    "X, y",
    [
        ([[2.0]], [1.0]),
        ([[1.0], [2.0], [2.0]], [1.0] * 3),
        ([[0.0], [0.0]], [1.0, -1.0]),
    ],
)
def test_degenerate_data(subject, X, y, loss):
    admm_convex_relu = subject("admm.admm_convex_relu")
    X, y = np.array(X), np.array(y)
    patterns = enumerate_patterns(X)
    fit = admm_convex_relu(X, y, patterns, 0.1, loss=loss)
    best = oracle(X, y, patterns.masks, 0.1, loss, False)
    assert fit.objective == pytest.approx(best, abs=2e-4 * zero_loss(y, loss))


@pytest.mark.prop("P7.2", "the callback sees every iterate that was asked for")
def test_callback(subject):
    admm_convex_relu = subject("admm.admm_convex_relu")
    rng = np.random.default_rng(4)
    X, y = rng.standard_normal((9, 2)), rng.standard_normal(9)
    seen = []
    admm_convex_relu(
        X, y, enumerate_patterns(X), 0.5, every=7, callback=seen.append, tol=1e-3
    )
    assert [s.iteration for s in seen] == [7 * (i + 1) for i in range(len(seen))]
    assert min(s.cone_duals.min() for s in seen) >= 0.0


@pytest.mark.prop("P7.13", "one feature at any scale: the rational optimum, or refused")
@pytest.mark.parametrize("loss", ["squared", "hinge"])
@pytest.mark.parametrize("power", [-40, 0, 40])
def test_scales_against_rational_numbers(subject, loss, power):
    admm_convex_relu = subject("admm.admm_convex_relu")
    x = [Fraction(k) * Fraction(2) ** power for k in (3, -2, 2, 3)]
    y = [1, 1, -1, 1] if loss == "hinge" else [3, -1, 4, 1]
    # x > 0: slope sum(x y) = (3 y_0 + 2 y_2 + 3 y_3) 2^power; a fifth of it for λ.
    reg = Fraction(2) ** power * Fraction(1, 2)
    best = Fraction(0)
    for side in (1, -1):
        points = [(side * a, b) for a, b in zip(x, y, strict=True) if side * a > 0]
        if loss == "squared":
            pull = sum(a * b for a, b in points)
            shrunk = (pull - reg if pull > 0 else pull + reg) if abs(pull) > reg else 0
            c = shrunk / sum(a * a for a, _ in points)
            best += sum((c * a - b) ** 2 for a, b in points) / 2 + reg * abs(c)
        else:
            best += min(
                sum(max(0, 1 - b * c * a) for a, b in points) + reg * abs(c)
                for c in [0, *(1 / (a * b) for a, b in points)]
            )
    X = np.array([[float(a)] for a in x])
    fit = admm_convex_relu(
        X, np.array(y, dtype=float), enumerate_patterns(X), float(reg), loss=loss,
        tol=1e-5,
    )  # fmt: skip
    slack = 1e-9 * zero_loss(np.array(y), loss)
    assert fit.objective - fit.gap - slack <= float(best) <= fit.objective + slack


@pytest.mark.prop("I7.5", "a penalty that vanishes beside the data is refused by name")
def test_vanishing_penalty(subject):
    admm_convex_relu = subject("admm.admm_convex_relu")
    X = np.array([[1.0], [2.0]]) * 2.0**40
    with pytest.raises(ValueError, match="leave rho=None"):
        admm_convex_relu(X, [1.0, 2.0], enumerate_patterns(X), 2.0**38, rho=1e-9)


GOOD = {"X": np.eye(2), "y": [1.0, -1.0], "reg": 0.5}


@pytest.mark.prop("I7.5", "bad input is refused by name")
@pytest.mark.parametrize(
    "change, named",
    [
        ({"X": np.full((2, 2), np.nan)}, "X"),
        ({"y": [1.0, 2.0, 3.0]}, "y"),
        ({"y": [1.0, 2.0], "loss": "hinge"}, "y"),
        ({"loss": "huber"}, "loss"),
        ({"reg": 0.0}, "reg"),
        ({"rho": -1.0}, "rho"),
        ({"relaxation": 2.0}, "relaxation"),
        ({"tol": 0.0}, "tol"),
        ({"max_iter": 0}, "max_iter"),
        ({"every": 1.5}, "every"),
        ({"patterns": Patterns(np.ones((1, 3), bool), np.ones((1, 2)))}, "masks"),
        ({"patterns": None}, "patterns must be Patterns"),
        ({"patterns": np.ones((1, 2), bool)}, "patterns must be Patterns"),
        ({"X": None}, "X"),
        ({"y": "ab"}, "y"),
        ({"reg": None}, "reg"),
        ({"rho": "1"}, "rho"),
        ({"max_iter": 2.5}, "max_iter"),
    ],
)
def test_bad_input_is_named(subject, change, named):
    admm_convex_relu = subject("admm.admm_convex_relu")
    arguments = {"patterns": enumerate_patterns(np.eye(2)), **GOOD, **change}
    with pytest.raises(ValueError, match=named):
        admm_convex_relu(**arguments)


@pytest.mark.prop("I7.6", "weights of another shape or kind are refused by name")
@pytest.mark.parametrize(
    "weights, patterns, named",
    [
        (ConvexWeights(np.ones((3, 2)), np.ones((4, 2))), True, "weights"),
        (np.ones((2, 4, 2)), True, "weights must be ConvexWeights"),
        (None, True, "weights must be ConvexWeights"),
        (ConvexWeights(np.ones((4, 2)), np.ones((4, 2))), False, "patterns must be"),
    ],
)
def test_bad_weights_are_named(subject, weights, patterns, named):
    project_to_cones = subject("admm.project_to_cones")
    patterns = enumerate_patterns(np.eye(2)) if patterns else np.ones((4, 2), bool)
    with pytest.raises(ValueError, match=named):
        project_to_cones(weights, np.eye(2), patterns)
