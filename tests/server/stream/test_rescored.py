"""The row of a client follows its score: change, trend, main reason, and since when it is in its band."""

from datetime import date

import pytest
from sqlalchemy import update

from server.store.ledger_store import no_progress
from server.store.tables.snapshot import SNAPSHOTS
from tests.server.store.bank import Client
from tests.server.stream.conftest import Stream, event

JAN, MAR = date(2026, 1, 10), date(2026, 3, 10)


@pytest.fixture
def bank(stream: Stream) -> Stream:
    stream.ledger.add_batch(Client("1", booked=[(JAN, 100_00), (MAR, -5_00)]).batch())
    return stream


def failing(number: int, day: str) -> bytes:
    return event(f"failed{number}", day, -20, status="failed")


def test_a_band_that_is_left_is_dated_and_explained(bank: Stream):
    with bank.database.writing() as connection:
        connection.execute(update(SNAPSHOTS).values(stress_change_30d=0.02, stress_trend="steady"))
    bank.take(*(failing(number, "2026-03-12") for number in range(3)))
    row = bank.snapshot("demo:1")
    assert (row.stress_score, row.stress_band, row.stress_band_since) == (0.85, "critical", date(2026, 3, 12))
    assert (row.stress_change_30d, row.stress_trend, row.stress_driver) == (0.77, "rising", "failed_payments")


def test_a_band_that_is_kept_keeps_its_day(bank: Stream):
    bank.take(*(failing(number, "2026-03-12") for number in range(3)))
    bank.take(failing(9, "2026-03-20"))
    assert bank.snapshot("demo:1").stress_band_since == date(2026, 3, 12)


def test_what_the_past_did_not_say_is_not_guessed(bank: Stream):
    assert bank.snapshot("demo:1").stress_change_30d is None
    bank.take(failing(1, "2026-03-12"))
    row = bank.snapshot("demo:1")
    assert (row.stress_change_30d, row.stress_trend) == (None, "unknown")


def test_a_summary_finds_the_day_again_in_the_stored_scores(bank: Stream):
    bank.take(*(failing(number, "2026-03-12") for number in range(3)))
    bank.take(failing(9, "2026-03-20"))
    bank.snapshots.refresh(["demo:1"], no_progress)
    assert bank.snapshot("demo:1").stress_band_since == date(2026, 3, 12)
