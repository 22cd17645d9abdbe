"""Fakes of the ports of a run: a scripted model that notices, a view over `tests.people`, a recorder, and contexts with them."""

import itertools
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, BaseMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from pydantic import PrivateAttr

from agent.context import ClientName, Principal, Resolution, RunContext
from agent.decision import Decided, Decision
from agent.graph import build_graph
from agent.record import TurnRecord
from agent.reply import Reply
from agent.turn import run_turn
from knowledge.catalogue import Catalogue, load_catalogue
from knowledge.embedding import default_encoder
from knowledge.passage import passages_of
from knowledge.retrieve import Retriever
from tests.people import BOOK, people, snapshot_of
from tests.tools.builders import AS_OF
from tools.errors import NotFoundError, RefusedError, TooShortError
from tools.ledger.features import features_of
from tools.ledger.history import History
from tools.ledger.query import All, AnyOf, ClientSnapshot, CohortQuery, Condition, Filter, GroupRow, Not, QueryResult
from tools.stress.intervention.situation import PastContact
from tools.stress.monitor.changes import BandStand, BookChanges, changes_of
from tools.stress.monitor.watch import ModelReport
from tools.twin.fit.fit import fit_twin
from tools.twin.goal.goal import Plan
from tools.twin.twin import Twin

if TYPE_CHECKING:
    from tools.twin.outlook.outlook import Outlook, Priors

NOW = datetime(2027, 4, 1, 9, 30, tzinfo=UTC)


# -- ports --------------------------------------------------------------------------------------------------------------------------
class FakeView:
    """The `View` of one principal over `people()`. It has no method that writes."""

    def __init__(
        self,
        principal: Principal,
        book: Sequence[str] = BOOK,
        plans: Sequence[Plan] = (),
        outlooks: "Mapping[str, Outlook] | None" = None,
        contacts: Sequence[PastContact] = (),
        before: Sequence[BandStand] = (),
    ) -> None:
        """`before` is where clients stood on the day that changes look back to."""
        self._outlooks, self._before = outlooks or {}, before
        self._contacts = tuple(contacts)
        self._principal, self._book = principal, tuple(book) if principal.role == "rm" else ()
        self._plans = {plan.customer_id: plan for plan in plans}

    @property
    def principal(self) -> Principal:
        return self._principal

    def own_history(self) -> History:
        if self._principal.customer_id is None:
            raise NotFoundError("This sign-in has no accounts. Name a client instead.")
        return people()[self._principal.customer_id]

    def client_history(self, customer_id: str) -> History:
        if customer_id not in self._visible():
            raise NotFoundError("There is no such client. Check the name or number.")
        return people()[customer_id]

    def resolve_client(self, reference: str) -> Resolution:
        wanted = reference.casefold().strip()
        keys = [client for client in self.clients() if wanted in {client.ref, client.customer_id}]
        whole = [client for client in self.clients() if wanted == client.name.casefold()]
        part = [client for client in self.clients() if wanted and wanted in client.name.casefold()]
        return Resolution(matches=tuple(keys or whole or part))

    def clients(self) -> Sequence[ClientName]:
        found = [people()[customer_id].customer for customer_id in self._book]
        return tuple(ClientName(customer_id=one.id, ref=one.external_id, name=one.name) for one in found)

    def snapshot(self, customer_id: str) -> ClientSnapshot:
        if customer_id not in self._visible():
            raise NotFoundError("There is no such client. Check the name or number.")
        return snapshot_of(customer_id)

    def run_query(self, query: CohortQuery) -> QueryResult:
        if self._principal.role != "rm":
            raise RefusedError("Only a relationship manager has a book. Ask about your own accounts.")
        found = [row for row in map(snapshot_of, self._book) if query.where is None or _holds(query.where, row)]
        for sort in reversed(query.sort):
            found.sort(key=lambda row: (getattr(row, sort.field) is None, str(getattr(row, sort.field))), reverse=sort.descending)
        listed = () if query.aggregate else tuple(found[: query.limit])
        groups = tuple(_groups(query, found)) if query.aggregate else ()
        return QueryResult(query=query, matched=len(found), searched=len(self._book), clients=listed, groups=groups)

    def twins(self, query: CohortQuery) -> Sequence[Twin]:
        clients = self.run_query(query.model_copy(update={"limit": 500, "aggregate": None, "group": None})).clients
        found = [people()[client.customer_id] for client in clients]
        return tuple(twin for twin in map(_twin_of, sorted(found, key=lambda one: one.customer.id)) if twin)

    def outlooks(self, query: CohortQuery) -> "dict[str, Outlook]":
        self.run_query(query)
        return dict(self._outlooks)

    def priors(self, source: str) -> "Priors | None":
        return None

    def plan(self, customer_id: str) -> Plan:
        if customer_id not in self._visible():
            raise NotFoundError("There is no such client. Check the name or number.")
        return self._plans.get(customer_id) or Plan(customer_id=customer_id, currency="GBP", made_on=AS_OF)

    def contacts(self) -> Sequence[PastContact]:
        return self._contacts

    def changes(self, days: int) -> Sequence[BookChanges]:
        if self._principal.role not in {"rm", "staff"}:
            raise RefusedError("Only relationship managers and staff ask about a book. Ask about your own accounts.")
        since, seen = AS_OF - timedelta(days=days), BOOK if self._principal.role == "staff" else self._book
        now = [BandStand(customer_id=row.customer_id, score=row.stress_score, band=row.stress_band) for row in map(snapshot_of, seen)]
        found = changes_of("demo", since, AS_OF, {one.customer_id: one for one in self._before}, now, insights=len(self._before))
        return (found.without_persons() if self._principal.role == "staff" else found,) if now else ()

    def business_date(self) -> date:
        return AS_OF

    def _visible(self) -> tuple[str, ...]:
        return self._book if self._principal.role == "rm" else (self._principal.customer_id or "",)


