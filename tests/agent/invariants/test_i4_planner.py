"""I4: whoever plans has seen no result and no untrusted text: only words, earlier calls and schemas."""

from typing import Any

import pytest

from agent import supervisor
from tests.agent.invariants.test_i2_model_sees_only_own import leaks, seen
from tests.fakes import NOW, ScriptedModel, calls, context_for, follow_up, take_turn
from tests.people import UNTRUSTED, snapshot_of
from tools.compliance.rendering import render_money


async def test_a_planner_sees_words_rules_and_schemas_and_no_result():
    planner = ScriptedModel.of(calls("profile_view"), calls("find_transactions"), calls("stress_status"))
    context = context_for("customer", "what do I have?", fallback=planner)
    await take_turn(context)
    for words in ("and what did I book?", "how am I doing?"):
        await take_turn(follow_up(context, words))
    planner.assert_spent()
    text = seen(planner)
    own = snapshot_of("demo:1")
    figures = [render_money(amount, "GBP") for amount in (own.balance, own.savings)] + [str(own.balance), "critical", "healthy"]
    assert [figure for figure in figures if figure in text] == []
    assert leaks(text, "customer") == []
    assert "what did I book?" in text
    assert "profile_view" in text
    assert planner.seen[-1][-1].content == "how am I doing?"


async def test_the_check_fails_when_a_planner_is_shown_results(monkeypatch: Any):
    from langchain_core.messages import HumanMessage

    real = supervisor.planning_messages

    def careless(text: str, past: Any) -> Any:
        return [*real(text, past), HumanMessage(content=render_money(snapshot_of("demo:1").balance, "GBP") + UNTRUSTED["note"])]

    monkeypatch.setattr(supervisor, "planning_messages", careless)
    planner = ScriptedModel.of(calls("profile_view"))
    await take_turn(context_for("customer", "x", fallback=planner))
    assert leaks(seen(planner), "customer") == ["NOTECANARY"]


@pytest.mark.parametrize("order", sorted(UNTRUSTED.values()))
async def test_what_the_outside_world_writes_changes_no_plan(order: str):
    """The plan is made before anything was read: with other texts in the data it is asked the very same thing."""
    planner = ScriptedModel.of(calls("find_transactions", "client_lookup"))
    await take_turn(context_for("rm", "show me Ada Moss", fallback=planner, now=lambda: NOW))
    assert order not in seen(planner)
    assert len(planner.seen) == 1
