"""Properties of the conditions under which an optimum is smooth."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import nnls

from reference.activation_patterns import Patterns, enumerate_patterns
from reference.convex_relu import cone_dual_norms, critical_reg, fit_convex_relu
from reference.solution_path import ConditionFails
from reference.solution_path import smooth_conditions as reference_conditions
from tests import strategies
from tests.solution_path.oracle import (
    CORNER,
    SMOOTH,
    corner_fit,
    corner_weights,
    pairs_data,
    problem,
    square,
)


def multipliers(X, r, mask, sign):
    """The projection of a block's pull on its cone, its multipliers, and their rows."""
    rows = np.where(mask, 1.0, -1.0)[:, None] * X
    rows /= np.linalg.norm(X, axis=1)[:, None]
    q = sign * X.T @ (mask * r)
    rho = nnls(rows.T, -q)[0]
    return q + rows.T @ rho, rho


@pytest.mark.prop(
    "P10.17", "forces, distance and copies are those of the projections, block by block"
)
@settings(max_examples=12)
@given(seed=strategies.seeds, d=st.integers(2, 3))
def test_conditions_by_projections(subject, seed, d):
    smooth_conditions = subject("solution_path.smooth_conditions")
    X, y, patterns, reg, fit, _ = problem(seed, 5, d)
    state = reference_conditions(fit, X, y)
    if not (state.unique and state.strict):
        return
    found = smooth_conditions(fit, X, y)
    assert found.unique
    assert found.strict
    r = y - found.found.fitted
    force, distance, touching = np.inf, 1.0, 0
    for s, sign in enumerate((1.0, -1.0)):
        for mask in patterns.masks:
            point, rho = multipliers(X, r, mask, sign)
            size = np.linalg.norm(point)
            mine = found.found.directions[found.found.index[:, 0] == s]
            away = np.linalg.norm(mine - point / max(size, 1e-12), axis=1)
            if size > (1 - 1e-8) * reg and away.min(initial=9) < 1e-7:
                touching += 1
                tied = np.abs(X @ point) <= 1e-8 * size
                force = min(force, rho[tied].min(initial=np.inf) / reg)
            else:
                distance = min(distance, 1.0 - size / reg)
    assert found.copies == touching - len(found.found.alpha)
    walls = np.bincount(found.optimum.owner, minlength=len(found.found.alpha))
    assert found.copies == (2**walls - 1).sum(), "with all patterns: 2^walls blocks"
    assert found.force == pytest.approx(force, rel=1e-5)
    assert found.distance == pytest.approx(distance, abs=1e-7)
    assert found.extra_walls == 0


@pytest.mark.prop("P10.17", "the neurons, their walls and forces satisfy stationarity")
@pytest.mark.parametrize("seed, n, d", SMOOTH)
def test_optimum(subject, seed, n, d):
    smooth_optimum = subject("solution_path.smooth_optimum")
    X, y, _, reg, fit, _ = problem(seed, n, d)
    at = smooth_optimum(fit, X, y)
    heights = X @ at.weights.T
    np.testing.assert_allclose(np.maximum(heights, 0) @ at.signs, y - at.residual)
    np.testing.assert_array_equal(at.active, (heights > 1e-9).T)
    assert at.reg == reg
    sizes = np.linalg.norm(at.weights, axis=1)
    for k, e in enumerate(at.weights / sizes[:, None]):
        pull = at.signs[k] * X.T @ (at.active[k] * at.residual)
        mine = at.owner == k
        lies = pull + at.forces[mine] @ at.walls[mine]
        np.testing.assert_allclose(lies, reg * e, atol=1e-9 * (1 + np.abs(pull).max()))
        tied = np.abs(heights[:, k]) <= 1e-9 * sizes[k]
        assert sorted(at.sample[mine]) == list(np.flatnonzero(tied))
        assert (at.copies[mine] == 1).all()
        np.testing.assert_allclose(at.walls[mine] @ e, 0.0, atol=1e-9)
        length = np.linalg.norm(X, axis=1)
        for z, j, c in zip(
            at.walls[mine], at.sample[mine], at.forces[mine], strict=True
        ):
            np.testing.assert_allclose(np.abs(z @ X[j]), length[j])
            assert at.signs[k] * at.residual[j] * length[j] < c < 0.0
    total = sizes.sum()
    assert total * reg == pytest.approx((y - at.residual) @ at.residual)


