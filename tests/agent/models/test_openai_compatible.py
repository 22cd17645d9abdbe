"""What goes over the wire to an OpenAI-compatible endpoint, and that an answer is whole or an error."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import openai
import pytest
import respx
from langchain_core.messages import AIMessage, HumanMessage, SystemMessage, ToolMessage
from respx.mocks import HTTPCoreMocker

from agent.models.openai_compatible import LONGEST_ANSWER, OpenAICompatible, openai_model
from tools.errors import UnavailableError

ROOT = Path(__file__).parents[3]
BASE = "https://model.example/v1"


class HTTPCore2Mocker(HTTPCoreMocker):
    """respx below the HTTP library that the OpenAI client uses today, which is httpx under another name."""

    name = "httpcore2"
    targets = ["httpcore2._async.connection_pool.AsyncConnectionPool"]


SPENDING = {
    "type": "function",
    "function": {"name": "spending_breakdown", "description": "Spending.", "parameters": {"type": "object", "properties": {"months": {}}}},
}


@pytest.fixture
def model() -> OpenAICompatible:
    return openai_model("some-model", "secret-key", BASE, 2.0)


@pytest.fixture
def endpoint() -> Any:
    with respx.mock(base_url=BASE, using="httpcore2") as router:
        yield router.post("/chat/completions")


def stream(*deltas: dict[str, Any], finish: str | None = "stop") -> httpx.Response:
    """A streamed answer; without `finish` the stream ends as if cut."""
    choices = [{"index": 0, "delta": delta, "finish_reason": None} for delta in deltas]
    if finish:
        choices.append({"index": 0, "delta": {}, "finish_reason": finish})
    events = [{"id": "c", "object": "chat.completion.chunk", "created": 0, "model": "m", "choices": [choice]} for choice in choices]
    body = "".join(f"data: {json.dumps(event)}\n\n" for event in events) + ("data: [DONE]\n\n" if finish else "")
    return httpx.Response(200, text=body, headers={"Content-Type": "text/event-stream"})


def call(arguments: str, index: int = 0, name: str | None = None) -> dict[str, Any]:
    """A piece of a tool call; its first piece names it."""
    head = {"id": f"call_{index}", "type": "function"} if name else {}
    return {"tool_calls": [{"index": index, **head, "function": {"arguments": arguments, **({"name": name} if name else {})}}]}


async def test_a_request_is_plain_chat_completions_with_the_key_in_its_header(model: OpenAICompatible, endpoint: respx.Route):
    endpoint.return_value = stream({"role": "assistant", "content": "Hello."})
    past = AIMessage(content="", tool_calls=[{"name": "profile_view", "args": {}, "id": "past.0.0", "type": "tool_call"}])
    told = ToolMessage(content="(shown to the person)", tool_call_id="past.0.0")
    await model.bind_tools([SPENDING]).ainvoke([SystemMessage("Rules."), HumanMessage("Hi"), past, told, HumanMessage("And now?")])
    request = endpoint.calls.last.request
    body = json.loads(request.content)
    assert request.headers["Authorization"] == "Bearer secret-key"
    assert set(body) == {"model", "messages", "tools", "stream"}, "nothing that an endpoint might not know"
    assert (body["model"], body["stream"], body["tools"]) == ("some-model", True, [SPENDING])
    assert [message["role"] for message in body["messages"]] == ["system", "user", "assistant", "tool", "user"]


async def test_text_in_pieces_is_one_answer(model: OpenAICompatible, endpoint: respx.Route):
    endpoint.return_value = stream({"role": "assistant", "content": "You have "}, {"content": "{{f:a"}, {"content": ".b}}."})
    assert (await model.ainvoke("Hi")).content == "You have {{f:a.b}}."


async def test_tool_calls_in_pieces_are_put_together(model: OpenAICompatible, endpoint: respx.Route):
    endpoint.return_value = stream(
        call("", name="spending_breakdown"), call('{"mon'), call('ths": 1'), call("2}"), call("", 1, "profile_view"), finish="tool_calls"
    )
    answer = await model.bind_tools([SPENDING]).ainvoke("Hi")
    assert [(asked["name"], asked["args"]) for asked in answer.tool_calls] == [("spending_breakdown", {"months": 12}), ("profile_view", {})]


@pytest.mark.parametrize(
    ("answer", "what"),
    [
        (lambda: stream({"content": "You have"}, finish=None), "broke off"),
        (lambda: stream({"content": "You have"}, finish="length"), "broke off"),
        (lambda: stream({"content": "You have"}, finish="content_filter"), "broke off"),
        (lambda: stream(call('{"months": 1', name="spending_breakdown"), finish=None), "broke off"),
        (lambda: stream(call('{"months": 1', name="spending_breakdown")), "no JSON"),
        (lambda: stream(call("[1]", name="spending_breakdown")), "no JSON"),
        (lambda: stream(*[{"content": "x" * 1000}] * 100), "does not stop"),
        (lambda: stream(*[call("x" * 1000, name="spending_breakdown")] * 100), "does not stop"),
        (lambda: httpx.Response(200, text="<html>Welcome</html>", headers={"Content-Type": "text/html"}), "broke off"),
    ],
    ids=["cut", "length", "filtered", "cut in a call", "half a call", "no object", "too much text", "too many arguments", "a page"],
)  # fmt: skip
async def test_half_an_answer_is_no_answer(model: OpenAICompatible, endpoint: respx.Route, answer: Callable[[], httpx.Response], what: str):
    endpoint.return_value = answer()
    with pytest.raises(UnavailableError, match=what) as raised:
        await model.bind_tools([SPENDING]).ainvoke("Hi")
    assert raised.value.code == "model_failed"
    assert "Check PERSONAFORGE_MODEL" in raised.value.message


async def test_the_longest_answer_is_let_through(model: OpenAICompatible, endpoint: respx.Route):
    endpoint.return_value = stream({"content": "x" * LONGEST_ANSWER})
    assert len((await model.ainvoke("Hi")).text) == LONGEST_ANSWER


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (httpx.Response(429, headers={"Retry-After": "1"}, json={"error": {"message": "slow down"}}), openai.RateLimitError),
        (httpx.Response(500, json={"error": {"message": "oops"}}), openai.InternalServerError),
        (httpx.Response(401, json={"error": {"message": "who are you"}}), openai.AuthenticationError),
        (httpx.ConnectError("refused"), openai.APIConnectionError),
        (httpx.ReadTimeout("silence"), openai.APITimeoutError),
    ],
    ids=["429", "500", "401", "no connection", "silence"],
)
async def test_a_failure_is_not_tried_again(model: OpenAICompatible, endpoint: respx.Route, answer: Any, error: type[Exception]):
    endpoint.side_effect = [answer, stream({"content": "too late"})]
    with pytest.raises(error):
        await model.ainvoke("Hi")
    assert endpoint.call_count == 1


def test_the_key_is_not_shown(model: OpenAICompatible):
    assert "secret-key" not in f"{model!r} {model!s} {model.model_dump()}"


def test_its_library_is_loaded_only_when_a_model_is_configured():
    code = "import sys, agent.graph, server.bank; print([name for name in sys.modules if name in {'openai', 'langchain_openai'}])"
    loaded = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert loaded.stdout.strip() == "[]"
