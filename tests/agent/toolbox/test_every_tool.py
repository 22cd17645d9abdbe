"""Every tool over realistic customers, in the voice for the customer and in the voice for an RM: nothing is left out by the gate."""

from typing import Any

import pytest

from agent.toolbox import toolbox, tools_for
from tests.fakes import ask, assert_whole
from tests.people import UNTRUSTED

#: Tool -> arguments that together reach each of its outcomes.
ARGUMENTS: dict[str, list[dict[str, Any]]] = {
    "profile_view": [{}],
    "spending_breakdown": [{}, {"months": 12}, {"category": "groceries"}, {"category": "travel", "months": 1}, {"what": "subscriptions"}],
    "find_transactions": [{}, {"text": "salary", "limit": 50}, {"text": "zzzz"}, {"direction": "in", "min_amount": "100"}, {"category": "rent", "from_date": "2027-01-01", "to_date": "2027-03-31"}],
    "balance_forecast": [{}, {"horizon_months": 1}, {"horizon_months": 12}, {"until": "pay_day"}, {"until": "run_out"}],
    "set_goal": [
        {}, {"amount": "5000"}, {"amount": "40000", "purpose": "a boat"}, {"amount": "30000", "by": "2028-08-31"}, {"amount": "25000", "by": "2035-08-31", "earmarked": "1000"},
        {"amount": "5000", "by": "2020-01-01"}, {"amount": "5000", "by": "2060-01-01"}, {"amount": "5.001"}, {"amount": "1000000000000"}, {"purpose": "a boat"},
    ],
    "what_if": [
        {"changes": []}, {"changes": [{"kind": "new_recurring_cost", "amount": "400", "category": "rent"}]}, {"changes": [{"kind": "new_recurring_cost", "amount": "2000"}], "horizon_months": 24},
        {"changes": [{"kind": "job_loss", "months": 3}]}, {"changes": [{"kind": "income_change", "percent": -20, "starts_in_months": 2}]}, {"changes": [{"kind": "income_change", "amount": "150"}]},
        {"changes": [{"kind": "new_loan", "amount": "8000", "term_months": 36}]}, {"changes": [{"kind": "save_more", "amount": "150"}]}, {"changes": [{"kind": "spend_less", "percent": 20, "category": "groceries"}]},
        {"changes": [{"kind": "ended_recurring_cost", "category": "childcare"}]}, {"changes": [{"kind": "one_off_expense", "amount": "20000"}]}, {"changes": [{"kind": "lump_sum_in", "amount": "20000"}]},
        {"changes": [{"kind": "rate_change", "points": 2}]}, {"changes": [{"kind": "inflation", "percent": 8}]}, {"changes": [{"kind": "change_of_due_date", "due_day": 28, "category": "rent"}]},
        {"changes": [{"kind": "product_adoption", "product": "one-year-fixed-saver", "amount": "1000"}]}, {"changes": [{"kind": "product_adoption", "product": "clear-personal-loan", "amount": "5000"}]},
        {"changes": [{"kind": "job_loss", "months": 12, "amount": "300"}, {"kind": "new_recurring_cost", "amount": "400"}, {"kind": "rate_change", "points": 1.5, "months": 6}]},
        {"changes": [{"kind": "new_recurring_cost", "amount": "1000000000000"}]}, {"changes": [{"kind": "job_loss"}], "horizon_months": 1000},
    ],
    "stress_status": [{}],
    "explain_stress": [{}],
    "intervention_suggest": [{}],
    "client_lookup": [{}],
    "recommend_product": [
        {}, *({"need": need} for need in ("savings", "emergency_fund", "borrow", "home", "invest", "retire", "protect", "business", "travel", "everyday")),
        {"need": "borrow", "amount": "5000", "term_months": 36}, {"need": "invest", "amount": "2000", "term_months": 120}, {"need": "savings", "amount": "100000"},
    ],
    "product_question": [{"question": "what does the easy saver pay"}, {"question": "how do I complain"}, {"question": "qwx zzv jjk"}, {"question": "penalty for leaving", "product": "one-year-fixed-saver"}],
    "compare_products": [
        {"products": ["easy-saver", "one-year-fixed-saver"]}, {"products": ["easy-saver", "one-year-fixed-saver"], "amount": "5000"},
        {"products": ["clear-personal-loan", "drive-car-loan"], "amount": "8000", "term_months": 36}, {"products": ["no-such", "easy-saver"]},
        {"products": ["global-equity-index-fund", "cautious-income-fund"], "amount": "1000"}, {"products": ["five-year-fixed-mortgage", "two-year-fixed-mortgage", "low-rate-credit-card", "home-cover"]},
    ],
    "affordability": [{"amount": "5000"}, {"amount": "500000", "term_months": 12}, {"amount": "8000", "product": "drive-car-loan", "term_months": 48}, {"amount": "150000", "product": "five-year-fixed-mortgage", "term_months": 300}],
    "human_handoff": [{}],
    "calculate": [{"expression": "15% of 2400"}, {"expression": "2400 / 7"}, {"expression": "2400 / 0"}, {"expression": "999 + 1"}],
}  # fmt: skip
SAID = "what is 15% of 2400, or 2400 / 7, or 2400 / 0? 5000 8000 500000 150000 2000 1000 100000"


