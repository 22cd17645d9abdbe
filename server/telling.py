"""What of a run's events is still to be told: each once, in order, also when the run is done a second time after a kill.

Two attempts at one run tell the same parts (steps, specialists, tools, blocks) under the same ids, so an event is known by its type
and the id of its part, and the n-th such event of the second attempt is the n-th that was kept of the first. Text and facts can only
agree, because they are told after the reply was committed, and a committed reply is told from its record.
"""

from collections import Counter
from collections.abc import Iterable
from typing import Literal

from server.events import tool_result
from server.protocol import Event

Key = tuple[str, str]
_Part = tuple[Literal["step", "subagent", "tool", "arguments", "message"], str]

# The field that names the part, and which of its lives the event begins, needs and ends.
_ID = {
    "STEP_STARTED": "stepName", "STEP_FINISHED": "stepName",
    "SUBAGENT_STARTED": "subagentRunId", "SUBAGENT_FINISHED": "subagentRunId", "SUBAGENT_ERROR": "subagentRunId",
    "TOOL_CALL_START": "toolCallId", "TOOL_CALL_ARGS": "toolCallId", "TOOL_CALL_END": "toolCallId", "TOOL_CALL_RESULT": "toolCallId",
    "TEXT_MESSAGE_START": "messageId", "TEXT_MESSAGE_CONTENT": "messageId", "TEXT_MESSAGE_END": "messageId",
    "ACTIVITY_SNAPSHOT": "messageId",
}  # fmt: skip
_OPENS: dict[str, tuple[Literal["step", "subagent", "tool", "arguments", "message"], ...]] = {
    "STEP_STARTED": ("step",), "SUBAGENT_STARTED": ("subagent",), "TOOL_CALL_START": ("tool", "arguments"), "TEXT_MESSAGE_START": ("message",),
}  # fmt: skip
_NEEDS: dict[str, Literal["step", "subagent", "tool", "arguments", "message"]] = {
    "STEP_FINISHED": "step", "SUBAGENT_FINISHED": "subagent", "SUBAGENT_ERROR": "subagent", "TOOL_CALL_ARGS": "arguments",
    "TOOL_CALL_END": "arguments", "TOOL_CALL_RESULT": "tool", "TEXT_MESSAGE_CONTENT": "message", "TEXT_MESSAGE_END": "message",
}  # fmt: skip
_STAYS_OPEN = frozenset({"TOOL_CALL_ARGS", "TEXT_MESSAGE_CONTENT"})
LAST = frozenset({"RUN_FINISHED", "RUN_ERROR"})


def event_key(event: Event) -> Key:
    """What an event is known by; how a run ends is one thing, whichever way."""
    kind: str = event["type"]
    return ("END", "") if kind in LAST else (kind, str(event.get(_ID.get(kind, ""), "")))


class Telling:
    """Keeps what has been told of one run, and which parts are open."""

    def __init__(self, kept: Iterable[Event] = ()) -> None:
        """`kept` are the events of an earlier attempt, as the store has them."""
        self._earlier: Counter[Key] = Counter()
        self._told: Counter[Key] = Counter()
        # A dict keeps the order in which parts were opened.
        self._open: dict[_Part, None] = {}
        self.ended_by: Event | None = None
        for event in kept:
            self._note(event)
        self.again()

    def again(self) -> None:
        """Begin another attempt: what has been told until now is not told by it."""
        self._earlier = self._told.copy()

    def fresh(self, events: Iterable[Event]) -> list[Event]:
        """Those of `events` that are still to be told; they count as told from now on."""
        return [event for event in events if self._is_fresh(event)]

    def closing(self, outcome: Literal["cancelled", "interrupted"]) -> list[Event]:
        """Events that end every open part, the innermost first, so that nothing is left open when the run ends."""
        return self.fresh([_end_of(part, outcome) for part in reversed(self._open)])

    def _is_fresh(self, event: Event) -> bool:
        key = event_key(event)
        if self._earlier[key] > 0:
            self._earlier[key] -= 1
            return False
        needed = _NEEDS.get(key[0])
        # An end without its beginning: that part belongs to what was lost or has been closed.
        if self.ended_by is not None or (needed is not None and (needed, key[1]) not in self._open):
            return False
        self._note(event)
        return True

    def _note(self, event: Event) -> None:
        kind: str = event["type"]
        key = event_key(event)
        name = key[1]
        self._told[key] += 1
        for part in _OPENS.get(kind, ()):
            self._open[part, name] = None
        if kind in _NEEDS and kind not in _STAYS_OPEN:
            self._open.pop((_NEEDS[kind], name), None)
        if kind in LAST:
            self.ended_by = event


def _end_of(part: _Part, outcome: str) -> Event:
    kind, name = part
    match kind:
        case "step":
            return {"type": "STEP_FINISHED", "stepName": name}
        case "subagent":
            return {"type": "SUBAGENT_FINISHED", "subagentRunId": name, "metadata": {"summary": outcome.capitalize()}}
        case "tool":
            return tool_result(name, outcome, {"outcome": outcome})
        case "arguments":
            return {"type": "TOOL_CALL_END", "toolCallId": name}
        case "message":
            return {"type": "TEXT_MESSAGE_END", "messageId": name}
