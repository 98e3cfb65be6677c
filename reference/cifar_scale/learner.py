r"""A torch network in the protocol of chapter 11's loop: fit, predict, embed.

.. math::

    \text{rows} = \text{positions of images}, \qquad
    p(x) = \frac1S \sum_s \text{softmax}(f_s(x))

The loop hands rows of its X to a model. Here a row is one number, the position of an
image, so that images stay where they are and semi-supervised training knows them all.
Strategies, the count of labels and the learning curve are those of chapter 11.
"""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import torch

from reference.cifar_scale.augment import unit
from reference.cifar_scale.checkpoints import identity, load_checkpoint, save_checkpoint
from reference.cifar_scale.gradients import gradient_sketch
from reference.cifar_scale.parallel import place, said_by_first
from reference.cifar_scale.primal_dual import pdcl_images
from reference.cifar_scale.settings import Settings
from reference.cifar_scale.training import Trained, train_fixmatch
from reference.cifar_scale.wide_resnet import WideResNet, build_network
from reference.common import as_classes

__all__ = ["ImageLearner"]


def seeds_of(settings: Settings) -> list[int]:
    """Return the seeds of a learner's copies, other ones for every seed of a run."""
    return [1000 * settings.seed + k for k in range(settings.copies)]


def network_of(
    settings: Settings, num_classes: int, seeds: Sequence[int]
) -> WideResNet:
    """Return new networks of the shape that the settings name, one for each seed."""
    return build_network(
        settings.depth, settings.widen, num_classes, seeds=seeds, base=settings.base
    )


