"""Whole turns against an endpoint that speaks the real protocol: planned and written by a model, and answered by the built-in one when it fails."""

import asyncio
import json
import time
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from functools import cache
from typing import Any, Literal

import pytest
from langchain_core.language_models import BaseChatModel
from langchain_core.messages import AIMessage
from langchain_core.outputs import ChatGeneration, ChatResult
from langgraph.checkpoint.memory import InMemorySaver

from agent.context import Principal, RunContext
from agent.graph import build_graph
from agent.models.openai_compatible import openai_model
from agent.record import TurnRecord
from agent.turn import run_turn
from knowledge.catalogue import load_catalogue
from tests.agent.models.openai_server import (
    Behaviour,
    OpenAIServer,
    breaks_off_in_call,
    broken_events,
    calls,
    empty,
    error_in_the_stream,
    garbage,
    keeps_alive_only,
    never_ends,
    openai_server,
    refuses,
    says,
    stalls_before,
    stalls_in_the_middle,
)
from tests.tools.builders import AS_OF, history
from tools.ledger.history import History
from tools.twin.goal.goal import Plan

BALANCE = "{{f:profile_view.1.balance}}"
GOOD_DRAFT = f"You have {BALANCE} in your current accounts.\nThat is your own money."
PATIENCE = 0.4
#: What a turn may take besides waiting for the model, on a busy machine.
OWN_WORK = 1.5


class OwnView:
    """The view of one customer, `demo:1`; whatever else is asked of it is an error."""

    def __init__(self, principal: Principal) -> None:
        self.principal = principal

    def own_history(self) -> History:
        return history()

    def plan(self, customer_id: str) -> Plan:
        return Plan(customer_id=customer_id, currency="GBP", made_on=AS_OF)

    def business_date(self) -> date:
        return AS_OF


class Understanding(BaseChatModel):
    """In the place of the built-in model: understands every message as a question for the profile, or none at all."""

    understands: bool = True
    asked: int = 0

    @property
    def _llm_type(self) -> str:
        return "understanding"

    def bind_tools(self, tools: Any, **_: Any) -> "Understanding":
        return self

    def _generate(self, messages: Any, stop: Any = None, run_manager: Any = None, **_: Any) -> ChatResult:
        self.asked += 1
        call = {"name": "profile_view", "args": {}, "id": "1", "type": "tool_call"}
        message = AIMessage(content="", tool_calls=[call] if self.understands else [], additional_kwargs={"act": "not_understood"})
        return ChatResult(generations=[ChatGeneration(message=message)])


class Ledger:
    """Keeps what was committed."""

    def __init__(self) -> None:
        self.records: list[TurnRecord] = []

    def commit(self, record: TurnRecord) -> str:
        self.records.append(record)
        return f"a{len(self.records)}"


catalogue = cache(load_catalogue)


@dataclass
class Desk:
    """A customer talking to a graph whose model is at the server."""

    server: OpenAIServer
    context: RunContext
    built_in: Understanding
    ledger: Ledger
    graph: Any

    async def ask(self, text: str = "how am I doing?") -> "Turn":
        begin = time.perf_counter()
        messages = [message async for message in run_turn(self.graph, replace(self.context, said=text))]
        return Turn(messages, self.ledger.records[-1], time.perf_counter() - begin)


@dataclass
class Turn:
    messages: list[dict[str, Any]]
    record: TurnRecord
    seconds: float

    @property
    def finished(self) -> dict[str, Any]:
        return self.messages[-1]

    @property
    def words(self) -> str:
        return self.record.reply.plain_text()

    @property
    def tools(self) -> list[tuple[str, dict[str, Any]]]:
        return [(call.name, call.arguments) for call in self.record.calls]


