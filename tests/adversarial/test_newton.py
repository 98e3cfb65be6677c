"""Properties of the robust program's Newton system, against a dense assembly."""

import numpy as np
import pytest
from hypothesis import given

from reference.activation_patterns import enumerate_patterns
from reference.adversarial import robust_program
from reference.convex_relu import scale_cones
from tests import strategies
from tests.adversarial.oracle import LOSSES, boxed_data


def columns(function, shapes):
    """Return the matrix of a linear function of several arrays."""
    found = []
    for i, shape in enumerate(shapes):
        for unit in np.eye(int(np.prod(shape))):
            parts = [np.zeros(s) for s in shapes]
            parts[i] = unit.reshape(shape)
            found.append(function(*parts))
    return np.array(found).T


@pytest.mark.prop("P8.43", "the step solves the linearised optimality conditions")
@given(case=boxed_data(max_rows=3), seed=strategies.seeds)
def test_step_solves_the_dense_system(subject, case, seed):
    robust_newton = subject("adversarial.robust_newton")
    X, y, epsilon, loss = case
    if not X.any():
        return
    rng = np.random.default_rng(seed)
    program = robust_program(X, y, enumerate_patterns(X).masks, 0.3, epsilon, loss=loss)
    P, n, d = len(program.D), *X.shape
    k, K, kinks = len(program.box), len(program.radii), n * (loss == "hinge")
    shapes = (2, P, d), (2, P, k), (n, K), (kinks,)
    x = rng.standard_normal((2, P, d + 1))
    x[..., 0] = np.linalg.norm(x[..., 1:], axis=-1) + rng.uniform(0.1, 2, (2, P))
    zeta = rng.standard_normal((2, P, d))
    share = rng.uniform(0, 0.9, (2, P, 1)) / np.linalg.norm(zeta, axis=-1)[..., None]
    z = 0.3 * np.concatenate([np.ones((2, P, 1)), share * zeta], axis=-1)
    cones = scale_cones(x, z)
    at, p = rng.standard_normal(n), rng.uniform(0.1, 0.9, n)
    slack_rows = columns(lambda *parts: program.slacks(*parts, at=0.0), shapes)
    theta = rng.uniform(0.1, 3, len(slack_rows))
    target, target_z = rng.uniform(0, 2, len(theta)), rng.standard_normal(x.shape)
    dw, da, dc, de, dp = robust_newton(program, at, p, theta, cones)(target, target_z)

    step = np.concatenate([part.ravel() for part in (dw, da, dc, de)])
    after = target - theta * (slack_rows @ step)  # q + Δq
    dz = columns(
        lambda w, a, c, e: program.argument(program.outputs(w, 0.0)[0], c, 0.0), shapes
    )
    gradient = -slack_rows.T @ after
    if loss == "hinge":  # the objective is the sum of e
        gradient[len(gradient) - n :] += 1.0
    else:
        gradient += dz.T @ (p + dp)
    zeta = (z + cones.changes(dw, target_z)[1])[..., 1:]
    gradient[: dw.size] -= zeta.ravel()
    size = 1 + np.abs(slack_rows.T).sum() * np.abs(after).max()
    assert gradient == pytest.approx(np.zeros(len(gradient)), abs=1e-9 * size)
    change = dz @ step
    slope = {
        "squared": at + change,
        "hinge": after[len(after) - n :],
        "logistic": p + p * (1 - p) * (at + change - np.log(p / (1 - p))),
    }[loss]
    assert p + dp == pytest.approx(slope, abs=1e-9 * size)


@pytest.mark.prop("P8.43", "the step solves the linearised optimality conditions")
@pytest.mark.parametrize("loss", LOSSES)
def test_no_product_of_the_step_is_left(subject, loss):
    """Two solves with one factor: the second target changes the step linearly."""
    robust_newton = subject("adversarial.robust_newton")
    rng = np.random.default_rng(3)
    X, y = rng.standard_normal((3, 2)), np.array([1.0, -1.0, 1.0])
    masks = enumerate_patterns(X).masks
    program = robust_program(X, y, masks, 0.5, 0.1, loss=loss)
    x = np.concatenate(
        [np.full((2, len(masks), 1), 3.0), np.ones((2, len(masks), 2))], -1
    )
    cones = scale_cones(x, 0.5 * x / 3.0)
    p = np.full(3, 0.4)
    count = 2 * len(masks) * (3 + 4) + 6 * len(program.radii) + 6 * (loss == "hinge")
    solve = robust_newton(program, np.zeros(3), p, rng.uniform(0.5, 2, count), cones)
    targets = rng.uniform(0, 1, (2, count))
    steps = [solve(t, np.zeros_like(x)) for t in (*targets, targets.mean(axis=0))]
    for first, second, middle in zip(*steps, strict=True):
        assert middle == pytest.approx((first + second) / 2, abs=1e-10)
