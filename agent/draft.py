"""Drafts: what a specialist has to say before rendering. Sentences hold slots, never figures; the rest is composed by code.

Slots in sentences and cells: `{{f:id}}` a fact, `{{t:id}}` an untrusted text, `{{q:id}}` words of a passage, `{{c:id}}` its citation,
`{{p:id}}` a product’s name.
"""

from typing import Annotated, Literal

from pydantic import Field

from agent.reply import Column, SeriesRole
from tools.value import Value


class DraftText(Value):
    """A paragraph of sentences with slots."""

    type: Literal["text"] = "text"
    heading: str | None = None
    sentences: tuple[str, ...]


class DraftTable(Value):
    """A table whose cells are templates with slots."""

    type: Literal["table"] = "table"
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[str, ...], ...]
    total: tuple[str, ...] | None = None
    note: str | None = None


class DraftSeries(Value):
    """One line of a chart: `facts` are ids of money facts, one per point, or None."""

    name: str
    role: SeriesRole
    x: tuple[str, ...]
    facts: tuple[str | None, ...]


class DraftChart(Value):
    """A chart whose points are facts."""

    type: Literal["chart"] = "chart"
    kind: Literal["fan", "line", "bars"]
    title: str
    subtitle: str = ""
    sentence: str
    currency: str
    today: str | None = None
    series: tuple[DraftSeries, ...]


class DraftTerm(Value):
    """One term of a product: a label and a template."""

    label: str
    value: str


class DraftProduct(Value):
    """A product entry. `suitable` is what the suitability check said; None when only described."""

    type: Literal["product"] = "product"
    product_id: str
    mode: Literal["recommend", "information"]
    suitable: bool | None
    terms: tuple[DraftTerm, ...]
    why: tuple[str, ...] = ()
    why_not: tuple[str, ...] = ()


class DraftChip(Value):
    """One part of a parsed query."""

    field: str
    label: str
    op: str
    value: str
    interpreted: bool = False


class DraftQuery(Value):
    """How a question was understood; `not_understood` are words of the person."""

    type: Literal["query"] = "query"
    chips: tuple[DraftChip, ...]
    not_understood: tuple[str, ...] = ()


class DraftEscalation(Value):
    """Passed to a person; `note` is the id of the note taken."""

    type: Literal["escalation"] = "escalation"
    note: str
    reference: str
    text: str


class DraftProposal(Value):
    """Something the person may approve; `proposal` is the id of the `ProposedChange` of the same finding.

    `letter` are the paragraphs of a text that would go out.
    """

    type: Literal["proposal"] = "proposal"
    proposal: str
    title: str
    lines: tuple[str, ...] = ()
    letter: tuple[str, ...] = ()


DraftPart = Annotated[
    DraftText | DraftTable | DraftChart | DraftProduct | DraftQuery | DraftEscalation | DraftProposal,
    Field(discriminator="type"),
]


class Section(Value):
    """What one author contributes to a reply: a specialist, the supervisor, or code at intake.

    `writer` says which model wrote the sentences; `fell_back` why the built-in one had to.
    """

    author: str
    wave: int = 1
    parts: tuple[DraftPart, ...]
    writer: str = "built-in"
    fell_back: str | None = None
