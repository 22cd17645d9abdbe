"""What changed in a book since a day, from the stored scores: for a manager of the own clients, for staff in numbers alone."""

from collections.abc import Sequence
from datetime import date, timedelta

from sqlalchemy import Connection, select

from agent.context import Principal
from server.store.database import SERVICE, Access, Database, access_of
from server.store.drawn import drawn
from server.store.scope import customers_with_accounts, visible_customers
from server.store.stress_scores import StressScores
from server.store.tables.importing import BUSINESS_DATES
from server.store.tables.live import LIVE_EVENTS
from server.store.tables.snapshot import SNAPSHOTS
from tools.errors import RefusedError
from tools.stress.monitor.changes import BandStand, BookChanges, changes_of

#: Clients of one source that are compared: more would keep the person waiting, and a share of so many hardly differs.
MOST_CLIENTS = 20_000


class BookChangesReader:
    """Reads for one principal at a time; rights are looked up at every call."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._scores = StressScores(database)

    def of(self, principal: Principal, days: int) -> tuple[BookChanges, ...]:
        """What changed in the `days` days up to the business date of each source, by source.

        Raises:
            RefusedError: for whoever has neither a book nor a task that needs the bank's numbers.
        """
        if principal.role not in {"rm", "staff"}:
            raise RefusedError("Questions about a whole book are for relationship managers and staff. Ask about what you can see yourself.")
        # Staff may not see a customer, and these become numbers: the bank counts, and nobody's row is handed on.
        visible, access = (
            (customers_with_accounts(), SERVICE) if principal.role == "staff" else (visible_customers(principal), access_of(principal))
        )
        with self._database.reading(access) as connection:
            rows = connection.execute(
                select(SNAPSHOTS.c.source, SNAPSHOTS.c.customer_id, SNAPSHOTS.c.stress_score, SNAPSHOTS.c.stress_band)
                .where(SNAPSHOTS.c.customer_id.in_(visible))
                .order_by(SNAPSHOTS.c.source, SNAPSHOTS.c.customer_id)
            ).all()
            dates = {row.source: row.as_of for row in connection.execute(select(BUSINESS_DATES))}
        found: dict[str, list[BandStand]] = {}
        for row in rows:
            found.setdefault(row.source, []).append(BandStand(customer_id=row.customer_id, score=row.stress_score, band=row.stress_band))
        told = (self._source(source, dates[source], days, stands, access) for source, stands in found.items())
        return tuple(changes.without_persons() if principal.role == "staff" else changes for changes in told)

    def _source(self, source: str, as_of: date, days: int, stands: Sequence[BandStand], access: Access) -> BookChanges:
        since = as_of - timedelta(days=days)
        sampled = len(stands) > MOST_CLIENTS
        looked_at = drawn(stands, MOST_CLIENTS)
        ids = [one.customer_id for one in looked_at]
        before = {
            customer_id: BandStand(customer_id=customer_id, score=day.score, band=day.band)
            for customer_id, day in self._scores.since(ids, since, access).items()
        }
        with self._database.reading(SERVICE) as connection:
            insights = _insights(connection, source, since, frozenset(one.customer_id for one in stands))
        return changes_of(source, since, as_of, before, looked_at, sampled=sampled, insights=insights)


def _insights(connection: Connection, source: str, since: date, customers: frozenset[str]) -> int:
    """Things worth knowing that have come up since; the same thing twice counts once."""
    held = LIVE_EVENTS.c
    query = select(held.customer_id, held.insight).where(held.source == source, held.kind == "insight", held.as_of > since).distinct()
    return sum(row.customer_id in customers for row in connection.execute(query))
