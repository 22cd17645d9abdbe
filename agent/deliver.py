"""Deliver: commit the reply, the notes and the audit record in one transaction, and only then show the committed blocks."""

import asyncio
from typing import Any

from langgraph.runtime import Runtime

from agent.compliance_checker import safe_reply
from agent.context import RunContext
from agent.draft import Section
from agent.finding import Finding
from agent.gate_case import GateCase
from agent.plan import Frame, PastTurn, Plan
from agent.progress import step, tell
from agent.record import MadeSuggestion, ProposedChange, TurnRecord
from agent.reply import Reply
from agent.state import EMPTY_TURN, MAX_PAST, TurnState
from agent.told import DELIVERED, finished_message, reply_messages
from tools.fact import Fact


async def deliver(state: TurnState, runtime: Runtime[RunContext]) -> dict[str, Any]:
    """Commit, then stream. A second delivery of the same run commits nothing and shows the same blocks."""
    context = runtime.context
    with step("deliver") as say:
        record = turn_record(state, context)
        audit = await asyncio.to_thread(context.recorder.commit, record)
        say(label=DELIVERED, record=audit)
        for message in reply_messages(record):
            tell(**message)
    tell(**finished_message(record, audit))
    return {**EMPTY_TURN, "record": audit, "past": _past(state)}


def turn_record(state: TurnState, context: RunContext) -> TurnRecord:
    """Everything needed to show, audit and replay this turn."""
    plan: Plan = state.get("plan") or Plan()
    findings: list[Finding] = state.get("findings") or []
    sections: list[Section] = state.get("sections") or []
    reply: Reply = state.get("reply") or safe_reply(context.principal.jurisdiction, "en", ("no_reply",))
    facts: dict[str, Fact] = {fact.id: fact for finding in findings for fact in finding.facts} | (state.get("gate_facts") or {})
    case: GateCase | None = state.get("case")
    fell_back = plan.fell_back or next((section.fell_back for section in sections if section.fell_back), None)
    return TurnRecord(
        run_id=context.run_id,
        thread_id=context.thread_id,
        subject=context.principal.subject,
        role=context.principal.role,
        text=state.get("text", ""),
        language=reply.language,
        started_at=state.get("started_at") or context.now(),
        finished_at=context.now(),
        calls=tuple(state.get("calls") or ()),
        facts=tuple(facts.values()),
        reply=reply,
        notes=tuple(note for finding in findings for note in finding.notes),
        proposals=_shown_proposals(findings, reply),
        suggestions=_made_suggestions(findings, reply),
        model=_model_of(plan, sections),
        fell_back=fell_back,
        versions=context.versions,
        case=case.model_dump(mode="json") if case else None,
    )


def _shown_proposals(findings: list[Finding], reply: Reply) -> tuple[ProposedChange, ...]:
    """The proposals that the checked reply shows. What the gate left out cannot be approved."""
    shown = {block.proposal for block in reply.blocks if block.type == "proposal"}
    return tuple(proposal for finding in findings for proposal in finding.proposals if proposal.id in shown)


def _made_suggestions(findings: list[Finding], reply: Reply) -> tuple[MadeSuggestion, ...]:
    """What was suggested in a reply that was let through; a proposal that the gate left out is none."""
    shown = {block.proposal for block in reply.blocks if block.type == "proposal"}
    made = (one for finding in findings for one in finding.suggestions) if reply.verdict.outcome != "replace" else ()
    return tuple(one if one.proposal in shown else one.model_copy(update={"proposal": None}) for one in made)


def _model_of(plan: Plan, sections: list[Section]) -> str:
    return next((name for name in (plan.model, *(section.writer for section in sections)) if name != "built-in"), "built-in")


def _past(state: TurnState) -> list[dict[str, Any]]:
    if state.get("decision") is not None:
        return state.get("past", [])  # an act is no message: "why?" after it is still about the message before
    plan: Plan = state.get("plan") or Plan()
    frames = tuple(Frame(name=call.name, arguments=call.arguments) for task in plan.tasks for call in task.calls)
    turn = PastTurn(text=state.get("text", ""), frames=frames)
    return [*state.get("past", []), turn.model_dump(mode="json")][-MAX_PAST:]
