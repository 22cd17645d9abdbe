"""A passage: the stretch of a published document that is found, shown and cited as one."""

import re
from collections.abc import Iterator
from datetime import date

from knowledge.catalogue import Catalogue
from knowledge.document import Document, DocumentKind
from tools.product import Audience, Jurisdiction
from tools.value import Value

#: Longer sections become several passages: about as much as the encoder reads (256 tokens).
MOST_CHARACTERS = 900


class Passage(Value):
    """Text with everything a citation and the rules about who may see it need.

    Attributes:
        id: `<document>#<section>`; the second and later parts of a long section end in `-2`, `-3`.
        document: id of the document.
        title: the document's public name.
        summary: what the document is about, in one sentence.
    """

    id: str
    document: str
    title: str
    summary: str
    version: str
    heading: str
    text: str
    kind: DocumentKind
    audience: tuple[Audience, ...]
    jurisdiction: Jurisdiction
    valid_from: date
    valid_to: date | None

    @property
    def searchable(self) -> str:
        """What is embedded and matched by words: a passage alone often does not say what it is about, so its document's summary goes with it."""
        return f"{self.title}. {self.summary} {self.heading}. {self.text}"

    def shown_to(self, audience: Audience, jurisdiction: Jurisdiction, on: date) -> bool:
        """Whether this audience may read it, there and on that day; the last day of validity still counts."""
        in_force = self.valid_from <= on and (self.valid_to is None or on <= self.valid_to)
        return in_force and audience in self.audience and jurisdiction == self.jurisdiction


def passages_of(catalogue: Catalogue) -> tuple[Passage, ...]:
    """Every passage of the catalogue, ordered by id."""
    found = (passage for document in catalogue.documents.values() for passage in _cut(document))
    return tuple(sorted(found, key=lambda passage: passage.id))


def _cut(document: Document) -> Iterator[Passage]:
    for section in document.sections:
        for number, text in enumerate(_parts(section.text), start=1):
            suffix = "" if number == 1 else f"-{number}"
            yield Passage(
                id=f"{document.id}#{section.id}{suffix}", document=document.id, title=document.name, summary=document.summary, version=document.version,
                heading=section.heading, text=text, kind=document.kind, audience=document.audience, jurisdiction=document.jurisdiction,
                valid_from=document.valid_from, valid_to=document.valid_to,
            )  # fmt: skip


def _parts(text: str) -> list[str]:
    """Whole paragraphs, as many as fit together. A single paragraph that is too long stays whole: it is shown whole, and its words still match."""
    parts: list[str] = []
    for paragraph in re.split(r"\n\s*\n", text):
        if parts and len(parts[-1]) + len(paragraph) < MOST_CHARACTERS:
            parts[-1] += f"\n\n{paragraph}"
        else:
            parts.append(paragraph)
    return parts
