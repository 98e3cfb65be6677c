"""Properties of deep networks by linear programming: feasibility and objectives."""

from fractions import Fraction
from itertools import pairwise, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import linprog

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.common import Infeasible, NotConverged
from reference.deep_relu_lp import (
    DeepNetwork,
    DeepPatterns,
    deep_cone_slack,
    deep_output,
    enumerate_deep_patterns,
    fit_deep_relu_lp,
    from_deep_network,
    path_masks,
    sample_deep_patterns,
    to_deep_network,
)
from reference.relu_lp import farkas_residual, fit_relu_lp
from tests import strategies

depths = st.integers(1, 3)
OBJECTIVES = ("feasible", "min_l1", "max_margin")
exact = np.vectorize(Fraction, otypes=[object])


@st.composite
def problems(draw, max_rows=6, hidden_layers=depths, max_count=3):
    """Data, labels and sampled patterns: few, so that many are infeasible."""
    X = draw(strategies.any_data(max_rows=max_rows, max_columns=3))
    y = draw(strategies.labels(len(X)))
    counts = [draw(st.integers(1, max_count)) for _ in range(draw(hidden_layers))]
    rng = np.random.default_rng(draw(strategies.seeds))
    return X, y, sample_deep_patterns(X, counts, rng=rng)


@st.composite
def solvable(draw, hidden_layers=depths):
    """Data labelled by a random network, and the patterns of that network."""
    X = draw(strategies.general_position(max_rows=6, max_columns=3))
    widths = [draw(st.integers(1, 4)) for _ in range(draw(hidden_layers))]
    sizes = [X.shape[1], *widths]
    rng = np.random.default_rng(draw(strategies.seeds))
    shapes = [*pairwise(sizes), (widths[-1],)]
    network = DeepNetwork(tuple(rng.standard_normal(s) for s in shapes))
    seen = np.abs(network(X)) > 1e-3  # the rest has no label
    X = X[seen] if seen.any() else np.ones((1, X.shape[1]))
    network = network if seen.any() else DeepNetwork(tuple(np.ones(s) for s in shapes))
    patterns, _ = from_deep_network(network, X)
    return X, np.sign(network(X)), patterns


def printed_program(X, Q, D):
    """Theorem 4.2 for three layers as printed: rows A c >= 0 and outputs F c.

    The unknowns are c[k, l, j, :], k = 1..4, in this order; dense, by loops.
    """
    P2, P1, (n, d) = len(D), len(Q), X.shape
    sign = (1.0, -1.0, -1.0, 1.0)
    cones, outputs = [], np.zeros((n, 4, P2, P1, d))
    for i in range(n):
        for l, j in product(range(P2), range(P1)):
            for k in range(4):
                inner = np.zeros((4, P2, P1, d))
                inner[k, l, j] = (2 * Q[j, i] - 1.0) * X[i]
                cones.append(inner.ravel())
                outputs[i, k, l, j] = D[l, i] * Q[j, i] * sign[k] * X[i]
        for l, first in product(range(P2), (0, 2)):
            outer = np.zeros((4, P2, P1, d))
            for j in range(P1):
                outer[first, l, j] = (2 * D[l, i] - 1.0) * Q[j, i] * X[i]
                outer[first + 1, l, j] = -outer[first, l, j]
            cones.append(outer.ravel())
    return np.array(cones), outputs.reshape(n, -1)


def printed_optimum(X, y, patterns, objective):
    """The optimal value of the printed program by HiGHS, or None if infeasible."""
    cones, outputs = printed_program(X, *patterns.masks)
    A = -np.vstack([cones, y[:, None] * outputs])
    b = np.append(np.zeros(len(cones)), -np.ones(len(y)))
    size = A.shape[1]
    if objective == "feasible":
        answer = linprog(np.zeros(size), A, b, bounds=(None, None))
    elif objective == "min_l1":
        answer = linprog(np.ones(2 * size), np.hstack([A, -A]), b)
    else:
        rows = np.vstack([np.eye(size), -np.eye(size)])
        A = np.block([[A, np.zeros((len(A), 1))], [rows, -np.ones((2 * size, 1))]])
        b = np.append(b, np.zeros(2 * size))
        answer = linprog(np.append(np.zeros(size), 1.0), A, b, bounds=(None, None))
    return answer.fun if answer.status == 0 else None


