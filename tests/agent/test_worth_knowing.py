"""What is shown unasked has passed the gate: whole, with its facts, in the voice of whoever reads it, and never about anybody else."""

from datetime import date
from typing import Any

import pytest

import agent.checked
import agent.writer
from agent.context import ClientName
from agent.reply import Reply, TextBlock, Verdict
from agent.shown_insight import WorthKnowing
from agent.worth_knowing import MOST, worth_knowing
from tests.fakes import NOW, PRINCIPALS, FakeView, catalogue
from tests.people import FOREIGN, UNTRUSTED, people
from tests.tools.builders import AS_OF, pounds
from tools.compliance.grounding import figures_in
from tools.ledger.features import features_of
from tools.twin.insight.insight import KINDS, Insight, InsightKind, insight

HOSTILE = UNTRUSTED["booking"]

FIGURES: dict[InsightKind, list[dict[str, Any]]] = {
    "below_zero_soon": [{"on": date(2027, 4, 6), "amount_minor": -pounds(80), "before_minor": pounds(412.33), "probability": chance} for chance in (0.3, 0.97)],
    "pay_day_missed": [{"on": date(2027, 3, 25), "amount_minor": pounds(2500), "category": "salary", "name": HOSTILE}],
    "bill_larger_than_balance": [{"on": date(2027, 4, 1), "amount_minor": pounds(900), "before_minor": pounds(412.33), "category": "council_tax"}],
    "duplicate_charge": [{"on": date(2027, 3, 12), "amount_minor": 3333, "category": "shopping", "name": HOSTILE, "transactions": ("demo:1:2027-03-12:shopping:-33.33",) * 2}],
    "unusual_charge": [{"on": date(2027, 3, 12), "amount_minor": 3333, "before_minor": 900, "category": "shopping", "basis": basis, "name": HOSTILE, "transactions": ("t",)} for basis in ("payee", "category")],
    "goal_off_track": [{"on": on, "amount_minor": pounds(9000), "before_minor": pounds(412.33), "probability": 0.2, "name": name} for on in (date(2028, 1, 1), date(2027, 1, 1)) for name in (UNTRUSTED["goal"], None)],
    "price_rise": [{"on": date(2027, 3, 12), "amount_minor": 1299, "before_minor": 1099, "category": "subscriptions", "name": HOSTILE, "transactions": ("t",)}],
    "fixed_rate_ends": [{"on": date(2027, 8, 31), "amount_minor": pounds(1020), "category": category} for category in ("mortgage", "loan_repayment")],
}  # fmt: skip
CASES = [pytest.param(kind, figures, id=f"{kind}-{number}") for kind in KINDS for number, figures in enumerate(FIGURES[kind])]


def an_insight(kind: InsightKind, customer_id: str = "demo:1", **figures: Any) -> Insight:
    one = people()[customer_id]
    return insight(one, features_of(one), kind, "high", figures.get("on"), **figures)


def shown(*insights: Insight, who: str = "customer", about: str = "demo:1", most: int = MOST) -> WorthKnowing:
    one, view = people()[about], FakeView(PRINCIPALS[who])
    client = ClientName(customer_id=about, ref=about.partition(":")[2], name=one.customer.name) if who == "rm" else None
    return worth_knowing(insights, one, features_of(one), view, catalogue(), NOW.date(), client=client, most=most)


def sentences(found: WorthKnowing) -> str:
    return "\n".join(sentence.text for block in found.blocks if isinstance(block, TextBlock) for sentence in block.sentences)


@pytest.mark.parametrize("who", ["customer", "rm"])
@pytest.mark.parametrize(("kind", "figures"), CASES)
def test_every_kind_is_said_whole_in_both_voices(kind: InsightKind, figures: dict[str, Any], who: str):
    one = an_insight(kind, **figures)
    found = shown(one, who=who)
    (told,) = found.insights
    assert (told.key, told.kind, told.on) == (one.key, kind, one.on)
    (block,) = [block for block in found.blocks if block.id == told.block]
    assert isinstance(block, TextBlock)
    assert block.heading
    assert not figures_in(block.heading)
    text = sentences(found)
    assert "{{" not in text
    assert "{%" not in text
    assert (
        "your" in text.casefold() or kind in {"duplicate_charge", "unusual_charge", "price_rise", "bill_larger_than_balance"}
    ) or who == "rm"
    if who == "rm":
        assert " your " not in f" {text.casefold()} "


