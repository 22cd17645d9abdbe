"""The loop: take, commit, end the day, catch up; and go on after a stop as if there had been none."""

from collections.abc import Iterator
from datetime import date

import pytest

from server.store.plans import PlanReader
from server.store.tables.transaction import DIFFERENCES
from server.stream.catch_up import CatchUp
from server.stream.in_process import MadeSource
from server.stream.port import NOTHING_NEW, EventBatch
from server.stream.stream import Totals, open_stream
from tests.server.store.bank import Client, joined
from tests.server.stream.conftest import TODAY, Stream, event
from tools.stress.activity import activity_of

JAN, MAR = date(2026, 1, 10), date(2026, 3, 10)


@pytest.fixture
def bank(stream: Stream) -> Stream:
    clients = [Client(str(number), booked=[(JAN, 100_00), (MAR, -5_00)]) for number in (1, 2, 3)]
    stream.ledger.add_batch(joined(*(client.batch() for client in clients)))
    return stream


def loop(bank: Stream):
    return open_stream(bank.database, bank.cipher, bank.record, bank.snapshots, bank.news, bank.shelf, TODAY.date)


class Counted:
    """A source that says what was committed, and is idle between its batches."""

    def __init__(self, *batches: EventBatch) -> None:
        self._batches = batches
        self.committed: list[EventBatch] = []

    def batches(self) -> Iterator[EventBatch]:
        yield from self._batches

    def commit(self, batch: EventBatch) -> None:
        self.committed.append(batch)


def test_a_source_is_read_to_its_end(bank: Stream):
    days = [[event(f"{day}-{at}", f"2026-03-{day}", -1, account=str(at)) for at in (1, 2)] for day in (11, 12)]
    told: list[int] = []
    behind = {"demo"}
    totals = loop(bank).run(MadeSource(days), behind, lambda: False, lambda totals: told.append(totals.events))
    assert (totals.events, totals.added, totals.rescored, told) == (4, 4, 2, [2, 4])
    assert behind == set()
    assert loop(bank).settle(behind, lambda: False) == 3
    for number in (1, 2, 3):
        assert bank.activity(f"demo:{number}") == activity_of(bank.history(f"demo:{number}"))
        assert bank.snapshot(f"demo:{number}").as_of == date(2026, 3, 12)


def test_a_batch_is_committed_after_it_was_taken_and_a_broken_one_is_not(bank: Stream, monkeypatch: pytest.MonkeyPatch):
    first, second = EventBatch((event("a", "2026-03-11", 1),)), EventBatch((event("b", "2026-03-11", 1),))
    source, stream = Counted(first, second), loop(bank)
    take = stream.ingest.apply

    def failing(bodies: tuple[bytes, ...]):
        if bodies == second.bodies:
            raise RuntimeError("the power went out")
        return take(bodies)

    monkeypatch.setattr(stream.ingest, "apply", failing)
    with pytest.raises(RuntimeError):
        stream.run(source, set(), lambda: False, lambda _: None)
    assert source.committed == [first]


def test_a_stop_comes_between_two_batches(bank: Stream):
    first, second = EventBatch((event("a", "2026-03-11", 1),)), EventBatch((event("b", "2026-03-11", 1),))
    source = Counted(first, second)
    totals = loop(bank).run(source, set(), lambda: bool(source.committed), lambda _: None)
    assert (totals.added, source.committed) == (1, [first])


def test_when_nothing_comes_the_bank_catches_up(bank: Stream):
    source = Counted(EventBatch((event("a", "2026-03-11", -7, balance_after=90),)), NOTHING_NEW, NOTHING_NEW)
    totals = loop(bank).run(source, set(), lambda: False, lambda _: None)
    assert totals.summarised == 3  # the business date has moved for everybody
    assert bank.bookings_since_summary("demo:1") == 0
    with bank.database.reading() as connection:
        (difference,) = connection.execute(DIFFERENCES.select()).all()
    assert (difference.transaction_id, difference.difference_minor) == ("demo:a", 90_00 - 88_00)


def test_who_was_booked_on_most_is_caught_up_first(bank: Stream):
    bank.take(*(event(f"a{number}", "2026-03-10", -1, account="2") for number in range(3)), event("b", "2026-03-10", -1))
    catching = CatchUp(bank.database, bank.record.states, bank.snapshots, bank.news, PlanReader(bank.database, bank.cipher))
    assert catching.step(1) == 1
    assert (bank.bookings_since_summary("demo:2"), bank.bookings_since_summary("demo:1")) == (0, 1)
    assert (catching.step(), catching.step()) == (1, 0)


def test_totals_say_what_came_of_the_events(bank: Stream):
    totals = Totals()
    totals.add(bank.take(event("a", "2026-03-11", 1), event("a", "2026-03-11", 1), b"{", event("c", "2026-03-11", 1, account="404")))
    assert str(totals) == "4 events: 1 booked, 1 known, 2 set aside (1 unknown_account, 1 unreadable); 0 scores by the day alone"
