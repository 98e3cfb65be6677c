"""Properties of robust training: the certificate is the network's worst case."""

import numpy as np
import pytest
from hypothesis import given

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.adversarial import pgd, radii_with_bias, robust_slack
from reference.convex_relu import balanced_network, fit_convex_relu
from reference.relu_lp import ConvexWeights, ReluNetwork
from tests import strategies
from tests.adversarial.oracle import (
    LOSSES,
    boxed_data,
    corners,
    cvxpy_robust,
    exact_range,
    half_as_many,
    loss_of,
    stable_weights,
)


@pytest.mark.prop(
    "P8.1", "the closed form is the best of all sign vertices", stage="plain"
)
@given(case=boxed_data(), seed=strategies.seeds)
def test_closed_form_is_the_best_corner(subject, case, seed):
    worst_case_loss = subject("adversarial.worst_case_loss")
    X, y, epsilon, loss = case
    patterns, weights = stable_weights(X, epsilon, np.random.default_rng(seed))
    network = balanced_network(weights)
    expected = [
        loss_of(network(corners(x, epsilon)), target, loss).max()
        for x, target in zip(X, y, strict=True)
    ]
    got = worst_case_loss(weights, X, y, patterns, epsilon, loss=loss)
    assert got == pytest.approx(expected, rel=1e-9, abs=1e-9)


@pytest.mark.prop(
    "P8.4", "the certificate is the mapped network's exact worst case", stage="plain"
)
@given(case=boxed_data(max_rows=3), seed=strategies.seeds)
def test_certificate_is_the_exact_worst_case(subject, case, seed):
    worst_case_loss = subject("adversarial.worst_case_loss")
    X, y, epsilon, loss = case
    rng = np.random.default_rng(seed)
    patterns, weights = stable_weights(X, epsilon, rng)
    network = balanced_network(weights)
    got = worst_case_loss(weights, X, y, patterns, epsilon, loss=loss)
    if network.width:
        low, high = exact_range(network, X[0], epsilon)
        ends = loss_of(np.array([low, high]), y[0], loss)
        assert got[0] == pytest.approx(ends.max(), rel=1e-5, abs=1e-5)
    attacked = pgd(network, X, y, epsilon, loss=loss, steps=5, rng=rng)
    assert (loss_of(network(attacked), y, loss) <= got + 1e-9).all()


@pytest.mark.prop("P8.4", "the certificate is the mapped network's exact worst case")
def test_the_toy_of_the_page(subject):
    fit_robust = subject("adversarial.fit_robust")
    rng = np.random.default_rng(3)
    corner = 0.8 * np.array([[1, 1], [-1, -1], [1, -1], [-1, 1]])
    X = np.ones((12, 3))
    X[:, :2] = np.repeat(corner, 3, axis=0) + 0.28 * rng.standard_normal((12, 2))
    y, box = np.repeat([1.0, 1.0, -1.0, -1.0], 3), radii_with_bias(0.35, 3)
    t = np.linspace(-0.35, 0.35, 41)
    shift = np.array([[a, b, 0.0] for a in t for b in t])
    for epsilon, clean, worst in (
        (0 * box, 0.056541, 5.139462),
        (box, 0.771975, 2.372460),
    ):
        fit = fit_robust(X, y, enumerate_patterns(X), 0.05, epsilon, tol=1e-7)
        network = fit.network
        on_grid = sum(
            loss_of(network(x + shift), target, "squared").max()
            for x, target in zip(X, y, strict=True)
        )
        assert loss_of(network(X), y, "squared").sum() == pytest.approx(clean, rel=5e-3)
        assert on_grid == pytest.approx(worst, rel=5e-3)
    assert on_grid == pytest.approx(fit.worst.sum(), rel=1e-9)


@pytest.mark.prop("P8.2", "without a box it is the convex program of chapter 6")
@half_as_many
@given(case=boxed_data(max_rows=2, loss="squared"), seed=strategies.seeds)
def test_no_box_is_chapter_six(subject, case, seed):
    fit_robust = subject("adversarial.fit_robust")
    X, y, epsilon, _ = case
    reg = [0.05, 0.5][seed % 2]
    patterns = enumerate_patterns(X)
    got = fit_robust(X, y, patterns, reg, 0 * epsilon)
    expected = fit_convex_relu(X, y, patterns, reg)
    assert got.objective == pytest.approx(expected.objective, abs=2e-6 * (y @ y) + 1e-9)
    assert got.fitted == pytest.approx(
        expected.fitted, abs=5e-3 * np.linalg.norm(y) + 1e-6
    )
    assert got.worst == pytest.approx(0.5 * (got.fitted - y) ** 2)