@pytest.mark.parametrize(("kind", "figures"), CASES)
def test_every_figure_stands_for_a_fact_and_every_strange_word_for_a_text(kind: InsightKind, figures: dict[str, Any]):
    found = shown(an_insight(kind, **figures))
    for block in found.blocks:
        for sentence in block.sentences if isinstance(block, TextBlock) else ():
            left, at = "", 0
            for span in sentence.spans:
                assert span.kind in {"fact", "untrusted"}
                assert span.kind != "fact" or found.facts[span.id]["subject"] == "demo:1"
                left, at = left + sentence.text[at : span.start], span.end
            assert not figures_in(left + sentence.text[at:])
            assert "CANARY" not in left + sentence.text[at:]


def test_what_is_simulated_carries_the_notice_that_it_is():
    forecast = shown(an_insight("below_zero_soon", **FIGURES["below_zero_soon"][0]))
    assert [block.rule for block in forecast.blocks if block.type == "disclosure"] == ["projection"]
    booked = shown(an_insight("price_rise", **FIGURES["price_rise"][0]))
    assert [block.type for block in booked.blocks] == ["text"]


def test_at_most_three_are_shown_in_the_order_given():
    many = [an_insight(kind, **FIGURES[kind][0]) for kind in KINDS]
    found = shown(*many)
    assert [told.key for told in found.insights] == [one.key for one in many[:3]]
    texts = [block.id for block in found.blocks if block.type == "text"]
    assert texts == [told.block for told in found.insights]
    assert len(shown(*many, most=1).insights) == 1
    assert shown() == WorthKnowing()


def test_a_gate_that_does_not_pass_shows_nothing(monkeypatch: pytest.MonkeyPatch):
    one = an_insight("price_rise", **FIGURES["price_rise"][0])
    verdicts = [Verdict(outcome="replace"), Verdict(outcome="repair", removed=1), Verdict(outcome="escalate")]
    for verdict in verdicts:
        monkeypatch.setattr(agent.checked, "gate", lambda case, _, verdict=verdict: (Reply(language="en", blocks=(), verdict=verdict), {}))
        assert shown(one) == WorthKnowing()

    def broken(*_: Any) -> Any:
        raise RuntimeError("a defect")

    monkeypatch.setattr(agent.checked, "gate", broken)
    assert shown(one) == WorthKnowing()


def test_a_template_with_a_figure_of_its_own_is_not_shown(monkeypatch: pytest.MonkeyPatch):
    """The gate that judges insights is the one that judges replies."""
    real = agent.writer.say

    def invented(*given: Any) -> Any:
        first, *rest = real(*given)
        return (first.model_copy(update={"sentences": (*first.sentences, "That is 500 pounds too much.")}), *rest)

    monkeypatch.setattr(agent.writer, "say", invented)
    assert shown(an_insight("price_rise", **FIGURES["price_rise"][0])) == WorthKnowing()


def test_nobody_is_told_about_anybody_else():
    """Insights about a customer whom the principal may not see are stopped, whoever computed them."""
    foreign = an_insight("below_zero_soon", "demo:4", **FIGURES["below_zero_soon"][0])
    for who in ("customer", "rm"):
        found = shown(foreign, who=who, about="demo:4")
        assert found == WorthKnowing()
        assert not any(word in str(found) for word in FOREIGN)
    assert shown(an_insight("below_zero_soon", "demo:2", **FIGURES["below_zero_soon"][0]), who="customer", about="demo:2") == WorthKnowing()


def test_the_client_is_named_to_a_manager_as_a_text_of_the_outside_world():
    found = shown(an_insight("below_zero_soon", **FIGURES["below_zero_soon"][1]), who="rm")
    first = next(block for block in found.blocks if isinstance(block, TextBlock)).sentences[0]
    assert first.text.startswith("Ada Moss’s balance stands at £412.33 and is likely to fall below zero in about")
    assert [span.kind for span in first.spans][:2] == ["untrusted", "fact"]
    assert AS_OF.isoformat() in {fact["as_of"] for fact in found.facts.values()}
