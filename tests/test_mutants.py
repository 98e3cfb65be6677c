"""Every plausible mistake is rejected by the checker."""

import subprocess
import sys

import pytest

from coursework.layout import ROOT, all_files, lacking, properties
from coursework.mutants import mutants_of, order_of_trial

# one process for a chapter: to start it takes as long as twenty mutants
CHAPTERS = list(
    dict.fromkeys(c for c, f in all_files() if not lacking(c) and mutants_of(c, f))
)


@pytest.mark.parametrize("chapter", CHAPTERS)
def test_the_checker_rejects_every_mutant(chapter):
    run = subprocess.run(
        [sys.executable, "-m", "coursework.mutants", chapter],
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
