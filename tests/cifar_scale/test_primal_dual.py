"""Bounds on losses: the duals of chapter 13's perceptron, digit for digit."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference.cifar_scale import build_network
from reference.common import NotConverged
from reference.primal_dual import pdcl
from tests.cifar_scale.oracle import twins


def samples(seed=1, n=15):
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, 12))
    return X, rng.integers(3, size=n), torch.as_tensor(X).reshape(n, 3, 2, 2)


@pytest.mark.prop("P18.10", "duals, slacks and losses are those of the NumPy pdcl")
@pytest.mark.parametrize("steps", [1, 3])
def test_duals_are_those_of_chapter_13(subject, steps):
    pdcl_images = subject("cifar_scale.pdcl_images")
    model, network = twins((12, 6, 3), step_size=0.02, batch_size=50)
    X, y, images = samples()
    expected = pdcl(model, X, y, 0.6, rounds=12, primal_steps=steps, dual_rate=0.3)
    got = pdcl_images(
        network, images, torch.as_tensor(y), 0.6, rounds=12, primal_steps=steps,
        dual_rate=0.3, step_size=0.02, batch=50, augment=False,
    )  # fmt: skip
    assert expected.duals.max() > 0.5
    np.testing.assert_allclose(got.duals, expected.duals, rtol=1e-6, atol=1e-8)
    np.testing.assert_allclose(got.slacks, expected.slacks, rtol=1e-6, atol=1e-8)
    assert got.objective == pytest.approx(expected.objective, rel=1e-6)
    for ours, theirs in zip(got.history, expected.history, strict=True):
        for key, value in ours.items():
            assert value == pytest.approx(theirs[key], rel=1e-6), key
    assert np.isinf(got.residual)
    assert not got.model.training


@pytest.mark.prop("P18.10", "every image is in a batch of its own size, with its dual")
def test_small_batches(subject):
    pdcl_images = subject("cifar_scale.pdcl_images")
    _, network = twins((12, 6, 3))
    _, y, images = samples(n=7)
    sizes, seen = [], []

    class Watched(torch.nn.Module):
        def __init__(self, inner):
            super().__init__()
            self.inner = inner

        def forward(self, x):
            if self.training:
                sizes.append(len(x))
                seen.extend(x.flatten(1)[:, 0].tolist())
            return self.inner(x)

    labels = torch.as_tensor(y)
    first = pdcl_images(
        Watched(network), images, labels, 0.6, rounds=2, batch=3, augment=False
    )
    assert sizes == [3, 2, 2] * 2
    assert sorted(seen[:7]) == sorted(seen[7:]) == sorted(images[:, 0, 0, 0].tolist())
    assert seen[:7] != seen[7:]
    again = pdcl_images(network, images, labels, 0.6, rounds=2, batch=3, augment=False)
    np.testing.assert_array_equal(first.duals, again.duals)
    other = pdcl_images(
        network, images, labels, 0.6, rounds=2, batch=3, augment=False, seed=1
    )
    assert (first.duals != other.duals).any()


@pytest.mark.prop("P18.10", "a residual network under bounds: wrong labels cost most")
def test_wrong_labels_cost_most(subject):
    pdcl_images = subject("cifar_scale.pdcl_images")
    images = torch.zeros(12, 3, 8, 8, dtype=torch.uint8)
    images[6:] = 255
    y = torch.tensor([0] * 6 + [1] * 6)
    y[2] = 1
    start = build_network(10, 1, 2, base=2)
    before = start.weight.clone()
    got = pdcl_images(start, images, y, 0.4, rounds=30, step_size=0.02)
    assert got.duals.argmax() == 2
    assert got.history[-1]["above"] >= 1
    assert torch.equal(start.weight, before)
    images = torch.randint(256, (12, 3, 8, 8)).byte()
    views = pdcl_images(start, images, y, 0.4, rounds=2)
    still = pdcl_images(start, images, y, 0.4, rounds=2, augment=False)
    assert views.history[1]["loss"] != still.history[1]["loss"]


@pytest.mark.prop("I18.10", "bounds and labels that make no sense are refused")
def test_bad_input(subject):
    pdcl_images = subject("cifar_scale.pdcl_images")
    _, network = twins((12, 6, 3))
    _, y, images = samples()
    y = torch.as_tensor(y)
    with pytest.raises(ValueError, match="y needs"):
        pdcl_images(network, images, y[:5], 0.5)
    for name in ("epsilon", "dual_rate", "step_size"):
        with pytest.raises(ValueError, match=name):
            pdcl_images(network, images, y, **{"epsilon": 0.5, name: 0.0})
    with pytest.raises(ValueError, match=r"y must lie in 0..2, got \d to 3"):
        pdcl_images(network, images, torch.where(y == y.max(), 3, y), 0.5)
    with pytest.raises(ValueError, match="callback"):
        pdcl_images(network, images, y, 0.5, callback=3)


@pytest.mark.prop("P18.10", "training that leaves the finite numbers is no answer")
def test_numbers_that_are_none(subject):
    pdcl_images = subject("cifar_scale.pdcl_images")
    _, network = twins((12, 6, 3))
    _, y, images = samples()
    with pytest.raises(NotConverged, match="left the finite numbers"):
        pdcl_images(
            network, torch.nan * images, torch.as_tensor(y), 0.5, rounds=1,
            augment=False,
        )  # fmt: skip
