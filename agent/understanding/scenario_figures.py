"""The figures of a scenario: sums, shares, points, times, days of the month, categories, products, each marked in the text by capitals."""

import re
from collections.abc import Callable, Sequence
from datetime import date
from decimal import Decimal
from typing import Literal, NamedTuple

from agent.understanding.amounts import amounts
from agent.understanding.dates import day_ahead, duration
from agent.understanding.number_word import SMALL_WORDS, number_of
from agent.understanding.products import named_products
from agent.understanding.scenario_words import NARROWING
from agent.understanding.span import Span
from agent.understanding.spending_words import said_category
from tools.ledger.category import CATEGORIES
from tools.product import Product

#: What a figure is, and the capital that stands for it in the marked text.
FigureKind = Literal["M", "P", "R", "T", "D", "C", "K", "N", "E", "Y"]
#: What a length of time or a day says: when something starts, how long it lasts, a term or horizon ("over"), how far to look.
TimeRole = Literal["starts", "lasts", "over", "ahead", "bare"]

_NUMBER = rf"(?:\d+(?:\.\d+)?|half an?|a half|an?|(?:{SMALL_WORDS})(?: and a half)?)"
#: Signs stay outside of a figure, to be read with the words around it ("rates +2 points", "minus 50 bps").
_POINTS = re.compile(
    rf"(?<![\w.,])(?<!\d-)(?:(?P<bps>{_NUMBER})\s?(?:bps|bp|basis points?)|(?P<quarter>(?:a )?quarter)(?:[- ](?:of a )?(?:percentage )?point)"
    rf"|(?P<n>(?:a )?half|another|one more|a further|{_NUMBER})(?: of)?(?: a)?(?: full| whole)?[- ]?(?:percentage[- ]?points?|points?|pp|ppts?|pts?)(?P<half> and a half)?)(?!\w)"
)
#: "rates plus three", "fall by one": small numbers that are points without saying so.
_BARE_POINTS = re.compile(
    rf"\b(?:by|up|down) (?P<word>{SMALL_WORDS})(?=\s*(?:$|[,.?!;]|and\b))"
    rf"|\b(?:plus|minus)\s?(?P<number>(?:\d|1[0-5])(?:\.\d+)?|{SMALL_WORDS})(?=\s*(?:$|[,.?!;]|(?:and|on rates|across|for|over|with)\b))"
)
_PERCENT = re.compile(rf"(?<![\w.,])(?<!\d-)(?P<n>half of one|{_NUMBER})(?: a| of a)?\s?%(?! (?:points?))")
_SHARES = {"half": Decimal(50), "a half": Decimal(50), "a third": Decimal("33.33"), "a quarter": Decimal(25), "a fifth": Decimal(20), "a tenth": Decimal(10), "two thirds": Decimal("66.67"), "three quarters": Decimal(75)}  # fmt: skip
_SHARE = re.compile(r"\b(?:by|in|falls?|fell|drops?|dropped|shrinks?|shrank|rises?|rose|down|up|grows?|grew|cut|loses?|lost)(?: about| around| roughly| nearly| almost)? (?P<share>" + "|".join(_SHARES) + r")\b|\b(?P<start>half|a third|a quarter|a fifth|two thirds|three quarters)(?= (?:less|off|of (?:my|our|her|his|their|the) (?:pay|salary|wage|wages|income|hours|earnings)))")  # fmt: skip
_MONTHLY = re.compile(
    r"(?:(?<!for )(?<!in )(?<!over )(?<!within )(?<!about )(?<!lasted )(?<!lasts )(?<!last )(?<!takes )(?<!took )\ba month\b|/ ?month\b|/ ?mo\b|\b(?:per|each|every|the) month\b(?! (?:after|before))|\bmonthly\b|\bper calendar month\b)(?! from now)"
)
#: "8 % a year", "50 a week"; "lasted a year" is a length of time.
_OTHERWISE = re.compile(
    r"(?:(?<=\d )|(?<=[PR%k£€$] )|(?<=quid )|(?<=pounds )|(?<=grand )|(?<=hundred )|(?<=thousand )|(?<=more )|(?<=less )|(?<=extra ))a (?:year|week|fortnight|day)\b(?! from now)"
    r"|\b(?:per|each|every) (?:year|annum|week|fortnight|day)\b|\b(?:yearly|annually|annual|weekly|fortnightly|daily|p\.?a\.?)(?!\w)"
)
_DAY = re.compile(
    r"\b(?:the )?(?P<day>\d{1,2})(?:st|nd|rd|th)(?: of (?:the|each|every) month)?\b(?! (?:of )?(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec))|\b(?:the )?(?P<word>first|fifteenth|twentieth|tenth) of (?:the|each|every) month\b"
)
_DAY_WORDS = {"first": 1, "tenth": 10, "fifteenth": 15, "twentieth": 20}
_ABOUT = r"(?: about| around| maybe| say| roughly| only| just| another| at least| up to| nearly| the| like| almost)*"
_BEFORE_TIME: tuple[tuple[TimeRole, re.Pattern[str]], ...] = (
    ("ahead", re.compile(rf"\b(?:over|in|within|during|for|across|look(?:ing)?) the (?:next|coming|following){_ABOUT} $|\b(?:next|coming) $|\b(?:within|looking|look|horizon of|horizon) $")),
    ("starts", re.compile(rf"\b(?:(?:starting|beginning|kicking in|but only|only) )?(?:in|after|from){_ABOUT} $")),
    ("lasts", re.compile(rf"\b(?:for|lasting|lasts?|lasted|goes on for|went on for|during|takes?|took|need|needs|spend|lasted){_ABOUT}(?: me| us| her| him| them)?{_ABOUT} $")),
    ("over", re.compile(rf"\b(?:over|across){_ABOUT}(?: a period of| a term of)? $")),
)  # fmt: skip
_AFTER_TIME: tuple[tuple[TimeRole, re.Pattern[str]], ...] = (
    ("starts", re.compile(r"(?: from now| later| down the (?:line|road)|'s? time| away)\b")),
    ("ahead", re.compile(r" (?:ahead|out|horizon|view|outlook|into the future)\b")),
    ("lasts", re.compile(r" (?:long|straight|running|in a row)\b|(?= (?:without|with no|on half|unpaid)\b)")),
)
_MONTH = r"(?:january|february|march|april|may|june|july|august|september|october|november|december|jan|feb|mar|apr|jun|jul|aug|sept?|oct|nov|dec|christmas)"
_DATED = re.compile(
    rf"\b(?P<role>at|around|from|starting|beginning|as of|as from|effective|in|this|next|come|since|by|until|till|up to|before)(?: (?:from|in|on|the|next|this|end of|start of|beginning of|about|around))* (?=(?:\d{{1,2}}(?:st|nd|rd|th)? )?{_MONTH}\b)"
)
_PLAIN_STARTS = re.compile(
    r"\b(?:(?:from|starting|in|as of) )*(?P<what>next month|next year|this month|the new year|tomorrow|next week|this week|straight away|right away|immediately|(?:the |this |next )?(?P<season>spring|summer|autumn|winter))\b"
)
_SEASONS = {"spring": 3, "summer": 6, "autumn": 9, "winter": 12}


