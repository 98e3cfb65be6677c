"""One command for an experiment of active learning on images.

    python -m reference.cifar_scale.train --config npc_cifar10.toml
    torchrun --nproc-per-node=4 -m reference.cifar_scale.train --config ...

Run it again and it goes on where it was: within a round from the last checkpoint, over
rounds by finding their networks trained. `--measure 20` trains so many steps and prints
what they took beside what the cost model says, and nothing else.
"""

import argparse
import json
import os
import platform
import resource
import sys
import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
import torch

from companion_data.vision import image_data
from reference.acquisition import Run, run_active_learning
from reference.cifar_scale.cost import step_cost
from reference.cifar_scale.learner import ImageLearner
from reference.cifar_scale.parallel import place, start, stop
from reference.cifar_scale.settings import Settings, read_settings
from reference.cifar_scale.strategies import strategy_of
from reference.cifar_scale.training import train_fixmatch
from reference.cifar_scale.wide_resnet import build_network

__all__: list[str] = []

ROOT = Path(__file__).resolve().parents[2]
CONFIGS = ROOT / "experiments" / "configs"
SPARE = 0.8  # share of the free memory that a run may plan to use


def main(arguments: list[str] | None = None) -> int:
    """Run an experiment; return the exit code, 2 with one line if it cannot start."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--config", required=True, type=Path, help="a TOML file, or one "
                        "of experiments/configs")  # fmt: skip
    parser.add_argument("--folder", type=Path, help="for checkpoints and the result; "
                        "default: work/cifar_scale/NAME-SEED")  # fmt: skip
    parser.add_argument("--seed", type=int, help="instead of the configuration's")
    parser.add_argument("--measure", type=int, metavar="STEPS", help="time steps only")
    options = parser.parse_args(arguments)
    try:
        start()
        settings = read_settings(found(options.config))
        if options.seed is not None:
            settings = Settings(**vars(settings) | {"seed": options.seed})
        strategy_of(settings)
        folder = options.folder or (
            ROOT / "work/cifar_scale" / f"{options.config.stem}-{settings.seed}"
        )
        if options.measure:
            show(measure(settings, options.measure))
        else:
            show(experiment(settings, folder))
    except (ValueError, OSError, MemoryError) as error:
        print(f"train: {error}", file=sys.stderr)
        return 2
    finally:
        stop()
    return 0


def experiment(settings: Settings, folder: Path) -> dict[str, Any]:
    """Return the result of a whole run, which is also written to the folder."""
    device = device_of(settings)
    images, y, tests, y_test, source = loaded(settings, device)
    need_memory(settings, images, tests)
    num_classes = int(y.max()) + 1
    name = f"{settings.strategy}, {settings.data}"
    learner = ImageLearner(
        images, num_classes, settings, folder=folder, callback=progress(settings, name)
    )
    rng = np.random.default_rng([settings.seed, 18])
    began = time.perf_counter()
    run: Run = run_active_learning(
        np.arange(len(images), dtype=float)[:, None], lambda i: int(y[i]),
        strategy_of(settings), learner, budget=settings.budget,
        initial=first_labels(y, settings, rng), batch=settings.query, rng=rng,
        num_classes=num_classes, score=lambda m: m.accuracy(tests, y_test),
        callback=lambda view: tell(view, folder),
    )  # fmt: skip
    result = {
        "data": source,
        "settings": asdict(settings),
        "labels": run.counts.tolist(),
        "accuracy": run.scores.tolist(),
        "queried": run.queried.tolist(),
        "device": name_of(device),
        "processes": place()[1],
        "versions": {"python": platform.python_version(), "torch": torch.__version__},
        "seconds": round(time.perf_counter() - began, 1),
    }
    if place()[0] == 0:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "result.json").write_text(json.dumps(result, indent=1) + "\n")
    return {k: result[k] for k in ("data", "labels", "accuracy", "seconds", "device")}


def measure(settings: Settings, steps: int) -> dict[str, Any]:
    """Return the speed and memory of training steps, and what was predicted."""
    device = device_of(settings)
    images, y, tests, _, source = loaded(settings, device)
    predicted = need_memory(settings, images, tests)
    num_classes = int(y.max()) + 1
    seeds = list(range(settings.copies))
    network = build_network(
        settings.depth, settings.widen, num_classes, seeds=seeds, base=settings.base
    ).to(device)
    few = settings.fixmatch
    few = type(few)(**vars(few) | {"steps": steps})
    cost = step_cost(network, images.shape[2], few)
    labels = torch.as_tensor(y[: 4 * num_classes])
    ticks: list[float] = []

    def tick(record: dict[str, float]) -> None:
        if device.type == "cuda":
            torch.cuda.synchronize()
        ticks.append(time.perf_counter())

    before = peak_memory(device)
    train_fixmatch(
        network, images, torch.arange(len(labels)), labels, few, seeds=seeds,
        callback=tick,
    )  # fmt: skip
    seconds = float(np.median(np.diff(ticks))) if len(ticks) > 1 else float("nan")
    per_step = few.batch * (1 + 2 * few.ratio) * settings.copies
    whole = settings.fixmatch.steps * seconds / 3600.0
    return {
        "data": source,
        "device": name_of(device),
        "seconds a step": round(seconds, 4),
        "views a second": round(per_step / seconds, 1),
        "operations a step": cost.step,
        "operations a second": cost.step / seconds,
        "memory, predicted GB": round(predicted / 1e9, 3),
        "memory, measured GB": round((peak_memory(device) - before) / 1e9, 3),
        "hours for a round": round(whole, 2),
    }


def loaded(
    settings: Settings, device: torch.device
) -> tuple[torch.Tensor, np.ndarray, torch.Tensor, np.ndarray, str]:
    """Return pool and test images on the device, their labels, and their source."""
    data = image_data(settings.data, settings.classes)
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


def need_memory(
    settings: Settings, images: torch.Tensor, tests: torch.Tensor
) -> float:
    """Return the bytes that training plans to use; MemoryError if they are not there."""
    network = build_network(
        settings.depth, settings.widen, 10, seeds=range(settings.copies),
        base=settings.base,
    )  # fmt: skip
    size = max(images.shape[2:])
    needed = step_cost(network, size, settings.fixmatch).memory
    if images.device.type == "cuda":
        free = torch.cuda.mem_get_info(images.device)[0]
    else:
        free = os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    if needed > SPARE * free:
        raise MemoryError(
            f"training needs about {needed / 1e9:.1f} GB and {free / 1e9:.1f} GB are "
            "free: lower batch, ratio, copies or widen, or set half = true"
        )
    return needed


def peak_memory(device: torch.device) -> float:
    """Return the largest memory so far, in bytes."""
    if device.type == "cuda":
        return float(torch.cuda.max_memory_allocated(device))
    return 1024.0 * resource.getrusage(resource.RUSAGE_SELF).ru_maxrss


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


def found(path: Path) -> Path:
    """Return a configuration: the file itself, or the book's of this name."""
    for place_ in (path, CONFIGS / path.name):
        if place_.exists():
            return place_
    names = ", ".join(sorted(p.name for p in CONFIGS.glob("*_*.toml")))
    raise FileNotFoundError(f"config: there is no {path}; the book has {names}")


