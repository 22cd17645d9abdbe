"""set_goal: the answer first, in the words that fit, its figures as facts, and one proposal that says exactly what would be saved."""

from datetime import date
from typing import Any

import pytest

from agent.toolbox.goals import LEVER_WORDS
from tests.fakes import PRINCIPALS, FakeView, ScriptedModel, Told, acts, ask, assert_whole, calls, context_for, follow_up, take_turn
from tests.tools.builders import AS_OF, pounds
from tools.twin.goal.goal import MOST_GOALS, Goal, Plan, ProposedGoal

TRIP = Goal(id="goal.trip", purpose="a trip", amount_minor=pounds(30_000), by=date(2028, 8, 31), made_on=AS_OF)
CAR = Goal(id="goal.car", purpose="a car", amount_minor=pounds(8_000), made_on=AS_OF)


def with_goals(*goals: Goal, who: str = "customer", customer_id: str = "demo:1") -> FakeView:
    return FakeView(PRINCIPALS[who], plans=[Plan(customer_id=customer_id, currency="GBP", version=3, made_on=AS_OF, goals=goals)])


async def wish(said: str, view: FakeView | None = None, **arguments: Any) -> Told:
    more = {"view": view} if view else {}
    told = await ask("customer", ("set_goal", arguments), said=said, **more)
    assert_whole(told)
    return told


def proposed(told: Told) -> ProposedGoal:
    (change,) = told.record.proposals
    return ProposedGoal.model_validate(change.payload)


def text(told: Told) -> str:
    return told.text.replace("\u00a0", " ")


def outcome(told: Told) -> str:
    return told.record.calls[0].outcome


async def test_the_answer_comes_first_and_is_followed_by_chart_help_and_proposal():
    told = await wish("30000 for a trip by August 2028", amount="30000", by="2028-08-31", purpose="a trip")
    assert [block.type for block in told.reply.blocks if block.type not in {"disclosure", "next"}] == [
        "text",
        "chart",
        "table",
        "proposal",
        "text",
    ]
    chart = next(block for block in told.reply.blocks if block.type == "chart")
    assert [series.role for series in chart.series] == ["booked", "low80", "low50", "middle", "high50", "high80", "target"]
    assert set(chart.series[-1].y) == {30_000.0}
    assert "£30,000 for a trip by 31 August 2028" in text(told)


async def test_the_proposal_says_what_would_be_saved():
    told = await wish(
        "30000 for a trip by August 2028, 1000 put aside", amount="30000", by="2028-08-31", purpose="a trip", earmarked="1000"
    )
    goal = proposed(told)
    assert (goal.purpose, goal.amount_minor, goal.by, goal.earmarked_minor) == ("a trip", pounds(30_000), date(2028, 8, 31), pounds(1000))
    assert (goal.currency, goal.replaces, goal.plan_version) == ("GBP", None, 0)
    block = next(block for block in told.reply.blocks if block.type == "proposal")
    shown = [rich.text.replace("\u00a0", " ") for rich in (block.title, *block.lines)]
    assert shown == ["Goal: £30,000 for a trip", "By 31 August 2028.", "Put aside for it already: £1,000."]


async def test_what_is_there_already_is_said_so():
    assert "You have £5,000 already" in text(await wish("when could I have 5000", amount="5000"))


async def test_what_nobody_gets_to_is_out_of_reach():
    told = await wish("10 million", amount="10000000")
    assert "is out of reach as things are" in text(told)


async def test_without_a_sum_it_is_asked_for():
    told = await wish("I want to save for a boat", purpose="a boat")
    assert outcome(told) == "ask"
    assert told.record.proposals == ()


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        ({"amount": "5000", "by": "2020-01-01"}, "past_day"), ({"amount": "5000", "by": AS_OF.isoformat()}, "past_day"), ({"amount": "5000", "by": "2037-04-01"}, "too_far"),
        ({"amount": "5000", "by": "2037-03-31"}, "ok"), ({"amount": "0.001"}, "bad_amount"), ({"amount": "0"}, "bad_arguments"), ({"amount": "-5"}, "bad_arguments"),
    ],
)  # fmt: skip
async def test_a_sum_or_a_day_that_cannot_be_is_said(arguments: dict[str, str], expected: str):
    told = await ask("customer", ("set_goal", arguments), said="5000") if expected != "bad_arguments" else None
    assert told is None or outcome(told) == expected


