"""Composing: sections become the blocks of a reply, together with the candidate that the gate checks."""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from agent.draft import DraftChart, DraftEscalation, DraftProduct, DraftProposal, DraftQuery, DraftTable, DraftText, Section
from agent.evidence import Evidence
from agent.gate_case import GateCase
from agent.reply import (
    Block,
    ChartBlock,
    Chip,
    CitationBlock,
    DisclosureBlock,
    EscalationBlock,
    NextBlock,
    ProductBlock,
    ProposalBlock,
    QueryBlock,
    Rich,
    Series,
    TableBlock,
    Term,
    TextBlock,
)
from agent.slots import Citations, SlotError, render
from tools.compliance.candidate import Candidate, CheckedSpan, CheckedText, Notice, ShownProduct
from tools.compliance.grounding import draft_figures
from tools.compliance.pack import Pack
from tools.fact import Fact
from tools.ledger.money import decimal_amount
from tools.product import Product


@dataclass
class Repairs:
    """What code has done to a reply so far."""

    removed: set[tuple[str, int]] = field(default_factory=set[tuple[str, int]])
    dropped: set[str] = field(default_factory=set[str])
    attached: list[str] = field(default_factory=list[str])
    rules: list[str] = field(default_factory=list[str])


@dataclass
class Composed:
    """Blocks and the texts in them, as the gate sees them; `bad` are sentences whose slots or figures do not hold."""

    blocks: list[Block]
    texts: list[CheckedText]
    products: list[ShownProduct]
    notices: list[Notice]
    citations: dict[int, str]
    facts: dict[str, Fact]


