"""The record of a turn holds all that is needed to show, audit and judge it again, as JSON."""

from agent.record import TurnRecord
from tests.fakes import NOW, ScriptedModel, ask, calls, context_for, take_turn


async def test_a_record_survives_json():
    record = (await ask("customer", "profile_view", "recommend_product", "human_handoff")).record
    assert TurnRecord.model_validate_json(record.model_dump_json()) == record


async def test_it_says_who_when_and_how():
    record = (await ask("rm", ("profile_view", {"client": "Ada Moss"}), said="show Ada Moss")).record
    assert (record.subject, record.role, record.text, record.started_at, record.finished_at) == ("u.rm", "rm", "show Ada Moss", NOW, NOW)
    assert [(call.name, call.arguments, call.outcome) for call in record.calls] == [("profile_view", {"client": "Ada Moss"}, "ok")]


async def test_every_figure_shown_is_a_fact_of_the_record():
    told = await ask("customer", "recommend_product", ("compare_products", {"products": ["clear-personal-loan", "drive-car-loan"]}))
    facts = {fact.id for fact in told.record.facts}
    shown = {key for message in told.of("facts") for key in message["facts"]}
    assert shown <= facts


async def test_it_names_the_model_that_wrote_and_why_it_fell_back():
    model = ScriptedModel.of(calls("profile_view"), ValueError("no"))
    record = (await take_turn(context_for("customer", "x", model=model))).record
    assert (record.model, record.fell_back) == ("other-model", "ValueError")
