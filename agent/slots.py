"""Rendering: slots become figures, names and quotes, each with the span that says what it stands for."""

import re

from agent.evidence import Evidence
from agent.reply import Rich, Span
from tools.compliance.candidate import SpanKind
from tools.compliance.grounding import SLOT
from tools.compliance.rendering import render_fact
from tools.errors import PersonaForgeError

_KINDS: dict[str, SpanKind] = {"f": "fact", "t": "untrusted", "q": "quote", "c": "citation", "p": "product"}


class SlotError(PersonaForgeError):
    """A draft refers to something that this turn does not have."""

    code = "bad_slot"


class Citations:
    """Numbers citations in the order in which they are first used."""

    def __init__(self) -> None:
        self.numbers: dict[str, int] = {}

    def number(self, quote: str) -> int:
        """The number of a quote's citation."""
        return self.numbers.setdefault(quote, len(self.numbers) + 1)


def render(template: str, evidence: Evidence, language: str, citations: Citations) -> Rich:
    """Fill the slots of one sentence or cell.

    Exact product names that stand in the text without a slot become product spans too, so that their notices are attached.

    Raises:
        SlotError: a slot names no fact, text, quote or product of this turn.
    """
    text, spans, at = "", list[Span](), 0
    for match in SLOT.finditer(template):
        text += template[at : match.start()]
        shown = _shown(match.group(1), match.group(2), evidence, language, citations)
        spans.append(Span(start=len(text), end=len(text) + len(shown), kind=_KINDS[match.group(1)], id=match.group(2)))
        text += shown
        at = match.end()
    text += template[at:]
    return Rich(text=text, spans=tuple(sorted([*spans, *_product_names(text, spans, evidence)], key=lambda span: span.start)))


def _shown(kind: str, identity: str, evidence: Evidence, language: str, citations: Citations) -> str:
    match kind:
        case "f" if identity in evidence.facts:
            return render_fact(evidence.facts[identity], language)
        case "t" if identity in evidence.texts:
            return evidence.texts[identity].text or "none"
        case "q" if identity in evidence.quotes:
            return evidence.quotes[identity].text
        case "c" if identity in evidence.quotes:
            return f"[{citations.number(identity)}]"
        case "p" if identity in evidence.products:
            return evidence.products[identity].name
        case _:
            raise SlotError(f"The draft refers to {kind}:{identity}, which this turn does not have. Use only ids that were given.")


def _product_names(text: str, taken: list[Span], evidence: Evidence) -> list[Span]:
    found: list[Span] = []
    named = [product for product in evidence.products.values() if product.name in text]
    for product in sorted(named, key=lambda product: -len(product.name)):
        for match in re.finditer(rf"(?<!\w){re.escape(product.name)}(?!\w)", text):
            if all(match.end() <= span.start or match.start() >= span.end for span in [*taken, *found]):
                found.append(Span(start=match.start(), end=match.end(), kind="product", id=product.id))
    return found
