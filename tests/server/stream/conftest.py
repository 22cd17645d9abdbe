"""A small bank on either engine that takes events."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import orjson
import pytest
from sqlalchemy import select

from server.store.cipher import Cipher
from server.store.database import Database
from server.store.history_reader import HistoryReader
from server.store.ledger_store import LedgerStore
from server.store.live_events import LiveEvents
from server.store.set_aside import SetAside
from server.store.snapshot import SnapshotStore
from server.store.stress_record import StressRecord
from server.store.stress_scores import ScoredDay, StressScores
from server.store.stress_states import StressStates
from server.store.tables.snapshot import SNAPSHOTS
from server.store.tables.stress import STRESS_STATES
from server.store.twins import TwinStore
from server.stream.day_end import DayEnd
from server.stream.ingest import Applied, Ingest
from server.stream.rescored import Rescored
from tests.server.store.bank import Summed
from tests.server.store.conftest import cipher, database, keyring
from tools.ledger.history import History
from tools.stress.activity import Activity, advance
from tools.stress.channel import Channel
from tools.stress.inputs import Standing, days_of_history

__all__ = ["cipher", "database", "keyring"]

#: The day on the wall's calendar.
TODAY = datetime(2026, 6, 30, 12, 0, tzinfo=UTC)


class FailedDebits:
    """Scores by the failed debits of the window alone: easy to foresee, and falling as they leave it."""

    def warm_up(self) -> None:
        """There is nothing to load."""

    def score(self, customer_ids: Sequence[str], activities: Sequence[Activity], standings: Sequence[Standing]) -> list[ScoredDay]:
        return [self._day(*each) for each in zip(customer_ids, activities, standings, strict=True)]

    def _day(self, customer_id: str, activity: Activity, standing: Standing) -> ScoredDay:
        as_of = date.fromordinal(activity.last_day)
        if days_of_history(activity) < 30:
            return ScoredDay(customer_id=customer_id, as_of=as_of, score=None, band="too_short", model="fake")
        failed = int(activity.cells[-60:, Channel.FAILED_COUNT].sum())
        score = min(round(0.1 + 0.25 * failed - (0.05 if standing.overdraft_limit_minor else 0), 2), 1.0)
        band = "critical" if score >= 0.7 else "watchlist" if score >= 0.4 else "healthy"
        drivers = ("failed_debits",) if failed else ()
        return ScoredDay(
            customer_id=customer_id,
            as_of=as_of,
            score=score,
            band=band,
            drivers=drivers,
            driver_values=(float(failed),) * len(drivers),
            model="fake",
        )


def event(number: str, day: str | date, amount: str | float, **more: Any) -> bytes:
    """One event of account 1 of the demo source, unless it says otherwise."""
    fields = {"source": "demo", "event_id": number, "account": "1", "booked_on": str(day), "amount": amount, "currency": "GBP"}
    return orjson.dumps({**fields, "description": f"CANARY payment {number}", **more})


@dataclass
class Stream:
    """Everything that takes events, over one database."""

    database: Database
    cipher: Cipher
    ledger: LedgerStore
    record: StressRecord
    snapshots: SnapshotStore
    ingest: Ingest
    day_end: DayEnd
    shelf: SetAside
    news: LiveEvents

    def take(self, *events: bytes) -> Applied:
        return self.ingest.apply(events)

    def history(self, customer_id: str) -> History:
        (found,) = HistoryReader(self.database, self.cipher).histories([customer_id])
        return found

    def activity(self, customer_id: str) -> Activity:
        """What is kept, as of the business date."""
        with self.database.reading() as connection:
            kept = self.record.states.read(connection, [customer_id])[customer_id]
        return advance(kept, self.history(customer_id).as_of.toordinal())

    def snapshot(self, customer_id: str) -> Any:
        with self.database.reading() as connection:
            return connection.execute(select(SNAPSHOTS).where(SNAPSHOTS.c.customer_id == customer_id)).one()

    def bookings_since_summary(self, customer_id: str) -> int | None:
        with self.database.reading() as connection:
            return connection.scalar(select(STRESS_STATES.c.bookings).where(STRESS_STATES.c.customer_id == customer_id))


@pytest.fixture
def stream(database: Database, cipher: Cipher) -> Stream:
    record = StressRecord(StressStates(), StressScores(database), FailedDebits())
    twins = TwinStore(database, cipher, lambda: TODAY)
    snapshots = SnapshotStore(database, HistoryReader(database, cipher), twins, Summed(), record)
    news, shelf = LiveEvents(database, lambda: TODAY), SetAside(database, cipher, lambda: TODAY)
    rescored = Rescored(record, news)
    return Stream(
        database, cipher, LedgerStore(database, cipher, snapshots.refresh, lambda: TODAY), record, snapshots,
        Ingest(database, cipher, record, rescored, shelf, TODAY.date), DayEnd(database, record, rescored), shelf, news,
    )  # fmt: skip
