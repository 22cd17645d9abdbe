"""One reader of one run: gives what is new at the reader's own pace, from memory while the run is live, else from the store."""

from collections.abc import Awaitable, Callable
from typing import NamedTuple

from server.error_codes import recognised
from server.protocol import Event, Failure, Gap, events_text, frame_text
from server.run_log import RunLog
from server.telling import LAST

#: Most events of one frame, so that a long catch-up neither fills a socket's buffer nor keeps other runs waiting.
AT_ONCE = 256

ReadKept = Callable[[int], Awaitable[tuple[tuple[int, Event], ...]]]


class Piece(NamedTuple):
    """Events from number `seq` on; `lost` says that the ones before it are gone."""

    seq: int
    events: list[Event]
    lost: bool = False


class Follower:
    """Reads a run behind an event number. A run that this server does not work on is read from the store alone."""

    def __init__(self, run_id: str, after: int, *, log: RunLog | None, read_kept: ReadKept) -> None:
        self.run_id = run_id
        self.position = after
        self.done = False
        self._log = log
        self._read_kept = read_kept
        self._kept: list[tuple[int, Event]] = []

    def listen(self, listener: Callable[[], None]) -> None:
        """Have `listener` called when there is more."""
        if self._log is not None:
            self._log.listen(listener)

    def unlisten(self, listener: Callable[[], None]) -> None:
        """Stop calling it."""
        if self._log is not None:
            self._log.unlisten(listener)

    async def take(self) -> Piece | None:
        """The next events that are there, None when there are none now; `done` says that none will come."""
        closed = self._log is None or self._log.closed
        piece = self._from_memory() or await self._from_store()
        if piece is None:
            self.done = closed
            return None
        self.position = piece.seq + len(piece.events) - 1
        self.done = piece.events[-1]["type"] in LAST
        return piece

    @property
    def failure(self) -> Exception | None:
        """Why the events of a live run could no longer be kept."""
        return None if self._log is None else self._log.failure

    def _from_memory(self) -> Piece | None:
        if self._log is None or self._kept:
            return None
        events = self._log.after(self.position)
        return Piece(self.position + 1, events[:AT_ONCE]) if events else None

    async def _from_store(self) -> Piece | None:
        if not self._kept and (self._log is None or self._log.after(self.position) is None):
            self._kept = list(await self._read_kept(self.position))
        rows, self._kept = self._kept[:AT_ONCE], self._kept[AT_ONCE:]
        return Piece(rows[0][0], [event for _, event in rows], lost=rows[0][0] > self.position + 1) if rows else None


def frames_of(follower: Follower, piece: Piece) -> list[str]:
    """A piece as frames of the socket."""
    gap = [frame_text(Gap(run_id=follower.run_id, from_=piece.seq))] if piece.lost else []
    return [*gap, events_text(follower.run_id, piece.seq, piece.events)]


def failure_frame(follower: Follower) -> Failure | None:
    """What to say when a run went out of sight because its events could not be kept; it goes on when it is asked for again."""
    if follower.failure is None:
        return None
    known = recognised(follower.failure)
    code = "unavailable" if known is None else known.code
    message = "The answer cannot be kept at the moment. Send the message again." if known is None else known.message
    return Failure(code=code, message=message, run_id=follower.run_id)
