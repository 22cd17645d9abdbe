"""Keeping the row of each client, over which typed queries run, in step with the ledger."""

from collections.abc import Callable, Sequence

from sqlalchemy import delete, insert, select

from server.store.database import Database
from server.store.history_reader import AT_ONCE, HistoryReader
from server.store.scope import customers_with_accounts
from server.store.tables.customer import CUSTOMERS
from server.store.tables.snapshot import SNAPSHOTS
from tools.ledger.history import History
from tools.ledger.query import ClientSnapshot

Summarise = Callable[[History], ClientSnapshot]


class SnapshotStore:
    """Makes and stores snapshots. How a history is summarised is given from outside: features, stress and forecast."""

    def __init__(self, database: Database, reader: HistoryReader, summarise: Summarise) -> None:
        self._database = database
        self._reader = reader
        self._summarise = summarise

    def refresh(self, customer_ids: Sequence[str], progress: Callable[[str, int], None]) -> None:
        """Make the snapshots of these customers anew; of those that do not exist yet by their source's date, remove them."""
        for start in range(0, len(customer_ids), AT_ONCE):
            chunk = customer_ids[start : start + AT_ONCE]
            rows = [vars(self._summarise(history)) for history in self._reader.histories(chunk)]
            with self._database.writing() as connection:
                connection.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.customer_id.in_(chunk)))
                if rows:
                    connection.execute(insert(SNAPSHOTS), rows)
            progress("clients summarised", start + len(chunk))

    def refresh_all(self, progress: Callable[[str, int], None]) -> None:
        """Make every snapshot anew, after the way of summarising has changed."""
        with self._database.reading() as connection:
            ids = list(connection.scalars(select(CUSTOMERS.c.id).order_by(CUSTOMERS.c.id)))
        self.refresh(ids, progress)

    def missing(self) -> tuple[str, ...]:
        """Customers that exist and have no snapshot, as after an import that was broken off."""
        query = customers_with_accounts().where(CUSTOMERS.c.id.not_in(select(SNAPSHOTS.c.customer_id)))
        with self._database.reading() as connection:
            return tuple(connection.scalars(query))
