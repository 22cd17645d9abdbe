"""What changed in a book: of the own clients alone, up to each source's own date, and for staff without a person."""

from datetime import date, timedelta

import pytest
from sqlalchemy import update

from server.store import book_changes
from server.store.book_changes import BookChangesReader
from server.store.database import Database
from server.store.ledger_store import LedgerStore
from server.store.live_events import LiveEvents, NewLiveEvent
from server.store.stress_scores import ScoredDay, StressScores
from server.store.tables.snapshot import SNAPSHOTS
from tests.server.store.bank import NOW, Client, joined, principal
from tools.errors import RefusedError
from tools.ledger.query import Band

TODAY = date(2026, 3, 31)
RM1, RM2, STAFF = principal("rm", "rm1"), principal("rm", "rm2"), principal("staff", "staff")


def scored(customer: str, days_ago: int, score: float, band: Band) -> ScoredDay:
    return ScoredDay(customer_id=customer, as_of=TODAY - timedelta(days=days_ago), score=score, band=band, probability=score, model="m")


@pytest.fixture
def reader(ledger: LedgerStore, database: Database) -> BookChangesReader:
    """demo:1 got worse, demo:2 got better, both clients of rm1; demo:3, a client of rm2, has stayed."""
    booked = [(TODAY, 100)]
    ledger.add_batch(joined(Client("1", booked=booked).batch(), Client("2", booked=booked).batch()), book_login="rm1")
    ledger.add_batch(Client("3", booked=booked).batch(), book_login="rm2")
    now = {"demo:1": (0.9, "critical"), "demo:2": (0.1, "healthy"), "demo:3": (0.5, "watchlist")}
    with database.writing() as connection:
        StressScores(database).keep(
            connection,
            [
                scored("demo:1", 60, 0.8, "critical"), scored("demo:1", 40, 0.2, "healthy"), scored("demo:2", 30, 0.6, "watchlist"),
                scored("demo:3", 45, 0.5, "watchlist"),
            ],
        )  # fmt: skip
        for customer, (score, band) in now.items():
            connection.execute(update(SNAPSHOTS).where(SNAPSHOTS.c.customer_id == customer).values(stress_score=score, stress_band=band))
    return BookChangesReader(database)


def test_a_manager_is_told_of_the_own_clients(reader: BookChangesReader):
    (found,) = reader.of(RM1, 30)
    assert (found.source, found.as_of, found.since, found.clients, found.compared) == ("demo", TODAY, date(2026, 3, 1), 2, 2)
    assert [(one.customer_id, one.band_before, one.score) for one in found.worse] == [("demo:1", "healthy", 0.9)]
    assert [one.customer_id for one in found.better] == ["demo:2"]
    (other,) = reader.of(RM2, 30)
    assert (other.worse, other.better, other.flows.same) == ((), (), 1)


def test_what_stood_on_the_day_counts_and_not_what_came_before(reader: BookChangesReader):
    (found,) = reader.of(RM1, 50)
    assert (found.worse, found.compared) == ((), 1)


def test_staff_get_the_whole_bank_in_numbers(reader: BookChangesReader):
    (found,) = reader.of(STAFF, 30)
    assert (found.clients, found.flows.worse, found.flows.better, found.flows.same) == (3, 1, 1, 1)
    assert (found.worse, found.better) == ((), ())
    assert "demo:" not in found.model_dump_json()


@pytest.mark.parametrize("role", ["customer", "admin"])
def test_nobody_else_is_told(reader: BookChangesReader, role: str):
    with pytest.raises(RefusedError):
        reader.of(principal(role, "anna", "demo:1"), 30)


def test_insights_since_are_counted_once_and_of_the_own_clients(reader: BookChangesReader, database: Database):
    def insight(customer: str, days_ago: int, kind: str) -> NewLiveEvent:
        return NewLiveEvent(
            source="demo", customer_id=customer, kind="insight", as_of=TODAY - timedelta(days=days_ago), score=None, band="healthy",
            score_before=None, band_before="healthy", insight=kind,
        )  # fmt: skip

    with database.writing() as connection:
        LiveEvents(database, lambda: NOW).add(
            connection, [insight("demo:1", 3, "below_zero"), insight("demo:1", 2, "below_zero"), insight("demo:1", 90, "x"), insight("demo:3", 1, "below_zero")]
        )  # fmt: skip
    assert [one.insights for one in reader.of(RM1, 30)] == [1]
    assert [one.insights for one in reader.of(STAFF, 30)] == [2]


def test_of_very_many_always_the_same_part_is_looked_at(reader: BookChangesReader, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(book_changes, "MOST_CLIENTS", 2)
    (found,) = reader.of(STAFF, 30)
    assert (found.clients, found.sampled) == (2, True)
    assert reader.of(STAFF, 30) == (found,)
