"""Run every mutant of the chapters or files named, or of all, and say what caught it.

    python -m coursework.mutants relu_lp
    python -m coursework.mutants relu_lp.programs
    python -m coursework.mutants --survivors     # functions that no mutant changes
    python -m coursework.mutants --record        # what catches whom, for quick runs

Most mutants fall to a handful of examples; only those that do not meet the full
number, or that were recorded to need it. Hypothesis fixes that number when the tests
are imported, so a second round has a process of its own.
"""

import argparse
import difflib
import json
import multiprocessing
import os
import sys
from concurrent.futures import ProcessPoolExecutor

from coursework.layout import all_files
from coursework.mutants import (
    KILLERS,
    caught_by,
    coverage,
    key_of,
    killers,
    mutants_of,
)

ROUNDS = ("quick", "mutants")  # profiles of tests/conftest.py


def main(names, record=False):
    """Print a line per mutant; return how many the checker let through."""
    waiting = [
        (chapter, file, number)
        for chapter, file in all_files()
        if not names or chapter in names or f"{chapter}.{file}" in names
        for number in count(chapter, file)
    ]
    found = {}
    here = True  # the first round stays in this process: imports cost more than trials
    for profile in ROUNDS:
        last = profile == ROUNDS[-1]
        alive = [m for m in waiting if last or recorded_profile(m) == profile]
        if not alive:
            continue
        os.environ["COMPANION_PROFILE"] = profile
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            trial = map if here else pool.map
            here = False
            verdicts = trial(caught_by, *zip(*alive, strict=True))
            for key, caught in zip(alive, verdicts, strict=True):
                if caught or last:
                    waiting.remove(key)
                    chapter, file, number = key
                    mutant = mutants_of(chapter, file)[number]
                    name = f"{chapter}.{mutant.function}: {mutant.mistake}"
                    print(
                        f"{caught[0] if caught else 'SURVIVED':<9} {name}", flush=True
                    )
                    found[key_of(*key)] = [caught[1], profile] if caught else None
    if record:
        known = {key_of(c, f, n) for c, f in all_files() for n in count(c, f)}
        kept = {k: v for k, v in (killers() | found).items() if k in known and v}
        text = json.dumps(dict(sorted(kept.items())), indent=0, ensure_ascii=False)
        KILLERS.write_text(text + "\n", "utf-8")
    return sum(caught is None for caught in found.values())


def recorded_profile(key):
    """Return the profile in which a mutant was caught when last recorded."""
    return killers().get(key_of(*key), [None, ROUNDS[0]])[1]


def count(chapter, file):
    """Return the numbers of a file's mutants."""
    return range(len(mutants_of(chapter, file)))


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


def options():
    """Return what the command line asks for."""
    parser = argparse.ArgumentParser(
        prog="python -m coursework.mutants",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("names", nargs="*", help="chapters, or files of a chapter")
    parser.add_argument(
        "--survivors", action="store_true", help="name functions that no mutant changes"
    )
    parser.add_argument("--record", action="store_true", help="keep what catches whom")
    return parser.parse_args()


if __name__ == "__main__":
    asked = options()
    if asked.survivors:
        sys.exit(1 if coverage.main() else 0)
    if line := unknown(asked.names):
        print(line, file=sys.stderr)
        sys.exit(2)
    sys.exit(1 if main(asked.names, asked.record) else 0)
