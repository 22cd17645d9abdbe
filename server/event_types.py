"""The events of a run as models: the part of AG-UI 1.0 that we send, and what our metadata holds.

Events are built as plain dicts (`server/events.py`); these models are their contract, for the web's types and for the tests.
"""

from typing import Annotated, Any, Literal

from pydantic import Field

from agent.reply import Span, Verdict
from server.protocol import Frame
from tools.fact import Fact

Outcome = Literal["pass", "repair", "replace", "escalate"]


class Told(Frame):
    """An event or a part of one: fields without a value are absent, never null."""


class PlannedCall(Told):
    """A tool that the plan will use, with the person's own arguments."""

    name: str
    arguments: dict[str, Any]


class PlannedSpecialist(Told):
    """A specialist that the plan will ask; those of one wave work at the same time."""

    specialist: str
    calls: tuple[PlannedCall, ...]
    wave: int


class StepMetadata(Told):
    """What a step did; the gate's counts, the supervisor's plan, the audit record of deliver."""

    label: str | None = None
    summary: str | None = None
    ms: int | None = None
    plan: tuple[PlannedSpecialist, ...] | None = None
    record: str | None = None
    outcome: Outcome | None = None
    rules: tuple[str, ...] | None = None
    figures: int | None = None
    removed: int | None = None
    notices: int | None = None


class RunResult(Told):
    """How the answer came about. `fellBack` says why the built-in model answered where another one should have."""

    verdict: Verdict
    model: str
    fell_back: str | None = None
    seconds: float
    language: str


class RunOutcome(Told):
    """How a run ended."""

    type: Literal["success", "cancelled"]


class RunStarted(Told):
    """The first event."""

    type: Literal["RUN_STARTED"]
    thread_id: str
    run_id: str


class RunFinished(Told):
    """The last event of a run that did not fail."""

    type: Literal["RUN_FINISHED"]
    thread_id: str
    run_id: str
    result: RunResult | None = None
    outcome: RunOutcome | None = None


class RunError(Told):
    """The last event of a run that failed."""

    type: Literal["RUN_ERROR"]
    message: str
    code: str | None = None


class StepStarted(Told):
    """A step of the graph begins."""

    type: Literal["STEP_STARTED"]
    step_name: str


class StepFinished(Told):
    """A step of the graph is done."""

    type: Literal["STEP_FINISHED"]
    step_name: str
    metadata: StepMetadata | None = None


class SubagentMetadata(Told):
    """How a specialist's work went."""

    ms: int | None = None
    summary: str | None = None


class SubagentStarted(Told):
    """A specialist begins."""

    type: Literal["SUBAGENT_STARTED"]
    subagent_run_id: str
    name: str
    description: str | None = None


class SubagentFinished(Told):
    """A specialist is done."""

    type: Literal["SUBAGENT_FINISHED"]
    subagent_run_id: str
    metadata: SubagentMetadata | None = None


class SubagentError(Told):
    """A specialist failed."""

    type: Literal["SUBAGENT_ERROR"]
    subagent_run_id: str
    message: str
    code: str | None = None


class ToolCallStart(Told):
    """A specialist uses a tool."""

    type: Literal["TOOL_CALL_START"]
    tool_call_id: str
    tool_call_name: str
    subagent_run_id: str | None = None


class ToolCallArgs(Told):
    """Its arguments as JSON text."""

    type: Literal["TOOL_CALL_ARGS"]
    tool_call_id: str
    delta: str


class ToolCallEnd(Told):
    """The arguments are complete; the tool works."""

    type: Literal["TOOL_CALL_END"]
    tool_call_id: str


class ToolMetadata(Told):
    """How the use of a tool went."""

    ms: int | None = None
    outcome: str | None = None


class ToolCallResult(Told):
    """The tool is done. The content says how many figures it brought, never which."""

    type: Literal["TOOL_CALL_RESULT"]
    tool_call_id: str
    message_id: str
    content: str
    metadata: ToolMetadata | None = None


class TextMetadata(Told):
    """Where a text block stands."""

    section: str | None = None
    heading: str | None = None


class TextMessageStart(Told):
    """A text block begins."""

    type: Literal["TEXT_MESSAGE_START"]
    message_id: str
    role: Literal["assistant"]
    metadata: TextMetadata | None = None


class ContentMetadata(Told):
    """What code put into a sentence; positions count in the sentence."""

    spans: tuple[Span, ...] | None = None


class TextMessageContent(Told):
    """One checked sentence."""

    type: Literal["TEXT_MESSAGE_CONTENT"]
    message_id: str
    delta: str
    metadata: ContentMetadata | None = None


class TextMessageEnd(Told):
    """A text block is complete."""

    type: Literal["TEXT_MESSAGE_END"]
    message_id: str


class FactsContent(Told):
    """The facts that the reply uses, by id, before any of its text; `texts` are strings of the outside world."""

    facts: dict[str, Fact]
    texts: dict[str, str] | None = None


class ActivitySnapshot(Told):
    """The facts (`facts`), or a block that is no text: `activityType` is its type and `content` the block."""

    type: Literal["ACTIVITY_SNAPSHOT"]
    message_id: str
    activity_type: str
    content: Any


AgentEvent = Annotated[
    RunStarted | RunFinished | RunError | StepStarted | StepFinished | SubagentStarted | SubagentFinished | SubagentError
    | ToolCallStart | ToolCallArgs | ToolCallEnd | ToolCallResult
    | TextMessageStart | TextMessageContent | TextMessageEnd | ActivitySnapshot,
    Field(discriminator="type"),
]  # fmt: skip
