"""Properties of the plain programs, and the data on which plain is not enough."""

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from scipy.linalg import LinAlgError

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.common import Infeasible, with_bias
from reference.relu_lp import (
    ConvexWeights,
    fit_relu_lp,
    plain_closed_form,
    plain_fit_relu_lp,
    plain_to_network,
    relu_output,
    to_network,
)
from tests import strategies
from tests.relu_lp.oracle import (
    assert_solves,
    gate_patterns,
    lp_oracle,
    objective_value,
    output_by_loops,
    smallest_cone_slack,
)

OBJECTIVES = ["feasible", "min_l1", "max_margin"]
STAIRS = np.array([[-1.0, 1.0], [0.0, 1.0], [1.0, 1.0], [2.0, 1.0]])
UP_AND_DOWN = np.array([1.0, -1.0, 1.0, -1.0])


@st.composite
def generic(draw, max_rows=6):
    """Gaussian data with a bias, labels, and patterns: feasible or not."""
    n = draw(st.integers(2, max_rows))
    rng = np.random.default_rng(draw(strategies.seeds))
    X = with_bias(rng.standard_normal((n, draw(st.integers(1, 2)))))
    patterns = gate_patterns(X, draw(st.integers(1, 6)), draw(strategies.seeds))
    return X, rng.choice([-1.0, 1.0], n), patterns


@pytest.mark.prop(
    "P4.12", "margins at least 1, in the cones, at the optimum", stage="plain"
)
@pytest.mark.parametrize("objective", OBJECTIVES)
@settings(max_examples=20)
@given(case=generic())
def test_plain_program(subject, objective, case):
    plain_fit_relu_lp = subject("relu_lp.plain_fit_relu_lp")
    X, y, patterns = case
    best = lp_oracle(X, y, patterns.masks, objective)
    if best is None:
        with pytest.raises(ValueError):
            plain_fit_relu_lp(X, y, patterns.masks, objective)
        return
    u, v = plain_fit_relu_lp(X, y, patterns.masks, objective)
    weights = ConvexWeights(u, v)
    f = output_by_loops(X, patterns.masks, weights)
    assert (y * f).min() >= 1 - 1e-7, f"margins {y * f}"
    assert smallest_cone_slack(X, patterns.masks, weights) >= -1e-7, "outside a cone"
    assert objective_value(weights, objective) == pytest.approx(best, rel=1e-6)


@pytest.mark.prop(
    "P4.12", "one neuron does what its label asks, with the least weight", stage="plain"
)
def test_plain_program_by_hand(subject):
    """x_+ - ½(-x)_+ on x = 1 and x = -2: both margins are exactly one."""
    plain_fit_relu_lp = subject("relu_lp.plain_fit_relu_lp")
    X, masks = np.array([[1.0], [-2.0]]), np.array([[True, False], [False, True]])
    for objective in ("min_l1", "max_margin"):
        u, v = plain_fit_relu_lp(X, np.array([1.0, -1.0]), masks, objective)
        assert (u - v).ravel() == pytest.approx([1.0, 0.5], abs=1e-9)
        assert u[0, 0] <= 1 + 1e-9
        assert -1 - 1e-9 <= v[1, 0] <= -0.5 + 1e-9


@pytest.mark.prop(
    "P4.13", "outputs equal the labels, weights in the cones", stage="plain"
)
@given(case=generic(), scale=st.sampled_from([0.1, 1.0, 20.0]))
def test_plain_closed_form(subject, case, scale):
    plain_closed_form = subject("relu_lp.plain_closed_form")
    X, y, patterns = case
    X, y = scale * X, y * np.arange(1.0, len(y) + 1.0)  # any outputs, not only labels
    D = patterns.masks.astype(float)
    assume(np.linalg.cond((X @ X.T) * (D.T @ D)) < 1e6)
    weights = ConvexWeights(*plain_closed_form(X, y, patterns.masks, patterns.gates))
    f = output_by_loops(X, patterns.masks, weights)
    assert f == pytest.approx(y, abs=1e-7)
    assert smallest_cone_slack(X, patterns.masks, weights) >= -1e-9, "outside a cone"


