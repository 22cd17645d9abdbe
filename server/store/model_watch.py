"""The `ModelWatch` of `agent/context.py`: how the stress model does on the bank's own customers.

The bank's own code looks at customers here, and only numbers of groups leave it. Every part has a bound: beyond it a random part of the
customers is looked at, drawn from a fixed seed, so that the same question has the same answer.
"""

from collections.abc import Callable, Sequence
from datetime import date, timedelta
from typing import cast

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import Connection, func, select

from agent.context import Principal
from server.store.book_changes import BookChangesReader
from server.store.cipher import Cipher
from server.store.database import Database
from server.store.drawn import drawn
from server.store.fairness import FairnessStore
from server.store.known_accounts import held_by, standing_of
from server.store.stress_scores import ScoredDay, StressScores
from server.store.stress_states import StressStates
from server.store.tables.account import ACCESS, ACCOUNTS
from server.store.tables.importing import BUSINESS_DATES
from server.store.tables.snapshot import SNAPSHOTS
from server.store.tables.stress import STRESS_STATES
from server.store.tables.transaction import TRANSACTIONS
from tools.errors import RefusedError, TooShortError
from tools.stress.activity import advance
from tools.stress.inputs import INPUT_AT, days_of_history, inputs_matrix
from tools.stress.learn.trouble import Movement, trouble_days
from tools.stress.model.model import StressModel
from tools.stress.monitor.calibration import PeriodCalibration, by_period
from tools.stress.monitor.drift import Drift, drift, drifts
from tools.stress.monitor.groups import GroupRates, group_rates
from tools.stress.monitor.watch import ModelReport
from tools.stress.score import SHORTEST_DAYS

#: Customers looked at for drift, for what came of old scores, and for groups.
MOST_FOR_DRIFT, MOST_FOR_OUTCOMES, MOST_FOR_GROUPS = 2_000, 500, 5_000
#: Old scores are judged month by month, so many of them.
_MONTHS, _DAYS_A_MONTH = 6, 30
_AT_ONCE = 500
_EVERYDAY = ("current", "business")


class StoreModelWatch:
    """For one principal; anybody but staff is refused."""

    def __init__(
        self, database: Database, cipher: Cipher, principal: Principal, model: Callable[[], StressModel], basis: str | None
    ) -> None:
        """`basis` is the legal basis on which neighbours' stress is looked at, None while that is off."""
        self._database = database
        self._fairness = FairnessStore(database, cipher)
        self._scores = StressScores(database)
        self._changes = BookChangesReader(database)
        self._principal = principal
        self._model = model
        self._basis = basis

    def report(self, days: int) -> ModelReport:
        """Everything that is watched, over the source with most customers; flows look back `days` days.

        Raises:
            RefusedError: for whoever is not staff.
            TooShortError: (`too_short`) nobody is scored yet.
        """
        if self._principal.role != "staff":
            raise RefusedError("How the stress model does is for staff. Ask about your own clients instead.")
        with self._database.reading() as connection:
            counted = _sources(connection)
            if not counted:
                raise TooShortError("Nobody is scored yet. Import accounts first.")
            source, as_of = counted[0]
            held = STRESS_STATES.c
            ids = list(connection.scalars(select(held.customer_id).where(held.source == source).order_by(held.customer_id)))
            matrix = self._matrix(connection, drawn(ids, MOST_FOR_DRIFT), as_of)
        model = self._model()
        inputs, score = _drifts(model, matrix)
        calibration, judged = self._calibration(model, drawn(ids, MOST_FOR_OUTCOMES), as_of)
        return ModelReport(
            name=model.name,
            hash=model.hash,
            card=model.card,
            source=source,
            others=tuple(name for name, _ in counted[1:]),
            as_of=as_of,
            looked_at=len(matrix),
            sampled=len(ids) > MOST_FOR_DRIFT,
            inputs=inputs,
            score=score,
            calibration=calibration,
            judged=judged,
            changes=next((one for one in self._changes.of(self._principal, days) if one.source == source), None),
            groups=self._groups(drawn(ids, MOST_FOR_GROUPS), as_of),
            network_basis=self._basis,
        )

    def _matrix(self, connection: Connection, ids: Sequence[str], as_of: date) -> NDArray[np.float64]:
        """Inputs of today, [customers, INPUTS], of those with history enough for a score."""
        parts: list[NDArray[np.float64]] = [np.empty((0, len(INPUT_AT)))]
        for chunk in _chunks(ids):
            states, accounts = StressStates().states(connection, chunk), held_by(connection, chunk)
            activities = {one: advance(state.activity, as_of.toordinal()) for one, state in states.items()}
            told = [one for one in chunk if one in activities and days_of_history(activities[one]) >= SHORTEST_DAYS]
            standings = [standing_of(accounts.get(one, ()), states[one].currency, as_of) for one in told]
            parts.append(inputs_matrix([activities[one] for one in told], standings))
        return np.concatenate(parts)

    def _calibration(self, model: StressModel, ids: Sequence[str], as_of: date) -> tuple[tuple[PeriodCalibration, ...], int]:
        """What this model's stored scores said, and what came in the horizon after each."""
        horizon = model.card.horizon_days
        cuts = [as_of - timedelta(days=horizon + _DAYS_A_MONTH * back) for back in range(_MONTHS)]
        said: list[ScoredDay] = []
        for cut in cuts:
            stored = self._scores.since(ids, cut).values()
            said += [
                day
                for day in stored
                if day.model == model.name and day.probability is not None and day.as_of > cut - timedelta(days=_DAYS_A_MONTH)
            ]
        if not said:
            return (), 0
        with self._database.reading() as connection:
            trouble = _trouble(connection, ids, min(day.as_of for day in said), as_of)
        came = np.array([_within(trouble.get(day.customer_id, ()), day.as_of, horizon) for day in said])
        chances = np.array([day.probability for day in said], dtype=np.float64)
        return by_period([f"{day.as_of:%Y-%m}" for day in said], chances, came), len(said)

    def _groups(self, ids: Sequence[str], as_of: date) -> tuple[GroupRates, ...]:
        critical: dict[str, bool] = {}
        with self._database.reading() as connection:
            for chunk in _chunks(ids):
                query = select(SNAPSHOTS.c.customer_id, SNAPSHOTS.c.stress_band).where(SNAPSHOTS.c.customer_id.in_(chunk))
                critical.update(
                    {row.customer_id: row.stress_band == "critical" for row in connection.execute(query) if row.stress_band != "too_short"}
                )
        groups = self._fairness.groups(list(critical), as_of)
        return tuple(group_rates(attribute, group_of, critical) for attribute, group_of in groups.items())


