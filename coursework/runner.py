"""Run properties of the book on a function, and say what became of each.

pytest and Hypothesis run the tests here, in a process that the reader's code does not
enter; the function under test is a `coursework.remote.Remote`.
"""

import contextlib
import dataclasses
import functools
import inspect
import io
import time
import typing
from collections.abc import Callable
from typing import Any

import hypothesis
import pytest
from hypothesis.errors import HypothesisException

from coursework.layout import ROOT, Property
from coursework.limits import Alarm, ctrl_c
from coursework.remote import Changed, Local, Remote, Stopped
from coursework.report import Verdict
from coursework.signature import refused
from coursework.subjects import reference_function
from coursework.values import drawn, edge_of, example_of, expecting, fitted, shown

OPTIONS = [
    "-q", "-p", "no:cacheprovider", "-p", "no:doctest",
    "--disable-plugin-autoload",  # what else is installed has no say, and takes time
    "-p", "no:unraisableexception",  # it collects garbage five times a trial
    "-o", "addopts=", "--import-mode=importlib", "--rootdir", str(ROOT),
    "-c", str(ROOT / "pyproject.toml"), "--tb=no",
    "--capture=sys",  # what we say on the way goes through
]  # fmt: skip
SHRINKING = 5.0  # seconds for a smaller example, once there is one


class Enough(Stopped):
    """The time for a smaller, or for an ordinary example is over."""


@dataclasses.dataclass
class Failure:
    """A failed example: its error, what Hypothesis drew, the latest call."""

    error: BaseException
    text: str
    call: tuple | None


def run(
    remote: Remote | Local,
    name: str,
    properties: list[Property],
    *,
    stop_at_first: bool = False,
    progress: Callable[[str, int, int], None] = lambda *_: None,
) -> list[Verdict]:
    """Return one verdict for each test of the properties; "not run" fails too."""
    if not properties:
        return []
    tests = _Tests(remote, name, progress)
    tests.run(properties, ["--maxfail=1"] if stop_at_first else [])
    verdicts = list(tests.verdicts.values())
    for p in properties:
        if not any(node.partition("[")[0] == p.node for node in tests.verdicts):
            why = f"not run: {tests.trouble or 'pytest did not come to it'}"
            verdicts.append(Verdict(p.id, p.statement, False, problem=why, test=p.test))
    if stop_at_first and any(v.seconds and not v.passed for v in verdicts):
        return [v for v in verdicts if v.seconds]  # the others were not meant to run
    edges = {node.partition("[")[0] for node, v in tests.verdicts.items() if v.edge}
    if edges and not stop_at_first:
        # Where an ordinary example fails as well, show that one.
        again = _Tests(remote, name, progress, ordinary=True)
        again.run([p for p in properties if p.node in edges], [])
        for k, node in enumerate(tests.verdicts):
            other = again.verdicts.get(node)
            if verdicts[k].edge and other and other.example and not other.passed:
                verdicts[k] = other
    return verdicts


