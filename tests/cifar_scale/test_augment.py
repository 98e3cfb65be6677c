"""Views: pixels moved, maps of plane and colour, a square; against NumPy and SciPy."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference import cifar_scale
from tests.cifar_scale.oracle import moved, strong


def generator(seed):
    return torch.Generator().manual_seed(seed)


def pictures(n, side=8, seed=0):
    return torch.randint(256, (n, 3, side, side), generator=generator(seed)).byte()


@pytest.mark.prop("P18.4", "a weak view is the image, moved by at most an eighth")
@pytest.mark.parametrize("flip", [True, False])
def test_weak_views_move_pixels(subject, flip):
    weak_view = subject("cifar_scale.weak_view")
    images = pictures(120)
    views = weak_view(images, generator=generator(1), flip=flip)
    assert views.dtype == torch.float32
    seen = []
    for image, view in zip(images.numpy(), views.numpy(), strict=True):
        fits = [
            (down, right, mirrored)
            for down in (-1, 0, 1)
            for right in (-1, 0, 1)
            for mirrored in (False, True)
            if np.allclose(moved(image, down, right, mirrored) / 255.0, view)
        ]
        assert len(fits) == 1, fits
        seen += fits
    assert len(set(seen)) == (18 if flip else 9)  # each happens, none is missing
    if flip:
        assert 40 < sum(mirrored for _, _, mirrored in seen) < 80
    else:
        assert not any(mirrored for _, _, mirrored in seen)


@pytest.mark.prop("P18.4", "bytes and numbers give one view; the generator decides it")
def test_weak_views_of_bytes_and_numbers(subject):
    weak_view = subject("cifar_scale.weak_view")
    images = pictures(6, side=16)[:, :, :12]
    before = images.clone()
    view = weak_view(images, generator=generator(3))
    again = weak_view(images.float() / 255.0, generator=generator(3))
    torch.testing.assert_close(view, again)
    assert view.shape == (6, 3, 12, 16)
    for flat in (images[:, :, :1], images[..., :1]):  # a line of pixels
        line = weak_view(flat, generator=generator(3))
        assert torch.isin((line * 255.0).round(), flat.float()).all()
    assert torch.equal(images, before)
    assert not torch.equal(view, weak_view(images, generator=generator(4)))


@pytest.mark.prop("P18.5", "a strong view is warped, recoloured and covered, as drawn")
@pytest.mark.parametrize("flip", [True, False])
def test_strong_views_are_the_maps_that_were_drawn(subject, flip):
    strong_view = subject("cifar_scale.strong_view")
    images = pictures(60, side=10)
    got = strong_view(images, generator=generator(5), flip=flip).numpy()
    twin = generator(5)  # draws the same, first for the weak view
    weak = cifar_scale.weak_view(images, generator=twin, flip=flip)
    draws = torch.rand(60, 8, generator=twin)
    kinds = {(int(5 * a), int(5 * b)) for a, b in draws[:, [0, 2]].tolist()}
    assert {a for a, _ in kinds} == {b for _, b in kinds} == set(range(5))
    for k in range(60):
        expected = strong(weak[k].double().numpy(), draws[k].double().numpy())
        off = np.abs(got[k] - expected) > 1e-4
        assert off.mean() < 0.02, k  # solarising and edges may turn on a rounding


@pytest.mark.prop("P18.5", "strong views stay between black and white, and differ")
def test_strong_views_are_images(subject):
    strong_view = subject("cifar_scale.strong_view")
    images = pictures(200)
    views = strong_view(images, generator=generator(0))
    assert float(views.min()) >= 0.0
    assert float(views.max()) <= 1.0
    changed = (views - images / 255.0).abs().amax((1, 2, 3)) > 0.05
    assert changed.float().mean() > 0.9
    grey = (views == 0.5).all(1).float().mean((1, 2))  # the square's share
    assert 0.02 < float(grey.mean()) < 0.2
    assert float(grey.max()) <= 0.3


@pytest.mark.prop("I18.4", "what is no image, or is elsewhere, is refused")
@pytest.mark.parametrize("images", [None, "text", np.ones((2, 3, 4, 4))])
def test_no_images(subject, images):
    for view in (subject("cifar_scale.weak_view"), subject("cifar_scale.strong_view")):
        with pytest.raises(ValueError, match="images"):
            view(images, generator=generator(0))
        for shape in [(2, 1, 4, 4), (3, 4, 4), (2, 3, 4, 4, 1)]:
            with pytest.raises(ValueError, match="images"):
                view(torch.zeros(shape), generator=generator(0))
        with pytest.raises(ValueError, match="generator"):
            view(torch.zeros(2, 3, 4, 4), generator=0)
