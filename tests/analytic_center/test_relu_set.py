"""Properties of the analytic centre of a ReLU network's version space."""

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.analytic_center import EmptySet, FlatSet, Polytope, ReluCuts
from reference.analytic_center import relu_set as chapter
from reference.common import NotConverged
from tests import strategies
from tests.analytic_center.oracle import (
    check_center,
    check_certificate,
    dense_rows,
    exact_decrement,
    patterns,
    problems,
)


@pytest.mark.prop("P2.7", "the block version finds the centre of the dense set")
@given(problem=problems())
def test_equals_dense(subject, problem):
    relu_center = subject("analytic_center.relu_center")
    X, masks, gates, cuts, base = problem
    try:
        center = relu_center(X, masks, gates, cuts, **base)
    except FlatSet as error:
        # zero rows, or labels that no weights of these cells can give
        check_certificate(X, masks, gates, cuts, base, error.certificate, 1e-6)
        return
    check_center(X, masks, gates, cuts, base, center)


@pytest.mark.prop("P2.7", "with loose, tight and deep cuts too")
@given(problem=problems(offsets=(-0.3, 0.6)))
def test_equals_dense_with_offsets(subject, problem):
    relu_center = subject("analytic_center.relu_center")
    X, masks, gates, cuts, base = problem
    try:
        center = relu_center(X, masks, gates, cuts, **base)
    except (EmptySet, FlatSet) as error:
        check_certificate(X, masks, gates, cuts, base, error.certificate, 1e-6)
        return
    check_center(X, masks, gates, cuts, base, center)


@pytest.mark.prop("P2.12", "contradictory labels raise FlatSet or EmptySet, certified")
@given(seed=strategies.seeds, offset=st.sampled_from([0.0, -0.1, -1.0]))
def test_contradictions(subject, seed, offset):
    relu_center = subject("analytic_center.relu_center")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((4, 2))
    masks, gates = patterns(X, 4, rng)
    j = next(j for j in range(4) if (gates @ X[j] >= 0).any())  # f(x_j) is not 0
    cuts = X[[j, j]], [1, -1], [offset, offset]
    base = {"radius": 3.0}
    with pytest.raises(EmptySet if offset < 0 else FlatSet) as error:
        relu_center(X, masks, gates, cuts, **base)
    slack = -1e-3 * abs(offset) if offset else 1e-6
    check_certificate(X, masks, gates, cuts, base, error.value.certificate, slack)


@pytest.mark.prop("P2.29", "the size of a ball does not make a set flat")
@pytest.mark.parametrize("offset", [-1.0, 1e-3])  # empty, with room
def test_a_large_ball_decides_nothing(subject, offset):
    relu_center = subject("analytic_center.relu_center")
    X = np.array([[1.0, 1.0], [-2.0, 1.0], [0.5, 1.0]])
    masks, gates = patterns(X, 8, np.random.default_rng(0))
    cuts = X[[0, 0]], [1, -1], [-1.0, 1.0 + offset]
    with pytest.raises((EmptySet, NotConverged)):  # too few digits: not FlatSet
        relu_center(X, masks, gates, cuts, radius=1e12 if offset < 0 else 1e15)


@pytest.mark.prop(
    "P2.7", "a tube too thin for the digits is refused, never answered wrongly"
)
@given(seed=strategies.seeds, log_width=st.floats(-12, -2), box=st.booleans())
def test_thin_tubes(subject, seed, log_width, box):
    relu_center = subject("analytic_center.relu_center")
    rng = np.random.default_rng(seed)
    X, e, t = rng.standard_normal((6, 3)), 10**log_width, 0.01
    masks, gates = patterns(X, 5, rng)
    x = next(x for x in X if (gates @ x >= 0).any())
    cuts = np.array([x, x]), [-1, 1], [t + e, e - t]
    try:
        center = relu_center(
            X, masks, gates, cuts, **({"box": 1.0} if box else {"radius": 2.0})
        )
    except (NotConverged, FlatSet):
        assert e < 1e-5
        return
    A, b = dense_rows(X, masks, gates, cuts)
    assert (b - A @ center.point.ravel()).min() > 0
    above, below = center.slacks
    assert np.isclose(above, below, rtol=0.2)


@pytest.mark.prop("P2.8", "a warm start after new rows and cuts meets the cold start")
@given(problem=problems(), seed=strategies.seeds)
def test_warm_equals_cold(subject, problem, seed):
    relu_center = subject("analytic_center.relu_center")
    X, masks, gates, cuts, base = problem
    rng = np.random.default_rng(seed)
    before = chapter.relu_center(X, masks, gates, None, **base)
    for start in (before.point, 3 * rng.standard_normal(before.point.shape)):
        try:
            center = relu_center(X, masks, gates, cuts, start=start, **base)
        except FlatSet:
            with pytest.raises(FlatSet):
                chapter.relu_center(X, masks, gates, cuts, **base)
            continue
        check_center(X, masks, gates, cuts, base, center)


