"""Properties of the centres between two labels."""

import numpy as np
import pytest
from hypothesis import given, settings

from reference.activation_patterns import Patterns
from reference.common import Infeasible
from reference.cutting_plane import descend_relu
from reference.relu_lp import ReluNetwork
from tests import strategies
from tests.cutting_plane.oracle import Seller, arms, conic_center, pool


@pytest.mark.prop("P12.8", "the centre of ball, cones and cuts is CVXPY's")
@settings(max_examples=5)
@given(seed=strategies.seeds)
def test_the_centre_is_the_conic_one(subject, seed):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, rng = pool(seed, 6, 2)
    run = active_learn(X, Seller(y), patterns, budget=4, rng=rng, radius=2.0)
    at = run.queried
    masks = patterns.masks[:, at]
    want = conic_center(X[at], masks, X[at], masks, -y[at], np.zeros(4), 2.0)
    np.testing.assert_allclose(run.centers[-1], want, atol=5e-4)


@pytest.mark.prop("P12.8", "tubes: the centre of ball, cones and both walls is CVXPY's")
@settings(max_examples=4)
@given(seed=strategies.seeds)
def test_the_centre_of_tubes_is_the_conic_one(subject, seed):
    regression = subject("cutting_plane.active_learn_regression")
    X, patterns, _, rng = pool(seed, 6, 2)
    y = 0.3 * rng.standard_normal(6)
    run = regression(X, Seller(y), patterns, budget=3, epsilon=0.2, rng=rng, radius=9.0)
    at = np.repeat(run.queried, 2)
    masks = patterns.masks
    signs = np.tile([1.0, -1.0], 3)
    offsets = signs * y[at] + 0.2
    args = X[run.queried], masks[:, run.queried], X[at], masks[:, at]
    want = conic_center(*args, signs, offsets, 9.0)
    np.testing.assert_allclose(run.centers[-1], want, atol=5e-3)


@pytest.mark.prop("P12.8", "the same label k times, by hand: f^2 = uv = k / (3k + 2)")
@pytest.mark.parametrize("k", [1, 2, 3, 7])
def test_the_centre_of_one_cell_by_hand(subject, k):
    active_learn = subject("cutting_plane.active_learn")
    one = Patterns(np.ones((1, k), dtype=bool), np.ones((1, 1)))
    rng = np.random.default_rng(0)
    run = active_learn(np.ones((k, 1)), Seller(np.ones(k)), one, budget=k, rng=rng)
    u, v = run.centers[-1].ravel()
    # k cuts and 2 k cone rows: (c - s)^2 = cs, r^2 = 3 k / (3 k + 2)
    assert u * v == pytest.approx(k / (3 * k + 2), rel=1e-4)
    assert (u - v) ** 2 == pytest.approx(u * v, rel=1e-3)
    if k == 1:
        want = [(1 + 5**-0.5) / 2, (1 - 5**-0.5) / 2]
        np.testing.assert_allclose([u, v], want, rtol=1e-4)


@pytest.mark.prop(
    "P12.8", "labels alone: the norm of the centre is R sqrt(N / (N + 2))"
)
@pytest.mark.parametrize("radius", [1e-3, 1.0, 50.0])
def test_the_radius_is_no_matter(subject, radius):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, _ = pool(2, 7, 3)

    def run(radius):
        rng = np.random.default_rng(4)
        return active_learn(X, Seller(y), patterns, budget=5, rng=rng, radius=radius)

    got, unit = run(radius), run(None)
    assert got.queried.tolist() == unit.queried.tolist()
    np.testing.assert_allclose(got.centers[-1], radius * unit.centers[-1], rtol=1e-4)
    N = 5 * (1 + 2 * len(patterns))  # slacks, each of degree one
    assert np.linalg.norm(unit.centers[-1]) == pytest.approx(np.sqrt(N / (N + 2)))


@pytest.mark.prop("P12.16", "every centre is right on all bought, and inside its walls")
@pytest.mark.parametrize("center", ["analytic", "chebyshev", "centroid"])
@pytest.mark.parametrize("linear", [True, False])
def test_every_centre_is_consistent(subject, center, linear):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, rng = pool(5, 5, 2)
    if linear:
        patterns, y = None, np.sign(X @ [1.0, 0.2])
    else:
        most = np.argsort(-patterns.masks.sum(axis=1), kind="stable")[:3]
        patterns = Patterns(patterns.masks[most], patterns.gates[most])
    run = active_learn(
        X, Seller(y), patterns, budget=3, rng=rng, center=center, radius=2.0
    )
    for record, theta in zip(run.history, run.centers[1:], strict=True):
        assert np.isfinite(theta).all()
        size = np.linalg.norm(theta) if center == "analytic" else np.abs(theta).max()
        assert size < 2.0
        assert record.radius == 2.0
    at = run.queried
    for k in range(1, 4):
        assert (y * run.network_after(k)(X) > 0)[at[:k]].all()


