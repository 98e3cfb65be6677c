"""One command for an experiment of active learning on images.

::

    python -m reference.cifar_scale.train --config npc_cifar10.toml
    torchrun --nproc-per-node=4 -m reference.cifar_scale.train --config ...

Run it again and it goes on where it was: within a round from the last checkpoint, over
rounds by finding their networks trained. ``--measure 20`` trains so many steps and
prints what they took beside what the cost model says, and nothing else.
"""

import argparse
import math
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch

from reference.cifar_scale.cost import step_cost
from reference.cifar_scale.experiment import (
    device_of,
    loaded,
    name_of,
    need_memory,
    run_experiment,
)
from reference.cifar_scale.learner import network_of
from reference.cifar_scale.parallel import place, start, stop
from reference.cifar_scale.settings import Settings, read_settings
from reference.cifar_scale.strategies import strategy_of
from reference.cifar_scale.together import run_together
from reference.cifar_scale.training import train_fixmatch
from reference.common import NotConverged, as_integer

__all__: list[str] = []

SHOWN = ("data", "labels", "accuracy", "seconds", "device")


def main(arguments: list[str] | None = None) -> int:
    """Run an experiment; return the exit code, 2 with one line if it cannot start."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument(
        "--config", required=True, type=Path,
        help="a TOML file, or one of experiments/configs/cifar_scale",
    )  # fmt: skip
    parser.add_argument(
        "--folder", type=Path,
        help="for checkpoints and the result; default: work/cifar_scale/NAME-SEED",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, help="instead of the configuration's")
    parser.add_argument(
        "--runs", type=int, default=1, metavar="S",
        help="so many runs, of this seed and the next, whose networks train as one",
    )  # fmt: skip
    parser.add_argument("--measure", type=int, metavar="STEPS", help="time steps only")
    options = parser.parse_args(arguments)
    try:
        start()
        settings = read_settings(found(options.config))
        if options.seed is not None:
            settings = Settings(**vars(settings) | {"seed": options.seed})
        strategy_of(settings)
        folder = options.folder or (
            home() / "work/cifar_scale" / f"{options.config.stem}-{settings.seed}"
        )
        runs = as_integer(options.runs, "--runs", low=1)
        if options.measure is not None:
            show(measure(settings, options.measure))
        else:
            name = f"{settings.strategy}, {settings.data}"
            bar = progress(settings, name)
            if runs == 1:
                results = [run_experiment(settings, folder, callback=bar)]
            else:
                seeds = list(range(settings.seed, settings.seed + runs))
                results = run_together(settings, seeds, folder / "runs", callback=bar)
            for result in results:
                show({k: result[k] for k in SHOWN})
    except (ValueError, OSError, MemoryError, FloatingPointError,
            NotConverged) as error:  # fmt: skip
        print(f"train: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ntrain: stopped; the same command goes on", file=sys.stderr)
        return 130
    except RuntimeError as error:
        if not type(error).__module__.startswith("torch._"):  # its compiler's errors
            raise
        line = str(error).strip().partition("\n")[0]
        print(f"train: {line}; set compile = false", file=sys.stderr)
        return 2
    finally:
        stop()
    return 0


def measure(settings: Settings, steps: int) -> dict[str, Any]:
    """Return the speed and memory of training steps, and what was predicted."""
    as_integer(steps, "--measure", low=2)  # time passes between two of them
    if settings.trainer != "fixmatch":
        raise ValueError('--measure times FixMatch: it needs trainer = "fixmatch"')
    device = device_of(settings)
    images, y, tests, _, source = loaded(settings, device)
    predicted = need_memory(settings, images, tests)
    num_classes = int(y.max()) + 1
    seeds = list(range(settings.copies))
    network = network_of(settings, num_classes, seeds).to(device)
    few = settings.fixmatch
    few = type(few)(**vars(few) | {"steps": steps})
    cost = step_cost(network, images.shape[2], few)
    labels = torch.as_tensor(y[: 4 * num_classes])
    ticks: list[tuple[float, float]] = []  # step and time

    def tick(record: dict[str, float]) -> None:
        if device.type == "cuda":
            torch.cuda.synchronize()
        ticks.append((record["step"], time.perf_counter()))

    peak_memory(device)
    before = peak_memory(device)
    train_fixmatch(
        network, images, torch.arange(len(labels)), labels, few, seeds=seeds,
        callback=tick,
    )  # fmt: skip
    gaps = np.diff(np.array(ticks), axis=0)  # a record may stand for several steps
    seconds = float(np.median(gaps[:, 1] / gaps[:, 0])) if len(gaps) else math.nan
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


def peak_memory(device: torch.device) -> float:
    """Return the largest memory since the last call, in bytes; NaN where unknown."""
    if device.type == "cuda":
        peak = float(torch.cuda.max_memory_allocated(device))
        torch.cuda.reset_peak_memory_stats(device)
        return peak
    try:
        lines = Path("/proc/self/status").read_text().splitlines()
        Path("/proc/self/clear_refs").write_text("5")  # the peak starts anew
    except OSError:
        return float("nan")
    (line,) = (x for x in lines if x.startswith("VmHWM"))
    return 1024.0 * float(line.split()[1])


def home() -> Path:
    """Return the folder of the book."""
    return Path(__file__).resolve().parents[2]


def found(path: Path) -> Path:
    """Return a configuration: the file itself, or the book's of this name."""
    configs = home() / "experiments/configs/cifar_scale"
    for where in (path, configs / path.name):
        if where.exists():
            return where
    names = ", ".join(sorted(p.name for p in configs.glob("*.toml")))
    raise FileNotFoundError(f"config: there is no {path}; the book has {names}")


def progress(settings: Settings, name: str) -> Callable[[dict[str, float]], None]:
    """Return a callback that draws a bar with the latest numbers; silent elsewhere."""
    from tqdm import tqdm

    total = (
        settings.fixmatch.steps if settings.trainer == "fixmatch" else settings.rounds
    )
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


def show(result: dict[str, Any]) -> None:
    """Print a result, a line for each entry, by the first process."""
    if place()[0] == 0:
        for name, value in result.items():
            print(f"{name}: {value}")


if __name__ == "__main__":
    sys.exit(main())
