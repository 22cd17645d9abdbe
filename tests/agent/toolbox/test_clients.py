"""Questions about a whole book: every field of the query can be asked about, listed, sorted and summed without losing a word."""

from typing import Any, get_args

import pytest

from agent.finding import Finding, FindingBuilder
from agent.leaving_words import leaving_words
from agent.toolbox.clients import client_lookup
from agent.toolbox.tool import NoArguments
from tests.fakes import ask, assert_whole
from tests.people import snapshot_of
from tests.tools.builders import AS_OF, history, steady
from tools.compliance.grounding import draft_figures
from tools.compliance.rendering import render_money
from tools.ledger.features import features_of
from tools.ledger.note import Flag
from tools.ledger.query import FIELDS
from tools.stress.leaving import LeavingSign
from tools.stress.score import stress_status

_SAMPLE = {"money": 1000, "days": 3, "count": 2, "score": 0.4, "in_100": 0.5, "date": "2026-01-01"}


def _filter(name: str) -> dict[str, Any]:
    field = FIELDS[name]
    if field.is_bool:
        return {"field": name, "op": "eq", "value": True}
    if field.doc.unit == "label":
        return {"field": name, "op": "eq", "value": field.choices[0] if field.choices else "demo"}
    return {"field": name, "op": "ge", "value": _SAMPLE[field.doc.unit]}


@pytest.mark.parametrize("name", FIELDS)
async def test_any_field_can_be_filtered_and_sorted_by(name: str):
    told = await ask(
        "rm",
        ("cohort_query", {"query": {"where": {"negated": _filter(name)}, "sort": [{"field": name}]}}),
        said="demo 10 3 2 1 January 2026",
    )
    assert_whole(told)
    told = await ask("rm", ("cohort_query", {"query": {"where": _filter(name)}}), said="demo 10 3 2 1 January 2026")
    assert_whole(told)


@pytest.mark.parametrize("name", [name for name, field in FIELDS.items() if field.is_number])
@pytest.mark.parametrize("function", ["sum", "mean", "median", "min", "max"])
async def test_any_number_can_be_summed_up_and_grouped(name: str, function: str):
    query = {"aggregate": {"function": function, "field": name}}
    assert_whole(await ask("rm", ("cohort_query", {"query": query})))
    assert_whole(await ask("rm", ("cohort_query", {"query": query | {"group": "stress_band"}})))


async def test_combined_filters_become_chips_in_words():
    where = {"all": [{"field": "balance", "op": "between", "value": [-500000, 2000000]}, {"any": [{"field": "stress_band", "op": "in", "value": ["critical", "healthy"]}, {"field": "has_loan", "op": "eq", "value": False}]}]}  # fmt: skip
    told = await ask("rm", ("cohort_query", {"query": {"where": where}}), said="between -5000 and 20000")
    assert_whole(told)
    chips = next(block for block in told.reply.blocks if block.type == "query").chips
    assert [(chip.label, chip.op, chip.value.text) for chip in chips] == [
        ("balance", "between", "−£5,000 and £20,000"), ("stress band", "one of", "critical and healthy"), ("or has a loan", "is", "no"),
    ]  # fmt: skip


async def test_the_book_is_summed_up_from_its_clients_only():
    told = await ask("rm", "portfolio_summary")
    assert_whole(told)
    total = sum(snapshot_of(f"demo:{number}").balance for number in (1, 2, 3, 5))
    assert render_money(total, "GBP", 0) in told.text


async def test_no_fit_and_an_empty_book_are_said_so():
    told = await ask("rm", ("cohort_query", {"query": {"where": {"field": "balance", "op": "gt", "value": 10**12}}}))
    assert "None of the 4 clients in your book fits." in told.text
    context_view = __import__("tests.fakes", fromlist=["FakeView"]).FakeView
    from tests.fakes import PRINCIPALS

    told = await ask("rm", "portfolio_summary", view=context_view(PRINCIPALS["rm"], book=()))
    assert "Your book is empty." in told.text


def test_a_client_who_may_leave_is_told_with_what_it_rests_on():
    told, quiet = (looked_up(flags) for flags in ((Flag(customer_id="demo:1", kind="complaint_open", since=AS_OF),), ()))
    facts = {fact.id.rsplit(".", 1)[1]: fact.value for fact in told.facts}
    assert (facts["leaving"], facts["leaving_0"]) == ("medium", 1)
    assert told.labels["leaving"] == ["{{f:client_lookup.1.leaving_0}} open complaint"]
    assert quiet.labels["leaving"] == []


def looked_up(flags: tuple[Flag, ...]) -> Finding:
    held = history(steady(), flags=flags)
    features = features_of(held)
    made = FindingBuilder("client_lookup.1", "client_lookup", AS_OF, "demo:1", "GBP")
    return client_lookup(NoArguments(), held, features, stress_status(held, features), made)


@pytest.mark.parametrize("sign", get_args(LeavingSign))
def test_every_sign_of_leaving_has_words_without_a_figure(sign: LeavingSign):
    assert not draft_figures(f"{leaving_words(sign, 1)} {leaving_words(sign, 5)}", "en")