@pytest.mark.prop("P8.3", "a larger box never lowers the optimum")
@half_as_many
@given(case=boxed_data(max_rows=3), seed=strategies.seeds)
def test_monotone_in_the_box(subject, case, seed):
    fit_robust = subject("adversarial.fit_robust")
    X, y, _, loss = case
    patterns = enumerate_patterns(X)
    boxes = [radii_with_bias(e, X.shape[1]) for e in (0.02, 0.2)]
    fits = [fit_robust(X, y, patterns, 0.1, b, loss=loss, tol=1e-4) for b in boxes]
    assert fits[0].objective - fits[0].gap <= fits[1].objective + 1e-12
    zero = loss_of(np.zeros(len(y)), y, loss).sum()
    assert fits[1].objective <= zero * (1 + 2e-4)


@pytest.mark.prop("P8.5", "the optimum agrees with a general conic solver, all losses")
@half_as_many
@given(case=boxed_data(max_rows=3), seed=strategies.seeds)
def test_fit_agrees_with_cvxpy_on_all_patterns(subject, case, seed):
    fit_robust = subject("adversarial.fit_robust")
    X, y, epsilon, loss = case
    patterns = enumerate_patterns(X)
    # no pattern is left out for the oracle: those without a cone get zero there
    expected = cvxpy_robust(X, y, patterns.masks, 0.1, epsilon, loss)[0]
    got = fit_robust(X, y, patterns, 0.1, epsilon, loss=loss)
    zero = loss_of(np.zeros(len(y)), y, loss).sum()
    assert got.objective == pytest.approx(expected, abs=1e-5 * zero + 1e-6)


@pytest.mark.prop("P8.5", "the optimum agrees with a general conic solver, all losses")
@pytest.mark.parametrize("loss", LOSSES)
def test_fit_agrees_when_two_columns_are_fixed(subject, loss):
    fit_robust = subject("adversarial.fit_robust")
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal(5), rng.integers(0, 2, 5), np.ones(5)])
    y, epsilon = rng.choice([-1.0, 1.0], 5), np.array([0.2, 0.0, 0.0])
    patterns = enumerate_patterns(X)
    expected = cvxpy_robust(X, y, patterns.masks, 0.1, epsilon, loss)[0]
    got = fit_robust(X, y, patterns, 0.1, epsilon, loss=loss)
    assert got.objective == pytest.approx(expected, abs=1e-5 * 5)


@pytest.mark.prop(
    "P8.25", "the objective is worst case plus weight decay of the network"
)
@half_as_many
@given(case=boxed_data(max_rows=3), seed=strategies.seeds)
def test_objective_is_that_of_the_network(subject, case, seed):
    fit_robust = subject("adversarial.fit_robust")
    X, y, epsilon, loss = case
    fit = fit_robust(X, y, enumerate_patterns(X), 0.1, epsilon, loss=loss, tol=1e-3)
    network = fit.network
    worst = [
        loss_of(network(corners(x, epsilon)), target, loss).max() if network.width
        else loss_of(np.zeros(1), target, loss)[0]
        for x, target in zip(X, y, strict=True)
    ]  # fmt: skip
    decay = 0.05 * ((network.hidden**2).sum() + (network.output**2).sum())
    assert fit.objective == pytest.approx(sum(worst) + decay, rel=1e-8, abs=1e-9)
    assert fit.worst == pytest.approx(worst, rel=1e-8, abs=1e-9)
    assert fit.fitted == pytest.approx(network(X), abs=1e-9)
    slack = robust_slack(fit.weights, X, fit.patterns.masks, epsilon)
    assert fit.cone_slack == slack >= -1e-12
    zero = loss_of(np.zeros(len(y)), y, loss).sum()
    assert 0 <= fit.gap <= 1e-3 * zero


