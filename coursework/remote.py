"""A reader's functions in a process of their own, called as if they were here.

The tests run in this process, the reader's code in another one. So whatever that code
does to its process (endless loops, crashes, `os._exit(0)`, patched libraries, ruined
arguments), it does not do to the tests: it is killed, and the property that was being
checked fails.
"""

import contextlib
import ctypes
import inspect
import multiprocessing
import os
import signal
import sys
import time
import warnings
from collections.abc import Callable, Iterator
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from coursework.carry import book_class
from coursework.signature import described, rebuilt
from coursework.wire import Peer

# A function of a notebook cannot be pickled, but a fork carries it along.
FORKS = "fork" in multiprocessing.get_all_start_methods()
INSIDE = "COURSEWORK_INSIDE"  # set in the environment of the reader's process
LOADING = 20.0  # seconds for a file, at least
MEMORY = 2**31  # bytes, beyond what the process starts with


class Stopped(BaseException):
    """The reader's process was stopped, or ended: the property is over.

    No `Exception`, so that neither a test nor Hypothesis goes on after it.
    """


class Changed(AssertionError):
    """The function changed an argument: its place, or its keyword."""


class Remote:
    """The process that holds a reader's functions; it starts when it is needed.

    `load` runs there, and returns the functions by name and what there is to say
    about them; `seconds` is the time for the calls of a property, and for loading
    (there `LOADING` at least).
    """

    def __init__(
        self,
        load: Callable[[], tuple[dict[str, Callable], Any]],
        seconds: float,
        fork: bool = FORKS,
    ) -> None:
        if not 0 < seconds < 1e6:
            raise ValueError(f"seconds must be positive, got {seconds}")
        self.load, self.seconds = load, seconds
        self.context: Any = multiprocessing.get_context("fork" if fork else "spawn")
        self.process: Any = None
        self.last: tuple | None = None  # name and arguments of the latest call
        self.interrupted = False
        self.signatures: dict[str, inspect.Signature | None] = {}
        self.depth = 0  # calls within calls, by way of the tests' own functions
        self.limit = self.left = seconds

    @property
    def patience(self) -> float:
        """Seconds after which a test of ours that hangs on a result is ended."""
        return 60 + 10 * self.seconds

    def __enter__(self) -> "Remote":
        return self

    def __exit__(self, *_: Any) -> None:
        self.stop()

    def begin(self) -> None:
        """Start the clock of a property."""
        self.limit = self.left = self.seconds
        self.last, self.depth = None, 0
        if self.process:
            self.peer.things.clear()
            self.peer.send("forget")

    def start(self) -> Any:
        """Start the process, and return what `load` has to say."""
        left, self.limit = self.left, max(self.seconds, LOADING)
        self.left = self.limit
        self.pipe, theirs = self.context.Pipe()
        self.peer = Peer(self, trusted=False)
        self.process = self.context.Process(target=_serve, args=(theirs, self.load))
        with warnings.catch_warnings():  # of other threads: the fork uses none
            warnings.simplefilter("ignore", DeprecationWarning)
            self.process.start()
        theirs.close()
        try:
            kind, said, *rest = self.peer.receive()
        except Exception as error:
            kind, said = "failed", str(error)
        if kind != "loaded":
            self.stop()
            raise Stopped(said)
        self.signatures = {name: rebuilt(told) for name, told in rest[0].items()}
        self.limit, self.left = self.seconds, left
        return said

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Return what the reader's function returns, or raise what it raises."""
        if self.interrupted:
            raise KeyboardInterrupt
        if not self.process:
            self.start()
        self.last = name, args, kwargs
        self.depth += 1
        try:
            kind, result = self.peer.request(name, args, kwargs, self.depth == 1)
        except MemoryError:
            self.stop()
            raise Stopped("ran out of memory") from None
        except BaseException as error:
            if not isinstance(error, Exception):  # Ctrl-C, or a test that is over
                self.stop()
            raise
        finally:
            self.depth -= 1
        if kind == "ended":
            self.stop()
            raise Stopped(result)
        if kind == "changed":
            raise Changed(result)
        return result

    def send_bytes(self, data: bytes) -> None:
        """Send to the process; `Stopped` if it has ended."""
        with self._watched():
            self.pipe.send_bytes(data)

    def recv_bytes(self, largest: int) -> bytes:
        """Receive from the process; `Stopped` if it takes too long or has ended."""
        start = time.monotonic()
        with self._watched():
            ready = self.pipe.poll(max(self.left, 0))
            self.left -= time.monotonic() - start
            if ready:
                return self.pipe.recv_bytes(largest)
        self.stop()
        raise Stopped(f"stopped after {self.limit:g} s")

    @contextlib.contextmanager
    def _watched(self) -> Iterator[None]:
        try:
            yield
        except (EOFError, OSError):
            for _ in range(100):  # join would wait without limit: see _fence
                if (code := self.process.exitcode) is not None:
                    break
                time.sleep(0.01)
            self.stop()
            if code is None:
                why = "sent more than the checker takes"
            elif code < 0:
                why = f"crashed: its process died of {signal.Signals(-code).name}"
            else:
                why = f"ended its process with exit code {code}"
            raise Stopped(why) from None

    def stop(self) -> None:
        """Kill the process and all that it started."""
        if self.process:
            process, self.process = self.process, None
            self.pipe.close()
            if hasattr(os, "killpg"):
                with contextlib.suppress(OSError):
                    os.killpg(process.pid, signal.SIGKILL)
            process.kill()
            process.join()