def _cases(role: str) -> list[Any]:
    return [pytest.param(tool.name, arguments, id=f"{tool.name}-{number}") for tool in tools_for(role) for number, arguments in enumerate(ARGUMENTS.get(tool.name, []))]  # fmt: skip


@pytest.mark.parametrize("who", ["customer", "strained", "new"])
@pytest.mark.parametrize(("tool", "arguments"), _cases("customer"))
async def test_a_customer_gets_a_whole_answer(who: str, tool: str, arguments: dict[str, Any]):
    told = await ask(who, (tool, arguments), said=SAID)
    assert_whole(told)
    assert not any(call.outcome.startswith("failed:") for call in told.record.calls)


@pytest.mark.parametrize("client", ["Ada Moss", "Ben", "demo:3"])
@pytest.mark.parametrize(("tool", "arguments"), [case for case in _cases("rm") if toolbox()[case.values[0]].about_one_customer])
async def test_an_rm_gets_a_whole_answer_about_a_client(client: str, tool: str, arguments: dict[str, Any]):
    told = await ask("rm", (tool, arguments | {"client": client}), said=f"{SAID} {client}")
    assert_whole(told)
    assert not any(call.outcome.startswith("failed:") for call in told.record.calls)
    own_voice = [" your savings", " your accounts", " you spend", "Your balance", "Your finances"]
    assert not [words for words in own_voice if words in told.text.split("Simulated from")[0]]


@pytest.mark.parametrize("who", ["rm", "staff", "admin"])
@pytest.mark.parametrize("tool", ["product_question", "compare_products", "calculate"])
async def test_employees_get_whole_answers_about_documents(who: str, tool: str):
    for arguments in ARGUMENTS[tool]:
        assert_whole(await ask(who, (tool, arguments), said=SAID))


@pytest.mark.parametrize("reference", ["Nobody Here", "demo:4", "Zebedee Quillfeather", "Ada"])
async def test_unknown_foreign_and_ambiguous_clients_are_answered_whole(reference: str):
    told = await ask("rm", ("stress_status", {"client": reference}), said=f"how is {reference} doing")
    assert_whole(told)
    assert not told.record.facts


def test_every_tool_of_every_role_is_covered():
    planned = {"cohort_query", "portfolio_summary"}  # in test_clients.py and test_portfolio.py
    planned |= {"cohort_what_if", "compare_clients"}  # in test_what_if.py
    planned |= {"model_card"}  # in test_model_card.py
    assert set(toolbox()) == set(ARGUMENTS) | planned


async def test_untrusted_strings_are_shown_as_they_are_and_only_as_untrusted_spans():
    told = await ask("customer", "profile_view", ("find_transactions", {"category": "shopping"}))
    shown = [(cell.text, cell.spans) for block in told.reply.blocks if block.type == "table" for row in block.rows for cell in row]
    for text in (UNTRUSTED["goal"], UNTRUSTED["booking"], UNTRUSTED["holding"]):
        spans = next(spans for cell, spans in shown if cell == text)
        assert [span.kind for span in spans] == ["untrusted"]