_BRACKETS = str.maketrans("()", ",,")


class Figure(NamedTuple):
    """One figure.

    Attributes:
        kind: its capital in the marked text.
        value: Decimal for M, P and R (points, also where basis points were said); months for T; the day for D; a key for C and K; a
            product id for N; None for E and Y.
        role: of a time.
        sure: of money, whether a currency or a scale ("k") makes it surely that.
    """

    kind: FigureKind
    span: Span
    value: Decimal | int | str | None = None
    role: TimeRole = "bare"
    sure: bool = True


class Marked(NamedTuple):
    """A text in lower case, the same with every figure as capitals of equal length, and the figures in order."""

    said: str
    text: str
    figures: tuple[Figure, ...]


def marked(text: str, as_of: date, products: Sequence[Product] = ()) -> Marked:
    """The text with its figures marked. Positions are those of the text in lower case."""
    said = text.lower().translate(_BRACKETS)
    rest, found = said, list[Figure]()
    readers: tuple[Callable[[str], list[Figure]], ...] = (
        lambda words: [Figure("N", named.span, named.product.id) for named in named_products(words, products)],
        _points,
        _percents,
        _days,
        _frequencies,
        lambda words: _times(words, as_of),
        _sums,
        _categories,
    )
    for read in readers:
        figures = read(rest)
        found += figures
        rest = _with_marks(rest, figures)
    return Marked(said, rest, tuple(sorted(found, key=lambda figure: figure.span)))


def _with_marks(text: str, figures: Sequence[Figure]) -> str:
    signs = list(text)
    for figure in figures:
        signs[figure.span.start : figure.span.end] = figure.kind * (figure.span.end - figure.span.start)
    return "".join(signs)


def _number(words: str) -> Decimal | None:
    words = words.strip()
    if re.fullmatch(r"\d+(?:\.\d+)?", words):
        return Decimal(words)
    if words in {"half", "half a", "half an", "a half", "half of one"}:
        return Decimal("0.5")
    if words in {"another", "one more", "a further"}:
        return Decimal(1)
    whole, half, _ = words.partition(" and a half")
    number = number_of(whole)
    return None if number is None else number + (Decimal("0.5") if half else 0)