@pytest.mark.prop("P2.19", "without cuts every output is 0 and u = v")
@given(problem=problems())
def test_symmetry_without_cuts(subject, problem):
    relu_center = subject("analytic_center.relu_center")
    X, masks, gates, _, base = problem
    positive, negative = relu_center(X, masks, gates, ([], [], []), **base).point
    np.testing.assert_allclose(positive, negative, atol=1e-5)


@pytest.mark.prop("P2.19", "turning all labels round swaps u and v")
@given(problem=problems())
def test_label_symmetry(subject, problem):
    relu_center = subject("analytic_center.relu_center")
    X, masks, gates, (rows, labels, offsets), base = problem
    try:
        one = relu_center(X, masks, gates, (rows, labels, offsets), **base)
    except FlatSet:
        return
    other = relu_center(X, masks, gates, (rows, -labels, offsets), **base)
    np.testing.assert_allclose(one.point, other.point[::-1], atol=2e-4)


@pytest.mark.prop("I2.6", "bad arguments are named")
def test_bad_arguments(subject):
    relu_center = subject("analytic_center.relu_center")
    X, gates = np.array([[1.0, 2.0], [3.0, -1.0]]), np.array([[1.0, 0.0], [0.0, 1.0]])
    masks = gates @ X.T >= 0
    walls = np.eye(2), np.ones((2, 2), dtype=bool)  # the gates are on them
    for bad, word in [
        (lambda: relu_center(X, masks, gates, None), "radius"),
        (lambda: relu_center(X, masks, gates, None, radius=0), "radius"),
        (lambda: relu_center(X, masks, gates, None, box=-1.0), "box"),
        (lambda: relu_center(X, ~masks, gates, None, radius=1), "gates"),
        (lambda: relu_center(X, masks[:1], gates, None, radius=1), "gates"),
        (lambda: relu_center(X, masks * 1.0, gates, None, radius=1), "masks"),
        (lambda: relu_center(X[:1], masks, gates, None, radius=1), "masks"),
        (lambda: relu_center(X * np.nan, masks, gates, None, radius=1), "X"),
        (lambda: relu_center(*walls, gates, None, radius=1), "0 at"),
        (lambda: relu_center(X, masks, gates, 3, radius=1), "cuts"),
        (lambda: relu_center(X, masks, gates, (X, [1, 1]), radius=1), "cuts"),
        (lambda: relu_center(X, masks, gates, (X, [1, 2], [0, 0]), radius=1), "labels"),
        (lambda: relu_center(X, masks, gates, (X, [1, 1], [0]), radius=1), "offsets"),
        (lambda: relu_center(X, masks, gates, ([[1.0]], [1], [0]), radius=1), "rows"),
        (lambda: relu_center(X, masks, gates, None, radius=1, start=[1.0]), "start"),
        (lambda: relu_center(X, masks, gates, None, radius=1, tol=-1), "tol"),
    ]:
        with pytest.raises(ValueError, match=word):
            bad()


@pytest.mark.prop("P2.7", "a tiny problem by hand: one row, one cell, one cut")
def test_by_hand(subject):
    relu_center = subject("analytic_center.relu_center")
    # u' > 0, u > 0, u' - u > 0, in a ball; t = u'/R, v = u/R
    center = relu_center(
        [[1.0]], [[True]], [[1.0]], ReluCuts([[1.0]], [1], [0]), radius=5, tol=1e-12
    )
    (up,), (un,) = center.point[:, :, 0]
    assert np.isclose(up**2 + un**2, 25 * 3 / 5, rtol=1e-5)  # m/(m+2), three rows
    q = 25 - up**2 - un**2
    assert np.isclose(1 / up + 1 / (up - un), 2 * up / q, rtol=1e-5)
    assert np.isclose(1 / un - 1 / (up - un), 2 * un / q, rtol=1e-5)


