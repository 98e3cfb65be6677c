r"""FixMatch: what a network is sure of on a weak view, it should say of a strong one.

.. math::

    \mathcal L = \frac1B \sum_{i} H(y_i, p(\alpha(x_i)))
    + \frac{\lambda_u}{M} \sum_{j} \mathbf 1[\max_k q_{jk} \ge \tau]\,
      H(\operatorname{arg\,max} q_j,\, p(A(u_j)))

q comes from the weak view, without a gradient; DARP may move it first. The loss is that
of chapter 17; here it takes logits, and several networks side by side.
"""

import torch

from reference.cifar_scale.checks import need_classes, need_tensor
from reference.common import as_real

__all__ = ["consistency_loss"]


def consistency_loss(
    labeled: torch.Tensor,
    y: torch.Tensor,
    strong: torch.Tensor,
    beliefs: torch.Tensor,
    *,
    threshold: float = 0.95,
    unlabeled_weight: float = 1.0,
) -> tuple[torch.Tensor, torch.Tensor]:
    r"""Return FixMatch's loss, and the share of the unlabelled images that it used.

    .. math::

        \sum_s \frac1B \sum_i H(y_{is}, p_{is})
        + \lambda_u \sum_s \frac1M \sum_j \mathbf 1[\max_k q_{jsk} \ge \tau]
          H(\operatorname{arg\,max} q_{js},\, p_{js})

    Parameters
    ----------
    labeled : Tensor, shape (B, C) or (B, S, C)
        Logits on the labelled images, of one network or of S.
    y : Tensor of int64, shape (B,) or (B, S)
        Their labels.
    strong : Tensor, shape (M, C) or (M, S, C)
        Logits on the strong views; M = 0 leaves the supervised loss.
    beliefs : Tensor, shape (M, C) or (M, S, C)
        q, probabilities on the weak views; nothing is differentiated through them.
    threshold : float
        τ. Above one nothing is sure enough: the supervised loss.
    unlabeled_weight : float
        λ_u >= 0.

    Returns
    -------
    loss : Tensor, a number
        A sum over the networks: their parameters do not meet, so neither do gradients.
    used : Tensor, a number
        Share of the pairs of image and network that are above the threshold.

    Raises
    ------
    ValueError
        If the shapes do not belong together.

    Notes
    -----
    Implements (eq:scale-fixmatch).

    References
    ----------
    Sohn et al. (2020).

    Examples
    --------
    >>> import torch
    >>> from reference.cifar_scale import consistency_loss
    >>> logits = torch.zeros(2, 3)
    >>> q = torch.tensor([[0.98, 0.01, 0.01], [0.5, 0.25, 0.25]])
    >>> loss, used = consistency_loss(logits, torch.tensor([0, 2]), logits, q)
    >>> round(float(loss), 3), float(used)  # log 3, and half of it
    (1.648, 0.5)
    """
    need_tensor("labeled", labeled)
    need_classes("y", y, labeled.shape[-1])
    for name, value in [("strong", strong), ("beliefs", beliefs)]:
        if not isinstance(value, torch.Tensor):
            raise ValueError(f"{name} must be a tensor, got {type(value).__name__}")
    as_real(threshold, "threshold", low=0.0)
    as_real(unlabeled_weight, "unlabeled_weight", low=0.0)
    if labeled.shape[:-1] != y.shape or strong.shape != beliefs.shape:
        raise ValueError(
            "labeled and y, strong and beliefs must belong together, got shapes "
            f"{tuple(labeled.shape)}, {tuple(y.shape)}, {tuple(strong.shape)} and "
            f"{tuple(beliefs.shape)}"
        )
    loss = cross_entropy(labeled, y).mean(0).sum()
    if not len(strong):
        return loss, loss.new_zeros(())
    sure, guess = beliefs.detach().max(-1)
    kept = (sure >= threshold).float()  # (eq:scale-fixmatch)
    doubt = kept * cross_entropy(strong, guess)
    return loss + unlabeled_weight * doubt.mean(0).sum(), kept.mean()


def cross_entropy(logits: torch.Tensor, y: torch.Tensor) -> torch.Tensor:
    """Return the loss of every sample, in float32 at least, with the shape of y."""
    logits = logits if logits.dtype == torch.float64 else logits.float()
    return -torch.log_softmax(logits, -1).gather(-1, y[..., None])[..., 0]
