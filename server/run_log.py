"""The events of one run while it is live: numbered, kept in the store before anybody sees them, then held in memory for those who follow."""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence

from server.protocol import Event

#: Events are kept and shown at most this often, so that a burst is one write and one frame.
COALESCE_SECONDS = 0.04
#: How many of its last events a live run holds in memory; who is further behind is served from the store.
RING = 2048

Keep = Callable[[Sequence[Event], int], Awaitable[None]]


class RunLog:
    """Takes events without waiting; a task of its own keeps them. Nobody who reads can hold the run up."""

    def __init__(self, keep: Keep, last_seq: int = 0, *, pause_seconds: float = COALESCE_SECONDS, ring: int = RING) -> None:
        """`keep` stores events from a number on, all or none. `last_seq` is the last number of an earlier attempt."""
        self._keep = keep
        self._pause_seconds = pause_seconds
        self._pending: list[Event] = []
        self._ring: deque[Event] = deque(maxlen=ring)
        self._work = asyncio.Event()
        self._closing = asyncio.Event()
        self._listeners: set[Callable[[], None]] = set()
        self.last_seq = last_seq
        self.closed = False
        self.failure: Exception | None = None

    def tell(self, events: Sequence[Event]) -> None:
        """Add events at the end."""
        self._pending += events
        self._work.set()

    def close(self) -> None:
        """No more events come."""
        self._closing.set()
        self._work.set()

    async def write(self) -> None:
        """Keep events until the log is closed and everything is kept, or until keeping fails: then `failure` says why."""
        try:
            while await self._write_some():
                # The last events of a run do not wait for company.
                await _until(self._closing, self._pause_seconds)
        except Exception as error:  # whatever the store raises ends this run's log and is told to those who follow
            self.failure = error
        self.closed = True
        self._call_listeners()

    async def _write_some(self) -> bool:
        await self._work.wait()
        self._work.clear()
        closing = self._closing.is_set()
        batch, self._pending = self._pending, []
        if batch:
            await self._keep(batch, self.last_seq + 1)
            self._ring.extend(batch)
            self.last_seq += len(batch)
            self._call_listeners()
        return not closing

    def after(self, seq: int) -> list[Event] | None:
        """The kept events later than number `seq`; None when memory no longer reaches back that far."""
        missing = self.last_seq - seq
        if missing > len(self._ring):
            return None
        return [self._ring[at] for at in range(len(self._ring) - missing, len(self._ring))] if missing > 0 else []

    def listen(self, listener: Callable[[], None]) -> None:
        """Call `listener` whenever there is more, and when the log is closed."""
        self._listeners.add(listener)

    def unlisten(self, listener: Callable[[], None]) -> None:
        """Stop calling it."""
        self._listeners.discard(listener)

    def _call_listeners(self) -> None:
        for listener in tuple(self._listeners):
            listener()


async def _until(event: asyncio.Event, seconds: float) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        return
