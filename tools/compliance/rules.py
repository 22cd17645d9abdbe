"""The rules of the gate. Each takes a candidate and says what is broken; together they are run on the final bytes.

Ids follow the list of safety rules: R01 no promises, R02 capital at risk, R04 cost of borrowing, R05 nothing called free, R06
suitability, R08 no borrowing for people in difficulty, R13 the assistant says what it is, R15 nobody else's data, R18 grounding, R19
citations, R20 no addresses or markup.
"""

from collections.abc import Callable, Iterator

from tools.compliance.candidate import Candidate, CheckedSpan, CheckedText, Violation
from tools.compliance.grounding import figures_in
from tools.compliance.pack import Pack
from tools.compliance.rendering import render_fact
from tools.compliance.wording import (
    brings_up_borrowing,
    claims_to_be_human,
    has_link,
    promises,
    says_no_cost,
    speaks_of_investing,
    suggests,
)

Rule = Callable[[Candidate, Pack], Iterator[Violation]]


def grounding(candidate: Candidate, pack: Pack) -> Iterator[Violation]:
    """R18: every stretch reads as what it stands for, and nothing that remains is a figure."""
    for text in candidate.texts:
        if text.kind == "notice":
            continue
        if not _spans_hold(text, candidate):
            yield _removal("R18", text, "a figure that does not match its fact")
            continue
        left = figures_in(_own_words(text), candidate.language)
        if left:
            yield _removal("R18", text, "a figure that no tool computed")


def notices_as_published(candidate: Candidate, pack: Pack) -> Iterator[Violation]:
    """R18 for notices: they read exactly as the pack has them; figures in them are those of facts."""
    for text in candidate.texts:
        if text.kind == "notice" and not (_spans_hold(text, candidate) and _notice_reads_right(text, candidate, pack)):
            yield Violation(rule="R18", action="replace", block=text.block, detail="a notice that does not read as published")


def others_data(candidate: Candidate, pack: Pack) -> Iterator[Violation]:
    """R15: no fact and no text about anybody outside the scope."""
    for text in candidate.texts:
        for span in text.spans:
            subject = None
            if span.kind == "fact" and span.id in candidate.facts:
                subject = candidate.facts[span.id].subject
            elif span.kind in {"untrusted", "client"} and span.id in candidate.untrusted:
                subject = candidate.untrusted[span.id].subject
            if subject is not None and subject not in candidate.scope:
                yield Violation(rule="R15", action="replace", block=text.block, detail="data of somebody else")
                return


def no_promises(candidate: Candidate, pack: Pack) -> Iterator[Violation]:
    """R01: no promise of a return, of safety or certainty; no pressure."""
    yield from (_removal("R01", text, "a promise or pressure") for text in _spoken(candidate) if promises(_own_words(text)))


def nothing_called_free(candidate: Candidate, pack: Pack) -> Iterator[Violation]:
    """R05: what is said to cost nothing must be a figure of a tool, not a phrase."""
    yield from (_removal("R05", text, "called free in words") for text in _spoken(candidate) if says_no_cost(_own_words(text)))


def honest_about_itself(candidate: Candidate, pack: Pack) -> Iterator[Violation]:
    """R13: the first reply says that this is an AI, and no reply claims to be a person."""
    yield from (_removal("R13", text, "claims to be a person") for text in _spoken(candidate) if claims_to_be_human(_own_words(text)))
    if candidate.first_of_session and not _has(candidate, "ai"):
        yield Violation(rule="R13", action="attach", detail="ai")


def no_addresses(candidate: Candidate, pack: Pack) -> Iterator[Violation]:
    """R20: no links, markup or slots left over."""
    yield from (_removal("R20", text, "an address or markup") for text in _spoken(candidate) if has_link(_own_words(text)))


def suitability_present(candidate: Candidate, pack: Pack) -> Iterator[Violation]:
    """R06: a product is recommended, as an entry or in words, only when the suitability check said yes."""
    for shown in candidate.products:
        if shown.mode == "recommend" and shown.suitable is not True:
            yield Violation(rule="R06", action="drop", block=shown.block, detail="recommended without a suitability check")
    fitting = {shown.product.id for shown in candidate.products if shown.mode == "recommend" and shown.suitable is True}
    if candidate.no_credit:
        fitting -= {shown.product.id for shown in candidate.products if shown.product.product_class == "credit"}
    for text in candidate.texts:
        named = {span.id for span in text.spans if span.kind == "product"}
        if text.kind in {"sentence", "heading"} and named - fitting and suggests(_own_words(text)):
            yield _removal("R06", text, "spoken for without a suitability check")


def no_borrowing_in_difficulty(candidate: Candidate, pack: Pack) -> Iterator[Violation]:
    """R08: nobody in difficulty is offered more debt."""
    if not candidate.no_credit:
        return
    for shown in candidate.products:
        if shown.product.product_class == "credit" and shown.mode == "recommend":
            yield Violation(rule="R08", action="drop", block=shown.block, detail="credit for a person in difficulty")
    yield from (_removal("R08", text, "borrowing brought up") for text in _spoken(candidate) if brings_up_borrowing(_own_words(text)))


def notices_present(candidate: Candidate, pack: Pack) -> Iterator[Violation]:
    """R02, R04 and the other notices: each one that a product or figure of the reply calls for stands in the same reply."""
    for rule in required_notices(candidate, pack):
        if not _has(candidate, rule):
            yield Violation(rule="R02" if rule.startswith("risk.") else "R04", action="attach", detail=rule)


