"""Properties of the robust program's linear algebra, against dense solves."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from reference.activation_patterns import enumerate_patterns
from reference.adversarial import radii_with_bias, robust_barrier, robust_patterns
from tests import strategies
from tests.adversarial.oracle import LOSSES


@pytest.mark.prop("P8.20", "eliminating the bounds solves diagonal plus rank one")
@given(
    batch=st.integers(1, 4), d=st.integers(1, 5), seed=strategies.seeds,
    scale=st.sampled_from([1e-3, 1.0, 1e3]),
)  # fmt: skip
def test_eliminated_bounds_solve_the_dense_system(subject, batch, d, seed, scale):
    eliminate_bounds = subject("adversarial.eliminate_bounds")
    rng = np.random.default_rng(seed)
    A, theta = rng.uniform(0.1, 2, (batch, d)), scale * rng.uniform(0, 2, batch)
    E, r = rng.uniform(0.1, 2, d), rng.standard_normal((batch, d))
    solve, share = eliminate_bounds(A, theta, E)
    got = solve(r)
    for b in range(batch):
        matrix = np.diag(A[b]) + theta[b] * np.outer(E, E)
        assert got[b] == pytest.approx(
            np.linalg.solve(matrix, r[b]), rel=1e-7, abs=1e-9
        )
        # a further variable z, seen with weight theta through E'a + z, keeps this much
        full = np.zeros((d + 1, d + 1))
        full[:d, :d] = matrix
        full[-1, :-1] = full[:-1, -1] = theta[b] * E
        full[-1, -1] = theta[b]
        left = full[-1, -1] - full[-1, :-1] @ np.linalg.solve(matrix, full[:-1, -1])
        assert theta[b] * share[b] == pytest.approx(left, rel=1e-6, abs=1e-9)


@pytest.mark.prop(
    "P8.21", "pairs of blocks solved block by block satisfy the whole system"
)
@given(
    P=st.integers(1, 4), d=st.integers(1, 3), seed=strategies.seeds,
    scale=st.sampled_from([0.0, 1.0, 1e4]),
)  # fmt: skip
def test_pairs_solve_the_dense_system(subject, P, d, seed, scale):
    factor_pairs = subject("adversarial.factor_pairs")
    rng = np.random.default_rng(seed)
    F = rng.standard_normal((2, P, d, d + 2))
    H = F @ F.swapaxes(-1, -2)
    rows = rng.standard_normal((3, P * d))
    C = scale * rows.T @ rows
    gradient = rng.standard_normal((2, P, d))
    before = H.copy(), C.copy()
    got = factor_pairs(H, C)(gradient)
    full = np.block([[C, -C], [-C, C]])
    for s in range(2):
        for p in range(P):
            at = slice((s * P + p) * d, (s * P + p + 1) * d)
            full[at, at] += H[s, p]
    expected = np.linalg.solve(full, -gradient.ravel())
    assert got.ravel() == pytest.approx(
        expected, rel=1e-5, abs=1e-6 * np.abs(expected).max()
    )
    assert np.array_equal(H, before[0]), "an input was modified"
    assert np.array_equal(C, before[1]), "an input was modified"


@pytest.mark.prop("P8.22", "in thin cones the step still descends along the gradient")
@pytest.mark.parametrize("seed", range(5))
def test_pairs_keep_digits_in_thin_cones(subject, seed):
    factor_pairs = subject("adversarial.factor_pairs")
    rng = np.random.default_rng(seed)
    P, d = 3, 3
    H = np.zeros((2, P, d, d))
    for s, p in np.ndindex(2, P):
        Q = np.linalg.qr(rng.standard_normal((d, d)))[0]
        H[s, p] = Q @ np.diag([1e-5, 1.0, 1e5]) @ Q.T
    rows = rng.standard_normal((2, P * d))
    C, gradient = 1e5 * rows.T @ rows, rng.standard_normal((2, P, d))
    got = factor_pairs(H, C)(gradient)
    u = (got[0] - got[1]).ravel()
    energy = sum(got[s, p] @ H[s, p] @ got[s, p] for s, p in np.ndindex(2, P))
    assert (got * gradient).sum() < 0
    # at the solution g's = -s'Hs
    assert -(got * gradient).sum() == pytest.approx(energy + u @ C @ u, rel=1e-2)


@pytest.mark.prop("P8.22", "in thin cones the step still descends along the gradient")
@pytest.mark.parametrize("loss", LOSSES)
def test_pairs_take_the_solver_to_its_gap(subject, loss, monkeypatch):
    factor_pairs = subject("adversarial.factor_pairs")
    monkeypatch.setattr("reference.adversarial.newton.factor_pairs", factor_pairs)
    rng = np.random.default_rng(0)
    X = np.column_stack([rng.standard_normal((10, 2)), np.ones(10)])
    y, box = rng.choice([-1.0, 1.0], 10), radii_with_bias(0.1, 3)
    found = robust_patterns(X, enumerate_patterns(X), box)
    # rounding must not stop Newton's method short of the gap: no NotConverged here
    got = robust_barrier(X, y, found.masks, found.gates, 0.1, box, loss=loss)
    assert got.gap <= 1e-6 * 10


@pytest.mark.prop("I8.20", "an indefinite block raises LinAlgError")
def test_pairs_refuse_an_indefinite_block(subject):
    factor_pairs = subject("adversarial.factor_pairs")
    H = np.stack([np.eye(2)[None], -np.eye(2)[None]])
    with pytest.raises(np.linalg.LinAlgError):
        factor_pairs(H, np.zeros((2, 2)))
