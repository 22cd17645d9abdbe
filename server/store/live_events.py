"""What has just changed about customers: numbered in the order in which it became visible, read by whoever tells it on."""

from collections.abc import Callable, Collection, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, delete, func, insert, select

from server.store.database import Database
from server.store.tables.live import LIVE_EVENTS
from tools.ledger.query import Band
from tools.value import Value

LiveKind = Literal["score", "band", "insight"]


class NewLiveEvent(Value):
    """One change, as who made it says it.

    Attributes:
        kind: band for a score that left its band, score for another change, insight for something worth knowing.
        as_of: business date of the figures.
        score: None where the history is too short; likewise `score_before`, which is what was stored before.
        drivers: names of the inputs that raise the score most, strongest first, at most four.
        driver_values: the customer's own values of them, in their order; None for one that cannot be said. Empty where nobody knows.
        insight: its kind, for an insight.
    """

    source: str
    customer_id: str
    kind: LiveKind
    as_of: date
    score: float | None
    band: Band
    score_before: float | None
    band_before: Band
    drivers: tuple[str, ...] = ()
    driver_values: tuple[float | None, ...] = ()
    insight: str | None = None


class LiveEvent(NewLiveEvent):
    """A change with its number. Numbers only grow; not every number exists."""

    id: int
    created_at: datetime


class LiveEvents:
    """The table of changes. The bank's own bookkeeping: whoever tells a change on decides who may hear it."""

    def __init__(self, database: Database, clock: Callable[[], datetime]) -> None:
        self._database = database
        self._clock = clock

    def add(self, connection: Connection, rows: Sequence[NewLiveEvent]) -> None:
        """Add changes in the transaction that made them. Call it last: on PostgreSQL it holds others off until the transaction ends.

        Without that, two transactions could be seen in another order than their numbers, and a reader would miss the smaller one.
        """
        if not rows:
            return
        self._database.lock(connection, "live")
        at = self._clock()
        connection.execute(insert(LIVE_EVENTS), [{**row.model_dump(), "created_at": at} for row in rows])

    def insights_told(self, connection: Connection, customer_ids: Sequence[str]) -> dict[tuple[str, str], date]:
        """By customer and kind, the business date as of which an insight was last told, as far as it is still kept."""
        held = LIVE_EVENTS.c
        query = select(held.customer_id, held.insight, func.max(held.as_of)).where(
            held.customer_id.in_(customer_ids), held.kind == "insight"
        )
        rows = connection.execute(query.group_by(held.customer_id, held.insight))
        return {(customer_id, kind): as_of for customer_id, kind, as_of in rows}

    def insights_of(
        self, customer_ids: Sequence[str], kinds: Collection[str], since: datetime, last: int, most: int
    ) -> tuple[LiveEvent, ...]:
        """Insights of these kinds about these customers that came up at `since` or later, up to number `last`; the newest first."""
        held = LIVE_EVENTS.c
        wanted = held.kind == "insight", held.insight.in_(kinds), held.customer_id.in_(customer_ids)
        query = select(LIVE_EVENTS).where(*wanted, held.created_at >= since, held.id <= last).order_by(held.id.desc()).limit(most)
        with self._database.reading() as connection:
            return tuple(_event(dict(row)) for row in connection.execute(query).mappings())

    def after(self, last_id: int, limit: int = 500) -> tuple[LiveEvent, ...]:
        """The next changes behind a number, in their order."""
        query = select(LIVE_EVENTS).where(LIVE_EVENTS.c.id > last_id).order_by(LIVE_EVENTS.c.id).limit(limit)
        with self._database.reading() as connection:
            return tuple(_event(dict(row)) for row in connection.execute(query).mappings())

    def newest_id(self) -> int:
        """The number of the newest change, 0 when there is none."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.max(LIVE_EVENTS.c.id))) or 0

    def oldest_id(self) -> int:
        """The number of the oldest change that is still kept, 0 when there is none."""
        with self._database.reading() as connection:
            return connection.scalar(select(func.min(LIVE_EVENTS.c.id))) or 0

    def forget(self, before: datetime) -> int:
        """Remove changes that are older than a moment; says how many. The newest always stays, so that its number is known."""
        newest = select(func.max(LIVE_EVENTS.c.id)).scalar_subquery()
        with self._database.writing() as connection:
            gone = connection.execute(delete(LIVE_EVENTS).where(LIVE_EVENTS.c.created_at < before, LIVE_EVENTS.c.id < newest))
        return gone.rowcount


def _event(row: dict[str, Any]) -> LiveEvent:
    return LiveEvent.model_validate({**row, "drivers": tuple(row["drivers"]), "driver_values": tuple(row["driver_values"])})