@pytest.mark.parametrize("base", [{"radius": 1.0}, {"box": 1.0}])
@pytest.mark.prop("P2.22", "a cold start costs a few steps however many blocks it has")
def test_cold_starts_are_short(subject, base):
    relu_center = subject("analytic_center.relu_center")
    rng = np.random.default_rng(0)
    X = rng.standard_normal((40, 8))
    masks, gates = patterns(X, 150, rng)
    w = rng.standard_normal(gates.shape)
    labels = np.where(((X @ w.T) * (X @ gates.T >= 0)).sum(1) >= 0, 1, -1)
    cuts = X[:20], labels[:20], np.zeros(20)
    center = relu_center(X[:39], masks[:, :39], gates, cuts, **base)
    assert center.newton_steps <= 12
    # one more row of X: a new wall in every block, beyond which half of them are
    more = relu_center(X, masks, gates, cuts, start=center.point, **base)
    assert more.newton_steps <= 12
    again = relu_center(X, masks, gates, cuts, start=more.point, **base)
    assert again.newton_steps <= (3 if "radius" in base else 1)
    np.testing.assert_allclose(again.point, more.point, atol=1e-4)


@pytest.mark.prop("P2.22", "from short gates: no crawl along the shell of the ball")
def test_gates_as_a_start(subject):
    relu_center = subject("analytic_center.relu_center")
    rng = np.random.default_rng(100)
    X = rng.standard_normal((40, 5))
    masks, gates = patterns(X, 100, rng)
    short = 0.03 * gates / np.linalg.norm(gates, axis=1, keepdims=True)
    start = np.array([short, short])
    center = relu_center(X, masks, gates, None, radius=1.0, start=start)
    assert center.newton_steps <= 30  # 350 by the ball's own barrier


@pytest.mark.parametrize("base", [{"radius": 1.0}, {"box": 1.0}])
@pytest.mark.prop("P2.9", "in thin tubes and cones: within the tolerance, or refused")
def test_thin_sets_are_honest(subject, base):
    relu_center = subject("analytic_center.relu_center")
    sets = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        X = rng.standard_normal((2, 2))
        masks, gates = patterns(X, 2, rng)
        t, e = rng.uniform(0, 0.1), 10 ** rng.uniform(-10, -7)
        rows = X[[0, 0]], np.array([-1.0, 1.0]), np.array([t + e, e - t])
        if (gates @ X[0] >= 0).any():
            sets.append((X, masks, gates, rows))
    for power in range(20, 48):
        w = 0.5**power
        X = np.array([[0.6, 0.8], [-0.6 - 0.8 * w, 0.6 * w - 0.8]])  # nearly opposite
        gates = np.array([[0.3 * w - 0.8, 0.4 * w + 0.6]])
        rows = np.empty((0, 2)), np.empty(0), np.empty(0)
        sets.append((X, gates @ X.T >= 0, gates, rows))
    for X, masks, gates, rows in sets:
        try:
            center = relu_center(X, masks, gates, rows, **base)
        except (NotConverged, EmptySet):  # too thin; or no such output in the base
            continue
        true = exact_decrement(
            *dense_rows(X, masks, gates, rows), center.point.ravel(), **base
        )
        assert true <= max(center.decrement * (1 + 1e-3), 1.5e-5)


@pytest.mark.parametrize("base", [{"radius": 1.0}, {"box": 1.0}])
@pytest.mark.parametrize("gap", [0.0, 1e-4])
@pytest.mark.prop("P2.22", "a start on a new cut, or almost, is as good as any")
def test_starts_on_a_cut(subject, base, gap):
    # 0 up to rounding: no point to take a Hessian at; 1e-4: its price is too high
    relu_center = subject("analytic_center.relu_center")
    for seed in [5, 14, 38, 43, *range(4)]:
        rng = np.random.default_rng(seed)
        X = rng.standard_normal((8, 2))
        masks, gates = patterns(X, 4, rng)
        center, cuts = chapter.relu_center(X, masks, gates, None, **base), ([], [], [])
        for _ in range(6):
            x = rng.standard_normal(2)
            if not (gates @ x >= 0).any():
                continue
            w, label = center.point[0] - center.point[1], rng.choice([-1, 1])
            offset = gap - label * ((w @ x) * (gates @ x >= 0)).sum()
            cuts = [*cuts[0], x], [*cuts[1], label], [*cuts[2], offset]
            warm = relu_center(X, masks, gates, cuts, start=center.point, **base)
            check_center(X, masks, gates, cuts, base, warm)
            assert warm.newton_steps <= 25
            center = chapter.add_relu_cut(center, x, label, offset)


