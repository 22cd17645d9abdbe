"""Stopping a long command between two steps: Ctrl-C or a service manager's SIGTERM asks for it, and what was begun is finished."""

import signal
import threading
import time
from collections.abc import Generator
from contextlib import contextmanager
from types import FrameType


class Stopping:
    """Whether somebody has asked to stop. Call it to know."""

    def __init__(self) -> None:
        self._asked = threading.Event()
        self._began = time.monotonic()

    def __call__(self) -> bool:
        """Whether to stop now."""
        return self._asked.is_set()

    def ask(self) -> None:
        """Stop at the next chance."""
        self._asked.set()

    def wait(self, seconds: float) -> bool:
        """Let some time pass, less when somebody asks to stop. True when somebody has."""
        return self._asked.wait(seconds)

    def pace(self, done: int, rate: int) -> None:
        """Wait until `done` steps are due at `rate` steps a second; 0 does not wait."""
        if rate:
            self.wait(max(self._began + done / rate - time.monotonic(), 0.0))


@contextmanager
def stopping() -> Generator[Stopping]:
    """Turn SIGINT and SIGTERM into a request to stop; a second one ends the program at once."""
    stop = Stopping()
    usual = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}

    def asked(number: int, frame: FrameType | None) -> None:  # noqa: ARG001 (the signature is the signal module's)
        stop.ask()
        signal.signal(number, usual[signal.Signals(number)])

    for number in usual:
        signal.signal(number, asked)
    try:
        yield stop
    finally:
        for number, handler in usual.items():
            signal.signal(number, handler)
