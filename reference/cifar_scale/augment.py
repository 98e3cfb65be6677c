r"""Weak and strong views of images, for a whole batch at once, where the images are.

.. math::

    \alpha(u) = \text{shift}(\text{flip}(u)), \qquad
    A(u) = \text{cutout}(\text{colour}(\text{warp}(\alpha(u))))

A weak view only copies pixels, so it is taken from the bytes. A strong view adds, for
each image, one of five maps of the plane, one of five maps of the colours, and a grey
square. No image goes through the processor: that is what keeps a device fed.
"""

import torch
from torch.nn import functional

from reference.cifar_scale.checks import need_images, need_module

__all__ = ["strong_view", "weak_view"]

SHIFT = 0.125  # of the width, at most, to either side
TURN = 0.52  # radians, 30 degrees
SHEAR = 0.3
SQUARE = 0.5  # side of the grey square, at most, of the image's
GREY = 0.5


def weak_view(
    images: torch.Tensor, *, generator: torch.Generator, flip: bool = True
) -> torch.Tensor:
    r"""Return images moved by up to an eighth, and flipped or not.

    .. math::

        \alpha(u)_{c,i,j} = u_{c,\, r(i + \delta_y),\, r(j' + \delta_x)}, \qquad
        j' \in \{j,\; w - 1 - j\}

    Parameters
    ----------
    images : Tensor, shape (n, 3, h, w)
        Bytes, or numbers in [0, 1].
    generator : torch.Generator
        On the device of the images.
    flip : bool
        No for digits, and for letters.

    Returns
    -------
    Tensor of float32, shape (n, 3, h, w)
        In [0, 1]. Pixels from beyond an edge are reflected at it.

    Raises
    ------
    ValueError
        If the images have another shape, or are on another device.

    Examples
    --------
    >>> import torch
    >>> from reference.cifar_scale import weak_view
    >>> image = torch.arange(16, dtype=torch.uint8).reshape(4, 4)
    >>> images = image.repeat(1, 3, 1, 1)
    >>> view = weak_view(images, generator=torch.Generator().manual_seed(0))
    >>> view.shape, bool(torch.isin((view * 255).round(), torch.arange(16.0)).all())
    (torch.Size([1, 3, 4, 4]), True)
    """
    need_module("generator", generator, torch.Generator)
    need_images(images, generator.device)
    n, _, height, width = images.shape
    reach = min(int(SHIFT * width), height - 1)  # one reflection is enough
    draws = torch.randint(
        2 * reach + 1, (n, 2), generator=generator, device=images.device
    )
    turned = torch.rand(n, generator=generator, device=images.device) < 0.5
    down = torch.arange(height, device=images.device)
    right = torch.arange(width, device=images.device).expand(n, width)
    if flip:
        right = torch.where(turned[:, None], right.flip(1), right)
    rows = reflected(down + (draws[:, :1] - reach), height)  # (n, h)
    columns = reflected(right + (draws[:, 1:] - reach), width)
    each = torch.arange(n, device=images.device)[:, None, None]
    # (n, h, w, 3): the order in memory that convolutions of a GPU like best
    moved = images.permute(0, 2, 3, 1)[each, rows[:, :, None], columns[:, None, :]]
    return unit(moved).permute(0, 3, 1, 2)


