"""CPU until the server first says that it is healthy, against importing the libraries of the stack eagerly: `personaforge bench start`.

Both sides are child processes of this Python and alternate, so that the ratio holds whatever else the machine does. CPU is user and
system time of all threads, up to the moment of the first answer of `/healthz` with 200. The home folder is set up beforehand by one
start that does not count: keys and database are made once in the life of a bank. Needs /proc, so Linux.
"""

import json
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from pathlib import Path

TARGET = 0.5
ROUNDS = 5
LONGEST_START_SECONDS = 120
#: The libraries that a server which loads everything at start would load: those of the stack, by the names its authors list.
EAGER = (
    "import fastapi, uvicorn, websockets, sqlmodel, langgraph.graph, langchain, langchain_openai, chromadb, xgboost, pandas, openai, "
    "onnxruntime, sklearn"
)
SERVE = "from server.cli import main; main()"
CHECKOUT = Path(__file__).parents[1]


def eager_cpu_seconds() -> float:
    """CPU of a process that imports everything and ends."""
    child = subprocess.Popen([sys.executable, "-c", EAGER], cwd=CHECKOUT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, status, used = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise SystemExit("The libraries cannot be imported. Run `make install` first.")
    return used.ru_utime + used.ru_stime


def start_cpu_seconds(home: Path) -> float:
    """CPU that a server has used when it first answers that it is healthy."""
    port = _free_port()
    own = {name: value for name, value in os.environ.items() if not name.startswith(("PERSONAFORGE_", "OPENAI_"))}
    child = subprocess.Popen(
        [sys.executable, "-c", SERVE, "serve", "--port", str(port)],
        cwd=CHECKOUT,
        env={**own, "PERSONAFORGE_HOME": str(home)},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_healthy(child, port)
        return _cpu_seconds(child.pid)
    finally:
        child.kill()
        child.wait()


def _wait_until_healthy(child: "subprocess.Popen[bytes]", port: int) -> None:
    end = time.monotonic() + LONGEST_START_SECONDS
    while time.monotonic() < end and child.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                if answer.status == 200:
                    return
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            time.sleep(0.005)
    raise SystemExit("The server did not become healthy. Run `personaforge serve` to see why.")


def _cpu_seconds(pid: int) -> float:
    """User and system time of a process and all its threads so far (fields 14 and 15 of /proc/PID/stat)."""
    fields = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _free_port() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def main() -> None:
    """Measure in turns and print one JSON object."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        start_cpu_seconds(home)
        eager_cpu_seconds()
        rounds = [(start_cpu_seconds(home), eager_cpu_seconds()) for _ in range(ROUNDS)]
    start, eager = (statistics.median(side) for side in zip(*rounds, strict=True))
    ratio = start / eager
    print(
        json.dumps(
            {
                "benchmark": "start",
                "start_cpu_seconds": round(start, 3),
                "eager_cpu_seconds": round(eager, 3),
                "rounds": ROUNDS,
                "ratio": round(ratio, 3),
                "target": TARGET,
                "met": ratio <= TARGET,
            }
        )
    )


if __name__ == "__main__":
    main()
