"""Properties of the norm cones' algebra, against dense matrices."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import strategies


def inside(rng, shape, depth):
    """Return points (t, w) in norm cones, a share `depth` of t above the norm."""
    x = rng.standard_normal(shape)
    x[..., 0] = np.linalg.norm(x[..., 1:], axis=-1) / (1 - depth) + 1e-9
    return x


def matrices(cones):
    """Return W⁻¹ and W (..., d + 1, d + 1), column by column."""
    d = cones.x.shape[-1]
    columns = []
    for unit in np.eye(d):
        pair = np.broadcast_to(unit, (2, *cones.x.shape))
        columns.append(cones.scaled(pair))
    return np.stack(columns, axis=-1)


def product(x, y):
    rest = x[..., :1] * y[..., 1:] + y[..., :1] * x[..., 1:]
    return np.concatenate([(x * y).sum(-1, keepdims=True), rest], axis=-1)


cases = {
    "blocks": st.integers(1, 4),
    "d": st.integers(1, 4),
    "seed": strategies.seeds,
    "depth": st.sampled_from([1e-3, 0.1, 0.9]),
}


def scaled_case(scale_cones, blocks, d, seed, depth):
    rng = np.random.default_rng(seed)
    x, z = inside(rng, (blocks, d + 1), depth), inside(rng, (blocks, d + 1), depth)
    return scale_cones(x, z), x, z, rng


@pytest.mark.prop("P6.30", "the scaling is symmetric and takes x and z to one point")
@given(**cases)
def test_scaling_makes_both_alike(subject, blocks, d, seed, depth):
    scale_cones = subject("convex_relu.scale_cones")
    cones, x, z, _ = scaled_case(scale_cones, blocks, d, seed, depth)
    assert isinstance(cones.scaled(np.stack([x, z])), np.ndarray)
    inverse, W = matrices(cones)
    size = np.abs(W).max() * np.abs(inverse).max()
    assert np.abs(W - W.swapaxes(-1, -2)).max() <= 1e-9 * np.abs(W).max()
    identity = np.broadcast_to(np.eye(d + 1), W.shape)
    assert W @ inverse == pytest.approx(identity, abs=1e-9 * size)
    both = cones.scaled(np.stack([x, z]))
    assert both[0] == pytest.approx(both[1], abs=1e-7 * np.abs(both).max())
    assert cones.middle == pytest.approx(both[1], abs=1e-7 * np.abs(both).max())
    # W maps the cone onto itself: rays of the boundary stay on it.
    ray = np.ones(d + 1)
    ray[1:] = 1 / np.sqrt(d)
    image = W @ ray
    assert image[..., 0] == pytest.approx(np.linalg.norm(image[..., 1:], axis=-1))


@pytest.mark.prop("P6.31", "eliminating t solves the linearised cone exactly")
@given(**cases)
def test_changes_meet_their_target(subject, blocks, d, seed, depth):
    scale_cones = subject("convex_relu.scale_cones")
    cones, x, z, rng = scaled_case(scale_cones, blocks, d, seed, depth)
    target, dw = rng.standard_normal(x.shape), rng.standard_normal((blocks, d))
    dx, dz = cones.changes(dw, target)
    inverse = matrices(cones)[0]
    bend = (inverse @ inverse @ dx[..., None])[..., 0]
    size = np.abs(inverse).max() ** 2 * (1 + np.abs(dx).max())
    assert (dz[..., 0] == 0).all(), "the multiplier λ of t has moved"
    assert np.array_equal(dx[..., 1:], dw)
    assert z + dz + bend == pytest.approx(target, abs=1e-9 * size)
    pulled = cones.pull(target) - (cones.curvature @ dw[..., None])[..., 0]
    assert z[..., 1:] + dz[..., 1:] == pytest.approx(pulled, abs=1e-9 * size)


@pytest.mark.prop("P6.32", "the corrected target aims at mu and cancels the products")
@given(**cases)
def test_corrector_cancels_the_products(subject, blocks, d, seed, depth):
    scale_cones = subject("convex_relu.scale_cones")
    cones, x, _, rng = scaled_case(scale_cones, blocks, d, seed, depth)
    before = cones.scaled(rng.standard_normal((2, *x.shape)))
    target = cones.corrected(before, 0.3)
    after = cones.scaled(cones.changes(rng.standard_normal((blocks, d)), target))
    aim = np.zeros(d + 1)
    aim[0] = 0.3
    left = product(cones.middle, cones.middle + after[0] + after[1])
    size = 1 + np.abs(after).max() * np.abs(cones.middle).max()
    size += np.abs(before).max() ** 2 * 1e3
    assert left + product(*before) == pytest.approx(
        np.broadcast_to(aim, left.shape), abs=1e-7 * size
    )


@pytest.mark.prop("P6.33", "the longest step ends on the boundary of a cone")
@given(**cases)
def test_longest_step_ends_on_the_boundary(subject, blocks, d, seed, depth):
    scale_cones = subject("convex_relu.scale_cones")
    cones, x, z, rng = scaled_case(scale_cones, blocks, d, seed, depth)
    pair = rng.standard_normal((2, *x.shape))
    length = cones.longest(cones.scaled(pair))

    def depth_at(step):
        ends = np.stack([x, z]) + step * pair
        return (ends[..., 0] - np.linalg.norm(ends[..., 1:], axis=-1)).min()

    assert depth_at(0.999 * min(length, 1e6)) > 0
    if length < 1e6:
        assert depth_at(1.001 * length) < 0


@pytest.mark.prop("I6.30", "a point outside its cone raises LinAlgError")
def test_points_outside_are_refused(subject):
    scale_cones = subject("convex_relu.scale_cones")
    inside_, outside = np.array([2.0, 1.0]), np.array([1.0, 2.0])
    for x, z in ((inside_, outside), (outside, inside_)):
        with pytest.raises(np.linalg.LinAlgError):
            scale_cones(x, z)