@pytest.mark.prop(
    "P4.13", "w = u - v is the shortest of all with these outputs", stage="plain"
)
@given(case=generic())
def test_plain_closed_form_is_shortest(subject, case):
    plain_closed_form = subject("relu_lp.plain_closed_form")
    X, y, patterns = case
    F = np.hstack([mask[:, None] * X for mask in patterns.masks])
    assume(np.linalg.matrix_rank(F) == len(y) and np.linalg.cond(F) < 1e3)
    u, v = plain_closed_form(X, y, patterns.masks, patterns.gates)
    shortest = np.linalg.lstsq(F, y, rcond=None)[0].reshape(u.shape)
    assert u - v == pytest.approx(shortest, abs=1e-8)


@pytest.mark.prop(
    "P4.14", "one neuron (u, +1) or (v, -1) for each non-zero block", stage="plain"
)
@given(case=generic(), seed=strategies.seeds)
def test_plain_to_network(subject, case, seed):
    plain_to_network = subject("relu_lp.plain_to_network")
    X, _, patterns = case
    rng = np.random.default_rng(seed)
    size = rng.choice([0.0, 0.5, 2.0], (2, len(patterns.masks), 1))
    weights = ConvexWeights(size[0] * patterns.gates, size[1] * patterns.gates)
    hidden, output = plain_to_network(weights.positive, weights.negative)
    used = int((size > 0).sum())
    assert hidden.shape == (X.shape[1], used)
    assert output.shape == (used,)
    expected = output_by_loops(X, patterns.masks, weights)
    got = np.maximum(X @ hidden, 0.0) @ output
    assert got == pytest.approx(expected, abs=1e-9)


@pytest.mark.prop(
    "P4.14", "a weight vector with a zero entry is a neuron", stage="plain"
)
def test_plain_to_network_keeps_partly_zero_vectors(subject):
    plain_to_network = subject("relu_lp.plain_to_network")
    hidden, output = plain_to_network(
        np.array([[2.0, 0.0], [0.0, 0.0]]), np.array([[0.0, 0.0], [0.0, 3.0]])
    )
    order = np.argsort(-output)
    assert hidden[:, order] == pytest.approx(np.array([[2.0, 0.0], [0.0, 3.0]]))
    assert output[order] == pytest.approx([1.0, -1.0])


@pytest.mark.prop("P4.15", "plain and robust agree where plain succeeds", stage="plain")
@settings(max_examples=15)
@given(case=generic())
def test_plain_and_robust_agree(subject, case):
    plain_fit_relu_lp = subject("relu_lp.plain_fit_relu_lp")
    plain_closed_form = subject("relu_lp.plain_closed_form")
    plain_to_network = subject("relu_lp.plain_to_network")
    X, y, patterns = case
    for objective in OBJECTIVES:
        try:
            u, v = plain_fit_relu_lp(X, y, patterns.masks, objective)
        except ValueError:
            with pytest.raises(Infeasible):
                fit_relu_lp(X, y, patterns, objective=objective)
            return
        robust = fit_relu_lp(X, y, patterns, objective=objective)
        got = objective_value(ConvexWeights(u, v), objective)
        assert got == pytest.approx(objective_value(robust, objective), rel=1e-6)
    D = patterns.masks.astype(float)
    if np.linalg.cond((X @ X.T) * (D.T @ D)) < 1e8:
        robust = fit_relu_lp(X, y, patterns)
        u, v = plain_closed_form(X, y, patterns.masks, patterns.gates)
        w = robust.positive - robust.negative
        assert u - v == pytest.approx(w, rel=1e-6, abs=1e-6 * np.abs(w).max())
        hidden, output = plain_to_network(u, v)
        assert relu_output(X, hidden, output) == pytest.approx(
            to_network(robust)(X), abs=1e-6
        )


