"""Sweeps: every combination once, and no death loses a finished task."""

import json
import os
import subprocess
import sys
import textwrap
import tomllib

import pytest
from distributed import LocalCluster

from coursework.layout import ROOT
from experiments import sweep as sweeps

CONFIG = """
name = "trial"
function = "sweep_tasks:{function}"
[grid]
strategy = ["near", "far"]
seed = [0, 1, 2]
[settings]
folder = '{folder}'
"""
TASKS = """
import os, signal, time
from pathlib import Path

def count(task):
    "Leave a mark for every start of a task."
    with open(Path(task["folder"]) / "starts", "a") as file:
        file.write(f"{task['strategy']} {task['seed']}\\n")
    return {"value": 10 * task["seed"] + (task["strategy"] == "far"), "word": "x"}

def once(task, act):
    mark = Path(task["folder"]) / "mark"
    if (task["strategy"], task["seed"]) == ("far", 1) and not mark.exists():
        mark.touch()
        act()
    return count(task)

def worker_exits(task):
    return once(task, lambda: os._exit(3))

def kill_the_sweep(folder):
    journal = Path(folder) / "journal.jsonl"
    while not (journal.exists() and journal.read_bytes().count(b"}}") > 1):
        time.sleep(0.01)
    os.kill(int(os.environ["SWEEP"]), signal.SIGKILL)
    os._exit(0)

def sweep_dies(task):
    return once(task, lambda: kill_the_sweep(task["folder"]))

def always(task):
    if task["seed"] == 1:
        os._exit(3) if task["strategy"] == "far" else 1 / 0
    return count(task)
"""


@pytest.fixture
def start(tmp_path, monkeypatch):
    """Start a sweep in a process of its own; return its status, output and journal."""
    (tmp_path / "sweep_tasks.py").write_text(TASKS)

    def start(function, *arguments):
        text = CONFIG.format(function=function, folder=tmp_path)
        (tmp_path / "trial.toml").write_text(text)
        program = textwrap.dedent(
            """
            import os, sys
            from experiments.sweep import main
            if __name__ == "__main__":
                os.environ["SWEEP"] = str(os.getpid())
                sys.exit(main())
            """
        )
        (tmp_path / "program.py").write_text(program)
        command = [sys.executable, "program.py", "trial.toml", *arguments]
        path = os.pathsep.join([str(ROOT), str(tmp_path)])
        done = subprocess.run(
            [*command, "--journal", "journal.jsonl"], cwd=tmp_path, text=True,
            env=os.environ | {"PYTHONPATH": path}, capture_output=True, timeout=900,
        )  # fmt: skip
        lines = (tmp_path / "journal.jsonl").read_text().splitlines()
        return done, [json.loads(line) for line in lines]

    return start


def complete(journal):
    """Assert that every task stands in the journal once, with its answer."""
    found = {(r["task"]["strategy"], r["task"]["seed"]): r["answer"] for r in journal}
    assert len(journal) == 6
    assert {k: a["value"] for k, a in found.items()} == {
        (strategy, seed): 10 * seed + (strategy == "far")
        for strategy in ("near", "far")
        for seed in range(3)
    }


