"""Every plausible mistake is rejected by the checker."""

import subprocess
import sys

import pytest

from coursework.layout import OPTIONAL, ROOT, all_files, lacking, properties
from coursework.mutants import mutants_of, order_of_trial

# a chapter whose library is slow to import is one run, the others one for each file
FILES = list(
    dict.fromkeys(
        c if c in OPTIONAL else f"{c}.{f}"
        for c, f in all_files()
        if not lacking(c) and mutants_of(c, f)
    )
)


@pytest.mark.parametrize("file", FILES)
def test_the_checker_rejects_every_mutant(file):
    run = subprocess.run(
        [sys.executable, "-m", "coursework.mutants", file],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert run.stdout
    assert "SURVIVED" not in run.stdout


@pytest.mark.parametrize(
    "recorded", [None, "test_long_gone", "test_to_network_keeps_the_outputs"]
)
def test_a_stale_record_costs_time_and_no_verdict(recorded):
    name = "relu_lp.to_network"
    first, others = order_of_trial(name, recorded)
    tried = {p for p in properties() if name in p.subjects}
    assert tried
    assert {*first, *others} == tried
