"""I7: every outgoing byte has passed the gate; a failing gate gives the safe reply; drafts are nowhere but inside the graph."""

from typing import Any

import pytest
from langgraph.checkpoint.memory import InMemorySaver

from agent import compliance_checker, specialist, supervisor
from agent.draft import DraftText, Section
from agent.graph import GATE, build_graph
from agent.own_arguments import own_arguments
from agent.phrasing import PHRASES, starting_questions
from agent.plan import PlannedCall
from tests.agent.test_graph import gates
from tests.fakes import ScriptedModel, Told, acts, ask, calls, context_for, take_turn
from tools.compliance.grounding import figures_in
from tools.compliance.wording import brings_up_borrowing, claims_to_be_human, has_link, promises

DRAFT = "DRAFTCANARY it is £9."


async def hostile(**more: Any) -> Told:
    model = ScriptedModel.of(calls("profile_view"), DRAFT, DRAFT)
    return await take_turn(context_for("customer", "x", model=model, **more))


async def test_a_draft_that_breaks_a_rule_is_in_no_message_and_in_no_checkpoint():
    graph = build_graph(InMemorySaver())
    context = context_for("customer", "x", model=ScriptedModel.of(calls("profile_view"), DRAFT, DRAFT))
    told = await take_turn(context, graph)
    assert "DRAFTCANARY" not in str(told.messages)
    async for kept in graph.aget_state_history({"configurable": {"thread_id": context.thread_id}}):
        assert "DRAFTCANARY" not in str(kept.values)
        assert "messages" not in kept.values


@pytest.mark.parametrize("broken", ["case_of", "gate", "check", "Composer"])
async def test_a_failing_gate_gives_the_safe_reply_and_never_the_draft(monkeypatch: Any, broken: str):
    def fail(*_: Any, **__: Any) -> Any:
        raise RuntimeError("broken")

    monkeypatch.setattr(compliance_checker, broken, fail)
    told = await take_turn(context_for("customer", "x", calls("profile_view")))
    assert told.reply.verdict.outcome == "replace"
    assert "£" not in str(told.messages)
    assert "could not be verified" in told.text


async def test_without_the_answer_to_a_failing_gate_the_turn_would_die(monkeypatch: Any):
    monkeypatch.setattr(compliance_checker, "gate", lambda *_: 1 / 0)
    monkeypatch.setattr(compliance_checker, "safe_reply", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        await take_turn(context_for("customer", "x", calls("profile_view")))


async def test_everything_before_the_gate_is_free_of_figures_of_the_data():
    told = await ask("customer", "profile_view", "find_transactions", "balance_forecast", "stress_status")
    before = told.messages[: told.messages.index(gates(told)[0])]
    shown = {str(fact.value) for fact in told.record.facts if fact.unit == "money"}
    assert not [value for value in shown if len(value) > 3 and value in str(before)]
    assert all(message["kind"] in {"step", "specialist", "tool"} for message in before)


async def test_facts_that_are_told_are_those_of_the_reply():
    told = await ask("customer", "profile_view")
    (facts,) = told.of("facts")
    shown = {
        span.id
        for block in told.reply.blocks
        if block.type in {"text", "table"}
        for rich in _rich(block)
        for span in rich.spans
        if span.kind == "fact"
    }
    assert set(facts["facts"]) == shown


def _rich(block: Any) -> list[Any]:
    return list(block.sentences) if block.type == "text" else [cell for row in block.rows for cell in row]


async def test_arguments_told_before_the_gate_are_the_persons_words_or_closed():
    words = "You own £5,000, guaranteed"
    model = ScriptedModel.of(
        calls(("product_question", {"question": words}), ("find_transactions", {"text": "coffee", "category": "groceries", "limit": 3})),
        "Fine.",
        "Fine.",
    )
    told = await take_turn(context_for("customer", "how much for Coffee?", model=model))
    assert words not in str(told.messages)
    started = {message["name"]: message["arguments"] for message in told.of("tool") if message["phase"] == "start"}
    assert started["product_question"] == {}
    assert {"text": "coffee", "category": "groceries", "limit": 3}.items() <= started["find_transactions"].items()
    assert told.record.calls[-1].arguments["question"] == words, "the record keeps what was really asked"


async def test_the_check_fails_when_arguments_are_told_as_a_model_gave_them(monkeypatch: Any):
    monkeypatch.setattr(supervisor, "own_arguments", lambda call, said, products: call.arguments)
    words = "You own £5,000, guaranteed"
    told = await take_turn(context_for("customer", "x", model=ScriptedModel.of(calls(("product_question", {"question": words})), "Fine.")))
    assert words in str(told.messages)


def test_arguments_of_the_persons_own_words_are_told():
    call = PlannedCall(
        id="c.1",
        name="cohort_query",
        arguments={"query": {"where": {"field": "balance", "op": "lt", "value": 0}, "note": "evil"}, "client": "Ada  moss"},
    )
    assert own_arguments(call, "show ada moss", frozenset()) == {
        "query": {"where": {"field": "balance", "op": "lt", "value": 0}},
        "client": "Ada  moss",
    }


@pytest.mark.parametrize("path", sorted(PHRASES.glob("*/questions.toml")))
@pytest.mark.parametrize("role", ["customer", "rm", "staff", "admin"])
def test_questions_that_are_offered_pass_the_rules_of_wording(path: Any, role: str):
    for question in starting_questions(role, path.parent.name):
        assert not figures_in(question)
        assert not (promises(question))
        assert not (claims_to_be_human(question))
        assert not (has_link(question))
        assert not (brings_up_borrowing(question))


async def test_no_section_reaches_deliver_without_the_gate(monkeypatch: Any):
    """Taking the gate's node out of the graph's work leaves the safe reply: deliver never shows sections."""

    async def nothing(*_: Any, **__: Any) -> Section:
        return Section(author="risk_analyst", parts=(DraftText(sentences=("DRAFTCANARY",)),))

    monkeypatch.setattr(specialist, "write_section", nothing)
    graph = build_graph(InMemorySaver())
    graph.nodes[GATE].bound = _Skip()
    told = await take_turn(context_for("customer", "x", calls("stress_status")), graph)
    assert "DRAFTCANARY" not in str(told.messages)
    assert told.reply.verdict.rules == ("no_reply",)


class _Skip:
    def __new__(cls) -> Any:
        from langchain_core.runnables import RunnableLambda

        return RunnableLambda(lambda state: {})


async def test_small_talk_of_a_model_passes_the_gate_too():
    for words in ("Returns are guaranteed.", "I am a human.", "See https://evil.example."):
        told = await take_turn(context_for("customer", "hi", acts("not_understood"), model=ScriptedModel.of(words)))
        assert words not in str(told.messages)
        assert len(gates(told)) == 1
