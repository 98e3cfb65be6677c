"""Properties of labels as cuts and of the proofs that they clash."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.common import Infeasible
from reference.cutting_plane import tube_residual
from reference.relu_lp import farkas_residual
from tests import strategies
from tests.cutting_plane.oracle import Seller, pool, separable, uniform_error


@pytest.mark.prop("P12.4", "labels are refused exactly when HiGHS finds no weights")
@settings(max_examples=25)
@given(seed=strategies.seeds, few=st.booleans())
def test_inconsistent_labels(subject, seed, few):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, rng = pool(seed, 6, 2, integers=True)
    if few:
        patterns = type(patterns)(patterns.masks[:2], patterns.gates[:2])
    seller = Seller(y)
    if separable(X, y, patterns.masks):
        run = active_learn(X, seller, patterns, budget=6, rng=rng)
        assert (y * run.network(X) > 0).all()
        return
    with pytest.raises(Infeasible) as caught:
        active_learn(X, seller, patterns, budget=6, rng=rng)
    bought, proof = seller.sold, caught.value.certificate
    masks = patterns.masks[:, bought]
    assert not separable(X[bought], y[bought], masks)
    assert farkas_residual(X[bought], y[bought], masks, proof) <= 1e-12
    guilty = [i for i, c in zip(bought, proof, strict=True) if c > 1e-9]
    assert all(str(i) in str(caught.value) for i in guilty[:8])
    # and not one label earlier
    if len(bought) > 1:
        assert separable(X[bought[:-1]], y[bought[:-1]], masks[:, :-1])


@pytest.mark.prop("P12.4", "one input with two labels: both cuts are named")
@pytest.mark.parametrize("linear", [True, False])
def test_one_input_two_labels(subject, linear):
    active_learn = subject("cutting_plane.active_learn")
    X, _, _, rng = pool(3, 4, 2)
    X = np.vstack([X, X[2]])
    from reference.activation_patterns import enumerate_patterns

    patterns = None if linear else enumerate_patterns(X)
    seller = Seller([1.0, 1, 1, 1, -1])
    with pytest.raises(Infeasible, match=r"contradict each other: 2, 4\.") as caught:
        active_learn(X, seller, patterns, budget=5, rng=rng, initial=[0, 2, 1, 4])
    np.testing.assert_allclose(caught.value.certificate, [0, 0.5, 0, 0.5], atol=1e-12)


@pytest.mark.prop("P12.11", "tubes that clash, where the fit's basis has dust")
def test_tubes_and_dust(subject):
    regression = subject("cutting_plane.active_learn_regression")
    X = np.array([[-2.0, -2.0], [-1.0, 1.0], [-1.0, -1.0], [0.0, 2.0], [0.0, 1.0]])
    y, seller = np.array([-2.0, 0.0, 3.0, -2.0, 3.0]), []
    with pytest.raises(Infeasible, match="contradict each other") as caught:
        regression(
            X, lambda i: (seller.append(i), y[i])[1], None, budget=5, epsilon=0.5,
            rng=np.random.default_rng(0),
        )  # fmt: skip
    bought, one = X[seller], np.ones((1, len(seller)), dtype=bool)
    assert tube_residual(bought, y[seller], one, caught.value.certificate, 0.5) < 0


@pytest.mark.prop(
    "P12.10", "soft cuts: labels of one input vote, f = s (p - q) / (p + q)"
)
@pytest.mark.parametrize("right, wrong", [(1, 1), (3, 1), (4, 1), (2, 3)])
def test_soft_votes(subject, right, wrong):
    active_learn = subject("cutting_plane.active_learn")
    n = right + wrong
    X, s = np.ones((n, 1)), 1e-3
    label = Seller([1.0] * right + [-1.0] * wrong)
    rng = np.random.default_rng(0)
    run = active_learn(X, label, None, budget=n, rng=rng, slack=s)
    want = s * (right - wrong) / n
    # the ball of radius 1 pulls a little: its barrier has second derivative 2
    np.testing.assert_allclose(run.network(X), want, atol=1e-8, rtol=1e-4)


@pytest.mark.prop("P12.10", "with slack no labels are refused, and few wrong ones lose")
def test_soft_cuts_with_noise(subject):
    active_learn = subject("cutting_plane.active_learn")
    rng = np.random.default_rng(0)
    X = np.column_stack([np.linspace(-1, 1, 24), np.ones(24)])
    clean = np.sign(X[:, 0])
    noisy = clean.copy()
    noisy[[3, 20]] *= -1
    with pytest.raises(Infeasible):
        active_learn(X, Seller(noisy), None, budget=24, rng=rng)
    run = active_learn(X, Seller(noisy), None, budget=24, rng=rng, slack=0.1)
    assert (np.sign(run.network(X)) == clean).mean() > 0.9
    assert (run.cuts.offsets == 0.1).all()


@pytest.mark.prop("P12.10", "a slack that shrinks leads to the hard centre")
def test_soft_becomes_hard(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, _ = pool(1, 5, 2)

    def last(slack):
        rng = np.random.default_rng(0)
        order = range(5)
        run = active_learn(
            X, Seller(y), patterns, budget=5, rng=rng, initial=order, slack=slack
        )
        return run.centers[-1]

    hard = last(0.0)
    gaps = [np.abs(last(s) - hard).max() for s in (1e-2, 1e-4, 1e-6)]
    assert gaps[0] > gaps[1] > gaps[2]
    assert gaps[2] < 1e-4


@pytest.mark.prop(
    "P12.11", "a tube is refused exactly when the best uniform fit is worse"
)
@settings(max_examples=15)
@given(seed=strategies.seeds, linear=st.booleans())
def test_tubes_out_of_reach(subject, seed, linear):
    regression = subject("cutting_plane.active_learn_regression")
    X, patterns, _, rng = pool(seed, 5, 2)
    X = np.vstack([X, X[0]])
    from reference.activation_patterns import enumerate_patterns
    from reference.cutting_plane import tube_residual

    patterns = None if linear else enumerate_patterns(X)
    paths = np.ones((1, 6), dtype=bool) if linear else patterns.masks
    y = rng.standard_normal(6)
    best = uniform_error(X, y, paths)
    run = regression(
        X, Seller(y), patterns, budget=6, epsilon=1.2 * best, rng=rng, initial=range(6)
    )
    assert np.abs(run.network(X) - y).max() <= 1.2 * best
    with pytest.raises(Infeasible) as caught:
        regression(
            X, Seller(y), patterns, budget=6, epsilon=0.9 * best, rng=rng,
            initial=range(6),
        )  # fmt: skip
    proof = caught.value.certificate
    assert tube_residual(X, y, paths, proof, 0.9 * best) < 0
    assert tube_residual(X, y, paths, proof, 1.01 * best) > 0


@pytest.mark.prop("P12.11", "tube_residual believes only multipliers that no w can see")
def test_tube_residual(subject):
    tube_residual = subject("cutting_plane.tube_residual")
    X, one = np.array([[1.0, 1.0], [1.0, 1.0], [2.0, 1.0]]), np.ones((1, 3), bool)
    y = np.array([0.0, 1.0, 5.0])
    proof = np.array([-0.5, 0.5, 0.0])
    assert tube_residual(X, y, one, proof, 0.1) == pytest.approx(-0.4)
    assert tube_residual(X, y, one, proof, 0.6) == pytest.approx(0.1)
    assert tube_residual(X, y, one, 2 * proof, 0.1) == pytest.approx(-0.8)
    assert tube_residual(X, y, one, -proof, 0.1) == pytest.approx(0.6)
    # the sums are zero for one mask and not for another: no proof
    assert tube_residual(X, y, one, np.array([-0.5, 0.0, 0.5]), 0.1) == np.inf
    masks = np.array([[True, True, True], [True, False, True]])
    assert tube_residual(X, y, masks, proof, 0.1) == np.inf
    both = np.array([[True, True, True], [False, False, True]])
    assert tube_residual(X, y, both, proof, 0.1) == pytest.approx(-0.4)
    tiny = proof + np.array([0.0, 0.0, 1e-13])
    assert tube_residual(X, y, one, tiny, 0.1) == pytest.approx(-0.4, abs=1e-9)


@pytest.mark.prop("P12.11", "other units of inputs and targets: the same queries")
@pytest.mark.parametrize("linear", [True, False])
@pytest.mark.parametrize("inputs, targets", [(20, 0), (-20, 0), (0, 20), (-20, -20)])
def test_units_of_tubes(subject, linear, inputs, targets):
    from reference.activation_patterns import enumerate_patterns

    regression = subject("cutting_plane.active_learn_regression")
    X = np.column_stack([np.linspace(-1, 1, 6), np.ones(6)])
    y = 2 * X[:, 0] - 0.3

    def run(power, other):  # powers of two: rounding is the same
        x = np.ldexp(X, power)
        patterns = None if linear else enumerate_patterns(x)
        label, epsilon = Seller(np.ldexp(y, other)), np.ldexp(1e-3, other)
        rng = np.random.default_rng(0)
        got = regression(x, label, patterns, budget=5, epsilon=epsilon, rng=rng)
        return got.queried, np.ldexp(got.network(x), -other)

    queried, outputs = run(0, 0)
    again, same = run(inputs, targets)
    np.testing.assert_array_equal(again, queried)
    np.testing.assert_allclose(same, outputs, atol=1e-5)
    assert (np.abs(same - y)[again] <= 1e-3).all()


@pytest.mark.prop(
    "P12.11", "a ball that is too small is said to be, and the radius grows"
)
def test_radius_of_tubes(subject):
    regression = subject("cutting_plane.active_learn_regression")
    X = np.column_stack([np.linspace(-1, 1, 6), np.ones(6)])
    y = 100.0 * X[:, 0] + 7
    options = {"budget": 6, "epsilon": 0.1}
    run = regression(X, Seller(y), None, **options, rng=np.random.default_rng(0))
    assert np.abs(run.network(X) - y).max() <= 0.1
    assert run.history[-1].radius >= np.hypot(100, 7) / 2
    radii = [record.radius for record in run.history]
    assert radii == sorted(radii)
    exact = np.array([[1.0], [2.0]])  # no multipliers: the best fit has no error
    for x, target in ((X, y), (exact, exact[:, 0])):
        with pytest.raises(Infeasible, match="raise radius"):
            regression(
                x, Seller(target), None, budget=len(x), epsilon=0.1, radius=0.1,
                rng=np.random.default_rng(0), initial=range(len(x)),
            )  # fmt: skip


@pytest.mark.prop("P12.11", "tubes in any units of inputs and targets")
@pytest.mark.parametrize("inputs, targets", [(1e-12, 1e3), (1e9, 1e-3), (1.0, 1e6)])
def test_tubes_in_any_unit(subject, inputs, targets):
    regression = subject("cutting_plane.active_learn_regression")
    X, patterns, _, rng = pool(4, 6, 2)
    y = targets * rng.standard_normal(6)
    patterns = type(patterns)(patterns.masks, patterns.gates)
    run = regression(
        inputs * X, Seller(y), patterns, budget=6, epsilon=0.01 * targets, rng=rng
    )
    miss = np.abs(run.network(inputs * X) - y).max()
    assert miss <= 0.01 * targets * (1 + 1e-9)


@pytest.mark.prop("P12.11", "a proof is not spoiled by a feature that the guilty lack")
def test_guilty_rows_without_a_feature(subject):
    regression = subject("cutting_plane.active_learn_regression")
    X = np.array([[0.0, 1.0], [1.0, 1.0], [0.0, 2.0], [1.0, 3.0]])
    y = np.array([1.0, 2.0, 5.0, 6.0])  # f(0, 2) = 2 f(0, 1), and 5 is not 2
    rng = np.random.default_rng(0)
    with pytest.raises(Infeasible, match=r"contradict each other: 0, 2\.") as caught:
        regression(X, Seller(y), None, budget=4, epsilon=0.1, rng=rng, initial=range(4))
    proof = caught.value.certificate
    np.testing.assert_allclose(proof, np.array([-2, 0, 1, 0]) / 3, atol=1e-9)