@pytest.mark.prop("P8.8", "no stable network has a lower worst case plus weight decay")
@half_as_many
@given(case=boxed_data(max_rows=3), seed=strategies.seeds)
def test_no_stable_network_is_better(subject, case, seed):
    fit_robust = subject("adversarial.fit_robust")
    X, y, epsilon, loss = case
    rng = np.random.default_rng(seed)
    fit = fit_robust(X, y, enumerate_patterns(X), 0.1, epsilon, loss=loss, tol=1e-3)
    # stable neurons of any kind, several in one cell, unbalanced
    W = rng.standard_normal((X.shape[1], 30))
    W[-1] *= 3
    before = X @ W
    steady = (np.abs(before) >= epsilon @ np.abs(W)).all(axis=0)
    W = W[:, steady][:, :4]
    rival = ReluNetwork(W, rng.standard_normal(W.shape[1]))
    decay = 0.05 * ((rival.hidden**2).sum() + (rival.output**2).sum())
    worst = sum(
        loss_of(rival(corners(x, epsilon)), target, loss).max()
        for x, target in zip(X, y, strict=True)
    )
    assert fit.objective - fit.gap <= worst + decay + 1e-9


@pytest.mark.prop("P8.26", "patterns reached only by moved data change nothing")
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(2))
def test_unreachable_patterns_change_nothing(subject, loss, seed):
    fit_robust = subject("adversarial.fit_robust")
    rng = np.random.default_rng(seed)
    X = np.column_stack([0.5 * rng.standard_normal((5, 2)), np.ones(5)])
    y, epsilon = rng.choice([-1.0, 1.0], 5), radii_with_bias(0.15, 3)
    patterns = enumerate_patterns(X)
    own = {mask.tobytes() for mask in patterns.masks}
    extra = {}
    for _ in range(500):
        there = X + epsilon * rng.uniform(-1, 1, X.shape)
        gate = rng.standard_normal(3) * [1.0, 1.0, 0.3]
        mask = there @ gate > 0
        if mask.tobytes() not in own:
            extra[mask.tobytes()] = mask, gate
    masks, gates = (np.array(part) for part in zip(*extra.values(), strict=True))
    assert len(masks) > 0
    more = Patterns(
        np.vstack([patterns.masks, masks]), np.vstack([patterns.gates, gates])
    )
    plain = fit_robust(X, y, patterns, 0.1, epsilon, loss=loss)
    fit = fit_robust(X, y, more, 0.1, epsilon, loss=loss)
    assert fit.objective == pytest.approx(plain.objective, rel=1e-5)
    assert not fit.weights.positive[len(patterns) :].any()
    assert not fit.weights.negative[len(patterns) :].any()
    # and the conic solver, which knows nothing of this, finds no use for them either
    value = cvxpy_robust(X, y, more.masks, 0.1, epsilon, loss)[0]
    assert value == pytest.approx(plain.objective, rel=1e-4)


@pytest.mark.prop(
    "P8.27", "the bound can be strict: a network with a kink inside a box"
)
def test_stable_networks_can_be_worse(subject):
    fit_robust = subject("adversarial.fit_robust")
    # boxes cover the line, so that stable networks are affine; y = |x| is not
    x = np.linspace(-2, 2, 9)
    X, epsilon, reg = np.column_stack([x, np.ones(9)]), radii_with_bias(0.3, 2), 0.01
    fit = fit_robust(X, np.abs(x), enumerate_patterns(X), reg, epsilon)
    hat = ReluNetwork([[1.0, -1.0], [0.0, 0.0]], [1.0, 1.0])
    worst = 0.5 * np.full(9, 0.3) ** 2  # | |x + δ| - |x| | is at most 0.3
    assert worst.sum() + 0.5 * reg * 4 < 0.5 * (fit.objective - fit.gap)
    assert hat(X) == pytest.approx(np.abs(x))
    assert fit.objective == pytest.approx(1.956, abs=1e-3)  # ex-08-strict
    assert fit.fitted == pytest.approx(np.full(9, 1.11), abs=1e-3)
    slopes = np.diff(
        fit.network(np.column_stack([np.linspace(-2, 2, 50), np.ones(50)]))
    )
    assert np.ptp(slopes) == pytest.approx(0, abs=1e-6)


