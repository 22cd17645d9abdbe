"""The stored rows of a board, for one principal: names and rows of the own book, and how many clients are in each band."""

from collections.abc import Sequence
from datetime import date

from sqlalchemy import func, select

from agent.context import ClientName, Principal
from server.store.cipher import Cipher, place_of
from server.store.database import SERVICE, Database, access_of
from server.store.scope import customers_with_accounts, visible_customers
from server.store.tables.customer import CUSTOMERS
from server.store.tables.importing import BUSINESS_DATES
from server.store.tables.snapshot import SNAPSHOTS
from tools.ledger.query import ClientSnapshot
from tools.value import Value

DEMO = "demo"


class SourceBands(Value):
    """How many clients of one source are in each band, as of its business date. Sources are never added up."""

    source: str
    as_of: date
    healthy: int = 0
    watchlist: int = 0
    critical: int = 0
    too_short: int = 0


class BoardReader:
    """What a manager's own book, or for staff the whole bank, looks like now. Rights are looked up at every call."""

    def __init__(self, database: Database, cipher: Cipher) -> None:
        self._database = database
        self._cipher = cipher

    def visible(self, principal: Principal, customer_ids: Sequence[str]) -> frozenset[str]:
        """Which of these clients are in the own book."""
        query = visible_customers(principal).where(CUSTOMERS.c.id.in_(customer_ids))
        with self._database.reading(access_of(principal)) as connection:
            return frozenset(connection.scalars(query))

    def names(self, principal: Principal, customer_ids: Sequence[str]) -> dict[str, ClientName]:
        """These clients by their key, as far as they are in the own book."""
        query = select(CUSTOMERS.c.id, CUSTOMERS.c.source, CUSTOMERS.c.external_id, CUSTOMERS.c.name)
        mine = CUSTOMERS.c.id.in_(visible_customers(principal)), CUSTOMERS.c.id.in_(customer_ids)
        with self._database.reading(access_of(principal)) as connection:
            rows = connection.execute(query.where(*mine)).all()
        keys = self._cipher.keys(row.id for row in rows)
        return {
            row.id: ClientName(
                customer_id=row.id,
                ref=row.external_id if row.source == DEMO else row.id,
                name=keys[row.id].open(row.name, place_of(CUSTOMERS.name, row.id, "name")),
            )
            for row in rows
        }

    def rows(self, principal: Principal, customer_ids: Sequence[str] | None = None) -> tuple[ClientSnapshot, ...]:
        """The row of every client of the own book that has one (or of these of them), by key."""
        query = select(SNAPSHOTS).where(SNAPSHOTS.c.customer_id.in_(visible_customers(principal))).order_by(SNAPSHOTS.c.customer_id)
        if customer_ids is not None:
            query = query.where(SNAPSHOTS.c.customer_id.in_(customer_ids))
        with self._database.reading(access_of(principal)) as connection:
            return tuple(ClientSnapshot.model_validate(dict(row)) for row in connection.execute(query).mappings())

    def bands(self, principal: Principal) -> tuple[SourceBands, ...]:
        """How many clients are in each band, by source: of the own book, for staff of the whole bank. Nobody else learns any."""
        if principal.role == "staff":
            # Staff may not see a customer, and these are numbers: the bank counts, nobody's row leaves this query.
            visible, access = customers_with_accounts(), SERVICE
        else:
            visible, access = visible_customers(principal), access_of(principal)
        query = (
            select(SNAPSHOTS.c.source, BUSINESS_DATES.c.as_of, SNAPSHOTS.c.stress_band, func.count())
            .join(BUSINESS_DATES, BUSINESS_DATES.c.source == SNAPSHOTS.c.source)
            .where(SNAPSHOTS.c.customer_id.in_(visible))
            .group_by(SNAPSHOTS.c.source, BUSINESS_DATES.c.as_of, SNAPSHOTS.c.stress_band)
        )
        found: dict[str, dict[str, object]] = {}
        with self._database.reading(access) as connection:
            for source, as_of, band, clients in connection.execute(query):
                found.setdefault(source, {"source": source, "as_of": as_of})[band] = clients
        return tuple(SourceBands.model_validate(found[source]) for source in sorted(found))
