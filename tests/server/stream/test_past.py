"""Scores of the past: from what was booked by each day, and never over a score that was given then."""

from datetime import date, timedelta

import pytest

from server.store.history_reader import HistoryReader
from server.stream.past import DAYS, PastScores
from tests.server.store.bank import Batch, Client, joined, movement
from tests.server.stream.conftest import Stream

JAN, MAR = date(2026, 1, 10), date(2026, 3, 10)


@pytest.fixture
def bank(stream: Stream) -> Stream:
    stream.ledger.add_batch(joined(Client("1", booked=[(JAN, 100_00), (MAR, -5_00)]).batch(), Client("2", booked=[(MAR, 1)]).batch()))
    stream.ledger.add_batch(Batch(transactions=(movement("demo:1", "f", date(2026, 2, 20), -5_00, status="failed"),)))
    return stream


@pytest.fixture
def past(bank: Stream) -> PastScores:
    return PastScores(bank.database, HistoryReader(bank.database, bank.cipher), bank.record)


def test_half_a_year_is_filled_with_what_was_known_on_each_day(bank: Stream, past: PastScores):
    assert past.missing("demo") == ["demo:1", "demo:2"]
    told: list[tuple[str, int]] = []
    assert past.fill(past.missing("demo"), lambda: False, lambda step, done: told.append((step, done))) == 2
    assert told == [("past scores", 2)]
    days = {day.as_of: day for day in bank.record.scores.history("demo:1", DAYS)}
    assert len(days) == DAYS
    assert days[MAR - timedelta(days=DAYS - 1)].band == "too_short"
    assert [days[date(2026, 2, day)].score for day in (18, 19, 20)] == [0.1, 0.1, 0.35]
    assert past.missing("demo") == []
    assert past.missing("nowhere") == []


def test_a_score_that_was_given_at_the_time_stays(bank: Stream, past: PastScores):
    given = bank.record.scores.latest(["demo:1"])["demo:1"]
    then = given.model_copy(update={"as_of": date(2026, 3, 1), "score": 0.99, "band": "critical"})
    with bank.database.writing() as connection:
        bank.record.scores.keep(connection, [then])
    past.fill(["demo:1"], lambda: False, lambda *_: None)
    assert bank.record.scores.since(["demo:1"], date(2026, 3, 1))["demo:1"] == then


def test_it_can_be_stopped(past: PastScores):
    assert past.fill(["demo:1"], lambda: True, lambda *_: None) == 0
    assert past.missing("demo") == ["demo:1", "demo:2"]
