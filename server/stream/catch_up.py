"""Catching up with the stream: what takes a whole history (twin, forecast, balances checked) is worked out behind it, a few customers at a time."""

from sqlalchemy import select

from server.store.database import Database
from server.store.ledger_store import no_progress
from server.store.live_events import LiveEvents
from server.store.reconciling import record_differences
from server.store.snapshot import SnapshotStore
from server.store.stress_states import StressStates
from server.store.tables.account import ACCESS
from server.stream.insight_news import Find, InsightNews, ReadsPlans, insights_in

#: Customers summarised before the stream is looked at again: about a second's work.
FEW = 10


class CatchUp:
    """Summaries of customers that have been booked on, or whose business date has moved, since their last one.

    What is worth knowing about those that were booked on is told as news with their summaries.
    """

    def __init__(
        self,
        database: Database,
        states: StressStates,
        snapshots: SnapshotStore,
        news: LiveEvents,
        plans: ReadsPlans,
        find: Find = insights_in,
    ) -> None:
        self._database = database
        self._states = states
        self._snapshots = snapshots
        self._news, self._plans, self._find = news, plans, find

    def step(self, limit: int = FEW) -> int:
        """Summarise the customers that need it most. Returns how many; 0 when nobody does."""
        with self._database.reading() as connection:
            ids = self._states.stale(connection, limit)
            booked = [one for one, state in self._states.states(connection, ids).items() if state.bookings]
            accounts = list(connection.scalars(select(ACCESS.c.account_id).where(ACCESS.c.customer_id.in_(ids)).distinct()))
        if ids:
            record_differences(self._database, sorted(accounts), no_progress)
            self._snapshots.refresh(ids, no_progress, InsightNews(self._news, self._plans, booked, self._find))
        return len(ids)
