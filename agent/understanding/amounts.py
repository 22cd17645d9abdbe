"""Money in the many ways people write it. Amounts are Decimals; they become text for the tools, never floats."""

import re
from decimal import Decimal
from itertools import pairwise
from typing import NamedTuple

from agent.understanding.number_word import SCALED_WORDS, SMALL_WORDS, number_of, scale_of
from agent.understanding.span import Span

_NUMBER = r"\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d{1,2})?(?!\d)|\d{1,3}(?: \d{3})+(?!\d)|\d+(?:\.\d+)?"
_BEFORE = r"(?:£|\$|€|₹|\b(?:gbp|eur|usd|czk|inr)\s?)"
_AFTER = r"(?:pounds?|quid|sterling|euros?|dollars?|bucks|crowns?|koruna|rupees|gbp|eur|usd|czk|inr|£|€|\$)"
_SCALE = r"(?:k|m|mn|thousand|grand|million|lakh|crore|hundred)"
_AMOUNT = re.compile(
    rf"(?P<minus>(?<![\w)])-\s?)?(?P<before>{_BEFORE})?\s?(?:(?P<number>(?<![\w.:/])(?:{_NUMBER}))\s?(?P<scale>{_SCALE}\b)?|\b(?P<words>{SCALED_WORDS}|{SMALL_WORDS}(?=\s+{_AFTER}))\b)"
    rf"(?:\s?(?P<after>{_AFTER})(?!\w))?(?![\d:])",
    re.IGNORECASE,
)
#: What follows a number that is no money: a share, a length of time, a count of things.
_NOT_MONEY = re.compile(
    r"\s*(?:%|percent|bps|basis points|(?:-|\s)?(?:days?|weeks?|months?|quarters?|years?|times|clients?|customers?|people|transactions?|payments?|products?|st|nd|rd|th)\b)",
    re.IGNORECASE,
)
_ABOVE = r"above|over|more than|greater than|bigger than|larger than|higher than|north of|exceeding|at least|from|min(?:imum)?(?: of)?|upwards of|no less than|not less than"
_BELOW = (
    r"below|under|less than|smaller than|lower than|cheaper than|up to|at most|max(?:imum)?(?: of)?|no more than|not more than|south of"
)


class Amount(NamedTuple):
    """An amount as said: its exact value, whether a currency or a scale makes it surely money, and where it stands."""

    value: Decimal
    sure: bool
    span: Span

    @property
    def text(self) -> str:
        """Plain decimal digits, as the tools take it."""
        return plain(self.value)


class Limits(NamedTuple):
    """A range of amounts; None is open. `span` covers the comparing words too."""

    low: Amount | None
    high: Amount | None
    span: Span


def plain(value: Decimal) -> str:
    """Decimal digits without exponent or needless zeros: 15000, 12.5."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def amounts(text: str) -> tuple[Amount, ...]:
    """Every amount in the text, in order. `15.000` is left out: it may be fifteen or fifteen thousand."""
    found: list[Amount] = []
    for match in _AMOUNT.finditer(text):
        value = _value(match)
        sure = bool(match["before"] or match["after"] or match["scale"] or match["words"])
        # A scale of one letter may be the start of "5 m" for months; with a currency it is money for sure.
        if value is None or (not (match["before"] or match["after"]) and _NOT_MONEY.match(text, match.end())):
            continue
        start = match.start() + len(match[0]) - len(match[0].lstrip())
        found.append(Amount(-value if match["minus"] else value, sure, Span(start, match.end())))
    return _shared_scale(text, found)


def _value(match: re.Match[str]) -> Decimal | None:
    if match["words"]:
        return number_of(match["words"])
    number = match["number"].replace(",", "").replace(" ", "")
    if re.fullmatch(r"\d+\.\d{3,}", number) and not match["scale"]:
        return None
    return Decimal(number) * scale_of(match["scale"])


def _shared_scale(text: str, found: list[Amount]) -> tuple[Amount, ...]:
    """In "50-60k" and "50 to 60k" the first number means thousands too."""
    for i, (low, high) in enumerate(pairwise(list(found))):
        between = text[low.span.end : high.span.start]
        scale = re.search(r"(k|m|thousand|grand|million)\b", text[high.span.start : high.span.end], re.IGNORECASE)
        if scale and re.fullmatch(r"\s*(?:-|to|and)?\s*", between) and not low.sure and low.value < 1000:
            found[i] = low._replace(value=low.value * scale_of(scale[1]), sure=True)
    return tuple(found)


def limits(text: str) -> Limits | None:
    """A range of amounts: "between 5 and 10", "over £200", "up to 50", "50-60k", "100 or more"; None when none is said."""
    found = amounts(text)
    for low, high in pairwise(found):
        between = text[low.span.end : high.span.start].strip().casefold()
        before = re.search(r"\b(between|from)\s*$", text[: low.span.start], re.IGNORECASE)
        if (before and between in {"and", "to", "-"}) or between == "-":
            start = before.start() if before else low.span.start
            ordered = sorted((low, high), key=lambda amount: amount.value)
            return Limits(ordered[0], ordered[1], Span(start, high.span.end))
    low = high = None
    spans: list[Span] = []
    for amount in found:
        before = re.search(rf"\b({_ABOVE}|{_BELOW})\s*$", text[: amount.span.start], re.IGNORECASE)
        after = re.match(r"\s*(?:\+|or (?:more|above|over|less|under|below))", text[amount.span.end :], re.IGNORECASE)
        words = (before[1] if before else after[0] if after else "").casefold()
        if not words:
            continue
        spans.append(Span(before.start() if before else amount.span.start, amount.span.end + (after.end() if after else 0)))
        if re.search(r"less|under|below|up to|at most|max|no more|not more|smaller|lower|cheaper|south", words) and not re.search(
            r"n(?:o|ot) less", words
        ):
            high = amount
        else:
            low = amount
    return Limits(low, high, Span(min(span.start for span in spans), max(span.end for span in spans))) if spans else None