@pytest.mark.prop("P5.2", "the network of a solution has the margin that was asked for")
@given(
    problem=st.one_of(problems(), solvable()),
    objective=st.sampled_from(OBJECTIVES),
    margin=st.sampled_from([1.0, 0.1, 7.0]),
)
def test_margins(subject, problem, objective, margin):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X, y, patterns = problem
    try:
        weights = fit(X, y, patterns, objective=objective, margin=margin)
    except Infeasible:
        return  # P5.7 decides whether rightly
    scale = np.abs(weights.blocks).max()
    assert deep_cone_slack(X, patterns.masks, weights) >= -1e-9 * scale
    margins = y * to_deep_network(weights)(X)
    assert margins.min() >= margin * (1 - 1e-8), margins


@pytest.mark.prop("P5.2", "labels that a network gives are feasible with its patterns")
@given(problem=solvable(), objective=st.sampled_from(OBJECTIVES))
def test_labels_of_a_network_are_feasible(subject, problem, objective):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X, y, patterns = problem
    weights = fit(X, y, patterns, objective=objective)
    assert (y * deep_output(X, patterns.masks, weights)).min() >= 1 - 1e-8


@pytest.mark.prop("P5.2", "no digits left: an error, never a network with less margin")
@pytest.mark.parametrize("seed", range(6))
@pytest.mark.parametrize("apart", [1e-4, 1e-9])
def test_rows_that_almost_coincide(subject, apart, seed):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((3, 2))
    X = np.vstack([X, X[0] + apart * rng.standard_normal(2)])
    y = np.array([1.0, -1.0, 1.0, -1.0])  # two labels on almost one point
    patterns = enumerate_deep_patterns(X)
    try:
        network = to_deep_network(fit(X, y, patterns))
    except NotConverged:
        assert apart < 1e-8
        return
    assert (y * network(X)).min() >= 1 - 1e-7


CANCELLING = [  # where a row is tiny, which sizes lose the digits hangs on the kernel
    [[3, 0], [-2, -3]], [[1, -1], [5, -3]], [[4, -4], [1, 2]], [[4, 0], [-1, -2]],
    [[-5, -1], [-2, 3]], [[5, -5], [1, 1]], [[-1, 3], [-2, -3]], [[-5, 4], [-5, 0]],
]  # fmt: skip


@pytest.mark.prop("P5.2", "no digits left: an error, never a network with less margin")
@pytest.mark.parametrize("X", CANCELLING)
def test_a_margin_that_cancels(subject, X):
    fit, y = subject("deep_relu_lp.fit_deep_relu_lp"), np.array([-1.0, 1.0])
    patterns = enumerate_deep_patterns(X, 1)
    for power in range(0, 60, 2):
        scaled = np.array([[2.0**-power], [1.0]]) * X
        try:
            network = to_deep_network(fit(scaled, y, patterns))
        except NotConverged:
            assert power > 10
            continue
        hidden, output = map(exact, network.layers)
        values = np.maximum(exact(scaled) @ hidden, 0) @ output
        assert min(y * values) >= 1 - 1e-7


@pytest.mark.prop("P5.2", "where the program and its network part, an error")
def test_a_program_and_its_network_agree_on_every_sample(subject):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    # The smallest margin is right in both; other outputs cancel, in different ways.
    X = np.array([[-1.0, 1.0], [-1.0, 1.0], [1.0, 1.0], [1.0, 1.0], [1.0, 1.0]])
    X *= 2.0 ** np.array([[-25, 5], [-55, -26], [2, 31], [-20, 9], [-30, -2]])
    half = np.array([[-31692153.4, 0.010266], [-19383469.3, -0.0255084]])
    half = np.vstack([half, [[12975640.7, -0.0288189], [1339631.1, -0.0312251]]])
    gates = np.vstack([half, -half])
    patterns = DeepPatterns((gates @ X.T >= 0,), (gates,))
    try:
        weights = fit(X, np.ones(5), patterns)
    except NotConverged:
        return
    network = to_deep_network(weights)(X)
    program = deep_output(X, patterns.masks, weights)
    assert network == pytest.approx(program, abs=1e-6)