@pytest.mark.prop("P2.22", "gates that nearly touch a wall are no worse than others")
@given(seed=strategies.seeds, log_depth=st.floats(-13, -2), box=st.booleans())
def test_gates_near_walls(subject, seed, log_depth, box):
    relu_center = subject("analytic_center.relu_center")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((6, 3))
    masks, gates = patterns(X, 4, rng)
    for i in range(len(gates)):  # towards the nearest wall
        j = np.abs(gates[i] @ X.T / np.linalg.norm(X, axis=1)).argmin()
        share = (gates[i] @ X[j]) / (X[j] @ X[j])
        gates[i] -= (1 - 10**log_depth) * share * X[j]
    masks = gates @ X.T >= 0  # walls between may have been crossed
    cuts = X[:1], np.ones(1), np.zeros(1)
    base = {"box": 1.0} if box else {"radius": 1.0}
    try:
        center = relu_center(X, masks, gates, cuts, **base)
    except FlatSet:
        assert not (gates @ X[0] >= 0).any()
        return
    check_center(X, masks, gates, cuts, base, center)


@given(problem=problems())
def test_settled_blocks_are_centres_of_their_own(problem):
    X, masks, gates, _, base = problem
    body = chapter.relu_center(X, masks, gates, None, **base).body
    body = replace(body, pull=0.0 if "box" in base else 3.0)
    start = 0.1 * gates / np.linalg.norm(gates, axis=1, keepdims=True)
    theta = chapter._settle_blocks(body, start)  # (P, d): those of u are those of v
    slacks = body.signed_slacks(theta)
    assert (body.signs * slacks[..., : len(body.X)] > 0).all()
    for block in range(len(theta)):
        W = body.walls / slacks[block][:, None]
        g = body.pull * theta[block] - W.sum(0)
        H = W.T @ W + body.pull * np.eye(W.shape[1])
        assert g @ np.linalg.solve(H, g) <= 0.12**2


# --------------------------------------------------------------------- add_relu_cut


@pytest.mark.prop("P2.8", "after a cut the warm centre is the cold one")
@given(problem=problems())
def test_cut_equals_cold(subject, problem):
    add_relu_cut = subject("analytic_center.add_relu_cut")
    X, masks, gates, cuts, base = problem
    center = chapter.relu_center(X, masks, gates, None, **base)
    for k, (x, label) in enumerate(zip(cuts[0], cuts[1], strict=True)):
        offset = (0.0, 0.2, -1e-3)[k % 3]
        cuts[2][k] = offset
        try:
            center = add_relu_cut(center, x, label, offset)
        except (EmptySet, FlatSet):
            with pytest.raises((EmptySet, FlatSet)):
                chapter.relu_center(
                    X, masks, gates, tuple(c[: k + 1] for c in cuts), **base
                )
            return
        seen = tuple(c[: k + 1] for c in cuts)
        check_center(X, masks, gates, seen, base, center)


@pytest.mark.parametrize("base", [{"radius": 1.0}, {"box": 1.0}])
@pytest.mark.prop("P2.14", "a central cut costs at most 3.1 Hessians on average")
def test_steps_per_cut(subject, base):
    add_relu_cut = subject("analytic_center.add_relu_cut")
    rng = np.random.default_rng(0)
    X = rng.standard_normal((15, 4))
    masks, gates = patterns(X, 20, rng)
    center = chapter.relu_center(X, masks, gates, None, **base)
    rows, labels, offsets, steps = [], [], [], []
    for _ in range(40):
        x = rng.standard_normal(4)
        w = center.point[0] - center.point[1]
        f = ((w @ x) * (gates @ x >= 0)).sum()
        label = rng.choice([-1, 1])
        center = add_relu_cut(center, x, label, -label * f)  # through the centre
        rows, labels = [*rows, x], [*labels, label]
        offsets, steps = [*offsets, -label * f], [*steps, center.newton_steps]
    check_center(X, masks, gates, (rows, labels, offsets), base, center)
    assert np.mean(steps) <= 3.1


@pytest.mark.prop("I2.7", "cuts: bad arguments are named")
def test_bad_cuts(subject):
    add_relu_cut = subject("analytic_center.add_relu_cut")
    X = np.array([[1.0, 2.0]])
    center = chapter.relu_center(X, [[True]], [[1.0, 0.0]], None, radius=1)
    for bad, word in [
        (lambda: add_relu_cut(center, [1.0], 1), "x"),
        (lambda: add_relu_cut(center, [1.0, np.inf], 1), "x"),
        (lambda: add_relu_cut(center, [1.0, 1.0], 0), "label"),
        (lambda: add_relu_cut(center, [1.0, 1.0], 1, np.nan), "offset"),
        (lambda: add_relu_cut(center, [1.0, 1.0], 1, tol=np.nan), "tol"),
        (lambda: add_relu_cut(center, [1.0, 1.0], 1, tol=1.0), "tol"),
        (lambda: add_relu_cut(center, [1.0, 1.0], 1, tol=-1.0), "tol"),
        (lambda: add_relu_cut(Polytope, [1.0, 1.0], 1), "center"),
    ]:
        with pytest.raises(ValueError, match=word):
            bad()
