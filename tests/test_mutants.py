"""Every plausible mistake is rejected by the checker."""

import subprocess
import sys

import pytest

from coursework.layout import ROOT, all_files
from coursework.mutants import mutants_of

FILES = [f"{c}.{f}" for c, f in all_files() if mutants_of(c, f)]


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
