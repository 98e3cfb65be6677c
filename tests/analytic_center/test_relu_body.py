"""The block body against explicit rows and finite differences; its memory."""

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from scipy.linalg import solve_triangular

from reference.analytic_center import relu_center
from reference.analytic_center.relu_body import lower_inverses
from tests import strategies
from tests.analytic_center.oracle import dense_rows, patterns, problems


def a_body(problem):
    X, masks, gates, cuts, base = problem
    center = relu_center(X, masks, gates, None, **base)
    free = (cuts[0], cuts[1], np.abs(cuts[2]) + 100.0)
    body = relu_center(X, masks, gates, free, start=center.point, **base).body
    return body, center.point, dense_rows(X, masks, gates, free)


@pytest.mark.parametrize("d", [1, 2, 3, 12])
def test_inverses_of_triangles(d):
    rng = np.random.default_rng(d)
    L = np.tril(rng.standard_normal((30, d, d)), -1)
    L += np.exp(rng.uniform(-9, 9, (30, d)))[:, None] * np.eye(d)
    want = [solve_triangular(triangle, np.eye(d), lower=True) for triangle in L]
    np.testing.assert_allclose(lower_inverses(L), want, rtol=1e-9)
    assert lower_inverses(L[:0]).shape == (0, d, d)


@given(problem=problems(), seed=strategies.seeds)
def test_products_with_the_rows(problem, seed):
    body, theta, (A, b) = a_body(problem)
    k = len(body.cuts.offsets)
    C, c = A[len(b) - k :], b[len(b) - k :]
    rng = np.random.default_rng(seed)
    v, y = rng.standard_normal(theta.shape), rng.standard_normal(k)
    np.testing.assert_allclose(body.rows(v), C @ v.ravel(), atol=1e-9)
    np.testing.assert_allclose(body.adjoint(y).ravel(), C.T @ y, atol=1e-9)
    np.testing.assert_allclose(body.slacks(theta), c - C @ theta.ravel(), atol=1e-9)
    norms = np.linalg.norm(C, axis=1)
    np.testing.assert_allclose(body.row_norms(), np.where(norms > 0, norms, 1.0))
    cones = -(A[: len(b) - k] @ theta.ravel())
    walls = body.signed_slacks(theta)
    got = body.signs * walls[..., : len(body.X)]
    np.testing.assert_allclose(got.ravel(), cones, atol=1e-9)
    if np.isfinite(body.box):  # behind the cones: theta < box, then -theta < box
        want = np.concatenate([body.box - theta, body.box + theta], axis=2)
        np.testing.assert_allclose(walls[..., len(body.X) :], want, atol=1e-9)


@given(problem=problems(), seed=strategies.seeds)
def test_gradient_and_hessian_are_the_dense_ones(problem, seed):
    body, theta, (A, b) = a_body(problem)
    z, k = theta.ravel(), len(body.cuts.offsets)
    s = b - A @ z
    cone_rows = len(b) - k
    g = (A[:cone_rows] / s[:cone_rows, None]).sum(0)
    H = (A / s[:, None]).T @ (A / s[:, None])
    if np.isfinite(body.radius):
        q = body.radius**2 - z @ z
        g = g + 2 * z / q
        H = H + 2 * np.eye(len(z)) / q + 4 * np.outer(z, z) / q**2
    if np.isfinite(body.box):
        up, low = 1 / (body.box - z), 1 / (body.box + z)
        g, H = g + up - low, H + np.diag(up**2 + low**2)
    rng = np.random.default_rng(seed)
    y = rng.standard_normal(k)
    g = g + A[cone_rows:].T @ y
    gradient = body.gradient(theta, y)
    np.testing.assert_allclose(gradient.ravel(), g, rtol=1e-7, atol=1e-7)
    v = rng.standard_normal(theta.shape)
    x = body.factor(theta, s[cone_rows:])(v).ravel()
    np.testing.assert_allclose(H @ x, v.ravel(), rtol=1e-6, atol=1e-6)


@pytest.mark.parametrize("cuts", [0, 50])
def test_memory_grows_with_the_blocks_not_with_their_square(cuts):
    rng = np.random.default_rng(0)
    X = rng.standard_normal((20, 5))
    masks, gates = patterns(X, 400, rng)
    w = rng.standard_normal(gates.shape)
    rows = rng.standard_normal((cuts, 5))
    labels = np.where(((rows @ w.T) * (rows @ gates.T >= 0)).sum(1) >= 0, 1, -1)
    variables = 2 * gates.size
    tracemalloc.start()
    center = relu_center(X, masks, gates, (rows, labels, np.zeros(cuts)), radius=1.0)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert center.point.shape == (2, *gates.shape)
    assert variables >= 3000
    dense_hessian = 8 * variables**2
    assert peak < dense_hessian / 5, f"{peak / 1e6:.0f} MB"
