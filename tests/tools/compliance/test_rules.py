"""Each rule of the gate on the final bytes: what it catches, and what it lets through."""

from datetime import date
from typing import Any

import pytest

from tools.compliance.candidate import Candidate, CheckedSpan, CheckedText, Notice, QuoteRef, ShownProduct, UntrustedRef
from tools.compliance.pack import load_pack
from tools.compliance.rules import check, required_notices
from tools.fact import Fact
from tools.product import Product

DAY = date(2026, 11, 14)
PACK = load_pack("uk")
BALANCE = Fact(id="b", label="balance", value=120500, unit="money", currency="GBP", as_of=DAY, source="profile_view", subject="demo:1042")


def product(kind: str, **more: Any) -> Product:
    return Product.model_validate(
        {"id": kind, "name": f"The {kind}", "kind": kind, "summary": "s", "version": "1", "jurisdiction": "uk", "currency": "GBP", "valid_from": DAY} | more
    )  # fmt: skip


def text(words: str, *spans: tuple[str, str, str], kind: str = "sentence") -> CheckedText:
    """A text in which `(shown, kind, id)` are spans."""
    made = tuple(CheckedSpan.model_validate({"start": words.index(shown), "end": words.index(shown) + len(shown), "kind": what, "id": name}) for shown, what, name in spans)  # fmt: skip
    return CheckedText.model_validate({"block": "s0.0", "index": 0, "kind": kind, "text": words, "spans": made})


def candidate(*texts: CheckedText, **more: Any) -> Candidate:
    return Candidate.model_validate(
        {"role": "customer", "language": "en", "on": DAY, "jurisdiction": "uk", "scope": frozenset({"demo:1042"}), "texts": texts, "facts": {"b": BALANCE}} | more
    )  # fmt: skip


def broken(made: Candidate) -> set[str]:
    return {violation.rule for violation in check(made, PACK)}


def test_a_grounded_sentence_passes():
    assert broken(candidate(text("Your balance is £1,205.", ("£1,205", "fact", "b")))) == set()


@pytest.mark.parametrize(
    "words", ["Your balance is £1,250.", "Your balance is twelve hundred pounds.", "Your balance is £1,205.", "You have ½ of it."]
)
def test_a_figure_that_no_tool_computed_is_caught(words: str):
    assert broken(candidate(text(words))) == {"R18"}


def test_a_span_that_does_not_read_as_its_fact_is_caught():
    assert broken(candidate(text("Your balance is £1,250.", ("£1,250", "fact", "b")))) == {"R18"}
    assert broken(candidate(text("Your balance is £1,205.", ("£1,205", "fact", "unknown")))) == {"R18"}


def test_words_of_the_person_may_be_repeated_only_as_they_were_said():
    said = text("You asked about 15k.", ("15k", "said", "said"))
    assert broken(candidate(said, said="could I borrow 15k?")) == set()
    assert broken(candidate(said, said="could I borrow 50k?")) == {"R18"}


def test_data_of_somebody_else_replaces_the_reply():
    other = BALANCE.model_copy(update={"subject": "demo:2077"})
    found = check(candidate(text("Your balance is £1,205.", ("£1,205", "fact", "b")), facts={"b": other}), PACK)
    assert {(violation.rule, violation.action) for violation in found} == {("R15", "replace")}
    name = text("That was Sam Doyle.", ("Sam Doyle", "untrusted", "t"))
    assert "R15" in broken(candidate(name, untrusted={"t": UntrustedRef(text="Sam Doyle", subject="demo:2077")}))


@pytest.mark.parametrize(
    "words",
    ["Returns are guaranteed.", "It is risk-free.", "You cannot lose.", "The fund will grow.", "This is a safe bet.", "Act now.", "g\u200buaranteed returns", "Die Rendite ist garantiert."],
)  # fmt: skip
def test_promises_and_pressure_are_caught(words: str):
    assert "R01" in broken(candidate(text(words)))


def test_saying_that_nothing_is_guaranteed_is_no_promise():
    assert "R01" not in broken(candidate(text("Returns are not guaranteed.")))


def test_an_investment_needs_the_capital_notice_and_a_loan_its_costs():
    fund = ShownProduct(block="p", product=product("fund", risk_class=4), mode="information")
    missing = check(candidate(text("Here it is."), products=(fund,)), PACK)
    assert {violation.detail for violation in missing} == {"risk.capital"}
    loan = ShownProduct(block="p", product=product("personal_loan"), mode="information")
    assert set(required_notices(candidate(products=(loan,)), PACK)) == {"credit.borrowing_costs", "credit.representative_example"}
    assert "R02" in broken(candidate(text("Think about shares instead.")))


def test_a_notice_must_read_as_published():
    words = PACK.disclosure("risk.capital").en
    shown = ShownProduct(block="p", product=product("fund", risk_class=4), mode="information")
    for said, expected in ((words, set[str]()), ("Capital may be at risk.", {"R18"})):
        notice = Notice(rule="risk.capital", block="n", text=said)
        made = CheckedText(block="n", index=0, kind="notice", text=said)
        assert broken(candidate(made, products=(shown,), notices=(notice,))) == expected


def test_a_recommendation_without_a_suitability_check_is_dropped():
    saver = ShownProduct(block="p", product=product("savings"), mode="recommend", suitable=None)
    found = [violation for violation in check(candidate(products=(saver,)), PACK) if violation.rule == "R06"]
    assert [(violation.action, violation.block) for violation in found] == [("drop", "p")]


def test_borrowing_is_not_brought_up_for_somebody_in_difficulty():
    words = text("You could take out a personal loan.")
    assert "R08" in broken(candidate(words, no_credit=True))
    assert "R08" not in broken(candidate(text("Your loan is paid on time."), no_credit=True))


def test_the_first_reply_says_that_it_is_an_ai_and_none_claims_to_be_a_person():
    assert "R13" in broken(candidate(text("Hello."), first_of_session=True))
    assert "R13" in broken(candidate(text("I am a human adviser.")))
    assert "R13" not in broken(candidate(text("I am the assistant, not a person.")))


def test_a_citation_must_be_known_in_force_and_meant_for_the_reader():
    quote = QuoteRef(text="You can complain by phone.", audience=("customer",), valid_from=DAY)
    cited = text("You can complain by phone. [1]", ("You can complain by phone.", "quote", "q"), ("[1]", "citation", "q"))
    good = {"quotes": {"q": quote}, "citations": {1: "q"}}
    assert broken(candidate(cited, **good)) == set()
    for wrong in (
        {"audience": ("staff",)},
        {"valid_from": date(2027, 1, 1)},
        {"valid_to": date(2026, 1, 1)},
        {"text": "You can complain by post."},
    ):
        assert broken(candidate(cited, **(good | {"quotes": {"q": quote.model_copy(update=wrong)}})))
    assert broken(candidate(cited, **(good | {"citations": {}})))


@pytest.mark.parametrize(
    "words", ["See www.example.com.", "Visit https://x.y", "[click](here)", "<b>now</b>", "{{f:b}}", "write to me@evil.example"]
)
def test_addresses_markup_and_open_slots_are_taken_out(words: str):
    assert "R20" in broken(candidate(text(words)))


def test_nothing_is_called_free_in_words():
    assert "R05" in broken(candidate(text("There is no fee.")))
