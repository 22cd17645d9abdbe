"""What is told of a committed turn: the same words whether it was answered just now or before the server was killed."""

from collections.abc import Iterable, Iterator
from typing import Any, cast

from agent.record import TurnRecord
from agent.reply import Block
from tools.fact import Fact

GATE_LABELS = {"pass": "Gate: passed", "repair": "Gate: repaired", "replace": "Gate: replaced", "escalate": "Gate: passed to a person"}
DELIVERED = "Delivered"


def reply_messages(record: TurnRecord) -> Iterator[dict[str, Any]]:
    """The facts that the reply rests on, then its blocks in order."""
    yield {"kind": "facts", "facts": shown_facts(record)}
    for block in record.reply.blocks:
        yield {"kind": "block", "block": block.model_dump(mode="json")}


def finished_message(record: TurnRecord, audit_id: str) -> dict[str, Any]:
    """The end of the turn."""
    return {
        "kind": "finished",
        "verdict": record.reply.verdict.model_dump(mode="json"),
        "model": record.model,
        "fell_back": record.fell_back,
        "language": record.language,
        "seconds": round((record.finished_at - record.started_at).total_seconds(), 3),
        "record": audit_id,
    }


def shown_facts(record: TurnRecord) -> dict[str, Any]:
    """The facts that the reply shows and those they were computed from, by id."""
    return facts_of(record.reply.blocks, record.facts)


def facts_of(blocks: Iterable[Block], facts: Iterable[Fact]) -> dict[str, Any]:
    """Of all facts those that the blocks show and those they were computed from, by id."""
    known = tuple(facts)
    used = set(_fact_ids([block.model_dump(mode="json") for block in blocks]))
    wanted = used | {name for fact in known if fact.id in used for name in fact.inputs}
    return {fact.id: fact.model_dump(mode="json") for fact in known if fact.id in wanted}


def _fact_ids(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        known = cast("dict[str, Any]", value)
        if known.get("kind") == "fact" and "start" in known:
            yield known["id"]
        if known.get("type") == "chart":
            yield from known["facts"]
        for item in known.values():
            yield from _fact_ids(item)
    elif isinstance(value, list):
        for item in cast("list[Any]", value):
            yield from _fact_ids(item)
