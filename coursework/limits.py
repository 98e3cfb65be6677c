"""What ends a run of the tests from outside: Ctrl-C, and an alarm clock."""

import contextlib
import ctypes
import signal
import threading
from collections.abc import Iterator
from typing import Any

from coursework.remote import Local, Remote, Stopped


@contextlib.contextmanager
def ctrl_c(remote: Remote | Local) -> Iterator[None]:
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


class Alarm:
    """Ends a test that does not end by itself, on whatever a function returned."""

    def __init__(self, seconds: float) -> None:
        self.runner = ctypes.c_ulong(threading.get_ident())
        self.over, self.rang = threading.Event(), False
        self.thread = threading.Thread(target=self.ring, args=(seconds,), daemon=True)
        self.thread.start()

    def ring(self, seconds: float) -> None:
        while not self.over.wait(seconds):  # again, if the first was swallowed
            self.rang = True
            ctypes.pythonapi.PyThreadState_SetAsyncExc(
                self.runner, ctypes.py_object(Stopped)
            )
            seconds = 1.0

    def cancel(self) -> None:
        self.over.set()
        self.thread.join()
        ctypes.pythonapi.PyThreadState_SetAsyncExc(self.runner, None)
