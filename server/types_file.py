"""The wire as TypeScript, made from the models that define it: `personaforge protocol` writes `web/src/protocol.d.ts`."""

import types
from datetime import date, datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from agent import reply
from agent.context import Role
from agent.shown_driver import InputUnit
from server import board, event_types, insights, protocol
from server.api import auth, customers, documents, me, plan, stress, threads, twin
from server.api.insights import ShownSettings
from server.store.contacts import ContactAction, ContactOutcome, GivenOutcome
from server.store.threads import Thumb
from tools import fact
from tools.ledger.query import Band
from tools.stress import worklist
from tools.twin.insight.insight import InsightKind

_HEADER = """/**
 * The wire. Made by `personaforge protocol --out web/src/protocol.d.ts`; do not edit.
 * Frames of the socket, AG-UI 1.0 events, blocks, facts, REST.
 */
"""

#: Aliases that have a name in TypeScript as well.
_ALIASES: tuple[tuple[str, Any], ...] = (
    ("Role", Role),
    ("Unit", fact.Unit),
    ("SeriesRole", reply.SeriesRole),
    ("Outcome", event_types.Outcome),
    ("Thumb", Thumb),
    ("Block", reply.Block),
    ("AgentEvent", event_types.AgentEvent),
    ("ClientFrame", protocol.ClientFrame),
    ("ServerFrame", protocol.ServerFrame),
    ("InsightKind", InsightKind),
    ("Band", Band),
    ("Urgency", worklist.Urgency),
    ("Cause", worklist.Cause),
    ("Step", worklist.Step),
    ("ContactAction", ContactAction),
    ("GivenOutcome", GivenOutcome),
    ("ContactOutcome", ContactOutcome),
    ("Proposal", plan.ShownProposal),
    ("InputUnit", InputUnit),
    ("SpanKind", reply.Span.model_fields["kind"].annotation),
)

#: Where a model has another name in TypeScript.
_NAMES: dict[type[BaseModel], str] = {
    protocol.Run: "RunFrame",
    protocol.Hello: "HelloFrame",
    protocol.Attach: "AttachFrame",
    protocol.Cancel: "CancelFrame",
    protocol.Ping: "PingFrame",
    protocol.Ready: "ReadyFrame",
    protocol.Events: "EventsFrame",
    protocol.Gap: "GapFrame",
    protocol.Pong: "PongFrame",
    protocol.Failure: "ErrorFrame",
    protocol.Watch: "WatchFrame",
    protocol.News: "NewsFrame",
    auth.SignedInPrincipal: "Principal",
    auth.SignedInAnswer: "SignedIn",
    auth.TicketAnswer: "Ticket",
    auth.RegisteredAnswer: "Registered",
    threads.OpenThread: "Thread",
    plan.ShownPlan: "Plan",
    plan.ShownGoal: "PlanGoal",
    plan.ShownOutlook: "GoalOutlook",
    plan.ShownGoalProposal: "GoalProposal",
    plan.ShownContactProposal: "ContactProposal",
    plan.GivenDecision: "DecisionInput",
    ShownSettings: "InsightSettings",
    twin.CheckedAnswer: "WhatIfAnswer",
}

#: Fields whose type in Python is wider than what the wire holds.
_NARROWED: dict[tuple[type[BaseModel], str], str] = {
    (protocol.Events, "events"): "AgentEvent[]",
    (threads.StoredTurn, "events"): "AgentEvent[]",
    (insights.Insights, "facts"): "Record<string, Fact>",
    (insights.ClientInsights, "facts"): "Record<string, Fact>",
    (twin.TwinPage, "facts"): "Record<string, Fact>",
    (twin.CheckedAnswer, "facts"): "Record<string, Fact>",
}

#: What clients send, and what may lack a field: one with a default may be left out.
_SPARSE = (auth.Credentials, auth.Newcomer, threads.Feedback, threads.StoredTurn, protocol.RunInput, stress.ContactInput)

