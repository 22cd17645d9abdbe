"""What one principal is told unasked: computed from what the own view shows, less what was switched off or dismissed."""

from collections.abc import Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from agent.context import ClientName, View
from agent.shown_insight import WorthKnowing
from server.store.insights import InsightSettings
from tools.errors import NotFoundError, TooShortError
from tools.ledger.query import AnyOf, ClientSnapshot, CohortQuery, Condition, Sort
from tools.twin.insight.insight import KINDS, SEVERITIES
from tools.value import Value

if TYPE_CHECKING:
    from knowledge.catalogue import Catalogue
    from tools.ledger.features import Features
    from tools.ledger.history import History
    from tools.twin.insight.insight import Insight

#: Clients of a book that are looked at each time: those most at risk by the snapshot. Their histories are read for it.
MOST_CLIENTS = 20
#: A client is looked at from this chance of a balance below zero in three months on, or so many days before the end of a fixed rate.
_AT_RISK = 0.10
_FIXED_RATE_DAYS = 180


class Insights(WorthKnowing):
    """What is worth knowing about one customer; nothing of it while it is held back.

    Attributes:
        as_of: the business date of the figures.
        held_back_until: when the quiet hours end that it is now.
    """

    as_of: date | None = None
    held_back_until: datetime | None = None


class ClientInsights(WorthKnowing):
    """The most important thing about one client of the book."""

    ref: str
    name: str


class BookInsights(Value):
    """Clients with something worth knowing, the most important first; `looked_at` is how many were looked at."""

    as_of: date | None = None
    held_back_until: datetime | None = None
    looked_at: int = 0
    clients: tuple[ClientInsights, ...] = ()


class Choices(Value):
    """What one person has chosen. `in_quiet_hours`: to be told whatever the hour is, because they ask."""

    settings: InsightSettings
    dismissed: frozenset[str]
    in_quiet_hours: bool = False


class InsightTeller:
    """Tells one principal what is worth knowing, by the own choices and the own view.

    What computes figures is imported when it is first needed: a server starts without it.
    """

    def __init__(self, view: View, catalogue: "Catalogue", now: datetime, choices: Choices) -> None:
        self._view, self._catalogue, self._now, self._choices = view, catalogue, now, choices
        self._held_back_until = None if choices.in_quiet_hours else choices.settings.held_back_until(now)

    def own(self) -> Insights:
        """About the signed-in customer. Raises NotFoundError for a principal that is no customer."""
        if self._held_back_until is not None:
            return Insights(held_back_until=self._held_back_until)
        history = self._view.own_history()
        return Insights(as_of=history.as_of, **vars(self._told(history)))

    def of_client(self, ref: str) -> Insights:
        """About one client of the own book. Raises NotFoundError for everybody else, known or not."""
        client = next((one for one in self._view.clients() if one.ref == ref), None)
        if client is None:
            raise NotFoundError("There is no such client in your book. Check the number or the name.")
        if self._held_back_until is not None:
            return Insights(held_back_until=self._held_back_until)
        history = self._view.client_history(client.customer_id)
        return Insights(as_of=history.as_of, **vars(self._told(history, client)))

    def of_book(self) -> BookInsights:
        """The most important thing about each of the clients of the own book that are most at risk."""
        if self._held_back_until is not None:
            return BookInsights(held_back_until=self._held_back_until)
        as_of = self._view.business_date()
        rows = self._most_at_risk(as_of)
        names = {client.customer_id: client for client in self._view.clients()} if rows else {}
        told = [found for row in rows if row.customer_id in names for found in self._foremost(names[row.customer_id])]
        return BookInsights(as_of=as_of, looked_at=len(rows), clients=tuple(sorted(told, key=_importance)))

    def _foremost(self, client: ClientName) -> list[ClientInsights]:
        found = self._told(self._view.client_history(client.customer_id), client, most=1)
        return [ClientInsights(ref=client.ref, name=client.name, **vars(found))] if found.insights else []

    def _told(self, history: "History", client: ClientName | None = None, most: int | None = None) -> WorthKnowing:
        """The checked words about the customer of a history."""
        from agent.worth_knowing import MOST, worth_knowing
        from tools.ledger.features import features_of

        features, today = features_of(history), self._now.date()
        wanted = self._wanted(history, features)
        return worth_knowing(wanted, history, features, self._view, self._catalogue, today, client=client, most=most or MOST)

    def _wanted(self, history: "History", features: "Features") -> "Sequence[Insight]":
        """All insights but those switched off or dismissed."""
        from agent.learnt_outlook import learnt_outlook
        from tools.twin.fit.fit import fit_twin
        from tools.twin.insight.insights import insights_of

        try:
            twin = fit_twin(history, features)
        except TooShortError:
            twin = None
        choices, plan = self._choices, self._view.plan(history.customer.id)
        outlook = learnt_outlook(self._view, history) if twin else None
        found = insights_of(history, features, twin, plan, outlook)
        return [insight for insight in found if insight.kind not in choices.settings.off and insight.key not in choices.dismissed]

    def _most_at_risk(self, as_of: date) -> tuple[ClientSnapshot, ...]:
        until = as_of + timedelta(days=_FIXED_RATE_DAYS)
        at_risk = Condition(field="below_zero_3m", op="ge", value=_AT_RISK)
        fixed = Condition(field="fixed_rate_ends_on", op="between", value=(as_of.isoformat(), until.isoformat()))
        query = CohortQuery(where=AnyOf(any=(at_risk, fixed)), sort=(Sort(field="below_zero_3m"),), limit=MOST_CLIENTS)
        return self._view.run_query(query).clients


def _importance(told: ClientInsights) -> tuple[int, int, str]:
    first = told.insights[0]
    return SEVERITIES.index(first.severity), KINDS.index(first.kind), told.ref
