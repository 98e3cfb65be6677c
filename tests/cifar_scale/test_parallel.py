"""Two processes on one machine: one network, averaged gradients, one result."""

import json
import os
import subprocess
import sys

import pytest

torch = pytest.importorskip("torch", reason="chapter 18: requirements-torch.txt")

from coursework.layout import ROOT
from reference.cifar_scale.parallel import (
    agreed,
    average_gradients,
    average_moments,
    place,
    said_by_first,
)
from tests.cifar_scale.oracle import TINY, write_pictures

CODE = """
import sys
from pathlib import Path
import torch
torch.set_num_threads(1)
from reference.cifar_scale import FixMatch, build_network, train_fixmatch
from reference.cifar_scale.parallel import (
    average_gradients, average_moments, place, said_by_first, start, stop)

rank, size = start()
assert size == 2 and place() == (rank, 2)
draw = torch.Generator().manual_seed(0)
x, y = torch.randn(6, 3, generator=draw), torch.randn(6, 1, generator=draw)
net = torch.nn.Linear(3, 1)
with torch.no_grad():
    net.weight.fill_(0.5); net.bias.fill_(0.1)
(net(x[rank::2]) - y[rank::2]).square().mean().backward()
average_gradients(net)
whole = torch.nn.Linear(3, 1)
whole.load_state_dict(net.state_dict())
(whole(x) - y).square().mean().backward()
torch.testing.assert_close(net.weight.grad, whole.weight.grad)
torch.testing.assert_close(net.bias.grad, whole.bias.grad)
norm = torch.nn.BatchNorm1d(2)
norm.running_mean.fill_(float(rank))
average_moments(norm)
assert norm.running_mean.tolist() == [0.5, 0.5]
assert said_by_first(torch.tensor([3.0 + rank])).item() == 3.0

images = torch.randint(256, (12, 3, 8, 8), generator=draw).byte()
settings = FixMatch(steps=3, batch=4, ratio=1, refine_every=2, average=0.5)
folder = Path(sys.argv[1])
def trained(**more):
    return train_fixmatch(build_network(10, 1, 2, base=2), images,
                          torch.tensor([0, 7]), torch.tensor([0, 1]), settings, **more)
got = trained(folder=folder)
for p in list(got.network.parameters()) + list(got.network.buffers()):
    first = said_by_first(p.detach().clone())
    assert torch.equal(first, p.detach()), "the processes' networks differ"
assert got.beliefs.shape == (1, 6, 2)
again = trained(folder=folder)
assert torch.equal(again.network.weight, got.network.weight)
kept = folder / f"rank{rank}.pt"
kept.rename(folder.parent / kept.name) if rank else None
try:
    trained(folder=folder)
    raise AssertionError("one process goes on, the other starts anew")
except ValueError as error:
    assert "different steps" in str(error)
(folder.parent / kept.name).rename(kept) if rank else None

# The whole command, and once more with a kill in its second round.
from reference.cifar_scale import train
train.stop = lambda: None  # there is more to do

def command(name):
    return train.main(["--config", str(folder.parent / "tiny.toml"),
                       "--folder", str(folder.parent / name)])

def killed(settings, name):
    calls = []
    def callback(record):
        calls.append(record)
        if len(calls) == 7:  # four steps a round, of which the second is kept
            raise ValueError("killed")
    return callback

assert command("whole") == 0
own, train.progress = train.progress, killed
assert command("broken") == 2
train.progress = own
half = torch.load(folder.parent / f"broken/4/rank{rank}.pt", weights_only=True)
assert half["step"] == 2 and not (folder.parent / "broken/result.json").exists()
assert command("broken") == 0
stop()
folder.with_name(f"done{rank}").touch()
"""


def test_two_processes_take_one_step_and_run_one_command(tmp_path):
    write_pictures(tmp_path)
    (tmp_path / "tiny.toml").write_text(
        TINY.replace("budget = 4", "budget = 6") + "save_every = 2\nrefine_every = 2\n"
    )
    script = tmp_path / "two.py"
    script.write_text(CODE)
    run = subprocess.run(
        [sys.executable, "-m", "torch.distributed.run", "--standalone",
         "--nproc-per-node=2", str(script), str(tmp_path / "kept")],
        cwd=ROOT, capture_output=True, text=True, check=False, timeout=300,
        env=os.environ | {"PYTHONPATH": str(ROOT), "OMP_NUM_THREADS": "1",
                          "COMPANION_DATA": str(tmp_path)},
    )  # fmt: skip
    assert run.returncode == 0, run.stdout + run.stderr[-3000:]
    # Not by what they print: the lines of two processes may run into each other.
    assert (tmp_path / "done0").exists()
    assert (tmp_path / "done1").exists()
    kept = {p.name for p in (tmp_path / "kept").iterdir()}
    assert kept == {"rank0.pt", "rank1.pt"}
    # One result of both; killed in between, the same one bit for bit.
    whole, broken = tmp_path / "whole", tmp_path / "broken"
    first, second = (
        json.loads((f / "result.json").read_text()) for f in (whole, broken)
    )
    assert first["processes"] == 2
    assert first["labels"] == [2, 4, 6]
    for key in ("labels", "accuracy", "queried", "settings"):
        assert first[key] == second[key], key
    logs = [(f / "rounds.jsonl").read_text() for f in (whole, broken)]
    assert logs[0] == logs[1]
    assert logs[0].count("\n") == 3
    for name in ("2/rank0", "4/rank0", "4/rank1", "6/rank0", "6/rank1"):
        a, b = (
            torch.load(f / f"{name}.pt", weights_only=True) for f in (whole, broken)
        )
        for part in ("net", "mean"):
            for key, values in a[part].items():
                assert torch.equal(values, b[part][key]), (name, part, key)
        assert torch.equal(a["beliefs"], b["beliefs"])


def test_alone_nothing_happens():
    assert place() == (0, 1)
    net = torch.nn.BatchNorm1d(1)
    net(torch.randn(4, 1)).sum().backward()
    before = [p.grad.clone() for p in net.parameters()]
    average_gradients(net)
    average_moments(net)
    for p, b in zip(net.parameters(), before, strict=True):
        assert torch.equal(p.grad, b)
    assert said_by_first(torch.ones(2)).tolist() == [1.0, 1.0]
    assert agreed(3, torch.device("cpu"))