def _twin_of(history: History) -> Twin | None:
    try:
        return fit_twin(history, features_of(history))
    except TooShortError:
        return None


_COMPARED: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda a, b: a == b, "ne": lambda a, b: a != b, "lt": lambda a, b: a < b, "le": lambda a, b: a <= b, "gt": lambda a, b: a > b,
    "ge": lambda a, b: a >= b, "between": lambda a, b: b[0] <= a <= b[1], "in": lambda a, b: a in b,
}  # fmt: skip


def _holds(where: Filter, row: ClientSnapshot) -> bool:
    match where:
        case Condition():
            value = getattr(row, where.field)
            if where.op == "is_null":
                return (value is None) == bool(where.value)
            try:
                return value is not None and _COMPARED[where.op](value.isoformat() if isinstance(value, date) else value, where.value)
            except TypeError:
                return False
        case All():
            return all(_holds(part, row) for part in where.all)
        case AnyOf():
            return any(_holds(part, row) for part in where.any)
        case Not():
            return not _holds(where.negated, row)


def _groups(query: CohortQuery, rows: list[ClientSnapshot]) -> list[GroupRow]:
    aggregate = query.aggregate
    assert aggregate is not None
    found: list[GroupRow] = []
    keyed = sorted(rows, key=lambda row: str(getattr(row, query.group) if query.group else ""))
    for key, members in itertools.groupby(keyed, key=lambda row: str(getattr(row, query.group)) if query.group else None):
        rows_of = list(members)
        values = [getattr(row, aggregate.field) for row in rows_of if getattr(row, aggregate.field) is not None] if aggregate.field else []
        figure: float | None = float(len(rows_of))
        if aggregate.field and aggregate.function != "count":
            worked = {"sum": sum, "min": min, "max": max, "mean": _mean, "median": _median}
            figure = float(worked[aggregate.function](values)) if values else None
        found.append(GroupRow(source="demo", currency="GBP", group=key, clients=len(rows_of), value=figure))
    return found


def _mean(values: list[Any]) -> float:
    return sum(values) / len(values)


