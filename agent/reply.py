"""A reply: typed blocks whose text has been rendered and checked. This is what is stored, streamed, shown and exported."""

from typing import Annotated, Literal

from pydantic import Field

from tools.value import Value


class Span(Value):
    """A stretch of rendered text that code put there, with what it stands for: `text[start:end]`.

    kind `fact` -> a fact id; `untrusted` -> a text of the outside world, shown as it is; `quote` -> a published passage;
    `said` -> words of the person; `citation` -> the number of a citation block; `product` -> a product id; `client` -> a ref.
    """

    start: int
    end: int
    kind: Literal["fact", "untrusted", "quote", "said", "citation", "product", "client"]
    id: str


class Rich(Value):
    """Rendered text with its spans."""

    text: str
    spans: tuple[Span, ...] = ()


class TextBlock(Value):
    """One paragraph; `sentences` are shown one by one. `heading` opens a part of the answer ("What you can do now")."""

    type: Literal["text"] = "text"
    id: str
    section: str
    heading: str | None = None
    sentences: tuple[Rich, ...]


class Column(Value):
    """A column: figures stand right, words left. Higher `rank` is dropped first when space is short."""

    key: str
    label: str
    align: Literal["left", "right"] = "left"
    rank: int = 0


class TableBlock(Value):
    """A fact table. Cells are rendered like text; a missing figure is the word "none" or "too few"."""

    type: Literal["table"] = "table"
    id: str
    section: str
    title: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Rich, ...], ...]
    total: tuple[Rich, ...] | None = None
    note: Rich | None = None


SeriesRole = Literal["booked", "middle", "low80", "high80", "low50", "high50", "alternative", "target", "bar"]


class Series(Value):
    """Points of one line: `x` ISO dates or months, `y` in major units of the currency, or None where nothing is known."""

    name: str
    role: SeriesRole
    x: tuple[str, ...]
    y: tuple[float | None, ...]


class ChartBlock(Value):
    """A chart with its sentence (its accessible name). The data are facts of the same turn (`facts`)."""

    type: Literal["chart"] = "chart"
    id: str
    section: str
    kind: Literal["fan", "line", "bars"]
    title: str
    subtitle: str = ""
    sentence: Rich
    currency: str | None = None
    today: str | None = None
    series: tuple[Series, ...]
    facts: tuple[str, ...] = ()


class Term(Value):
    """One term of a product."""

    label: str
    value: Rich


class ProductBlock(Value):
    """A product, recommended or only described. `why` and `why_not` are empty for information only."""

    type: Literal["product"] = "product"
    id: str
    section: str
    product_id: str
    name: str
    version: str
    product_class: str
    mode: Literal["recommend", "information"]
    summary: str
    terms: tuple[Term, ...]
    why: tuple[Rich, ...] = ()
    why_not: tuple[Rich, ...] = ()


class DisclosureBlock(Value):
    """A notice that the law or the bank requires, attached by code beside what it concerns. Never folded."""

    type: Literal["disclosure"] = "disclosure"
    id: str
    rule: str
    text: Rich
    concerns: tuple[str, ...] = ()


class CitationBlock(Value):
    """Where a statement comes from. `quote` is the published words."""

    type: Literal["citation"] = "citation"
    id: str
    number: int
    document: str
    title: str
    version: str
    passage: str
    heading: str
    quote: str


class Chip(Value):
    """One part of a parsed query: `balance` `is below` `£0`."""

    field: str
    label: str
    op: str
    value: Rich
    interpreted: bool = False


class QueryBlock(Value):
    """How a question was understood, as chips, and what was not understood."""

    type: Literal["query"] = "query"
    id: str
    section: str
    chips: tuple[Chip, ...]
    not_understood: tuple[str, ...] = ()


class EscalationBlock(Value):
    """Passed to a person: reference, by when, and how to undo it."""

    type: Literal["escalation"] = "escalation"
    id: str
    reference: str
    text: Rich
    undo: bool = True


