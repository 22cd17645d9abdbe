"""Log lines in JSON that hold ids, codes and durations, and no text: what people wrote, who they are and what they own stays out.

Our own code logs an event name and named fields: `log.info("run_finished", extra={"run_id": run, "ms": 812})`. Only the fields of
`FIELDS` are written, and only values that look like an id, a number or a name of ours. Of a library's line only its place in the
source is kept, because nobody can know what its message holds. Of an exception the type and the places are kept, not its words.
"""

import json
import logging
import re
import sys
import traceback
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import TextIO

from server.settings import LogLevel

FIELDS: tuple[str, ...] = (
    "run_id", "thread_id", "job_id", "record_id", "incident", "code", "outcome", "kind", "method", "route", "status", "ms",
    "count", "attempt", "seq", "specialist", "tool", "step", "rule", "model", "source", "port",
)  # fmt: skip

_OUR_PACKAGES = ("server", "agent", "knowledge", "tools", "personaforge")
_EVENT = re.compile(r"[a-z][a-z0-9_]{0,63}")
# Ids, codes, route templates and names of ours; no spaces, no quotes, no @, so that no sentence and no address of a person fits.
_VALUE = re.compile(r"[A-Za-z0-9_.:/{}+-]{1,120}")
_ROOT = Path(__file__).parent.parent
_FRAMES = 12

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class JsonLines(logging.Formatter):
    """One line of JSON for one record."""

    def format(self, record: logging.LogRecord) -> str:
        """The line. It never holds a line break, so that no field can forge another line."""
        line: dict[str, object] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            **_what(record),
            **_fields(record.__dict__),
        }
        if record.exc_info:
            line.update(_failure(record.exc_info))
        return json.dumps(line, ensure_ascii=True)


def configure_logging(level: LogLevel = "info", stream: TextIO | None = None) -> None:
    """Send every log line of this process to `stream` (standard error when None) as JSON. Replaces earlier handlers."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    handler.setLevel(level.upper())  # some libraries set their own logger lower when they are imported
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    # The server's own loggers come with handlers that would print the address and query of every request.
    for name in ("uvicorn", "uvicorn.error", "uvicorn.access"):
        logger = logging.getLogger(name)
        logger.handlers.clear()
        logger.propagate = name != "uvicorn.access"


def _what(record: logging.LogRecord) -> dict[str, object]:
    ours = record.name.partition(".")[0] in _OUR_PACKAGES
    if ours and isinstance(record.msg, str) and _EVENT.fullmatch(record.msg) and not record.args:
        return {"event": record.msg}
    return {"event": "unnamed" if ours else "library", "place": f"{record.filename}:{record.lineno}"}


def _fields(given: Mapping[str, object]) -> dict[str, object]:
    return {name: _plain(given[name]) for name in FIELDS if given.get(name) is not None}


def _plain(value: object) -> object:
    if isinstance(value, bool | int | float):
        return value
    if isinstance(value, str) and _VALUE.fullmatch(value):
        return value
    return "withheld"


def _failure(exc_info: _ExcInfo) -> dict[str, object]:
    kind, error, trace = exc_info
    if kind is None or error is None:
        return {}
    frames = traceback.extract_tb(trace)[-_FRAMES:]
    cause = error.__cause__
    found: dict[str, object] = {"error": kind.__name__, "trace": [f"{_short(f.filename)}:{f.lineno} {f.name}" for f in frames]}
    if cause is not None:
        found["cause"] = type(cause).__name__
    return found


def _short(filename: str) -> str:
    path = Path(filename)
    return path.relative_to(_ROOT).as_posix() if path.is_relative_to(_ROOT) else f"{path.parent.name}/{path.name}"
