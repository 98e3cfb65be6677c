"""What crosses between the tests and a reader's process: data, and calls.

Both ends are alike: a `Peer` sends calls, and answers those that come back while it
waits, since functions stay where they are (`coursework.carry`).
"""

import builtins
import contextlib
import io
import pickle
import sys
import traceback
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np

from coursework.carry import TAKES, Reader, Writer, book_class

ATOMS = (bool, int, float, complex, str, bytes, type(None), np.generic)
LARGEST = 2**28  # bytes of one message


class Peer:
    """One end of the pipe; `trusted` says whether the *other* end is."""

    def __init__(self, connection: Any, *, trusted: bool) -> None:
        self.connection, self.trusted = connection, trusted
        self.named: dict[str, Callable] = {}  # what the other end may call
        self.things: list[Any] = []  # by number
        self.rngs: list[np.random.Generator] = []  # shared in the call that runs
        self.given: list[list] = [[]]  # the arguments of the calls that run

    def send(self, *message: Any, fresh: bool = False) -> None:
        """Send a message; before it, the shared generators' states and the memory."""
        if fresh:
            self.rngs.clear()
        body = self.written(message, self.given[-1])
        states = [rng.bit_generator.state for rng in self.rngs]
        memory = tracemalloc.get_traced_memory()[1] if tracemalloc.is_tracing() else -1
        self.connection.send_bytes(pickle.dumps((fresh, states, memory)) + body)

    def receive(self) -> tuple:
        """Return the next message."""
        file = io.BytesIO(self.connection.recv_bytes(LARGEST))
        try:
            fresh, states, memory = Reader(file, self).load()
            if fresh:
                self.rngs.clear()
            for k, state in enumerate(states):
                if k == len(self.rngs):
                    kind = getattr(np.random, state["bit_generator"])
                    self.rngs.append(np.random.Generator(kind()))
                self.rngs[k].bit_generator.state = state
            self._trace(memory)
            return Reader(file, self).load()
        except Exception as error:
            raise TypeError(f"returned what the checker cannot take: {error}") from None

    def _trace(self, memory: int) -> None:
        """Where a test measures memory, let what the reader's code took count too."""
        if not self.trusted:
            bytes(min(max(memory, 0), LARGEST))
        elif memory < 0:
            tracemalloc.stop()
        elif not tracemalloc.is_tracing():
            tracemalloc.start()

    def request(
        self, target: str | int, args: tuple, kwargs: dict, fresh: bool = False
    ) -> Any:
        """Return what a function of the other end returns, or raise what it raises.

        For one that is called by its name: how that went, and what came of it.
        """
        self.send("call", target, args, kwargs, fresh=fresh)
        if not isinstance(target, str):
            return _value(*self.serve())
        with self._giving([*args, *kwargs.values()]):
            kind, *content = self.serve()
        return kind, _value(kind, *content)

    def attribute(self, number: int, name: str) -> Any:
        """Return an attribute of a function of the other end."""
        self.send("get", number, name)
        return _value(*self.serve())

    def serve(self) -> tuple:
        """Answer calls until something else comes, and return that."""
        while True:
            message = self.receive()
            if message[0] == "forget":
                self.things.clear()
            elif message[0] == "call":
                self._answer(*message[1:])
            elif message[0] == "get" and self.trusted:
                number, name = message[1:]
                self.send(*self._outcome(getattr, (self.things[number], name), {}))
            else:
                return message

    @contextlib.contextmanager
    def _giving(self, values: list) -> Iterator[None]:
        # An argument that comes back is the argument itself, not a copy.
        self.given.append([v for v in values if not isinstance(v, ATOMS)])
        try:
            yield
        finally:
            self.given.pop()

    def _answer(self, target: str | int, args: tuple, kwargs: dict) -> None:
        if not isinstance(target, str):
            self.send(*self._outcome(self.things[target], args, kwargs))
            return
        # A reader's function must leave its arguments as they are.
        given = {**dict(enumerate(args)), **kwargs}
        before = {key: self.written(value) for key, value in given.items()}
        with self._giving(list(given.values())):
            answer = self._outcome(self.named[target], args, kwargs)
            changed = [k for k, v in given.items() if self.written(v) != before[k]]
            self.send(*(("changed", changed[0]) if changed else answer))

    def _outcome(self, function: Callable, args: tuple, kwargs: dict) -> tuple:
        try:
            result = function(*args, **kwargs)
        except Exception as error:
            kinds = [kind.__name__ for kind in type(error).__mro__]
            answer = "error", kinds, error.args, vars(error), place(error)
            try:
                self.written(answer)
            except Exception:  # some part of it cannot travel
                answer = "error", kinds, (str(error),), {}, place(error)
            return answer
        except BaseException as error:
            if not self.trusted:  # a test of ours has ended, and with it all this
                raise
            return "ended", f"raised {type(error).__name__}"
        try:
            self.written(result)
        except Exception:
            what = f"returned a {type(result).__name__}; {TAKES}"
            return "error", ["TypeError"], (what,), {}, ""
        return "value", result

    def written(self, value: Any, given: list | None = None) -> bytes:
        """Return the bytes of a value; what was given travels by its place."""
        file = io.BytesIO()
        Writer(file, self, given or []).dump(value)
        return file.getvalue()


def _value(kind: str, *content: Any) -> Any:
    if kind == "error":
        raise _error(*content)
    return content[0]


def _error(kinds: list[str], args: tuple, attributes: dict, where: str) -> Exception:
    """Return the twin of an error of the other end."""
    error = RuntimeError(": ".join([kinds[0], *map(str, args)]))
    for name in kinds:
        kind = (
            book_class(name)
            or getattr(builtins, name, None)
            or getattr(np.linalg, name, None)
        )
        if (
            isinstance(kind, type)
            and issubclass(kind, Exception)
            and name != "Exception"
        ):
            for given in (args, (" ".join(map(str, args)),)):  # or its own arguments
                with contextlib.suppress(TypeError):
                    error = kind(*given)
                    break
            else:
                continue
            break
    vars(error).update(attributes)
    error.__dict__["place"] = where
    return error


def place(error: BaseException) -> str:
    """Say in which line of the reader's file an error arose, if it did there."""
    here = Path(__file__).resolve().parents[1]
    ours = *(str(here / part) for part in ("coursework", "reference")), "<frozen"
    theirs = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not frame.filename.startswith((*ours, sys.prefix, sys.base_prefix))
    ]
    if not theirs:
        return ""
    name = Path(theirs[-1].filename).name
    name = "your cell" if "ipykernel" in theirs[-1].filename else name
    return f"in line {theirs[-1].lineno} of {name}"
