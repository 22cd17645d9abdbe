"""Sections become passages with ids that a citation can rely on."""

from collections.abc import Callable
from datetime import date
from pathlib import Path

from knowledge.catalogue import load_catalogue
from knowledge.passage import MOST_CHARACTERS, passages_of


def test_each_section_is_a_passage_named_after_document_and_heading(bank: Path):
    ids = [passage.id for passage in passages_of(load_catalogue(bank))]
    assert ids == sorted(ids)
    assert "anchor-loan#paying-early" in ids
    assert "complaints#what-happens-next" in ids


def test_a_passage_carries_what_a_citation_and_the_rules_need(bank: Path):
    passage = next(found for found in passages_of(load_catalogue(bank)) if found.id == "arrears-playbook#first-call")
    assert (passage.title, passage.version, passage.heading, passage.kind) == ("Arrears playbook", "1", "First call", "policy")
    assert passage.audience == ("rm", "staff")
    assert passage.searchable.startswith("Arrears playbook. What a manager does first. First call. Ask what has changed")
    assert [passage.shown_to("rm", place, date(2026, 2, 1)) for place in ("uk", "eu")] == [True, False]


def test_a_long_section_is_cut_between_paragraphs_and_loses_nothing(edit: Callable[..., Path]):
    paragraphs = [f"Paragraph {number}. " + "Words about savings. " * 20 for number in range(6)]
    catalogue = load_catalogue(edit("products/harbour-saver", text="## Long\n" + "\n\n".join(paragraphs)))
    parts = [passage for passage in passages_of(catalogue) if passage.document == "harbour-saver"]
    assert [part.id for part in parts] == ["harbour-saver#long", "harbour-saver#long-2", "harbour-saver#long-3"]
    assert all(len(part.text) <= MOST_CHARACTERS for part in parts)
    assert "\n\n".join(part.text for part in parts) == "\n\n".join(paragraphs).strip()
