"""Running one turn: from the person's words to messages that tell what happens and, once committed, what is answered."""

# pyright: reportMissingTypeStubs=false, reportUnknownMemberType=false

from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Any

from agent.context import RunContext
from agent.state import EMPTY_TURN
from tools.errors import UsageError

if TYPE_CHECKING:
    from langgraph.graph.state import CompiledStateGraph

LONGEST_MESSAGE = 4_000


def accepted_text(text: str) -> str:
    """The person's words, ready to be worked on.

    Raises:
        UsageError: empty, or longer than 4,000 characters.
    """
    whole = text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")  # half of a pair cannot be stored or sent
    cleaned = whole.replace("\x00", "").strip()
    if not cleaned:
        raise UsageError("The message is empty. Write what you want to know.", code="empty")
    if len(cleaned) > LONGEST_MESSAGE:
        raise UsageError(f"The message has {len(cleaned):,} characters. Shorten it to {LONGEST_MESSAGE:,}.", code="too_long")
    return cleaned


async def run_turn(graph: "CompiledStateGraph[Any, Any, Any, Any]", context: RunContext) -> AsyncIterator[dict[str, Any]]:
    """Run the graph for `context.said` and yield the messages of `agent.progress`, in order.

    Only messages that nodes send on purpose are passed on; states, drafts and model tokens never leave the graph. One checkpoint is
    kept per turn (durability `exit`), because a turn that was killed is simply run again: it has committed nothing. A turn starts with
    nothing of the one before, which may have been stopped half-way with its plan and sections in the state.
    """
    config: Any = {"configurable": {"thread_id": context.thread_id}, "recursion_limit": 20}
    act = None if context.decision is None else context.decision.model_dump(mode="json")
    stream = graph.astream(
        {**EMPTY_TURN, "text": context.said, "decision": act}, config, context=context, stream_mode=["custom"], version="v2", durability="exit"
    )  # fmt: skip
    async for part in stream:
        if part["type"] == "custom":
            yield part["data"]
