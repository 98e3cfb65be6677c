"""Run every mutant of the modules named, or of all, and say what caught it.

Most mutants fall to a handful of examples; only those that do not meet the full
number. Hypothesis fixes that number when the tests are imported, so each round has a
process of its own.
"""

import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from coursework.layout import module_order
from coursework.mutants import caught_by, mutants_of

ROUNDS = ("quick", "mutants")  # profiles of tests/conftest.py


def main(modules):
    """Print a line per mutant; return how many the checker let through."""
    alive = [(m, i) for m in modules for i in range(len(mutants_of(m)))]
    for profile in ROUNDS:
        os.environ["COMPANION_PROFILE"] = profile
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            verdicts = pool.map(caught_by, *zip(*alive, strict=True)) if alive else ()
            survivors = []
            for (module, number), by in zip(alive, verdicts, strict=True):
                if by is None:
                    survivors.append((module, number))
                if by or profile == ROUNDS[-1]:
                    mutant = mutants_of(module)[number]
                    name = f"{module}.{mutant.function}"
                    print(f"{by or 'SURVIVED':<9} {name}: {mutant.mistake}", flush=True)
        alive = survivors
    return len(alive)


if __name__ == "__main__":
    sys.exit(1 if main(sys.argv[1:] or module_order()) else 0)
