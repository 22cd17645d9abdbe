"""Catching up with the stream: what takes a whole history (twin, forecast, balances checked) is worked out behind it, a few customers at a time."""

from sqlalchemy import select

from server.store.database import Database
from server.store.ledger_store import no_progress
from server.store.reconciling import record_differences
from server.store.snapshot import SnapshotStore
from server.store.stress_states import StressStates
from server.store.tables.account import ACCESS

#: Customers summarised before the stream is looked at again: about a second's work.
FEW = 10


class CatchUp:
    """Summaries of customers that have been booked on, or whose business date has moved, since their last one."""

    def __init__(self, database: Database, states: StressStates, snapshots: SnapshotStore) -> None:
        self._database = database
        self._states = states
        self._snapshots = snapshots

    def step(self, limit: int = FEW) -> int:
        """Summarise the customers that need it most. Returns how many; 0 when nobody does."""
        with self._database.reading() as connection:
            ids = self._states.stale(connection, limit)
            accounts = list(connection.scalars(select(ACCESS.c.account_id).where(ACCESS.c.customer_id.in_(ids)).distinct()))
        if ids:
            record_differences(self._database, sorted(accounts), no_progress)
            self._snapshots.refresh(ids, no_progress)
        return len(ids)
