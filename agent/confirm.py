"""Confirm: the person's act in the interface is carried out, and what is so now is said. No model has a part in it.

This is the only way from a proposal to a change in a conversation. Words never lead here, whatever they say (`agent.graph`).
"""

import asyncio
from collections.abc import Callable
from typing import Any, NamedTuple

from langgraph.runtime import Runtime

from agent.context import ClientName, RunContext
from agent.decided_contact import tell_contact
from agent.decided_goal import tell_goal
from agent.decision import Decided, DecidedContact, DecidedGoal, Decision
from agent.draft import Section
from agent.finding import Finding, FindingBuilder
from agent.phrasing import say
from agent.progress import step
from agent.record import ToolCall, UntrustedText
from agent.reply import ProposalKind
from agent.state import TurnState
from tools.errors import NotFoundError

CONFIRM = "confirm"
#: What a decision is about when there is nothing to decide: said in words, and one answer for "not yours" and "does not exist".
NO_PROPOSAL = "no_proposal"


class _Kind(NamedTuple):
    """How what came of a kind of proposal is told: by a phrase file `confirm_<name>.j2`, over the facts that `tell` makes."""

    name: ProposalKind
    tell: Callable[[Any, FindingBuilder], None]


_KINDS: dict[type[Decided], _Kind] = {DecidedGoal: _Kind("goal", tell_goal), DecidedContact: _Kind("contact", tell_contact)}


async def confirm(state: TurnState, runtime: Runtime[RunContext]) -> dict[str, Any]:
    """Carry the act out and say what came of it. An error leaves the run failed and nothing half done: the same key may be sent again."""
    context = runtime.context
    decision = Decision.model_validate(state.get("decision"))
    started_at = context.now()
    with step(CONFIRM) as say_step:
        finding = await asyncio.to_thread(_decided, decision, context)
        say_step(label="Confirm", summary=f"{decision.status}: {finding.outcome}".replace("_", " ").capitalize() + ".")
    call = ToolCall(
        id=finding.call,
        specialist=CONFIRM,
        name=CONFIRM,
        arguments=decision.model_dump(mode="json", exclude_none=True),
        outcome=finding.outcome,
        facts=tuple(fact.id for fact in finding.facts),
    )
    section = Section(author=CONFIRM, parts=say(finding, context.principal.role, "en"))
    return {
        "started_at": started_at,
        "language": "en",
        "triage": None,
        "wave": 1,
        "findings": [finding],
        "sections": [section],
        "calls": [call],
    }


def _decided(decision: Decision, context: RunContext) -> Finding:
    try:
        found = context.desk.decide(decision, context.thread_id)
    except NotFoundError:
        return FindingBuilder(f"{CONFIRM}.1", CONFIRM, context.now().date(), None, None).build(NO_PROPOSAL)
    return _finding(found, context)


def _finding(found: Decided, context: RunContext) -> Finding:
    kind = _KINDS[type(found)]
    made = FindingBuilder(f"{CONFIRM}.1", f"{CONFIRM}_{kind.name}", context.now().date(), found.customer_id, None)
    kind.tell(found, made)
    client = _client(found, context)
    finding = made.build(found.outcome, client=client)
    if client is None:
        return finding
    name = UntrustedText(id=f"{finding.call}.client", text=client.name, source="book", subject=client.customer_id)
    return finding.model_copy(update={"texts": (*finding.texts, name), "text_roles": {**finding.text_roles, "client": name.id}})


def _client(found: Decided, context: RunContext) -> ClientName | None:
    """How an RM calls whom it is about; None for one's own plan."""
    return None if context.principal.role == "customer" else context.view.resolve_client(found.customer_id).one
