"""Run every mutant of the modules named, or of all, and say what caught it."""

import importlib
import os
import sys

from coursework.layout import module_order


def main(modules):
    """Print a line per mutant; return how many the checker let through."""
    os.environ["COMPANION_PROFILE"] = "mutants"
    from coursework.check import check

    survivors = 0
    for module in modules:
        for mutant in importlib.import_module(f"coursework.mutants.{module}").MUTANTS:
            name = f"{module}.{mutant.function}"
            report = check(mutant.build(module), name, stop_at_first=True)
            caught = [v for v in report.verdicts if not v.passed]
            by = caught[0].property if caught else "SURVIVED"
            survivors += not caught
            print(f"{by:<9} {name}: {mutant.mistake}", flush=True)
    return survivors


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:] or module_order()) else 0)
