"""Every dependency of a turn fails in turn: the person gets an honest answer or none, never a draft and never a half-shown reply."""

import asyncio
from typing import Any

import pytest
from langchain_core.messages import HumanMessage

from agent.turn import accepted_text
from tests.fakes import FakeView, ScriptedModel, acts, calls, context_for, take_turn
from tools.errors import UnavailableError, UsageError


class Down(FakeView):
    """A view whose database does not answer."""

    def own_history(self) -> Any:
        raise OSError("no connection to 10.0.0.7, password=hunter")

    def resolve_client(self, reference: str) -> Any:
        raise OSError("no connection to 10.0.0.7, password=hunter")

    def snapshot(self, customer_id: str) -> Any:
        raise UnavailableError("Figures are being worked out. Try again.", code="not_summarised")

    def run_query(self, query: Any) -> Any:
        raise OSError("no connection to 10.0.0.7, password=hunter")


class NoDocuments:
    """A retriever whose index is gone."""

    def search(self, *_: Any, **__: Any) -> Any:
        raise UnavailableError("The index is not there. Build it.")


@pytest.mark.parametrize(
    ("who", "call"), [("customer", "profile_view"), ("rm", "portfolio_summary"), ("rm", ("profile_view", {"client": "Ada Moss"}))]
)
async def test_a_database_that_does_not_answer_is_a_missing_part(who: str, call: Any):
    context = context_for(who, "x", calls(call, ("calculate", {"expression": "2 + 2"})))
    told = await take_turn(context_for(who, "2 + 2", calls(call, ("calculate", {"expression": "2 + 2"})), view=Down(context.principal)))
    assert "One part of the answer is missing" in told.text
    assert "The result is 4." in told.text
    assert "hunter" not in str(told.messages)
    assert "10.0.0.7" not in str(told.messages)


async def test_documents_that_cannot_be_searched_are_a_missing_part():
    told = await take_turn(context_for("customer", "x", calls(("product_question", {"question": "rates"})), retriever=NoDocuments()))
    assert "One part of the answer is missing" in told.text


async def test_an_employee_is_answered_without_a_playbook_when_documents_are_down():
    told = await take_turn(context_for("rm", "he wants to make a complaint", acts("not_understood"), retriever=NoDocuments()))
    assert "I did not understand" in told.text


async def test_help_needs_nothing_that_can_fail():
    principal = context_for("customer").principal
    told = await take_turn(
        context_for("customer", "I want to end my life", ValueError("down"), view=Down(principal), retriever=NoDocuments())
    )
    assert "116 123" in told.text


async def test_a_model_that_never_answers_is_waited_for_no_longer_than_agreed():
    class Silent(ScriptedModel):
        async def _agenerate(self, *_: Any, **__: Any) -> Any:
            await asyncio.sleep(3_600)

    async with asyncio.timeout(3):
        told = await take_turn(context_for("customer", "me", calls("profile_view"), model=Silent(), model_timeout_seconds=0.05))
    assert told.record.fell_back == "TimeoutError"
    assert "£15,966.67" in told.text


async def test_a_lost_commit_shows_nothing_and_the_run_can_be_taken_again():
    context = context_for("customer", "me", calls("profile_view"), calls("profile_view"))
    recorder: Any = context.recorder
    commit, failures = recorder.commit, [OSError("disk full")]

    def once(record: Any) -> str:
        if failures:
            raise failures.pop()
        return commit(record)

    recorder.commit = once
    with pytest.raises(OSError, match="disk full"):
        await take_turn(context)
    assert recorder.records == []
    told = await take_turn(context)
    assert "£15,966.67" in told.text
    assert len(recorder.records) == 1
    context.fallback.assert_spent()  # type: ignore[attr-defined]


async def test_a_broken_phrase_takes_only_its_part(monkeypatch: Any):
    from agent import writer

    real = writer.say
    monkeypatch.setattr(writer, "say", lambda finding, *given: 1 / 0 if finding.tool == "stress_status" else real(finding, *given))
    told = await take_turn(context_for("customer", "x", calls("stress_status", "profile_view")))
    assert "One part of the answer is missing" in told.text
    assert "£15,966.67" in told.text


async def test_a_stopped_turn_leaves_nothing_to_the_next():
    """The plan, findings and drafts of a turn that was cancelled half-way are not taken for those of the next one."""
    started = asyncio.Event()
    thread = "thread.stopped"

    class Slow(ScriptedModel):
        async def _agenerate(self, *_: Any, **extra: Any) -> Any:
            if not extra.get("tools"):
                started.set()
                await asyncio.sleep(3_600)
            return self._generate([HumanMessage("")], **extra)

    slow = Slow()
    slow._steps = [calls("profile_view", "stress_status")]
    turn = asyncio.create_task(take_turn(context_for("customer", "me", model=slow, thread_id=thread, model_timeout_seconds=60.0)))
    await asyncio.wait_for(started.wait(), 5)
    turn.cancel()
    with pytest.raises(asyncio.CancelledError):
        await turn
    told = await take_turn(context_for("customer", "spending?", calls("spending_breakdown"), thread_id=thread))
    assert [call.name for call in told.record.calls] == ["spending_breakdown"]
    assert {fact.source for fact in told.record.facts} == {"spending_breakdown"}


async def test_two_turns_at_once_do_not_mix():
    ada, ben = context_for("customer", "me", calls("profile_view")), context_for("strained", "me", calls("profile_view"))
    first, second = await asyncio.gather(take_turn(ada), take_turn(ben))
    assert {fact.subject for fact in first.record.facts} == {"demo:1"}
    assert {fact.subject for fact in second.record.facts} == {"demo:2"}


@pytest.mark.parametrize("text", ["\ud800 hello", "hello \udfff", "he\x00llo", "  hello  "])
async def test_words_that_cannot_be_stored_are_made_whole(text: str):
    accepted = accepted_text(text)
    accepted.encode()
    told = await take_turn(context_for("customer", accepted, acts("small_talk", "greet")))
    assert told.record.text == accepted
    told.record.model_dump_json()


@pytest.mark.parametrize("text", ["", "  \x00 ", "x" * 4_001])
def test_an_empty_or_endless_message_is_refused(text: str):
    with pytest.raises(UsageError):
        accepted_text(text)


@pytest.mark.parametrize(
    "said", ["£" * 4_000, "a.b." * 1_000, "not " * 1_000, "9" * 4_000, "{{f:x}}" * 500, "\u202e" * 4_000, "I can't " * 500]
)
async def test_no_message_keeps_the_checks_busy(said: str):
    async with asyncio.timeout(5):
        told = await take_turn(context_for("customer", accepted_text(said), acts("not_understood")))
    assert told.reply.blocks


async def test_an_answer_that_is_endless_does_not_keep_the_checks_busy():
    for endless in ("x" * 500_000, "a.b." * 100_000, "{{f:x}} " * 50_000, "f i v e " * 50_000):
        model = ScriptedModel.of(calls("profile_view"), endless, endless)
        async with asyncio.timeout(5):
            told = await take_turn(context_for("customer", "me", model=model))
        assert told.record.fell_back == "ungrounded_draft"