# ----------------------------------------------- where plain fails and robust does not


def test_limit_of_plain_small_units():
    """Data in units of a billionth: the solver's tolerances swallow them."""
    X, y = 1e-9 * STAIRS, UP_AND_DOWN
    patterns = enumerate_patterns(X)
    with pytest.raises(ValueError, match="infeasible"):  # they are not
        plain_fit_relu_lp(X, y, patterns.masks, "min_l1")
    weights = fit_relu_lp(X, y, patterns, objective="min_l1")
    assert_solves(X, y, patterns, weights)


def test_limit_of_plain_a_small_feature():
    """One feature in units of 1e-10: the solver drops its coefficients."""
    X, y, cells = STAIRS * [1e-10, 1.0], UP_AND_DOWN, enumerate_patterns(STAIRS)
    patterns = Patterns(cells.masks, cells.gates / [1e-10, 1.0])
    with pytest.raises(ValueError, match="infeasible"):
        plain_fit_relu_lp(X, y, patterns.masks)
    for objective in OBJECTIVES:
        weights = fit_relu_lp(X, y, patterns, objective=objective)
        assert_solves(X, y, patterns, weights)


def test_limit_of_plain_a_repeated_row():
    """Two equal rows with one label: Θ is singular, the program is feasible."""
    X, y = STAIRS[[0, 1, 1, 2]], np.array([1.0, -1.0, -1.0, 1.0])
    patterns = enumerate_patterns(X)
    with pytest.raises(LinAlgError):
        plain_closed_form(X, y, patterns.masks, patterns.gates)
    assert_solves(X, y, patterns, fit_relu_lp(X, y, patterns))


def test_limit_of_plain_a_gate_on_a_wall():
    """The gate (0, 1) is on no wall of its cell; (1, 1) is: x_0 h = 0."""
    X, y = STAIRS, UP_AND_DOWN
    patterns = enumerate_patterns(X)
    first = np.flatnonzero((patterns.masks == [True, True, True, True]).all(axis=1))
    gates = patterns.gates.copy()
    gates[first] = [1.0, 1.0]
    with np.errstate(divide="ignore", invalid="ignore"):
        u, _ = plain_closed_form(X, y, patterns.masks, gates)
    assert not np.isfinite(u).all()
    broken = Patterns(patterns.masks, gates)
    assert_solves(X, y, patterns, fit_relu_lp(X, y, broken))


def test_limit_of_plain_nearly_equal_rows():
    """Rows 1e-6 apart with opposite labels: huge weights, their margin rounds off."""
    rng = np.random.default_rng(2)
    X = with_bias(rng.standard_normal((5, 2)))
    X = np.vstack([X, X[0] + [1e-6, 0.0, 0.0]])
    y = np.array([1.0, -1.0, 1.0, 1.0, -1.0, -1.0])
    patterns = gate_patterns(X, 30, 0)
    u, v = plain_closed_form(X, y, patterns.masks, patterns.gates)
    assert (y * relu_output(X, *plain_to_network(u, v))).min() < 1 - 1e-6
    network = to_network(fit_relu_lp(X, y, patterns))
    assert (y * network(X)).min() >= 1 - 1e-9


def test_limit_of_plain_no_proof():
    """Plain says no; robust proves it."""
    X, y = STAIRS[[0, 1, 1]], np.array([1.0, -1.0, 1.0])
    patterns = enumerate_patterns(X)
    with pytest.raises(ValueError, match="infeasible"):
        plain_fit_relu_lp(X, y, patterns.masks)
    with pytest.raises(Infeasible) as caught:
        fit_relu_lp(X, y, patterns)
    assert caught.value.certificate == pytest.approx([0.0, 0.5, 0.5])
