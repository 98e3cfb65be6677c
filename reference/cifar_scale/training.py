"""FixMatch with DARP from any checkpoint to the last step, on one device or many.

A step and its random numbers depend on what `steps.Run` holds and on nothing else, so
a run may be killed between any two of them.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import torch

from reference.cifar_scale.checks import (
    floats,
    need_classes,
    need_images,
    need_module,
    need_tensor,
)
from reference.cifar_scale.parallel import average_moments
from reference.cifar_scale.settings import FixMatch
from reference.cifar_scale.steps import Run
from reference.cifar_scale.wide_resnet import WideResNet
from reference.common import as_integer, need_callable

__all__ = ["Trained", "train_fixmatch"]


@dataclass(frozen=True)
class Trained:
    """A trained network, and how it went.

    Attributes
    ----------
    network : WideResNet
        With averaged parameters, ready to predict.
    last : WideResNet
        With those of the last step.
    beliefs : Tensor, shape (S, n, C)
        What each copy last said of its share of the pool.
    history : list of dict
        Every so often: "step", "loss", "used" (share of the pool above the threshold).
    """

    network: WideResNet
    last: WideResNet
    beliefs: torch.Tensor
    history: list[dict[str, float]]


def train_fixmatch(
    network: WideResNet,
    images: torch.Tensor,
    labeled: torch.Tensor,
    labels: torch.Tensor,
    settings: FixMatch,
    *,
    seeds: Sequence[int] = (0,),
    class_totals: torch.Tensor | None = None,
    folder: Path | None = None,
    callback: Callable[[dict[str, float]], None] | None = None,
) -> Trained:
    r"""Return a network trained by FixMatch, with refined pseudo-labels if wanted.

    .. math:: \min_\theta \; \mathcal L(\theta) + \frac{\rho}{2} \|\theta\|^2

    Parameters
    ----------
    network : WideResNet
        Where to begin; it stays as it is. On the device that is to be used.
    images : Tensor of uint8, shape (n, 3, h, w)
        The pool, labelled images among them, on the same device.
    labeled, labels : Tensor of int64, shape (L,) or (S, L)
        Indices of the labelled images and their classes: for all copies, or for each.
    settings : FixMatch
    seeds : sequence of int
        One for each copy: what it draws does not depend on the other copies.
    class_totals : Tensor, shape (C,), optional
        What refined pseudo-labels of the pool sum to; by default all the same.
    folder : Path, optional
        Where checkpoints are; training goes on from one that is there.
    callback : callable, optional
        Called with a record at about a hundred steps.

    Returns
    -------
    Trained

    Raises
    ------
    ValueError
        If shapes do not belong together, or a checkpoint is of another run.
    FloatingPointError
        If the loss is no longer finite; checkpoints hold the last good steps.

    Notes
    -----
    Implements {prf:ref}`alg-18-step`. With several processes (`torchrun`) each draws
    its part of the batch, and pseudo-labels from its share of the pool. Batch norm
    uses the moments of a process's own part.

    References
    ----------
    Sohn et al. (2020); Kim et al. (2020).

    Examples
    --------
    >>> import torch
    >>> from reference.cifar_scale import FixMatch, build_network, train_fixmatch
    >>> images = torch.zeros(20, 3, 8, 8, dtype=torch.uint8)
    >>> images[10:] = 255
    >>> settings = FixMatch(steps=20, batch=4, ratio=1, average=0.5, step_size=0.1)
    >>> answer = train_fixmatch(build_network(10, 1, 2, base=4), images,
    ...                         torch.tensor([0, 10]), torch.tensor([0, 1]), settings)
    >>> answer.network(images[[3, 17]] / 255.0).argmax(1)
    tensor([0, 1])
    """
    need_module("network", network, WideResNet)
    need_module("settings", settings, FixMatch)
    need_tensor("labeled", labeled)
    need_tensor("labels", labels)
    need_callable(callback, "callback", optional=True)
    if class_totals is not None:
        class_totals = floats("class_totals", class_totals, 1)
    copies = network.copies
    labeled = labeled.expand(copies, -1) if labeled.ndim == 1 else labeled
    labels = labels.expand(copies, -1) if labels.ndim == 1 else labels
    check_run(network, images, labeled, labels, list(seeds))
    run = Run.begin(network, images, labeled, labels, settings, list(seeds))
    if class_totals is None:
        class_totals = torch.ones(network.num_classes)
    path = folder / f"rank{run.rank}.pt" if folder else None
    run.resume(path)
    shown = max(1, settings.steps // 100)
    while run.step < settings.steps:
        loss, used = run.advance(class_totals)
        last = run.step == settings.steps
        if run.step % shown == 0 or last:
            if not math.isfinite(float(loss)):
                raise FloatingPointError(
                    f"the loss is {float(loss)} at step {run.step}: lower step_size = "
                    f"{settings.step_size:g}"
                )
            run.history.append(
                {"step": run.step, "loss": float(loss), "used": float(used)}
            )
            if callback is not None:
                callback(run.history[-1])
        if path and (run.step % settings.save_every == 0 or last):
            run.keep(path)
    average_moments(run.mean)
    return Trained(run.mean.eval(), run.net, run.beliefs, run.history)


def check_run(
    network: WideResNet, images: torch.Tensor, labeled: torch.Tensor,
    labels: torch.Tensor, seeds: list[int],
) -> None:  # fmt: skip
    """Raise unless the arguments of a run belong together."""
    need_images(images)
    if images.dtype != torch.uint8:
        raise ValueError(f"images must be bytes, got {images.dtype}")
    need_classes("labeled", labeled, len(images))
    need_classes("labels", labels, network.num_classes)
    if labeled.shape != labels.shape or labeled.shape[0] != network.copies:
        raise ValueError(
            "labeled and labels must have a row, or a row for each copy, got shapes "
            f"{tuple(labeled.shape)} and {tuple(labels.shape)}"
        )
    if len(seeds) != network.copies:
        raise ValueError(f"seeds needs one for each copy, got {seeds}")
    for seed in seeds:
        as_integer(seed, "seeds", low=0)
