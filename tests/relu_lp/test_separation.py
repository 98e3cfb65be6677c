"""Whether a network fits: separation without cones, certificates, their messages."""

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from scipy.optimize import linprog

from reference.activation_patterns import (
    Patterns,
    enumerate_patterns,
    sample_patterns,
)
from reference.common import Infeasible, NotConverged, with_bias
from reference.relu_lp import (
    farkas_residual,
    fit_relu_lp,
    separate_without_cones,
    to_network,
)
from tests import strategies
from tests.relu_lp.oracle import labelled_data, lp_oracle

OBJECTIVES = ["feasible", "min_l1", "max_margin"]
STEP = np.array([[0.0, 1.0], [1.0, 1.0]])
BOTH = np.array([[True, True], [False, True]])


@pytest.mark.prop(
    "P4.5", "the certificate of Infeasible holds by matrix products alone"
)
@given(case=labelled_data(), objective=st.sampled_from(OBJECTIVES))
def test_certificate_of_infeasibility(subject, case, objective):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X, y, patterns = case
    assume(lp_oracle(X, y, patterns.masks) is None)
    with pytest.raises(Infeasible) as caught:
        fit_relu_lp(X, y, patterns, objective=objective)
    multipliers = caught.value.certificate
    assert multipliers.shape == y.shape
    assert (multipliers >= 0).all()
    assert multipliers.sum() == pytest.approx(1, abs=1e-12)
    for mask in patterns.masks:
        total = sum(multipliers[k] * y[k] * X[k] for k in np.flatnonzero(mask))
        assert np.abs(total).max() <= 1e-9 * (1 + np.abs(X).max()), total


@pytest.mark.prop(
    "P4.5", "the certificate of Infeasible holds by matrix products alone"
)
def test_certificate_of_three_points_on_a_line(subject):
    """Multiples of (-1, 1), (0, 1) and (1, 1): 3 (-2, 2) + 2 (3, 3) = 12 (0, 1)."""
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X = np.array([[-2.0, 2.0], [0.0, 1.0], [3.0, 3.0]])
    with pytest.raises(Infeasible) as caught:
        fit_relu_lp(X, [1.0, -1.0, 1.0], Patterns(np.ones((1, 3), bool), X[1:2]))
    assert caught.value.certificate == pytest.approx(np.array([3, 12, 2]) / 17)


@pytest.mark.prop("P4.5", "a certificate has more digits than the solver")
@pytest.mark.parametrize("seed", [2, 5, 7, 12, 13])
def test_certificate_to_rounding(subject, seed):
    """HiGHS leaves up to 3e-10 of these multipliers in the range of the outputs."""
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    rng = np.random.default_rng(seed)
    X, y = with_bias(rng.standard_normal((150, 2))), rng.choice([-1.0, 1.0], 150)
    patterns = sample_patterns(X, 25, rng=rng)
    with pytest.raises(Infeasible) as caught:
        fit_relu_lp(X, y, patterns)
    assert farkas_residual(X, y, patterns.masks, caught.value.certificate) < 2e-13


@pytest.mark.prop("P4.5", "farkas_residual is the worst violation of the certificate")
@given(case=labelled_data(), seed=strategies.seeds, kind=st.integers(0, 3))
def test_farkas_residual_by_loops(subject, case, seed, kind):
    farkas_residual = subject("relu_lp.farkas_residual")
    X, y, patterns = case
    multipliers = np.random.default_rng(seed).standard_normal(len(y))
    if kind > 0:  # non-negative, then also of sum 1, then tiny: only (3) is violated
        multipliers = np.abs(multipliers)
    if kind > 1:
        multipliers /= multipliers.sum()
    size = [sum(abs(multipliers * X[:, j])) for j in range(X.shape[1])]
    worst = max(0.0, -min(multipliers), abs(sum(multipliers) - 1))
    for mask in patterns.masks:
        for j in range(X.shape[1]):
            total = sum(multipliers * y * mask * X[:, j]) / (size[j] or 1.0)
            worst = max(worst, abs(total))
    got = farkas_residual(X, y, patterns.masks, multipliers)
    assert got == pytest.approx(worst, abs=1e-12)


@pytest.mark.prop("P4.5", "rows that differ a little are not proved equal")
@pytest.mark.parametrize("gap", [1e-3, 1e-6, 1e-9, 1e-10])
def test_no_certificate_for_nearly_equal_rows(subject, gap):
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X = np.array([[1.0, 1.0], [1.0 + gap, 1.0]])
    patterns = Patterns(np.ones((1, 2), bool), np.array([[0.0, 1.0]]))
    if gap < 1e-8:
        with pytest.raises(NotConverged):
            fit_relu_lp(X, [1.0, -1.0], patterns)
    else:
        weights = fit_relu_lp(X, [1.0, -1.0], patterns)
        assert ([1, -1] * to_network(weights)(X)).min() >= 1 - 1e-9


