"""Starts from before: the loose walls against explicit rows, and what they save."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given

from companion_data.synthetic import harder_spiral
from reference.analytic_center import relu_center as reference_center
from reference.analytic_center.loose_walls import loosened
from reference.analytic_center.relu_body import ReluBody
from tests import strategies
from tests.analytic_center.oracle import patterns, problems


def a_loose_body(problem, rng):
    """A body whose cuts hold, a start with some blocks outside, what is loose."""
    X, masks, gates, cuts, base = problem
    free = (cuts[0], cuts[1], np.abs(cuts[2]) + 100.0)
    center = reference_center(X, masks, gates, free, **base)
    start = center.point.copy()
    outside = rng.random(start.shape[:2]) < 0.3
    start[outside] *= -1.0
    found = loosened(replace(center.body, pull=0.5), start, 1.0)
    return found, start, outside


@given(problem=problems(), seed=strategies.seeds)
def test_loose_walls_are_rows(problem, seed):
    rng = np.random.default_rng(seed)
    found, start, outside = a_loose_body(problem, rng)
    walls = len(problem[0][problem[0].any(axis=1)])
    if found is None:
        assert 2 * outside.sum() * walls >= outside.size * walls or not walls
        return
    body, first = found
    k = len(body.cuts.offsets)
    cones = np.arange(len(body.walls)) < len(body.X)
    np.testing.assert_array_equal(body.loose, outside[..., None] & cones)
    assert (first > 0).all()
    np.testing.assert_allclose(first[:k], body.slacks(start)[:k])  # these hold

    rows = []  # C and the loose walls, one by one, over theta
    for mask, x in zip(body.cut_masks, body.cuts.rows, strict=True):
        rows.append(np.outer(mask, x).ravel())
    for half, block, column in np.argwhere(body.loose):
        row = np.zeros(start.shape)
        row[half, block] = -body.signs[block, column] * body.X[column]
        rows.append(row.ravel())
    A = np.array(rows).reshape(-1, start.size)
    v, y = rng.standard_normal(start.shape), rng.uniform(0.5, 2.0, len(A))
    np.testing.assert_allclose(body.rows(v), A @ v.ravel(), atol=1e-9)
    np.testing.assert_allclose(body.adjoint(y).ravel(), A.T @ y, atol=1e-9)
    b = np.append(body.cuts.offsets, np.zeros(len(A) - k))
    np.testing.assert_allclose(body.slacks(start), b - A @ start.ravel(), atol=1e-9)

    theta = np.where(outside[..., None], -start, start)  # inside the kept walls
    base = replace_walls(body, theta, outside)
    H = base + (A * y[:, None] ** 2).T @ A
    solve = body.factor(theta, 1 / y)
    np.testing.assert_allclose(H @ solve(v).ravel(), v.ravel(), atol=1e-6)


def replace_walls(body, theta, outside):
    """The Hessian of the base by its definition, blocks outside without cones."""
    D, d = theta.size, theta.shape[2]
    H = 0.5 * np.eye(D)
    for n, at in enumerate(np.ndindex(outside.shape)):
        here = slice(n * d, (n + 1) * d)
        for j, wall in enumerate(body.walls):
            if j >= len(body.X) or not outside[at]:
                slack = wall @ theta[at] + body.reach[j]
                H[here, here] += np.outer(wall, wall) / slack**2
    if np.isfinite(body.radius):
        q, z = body.radius**2 - (theta**2).sum(), theta.ravel()
        H += 2 / q * np.eye(D) + 4 / q**2 * np.outer(z, z)
    return H


def test_a_start_that_says_nothing_is_not_used():
    rng = np.random.default_rng(0)
    X = rng.standard_normal((6, 3))
    masks, gates = patterns(X, 4, rng)
    center = reference_center(X, masks, gates, None, box=1.0)
    assert loosened(center.body, 0 * center.point, 1.0) is None
    assert loosened(center.body, -center.point, 1.0) is None
    assert loosened(center.body, 1e-12 * center.point, 1.0) is None
    body, _ = loosened(center.body, center.point, 1.0)
    assert not body.loose.any()


@pytest.mark.parametrize("base", [{"radius": 1.0}, {"box": 1.0}])
def test_every_factor_from_a_start_is_counted(base, monkeypatch):
    rng, count = np.random.default_rng(0), []
    X = rng.standard_normal((12, 3))
    masks, gates = patterns(X, 10, rng)
    before = reference_center(X[:11], masks[:, :11], gates, None, **base)
    factor = ReluBody.factor
    monkeypatch.setattr(ReluBody, "factor", lambda *a: count.append(1) or factor(*a))
    cuts = X[11:], [1.0], [0.0]
    after = reference_center(X, masks, gates, cuts, start=before.point, **base)
    assert len(count) == after.newton_steps > 1


@pytest.mark.parametrize("base", [{"radius": 1.0}, {"box": 1.0}])
@pytest.mark.prop("P2.30", "a label more, its row and its cut: a few steps from before")
def test_a_label_more(subject, base):
    relu_center = subject("analytic_center.relu_center")
    rng = np.random.default_rng(0)
    X, y = harder_spiral(60, 1.5)
    order = rng.permutation(len(X))
    X, y = X[order], y[order]
    masks, gates = patterns(X, 140, rng)
    steps, point = [], None
    for k in range(80, 96):
        cuts = X[:k], y[:k], np.zeros(k)
        center = relu_center(X[:k], masks[:, :k], gates, cuts, start=point, **base)
        point = center.point
        steps.append(center.newton_steps)
    assert np.mean(steps[1:]) <= 5.5, steps  # by settling blocks anew it was 10
    np.testing.assert_allclose(
        center.point,
        reference_center(X[:k], masks[:, :k], gates, cuts, **base).point,
        atol=1e-4,
    )
