"""The kernel of a whole network: exact along unit vectors, else within its error."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference.cifar_scale import build_network
from reference.ntk import trace_ntk
from tests.cifar_scale.oracle import twins


def rows(n=6, seed=1):
    X = np.random.default_rng(seed).standard_normal((n, 12))
    return X, torch.as_tensor(X).reshape(n, 3, 2, 2)


@pytest.mark.prop("P18.11", "along unit vectors it is the trace kernel of chapter 15")
@pytest.mark.parametrize("chunk", [4, 32])
def test_unit_vectors_give_the_trace_kernel(subject, chunk):
    gradient_sketch = subject("cifar_scale.gradient_sketch")
    model, network = twins((12, 7, 5, 3))
    X, images = rows()
    factor = gradient_sketch(network, images, torch.eye(3), chunk=chunk).numpy()
    assert factor.shape == (6, 3 * (13 * 7 + 8 * 5 + 6 * 3))
    np.testing.assert_allclose(factor @ factor.T, trace_ntk(model, X), rtol=1e-10)


@pytest.mark.prop("P18.11", "of a residual network it is autograd's, image by image")
def test_a_residual_network(subject):
    gradient_sketch = subject("cifar_scale.gradient_sketch")
    network = build_network(10, 1, 2, base=2).eval()
    images = torch.randint(256, (3, 3, 8, 8)).byte()
    direction = torch.tensor([[1.0, -2.0]])
    got = gradient_sketch(network, images, direction)
    for image, row in zip(images, got, strict=True):
        value = (network(image[None] / 255.0)[0] * direction[0]).sum()
        slopes = torch.autograd.grad(value, list(network.parameters()))
        flat = torch.cat([s.flatten() for s in slopes]).double()
        torch.testing.assert_close(row, flat, rtol=1e-4, atol=1e-5)


@pytest.mark.prop(
    "P18.11", "sketches are right on average, and within the stated error"
)
def test_the_sketch_is_unbiased(subject):
    gradient_sketch = subject("cifar_scale.gradient_sketch")
    _, network = twins((12, 7, 5, 3))
    _, images = rows(n=4)
    exact = gradient_sketch(network, images, torch.tensor([[1.0, 1.0, -1.0]]))
    gram = exact @ exact.T
    length, trials = 40, 300
    found = []
    for seed in range(trials):
        short = gradient_sketch(
            network, images, torch.tensor([[1.0, 1.0, -1.0]]), length=length, seed=seed
        )
        assert short.shape == (4, length)
        found.append(short @ short.T)
    found = torch.stack(found)
    norms = gram.diagonal().sqrt()
    bound = (2.0 / length) ** 0.5 * norms[:, None] * norms  # one standard deviation
    assert bool((found.std(0) <= 1.15 * bound).all())
    assert bool(((found.mean(0) - gram).abs() <= 4.0 * bound / trials**0.5).all())


@pytest.mark.prop("P18.11", "random signs are right on average over their draws")
def test_signs_are_unbiased(subject):
    gradient_sketch = subject("cifar_scale.gradient_sketch")
    model, network = twins((12, 7, 5, 3))
    X, images = rows(n=4)
    exact = torch.as_tensor(trace_ntk(model, X))
    for count in (1, 4):
        found = []
        for seed in range(150):
            factor = gradient_sketch(network, images, count, seed=seed)
            found.append(factor @ factor.T)
        found = torch.stack(found)
        spread = found.std(0) / 150**0.5
        assert bool(((found.mean(0) - exact).abs() <= 5.0 * spread + 1e-9).all())
        eight = {tuple(f.flatten().round(decimals=6).tolist()) for f in found}
        assert 2 <= len(eight) <= 150 if count > 1 else 2 <= len(eight) <= 4


@pytest.mark.prop("P18.11", "one seed: every image is shortened by the same draw")
def test_draws_are_shared(subject):
    gradient_sketch = subject("cifar_scale.gradient_sketch")
    _, network = twins((12, 7, 5, 3))
    _, images = rows()
    whole = gradient_sketch(network, images, 2, length=16, seed=3)
    assert whole.shape == (6, 32)
    parts = [gradient_sketch(network, x, 2, length=16, seed=3) for x in images.split(4)]
    torch.testing.assert_close(whole, torch.cat(parts))
    other = gradient_sketch(network, images, 2, length=16, seed=4)
    assert not torch.allclose(whole, other)
    twice = torch.tensor([[1.0, 1.0, -1.0]] * 2)  # each direction has its own sums
    both = gradient_sketch(network, images, twice, length=16, seed=3)
    assert not torch.allclose(both[:, :16].abs(), both[:, 16:].abs())


@pytest.mark.prop("I18.11", "a network in training, or wrong directions, are refused")
def test_bad_input(subject):
    gradient_sketch = subject("cifar_scale.gradient_sketch")
    _, network = twins((12, 7, 5, 3))
    _, images = rows()
    with pytest.raises(ValueError, match="directions"):
        gradient_sketch(network, images, torch.eye(2))
    with pytest.raises(ValueError, match="network"):
        gradient_sketch(network.train(), images, 1)


@pytest.mark.prop(
    "P18.11", "sums without signs would be too large: gradients of one sign"
)
def test_signs_keep_sums_apart(subject):
    gradient_sketch = subject("cifar_scale.gradient_sketch")
    network = torch.nn.Sequential(torch.nn.Flatten(), torch.nn.Linear(12, 1)).double()
    images = torch.ones(1, 3, 2, 2, dtype=torch.float64)  # thirteen ones
    found = [
        gradient_sketch(network.eval(), images, torch.ones(1, 1), length=4, seed=seed)
        for seed in range(100)
    ]
    squares = torch.stack(found).square().sum((1, 2))
    assert abs(float(squares.mean()) - 13.0) < 4.0 * 13.0 * (2 / 4) ** 0.5 / 10.0