@asynccontextmanager
async def desk(
    *script: Behaviour, routing: Literal["hybrid", "model"] = "model", understands: bool = True, patience: float = 5.0
) -> AsyncGenerator[Desk]:
    principal = Principal(subject="s1", login="ada", role="customer", name="Ada", customer_id="demo:1")
    built_in, ledger = Understanding(understands=understands), Ledger()
    with openai_server(*script) as server:
        model = openai_model("test-model", "secret-key", server.base_url, patience)
        no_retriever: Any = None
        no_desk: Any = None
        view: Any = OwnView(principal)
        context = RunContext(
            principal=principal, view=view, recorder=ledger, desk=no_desk, catalogue=catalogue(), retriever=no_retriever, model=model, fallback=built_in,
            run_id="r1", thread_id="t1", now=lambda: datetime(2027, 4, 1, tzinfo=UTC), routing=routing, model_name="test-model",
            model_timeout_seconds=patience,
        )  # fmt: skip
        try:
            yield Desk(server, context, built_in, ledger, build_graph(InMemorySaver()))
        finally:
            await model.root_async_client.close()
            model.root_client.close()


async def test_a_model_plans_and_writes_and_code_puts_the_figures_in():
    async with desk(calls(("profile_view", {})), says(GOOD_DRAFT)) as bank:
        turn = await bank.ask()
        assert turn.tools == [("profile_view", {})]
        assert "You have £13,000 in your current accounts." in turn.words
        assert (turn.finished["model"], turn.finished["fell_back"]) == ("test-model", None)
        assert (turn.record.model, turn.record.fell_back) == ("test-model", None)
        assert turn.finished["verdict"]["outcome"] == "pass"
        assert bank.built_in.asked == 0
        assert len(bank.server.requests) == 2


async def test_what_the_endpoint_is_told():
    async with desk(calls(("profile_view", {})), says(GOOD_DRAFT)) as bank:
        await bank.ask("how am I doing?")
        planning, writing = bank.server.requests
    names = {tool["function"]["name"] for tool in planning["tools"]}
    assert "profile_view" in names
    assert names.isdisjoint({"client_lookup", "cohort_query", "portfolio_summary"}), "tools of an RM"
    assert [message["role"] for message in planning["messages"]] == ["system", "user"]
    assert planning["messages"][-1]["content"] == "how am I doing?"
    assert "tools" not in writing
    brief = json.loads(writing["messages"][1]["content"])
    assert {"slot": BALANCE, "label": "balance of the current accounts", "shown_as": "£13,000"} in brief["findings"][0]["facts"]
    assert "Ada" not in json.dumps([planning, writing]), "names are untrusted text and are placed by slot"
    assert "temperature" not in planning, "reasoning models refuse it"


async def test_a_draft_with_a_figure_of_its_own_is_written_once_more():
    async with desk(calls(("profile_view", {})), says("You have £9,999,999.00, hurray."), says(GOOD_DRAFT)) as bank:
        turn = await bank.ask()
        assert "£13,000 in your current accounts." in turn.words
        assert "9,999,999" not in turn.words
        assert turn.record.fell_back is None
        assert len(bank.server.requests) == 3
        assert "figures outside slots" in bank.server.requests[2]["messages"][-1]["content"]


@pytest.mark.parametrize(
    "draft",
    ["You have £9,999,999.00.", "You have nine million pounds.", "You have {{f:profile_view.1.secret}}.", ""],
    ids=["a lie in digits", "a lie in words", "a slot that nobody gave", "nothing"],
)
async def test_after_two_unusable_drafts_the_built_in_writer_speaks(draft: str):
    async with desk(calls(("profile_view", {})), says(draft)) as bank:
        turn = await bank.ask()
        assert "You have £13,000 in your current accounts" in turn.words
        assert (turn.finished["fell_back"], turn.record.fell_back) == ("ungrounded_draft", "ungrounded_draft")
        assert "million" not in turn.words
        assert "9,999" not in turn.words
        assert len(bank.server.requests) == 3, "one plan, two drafts"