#: What a proposal is about: a goal of a plan, or a contact with a client.
ProposalKind = Literal["goal", "contact"]
_UNTIL_APPROVED: dict[ProposalKind, str] = {
    "goal": "Nothing is saved before you approve it in the app.",
    "contact": "Nothing is sent or noted before you approve it in the app.",
}


class ProposalBlock(Value):
    """Something that the person may approve; until then nothing has changed. The act itself happens in the interface.

    Attributes:
        proposal: its id, for the decision.
        kind: what it is about.
        title: what would happen, in one line.
        lines: the particulars, exactly as they would be saved.
        letter: the paragraphs of the text that would go out, exactly as it would.
        verb: the words on the button that approves, naming the act ("Save the goal").
        expires_at: ISO moment after which it can no longer be approved.
    """

    type: Literal["proposal"] = "proposal"
    id: str
    section: str
    proposal: str
    kind: ProposalKind
    title: Rich
    lines: tuple[Rich, ...] = ()
    letter: tuple[Rich, ...] = ()
    verb: str
    expires_at: str


class NextBlock(Value):
    """At most three questions that can be asked next, in the first person."""

    type: Literal["next"] = "next"
    id: str
    questions: tuple[str, ...]


Block = Annotated[
    TextBlock
    | TableBlock
    | ChartBlock
    | ProductBlock
    | DisclosureBlock
    | CitationBlock
    | QueryBlock
    | EscalationBlock
    | ProposalBlock
    | NextBlock,
    Field(discriminator="type"),
]


class Verdict(Value):
    """What the gate decided and why.

    Attributes:
        outcome: pass, repair (code changed the reply: `removed` sentences, attached blocks), replace (safe reply), escalate.
        rules: ids of the rules that acted, in order.
        figures: how many figures were traced to a fact.
        removed: how many sentences were left out.
        notices: how many disclosures were attached.
    """

    outcome: Literal["pass", "repair", "replace", "escalate"]
    rules: tuple[str, ...] = ()
    figures: int = 0
    removed: int = 0
    notices: int = 0


class Reply(Value):
    """A checked reply."""

    language: str
    blocks: tuple[Block, ...]
    verdict: Verdict

    def plain_text(self) -> str:
        """The reply as text, as a terminal or an e-mail shows it."""
        return "\n\n".join(part for part in (plain_block(block) for block in self.blocks) if part)


def plain_block(block: Block) -> str:
    """One block as plain text."""
    match block:
        case TextBlock():
            body = " ".join(sentence.text for sentence in block.sentences)
            return f"{block.heading}\n{body}" if block.heading else body
        case TableBlock():
            return _plain_table(block)
        case ChartBlock():
            return block.sentence.text
        case ProductBlock():
            terms = "; ".join(f"{term.label} {term.value.text}" for term in block.terms)
            return "\n".join([f"{block.name}: {block.summary}", terms, *[why.text for why in (*block.why, *block.why_not)]])
        case DisclosureBlock() | EscalationBlock():
            return block.text.text
        case CitationBlock():
            return f"[{block.number}] {block.title}, version {block.version}, {block.heading}: “{block.quote}”"
        case QueryBlock():
            return (
                "Understood as: " + "; ".join(f"{chip.label} {chip.op} {chip.value.text}".strip() for chip in block.chips)
                if block.chips
                else ""
            )
        case ProposalBlock():
            particulars = (*block.lines, *block.letter)
            return "\n".join([block.title.text, *(line.text for line in particulars), _UNTIL_APPROVED[block.kind]])
        case NextBlock():
            return ""


def _plain_table(block: TableBlock) -> str:
    rows = [[column.label for column in block.columns], *[[cell.text for cell in row] for row in block.rows]]
    if block.total:
        rows.append([cell.text for cell in block.total])
    widths = [max(len(row[index]) for row in rows) for index in range(len(block.columns))]
    lines = [
        "  ".join(
            cell.rjust(width) if column.align == "right" else cell.ljust(width)
            for cell, width, column in zip(row, widths, block.columns, strict=True)
        ).rstrip()
        for row in rows
    ]
    return "\n".join([block.title, *lines, *([block.note.text] if block.note else [])])