class Composer:
    """Renders sections into blocks. One instance per attempt; `repairs` says what to leave out and what to attach."""

    def __init__(self, evidence: Evidence, pack: Pack, role: str, language: str, repairs: Repairs) -> None:
        self._evidence, self._pack, self._role, self._language, self._repairs = evidence, pack, role, language, repairs
        self._citations = Citations()
        # Somebody in difficulty reads the help before anything else, the notice about the assistant included.
        self._help_first = False
        self._out = Composed([], [], [], [], {}, dict(evidence.facts))

    def compose(self, sections: Iterable[Section], questions: tuple[str, ...]) -> Composed:
        """All blocks in order: sections, notices beside what they concern, next questions, citations."""
        ordered = tuple(sections)
        self._help_first = bool(ordered) and ordered[0].author == "intake"
        for number, section in enumerate(ordered):
            for position, part in enumerate(section.parts):
                block = f"s{number}.{position}"
                if block not in self._repairs.dropped:
                    self._part(block, section.author, part)
        self._notices()
        if questions:
            self._out.blocks.append(NextBlock(id="next", questions=questions))
            self._out.texts += [CheckedText(block="next", index=i, kind="question", text=text) for i, text in enumerate(questions)]
        self._cite()
        return self._out

    def _part(self, block: str, author: str, part: object) -> None:
        match part:
            case DraftText():
                self._text(block, author, part)
            case DraftTable():
                self._table(block, author, part)
            case DraftChart():
                self._chart(block, author, part)
            case DraftProduct():
                self._product(block, author, part)
            case DraftQuery():
                self._query(block, author, part)
            case DraftProposal():
                self._proposal(block, author, part)
            case DraftEscalation():
                text = self._rich(part.text, block, 0, "sentence")
                self._out.blocks.append(EscalationBlock(id=block, reference=part.reference, text=text or Rich(text="")))
            case _:
                raise TypeError(f"unknown part {type(part).__name__}")

    def _text(self, block: str, author: str, part: DraftText) -> None:
        sentences = [rich for i, text in enumerate(part.sentences) if (rich := self._rich(text, block, i, "sentence"))]
        heading = part.heading
        if heading:
            rendered = self._rich(heading, block, -1, "heading")
            heading = rendered.text if rendered else None
        if sentences:
            self._out.blocks.append(TextBlock(id=block, section=author, heading=heading, sentences=tuple(sentences)))

    def _table(self, block: str, author: str, part: DraftTable) -> None:
        width = len(part.columns)
        rows = [[self._cell(cell, block, row * width + column) for column, cell in enumerate(cells)] for row, cells in enumerate(part.rows)]
        total = [self._cell(cell, block, 10_000 + column) for column, cell in enumerate(part.total)] if part.total else None
        note = self._rich(part.note, block, 20_000, "sentence") if part.note else None
        self._own_text(part.title, block)
        self._out.blocks.append(
            TableBlock(
                id=block,
                section=author,
                title=part.title,
                columns=part.columns,
                rows=tuple(tuple(row) for row in rows),
                total=tuple(total) if total else None,
                note=note,
            )
        )

    def _chart(self, block: str, author: str, part: DraftChart) -> None:
        sentence = self._rich(part.sentence, block, 0, "chart")
        self._own_text(part.title, block)
        series = tuple(
            Series(name=line.name, role=line.role, x=line.x, y=tuple(self._point(fact) for fact in line.facts)) for line in part.series
        )
        facts = tuple(dict.fromkeys(fact for line in part.series for fact in line.facts if fact))
        self._out.blocks.append(
            ChartBlock(
                id=block,
                section=author,
                kind=part.kind,
                title=part.title,
                subtitle=part.subtitle,
                sentence=sentence or Rich(text=part.title),
                currency=part.currency,
                today=part.today,
                series=series,
                facts=facts,
            )
        )

    def _point(self, identity: str | None) -> float | None:
        if identity is None:
            return None
        fact = self._evidence.facts[identity]
        return float(decimal_amount(int(fact.value), fact.currency or "GBP"))

    def _product(self, block: str, author: str, part: DraftProduct) -> None:
        product = self._evidence.products[part.product_id]
        terms = tuple(Term(label=term.label, value=self._cell(term.value, block, i)) for i, term in enumerate(part.terms))
        why = [rich for i, text in enumerate(part.why) if (rich := self._rich(text, block, 100 + i, "product"))]
        why_not = [rich for i, text in enumerate(part.why_not) if (rich := self._rich(text, block, 200 + i, "product"))]
        self._out.products.append(ShownProduct(block=block, product=product, mode=part.mode, suitable=part.suitable))
        self._out.blocks.append(
            ProductBlock(
                id=block,
                section=author,
                product_id=product.id,
                name=product.name,
                version=product.version,
                product_class=product.product_class,
                mode=part.mode,
                summary=product.summary,
                terms=terms,
                why=tuple(why),
                why_not=tuple(why_not),
            )
        )

    def _query(self, block: str, author: str, part: DraftQuery) -> None:
        chips = tuple(
            Chip(field=chip.field, label=chip.label, op=chip.op, value=self._cell(chip.value, block, i), interpreted=chip.interpreted)
            for i, chip in enumerate(part.chips)
        )
        for words in part.not_understood:
            said = CheckedSpan(start=0, end=len(words), kind="said", id="said")
            self._out.texts.append(CheckedText(block=block, index=-3, kind="name", text=words, spans=(said,)))
        self._out.blocks.append(QueryBlock(id=block, section=author, chips=chips, not_understood=part.not_understood))

    def _proposal(self, block: str, author: str, part: DraftProposal) -> None:
        """Whole or not at all: nobody approves what is not shown in full."""
        change = self._evidence.proposals[part.proposal]
        self._own_text(change.verb, block)
        shown = [self._rich(text, block, index, "sentence") for index, text in enumerate((part.title, *part.lines, *part.letter))]
        whole = tuple(rich for rich in shown if rich is not None)
        if len(whole) < len(shown):
            self._out.texts = [text for text in self._out.texts if text.block != block]
            return
        title, lines, letter = whole[0], whole[1 : len(part.lines) + 1], whole[len(part.lines) + 1 :]
        self._out.blocks.append(
            ProposalBlock(
                id=block,
                section=author,
                proposal=change.id,
                kind=change.kind,
                title=title,
                lines=lines,
                letter=letter,
                verb=change.verb,
                expires_at=change.expires_at.isoformat(),
            )
        )

    def _cell(self, template: str, block: str, index: int) -> Rich:
        return self._rich(template, block, index, "cell") or Rich(text="left out")

    def _own_text(self, text: str, block: str) -> None:
        self._out.texts.append(CheckedText(block=block, index=-2, kind="heading", text=text))

    def _rich(self, template: str, block: str, index: int, kind: str) -> Rich | None:
        """Render one text, or None when it is left out. A figure outside the slots of a draft is never rendered (I5)."""
        if (block, index) in self._repairs.removed:
            return None
        names = tuple(product.name for product in self._evidence.products.values() if product.name in template)
        try:
            if draft_figures(template, self._language, names):
                raise SlotError("The draft holds a figure outside a slot. Use a slot.")
            rich = render(template, self._evidence, self._language, self._citations)
        except SlotError:
            self._repairs.removed.add((block, index))
            self._repairs.rules.append("R18")
            return None
        spans = tuple(CheckedSpan(start=span.start, end=span.end, kind=span.kind, id=span.id) for span in rich.spans)
        self._out.texts.append(
            CheckedText.model_validate({"block": block, "index": index, "kind": kind, "text": rich.text, "spans": spans})
        )
        return rich

    def _notices(self) -> None:
        for rule in dict.fromkeys(self._repairs.attached):
            disclosure = self._pack.disclosure(rule)
            wording = disclosure.wording(self._role)
            if "{example}" in wording:
                for shown in [item for item in self._out.products if item.product.product_class == "credit"]:
                    self._example(rule, wording, shown)
                continue
            concerned = [shown.block for shown in self._out.products if disclosure.beside(shown.product)]
            self._notice(rule, Rich(text=wording), tuple(concerned), f"notice.{rule}")

    def _example(self, rule: str, wording: str, shown: ShownProduct) -> None:
        template = wording.replace("{example}", example_sentence(shown.product, self._out.facts)) if shown.product.example else ""
        if template:
            evidence = replace(self._evidence, facts=self._out.facts)
            rich = render(template, evidence, self._language, self._citations)
            self._notice(rule, rich, (shown.block,), f"notice.{rule}.{shown.product.id}")

    def _notice(self, rule: str, text: Rich, concerns: tuple[str, ...], block: str) -> None:
        notice = DisclosureBlock(id=block, rule=rule, text=text, concerns=concerns)
        after = max((i for i, placed in enumerate(self._out.blocks) if placed.id in concerns or _beside(placed, concerns)), default=None)
        place = 0 if rule == "ai" and not self._help_first else (len(self._out.blocks) if after is None else after + 1)
        self._out.blocks.insert(place, notice)
        spans = tuple(CheckedSpan(start=span.start, end=span.end, kind=span.kind, id=span.id) for span in text.spans)
        self._out.texts.append(CheckedText(block=block, index=0, kind="notice", text=text.text, spans=spans))
        self._out.notices.append(Notice(rule=rule, block=block, text=text.text))

    def _cite(self) -> None:
        used = {span.id for text in self._out.texts for span in text.spans if span.kind == "citation"}
        for identity, number in [(key, number) for key, number in self._citations.numbers.items() if key in used]:
            quote = self._evidence.quotes[identity]
            self._out.citations[number] = identity
            self._out.blocks.append(
                CitationBlock(
                    id=f"cite.{number}",
                    number=number,
                    document=quote.document,
                    title=quote.title,
                    version=quote.version,
                    passage=quote.passage,
                    heading=quote.heading,
                    quote=quote.text,
                )
            )


