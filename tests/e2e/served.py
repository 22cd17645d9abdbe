"""A server in a process of its own, as a person starts it, that can be killed and started again on the same home."""

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from tests.small_bank import SmallBank

COMMAND = (sys.executable, "-c", "from server.cli import main; main()")
_START_SECONDS = 120


def free_port() -> int:
    """A port nobody listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def until(holds: Callable[[], Any], seconds: float = 30, every: float = 0.02) -> Any:
    """Wait until `holds()` is true, and give what it says."""
    end = time.monotonic() + seconds
    while not (found := holds()):
        assert time.monotonic() < end, f"waited {seconds} s in vain"
        time.sleep(every)
    return found


class Served:
    """One server process after another over one home, always on the same port."""

    def __init__(self, bank: SmallBank, log: Path, settings: Mapping[str, str]) -> None:
        self.bank, self.log, self.port, self.settings = bank, log, free_port(), settings
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def host(self) -> str:
        return f"127.0.0.1:{self.port}"

    @property
    def address(self) -> str:
        return f"http://{self.host}"

    def start(self) -> None:
        """Start the process unless it runs; returns when it can answer questions."""
        if self._process is not None:
            return
        environment = {**os.environ, **self.bank.environment, **self.settings}
        with self.log.open("ab") as log:
            self._process = subprocess.Popen([*COMMAND, "serve", "--port", str(self.port)], env=environment, stdout=log, stderr=log)
        until(lambda: self._answers("/healthz"), _START_SECONDS, 0.1)
        until(lambda: self._answers("/readyz"), _START_SECONDS, 0.2)

    def _answers(self, path: str) -> bool:
        assert self._process is not None
        assert self._process.poll() is None, self.log.read_text()
        try:
            return httpx.get(self.address + path).status_code == 200
        except httpx.TransportError:
            return False

    def kill(self) -> None:
        """SIGKILL: nothing of the process gets to say goodbye."""
        self._end(signal.SIGKILL)

    def stop(self) -> int:
        """SIGTERM, as a service manager does. Gives the exit status."""
        return self._end(signal.SIGTERM)

    def _end(self, how: signal.Signals) -> int:
        if self._process is None:
            return 0
        self._process.send_signal(how)
        status = self._process.wait(60)
        self._process = None
        return status


@contextmanager
def served(bank: SmallBank, log: Path, **settings: str) -> Iterator[Served]:
    """A started server with further settings, ended at the end."""
    server = Served(bank, log, settings)
    try:
        server.start()
        yield server
    finally:
        server.kill()
