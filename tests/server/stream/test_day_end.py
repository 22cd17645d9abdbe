"""Days without bookings: what happened moves into the past, everybody is scored once a day, and the work goes on where it stopped."""

from datetime import date

import pytest

from tests.server.store.bank import Client, joined
from tests.server.stream.conftest import Stream, event

JAN, MAR = date(2026, 1, 10), date(2026, 3, 10)


@pytest.fixture
def bank(stream: Stream) -> Stream:
    """Five customers with two months of history; the first one had a debit returned."""
    clients = [Client(str(number), booked=[(JAN, 100_00), (MAR, -5_00)]) for number in range(1, 6)]
    stream.ledger.add_batch(joined(*(client.batch() for client in clients)))
    stream.take(event("a", MAR, -20, status="failed"))
    return stream


def test_a_score_falls_when_what_raised_it_is_long_ago(bank: Stream):
    assert bank.snapshot("demo:1").stress_score == 0.35
    bank.take(event("later", "2026-05-20", 1, account="5"))  # somebody else moves the business date by two months
    assert bank.snapshot("demo:1").stress_score == 0.35
    assert bank.day_end.all(["demo"]) == 4
    assert bank.snapshot("demo:1").stress_score == 0.1
    assert [(day.as_of, day.score) for day in bank.record.scores.history("demo:1", days=72)] == [(MAR, 0.35), (date(2026, 5, 20), 0.1)]
    newest = bank.news.after(0)[-1]
    assert (newest.customer_id, newest.kind, newest.score_before, newest.score) == ("demo:1", "score", 0.35, 0.1)


def test_everybody_is_scored_once_a_day(bank: Stream):
    assert bank.day_end.all(["demo"]) == 0
    bank.take(event("b", "2026-03-11", 1))
    assert bank.day_end.all(["demo", "nowhere"]) == 4
    assert bank.day_end.all(["demo"]) == 0
    assert {len(bank.record.scores.history(f"demo:{number}", days=7)) for number in range(1, 6)} == {2}


def test_work_that_was_broken_off_goes_on_where_it_stopped(bank: Stream):
    bank.take(event("b", "2026-03-11", 1))
    assert bank.day_end.step("demo", limit=3) == 3
    assert bank.day_end.step("demo", limit=3) == 1
    assert bank.day_end.step("demo", limit=3) == 0


def test_balances_do_not_move_by_the_day_alone(bank: Stream):
    before = bank.snapshot("demo:2").balance
    bank.take(event("b", "2026-03-11", 1))
    bank.day_end.all(["demo"])
    assert bank.snapshot("demo:2").balance == before
