"""Stored scores: one row per customer and business date, as the stream and the imports made them."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Any, Protocol

from sqlalchemy import Connection, Row, and_, func, select

from server.store.database import SERVICE, Access, Database
from server.store.tables.stress import STRESS_SCORES
from server.store.upsert import put, put_absent
from tools.ledger.query import Band
from tools.stress.activity import Activity
from tools.stress.inputs import Standing
from tools.value import Value

_AT_ONCE = 500


class ScoredDay(Value):
    """The score of one customer as of one business date.

    Attributes:
        score: 0..1, None where the history is too short to say; `band` is of the score with two decimals.
        probability: calibrated probability behind the score.
        drivers: names of the inputs that raise the score, strongest first.
        driver_values: the customer's own values of them, in their order; None for one that cannot be said.
        model: name of the model that scored.
    """

    customer_id: str
    as_of: date
    score: float | None
    band: Band
    probability: float | None = None
    drivers: tuple[str, ...] = ()
    driver_values: tuple[float | None, ...] = ()
    model: str


class Scorer(Protocol):
    """How activities become scores: given from outside, loaded once."""

    def warm_up(self) -> None:
        """Load what scoring needs: a transaction that writes must not wait for it."""
        ...

    def score(self, customer_ids: Sequence[str], activities: Sequence[Activity], standings: Sequence[Standing]) -> Sequence[ScoredDay]:
        """The score of each customer as of the last day of the activity."""
        ...


class StressScores:
    """The scores of a bank. Reading takes an `access`, which PostgreSQL scopes by; whom to ask about is the view's business."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, connection: Connection, rows: Sequence[ScoredDay]) -> None:
        """Store scores in somebody's transaction; of one customer and day the newest counts."""
        put(connection, STRESS_SCORES, [_row(row) for row in rows])

    def keep_absent(self, connection: Connection, rows: Sequence[ScoredDay]) -> None:
        """Store those scores whose customer has none of that day."""
        put_absent(connection, STRESS_SCORES, [_row(row) for row in rows], ("customer_id", "as_of"))

    def history(self, customer_id: str, days: int = 180, access: Access = SERVICE) -> tuple[ScoredDay, ...]:
        """The scores of the `days` days up to a customer's newest one, oldest first."""
        mine = STRESS_SCORES.c.customer_id == customer_id
        with self._database.reading(access) as connection:
            newest = connection.scalar(select(func.max(STRESS_SCORES.c.as_of)).where(mine))
            if newest is None:
                return ()
            recent = STRESS_SCORES.c.as_of > newest - timedelta(days=days)
            rows = connection.execute(select(STRESS_SCORES).where(mine, recent).order_by(STRESS_SCORES.c.as_of)).all()
        return tuple(_scored(row) for row in rows)

    def latest(self, customer_ids: Sequence[str], access: Access = SERVICE) -> dict[str, ScoredDay]:
        """The newest score of each customer that has one."""
        return self.since(customer_ids, date.max, access)

    def since(self, customer_ids: Sequence[str], day: date, access: Access = SERVICE) -> dict[str, ScoredDay]:
        """The score of each customer as it stood on `day`: the newest one on or before it."""
        found: dict[str, ScoredDay] = {}
        for chunk in _chunks(customer_ids):
            newest = (
                select(STRESS_SCORES.c.customer_id, func.max(STRESS_SCORES.c.as_of).label("as_of"))
                .where(STRESS_SCORES.c.customer_id.in_(chunk), STRESS_SCORES.c.as_of <= day)
                .group_by(STRESS_SCORES.c.customer_id)
                .subquery()
            )
            same = and_(newest.c.customer_id == STRESS_SCORES.c.customer_id, newest.c.as_of == STRESS_SCORES.c.as_of)
            with self._database.reading(access) as connection:
                rows = connection.execute(select(STRESS_SCORES).join(newest, same)).all()
            found.update({row.customer_id: _scored(row) for row in rows})
        return found

    def band_since(self, connection: Connection, days: Sequence[ScoredDay]) -> dict[str, date]:
        """Since when each customer has been in the band of `days`, by the stored scores; left out where they tell of no other band."""
        found: dict[str, date] = {}
        held = STRESS_SCORES.c
        for band in sorted({day.band for day in days}):
            mine = {day.customer_id: day.as_of for day in days if day.band == band}
            other = (
                select(held.customer_id, func.max(held.as_of).label("last"))
                .where(held.customer_id.in_(mine), held.band != band)
                .group_by(held.customer_id)
                .subquery()
            )
            first = (
                select(other.c.customer_id, func.min(held.as_of).label("since"))
                .outerjoin(STRESS_SCORES, and_(held.customer_id == other.c.customer_id, held.as_of > other.c.last))
                .group_by(other.c.customer_id)
            )
            found.update({row.customer_id: row.since or mine[row.customer_id] for row in connection.execute(first)})
        return found


def _chunks(customer_ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (customer_ids[start : start + _AT_ONCE] for start in range(0, len(customer_ids), _AT_ONCE))


def _row(day: ScoredDay) -> dict[str, Any]:
    return {**vars(day), "drivers": " ".join(day.drivers), "driver_values": list(day.driver_values)}


def _scored(row: Row[Any]) -> ScoredDay:
    return ScoredDay(
        customer_id=row.customer_id,
        as_of=row.as_of,
        score=row.score,
        band=row.band,
        probability=row.probability,
        drivers=tuple(row.drivers.split()),
        driver_values=tuple(row.driver_values),
        model=row.model,
    )
