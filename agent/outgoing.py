"""A text that would go out to one customer: the gate on its final bytes, whether code wrote it or a person changed it.

Figures and names in a changed text are found again: whatever reads exactly like a fact or a name of this customer stands for it, and
everything else that looks like a figure is one that no tool computed.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date

from agent.record import UntrustedText
from tools.compliance.candidate import Candidate, CheckedSpan, CheckedText, Notice, SpanKind, UntrustedRef
from tools.compliance.pack import load_pack
from tools.compliance.rendering import render_fact
from tools.compliance.rules import check
from tools.fact import Fact
from tools.product import Jurisdiction, Product
from tools.value import Value

#: Said in place of a rule of a text that says nothing.
EMPTY = "empty"
_ROUNDS = 3
_GAPS = re.compile(r"[ \u00a0]")
_BLANK_LINES = re.compile(r"\n\s*\n")


class Backing(Value):
    """What may stand in a text to one customer.

    Attributes:
        facts: of the customer's own record; `texts` names.
        no_credit: whether borrowing must not be brought up with this customer now.
    """

    customer_id: str
    jurisdiction: Jurisdiction
    language: str = "en"
    facts: tuple[Fact, ...] = ()
    texts: tuple[UntrustedText, ...] = ()
    no_credit: bool = False


class Outgoing(Value):
    """A text as it would go out, and the rules that it breaks; nothing that breaks one is sent.

    Attributes:
        text: as checked: figures written as `render_fact` writes them.
        notices: what the rules of the place require beside it.
    """

    text: str
    notices: tuple[str, ...] = ()
    broken: tuple[str, ...] = ()

    @property
    def body(self) -> str:
        """Everything that the customer reads."""
        return "\n\n".join([self.text, *self.notices])


def checked_text(text: str, backing: Backing, products: Mapping[str, Product], on: date) -> Outgoing:
    """Check a text to a customer by the rules for customers, with the notices that they require.

    Args:
        products: the catalogue, whose names count as names of products wherever they stand.
        on: today's date of the bank.
    """
    if not text.strip():
        return Outgoing(text="", broken=(EMPTY,))
    pack = load_pack(backing.jurisdiction)
    paragraphs = [_read(part.strip(), at, backing, products) for at, part in enumerate(_BLANK_LINES.split(text.strip()))]
    rules: list[str] = []
    for _ in range(_ROUNDS):
        wordings = [pack.disclosure(rule).wording("customer") for rule in rules]
        violations = check(_candidate(paragraphs, rules, wordings, backing, products, on), pack)
        missing = [violation.detail for violation in violations if violation.action == "attach"]
        broken = [violation.rule for violation in violations if violation.action != "attach"]
        if broken or not missing:
            return Outgoing(text=_joined(paragraphs), notices=tuple(wordings), broken=tuple(dict.fromkeys(broken)))
        rules += missing
    return Outgoing(text=_joined(paragraphs), broken=tuple(rules))


def _joined(paragraphs: list[CheckedText]) -> str:
    return "\n\n".join(paragraph.text for paragraph in paragraphs)


def _candidate(
    paragraphs: list[CheckedText], rules: list[str], wordings: list[str], backing: Backing, products: Mapping[str, Product], on: date
) -> Candidate:
    places = [f"notice.{rule}" for rule in rules]
    notices = [CheckedText(block=place, index=0, kind="notice", text=words) for place, words in zip(places, wordings, strict=True)]
    return Candidate(
        role="customer",
        language=backing.language,
        on=on,
        jurisdiction=backing.jurisdiction,
        scope=frozenset({backing.customer_id}),
        texts=(*paragraphs, *notices),
        notices=tuple(Notice(rule=rule, block=text.block, text=text.text) for rule, text in zip(rules, notices, strict=True)),
        facts={fact.id: fact for fact in backing.facts},
        untrusted={text.id: UntrustedRef(text=text.text, subject=text.subject) for text in backing.texts},
        catalogue=dict(products),
        no_credit=backing.no_credit,
    )


def _read(text: str, at: int, backing: Backing, products: Mapping[str, Product]) -> CheckedText:
    """A paragraph with what is recognised in it, the longest first; spaces inside a figure become those of the figure."""
    known = sorted(_known(backing, products), key=lambda one: -len(one[2]))
    pattern = "|".join(f"(?P<k{place}>{_pattern(shown)})" for place, (_, _, shown) in enumerate(known))
    written, spans, behind = "", list[CheckedSpan](), 0
    for found in re.finditer(pattern, text) if known else ():
        kind, identity, shown = known[int((found.lastgroup or "k0")[1:])]
        written += text[behind : found.start()]
        spans.append(CheckedSpan(start=len(written), end=len(written) + len(shown), kind=kind, id=identity))
        written, behind = written + shown, found.end()
    return CheckedText(block=f"p{at}", index=0, kind="sentence", text=written + text[behind:], spans=tuple(spans))


def _known(backing: Backing, products: Mapping[str, Product]) -> Iterator[tuple[SpanKind, str, str]]:
    for fact in backing.facts:
        if fact.unit != "label":
            yield "fact", fact.id, render_fact(fact, backing.language)
    for text in backing.texts:
        yield "untrusted", text.id, text.text
    for product in products.values():
        yield "product", product.id, product.name


def _pattern(shown: str) -> str:
    """The stretch by itself: not a part of a longer word or figure ("£12" in "£120", "£12.50", "−£12")."""
    inside = r"[ \u00a0]".join(re.escape(part) for part in _GAPS.split(shown))
    return rf"(?<![\w£$€₹%−.,-]){inside}(?![\w%]|[.,]\d)"
