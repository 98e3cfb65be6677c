"""The plain three-layer program, and the data on which it is not enough."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.activation_patterns import Patterns
from reference.common import Infeasible
from reference.deep_relu_lp import (
    DeepConvexWeights,
    fit_deep_relu_lp,
    plain_fit_three_layers,
    plain_to_three_layers,
    sample_deep_patterns,
    to_deep_network,
)
from reference.relu_lp import fit_relu_lp
from tests import strategies


def network_of(c, X):
    """The tree of (eq:deep-tree) for three layers, unit by unit."""
    outputs = np.zeros(len(X))
    for sign, plus, minus in ((1.0, c[0], c[1]), (-1.0, c[2], c[3])):
        for p, q in zip(plus, minus, strict=True):
            inside = sum(np.maximum(X @ u, 0.0) for u in p)
            inside = inside - sum(np.maximum(X @ u, 0.0) for u in q)
            outputs += sign * np.maximum(inside, 0.0)
    return outputs


@st.composite
def three_layers(draw):
    """Generic data, labels, and a few sampled patterns: often infeasible."""
    rng = np.random.default_rng(draw(strategies.seeds))
    X = rng.standard_normal((draw(st.integers(2, 5)), 2))
    counts = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    patterns = sample_deep_patterns(X, counts, rng=rng)
    return X, rng.choice([-1.0, 1.0], len(X)), patterns


def least_l1(X, y, patterns):
    """The optimal value of the robust program, or None."""
    try:
        fit = fit_deep_relu_lp(X, y, patterns, objective="min_l1")
    except Infeasible:
        return None
    return np.abs(fit.blocks).sum()


@pytest.mark.prop(
    "P5.20", "margins of 1 by a network of least weights, or infeasible", stage="plain"
)
@settings(max_examples=30)
@given(problem=three_layers())
def test_plain_three_layers(subject, problem):
    plain_fit = subject("deep_relu_lp.plain_fit_three_layers")
    X, y, patterns = problem
    expected = least_l1(X, y, patterns)
    try:
        c = plain_fit(X, y, *patterns.masks)
    except Infeasible:
        assert expected is None, "the program is feasible"
        return
    assert expected is not None, "the program is infeasible"
    assert c.shape == (4, *patterns.counts[::-1], 2)
    assert (y * network_of(c, X)).min() >= 1 - 1e-5
    assert np.abs(c).sum() == pytest.approx(expected, rel=1e-5)


@pytest.mark.prop(
    "P5.20", "one inner pattern that is always on: chapter 4", stage="plain"
)
@pytest.mark.parametrize("seed", range(4))
def test_plain_with_one_inner_pattern(subject, seed):
    plain_fit = subject("deep_relu_lp.plain_fit_three_layers")
    rng = np.random.default_rng(seed)
    X = np.column_stack([rng.standard_normal(4), np.ones(4)])
    y, gates = rng.choice([-1.0, 1.0], 4), rng.standard_normal((12, 2))
    outer = Patterns(gates @ X.T >= 0, gates)
    c = plain_fit(X, y, np.ones((1, 4), dtype=bool), outer.masks)
    expected = fit_relu_lp(X, y, outer, objective="min_l1")
    size = np.abs(expected.positive).sum() + np.abs(expected.negative).sum()
    # An inner unit must be on: c1 - c2 with both in one cone costs no less.
    assert np.abs(c).sum() >= size * (1 - 1e-6)
    assert (y * network_of(c, X)).min() >= 1 - 1e-5


@pytest.mark.prop(
    "P5.20", "a pattern is off where its mask is off, at a price", stage="plain"
)
def test_plain_prices_by_hand(subject):
    """Unit 1, on at (1, 2) and off at (0, 1), is (1, 0); unit 2 is (-2, 1)."""
    plain_fit = subject("deep_relu_lp.plain_fit_three_layers")
    X, y = np.array([[1.0, 2.0], [0.0, 1.0]]), np.ones(2)
    inner, outer = np.array([[True, False], [False, True]]), np.array([[True, True]])
    c = plain_fit(X, y, inner, outer)
    assert np.abs(c).sum() == pytest.approx(4.0, abs=1e-6)
    assert network_of(c, X) == pytest.approx([1.0, 1.0], abs=1e-6)


@pytest.mark.prop("P5.21", "the network is the tree of the four vectors", stage="plain")
@given(
    X=strategies.general_position(max_rows=5, max_columns=3),
    counts=st.tuples(st.integers(1, 3), st.integers(1, 3)),
    seed=strategies.seeds,
)
def test_plain_network(subject, X, counts, seed):
    plain_network = subject("deep_relu_lp.plain_to_three_layers")
    c = np.random.default_rng(seed).standard_normal((4, *counts, X.shape[1]))
    W1, W2, w3 = plain_network(c)
    P2, P1 = counts
    assert W1.shape == (X.shape[1], 4 * P1 * P2)
    assert W2.shape == (4 * P1 * P2, 2 * P2)
    got = np.maximum(np.maximum(X @ W1, 0.0) @ W2, 0.0) @ w3
    assert got == pytest.approx(network_of(c, X), abs=1e-9)
    blocks = np.stack([np.stack(c[:2], axis=1), np.stack(c[2:], axis=1)])
    robust = to_deep_network(DeepConvexWeights(blocks))
    assert robust(X) == pytest.approx(got, abs=1e-9)


@pytest.mark.prop("P5.14", "plain and robust agree where plain succeeds")
@settings(max_examples=20)
@given(problem=three_layers())
def test_robust_agrees_with_plain(subject, problem):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X, y, patterns = problem
    try:
        expected = np.abs(plain_fit_three_layers(X, y, *patterns.masks)).sum()
    except Infeasible:
        return  # P5.7
    got = np.abs(fit(X, y, patterns, objective="min_l1").blocks).sum()
    assert got == pytest.approx(expected, rel=1e-5)


@pytest.mark.prop("P5.13", "data in units in which the plain program fails")
def test_limits_of_the_plain_program(subject):
    fit = subject("deep_relu_lp.fit_deep_relu_lp")
    X = np.array([[0.0, 0, 1], [1, 1, 1], [0, 1, 1], [1, 0, 1]])  # exclusive or
    y, unit = np.array([1.0, 1.0, -1.0, -1.0]), 2.0**-34
    patterns = sample_deep_patterns(X, (9, 9), rng=np.random.default_rng(0))
    c = plain_fit_three_layers(X, y, *patterns.masks)
    assert (y * network_of(c, X)).min() >= 1 - 1e-5
    with pytest.raises(Infeasible):  # HiGHS drops coefficients below 1e-9
        plain_fit_three_layers(unit * X, y, *patterns.masks)
    weights = fit(unit * X, y, patterns, objective="min_l1")
    assert (y * to_deep_network(weights)(unit * X)).min() >= 1 - 1e-9


def test_the_plain_network_of_the_plain_program():
    X = np.array([[1.0], [-1.0]])
    masks = np.array([[True, False], [False, True]]), np.array([[True, True]])
    c = plain_fit_three_layers(X, np.array([1.0, -1.0]), *masks)
    W1, W2, w3 = plain_to_three_layers(c)
    got = np.maximum(np.maximum(X @ W1, 0.0) @ W2, 0.0) @ w3
    assert got == pytest.approx([1.0, -1.0])
