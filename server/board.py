"""The board of one principal: bands, who moved, whom to turn to today. Staff, who may not see customers, get the numbers alone."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any, Protocol

from agent.context import ClientName, View
from agent.shown_driver import ShownDriver
from server.next_steps import Action, NextSteps
from server.store.board import BoardReader, SourceBands
from server.store.contacts import Contact, ContactStore
from server.store.live_events import LiveEvent, LiveEvents
from server.store.stress_scores import ScoredDay, StressScores
from server.stream.live_book import ReadsWishes
from server.stress_reasons import StressReasons
from tools.ledger.query import Band, ClientSnapshot
from tools.stress.worklist import Case, Cause, Step, Task, Urgency, worklist
from tools.twin.insight.insight import KINDS, InsightKind
from tools.value import Value

#: Lines of each part of the board. Longer ones are not worked through in a day.
MOST_MOVERS = 12
MOST_TASKS = 20
MOST_CONTACTS = 20
MOST_INSIGHTS = 12
#: A smaller change of the score is no move.
LEAST_MOVE = 0.05
_A_DAY = timedelta(days=1)
_WEIGHT: dict[Band, int] = {"too_short": 0, "healthy": 1, "watchlist": 2, "critical": 3}


class Mover(Value):
    """A client whose score left its band, or moved by 0.05 or more, since `since` (the day that the figures before are from)."""

    customer_id: str
    ref: str
    name: str
    as_of: date
    score: float | None
    band: Band
    score_before: float | None
    band_before: Band
    since: date
    drivers: tuple[ShownDriver, ...]


class BoardTask(Value):
    """One line of today's list: who, how urgent, why, what to do next and how long it takes, and what was last agreed."""

    customer_id: str
    ref: str
    name: str
    as_of: date
    score: float | None
    band: Band
    urgency: Urgency
    cause: Cause
    step: Step
    minutes: int
    drivers: tuple[ShownDriver, ...]
    contact: Contact | None


class Flow(Value):
    """How many clients went from one band to another since the day that is looked back to."""

    band_before: Band
    band: Band
    clients: int


class LoggedContact(Contact):
    """A logged contact with its client."""

    ref: str
    name: str


class BoardInsight(Value):
    """Something worth knowing that came up for a client within the last day: its kind alone, the figures are told where they are asked for.

    Attributes:
        id: the number of the change that told it.
        at: when it came up, on the wall's clock; `as_of` is the business date of its figures.
    """

    id: int
    customer_id: str
    ref: str
    name: str
    kind: InsightKind
    as_of: date
    at: datetime


class Board(Value):
    """The state of a book, as `news` frames behind change number `last` go on from it.

    Attributes:
        today: the bank's date, by which follow-ups are due; `as_of` is the newest business date of the figures.
        since: the day that is looked back to.
        compared: clients with a score on that day, of `clients`.
        moved, tasks_of: how many movers and tasks there are; the most important are told.
        contacts: logged contacts, the newest first.
        insights: what came up within the last day, the newest first; none that the principal switched off, and none in quiet hours.
    """

    last: int
    as_of: date
    today: date
    since: date
    clients: int
    compared: int
    bands: tuple[SourceBands, ...]
    flow: tuple[Flow, ...] = ()
    moved: int = 0
    movers: tuple[Mover, ...] = ()
    tasks_of: int = 0
    tasks: tuple[BoardTask, ...] = ()
    contacts: tuple[LoggedContact, ...] = ()
    insights: tuple[BoardInsight, ...] = ()


class BoardSources(Protocol):
    """What a board is read from; `server.bank.Bank`."""

    @property
    def live_events(self) -> LiveEvents:
        """Changes by their number."""
        ...

    @property
    def insights(self) -> ReadsWishes:
        """What people want to be told unasked."""
        ...

    @property
    def board(self) -> BoardReader:
        """Rows and names of the own book."""
        ...

    @property
    def contacts(self) -> ContactStore:
        """Logged contacts."""
        ...

    @property
    def stress_scores(self) -> StressScores:
        """Stored scores."""
        ...

    @property
    def reasons(self) -> StressReasons:
        """Drivers with the clients' own values."""
        ...

    @property
    def next_steps(self) -> NextSteps:
        """What the bank's policy suggests."""
        ...


