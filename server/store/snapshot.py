"""Keeping the row of each client, over which typed queries run, in step with the ledger."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from datetime import date, timedelta
from typing import TYPE_CHECKING, Protocol

from sqlalchemy import Connection, delete, func, insert, select

from server.store.database import Database
from server.store.history_reader import AT_ONCE, HistoryReader
from server.store.scope import customers_with_accounts
from server.store.stress_record import Restated, StressRecord, weeks_before
from server.store.stress_scores import ScoredDay
from server.store.tables.account import ACCESS
from server.store.tables.customer import CUSTOMERS
from server.store.tables.importing import BUSINESS_DATES
from server.store.tables.snapshot import SNAPSHOTS
from server.store.tables.stress import STRESS_STATES
from server.store.tables.transaction import TRANSACTIONS
from server.store.tables.twin import OUTLOOKS, PRIORS
from server.store.twins import TwinStore
from tools.ledger.history import History
from tools.ledger.query import ClientSnapshot
from tools.twin.twin import Twin

if TYPE_CHECKING:
    from tools.twin.outlook.outlook import Outlook, Priors


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

    @property
    def outlook(self) -> "Outlook | None":
        """Where its balance will be, where there is a twin and something was learnt."""
        ...


class Summarise(Protocol):
    """How histories are summarised, and what is learnt from many of them: given from outside."""

    def learn(self, histories: Iterable[History]) -> "Priors | None":
        """What the past of these customers teaches about each of them; None when that is nothing."""
        ...

    def summarise(self, history: History, priors: "Priors | None") -> Summarised:
        """Features, twin, stress and forecast of one customer."""
        ...


class AlsoKept(Protocol):
    """What else is worked out of histories while they are at hand, and kept in the transaction that keeps their summaries."""

    def look(self, history: History, summary: Summarised) -> None:
        """Take note of one customer; again for who was overtaken meanwhile."""
        ...

    def keep(self, connection: Connection, customer_ids: Collection[str]) -> None:
        """Keep what was noted of these customers; the last thing that the transaction does."""
        ...


#: What was learnt is kept for as long as the business date has not moved on by this.
_LEARNT_ANEW = timedelta(days=28)


class SnapshotStore:
    """Makes and stores snapshots and twins."""

    def __init__(
        self, database: Database, reader: HistoryReader, twins: TwinStore, summarise: Summarise, stress: StressRecord | None = None
    ) -> None:
        """`stress` keeps activity and score of whoever is summarised; without it there is nothing for the stream to go on from."""
        self._database = database
        self._reader = reader
        self._twins = twins
        self._summarise = summarise
        self._stress = stress

    def refresh(self, customer_ids: Sequence[str], progress: Callable[[str, int], None], also: AlsoKept | None = None) -> None:
        """Make the snapshots of these customers anew; of those that do not exist yet by their source's date, remove them."""
        priors = {source: self._learnt(source, progress) for source in sorted({one.partition(":")[0] for one in customer_ids})}
        left, done = list(customer_ids), 0
        while left:
            chunk, left = left[:AT_ONCE], left[AT_ONCE:]
            overtaken = self._refresh_some(chunk, priors, also)
            left += overtaken
            done += len(chunk) - len(overtaken)
            progress("clients summarised", done)

    def _refresh_some(self, customer_ids: Sequence[str], priors: "Mapping[str, Priors | None]", also: AlsoKept | None) -> list[str]:
        """Make some snapshots anew. Returns those of them that a booking of the stream overtook meanwhile: they have to be read again."""
        with self._database.reading() as connection:
            newest, dates = _newest_position(connection), _business_dates(connection)
        summaries: list[Summarised] = []
        restated: list[Restated] = []
        past: list[ScoredDay] = []
        begun = self._stress.scores.latest(customer_ids) if self._stress is not None else {}
        for history in self._reader.histories(customer_ids):
            summaries.append(self._summarise.summarise(history, priors[history.customer.source]))
            if also is not None:
                also.look(history, summaries[-1])
            if self._stress is not None:
                restated.append(self._stress.restated(history))
                if history.customer.id not in begun:
                    past += self._stress.on_days(history, weeks_before(history.as_of))
        scored = self._stress.scored(restated) if self._stress is not None else ()
        twins = [summary.twin for summary in summaries if summary.twin is not None]
        self._twins.keep(twins, "import", {one.snapshot.customer_id: one.outlook for one in summaries if one.outlook is not None})
        with self._database.writing() as connection:
            self._database.lock(connection, "import")
            overtaken = _overtaken(connection, customer_ids, newest, dates)
            kept = [one for one in customer_ids if one not in overtaken]
            connection.execute(delete(SNAPSHOTS).where(SNAPSHOTS.c.customer_id.in_(kept)))
            # One figure everywhere: the score that the stream goes on from is the one that queries see.
            since = self._stress.scores.band_since(connection, scored) if self._stress is not None else {}
            stress = {
                day.customer_id: {
                    "stress_score": day.score,
                    "stress_band": day.band,
                    "stress_band_since": since.get(day.customer_id),
                }
                for day in scored
            }
            snapshots = [summary.snapshot for summary in summaries if summary.snapshot.customer_id not in overtaken]
            rows = [{**vars(snapshot), **stress.get(snapshot.customer_id, {})} for snapshot in snapshots]
            if rows:
                connection.execute(insert(SNAPSHOTS), rows)
            if self._stress is not None:
                self._stress.scores.keep_absent(connection, [day for day in past if day.customer_id not in overtaken])
                self._stress.keep(
                    connection,
                    [one for one in restated if one.customer_id not in overtaken],
                    [day for day in scored if day.customer_id not in overtaken],
                )
            if also is not None:
                also.keep(connection, kept)
        return [one for one in customer_ids if one in overtaken]

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
        """Customers without a snapshot or an activity, as after an import that was broken off, and all of a source whose past is not used.

        That is a source that was never learnt from, or one that was and none of whose customers has an outlook.
        """
        used = select(CUSTOMERS.c.source).join(OUTLOOKS, OUTLOOKS.c.customer_id == CUSTOMERS.c.id)
        learnt = select(PRIORS.c.source).where((PRIORS.c.priors == "") | PRIORS.c.source.in_(used))
        summarised = CUSTOMERS.c.id.in_(select(SNAPSHOTS.c.customer_id)) & CUSTOMERS.c.source.in_(learnt)
        if self._stress is not None:
            summarised &= CUSTOMERS.c.id.in_(select(STRESS_STATES.c.customer_id))
        with self._database.reading() as connection:
            return tuple(connection.scalars(customers_with_accounts().where(~summarised).order_by(CUSTOMERS.c.id)))


def _newest_position(connection: Connection) -> int:
    return connection.scalar(select(func.max(TRANSACTIONS.c.position))) or 0


def _business_dates(connection: Connection) -> dict[str, date]:
    return {row.source: row.as_of for row in connection.execute(select(BUSINESS_DATES))}


def _overtaken(connection: Connection, customer_ids: Sequence[str], newest: int, dates: Mapping[str, date]) -> set[str]:
    """Those of these customers whose accounts, or whose source's business date, have changed since."""
    moved = {source for source, day in _business_dates(connection).items() if dates.get(source) != day}
    booked = (
        select(ACCESS.c.customer_id)
        .join(TRANSACTIONS, TRANSACTIONS.c.account_id == ACCESS.c.account_id)
        .where(TRANSACTIONS.c.position > newest)
    )
    since = set(connection.scalars(booked.distinct())) if newest < _newest_position(connection) else set[str]()
    return {one for one in customer_ids if one in since or one.partition(":")[0] in moved}
