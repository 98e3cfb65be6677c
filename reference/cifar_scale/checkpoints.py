"""Training that goes on where it was: all that a step depends on, in one file.

A step depends on the parameters, the momenta, the averages, the beliefs about the pool
and its own number, from which its random numbers are made (`generators`). So there is
no state of a generator to keep, and a run that was killed goes on bit for bit, on a
processor at least.
"""

import io
import zipfile
from collections.abc import Sequence
from pathlib import Path
from pickle import UnpicklingError
from typing import Any

import numpy as np
import torch

__all__: list[str] = []


def generators(
    seeds: Sequence[int], step: int, rank: int, device: torch.device
) -> list[torch.Generator]:
    """Return a generator for each seed, made from the seed, the step and the rank."""
    found = []
    for seed in seeds:
        mixed = np.random.SeedSequence([seed, step, rank]).generate_state(1, np.uint64)
        generator = torch.Generator(device)
        found.append(generator.manual_seed(int(mixed[0] >> np.uint64(1))))
    return found


def identity(
    network: torch.nn.Module,
    images: torch.Tensor,
    labeled: torch.Tensor,
    labels: torch.Tensor,
) -> dict[str, Any]:
    """Return what the network and the data of a run are known by in a checkpoint."""
    return {
        "torch": str(torch.__version__),
        "network": [list(p.shape) for p in network.state_dict().values()],
        "images": [*images.shape, int(images.sum(dtype=torch.int64))],
        "labeled": labeled.tolist(),
        "labels": labels.tolist(),
    }


def save_checkpoint(path: Path, state: dict[str, Any]) -> None:
    """Write a checkpoint beside its place and move it there, so that none is broken."""
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_suffix(".part")
    torch.save(state, part)
    part.replace(path)


def load_checkpoint(path: Path, about: dict[str, Any]) -> dict[str, Any] | None:
    """Return a checkpoint of the same run, or None if there is none.

    Only tensors, numbers and containers are read, never code. The checksums in the
    file are compared, which torch does not do.

    Raises
    ------
    ValueError
        If the file is no checkpoint, or one of another run: `about` says what must
        agree.
    """
    if not path.exists():
        return None
    file = io.BytesIO(path.read_bytes())
    try:
        if zipfile.ZipFile(file).testzip():
            raise ValueError("a checksum is wrong")
        file.seek(0)
        state = torch.load(file, map_location="cpu", weights_only=True)
        before = state["about"]
    except (zipfile.BadZipFile, UnpicklingError, RuntimeError, EOFError,
            KeyError, TypeError, ValueError) as error:  # fmt: skip
        raise ValueError(f"{path} is no checkpoint of a run: remove it") from error
    differ = [k for k in about if before.get(k) != about[k]]
    if differ:
        raise ValueError(
            f"{path} is a checkpoint of another run: {', '.join(differ)} differ; "
            "remove it or choose another folder"
        )
    return state
