"""Run every mutant of the chapters or files named, or of all, and say what caught it.

    python -m coursework.mutants relu_lp
    python -m coursework.mutants relu_lp.programs
    python -m coursework.mutants --survivors     # functions that no mutant changes

Most mutants fall to a handful of examples; only those that do not meet the full
number. Hypothesis fixes that number when the tests are imported, so each round has a
process of its own.
"""

import difflib
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from coursework.layout import all_files
from coursework.mutants import caught_by, coverage, mutants_of

ROUNDS = ("quick", "mutants")  # profiles of tests/conftest.py


def main(names):
    """Print a line per mutant; return how many the checker let through."""
    alive = [
        (chapter, file, number)
        for chapter, file in all_files()
        if not names or chapter in names or f"{chapter}.{file}" in names
        for number in range(len(mutants_of(chapter, file)))
    ]
    for profile in ROUNDS:
        os.environ["COMPANION_PROFILE"] = profile
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            verdicts = pool.map(caught_by, *zip(*alive, strict=True)) if alive else ()
            survivors = []
            for key, by in zip(alive, verdicts, strict=True):
                if by is None:
                    survivors.append(key)
                if by or profile == ROUNDS[-1]:
                    chapter, file, number = key
                    mutant = mutants_of(chapter, file)[number]
                    name = f"{chapter}.{mutant.function}"
                    print(f"{by or 'SURVIVED':<9} {name}: {mutant.mistake}", flush=True)
        alive = survivors
    return len(alive)


def unknown(names):
    """Return one line on the first name that is no chapter and no file, if any is."""
    known = list(dict.fromkeys(n for c, f in all_files() for n in (c, f"{c}.{f}")))
    for name in names:
        if name not in known:
            close = difflib.get_close_matches(name, known, 1)
            rest = f"it has {', '.join(n for n in known if '.' not in n)}"
            hint = f"did you mean {close[0]}?" if close else rest
            return f"the book has no chapter or file {name!r}; {hint}"
    return ""


if __name__ == "__main__":
    if "--survivors" in sys.argv[1:]:
        sys.exit(1 if coverage.main() else 0)
    if line := unknown(sys.argv[1:]):
        print(line, file=sys.stderr)
        sys.exit(2)
    sys.exit(1 if main(sys.argv[1:]) else 0)