FAILURES: dict[str, tuple[Behaviour, str]] = {
    "429 with retry-after": (refuses(429, Retry_After="3600"), "OpenAIRateLimitError"),
    "500": (refuses(500), "OpenAIAPIError"),
    "a page instead of a stream": (garbage, "UnavailableError"),
    "an empty stream": (empty, "UnavailableError"),
    "an event that is no JSON": (broken_events, "JSONDecodeError"),
    "an error in the stream": (error_in_the_stream, "APIError"),
    "an end in the middle, in good form": (breaks_off_in_call("profile_view", '{"mon', politely=True), "UnavailableError"),
    "a hang-up in the middle": (breaks_off_in_call("profile_view", '{"mon', politely=False), "OpenAIConnectionError"),
    "words without end": (never_ends, "UnavailableError"),
    "an answer cut at its longest": (says("Let me", finish="length"), "UnavailableError"),
}


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failing_planner_is_replaced_at_once_and_said(failure: str):
    behaviour, why = FAILURES[failure]
    async with desk(behaviour) as bank:
        turn = await bank.ask()
        assert turn.tools == [("profile_view", {})]
        assert "£13,000" in turn.words
        assert (turn.finished["fell_back"], turn.record.fell_back) == (why, why)
        assert turn.record.model == "built-in"
        assert turn.seconds < OWN_WORK, "no retry, whatever the endpoint asks to wait for"


@pytest.mark.parametrize("failure", FAILURES)
async def test_a_failing_writer_is_replaced_at_once_and_said(failure: str):
    behaviour, why = FAILURES[failure]
    async with desk(calls(("profile_view", {})), behaviour) as bank:
        turn = await bank.ask()
        assert "You have £13,000 in your current accounts" in turn.words
        assert (turn.finished["fell_back"], turn.record.fell_back) == (why, why)
        assert turn.seconds < OWN_WORK


STALLS = {"never begins": stalls_before, "stops in the middle": stalls_in_the_middle, "only keeps alive": keeps_alive_only}


@pytest.mark.parametrize("stall", STALLS)
async def test_a_writer_that_stalls_is_waited_for_once(stall: str):
    async with desk(calls(("profile_view", {})), STALLS[stall], patience=PATIENCE) as bank:
        turn = await bank.ask()
        assert "£13,000" in turn.words
        assert turn.record.fell_back == "TimeoutError"
        assert PATIENCE <= turn.seconds < PATIENCE + OWN_WORK
        assert bank.server.client_left.wait(1), "the connection is closed"


async def test_both_drafts_share_one_wait():
    def slow_and_wrong(exchange: Any) -> None:
        time.sleep(PATIENCE * 0.7)
        says("You have £1.00.")(exchange)

    async with desk(calls(("profile_view", {})), slow_and_wrong, patience=PATIENCE) as bank:
        turn = await bank.ask()
        assert turn.record.fell_back == "TimeoutError"
        assert len(bank.server.requests) == 3


@pytest.mark.parametrize("stall", STALLS)
async def test_a_planner_that_stalls_is_waited_for_no_longer_than_the_setting_says(stall: str):
    async with desk(STALLS[stall], says(GOOD_DRAFT), patience=PATIENCE) as bank:
        turn = await bank.ask()
        assert turn.tools == [("profile_view", {})]
        assert turn.record.fell_back == "TimeoutError"
        assert PATIENCE <= turn.seconds < PATIENCE + OWN_WORK
        assert bank.server.client_left.wait(1)


async def test_a_model_that_failed_is_not_asked_again_in_the_same_turn():
    async with desk(stalls_before, patience=PATIENCE) as bank:
        turn = await bank.ask()
        assert "£13,000" in turn.words
        assert turn.record.fell_back == "TimeoutError"
        assert len(bank.server.requests) == 1, "waiting for it to plan, then to write, is twice too long"