class Local:
    """A function of ours, such as a mutant: trusted, it stays in this process."""

    def __init__(self, function: Callable, seconds: float) -> None:
        self.function, self.seconds, self.patience = function, seconds, seconds
        self.left, self.signatures = seconds, dict[str, inspect.Signature | None]()
        self.last: tuple | None = None
        self.interrupted = False

    def begin(self) -> None:
        self.last = None

    def call(self, name: str, *args: Any, **kwargs: Any) -> Any:
        """Return what the function returns; its errors are the book's."""
        if self.interrupted:
            raise KeyboardInterrupt
        self.last = name, args, kwargs
        try:
            return self.function(*args, **kwargs)
        except Exception as error:
            kind = book_class(type(error).__name__)
            if kind is None or isinstance(error, kind):
                raise
            twin = kind(*error.args)
            vars(twin).update(vars(error))
            raise twin from error


def _serve(pipe: Connection, load: Callable[[], tuple[dict, Any]]) -> None:
    """Load the reader's functions, and serve calls until the pipe closes."""
    try:
        _fence(pipe)
        peer = Peer(pipe, trusted=True)
        try:
            peer.named, said = load()
        except BaseException as error:
            peer.send("failed", str(error) or type(error).__name__)
        else:
            peer.send("loaded", said, {k: described(f) for k, f in peer.named.items()})
            peer.serve()
    finally:
        os._exit(0)  # whatever threads and exit handlers are left


def _fence(pipe: Connection) -> None:
    """Cut this process off from the terminal, and limit its memory."""
    os.environ |= {INSIDE: "1", "MPLBACKEND": "Agg"}
    if hasattr(os, "setsid"):
        os.setsid()
    if sys.platform == "linux":  # ends with the checker, even if that is killed
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)
    if os.name == "posix":
        nowhere = os.open(os.devnull, os.O_RDWR)
        for fd in range(3):
            os.dup2(nowhere, fd)
        os.closerange(3, pipe.fileno())
        os.closerange(pipe.fileno() + 1, 1024)
    sys.stdin = open(os.devnull, encoding="utf-8")  # noqa: SIM115
    sys.stdout = sys.stderr = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    with contextlib.suppress(ImportError, OSError, ValueError):
        import resource

        pages = int(Path("/proc/self/statm").read_text("utf-8").split()[0])
        most = pages * resource.getpagesize() + MEMORY
        resource.setrlimit(resource.RLIMIT_AS, (most, most))
        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
