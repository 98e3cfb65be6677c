"""Properties of the queries, each against its definition."""

import numpy as np
import pytest

from reference.activation_patterns import sample_patterns
from reference.cutting_plane import TwoLayerModel
from tests.cutting_plane.oracle import Seller, arms, lifted_output


def scores(query, X, patterns, run, k):
    """What the query wants small after k labels, by its definition."""
    theta = run.centers[run.history[k - 1].center]
    f = lifted_output(X, patterns.gates, theta)
    if query == "min_margin":
        return [np.abs(f)]
    if query == "max_margin":
        return [-np.abs(f)]
    if query == "extremes":
        return [f, -f]
    return [np.abs(f) / widths(X, patterns, run, theta, k)]


def widths(X, patterns, run, theta, k):
    """sqrt(a' H^{-1} a) with the dense Hessian of ball, cones and cuts."""
    model, at = TwoLayerModel(X, patterns.gates), run.queried[:k]
    C, F = model.dense(at)
    z = theta.ravel()
    rows = np.vstack([C, run.cuts.labels[:k, None] * F])
    H = (rows / (rows @ z)[:, None]).T @ (rows / (rows @ z)[:, None])
    q = 1 - z @ z
    H += 2 * np.eye(len(z)) / q + 4 * np.outer(z, z) / q**2
    A = model.dense(np.arange(len(X)))[1]
    return np.sqrt(np.einsum("ij,ij->i", A, np.linalg.solve(H, A.T).T))


@pytest.mark.prop("P12.17", "each query is the best of those not bought, by definition")
@pytest.mark.parametrize(
    "query", ["min_margin", "max_margin", "extremes", "local_margin"]
)
def test_queries(subject, query):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=8, num_gates=15)
    seller = Seller(y)
    rng = np.random.default_rng(0)
    run = active_learn(X, seller, patterns, budget=7, rng=rng, query=query)
    k = 2 if query == "extremes" else 1
    while k < 7:
        bought = list(run.queried[:k])
        for score in scores(query, X, patterns, run, k):
            if k == 7:
                break
            free = np.setdiff1d(np.arange(len(X)), bought)
            got = score[run.queried[k]]
            assert got <= score[free].min() + 1e-3 * np.abs(score[free]).max()
            bought.append(run.queried[k])
            k += 1
    assert seller.sold == run.queried.tolist()


@pytest.mark.prop("P12.17", "local margins of inputs of different lengths")
def test_local_margins(subject):
    active_learn = subject("cutting_plane.active_learn")
    rng = np.random.default_rng(5)
    X = rng.standard_normal((30, 2)) * 10.0 ** rng.uniform(-1.0, 1.0, (30, 1))
    X = np.column_stack([X, np.ones(30)])
    y = np.where(X[:, 0] > 0.3 * X[:, 1] - 0.2, 1.0, -1.0)
    patterns = sample_patterns(X, 20, rng=rng)
    run = active_learn(
        X, lambda i: y[i], patterns, budget=12, rng=rng, query="local_margin"
    )
    for k in range(1, 12):
        (score,) = scores("local_margin", X, patterns, run, k)
        free = np.setdiff1d(np.arange(30), run.queried[:k])
        got = score[run.queried[k]]
        assert got <= score[free].min() + 1e-6 * np.abs(score[free]).max(), k


@pytest.mark.prop("P12.17", "the two ends are two samples, where all outputs are equal")
def test_two_ends_are_two_samples(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=2, num_gates=6)
    for seed in range(12):
        rng = np.random.default_rng(seed)
        run = active_learn(X, Seller(y), patterns, budget=2, rng=rng, query="extremes")
        assert [record.center for record in run.history] == [1, 1]


@pytest.mark.prop(
    "P12.17", "extremes buys two labels a round, and one when one is left"
)
def test_extremes_rounds(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=4, num_gates=12)
    rng = np.random.default_rng(0)
    run = active_learn(X, Seller(y), patterns, budget=7, rng=rng, query="extremes")
    assert [record.center for record in run.history] == [1, 1, 2, 2, 3, 3, 4]
    assert len(run.centers) == 5
    run = active_learn(
        X, Seller(y), patterns, budget=8, rng=rng, query="extremes", initial=[0]
    )
    assert [record.center for record in run.history] == [1, 2, 2, 3, 3, 4, 4, 5]
    assert sorted(run.queried.tolist()) == list(range(8))


@pytest.mark.prop(
    "P12.17", "before the first label nothing is known: the first is random"
)
@pytest.mark.parametrize("query", ["min_margin", "extremes", "random", "max_margin"])
def test_first_query(subject, query):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=8, num_gates=10)
    first = []
    for seed in range(40):
        rng = np.random.default_rng(seed)
        run = active_learn(X, Seller(y), patterns, budget=1, rng=rng, query=query)
        first.append(int(run.queried[0]))
        assert run.history[0].output == 0.0
        assert run.history[0].mistake, "undecided counts as a mistake"
    assert len(set(first)) > 10
    assert first.count(0) < 10


@pytest.mark.prop("P12.17", "random queries do not look: the same for any labels")
def test_random_queries(subject):
    active_learn = subject("cutting_plane.active_learn")
    X, y, patterns = arms(m=6, num_gates=40)
    orders = []
    for labels in (y, -y, np.ones(12)):
        rng = np.random.default_rng(3)
        seller = Seller(labels)
        active_learn(X, seller, patterns, budget=12, rng=rng, query="random")
        orders.append(seller.sold)
    assert orders[0] == orders[1] == orders[2]
    assert sorted(orders[0]) == list(range(12))
