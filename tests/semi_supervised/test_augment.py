"""Properties of shifts, turns and patches, by loops and by scipy.ndimage."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from reference.semi_supervised import ImageViews
from tests import strategies


def some_images(seed, most=5):
    rng = np.random.default_rng(seed)
    h, w = (int(side) for side in rng.integers(1, most + 1, 2))
    n = int(rng.integers(1, 4))
    return rng, rng.standard_normal((n, h * w)), (h, w)


@pytest.mark.prop("P17.12", "a shift moves every pixel, and the fill comes in")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_shift_by_definition(subject, seed):
    shift_images = subject("semi_supervised.shift_images")
    rng, X, (h, w) = some_images(seed)
    moves = rng.integers(-7, 8, (len(X), 2))
    kept = X.copy()
    got = shift_images(X, moves, shape=(h, w), fill=0.5)
    want = np.full((len(X), h, w), 0.5)
    for i, (a, b) in enumerate(moves):
        for r in range(h):
            for s in range(w):
                if 0 <= r - a < h and 0 <= s - b < w:
                    want[i, r, s] = X[i].reshape(h, w)[r - a, s - b]
    np.testing.assert_array_equal(got, want.reshape(len(X), -1))
    assert (kept == X).all(), "the images were changed"


@pytest.mark.prop("P17.13", "turns by quarters are exact, by nothing nothing")
def test_quarter_turns(subject):
    rotate_images = subject("semi_supervised.rotate_images")
    rng = np.random.default_rng(0)
    X = rng.standard_normal((4, 25))
    got = rotate_images(X, np.pi / 2 * np.arange(4), shape=(5, 5), fill=7.0)
    for i in range(4):
        want = np.rot90(X[i].reshape(5, 5), i)
        np.testing.assert_allclose(got[i].reshape(5, 5), want, atol=1e-12)


@pytest.mark.prop("P17.13", "turns are those of scipy.ndimage, one image at a time")
@settings(max_examples=15)
@given(seed=strategies.seeds, fill=st.sampled_from([0.0, -0.3]))
def test_turns_are_those_of_scipy(subject, seed, fill):
    rotate_images = subject("semi_supervised.rotate_images")
    rng, X, (h, w) = some_images(seed)
    angles = rng.uniform(-4.0, 4.0, len(X))
    got = rotate_images(X, angles, shape=(h, w), fill=fill)
    middle = np.array([h - 1, w - 1]) / 2
    for image, angle, turned in zip(X, angles, got, strict=True):
        cos, sin = np.cos(angle), np.sin(angle)
        matrix = np.array([[cos, sin], [-sin, cos]])
        # A frame of fill: scipy does not blend the border with what is outside.
        frame = np.pad(image.reshape(h, w), 2, constant_values=fill)
        want = ndimage.affine_transform(
            frame, matrix, middle + 2 - matrix @ (middle + 2), order=1, cval=fill
        )[2:-2, 2:-2]
        np.testing.assert_allclose(turned.reshape(h, w), want, atol=1e-9)


@pytest.mark.prop("P17.13", "a turn of a constant image with that fill is the image")
def test_turn_of_a_constant(subject):
    rotate_images = subject("semi_supervised.rotate_images")
    X = np.full((3, 12), 2.5)
    got = rotate_images(X, [0.3, -1.0, 9.0], shape=(3, 4), fill=2.5)
    np.testing.assert_allclose(got, X)


@pytest.mark.prop("P17.14", "a patch is filled, the rest stays")
@settings(max_examples=15)
@given(seed=strategies.seeds)
def test_patch_by_definition(subject, seed):
    erase_patches = subject("semi_supervised.erase_patches")
    rng, X, (h, w) = some_images(seed)
    corners, size = rng.integers(-3, 6, (len(X), 2)), int(rng.integers(0, 4))
    kept = X.copy()
    got = erase_patches(X, corners, size, shape=(h, w), fill=9.0)
    want = X.copy().reshape(-1, h, w)
    for i, (a, b) in enumerate(corners):
        for r in range(h):
            for s in range(w):
                if a <= r < a + size and b <= s < b + size:
                    want[i, r, s] = 9.0
    np.testing.assert_array_equal(got, want.reshape(len(X), -1))
    assert (kept == X).all(), "the images were changed"


@pytest.mark.prop("I17.3", "shapes that do not fit are refused by name")
def test_bad_images(subject):
    shift_images = subject("semi_supervised.shift_images")
    X = np.zeros((2, 6))
    with pytest.raises(ValueError, match=r"X needs shape \(n, 4\)"):
        shift_images(X, np.zeros((2, 2)), shape=(2, 2))
    for shape in ((0, 6), 6, (2, 3, 1), (2.0, 3.0)):
        with pytest.raises(ValueError, match="shape must"):
            shift_images(X, np.zeros((2, 2)), shape=shape)
    for moves in (np.zeros(2), np.full((2, 2), 0.5), np.full((2, 2), np.nan)):
        with pytest.raises(ValueError, match="shifts"):
            shift_images(X, moves, shape=(2, 3))


def test_views_are_random_and_repeatable():
    views = ImageViews((8, 8), fill=-1.0, shift=2)
    X = np.random.default_rng(0).random((50, 64))
    for view in (views.weak, views.strong):
        first, second = (view(X, np.random.default_rng(1)) for _ in range(2))
        np.testing.assert_array_equal(first, second)
        assert (np.abs(first - X).max(axis=1) > 0).mean() > 0.9
    still = ImageViews((8, 8), shift=0, angle=0.0, patch=0)
    np.testing.assert_allclose(still.strong(X, np.random.default_rng(0)), X)
    with pytest.raises(ValueError, match="angle"):
        ImageViews((8, 8), angle=200.0)
