"""Markdown with front matter becomes sections with stable ids."""

from datetime import date

import pytest

from knowledge.document import Document, sections_of, slug
from tools.errors import CatalogueError


@pytest.mark.parametrize(
    ("heading", "expected"),
    [
        ("What it costs", "what-it-costs"),
        ("Two years or five?", "two-years-or-five"),
        ("If you can't pay", "if-you-cant-pay"),
        ("At 18 and how to start", "at-18-and-how-to-start"),
        ("Überziehung – Kosten", "überziehung-kosten"),
    ],
)
def test_a_heading_gives_a_readable_id(heading: str, expected: str):
    assert slug(heading) == expected


def test_a_document_is_cut_at_its_second_level_headings():
    body = "\n# Harbour Saver\n\nSaving made easy.\n\n## What it is\n\nAn account.\n\n### For whom\nEverybody.\n\n## Fees ##\nNone.\n"
    assert [(section.id, section.heading, section.text) for section in sections_of(body, "products/x.md", "Harbour Saver")] == [
        ("overview", "Harbour Saver", "Saving made easy."),
        ("what-it-is", "What it is", "An account.\n\n### For whom\nEverybody."),
        ("fees", "Fees", "None."),
    ]


@pytest.mark.parametrize(
    ("body", "said"),
    [
        ("", "`sections` is empty. Write the text under headings"),
        ("# Only a title\n", "`sections` is empty"),
        ("## Fees\n\n## Interest\nMuch.", "section `Fees` is empty. Write its text"),
        ("## Fees\nNone.\n## Fees\nSome.", "section `Fees` has no id of its own. Give it a heading"),
        ("## ???\nWhat.", "section `???` has no id of its own"),
    ],
)
def test_a_body_that_cannot_be_cited_is_refused(body: str, said: str):
    with pytest.raises(CatalogueError) as caught:
        sections_of(body, "products/x.md", "X")
    assert said in caught.value.message
    assert caught.value.message.startswith("products/x.md")


def test_the_first_and_the_last_day_of_validity_count():
    document = Document(
        id="x", kind="policy", name="X", summary="Y.", version="1", audience=("rm",), jurisdiction="uk", valid_from=date(2026, 1, 1), valid_to=date(2026, 6, 30),
        sections=(),
    )  # fmt: skip
    days = [date(2025, 12, 31), date(2026, 1, 1), date(2026, 6, 30), date(2026, 7, 1)]
    assert [document.shown_to("rm", day) for day in days] == [False, True, True, False]
    assert not document.shown_to("customer", date(2026, 3, 1))
