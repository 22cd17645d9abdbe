"""Live news: who hears what, once, in order; a slow page, a long absence and a failing store cost nobody a change."""

import asyncio
from collections.abc import Callable, Collection, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, date, datetime

import pytest

from agent.context import ClientName, Principal
from agent.shown_driver import ShownDriver
from server.store.board import SourceBands
from server.store.live_events import LiveEvent
from server.stream import live
from server.stream.live import Heard, LiveHub, Watcher, merged
from tests.server.store.bank import principal
from tools.errors import RefusedError

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
RM1, RM2, STAFF = principal("rm", "rm1"), principal("rm", "rm2"), principal("staff", "staff1")
BOOKS = {"s-rm1": {"demo:1", "demo:2"}, "s-rm2": {"demo:3"}}


def event(number: int, customer_id: str = "demo:1", before: float = 0.30, after: float = 0.50, **more: object) -> LiveEvent:
    bands = ["watchlist" if score >= 0.4 else "healthy" for score in (before, after)]
    fields = {
        "id": number, "source": "demo", "customer_id": customer_id, "kind": "score" if bands[0] == bands[1] else "band",
        "as_of": date(2026, 2, 28), "score": after, "band": bands[1], "score_before": before, "band_before": bands[0],
        "created_at": NOW,
    }  # fmt: skip
    return LiveEvent.model_validate({**fields, **more})


class Changes:
    """The table of changes in memory."""

    def __init__(self, *kept: LiveEvent) -> None:
        self.kept = list(kept)
        self.fails = 0
        self.reads = 0
        self.forgotten: list[datetime] = []

    def after(self, last_id: int, limit: int = 500) -> tuple[LiveEvent, ...]:
        self.reads += 1
        if self.fails:
            self.fails -= 1
            raise OSError("the store does not answer")
        return tuple(one for one in self.kept if one.id > last_id)[:limit]

    def newest_id(self) -> int:
        return self.kept[-1].id if self.kept else 0

    def oldest_id(self) -> int:
        return self.kept[0].id if self.kept else 0

    def forget(self, before: datetime) -> int:
        self.forgotten.append(before)
        return 0


class Book:
    """Two books of three clients."""

    def __init__(self) -> None:
        self.off = frozenset[str]()
        self.books = {subject: set(ids) for subject, ids in BOOKS.items()}

    def visible(self, who: Principal, customer_ids: Sequence[str]) -> frozenset[str]:
        return frozenset(self.books.get(who.subject, ())) & frozenset(customer_ids)

    def names(self, who: Principal, customer_ids: Sequence[str]) -> dict[str, ClientName]:
        return {one: ClientName(customer_id=one, ref=one[5:], name=f"Client {one[5:]}") for one in self.visible(who, customer_ids)}

    def drivers(self, who: Principal, customer_ids: Sequence[str]) -> dict[str, tuple[ShownDriver, ...]]:
        return {}

    def wanted(self, who: Principal, kinds: Collection[str]) -> frozenset[str]:
        return frozenset(kinds) - self.off

    def bands(self, who: Principal) -> tuple[SourceBands, ...]:
        return (SourceBands(source="demo", as_of=date(2026, 2, 28), healthy=len(self.books.get(who.subject, ()))),)


@asynccontextmanager
async def hub(changes: Changes, book: Book | None = None):
    opened = LiveHub(changes, book or Book(), lambda: NOW, every=0.01)
    try:
        yield opened
    finally:
        await opened.close()


class Page:
    """One page: takes what there is when it is told that there is something."""

    def __init__(self) -> None:
        self.told = asyncio.Event()
        self.watcher: Watcher
        self.heard: list[Heard] = []

    async def open(self, hub: LiveHub, who: Principal, after: int | None = None) -> Heard:
        self.watcher = await hub.watch(who, after, self.told.set)
        self.told.clear()
        first = await self.watcher.take()
        assert first is not None
        return first

    async def next(self, holds: Callable[[Heard], object] = lambda heard: heard.items) -> Heard:
        async with asyncio.timeout(5):
            while True:
                await self.told.wait()
                self.told.clear()
                heard = await self.watcher.take()
                if heard is not None:
                    self.heard.append(heard)
                    if holds(heard):
                        return heard

    async def nothing(self) -> None:
        await asyncio.sleep(0.06)
        heard = await self.watcher.take()
        assert heard is None or not heard.items


def numbers(heard: Heard) -> list[int]:
    return [item.event.id for item in heard.items]


async def test_a_page_hears_of_its_own_clients_in_order_and_of_nobody_else():
    changes = Changes(event(1))
    async with hub(changes) as opened:
        mine, other = Page(), Page()
        first = await mine.open(opened, RM1)
        assert (first.last, first.items, first.gap) == (1, (), False)
        await other.open(opened, RM2)
        changes.kept += [event(2, "demo:2"), event(3, "demo:3"), event(5, "demo:1")]
        heard = await mine.next()
        assert (numbers(heard), heard.last) == ([2, 5], 5)
        assert [item.client.name for item in heard.items] == ["Client 2", "Client 1"]
        assert numbers(await other.next()) == [3]
        await mine.nothing()


async def test_what_came_up_is_told_by_kind_and_not_to_whom_it_is_switched_off():
    changes, book = Changes(event(1)), Book()
    book.off = frozenset({"price_rise"})
    async with hub(changes, book) as opened:
        page = Page()
        await page.open(opened, RM1)
        changes.kept += [event(number, kind="insight", insight=kind) for number, kind in ((2, "price_rise"), (3, "below_zero_soon"))]
        changes.kept.append(event(4))
        heard = await page.next()
        assert (numbers(heard), heard.last) == ([3, 4], 4)