def _median(values: list[Any]) -> float:
    return sorted(values)[len(values) // 2]


class Unwatched:
    """A `ModelWatch` for whoever is not staff."""

    def report(self, days: int) -> ModelReport:
        raise RefusedError("How the stress model does is for staff. Ask about your own clients instead.")


class FakeRecorder:
    """Keeps committed turns in a list, in order; the second commit of a run is the first one's."""

    def __init__(self) -> None:
        self.records: list[TurnRecord] = []

    def commit(self, record: TurnRecord) -> str:
        known = [number for number, kept in enumerate(self.records) if kept.run_id == record.run_id]
        if not known:
            self.records.append(record)
        return f"audit.{known[0] if known else len(self.records) - 1}"


class FakeDesk:
    """Keeps the acts it was asked to carry out and gives the answer it was told; without one there is nothing to decide."""

    def __init__(self, answer: Decided | None = None) -> None:
        self.answer = answer
        self.acts: list[tuple[Decision, str | None]] = []

    def decide(self, decision: Decision, thread_id: str | None = None) -> Decided:
        self.acts.append((decision, thread_id))
        if self.answer is None:
            raise NotFoundError("There is no such proposal of yours. Load the conversation again.")
        return self.answer


# -- models -------------------------------------------------------------------------------------------------------------------------
Step = AIMessage | str | Exception


def calls(*wanted: str | tuple[str, dict[str, Any]], **extra: Any) -> AIMessage:
    """What a planner answers: names of tools, or `(name, arguments)`."""
    pairs = [(one, {}) if isinstance(one, str) else one for one in wanted]
    return AIMessage(
        content="",
        additional_kwargs=extra,
        tool_calls=[{"name": name, "args": args, "id": f"c{i}", "type": "tool_call"} for i, (name, args) in enumerate(pairs)],
    )


def acts(act: str, *words: str, options: Sequence[str] = ()) -> AIMessage:
    """What the built-in planner answers when it calls nothing."""
    return AIMessage(content="", additional_kwargs={"act": act, "words": list(words), "options": list(options)})


class ScriptedModel(BaseChatModel):
    """Gives the answers it was told, in order, and keeps what it was shown. Close a test with `assert_spent()`.

    An unexpected call raises, and is remembered too: the code under test answers any failure of a model with its fallback, so the
    exception alone would not be noticed.
    """

    _steps: list[Step] = PrivateAttr(default_factory=list)
    _unexpected: int = PrivateAttr(default=0)
    _seen: list[list[BaseMessage]] = PrivateAttr(default_factory=list)
    _offered: list[list[dict[str, Any]]] = PrivateAttr(default_factory=list)

    @classmethod
    def of(cls, *steps: Step) -> "ScriptedModel":
        """A model with these answers."""
        model = cls()
        model._steps = list(steps)
        return model

    @property
    def _llm_type(self) -> str:
        return "scripted"

    @property
    def seen(self) -> list[list[BaseMessage]]:
        """The messages of each call."""
        return self._seen

    @property
    def offered(self) -> list[list[dict[str, Any]]]:
        """The tools bound at each call; empty where it wrote."""
        return self._offered

    def bind_tools(self, tools: Any, **extra: Any) -> Any:
        extra.pop("context", None)
        return self.bind(tools=tools, **extra)

    def _generate(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **extra: Any) -> ChatResult:
        self._seen.append(list(messages))
        self._offered.append(list(extra.get("tools") or ()))
        if not self._steps:
            self._unexpected += 1
            raise AssertionError(f"unexpected call {len(self._seen)} of a scripted model: {messages[-1].content!r}")
        step = self._steps.pop(0)
        if isinstance(step, Exception):
            raise step
        answer = AIMessage(content=step) if isinstance(step, str) else step
        return ChatResult(generations=[ChatGeneration(message=answer)])

    async def _agenerate(self, messages: list[BaseMessage], stop: Any = None, run_manager: Any = None, **extra: Any) -> ChatResult:
        return self._generate(messages, stop, None, **extra)

    def assert_spent(self) -> None:
        """Fail when it was called more often, or less often, than it was told."""
        assert not self._unexpected, f"{self._unexpected} calls more than were scripted"
        assert not self._steps, f"unused steps: {self._steps}"


# -- contexts -----------------------------------------------------------------------------------------------------------------------
@cache
def catalogue() -> Catalogue:
    """The real catalogue."""
    return load_catalogue()


@cache
def retriever() -> Retriever:
    """The real retriever over the real catalogue with the shipped encoder; vectors are made once a session, without an index."""
    passages = passages_of(catalogue())
    return Retriever(catalogue(), passages, default_encoder().encode([passage.searchable for passage in passages]), default_encoder())


PRINCIPALS: dict[str, Principal] = {
    "customer": Principal(subject="u.ada", login="ada", role="customer", name="Ada Moss", customer_id="demo:1"),
    "strained": Principal(subject="u.ben", login="ben", role="customer", name="Ben Carter", customer_id="demo:2"),
    "new": Principal(subject="u.cara", login="cara", role="customer", name="Cara Lindqvist", customer_id="demo:3"),
    "rm": Principal(subject="u.rm", login="rm", role="rm", name="Rae Mills"),
    "staff": Principal(subject="u.staff", login="staff", role="staff", name="Sol Tate"),
    "admin": Principal(subject="u.admin", login="admin", role="admin", name="Ann Dean"),
}
_RUNS = itertools.count(1)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self, at: datetime = NOW) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at

    def move(self, by: timedelta) -> None:
        self.at += by


