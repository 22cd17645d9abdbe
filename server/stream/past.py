"""Scores of days that lie in the past: what the model says of each of them from what was booked by then."""

from collections.abc import Callable, Sequence
from datetime import date, timedelta

from sqlalchemy import func, select

from server.store.database import Database
from server.store.history_reader import HistoryReader
from server.store.stress_record import StressRecord
from server.store.tables.importing import BUSINESS_DATES
from server.store.tables.stress import STRESS_SCORES, STRESS_STATES

DAYS = 180
_AT_ONCE = 20


class PastScores:
    """Fills the gaps in score histories. A score that was given at the time stays as it was given."""

    def __init__(self, database: Database, reader: HistoryReader, record: StressRecord) -> None:
        self._database = database
        self._reader = reader
        self._record = record

    def missing(self, source: str) -> list[str]:
        """Customers of a source without a score of some of those days, by id."""
        with self._database.reading() as connection:
            on = connection.scalar(select(BUSINESS_DATES.c.as_of).where(BUSINESS_DATES.c.source == source))
            if on is None:
                return []
            scored = STRESS_SCORES.c.customer_id == STRESS_STATES.c.customer_id
            days = select(func.count()).where(scored, STRESS_SCORES.c.as_of > on - timedelta(days=DAYS)).scalar_subquery()
            query = select(STRESS_STATES.c.customer_id).where(STRESS_STATES.c.source == source, days < DAYS)
            return list(connection.scalars(query.order_by(STRESS_STATES.c.customer_id)))

    def fill(self, customer_ids: Sequence[str], stopped: Callable[[], bool], progress: Callable[[str, int], None]) -> int:
        """Score the last days of these customers. Returns the number of customers done; it may be stopped between them."""
        done = 0
        for start in range(0, len(customer_ids), _AT_ONCE):
            if stopped():
                break
            chunk = customer_ids[start : start + _AT_ONCE]
            rows = [day for history in self._reader.histories(chunk) for day in self._record.on_days(history, _last_days(history.as_of))]
            with self._database.writing() as connection:
                self._record.scores.keep_absent(connection, rows)
            done += len(chunk)
            progress("past scores", done)
        return done


def _last_days(until: date) -> list[date]:
    return [until - timedelta(days=ago) for ago in range(DAYS - 1, -1, -1)]
