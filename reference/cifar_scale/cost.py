r"""What a run will cost, before it runs: operations, memory, hours.

A convolution from c to c' channels on h x w pixels costs 2 s² c c' h w operations
forward and twice that backward. With B labelled images in a step and μ B unlabelled
ones, each in a weak view (forward only) and a strong one,

.. math:: \text{operations} = F\, B\, (3 + 3 \mu + \mu), \qquad F \text{ of an image}.
"""

from dataclasses import dataclass

from torch import nn

from reference.cifar_scale.checks import need_module
from reference.cifar_scale.settings import FixMatch
from reference.cifar_scale.wide_resnet import WideResNet
from reference.common import as_integer

__all__ = ["StepCost", "step_cost"]


@dataclass(frozen=True)
class StepCost:
    """What a step of training costs.

    Attributes
    ----------
    forward : float
        Operations (additions and products) for one image, forward, all copies.
    step : float
        Operations for one step.
    parameters : int
    memory : float
        Bytes for parameters, gradients, momenta, averages, and what the backward
        pass keeps; the images come on top.
    """

    forward: float
    step: float
    parameters: int
    memory: float

    def hours(self, steps: int, rate: float) -> float:
        """Return the hours that so many steps take at `rate` operations a second."""
        return self.step * steps / rate / 3600.0


def step_cost(network: WideResNet, size: int, settings: FixMatch) -> StepCost:
    r"""Return the operations and the memory of a training step.

    .. math:: F\, B\, (3 + 4 \mu)

    Parameters
    ----------
    network : WideResNet
    size : int
        Pixels to a side of an image, h = w.
    settings : FixMatch

    Returns
    -------
    StepCost

    Raises
    ------
    ValueError
        If `size` is no positive integer.

    Notes
    -----
    Implements (eq:scale-cost). Batch norm, rectifiers and views are not counted: they
    take little arithmetic and much traffic, which is why a device reaches a fraction
    of its peak on networks this narrow. For the backward pass an image keeps, before
    each convolution, its input to batch norm, to the rectifier and to the convolution.
    Libraries take more when they are first used: on a processor about 0.1 GB, once.

    Examples
    --------
    >>> from reference.cifar_scale import FixMatch, build_network, step_cost
    >>> cost = step_cost(build_network(28, 2), 32, FixMatch())
    >>> print(f"{cost.step:.2e} operations, {cost.hours(2**20, 5e13):.1f} hours")
    8.51e+11 operations, 5.0 hours
    """
    need_module("network", network, WideResNet)
    as_integer(size, "size", low=1)
    need_module("settings", settings, FixMatch)
    copies = network.copies
    forward = 2.0 * copies * network.width * network.num_classes
    kept = 0.0
    for convolution, side in layers(network, size):
        inner = convolution.in_channels // copies
        square = convolution.kernel_size[0] ** 2
        after = -(-side // convolution.stride[0])
        forward += 2.0 * square * inner * convolution.out_channels * after**2
        kept += 3.0 * convolution.in_channels * side**2
    parameters = sum(p.numel() for p in network.parameters())
    with_gradient = settings.batch * (1 + settings.ratio)
    bytes_each = 2.0 if settings.half else 4.0
    operations = settings.batch * (3.0 + 4.0 * settings.ratio)  # (eq:scale-cost)
    return StepCost(
        forward, forward * operations, parameters,
        16.0 * parameters + bytes_each * kept * with_gradient,
    )  # fmt: skip


def layers(network: WideResNet, size: int) -> list[tuple[nn.Conv2d, int]]:
    """Return each convolution with the side of the image that it sees."""
    found = [(network.stem, size)]
    for block in network.blocks:
        found.append((block.conv1, size))
        if block.shortcut is not None:
            found.append((block.shortcut, size))
        size = -(-size // block.conv1.stride[0])
        found.append((block.conv2, size))
    return found