@pytest.mark.prop("P5.2", "no digits left: an error, never a network with less margin")
def test_a_small_shift_beside_huge_blocks(subject):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    # Every number here is a power of two or a sum of two: no kernel rounds otherwise.
    X, y = np.diag([1.0, 2.0**-50]), np.array([-1.0, 1.0])
    patterns = DeepPatterns((np.ones((1, 2), dtype=bool),), (np.ones((1, 2)),))
    try:
        network = to_deep_network(fit(X, y, patterns))
    except NotConverged:
        return  # the block is 2**50, the shift that its cone needs is 1
    assert (y * network(X)).min() >= 1 - 1e-7


@pytest.mark.prop("P5.7", "the closed form and HiGHS on all cones agree on feasibility")
@given(problem=problems(hidden_layers=st.just(2)))
def test_feasibility_is_linear_algebra(subject, problem):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X, y, patterns = problem
    expected = printed_optimum(X, y, patterns, "feasible") is not None
    try:
        fit(X, y, patterns)
        got = True
    except Infeasible:
        got = False
    assert got == expected, f"fit says {got}, the printed program {expected}"


@pytest.mark.prop("P5.7", "labels of random networks stay feasible after a closed form")
@given(problem=solvable(hidden_layers=st.just(2)))
def test_feasible_ones_are_found(subject, problem):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X, y, patterns = problem
    assert printed_optimum(X, y, patterns, "feasible") is not None
    outputs = deep_output(X, patterns.masks, fit(X, y, patterns))
    assert (y * outputs).min() >= 1 - 1e-8


@pytest.mark.prop("P5.8", "an infeasible problem has a Farkas certificate")
@given(problem=problems(), objective=st.sampled_from(OBJECTIVES))
def test_certificate(subject, problem, objective):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X, y, patterns = problem
    try:
        fit(X, y, patterns, objective=objective)
    except Infeasible as error:
        multipliers = error.certificate
        assert multipliers.shape == y.shape
        assert (multipliers >= 0).all()
        assert multipliers.sum() == pytest.approx(1.0)
        for path in product(*map(list, patterns.masks)):
            mask = np.logical_and.reduce(path)
            assert np.abs(X.T @ (mask * y * multipliers)).max() < 1e-7


@pytest.mark.prop("P5.8", "one point with two labels, and a zero row, are infeasible")
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize(
    "X, y",
    [
        ([[1.0, 2.0], [1.0, 2.0]], [1.0, -1.0]),
        ([[1.0, 2.0], [3.0, 6.0]], [1.0, -1.0]),
        ([[1.0, 2.0], [0.0, 0.0]], [1.0, 1.0]),
        ([[0.0, 0.0]], [-1.0]),
    ],
)
def test_contradictions_are_infeasible(subject, X, y, objective):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X, y = np.array(X), np.array(y)
    patterns = enumerate_deep_patterns(X)
    with pytest.raises(Infeasible) as caught:
        fit(X, y, patterns, objective=objective)
    multipliers = caught.value.certificate
    assert farkas_residual(X, y, path_masks(patterns.masks), multipliers) < 1e-9


@pytest.mark.prop("P5.14", "the objectives reach the printed program's optimum")
@pytest.mark.parametrize("objective", OBJECTIVES[1:])
@given(problem=st.one_of(problems(hidden_layers=st.just(2)), solvable(st.just(2))))
def test_objectives(subject, objective, problem):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X, y, patterns = problem
    expected = printed_optimum(X, y, patterns, objective)
    if expected is None or expected > 1e5:
        return
    sizes = np.abs(fit(X, y, patterns, objective=objective).blocks)
    got = sizes.sum() if objective == "min_l1" else sizes.max()
    assert got == pytest.approx(expected, rel=1e-5)