#: What is not reached from the frames, in the order of the file.
_ROOTS: tuple[type[BaseModel], ...] = (
    event_types.FactsContent,
    auth.Credentials,
    auth.Newcomer,
    auth.RegisteredAnswer,
    auth.SignedInAnswer,
    auth.TicketAnswer,
    me.Me,
    threads.ThreadSummary,
    threads.OpenedThread,
    threads.OpenThread,
    threads.Undone,
    documents.PublishedDocument,
    customers.Client,
    plan.ShownGoalProposal,
    plan.ShownContactProposal,
    plan.GivenDecision,
    plan.DecisionAnswer,
    plan.ShownPlan,
    insights.Insights,
    insights.BookInsights,
    ShownSettings,
    twin.TwinPage,
    twin.CheckedAnswer,
    board.Board,
    stress.ClientStress,
    stress.ContactInput,
    stress.SetAsideAnswer,
)

_PLAIN: dict[Any, str] = {
    str: "string",
    bool: "boolean",
    int: "number",
    float: "number",
    date: "string",
    datetime: "string",
    SecretStr: "string",
    Any: "unknown",
    type(None): "null",
    None: "null",
}


def typescript() -> str:
    """The whole file."""
    writer = _Writer()
    aliases = [f"export type {name} = {writer.expanded(alias)};" for name, alias in _ALIASES]
    for root in _ROOTS:
        writer.type_of(root)
    problem = "/** An answer that is no success. */\nexport interface Problem { code: string; message: string }"
    return "\n".join([_HEADER, *aliases, "", *writer.interfaces(), "", problem]) + "\n"


class _Writer:
    """Collects the models that are reached and writes each once."""

    def __init__(self) -> None:
        self._models: dict[type[BaseModel], None] = {}
        self._aliases = {_form(alias): name for name, alias in _ALIASES}

    def interfaces(self) -> list[str]:
        """Every model that was reached; writing one may reach more."""
        written: dict[type[BaseModel], str] = {}
        while missing := [model for model in self._models if model not in written]:
            for model in missing:
                written[model] = self._interface(model)
        return [written[model] for model in self._models]

    def expanded(self, alias: Any) -> str:
        """The right-hand side of an alias."""
        return self._spelled(_bare(alias))

    def type_of(self, annotation: Any) -> str:
        """A type as it is written inside another one: by its name where it has one."""
        named = self._aliases.get(_form(annotation))
        return named or self._spelled(_bare(annotation))

    def _spelled(self, bare: Any) -> str:
        if bare in _PLAIN:
            return _PLAIN[bare]
        if isinstance(bare, type) and issubclass(bare, BaseModel):
            self._models[bare] = None
            return _name(bare)
        origin, parts = get_origin(bare), get_args(bare)
        if origin is Literal:
            return " | ".join(f'"{part}"' for part in parts)
        if origin in (Union, types.UnionType):
            return " | ".join(dict.fromkeys(self.type_of(part) for part in parts))
        if origin in (tuple, list):
            inner = self.type_of(parts[0])
            return f"({inner})[]" if " " in inner else f"{inner}[]"
        if origin is dict:
            return f"Record<{self.type_of(parts[0])}, {self.type_of(parts[1])}>"
        raise TypeError(f"no TypeScript for {bare!r}")

    def _interface(self, model: type[BaseModel]) -> str:
        lines = [f"  {self._field(model, name, field)};" for name, field in model.model_fields.items()]
        about = (model.__doc__ or "").strip().splitlines()[0]
        return "\n".join([f"/** {about} */", f"export interface {_name(model)} {{", *lines, "}"])

    def _field(self, model: type[BaseModel], name: str, field: FieldInfo) -> str:
        outside = field.serialization_alias or field.alias or name
        spelled = _NARROWED.get((model, name)) or self.type_of(field.annotation)
        if issubclass(model, protocol.Frame) and field.default is None:
            # Frames and events leave out what has no value.
            return f"{outside}?: {spelled.removesuffix(' | null')}"
        if model in _SPARSE and not field.is_required():
            return f"{outside}?: {spelled}"
        return f"{outside}: {spelled}"


def _name(model: type[BaseModel]) -> str:
    return _NAMES.get(model, model.__name__)


def _bare(annotation: Any) -> Any:
    return get_args(annotation)[0] if get_origin(annotation) is Annotated else annotation


def _form(annotation: Any) -> str:
    return repr(_bare(annotation))