def strong_view(
    images: torch.Tensor, *, generator: torch.Generator, flip: bool = True
) -> torch.Tensor:
    r"""Return images that were moved, warped, recoloured, and covered in part.

    .. math:: A(u) = \text{cutout}(\text{colour}(\text{warp}(\alpha(u))))

    Parameters
    ----------
    images : Tensor, shape (n, 3, h, w)
        Bytes, or numbers in [0, 1].
    generator : torch.Generator
        On the device of the images.
    flip : bool
        As in :func:`~reference.cifar_scale.weak_view`.

    Returns
    -------
    Tensor of float32, shape (n, 3, h, w)
        In [0, 1].

    Raises
    ------
    ValueError
        If the images have another shape, or are on another device.

    Notes
    -----
    In the manner of RandAugment (Cubuk et al., 2020): two maps of random strength, here
    one of the plane (none, rotation, two shears, translation) and one of the colours
    (none, brightness, contrast, saturation, solarising), and a square of grey
    (DeVries and Taylor, 2017). RandAugment draws both from one list of fourteen.

    Examples
    --------
    >>> import torch
    >>> from reference.cifar_scale import strong_view
    >>> images = torch.rand(4, 3, 8, 8)
    >>> view = strong_view(images, generator=torch.Generator().manual_seed(0))
    >>> bool((view >= 0).all() and (view <= 1).all())
    True
    """
    view = weak_view(images, generator=generator, flip=flip)
    draws = torch.rand(len(view), 8, generator=generator, device=view.device)
    view = warp(view, (5 * draws[:, 0]).long(), 2.0 * draws[:, 1] - 1.0)
    view = recolour(view, (5 * draws[:, 2]).long(), 2.0 * draws[:, 3] - 1.0)
    return cover(view, draws[:, 4:7])


def warp(
    view: torch.Tensor, kind: torch.Tensor, strength: torch.Tensor
) -> torch.Tensor:
    """Return views rotated (1), sheared (2, 3), shifted (4) or as they are (0)."""
    zero, one = torch.zeros_like(strength), torch.ones_like(strength)
    angle = torch.where(kind == 1, TURN * strength, zero)
    across = torch.where(kind == 2, SHEAR * strength, zero)
    along = torch.where(kind == 3, SHEAR * strength, zero)
    shift = torch.where(kind == 4, 2.0 * SHEAR * strength, zero)
    cosine, sine = angle.cos(), angle.sin()
    rows = [cosine * one, across - sine, shift, along + sine, cosine * one, zero]
    maps = torch.stack(rows, 1).reshape(-1, 2, 3)
    grid = functional.affine_grid(maps, list(view.shape), align_corners=False)
    return functional.grid_sample(view, grid, padding_mode="reflection",
                                  align_corners=False)  # fmt: skip


def recolour(
    view: torch.Tensor, kind: torch.Tensor, strength: torch.Tensor
) -> torch.Tensor:
    """Return views brighter (1), of other contrast (2), colour (3), solarised (4)."""
    factor = (1.0 + 0.9 * strength)[:, None, None, None]
    mean = view.mean((1, 2, 3), keepdim=True)
    grey = view.mean(1, keepdim=True)
    above = (0.5 + 0.5 * strength)[:, None, None, None]
    options = torch.stack(
        [
            view,
            factor * view,
            mean + factor * (view - mean),
            grey + factor * (view - grey),
            torch.where(view > above, 1.0 - view, view),
        ]
    )
    each = torch.arange(len(view), device=view.device)
    return options[kind, each].clamp(0.0, 1.0)


def cover(view: torch.Tensor, draws: torch.Tensor) -> torch.Tensor:
    """Return views with a grey square: centre and half its side by three draws."""
    height, width = view.shape[2:]
    half = 0.5 * SQUARE * width * draws[:, 2]
    down = torch.arange(height, device=view.device) + 0.5
    right = torch.arange(width, device=view.device) + 0.5
    near_row = (down - height * draws[:, :1]).abs() < half[:, None]
    near_column = (right - width * draws[:, 1:2]).abs() < half[:, None]
    inside = near_row[:, None, :, None] & near_column[:, None, None, :]
    return torch.where(inside, GREY, view)


def reflected(index: torch.Tensor, size: int) -> torch.Tensor:
    """Return indices in 0..size-1, those beyond an edge reflected at it."""
    return (size - 1) - ((size - 1) - index.abs()).abs()


def unit(images: torch.Tensor) -> torch.Tensor:
    """Return images as float32 in [0, 1]."""
    if images.dtype == torch.uint8:
        return images.float() / 255.0
    return images.float()