@pytest.mark.prop("P8.28", "turning all labels round swaps the two signs")
@pytest.mark.parametrize("loss", LOSSES)
@pytest.mark.parametrize("seed", range(3))
def test_label_flip(subject, loss, seed):
    fit_robust = subject("adversarial.fit_robust")
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.standard_normal((4, 2)), np.ones(4)])
    y, epsilon = rng.choice([-1.0, 1.0], 4), radii_with_bias(0.1, 3)
    patterns = enumerate_patterns(X)
    fits = [fit_robust(X, s * y, patterns, 0.1, epsilon, loss=loss) for s in (1, -1)]
    allowed = 1e-5 * loss_of(np.zeros(len(y)), y, loss).sum()
    assert fits[0].objective == pytest.approx(fits[1].objective, abs=allowed + 1e-9)


@pytest.mark.prop("P8.29", "where no cone is left, the zero network is the optimum")
@pytest.mark.parametrize("loss", LOSSES)
def test_no_cone_gives_the_zero_network(subject, loss):
    fit_robust = subject("adversarial.fit_robust")
    X, y = np.array([[0.1, 0.2], [-0.1, 0.3]]), np.array([1.0, -1.0])
    fit = fit_robust(X, y, enumerate_patterns(X), 0.1, 0.5, loss=loss)
    assert fit.network.width == 0
    assert fit.objective == pytest.approx(loss_of(np.zeros(2), y, loss).sum())


@pytest.mark.prop("P8.29", "where no cone is left, the zero network is the optimum")
@pytest.mark.parametrize("loss", LOSSES)
def test_samples_at_the_origin_give_the_zero_network(subject, loss):
    fit_robust = subject("adversarial.fit_robust")
    patterns = Patterns(np.array([[True]]), np.array([[1.0, 0.0]]))
    for epsilon in ([0.0, 0.0], [0.1, 0.0]):
        fit = fit_robust([[0.0, 0.0]], [1.0], patterns, 0.1, epsilon, loss=loss)
        assert fit.network.width == 0
        assert fit.objective == pytest.approx(loss_of(np.zeros(1), np.ones(1), loss)[0])


PATTERNS = Patterns(np.array([[True, False]]), np.array([[1.0]]))
GOOD = {
    "X": [[2.0], [-2.0]], "y": [1.0, -1.0], "patterns": PATTERNS, "epsilon": 0.5,
}  # fmt: skip
BAD = [
    ({"X": [[2.0], [np.nan]]}, "X"),
    ({"X": [[1.0], [1.0]]}, "radii_with_bias"),
    ({"y": [1.0]}, "y"),
    ({"y": [1.0, 3.0], "loss": "logistic"}, "y"),
    ({"loss": "zero-one"}, "loss"),
    ({"epsilon": -0.5}, "epsilon"),
    ({"epsilon": [0.5, 0.5]}, "epsilon"),
    ({"patterns": Patterns(PATTERNS.masks[:, :1], PATTERNS.gates)}, "masks"),
]


@pytest.mark.prop("I8.6", "bad input is refused by name, weights outside the cones too")
@pytest.mark.parametrize(
    "change, named",
    [
        *BAD,
        ({"weights": ConvexWeights([[-1.0]], [[0.0]])}, "robust cones"),
        ({"weights": ConvexWeights([[1.0, 2.0]], [[0.0, 1.0]])}, "weights"),
    ],
)
def test_worst_case_refuses(subject, change, named):
    worst_case_loss = subject("adversarial.worst_case_loss")
    weights = ConvexWeights(np.array([[1.0]]), np.array([[0.0]]))
    with pytest.raises(ValueError, match=named):
        worst_case_loss(**(GOOD | {"weights": weights} | change))


@pytest.mark.prop("I8.6", "bad input is refused by name, weights outside the cones too")
@pytest.mark.parametrize(
    "change, named", [*BAD, ({"reg": 0.0}, "reg"), ({"tol": -1.0}, "tol")]
)
def test_fit_refuses(subject, change, named):
    fit_robust = subject("adversarial.fit_robust")
    with pytest.raises(ValueError, match=named):
        fit_robust(**(GOOD | {"reg": 0.1} | change))
