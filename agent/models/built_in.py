"""The product's own chat model: deterministic, on this machine, no key. It plans calls; replies are made from phrase files."""

import asyncio
import hashlib
import json
from collections.abc import AsyncIterator, Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import AsyncCallbackManagerForLLMRun, CallbackManagerForLLMRun
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage, AIMessageChunk, BaseMessage, HumanMessage
from langchain_core.messages.tool import tool_call_chunk
from langchain_core.outputs import ChatGeneration, ChatGenerationChunk, ChatResult
from langchain_core.runnables import Runnable
from langchain_core.utils.function_calling import convert_to_openai_tool
from pydantic import PrivateAttr

from agent.context import RunContext
from agent.plan import Frame, PastTurn
from agent.understanding.phrases import SentenceEncoder

if TYPE_CHECKING:
    from agent.understanding.intent import IntentModel

_PIECE = 48


class BuiltInModel(BaseChatModel):
    """Understands a message by example phrases and a vocabulary of the principal's own data, and answers with tool calls.

    An answer without calls carries `additional_kwargs` `act`, `words` and `options` (see `agent.plan.Plan`). An answer with calls says in
    `missed` which parts of the message they leave out. Only bound tools are called, with arguments made from the person's words.

    Args:
        encoder: turns sentences into vectors; by default the shipped one, loaded when the first message comes.
    """

    encoder: Any = None
    _intents: "IntentModel | None" = PrivateAttr(default=None)

    @property
    def _llm_type(self) -> str:
        return "personaforge-built-in"

    def bind_tools(
        self, tools: Sequence[Any], *, tool_choice: str | None = None, context: RunContext | None = None, **kwargs: Any
    ) -> Runnable[Any, AIMessage]:
        """Bind the callable tools, and the run whose words and data the message is about."""
        schemas = [convert_to_openai_tool(tool) for tool in tools]
        return self.bind(tools=schemas, tool_choice=tool_choice, context=context, **kwargs)

    def _generate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002 (the base class calls it by these names)
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:
        return ChatResult(generations=[ChatGeneration(message=self._answer(messages, kwargs.get("tools") or [], kwargs.get("context")))])

    async def _agenerate(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> ChatResult:

        # Embedding is CPU work and the clients of a book are read from a database: neither may block the event loop.
        return await asyncio.to_thread(self._generate, messages, stop, None, **kwargs)

    def _stream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002
        run_manager: CallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> Iterator[ChatGenerationChunk]:
        yield from _chunks(self._answer(messages, kwargs.get("tools") or [], kwargs.get("context")))

    async def _astream(
        self,
        messages: list[BaseMessage],
        stop: list[str] | None = None,  # noqa: ARG002
        run_manager: AsyncCallbackManagerForLLMRun | None = None,  # noqa: ARG002
        **kwargs: Any,
    ) -> AsyncIterator[ChatGenerationChunk]:
        for chunk in _chunks(await asyncio.to_thread(self._answer, messages, kwargs.get("tools") or [], kwargs.get("context"))):
            yield chunk

    def _answer(self, messages: Sequence[BaseMessage], tools: Sequence[dict[str, Any]], context: RunContext | None) -> AIMessage:
        from agent.understanding.understand import understand
        from agent.understanding.vocabulary import vocabulary_of

        text, past, is_planned = conversation(messages)
        if is_planned:
            return AIMessage(content="", additional_kwargs={"covered": True})
        found = understand(text, past, vocabulary_of(tools, context), self._intent_model())
        calls = [
            {"name": frame.name, "args": frame.arguments, "id": _call_id(len(messages), number, frame), "type": "tool_call"}
            for number, frame in enumerate(found.frames)
        ]
        extra: dict[str, Any] = {"covered": found.covered}
        if found.act:
            extra |= {"act": found.act, "words": list(found.words), "options": list(found.options)}
        if found.missed and calls:
            extra["missed"] = list(found.missed)
        return AIMessage(content="", tool_calls=calls, additional_kwargs=extra)

    def warm_up(self) -> None:
        """Load the encoder and the example phrases now, so that the first message does not wait for them."""
        from agent.understanding.understand import understand
        from agent.understanding.vocabulary import Vocabulary

        vocabulary = Vocabulary(role="rm", tools={"cohort_query": {}, "stress_status": {}, "balance_forecast": {}})
        understand("which clients have a balance below 5, and how is Tom doing?", (), vocabulary, self._intent_model())

    def _intent_model(self) -> "IntentModel":
        if self._intents is None:
            from agent.understanding.intent import IntentModel as Intents

            self._intents = Intents(self.encoder if self.encoder is not None else _shipped_encoder())
        return self._intents


@cache
def _shipped_encoder() -> SentenceEncoder:
    from knowledge.embedding import default_encoder

    return default_encoder()


def conversation(messages: Sequence[BaseMessage]) -> tuple[str, tuple[PastTurn, ...], bool]:
    """The words of now, the earlier turns, and whether the words of now have been planned already (a loop that shows results comes back).

    Messages are as `agent.supervisor.planning_messages` makes them. Results are not read.
    """
    turns: list[tuple[str, list[Frame]]] = []
    for message in messages:
        if isinstance(message, HumanMessage):
            turns.append((_words(message), []))
        elif isinstance(message, AIMessage) and turns:
            turns[-1][1].extend(Frame(name=call["name"], arguments=dict(call["args"])) for call in message.tool_calls)
    if not turns:
        return "", (), False
    text, planned = turns[-1]
    return text, tuple(PastTurn(text=words, frames=tuple(frames)) for words, frames in turns[:-1]), bool(planned)


def _words(message: BaseMessage) -> str:
    return message.content if isinstance(message.content, str) else " ".join(str(part) for part in message.content)


def _call_id(position: int, number: int, frame: Frame) -> str:
    """Unique in a thread and the same for the same call at the same place."""
    digest = hashlib.sha256(json.dumps([frame.name, frame.arguments], sort_keys=True, default=str).encode()).hexdigest()[:8]
    return f"call.{position}.{number}.{digest}"


def _chunks(message: AIMessage) -> Iterator[ChatGenerationChunk]:
    """A message as a provider would stream it: the name first, then the arguments in pieces, the rest in the last chunk."""
    for index, call in enumerate(message.tool_calls):
        yield _chunk(tool_call_chunk(name=call["name"], args="", id=call["id"], index=index))
        arguments = json.dumps(call["args"])
        for start in range(0, len(arguments), _PIECE):
            yield _chunk(tool_call_chunk(name=None, args=arguments[start : start + _PIECE], id=None, index=index))
    reason = "tool_calls" if message.tool_calls else "stop"
    yield ChatGenerationChunk(
        message=AIMessageChunk(
            content="", additional_kwargs=message.additional_kwargs, chunk_position="last", response_metadata={"finish_reason": reason}
        )
    )


def _chunk(part: Any) -> ChatGenerationChunk:
    return ChatGenerationChunk(message=AIMessageChunk(content="", tool_call_chunks=[part]))
