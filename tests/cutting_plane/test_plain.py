"""Properties of the plain loop and its centre."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.analytic_center import relu_center
from reference.cutting_plane import active_learn
from tests import strategies
from tests.cutting_plane.oracle import (
    Seller,
    arms,
    conic_center,
    lifted_output,
    network_output,
    pool,
)


def normal_steps(A, b, z):
    """The gradient of the barrier at z in its own metric: the Newton decrement."""
    W = A / (b - A @ z)[:, None]
    g = W.sum(axis=0)
    return float(np.sqrt(g @ np.linalg.solve(W.T @ W, g)))


@pytest.mark.prop(
    "P12.8", "the centre of cones, cuts and box is CVXPY's", stage="plain"
)
@settings(max_examples=6)
@given(seed=strategies.seeds, k=st.integers(1, 4))
def test_plain_center_is_the_centre(subject, seed, k):
    plain_cut_center = subject("cutting_plane.plain_cut_center")
    X, patterns, y, _ = pool(seed, k, 2)
    u, v = plain_cut_center(X, y, patterns.masks, patterns.gates)
    args = (X, patterns.masks, X, patterns.masks, -y, np.zeros(k), 1.0)
    want = conic_center(*args, box=True)
    np.testing.assert_allclose(np.stack([u, v]), want, atol=2e-4)


@pytest.mark.prop(
    "P12.8", "the centre of one sample and one gate is known", stage="plain"
)
def test_plain_center_by_hand(subject):
    plain_cut_center = subject("cutting_plane.plain_cut_center")
    one = np.array([[1.0]])
    u, v = plain_cut_center(one, np.array([1.0]), one > 0, one)
    # log(u - v) + log u + log v + log(1 - u^2) + log(1 - v^2): both derivatives vanish
    u, v = float(u[0, 0]), float(v[0, 0])
    assert 1 / (u - v) + 1 / u - 2 * u / (1 - u * u) == pytest.approx(0, abs=1e-4)
    assert -1 / (u - v) + 1 / v - 2 * v / (1 - v * v) == pytest.approx(0, abs=1e-4)
    assert 0 < v < u < 1


@pytest.mark.prop(
    "P12.8", "the centre is where the structured one is, in the box", stage="plain"
)
@pytest.mark.parametrize("seed", range(4))
def test_plain_center_is_the_structured_one(subject, seed):
    plain_cut_center = subject("cutting_plane.plain_cut_center")
    X, patterns, y, _ = pool(seed, 5, 3)
    u, v = plain_cut_center(X, y, patterns.masks, patterns.gates)
    cuts = (X, y, np.zeros(5))
    want = relu_center(X, patterns.masks, patterns.gates, cuts, box=1.0).point
    np.testing.assert_allclose(np.stack([u, v]), want, atol=1e-4)


@pytest.mark.prop(
    "P12.1", "after every label the centre is right on all bought", stage="plain"
)
@pytest.mark.parametrize("seed", range(3))
def test_plain_is_consistent(subject, seed):
    plain_active_learn = subject("cutting_plane.plain_active_learn")
    X, patterns, y, _ = pool(seed, 6, 2)
    for budget in (1, 3, 6):
        rng = np.random.default_rng(seed)
        seller = Seller(y)
        u, v, queried = plain_active_learn(
            X, seller, patterns.masks, patterns.gates, budget, rng=rng
        )
        assert seller.sold == queried.tolist()
        assert len(set(seller.sold)) == budget
        theta = np.stack([u, v])
        net = network_output(X, theta)[queried]
        assert (y[queried] * net > 0).all(), y[queried] * net
        lifted = lifted_output(X, patterns.gates, theta)[queried]
        np.testing.assert_allclose(net, lifted, atol=1e-9)
        assert np.abs(theta).max() < 1


@pytest.mark.prop(
    "P12.17", "each query is the least decided of those not bought", stage="plain"
)
def test_plain_queries(subject):
    plain_active_learn = subject("cutting_plane.plain_active_learn")
    X, y, patterns = arms(m=8, num_gates=12)
    bought, before = [], None
    for budget in (1, 2, 3, 4, 5):
        rng = np.random.default_rng(1)
        u, v, queried = plain_active_learn(
            X, lambda i: y[i], patterns.masks, patterns.gates, budget, rng=rng
        )
        assert queried[:-1].tolist() == bought, "the same generator, the same start"
        if budget > 1:
            f = np.abs(lifted_output(X, patterns.gates, before))
            free = np.setdiff1d(np.arange(len(X)), bought)
            least = free[f[free].argmin()]
            said = f"of those not bought sample {least} is the least decided"
            assert f[queried[-1]] <= f[least] * (1 + 1e-6), said
        bought, before = queried.tolist(), np.stack([u, v])
    first = {
        int(
            plain_active_learn(
                X, lambda i: y[i], patterns.masks, patterns.gates, 1,
                rng=np.random.default_rng(k),
            )[2][0]
        )
        for k in range(8)
    }  # fmt: skip
    assert len(first) > 3, "the first query is a random one: all outputs are zero"


@pytest.mark.prop(
    "P12.9", "where plain succeeds both loops are right on what they buy", stage="plain"
)
def test_plain_beside_robust(subject):
    plain_active_learn = subject("cutting_plane.plain_active_learn")
    X, y, patterns = arms(m=8, num_gates=20)
    rng = np.random.default_rng(0)
    _, _, queried = plain_active_learn(
        X, lambda i: y[i], patterns.masks, patterns.gates, 6, rng=rng
    )
    run = active_learn(X, lambda i: y[i], patterns, budget=6, rng=rng, initial=queried)
    assert run.queried.tolist() == queried.tolist()
    assert (y * run.network(X) > 0)[queried].all()


@pytest.mark.prop("P12.9", "a repeated row stops plain, and not the robust loop")
def test_plain_is_not_enough(subject):
    active_learn = subject("cutting_plane.active_learn")
    from reference.cutting_plane import plain_active_learn

    X, patterns, y, rng = pool(0, 5, 2)
    X = np.vstack([X, X[:1]])  # the same review twice, and the same label
    y = np.append(y, y[0])
    masks = patterns.extend(X)
    with pytest.raises(np.linalg.LinAlgError):
        plain_active_learn(X, lambda i: y[i], masks, patterns.gates, 6, rng=rng)
    patterns = type(patterns)(masks, patterns.gates)
    run = active_learn(X, lambda i: y[i], patterns, budget=6, rng=rng)
    assert (y * run.network(X) > 0).all()