def test_a_worker_that_exits_loses_nothing(start):
    done, journal = start("worker_exits", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    complete(journal)
    assert "strategy far: value 11 ± 10 (3)" in done.stdout
    assert "6 of 6 tasks are done" in done.stdout


def test_a_sweep_that_is_killed_goes_on_where_it_was(start, tmp_path):
    done, journal = start("sweep_dies", "--jobs", "1")
    assert done.returncode == -9
    assert 0 < len(journal) < 6
    with (tmp_path / "journal.jsonl").open("a") as file:
        file.write(
            '{"task": {"strat'
        )  # as if the kill had come in the middle of a line
    before, kept = (tmp_path / "starts").read_text().splitlines(), journal
    done, journal = start("sweep_dies", "--jobs", "1")
    assert done.returncode == 0, done.stderr
    complete(journal)
    assert journal[: len(kept)] == kept
    after = (tmp_path / "starts").read_text().splitlines()[len(before) :]
    assert len(after) == 6 - len(kept)  # finished tasks are not started again


def test_tasks_that_cannot_be_done_are_named_and_lose_no_other(start):
    done, journal = start("always", "--jobs", "1")
    assert done.returncode == 1
    assert len(journal) == 4
    assert "ZeroDivisionError" in done.stdout
    assert "KilledWorker" in done.stdout
    assert "4 of 6 tasks are done" in done.stdout


def test_on_a_cluster_that_is_there(tmp_path, monkeypatch):
    (tmp_path / "sweep_tasks.py").write_text(TASKS)
    monkeypatch.syspath_prepend(tmp_path)
    tasks = [
        {"strategy": s, "seed": k, "folder": str(tmp_path)}
        for s in ("near", "far")
        for k in range(3)
    ]
    options = {"processes": False, "protocol": "tcp", "dashboard_address": None}
    with LocalCluster(n_workers=1, **options) as cluster:
        found, failed = sweeps.sweep(
            tasks, "sweep_tasks:count", tmp_path / "journal.jsonl",
            scheduler=cluster.scheduler_address,
        )  # fmt: skip
    assert not failed
    assert [found[sweeps.key_of(t)]["value"] for t in tasks] == [0, 10, 20, 1, 11, 21]
    text = (tmp_path / "journal.jsonl").read_text()
    complete([json.loads(line) for line in text.splitlines()])


def test_in_this_process(start):
    done, journal = start("count", "--jobs", "0")
    assert done.returncode == 0, done.stderr
    complete(journal)


def test_journals(tmp_path):
    path = tmp_path / "journal.jsonl"
    assert sweeps.read_journal(path) == {}
    for seed in (0, 1, 0):
        sweeps.append_record(path, {"b": 1, "seed": seed}, {"value": seed})
    whole = path.read_bytes()
    for cut in range(len(whole) - 30, len(whole)):
        path.write_bytes(whole[:cut])
        found = sweeps.read_journal(path)
        assert found[sweeps.key_of({"seed": 1, "b": 1})] == {"value": 1}
        assert path.read_bytes().count(b"\n") == 2
        assert path.read_bytes().endswith(b"\n")
    path.write_bytes(b'{"task"\n' + whole)
    with pytest.raises(ValueError, match="line 1"):
        sweeps.read_journal(path)
    path.write_bytes(b"{")
    assert sweeps.read_journal(path) == {}


@pytest.mark.parametrize(
    "path", sorted((ROOT / "experiments/configs").glob("*.toml")), ids=lambda p: p.stem
)
def test_committed_configurations(path):
    config = tomllib.loads(path.read_text("utf-8"))
    assert sweeps.tasks_of(config)
    module = ROOT / (config["function"].partition(":")[0].replace(".", "/") + ".py")
    assert f"def {config['function'].partition(':')[2]}(" in module.read_text("utf-8")


def test_configurations():
    config = {"name": "x", "function": "a:b", "grid": {"seed": [0, 1], "data": "s"}}
    assert sweeps.tasks_of(config | {"settings": {"budget": 5}}) == [
        {"budget": 5, "seed": 0, "data": "s"},
        {"budget": 5, "seed": 1, "data": "s"},
    ]
    for wrong in ({"name": "x"}, config | {"seeds": 3}):
        with pytest.raises(ValueError, match="configuration"):
            sweeps.tasks_of(wrong)


def test_an_experiment_of_one_process_goes_on_where_it_was(tmp_path):
    path, called = tmp_path / "new" / "journal.jsonl", []

    def square(name, seed):
        called.append(seed)
        if seed == 3:
            raise RuntimeError("stopped")
        return {"name": name, "value": seed**2}

    tasks = [{"name": "a", "seed": seed} for seed in range(4)]
    with pytest.raises(RuntimeError, match="stopped"):
        sweeps.resume(tasks, square, path)
    assert called == [0, 1, 2, 3]
    found = sweeps.resume(tasks[2::-1], square, path)
    assert [answer["value"] for answer in found] == [4, 1, 0]
    assert called == [0, 1, 2, 3], "what is in the journal was run again"