def progress(settings: Settings, name: str) -> Callable[[dict[str, float]], None]:
    """Return a callback that draws a bar with the latest numbers; silent elsewhere."""
    from tqdm import tqdm

    total = settings.fixmatch.steps if settings.trainer == "fixmatch" else settings.rounds
    bar: Any = None

    def show_record(record: dict[str, float]) -> None:
        nonlocal bar
        step = int(record.get("step", (bar.n if bar else 0) + 1))
        if bar is None or step <= bar.n:
            bar = tqdm(total=total, desc=name, disable=place()[0] > 0, leave=False)
        bar.update(step - bar.n)
        bar.set_postfix({k: f"{v:.3g}" for k, v in record.items() if k != "step"})
        if step >= total:
            bar.close()
            bar = None

    return show_record


def tell(view: Any, folder: Path) -> None:
    """Add a line on a finished round to the run's log."""
    if place()[0] == 0:
        folder.mkdir(parents=True, exist_ok=True)
        line = {"labels": len(view.bought), "queried": view.bought.tolist()}
        with (folder / "rounds.jsonl").open("a") as file:
            file.write(json.dumps(line) + "\n")


def show(result: dict[str, Any]) -> None:
    """Print a result, a line for each entry, by the first process."""
    if place()[0] == 0:
        for name, value in result.items():
            print(f"{name}: {value}")


if __name__ == "__main__":
    sys.exit(main())
