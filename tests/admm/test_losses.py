"""Properties of the losses: values, proximal operators, conjugates, bounds."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from tests import strategies

LOSSES = ("squared", "logistic", "hinge")
losses = st.sampled_from(LOSSES)


def loss_by_hand(f, y, loss):
    if loss == "squared":
        return 0.5 * (f - y) ** 2
    if loss == "hinge":
        return max(0.0, 1.0 - y * f)
    return -y * f + math.log1p(math.exp(y * f)) if y * f < 30 else math.exp(-y * f)


@st.composite
def samples(draw, loss, size=5.0):
    n = draw(st.integers(1, 6))
    rng = np.random.default_rng(draw(strategies.seeds))
    y = rng.choice([-1.0, 1.0], n)
    if loss == "squared":
        y = 2 * rng.standard_normal(n)
    return size * rng.standard_normal(n), y


@pytest.mark.prop("P7.7", "the loss is the sum over the samples", stage="plain")
@given(data=st.data(), loss=losses)
def test_loss_is_a_sum(subject, data, loss):
    loss_value = subject("admm.loss_value")
    f, y = data.draw(samples(loss))
    expected = sum(loss_by_hand(a, b, loss) for a, b in zip(f, y, strict=True))
    assert loss_value(f, y, loss) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@pytest.mark.prop("P7.7", "a far outlier costs its distance, not infinity")
def test_large_margins_do_not_overflow(subject):
    loss_value = subject("admm.loss_value")
    assert loss_value([-1e4], [1.0], "logistic") == pytest.approx(1e4)
    assert loss_value([1e4], [1.0], "logistic") == 0.0


@pytest.mark.prop(
    "P7.8", "the proximal point minimises loss plus squared distance", stage="plain"
)
@given(data=st.data(), loss=losses, step=st.sampled_from([1e-3, 0.3, 1.0, 50.0, 4e3]))
def test_prox_is_a_minimiser(subject, data, loss, step):
    prox_loss = subject("admm.prox_loss")
    q, y = data.draw(samples(loss, size=data.draw(st.sampled_from([1.0, 30.0, 3e3]))))
    z = prox_loss(q, y, step, loss)
    assert np.shape(z) == np.shape(q)
    for zj, qj, yj in zip(z, q, y, strict=True):

        def cost(t, qj=qj, yj=yj):
            return loss_by_hand(t, yj, loss) + (t - qj) ** 2 / (2 * step)

        # Convex in one variable: lower than both neighbours is lowest.
        slack = 1e-9 * (1.0 + cost(zj))
        for width in (1e-4, 1e-2, 1.0):
            width *= max(1.0, step)
            assert cost(zj) <= min(cost(zj - width), cost(zj + width)) + slack
        if step <= 50 and abs(qj) < 100:
            best = minimize_scalar(
                cost, bounds=(qj - 2 * step - 50, qj + 2 * step + 50), method="bounded"
            )
            assert cost(zj) <= best.fun + 1e-7 * (1.0 + abs(best.fun))


@pytest.mark.prop("P7.8", "the logistic proximal point is a root to full precision")
@given(
    m=st.floats(-1e4, 1e4), step=st.floats(1e-6, 1e6), y=st.sampled_from([-1.0, 1.0])
)
def test_logistic_prox_is_a_root(subject, m, step, y):
    prox_loss = subject("admm.prox_loss")
    (z,) = prox_loss([y * m], [y], step, "logistic")
    t = y * z
    slope = math.exp(-t) / (1 + math.exp(-t)) if t > 0 else 1 / (1 + math.exp(t))
    assert t == pytest.approx(m + step * slope, rel=1e-9, abs=1e-9 * (1 + abs(m)))


@pytest.mark.prop(
    "P7.9", "a dual vector is worth the minimum of loss plus nu'f", stage="plain"
)
@given(data=st.data(), loss=losses)
def test_dual_value_is_the_conjugate(subject, data, loss):
    dual_value = subject("admm.dual_value")
    _, y = data.draw(samples(loss))
    rng = np.random.default_rng(data.draw(strategies.seeds))
    nu = rng.standard_normal(len(y))
    if loss != "squared":
        nu = y * rng.uniform(0.02, 0.98, len(y))
    expected = 0.0
    for a, b in zip(nu, y, strict=True):
        grid = minimize_scalar(
            lambda f, a=a, b=b: loss_by_hand(f, b, loss) + a * f,
            bounds=(-20, 20),
            method="bounded",
            options={"xatol": 1e-9},
        )
        expected += grid.fun
    assert dual_value(nu, y, loss) == pytest.approx(expected, abs=1e-6)


@pytest.mark.prop("P7.9", "at the ends of its interval: entropy 0, hinge y nu")
@pytest.mark.parametrize("loss, at_one", [("logistic", 0.0), ("hinge", 1.0)])
def test_dual_value_at_the_ends(subject, loss, at_one):
    dual_value = subject("admm.dual_value")
    assert dual_value([0.0], [-1.0], loss) == 0.0
    assert dual_value([-1.0], [-1.0], loss) == at_one
    assert dual_value([1.1], [1.0], loss) == -np.inf
    assert dual_value([0.1], [-1.0], loss) == -np.inf


@pytest.mark.prop(
    "P7.10", "the bound is below the objective of every point", stage="plain"
)
@given(data=st.data(), loss=losses, reg=st.sampled_from([0.05, 0.7, 5.0]))
def test_bound_is_below_every_objective(subject, data, loss, reg):
    dual_bound = subject("admm.dual_bound")
    _, y = data.draw(samples(loss))
    rng = np.random.default_rng(data.draw(strategies.seeds))
    A = rng.standard_normal((len(y), 3))  # the lasso with these three features
    nu = rng.standard_normal(len(y))
    if loss != "squared":
        nu = y * rng.uniform(0, 3, len(y))
    bound = dual_bound(nu, y, reg, float(np.abs(A.T @ nu).max()), loss)
    for _ in range(20):
        u = rng.exponential() * rng.standard_normal(3) * rng.integers(0, 2, 3)
        value = sum(loss_by_hand(f, t, loss) for f, t in zip(A @ u, y, strict=True))
        value += reg * np.abs(u).sum()
        assert bound <= value + 1e-9


@pytest.mark.prop("P7.10", "with one feature the bound from the optimal slope is exact")
@given(
    loss=losses, seed=strategies.seeds, reg=st.floats(0.05, 5.0), scale=st.floats(1, 9)
)
def test_bound_is_exact_at_the_optimum(subject, loss, seed, reg, scale):
    dual_bound = subject("admm.dual_bound")
    rng = np.random.default_rng(seed)
    a, y = rng.uniform(0.5, 2.0), rng.choice([-1.0, 1.0])

    def value(u):
        return loss_by_hand(a * u, y, loss) + reg * abs(u)

    best = minimize_scalar(
        value, bounds=(-60, 60), method="bounded", options={"xatol": 1e-10}
    )
    # The optimal dual is y min(1, reg / a), or less where the loss curves.
    f = a * best.x
    slope = {
        "squared": y - f,
        "logistic": y / (1 + math.exp(y * f)),
        "hinge": y * min(1.0, reg / a),
    }[loss]
    if loss == "logistic" and abs(best.x) < 1e-6:
        slope = y * 0.5
    nu = np.array([slope])
    if loss != "logistic":
        nu = scale * nu  # scaled back by the bound
    got = dual_bound(nu, [y], reg, float(abs(a * nu[0])), loss)
    lowest = min(best.fun, value(0.0))
    assert got == pytest.approx(lowest, abs=1e-5 * (1 + lowest))


@pytest.mark.prop("P7.10", "one scale for all entries: none clipped, small ones grow")
@pytest.mark.parametrize(
    "nu, reg, norm, loss, expected",
    [
        ([3.0, 1.0], 0.01, 0.0, "hinge", 4 / 3),
        ([3.0, 1.0], 0.01, 0.0, "logistic", math.log(3) - 2 / 3 * math.log(2)),
        ([0.1, 0.1], 5.0, 0.1, "hinge", 2.0),
    ],
)
def test_scale_of_the_bound(subject, nu, reg, norm, loss, expected):
    dual_bound = subject("admm.dual_bound")
    # First rows: features (1, -3), which nu annihilates; clipping (3, 1) would not.
    got = dual_bound(nu, [1.0, 1.0], reg, norm, loss)
    assert got == pytest.approx(expected, rel=1e-9)


@pytest.mark.prop("P7.10", "a zero dual vector gives the bound zero")
@pytest.mark.parametrize("loss", LOSSES)
def test_zero_dual_gives_zero(subject, loss):
    dual_bound = subject("admm.dual_bound")
    assert dual_bound([0.0, 0.0], [1.0, -1.0], 1.0, 0.0, loss) == 0.0


@pytest.mark.prop("I7.1", "an unknown loss, wrong labels and sizes are refused by name")
@pytest.mark.parametrize(
    "f, y, loss, named",
    [
        ([1.0], [1.0], "huber", "loss"),
        ([1.0], [0.0], "hinge", "y"),
        ([1.0], [1.0, -1.0], "squared", "outputs"),
        ([np.nan], [1.0], "squared", "outputs"),
    ],
)
def test_bad_loss_input_is_named(subject, f, y, loss, named):
    loss_value = subject("admm.loss_value")
    with pytest.raises(ValueError, match=named):
        loss_value(f, y, loss)


@pytest.mark.prop("I7.2", "a step that is not positive is refused")
@pytest.mark.parametrize("step", [0.0, -1.0, np.nan])
def test_bad_step_is_named(subject, step):
    prox_loss = subject("admm.prox_loss")
    with pytest.raises(ValueError, match="step"):
        prox_loss([1.0], [1.0], step)


@pytest.mark.prop("I7.3", "sizes that differ are refused by name")
def test_bad_dual_is_named(subject):
    dual_value = subject("admm.dual_value")
    with pytest.raises(ValueError, match="nu"):
        dual_value([1.0, 2.0], [1.0])


@pytest.mark.prop("I7.4", "a regularisation or norm out of range is refused by name")
@pytest.mark.parametrize("reg, norm, named", [(0.0, 1.0, "reg"), (1.0, -1.0, "dual")])
def test_bad_bound_input_is_named(subject, reg, norm, named):
    dual_bound = subject("admm.dual_bound")
    with pytest.raises(ValueError, match=named):
        dual_bound([1.0], [1.0], reg, norm)
