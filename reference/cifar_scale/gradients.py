r"""The kernel of a whole network, from one gradient for each image, made short.

The trace kernel of chapter 15 needs a gradient for every class. With a vector of random
signs v, one is enough,

.. math::

    \mathbb E_v \big\langle \nabla_\theta\, v^\top f(x),
    \nabla_\theta\, v^\top f(x') \big\rangle
    = \sum_c \big\langle \nabla f_c(x), \nabla f_c(x') \big\rangle ,

because :math:`\mathbb E\, v_c v_{c'}` is 1 for :math:`c = c'` and 0 otherwise. The
gradient has a million entries; each is added, with a random sign, to one of k sums,
which keeps inner products, up to an error that falls like :math:`1/\sqrt k`. Both draws
are shared by all images.
"""

import torch
from torch.func import functional_call, grad, vmap

from reference.cifar_scale.checkpoints import generators
from reference.cifar_scale.checks import need_module, need_tensor
from reference.cifar_scale.primal_dual import as_input
from reference.common import as_integer

__all__ = ["gradient_sketch"]


def gradient_sketch(
    network: torch.nn.Module,
    images: torch.Tensor,
    directions: torch.Tensor | int,
    *,
    length: int | None = None,
    seed: int = 0,
    chunk: int = 32,
) -> torch.Tensor:
    r"""Return a factor of the trace kernel of all parameters, exact or sketched.

    .. math::

        \Phi_i = \big[\, P_1 \nabla_\theta\, v_1^\top f(x_i), \dots,
        P_m \nabla_\theta\, v_m^\top f(x_i) \,\big], \qquad
        \Phi \Phi^\top \approx K

    Parameters
    ----------
    network : Module
        Images to logits (n, C), in the mode of prediction (batch norm would otherwise
        mix the images); in float64 for a kernel whose smallest eigenvalue counts.
    images : Tensor, shape (n, 3, h, w)
        Bytes, or what the network takes.
    directions : int or Tensor, shape (m, C)
        So many random sign vectors, over the root of m; or these rows. The C unit
        vectors give the kernel exactly.
    length : int, optional
        k, the length of each sketch; None projects nothing.
    seed : int
        Of signs and projection.
    chunk : int
        Images at once: they need memory for as many gradients.

    Returns
    -------
    Tensor of float64, shape (n, m k) or (n, m p), on the processor
        p parameters, in the order of ``network.named_parameters()``.

    Raises
    ------
    ValueError
        If the network is in training mode, or an argument out of range.

    Notes
    -----
    Implements (eq:scale-signs) and (eq:scale-sketch). Standard deviations of an entry,
    by {prf:ref}`thm-18-sketch`: at most :math:`\sqrt{2/k}\, \|g_i\| \|g_j\|` from the
    projection, and at most :math:`\sqrt{2/m}` times the norm of the off-diagonal part
    of the C x C block from the signs. One backward pass for each image and direction.

    References
    ----------
    Hutchinson (1989); Charikar, Chen and Farach-Colton (2002).

    Examples
    --------
    >>> import torch
    >>> from reference.cifar_scale import gradient_sketch
    >>> network = torch.nn.Linear(2, 2).double().eval()
    >>> x = torch.tensor([[1.0, 2.0], [0.0, 1.0]], dtype=torch.float64)
    >>> factor = gradient_sketch(network, x, torch.eye(2))
    >>> factor @ factor.T  # C (x x' + 1)
    tensor([[12.,  6.],
            [ 6.,  4.]], dtype=torch.float64)
    """
    need_module("network", network)
    if network.training:
        raise ValueError("network must be in the mode of prediction: network.eval()")
    need_tensor("images", images)
    if length is not None:
        as_integer(length, "length", low=1)
    as_integer(seed, "seed", low=0)
    as_integer(chunk, "chunk", low=1)
    parameters = {k: p.detach() for k, p in network.named_parameters()}
    buffers = dict(network.named_buffers())
    some = next(iter(parameters.values()))
    inputs = as_input(images[:1]).to(some)
    with torch.no_grad():
        classes = network(inputs).shape[-1]
    rows = as_directions(directions, classes, seed).to(some)
    size = sum(p.numel() for p in parameters.values())

    def answer(
        values: dict[str, torch.Tensor], image: torch.Tensor, row: torch.Tensor
    ) -> torch.Tensor:
        logits = functional_call(network, (values, buffers), (image[None],))
        return (logits[0] * row).sum()  # (eq:scale-signs)

    each = vmap(grad(answer), in_dims=(None, 0, None))
    found = []
    for part in images.split(chunk):
        x = as_input(part).to(some)
        blocks = []
        for number, row in enumerate(rows):
            slopes = each(parameters, x, row)
            flat = torch.cat([s.flatten(1) for s in slopes.values()], 1).double()
            if length is not None:
                flat = shortened(flat, length, seed, number, size)
            blocks.append(flat.cpu())
        found.append(torch.cat(blocks, 1))
    return torch.cat(found)


def shortened(
    flat: torch.Tensor, length: int, seed: int, number: int, size: int
) -> torch.Tensor:
    """Return (n, length): each entry added to one sum, with a sign; drawn anew."""
    (generator,) = generators([seed], number, 1, flat.device)
    place = torch.randint(length, (size,), generator=generator, device=flat.device)
    sign = torch.randint(2, (size,), generator=generator, device=flat.device) * 2 - 1
    short = torch.zeros(len(flat), length, dtype=flat.dtype, device=flat.device)
    return short.index_add_(1, place, flat * sign)  # (eq:scale-sketch)


def as_directions(
    directions: torch.Tensor | int, classes: int, seed: int
) -> torch.Tensor:
    """Return the rows to differentiate along: given ones, or m sign vectors."""
    if isinstance(directions, torch.Tensor):
        if directions.ndim != 2 or directions.shape[1] != classes:
            raise ValueError(
                f"directions must have {classes} columns, got shape "
                f"{tuple(directions.shape)}"
            )
        return directions
    as_integer(directions, "directions", low=1)
    (generator,) = generators([seed], 0, 2, torch.device("cpu"))
    signs = torch.randint(2, (directions, classes), generator=generator) * 2 - 1
    return signs / directions**0.5
