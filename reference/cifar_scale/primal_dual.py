r"""Bounds on the loss of every image: chapter 13's alternating steps, on a network.

.. math::

    \theta \leftarrow \text{Adam}\Big(\theta, \nabla \frac1{|B|} \sum_{i \in B}
    (1 + \lambda_i)\, \ell_i\Big), \qquad
    \lambda_i \leftarrow \big[\lambda_i + \eta_d (\ell_i - \varepsilon_i)\big]_+

The duals of a network are accumulated slacks, no prices. On images that the network can
only see unmoved they agree, digit for digit, with those of chapter 13's perceptron.
"""

import copy
from collections.abc import Callable
from typing import Any

import numpy as np
import torch
from torch import nn

from reference.cifar_scale.augment import unit, weak_view
from reference.cifar_scale.checkpoints import generators
from reference.cifar_scale.checks import need_classes, need_module, need_tensor
from reference.cifar_scale.fixmatch import cross_entropy
from reference.cifar_scale.parallel import average_gradients
from reference.common import NotConverged, as_integer, as_real, need_callable
from reference.primal_dual import Constrained

__all__ = ["pdcl_images"]


def pdcl_images(
    network: nn.Module, images: torch.Tensor, y: torch.Tensor, epsilon: float, *,
    rounds: int = 100, primal_steps: int = 1, dual_rate: float = 0.05,
    step_size: float = 1e-3, batch: int = 64, augment: bool = True, flip: bool = True,
    seed: int = 0, callback: Callable[[dict[str, float]], None] | None = None,
) -> Constrained:  # fmt: skip
    r"""Return a network trained under a bound for every image, with the duals.

    .. math::

        \min_\theta \frac1N \sum_i \ell(f_\theta(x_i), y_i) \quad \text{s.t.} \quad
        \ell(f_\theta(x_i), y_i) \le \varepsilon

    Parameters
    ----------
    network : Module
        Images to logits (n, C); it stays as it is.
    images : Tensor, shape (N, 3, h, w)
        Bytes, or what the network takes.
    y : Tensor of int64, shape (N,)
    epsilon : float
        ε > 0, the bound on each cross-entropy.
    rounds, primal_steps : int
        T rounds, each of T_p passes over the data.
    dual_rate, step_size : float
        η_d, and the step of Adam.
    batch : int
        Images in a primal step.
    augment, flip : bool
        Train on weak views (mirrored too); slacks are always those of the images
        themselves.
    seed : int
    callback : callable, optional
        Called with the record of every round.

    Returns
    -------
    Constrained
        As of :func:`~reference.primal_dual.pdcl` with an `Mlp`: duals and slacks are
        arrays (N,), the history has "loss", "slack", "above" and "dual".

    Raises
    ------
    NotConverged
        If the training left the finite numbers; its `state` is the network.
    ValueError
        If an argument is out of range, or there is not a label for each image.

    Notes
    -----
    Implements (eq:pd-primal-step) and (eq:pd-dual-step).

    References
    ----------
    Elenter, NaderiAlizadeh and Ribeiro (2022), algorithm 1.

    Examples
    --------
    >>> import torch
    >>> from reference.cifar_scale import build_network, pdcl_images
    >>> images = torch.zeros(4, 3, 8, 8, dtype=torch.uint8)  # one image, four times
    >>> y = torch.tensor([0, 0, 0, 1])                       # the last label is odd
    >>> answer = pdcl_images(build_network(10, 1, 2, base=4), images, y, 0.7, rounds=30)
    >>> answer.duals.argmax()
    np.int64(3)
    """
    need_module("network", network)
    need_tensor("images", images)
    need_tensor("y", y)
    reals = {"epsilon": epsilon, "dual_rate": dual_rate, "step_size": step_size}
    for name, value in reals.items():
        as_real(value, name, low=0.0, open_low=True)
    counts = {"rounds": rounds, "primal_steps": primal_steps, "batch": batch}
    for name, count in counts.items():
        as_integer(count, name, low=1)
    as_integer(seed, "seed", low=0)
    if y.shape != images.shape[:1]:
        raise ValueError(
            f"y needs an entry for each of {len(images)} images, got {tuple(y.shape)}"
        )
    need_callable(callback, "callback", optional=True)
    net = copy.deepcopy(network).eval()
    with torch.no_grad():
        need_classes("y", y, net(as_input(images[:1])).shape[-1])
    optimizer = torch.optim.Adam(net.parameters(), lr=step_size)
    duals = torch.zeros(len(y), dtype=torch.float64, device=y.device)
    history: list[dict[str, float]] = []
    for number in range(rounds):
        (generator,) = generators([seed], number, 0, images.device)
        for _ in range(primal_steps):
            order = torch.randperm(len(y), generator=generator, device=y.device)
            for part in order.tensor_split(-(-len(y) // batch)):
                x = images[part]
                if augment:
                    x = weak_view(x, generator=generator, flip=flip)
                primal_step(net, optimizer, as_input(x), y[part], 1.0 + duals[part])
        losses = image_losses(net, images, y)
        if not bool(torch.isfinite(losses).all()):
            message = "training left the finite numbers: look at images, or lower "
            raise NotConverged(f"{message}step_size = {step_size:g}", net)
        slacks = losses - epsilon
        duals = (duals + dual_rate * slacks).clamp(min=0.0)  # (eq:pd-dual-step)
        history.append(
            {
                "loss": float(losses.mean()),
                "slack": float(slacks.max()),
                "above": int((slacks > 0.0).sum()),
                "dual": float(duals.mean()),
            }
        )
        if callback is not None:
            callback(history[-1])
    return Constrained(
        net.eval(), duals.cpu().numpy(), slacks.cpu().numpy(), history[-1]["loss"],
        np.inf, history,
    )  # fmt: skip


def primal_step(
    net: nn.Module, optimizer: Any, x: torch.Tensor, y: torch.Tensor,
    weights: torch.Tensor,
) -> None:  # fmt: skip
    """Take a step against the gradient of the mean weighted loss."""
    loss = cross_entropy(net.train()(x), y)
    optimizer.zero_grad(set_to_none=True)
    (weights.to(loss) * loss).mean().backward()
    average_gradients(net)
    optimizer.step()  # (eq:pd-primal-step)


def image_losses(
    net: nn.Module, images: torch.Tensor, y: torch.Tensor, batch: int = 512
) -> torch.Tensor:
    """Return the loss on every image as it is, float64, the network in prediction."""
    net.eval()
    with torch.no_grad():
        parts = [
            cross_entropy(net(as_input(x)), t)
            for x, t in zip(images.split(batch), y.split(batch), strict=True)
        ]
    return torch.cat(parts).double()


def as_input(images: torch.Tensor) -> torch.Tensor:
    """Return bytes as numbers in [0, 1], anything else as it is."""
    return unit(images) if images.dtype == torch.uint8 else images
