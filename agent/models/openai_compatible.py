"""Any OpenAI-compatible endpoint as a chat model. Loaded only when one is configured, because its library is heavy."""

import json
from collections.abc import AsyncGenerator
from contextlib import aclosing
from typing import TYPE_CHECKING, Any, cast

from langchain_openai import ChatOpenAI

from tools.errors import UnavailableError

if TYPE_CHECKING:
    from langchain_core.outputs import ChatGenerationChunk

#: A plan and a section are short; an endpoint that goes on after this many characters has lost its way.
LONGEST_ANSWER = 20_000
_CUT_SHORT = frozenset({"length", "content_filter"})


class OpenAICompatible(ChatOpenAI):
    """A chat model whose answer is whole or an error.

    A stream that breaks off reads like a short answer, and arguments that are no JSON are mended by the library into whatever of them
    can be read: `{"months": 1` of a `12`. Acting on that would be acting on something that was never said.
    """

    async def _astream(self, *args: Any, **kwargs: Any) -> "AsyncGenerator[ChatGenerationChunk]":
        length, ended, arguments = 0, None, dict[int, str]()
        # Closed here and now: an answer that is given up must not go on arriving.
        async with aclosing(cast("AsyncGenerator[ChatGenerationChunk]", super()._astream(*args, **kwargs))) as chunks:
            async for chunk in chunks:
                ended = (chunk.generation_info or {}).get("finish_reason") or ended
                for index, piece in _arguments(chunk):
                    arguments[index] = arguments.get(index, "") + piece
                    length += len(piece)
                length += len(chunk.text)
                if length > LONGEST_ANSWER:
                    raise _failed("does not stop")
                yield chunk
        if ended is None or ended in _CUT_SHORT:
            raise _failed("broke off its answer")
        if not all(_is_object(whole) for whole in arguments.values()):
            raise _failed("called a tool with arguments that are no JSON")


def _arguments(chunk: "ChatGenerationChunk") -> list[tuple[int, str]]:
    pieces: list[dict[str, Any]] = getattr(chunk.message, "tool_call_chunks", [])
    return [(piece.get("index") or 0, piece.get("args") or "") for piece in pieces]


def _is_object(text: str) -> bool:
    try:
        return isinstance(json.loads(text or "{}"), dict)
    except ValueError:
        return False


def _failed(what: str) -> UnavailableError:
    return UnavailableError(f"The model {what}. Check PERSONAFORGE_MODEL and its endpoint.", code="model_failed")


def openai_model(name: str, api_key: str, base_url: str | None, timeout_seconds: float) -> OpenAICompatible:
    """A chat model at an OpenAI-compatible endpoint (`/chat/completions`). Nothing is sent before it is first asked.

    It does not retry by itself: a turn has a person waiting, and the built-in model answers when this one fails. No temperature is
    sent, because reasoning models refuse any but their own.
    """
    from pydantic import SecretStr

    return OpenAICompatible(
        model=name,
        api_key=SecretStr(api_key),
        base_url=base_url,
        timeout=timeout_seconds,
        max_retries=0,
        streaming=True,
        stream_usage=False,
        use_responses_api=False,
    )
