r"""An experiment of active learning: data, memory, the loop, the result.

.. math::

    L_0 \subset L_1 \subset \dots, \qquad
    |L_r| = \min(\texttt{initial} + r\, \texttt{query}, \texttt{budget})

Everything that may be missing is asked for before anything is trained.
"""

import json
import math
import os
import platform
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from companion_data.vision import ImageData, image_data
from reference.acquisition import Run, run_active_learning
from reference.cifar_scale.checks import need_module
from reference.cifar_scale.cost import step_cost
from reference.cifar_scale.learner import ImageLearner, network_of
from reference.cifar_scale.parallel import place
from reference.cifar_scale.settings import Settings
from reference.cifar_scale.strategies import strategy_of

__all__ = ["run_experiment"]

MEMINFO = Path("/proc/meminfo")  # of Linux
SPARE = 0.8  # share of the free memory that a run may plan to use


def run_experiment(
    settings: Settings, folder: Path, *, data: ImageData | None = None,
    callback: Callable[[dict[str, float]], None] | None = None,
) -> dict[str, Any]:  # fmt: skip
    r"""Return the result of a whole run, which is also written to the folder.

    .. math:: \text{accuracy}_r \quad\text{by}\quad |L_r|

    Parameters
    ----------
    settings : Settings
    folder : Path
        For checkpoints, a log of the rounds, and ``result.json``; a run that was
        killed goes on from what is there.
    data : ImageData, optional
        Read already, to save the time; by default what the settings name.
    callback : callable, optional
        Called with records of the training.

    Returns
    -------
    dict
        "data" (where the images are from), "settings", "labels" and "accuracy" of each
        round, "queried" (in the order of purchase), "device", "versions", "seconds".

    Raises
    ------
    OSError
        If the data are nowhere.
    MemoryError
        If training would need more memory than is free.
    ValueError
        If the settings do not fit the data.

    Notes
    -----
    Chapter 11's `run_active_learning` chooses and counts. What is drawn depends on the
    settings' seed alone.

    Examples
    --------
    What is wrong is said before anything is loaded.

    >>> from pathlib import Path
    >>> from reference.cifar_scale import Settings, run_experiment
    >>> run_experiment(Settings(strategy="ally"), Path("work/none"))
    Traceback (most recent call last):
    ValueError: strategy "ally" needs duals: set trainer = "pdcl"
    """
    need_module("settings", settings, Settings)
    strategy = strategy_of(settings)
    device = device_of(settings)
    parts = loaded(settings, device, data)
    need_memory(settings, parts[0], parts[2])
    learner = ImageLearner(
        parts[0], int(parts[1].max()) + 1, settings, folder=folder, callback=callback
    )
    return run_rounds(settings, strategy, learner, parts, folder)


def run_rounds(
    settings: Settings, strategy: Callable[..., np.ndarray], learner: ImageLearner,
    parts: tuple[torch.Tensor, np.ndarray, torch.Tensor, np.ndarray, str],
    folder: Path, **more: Any,
) -> dict[str, Any]:  # fmt: skip
    """Return the result of the loop on data that were read, with more entries."""
    images, y, tests, y_test, source = parts
    rng = np.random.default_rng([settings.seed, 18])
    if place()[0] == 0:
        (folder / "rounds.jsonl").unlink(missing_ok=True)  # the loop starts anew
    began = time.perf_counter()
    run: Run = run_active_learning(
        np.arange(len(images), dtype=float)[:, None], lambda i: int(y[i]),
        strategy, learner, budget=settings.budget,
        initial=first_labels(y, settings, rng), batch=settings.query, rng=rng,
        num_classes=learner.num_classes, score=lambda m: m.accuracy(tests, y_test),
        callback=lambda view: tell(view, folder),
    )  # fmt: skip
    result = {
        "data": source,
        "settings": asdict(settings),
        "labels": run.counts.tolist(),
        "accuracy": run.scores.tolist(),
        "queried": run.queried.tolist(),
        "device": name_of(images.device),
        "processes": place()[1],
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "seconds": round(time.perf_counter() - began, 1),
    } | more
    if place()[0] == 0:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    return result


def loaded(
    settings: Settings, device: torch.device, data: ImageData | None = None
) -> tuple[torch.Tensor, np.ndarray, torch.Tensor, np.ndarray, str]:
    """Return pool and test images on the device, their labels, and their source."""
    data = data or image_data(settings.data, settings.classes)
    rng = np.random.default_rng([settings.seed, 17])
    parts: list[Any] = []
    for X, y, count in [(data.X_train, data.y_train, settings.pool),
                        (data.X_test, data.y_test, settings.test)]:  # fmt: skip
        if count > len(X):
            raise ValueError(f"pool and test must be at most {len(X)}, got {count}")
        part = rng.permutation(len(X))[: count or len(X)]
        images = torch.as_tensor(X[part]).permute(0, 3, 1, 2)
        if settings.shrink > 1:
            small = torch.nn.functional.avg_pool2d(images.float(), settings.shrink)
            images = small.round().to(torch.uint8)
        images = images.contiguous(memory_format=torch.channels_last)
        parts += [images.to(device), y[part]]
    return *parts, data.source


def first_labels(
    y: np.ndarray, settings: Settings, rng: np.random.Generator
) -> np.ndarray:
    """Return the positions of the first labels: evenly from the classes, or not."""
    order = rng.permutation(len(y))
    if settings.balanced:
        turn = np.zeros(len(y), dtype=int)  # the k-th of its class, in this order
        for c in np.unique(y):
            turn[y[order] == c] = np.arange((y == c).sum())
        order = order[np.argsort(turn, kind="stable")]
    return order[: settings.initial]


def need_memory(settings: Settings, images: torch.Tensor, tests: torch.Tensor) -> float:
    """Return the bytes that training plans to use; MemoryError if there are fewer."""
    network = network_of(settings, 10, range(settings.copies))
    size = max(images.shape[2:])
    needed = step_cost(network, size, settings.fixmatch).memory
    free = free_memory(images.device)
    if needed > SPARE * free:
        raise MemoryError(
            f"training needs about {needed / 1e9:.1f} GB and {free / 1e9:.1f} GB are "
            "free: lower batch, ratio, copies or widen, or set half = true"
        )
    return needed


def free_memory(device: torch.device) -> float:
    """Return the bytes that are free on a device, infinite where nobody says."""
    if device.type == "cuda":
        return float(torch.cuda.mem_get_info(device)[0])
    if not MEMINFO.exists():
        return math.inf
    available = MEMINFO.read_text().partition("MemAvailable:")[2]  # caches count
    return 1024.0 * float(available.split()[0])


def device_of(settings: Settings) -> torch.device:
    """Return the device; ValueError if CUDA is wanted and not there."""
    there = torch.cuda.is_available()
    if settings.device == "cuda" and not there:
        raise ValueError('device is "cuda", and no such device is here: set "cpu"')
    if settings.device == "cpu" or not there:
        return torch.device("cpu")
    torch.backends.cudnn.benchmark = True
    return torch.device("cuda", int(os.environ.get("LOCAL_RANK", "0")))


def name_of(device: torch.device) -> str:
    """Return what to call a device in a result."""
    if device.type == "cuda":
        return str(torch.cuda.get_device_name(device))
    return f"{torch.get_num_threads()} threads of a processor"


def tell(view: Any, folder: Path) -> None:
    """Add a line on a finished round to the run's log."""
    if place()[0] == 0:
        folder.mkdir(parents=True, exist_ok=True)
        line = {"labels": len(view.bought), "queried": view.bought.tolist()}
        with (folder / "rounds.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")
