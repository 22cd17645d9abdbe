"""Passing a conversation to a person: a note of the person's own, with a reference and a time limit, undone by one click."""

import hashlib
from datetime import timedelta

from agent.context import RunContext
from agent.finding import Finding, FindingBuilder
from agent.record import TakenNote
from tools.compliance.pack import load_pack


def ticket_finding(reason: str, call: str, context: RunContext) -> tuple[Finding, TakenNote]:
    """A finding that says that a person will answer, and the note that `deliver` commits. Same run, same reference."""
    now = context.now()
    hours = load_pack(context.principal.jurisdiction).respond_within_hours[reason]
    digest = hashlib.sha256(f"{context.run_id}:{reason}".encode()).hexdigest()
    note = TakenNote(
        id=f"ticket.{digest[:12]}",
        kind="ticket",
        reference=f"T-{digest[:8].upper()}",
        reason=reason,
        text="",
        respond_by=now + timedelta(hours=hours),
    )
    builder = FindingBuilder(call, "human_handoff", now.date(), context.principal.customer_id, None)
    reference = builder.fact("reference", "ticket reference", note.reference, "label")
    by = builder.fact("respond_by", "answer by", note.respond_by.date().isoformat(), "date")
    within = builder.fact("within", "answer within", hours, "hours") if hours < 48 else by
    when = f"within {within}" if hours < 48 else f"by {by}"
    builder.labels["escalation"] = f"Passed to a person. Reference {reference}; somebody answers {when}."
    return builder.build("ok", notes=(note,)), note
