"""The lifted operator: equal to the explicit matrix, adjoint, and its cones."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.relu_lp import LiftedOperator
from tests import strategies
from tests.relu_lp.oracle import gate_patterns


@st.composite
def operators(draw):
    """Operators of degenerate and generic data, with both kinds of signs."""
    X = draw(strategies.any_data(max_rows=6, max_columns=3))
    patterns = gate_patterns(X, draw(st.integers(1, 6)), draw(strategies.seeds))
    signs = draw(st.sampled_from([(1.0, -1.0), (1.0,)]))
    return LiftedOperator(X, patterns.masks, signs), draw(strategies.seeds)


def explicit(F):
    """F as a matrix: one column for each weight, by loops."""
    columns = [
        [sign * D[k] * F.X[k, j] for k in range(len(F.X))]
        for sign in F.signs
        for D in F.D
        for j in range(F.X.shape[1])
    ]
    return np.array(columns).T


def explicit_cones(F):
    """The cone rows at length 1 of the non-zero samples, as a block diagonal.

    A model with one sign, a gated one, has no cones.
    """
    size = int(np.prod(F.shape))
    rows = []
    for b in range(2 * len(F.D) if len(F.signs) == 2 else 0):
        for k in np.flatnonzero([x.any() for x in F.X]):
            row = np.zeros(size)
            sign = 1.0 if F.D[b % len(F.D)][k] else -1.0
            d = F.X.shape[1]
            row[b * d : (b + 1) * d] = sign * F.X[k] / np.linalg.norm(F.X[k])
            rows.append(row)
    return np.array(rows).reshape(-1, size)


@given(case=operators())
def test_products_equal_those_of_the_explicit_matrix(case):
    F, seed = case
    rng = np.random.default_rng(seed)
    w, r = rng.standard_normal(F.shape), rng.standard_normal(len(F.X))
    matrix, cones = explicit(F), explicit_cones(F)
    assert F.outputs(w) == pytest.approx(matrix @ w.ravel(), abs=1e-12)
    assert F.adjoint(r).shape == F.shape
    assert F.adjoint(r).ravel() == pytest.approx(matrix.T @ r, abs=1e-12)
    assert F.cone_values(w).ravel() == pytest.approx(cones @ w.ravel(), abs=1e-12)
    rho = rng.standard_normal((*F.shape[:2], len(F.rows)))
    assert F.cone_adjoint(rho).ravel() == pytest.approx(
        cones.T @ rho.ravel(), abs=1e-12
    )
    assert F.gram() == pytest.approx(matrix @ matrix.T, abs=1e-12)


@given(case=operators())
def test_adjoint_identities(case):
    F, seed = case
    rng = np.random.default_rng(seed)
    w, r = rng.standard_normal(F.shape), rng.standard_normal(len(F.X))
    assert F.outputs(w) @ r == pytest.approx((w * F.adjoint(r)).sum(), abs=1e-11)
    rho = rng.standard_normal((*F.shape[:2], len(F.rows)))
    both = (F.cone_values(w) * rho).sum(), (w * F.cone_adjoint(rho)).sum()
    assert both[0] == pytest.approx(both[1], abs=1e-11)


@given(case=operators())
def test_leading_axes_are_several_vectors_at_once(case):
    F, seed = case
    rng = np.random.default_rng(seed)
    w, r = rng.standard_normal((3, *F.shape)), rng.standard_normal((3, len(F.X)))
    for k in range(3):
        assert F.outputs(w)[k] == pytest.approx(F.outputs(w[k]), abs=1e-12)
        assert F.adjoint(r)[k] == pytest.approx(F.adjoint(r[k]), abs=1e-12)
        assert F.cone_values(w)[k] == pytest.approx(F.cone_values(w[k]), abs=1e-12)


@given(case=operators())
def test_the_gram_matrix_in_another_metric(case):
    F, seed = case
    root = np.random.default_rng(seed).standard_normal((F.X.shape[1],) * 2)
    B = root @ root.T
    matrix, blocks = explicit(F), len(F.signs) * len(F.D)
    expected = matrix @ np.kron(np.eye(blocks), B) @ matrix.T
    assert F.gram(B) == pytest.approx(expected, abs=1e-10)


def test_gates_need_not_be_masks():
    """A sampled network is linear in its output weights: D holds its features."""
    features = np.array([[0.5, 0.0, 2.0], [1.0, 3.0, 0.0]])
    F = LiftedOperator(np.ones((3, 1)), features, (1.0,))
    alpha = np.array([2.0, -1.0])
    assert F.outputs(alpha.reshape(F.shape)) == pytest.approx(alpha @ features)


def test_rows_so_small_that_their_squares_vanish_have_length_one():
    F = LiftedOperator([[3e-200, 4e-200], [0.0, 0.0], [3e200, 4e200]], np.ones((1, 3)))
    np.testing.assert_array_equal(F.live, [True, False, True])
    assert F.rows == pytest.approx(np.array([[0.6, 0.8], [0.6, 0.8]]))
    assert F.side.shape == (1, 2)


def test_data_without_a_row_that_is_not_zero_have_no_cones():
    F = LiftedOperator(np.zeros((2, 3)), np.ones((4, 2)))
    assert F.cone_values(np.ones(F.shape)).shape == (2, 4, 0)
    assert not F.cone_adjoint(np.ones((2, 4, 0))).any()


@pytest.mark.parametrize(
    "X, D, named",
    [
        (np.ones(3), np.ones((1, 3)), r"X needs shape \(n, d\)"),
        (np.ones((3, 2)), np.ones((1, 2)), r"D needs shape \(n, 3\)"),
        (np.ones((3, 2)), np.ones(3), r"D needs shape \(n, 3\)"),
        (np.ones((3, 2)), np.full((1, 3), np.nan), "D must be finite"),
    ],
)
def test_bad_shapes_are_named(X, D, named):
    with pytest.raises(ValueError, match=named):
        LiftedOperator(X, D)


def test_the_operator_does_not_change_with_its_arguments():
    X, D = np.eye(2), np.ones((1, 2))
    F = LiftedOperator(X, D)
    X[:], D[:] = 7.0, 7.0
    assert F.outputs(np.ones(F.shape) * [[[2.0]], [[1.0]]]) == pytest.approx([1, 1])