def _sources(connection: Connection) -> list[tuple[str, date]]:
    """The sources with scored customers, the one with most first, each with its business date."""
    held = STRESS_STATES.c
    query = (
        select(held.source, BUSINESS_DATES.c.as_of)
        .join(BUSINESS_DATES, BUSINESS_DATES.c.source == held.source)
        .group_by(held.source, BUSINESS_DATES.c.as_of)
        .order_by(func.count().desc(), held.source)
    )
    return [(row.source, row.as_of) for row in connection.execute(query)]


def _drifts(model: StressModel, matrix: NDArray[np.float64]) -> tuple[tuple[Drift, ...], Drift | None]:
    """Drift of the inputs that the bank's activity tells, and of the score made from them."""
    told = [each for each in model.card.reference if each.name in INPUT_AT]
    inputs = drifts(told, matrix[:, [INPUT_AT[each.name] for each in told]])
    before = next((each for each in model.card.reference if each.name == "score"), None)
    if before is None or not set(model.inputs) <= set(INPUT_AT):
        return inputs, None
    used = matrix[:, [INPUT_AT[name] for name in model.inputs]]
    return inputs, drift(before, model.scores(used) if len(used) else np.empty(0))


def _trouble(connection: Connection, ids: Sequence[str], after: date, until: date) -> dict[str, list[date]]:
    """Days of trouble of these customers, by the rule that the model learned with; no sealed column is read."""
    found: dict[str, list[date]] = {}
    moved = TRANSACTIONS.c
    for chunk in _chunks(ids):
        owned = connection.execute(
            select(ACCESS.c.customer_id, ACCOUNTS.c.id, ACCOUNTS.c.kind, ACCOUNTS.c.overdraft_limit_minor)
            .join(ACCOUNTS, ACCOUNTS.c.id == ACCESS.c.account_id)
            .where(ACCESS.c.customer_id.in_(chunk))
        ).all()
        overdrafts = {row.id: row.overdraft_limit_minor for row in owned if row.kind in _EVERYDAY}
        by_account: dict[str, list[date]] = {}
        movements = connection.execute(
            select(moved.account_id, moved.booked_on, moved.category, moved.status, moved.balance_after_minor).where(
                moved.account_id.in_({row.id for row in owned}), moved.booked_on > after, moved.booked_on <= until
            )
        ).all()
        for row in movements:
            by_account.setdefault(row.account_id, []).extend(trouble_days((cast(Movement, row),), overdrafts))
        for row in owned:
            found.setdefault(row.customer_id, []).extend(by_account.get(row.id, ()))
    return found


def _within(days: Sequence[date], after: date, horizon: int) -> bool:
    return any(0 < (day - after).days <= horizon for day in days)


def _chunks(ids: Sequence[str]) -> list[Sequence[str]]:
    return [ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE)]
