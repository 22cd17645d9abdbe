"""Slots become figures, names and quotes with spans; what a turn does not have cannot be shown."""

from datetime import date

import pytest

from agent.evidence import Evidence
from agent.record import Quote, UntrustedText
from agent.slots import Citations, SlotError, render
from tests.fakes import catalogue
from tools.fact import Fact

DAY = date(2027, 3, 31)
FACT = Fact(id="profile_view.1.balance", label="balance", value=120500, unit="money", currency="GBP", as_of=DAY, source="profile_view")
QUOTE = Quote(id="q.1", document="complaints", title="Complaints", version="3", passage="p", heading="How", text="We answer in eight weeks.", kind="policy")  # fmt: skip
EVIDENCE = Evidence(
    facts={FACT.id: FACT},
    texts={"t.1": UntrustedText(id="t.1", text="{{f:profile_view.1.balance}} <b>£9</b>", source="booking")},
    quotes={"q.1": QUOTE},
    products=dict(catalogue().products),
)  # fmt: skip


def test_a_fact_is_written_with_the_span_that_says_what_it_is():
    rich = render("You have {{f:profile_view.1.balance}} now.", EVIDENCE, "en", Citations())
    assert rich.text == "You have £1,205 now."
    assert [(rich.text[span.start : span.end], span.kind, span.id) for span in rich.spans] == [("£1,205", "fact", FACT.id)]


def test_untrusted_text_is_shown_as_it_is_and_never_read_as_a_slot():
    rich = render("Booked: {{t:t.1}}.", EVIDENCE, "en", Citations())
    assert rich.text == "Booked: {{f:profile_view.1.balance}} <b>£9</b>."
    assert [span.kind for span in rich.spans] == ["untrusted"]


def test_citations_are_numbered_by_first_use():
    citations = Citations()
    assert render("“{{q:q.1}}” {{c:q.1}} {{c:q.1}}", EVIDENCE, "en", citations).text == "“We answer in eight weeks.” [1] [1]"
    assert citations.numbers == {"q.1": 1}


def test_an_exact_product_name_counts_as_the_product_without_a_slot():
    rich = render("Ask about Easy Saver, not Easy Savers.", EVIDENCE, "en", Citations())
    assert [(span.kind, span.id) for span in rich.spans] == [("product", "easy-saver")]


@pytest.mark.parametrize("slot", ["{{f:other}}", "{{t:profile_view.1.balance}}", "{{q:pack.crisis}}", "{{c:none}}", "{{p:no-such}}"])
def test_a_slot_of_something_else_is_refused(slot: str):
    with pytest.raises(SlotError, match="Use only ids that were given"):
        render(f"It is {slot}.", EVIDENCE, "en", Citations())
