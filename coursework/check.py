"""Run the book's property tests on your own function.

In Python::

    from coursework import check
    check(my_function)                          # found by its __name__
    check(my_function, "relu_lp.fit_relu_lp")   # or named outright

From a shell, on every function of a file that bears a name of the book::

    python -m coursework.check my_homework.py
    python -m coursework.check my_homework.py --json

Each property is one line: its number, its statement, and pass or the smallest
counterexample that was found. The exit code is 0 if all pass, 1 if one fails, 2 if
there was nothing to check. The checker needs a clone of the book and the packages
of requirements.txt; the function needs no more than NumPy and SciPy. Your code is
run as it is, with your rights: check only code that you would run yourself.
"""

import argparse
import contextlib
import ctypes
import importlib.util
import inspect
import io
import json
import re
import sys
import textwrap
import threading
import time
import traceback
from dataclasses import asdict, dataclass, field

from coursework.layout import ROOT, properties
from coursework.subjects import accept_tuples, full_name, reference_function


class TimeLimit(BaseException):
    """Raised inside a property that runs for too long."""


@dataclass(frozen=True)
class Verdict:
    """What became of one property: passed, or failed with a counterexample."""

    property: str
    statement: str
    passed: bool
    seconds: float
    example: str = ""
    problem: str = ""
    test: str = ""


@dataclass(frozen=True)
class Report:
    """The verdicts on one function; true when every required property holds."""

    function: str
    verdicts: list[Verdict] = field(default_factory=list)
    strict: bool = False

    @property
    def passed(self):
        # P-properties are the mathematics; I-properties, the errors on bad input,
        # count only when asked for.
        return all(
            v.passed for v in self.verdicts if self.strict or v.property[0] != "I"
        )

    def __bool__(self):
        return self.passed

    def __str__(self):
        lines = [self.function]
        cases = {}
        for v in self.verdicts:
            cases.setdefault((v.property, v.statement), []).append(v)
        counts = {"properties hold": [0, 0], "properties on bad input": [0, 0]}
        for (number, statement), group in cases.items():
            optional = number[0] == "I" and not self.strict
            failed = [v for v in group if not v.passed]
            mark = "note" if failed and optional else "FAIL" if failed else "pass"
            seconds = sum(v.seconds for v in group)
            lines.append(f"  {number:<6} {mark}  {statement}  ({seconds:.1f} s)")
            if failed:
                first = min(failed, key=lambda v: (not v.example, len(v.example)))
                case = re.search(r"\[.*\]$", first.test)
                if len(group) > 1:
                    more = f"{len(failed)} of {len(group)} cases fail; this one is "
                    lines.append(" " * 14 + more + (case[0] if case else first.test))
                details = "\n".join(filter(None, (first.example, first.problem)))
                lines.append(textwrap.indent(details, " " * 14))
            count = counts[["properties hold", "properties on bad input"][optional]]
            count[0] += not failed
            count[1] += 1
        parts = [f"{a} of {b} {what}" for what, (a, b) in counts.items() if b]
        lines.append("  " + "; ".join(parts))
        return "\n".join(lines)

    __repr__ = __str__


class _Plugin:
    """Puts the reader's function under test and collects what pytest reports."""

    def __init__(self, function, name, seconds):
        self.replacement = accept_tuples(function, name)
        self.function, self.name, self.seconds = function, name, seconds
        self.verdicts = []

    def pytest_fixture_setup(self, fixturedef, request):
        if fixturedef.argname == "subject":
            fixturedef.cached_result = (
                self.look_up,
                fixturedef.cache_key(request),
                None,
            )
            return self.look_up
        return None

    def look_up(self, name):
        return self.replacement if name == self.name else reference_function(name)

    def pytest_runtest_call(self, item):
        # An asynchronous exception interrupts Python code on every platform.
        def stop():
            item.timed_out = True
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                ctypes.c_ulong(item.main_thread), ctypes.py_object(TimeLimit)
            )

        item.timed_out = False
        item.main_thread = threading.get_ident()
        item.timer = threading.Timer(self.seconds, stop)
        item.timer.start()

    def pytest_runtest_teardown(self, item):
        item.timer.cancel()

    def pytest_runtest_makereport(self, item, call):
        if call.when != "call":
            return
        mark = next(item.iter_markers("prop"))
        example = problem = ""
        error = call.excinfo.value if call.excinfo else None
        # Hypothesis may report several failures: the one with the shortest example.
        while isinstance(error, BaseExceptionGroup):
            error = min(error.exceptions, key=lambda e: len("".join(_examples(e))))
        if error is not None and item.timed_out:
            problem = f"stopped after {self.seconds:g} s"
        elif error is not None:
            example = "\n".join(_clean(note) for note in _examples(error))
            problem = f"{type(error).__name__}: {error}".strip()
            problem = "\n".join(line[:200] for line in problem.splitlines()[:12])
            problem += _place(error, self.function)
        self.verdicts.append(
            Verdict(
                *mark.args,
                error is None,
                round(call.duration, 3),
                example,
                problem,
                item.name,
            )
        )


