"""Beside the answer: a word of sympathy once a thread, a checklist for a hasty move, and never instead of the answer."""

import json

import pytest

from agent.compliance_checker import gate
from agent.gate_case import GateCase
from tests.fakes import Told, acts, assert_whole, calls, catalogue, context_for, follow_up, take_turn

HASTY = "I want to put all my savings into bitcoin right now"
WORRIED = "I'm worried about my money, how am I doing?"
WHIM = "I need a loan right now to buy a watch I just saw"


async def said(text: str, who: str = "customer", tool: str = "profile_view") -> Told:
    return await take_turn(context_for(who, text, calls(tool)))


def sections(told: Told) -> list[str]:
    return [block.section for block in told.reply.blocks if block.type == "text"]


def case_of(told: Told) -> GateCase:
    return GateCase.model_validate(told.record.case)


@pytest.mark.parametrize(
    ("text", "words"), [(WORRIED, "on your mind"), ("I'm panicking about my bills, how am I doing?", "a lot to carry")]
)
async def test_a_burdened_customer_is_met_with_sympathy_before_the_answer(text: str, words: str):
    told = await said(text)
    assert_whole(told)
    assert sections(told)[0] == "sympathy"
    assert words in told.text
    assert len(sections(told)) > 1, "the answer stands after it"


@pytest.mark.parametrize(
    "text",
    ["How am I doing?", "What is the APR on my credit card?", "I am happy, how am I doing?", "I am retired and looking for a broker"],
)
async def test_nobody_else_is(text: str):
    told = await said(text)
    assert not {"sympathy", "checklist"} & set(sections(told))
    assert case_of(told).hasty is None


async def test_sympathy_is_said_once_in_a_thread():
    context = context_for("customer", WORRIED, calls("profile_view"), calls("profile_view"))
    first = await take_turn(context)
    second = await take_turn(follow_up(context, "I'm still worried about it, how am I doing?"))
    assert ("sympathy" in sections(first), "sympathy" in sections(second)) == (True, False)
    assert case_of(second).feeling is not None


async def test_help_needs_no_further_sympathy_and_is_not_asked_twice():
    told = await take_turn(context_for("customer", "I'm worried, I can't pay my rent"))
    assert set(sections(told)) == {"intake"}
    assert case_of(told).feeling is None


async def test_an_employee_is_spoken_to_plainly():
    told = await take_turn(context_for("rm", "I'm worried: who is below zero?", calls("portfolio_summary")))
    assert "sympathy" not in sections(told)
    assert case_of(told).feeling is None


async def test_no_product_is_brought_up_to_somebody_burdened():
    product = "Which savings account would suit me?"
    wanted = calls(("product_question", {"question": "How are deposits protected?"}))
    calm, burdened = [
        await take_turn(context_for("customer", text, wanted)) for text in ("is it protected?", "I'm worried, is it protected?")
    ]
    asked = [[question for block in told.reply.blocks if block.type == "next" for question in block.questions] for told in (calm, burdened)]
    assert product in asked[0]
    assert product not in asked[1]


@pytest.mark.parametrize(("text", "risk", "points"), [(WHIM, "medium", 3), (HASTY, "high", 5)])
async def test_a_hasty_move_gets_the_answer_and_a_checklist_after_it(text: str, risk: str, points: int):
    told = await said(text)
    assert_whole(told)
    assert case_of(told).hasty == risk
    assert sections(told)[0] == "persona_simulator"
    after = [block for block in told.reply.blocks if block.type == "text" and block.section == "checklist"]
    lines = [sentence.text for block in after for sentence in block.sentences]
    assert sum(line.endswith("?") for line in lines) == points
    assert "sleep on it for 24 hours" in told.text.replace("\N{NO-BREAK SPACE}", " ")


async def test_the_buffer_is_a_tenth_of_the_income_and_a_fact():
    record = (await said(HASTY)).record
    facts = {fact.id.removeprefix("hasty_move.0."): fact for fact in record.facts if fact.id.startswith("hasty_move.0.")}
    assert int(facts["buffer"].value) * 10 == pytest.approx(int(facts["income"].value), abs=5)
    assert facts["buffer"].formula
    assert facts["buffer"].inputs == ("hasty_move.0.income", "hasty_move.0.share")
    assert (facts["share"].value, facts["pause"].value) == (10, 24)


async def test_a_customer_without_a_month_of_bookings_gets_the_checklist_without_figures():
    told = await said(HASTY, "new")
    assert "sleep on it" in told.text
    assert "monthly income" not in told.text


@pytest.mark.parametrize("text", [HASTY, WORRIED])
async def test_the_turn_is_judged_again_to_the_same_bytes(text: str):
    record = (await said(text)).record
    stored = GateCase.model_validate(json.loads(json.dumps(record.case)))
    assert stored.feeling is not None
    assert gate(stored, catalogue())[0].model_dump_json() == record.reply.model_dump_json()


async def test_a_checklist_stands_beside_words_without_a_look_up_too():
    told = await take_turn(context_for("customer", HASTY, acts("not_understood")))
    assert_whole(told)
    assert sections(told)[0] == "supervisor"
    assert "checklist" in sections(told)


async def test_who_spends_more_than_comes_in_is_told_so_and_borrowed_money_is_to_be_paid_back():
    told = await said(WHIM, "strained")
    assert "more goes out than comes in" in told.text
    assert "pay this back month by month" in told.text


async def test_a_part_that_only_tells_a_feeling_is_not_called_misunderstood():
    text = "I'm panicking, how am I doing?"
    only, more = [
        await take_turn(context_for("customer", text, calls("profile_view", missed=[missed]))) for missed in ("I'm panicking", "my cat")
    ]
    assert "did not understand" not in only.text
    assert "did not understand" in more.text
