"""I8: a turn can be judged again from its record, to the same bytes; a record that was changed comes out differently."""

import json
from typing import Any

import pytest

from agent.compliance_checker import gate
from agent.gate_case import GateCase
from agent.record import TurnRecord
from tests.fakes import Told, acts, ask, calls, catalogue, context_for, take_turn

TURNS: dict[str, tuple[str, str, Any]] = {
    "figures": ("customer", "how am I doing?", calls("profile_view", "find_transactions", "balance_forecast", "recommend_product")),
    "strain": ("strained", "how am I doing?", calls("stress_status", "explain_stress", ("affordability", {"amount": "5000"}))),
    "book": ("rm", "who is below zero", calls("portfolio_summary", ("cohort_query", {"query": {"group": "stress_band", "aggregate": {"function": "count"}}}))),
    "document": ("staff", "complaints?", calls(("product_question", {"question": "how to complain"}))),
    "help": ("customer", "I can't pay my rent", None),
    "small talk": ("customer", "hello", acts("small_talk", "greet")),
}  # fmt: skip


async def turn(name: str) -> Told:
    who, said, step = TURNS[name]
    return await take_turn(context_for(who, said, *([step] if step else [])))


def again(record: TurnRecord) -> str:
    """The reply as a verifier works it out from the stored JSON."""
    stored = TurnRecord.model_validate(json.loads(record.model_dump_json()))
    assert stored.case is not None
    return gate(GateCase.model_validate(stored.case), catalogue())[0].model_dump_json()


@pytest.mark.parametrize("name", TURNS)
async def test_a_turn_is_judged_again_to_the_same_bytes(name: str):
    record = (await turn(name)).record
    assert again(record) == record.reply.model_dump_json()


@pytest.mark.parametrize("name", TURNS)
async def test_a_case_survives_json(name: str):
    case = GateCase.model_validate((await turn(name)).record.case)
    assert GateCase.model_validate_json(case.model_dump_json()) == case


def changed(record: TurnRecord, how: str) -> TurnRecord:
    case: dict[str, Any] = json.loads(json.dumps(record.case))
    match how:
        case "fact":
            fact = next(fact for fact in case["facts"] if fact["id"].endswith(".balance"))
            fact["value"] += 1
        case "sentence":
            part = next(part for section in case["sections"] for part in section["parts"] if part["type"] == "text")
            part["sentences"] = part["sentences"][1:]
        case "scope":
            case["scope"] = []
        case "role":
            case["first"] = not case["first"]
    return record.model_copy(update={"case": case})


@pytest.mark.parametrize("how", ["fact", "sentence", "scope", "role"])
async def test_a_changed_record_comes_out_differently(how: str):
    record = (await turn("figures")).record
    assert again(changed(record, how)) != record.reply.model_dump_json()


async def test_a_changed_reply_is_noticed():
    record = (await turn("figures")).record
    forged = record.reply.model_copy(update={"blocks": record.reply.blocks[:-1]})
    assert again(record) != record.model_copy(update={"reply": forged}).reply.model_dump_json()


async def test_the_record_names_facts_calls_model_and_versions():
    told = await ask("customer", "profile_view")
    record = told.record
    assert record.model == "built-in"
    assert record.versions["catalogue"] == catalogue().version
    assert [call.name for call in record.calls] == ["profile_view"]
    assert set(record.calls[0].facts) <= {fact.id for fact in record.facts}


async def test_without_the_case_in_the_record_there_is_nothing_to_judge(monkeypatch: Any):
    from agent import deliver

    real = deliver.turn_record
    monkeypatch.setattr(deliver, "turn_record", lambda *given: real(*given).model_copy(update={"case": None}))
    with pytest.raises(AssertionError):
        again((await turn("figures")).record)
