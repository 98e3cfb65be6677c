r"""Wide residual networks, several of them side by side as one.

A block adds to its input what two convolutions make of it, each after batch norm and
a leaky rectifier:

.. math::

    x \leftarrow S x + C_2\, \rho(N_2\, C_1\, \rho(N_1 x)), \qquad
    \rho(t) = \max(t, 0.1\, t),

S the identity, or a 1 x 1 convolution where the width changes. Depth 6 b + 4 has three
groups of b blocks with 16 k, 32 k and 64 k channels; the last two halve the image.

S runs of one experiment are one network with S groups of channels: a convolution in
groups does not mix them, batch norm is by channel anyway, and only the last layer
needs a product of its own for each copy. One large step keeps a device busy where S
small ones would not.
"""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional

from reference.common import as_integer

__all__ = ["WideResNet", "build_network"]

SLOPE = 0.1  # of the leaky rectifier, for negative inputs
CENTER, SPREAD = 0.5, 0.25  # of pixels in [0, 1], roughly; the same for all data


class Block(nn.Module):
    """Two convolutions, each after batch norm and rectifier, around a shortcut."""

    def __init__(self, width_in: int, width: int, stride: int, copies: int) -> None:
        super().__init__()
        self.norm1 = nn.BatchNorm2d(copies * width_in)
        self.conv1 = convolution(width_in, width, 3, stride, copies)
        self.norm2 = nn.BatchNorm2d(copies * width)
        self.conv2 = convolution(width, width, 3, 1, copies)
        self.shortcut = None
        if stride != 1 or width_in != width:
            self.shortcut = convolution(width_in, width, 1, stride, copies)

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        """Return the block's output, (n, S * width, height, width of the image)."""
        inner = functional.leaky_relu(self.norm1(x), SLOPE)
        around = x if self.shortcut is None else self.shortcut(inner)
        x = functional.leaky_relu(self.norm2(self.conv1(inner)), SLOPE)
        return around + self.conv2(x)


class WideResNet(nn.Module):
    """S wide residual networks of one shape; made by :func:`build_network`.

    Attributes
    ----------
    copies, num_classes, width : int
        S, C, and d, the length of an embedding.
    weight, bias : Parameter, shapes (S, C, d) and (S, C)
        The last layer of each copy.
    """

    def __init__(
        self, depth: int, widen: int, num_classes: int, copies: int, base: int
    ) -> None:
        super().__init__()
        self.copies, self.num_classes = copies, num_classes
        widths = [base, base * widen, 2 * base * widen, 4 * base * widen]
        self.width = widths[3]
        self.stem = convolution(3, base, 3, 1, copies)
        blocks = []
        for group in range(3):
            for k in range((depth - 4) // 6):
                before = widths[group] if k == 0 else widths[group + 1]
                stride = 2 if group > 0 and k == 0 else 1
                blocks.append(Block(before, widths[group + 1], stride, copies))
        self.blocks = nn.ModuleList(blocks)
        self.norm = nn.BatchNorm2d(copies * self.width)
        self.weight = nn.Parameter(torch.zeros(copies, num_classes, self.width))
        self.bias = nn.Parameter(torch.zeros(copies, num_classes))

    def embed(self, images: torch.Tensor) -> torch.Tensor:
        """Return the embeddings of images (n, 3 S, h, w) in [0, 1], (n, S, d)."""
        x = self.stem((images - CENTER) / SPREAD)
        for block in self.blocks:
            x = block(x)
        x = functional.leaky_relu(self.norm(x), SLOPE)
        return x.mean((2, 3)).unflatten(1, (self.copies, self.width))

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        """Return logits, (n, S, C); (n, C) of a single network."""
        logits = torch.einsum("nsd,scd->nsc", self.embed(images), self.weight)
        logits = logits + self.bias
        return logits[:, 0] if self.copies == 1 else logits

    def restart(self, seeds: Sequence[int]) -> None:
        """Draw new parameters, copy s from seed s, and forget the running moments."""
        for module in self.modules():
            if isinstance(module, nn.BatchNorm2d):
                module.reset_parameters()  # moments too
        drawn = [m.weight for m in self.modules() if isinstance(m, nn.Conv2d)]
        with torch.no_grad():
            self.bias.zero_()
            for s, seed in enumerate(seeds):
                generator = torch.Generator().manual_seed(seed)
                for weight in [*drawn, self.weight]:
                    part = weight.chunk(self.copies)[s]
                    fan_in = part[0].numel() if part.ndim == 4 else self.width
                    gain = 2.0 / (1.0 + SLOPE**2) if part.ndim == 4 else 1.0
                    values = torch.randn(part.shape, generator=generator)
                    part.copy_(values * (gain / fan_in) ** 0.5)


def convolution(
    width_in: int, width: int, size: int, stride: int, copies: int
) -> nn.Conv2d:
    """Return a convolution of S copies that do not see each other, without bias."""
    return nn.Conv2d(
        copies * width_in, copies * width, size, stride, size // 2,
        groups=copies, bias=False,
    )  # fmt: skip


def build_network(
    depth: int = 28,
    widen: int = 2,
    num_classes: int = 10,
    *,
    seeds: Sequence[int] = (0,),
    base: int = 16,
) -> WideResNet:
    r"""Return wide residual networks with random parameters, one for each seed.

    .. math:: W_{ij} \sim \mathcal N\Big(0, \frac{2}{(1 + 0.1^2)\, \text{fan-in}}\Big)

    Parameters
    ----------
    depth : int
        6 b + 4: b blocks in each group. WRN-28-2 has b = 4.
    widen : int
        k, the factor of all widths but the first.
    num_classes : int
        C >= 2.
    seeds : sequence of int
        S of them: copy s has the parameters that a single network of this seed has.
    base : int
        Channels before the first block, 16 in the papers; fewer make a toy.

    Returns
    -------
    WideResNet
        In training mode, on the CPU; embeddings have d = 4 k base entries.

    Raises
    ------
    ValueError
        If an argument is not such a number, or there is no seed.

    Notes
    -----
    {prf:ref}`alg-18-step` trains it. A 3 x 3 convolution costs 18 h w c c' operations:
    see :func:`~reference.cifar_scale.step_cost`.

    References
    ----------
    Zagoruyko and Komodakis (2016); Oliver et al. (2018), appendix B.

    Examples
    --------
    >>> import torch
    >>> from reference.cifar_scale import build_network
    >>> network = build_network(28, 2)
    >>> sum(p.numel() for p in network.parameters())
    1467610
    >>> pair = build_network(10, 1, 3, seeds=(0, 1), base=4)
    >>> pair(torch.zeros(5, 6, 8, 8)).shape
    torch.Size([5, 2, 3])
    """
    as_integer(depth, "depth", low=10)
    if (depth - 4) % 6:
        raise ValueError(f"depth must be 6 b + 4, such as 10, 16 or 28, got {depth}")
    as_integer(widen, "widen", low=1)
    as_integer(num_classes, "num_classes", low=2)
    as_integer(base, "base", low=1)
    try:
        seeds = list(seeds)
    except TypeError:
        raise ValueError(f"seeds must be a sequence, got {seeds!r}") from None
    if not seeds:
        raise ValueError("seeds must not be empty: each makes one network")
    for seed in seeds:
        as_integer(seed, "seeds", low=0)
    network = WideResNet(depth, widen, num_classes, len(seeds), base)
    network.restart(seeds)
    return network
