"""A new business day without bookings is news, too: what happened moves into the past, and scores fall or rise by it.

Every customer of a source is scored once as of each business date that the source stops at. The work is done in short transactions
and noted in them, so it can stop anywhere and goes on where it stopped.
"""

from collections.abc import Iterable

from sqlalchemy import select

from server.store.database import Database
from server.store.known_accounts import held_by
from server.store.stress_record import StressRecord
from server.store.tables.importing import BUSINESS_DATES
from server.stream.rescored import Rescored

#: Customers scored in one transaction: about a tenth of a second of writing.
CHUNK = 500


class DayEnd:
    """Scores of customers whom no booking has reached since the business date moved."""

    def __init__(self, database: Database, record: StressRecord, rescored: Rescored) -> None:
        self._database = database
        self._record = record
        self._rescored = rescored

    def step(self, source: str, limit: int = CHUNK) -> int:
        """Score some customers of a source as of its business date. Returns how many; 0 when everybody's score is of that date."""
        with self._database.writing() as connection:
            self._database.lock(connection, "import")
            on = connection.scalar(select(BUSINESS_DATES.c.as_of).where(BUSINESS_DATES.c.source == source))
            if on is None:
                return 0
            ids = self._record.states.unscored(connection, source, on, limit)
            if ids:
                states = self._record.states.states(connection, ids)
                self._rescored.keep(connection, states, held_by(connection, ids), {source: on}, {})
            return len(ids)

    def all(self, sources: Iterable[str], limit: int = CHUNK) -> int:
        """Score everybody of these sources whose score is older than the business date."""
        done = 0
        for source in sources:
            while found := self.step(source, limit):
                done += found
        return done