@pytest.mark.prop("P4.5", "a short row is no certificate because it is short")
def test_the_residual_is_relative_to_the_rows_it_uses(subject):
    farkas_residual = subject("relu_lp.farkas_residual")
    X, masks = np.array([[1e-9, 0.0], [1.0, 1.0]]), np.ones((1, 2), bool)
    assert farkas_residual(X, [1.0, 1.0], masks, [1.0, 0.0]) == pytest.approx(1.0)


@given(case=labelled_data(), seed=strategies.seeds, P=st.integers(1, 6))
def test_separation_without_cones_takes_any_masks(case, seed, P):
    """Also masks that are no patterns, as the paths through a deep network."""
    X, y, _ = case
    masks = np.random.default_rng(seed).random((P, len(X))) < 0.6
    F = np.hstack([mask[:, None] * X for mask in masks])
    top = linprog(  # the largest margin of weights within the unit box
        np.append(np.zeros(F.shape[1]), -1.0),
        np.column_stack([-y[:, None] * F, np.ones(len(y))]),
        np.zeros(len(y)),
        bounds=[(-1, 1)] * F.shape[1] + [(None, None)],
    )
    assert top.status == 0
    assume(not 1e-9 < -top.fun < 1e-5)
    if -top.fun > 1e-5:
        w = separate_without_cones(X, y, masks)
        assert w.shape == (P, X.shape[1])
        assert (y * (F @ w.ravel())).min() >= 1 - 1e-7
    else:
        with pytest.raises(Infeasible) as caught:
            separate_without_cones(X, y, masks)
        assert np.abs(F.T @ (y * caught.value.certificate)).max() <= 1e-9


@pytest.mark.prop("I4.5", "bad arguments are refused by name")
def test_farkas_residual_names_bad_input(subject):
    farkas_residual = subject("relu_lp.farkas_residual")
    with pytest.raises(ValueError, match="multipliers"):
        farkas_residual(STEP, [1.0, -1.0], BOTH, [1.0])
    with pytest.raises(ValueError, match="y must hold labels"):
        farkas_residual(STEP, [1.0, 2.0], BOTH, [0.5, 0.5])
    with pytest.raises(ValueError, match="masks"):
        farkas_residual(STEP, [1.0, -1.0], BOTH[:, :1], [0.5, 0.5])


@pytest.mark.prop("P4.7", "a small feature counts too, if it is what separates")
@pytest.mark.parametrize("small", [2.0**-20, 2.0**-40, 2.0**-300])
def test_a_small_feature_separates(subject, small):
    """A repeated row, so Θ is singular; without the second column no w fits."""
    fit_relu_lp = subject("relu_lp.fit_relu_lp")
    X = np.array([[1.0, small], [2.0, small], [2.0, small]])
    patterns = Patterns(np.ones((1, 3), bool), np.array([[1.0, 0.0]]))
    y = np.array([1.0, -1.0, -1.0])
    weights = fit_relu_lp(X, y, patterns)
    w = (weights.positive - weights.negative)[0]
    assert (y * (X @ w) >= 1 - 1e-9).all(), f"margins {y * (X @ w)}"
    assert (y * to_network(weights)(X) >= 1 - 1e-9).all()


@pytest.mark.parametrize(
    "X, y, reason",
    [
        ([[1.0, 1], [1, 1]], [1.0, -1], "rows 0 and 1 are equal"),
        ([[0.0, 0], [1, 1]], [1.0, -1], "row 0 is 0"),
        (
            [[-1.0, 1], [0, 1], [1, 1]],
            [1.0, -1, 1],
            "use more patterns, or append .* check",
        ),
        ([[-1.0, 1], [0, 2], [1, 1]], [1.0, -1, 1], "more patterns, or append a bias"),
        ([[1.0, 2], [2, 4]], [1.0, -1], "multiples of each other .* append one"),
    ],
)
def test_the_message_says_why(X, y, reason):
    X = np.array(X)
    patterns = Patterns(np.ones((1, len(X)), bool), np.array([[0.1, 1.0]]))
    with pytest.raises(Infeasible, match=reason):
        fit_relu_lp(X, y, patterns)


def test_opposite_rows_without_a_bias():
    """f(x) - f(-x) is linear in x: three such pairs contradict each other."""
    X = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, -1.0]])
    X, y = np.vstack([X, -X]), np.repeat([1.0, -1.0], 3)
    with pytest.raises(Infeasible, match="append a bias") as caught:
        fit_relu_lp(X, y, enumerate_patterns(X))
    assert caught.value.certificate == pytest.approx(np.full(6, 1 / 6))
    with_ones = np.column_stack([X, np.ones(6)])
    network = to_network(fit_relu_lp(with_ones, y, enumerate_patterns(with_ones)))
    assert (y * network(with_ones) >= 1 - 1e-9).all()


def test_no_unit_of_a_row_or_column_makes_a_certificate():
    """A column of 1e-13 separates two rows; a residual relative to rows is blind."""
    X, masks = np.array([[1.0, 0.0], [1.0, 1e-13]]), np.ones((1, 2), bool)
    assert farkas_residual(X, [1.0, -1.0], masks, [0.5, 0.5]) == pytest.approx(1.0)
