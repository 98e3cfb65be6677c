"""Properties of the kernel's two forms: as a matrix and as features."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reference.npc.kernel import as_kernel, need_semidefinite
from tests import strategies
from tests.npc.oracle import features, kinds


@pytest.mark.prop("P16.10", "the matrix and its features give the same scores")
@settings(max_examples=15)
@given(seed=strategies.seeds, power=st.integers(-12, 12))
def test_both_forms(subject, seed, power):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    F = features(seed, "normal", n=8, d=11) * 10.0**power
    candidates = [[2, 3, 4], [5, 6, 7]]
    args = {"labeled": [0, 1], "candidates": candidates}
    by_features = min_eigenvalue_scores(factor=F, **args)
    by_matrix = min_eigenvalue_scores(gram=F @ F.T, **args)
    np.testing.assert_allclose(by_features, by_matrix, rtol=1e-8)


@settings(max_examples=15)
@given(seed=strategies.seeds, kind=kinds, power=st.integers(-60, 60))
def test_units_are_powers_of_two(seed, kind, power):
    F = features(seed, kind) * 2.0**power
    rows = np.arange(len(F))
    for kernel in (as_kernel(F @ F.T, None), as_kernel(None, F)):
        assert np.frexp(kernel.unit)[0] == 0.5
        np.testing.assert_allclose(
            kernel.block(rows, rows) * kernel.unit, F @ F.T, rtol=1e-12,
            atol=1e-13 * np.abs(F @ F.T).max(),
        )  # fmt: skip
        np.testing.assert_allclose(
            kernel.diagonal(rows), np.diag(kernel.block(rows, rows)), rtol=1e-12
        )
        need_semidefinite(kernel, rows)


@pytest.mark.prop("I16.1", "kernels whose eigenvalues would be no numbers")
@pytest.mark.parametrize("form, size", [
    ("factor", 1e200), ("factor", 1e-200), ("gram", 1e305), ("gram", 1e-310),
])  # fmt: skip
def test_sizes_that_are_no_numbers(subject, form, size):
    addition_scores = subject("npc.addition_scores")
    with pytest.raises(ValueError, match=f"{form} needs a largest entry between"):
        addition_scores(labeled=[0], pool=[1], **{form: size * np.eye(2)})


def test_an_indefinite_matrix_is_refused_where_it_is_used():
    gram = np.diag([1.0, 2.0, -1e-6])
    need_semidefinite(as_kernel(gram, None), np.array([0, 1]))
    with pytest.raises(ValueError, match="-1e-06"):
        need_semidefinite(as_kernel(gram, None), np.array([1, 2]))


@pytest.mark.prop("I16.1", "one entry that is not symmetric, in a large matrix")
def test_one_entry_in_a_large_matrix(subject):
    min_eigenvalue_scores = subject("npc.min_eigenvalue_scores")
    gram = np.eye(300)
    gram[290, 280] = 1e-6
    with pytest.raises(ValueError, match=r"gram must be symmetric.*290"):
        min_eigenvalue_scores(gram=gram, labeled=[0], candidates=[[1]])
