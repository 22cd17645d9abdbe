"""Scores by day: the newest of a day counts, and the past can be asked for."""

from datetime import date

import pytest

from server.store.database import Access, Database
from server.store.ledger_store import LedgerStore
from server.store.stress_scores import ScoredDay, StressScores
from tests.server.store.bank import Client, joined

JAN, MAR, APR = date(2026, 1, 10), date(2026, 3, 10), date(2026, 4, 10)


def scored(number: str, day: date, score: float | None = 0.5) -> ScoredDay:
    band = "too_short" if score is None else "watchlist"
    drivers = () if score is None else ("failed_debits", "thin_buffer")
    return ScoredDay(
        customer_id=f"demo:{number}", as_of=day, score=score, band=band, probability=score, drivers=drivers, driver_values=(2.0, None)[: len(drivers)], model="m"
    )  # fmt: skip


@pytest.fixture
def scores(ledger: LedgerStore, database: Database) -> StressScores:
    ledger.add_batch(joined(*(Client(number, booked=[(JAN, 1)]).batch() for number in "12")), book_login="rm1")
    found = StressScores(database)
    with database.writing() as connection:
        found.keep(connection, [scored("1", JAN, None), scored("1", MAR, 0.4), scored("2", MAR), scored("1", APR, 0.6)])
    return found


def test_what_is_kept_comes_back_by_day(scores: StressScores):
    assert scores.history("demo:1") == (scored("1", JAN, None), scored("1", MAR, 0.4), scored("1", APR, 0.6))
    assert scores.history("demo:1", days=31) == (scored("1", APR, 0.6),)
    assert scores.history("demo:1", days=32) == (scored("1", MAR, 0.4), scored("1", APR, 0.6))
    assert scores.history("demo:3") == ()


def test_the_newest_and_the_one_that_stood_on_a_day(scores: StressScores):
    both = ["demo:1", "demo:2", "demo:3"]
    assert scores.latest(both) == {"demo:1": scored("1", APR, 0.6), "demo:2": scored("2", MAR)}
    assert scores.since(both, date(2026, 3, 31)) == {"demo:1": scored("1", MAR, 0.4), "demo:2": scored("2", MAR)}
    assert scores.since(both, date(2026, 1, 1)) == {}


def test_of_one_day_the_newest_counts_and_an_absent_one_is_filled_in(scores: StressScores, database: Database):
    with database.writing() as connection:
        scores.keep(connection, [scored("2", MAR, 0.69)])
        scores.keep_absent(connection, [scored("2", MAR, 0.41), scored("2", JAN, 0.42)])
    assert [day.score for day in scores.history("demo:2")] == [0.42, 0.69]


def test_on_postgresql_nobody_reads_the_scores_of_another_book(scores: StressScores, database: Database):
    if database.is_sqlite:
        return  # there the view scopes every query
    mine, theirs = Access(subject="s-rm1"), Access(subject="s-rm2")
    assert len(scores.history("demo:1", access=mine)) == 3
    assert scores.history("demo:1", access=theirs) == ()
    assert scores.latest(["demo:1"], theirs) == {}


def test_since_when_a_band_is_kept(scores: StressScores, database: Database):
    critical = scored("1", APR, 0.9).model_copy(update={"band": "critical"})
    with database.writing() as connection:
        scores.keep(connection, [scored("2", APR)])
        found = scores.band_since(connection, [scored("1", APR), scored("2", APR), critical.model_copy(update={"customer_id": "demo:3"})])
        assert found == {"demo:1": MAR}, "too short before, on the watchlist since; of the others no other band is known"
        assert scores.band_since(connection, [critical]) == {"demo:1": APR}, "a band that is not stored yet begins now"
