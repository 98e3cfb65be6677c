"""Every plausible mistake is rejected by the checker."""

import subprocess
import sys

import pytest

from coursework.layout import ROOT, module_order


@pytest.mark.parametrize("module", module_order())
def test_the_checker_rejects_every_mutant(module):
    run = subprocess.run(
        [sys.executable, "-m", "coursework.mutants", module],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    assert "SURVIVED" not in run.stdout
