"""Sections become blocks; what does not hold is left out before anybody sees it."""

from datetime import date
from typing import Any

from agent.compose import Composed, Composer, Repairs, example_sentence
from agent.draft import DraftProduct, DraftQuery, DraftTable, DraftText, Section
from agent.evidence import Evidence
from agent.record import Quote
from agent.reply import Column
from tests.fakes import catalogue
from tools.compliance.pack import load_pack
from tools.fact import Fact

DAY = date(2027, 3, 31)
FACT = Fact(id="x.1.balance", label="balance", value=120500, unit="money", currency="GBP", as_of=DAY, source="profile_view")
QUOTE = Quote(id="q.1", document="complaints", title="Complaints", version="3", passage="p", heading="How", text="Tell us.", kind="policy")
EVIDENCE = Evidence(facts={FACT.id: FACT}, quotes={"q.1": QUOTE}, products=dict(catalogue().products))


def composed(*parts: Any, repairs: Repairs | None = None) -> tuple[Composed, Repairs]:
    made = repairs or Repairs()
    return Composer(EVIDENCE, load_pack("uk"), "customer", "en", made).compose([Section(author="a", parts=parts)], ()), made


def test_a_sentence_with_a_figure_of_its_own_is_left_out_and_the_others_stay():
    out, repairs = composed(DraftText(sentences=("You have {{f:x.1.balance}}.", "You have £9.", "You have twelve.", "Fine.")))
    assert [sentence.text for sentence in out.blocks[0].sentences] == ["You have £1,205.", "Fine."]  # type: ignore[union-attr]
    assert repairs.removed == {("s0.0", 1), ("s0.0", 2)}
    assert set(repairs.rules) == {"R18"}


def test_a_heading_is_shown_as_it_was_checked():
    out, _ = composed(DraftText(heading="About {{f:x.1.balance}}", sentences=("Fine.",)))
    assert out.blocks[0].heading == "About £1,205"  # type: ignore[union-attr]
    out, _ = composed(DraftText(heading="About £9", sentences=("Fine.",)))
    assert out.blocks[0].heading is None  # type: ignore[union-attr]


def test_a_citation_stands_only_where_it_is_used():
    out, _ = composed(DraftText(sentences=("“{{q:q.1}}” {{c:q.1}}",)))
    assert [block.type for block in out.blocks] == ["text", "citation"]
    out, _ = composed(DraftText(sentences=("{{c:q.1}} {{f:none}}.", "Fine.")))
    assert [block.type for block in out.blocks] == ["text"]


def test_a_bad_cell_says_so_and_keeps_its_place():
    table = DraftTable(title="T", columns=(Column(key="a", label="A"), Column(key="b", label="B")), rows=(("{{f:x.1.balance}}", "£9"),))
    out, _ = composed(table)
    assert [cell.text for cell in out.blocks[0].rows[0]] == ["£1,205", "left out"]  # type: ignore[union-attr]


def test_words_of_the_person_are_marked_as_said():
    out, _ = composed(DraftQuery(chips=(), not_understood=("below £500",)))
    assert [(text.text, text.spans[0].kind) for text in out.texts] == [("below £500", "said")]


def test_notices_stand_beside_their_product_and_the_ai_notice_first():
    product = DraftProduct(product_id="global-equity-index-fund", mode="information", suitable=None, terms=())
    out, _ = composed(product, DraftText(sentences=("Fine.",)), repairs=Repairs(attached=["ai", "risk.capital"]))
    assert [getattr(block, "rule", block.type) for block in out.blocks] == ["ai", "product", "risk.capital", "text"]


def test_the_representative_example_speaks_only_in_slots():
    facts: dict[str, Fact] = {}
    sentence = example_sentence(catalogue().products["clear-personal-loan"], facts)
    assert not any(char.isdigit() for char in sentence)
    assert {"clear-personal-loan.example.apr", "clear-personal-loan.example.total"} <= set(facts)


def test_a_dropped_block_is_gone():
    out, _ = composed(DraftText(sentences=("Fine.",)), repairs=Repairs(dropped={"s0.0"}))
    assert out.blocks == []