def _points(text: str) -> list[Figure]:
    found: list[Figure] = []
    for match in _POINTS.finditer(text):
        number = Decimal("0.25") if match["quarter"] else _number(match["bps"] or match["n"])
        if number is not None:
            value = number / 100 if match["bps"] else number + (Decimal("0.5") if match["half"] else 0)
            found.append(Figure("R", Span(*match.span()), value))
    rest = _with_marks(text, found)
    for match in _BARE_POINTS.finditer(rest):
        group = "word" if match["word"] else "number"
        number = _number(match[group])
        if number is not None:
            found.append(Figure("R", Span(*match.span(group)), number))
    return found


def _percents(text: str) -> list[Figure]:
    found = [Figure("P", Span(*match.span()), number) for match in _PERCENT.finditer(text) if (number := _number(match["n"])) is not None]
    for match in _SHARE.finditer(text):
        span = Span(*match.span("share" if match["share"] else "start"))
        if not any(figure.span.overlaps(span) for figure in found):
            found.append(Figure("P", span, _SHARES[match["share"] or match["start"]]))
    return found


def _frequencies(text: str) -> list[Figure]:
    monthly = [Figure("E", Span(*match.span())) for match in _MONTHLY.finditer(text)]
    return monthly + [Figure("Y", Span(*match.span())) for match in _OTHERWISE.finditer(text)]


def _days(text: str) -> list[Figure]:
    found: list[Figure] = []
    for match in _DAY.finditer(text):
        day = int(match["day"]) if match["day"] else _DAY_WORDS[match["word"]]
        found.append(Figure("D", Span(*match.span()), day))
    return found


def _times(text: str, as_of: date) -> list[Figure]:
    found = _dated(text, as_of)
    rest = _with_marks(text, found)
    while length := duration(rest):
        figure = _time(rest, length.span, length.in_months)
        found.append(figure)
        rest = _with_marks(rest, [figure])
    return found


def _dated(text: str, as_of: date) -> list[Figure]:
    """Months named: "from January", "in September", "by June", "until December"; and "from next month"."""
    found: list[Figure] = []
    for match in _PLAIN_STARTS.finditer(text):
        if re.search(r"\b(?:over|for|during|within|the) $", text[: match.start()]):
            continue
        months = 12 - as_of.month if match["what"] in {"next year", "the new year"} else 0
        if match["season"]:
            months = max((_SEASONS[match["season"]] - as_of.month) % 12 - 1, 0)
        found.append(Figure("T", Span(*match.span()), months, "starts"))
    for match in _DATED.finditer(text):
        day = day_ahead(text[match.end() :], as_of)
        if day is None or day[1].start > 0:
            continue
        months = (day[0].year - as_of.year) * 12 + day[0].month - as_of.month
        until = match["role"] in {"until", "till", "up to"}
        role: TimeRole = "lasts" if until else "ahead" if match["role"] in {"by", "before", "at", "around"} else "starts"
        value = max(months - 1, 0) if role == "starts" else max(months, 1)
        found.append(Figure("T", Span(match.start(), match.end() + day[1].end), value, role))
    return found


def _time(text: str, span: Span, months: int) -> Figure:
    """A length of time with the words around it that say what it means."""
    for role, pattern in _AFTER_TIME:
        if match := pattern.match(text, span.end):
            before = re.search(rf"\b(?:in|for|over){_ABOUT} $", text[: span.start])
            return Figure("T", Span(before.start() if before else span.start, match.end()), months, role)
    for role, pattern in _BEFORE_TIME:
        if match := pattern.search(text[: span.start]):
            return Figure("T", Span(match.start(), span.end), months, role)
    return Figure("T", span, months, "ahead" if text[span.start :].startswith("next ") else "bare")


def _sums(text: str) -> list[Figure]:
    return [
        Figure("M", Span(amount.span.start, len(text[: amount.span.end].rstrip())), amount.value, sure=amount.sure)
        for amount in amounts(text)
        if amount.value > 0
    ]


def _categories(text: str) -> list[Figure]:
    found: list[Figure] = []
    rest = text
    while said := said_category(rest):
        rest = f"{rest[: said.span.start]}{'#' * (said.span.end - said.span.start)}{rest[said.span.end :]}"
        group = CATEGORIES[said.key].group
        if said.key == "fees" and any(figure.span.end + 1 == said.span.start for figure in found):
            continue  # "nursery fees" are childcare
        if group not in {"income", "saving", "transfer"}:
            narrowed = NARROWING.search(text[: said.span.start])
            span = Span(narrowed.start() if narrowed else said.span.start, said.span.end)
            found.append(Figure("K" if group in {"essential", "discretionary"} else "C", span, said.key))
    return found