@pytest.mark.prop("P10.8", "two samples: forces and distances by hand")
@pytest.mark.parametrize("reg", [0.99, 0.8, 0.72])
def test_corner_above(subject, reg):
    smooth_conditions = subject("solution_path.smooth_conditions")
    fit, X, y = corner_fit(reg)
    found = smooth_conditions(fit, X, y)
    assert found.unique
    assert found.independent
    assert found.strict
    assert found.copies == 1
    assert found.force == pytest.approx(min(1.0, 1.0 / reg - 1.0), abs=1e-7)
    assert found.distance == pytest.approx(1.0 - 1.0 / (np.sqrt(2) * reg), abs=1e-7)
    np.testing.assert_allclose(
        found.optimum.weights, [corner_weights(reg)[0]], atol=1e-8
    )


@pytest.mark.prop("P10.8", "two samples: two neurons, two walls, both held alike")
@pytest.mark.parametrize("reg", [0.7, 0.5, 0.1])
def test_corner_forces(subject, reg):
    smooth_conditions = subject("solution_path.smooth_conditions")
    fit, X, y = corner_fit(reg)
    found = smooth_conditions(fit, X, y)
    assert found.copies == 2
    assert found.strict
    # c = -λ on both walls, between the pulls -√2 λ and 0
    assert found.force == pytest.approx(np.sqrt(2.0) - 1.0, abs=1e-7)
    side = found.optimum.walls @ [1.0, 1.0]  # both normals may look the other way
    np.testing.assert_allclose(np.sign(side) * found.optimum.forces, -reg, atol=1e-7)


@pytest.mark.prop("P10.8", "two samples: both neurons below 1/√2")
@pytest.mark.parametrize("reg", [0.7, 0.5, 0.1])
def test_corner_below(subject, reg):
    smooth_optimum = subject("solution_path.smooth_optimum")
    fit, X, y = corner_fit(reg)
    at = smooth_optimum(fit, X, y)
    order = np.argsort(-at.signs)
    np.testing.assert_allclose(at.weights[order], corner_weights(reg), atol=1e-8)
    np.testing.assert_array_equal(at.signs[order], [1.0, -1.0])
    np.testing.assert_allclose(at.residual, [reg, -np.sqrt(2) * reg], atol=1e-8)


@pytest.mark.prop("P10.6", "strict complementarity fails by name where the path bends")
@pytest.mark.parametrize("reg", [1.0, np.sqrt(0.5), np.sqrt(13.0)])
def test_bends(subject, reg):
    smooth_optimum = subject("solution_path.smooth_optimum")
    fit, X, y = corner_fit(reg)
    with pytest.raises(ConditionFails, match=r"^strict complementarity") as caught:
        smooth_optimum(fit, X, y)
    assert caught.value.condition == "strict complementarity"
    assert np.abs(caught.value.evidence).min() <= 1e-6


@pytest.mark.prop("P10.6", "a neuron that is rounding at the critical λ is none")
def test_dust(subject):
    smooth_optimum = subject("solution_path.smooth_optimum")
    from reference.solution_path import regularization_path

    X, y = np.array([[1.552397078861421, 2.0774014606173283]]), np.array([0.98560549])
    patterns = enumerate_patterns(X)
    top = critical_reg(X, y, patterns)
    for share in (1.0 - 1e-15, 1.0):
        (fit,) = regularization_path(X, y, patterns, [share * top], tol=1e-8).fits
        with pytest.raises(ConditionFails, match=r"^strict complementarity"):
            smooth_optimum(fit, X, y)
    (fit,) = regularization_path(X, y, patterns, [(1 - 1e-5) * top]).fits
    assert smooth_optimum(fit, X, y).weights.shape == (1, 2)