def citations_hold(candidate: Candidate, pack: Pack) -> Iterator[Violation]:
    """R19: a citation points at a passage that was retrieved, is in force and is meant for this reader."""
    for text in candidate.texts:
        for span in text.spans:
            if span.kind in {"citation", "quote"} and not _quote_holds(span, candidate):
                yield _removal("R19", text, "a citation that does not hold")
                break


RULES: tuple[tuple[str, Rule], ...] = (
    ("R15", others_data),
    ("R18", grounding),
    ("R18", notices_as_published),
    ("R19", citations_hold),
    ("R01", no_promises),
    ("R05", nothing_called_free),
    ("R06", suitability_present),
    ("R08", no_borrowing_in_difficulty),
    ("R13", honest_about_itself),
    ("R20", no_addresses),
    ("R02", notices_present),
)


def check(candidate: Candidate, pack: Pack) -> tuple[Violation, ...]:
    """Everything that is broken, in the order of `RULES`. An empty result lets the reply through."""
    return tuple(violation for _, rule in RULES for violation in rule(candidate, pack))


def required_notices(candidate: Candidate, pack: Pack) -> tuple[str, ...]:
    """Ids of the notices this reply calls for, in the pack's order."""
    named = {span.id for text in candidate.texts for span in text.spans if span.kind == "product"} | _named_in_quotes(candidate)
    products = [shown.product for shown in candidate.products] + [
        candidate.catalogue[key] for key in sorted(named) if key in candidate.catalogue
    ]
    spoken = [_own_words(text) for text in _spoken(candidate)]
    sources = {
        candidate.facts[span.id].source
        for text in candidate.texts
        for span in text.spans
        if span.kind == "fact" and span.id in candidate.facts
    }
    investing, borrowing = any(map(speaks_of_investing, spoken)), any(map(brings_up_borrowing, spoken))
    needed: list[str] = []
    for disclosure in pack.disclosures:
        if disclosure.on == "session":
            continue
        wanted = any(
            disclosure.beside(product) if disclosure.on == "always" else disclosure.id in product.disclosures for product in products
        )
        wanted |= bool(sources & set(disclosure.sources))
        wanted |= investing and disclosure.id == "risk.capital"
        wanted |= borrowing and disclosure.id == "credit.borrowing_costs"
        if disclosure.id == "credit.representative_example":
            wanted &= any(shown.product.product_class == "credit" for shown in candidate.products)
        if wanted:
            needed.append(disclosure.id)
    return tuple(needed)


def _named_in_quotes(candidate: Candidate) -> set[str]:
    """Products that the quoted passages name."""
    used = {span.id for text in candidate.texts for span in text.spans if span.kind in {"quote", "citation"}}
    passages = [candidate.quotes[key].text for key in sorted(used) if key in candidate.quotes]
    return {key for key, product in candidate.catalogue.items() if any(product.name in passage for passage in passages)}


def _spoken(candidate: Candidate) -> Iterator[CheckedText]:
    return (text for text in candidate.texts if text.kind in {"sentence", "heading", "product", "question", "chart"})


def _own_words(text: CheckedText) -> str:
    """The text without what code put there: figures, names, quotes and the person's words are not the assistant's own."""
    left, at = "", 0
    for span in sorted(text.spans, key=lambda span: span.start):
        left += text.text[at : span.start] + " "
        at = span.end
    return left + text.text[at:]


def _spans_hold(text: CheckedText, candidate: Candidate) -> bool:
    at = 0
    for span in sorted(text.spans, key=lambda span: span.start):
        if span.start < at or span.end > len(text.text) or span.start >= span.end:
            return False
        at = span.end
        if text.text[span.start : span.end] != _expected(span, text, candidate):
            return False
    return True


def _expected(span: CheckedSpan, text: CheckedText, candidate: Candidate) -> str | None:
    """What the stretch must read, or None when it stands for nothing known."""
    shown = text.text[span.start : span.end]
    match span.kind:
        case "fact":
            fact = candidate.facts.get(span.id)
            return render_fact(fact, candidate.language) if fact else None
        case "untrusted" | "client":
            ref = candidate.untrusted.get(span.id)
            return ref.text if ref else None
        case "quote":
            quote = candidate.quotes.get(span.id)
            return quote.text if quote else None
        case "citation":
            number = shown.strip("[]")
            return f"[{number}]" if number.isascii() and number.isdigit() and candidate.citations.get(int(number)) == span.id else None
        case "product":
            product = candidate.catalogue.get(span.id)
            return product.name if product else None
        case "said":
            return shown if shown and shown in candidate.said else None


def _quote_holds(span: CheckedSpan, candidate: Candidate) -> bool:
    quote = candidate.quotes.get(span.id)
    if quote is None:
        return False
    return (
        candidate.audience in quote.audience
        and quote.valid_from <= candidate.on
        and (quote.valid_to is None or candidate.on <= quote.valid_to)
    )


def _notice_reads_right(text: CheckedText, candidate: Candidate, pack: Pack) -> bool:
    rule = next((notice.rule for notice in candidate.notices if notice.block == text.block), None)
    if rule is None:
        return False
    wording = pack.disclosure(rule).wording(candidate.role)
    if "{example}" not in wording:
        return text.text == wording
    lead, tail = wording.split("{example}")
    return text.text.startswith(lead) and text.text.endswith(tail) and not figures_in(_own_words(text), candidate.language)


def _has(candidate: Candidate, rule: str) -> bool:
    return any(notice.rule == rule for notice in candidate.notices)


def _removal(rule: str, text: CheckedText, detail: str) -> Violation:
    return Violation(rule=rule, action="remove", block=text.block, index=text.index, detail=detail)
