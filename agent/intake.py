"""Intake by code: what the words are, which language, and whether somebody needs help before anything is looked up."""

import asyncio
from typing import Any

from langgraph.runtime import Runtime

from agent.aside import aside_of
from agent.context import RunContext
from agent.draft import DraftEscalation, Section
from agent.escalation import ticket_finding
from agent.finding import Finding, FindingBuilder, slot
from agent.language import language_of
from agent.phrasing import say
from agent.progress import step
from agent.record import Quote, ToolCall
from agent.state import TurnState
from agent.triage import triage
from tools.compliance.pack import load_pack
from tools.errors import PersonaForgeError

#: Which capability a kind of difficulty is, as the audit and `ask` name it.
CAPABILITY = {
    "crisis": "crisis", "hardship": "hardship", "data_rights": "data_rights", "scam": "human_handoff", "complaint": "human_handoff",
    "handoff": "human_handoff",
}  # fmt: skip


async def intake(state: TurnState, runtime: Runtime[RunContext]) -> dict[str, Any]:
    """Language and triage. A person in difficulty gets the help section and a ticket; an RM gets the bank's playbook."""
    context = runtime.context
    text = state.get("text", "")
    with step("intake") as say_step:
        written_in = language_of(text)
        kind = triage(text, context.principal.role)
        label = {"en": "English.", "de": "German.", "es": "Spanish."}[written_in]
        found = "No sign of hardship, scam or complaint." if kind is None else "Help comes first."
        say_step(label="Intake", summary=f"{label} {found}")
        if kind is not None:
            say_step(capability={"name": CAPABILITY[kind], "arguments": {"reason": kind}})
    update: dict[str, Any] = {"started_at": context.now(), "language": "en", "triage": kind, "wave": 1}
    if kind is None:
        return {**update, **await _beside(state, text, context)}
    finding = await asyncio.to_thread(_help, kind, text, context)
    if finding is None:
        return {**update, "triage": None, **await _beside(state, text, context)}
    parts = say(finding, context.principal.role, "en")
    section = Section(author="intake", parts=(*parts[:1], *finding.parts, *parts[1:]))
    call = ToolCall(id=finding.call, specialist="intake", name=CAPABILITY[kind], arguments={"reason": kind}, outcome=finding.outcome)
    return {**update, "findings": [finding], "sections": [section], "calls": [call]}


async def _beside(state: TurnState, text: str, context: RunContext) -> dict[str, Any]:
    """What goes beside the answer to a customer; an employee is spoken to plainly."""
    if context.principal.role != "customer":
        return {}
    try:
        aside = await asyncio.to_thread(aside_of, text, state.get("past", []), context)
    except Exception:  # a defect in what stands beside an answer must not take the answer with it
        return {}
    return {"feeling": aside.feeling, "hasty": aside.risk, "findings": list(aside.findings), "sections": list(aside.sections)}


def _help(kind: str, text: str, context: RunContext) -> Finding | None:
    return help_for(kind, context) if context.principal.role == "customer" else _playbook_if_any(kind, text, context)


def help_for(kind: str, context: RunContext) -> Finding:
    """Signposting in fixed words, and a ticket so that a person takes over."""
    pack = load_pack(context.principal.jurisdiction)
    finding, note = ticket_finding(kind, f"{CAPABILITY[kind]}.0", context)
    quotes = tuple(
        Quote(
            id=f"pack.{name}",
            document=f"pack:{pack.version}",
            title=pack.version,
            version=pack.version,
            passage=f"contacts.{name}",
            heading=name,
            text=words,
            kind="policy",
        )
        for name, words in pack.contacts.items()
    )
    escalation = DraftEscalation(note=note.id, reference=note.reference, text=finding.labels["escalation"])
    return finding.model_copy(
        update={
            "tool": f"help_{kind}",
            "quotes": quotes,
            "labels": {"contact": {name: slot("q", f"pack.{name}") for name in pack.contacts}},
            "parts": (escalation,),
            "no_credit": kind in {"crisis", "scam", "hardship"},
        }
    )


def _playbook_if_any(kind: str, text: str, context: RunContext) -> Finding | None:
    try:
        return playbook(kind, text, context)
    except PersonaForgeError:  # the documents cannot be searched now: an employee's question goes on without a playbook
        return None


def playbook(kind: str, text: str, context: RunContext) -> Finding | None:
    """What the bank's own policy tells an employee to do, cited; None when no document for this reader fits."""
    role = context.principal.role
    hits = context.retriever.search(
        f"{kind} {text}", audience="rm" if role == "rm" else "staff", jurisdiction=context.principal.jurisdiction, on=context.now().date(), k=3, kind="policy"
    )  # fmt: skip
    if not hits:
        return None
    builder = FindingBuilder(f"{CAPABILITY[kind]}.0", "playbook", context.now().date(), None, None)
    for number, hit in enumerate(hits):
        passage = hit.passage
        builder.quotes.append(
            Quote(
                id=f"playbook.{number}",
                document=passage.document,
                title=passage.title,
                version=passage.version,
                passage=passage.id,
                heading=passage.heading,
                text=passage.text,
                kind="policy",
            )
        )
    return builder.build("ok")