@pytest.mark.prop("P10.19", "the dual is one point and not strict: no other pair is")
def test_no_strict_pair(subject):
    smooth_conditions = subject("solution_path.smooth_conditions")
    # At λ = 1 the optimum and the residual (1, -1) are unique. So is the multiplier
    # of the wall in the cell (on, on): 0. A linear program has a strict pair always.
    fit, X, y = corner_fit(1.0)
    found = smooth_conditions(fit, X, y)
    assert found.unique
    assert found.independent
    assert not found.strict
    assert found.force == pytest.approx(0.0, abs=1e-6)
    assert found.distance > 0.2
    np.testing.assert_allclose(found.optimum.residual, [1.0, -1.0], atol=1e-6)


@pytest.mark.prop("P10.6", "uniqueness fails by name, and a null vector shows it")
@pytest.mark.parametrize("kind", ["square", "pairs"])
def test_not_unique(subject, kind):
    smooth_optimum = subject("solution_path.smooth_optimum")
    X, y, patterns, reg = square() if kind == "square" else pairs_data()
    fit = fit_convex_relu(X, y, patterns, reg, tol=1e-9)
    with pytest.raises(ConditionFails, match=r"^uniqueness .*dimension 1") as caught:
        smooth_optimum(fit, X, y)
    assert caught.value.condition == "uniqueness"
    beta = caught.value.evidence
    assert np.linalg.norm(beta) == pytest.approx(1.0)
    assert abs(beta.sum()) <= 1e-9


THREE_WALLS = (
    np.array([[1.0, 1, 1], [1, 0, 0], [0, 1, 0], [1, 1, 0]]),
    np.array([4.0, -0.55, -0.55, -0.55]),
)


@pytest.mark.prop("P10.6", "LICQ fails by name: three walls through one line")
def test_dependent_walls(subject):
    smooth_optimum = subject("solution_path.smooth_optimum")
    X, y = THREE_WALLS
    fit = fit_convex_relu(X, y, enumerate_patterns(X), 1.0, tol=1e-9)
    with pytest.raises(ConditionFails, match=r"^LICQ fails: 1 wall") as caught:
        smooth_optimum(fit, X, y)
    assert caught.value.condition == "LICQ"
    assert caught.value.evidence.shape == (3, 3)
    assert np.linalg.matrix_rank(caught.value.evidence) == 2


WALLS = {  # the second sample of the corner, written in other ways
    "twice": ([[1.0, 1.0], [1.0, 0.0], [1.0, 0.0]], [3.0, -0.5, -0.5], 2),
    "in two lengths": ([[1.0, 1.0], [0.5, 0.0], [2.0, 0.0]], [3.0, -0.4, -0.4], 2),
    "once": ([[1.0, 1.0], [1.0, 0.0], [0.0, 0.0]], [3.0, -1.0, 5.0], 1),
}


@pytest.mark.prop("P10.6", "samples on one wall count as one wall")
@pytest.mark.parametrize("name", WALLS)
def test_shared_walls(subject, name):
    smooth_conditions = subject("solution_path.smooth_conditions")
    X, y, copies = (np.array(part) for part in WALLS[name])
    fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.9, tol=1e-10)
    found = smooth_conditions(fit, X, y)
    assert found.unique
    assert found.independent
    assert found.force == pytest.approx(1.0 / 0.9 - 1.0, abs=1e-7)
    np.testing.assert_array_equal(found.optimum.copies, [copies])
    np.testing.assert_allclose(found.optimum.forces, [-0.9], atol=1e-7)
    np.testing.assert_allclose(found.optimum.weights, [[0.0, 2.1]], atol=1e-7)


