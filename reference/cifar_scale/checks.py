"""The checks at this chapter's doors: tensors and networks, by their names."""

from typing import Any

import torch

__all__: list[str] = []


def need_tensor(name: str, value: Any, ndim: int | None = None) -> None:
    """Raise unless value is a tensor that is not empty, with so many axes."""
    if not isinstance(value, torch.Tensor) or ndim not in (None, value.ndim):
        axes = "" if ndim is None else f" with {ndim} axes"
        got = f"shape {tuple(value.shape)}" if hasattr(value, "shape") else repr(value)
        raise ValueError(f"{name} must be a tensor{axes}, got {got}")
    if not value.numel():
        raise ValueError(f"{name} must not be empty, got shape {tuple(value.shape)}")


def need_classes(name: str, value: Any, high: int) -> None:
    """Raise unless value is a tensor of int64 in 0..high-1."""
    need_tensor(name, value)
    if value.dtype != torch.int64:
        raise ValueError(f"{name} must have dtype int64, got {value.dtype}")
    if int(value.min()) < 0 or int(value.max()) >= high:
        raise ValueError(
            f"{name} must lie in 0..{high - 1}, got {int(value.min())} to "
            f"{int(value.max())}"
        )


def need_images(images: Any, device: Any = None) -> None:
    """Raise unless these are images (n, 3, h, w), with a generator where they are."""
    need_tensor("images", images, 4)
    if images.shape[1] != 3:
        raise ValueError(
            f"images must have 3 channels, got shape {tuple(images.shape)}: repeat a "
            "grey one three times"
        )
    if device is not None and device.type != images.device.type:
        raise ValueError(
            f"generator must be on the device of the images, {images.device}, got "
            f"{device}"
        )


def need_module(name: str, value: Any, kind: type = torch.nn.Module) -> None:
    """Raise unless value is a network of this kind."""
    if not isinstance(value, kind):
        raise ValueError(
            f"{name} must be a {kind.__name__}, got {type(value).__name__}"
        )


def floats(name: str, values: Any, ndim: int) -> torch.Tensor:
    """Return a tensor as float64 if its entries are finite and not negative."""
    need_tensor(name, values, ndim)
    if values.is_complex():
        raise ValueError(f"{name} must hold real numbers, got {values.dtype}")
    values = values.double()
    if not bool(torch.isfinite(values).all()) or bool((values < 0.0).any()):
        raise ValueError(f"{name} must be finite and not negative")
    return values
