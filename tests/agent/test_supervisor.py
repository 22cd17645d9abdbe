"""Planning: what a role may call with arguments that fit is kept, the rest is dropped and never run."""

from typing import Any

import pytest
from langchain_core.messages import AIMessage, HumanMessage, ToolMessage

from agent.plan import MAX_CALLS, MAX_TASKS, Frame, PastTurn
from agent.supervisor import make_plan, plan_of, planning_messages
from tests.fakes import ScriptedModel, acts, ask, calls, context_for, follow_up, take_turn


def planned(answer: AIMessage, who: str = "customer", model: str = "other") -> Any:
    return plan_of(answer, model, context_for(who))


def test_calls_are_grouped_by_specialist_in_the_order_asked():
    plan = planned(calls("recommend_product", "stress_status", "explain_stress"))
    assert [(task.specialist, [call.name for call in task.calls]) for task in plan.tasks] == [
        ("product_advisor", ["recommend_product"]), ("risk_analyst", ["stress_status", "explain_stress"]),
    ]  # fmt: skip
    assert [call.id for task in plan.tasks for call in task.calls] == ["recommend_product.1", "stress_status.2", "explain_stress.3"]


@pytest.mark.parametrize(
    ("name", "arguments"),
    [
        ("transfer_money", {}), ("cohort_query", {"query": {}}), ("profile_view", {"customer_id": "demo:4"}), ("spending_breakdown", {"months": 9999}),
        ("affordability", {"amount": "a lot"}), ("affordability", {}), ("product_question", {"question": "x" * 601}), ("balance_forecast", {"horizon_months": True, "x": 1}),
    ],
)  # fmt: skip
def test_what_does_not_exist_or_fit_is_dropped(name: str, arguments: dict[str, Any]):
    plan = planned(calls((name, arguments)))
    assert (plan.tasks, plan.dropped, plan.act) == ((), (name,), "not_understood")


def test_a_query_over_unknown_fields_is_dropped_not_run():
    plan = planned(
        calls(("cohort_query", {"query": {"where": {"field": "religion", "op": "eq", "value": "x"}}}), "portfolio_summary"), "rm"
    )
    assert plan.dropped == ("cohort_query",)
    assert [call.name for call in plan.tasks[0].calls] == ["portfolio_summary"]


def test_the_same_call_twice_is_one_and_there_are_at_most_six():
    assert len(planned(calls("profile_view", "profile_view")).tasks[0].calls) == 1
    many = planned(calls(*[("find_transactions", {"limit": number}) for number in range(1, 12)]))
    assert sum(len(task.calls) for task in many.tasks) == MAX_CALLS
    assert len(many.tasks) <= MAX_TASKS
    assert len(many.dropped) == 11 - MAX_CALLS


def test_acts_are_the_built_in_models_alone():
    assert planned(acts("small_talk", "greet"), model="built-in").act == "small_talk"
    assert planned(acts("small_talk", "greet")).act == "not_understood"
    assert planned(AIMessage(content="", additional_kwargs={"missed": ["£9"]}, tool_calls=calls("profile_view").tool_calls)).missed == ()


def test_words_of_a_model_without_calls_are_its_answer():
    plan = planned(AIMessage(content="Which account do you mean?" + "x" * 1000))
    assert (plan.act, len(plan.words[0])) == ("said", 600)


def test_a_planner_is_given_words_and_calls_of_earlier_turns_and_no_results():
    past = [PastTurn(text="and 10k?", frames=(Frame(name="affordability", arguments={"amount": "10000"}),)), PastTurn(text="thanks")]
    messages = planning_messages("over four years?", past)
    assert [type(message) for message in messages[1:]] == [HumanMessage, AIMessage, ToolMessage, HumanMessage, AIMessage, HumanMessage]
    assert messages[3].content == "(shown to the person)"
    assert messages[2].tool_calls[0]["args"] == {"amount": "10000"}  # type: ignore[attr-defined]


async def test_hybrid_asks_the_other_model_only_where_the_built_in_one_does_not_understand():
    model = ScriptedModel.of("Do you mean a fund?")
    context = context_for("customer", "hm", acts("not_understood"), model=model, routing="hybrid")
    assert (await make_plan("hm", [], context)).act == "said"
    model.assert_spent()
    context = context_for("customer", "me", calls("profile_view"), model=model, routing="hybrid")
    assert (await make_plan("me", [], context)).model == "built-in"
    model.assert_spent()


@pytest.mark.parametrize(
    ("step", "why"), [(RuntimeError("down"), "RuntimeError"), (calls("transfer_money"), "unusable_plan"), ("", "unusable_plan")]
)
async def test_a_model_that_fails_is_answered_for_by_the_built_in_one(step: Any, why: str):
    plan = await make_plan("me", [], context_for("customer", "me", calls("profile_view"), model=ScriptedModel.of(step)))
    assert (plan.model, plan.fell_back, plan.tasks[0].calls[0].name) == ("built-in", why, "profile_view")


async def test_when_the_built_in_model_fails_too_the_person_is_told_that_nothing_was_understood():
    told = await take_turn(context_for("customer", "me", ValueError("broken")))
    assert "I would rather ask than guess" in told.text
    assert told.record.fell_back == "ValueError"


@pytest.mark.parametrize("who", ["customer", "rm", "staff", "admin"])
@pytest.mark.parametrize(
    ("act", "words", "options"),
    [
        ("small_talk", ("greet",), ()), ("small_talk", ("thanks",), ()), ("small_talk", ("bye",), ()), ("small_talk", ("identity",), ()), ("out_of_scope", (), ()), ("not_understood", (), ()),
        ("ask", ("client",), ()), ("ask", ("product",), ()), ("ask", ("amount",), ()), ("ask", (), ()), ("ask", ("query",), ("below the moon", "with cats")),
    ],
)  # fmt: skip
async def test_every_answer_without_tools_is_whole(who: str, act: str, words: tuple[str, ...], options: tuple[str, ...]):
    from tests.fakes import assert_whole

    told = await take_turn(context_for(who, "clients below the moon with cats", acts(act, *words, options=options)))
    assert_whole(told)
    assert "endfor" not in told.text


async def test_parts_that_were_missed_are_said_in_the_persons_own_words():
    told = await take_turn(context_for("customer", "how am I and dance a jig", calls("stress_status", missed=["dance a jig"])))
    block = next(block for block in told.reply.blocks if block.type == "query")
    assert block.not_understood == ("dance a jig",)
    assert "not answered here" in told.text


async def test_a_follow_up_is_planned_with_the_earlier_call():
    planner = ScriptedModel.of(
        calls(("affordability", {"amount": "5000"})), calls(("affordability", {"amount": "5000", "term_months": 48}))
    )
    context = context_for("customer", "can I afford 5000?", fallback=planner)
    await take_turn(context)
    told = await take_turn(follow_up(context, "and over 48 months?"))
    assert told.record.calls[0].arguments == {"amount": "5000", "term_months": 48}
    assert not any(getattr(block, "rule", "") == "ai" for block in told.reply.blocks), "said once a conversation"


async def test_the_summary_names_no_figure():
    told = await ask("customer", "profile_view", "stress_status")
    step = next(message for message in told.of("step") if message["name"] == "supervisor" and message["phase"] == "end")
    assert step["summary"] == "Several specialists, in parallel. Planned before any data was read."
