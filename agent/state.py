"""What a run knows while it runs, and what a thread remembers between turns.

Turn-scoped keys are emptied by `deliver`, so that a checkpoint holds only `past`: words and calls, no figures, no drafts. A draft is
never a message and never leaves the graph.
"""

from typing import Annotated, Any, TypedDict

from agent.finding import Finding

MAX_PAST = 6


def extend(old: list[Any] | None, new: list[Any] | None) -> list[Any]:
    """Append; None empties. Parallel specialists write the same key in one step."""
    return [] if new is None else [*(old or []), *new]


class TurnState(TypedDict, total=False):
    """Keys of the graph. `case` is what the gate judged, `gate_facts` the facts it showed. Values are plain JSON values where they are kept between turns, records where they live for one turn.

    text: the person's words. decision: what the person did in the interface, None for a message. started_at: when the run began. language: of the reply. triage: kind of difficulty found at intake. feeling, hasty: what was heard in a customer's words (`agent.aside.Aside`). plan: `agent.plan.Plan`. wave: the
    wave in work. findings, sections: what specialists brought. reply, record: what was delivered. past: earlier turns, newest last.
    """

    text: str
    decision: dict[str, Any] | None
    started_at: Any
    language: str
    triage: str | None
    feeling: Any
    hasty: Any
    plan: Any
    wave: int
    findings: Annotated[list[Finding], extend]
    sections: Annotated[list[Any], extend]
    calls: Annotated[list[Any], extend]
    reply: Any
    gate_facts: Any
    case: Any
    record: str | None
    past: list[dict[str, Any]]


#: What `deliver` leaves of a turn in the thread's memory: nothing.
EMPTY_TURN: dict[str, Any] = {
    "text": "", "decision": None, "triage": None, "feeling": None, "hasty": None, "plan": None, "wave": 0, "findings": None, "sections": None, "calls": None, "reply": None, "gate_facts": None, "case": None,
    "started_at": None,
}  # fmt: skip
