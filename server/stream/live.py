"""Live news: one reader of the table of changes, and what each open page may hear of it, at the page's own pace.

The numbers of changes are the positions: a page says the last one that it has, and hears of each later change once. What a slow page
has not taken yet is kept as the newest state of each client, so that it waits in a space that does not grow with the stream.
"""

import asyncio
import logging
from collections.abc import Callable, Collection, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from typing import NamedTuple, Protocol

from agent.context import ClientName, Principal
from agent.shown_driver import ShownDriver
from server.store.board import SourceBands
from server.store.live_events import LiveEvent
from tools.errors import RefusedError

POLL_SECONDS = 0.5
#: How many changes are read at once.
AT_ONCE = 500
#: Who is further behind, or has so many clients with something new waiting, is told to load the whole state instead.
MOST_BEHIND = 2000
MOST_WAITING = 1000
KEPT_DAYS = 30
_HOUR = timedelta(hours=1)

_log = logging.getLogger(__name__)


class ReadsChanges(Protocol):
    """The table of changes; `server.store.live_events.LiveEvents`."""

    def after(self, last_id: int, limit: int = AT_ONCE) -> tuple[LiveEvent, ...]:
        """The next ones behind a number."""
        ...

    def newest_id(self) -> int:
        """The newest number, 0 for none."""
        ...

    def oldest_id(self) -> int:
        """The oldest number that is still kept, 0 for none."""
        ...

    def forget(self, before: datetime) -> int:
        """Remove old ones."""
        ...


class ReadsBook(Protocol):
    """Who may hear what of whom; `server.stream.live_book.LiveBook`."""

    def visible(self, principal: Principal, customer_ids: Sequence[str]) -> frozenset[str]:
        """Which of these clients are in the own book."""
        ...

    def names(self, principal: Principal, customer_ids: Sequence[str]) -> dict[str, ClientName]:
        """These clients, as far as they are in the own book."""
        ...

    def bands(self, principal: Principal) -> tuple[SourceBands, ...]:
        """How many clients are in each band."""
        ...

    def drivers(self, principal: Principal, customer_ids: Sequence[str]) -> dict[str, tuple[ShownDriver, ...]]:
        """The reasons of the scores of these clients, where they can be worked out."""
        ...

    def wanted(self, principal: Principal, kinds: Collection[str]) -> frozenset[str]:
        """Which of these kinds of insight somebody wants to be told now."""
        ...


class HeardItem(NamedTuple):
    """A change with its client, and the reasons of the score as the board shows them; None where they cannot be worked out."""

    event: LiveEvent
    client: ClientName
    drivers: tuple[ShownDriver, ...] | None


class Heard(NamedTuple):
    """What one page is to be told: everything up to number `last`.

    Attributes:
        items: changes in the order of their numbers; none for staff.
        bands: the counts now; None where no band can have changed.
        gap: changes before `last` are not told one by one: the whole state is to be loaded again.
    """

    last: int
    items: tuple[HeardItem, ...]
    bands: tuple[SourceBands, ...] | None
    gap: bool


class Watcher:
    """What waits for one page. `offer` and `take` are called in the event loop."""

    def __init__(self, principal: Principal, after: int, tell: Callable[[], None], book: ReadsBook) -> None:
        self.principal = principal
        self.seen = after
        self._tell = tell
        self._book = book
        self._waiting: dict[tuple[str, str], LiveEvent] = {}
        self._counts = True
        self._gap = False
        self._news = True

    def offer(self, events: Sequence[LiveEvent], visible: frozenset[str], upto: int) -> None:
        """Take note of changes; those up to number `seen` are known already."""
        new = [event for event in events if event.id > self.seen and (event.customer_id in visible or self.principal.role == "staff")]
        self.seen = max(self.seen, upto)
        self._counts |= any(event.kind == "band" for event in new)
        if self.principal.role != "staff":
            for event in new:
                self._wait(event)
        if self._waiting or self._counts:
            self._wake()

    def skip(self, upto: int) -> None:
        """Do not tell what came up to a number one by one."""
        self._waiting.clear()
        self.seen, self._gap, self._counts = upto, True, True
        self._wake()

    async def take(self) -> Heard | None:
        """What there is to tell now; the first time always something, so that the page knows from where on it hears everything."""
        if not self._news:
            return None
        waiting = sorted(self._waiting.values(), key=lambda event: event.id)
        last, counts, gap = self.seen, self._counts, self._gap
        self._waiting.clear()
        self._news = self._counts = self._gap = False
        items = await asyncio.to_thread(self._items, waiting) if waiting else ()
        bands = await asyncio.to_thread(self._book.bands, self.principal) if counts else None
        return Heard(last=last, items=items, bands=bands, gap=gap)

    def _items(self, waiting: Sequence[LiveEvent]) -> tuple[HeardItem, ...]:
        waiting = self._wanted(waiting)
        ids = [event.customer_id for event in waiting]
        names, drivers = self._book.names(self.principal, ids), self._book.drivers(self.principal, ids)
        known = [event for event in waiting if event.customer_id in names]
        return tuple(HeardItem(event, names[event.customer_id], drivers.get(event.customer_id)) for event in known)

    def _wanted(self, waiting: Sequence[LiveEvent]) -> Sequence[LiveEvent]:
        """Without insights that the person has switched off, or that come in quiet hours: the board shows those of the day afterwards."""
        kinds = {event.insight for event in waiting if event.insight is not None}
        if not kinds:
            return waiting
        wanted = self._book.wanted(self.principal, kinds)
        return [event for event in waiting if event.insight is None or event.insight in wanted]

    def _wait(self, event: LiveEvent) -> None:
        """Keep it in the place of an older one of the same client: the newest state, and where it came from."""
        place = event.customer_id, event.insight or ""
        older = self._waiting.pop(place, None)
        self._waiting[place] = event if older is None else merged(older, event)
        if len(self._waiting) > MOST_WAITING:
            self.skip(self.seen)

    def _wake(self) -> None:
        self._news = True
        self._tell()


