"""Properties of training by linear programming: margins, certificates, objectives."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy import sparse

from companion_data.synthetic import spiral
from reference.activation_patterns import Patterns, enumerate_patterns
from reference.common import Infeasible, NotConverged, with_bias
from reference.relu_lp import (
    ConvexWeights,
    ReluNetwork,
    farkas_residual,
    fit_relu_lp,
    from_network,
    least_norm,
    to_network,
)
from tests import strategies
from tests.relu_lp.oracle import (
    assert_solves,
    gate_patterns,
    labelled_data,
    lp_oracle,
    networks,
    objective_value,
    output_by_loops,
    smallest_cone_slack,
)

OBJECTIVES = ["feasible", "min_l1", "max_margin"]


@st.composite
def network_labelled_data(draw):
    """Data labelled by a network, away from its decision boundary."""
    X = draw(strategies.any_data())
    network = draw(networks(X.shape[1]))
    f = network(X)
    sure = np.abs(f) > 1e-3
    assume(sure.any())
    return X[sure], np.sign(f[sure]), network


@pytest.mark.prop("P4.1", "the labels of a network are feasible with its own patterns")
@pytest.mark.parametrize("objective", OBJECTIVES)
@given(case=network_labelled_data())
def test_labels_of_a_network_are_feasible(subject, objective, case):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X, y, network = case
    patterns, _ = from_network(network, X)
    weights = fit_relu_lp(X, y, patterns, objective=objective)
    assert_solves(X, y, patterns, weights)


@pytest.mark.prop("P4.4", "every margin is at least the one asked for, cones kept")
@pytest.mark.parametrize("objective", OBJECTIVES)
@given(case=labelled_data(), margin=st.sampled_from([0.01, 1.0, 30.0]))
def test_margins(subject, objective, case, margin):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X, y, patterns = case
    assume(lp_oracle(X, y, patterns.masks) is not None)
    weights = fit_relu_lp(X, y, patterns, objective=objective, margin=margin)
    assert_solves(X, y, patterns, weights, margin)


@pytest.mark.prop("P4.7", "the closed form and HiGHS agree on what is feasible")
@given(case=labelled_data())
def test_feasible_exactly_when_highs_says_so(subject, case):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X, y, patterns = case
    feasible = lp_oracle(X, y, patterns.masks) is not None
    if feasible:
        assert_solves(X, y, patterns, fit_relu_lp(X, y, patterns))
    else:
        with pytest.raises(Infeasible):
            fit_relu_lp(X, y, patterns)


@pytest.mark.prop("P4.7", "with all patterns, distinct rows with a bias are feasible")
@given(seed=strategies.seeds, n=st.integers(1, 7))
def test_all_patterns_fit_any_labels(subject, seed, n):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    rng = np.random.default_rng(seed)
    X = with_bias(rng.permutation(12)[:n, None] / 4.0)
    y = rng.choice([-1.0, 1.0], n)
    patterns = enumerate_patterns(X)
    assert_solves(X, y, patterns, fit_relu_lp(X, y, patterns))


@pytest.mark.prop("P4.5", "one point with both labels is named with its two rows")
@given(seed=strategies.seeds, n=st.integers(2, 6), P=st.integers(1, 30))
def test_one_point_with_both_labels(subject, seed, n, P):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    rng = np.random.default_rng(seed)
    X = with_bias(rng.standard_normal((n, 2)))
    y = rng.choice([-1.0, 1.0], n)
    X, y = np.vstack([X, X[:1]]), np.append(y, -y[0])
    with pytest.raises(Infeasible) as caught:
        fit_relu_lp(X, y, gate_patterns(X, P, seed))
    assert farkas_residual(
        X, y, gate_patterns(X, P, seed).masks, caught.value.certificate
    ) == pytest.approx(0, abs=1e-9)


@pytest.mark.prop("P4.5", "a certificate and a solution never exist together")
@given(case=network_labelled_data(), seed=strategies.seeds)
def test_no_certificate_of_what_is_feasible(subject, case, seed):
    farkas_residual = subject("relu_lp.farkas_residual")
    X, y, network = case
    patterns, weights = from_network(network, X)
    multipliers = np.random.default_rng(seed).dirichlet(np.ones(len(y)))
    # lambda' (y f) = sum_i <D_i (y lambda) X, w_i> bounds the residual from below
    reach = np.abs(weights.positive - weights.negative).sum()
    size = multipliers @ np.linalg.norm(X, axis=1)
    bound = (multipliers * y) @ network(X) / (reach * size)
    got = farkas_residual(X, y, patterns.masks, multipliers)
    assert got >= bound * (1 - 1e-9) > 0, f"residual {got}, at least {bound}"


@pytest.mark.prop(
    "P4.6", "more patterns keep feasibility and never worsen an objective"
)
@pytest.mark.parametrize("objective", OBJECTIVES)
@given(case=labelled_data(max_rows=5), seed=strategies.seeds)
def test_more_patterns_never_hurt(subject, objective, case, seed):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X, y, patterns = case
    assume(lp_oracle(X, y, patterns.masks) is not None)
    extra = gate_patterns(X, 5, seed)
    more = Patterns(
        np.vstack([patterns.masks, extra.masks]),
        np.vstack([patterns.gates, extra.gates]),
    )
    few = objective_value(fit_relu_lp(X, y, patterns, objective=objective), objective)
    many = objective_value(fit_relu_lp(X, y, more, objective=objective), objective)
    assert many <= few * (1 + 1e-7), f"{many} with more patterns, {few} with fewer"


@pytest.mark.prop(
    "P4.6", "the objective is the optimum of the program as it is written"
)
@pytest.mark.parametrize("objective", ["min_l1", "max_margin"])
@given(case=labelled_data(max_rows=5))
def test_objective_is_optimal(subject, objective, case):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X, y, patterns = case
    expected = lp_oracle(X, y, patterns.masks, objective)
    assume(expected is not None)
    weights = fit_relu_lp(X, y, patterns, objective=objective)
    got = objective_value(weights, objective)
    assert got == pytest.approx(expected, rel=1e-6)


@pytest.mark.prop("P4.9", "opposite labels: exchange u and v, at the same objective")
@pytest.mark.parametrize("objective", OBJECTIVES)
@given(case=labelled_data(max_rows=5))
def test_label_flip(subject, objective, case):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X, y, patterns = case
    assume(lp_oracle(X, y, patterns.masks) is not None)
    one = fit_relu_lp(X, y, patterns, objective=objective)
    other = fit_relu_lp(X, -y, patterns, objective=objective)
    swapped = ConvexWeights(other.negative, other.positive)
    assert_solves(X, y, patterns, swapped)
    assert objective_value(swapped, objective) == pytest.approx(
        objective_value(one, objective), rel=1e-6
    )


@pytest.mark.prop("P4.9", "scaling the data by c scales the objective by 1/c")
@pytest.mark.parametrize("objective", ["min_l1", "max_margin"])
@given(
    case=labelled_data(max_rows=5),
    scale=st.sampled_from([0.02, 3.0, 500.0, 1e12, 2.0**-500]),
)
def test_scaled_data(subject, objective, case, scale):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X, y, patterns = case
    assume(lp_oracle(X, y, patterns.masks) is not None)
    one = fit_relu_lp(X, y, patterns, objective=objective)
    other = fit_relu_lp(scale * X, y, patterns, objective=objective)
    assert_solves(scale * X, y, patterns, other)
    assert scale * objective_value(other, objective) == pytest.approx(
        objective_value(one, objective), rel=1e-6
    )


@pytest.mark.prop("P4.9", "the unit of the data does not matter to the solver")
@pytest.mark.parametrize("unit", [2.0**-500, 1e-9, 1e12])
def test_data_in_any_unit(subject, unit):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X = unit * np.array([[-1.0, 1.0], [0.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
    y, patterns = np.array([1.0, -1.0, 1.0, -1.0]), enumerate_patterns(X)
    for objective in OBJECTIVES:
        weights = fit_relu_lp(X, y, patterns, objective=objective)
        assert_solves(X, y, patterns, weights)


@pytest.mark.prop("P4.6", "features in other units: the norm is of their own weights")
@pytest.mark.parametrize("objective", OBJECTIVES)
@pytest.mark.parametrize("factor", [1e-10, 2.0**-13, 2.0**13, 1e8])
def test_features_in_other_units(subject, objective, factor):
    """At 1e8 the solver, left alone, called the dual program unbounded."""
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X = np.array([[-1.0, 1.0], [0.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
    y, cells = np.array([1.0, -1.0, 1.0, -1.0]), enumerate_patterns(X)
    patterns = Patterns(cells.masks, cells.gates / [factor, 1.0])
    X = X * [factor, 1.0]
    weights = fit_relu_lp(X, y, patterns, objective=objective)
    assert (y * to_network(weights)(X)).min() >= 1 - 1e-9
    assert smallest_cone_slack(X, patterns.masks, weights) >= -1e-9, "outside a cone"
    # Weights of size one on a feature of 1e8 cancel: another order of summing tells.
    lifted = output_by_loops(X, patterns.masks, weights)
    assert (y * lifted).min() >= 1 - 1e-9 - 1e-15 * factor
    if 1e-6 < factor < 1e6:  # else the dense program is at its solver's tolerances
        best = lp_oracle(X, y, patterns.masks, objective)
        assert objective_value(weights, objective) == pytest.approx(best, rel=1e-6)


@pytest.mark.prop("P4.4", "weights so large that rounding shows keep their margin")
@given(seed=strategies.seeds, gap=st.sampled_from([1e-6, 1e-8]))
def test_margins_of_nearly_equal_rows(subject, seed, gap):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    rng = np.random.default_rng(seed)
    X = with_bias(rng.standard_normal((5, 2)))
    X = np.vstack([X, X[:1] + gap * np.array([1.0, 0, 0])])
    y = rng.choice([-1.0, 1.0], 6)
    y[5] = -y[0]
    try:
        network = to_network(fit_relu_lp(X, y, gate_patterns(X, 30, seed)))
    except (NotConverged, Infeasible):  # no silent loss
        return
    assert (y * network(X)).min() >= 1 - 1e-9


@pytest.mark.prop("P4.9", "closed form: labels flipped, data scaled, weights follow")
@given(seed=strategies.seeds, scale=st.floats(0.1, 10))
def test_closed_form_is_equivariant(subject, seed, scale):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    rng = np.random.default_rng(seed)
    X = with_bias(rng.standard_normal((5, 3)))
    y, patterns = rng.choice([-1.0, 1.0], 5), gate_patterns(X, 8, seed)
    gram = (X @ X.T) * (patterns.masks.T.astype(float) @ patterns.masks)
    assume(np.linalg.cond(gram) < 1e6)
    one = fit_relu_lp(X, y, patterns)
    assert output_by_loops(X, patterns.masks, one) == pytest.approx(y, abs=1e-8)
    other = fit_relu_lp(scale * X, -y, patterns)
    rel = 1e-6 * np.abs(one.positive).max()
    assert scale * other.negative == pytest.approx(one.positive, abs=rel)
    assert scale * other.positive == pytest.approx(one.negative, abs=rel)


@pytest.mark.prop(
    "P4.4", "the spiral is fitted by every objective, with thin gates too"
)
@pytest.mark.parametrize("objective", OBJECTIVES)
def test_spiral(subject, objective):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X, y = spiral()
    X, y = X[::2], y[::2]
    patterns = gate_patterns(X, 60, 1)
    before = [array.copy() for array in (X, y, patterns.masks, patterns.gates)]
    weights = fit_relu_lp(X, y, patterns, objective=objective)
    assert_solves(X, y, patterns, weights)
    for old, new in zip(before, (X, y, patterns.masks, patterns.gates), strict=True):
        np.testing.assert_array_equal(old, new)


@pytest.mark.prop("P4.4", "rounding dust of the solver does not become a neuron")
def test_no_dust(subject):
    """HiGHS returned 2.5e-18 here for a weight vector that is zero."""
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X = [[0.53900683, -0.76115475], [-0.14640779, 1.09042327]]
    X += [[0.46177731, -0.41079206], [-0.48951826, -1.428178]]
    X = np.array([*X, [1.46457675, 2.40774054], [0.51614751, 0.81799765]])
    y = np.array([-1.0, -1.0, -1.0, 1.0, -1.0, 1.0])
    gates = [[0.28759221, -0.87727413], [-1.25339153, -0.31171564]]
    gates = np.array([*gates, [1.61787922, -0.97282597], [0.70874727, 1.25995048]])
    patterns = Patterns((X @ gates.T > 0).T, gates)
    weights = fit_relu_lp(X, y, patterns, objective="max_margin")
    assert_solves(X, y, patterns, weights)


@pytest.mark.prop("P4.4", "gates on boundaries, or on the wrong side, are mended")
@given(case=labelled_data())
def test_gates_are_mended(subject, case):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X, y, patterns = case
    assume(lp_oracle(X, y, patterns.masks) is not None)
    for gates in (0 * patterns.gates, -patterns.gates):
        weights = fit_relu_lp(X, y, Patterns(patterns.masks, gates))
        assert_solves(X, y, patterns, weights)


@pytest.mark.prop(
    "P4.4", "a zero row in a mask may be active or not: it has no cone row"
)
def test_zero_rows_without_a_label_that_matters(subject):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X = np.array([[1.0, 0.0], [0.0, 0.0], [0.0, 1.0]])
    masks = np.array([[True, False, True], [False, True, True]])
    with pytest.raises(Infeasible) as caught:
        fit_relu_lp(X, [1.0, 1.0, -1.0], Patterns(masks, np.zeros((2, 2))))
    assert caught.value.certificate == pytest.approx([0, 1, 0])


def test_a_poor_solution_of_the_solver_is_not_handed_out():
    """Two features a trillion times the bias: HiGHS's point is not the best one."""
    rng = np.random.default_rng(0)
    X = with_bias(rng.standard_normal((6, 2)))
    y, patterns = np.array([1.0, -1, 1, 1, -1, -1]), gate_patterns(X, 20, 0)
    stretch = np.array([1e12, 1e12, 1.0])
    wide = Patterns(patterns.masks, patterns.gates / stretch)
    # Points of the program without bias weights, in the units of X:
    best = lp_oracle(X[:, :2], y, patterns.masks, "max_margin") / 1e12
    try:
        weights = fit_relu_lp(X * stretch, y, wide, objective="max_margin")
    except NotConverged:
        return
    assert objective_value(weights, "max_margin") <= best * (1 + 1e-6)


