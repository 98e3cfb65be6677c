"""Several processes as one: gradients averaged, running moments averaged, one voice.

::

    torchrun --nproc-per-node=4 -m reference.cifar_scale.train --config ...

Each process has a copy of the network, a part of every batch, and a share of the pool
for its pseudo-labels. After each backward pass the gradients are averaged, so that all
take the same step from the same parameters. Without torchrun everything here does
nothing.
"""

import os

import torch
from torch import distributed, nn

__all__: list[str] = []


def start() -> tuple[int, int]:
    """Return the rank and the number of processes; join them if torchrun began this."""
    size = int(os.environ.get("WORLD_SIZE", "1"))
    if size > 1 and not distributed.is_initialized():
        distributed.init_process_group("nccl" if torch.cuda.is_available() else "gloo")
    return place()


def place() -> tuple[int, int]:
    """Return the rank and the number of processes: (0, 1) alone."""
    if distributed.is_available() and distributed.is_initialized():
        return distributed.get_rank(), distributed.get_world_size()
    return 0, 1


def stop() -> None:
    """Leave the other processes, if there are any."""
    if distributed.is_available() and distributed.is_initialized():
        distributed.destroy_process_group()


def average_gradients(network: nn.Module) -> None:
    """Replace gradients by their mean over the processes: one message for all."""
    if place()[1] > 1:
        gradients = [p.grad for p in network.parameters() if p.grad is not None]
        flat = averaged(torch.cat([g.reshape(-1) for g in gradients]))
        parts = flat.split([g.numel() for g in gradients])
        for gradient, part in zip(gradients, parts, strict=True):
            gradient.copy_(part.view_as(gradient))


def average_moments(network: nn.Module) -> None:
    """Replace the running moments of batch norm by their mean over the processes."""
    for moment in network.buffers():
        if place()[1] > 1 and moment.is_floating_point():
            moment.copy_(averaged(moment.clone()))


def averaged(values: torch.Tensor) -> torch.Tensor:
    """Return the mean of the processes' values, in one message."""
    distributed.all_reduce(values)
    return values / place()[1]


def agreed(value: int, device: torch.device) -> bool:
    """Return whether all processes have the same value."""
    if place()[1] == 1:
        return True
    ends = torch.tensor([value, -value], device=device)
    distributed.all_reduce(ends, distributed.ReduceOp.MAX)
    return int(ends.sum()) == 0


def said_by_first(values: torch.Tensor) -> torch.Tensor:
    """Return what the first process has: rounding must not part the processes' ways."""
    if place()[1] > 1:
        values = values.contiguous()
        distributed.broadcast(values, 0)
    return values
