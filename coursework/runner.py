"""Run properties of the book on a function, and say what became of each.

pytest and Hypothesis run the tests here, in a process that the reader's code does not
enter; the function under test is a `coursework.remote.Remote`.
"""

import contextlib
import ctypes
import dataclasses
import inspect
import io
import signal
import threading
import typing
from collections.abc import Callable, Iterator
from typing import Any

import hypothesis
import pytest

from coursework.layout import ROOT, Property
from coursework.remote import Changed, Local, Remote, Stopped
from coursework.report import Verdict
from coursework.subjects import reference_function
from coursework.values import edge_of, example_of, fitted, shown

OPTIONS = [
    "-q", "-p", "no:cacheprovider", "-p", "no:doctest", "-p", "no:xdist",
    "-o", "addopts=", "--import-mode=importlib", "--rootdir", str(ROOT),
    "-c", str(ROOT / "pyproject.toml"), "--tb=no",
    "--capture=sys",  # what we say on the way goes through
]  # fmt: skip


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
        self.parameters = list(inspect.signature(self.reference).parameters)
        self.ordinary = ordinary  # let Hypothesis look away from edge cases
        self.verdicts: dict[str, Verdict] = {}
        self.trouble = ""

    def run(self, properties: list[Property], options: list[str]) -> None:
        nodes = dict.fromkeys(str(ROOT / p.node) for p in properties)
        with contextlib.redirect_stdout(io.StringIO()), _ctrl_c(self.remote):
            code = pytest.main([*OPTIONS, *options, *nodes], plugins=[self])
        interrupted = code == pytest.ExitCode.INTERRUPTED and not self.trouble
        if interrupted or self.remote.interrupted:
            raise KeyboardInterrupt

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        if self.ordinary and self.item and edge_of(self.reference, args, kwargs):
            hypothesis.reject()
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
        self.alarm = _Alarm(self.remote.patience)

    def pytest_runtest_teardown(self, item: Any) -> None:
        self.alarm.cancel()

    def pytest_runtest_makereport(self, item: Any, call: Any) -> None:
        if call.when == "teardown" or (call.when == "setup" and not call.excinfo):
            return
        error = call.excinfo.value if call.excinfo else None
        # Of several failures, the one with the shortest example.
        while isinstance(error, BaseExceptionGroup):
            error = min(error.exceptions, key=lambda e: len(example_of(e)))
        old = self.verdicts[item.nodeid]
        found: dict[str, Any] = {}
        if error is not None:
            problem = str(error) or f"stopped after {self.remote.patience:g} s"
            if not isinstance(error, Stopped):
                problem = f"{type(error).__name__}: {error}".strip()
            lines = [line[:200] for line in problem.splitlines()[:12]]
            where = getattr(error, "place", "")
            found["problem"] = "\n".join([*lines, where] if where else lines)
            parts = [example_of(error)]
            if self.remote.last:
                _, args, kwargs = self.remote.last
                parts.append("in the call " + shown(self.reference, args, kwargs))
                found["edge"] = edge_of(self.reference, args, kwargs)
            found["example"] = "\n".join(filter(None, parts))
        self.verdicts[item.nodeid] = dataclasses.replace(
            old,
            passed=error is None,
            seconds=max(round(call.duration, 3), 0.001),
            **({"problem": ""} | found),
        )


@contextlib.contextmanager
def _ctrl_c(remote: Remote | Local) -> Iterator[None]:
    """Note Ctrl-C: where it falls into a callback of Hypothesis, that swallows it."""

    def note(*_: Any) -> None:
        remote.interrupted = True
        raise KeyboardInterrupt

    old = signal.getsignal(signal.SIGINT)
    main = threading.current_thread() is threading.main_thread()
    if not main or old in (signal.SIG_IGN, None):
        yield
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield
    finally:
        signal.signal(signal.SIGINT, old)


class _Alarm:
    """Ends a test that does not end by itself, on whatever a function returned."""

    def __init__(self, seconds: float) -> None:
        self.runner = ctypes.c_ulong(threading.get_ident())
        self.over = threading.Event()
        self.thread = threading.Thread(target=self.ring, args=(seconds,), daemon=True)
        self.thread.start()

    def ring(self, seconds: float) -> None:
        while not self.over.wait(seconds):  # again, if the first was swallowed
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                self.runner, ctypes.py_object(Stopped)
            )
            seconds = 1.0

    def cancel(self) -> None:
        self.over.set()
        self.thread.join()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(self.runner, None)