class ImageLearner:
    """Networks that learn from labelled positions in a pool of images.

    Parameters
    ----------
    images : Tensor of uint8, shape (n, 3, h, w)
        The pool, on the device to use.
    num_classes : int
    settings : Settings
    folder : Path, optional
        For checkpoints: a folder for each number of labels, so that a run that was
        killed finds the rounds that it has finished.
    callback : callable, optional
        Called with records of the training.
    train : callable
        `train_fixmatch`, or what stands for it where several runs train as one.

    Attributes
    ----------
    network : WideResNet
        After `fit`.
    duals : ndarray, shape (L,)
        After `fit` by the trainer "pdcl", in the order of the labels; else empty.

    Examples
    --------
    >>> import numpy as np
    >>> import torch
    >>> from reference.acquisition import margin, run_active_learning
    >>> from reference.cifar_scale import FixMatch, ImageLearner, Settings
    >>> images = torch.zeros(12, 3, 8, 8, dtype=torch.uint8)
    >>> images[6:] = 255
    >>> short = FixMatch(steps=2, batch=4, ratio=1)
    >>> learner = ImageLearner(images, 2, Settings(depth=10, base=4, fixmatch=short))
    >>> run = run_active_learning(
    ...     np.arange(12.0)[:, None], lambda i: int(i >= 6), margin, learner,
    ...     budget=5, initial=3, batch=2, rng=np.random.default_rng(0))
    >>> run.counts
    array([3, 5])
    """

    def __init__(
        self,
        images: torch.Tensor,
        num_classes: int,
        settings: Settings,
        *,
        folder: Path | None = None,
        callback: Callable[[dict[str, float]], None] | None = None,
        train: Callable[..., Trained] = train_fixmatch,
    ) -> None:
        self.images, self.num_classes, self.settings = images, num_classes, settings
        self.folder, self.callback, self.train = folder, callback, train
        self.network: WideResNet | None = None
        self.duals = np.zeros(0)

    def __deepcopy__(self, memo: dict[int, Any]) -> "ImageLearner":
        """Return an untrained learner on the same images: they are not copied."""
        return ImageLearner(
            self.images, self.num_classes, self.settings,
            folder=self.folder, callback=self.callback, train=self.train,
        )  # fmt: skip

    @property
    def classes_(self) -> np.ndarray:
        """The classes that the columns of `predict_proba` stand for."""
        return np.arange(self.num_classes)

    def fit(self, rows: np.ndarray, y: np.ndarray) -> "ImageLearner":
        """Train from scratch on these positions (L, 1) and labels (L,)."""
        s = self.settings
        seeds = seeds_of(s)
        start = network_of(s, self.num_classes, seeds).to(self.images.device)
        where = positions(rows).to(self.images.device)
        y = as_classes(y, size=len(where), num_classes=self.num_classes)
        labels = torch.as_tensor(y.astype(np.int64)).to(where.device)
        if s.untrained_start and len(y) == s.initial:
            self.network, self.duals = start.eval(), np.zeros(len(y))
        elif s.trainer == "fixmatch":
            folder = self.folder / str(len(y)) if self.folder else None
            answer = self.train(
                start, self.images, where, labels, s.fixmatch, seeds=seeds,
                folder=folder, callback=self.callback,
            )  # fmt: skip
            self.network = answer.network
        else:
            self.network, self.duals = self.bounded(start, where, labels, seeds[0])
        return self

    def bounded(
        self, start: WideResNet, where: torch.Tensor, labels: torch.Tensor, seed: int
    ) -> tuple[WideResNet, np.ndarray]:
        """Return a network trained under bounds, and its duals, or those of before."""
        s = self.settings
        about = identity(start, self.images, where, labels) | {
            "seed": seed, "epsilon": s.epsilon, "rounds": s.rounds,
            "rate": s.dual_rate, "batch": s.fixmatch.batch, "flip": s.fixmatch.flip,
        }  # fmt: skip
        path = self.folder / str(len(labels)) / "bounded.pt" if self.folder else None
        state = load_checkpoint(path, about) if path else None
        if state is not None:
            start.load_state_dict(state["network"])
            return start.eval(), state["duals"].numpy()
        answer = pdcl_images(
            start, self.images[where], labels, s.epsilon, rounds=s.rounds,
            dual_rate=s.dual_rate, batch=s.fixmatch.batch, flip=s.fixmatch.flip,
            seed=seed, callback=self.callback,
        )  # fmt: skip
        if path and place()[0] == 0:
            duals = torch.as_tensor(answer.duals)
            kept = {"network": answer.model.state_dict(), "duals": duals}
            save_checkpoint(path, {"about": about} | kept)
        return answer.model, answer.duals

    def predict_members(
        self, rows: np.ndarray, *, rng: np.random.Generator | None = None
    ) -> np.ndarray:
        """Return the probabilities of each copy, (S, n, C)."""
        return self.asked(
            positions(rows), lambda net, x: torch.softmax(logits(net, x), -1)
        )

    def predict_proba(self, rows: np.ndarray) -> np.ndarray:
        """Return the mean probabilities of the copies, (n, C)."""
        return self.predict_members(rows).mean(axis=0)

    def embed(self, rows: np.ndarray) -> np.ndarray:
        """Return the embeddings of all copies side by side, (n, S d)."""
        found = self.asked(positions(rows), lambda net, x: net.embed(x))
        return np.concatenate(list(found), axis=1)

    def factor(self, rows: np.ndarray) -> np.ndarray:
        """Return the sketched factor of the first copy's kernel, (n, m k)."""
        if self.settings.copies > 1:
            raise ValueError("copies must be 1 for a kernel, got an ensemble")
        s = self.settings
        found = gradient_sketch(
            self.trained(), self.images[positions(rows).to(self.images.device)],
            s.signs, length=s.sketch, seed=s.seed,
        )  # fmt: skip
        return said_by_first(found.to(self.images.device)).cpu().numpy()

    def accuracy(self, images: torch.Tensor, y: np.ndarray) -> float:
        """Return the share of other images, (n, 3, h, w), that are classified right."""
        found = self.on(images, lambda net, x: torch.softmax(logits(net, x), -1))
        return float((found.mean(axis=0).argmax(axis=1) == y).mean())

    def trained(self) -> WideResNet:
        """Return the network, or raise if there is none."""
        if self.network is None:
            raise ValueError("the learner has not been trained: call fit first")
        return self.network

    def asked(self, index: torch.Tensor, question: Callable[..., Any]) -> np.ndarray:
        """Return what the network answers on images of the pool, (S, n, ...)."""
        return self.on(self.images[index.to(self.images.device)], question)

    def on(self, images: torch.Tensor, question: Callable[..., Any]) -> np.ndarray:
        """Return what the network answers on images, in float64, (S, n, ...)."""
        network = self.trained().eval()
        with torch.no_grad():
            parts = [
                question(network, unit(x).repeat(1, self.settings.copies, 1, 1)).float()
                for x in images.split(512)
            ]
        return said_by_first(torch.cat(parts)).double().transpose(0, 1).cpu().numpy()


def positions(rows: np.ndarray) -> torch.Tensor:
    """Return the positions that rows (n, 1) hold."""
    rows = np.asarray(rows)
    if rows.ndim != 2 or rows.shape[1] != 1 or (rows != np.floor(rows)).any():
        raise ValueError(f"rows must be positions, shape (n, 1), got {rows.shape}")
    return torch.as_tensor(rows[:, 0].astype(np.int64))


def logits(network: WideResNet, x: torch.Tensor) -> torch.Tensor:
    """Return logits with an axis for the copies, (n, S, C)."""
    return network(x).reshape(len(x), network.copies, network.num_classes)
