"""The reasons of clients' scores as pages show them: worked out from the stored activities once for each score, and kept."""

from collections import OrderedDict
from collections.abc import Mapping, Sequence
from datetime import date
from threading import Lock

from agent.context import Principal
from agent.shown_driver import ShownDriver, shown_drivers
from server.store.database import Database, access_of
from server.store.known_accounts import held_by, standing_of
from server.store.stress_states import StressStates
from tools.ledger.query import ClientSnapshot

MOST_KEPT = 2000

_Score = tuple[date, float | None]
_Drivers = tuple[ShownDriver, ...]


class StressReasons:
    """One per server process."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._kept: OrderedDict[str, tuple[_Score, _Drivers]] = OrderedDict()
        self._lock = Lock()

    def of(self, principal: Principal, rows: Sequence[ClientSnapshot]) -> dict[str, _Drivers]:
        """The drivers of some clients' scores, strongest first, by client; none for whom there is no activity or no score.

        `rows` are what the principal's own view has shown, so that the reasons of the same scores may be shown as well.
        """
        with self._lock:
            kept = {row.customer_id: self._kept.get(row.customer_id) for row in rows}
        known = {row.customer_id: found[1] for row in rows if (found := kept[row.customer_id]) is not None and found[0] == _score(row)}
        missing = {row.customer_id: row for row in rows if row.customer_id not in known and row.stress_score is not None}
        if missing:
            found = self._worked_out(principal, missing)
            self._keep(missing, found)
            known |= found
        return known

    def warm_up(self) -> None:
        """Load what works reasons out, which takes seconds, before somebody waits for it."""
        import numpy as np

        from tools.stress.drivers import drivers_of
        from tools.stress.model.file import shipped_model

        drivers_of(shipped_model(), np.full((1, len(shipped_model().inputs)), np.nan))

    def _keep(self, rows: Mapping[str, ClientSnapshot], found: Mapping[str, _Drivers]) -> None:
        with self._lock:
            for customer_id, drivers in found.items():
                self._kept[customer_id] = _score(rows[customer_id]), drivers
                self._kept.move_to_end(customer_id)
            while len(self._kept) > MOST_KEPT:
                self._kept.popitem(last=False)

    def _worked_out(self, principal: Principal, rows: Mapping[str, ClientSnapshot]) -> dict[str, _Drivers]:
        # What computes figures is loaded after the port is bound.
        from tools.stress.activity import advance
        from tools.stress.drivers import drivers_of
        from tools.stress.inputs import INPUTS, inputs_matrix
        from tools.stress.model.file import shipped_model
        from tools.stress.model.model import columns_of

        with self._database.reading(access_of(principal)) as connection:
            states = StressStates().states(connection, list(rows))
            held = held_by(connection, list(states))
        ids = list(states)
        if not ids:
            return {}
        days = [rows[one].as_of for one in ids]
        activities = [advance(states[one].activity, day.toordinal()) for one, day in zip(ids, days, strict=True)]
        standings = [standing_of(held.get(one, ()), states[one].currency, day) for one, day in zip(ids, days, strict=True)]
        model = shipped_model()
        matrix = columns_of(model.inputs, inputs_matrix(activities, standings), tuple(each.name for each in INPUTS))
        return {
            one: shown_drivers([driver.key for driver in drivers], [driver.value for driver in drivers])
            for one, drivers in zip(ids, drivers_of(model, matrix), strict=True)
        }


def _score(row: ClientSnapshot) -> _Score:
    return row.as_of, row.stress_score
