"""The cost model against torch's own count of operations."""

import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from torch.utils.flop_counter import FlopCounterMode

from reference.cifar_scale import FixMatch, build_network


@pytest.mark.prop("P18.12", "operations of a forward pass are those that torch counts")
@pytest.mark.parametrize(
    "depth, widen, side, seeds", [(10, 1, 9, (0,)), (16, 2, 8, (0, 1))]
)
def test_forward_operations(subject, depth, widen, side, seeds):
    step_cost = subject("cifar_scale.step_cost")
    network = build_network(depth, widen, 5, seeds=seeds, base=4)
    counter = FlopCounterMode(display=False)
    with counter, torch.no_grad():
        network(torch.zeros(1, 3 * len(seeds), side, side))
    cost = step_cost(network, side, FixMatch())
    assert cost.forward == pytest.approx(counter.get_total_flops(), rel=1e-9)
    assert cost.parameters == sum(p.numel() for p in network.parameters())


@pytest.mark.prop(
    "P18.12", "a step is 3 B forward passes and 4 for each unlabelled image"
)
def test_steps_and_hours(subject):
    step_cost = subject("cifar_scale.step_cost")
    network = build_network(10, 1, 2, base=2)
    alone = step_cost(network, 8, FixMatch(batch=10, ratio=0))
    assert alone.step == pytest.approx(30 * alone.forward)
    cost = step_cost(network, 8, FixMatch(batch=10, ratio=7))
    assert cost.step == pytest.approx((30 + 280) * cost.forward)
    assert cost.hours(1000, 1e9) == pytest.approx(cost.step * 1000 / 3.6e12)


@pytest.mark.prop("P18.12", "memory grows with the batch, halves in half precision")
def test_memory(subject):
    step_cost = subject("cifar_scale.step_cost")
    network = build_network(10, 1, 2, base=2)
    one = step_cost(network, 8, FixMatch(batch=1, ratio=0))
    many = step_cost(network, 8, FixMatch(batch=3, ratio=1))
    fixed = 16.0 * one.parameters
    assert many.memory - fixed == pytest.approx(6.0 * (one.memory - fixed))
    half = step_cost(network, 8, FixMatch(batch=1, ratio=0, half=True))
    assert half.memory - fixed == pytest.approx(0.5 * (one.memory - fixed))


@pytest.mark.prop("P18.12", "what is kept: three times what enters each convolution")
def test_memory_by_hooks(subject):
    step_cost = subject("cifar_scale.step_cost")
    network = build_network(16, 2, 3, base=2)
    kept = []
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d):
            module.register_forward_hook(lambda m, x, out: kept.append(x[0].numel()))
    network(torch.zeros(1, 3, 8, 8))
    cost = step_cost(network, 8, FixMatch(batch=1, ratio=0))
    expected = 16.0 * cost.parameters + 4.0 * 3.0 * sum(kept)
    assert cost.memory == pytest.approx(expected)


@pytest.mark.prop("I18.12", "a size that is none is refused")
def test_bad_size(subject):
    step_cost = subject("cifar_scale.step_cost")
    with pytest.raises(ValueError, match="size"):
        step_cost(build_network(10, 1, 2, base=2), 0, FixMatch())