def _beside(block: Block, concerns: tuple[str, ...]) -> bool:
    return isinstance(block, DisclosureBlock) and bool(set(block.concerns) & set(concerns))


def example_sentence(product: Product, facts: dict[str, Fact]) -> str:
    """The representative example of a credit product as a sentence of slots; its facts are added to `facts`."""
    example = product.example
    if example is None:
        return ""
    source, currency = f"catalogue:{product.id}@{product.version}", product.currency

    def money(role: str, label: str, amount: int) -> str:
        identity = f"{product.id}.example.{role}"
        facts[identity] = Fact(
            id=identity, label=label, value=amount, unit="money", currency=currency, as_of=product.valid_from, source=source
        )
        return "{{f:" + identity + "}}"

    def other(role: str, label: str, value: float, unit: str) -> str:
        identity = f"{product.id}.example.{role}"
        facts[identity] = Fact.model_validate(
            {"id": identity, "label": label, "value": value, "unit": unit, "as_of": product.valid_from, "source": source}
        )
        return "{{f:" + identity + "}}"

    amount, term = money("amount", "amount borrowed", example.amount_minor), other("term", "term", example.term_months, "months")
    rate, apr = (
        other("rate", "yearly rate", example.rate_bps / 100, "percent"),
        other("apr", "representative APR", example.apr_bps / 100, "percent"),
    )
    pay, total = (
        money("instalment", "monthly payment", example.instalment_minor),
        money("total", "total payable", example.total_payable_minor),
    )
    fees = f", fees {money('fees', 'fees', example.fees_minor)}" if example.fees_minor else ""
    return (
        f"{{{{p:{product.id}}}}}, {amount} over {term} at {rate} a year{fees}, {pay} a month, {total} in total, representative {apr} APR."
    )


def candidate_of(composed: Composed, evidence: Evidence, case: GateCase) -> Candidate:
    """The candidate that the rules read."""
    return Candidate(
        role=case.role,
        language=case.language,
        on=case.on,
        jurisdiction=case.jurisdiction,
        scope=frozenset(case.scope),
        texts=tuple(composed.texts),
        products=tuple(composed.products),
        notices=tuple(composed.notices),
        facts=composed.facts,
        untrusted=evidence.untrusted_refs(),
        quotes=evidence.quote_refs(),
        catalogue=dict(evidence.products),
        said=evidence.said,
        citations=composed.citations,
        no_credit=case.no_credit,
        first_of_session=case.first,
    )
