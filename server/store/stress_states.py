"""Stored activities: the state of constant size that each booking of a customer updates.

Reading and writing take the connection of somebody else's transaction: a state changes together with the bookings it tells of.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, select

from server.store.tables.importing import BUSINESS_DATES
from server.store.tables.snapshot import SNAPSHOTS
from server.store.tables.stress import STRESS_STATES
from server.store.upsert import put
from tools.stress.activity import Activity


@dataclass(frozen=True, eq=False)
class StressState:
    """What is kept of one customer.

    Attributes:
        currency: the one that the activity is told in; bookings in others are not part of it.
        bookings: those added since the customer was last summarised from the whole history.
        scored_on: business date of the newest score, None before the first.
    """

    activity: Activity
    currency: str
    bookings: int = 0
    scored_on: date | None = None


class StressStates:
    """The states of a bank. Stateless: every method works in the transaction it is given."""

    def read(self, connection: Connection, customer_ids: Sequence[str]) -> dict[str, Activity]:
        """The activities of those customers that have one, each up to the day on which it was last changed."""
        return {customer_id: state.activity for customer_id, state in self.states(connection, customer_ids).items()}

    def states(self, connection: Connection, customer_ids: Sequence[str]) -> dict[str, StressState]:
        """The states of those customers that have one."""
        rows = connection.execute(select(STRESS_STATES).where(STRESS_STATES.c.customer_id.in_(customer_ids)))
        return {
            row.customer_id: StressState(Activity.from_bytes(bytes(row.state)), row.currency, row.bookings, row.scored_on) for row in rows
        }

    def keep(self, connection: Connection, states: Mapping[str, StressState]) -> None:
        """Store these states in the place of the customers' earlier ones."""
        put(connection, STRESS_STATES, [_row(customer_id, state) for customer_id, state in states.items()], lasting=("source",))

    def unscored(self, connection: Connection, source: str, on: date, limit: int) -> list[str]:
        """Some customers of a source whose newest score is older than `on`, by id."""
        held = STRESS_STATES.c
        older = held.scored_on.is_(None) | (held.scored_on < on)
        return list(
            connection.scalars(select(held.customer_id).where(held.source == source, older).order_by(held.customer_id).limit(limit))
        )

    def stale(self, connection: Connection, limit: int) -> list[str]:
        """Some customers whose snapshot is behind, those with most bookings since first."""
        held = STRESS_STATES.c
        query = (
            select(held.customer_id)
            .join(SNAPSHOTS, SNAPSHOTS.c.customer_id == held.customer_id)
            .join(BUSINESS_DATES, BUSINESS_DATES.c.source == held.source)
            .where((held.bookings > 0) | (SNAPSHOTS.c.as_of < BUSINESS_DATES.c.as_of))
            .order_by(held.bookings.desc(), held.customer_id)
            .limit(limit)
        )
        return list(connection.scalars(query))


def _row(customer_id: str, state: StressState) -> dict[str, object]:
    return {
        "customer_id": customer_id,
        "source": customer_id.partition(":")[0],
        "currency": state.currency,
        "state": state.activity.to_bytes(),
        "bookings": state.bookings,
        "scored_on": state.scored_on,
    }