@pytest.mark.prop("P5.3", "one hidden layer is chapter 4: equal optimal values")
@pytest.mark.parametrize("objective", OBJECTIVES)
@given(problem=st.one_of(problems(hidden_layers=st.just(1)), solvable(st.just(1))))
def test_one_hidden_layer(subject, objective, problem):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X, y, patterns = problem
    two_layers = Patterns(patterns.masks[0], patterns.gates[0])
    try:
        expected = fit_relu_lp(X, y, two_layers, objective=objective)
    except Infeasible:
        with pytest.raises(Infeasible):
            fit(X, y, patterns, objective=objective)
        return
    blocks = fit(X, y, patterns, objective=objective).blocks
    expected = np.stack([expected.positive, expected.negative])
    if objective == "feasible":
        gaps = blocks[0] - blocks[1], expected[0] - expected[1]
        outputs = [np.sum(patterns.masks[0].T * (X @ w.T), axis=1) for w in gaps]
        assert outputs[0] == pytest.approx(outputs[1], abs=1e-6)
    elif objective == "min_l1":
        assert np.abs(blocks).sum() == pytest.approx(np.abs(expected).sum(), rel=1e-5)
    else:
        assert np.abs(blocks).max() == pytest.approx(np.abs(expected).max(), rel=1e-5)


@pytest.mark.prop("P5.3", "one inner pattern Q: chapter 4 on the data Q X")
@given(problem=problems(hidden_layers=st.just(2)), seed=strategies.seeds)
def test_one_inner_pattern(subject, problem, seed):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X, y, _ = problem
    rng = np.random.default_rng(seed)
    patterns = sample_deep_patterns(X, (1, 4), rng=rng)
    through = patterns.masks[0][0][:, None] * X
    alone = Patterns(patterns.masks[1], patterns.gates[1][:, 0])
    try:
        fit_relu_lp(through, y, alone)
        expected = True
    except Infeasible:
        expected = False
    try:
        fit(X, y, patterns)
        got = True
    except Infeasible:
        got = False
    assert got == expected, f"three layers {got}, two layers {expected}"


@pytest.mark.prop("P5.15", "more patterns keep feasibility and never raise min_l1")
@given(X=strategies.general_position(max_rows=5, max_columns=2), seed=strategies.seeds)
def test_more_patterns(subject, X, seed):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    rng = np.random.default_rng(seed)
    y = rng.choice([-1.0, 1.0], len(X))
    many = sample_deep_patterns(X, (3, 4), rng=rng)
    half = len(many.masks[1]) // 2 + 1
    few = DeepPatterns(
        (many.masks[0], many.masks[1][:half]), (many.gates[0], many.gates[1][:half])
    )
    try:
        before = np.abs(fit(X, y, few, objective="min_l1").blocks).sum()
    except Infeasible:
        return
    after = np.abs(fit(X, y, many, objective="min_l1").blocks).sum()
    assert after <= before * (1 + 1e-6)


@pytest.mark.prop("P5.13", "flipped labels: feasible as before, at the same price")
@given(problem=problems(max_rows=4), seed=strategies.seeds)
def test_label_flip(subject, problem, seed):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X, y, patterns = problem
    try:
        expected = np.abs(fit_deep_relu_lp(X, y, patterns, objective="min_l1").blocks)
    except Infeasible:
        with pytest.raises(Infeasible):
            fit(X, -y, patterns, objective="min_l1")
        return
    got = np.abs(fit(X, -y, patterns, objective="min_l1").blocks)
    assert got.sum() == pytest.approx(expected.sum(), rel=1e-5)


@pytest.mark.prop("P5.13", "data in other units: the same weights in those units")
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("unit", [1e-7, 1e9])
def test_other_units(subject, objective, unit):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    rng = np.random.default_rng(2)
    X = np.column_stack([rng.standard_normal((8, 2)), np.ones(8)])
    y = rng.choice([-1.0, 1.0], 8)
    patterns = sample_deep_patterns(X, (9, 9), rng=rng)
    expected = np.abs(fit_deep_relu_lp(X, y, patterns, objective=objective).blocks)
    weights = fit(unit * X, y, patterns, objective=objective)
    assert (y * to_deep_network(weights)(unit * X)).min() >= 1 - 1e-9
    size = np.max if objective == "max_margin" else np.sum
    got = unit * size(np.abs(weights.blocks))
    assert got == pytest.approx(size(expected), rel=1e-5)