def context_for(
    who: str,
    said: str = "How am I doing?",
    *steps: Step,
    model: BaseChatModel | None = None,
    fallback: BaseChatModel | None = None,
    **more: Any,
) -> RunContext:
    """The context of one run. `steps` script the built-in planner; with `model`, that model plans and writes and `steps` script the fallback."""
    principal = PRINCIPALS[who]
    planner = fallback or ScriptedModel.of(*steps)
    number = next(_RUNS)
    given: dict[str, Any] = {
        "principal": principal, "view": FakeView(principal), "recorder": FakeRecorder(), "desk": FakeDesk(), "watch": Unwatched(), "catalogue": catalogue(), "retriever": retriever(),
        "model": model or planner, "fallback": planner, "run_id": f"run.{number}", "thread_id": f"thread.{number}", "now": Clock(), "said": said,
        "versions": {"rules": "uk-2026-11", "catalogue": catalogue().version},
        **({"routing": "model", "model_name": "other-model", "model_timeout_seconds": 2.0} if model else {}),
    }  # fmt: skip
    return RunContext(**given | more)


@dataclass
class Told:
    """What one turn told, and what it committed."""

    messages: list[dict[str, Any]]
    records: list[TurnRecord] = field(default_factory=list[TurnRecord])

    @property
    def record(self) -> TurnRecord:
        """The committed turn."""
        assert len(self.records) == 1, f"{len(self.records)} turns committed, not one"
        return self.records[0]

    @property
    def reply(self) -> Reply:
        """The reply of that turn."""
        return self.record.reply

    @property
    def text(self) -> str:
        """The reply as text."""
        return self.reply.plain_text()

    def of(self, kind: str) -> list[dict[str, Any]]:
        """The messages of one kind."""
        return [message for message in self.messages if message["kind"] == kind]


@cache
def _graph() -> Any:
    from langgraph.checkpoint.memory import InMemorySaver

    return build_graph(InMemorySaver())


async def take_turn(context: RunContext, graph: Any = None) -> Told:
    """Run one turn to its end."""
    recorder = context.recorder
    before = len(recorder.records) if isinstance(recorder, FakeRecorder) else 0
    told = Told([message async for message in run_turn(graph or _graph(), context)])
    if isinstance(recorder, FakeRecorder):
        told.records = recorder.records[before:]
    return told


def follow_up(context: RunContext, said: str, **more: Any) -> RunContext:
    """The next turn of the same thread."""
    return replace(context, said=said, run_id=f"run.{next(_RUNS)}", **more)


async def ask(who: str, *wanted: str | tuple[str, dict[str, Any]], said: str = "How am I doing?", **more: Any) -> Told:
    """One turn in which the planner calls these tools; whoever answers is the built-in writer."""
    context = context_for(who, said, calls(*wanted), **more)
    told = await take_turn(context)
    model = context.fallback
    assert isinstance(model, ScriptedModel)
    model.assert_spent()
    return told


def assert_whole(told: Told) -> None:
    """Nothing of the reply was left out or replaced by the gate, and no word of a template is left in it."""
    verdict = told.reply.verdict
    assert verdict.outcome in {"pass", "escalate"}, verdict
    assert verdict.removed == 0
    assert "left out" not in told.text
    assert "{{" not in told.text
    assert "{%" not in told.text
    assert "% endfor" not in told.text
