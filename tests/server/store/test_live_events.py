"""Changes are numbered in the order in which they become visible, on either engine, and their numbers are never used again."""

from datetime import date, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.exc import IntegrityError

from server.store.database import Access, Database
from server.store.ledger_store import LedgerStore
from server.store.live_events import LiveEvents, NewLiveEvent
from server.store.tables.live import LIVE_EVENTS
from tests.server.store.bank import NOW, Client, joined

ANNA, TOM = "demo:1042", "demo:2077"


def change(customer_id: str = ANNA, score: float = 0.72, **more: object) -> NewLiveEvent:
    fields = {
        "source": "demo", "customer_id": customer_id, "kind": "band", "as_of": date(2026, 3, 31), "score": score, "band": "critical",
        "score_before": 0.55, "band_before": "watchlist", "drivers": ("failed_debits", "thin_buffer"), "driver_values": (3.0, None),
    }  # fmt: skip
    return NewLiveEvent.model_validate({**fields, **more})


class Clock:
    def __init__(self) -> None:
        self.time = NOW

    def __call__(self):
        return self.time


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def events(database: Database, ledger: LedgerStore, clock: Clock) -> LiveEvents:
    ledger.add_batch(joined(Client("1042").batch(), Client("2077", name="Tom Hughes").batch()), book_login="rm1")
    return LiveEvents(database, clock)


def add(events: LiveEvents, database: Database, *rows: NewLiveEvent) -> None:
    with database.writing() as connection:
        events.add(connection, rows)


def test_what_was_added_is_read_behind_a_number(events: LiveEvents, database: Database):
    assert (events.newest_id(), events.oldest_id(), events.after(0)) == (0, 0, ())
    add(events, database, change(), change(TOM, kind="insight", insight="price_rise"))
    add(events, database)
    first, second = events.after(0)
    assert first.model_dump(exclude={"id", "created_at"}) == change().model_dump()
    assert (second.customer_id, second.insight, second.created_at.replace(tzinfo=None)) == (TOM, "price_rise", NOW.replace(tzinfo=None))
    assert first.id < second.id == events.newest_id()
    assert events.after(first.id) == (second,)
    assert events.after(0, limit=1) == (first,)
    assert events.after(second.id) == ()


def test_a_change_belongs_to_the_transaction_that_made_it(events: LiveEvents, database: Database):
    with pytest.raises(IntegrityError), database.writing() as connection:
        events.add(connection, [change(), change("demo:nobody")])
    assert events.after(0) == ()


def test_old_ones_are_forgotten_but_no_number_is_given_twice(events: LiveEvents, database: Database, clock: Clock):
    add(events, database, change(), change())
    clock.time += timedelta(days=31)
    add(events, database, change(TOM))
    newest = events.newest_id()
    assert events.forget(clock.time - timedelta(days=30)) == 2
    assert events.oldest_id() == events.newest_id() == newest
    # The newest stays however old it is: a reader asks by number.
    assert events.forget(clock.time + timedelta(days=400)) == 0
    with database.writing() as connection:
        connection.execute(LIVE_EVENTS.delete())
    add(events, database, change())
    assert events.newest_id() > newest


def test_the_database_itself_shows_a_manager_the_own_book_only(events: LiveEvents, database: Database):
    """A query without a condition, where the engine has row-level security; the customer's own sign-in sees none either."""
    add(events, database, change())
    if database.is_sqlite:
        return
    seen = {}
    for access in (Access(subject="s-rm1"), Access(subject="s-rm2"), Access(subject="s-anna", customer_id=ANNA)):
        with database.reading(access) as connection:
            seen[access.subject] = connection.scalar(select(func.count()).select_from(LIVE_EVENTS))
    assert seen == {"s-rm1": 1, "s-rm2": 0, "s-anna": 0}
