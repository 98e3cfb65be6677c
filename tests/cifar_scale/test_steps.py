"""A step's state: shares of the pool, the schedule, what a checkpoint holds."""

import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference.cifar_scale import FixMatch, build_network
from reference.cifar_scale.steps import Run


def begun(**settings):
    images = torch.zeros(10, 3, 8, 8, dtype=torch.uint8)
    labeled, labels = torch.tensor([[0, 4]]), torch.tensor([[0, 1]])
    few = FixMatch(**{"steps": 4, "batch": 2, "ratio": 1} | settings)
    return Run.begin(build_network(10, 1, 2, base=2), images, labeled, labels, few, [0])


def test_rates_fall_by_the_cosine():
    run = begun(step_size=0.5)
    rates = []
    for _ in range(4):
        run.advance(torch.ones(2))
        rates.append(run.optimizer.param_groups[0]["lr"])
    expected = torch.cos(torch.arange(4) * 7 * torch.pi / 64).double() * 0.5
    assert rates == pytest.approx(expected.tolist(), rel=1e-6)


def test_images_and_weights_have_channels_last():
    run = begun()
    seen = []
    run.net.register_forward_hook(lambda net, inputs, out: seen.append(inputs[0]))
    run.advance(torch.ones(2))
    assert len(seen) == 2  # weak views, then the others with gradients
    for x in (*seen, run.net.blocks[0].conv1.weight):
        assert x.is_contiguous(memory_format=torch.channels_last)


def test_refined_beliefs_meet_the_totals():
    run = begun()
    draw = torch.Generator().manual_seed(0)
    run.beliefs[0] = torch.softmax(torch.randn(10, 2, generator=draw), 1)
    run.beliefs[0, 3] = torch.tensor(
        [1.0, 0.0]
    )  # sure, as float32 goes: may still move
    run.refine(torch.tensor([3.0, 1.0]))
    torch.testing.assert_close(
        run.targets[0].sum(0), torch.tensor([7.5, 2.5]), atol=2e-3, rtol=0.0
    )


def test_a_checkpoint_without_effect_on_what_it_is_about():
    about = begun(save_every=7).about()
    assert about == begun(save_every=1).about()
    assert about != begun(reg=0.1).about()
    assert about["labeled"] == [[0, 4]]


def test_gigabytes_do_not_travel(tmp_path):
    run = begun()
    run.keep(tmp_path / "a.pt")
    state = torch.load(tmp_path / "a.pt", weights_only=True)
    assert "images" not in state
    assert state["step"] == 0
