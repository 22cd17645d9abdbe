"""What each tool says of whom: the closed outcomes, reached with real histories, and the figures that matter."""

from typing import Any

import pytest

from agent.toolbox.stated import UNDERSTOOD, require_known_word, source_of
from tests.fakes import Told, ask, catalogue
from tools.errors import QueryError
from tools.ledger.query import FIELDS


def outcome(told: Told) -> str:
    return told.record.calls[0].outcome


@pytest.mark.parametrize(
    ("who", "tool", "arguments", "expected"),
    [
        ("customer", "stress_status", {}, "ok"), ("new", "stress_status", {}, "too_short"), ("customer", "explain_stress", {}, "nothing_raises"), ("strained", "explain_stress", {}, "ok"),
        ("new", "explain_stress", {}, "too_short"), ("customer", "find_transactions", {"text": "zzzz"}, "empty"), ("customer", "spending_breakdown", {"category": "travel"}, "empty"),
        ("strained", "affordability", {"amount": "5000"}, "help_first"), ("customer", "affordability", {"amount": "5000"}, "ok"), ("customer", "product_question", {"question": "qwx zzv jjk"}, "empty"),
        ("customer", "compare_products", {"products": ["no-such", "easy-saver"]}, "empty"), ("strained", "recommend_product", {"need": "borrow", "amount": "5000", "term_months": 36}, "none_suitable"),
        ("customer", "recommend_product", {"need": "savings"}, "ok"), ("customer", "recommend_product", {"need": "borrow"}, "information_only"),
    ],
)  # fmt: skip
async def test_an_outcome_is_reached(who: str, tool: str, arguments: dict[str, Any], expected: str):
    assert outcome(await ask(who, (tool, arguments))) == expected


async def test_the_strained_are_recommended_no_debt_and_told_where_help_is():
    told = await ask(
        "strained", ("recommend_product", {"need": "borrow", "amount": "5000", "term_months": 36}), ("affordability", {"amount": "5000"})
    )
    assert not any(block.type == "product" and block.mode == "recommend" for block in told.reply.blocks)
    assert "help comes first" in told.text or "support comes first" in told.text.lower()


async def test_terms_of_a_product_are_its_documents_figures():
    told = await ask("customer", ("product_question", {"question": "what is the rate of the easy saver", "product": "easy-saver"}))
    product = catalogue().products["easy-saver"]
    facts = {fact.id.split(".")[-1]: fact for fact in told.record.facts}
    rate = next(fact for name, fact in facts.items() if name.endswith("_rate"))
    assert rate.value == product.rates[0].rate_bps / 100
    assert (rate.source, rate.subject) == (f"catalogue:{product.id}@{product.version}", None)


async def test_a_result_of_arithmetic_names_its_numbers():
    told = await ask("customer", ("calculate", {"expression": "15% of 2400"}), said="what is 15% of 2400")
    facts = {fact.id.split(".")[-1]: fact for fact in told.record.facts}
    assert (facts["result"].value, facts["result"].formula) == (360.0, "15% of 2400")
    assert {facts["said_0"].source, facts["said_1"].source} == {"you said"}


async def test_numbers_that_nobody_said_are_not_calculated_with():
    assert outcome(await ask("customer", ("calculate", {"expression": "999 * 3"}), said="what is 2 + 2")) == "failed"


@pytest.mark.parametrize(
    ("number", "said", "source"),
    [(5000, "a loan of £5,000", "you said"), (5000, "5k", "you said"), (-200, "below 200", "you said"), (5001, "5000", UNDERSTOOD)],
)
def test_a_figure_is_the_persons_only_when_it_stands_in_their_words(number: float, said: str, source: str):
    assert source_of(number, said) == source


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("stress_band", "critical", ""), ("source", "demo", ""), ("source", "Berka", "clients of berka"), ("balance", 5, "")],
)
def test_words_of_a_filter_are_closed_or_occur_or_were_said(name: str, value: Any, said: str):
    require_known_word(value, FIELDS[name], said, frozenset({"demo"}))


@pytest.mark.parametrize("name", ["stress_band", "source", "persona"])
def test_other_words_are_refused(name: str):
    with pytest.raises(QueryError):
        require_known_word("You won £5,000", FIELDS[name], "who is strained", frozenset({"demo"}))
