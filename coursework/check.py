"""Run the book's property tests on your own function.

In Python::

    from coursework import check
    check(my_function)                          # found by its __name__
    check(my_function, "relu_lp.fit_relu_lp")   # or named outright

From a shell, on every function of a file or a notebook that bears a name of the book::

    python -m coursework.check work/my_homework.py
    python -m coursework.check work/my_homework.py --json --require fit_relu_lp

Each property is one line: its number, its statement, and pass or the smallest
counterexample that was found. The exit code is 0 if every property of every function
ran and holds, 1 if one does not, 2 if there was nothing to check, 3 if the file could
not be run, 130 after Ctrl-C. Your code runs in a process of its own, with a limit on
time and memory, but with your rights: check only code that you would run yourself.
"""

import argparse
import contextlib
import functools
import inspect
import io
import json
import os
import sys
import time
from collections.abc import Callable, Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

from coursework.layout import Property, properties
from coursework.load import load_file, loader_of, uses_of_the_book
from coursework.remote import FORKS, INSIDE, Remote, Stopped
from coursework.report import Report, Verdict
from coursework.signature import lacks
from coursework.subjects import full_name, names_of_the_book, reference_function

QUIET = 2.0  # seconds without a word on how far a check has come


def check(
    function: Callable,
    name: str | None = None,
    *,
    seconds: float = 20.0,
    strict: bool = False,
    stop_at_first: bool = False,
    stage: str | None = None,
    only: str | Iterable[str] | None = None,
) -> Report:
    """Return a report of the book's properties on a reader's own function.

    Parameters
    ----------
    function : callable
        Takes the arguments of the reference function and returns the same; a
        tuple of arrays in the documented order may stand for a dataclass.
    name : str, optional
        ``"chapter.function"`` of the book. By default the function's own name.
    seconds : float
        Time limit for the function's calls in each property; after the first
        failure there are a few seconds more to find a smaller example.
    strict : bool
        Whether errors on bad input (I-properties) count too; those that `only` names
        always do.
    stop_at_first : bool
        Stop at the first property that fails.
    stage : {"plain"}, optional
        Only the properties on generic data.
    only : str or iterable of str, optional
        Only the properties of these numbers, as in ``"P2.1,P2.4"``.

    Returns
    -------
    Report
        Prints as one line per property; true when all of them ran and hold.
    """
    if not callable(function):
        raise ValueError(f"function must be callable, got {type(function).__name__}")
    name = full_name(name or _own_name(function))
    if os.environ.get(INSIDE):  # a file that calls check, while the checker loads it
        return Report(name, [Verdict("P", "not run while the file loads", True)])
    numbers = _numbers(only, [name])
    chosen, note = _chosen(name, stage, numbers)
    strict = strict or bool(numbers)  # what is named counts
    if not chosen:
        raise ValueError(f"{name} has no properties of the {stage} stage")
    with Remote(loader_of(function, name, FORKS), seconds) as remote:
        return _report(remote, name, chosen, note, strict, stop_at_first)


def _own_name(function: Callable) -> str:
    while isinstance(function, functools.partial):
        function = function.func
    if not hasattr(function, "__name__"):
        raise ValueError("give the function's name in the book as second argument")
    return function.__name__


def _numbers(only: str | Iterable[str] | None, names: Iterable[str]) -> list[str]:
    """Return the numbers of properties that were asked for; they must exist."""
    numbers = only.replace(",", " ").split() if isinstance(only, str) else only or []
    known = {p.id: None for p in properties() if {*names} & {*p.subjects}}
    for number in numbers:
        if number not in known:
            raise ValueError(f"no property {number} here; there are {', '.join(known)}")
    return list(numbers)


def _chosen(
    name: str, stage: str | None, only: list[str]
) -> tuple[list[Property], str]:
    """Return the properties to check, and a line on the others."""
    if stage not in (None, "plain", "robust"):
        raise ValueError(f"stage must be 'plain' or 'robust', got {stage!r}")
    every = [p for p in properties() if name in p.subjects]
    chosen = [p for p in every if p.id in only] if only else every
    note = f"asked for {', '.join(only)} only" if only else ""
    if stage == "plain":
        chosen = [p for p in chosen if p.stage == "plain"]
        rest = len({p.statement for p in every} - {p.statement for p in chosen})
        short = name.partition(".")[2]
        note = f"{rest} further properties on degenerate data: check({short})"
    return chosen, note