async def test_coming_back_behind_a_number_gives_what_was_missed_once():
    changes = Changes(*(event(number, f"demo:{number % 3 + 1}") for number in range(1, 1100)))
    async with hub(changes) as opened:
        page = Page()
        first = await page.open(opened, RM1, after=1090)
        assert numbers(first) == [1098, 1099]  # the newest of each own client; demo:3 is not ours
        assert first.last == 1099
        assert first.items[0].event.score_before == 0.30
        changes.kept.append(event(1100))
        assert numbers(await page.next()) == [1100]


@pytest.mark.parametrize("after", [0, 1, 5000])
async def test_who_was_away_too_long_or_comes_from_another_bank_loads_the_whole_state(after: int):
    # The oldest have been forgotten; there are more than are told one by one; nobody gave out that number.
    async with hub(Changes(*(event(number) for number in range(3, live.MOST_BEHIND + 5)))) as opened:
        first = await Page().open(opened, RM1, after)
        assert (first.gap, first.items, first.last) == (True, (), live.MOST_BEHIND + 4)
        assert first.bands is not None


async def test_a_slow_page_is_told_where_it_began_and_where_it_is_now():
    changes = Changes()
    async with hub(changes) as opened:
        page = Page()
        await page.open(opened, RM1)
        for number in range(1, 201):
            changes.kept.append(event(number, f"demo:{number % 2 + 1}", before=0.1 + number / 1000, after=0.101 + number / 1000))
            if number % 50 == 0:
                await asyncio.sleep(0.02)
        changes.kept.append(event(201, "demo:1", 0.30, 0.55))
        await asyncio.sleep(0.05)
        heard = await page.watcher.take()
        assert heard is not None
        by_client = {item.event.customer_id: item.event for item in heard.items}
        assert set(by_client) == {"demo:1", "demo:2"}
        assert (by_client["demo:1"].kind, by_client["demo:1"].score) == ("band", 0.55)
        assert by_client["demo:1"].score_before == pytest.approx(0.102)
        assert by_client["demo:2"].score == pytest.approx(0.3)
        assert heard.last == 201


async def test_what_waits_never_grows_beyond_a_bound(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(live, "MOST_WAITING", 3)
    book = Book()
    book.books["s-rm1"] = {f"demo:{number}" for number in range(100)}
    changes = Changes()
    async with hub(changes, book) as opened:
        page = Page()
        await page.open(opened, RM1)
        changes.kept += [event(number, f"demo:{number}") for number in range(1, 90)]
        heard = await page.next(lambda heard: heard.gap)
        assert heard.last == 89
        assert len(heard.items) <= 3


async def test_staff_hear_numbers_and_no_names():
    changes = Changes()
    async with hub(changes) as opened:
        page = Page()
        first = await page.open(opened, STAFF, after=0)
        assert first.bands == Book().bands(STAFF)
        changes.kept += [event(1), event(2, "demo:3")]
        heard = await page.next(lambda heard: heard.bands)
        assert (heard.items, heard.last) == ((), 2)
        changes.kept.append(event(3, before=0.50, after=0.60))  # no band changed, so no number did
        await page.nothing()


@pytest.mark.parametrize("role", ["customer", "admin"])
async def test_nobody_else_hears_anything(role: str):
    async with hub(Changes()) as opened:
        with pytest.raises(RefusedError):
            await opened.watch(principal(role, "somebody"), None, lambda: None)


async def test_a_client_taken_out_of_the_book_is_not_told_any_more_even_when_it_waits():
    book, changes = Book(), Changes()
    async with hub(changes, book) as opened:
        page = Page()
        await page.open(opened, RM1)
        changes.kept += [event(1, "demo:1"), event(2, "demo:2")]
        await page.told.wait()
        book.books["s-rm1"].discard("demo:1")
        heard = await page.watcher.take()
        assert heard is not None
        assert [item.client.customer_id for item in heard.items] == ["demo:2"]


async def test_a_store_that_fails_for_a_while_costs_no_change():
    changes = Changes()
    async with hub(changes) as opened:
        page = Page()
        await page.open(opened, RM1)
        changes.fails = 3
        changes.kept.append(event(1))
        assert numbers(await page.next()) == [1]


async def test_nobody_listening_means_nobody_reading_and_the_next_one_starts_from_now():
    changes = Changes()
    async with hub(changes) as opened:
        page = Page()
        await page.open(opened, RM1)
        opened.leave(page.watcher)
        await asyncio.sleep(0.03)
        reads = changes.reads
        changes.kept.append(event(1))
        await asyncio.sleep(0.05)
        assert changes.reads == reads
        again = Page()
        assert (await again.open(opened, RM1)).last == 1
        changes.kept.append(event(2))
        assert numbers(await again.next()) == [2]


async def test_old_changes_are_forgotten_once_an_hour():
    changes = Changes()
    async with hub(changes) as opened:
        await Page().open(opened, RM1)
        await asyncio.sleep(0.06)
    assert [(NOW - before).days for before in changes.forgotten] == [live.KEPT_DAYS]


def test_two_changes_of_one_client_are_one():
    down = merged(event(1, before=0.30, after=0.50), event(2, before=0.50, after=0.20))
    assert (down.id, down.kind, down.score_before, down.score) == (2, "score", 0.30, 0.20)
    across = merged(event(1, before=0.30, after=0.35), event(2, before=0.35, after=0.60))
    assert (across.kind, across.band_before, across.band) == ("band", "healthy", "watchlist")
    insight = event(3, kind="insight", insight="price_rise")
    assert merged(event(2, kind="insight", insight="price_rise"), insight) == insight
