"""Keeping the row of each client, over which typed queries run, in step with the ledger."""

from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import delete, insert, select

from server.store.database import Database
from server.store.history_reader import AT_ONCE, HistoryReader
from server.store.scope import customers_with_accounts
from server.store.tables.customer import CUSTOMERS
from server.store.tables.importing import BUSINESS_DATES
from server.store.tables.snapshot import SNAPSHOTS
from server.store.tables.twin import PRIORS
from server.store.twins import TwinStore
from tools.ledger.history import History
from tools.ledger.query import ClientSnapshot
from tools.twin.twin import Twin

if TYPE_CHECKING:
    from tools.twin.outlook.outlook import Priors


class Summarised(Protocol):
    """What is kept of one customer."""

    @property
    def snapshot(self) -> ClientSnapshot:
        """The row that queries run over."""
        ...

    @property
    def twin(self) -> Twin | None:
        """The twin, where there is history enough for one."""
        ...


class Summarise(Protocol):
    """How histories are summarised, and what is learnt from many of them: given from outside."""

    def learn(self, histories: Iterable[History]) -> "Priors | None":
        """What the past of these customers teaches about each of them; None when that is nothing."""
        ...

    def summarise(self, history: History, priors: "Priors | None") -> Summarised:
        """Features, twin, stress and forecast of one customer."""
        ...


#: What was learnt is kept for as long as the business date has not moved on by this.
_LEARNT_ANEW = timedelta(days=28)


class SnapshotStore:
    """Makes and stores snapshots and twins."""

    def __init__(self, database: Database, reader: HistoryReader, twins: TwinStore, summarise: Summarise) -> None:
        self._database = database
        self._reader = reader
        self._twins = twins
        self._summarise = summarise

    def refresh(self, customer_ids: Sequence[str], progress: Callable[[str, int], None]) -> None:
        """Make the snapshots of these customers anew; of those that do not exist yet by their source's date, remove them."""
        priors = {source: self._learnt(source, progress) for source in sorted({one.partition(":")[0] for one in customer_ids})}
        for start in range(0, len(customer_ids), AT_ONCE):
            chunk = customer_ids[start : start + AT_ONCE]
            summaries = [self._summarise.summarise(one, priors[one.customer.source]) for one in self._reader.histories(chunk)]
            rows = [vars(summary.snapshot) for summary in summaries]
            self._twins.keep([summary.twin for summary in summaries if summary.twin is not None], "import")
            with self._database.writing() as connection:
                connection.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.customer_id.in_(chunk)))
                if rows:
                    connection.execute(insert(SNAPSHOTS), rows)
            progress("clients summarised", start + len(chunk))

    def _learnt(self, source: str, progress: Callable[[str, int], None]) -> "Priors | None":
        """What is known from the past of a source, learnt anew once its business date has moved on by a month."""
        with self._database.reading() as connection:
            as_of = connection.scalar(select(BUSINESS_DATES.c.as_of).where(BUSINESS_DATES.c.source == source))
            wanted = customers_with_accounts().where(CUSTOMERS.c.source == source).order_by(CUSTOMERS.c.id)
            ids = list(connection.scalars(wanted))
        until = self._twins.learnt_until(source)
        if as_of is not None and (until is None or as_of - until >= _LEARNT_ANEW):
            found = self._summarise.learn(self._reader.histories(ids))
            progress("clients to learn from", len(ids))
            self._twins.keep_priors(source, as_of, found)
        return self._twins.priors(source)

    def refresh_all(self, progress: Callable[[str, int], None]) -> None:
        """Make every snapshot anew, after the way of summarising has changed."""
        with self._database.reading() as connection:
            ids = list(connection.scalars(select(CUSTOMERS.c.id).order_by(CUSTOMERS.c.id)))
        self.refresh(ids, progress)

    def behind(self) -> tuple[str, ...]:
        """Customers without a snapshot, as after an import that was broken off, and all of a source that was never learnt from."""
        summarised = CUSTOMERS.c.id.in_(select(SNAPSHOTS.c.customer_id)) & CUSTOMERS.c.source.in_(select(PRIORS.c.source))
        with self._database.reading() as connection:
            return tuple(connection.scalars(customers_with_accounts().where(~summarised).order_by(CUSTOMERS.c.id)))