def merged(older: LiveEvent, newer: LiveEvent) -> LiveEvent:
    """Two changes of one client as one: from where the older began to where the newer ended."""
    if newer.kind == "insight":
        return newer
    kind = "score" if older.band_before == newer.band else "band"
    return newer.model_copy(update={"kind": kind, "score_before": older.score_before, "band_before": older.band_before})


class LiveHub:
    """One per server process. Reads while somebody listens; a failing database is tried again, and nobody misses anything by it."""

    def __init__(self, changes: ReadsChanges, book: ReadsBook, clock: Callable[[], datetime], every: float = POLL_SECONDS) -> None:
        self._changes, self._book, self._clock, self._every = changes, book, clock, every
        self._watchers: set[Watcher] = set()
        self._last = 0
        self._forgotten_at: datetime | None = None
        # Joining and reading exclude each other, so that nobody joins between a number being read and being told.
        self._turn = asyncio.Lock()
        self._reading: asyncio.Task[None] | None = None

    async def watch(self, principal: Principal, after: int | None, tell: Callable[[], None]) -> Watcher:
        """Listen behind a number, or from now on. `tell` is called when there is something to take.

        Raises:
            RefusedError: for whoever has no book and is not staff.
        """
        if principal.role not in {"rm", "staff"}:
            raise RefusedError("Live news are for relationship managers and staff. Ask about your own money in the chat.")
        async with self._turn:
            newest = await asyncio.to_thread(self._changes.newest_id)
            if not self._watchers:
                self._last = newest
            watcher = Watcher(principal, self._last if after is None else min(after, self._last), tell, self._book)
            await self._catch_up(watcher, after)
            self._watchers.add(watcher)
        if self._reading is None:
            self._reading = asyncio.create_task(self._read())
        tell()
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Stop listening."""
        self._watchers.discard(watcher)

    async def close(self) -> None:
        """End the reader."""
        self._watchers.clear()
        if self._reading is not None:
            self._reading.cancel()
            with suppress(asyncio.CancelledError):
                await self._reading
            self._reading = None

    async def _catch_up(self, watcher: Watcher, after: int | None) -> None:
        """Tell what was missed; all at once where that is too much, is gone, or belongs to another bank."""
        if after is None or after == self._last:
            return
        if watcher.principal.role == "staff":
            # Staff hear numbers only, and those of now come first anyway.
            watcher.seen = self._last
            return
        oldest = await asyncio.to_thread(self._changes.oldest_id)
        if after > self._last or self._last - after > MOST_BEHIND or after < oldest - 1:
            watcher.skip(self._last)
            return
        while watcher.seen < self._last:
            events = await asyncio.to_thread(self._changes.after, watcher.seen)
            events = tuple(event for event in events if event.id <= self._last)
            await self._offer(watcher, events, events[-1].id if len(events) == AT_ONCE else self._last)

    async def _read(self) -> None:
        while True:
            await asyncio.sleep(self._every)
            if not self._watchers:
                continue
            try:
                async with self._turn:
                    await self._read_once()
                await self._forget()
            except Exception:  # the next round reads the same again
                _log.exception("live_news_not_read")

    async def _read_once(self) -> None:
        while events := await asyncio.to_thread(self._changes.after, self._last, AT_ONCE):
            for watcher in tuple(self._watchers):
                await self._offer(watcher, events, events[-1].id)
            self._last = events[-1].id
            if len(events) < AT_ONCE:
                return

    async def _offer(self, watcher: Watcher, events: Sequence[LiveEvent], upto: int) -> None:
        ids = list({event.customer_id for event in events if event.id > watcher.seen})
        visible = frozenset[str]()
        if ids and watcher.principal.role != "staff":
            visible = await asyncio.to_thread(self._book.visible, watcher.principal, ids)
        watcher.offer(events, visible, upto)

    async def _forget(self) -> None:
        now = self._clock()
        if self._forgotten_at is None or now - self._forgotten_at >= _HOUR:
            self._forgotten_at = now
            await asyncio.to_thread(self._changes.forget, now - timedelta(days=KEPT_DAYS))
