"""A whole experiment on pictures of one colour each: its result, a break, checks."""

import json
from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from companion_data.vision import image_data
from reference.cifar_scale import (
    FixMatch,
    Settings,
    build_network,
    experiment,
    gradient_sketch,
    pdcl_images,
    strategies,
)


def plan(**changes):
    settings = {
        "strategy": "margin", "classes": [2, 7, 5], "pool": 21, "test": 9, "shrink": 4,
        "depth": 10, "base": 2, "initial": 3, "query": 2, "budget": 8, "device": "cpu",
        "fixmatch": FixMatch(steps=6, batch=6, ratio=1, average=0.5, step_size=0.1,
                             save_every=2),
    }  # fmt: skip
    return Settings(**settings | changes)


@pytest.mark.prop("P18.14", "labels are counted, named and bought once; data are named")
def test_a_result_says_what_was_done(subject, pictures):
    run_experiment = subject("cifar_scale.run_experiment")
    result = run_experiment(plan(), pictures / "run")
    assert result["labels"] == [3, 5, 7, 8]
    assert len(set(result["queried"])) == 8
    assert len(result["accuracy"]) == 4
    assert 0.0 <= min(result["accuracy"]) <= max(result["accuracy"]) <= 1.0
    assert "JPEG" in result["data"]
    assert result["settings"]["strategy"] == "margin"
    written = json.loads((pictures / "run/result.json").read_text())
    assert written == json.loads(json.dumps(result))
    lines = (pictures / "run/rounds.jsonl").read_text().splitlines()
    assert [json.loads(line)["labels"] for line in lines] == [3, 5, 7, 8]


@pytest.mark.prop("P18.14", "the first labels are one of each class, if balanced")
def test_the_first_labels(subject, pictures):
    run_experiment = subject("cifar_scale.run_experiment")
    few = FixMatch(steps=1, batch=2, ratio=0)
    for seed in range(3):
        settings = plan(initial=6, budget=6, seed=seed, fixmatch=few)
        result = run_experiment(settings, pictures / f"even{seed}")
        _, y, _, _, _ = experiment.loaded(settings, torch.device("cpu"))
        assert np.bincount(y[result["queried"]]).tolist() == [2, 2, 2]
    drawn = set()
    for seed in range(4):
        settings = plan(initial=6, budget=6, balanced=False, seed=seed, fixmatch=few)
        result = run_experiment(settings, pictures / f"any{seed}")
        _, y, _, _, _ = experiment.loaded(settings, torch.device("cpu"))
        drawn.add(tuple(np.bincount(y[result["queried"]], minlength=3).tolist()))
    assert len(drawn) > 1


@pytest.mark.prop("P18.14", "shrunk images are images of averages; labels are learned")
def test_shrinking_and_learning(subject, pictures):
    run_experiment = subject("cifar_scale.run_experiment")
    data = image_data("cifar10", [2, 7, 5])
    small = [
        X.reshape(len(X), 8, 4, 8, 4, 3).mean((2, 4)).round().astype(np.uint8)
        for X in (data.X_train, data.X_test)
    ]
    averaged = replace(data, X_train=small[0], X_test=small[1])
    many = FixMatch(steps=60, batch=6, ratio=0, average=0.8, step_size=0.1)
    settings = plan(initial=9, budget=11, fixmatch=many)
    first = run_experiment(settings, pictures / "shrunk")
    second = run_experiment(
        replace(settings, shrink=1), pictures / "before", data=averaged
    )
    assert first["queried"] == second["queried"]
    assert first["accuracy"] == second["accuracy"]
    assert first["accuracy"][-1] > 0.6


@pytest.mark.prop("P18.14", "killed in a round, the run ends as if it had not been")
def test_an_experiment_goes_on(subject, pictures):
    run_experiment = subject("cifar_scale.run_experiment")
    whole = run_experiment(plan(), pictures / "whole")
    calls = []

    def killed(record):
        calls.append(record)
        if len(calls) == 10:  # in the second round
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        run_experiment(plan(), pictures / "broken", callback=killed)
    again = []
    rest = run_experiment(plan(), pictures / "broken", callback=again.append)
    assert len(again) < 24 - 6
    for key in ("labels", "accuracy", "queried"):
        assert whole[key] == rest[key], key
    logs = [(pictures / f"{x}/rounds.jsonl").read_text() for x in ("whole", "broken")]
    assert logs[0] == logs[1]  # of the first attempt nothing is left in the log


