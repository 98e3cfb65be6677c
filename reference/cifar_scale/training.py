r"""Steps of FixMatch with DARP, on one device or many, from any checkpoint.

.. math::

    g_k = \nabla \mathcal L_k + \rho\,\theta_k, \quad
    m_{k+1} = \beta m_k + g_k, \quad
    \theta_{k+1} = \theta_k - \eta_k (g_k + \beta m_{k+1}), \qquad
    \bar\theta \leftarrow a \bar\theta + (1 - a)\, \theta_{k+1}

The pool is where the network is, as bytes; a step draws indices there, makes views
there, and moves nothing. Weak views go forward only.
"""

import copy
import math
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from reference.cifar_scale.augment import strong_view, weak_view
from reference.cifar_scale.checkpoints import (
    generators,
    load_checkpoint,
    save_checkpoint,
)
from reference.cifar_scale.checks import (
    floats,
    need_classes,
    need_images,
    need_integer,
    need_module,
    need_tensor,
)
from reference.cifar_scale.fixmatch import consistency_loss
from reference.cifar_scale.parallel import average_gradients, average_moments, place
from reference.cifar_scale.settings import FixMatch
from reference.cifar_scale.transport import refine_tensor
from reference.cifar_scale.wide_resnet import WideResNet

__all__ = ["Trained", "train_fixmatch"]

DOUBT = 1e-6  # share of the uniform answer in beliefs before they are refined


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
    if class_totals is not None:
        class_totals = floats("class_totals", class_totals, 1)
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