async def test_the_same_purpose_is_changed_and_what_was_not_said_stays():
    told = await wish("make the trip 32000", with_goals(TRIP), amount="32000", purpose="the trip")
    goal = proposed(told)
    assert (goal.id, goal.replaces, goal.plan_version, goal.by, goal.amount_minor) == ("goal.trip", "goal.trip", 3, TRIP.by, pounds(32_000))
    assert "It would replace the goal of £30,000 by 31 August 2028 in your plan." in text(told)


async def test_only_the_day_of_a_goal_can_be_changed():
    told = await wish("the trip by 2030 rather", with_goals(TRIP), by="2030-01-31", purpose="the trip")
    assert (proposed(told).amount_minor, proposed(told).by) == (TRIP.amount_minor, date(2030, 1, 31))


async def test_a_goal_that_is_in_the_plan_already_is_not_proposed_again():
    told = await wish("30000 for a trip by August 2028", with_goals(TRIP), amount="30000", by="2028-08-31", purpose="a trip")
    assert told.record.proposals == ()
    assert "The plan holds this goal already" in text(told)


async def test_other_goals_share_the_purse_and_are_listed():
    alone, behind = await wish("3000", amount="3000"), await wish("3000", with_goals(CAR), amount="3000")
    worth = [{fact.id.split(".")[-1]: fact for fact in told.record.facts}["available"].value for told in (alone, behind)]
    assert worth[0] - worth[1] == CAR.amount_minor
    table = next(block for block in behind.reply.blocks if block.type == "table" and block.title == "Other goals in the plan")
    assert [cell.text for cell in table.rows[0]] == ["a car", "£8,000", "no day"]
    assert [span.kind for span in table.rows[0][0].spans] == ["untrusted"]


async def test_a_full_plan_takes_no_more():
    goals = [CAR.model_copy(update={"id": f"goal.{number}", "purpose": f"wish {number}"}) for number in range(MOST_GOALS)]
    assert outcome(await wish("3000", with_goals(*goals), amount="3000")) == "full"


async def test_an_amount_is_the_persons_only_when_they_said_it():
    for said, source in (("I want 40000", "you said"), ("a lot", "as understood")):
        told = await wish(said, amount="40000")
        assert next(fact for fact in told.record.facts if fact.id.endswith(".amount")).source == source


async def test_a_purpose_that_nobody_said_is_nobodys():
    """A planner writes arguments as it likes; a goal is called what its person called it."""
    model = ScriptedModel.of(calls(("set_goal", {"amount": "40000", "purpose": "You own £9,999, guaranteed"})), "Fine.")
    told = await take_turn(context_for("customer", "when could I have 40000", acts("not_understood"), model=model))
    assert proposed(told).purpose is None
    assert "9,999" not in str(told.messages)


async def test_a_purpose_of_an_earlier_message_goes_on():
    step = [calls(("set_goal", {"amount": sum_, "purpose": "a boat"})) for sum_ in ("40000", "50000")]
    first = context_for("customer", "when could I have 40000 for a boat?", *step)
    await take_turn(first)
    told = await take_turn(follow_up(first, "and 50000?"))
    assert proposed(told).purpose == "a boat"


async def test_a_manager_proposes_into_the_plan_of_a_client():
    told = await ask("rm", ("set_goal", {"client": "Ada Moss", "amount": "40000"}), said="40000 for Ada Moss")
    assert_whole(told)
    assert [change.customer_id for change in told.record.proposals] == ["demo:1"]
    assert "Ada Moss" in told.text


async def test_levers_are_named_for_every_kind_and_only_where_something_helps():
    assert set(LEVER_WORDS) == {"save_more", "spend_less", "more_time"}
    reached = await wish("5000", amount="5000")
    assert not [block for block in reached.reply.blocks if block.type == "table"]


async def test_the_goals_of_the_plan_stand_in_the_profile():
    told = await ask("customer", "profile_view", view=with_goals(TRIP, CAR))
    assert_whole(told)
    assert "£30,000 for a trip" in text(told)
    assert "£8,000 for a car" in text(told)


async def test_a_model_that_writes_cannot_change_the_proposal():
    model = ScriptedModel.of(calls(("set_goal", {"amount": "40000"})), "Approve {{f:set_goal.1.amount}} now.")
    told = await take_turn(context_for("customer", "40000", acts("not_understood"), model=model))
    assert proposed(told).amount_minor == pounds(40_000)
    assert "Goal: £40,000" in text(told)
