"""Steps of FixMatch: by hand, bit for bit after a break, and copies like singles."""

import copy
import math

import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference.cifar_scale import FixMatch, build_network, consistency_loss
from reference.cifar_scale.augment import strong_view, weak_view
from reference.cifar_scale.checkpoints import generators


def pool(n=24, side=8):
    draw = torch.Generator().manual_seed(0)
    images = torch.randint(256, (n, 3, side, side), generator=draw).byte()
    images[n // 2 :] = images[n // 2 :] // 3  # one class is dark
    return images, torch.tensor([0, 1, n // 2, n - 1]), torch.tensor([0, 0, 1, 1])


def tiny(seeds=(0,)):
    return build_network(10, 1, 2, seeds=seeds, base=2)


def same(first, second):
    for (name, a), b in zip(
        first.state_dict().items(), second.state_dict().values(), strict=True
    ):
        assert torch.equal(a, b), name


class Killed(Exception):
    pass


def killed_at(step):
    def callback(record):
        if record["step"] == step:
            raise Killed

    return callback


@pytest.mark.prop("P18.8", "a run that was killed goes on bit for bit")
@pytest.mark.parametrize("kill", [3, 5])
def test_training_resumes_bit_for_bit(subject, tmp_path, kill):
    train_fixmatch = subject("cifar_scale.train_fixmatch")
    settings = FixMatch(
        steps=8, batch=4, ratio=2, threshold=0.4, average=0.9, refine_every=3,
        refine_from=2, save_every=2, step_size=0.1,
    )  # fmt: skip
    arguments = tiny(), *pool(), settings
    whole = train_fixmatch(*arguments)
    with pytest.raises(Killed):
        train_fixmatch(*arguments, folder=tmp_path, callback=killed_at(kill))
    seen = []
    rest = train_fixmatch(
        *arguments, folder=tmp_path, callback=lambda r: seen.append(r["step"])
    )
    assert seen == list(range(kill - kill % 2 + 1 if kill % 2 else kill, 9))
    same(whole.network, rest.network)
    same(whole.last, rest.last)
    assert torch.equal(whole.beliefs, rest.beliefs)
    assert whole.history == rest.history
    done = train_fixmatch(*arguments, folder=tmp_path, callback=killed_at(8))
    same(whole.network, done.network)  # nothing is left to do, or to see


@pytest.mark.prop("P18.8", "a checkpoint of another run is refused")
def test_another_run(subject, tmp_path, monkeypatch):
    train_fixmatch = subject("cifar_scale.train_fixmatch")
    images, labeled, labels = pool()
    settings = FixMatch(steps=2, batch=2, ratio=1)
    train_fixmatch(tiny(), images, labeled, labels, settings, folder=tmp_path)
    for arguments in [
        (images, labeled.flip(0), labels, settings),
        (images, labeled, 1 - labels, settings),
        (images // 2, labeled, labels, settings),
        (images, labeled, labels, FixMatch(steps=2, batch=2, ratio=1, reg=0.0)),
    ]:
        with pytest.raises(ValueError, match="another run"):
            train_fixmatch(tiny(), *arguments, folder=tmp_path)
    other = build_network(10, 2, 2, base=2)
    with pytest.raises(ValueError, match="network differ"):
        train_fixmatch(other, images, labeled, labels, settings, folder=tmp_path)
    monkeypatch.setattr(torch, "__version__", "1.0")  # sums in another order
    with pytest.raises(ValueError, match="torch differ"):
        train_fixmatch(tiny(), images, labeled, labels, settings, folder=tmp_path)


@pytest.mark.prop("P18.8", "a checkpoint that is cut short or altered is refused")
def test_a_broken_checkpoint(subject, tmp_path):
    train_fixmatch = subject("cifar_scale.train_fixmatch")
    images, labeled, labels = pool()
    settings = FixMatch(steps=2, batch=2, ratio=1, save_every=1)
    arguments = tiny(), images, labeled, labels, settings
    got = train_fixmatch(*arguments, folder=tmp_path)
    path = tmp_path / "rank0.pt"
    whole = path.read_bytes()
    state = torch.load(path, weights_only=True)
    beliefs = state["beliefs"].numpy().tobytes()
    altered = whole.replace(beliefs, bytes(len(beliefs)))  # noughts for numbers
    assert altered != whole
    for broken in [whole[:k] for k in range(0, len(whole), 5000)] + [altered]:
        path.write_bytes(broken)
        with pytest.raises(ValueError, match=r"rank0\.pt is no checkpoint"):
            train_fixmatch(*arguments, folder=tmp_path)
    path.unlink()
    same(got.network, train_fixmatch(*arguments, folder=tmp_path).network)


@pytest.mark.prop("P18.9", "two steps are those of the algorithm, written out")
@pytest.mark.parametrize("ratio, flip", [(0, True), (2, False)])
def test_steps_by_hand(subject, ratio, flip):
    train_fixmatch = subject("cifar_scale.train_fixmatch")
    images, labeled, labels = pool()
    settings = FixMatch(
        steps=2, batch=4, ratio=ratio, threshold=0.5, unlabeled_weight=1.5,
        step_size=0.2, momentum=0.8, reg=0.01, average=0.7, flip=flip,
    )  # fmt: skip
    start = tiny()
    before = copy.deepcopy(start.state_dict())
    got = train_fixmatch(start, images, labeled, labels, settings, seeds=[11])
    net = copy.deepcopy(start).train()
    parameters = list(net.parameters())
    mean = [p.detach().clone() for p in parameters]
    speed = [torch.zeros_like(p) for p in parameters]
    for step in range(2):
        (draw,) = generators([11], step, 0, torch.device("cpu"))
        first = torch.randint(4, (4,), generator=draw)
        second = torch.randint(24, (4 * ratio,), generator=draw)
        views = [weak_view(images[labeled[first]], generator=draw, flip=flip)]
        q = torch.zeros(0, 2)
        if ratio:
            with torch.no_grad():
                weak = weak_view(images[second], generator=draw, flip=flip)
                q = torch.softmax(net(weak), 1)
            views.append(strong_view(images[second], generator=draw, flip=flip))
        logits = net(torch.cat(views))
        loss, _ = consistency_loss(
            logits[:4], labels[first], logits[4:], q, threshold=0.5,
            unlabeled_weight=1.5,
        )  # fmt: skip
        rate = 0.2 * math.cos(7.0 * math.pi * step / 32.0)
        slopes = torch.autograd.grad(loss, parameters)
        for k, (p, g) in enumerate(zip(parameters, slopes, strict=True)):
            g = g + 0.01 * p.detach()
            speed[k] = 0.8 * speed[k] + g
            with torch.no_grad():
                p -= rate * (g + 0.8 * speed[k])
            mean[k] = 0.7 * mean[k] + 0.3 * p.detach()
        assert got.history[step]["loss"] == pytest.approx(loss.item(), rel=1e-4)
    for a, b in zip(got.last.parameters(), parameters, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)
    for a, b in zip(got.network.parameters(), mean, strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)
    for a, b in zip(got.network.buffers(), net.buffers(), strict=True):
        torch.testing.assert_close(a, b, rtol=1e-4, atol=1e-5)
    for name, value in start.state_dict().items():
        assert torch.equal(value, before[name]), "the network that was given changed"
    assert not got.network.training


@pytest.mark.prop("P18.9", "a copy is trained as a single network of its seed is")
def test_copies_train_like_singles(subject):
    train_fixmatch = subject("cifar_scale.train_fixmatch")
    images, labeled, labels = pool()
    rows = torch.stack([labeled, labeled.flip(0)])
    classes = torch.stack([labels, labels.flip(0)])
    settings = FixMatch(steps=3, batch=4, ratio=1, threshold=0.3, average=0.5)
    pair = train_fixmatch(tiny((1, 2)), images, rows, classes, settings, seeds=[5, 6])
    for s in range(2):
        single = train_fixmatch(
            tiny((1 + s,)), images, rows[s], classes[s], settings, seeds=[5 + s]
        )
        for (name, a), b in zip(
            pair.network.named_parameters(), single.network.parameters(), strict=True
        ):
            torch.testing.assert_close(a.chunk(2)[s], b, rtol=1e-3, atol=1e-4, msg=name)
        torch.testing.assert_close(
            pair.beliefs[s], single.beliefs[0], rtol=1e-3, atol=1e-4
        )


@pytest.mark.prop("P18.9", "beliefs are remembered for the images drawn, and refined")
def test_beliefs_and_their_totals(subject):
    train_fixmatch = subject("cifar_scale.train_fixmatch")
    images, labeled, labels = pool()
    settings = FixMatch(steps=1, batch=2, ratio=3)
    got = train_fixmatch(tiny(), images, labeled, labels, settings)
    (draw,) = generators([0], 0, 0, torch.device("cpu"))
    torch.randint(4, (2,), generator=draw)
    seen = set(torch.randint(24, (6,), generator=draw).tolist())
    changed = (got.beliefs[0] != 0.5).any(1).nonzero()[:, 0].tolist()
    assert set(changed) == seen
    torch.testing.assert_close(got.beliefs.sum(2), torch.ones(1, 24))
    # refined beliefs are one class only if that is what the totals say: with τ = .9
    # the first refinement, of even beliefs to (1, 0), makes all of the batch sure
    settings = FixMatch(steps=1, batch=2, ratio=3, threshold=0.9, refine_every=1)
    totals = torch.tensor([0.999, 0.001])
    sure = train_fixmatch(
        tiny(), images, labeled, labels, settings, class_totals=totals
    )
    assert sure.history[-1]["used"] == 1.0
    late = FixMatch(
        steps=1, batch=2, ratio=3, threshold=0.9, refine_every=1, refine_from=1
    )
    doubt = train_fixmatch(tiny(), images, labeled, labels, late, class_totals=totals)
    assert doubt.history[-1]["used"] < 1.0


@pytest.mark.prop("P18.9", "it learns: dark from bright, from four labels")
@pytest.mark.parametrize("half", [False, True])
def test_it_learns(subject, half):
    train_fixmatch = subject("cifar_scale.train_fixmatch")
    images, labeled, labels = pool()
    settings = FixMatch(
        steps=30, batch=4, ratio=2, average=0.8, step_size=0.1, half=half
    )
    got = train_fixmatch(tiny(), images, labeled, labels, settings)
    answers = got.network(images / 255.0).argmax(1)
    assert answers.tolist() == [0] * 12 + [1] * 12
    assert [r["step"] for r in got.history] == list(range(1, 31))


@pytest.mark.prop("P18.9", "a compiled step is the same step")
def test_compiled_steps(subject, monkeypatch):
    train_fixmatch = subject("cifar_scale.train_fixmatch")
    compiled = torch.compile  # its graphs, without its compiler of C++
    monkeypatch.setattr(torch, "compile", lambda f: compiled(f, backend="eager"))
    networks = []
    for compile in (False, True):
        settings = FixMatch(steps=2, batch=4, ratio=0, compile=compile)
        got = train_fixmatch(tiny(), *pool(), settings)
        networks.append(got.network)
    for a, b in zip(networks[0].parameters(), networks[1].parameters(), strict=True):
        torch.testing.assert_close(a, b)


@pytest.mark.prop("P18.9", "a loss that is not finite stops the run")
def test_a_loss_that_is_not_finite(subject):
    train_fixmatch = subject("cifar_scale.train_fixmatch")
    settings = FixMatch(steps=50, batch=4, ratio=0, step_size=1e12, reg=1.0)
    with pytest.raises(FloatingPointError, match="step_size"):
        train_fixmatch(tiny(), *pool(), settings)


@pytest.mark.prop("I18.9", "indices, labels and seeds that do not fit are refused")
def test_bad_runs(subject):
    train_fixmatch = subject("cifar_scale.train_fixmatch")
    images, labeled, labels = pool()
    few = FixMatch(steps=1, batch=2, ratio=1)
    for name, arguments in [
        ("images", (images / 255.0, labeled, labels, few)),
        ("labeled", (images, labeled + 5, labels, few)),
        ("labels", (images, labeled, labels + 1, few)),
        ("labeled", (images, labeled, labels[:3], few)),
        ("labels", (images, labeled, labels.double(), few)),
    ]:
        with pytest.raises(ValueError, match=name):
            train_fixmatch(tiny(), *arguments)
    with pytest.raises(ValueError, match="seeds"):
        train_fixmatch(tiny(), images, labeled, labels, few, seeds=[0, 1])
    with pytest.raises(ValueError, match="callback"):
        train_fixmatch(tiny(), images, labeled, labels, few, callback=3)
