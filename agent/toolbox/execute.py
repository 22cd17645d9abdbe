"""Running a planned call: check that the role may, load what it needs from the view, run it, and never let an error through as text."""

import time
from functools import cached_property
from typing import Any

from pydantic import ValidationError

from agent.context import ClientName, ModelWatch, Principal, RunContext, View
from agent.finding import Finding, FindingBuilder
from agent.learnt_outlook import learnt_outlook
from agent.plan import PlannedCall
from agent.record import ToolCall, UntrustedText
from agent.toolbox import toolbox
from agent.toolbox.tool import Arguments, Tool
from knowledge.catalogue import Catalogue
from knowledge.retrieve import Retriever
from tools.errors import NotFoundError, PersonaForgeError, TooShortError
from tools.ledger.features import Features, features_of
from tools.ledger.history import History
from tools.stress.score import StressStatus, stress_status
from tools.twin.fit.fit import fit_twin
from tools.twin.goal.goal import Plan, with_debts
from tools.twin.outlook.outlook import Outlook
from tools.twin.twin import Twin


class Loader:
    """Values for one call, loaded when a tool asks for them by type. Knows one principal and at most one client."""

    def __init__(self, context: RunContext, client: ClientName | None) -> None:
        self.context, self.client = context, client

    @cached_property
    def history(self) -> History:
        """The customer the call is about: the signed-in one, or the resolved client."""
        view = self.context.view
        if self.client is not None:
            return view.client_history(self.client.customer_id)
        return view.own_history()

    @cached_property
    def features(self) -> Features:
        """Features of that history."""
        return features_of(self.history)

    @cached_property
    def twin(self) -> Twin:
        """The fitted twin. Raises TooShortError when there is too little history."""
        return fit_twin(self.history, self.features)

    @cached_property
    def twin_if_any(self) -> Twin | None:
        """The same, and None when there is too little history: for tools that have something to say then."""
        try:
            return self.twin
        except TooShortError:
            return None

    @cached_property
    def outlook(self) -> Outlook | None:
        """Where the balance will be as the past of all accounts of this source teaches it; None where that is not known."""
        return learnt_outlook(self.context.view, self.history)

    @cached_property
    def plan(self) -> Plan:
        """The customer's plan as it is now, with what is owed."""
        return with_debts(self.context.view.plan(self.history.customer.id), self.history)

    @cached_property
    def stress(self) -> StressStatus:
        """The stress score of that history."""
        return stress_status(self.history, self.features)

    def value(self, wanted: Any, arguments: Arguments, builder: FindingBuilder) -> Any:
        """The value for a parameter of type `wanted`."""
        if isinstance(wanted, type) and issubclass(wanted, Arguments):
            return arguments
        given: dict[Any, Any] = {
            View: lambda: self.context.view,
            Principal: lambda: self.context.principal,
            RunContext: lambda: self.context,
            Catalogue: lambda: self.context.catalogue,
            Retriever: lambda: self.context.retriever,
            FindingBuilder: lambda: builder,
            History: lambda: self.history,
            Features: lambda: self.features,
            Twin: lambda: self.twin,
            Twin | None: lambda: self.twin_if_any,
            Plan: lambda: self.plan,
            Outlook | None: lambda: self.outlook,
            StressStatus: lambda: self.stress,
            ModelWatch: lambda: self.context.watch,
        }
        return given[wanted]()


def execute(call: PlannedCall, context: RunContext) -> tuple[Finding, ToolCall]:
    """Run one call. Whatever happens, the result is a finding with a closed outcome and the record of the call."""
    begin = time.perf_counter()
    tool = toolbox()[call.name]
    finding = _finding(call, tool, context)
    record = ToolCall(
        id=call.id,
        specialist=tool.specialist,
        name=call.name,
        arguments=call.arguments,
        outcome=finding.outcome,
        facts=tuple(fact.id for fact in finding.facts),
        seconds=round(time.perf_counter() - begin, 4),
    )
    return finding, record


def _finding(call: PlannedCall, tool: Tool, context: RunContext) -> Finding:
    role = context.principal.role
    if role not in tool.roles:
        return Finding(call=call.id, tool=tool.name, outcome="failed", labels={"why": "not_allowed"})
    try:
        arguments = tool.arguments_for(role).model_validate(call.arguments)
    except ValidationError:
        return Finding(call=call.id, tool=tool.name, outcome="bad_arguments", labels={"why": "bad_arguments"})
    try:
        client = _client(tool, call.arguments, context)
        if isinstance(client, Finding):
            return client.model_copy(update={"call": call.id, "tool": tool.name})
        return _run(call, tool, arguments, Loader(context, client))
    except NotFoundError:
        return Finding(call=call.id, tool=tool.name, outcome="not_found", labels={"why": "not_found"})
    except TooShortError:
        return Finding(call=call.id, tool=tool.name, outcome="failed", labels={"why": "too_short"})
    except PersonaForgeError as error:
        return Finding(call=call.id, tool=tool.name, outcome="failed", labels={"why": error.code})


def _client(tool: Tool, arguments: dict[str, Any], context: RunContext) -> ClientName | Finding | None:
    """Resolve the client an RM named, inside the own book only (I1). "Not yours" and "does not exist" are one outcome."""
    if context.principal.role == "customer" or not tool.about_one_customer:
        return None
    matches = context.view.resolve_client(str(arguments.get("client", ""))).matches
    if len(matches) == 1:
        return matches[0]
    if not matches:
        return Finding(call="", tool=tool.name, outcome="not_found", labels={"why": "not_found"})
    texts = tuple(
        UntrustedText(id=f"match.{i}.{match.ref}", text=f"{match.name} ({match.ref})", source="book", subject=match.customer_id)
        for i, match in enumerate(matches[:5])
    )
    roles = {f"match_{i}": text.id for i, text in enumerate(texts)}
    return Finding(call="", tool=tool.name, outcome="ambiguous", texts=texts, text_roles=roles, labels={"why": "ambiguous"})


def _run(call: PlannedCall, tool: Tool, arguments: Arguments, loader: Loader) -> Finding:
    as_of, subject, currency = loader.context.view.business_date(), None, None
    if tool.about_one_customer:
        history = loader.history
        as_of, subject = history.as_of, history.customer.id
        currency = loader.features.currency
    builder = FindingBuilder(call.id, tool.name, as_of, subject, currency)
    given = {name: loader.value(wanted, arguments, builder) for name, wanted in tool.parameters.items()}
    finding = tool.run(**given)
    return _with_client(finding, loader.client)


def _with_client(finding: Finding, client: ClientName | None) -> Finding:
    if client is None:
        return finding
    name = UntrustedText(id=f"{finding.call}.client", text=client.name, source="book", subject=client.customer_id)
    return finding.model_copy(
        update={"client": client, "texts": (*finding.texts, name), "text_roles": {**finding.text_roles, "client": name.id}}
    )