def _examples(error):
    # The heading of the note depends on the version of Hypothesis.
    heading = r"Falsifying|Failing test case"
    notes = getattr(error, "__notes__", [])
    return [note for note in notes if re.match(heading, note)]


def _clean(note):
    """Leave only the arguments of Hypothesis's smallest counterexample."""
    lines = [
        line.removesuffix("  # or any other generated value")
        for line in note.splitlines()[1:]
        if not re.match(r"\s*subject=|\s*#|\)$", line)
    ]
    arguments = textwrap.dedent("\n".join(lines))
    return re.sub(r",(?=\n\S|$)", "", arguments)


def _place(error, function):
    """Say in which line of the reader's file an error arose, if it did there."""
    code = getattr(inspect.unwrap(function), "__code__", None)
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f.lineno for f in frames if code and f.filename == code.co_filename]
    return f"\nin line {lines[-1]} of your file" if lines else ""


def check(function, name=None, *, seconds=20.0, strict=False, stop_at_first=False):
    """Return a report of the book's properties on a reader's own function.

    Parameters
    ----------
    function : callable
        Takes the arguments of the reference function and returns the same; a
        tuple of arrays in the documented order may stand for a dataclass.
    name : str, optional
        ``"module.function"`` of the book. By default the function's own name.
    seconds : float
        Time limit for each property.
    strict : bool
        Whether errors on bad input (I-properties) count too.
    stop_at_first : bool
        Stop at the first property that fails.

    Returns
    -------
    Report
        Prints as one line per property; true when all of them hold.
    """
    if not callable(function):
        raise ValueError(f"function must be callable, got {type(function).__name__}")
    import pytest

    name = full_name(name or function.__name__)
    # The smallest properties first: a wrong sign shows in seconds.
    found = [p for p in properties() if name in p.subjects]
    if stop_at_first and not strict:  # a note is no failure, and must not stop it
        found = [p for p in found if p.id[0] != "I"]
    nodes = dict.fromkeys(p.node for p in found)
    if not nodes:
        raise ValueError(f"no property of the book tests {name}")
    plugin = _Plugin(function, name, seconds)
    arguments = [str(ROOT / node) for node in nodes]
    options = [
        "-q", "-p", "no:cacheprovider", "-p", "no:doctest", "-o", "addopts=",
        "--import-mode=importlib", "--rootdir", str(ROOT),
        "-c", str(ROOT / "pyproject.toml"), "--tb=no",
    ]  # fmt: skip
    if stop_at_first:
        options.append("--maxfail=1")
    output = io.StringIO()
    with contextlib.redirect_stdout(output):
        pytest.main([*options, *arguments], plugins=[plugin])
    if not plugin.verdicts:
        raise RuntimeError(f"the tests did not run:\n{output.getvalue()}")
    return Report(name, plugin.verdicts, strict)


def functions_of(path):
    """Return the functions of a file that bear a name of the book."""
    spec = importlib.util.spec_from_file_location("homework", path)
    if spec is None:
        raise ValueError(f"{path} is not a Python file")
    module = importlib.util.module_from_spec(spec)
    sys.modules["homework"] = module  # dataclasses look themselves up there
    spec.loader.exec_module(module)
    found = {}
    for key, value in vars(module).items():
        if inspect.isfunction(value) and value.__module__ == "homework":
            with contextlib.suppress(ValueError):
                found[full_name(key)] = value
    return found


def main(arguments=None):
    """Check a file from the command line; return the exit code."""
    parser = argparse.ArgumentParser(
        prog="python -m coursework.check",
        description="Run the book's property tests on the functions of a file.",
    )
    parser.add_argument("file", help="your Python file")
    parser.add_argument("--json", action="store_true", help="for autograders")
    parser.add_argument(
        "--strict", action="store_true", help="count the errors on bad input too"
    )
    parser.add_argument(
        "--first", action="store_true", help="stop at the first that fails"
    )
    parser.add_argument(
        "--seconds", type=float, default=20.0, help="time limit for each property"
    )
    options = parser.parse_args(arguments)
    try:
        functions = functions_of(options.file)
    except FileNotFoundError:
        parser.exit(2, f"no such file: {options.file}\n")
    if not functions:
        parser.exit(2, f"{options.file} defines no function that the book knows\n")
    start = time.perf_counter()
    reports = []
    for name, function in functions.items():
        limits = {"seconds": options.seconds, "stop_at_first": options.first}
        reports.append(check(function, name, strict=options.strict, **limits))
        if not options.json:
            print(reports[-1], end="\n\n", flush=True)
    passed = all(reports)
    if options.json:
        summary = {
            "passed": passed,
            "seconds": round(time.perf_counter() - start, 3),
            "functions": [asdict(r) | {"passed": r.passed} for r in reports],
        }
        print(json.dumps(summary, indent=2))
    return 0 if passed else 1


if __name__ == "__main__":
    sys.exit(main())
