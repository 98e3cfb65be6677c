"""The command: it runs, measures, and says in one line what it lacks."""

import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from reference.cifar_scale import train
from tests.cifar_scale.oracle import TINY


@pytest.fixture
def config(pictures):
    path = pictures / "npc_tiny.toml"
    path.write_text(TINY)
    return path


def test_the_command_runs_an_experiment(config, capsys):
    folder = config.parent / "out"
    arguments = ["--config", str(config), "--folder", str(folder), "--seed", "3"]
    assert train.main(arguments) == 0
    out = capsys.readouterr().out
    assert "labels: [2, 4]" in out
    assert "JPEG" in out
    assert (folder / "result.json").exists()


def test_the_command_runs_several_side_by_side(config, capsys):
    folder = config.parent / "out"
    arguments = ["--config", str(config), "--folder", str(folder), "--runs"]
    assert train.main([*arguments, "2"]) == 0
    assert capsys.readouterr().out.count("labels: [2, 4]") == 2
    names = [p.parent.name for p in sorted(folder.rglob("result.json"))]
    assert names == ["seed0", "seed1"]
    assert train.main([*arguments, "0"]) == 2
    assert "--runs must be at least 1" in capsys.readouterr().err


def test_the_command_measures(config, capsys):
    assert train.main(["--config", str(config), "--measure", "3"]) == 0
    out = capsys.readouterr().out
    for name in ("views a second", "memory, predicted GB", "hours for a round"):
        assert name in out


def test_a_record_of_two_steps_is_no_step(config, monkeypatch):
    def trained(*_, callback, **__):
        for step in (2, 4, 6):
            clock.append(10.0 * step)
            callback({"step": step})

    clock = [0.0]
    monkeypatch.setattr(train, "train_fixmatch", trained)
    monkeypatch.setattr(train.time, "perf_counter", lambda: clock[-1])
    assert train.measure(train.read_settings(config), 200)["seconds a step"] == 10.0


@pytest.mark.parametrize("steps, said", [("1", "--measure must be"), ("3", "trainer")])
def test_what_cannot_be_measured(config, capsys, steps, said):
    if said == "trainer":
        config.write_text('trainer = "pdcl"\n' + TINY)
    assert train.main(["--config", str(config), "--measure", steps]) == 2
    assert said in capsys.readouterr().err


@pytest.mark.parametrize(
    "text, said",
    [(None, "there is no"), ("a = b = c", "wrong.toml"), ("steps = 3", "no setting"),
     ("pool = 99999", "at most"), ('strategy = "ally"', "duals")],
)  # fmt: skip
def test_what_is_wrong_is_one_line(config, capsys, text, said):
    path = config.parent / "wrong.toml"
    if text:
        path.write_text(text)
    assert train.main(["--config", str(path)]) == 2
    error = capsys.readouterr().err
    assert error.startswith("train: ")
    assert said in error
    assert error.count("\n") == 1


def test_no_compiler_is_one_line(config, monkeypatch, capsys):
    def fails(*_, **__):
        raise error("no compiler found\n\nmuch more")

    error = type("InductorError", (RuntimeError,), {"__module__": "torch._inductor"})
    monkeypatch.setattr(train, "run_experiment", fails)
    assert train.main(["--config", str(config)]) == 2
    said = "train: no compiler found; set compile = false\n"
    assert capsys.readouterr().err == said
    error = RuntimeError
    with pytest.raises(RuntimeError, match="no compiler"):
        train.main(["--config", str(config)])


def test_a_run_that_is_stopped_goes_on(config, monkeypatch, capsys):
    def stopped(*_):
        def callback(record):
            calls.append(record)
            if len(calls) == 6:
                raise KeyboardInterrupt

        return callback

    calls = []
    arguments = ["--config", str(config), "--folder", str(config.parent / "out")]
    with monkeypatch.context() as patch:
        patch.setattr(train, "progress", stopped)
        assert train.main(arguments) == 130
    assert capsys.readouterr().err == "\ntrain: stopped; the same command goes on\n"
    assert train.main(arguments) == 0
    assert "labels: [2, 4]" in capsys.readouterr().out


def test_no_data_and_no_network_is_one_line(config, monkeypatch, capsys, tmp_path):
    monkeypatch.delenv("COMPANION_DATA")
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "empty"))
    monkeypatch.setattr("companion_data.images.CIFAR10", "file:///nowhere.tar.gz")
    assert train.main(["--config", str(config)]) == 2
    assert "COMPANION_DATA" in capsys.readouterr().err
