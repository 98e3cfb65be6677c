r"""One step of FixMatch with DARP, and all that it depends on.

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
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import torch

from reference.cifar_scale.augment import strong_view, weak_view
from reference.cifar_scale.checkpoints import (
    generators,
    identity,
    load_checkpoint,
    save_checkpoint,
)
from reference.cifar_scale.fixmatch import consistency_loss
from reference.cifar_scale.parallel import agreed, average_gradients, place
from reference.cifar_scale.settings import FixMatch
from reference.cifar_scale.transport import refine_tensor
from reference.cifar_scale.wide_resnet import WideResNet

__all__: list[str] = []

DOUBT = 1e-6  # share of the uniform answer in beliefs before they are refined


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
        """Return a run before its first step, its arguments checked by the caller."""
        copies, classes = network.copies, network.num_classes
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
        named.pop("save_every")
        return named | identity(self.net, self.images, self.labeled, self.labels)

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
        """Go on from a checkpoint, if there is one, and in all processes the same."""
        state = load_checkpoint(path, self.about()) if path else None
        if path and not agreed(state["step"] if state else 0, self.images.device):
            raise ValueError(
                f"{path.parent} has checkpoints of different steps, as a kill between "
                "two writes leaves them: remove it"
            )
        if state is None:
            return
        self.step, self.history = state["step"], state["history"]
        self.net.load_state_dict(state["net"])
        self.mean.load_state_dict(state["mean"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.beliefs.copy_(state["beliefs"])
        self.targets.copy_(state["targets"])