@pytest.mark.prop("P12.4", "an input at which all gates are silent cannot be labelled")
@pytest.mark.parametrize("center", ["analytic", "chebyshev", "centroid"])
def test_silent_input(subject, center):
    active_learn = subject("cutting_plane.active_learn")
    X = np.array([[1.0, 0.0], [-1.0, 0.5]])
    gates = np.array([[1.0, 0.0], [1.0, 1.0]])
    patterns = Patterns(gates @ X.T >= 0, gates)
    assert not patterns.masks[:, 1].any()
    rng = np.random.default_rng(0)
    with pytest.raises(Infeasible, match=r"contradict each other: 1\.") as caught:
        active_learn(
            X, Seller([1.0, 1.0]), patterns, budget=2, rng=rng, center=center,
            initial=[0, 1],
        )  # fmt: skip
    np.testing.assert_allclose(caught.value.certificate, [0, 1])


@pytest.mark.prop("P12.16", "Chebyshev's centre and the centroid of a wedge are known")
def test_centres_by_hand(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y = np.eye(2), np.array([1.0, 1.0])  # both weights positive: a square remains

    def centre(kind):
        rng = np.random.default_rng(0)
        run = active_learn(X, Seller(y), None, budget=2, rng=rng, center=kind)
        return run.centers[-1]

    np.testing.assert_allclose(centre("chebyshev"), [0.5, 0.5], atol=1e-9)
    np.testing.assert_allclose(centre("centroid"), [0.5, 0.5], atol=0.02)
    # log t1 + log t2 + log(1 - t1^2 - t2^2) is largest at t = 1/2
    np.testing.assert_allclose(centre("analytic"), [0.5, 0.5], atol=1e-4)


@pytest.mark.prop(
    "P12.16", "a callable makes the network: it sees what was bought only"
)
def test_callable_centre(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=6, num_gates=20)
    seen = []

    def fit(X_bought, y_bought, known):
        seen.append((X_bought, y_bought, known))
        mean = y_bought @ X_bought
        return ReluNetwork(np.column_stack([mean, -mean]), [1.0, -1.0])

    seller = Seller(y)
    rng = np.random.default_rng(0)
    run = active_learn(X, seller, patterns, budget=4, rng=rng, center=fit)
    assert run.weights is None
    assert run.labels_bought == 4
    for k, (rows, labels, known) in enumerate(seen, 1):
        np.testing.assert_array_equal(rows, X[seller.sold[:k]])
        np.testing.assert_array_equal(labels, y[seller.sold[:k]])
        np.testing.assert_array_equal(known.masks, patterns.masks[:, seller.sold[:k]])
    f = np.abs(X @ (seen[2][1] @ seen[2][0]))  # the third network asks the fourth
    f[seller.sold[:3]] = np.inf
    assert seller.sold[3] == f.argmin()
    np.testing.assert_allclose(run.network(X), X @ (seen[3][1] @ seen[3][0]))


@pytest.mark.prop(
    "P12.16", "a network trained by gradients may be wrong on what it knows"
)
def test_gradients_promise_nothing(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(turns=1.5, m=15, num_gates=150)
    rng = np.random.default_rng(0)
    cuts = active_learn(X, Seller(y), patterns, budget=20, rng=rng)
    assert (y * cuts.network(X) > 0)[cuts.queried].all()

    def descend(X_bought, y_bought, _):
        gen = np.random.default_rng(1)
        return descend_relu(X_bought, y_bought, width=8, steps=15, rng=gen)

    run = active_learn(X, Seller(y), patterns, budget=20, rng=rng, center=descend)
    assert not (y * run.network(X) > 0)[run.queried].all()


@pytest.mark.prop("P12.19", "an inexact centre is inside as well: consistency stays")
@pytest.mark.parametrize("tol", [1e-2, 1e-10])
def test_inexact_centres(subject, tol):
    active_learn = subject("cutting_plane.active_learn")
    X, patterns, y, rng = pool(8, 8, 3)
    run = active_learn(X, Seller(y), patterns, budget=8, rng=rng, tol=tol)
    for k in range(1, 9):
        assert (y * run.network_after(k)(X) > 0)[run.queried[:k]].all()


@pytest.mark.prop("P12.16", "too many variables for a walk are refused by name")
def test_walks_have_a_stated_size(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=6, num_gates=30)
    rng = np.random.default_rng(0)
    with pytest.raises(ValueError, match="'centroid' walks in at most 40 variables"):
        active_learn(X, Seller(y), patterns, budget=3, rng=rng, center="centroid")


@pytest.mark.prop("I12.3", "a callable that returns no network is refused")
def test_bad_callable(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, _, patterns = arms(m=4, num_gates=10)
    rng = np.random.default_rng(0)
    for wrong in (None, lambda X: X, lambda X: np.full(len(X), np.nan)):
        with pytest.raises(ValueError, match="center"):
            active_learn(
                X, lambda i: 1, patterns, budget=2, rng=rng,
                center=lambda *_, w=wrong: w,
            )  # fmt: skip