class BoardTeller:
    """Tells one principal the board. What computes figures is imported when it is first needed: a server starts without it."""

    def __init__(self, view: View, sources: BoardSources, now: datetime) -> None:
        self._view, self._sources, self._now, self._today = view, sources, now, now.date()

    def board(self, days: int, most_tasks: int = MOST_TASKS) -> Board:
        """The board, looking back `days` days from the business date of each source."""
        # Read first: what changes while the rest is read is told again behind this number.
        last = self._sources.live_events.newest_id()
        principal = self._view.principal
        bands = self._sources.board.bands(principal)
        as_of = max((counts.as_of for counts in bands), default=self._today)
        since = as_of - timedelta(days=days)
        if principal.role == "staff":
            clients = sum(counts.healthy + counts.watchlist + counts.critical + counts.too_short for counts in bands)
            return Board(last=last, as_of=as_of, today=self._today, since=since, clients=clients, compared=0, bands=bands)
        rows = self._sources.board.rows(principal)
        before = self._before(rows, days)
        contacts = self._sources.contacts.of_clients(principal)
        names = self._sources.board.names(principal, [row.customer_id for row in rows])
        rows = tuple(row for row in rows if row.customer_id in names)
        moved = _moved(rows, before)
        newest = _newest(contacts)
        strained = [row for row in rows if row.stress_band in {"watchlist", "critical"}]
        steps = self._sources.next_steps.of(principal, strained, contacts, self._today, len(rows))
        cases = tuple(_case(row, before.get(row.customer_id), newest.get(row.customer_id), steps.get(row.customer_id)) for row in rows)
        tasks = worklist(cases, self._today)
        told = {row.customer_id: row for row in rows}
        shown = {row.customer_id for row in moved[:MOST_MOVERS]} | {task.customer_id for task in tasks[:most_tasks]}
        reasons = self._sources.reasons.of(principal, [row for row in rows if row.customer_id in shown])
        return Board(
            last=last,
            as_of=as_of,
            today=self._today,
            since=since,
            clients=len(rows),
            compared=len(before),
            bands=bands,
            flow=_flow(rows, before),
            moved=len(moved),
            movers=tuple(_mover(row, before[row.customer_id], names, reasons) for row in moved[:MOST_MOVERS]),
            tasks_of=len(tasks),
            tasks=tuple(_task(task, told[task.customer_id], names, reasons, newest) for task in tasks[:most_tasks]),
            contacts=tuple(_logged(contact, names) for contact in contacts[:MOST_CONTACTS] if contact.customer_id in names),
            insights=self._insights(names, last),
        )

    def _insights(self, names: Mapping[str, ClientName], last: int) -> tuple[BoardInsight, ...]:
        """What came up within the last day, up to change number `last`."""
        wanted = self._sources.insights.wanted(self._view.principal, KINDS, self._now)
        events = self._sources.live_events.insights_of(tuple(names), wanted, self._now - _A_DAY, last, MOST_INSIGHTS)
        return tuple(_insight(event, names[event.customer_id]) for event in events)

    def _before(self, rows: Sequence[ClientSnapshot], days: int) -> dict[str, ScoredDay]:
        """The score of each client as it stood `days` days before its source's business date."""
        found: dict[str, ScoredDay] = {}
        for as_of in sorted({row.as_of for row in rows}):
            ids = [row.customer_id for row in rows if row.as_of == as_of]
            found.update(self._sources.stress_scores.since(ids, as_of - timedelta(days=days)))
        return found


def _mover(
    row: ClientSnapshot, before: ScoredDay, names: Mapping[str, ClientName], reasons: Mapping[str, tuple[ShownDriver, ...]]
) -> Mover:
    return Mover(
        **_who(row, names),
        score_before=before.score,
        band_before=before.band,
        since=before.as_of,
        drivers=reasons.get(row.customer_id, ()),
    )


def _task(
    task: Task,
    row: ClientSnapshot,
    names: Mapping[str, ClientName],
    reasons: Mapping[str, tuple[ShownDriver, ...]],
    newest: Mapping[str, Contact],
) -> BoardTask:
    return BoardTask(
        **_who(row, names),
        urgency=task.urgency,
        cause=task.cause,
        step=task.step,
        minutes=task.minutes,
        drivers=reasons.get(row.customer_id, ()),
        contact=newest.get(row.customer_id),
    )


def _who(row: ClientSnapshot, names: Mapping[str, ClientName]) -> dict[str, Any]:
    client = names[row.customer_id]
    told = {"customer_id": row.customer_id, "ref": client.ref, "name": client.name, "as_of": row.as_of}
    return {**told, "score": row.stress_score, "band": row.stress_band}


def _insight(event: LiveEvent, client: ClientName) -> BoardInsight:
    # `insights_of` gives kinds that were asked for alone, and those are the ones there are.
    return BoardInsight.model_validate(
        {**vars(client), "id": event.id, "kind": event.insight, "as_of": event.as_of, "at": event.created_at},
    )


def _logged(contact: Contact, names: Mapping[str, ClientName]) -> LoggedContact:
    client = names[contact.customer_id]
    return LoggedContact(ref=client.ref, name=client.name, **vars(contact))


def _moved(rows: Sequence[ClientSnapshot], before: Mapping[str, ScoredDay]) -> list[ClientSnapshot]:
    """Who left their band or moved far: those that got worse first, then by how far."""

    def way(row: ClientSnapshot) -> tuple[int, float, str]:
        earlier = before[row.customer_id]
        return _WEIGHT[earlier.band] - _WEIGHT[row.stress_band], -_change(row, earlier), row.customer_id

    known = [row for row in rows if row.customer_id in before and "too_short" not in {row.stress_band, before[row.customer_id].band}]
    far = [
        row
        for row in known
        if row.stress_band != before[row.customer_id].band or abs(_change(row, before[row.customer_id])) >= LEAST_MOVE - 1e-9
    ]
    return sorted(far, key=way)


def _change(row: ClientSnapshot, earlier: ScoredDay) -> float:
    return (row.stress_score or 0.0) - (earlier.score or 0.0)


def _flow(rows: Sequence[ClientSnapshot], before: Mapping[str, ScoredDay]) -> tuple[Flow, ...]:
    crossed: Counter[tuple[Band, Band]] = Counter()
    crossed.update((before[row.customer_id].band, row.stress_band) for row in rows if row.customer_id in before)
    return tuple(Flow(band_before=one, band=other, clients=count) for (one, other), count in sorted(crossed.items()) if one != other)


def _newest(contacts: Sequence[Contact]) -> dict[str, Contact]:
    """The last contact with each client; the newest come first."""
    newest: dict[str, Contact] = {}
    for contact in contacts:
        newest.setdefault(contact.customer_id, contact)
    return newest


def _case(row: ClientSnapshot, before: ScoredDay | None, contact: Contact | None, action: Action | None) -> Case:
    return Case(
        customer_id=row.customer_id,
        score=row.stress_score,
        band=row.stress_band,
        score_before=before.score if before else None,
        band_before=before.band if before else "too_short",
        contacted_on=contact.happened_on if contact else None,
        follow_up_on=contact.follow_up_on if contact else None,
        action=action,
    )