class _Tests:
    """One run of pytest: a plugin that puts the function under test."""

    def __init__(
        self,
        remote: Remote | Local,
        name: str,
        progress: Callable[[str, int, int], None],
        ordinary: bool = False,
    ) -> None:
        self.remote, self.name, self.progress = remote, name, progress
        self.reference = reference_function(name)
        self.hints = typing.get_type_hints(self.reference)
        # Also what a loop of the book sees that asks a function for its parameters.
        self.__signature__ = inspect.signature(self.reference)
        self.parameters = list(self.__signature__.parameters)
        self.ordinary = ordinary  # let Hypothesis look away from edge cases
        self.verdicts: dict[str, Verdict] = {}
        self.trouble = ""
        self.first: Failure | None = None  # of the test that runs
        self.smallest: Failure | None = None

    def run(self, properties: list[Property], options: list[str]) -> None:
        nodes = dict.fromkeys(str(ROOT / p.node) for p in properties)
        quiet = contextlib.redirect_stdout(io.StringIO())
        with quiet, ctrl_c(self.remote), expecting():
            code = pytest.main([*OPTIONS, *options, *nodes], plugins=[self])
        interrupted = code == pytest.ExitCode.INTERRUPTED and not self.trouble
        if interrupted or self.remote.interrupted:
            raise KeyboardInterrupt

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.ordinary and self.item and edge_of(self.reference, args, kwargs):
            hypothesis.reject()
        theirs = self.remote.signatures.get(self.name)
        if theirs and (line := refused(theirs, repr(self), args, kwargs)):
            self.remote.last = None
            raise Stopped(line)  # no example is smaller
        try:
            result = self.remote.call(self.name, *args, **kwargs)
        except Changed as change:
            (key,) = change.args
            key = key if isinstance(key, str) else self.parameters[key]
            raise AssertionError(f"changes its argument {key}") from None
        return fitted(result, self.hints)

    def __repr__(self) -> str:  # what pytest shows of a failed call
        return self.name.partition(".")[2]

    # -------------------------------------------------------------- hooks of pytest

    def pytest_fixture_setup(self, fixturedef: Any, request: Any) -> Any:
        if fixturedef.argname != "subject":
            return None
        key = fixturedef.cache_key(request)
        fixturedef.cached_result = (self.look_up, key, None)
        return self.look_up

    def look_up(self, name: str) -> Callable:
        return self if name == self.name else reference_function(name)

    def pytest_collectreport(self, report: Any) -> None:
        if report.outcome != "passed":
            lines = str(report.longrepr).strip().splitlines()
            self.trouble = self.trouble or (lines[-1] if lines else report.outcome)

    def pytest_collection_finish(self, session: Any) -> None:
        self.total = len(session.items)
        for item in session.items:
            number, statement = next(item.iter_markers("prop")).args
            self.verdicts[item.nodeid] = Verdict(
                number, statement, False, problem="not run", test=item.name
            )

    def pytest_runtest_call(self, item: Any) -> None:
        self.remote.begin()
        hypothetical = hasattr(item.obj, "hypothesis")
        self.item = item if hypothetical else None
        done = sum(v.seconds > 0 for v in self.verdicts.values())
        self.progress(self.verdicts[item.nodeid].property, done + 1, self.total)
        self.alarm = Alarm(self.remote.patience)
        self.first = self.smallest = None
        self.until = time.monotonic() + self.remote.seconds
        if hypothetical:  # Hypothesis lets others replace the function that it calls
            self.inner = inner = item.obj.hypothesis.inner_test
            item.obj.hypothesis.inner_test = functools.wraps(inner)(
                lambda **kwargs: self.watch(inner, kwargs)
            )

    def watch(self, inner: Callable, kwargs: dict) -> None:
        """Run the test on an example, and keep it if it fails."""
        if (self.first or self.ordinary) and time.monotonic() > self.until:
            raise Enough
        try:
            inner(**kwargs)
        except HypothesisException:
            raise
        except (Exception, pytest.fail.Exception) as error:
            failure = Failure(error, drawn(kwargs), self.remote.last)
            if not self.smallest:
                self.first = self.smallest = failure
                self.until = time.monotonic() + SHRINKING
                self.remote.left = SHRINKING
                self.alarm.cancel()
                self.alarm = Alarm(2 * SHRINKING)
            elif len(failure.text) <= len(self.smallest.text):
                self.smallest = failure
            raise

    def pytest_runtest_teardown(self, item: Any) -> None:
        self.alarm.cancel()
        if self.item:
            item.obj.hypothesis.inner_test = self.inner

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        if call.when == "teardown" or (call.when == "setup" and not call.excinfo):
            return
        error = call.excinfo.value if call.excinfo else None
        if isinstance(error, Enough) and not self.first:
            return  # no ordinary example was found
        text, last = "", self.remote.last
        if self.first and isinstance(error, Stopped | HypothesisException):
            flaky = isinstance(error, HypothesisException) and not self.alarm.rang
            kept = self.first if flaky else self.smallest or self.first
            error, text, last = kept.error, kept.text, kept.call
        elif isinstance(error, HypothesisException) and self.alarm.rang:
            error = Stopped()
        # Of several failures, the one with the shortest example.
        while isinstance(error, BaseExceptionGroup):
            error = min(error.exceptions, key=lambda e: len(example_of(e)))
        old = self.verdicts[item.nodeid]
        found: dict[str, Any] = {}
        if error is not None:
            problem = str(error) or f"stopped after {self.remote.patience:g} s"
            if isinstance(error, HypothesisException):
                problem = f"the checker found no example to try: {problem}"
            elif not isinstance(error, Stopped):
                problem = f"{type(error).__name__}: {error}".strip()
            if wanted := getattr(error, "wanted", ""):
                problem = f"expected {wanted}, got {problem}"
            lines = [line[:200] for line in problem.splitlines()[:12]]
            where = getattr(error, "place", "")
            found["problem"] = "\n".join([*lines, where] if where else lines)
            parts = [text or example_of(error)]
            if last:
                _, args, kwargs = last
                parts.append("in the call " + shown(self.reference, args, kwargs))
                found["edge"] = edge_of(self.reference, args, kwargs)
            found["example"] = "\n".join(filter(None, parts))
        self.verdicts[item.nodeid] = dataclasses.replace(
            old,
            passed=error is None,
            seconds=max(round(call.duration, 3), 0.001),
            **({"problem": ""} | found),
        )