def test_a_value_without_its_proof_comes_as_the_state():
    rows, none = sparse.csr_array([[1.0]]), sparse.csr_array((0, 1))
    with pytest.raises(NotConverged, match=r"0\.5, bound 1") as caught:  # half a margin
        least_norm(
            rows, none, np.ones(1), "min_l1", lambda blocks: blocks, lambda blocks: 0.5
        )
    assert caught.value.state == pytest.approx(np.ones((1, 1)))


GOOD = np.array([[0.0, 1.0], [1.0, 1.0]])
BOTH = Patterns(np.array([[True, True], [False, True]]), np.array([[0, 1.0], [2, -1]]))


@pytest.mark.prop("I4.1", "bad arguments are refused by name")
@pytest.mark.parametrize(
    "arguments, named",
    [
        ({"X": np.ones(2)}, "X"),
        ({"X": [[np.nan, 1], [1, 1]]}, "X"),
        ({"X": np.ones((3, 2))}, "y"),
        ({"X": np.ones((2, 3))}, r"patterns\.gates"),
        ({"y": [1.0, 0.0]}, "y"),
        ({"y": [1.0]}, "y"),
        ({"patterns": BOTH.masks}, "patterns must be Patterns"),
        ({"patterns": Patterns(np.ones((1, 3), bool), np.ones((1, 2)))}, "masks"),
        ({"patterns": Patterns(BOTH.masks, np.ones((2, 3)))}, "gates"),
        ({"objective": "max"}, "objective"),
        ({"margin": 0.0}, "margin"),
        ({"margin": np.inf}, "margin"),
    ],
)
def test_bad_input_is_named(subject, arguments, named):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    arguments = {"X": GOOD, "y": [1.0, -1.0], "patterns": BOTH} | arguments
    with pytest.raises(ValueError, match=named):
        fit_relu_lp(**arguments)


@pytest.mark.prop("I4.1", "a mask that is no cell's pattern is named with its number")
def test_impossible_mask_is_named(subject):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X = with_bias([[0.0], [1.0], [2.0]])
    masks = np.array([[True, True, True], [True, False, True]])
    with pytest.raises(ValueError, match="mask 1") as caught:
        fit_relu_lp(X, [1.0, -1, 1], Patterns(masks, np.ones((2, 2))))
    assert not isinstance(caught.value, Infeasible)


def test_a_hidden_layer_of_another_network_is_not_needed():
    """Patterns of one network fit the labels of another on the same cells."""
    X = with_bias(np.linspace(-1, 1, 9)[:, None])
    y = np.sign(ReluNetwork([[1, -1], [-0.4, -0.4]], [1, 1])(X) - 0.1)
    patterns = enumerate_patterns(X)
    for objective in OBJECTIVES:
        assert_solves(X, y, patterns, fit_relu_lp(X, y, patterns, objective=objective))