@pytest.mark.prop("P5.13", "a feature in other units: the same network in those units")
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("unit", [2.0**-30, 2.0**12, 2.0**27])
def test_other_units_of_a_feature(subject, objective, unit):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    rng = np.random.default_rng(2)
    X = np.column_stack([rng.standard_normal((6, 2)), np.ones(6)])
    y, units = rng.choice([-1.0, 1.0], 6), np.array([unit, 1.0, 1.0])
    drawn = sample_deep_patterns(X, (7, 7), rng=rng)
    scaled = DeepPatterns(drawn.masks, tuple(gate / units for gate in drawn.gates))
    try:
        weights = fit(units * X, y, scaled, objective=objective)
    except NotConverged:  # a value that no bound proves is not handed out
        assert (unit, objective) == (2.0**-30, "max_margin")
        return
    assert (y * to_deep_network(weights)(units * X)).min() >= 1 - 1e-9
    if objective == "feasible":
        return
    sizes = np.abs(weights.blocks)
    got = sizes.sum() if objective == "min_l1" else sizes.max()
    if unit < 2.0**13:  # the plain program can do it; a tiny feature is as good as none
        kept = slice(unit < 1.0, None)
        expected = printed_optimum((units * X)[:, kept], y, scaled, objective)
        assert got == pytest.approx(expected, rel=1e-5)


@pytest.mark.prop("P5.16", "three layers fit any labels of points on different rays")
@given(X=strategies.degenerate(max_rows=4, max_columns=2), seed=strategies.seeds)
def test_three_layers_fit_all_rays(subject, X, seed):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    y = np.random.default_rng(seed).choice([-1.0, 1.0], len(X))
    unit = X / np.maximum(np.linalg.norm(X, axis=1, keepdims=True), 1e-300)
    same = unit @ unit.T > 1 - 1e-9
    expected = X.any(axis=1).all() and not (same & (y[:, None] != y)).any()
    try:
        fit(X, y, enumerate_deep_patterns(X))
        got = True
    except Infeasible:
        got = False
    assert got == expected


@pytest.mark.prop("P5.16", "points in opposite pairs: two layers fail, three succeed")
def test_depth_separation(subject):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    half = np.array([[1.0, 0.0], [0.0, 1.0], [1.0, 1.0]])
    X, y = np.vstack([half, -half]), np.array([1.0, 1.0, -1.0, -1.0, -1.0, 1.0])
    with pytest.raises(Infeasible) as caught:
        fit_relu_lp(X, y, enumerate_patterns(X))
    # The proof needs no patterns: f(x) - f(-x) is linear, and (1, 1) = e_1 + e_2.
    assert caught.value.certificate == pytest.approx(np.full(6, 1 / 6), abs=1e-9)
    patterns = sample_deep_patterns(X, (40, 40), rng=np.random.default_rng(0))
    network = to_deep_network(fit(X, y, patterns))
    assert (y * network(X)).min() >= 1 - 1e-9


@pytest.mark.prop("P5.17", "four layers: the same verbs, the same guarantees")
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_four_layers(subject, objective):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    rng = np.random.default_rng(1)
    X = np.column_stack([rng.standard_normal((6, 2)), np.ones(6)])
    y = rng.choice([-1.0, 1.0], 6)
    patterns = sample_deep_patterns(X, (6, 5, 4), rng=rng)
    weights = fit(X, y, patterns, objective=objective)
    network = to_deep_network(weights)
    assert len(network.layers) == 4
    assert network(X) == pytest.approx(
        deep_output(X, patterns.masks, weights), abs=1e-8
    )
    assert (y * network(X)).min() >= 1 - 1e-9


@pytest.mark.prop("P5.18", "the Gram matrix is the sum over all paths")
@given(problem=problems())
def test_gram_is_the_sum_over_paths(subject, problem):
    gram = subject("deep_relu_lp.deep_gram")
    X, _, patterns = problem
    expected = np.zeros((len(X), len(X)))
    for path in product(*map(list, patterns.masks)):
        part = np.logical_and.reduce(path)[:, None] * X
        expected += part @ part.T
    before = X.copy()
    assert gram(X, patterns.masks) == pytest.approx(expected, abs=1e-9)
    np.testing.assert_array_equal(X, before)