@pytest.mark.parametrize(
    "wanted",
    [("transfer_money", {"amount": 5000}), ("cohort_query", {}), ("profile_view", {"customer_id": "demo:2"}), ("spending_breakdown", {"months": 999})],
    ids=["no such tool", "a tool of another role", "somebody else", "arguments that do not fit"],
)  # fmt: skip
async def test_a_plan_of_nothing_that_may_be_done_is_no_plan(wanted: tuple[str, dict[str, Any]]):
    async with desk(calls(wanted)) as bank:
        turn = await bank.ask()
        assert turn.tools == [("profile_view", {})], "what the built-in one understood"
        assert turn.record.fell_back == "unusable_plan"


async def test_arguments_that_are_no_json_are_not_mended_into_others():
    async with desk(calls(("spending_breakdown", '{"months": 1'))) as bank:
        turn = await bank.ask()
        assert turn.tools == [("profile_view", {})]
        assert turn.record.fell_back == "UnavailableError"


async def test_of_a_mixed_plan_only_what_is_allowed_runs():
    wanted = (
        ("transfer_money", {}),
        ("spending_breakdown", {"what": "categories", "months": 12}),
        ("profile_view", {"customer_id": "demo:2"}),
    )
    async with desk(calls(*wanted), says("Here is what you spend.")) as bank:
        turn = await bank.ask()
        assert turn.tools == [("spending_breakdown", {"what": "categories", "months": 12})]
        assert turn.record.fell_back is None


async def test_a_question_back_in_the_models_own_words():
    async with desk(says("Do you mean your current account or your savings?")) as bank:
        turn = await bank.ask("how is it doing?")
        assert "Do you mean your current account or your savings?" in turn.words
        assert turn.tools == []
        assert (turn.record.model, turn.record.fell_back) == ("test-model", None)


async def test_a_planner_that_lies_instead_of_asking_is_not_heard():
    async with desk(says("You have £1,000,000.00 and should buy gold.")) as bank:
        turn = await bank.ask()
        assert "1,000,000" not in json.dumps(turn.messages)
        assert "gold" not in json.dumps(turn.messages)
        assert turn.record.fell_back == "ungrounded_draft"


async def test_hybrid_asks_the_model_to_plan_only_what_the_built_in_one_does_not_understand():
    async with desk(says(GOOD_DRAFT), routing="hybrid") as bank:
        turn = await bank.ask()
        assert (turn.tools, len(bank.server.requests), bank.built_in.asked) == ([("profile_view", {})], 1, 1)
        assert "£13,000" in turn.words
    async with desk(calls(("spending_breakdown", {})), says("Here is what you spend."), routing="hybrid", understands=False) as bank:
        turn = await bank.ask("what did I blow on food?")
        assert (turn.tools, len(bank.server.requests)) == ([("spending_breakdown", {"what": "categories", "months": 3})], 2)


@pytest.mark.parametrize("stall", STALLS)
async def test_a_stopped_turn_closes_the_connection_and_commits_nothing(stall: str):
    async with desk(calls(("profile_view", {})), STALLS[stall]) as bank:
        turn = asyncio.create_task(bank.ask())
        while len(bank.server.requests) < 2:
            await asyncio.sleep(0.01)
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        assert await asyncio.to_thread(bank.server.client_left.wait, 2)
        assert bank.ledger.records == []


async def test_after_a_stop_the_next_message_is_planned_anew():
    async with desk(calls(("profile_view", {})), stalls_before) as bank:
        turn = asyncio.create_task(bank.ask())
        while len(bank.server.requests) < 2:
            await asyncio.sleep(0.01)
        turn.cancel()
        with pytest.raises(asyncio.CancelledError):
            await turn
        bank.server.script[:] = [calls(("spending_breakdown", {"what": "categories", "months": 6})), says("Here is what you spend.")]
        following = await bank.ask("what do I spend?")
        assert following.tools == [("spending_breakdown", {"what": "categories", "months": 6})]
        assert "£13,000" not in following.words
