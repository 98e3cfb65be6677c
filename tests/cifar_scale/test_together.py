"""Runs side by side: each is the run that it would be alone; none waits for ever."""

import json
from dataclasses import replace

import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference.cifar_scale import (
    FixMatch,
    ImageLearner,
    Settings,
    experiment,
    strategies,
    strategy_of,
)

SEEDS = [4, 9]


def plan(**changes):
    settings = {
        "strategy": "random", "classes": [2, 7, 5], "pool": 21, "test": 9, "shrink": 4,
        "depth": 10, "base": 2, "initial": 3, "query": 2, "budget": 6, "device": "cpu",
        "seed": 4,
        "fixmatch": FixMatch(steps=3, batch=6, ratio=1, average=0.5, refine_every=2),
    }  # fmt: skip
    return Settings(**settings | changes)


@pytest.mark.prop("P18.15", "runs side by side are the runs alone, on one pool")
def test_each_run_is_itself(subject, pictures):
    run_together = subject("cifar_scale.run_together")
    settings = plan()
    results = run_together(settings, SEEDS, pictures / "both")
    parts = experiment.loaded(settings, torch.device("cpu"))  # by the first seed
    for number, (seed, result) in enumerate(zip(SEEDS, results, strict=True)):
        own = replace(settings, seed=seed)
        folder = pictures / f"alone{seed}"
        learner = ImageLearner(parts[0], 3, own, folder=folder)
        alone = experiment.run_rounds(own, strategy_of(own), learner, parts, folder)
        assert result["queried"] == alone["queried"]
        assert result["labels"] == [3, 5, 6]
        assert result["settings"]["seed"] == seed
        assert result["together"] == SEEDS
        written = (pictures / f"both/seed{seed}/result.json").read_text()
        assert json.loads(written) == json.loads(json.dumps(result))
        for labels in result["labels"]:
            both, one = (
                torch.load(f / f"{labels}/rank0.pt", weights_only=True)["mean"]
                for f in (pictures / "both", folder)
            )
            for name, values in one.items():
                mine = both[name].chunk(2)[number] if values.ndim else both[name]
                torch.testing.assert_close(mine, values, rtol=1e-3, atol=1e-4, msg=name)
    assert results[0]["queried"] != results[1]["queried"]


@pytest.mark.prop("P18.15", "strategies ask each run's own network")
def test_each_run_asks_its_network(subject, pictures, monkeypatch):
    run_together = subject("cifar_scale.run_together")
    seen = {}

    def spy(model, bought, indices, probabilities, budget, *, rng):
        key = (model.settings.seed, len(bought))
        seen[key] = (indices, probabilities, model.trained())
        return rng.permutation(len(indices))[:budget]

    monkeypatch.setitem(strategies.DIRECT, "margin", spy)
    settings = plan(strategy="margin", budget=5)
    results = run_together(settings, SEEDS, pictures / "asked")
    images, _, tests, y_test, _ = experiment.loaded(settings, torch.device("cpu"))
    whole = torch.load(pictures / "asked/3/rank0.pt", weights_only=True)["mean"]
    for number, seed in enumerate(SEEDS):
        indices, probabilities, network = seen[seed, 3]
        assert not network.training
        for name, values in network.state_dict().items():
            mine = whole[name].chunk(2)[number] if values.ndim else whole[name]
            assert torch.equal(values, mine), name
        expected = torch.softmax(network(images[indices] / 255.0), 1)
        torch.testing.assert_close(
            torch.as_tensor(probabilities).float(), expected.detach(), atol=1e-5, rtol=0
        )
        right = (network(tests / 255.0).argmax(1).numpy() == y_test).mean()
        assert results[number]["accuracy"][0] == pytest.approx(right)


@pytest.mark.prop("P18.15", "stopped, they go on; finished, nothing is trained again")
def test_they_go_on(subject, pictures):
    run_together = subject("cifar_scale.run_together")
    whole = run_together(plan(), SEEDS, pictures / "whole")
    calls = []

    def killed(record):
        calls.append(record)
        if len(calls) == 4:  # in the second round
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_together(plan(), SEEDS, pictures / "broken", callback=killed)
    for count in (6, 0):
        again = []
        rest = run_together(plan(), SEEDS, pictures / "broken", callback=again.append)
        assert len(again) == count
        for one, other in zip(whole, rest, strict=True):
            for key in ("labels", "accuracy", "queried"):
                assert one[key] == other[key], key


@pytest.mark.prop("I18.16", "what goes wrong in one run ends all, with its own error")
def test_an_error_in_one_run(subject, pictures, monkeypatch):
    run_together = subject("cifar_scale.run_together")

    def fails(model, indices, budget, *, rng):
        if model.settings.seed == 9:
            raise ValueError("no choice")
        return rng.permutation(len(indices))[:budget]

    monkeypatch.setitem(strategies.DIRECT, "margin", fails)
    with pytest.raises(ValueError, match="no choice"):
        run_together(plan(strategy="margin"), SEEDS, pictures / "fails")


@pytest.mark.prop("I18.16", "seeds, trainers and memory that do not fit are refused")
def test_what_cannot_run_together(subject, pictures, monkeypatch):
    run_together = subject("cifar_scale.run_together")
    for seeds in ([], [1, 1], [-1], [0.5]):
        with pytest.raises(ValueError, match="seeds"):
            run_together(plan(), seeds, pictures / "a")
    for changes in ({"copies": 2}, {"trainer": "pdcl"}):
        with pytest.raises(ValueError, match="side by side need"):
            run_together(plan(**changes), SEEDS, pictures / "a")
    needed = experiment.need_memory(plan(), *[torch.zeros(1, 3, 8, 8)] * 2)
    monkeypatch.setattr(experiment, "free_memory", lambda device: 2.0 * needed)
    with pytest.raises(MemoryError, match="GB are free"):
        run_together(plan(), SEEDS, pictures / "a")
    assert not (pictures / "a").exists()