@pytest.mark.prop(
    "P5.18", "a layer that lets every sample through somewhere keeps rank n"
)
@given(X=strategies.general_position(max_rows=6, max_columns=3), seed=strategies.seeds)
def test_depth_keeps_rank(subject, X, seed):
    gram = subject("deep_relu_lp.deep_gram")
    rng = np.random.default_rng(seed)
    Q = enumerate_patterns(X).masks
    shallow = gram(X, (Q,))
    D = np.vstack([rng.random((2, len(X))) < 0.5, np.ones((1, len(X)), dtype=bool)])
    deep = gram(X, (Q, D))
    # Oppenheim: det(A o B) >= det(A) prod B_ii, with B_ii = the number of open masks
    bound = np.linalg.det(shallow) * D.sum(axis=0).prod()
    assert np.linalg.det(deep) >= bound * (1 - 1e-6) - 1e-9 * np.trace(deep) ** len(X)
    assert np.linalg.eigvalsh(deep)[0] >= -1e-9 * np.trace(deep)


@pytest.mark.prop("P5.4", "2^(L-1) P_1 ... P_(L-1) blocks, counted one by one")
@given(counts=st.lists(st.integers(1, 4), min_size=1, max_size=4))
def test_block_count(subject, counts):
    count = subject("deep_relu_lp.count_blocks")
    signs_and_paths = product(*(product((1, -1), range(P)) for P in counts))
    assert count(counts) == sum(1 for _ in signs_and_paths)


@pytest.mark.prop("P5.4", "the blocks of a solution are as many as counted")
@given(problem=solvable())
def test_block_count_of_a_solution(subject, problem):
    count = subject("deep_relu_lp.count_blocks")
    X, y, patterns = problem
    blocks = fit_deep_relu_lp(X, y, patterns).blocks
    assert count(patterns.counts) == blocks.size // X.shape[1]


@pytest.mark.prop("I5.4", "counts that are not positive integers are refused")
@pytest.mark.parametrize("bad", [[], [0], [2, -1], [1.5], 3, None])
def test_bad_counts(subject, bad):
    count = subject("deep_relu_lp.count_blocks")
    with pytest.raises(ValueError, match="counts"):
        count(bad)


@pytest.mark.prop("I5.18", "masks for another number of samples are refused")
def test_bad_masks_for_the_gram(subject):
    gram = subject("deep_relu_lp.deep_gram")
    with pytest.raises(ValueError, match="masks"):
        gram(np.ones((3, 2)), (np.ones((2, 4), dtype=bool),))
    with pytest.raises(ValueError, match="masks"):
        gram(np.ones((3, 2)), (np.ones((2, 3)),))


ON_A_WALL = DeepPatterns((np.ones((1, 2), dtype=bool),), ([[1.0, 0.0]],))


@pytest.mark.prop("I5.2", "bad labels, objectives, margins and patterns are named")
@pytest.mark.parametrize(
    "change, named",
    [
        ({"y": np.zeros(4)}, "y"),
        ({"y": np.ones(3)}, "y"),
        ({"X": np.full((4, 2), np.nan)}, "X"),
        ({"X": np.eye(4)[:, :2]}, "patterns"),
        ({"X": np.ones((3, 2)), "y": np.ones(3)}, "patterns"),
        ({"patterns": None}, "patterns"),
        ({"patterns": enumerate_patterns(np.eye(4)[:, :2])}, "patterns"),
        ({"patterns": np.ones((2, 4), dtype=bool)}, "patterns"),
        ({"X": np.eye(2), "y": np.ones(2), "patterns": ON_A_WALL}, "strictly"),
        ({"objective": "fast"}, "objective"),
        ({"margin": 0.0}, "margin"),
    ],
)
def test_bad_input_of_the_fit(subject, change, named):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4, 2))
    good = {
        "X": X,
        "y": np.array([1.0, -1.0, 1.0, 1.0]),
        "patterns": sample_deep_patterns(X, (20, 20), rng=rng),
    }
    with pytest.raises(ValueError, match=named):
        fit(**(good | change))
