"""Event sources without a broker: a file of JSON lines, a folder in which such files appear and grow, and events made by the program."""

import hashlib
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import BinaryIO

from server.store.stream_positions import StreamPosition, StreamPositions
from server.stream.message import LONGEST
from server.stream.port import NOTHING_NEW, EventBatch
from tools.errors import UsageError

#: Messages given in one go: a customer with several of them is scored once. A third of a second of writing, which the server beside waits for.
BATCH = 10_000
_POLL_SECONDS = 0.5


class FileSource:
    """The lines of one file, from where the last reader of the same file stopped."""

    def __init__(self, path: Path, positions: StreamPositions, size: int = BATCH) -> None:
        """`path` may be relative; the same file by another path is another stream, whose known events are taken once all the same."""
        self._path = path
        self._positions = positions
        self._size = size
        self._stream = f"file:{path.absolute()}"

    def batches(self) -> Iterator[EventBatch]:
        """Batches up to the end of the file as it is now; a last line without an end is a line.

        Raises:
            UsageError: the file cannot be read (`bad_file`).
        """
        try:
            mark = _mark(self._path)
            start = _start(self._positions.read(self._stream).get(self._path.name), mark, self._path)
        except OSError as error:
            raise _unreadable(self._path, error) from error
        while batch := _read(self._path, start, mark, self._size, unfinished=True):
            yield batch
            start = batch.positions[0].position

    def commit(self, batch: EventBatch) -> None:
        """Note how far the file was read."""
        self._positions.keep(self._stream, batch.positions)


class FolderSource:
    """Every `*.jsonl` file of a folder, each a partition: those that are there, and what is appended or added later."""

    def __init__(self, folder: Path, positions: StreamPositions, size: int = BATCH, wait: Callable[[float], object] = time.sleep) -> None:
        """`wait` is how the time between two looks at the folder passes, in seconds."""
        self._folder = folder
        self._positions = positions
        self._size = size
        self._wait = wait
        self._stream = f"folder:{folder.absolute()}"

    def batches(self) -> Iterator[EventBatch]:
        """Batches without end. A line that is still being written is left until its end is there.

        Raises:
            UsageError: the folder cannot be read (`bad_file`).
        """
        if not self._folder.is_dir():
            raise UsageError(f"{self._folder} is no folder that can be read. Make it, or correct PERSONAFORGE_STREAM.", code="bad_file")
        places = self._positions.read(self._stream)
        while True:
            given = False
            for path in sorted(self._folder.glob("*.jsonl")):
                batch = self._next(path, places.get(path.name))
                if batch is not None:
                    given = True
                    places[path.name] = batch.positions[0]
                    yield batch
            if not given:
                self._wait(_POLL_SECONDS)
                yield NOTHING_NEW

    def _next(self, path: Path, place: StreamPosition | None) -> EventBatch | None:
        try:
            mark = _mark(path)
            return _read(path, _start(place, mark, path), mark, self._size, unfinished=False)
        except FileNotFoundError:
            return None  # it was moved away since the folder was listed
        except OSError as error:
            raise _unreadable(path, error) from error

    def commit(self, batch: EventBatch) -> None:
        """Note how far the files were read."""
        if batch.positions:
            self._positions.keep(self._stream, batch.positions)


class MadeSource:
    """Batches that the program makes itself, such as the days that a generated bank lives on. What was taken before is known."""

    def __init__(self, days: Iterable[Sequence[bytes]], size: int = BATCH) -> None:
        """`days` are events that belong together: no batch holds events of two of them."""
        self._days = days
        self._size = size

    def batches(self) -> Iterator[EventBatch]:
        """Batches until there are no more events."""
        for day in self._days:
            for start in range(0, len(day), self._size):
                yield EventBatch(tuple(day[start : start + self._size]))

    def commit(self, batch: EventBatch) -> None:
        """Nothing to note: the events are made again, and known."""


def _line(file: BinaryIO) -> bytes:
    """The next line; of one that is longer than any event, the beginning."""
    line = file.readline(LONGEST + 2)
    end = line
    while len(end) == LONGEST + 2 and not end.endswith(b"\n"):
        end = file.readline(LONGEST + 2)
    return line if end is line else line + b"\n" * end.endswith(b"\n")


def _mark(path: Path) -> str:
    """Recognises a file by its first line, whatever is appended to it."""
    with path.open("rb") as file:
        line = file.readline(LONGEST)
    # A first line that is still being written will be another one.
    return hashlib.blake2b(line, digest_size=12).hexdigest() if line.endswith(b"\n") else ""


def _start(place: StreamPosition | None, mark: str, path: Path) -> int:
    same = place is not None and (not place.mark or place.mark == mark) and place.position <= path.stat().st_size
    return place.position if place is not None and same else 0


def _read(path: Path, start: int, mark: str, size: int, unfinished: bool) -> EventBatch | None:
    """The next lines from a position, or None when there is none. `unfinished` takes a last line without an end, too."""
    bodies: list[bytes] = []
    with path.open("rb") as file:
        file.seek(start)
        end = start
        while len(bodies) < size and (line := _line(file)):
            if not line.endswith(b"\n") and not unfinished:
                break
            end = file.tell()
            if body := line.strip():
                bodies.append(body)
    return EventBatch(tuple(bodies), (StreamPosition(partition=path.name, position=end, mark=mark),)) if end > start else None


def _unreadable(path: Path, error: OSError) -> UsageError:
    return UsageError(f"{path} cannot be read: {error.strerror}. Give files of JSON lines that may be read.", code="bad_file")
