"""What has come up in the account of somebody who was booked on: told as live news, once for each situation's kind in 30 days."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, Protocol

from sqlalchemy import Connection, select

from server.store.live_events import LiveEvents, NewLiveEvent
from server.store.snapshot import Summarised
from server.store.tables.snapshot import SNAPSHOTS
from tools.ledger.history import History
from tools.ledger.query import Band
from tools.twin.goal.goal import Plan

if TYPE_CHECKING:
    from tools.twin.insight.insight import Insight

#: What was told of a client is not told again within this time of the bank's own calendar.
QUIET = timedelta(days=30)
#: Of one client at once, as on the page of what is worth knowing.
MOST = 3

_log = logging.getLogger(__name__)

Find = Callable[[History, Summarised, Plan | None], Sequence["Insight"]]


class ReadsPlans(Protocol):
    """Plans of goals; `server.store.plans.PlanReader`."""

    def current(self, customer_id: str) -> Plan | None:
        """The current plan of a customer, or None for one who never had a goal."""
        ...


class _Stand(NamedTuple):
    """Score and band that an insight came up at."""

    score: float | None
    band: Band


def insights_in(history: History, summary: Summarised, plan: Plan | None) -> Sequence["Insight"]:
    """Everything worth knowing about a customer who has just been summarised, as `server.insights` tells it."""
    # Imported here: what computes figures is loaded when it is first needed.
    from tools.ledger.features import features_of
    from tools.twin.insight.insights import insights_of

    return insights_of(history, features_of(history), summary.twin, plan, summary.outlook if summary.twin else None)


class InsightNews:
    """Looks at some customers while they are summarised, and tells what is new with their summaries: both are kept, or neither.

    A stop before that leaves the customers to be summarised again; after it, what was told stands in the table of changes.
    """

    def __init__(self, news: LiveEvents, plans: ReadsPlans, customer_ids: Collection[str], find: Find = insights_in) -> None:
        """`customer_ids` are those that bookings have come in for: nobody is told of what an import brought with it."""
        self._news, self._plans, self._find = news, plans, find
        self._watched = frozenset(customer_ids)
        self._found: dict[str, Sequence[Insight]] = {}

    def look(self, history: History, summary: Summarised) -> None:
        """Work out what is worth knowing. What cannot be worked out is no news, and no reason to hold the summary up."""
        customer_id = history.customer.id
        if customer_id not in self._watched:
            return
        try:
            self._found[customer_id] = self._find(history, summary, self._plans.current(customer_id))
        except Exception:
            _log.exception("insights_not_found")
            self._found.pop(customer_id, None)

    def keep(self, connection: Connection, customer_ids: Collection[str]) -> None:
        """Tell what is new about these customers, in the transaction that keeps their summaries."""
        found = {one: insights for one in customer_ids if (insights := self._found.pop(one, ()))}
        if not found:
            return
        told = self._news.insights_told(connection, list(found))
        stands = _stands(connection, list(found))
        rows = [
            _event(one, insight, stands[one])
            for one, insights in found.items()
            if one in stands
            for insight in _first_of_each_kind(insights)[:MOST]
            if (last := told.get((one, insight.kind))) is None or insight.as_of - last > QUIET
        ]
        self._news.add(connection, rows)


def _first_of_each_kind(insights: Sequence["Insight"]) -> "list[Insight]":
    """The most important of each kind, in the order of their importance."""
    firsts: dict[str, Insight] = {}
    for insight in insights:
        firsts.setdefault(insight.kind, insight)
    return list(firsts.values())


def _stands(connection: Connection, customer_ids: Sequence[str]) -> Mapping[str, _Stand]:
    held = SNAPSHOTS.c
    query = select(held.customer_id, held.stress_score, held.stress_band).where(held.customer_id.in_(customer_ids))
    return {row.customer_id: _Stand(row.stress_score, row.stress_band) for row in connection.execute(query)}


def _event(customer_id: str, insight: "Insight", stand: _Stand) -> NewLiveEvent:
    return NewLiveEvent(
        source=customer_id.partition(":")[0],
        customer_id=customer_id,
        kind="insight",
        as_of=insight.as_of,
        score=stand.score,
        band=stand.band,
        score_before=stand.score,
        band_before=stand.band,
        insight=insight.kind,
    )
