r"""Runs that differ by their seed, side by side: one training for all of a round.

.. math::

    \theta_s^{(r)} = \text{FixMatch}(L_s^{(r)}), \quad s = 1, \dots, S, \qquad
    \text{one network of } S \text{ groups of channels}

Each run buys, counts and chooses for itself, in a thread of its own, and comes to a
meeting when it wants a network. The last to come trains for all, so that a device that
one narrow network leaves idle has S of them in every step.
"""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from threading import Barrier, BrokenBarrierError
from typing import Any

import torch

from companion_data.vision import ImageData
from reference.cifar_scale.checks import need_module
from reference.cifar_scale.experiment import (
    device_of,
    loaded,
    need_memory,
    run_rounds,
)
from reference.cifar_scale.learner import ImageLearner, network_of, seeds_of
from reference.cifar_scale.parallel import place
from reference.cifar_scale.settings import FixMatch, Settings
from reference.cifar_scale.strategies import strategy_of
from reference.cifar_scale.training import Trained, train_fixmatch
from reference.cifar_scale.wide_resnet import WideResNet
from reference.common import as_integer

__all__ = ["run_together"]


def run_together(
    settings: Settings, seeds: Sequence[int], folder: Path, *,
    data: ImageData | None = None,
    callback: Callable[[dict[str, float]], None] | None = None,
) -> list[dict[str, Any]]:  # fmt: skip
    r"""Return the results of runs with these seeds, whose networks train as one.

    .. math:: \text{accuracy}_{s,r} \quad\text{by}\quad |L_{s,r}|

    Parameters
    ----------
    settings : Settings
        With the trainer "fixmatch" and one copy; their own seed draws the pool and the
        test images, the same for all runs.
    seeds : sequence of int
        Of the runs: first labels, parameters, views, choices.
    folder : Path
        For checkpoints, and a folder ``seedN`` with log and result for each run.
    data : ImageData, optional
        Read already; by default what the settings name.
    callback : callable, optional
        Called with records of the training; the loss is the sum over the runs.

    Returns
    -------
    list of dict
        As of :func:`~reference.cifar_scale.run_experiment`, in the order of the seeds,
        with "together": all seeds.

    Raises
    ------
    OSError, MemoryError
        As of :func:`~reference.cifar_scale.run_experiment`; S networks are trained.
    ValueError
        If the settings ask for another trainer, an ensemble, or several processes.

    Notes
    -----
    By {prf:ref}`thm-18-copies` a run is the one that it would be alone, to rounding: a
    choice between equals may turn on it.

    Examples
    --------
    >>> from pathlib import Path
    >>> from reference.cifar_scale import Settings, run_together
    >>> run_together(Settings(copies=2), [0, 1], Path("work/none"))
    Traceback (most recent call last):
    ValueError: runs side by side need trainer = "fixmatch", copies = 1 and one process
    """
    need_module("settings", settings, Settings)
    seeds = [as_integer(seed, "seeds", low=0) for seed in seeds]
    if not seeds or len(set(seeds)) < len(seeds):
        raise ValueError(f"seeds must be distinct, and at least one, got {seeds}")
    if settings.trainer != "fixmatch" or settings.copies > 1 or place()[1] > 1:
        raise ValueError(
            'runs side by side need trainer = "fixmatch", copies = 1 and one process'
        )
    parts = loaded(settings, device_of(settings), data)
    need_memory(replace(settings, copies=len(seeds)), parts[0], parts[2])
    meeting = Meeting(settings, seeds, folder, parts[0], int(parts[1].max()) + 1)

    def one(number: int) -> dict[str, Any]:
        own = replace(settings, seed=seeds[number])
        try:
            learner = ImageLearner(
                parts[0], meeting.num_classes, own, folder=folder, callback=callback,
                train=meeting.seat(number),
            )  # fmt: skip
            there = folder / f"seed{seeds[number]}"
            return run_rounds(own, strategy_of(own), learner, parts, there,
                              together=seeds)  # fmt: skip
        except BaseException:
            meeting.barrier.abort()  # the others need not wait
            raise

    with ThreadPoolExecutor(len(seeds)) as threads:
        runs = [threads.submit(one, number) for number in range(len(seeds))]
        try:
            errors = [run.exception() for run in runs]
        except KeyboardInterrupt:
            meeting.stopped = True
            meeting.barrier.abort()
            raise
    for error in sorted(errors, key=lambda e: isinstance(e, BrokenBarrierError)):
        if error is not None:
            raise error
    return [run.result() for run in runs]


class Meeting:
    """Where the runs leave what is to be trained, and find their networks."""

    def __init__(
        self, settings: Settings, seeds: list[int], folder: Path,
        images: torch.Tensor, num_classes: int,
    ) -> None:  # fmt: skip
        self.settings, self.folder = settings, folder
        self.images, self.num_classes = images, num_classes
        self.seeds = [seeds_of(replace(settings, seed=seed))[0] for seed in seeds]
        self.orders: dict[int, Any] = {}
        self.answers: list[Trained] = []
        self.callback: Callable[[dict[str, float]], None] | None = None
        self.stopped = False
        self.barrier = Barrier(len(seeds), self.train_all)

    def seat(self, number: int) -> Callable[..., Trained]:
        """Return what run `number` calls in place of `train_fixmatch`."""

        def train(
            network: WideResNet, images: torch.Tensor, labeled: torch.Tensor,
            labels: torch.Tensor, settings: FixMatch, *, callback: Any, **_: Any,
        ) -> Trained:  # fmt: skip
            self.orders[number] = labeled, labels
            self.callback = callback
            self.barrier.wait()
            return self.answers[number]

        return train

    def train_all(self) -> None:
        """Train the networks of all runs as one, and part them."""
        s, count = self.settings, len(self.seeds)
        orders = [self.orders[number] for number in range(count)]
        whole = train_fixmatch(
            self.built(self.seeds), self.images,
            torch.stack([labeled for labeled, _ in orders]),
            torch.stack([labels for _, labels in orders]), s.fixmatch,
            seeds=self.seeds, folder=self.folder / str(len(orders[0][0])),
            callback=self.told,
        )  # fmt: skip
        self.answers = [
            Trained(self.part(whole.network, k), self.part(whole.last, k),
                    whole.beliefs[k : k + 1], whole.history)
            for k in range(count)
        ]  # fmt: skip

    def built(self, seeds: list[int]) -> WideResNet:
        """Return networks of these seeds, on the device."""
        network = network_of(self.settings, self.num_classes, seeds)
        return network.to(self.images.device)

    def part(self, whole: WideResNet, number: int) -> WideResNet:
        """Return the network of one run, ready to predict."""
        single = self.built(self.seeds[number : number + 1])
        count = len(self.seeds)
        single.load_state_dict(
            {
                name: values.chunk(count)[number] if values.ndim else values
                for name, values in whole.state_dict().items()
            }
        )
        return single.eval()

    def told(self, record: dict[str, float]) -> None:
        """Pass a record of the training on, unless the runs were stopped."""
        if self.stopped:
            raise KeyboardInterrupt
        if self.callback is not None:
            self.callback(record)