@pytest.mark.prop("P18.14", "under bounds: each round is pdcl's, asked as it is")
def test_rounds_by_hand(subject, pictures, monkeypatch):
    run_experiment = subject("cifar_scale.run_experiment")
    seen, records = [], []

    def spy(model, bought, indices, probabilities, budget, *, rng):
        seen.append((indices, probabilities, model.factor(bought[:, None])))
        return np.arange(budget)

    monkeypatch.setitem(strategies.DIRECT, "margin", spy)
    settings = plan(
        trainer="pdcl", epsilon=0.4, rounds=3, dual_rate=0.7, signs=2, sketch=16, seed=3
    )
    result = run_experiment(settings, pictures / "hand", callback=records.append)
    images, y, tests, y_test, _ = experiment.loaded(settings, torch.device("cpu"))
    for k, count in enumerate(result["labels"]):
        where = np.array(result["queried"][:count])
        answer = pdcl_images(
            build_network(10, 2, 3, seeds=[3000], base=2), images[where],
            torch.as_tensor(y[where]), 0.4, rounds=3, dual_rate=0.7, batch=6, seed=3000,
        )  # fmt: skip
        assert records[3 * k : 3 * k + 3] == answer.history
        guess = answer.model(tests / 255.0).argmax(1).numpy()
        assert result["accuracy"][k] == pytest.approx((guess == y_test).mean())
        if k < len(seen):
            indices, probabilities, factor = seen[k]
            expected = torch.softmax(answer.model(images[indices] / 255.0), 1)
            np.testing.assert_allclose(probabilities, expected.detach(), atol=1e-5)
            sketch = gradient_sketch(answer.model, images[where], 2, length=16, seed=3)
            np.testing.assert_allclose(factor, sketch, rtol=1e-4, atol=1e-4)
    assert len(seen) == 3


@pytest.mark.prop(
    "P18.14", "images are shrunk by averages, classes renumbered in order"
)
def test_loading(subject, pictures):
    run_experiment = subject("cifar_scale.run_experiment")
    settings = plan(classes=[7, 2], pool=0, test=0, budget=3)
    result = run_experiment(settings, pictures / "two")
    assert max(result["queried"]) < 16
    images, y, tests, y_test, _ = experiment.loaded(settings, torch.device("cpu"))
    assert images.shape == (16, 3, 8, 8)
    assert tests.shape == (6, 3, 8, 8)
    assert np.bincount(y).tolist() == [8, 8]
    assert np.bincount(y_test).tolist() == [3, 3]
    colours = [images[y == c].float().mean((0, 2, 3)) for c in (0, 1)]
    rng = np.random.default_rng(0)
    true = torch.as_tensor(rng.integers(40, 216, (10, 3))[[7, 2]]).float()
    torch.testing.assert_close(torch.stack(colours), true, atol=6.0, rtol=0.0)


@pytest.mark.prop("I18.15", "missing data and memory are said before training begins")
def test_what_is_missing_is_said_first(subject, pictures, monkeypatch):
    run_experiment = subject("cifar_scale.run_experiment")
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert run_experiment(plan(device="auto", budget=3), pictures / "auto")
    monkeypatch.setattr(torch.optim, "SGD", lambda *_, **__: pytest.fail("trained"))
    with pytest.raises(ValueError, match="at most 24"):
        run_experiment(plan(pool=25), pictures / "a")
    huge = FixMatch(steps=1, batch=10**7, ratio=7)
    with pytest.raises(MemoryError, match="GB are free"):
        run_experiment(plan(fixmatch=huge), pictures / "b")
    with pytest.raises(ValueError, match="cuda"):
        run_experiment(plan(device="cuda"), pictures / "c")
    assert not (pictures / "b").exists()