@dataclass
class Run:
    """All that a step depends on, and what it is made of."""

    net: WideResNet
    mean: WideResNet
    optimizer: Any
    forward: Callable[..., torch.Tensor]
    images: torch.Tensor
    labeled: torch.Tensor  # (S, L)
    labels: torch.Tensor
    share: torch.Tensor  # of the pool: this process's indices
    beliefs: torch.Tensor  # (S, share, C)
    targets: torch.Tensor  # the same, refined
    settings: FixMatch
    seeds: list[int]
    rank: int
    size: int
    step: int
    history: list[dict[str, float]]

    @classmethod
    def begin(
        cls, network: WideResNet, images: torch.Tensor, labeled: torch.Tensor,
        labels: torch.Tensor, settings: FixMatch, seeds: list[int],
    ) -> "Run":  # fmt: skip
        """Return a run before its first step, its arguments checked."""
        copies, classes = network.copies, network.num_classes
        labeled = labeled.expand(copies, -1) if labeled.ndim == 1 else labeled
        labels = labels.expand(copies, -1) if labels.ndim == 1 else labels
        check_run(network, images, labeled, labels, seeds)
        net = copy.deepcopy(network).to(memory_format=torch.channels_last).train()
        optimizer = torch.optim.SGD(
            net.parameters(), lr=settings.step_size, momentum=settings.momentum,
            weight_decay=settings.reg, nesterov=settings.momentum > 0.0,
        )  # fmt: skip
        rank, size = place()
        if settings.batch % size:
            raise ValueError(
                f"batch must divide among {size} processes, got {settings.batch}"
            )
        share = torch.arange(rank, len(images), size, device=images.device)
        even = torch.full((copies, len(share), classes), 1.0 / classes).to(
            images.device
        )
        forward = torch.compile(net) if settings.compile else net
        return cls(
            net, copy.deepcopy(net), optimizer, forward, images,
            labeled.to(images.device), labels.to(images.device), share, even,
            even.clone(), settings, seeds, rank, size, 0, [],
        )  # fmt: skip

    def advance(self, class_totals: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Take one step; return its loss and the share of the pool that it used."""
        s = self.settings
        draws = generators(self.seeds, self.step, self.rank, self.images.device)
        part = s.batch // self.size
        first, second = (
            self.drawn(draws, k, part * r) for k, r in ((0, 1), (1, s.ratio))
        )
        y = torch.stack([t[i] for t, i in zip(self.labels, first, strict=True)], 1)
        own = [t[i] for t, i in zip(self.labeled, first, strict=True)]
        views = [self.views(own, draws, weak_view)]
        q = torch.zeros(0, *y.shape[1:], self.net.num_classes, device=y.device)
        if s.ratio:
            others = [self.share[i] for i in second]
            q = self.believed(self.views(others, draws, weak_view), second)
            views.append(self.views(others, draws, strong_view))
        if s.refine_every and self.step >= s.refine_from:
            if self.step % s.refine_every == 0:
                self.refine(class_totals)
            q = torch.stack(
                [t[i] for t, i in zip(self.targets, second, strict=True)], 1
            )
        rate = s.step_size * math.cos(7.0 * math.pi * self.step / (16.0 * s.steps))
        self.optimizer.param_groups[0]["lr"] = rate  # (eq:scale-cosine)
        with self.half():
            logits = self.forward(torch.cat(views)).float()
        logits = logits.reshape(-1, self.net.copies, self.net.num_classes)
        loss, used = consistency_loss(
            logits[:part], y, logits[part:], q, threshold=s.threshold,
            unlabeled_weight=s.unlabeled_weight,
        )  # fmt: skip
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()
        average_gradients(self.net)
        self.optimizer.step()
        with torch.no_grad():
            for mean, now in zip(
                self.mean.parameters(), self.net.parameters(), strict=True
            ):
                mean.lerp_(now, 1.0 - s.average)  # (eq:scale-average)
            for mean, now in zip(self.mean.buffers(), self.net.buffers(), strict=True):
                mean.copy_(now)
        self.step += 1
        return loss.detach(), used

    def drawn(
        self, draws: list[torch.Generator], kind: int, count: int
    ) -> list[torch.Tensor]:
        """Return positions for each copy: of labelled images (0), of the share (1)."""
        high = len(self.share) if kind else self.labeled.shape[1]
        return [
            torch.randint(high, (count,), generator=g, device=self.images.device)
            for g in draws
        ]

    def views(
        self, index: list[torch.Tensor], draws: list[torch.Generator],
        view: Callable[..., torch.Tensor],
    ) -> torch.Tensor:  # fmt: skip
        """Return views of each copy's images, side by side, (n, 3 S, h, w)."""
        parts = [
            view(self.images[i], generator=g, flip=self.settings.flip)
            for i, g in zip(index, draws, strict=True)
        ]
        return torch.cat(parts, 1).contiguous(memory_format=torch.channels_last)

    def believed(self, weak: torch.Tensor, where: list[torch.Tensor]) -> torch.Tensor:
        """Return q on weak views, (n, S, C), and remember it for DARP."""
        with torch.no_grad(), self.half():
            logits = self.forward(weak).float()
        shape = (-1, self.net.copies, self.net.num_classes)
        q = torch.softmax(logits.reshape(shape), -1)
        for k, index in enumerate(where):
            self.beliefs[k, index] = q[:, k]
        return q

    def refine(self, class_totals: torch.Tensor) -> None:
        """Move the beliefs about the share to the totals, copy by copy."""
        totals = class_totals.double() * (len(self.share) / class_totals.sum())
        for k, beliefs in enumerate(self.beliefs.double()):
            mixed = (1.0 - DOUBT) * beliefs + DOUBT / self.net.num_classes
            self.targets[k] = refine_tensor(mixed, totals, tol=1e-4).float()

    def half(self) -> Any:
        """Return the context in which convolutions may take bfloat16."""
        return torch.autocast(
            self.images.device.type, torch.bfloat16, enabled=self.settings.half
        )

    def about(self) -> dict[str, Any]:
        """Return what a checkpoint must agree with."""
        named = asdict(self.settings) | {"seeds": self.seeds, "size": self.size}
        named["labeled"] = self.labeled.tolist()
        named.pop("save_every")
        return named

    def keep(self, path: Path) -> None:
        """Write a checkpoint."""
        save_checkpoint(
            path,
            {
                "about": self.about(), "step": self.step, "history": self.history,
                "net": self.net.state_dict(), "mean": self.mean.state_dict(),
                "optimizer": self.optimizer.state_dict(),
                "beliefs": self.beliefs, "targets": self.targets,
            },
        )  # fmt: skip

    def resume(self, path: Path | None) -> None:
        """Go on from a checkpoint, if there is one."""
        state = load_checkpoint(path, self.about()) if path else None
        if state is None:
            return
        self.step, self.history = state["step"], state["history"]
        self.net.load_state_dict(state["net"])
        self.mean.load_state_dict(state["mean"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.beliefs.copy_(state["beliefs"])
        self.targets.copy_(state["targets"])


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
        need_integer("seeds", seed, 0)
