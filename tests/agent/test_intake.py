"""Intake: a person in difficulty gets help and a ticket before anything is looked up; an employee gets the bank's own guidance."""

import pytest

from tests.fakes import Clock, ScriptedModel, assert_whole, context_for, follow_up, take_turn
from tools.compliance.pack import load_pack

#: What is said -> reason of the ticket, its capability, words that must be there.
SAID = {
    "crisis": ("I want to end my life", "crisis", "116 123"), "scam": ("I have been scammed", "human_handoff", "159"), "complaint": ("I want to complain", "human_handoff", "Financial Ombudsman Service"),
    "data_rights": ("delete my data", "data_rights", "right to see"), "hardship": ("I can't pay my rent", "hardship", "StepChange"), "handoff": ("I want to speak to a person", "human_handoff", "take over"),
}  # fmt: skip


@pytest.mark.parametrize("kind", SAID)
async def test_help_comes_first_and_nothing_is_looked_up(kind: str):
    text, capability, words = SAID[kind]
    model = ScriptedModel.of()
    told = await take_turn(context_for("customer", text, model=model))
    model.assert_spent()
    assert_whole(told)
    assert words in told.text
    assert told.reply.verdict.outcome == "escalate"
    assert [(call.name, call.arguments) for call in told.record.calls] == [(capability, {"reason": kind})]
    assert not any(block.type in {"product", "next"} for block in told.reply.blocks)
    (note,) = told.record.notes
    assert (note.respond_by - Clock()()).total_seconds() == load_pack("uk").respond_within_hours[kind] * 3600
    assert note.reference in told.text


async def test_the_same_run_takes_the_same_ticket():
    context = context_for("customer", "I can't pay my rent")
    first, second = await take_turn(context), await take_turn(context)
    assert first.record.notes[0].reference in first.text
    assert second.records == [], "a second delivery of a run commits nothing"


@pytest.mark.parametrize("who", ["rm", "staff"])
async def test_an_employee_gets_the_banks_own_guidance_cited(who: str):
    told = await take_turn(context_for(who, "a customer says: I can't pay my mortgage"))
    assert_whole(told)
    assert any(block.type == "citation" for block in told.reply.blocks)
    assert told.record.notes == ()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Wie ist mein Kontostand und was kann ich tun", "German."),
        ("cuánto tengo en mi cuenta y qué puedo", "Spanish."),
        ("hello", "English."),
    ],
)
async def test_the_language_of_a_message_is_told(text: str, words: str):
    from tests.fakes import acts

    told = await take_turn(context_for("customer", text, acts("not_understood")))
    step = next(message for message in told.of("step") if message["name"] == "intake" and message["phase"] == "end")
    assert step["summary"].startswith(words)


async def test_help_in_a_later_turn_comes_first_too():
    from tests.fakes import acts

    context = context_for("customer", "hello", acts("small_talk", "greet"))
    await take_turn(context)
    told = await take_turn(follow_up(context, "I lost my job"))
    assert "debt advice" in told.text