@pytest.mark.prop("P10.6", "an opposite sample on the wall moves the other limit")
def test_opposite_sample(subject):
    smooth_conditions = subject("solution_path.smooth_conditions")
    X = np.array([[1.0, 1.0], [1.0, 0.0], [-2.0, 0.0]])
    fitted = {}
    for extra in (-0.1, 0.1):
        y = np.array([3.0, -1.0, extra])
        fit = fit_convex_relu(X, y, enumerate_patterns(X), 0.6, tol=1e-10)
        found = smooth_conditions(fit, X, y)
        r = y - found.found.fitted
        k = int(np.flatnonzero(found.optimum.signs > 0)[0])
        (t,) = np.flatnonzero(found.optimum.owner == k)
        assert found.optimum.copies[t] == 2
        side = found.optimum.walls[t, 0]
        c = side * found.optimum.forces[t]
        limits = r[1], -2.0 * r[2]  # pulls from the cells on both sides
        room = min(c - limits[0], limits[1] - c) / 0.6
        assert found.force <= room + 1e-7
        fitted[extra] = c
    assert fitted[-0.1] == pytest.approx(fitted[0.1], abs=1e-7)


@pytest.mark.prop("P10.6", "with sampled patterns only cells that are there count")
def test_sampled_cells(subject):
    smooth_conditions = subject("solution_path.smooth_conditions")
    X, y = CORNER
    both = np.array([[True, True], [True, False]])
    for masks, copies, force in (
        (both, 1, min(1.0, 1.0 / 0.9 - 1.0)),
        (both[:1], 0, 1.0 / 0.9 - 1.0),
        (both[1:], 0, 1.0),
    ):
        patterns = Patterns(masks, np.where(masks[:, 1:], [[1.0, 1]], [[-1.0, 3]]))
        fit = fit_convex_relu(X, y, patterns, 0.9, tol=1e-10)
        found = smooth_conditions(fit, X, y)
        assert found.copies == copies
        assert found.force == pytest.approx(force, abs=1e-7)
        np.testing.assert_allclose(found.optimum.weights, [[0.0, 2.1]], atol=1e-7)


@pytest.mark.prop("P10.6", "conditions do not depend on units")
@pytest.mark.parametrize("a, b", [(1e-8, 1.0), (1e8, 1.0), (1.0, 1e-6), (1.0, 1e6)])
def test_units(subject, a, b):
    smooth_conditions = subject("solution_path.smooth_conditions")
    X, y, patterns, reg, fit, _ = problem(1, 5, 3)
    want = smooth_conditions(fit, X, y)
    fit = fit_convex_relu(b * X, a * y, patterns, a * b * reg, tol=1e-8)
    found = smooth_conditions(fit, b * X, a * y)
    assert found.copies == want.copies
    assert found.force == pytest.approx(want.force, abs=1e-6)
    assert found.distance == pytest.approx(want.distance, abs=1e-6)
    assert len(want.optimum.walls) >= 2


@pytest.mark.prop("P10.6", "the zero network is smooth above the critical λ")
def test_zero(subject):
    smooth_optimum = subject("solution_path.smooth_optimum")
    X, y, patterns, *_ = problem(0)
    top = critical_reg(X, y, patterns)
    at = smooth_optimum(fit_convex_relu(X, y, patterns, 1.01 * top), X, y)
    assert at.weights.shape == (0, 2)
    np.testing.assert_array_equal(at.residual, y)
    norms = cone_dual_norms(X, patterns.masks, y)
    assert norms.max() == pytest.approx(top)


@pytest.mark.prop("I10.3", "a fit that is none, a gated one, or other data are refused")
def test_bad_input(subject):
    smooth_optimum = subject("solution_path.smooth_optimum")
    fit, X, y = corner_fit(0.9)
    with pytest.raises(ValueError, match="fit"):
        smooth_optimum(3, X, y)
    gated = fit_convex_relu(X, y, enumerate_patterns(X), 0.5, gated=True)
    with pytest.raises(ValueError, match="gated"):
        smooth_optimum(gated, X, y)
    with pytest.raises(ValueError, match="fit"):
        smooth_optimum(fit, X, y + 1.0)
