"""What follows from changed activities, in the transaction that changed them: scores, the rows that queries run over, live news."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from server.store.known_accounts import Held, standing_of
from server.store.live_events import LiveEvents, NewLiveEvent
from server.store.stress_record import StressRecord
from server.store.stress_scores import ScoredDay
from server.store.stress_states import StressState
from server.store.tables.snapshot import SNAPSHOTS
from tools.ledger.query import Band, StressTrend
from tools.stress.activity import advance
from tools.stress.reason import reason_of

#: A smaller change of a score inside its band is no news, and no trend.
WORTH_TELLING = 0.05
#: Floats of two decimals differ by this little from what is shown.
_NOTHING = 1e-9


class Moved(NamedTuple):
    """Minor units that bookings have added to a customer's balances since the snapshot."""

    balance: int
    savings: int


class Rescored:
    """Scores the customers of a transaction anew and writes all that shows it."""

    def __init__(self, record: StressRecord, news: LiveEvents) -> None:
        self._record = record
        self._news = news

    def keep(
        self, connection: Connection, changed: Mapping[str, StressState], held: Held, on: Mapping[str, date], moved: Mapping[str, Moved]
    ) -> Sequence[ScoredDay]:
        """Score and store changed states as of the business date `on` of each one's source; `moved` are their balances' changes."""
        ids = list(changed)
        dates = {customer_id: on[customer_id.partition(":")[0]] for customer_id in ids}
        activities = [advance(changed[one].activity, dates[one].toordinal()) for one in ids]
        standings = [standing_of(held.get(one, ()), changed[one].currency, dates[one]) for one in ids]
        scored = self._record.scorer.score(ids, activities, standings)
        kept = {
            one: StressState(activity, changed[one].currency, changed[one].bookings, dates[one])
            for one, activity in zip(ids, activities, strict=True)
        }
        self._record.states.keep(connection, kept)
        self._record.scores.keep(connection, scored)
        self._tell(connection, scored, moved)
        return scored

    def _tell(self, connection: Connection, scored: Sequence[ScoredDay], moved: Mapping[str, Moved]) -> None:
        ids = [day.customer_id for day in scored]
        before = {row.customer_id: row for row in connection.execute(_BEFORE.where(SNAPSHOTS.c.customer_id.in_(ids)))}
        shown = [(day, before[day.customer_id]) for day in scored if day.customer_id in before]
        if shown:
            # Plain SQL: SQLAlchemy works out the parameters of an update anew for each row.
            mark = "?" if connection.dialect.name == "sqlite" else "%s"
            rows = [(*_stress_columns(*each), *moved.get(each[0].customer_id, _STILL), each[0].customer_id) for each in shown]
            connection.exec_driver_sql(_UPDATE.replace("?", mark), rows)
        found = (_news_of(day, row.stress_score, row.stress_band) for day, row in shown)
        self._news.add(connection, [one for one in found if one is not None])


_BEFORE = select(
    SNAPSHOTS.c.customer_id,
    SNAPSHOTS.c.stress_score,
    SNAPSHOTS.c.stress_band,
    SNAPSHOTS.c.stress_band_since,
    SNAPSHOTS.c.stress_change_30d,
)
_UPDATE = (
    f"update {SNAPSHOTS.name} set stress_score = ?, stress_band = ?, stress_band_since = ?, stress_change_30d = ?, "  # noqa: S608 (our own)
    "stress_trend = ?, stress_driver = ?, balance = balance + ?, savings = savings + ? where customer_id = ?"
)
_STILL = Moved(0, 0)


def _stress_columns(day: ScoredDay, before: Any) -> tuple[Any, ...]:
    """The columns of stress, in the order of `_UPDATE`; `before` is the row as it stands."""
    change = _change(day.score, before.stress_score, before.stress_change_30d)
    since: date | None = before.stress_band_since if day.band == before.stress_band else day.as_of
    # As ISO text either engine takes it for a date.
    return day.score, day.band, since and since.isoformat(), change, _trend(change), reason_of(day.drivers[0]) if day.drivers else None


def _change(score: float | None, before: float | None, change: float | None) -> float | None:
    """The change of 30 days with what has just been added to it, until the whole history is looked at again."""
    return None if score is None or before is None or change is None else round(change + score - before, 2)


def _trend(change: float | None) -> StressTrend:
    if change is None:
        return "unknown"
    if abs(change) < WORTH_TELLING - _NOTHING:
        return "steady"
    return "rising" if change > 0 else "falling"


def _news_of(day: ScoredDay, score: float | None, band: Band) -> NewLiveEvent | None:
    """What there is to tell of a customer whose score and band were these before."""
    crossed = day.band != band
    changed = day.score is not None and score is not None and abs(day.score - score) >= WORTH_TELLING - _NOTHING
    if not crossed and not changed:
        return None
    return NewLiveEvent(
        source=day.customer_id.partition(":")[0],
        customer_id=day.customer_id,
        kind="band" if crossed else "score",
        as_of=day.as_of,
        score=day.score,
        band=day.band,
        score_before=score,
        band_before=band,
        drivers=day.drivers,
        driver_values=day.driver_values,
    )
