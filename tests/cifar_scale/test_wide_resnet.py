"""Networks side by side are the single ones; each is what the page says."""

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from tests.cifar_scale.oracle import residual_network


def unsettled(network):
    """Give batch norm moments and scales that are not the first ones."""
    draw = torch.Generator().manual_seed(7)
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            for values in (module.running_mean, module.bias.data):
                values.copy_(torch.randn(values.shape, generator=draw) * 0.3)
            for values in (module.running_var, module.weight.data):
                values.copy_(torch.rand(values.shape, generator=draw) + 0.5)
    network.bias.data.normal_(generator=draw)
    return network


@pytest.mark.prop("P18.1", "the network is the residual network, pixel by pixel")
@pytest.mark.parametrize(
    "depth, widen, strides", [(10, 2, [1, 2, 2]), (16, 1, [1, 1, 2, 1, 2, 1])]
)
def test_the_network_is_what_the_page_says(subject, depth, widen, strides):
    build_network = subject("cifar_scale.build_network")
    network = build_network(depth, widen, 3, seeds=(5,), base=2).double()
    unsettled(network).eval()
    images = torch.rand(2, 3, 7, 6, generator=torch.Generator().manual_seed(1))
    values = {k: v.numpy() for k, v in network.state_dict().items()}
    expected = [residual_network(values, x.double().numpy(), strides) for x in images]
    got = network(images.double()).detach().numpy()
    np.testing.assert_allclose(got, expected, rtol=1e-9, atol=1e-9)


@pytest.mark.prop("P18.2", "S copies are S networks: outputs, gradients, parameters")
def test_copies_do_not_meet(subject):
    build_network = subject("cifar_scale.build_network")
    seeds = (3, 8)
    pair = build_network(10, 1, 4, seeds=seeds, base=3).double()
    images = torch.rand(5, 6, 8, 8, generator=torch.Generator().manual_seed(0)).double()
    logits = pair(images)
    assert logits.shape == (5, 2, 4)
    logits.square().sum().backward()
    for s, seed in enumerate(seeds):
        single = build_network(10, 1, 4, seeds=(seed,), base=3).double()
        alone = single(images[:, 3 * s : 3 * s + 3])
        torch.testing.assert_close(logits[:, s], alone)
        alone.square().sum().backward()
        for (name, p), q in zip(
            pair.named_parameters(), single.parameters(), strict=True
        ):
            torch.testing.assert_close(p.grad.chunk(2)[s], q.grad, msg=name)
            torch.testing.assert_close(p.chunk(2)[s], q)


@pytest.mark.prop("P18.3", "parameters have the variance of their layer, and a seed")
def test_parameters_are_drawn_by_the_rule(subject):
    build_network = subject("cifar_scale.build_network")
    network = build_network(16, 2, 10, seeds=(1,), base=16)
    for module in network.modules():
        if isinstance(module, torch.nn.Conv2d) and module.weight.numel() > 4000:
            fan_in = module.weight[0].numel()
            assert abs(module.weight.var() * fan_in * 1.01 / 2.0 - 1.0) < 0.1
    assert abs(network.weight.var() * network.width - 1.0) < 0.15
    assert not network.bias.any()
    again = build_network(16, 2, 10, seeds=(1,), base=16)
    other = build_network(16, 2, 10, seeds=(2,), base=16)
    assert torch.equal(network.weight, again.weight)
    assert not torch.equal(network.weight, other.weight)


@pytest.mark.prop("P18.3", "WRN-28-2 has 1,467,610 parameters and embeddings of 128")
def test_the_papers_network(subject):
    network = subject("cifar_scale.build_network")()
    assert sum(p.numel() for p in network.parameters()) == 1467610
    assert network.width == 128
    assert network.embed(torch.zeros(2, 3, 8, 8)).shape == (2, 1, 128)
    assert len(network.blocks) == 12


@pytest.mark.prop("P18.3", "restarting draws the first parameters again")
def test_restart(subject):
    network = subject("cifar_scale.build_network")(10, 1, 2, seeds=(4,), base=2)
    first = {k: v.clone() for k, v in network.state_dict().items()}
    network(torch.rand(4, 3, 8, 8)).sum().backward()
    unsettled(network)
    network.restart([4])
    for name, value in network.state_dict().items():
        assert torch.equal(value, first[name]), name


@pytest.mark.prop("I18.1", "depth, widths and seeds that make no network are refused")
@pytest.mark.parametrize(
    "name, value",
    [("depth", 11), ("depth", 4), ("depth", 10.0), ("widen", 0), ("num_classes", 1),
     ("base", 0), ("seeds", ()), ("seeds", 3), ("seeds", (-1,)), ("seeds", "a")],
)  # fmt: skip
def test_no_such_network(subject, name, value):
    build_network = subject("cifar_scale.build_network")
    with pytest.raises(ValueError, match=name):
        build_network(**{"depth": 10, "widen": 1, "base": 2, name: value})
