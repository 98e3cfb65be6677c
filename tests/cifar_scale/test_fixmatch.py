"""FixMatch's loss on logits: by hand, without gradient through beliefs, in copies."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")


def data(seed=0, copies=None, B=5, M=9, C=4):
    draw = torch.Generator().manual_seed(seed)
    s = () if copies is None else (copies,)
    labeled = torch.randn(B, *s, C, generator=draw, dtype=torch.float64)
    strong = torch.randn(M, *s, C, generator=draw, dtype=torch.float64)
    q = torch.softmax(3.0 * torch.randn(M, *s, C, generator=draw), -1).double()
    y = torch.randint(C, (B, *s), generator=draw)
    return labeled, y, strong, q


def by_hand(labeled, y, strong, q, threshold, weight):
    """Return the loss and the share used, a sample at a time."""

    def entropy(z, k):
        return np.log(np.exp(z).sum()) - z[k]

    first = np.mean([entropy(z, k) for z, k in zip(labeled, y, strict=True)])
    used = [p.max() >= threshold for p in q]
    second = [
        entropy(z, p.argmax()) if u else 0.0
        for z, p, u in zip(strong, q, used, strict=True)
    ]
    return first + weight * np.mean(second), np.mean(used)


@pytest.mark.prop("P18.6", "the loss is the definition, a sample at a time")
@pytest.mark.parametrize("threshold, weight", [(0.6, 1.0), (0.8, 2.5), (0.0, 0.5)])
def test_the_loss_by_hand(subject, threshold, weight):
    consistency_loss = subject("cifar_scale.consistency_loss")
    arrays = data()
    loss, used = consistency_loss(*arrays, threshold=threshold, unlabeled_weight=weight)
    expected = by_hand(*(a.numpy() for a in arrays), threshold, weight)
    np.testing.assert_allclose([loss.item(), used.item()], expected, rtol=1e-6)


@pytest.mark.prop("P18.6", "a threshold above one leaves the supervised loss")
def test_nothing_is_sure_enough(subject):
    consistency_loss = subject("cifar_scale.consistency_loss")
    labeled, y, strong, q = data()
    loss, used = consistency_loss(labeled, y, strong, q, threshold=1.01)
    alone, none = consistency_loss(labeled, y, strong[:0], q[:0])
    expected = torch.nn.functional.cross_entropy(labeled, y)
    torch.testing.assert_close(loss, expected)
    torch.testing.assert_close(alone, expected)
    assert used.item() == none.item() == 0.0
    exactly = torch.eye(4).double()[torch.zeros(9, dtype=torch.long)]
    assert consistency_loss(labeled, y, strong, exactly, threshold=1.0)[1] == 1.0


@pytest.mark.prop("P18.6", "no gradient goes through the beliefs")
def test_beliefs_are_constants(subject):
    consistency_loss = subject("cifar_scale.consistency_loss")
    labeled, y, strong, q = data()
    q.requires_grad_()
    strong.requires_grad_()
    loss, _ = consistency_loss(labeled, y, strong, q, threshold=0.5)
    loss.backward()
    assert q.grad is None
    sure = q.max(1).values >= 0.5
    assert 0 < int(sure.sum()) < 9
    assert bool((strong.grad[sure] != 0.0).any(1).all())
    assert not strong.grad[~sure].any()


@pytest.mark.prop("P18.6", "the loss of copies is the sum of their losses")
def test_losses_of_copies_add(subject):
    consistency_loss = subject("cifar_scale.consistency_loss")
    labeled, y, strong, q = data(copies=3)
    loss, used = consistency_loss(labeled, y, strong, q, threshold=0.7)
    parts = [
        consistency_loss(labeled[:, s], y[:, s], strong[:, s], q[:, s], threshold=0.7)
        for s in range(3)
    ]
    torch.testing.assert_close(loss, sum(p[0] for p in parts))
    torch.testing.assert_close(used, sum(p[1] for p in parts) / 3)


@pytest.mark.prop("P18.6", "half-precision logits lose no digits in the loss")
def test_half_precision(subject):
    consistency_loss = subject("cifar_scale.consistency_loss")
    labeled, y, strong, q = data()
    half = labeled.bfloat16()
    loss, _ = consistency_loss(half, y, strong.bfloat16(), q, threshold=1.5)
    assert loss.dtype == torch.float32
    full, _ = consistency_loss(half.float(), y, strong.float(), q, threshold=1.5)
    torch.testing.assert_close(loss, full)


@pytest.mark.prop("I18.6", "labels without logits, and the reverse, are refused")
def test_shapes_that_do_not_belong(subject):
    consistency_loss = subject("cifar_scale.consistency_loss")
    labeled, y, strong, q = data()
    with pytest.raises(ValueError, match="labeled"):
        consistency_loss(labeled, y[:3], strong, q)
    with pytest.raises(ValueError, match="beliefs"):
        consistency_loss(labeled, y, strong, q[:3])
    with pytest.raises(ValueError, match="y must have dtype"):
        consistency_loss(labeled, y.double(), strong, q)
    with pytest.raises(ValueError, match="y must lie"):
        consistency_loss(labeled, 0 * y + 4, strong, q)
