"""Properties of the robust program's parts: value, slacks, lower bound."""

import numpy as np
import pytest
from hypothesis import given

from reference.adversarial import radii_with_bias
from tests import strategies
from tests.adversarial.oracle import LOSSES, boxed_data, loss_of, stable_weights


def value(blocks, X, y, masks, reg, epsilon, loss):
    """Return the objective, sample by sample and sign by sign."""
    total = reg * sum(np.linalg.norm(u) for part in blocks for u in part)
    for k, x in enumerate(X):
        g = (
            sum(blocks[0, i] - blocks[1, i] for i in np.flatnonzero(masks[:, k]))
            + 0 * x
        )
        f, t = x @ g, np.abs(g) @ epsilon
        total += max(loss_of(f - t, y[k], loss), loss_of(f + t, y[k], loss))
    return total


@pytest.mark.prop("P8.40", "the primal value is the objective")
@given(case=boxed_data(), seed=strategies.seeds)
def test_primal_is_the_objective(subject, case, seed):
    robust_program = subject("adversarial.robust_program")
    X, y, epsilon, loss = case
    patterns, weights = stable_weights(X, epsilon, np.random.default_rng(seed))
    program = robust_program(X, y, patterns.masks, 0.3, epsilon, loss=loss)
    blocks = np.stack([weights.positive, weights.negative])
    expected = value(blocks, X, y, patterns.masks, 0.3, epsilon, loss)
    assert program.primal(blocks) == pytest.approx(expected, rel=1e-9)


@pytest.mark.prop("P8.41", "any multipliers give a lower bound")
@given(case=boxed_data(), seed=strategies.seeds)
def test_any_multipliers_bound_the_objective(subject, case, seed):
    robust_program = subject("adversarial.robust_program")
    X, y, epsilon, loss = case
    rng = np.random.default_rng(seed)
    patterns, weights = stable_weights(X, epsilon, rng)
    blocks = np.stack([weights.positive, weights.negative])
    for reg in (0.01, 0.3, 3.0):
        program = robust_program(X, y, patterns.masks, reg, epsilon, loss=loss)
        P, n, k, K = len(patterns), len(X), len(program.box), len(program.radii)
        count = 2 * P * len(program.rows) + 4 * P * k + 2 * n * K
        count += 2 * n * (loss == "hinge")
        q = rng.exponential(size=count) * 10.0 ** rng.uniform(-3, 3, count)
        bound, norms = program.dual(rng.uniform(0, 1, n), q)
        rival = value(blocks, X, y, patterns.masks, reg, epsilon, loss)
        assert bound <= rival * (1 + 1e-9)
        assert norms.shape == (2, P)
        assert norms.max() <= reg * (1 + 1e-9)
        zero = value(0 * blocks, X, y, patterns.masks, reg, epsilon, loss)
        assert bound <= zero * (1 + 1e-9)


@pytest.mark.prop("P8.41", "any multipliers give a lower bound")
@pytest.mark.parametrize("loss", LOSSES)
def test_no_sharper_bound_than_the_optimum(subject, loss):
    """One sample, one pattern: the optimum by a fine grid."""
    robust_program = subject("adversarial.robust_program")
    X, y, mask = np.array([[2.0]]), np.array([1.0]), np.array([[True]])
    program = robust_program(X, y, mask, 0.5, 0.5, loss=loss)
    grid = np.linspace(0, 2, 20001)
    worst = np.maximum(loss_of(1.5 * grid, 1.0, loss), loss_of(2.5 * grid, 1.0, loss))
    optimum = (worst + 0.5 * grid).min()
    rng = np.random.default_rng(0)
    count = 2 + 4 + 2 * len(program.radii) + 2 * (loss == "hinge")
    bounds = []
    for _ in range(4000):
        q = 10.0 ** rng.uniform(-4, 1, count)
        bounds.append(program.dual(rng.uniform(0, 1, 1), q)[0])
    assert max(bounds) <= optimum * (1 + 1e-6)
    assert max(bounds) >= 0.9 * optimum, "a bound that is true and useless"


@pytest.mark.prop("P8.42", "the slacks are those of the constraints, and affine")
@given(case=boxed_data(), seed=strategies.seeds)
def test_slacks_are_those_of_the_constraints(subject, case, seed):
    robust_program = subject("adversarial.robust_program")
    X, y, epsilon, loss = case
    rng = np.random.default_rng(seed)
    patterns, _ = stable_weights(X, epsilon, rng)
    program = robust_program(X, y, patterns.masks, 0.3, epsilon, loss=loss)
    P, n, d = len(patterns), *X.shape
    k, K, kinks = len(program.box), len(program.radii), n * (loss == "hinge")
    w, a = rng.standard_normal((2, P, d)), rng.standard_normal((2, P, k))
    c, e = rng.standard_normal((n, K)), rng.standard_normal(kinks)
    cones, block, sample, kink = program.split(program.slacks(w, a, c, e))
    side = np.where(patterns.masks, 1.0, -1.0)
    live = X.any(axis=1) | bool(epsilon.any())
    reach = (a * epsilon[epsilon > 0]).sum(axis=-1)
    expected = (side * (w @ X.T) - reach[..., None])[..., live]
    assert cones == pytest.approx(expected, abs=1e-12)
    assert block == pytest.approx(
        np.stack([a - w[..., epsilon > 0], a + w[..., epsilon > 0]]), abs=1e-12
    )
    g = patterns.masks.T.astype(float) @ (w[0] - w[1])
    f = np.array([x @ slope for x, slope in zip(X, g, strict=True)])
    slopes = g[:, epsilon > 0]
    if loss == "squared":
        slopes = np.column_stack([slopes, f - y])
    assert sample == pytest.approx(np.stack([c - slopes, c + slopes]), abs=1e-12)
    z = 1 - y * f + c @ epsilon[epsilon > 0] if loss == "hinge" else np.zeros(0)
    assert kink == pytest.approx(np.stack([e, e - z]), abs=1e-12)
    # affine: halfway slacks are the mean, and a direction has no constants
    zero = program.slacks(0 * w, 0 * a, 0 * c, 0 * e)
    along = program.slacks(w, a, c, e, at=0.0)
    assert program.slacks(w, a, c, e) - zero == pytest.approx(along, abs=1e-12)


@pytest.mark.prop("I8.40", "the program refuses bad input by name")
@pytest.mark.parametrize(
    "change, named",
    [
        ({"X": [[2.0], [np.nan]]}, "X"),
        ({"y": [1.0]}, "y"),
        ({"y": [1.0, 0.5], "loss": "hinge"}, "y"),
        ({"masks": np.ones((1, 3), dtype=bool)}, "masks"),
        ({"reg": 0.0}, "reg"),
        ({"epsilon": radii_with_bias(0.1, 3)}, "epsilon"),
    ],
)
def test_program_refuses(subject, change, named):
    robust_program = subject("adversarial.robust_program")
    good = {
        "X": [[2.0], [-2.0]], "y": [1.0, -1.0], "masks": np.array([[True, False]]),
        "reg": 0.1, "epsilon": 0.5, "loss": "squared",
    }  # fmt: skip
    given_ = good | change
    with pytest.raises(ValueError, match=named):
        robust_program(
            *(given_[k] for k in ("X", "y", "masks", "reg", "epsilon")),
            loss=given_["loss"],
        )
