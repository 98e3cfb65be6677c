"""Properties of constrained learning, of its dual function, and of what papers say."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import sample_patterns
from reference.common import NotConverged
from reference.primal_dual import ConvexReluModel, LinearModel
from reference.primal_dual import lagrangian_bound as reference_bound
from reference.primal_dual import pdcl as reference_pdcl
from tests import strategies
from tests.primal_dual.oracle import (
    PAIRS,
    by_slsqp,
    conditions,
    constant,
    mean_loss,
    problem,
    relu_problem,
)

ONES = np.ones((3, 1))
pairs = st.sampled_from(PAIRS)


def named(pair):
    return {"loss": pair[0], "constraint_loss": pair[1]}


@pytest.mark.prop("P13.1", "linear models: the conditions hold, and SLSQP agrees")
@settings(max_examples=40)
@given(seed=strategies.seeds, pair=pairs)
def test_linear_models_are_solved(subject, seed, pair):
    pdcl = subject("primal_dual.pdcl")
    X, y, epsilon, reg = problem(seed, pair)
    answer = pdcl(LinearModel(reg), X, y, epsilon, **named(pair))
    tilt, slacks, products = conditions(answer, X, y, epsilon, *pair, reg)
    largest = 1.0 + answer.duals.max() + np.abs(y).max()
    assert (answer.duals >= 0.0).all()
    assert tilt <= 1e-5 * largest
    assert products <= 1e-4 * largest
    assert slacks.max() <= 1e-9
    np.testing.assert_allclose(answer.slacks, slacks, atol=1e-9 * largest**2)
    value = mean_loss(answer.model.theta, X, y, pair[0], reg)
    np.testing.assert_allclose(answer.objective, value, atol=1e-9 * largest**2)
    _, best = by_slsqp(X, y, epsilon, *pair, reg, answer.model.theta + 0.01)
    assert value <= best + 1e-5 * (1.0 + abs(best))
    np.testing.assert_allclose(answer.model(X), X @ answer.model.theta)


@pytest.mark.prop("P13.2", "a unit of bound is worth minus the dual over N")
@settings(max_examples=20)
@given(seed=strategies.seeds, pair=st.sampled_from(PAIRS[:4]))
def test_shadow_prices(subject, seed, pair):
    pdcl = subject("primal_dual.pdcl")
    X, y, epsilon, _ = problem(seed, pair)
    model = LinearModel(0.1)  # strongly convex, so that prices do not jump
    duals = pdcl(model, X, y, epsilon, **named(pair), tol=1e-9).duals
    k = int(duals.argmax())
    step = np.where(np.arange(len(y)) == k, 1e-4, 0.0)
    up, down = (
        reference_pdcl(model, X, y, epsilon + s, **named(pair), tol=1e-9).objective
        for s in (step, -step)
    )
    # P* is convex: its slopes on the two sides enclose the price.
    middle = reference_pdcl(model, X, y, epsilon, **named(pair), tol=1e-9).objective
    right, left = (up - middle) / 1e-4, (middle - down) / 1e-4
    room = 1e-5 * (1.0 + abs(left))
    assert left - room <= -duals[k] / len(y) <= right + room, (left, right)


@pytest.mark.prop("P13.3", "the optimum falls and is convex in the bounds")
@settings(max_examples=20)
@given(seed=strategies.seeds, pair=pairs)
def test_the_optimum_is_convex_in_the_bounds(subject, seed, pair):
    pdcl = subject("primal_dual.pdcl")
    X, y, tight, reg = problem(seed, pair)
    loose = tight + np.random.default_rng(seed).uniform(0.0, 1.0, len(y))
    values = [
        pdcl(LinearModel(reg), X, y, bounds, **named(pair)).objective
        for bounds in (tight, (tight + loose) / 2, loose)
    ]
    room = 1e-6 * (1.0 + max(np.abs(values)))
    assert values[0] >= values[1] - room
    assert values[1] >= values[2] - room
    assert values[1] <= (values[0] + values[2]) / 2 + room


@pytest.mark.prop(
    "P13.3", "any duals bound the optimum from below, the right ones reach"
)
@settings(max_examples=30)
@given(seed=strategies.seeds, pair=pairs)
def test_weak_and_strong_duality(subject, seed, pair):
    lagrangian_bound = subject("primal_dual.lagrangian_bound")
    X, y, epsilon, _ = problem(seed, pair)
    model, rng = LinearModel(0.1), np.random.default_rng(seed)
    answer = reference_pdcl(model, X, y, epsilon, **named(pair))
    room = 1e-5 * (1.0 + abs(answer.objective) + answer.duals.max())
    for _ in range(3):
        any_duals = rng.exponential(size=len(y)) * (1.0 + answer.duals)
        bound = lagrangian_bound(model, X, y, epsilon, any_duals, **named(pair))
        assert bound <= answer.objective + room
    bound = lagrangian_bound(model, X, y, epsilon, answer.duals, **named(pair))
    np.testing.assert_allclose(bound, answer.objective, atol=room)


@pytest.mark.prop("P13.3", "the dual function by hand: one number, two targets")
def test_the_dual_function_by_hand(subject):
    lagrangian_bound = subject("primal_dual.lagrangian_bound")
    data = LinearModel(), np.ones((2, 1)), [0.0, 4.0], [9.0, 0.5]
    for dual in (0.0, 0.5, 2.0, 10.0):
        # Weights 1 and 1 + λ: the minimum is the weighted variance of 0 and 4.
        value = 0.25 * 16.0 * (1.0 + dual) / (2.0 + dual) - dual * 0.25
        bound = lagrangian_bound(*data, [0.0, dual])
        np.testing.assert_allclose(bound, value, rtol=1e-9)


@pytest.mark.prop("P13.4", "copies of the samples leave the model and the mean dual")
@settings(max_examples=15)
@given(seed=strategies.seeds, pair=pairs, r=st.integers(2, 3))
def test_copies(subject, seed, pair, r):
    pdcl = subject("primal_dual.pdcl")
    X, y, epsilon, _ = problem(seed, pair)
    model = LinearModel(0.1)
    once = reference_pdcl(model, X, y, epsilon, **named(pair), tol=1e-8)
    many = pdcl(
        model, np.tile(X, (r, 1)), np.tile(y, r), np.tile(epsilon, r), **named(pair),
        tol=1e-8,
    )  # fmt: skip
    np.testing.assert_allclose(many.model.theta, once.model.theta, atol=1e-4)
    mean = many.duals.reshape(r, -1).mean(axis=0)
    value = reference_bound(model, X, y, epsilon, mean, **named(pair))
    np.testing.assert_allclose(value, once.objective, atol=1e-5 * (1 + mean.max()))


@pytest.mark.prop("P13.5", "bounds above all losses cost nothing")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_loose_bounds_cost_nothing(subject, seed):
    pdcl = subject("primal_dual.pdcl")
    X, y, _, _ = problem(seed, ("squared", None))
    theta = np.linalg.lstsq(X, y, rcond=None)[0]
    losses = 0.5 * (X @ theta - y) ** 2
    answer = pdcl(LinearModel(), X, y, losses.max() + 0.1)
    np.testing.assert_allclose(X @ answer.model.theta, X @ theta, atol=1e-5)
    assert answer.duals.max() <= 1e-4
    np.testing.assert_allclose(answer.objective, losses.mean(), atol=1e-6)


@pytest.mark.prop(
    "P13.10", "a solver that stops short says so and hands over its state"
)
def test_not_converged(subject):
    pdcl = subject("primal_dual.pdcl")
    with pytest.raises(NotConverged):
        pdcl(LinearModel(), [[1.0], [1.0]], [0.0, 4.0], [9.0, 0.5], max_iter=1)
    X, y, patterns, epsilon = relu_problem(1)
    with pytest.raises(NotConverged) as stopped:
        pdcl(ConvexReluModel(patterns, 0.3), X, y, 0.2 * epsilon, max_iter=1)
    assert stopped.value.state.residual > 1e-6


@pytest.mark.prop("P13.10", "a mean loss without a minimum is refused by name")
def test_labels_that_can_be_separated(subject):
    pdcl = subject("primal_dual.pdcl")
    lagrangian_bound = subject("primal_dual.lagrangian_bound")
    X, y = np.array([[1.0, 0.3], [-1.0, 1.0], [2.0, 1.0]]), [1.0, -1.0, 1.0]
    for bounded in ("logistic", "margin"):
        pair = named(("logistic", bounded))
        with pytest.raises(ValueError, match="reg must be positive"):
            pdcl(LinearModel(), X, y, 0.5, **pair)
        with pytest.raises(ValueError, match="reg must be positive"):
            lagrangian_bound(LinearModel(), X, y, 0.5, [1.0, 1.0, 0.0], **pair)
    # Bounds on both sides keep the parameters short: the best outputs are ±2.
    tied = pdcl(
        LinearModel(), [[1.0], [-1.0]], y[:2], 0.5, **named(("logistic", "squared"))
    )
    np.testing.assert_allclose(tied.model.theta, [2.0], atol=1e-5)


@pytest.mark.prop("P13.10", "bounds far above the losses cost no accuracy")
@pytest.mark.parametrize("large", [1e4, 1e8, 1e12])
def test_a_bound_that_is_none(subject, large):
    pdcl = subject("primal_dual.pdcl")
    answer = pdcl(LinearModel(), ONES[:2], [0.0, 4.0], [large, 0.5])
    np.testing.assert_allclose(answer.model.theta, [3.0], atol=1e-5)
    np.testing.assert_allclose(answer.duals, [0.0, 2.0], atol=1e-4)


@pytest.mark.prop("P13.10", "prices of tiny bounds are as good as their models")
@pytest.mark.parametrize("tiny", [1e-7, 1e-8, 1e-10])
def test_tiny_bounds(subject, tiny):
    pdcl = subject("primal_dual.pdcl")
    answer = pdcl(LinearModel(), ONES[:2], [0.0, 4.0], [9.0, tiny])
    radius = np.sqrt(2.0 * tiny)
    np.testing.assert_allclose(4.0 - answer.model.theta, [radius], rtol=1e-3)
    np.testing.assert_allclose(answer.duals[1], 4.0 / radius - 2.0, rtol=1e-3)


@pytest.mark.prop("P13.3", "the dual function in other units of the targets")
@pytest.mark.parametrize("unit", [2.0**-40, 2.0**40])
def test_the_dual_function_in_units(subject, unit):
    lagrangian_bound = subject("primal_dual.lagrangian_bound")
    X, y, epsilon = ONES[:2], np.array([0.0, 4.0]), np.array([9.0, 0.5])
    for dual, value in ((0.0, 2.0), (2.0, 2.5), (4.0, 7.0 / 3.0)):  # by hand
        bound = lagrangian_bound(
            LinearModel(), X, unit * y, unit**2 * epsilon, [0.0, dual]
        )
        np.testing.assert_allclose(bound, unit**2 * value, rtol=1e-9)


@pytest.mark.prop("P13.3", "the dual function where some directions have no curvature")
def test_the_dual_function_without_curvature(subject):
    lagrangian_bound = subject("primal_dual.lagrangian_bound")
    X, y = np.eye(2), [1.0, -1.0]
    pair = named(("zero", "squared"))
    for duals, value in (([0.0, 0.0], 0.0), ([1.0, 0.0], -0.25)):
        bound = lagrangian_bound(LinearModel(), X, y, 0.5, duals, **pair)
        np.testing.assert_allclose(bound, value, atol=1e-9)


def test_bad_arguments():
    X, y = np.eye(2), [1.0, -1.0]
    with pytest.raises(ValueError, match="model"):
        reference_pdcl(3, X, y, 0.5)
    with pytest.raises(ValueError, match="mode"):
        reference_pdcl(LinearModel(), X, y, 0.5, mode="accumulated")
    with pytest.raises(ValueError, match="constraint_loss"):
        reference_pdcl(LinearModel(), X, y, 0.5, constraint_loss="zero")
    with pytest.raises(ValueError, match="pdcl"):
        LinearModel()(X)
    with pytest.raises(ValueError, match="reg must be positive"):
        reference_bound(
            LinearModel(), X, y, 0.5, [1.0, 0.0], loss="zero", constraint_loss="margin"
        )
    patterns = sample_patterns(X, 4, rng=np.random.default_rng(0))
    with pytest.raises(ValueError, match="squared"):
        reference_pdcl(ConvexReluModel(patterns, 0.1), X, y, 0.5, loss="logistic")
    with pytest.raises(ValueError, match="patterns"):
        reference_pdcl(ConvexReluModel(patterns, 0.1), np.eye(3)[:, :2], [1, 2, 3], 0.5)


@pytest.mark.prop("P13.12", "a strongly convex objective, and an optimum with a kink")
def test_unique_minimisers_do_not_make_prices_unique(subject):
    pdcl = subject("primal_dual.pdcl")
    lagrangian_bound = subject("primal_dual.lagrangian_bound")
    y = np.array([0.0, 4.0, 4.0])  # the second sample is there twice

    def optimum(change):
        return pdcl(LinearModel(), ONES, y, [9.0, 0.5 + change, 0.5], tol=1e-9)

    step = 1e-4
    middle = optimum(0.0).objective
    looser = (optimum(step).objective - middle) / step
    tighter = (middle - optimum(-step).objective) / step
    # Without the bound θ would be 8/3; with it θ is 3, whichever copy is loosened.
    np.testing.assert_allclose(looser, 0.0, atol=1e-5)
    np.testing.assert_allclose(tighter, -1.0 / 3.0, rtol=1e-3)
    # All ways to share the price 1 among the copies are optimal duals.
    for share in (0.0, 0.3, 1.0):
        duals = [0.0, share, 1.0 - share]
        bound = lagrangian_bound(LinearModel(), ONES, y, [9.0, 0.5, 0.5], duals)
        np.testing.assert_allclose(bound, middle, rtol=1e-7)


@pytest.mark.prop("P13.12", "feasibility alone has no scores: every dual is zero")
def test_feasibility_alone_has_no_scores(subject):
    pdcl = subject("primal_dual.pdcl")
    y = np.array([0.0, 2.0, 4.0])
    answer = pdcl(LinearModel(), ONES, y, 3.0, loss="zero", constraint_loss="squared")
    assert answer.slacks.max() < 0.0
    assert answer.duals.max() <= 1e-6
    ridge = LinearModel(1.0)
    scored = pdcl(ridge, ONES, y, 3.0, loss="zero", constraint_loss="squared")
    assert scored.duals.max() > 0.1


@pytest.mark.prop("P13.12", "dropping the mean loss is not a unit shift of the duals")
def test_a_unit_shift_changes_the_ranking(subject):
    pdcl = subject("primal_dual.pdcl")
    X = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    y, epsilon = np.array([1.0, -2.0, 2.0]), np.array([0.3, 1.2, 2.0])
    ridge = LinearModel(0.3)
    with_loss = pdcl(ridge, X, y, epsilon).duals
    without = pdcl(ridge, X, y, epsilon, loss="zero", constraint_loss="squared").duals
    assert not np.array_equal(np.argsort(with_loss), np.argsort(without - 1.0))
    # A shift would make every dual of the second program at least 1.
    assert without.min() < 1.0


@pytest.mark.prop("P13.6", "another density: λp stays if the objective ignores it")
def test_the_measure_stays_and_rankings_flip(subject):
    pdcl = subject("primal_dual.pdcl")
    X = np.array([[1.0, 0.2], [0.2, 1.0], [1.0, 1.0]])
    y, epsilon = np.array([2.0, 1.6, 3.5]), np.array([0.1, 0.1, 4.0])
    copies = np.array([5, 1, 1])  # the first sample is drawn five times as often
    ridge = LinearModel(1.0)
    unseen = {"loss": "zero", "constraint_loss": "squared", "tol": 1e-9}

    def solve(counts, **settings):
        rows = np.repeat(np.arange(3), counts)
        answer = pdcl(ridge, X[rows], y[rows], epsilon[rows], **settings)
        duals = [answer.duals[rows == i].mean() for i in range(3)]
        return np.array(duals), counts / counts.sum()

    even, p = solve(np.array([1, 1, 1]), **unseen)
    shifted, q = solve(copies, **unseen)
    np.testing.assert_allclose(shifted * q, even * p, atol=1e-6)  # the measure λp
    assert (even[0] > even[1]) != (shifted[0] > shifted[1])  # not the ranking of λ
    # With the mean loss as objective, which sees the density, neither stays.
    even, _ = solve(np.array([1, 1, 1]), tol=1e-9)
    shifted, _ = solve(copies, tol=1e-9)
    assert np.abs(shifted * q - even * p).max() > 0.01


@pytest.mark.prop("P13.12", "a wide bump needs the whole price, not that of its centre")
def test_the_price_of_a_bump_is_an_inner_product(subject):
    pdcl = subject("primal_dual.pdcl")
    y = np.array([0.0, 3.0, 4.0])
    epsilon = np.array([9.0, 5.0, 0.5])
    base = pdcl(LinearModel(), ONES, y, epsilon, tol=1e-9)
    bump = np.array([0.0, 0.05, 0.02])  # centred at the sample with dual 0
    gain = pdcl(LinearModel(), ONES, y, epsilon + bump, tol=1e-9).objective
    gain -= base.objective
    assert base.duals[1] <= 1e-6
    assert gain >= -(base.duals @ bump) / 3 - 1e-7  # the theorem
    assert gain < -base.duals[1] * bump.sum() / 3 - 1e-4  # the formula with λ(x₀)


@pytest.mark.prop("P13.12", "the price of one sample is λ/N, not λ")
def test_the_price_has_one_over_n(subject):
    pdcl = subject("primal_dual.pdcl")
    y = np.array([0.0, 1.0, 4.0])
    bounds = np.array([9.0, 9.0, 0.5])
    base = pdcl(LinearModel(), ONES, y, bounds, tol=1e-9)
    more = pdcl(LinearModel(), ONES, y, bounds + np.array([0, 0, 1e-4]), tol=1e-9)
    slope = (more.objective - base.objective) / 1e-4
    np.testing.assert_allclose(slope, -base.duals[2] / 3, rtol=1e-3)
    assert abs(slope + base.duals[2]) > 0.5


@pytest.mark.parametrize("C", [3, 5])
def test_cross_entropy_is_not_strongly_convex(C):
    rng = np.random.default_rng(C)
    p, e = rng.dirichlet(np.ones(C)), np.zeros(C)
    p[0], e[0] = max(p[0], 0.1), 1.0
    change = rng.standard_normal(C)
    change[0] = 0.0
    change[1:] -= change[1:].mean()  # stays on the simplex, and off the label
    values = [-(e * np.log(p + t * change)).sum() for t in (-1e-3, 0.0, 1e-3)]
    np.testing.assert_allclose(values[0] + values[2] - 2 * values[1], 0.0, atol=1e-12)


def test_constants():
    answer = constant(np.array([0.0, 4.0]), np.array([9.0, 0.5]))
    np.testing.assert_allclose(answer.objective, 2.5, rtol=1e-6)
