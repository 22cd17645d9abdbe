"""The stress around each customer: worked out after a refresh where the bank has switched it on, forgotten where it has not."""

from collections.abc import Sequence
from datetime import date

import numpy as np
from sqlalchemy import delete, func, select

from server.store.database import Database
from server.store.history_reader import HistoryReader
from server.store.scope import customers_with_accounts
from server.store.stress_scores import StressScores
from server.store.tables.customer import CUSTOMERS
from server.store.tables.importing import BUSINESS_DATES
from server.store.tables.network import NEIGHBOUR_STRESS
from server.store.upsert import put_new
from tools.stress.network.graph import PaymentGraph, payments_between

_AT_ONCE = 500


class NeighbourStress:
    """What scoring may read of neighbours. The bank's own code alone: no view reads it."""

    def __init__(self, database: Database, reader: HistoryReader, scores: StressScores) -> None:
        self._database = database
        self._reader = reader
        self._scores = scores

    def refresh(self, source: str) -> int:
        """Work it out anew for one source, from who pays whom and everybody's newest score. Returns for how many it can be said."""
        with self._database.reading() as connection:
            wanted = customers_with_accounts().where(CUSTOMERS.c.source == source).order_by(CUSTOMERS.c.id)
            ids = list(connection.scalars(wanted))
            as_of = connection.scalar(select(BUSINESS_DATES.c.as_of).where(BUSINESS_DATES.c.source == source))
        graph = PaymentGraph(ids, payments_between(self._reader.histories(ids)))
        around = graph.neighbour_stress({one: day.score for one, day in self._scores.latest(ids).items()})
        told = [(one, float(stress)) for one, stress in zip(ids, around, strict=True) if not np.isnan(stress)]
        with self._database.writing() as connection:
            connection.execute(delete(NEIGHBOUR_STRESS).where(NEIGHBOUR_STRESS.c.source == source))
            put_new(
                connection,
                NEIGHBOUR_STRESS,
                [{"customer_id": one, "source": source, "as_of": as_of, "stress": stress} for one, stress in told],
            )
        return len(told)

    def as_of(self, source: str) -> date | None:
        """The business date that it was worked out for; None where nothing is kept."""
        query = select(func.max(NEIGHBOUR_STRESS.c.as_of)).where(NEIGHBOUR_STRESS.c.source == source)
        with self._database.reading() as connection:
            return connection.scalar(query)

    def forget(self) -> None:
        """Keep nothing of it, as when the switch has been turned off."""
        with self._database.writing() as connection:
            connection.execute(delete(NEIGHBOUR_STRESS))

    def of(self, customer_ids: Sequence[str]) -> dict[str, float]:
        """The stress around those customers for whom it can be said."""
        found: dict[str, float] = {}
        for start in range(0, len(customer_ids), _AT_ONCE):
            chunk = customer_ids[start : start + _AT_ONCE]
            query = select(NEIGHBOUR_STRESS.c.customer_id, NEIGHBOUR_STRESS.c.stress).where(NEIGHBOUR_STRESS.c.customer_id.in_(chunk))
            with self._database.reading() as connection:
                found.update({row.customer_id: row.stress for row in connection.execute(query)})
        return found