def _report(
    remote: Remote,
    name: str,
    chosen: list[Property],
    note: str,
    strict: bool,
    stop_at_first: bool,
) -> Report:
    from coursework.runner import run  # imports pytest and Hypothesis, which take long

    start, terminal = time.monotonic(), sys.stderr  # pytest puts its own in its place

    def progress(number: str, done: int, total: int) -> None:
        if time.monotonic() - start > QUIET:
            line = f"{name}: {number}, test {done} of {total}"
            print(line, file=terminal, flush=True)

    if stop_at_first and not strict:  # a note is no failure, and must not stop it
        chosen = [p for p in chosen if p.id[0] != "I"] or chosen
    if name not in remote.signatures:
        with contextlib.suppress(Stopped):  # the properties will say so
            remote.start()
    theirs, short = remote.signatures.get(name), name.partition(".")[2]
    ours = inspect.signature(reference_function(name))
    warning = lacks(theirs, ours, short) if theirs else ""
    verdicts = run(remote, name, chosen, stop_at_first=stop_at_first, progress=progress)
    return Report(name, verdicts, strict, note, warning)


# ------------------------------------------------------------------- the command line


class Problem(Exception):
    """Why nothing could be checked: an exit code and one line."""


def main(arguments: list[str] | None = None) -> int:
    """Check a file from the command line; return the exit code."""
    parser = _options()
    options = parser.parse_args(arguments)
    if options.file is None and options.require:  # --require NAME file.py
        options.file = options.require.pop()
    if options.file is None:
        parser.error("give your file")
    if not 0 < options.seconds < 1e6:
        parser.error("--seconds must be positive")
    start = time.perf_counter()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    summary: dict[str, Any] = {"passed": False, "functions": []}
    try:
        summary |= _check_file(options)
        code = 0 if summary["passed"] else 1
    except Problem as problem:
        code, summary["error"] = problem.args
    except KeyboardInterrupt:
        code, summary["error"] = 130, "interrupted"
    except Exception as error:
        code, summary["error"] = 4, f"the checker failed: {error!r}"
    if options.json:
        summary["seconds"] = round(time.perf_counter() - start, 3)
        print(json.dumps(summary, indent=2))
    elif "error" in summary:
        print(summary["error"], file=sys.stderr)
    return code


def _check_file(options: argparse.Namespace) -> dict[str, Any]:
    """Check the functions of a file, print what is found, and return a summary."""
    if not Path(options.file).is_file():
        raise Problem(2, f"no such file: {options.file}")
    names_of_the_book()  # imports the book here, so that a fork has it
    used: set[str] = set()
    with contextlib.suppress(Exception):  # the process will say what is wrong with it
        used = uses_of_the_book(options.file)  # before it runs: it may change itself
    load = functools.partial(load_file, options.file)
    with Remote(load, options.seconds, fork=sys.platform == "linux") as remote:
        try:
            names, misses = remote.start()
        except Stopped as stopped:
            raise Problem(3, f"cannot run {options.file}: {stopped}") from None
        try:
            required = [full_name(name) for name in options.require]
            numbers = _numbers(options.only, required or names)
        except ValueError as error:
            raise Problem(2, str(error)) from None
        missing = [name for name in required if name not in names]
        notes = [f"{a} is no name of the book: {b}?" for a, b in misses.items()]
        notes += [f"{name} is required, and the file has none" for name in missing]
        found = [name for name in required or names if name in names]
        idle = [name for name in found if not _chosen(name, options.stage, numbers)[0]]
        notes += [f"{name} has no property that was asked for" for name in idle]
        notes += [
            f"{name} is checked, and the file takes {short} from the book: see how"
            for name in required or names
            if (short := name.partition(".")[2]) in used
        ]
        if not options.json:
            print("".join(f"{note}\n" for note in notes), end="", flush=True)
        reports = []
        for name in found:
            if name not in idle:
                chosen, note = _chosen(name, options.stage, numbers)
                limits = options.strict or bool(numbers), options.first
                reports.append(_report(remote, name, chosen, note, *limits))
                remote.stop()  # nothing leaks into the next check
                if not options.json:
                    print(reports[-1], end="\n\n", flush=True)
    missing += [name for name in idle if name in required]  # did not run
    if not reports and not missing:
        what = "property that was asked for" if names else "function of the book"
        raise Problem(2, "; ".join([f"{options.file} has no {what}", *notes]))
    return {
        "passed": all(reports) and not missing,
        "functions": [asdict(r) | {"passed": r.passed} for r in reports],
        "notes": notes,
    }


def _options() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m coursework.check",
        description="Run the book's property tests on the functions of a file.",
    )
    add = parser.add_argument
    add("file", nargs="?", help="your Python file or notebook")
    add("--json", action="store_true", help="for autograders")
    add("--require", nargs="+", default=[], metavar="NAME", action="extend",
        help="check these functions; fail if one is missing")  # fmt: skip
    add("--only", metavar="P2.1,P2.4", help="check these properties")
    add("--stage", choices=["plain", "robust"], help="plain: only on generic data")
    add("--strict", action="store_true", help="count the errors on bad input too")
    add("--first", action="store_true", help="stop at the first that fails")
    add("--seconds", type=float, default=20.0, help="time limit for each property")
    return parser


if __name__ == "__main__":
    sys.exit(main())
