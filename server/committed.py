"""The messages of a reply that was committed before its server was killed: told from its record, never made anew."""

from collections.abc import Iterator
from typing import Any, Protocol

from agent.record import TurnRecord
from agent.told import DELIVERED, GATE_LABELS, finished_message, reply_messages
from server.store.audit import AuditEntry
from server.store.runs import Run
from server.store.threads import Turn


class ReadsTurns(Protocol):
    """Where turns are read; `server.store.threads.ThreadStore`."""

    def turns(self, subject: str, thread_id: str) -> tuple[Turn, ...]:
        """The turns of a thread."""
        ...


class ReadsAudit(Protocol):
    """Where audit records are read; `server.store.audit.AuditChain`."""

    def entry(self, record_id: str) -> AuditEntry:
        """One record."""
        ...


def committed_messages(run: Run, threads: ReadsTurns, audit: ReadsAudit) -> list[dict[str, Any]] | None:
    """What is told once a reply is committed, and how its tools and its gate ended; None when the run has committed nothing."""
    audit_id = next((turn.audit_id for turn in threads.turns(run.subject, run.thread_id) if turn.run_id == run.run_id), None)
    if audit_id is None:
        return None
    payload = audit.entry(audit_id).payload
    return None if payload is None else list(told_of(TurnRecord.model_validate(payload), audit_id))


def told_of(record: TurnRecord, audit_id: str) -> Iterator[dict[str, Any]]:
    """The messages of a committed turn from the gate on, as `agent/deliver.py` tells them."""
    for call in record.calls:
        yield {
            "kind": "tool", "id": call.id, "specialist": call.specialist, "name": call.name, "phase": "end",
            "outcome": call.outcome, "figures": len(call.facts), "ms": round(call.seconds * 1000),
        }  # fmt: skip
    verdict = record.reply.verdict
    yield {"kind": "step", "name": "compliance_checker", "phase": "start"}
    yield {"kind": "step", "name": "compliance_checker", "phase": "end", "label": GATE_LABELS[verdict.outcome], **verdict.model_dump()}
    yield {"kind": "step", "name": "deliver", "phase": "start"}
    yield from reply_messages(record)
    yield {"kind": "step", "name": "deliver", "phase": "end", "label": DELIVERED, "record": audit_id}
    yield finished_message(record, audit_id)
