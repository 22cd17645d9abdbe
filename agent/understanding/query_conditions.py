"""Conditions in a question about a book: comparisons with figures, days, idioms, and having something."""

import re
from datetime import date, timedelta
from decimal import Decimal

from agent.understanding.amounts import amounts
from agent.understanding.dates import a_day, duration, months_after, months_before
from agent.understanding.query_lexicon import COMPARISONS, HAVING, OPPOSITE, driver_words, field_named, field_pattern, idioms
from agent.understanding.query_reader import Part, Reader
from agent.understanding.since import since_day
from agent.understanding.span import Span
from tools.ledger.query import FIELDS, Comparison, Condition

_F = field_pattern()
_MONEY_WORD = r"pounds?|quid|gbp|czk|crowns?|koruna|euros?|eur|dollars?|usd"
_VALUE = (
    rf"[£$€]?\s?-?\d[\d,]*(?:\.\d+)?\s?(?:%|(?:k|m|mn|thousand|grand|million|lakh|crore)\b)?(?:\s?(?:{_MONEY_WORD}|days?|times|a month|per month|monthly)\b)*"
    r"|zero|nil|half a million|a (?:thousand|million|hundred)"
)
_CURRENCIES = {
    "£": "GBP",
    "pound": "GBP",
    "quid": "GBP",
    "gbp": "GBP",
    "czk": "CZK",
    "crown": "CZK",
    "koruna": "CZK",
    "€": "EUR",
    "euro": "EUR",
    "eur": "EUR",
    "$": "USD",
    "usd": "USD",
    "dollar": "USD",
}
_COMPARE = "|".join(f"(?P<{op}>{words})" for op, words in COMPARISONS)
_IS = r"(?:\s+(?:a month|monthly|per month|is|are|was|of|that is|which is|that are|has been|have been|stands? at|sits?|being|somewhere|anything|something|anywhere|levels?))*\s*"
_SAID = rf"(?:(?P<between>between|from)\s+(?P<low>{_VALUE})\s*(?:and|to|-)\s*(?P<high>{_VALUE})|(?P<negated>not )?(?:{_COMPARE})\s*(?P<value>{_VALUE})|(?P<plus>{_VALUE})\s?(?:\+|or more|plus\b))"
_FIELD_FIRST = re.compile(rf"\b(?P<field>{_F})\b{_IS}{_SAID}")
_VALUE_FIRST = re.compile(rf"(?<!\w){_SAID}\s*(?:(?:in|of|on|worth of|as|their|the|total|outstanding)\s+)*\b(?P<field>{_F})\b")
#: The figure behind a yes/no field: "loans over 5k" is about what is outstanding.
_FIGURES = {"has_loan": "loans_outstanding", "has_savings": "savings"}

_WHEN = r"(?P<when>(?:since|for|in|within|during|after|before|by|until|this|next|over)\s.+)"
_CONTACT = re.compile(
    rf"(?:\b(?:i|we)(?: have|'ve)? )?(?:\b(?P<negated>not|haven't|hasn't|no|without|have not|has not|didn't|did not)(?: been| had| i| we| have)* )?\b(?:contact(?:ed)?|spoken (?:to|with)|called|met|heard from|touch)\b(?: with)?\s*{_WHEN}"
)
_ENDING = (
    ("fixed_rate_ends_on", re.compile(rf"(?:whose |with a |a )?(?:fixed rate|fix|fixed[- ]rate (?:period|deal|mortgage))s? (?:that )?(?:ends?|ending|expires?|expiring|runs? out|is ending|is up)\s+{_WHEN}")),
    ("matures_on", re.compile(rf"(?:whose |with a |a )?(?:(?:fixed )?(?:deposit|saver|savings|bond)s? )?(?:that )?(?:matures?|maturing|maturity|comes? due)\s+{_WHEN}")),
)  # fmt: skip
_JOINED = re.compile(
    r"\b(?:joined(?: us)?|(?:been )?(?:a )?customers? (?=since)|came to us|with us)\s*(?P<op>after|since|before|in)\s+(?P<when>.+)"
)
_MOVED = re.compile(
    r"\b(?:have |has |had )?(?:newly |just |recently )?(?:moved|went|gone|got|came|come|fell|fallen|slipped|slid|dropped|turned|become|became|entered|crossed|landed)"
    r"(?: into| to| in)?(?: be)?(?: on)?(?: to)?(?: the)? (?P<band>critical|watch ?list|healthy)(?: band)?\s+(?P<when>(?:since|in|within|during|after|over|this|last)\s.+|(?:this|last) (?:week|month|quarter|year)\b|yesterday|today)"
)
#: A fall by more than so much is a change below minus that.
OPPOSITE_WAY: dict[Comparison, Comparison] = {"gt": "lt", "ge": "le"}
_ROSE = re.compile(
    r"\b(?:whose |with |their |a |the )*(?:stress(?: scores?| levels?)?|scores?)(?: has| have)? (?:(?P<up>rose|risen|went up|gone up|up|increased|jumped|climbed)|fell|fallen|went down|gone down|down|dropped|decreased|eased)"
    rf" by (?:(?P<more>more than|over|above)|at least|about)?\s*(?P<value>{_VALUE})(?:\s?points?)?(?:\s?(?:in|over|during|within) the (?:last|past) (?:month|(?:30|thirty) days))?"
)


def read_days(reader: Reader) -> None:
    """Contact, maturity, end of a fixed rate, start as a customer, a change of band or of the score."""
    _read_contact(reader)
    _read_moved(reader)
    _read_rise(reader)
    for name, pattern in _ENDING:
        match = pattern.search(reader.rest)
        window = _ahead(match["when"], reader.as_of) if match else None
        if match and window:
            days = (reader.as_of.isoformat(), window[0].isoformat())
            reader.add(Condition(field=name, op="between", value=days), Span(match.start(), match.start("when") + window[1].end))
    _read_joined(reader)


def _read_contact(reader: Reader) -> None:
    inverted = re.search(r"\b(?:haven't|have not|didn't) (?:i|we)\b", reader.rest)
    match = _CONTACT.search(reader.rest)
    day = _boundary(match["when"], reader.as_of) if match else None
    if not match or not day:
        return
    never_since = bool(match["negated"] or inverted)
    if inverted:
        reader.drop(Span(inverted.start(), inverted.end()))
    span = Span(match.start(), match.start("when") + day[1].end)
    reader.drop(span)
    reader.parts.append(Part(Condition(field="last_contact_on", op="lt" if never_since else "ge", value=day[0].isoformat()), span))


def _read_moved(reader: Reader) -> None:
    """ "Moved to critical since Monday": in that band now, and not before."""
    match = _MOVED.search(reader.rest)
    since = since_day(match["when"], reader.as_of) if match else None
    if not match or not since:
        return
    span = Span(match.start(), match.start("when") + since[1].end)
    reader.add(Condition(field="stress_band", op="eq", value=match["band"].replace(" ", "")), span)
    reader.parts.append(Part(Condition(field="stress_band_since", op="ge", value=since[0].isoformat()), span))


def _read_rise(reader: Reader) -> None:
    """ "Whose score rose by more than 0.1": within the last month."""
    match = _ROSE.search(reader.rest)
    value = value_of(match["value"], "stress_change_30d") if match else None
    if not match or value is None:
        return
    op: Comparison = "gt" if match["more"] else "ge"
    condition = Condition(field="stress_change_30d", op=op if match["up"] else OPPOSITE_WAY[op], value=value if match["up"] else -value)
    reader.add(condition, Span(match.start(), match.end()))


def _boundary(words: str, as_of: date) -> tuple[date, Span] | None:
    """The day that "since January" or "for six months" goes back to, and how far the words reach."""
    length = duration(words)
    if length and re.fullmatch(
        r"(?:for|in|within|during|over)(?: the)?(?: last| past)?(?: more than| over| at least)?", words[: length.span.start].strip()
    ):
        day = as_of - timedelta(days=length.days) if length.days else months_before(as_of, length.months or 0)
        return day, length.span
    return a_day(words, as_of) if words.startswith(("since", "after", "in", "during")) else None


def _ahead(words: str, as_of: date) -> tuple[date, Span] | None:
    """The last day of "this year", "in the next three months", "by June"."""
    if match := re.match(r"(?:in |during |within )?this (year|month|quarter)\b", words):
        last = {"year": 12, "month": as_of.month, "quarter": 3 * ((as_of.month + 2) // 3)}[match[1]]
        return months_after(date(as_of.year, last, 1), 1) - timedelta(days=1), Span(match.start(), match.end())
    length = duration(words)
    if length:
        return (as_of + timedelta(days=length.days) if length.days else months_after(as_of, length.months or 0)), length.span
    found = a_day(words, as_of) if words.startswith(("by", "before", "until")) else None
    return found if found and found[0] >= as_of else None


def _read_joined(reader: Reader) -> None:
    match = _JOINED.search(reader.rest)
    found = a_day(match["when"], reader.as_of) if match else None
    if not match or not found or match["op"] == "in":
        return
    day, span = found
    only_a_year = re.fullmatch(r"\d{4}", match["when"][span.start : span.end])
    if match["op"] == "after" and only_a_year:
        day = date(day.year + 1, 1, 1)
    condition = Condition(field="joined_on", op="lt" if match["op"] == "before" else "ge", value=day.isoformat())
    reader.add(condition, Span(match.start(), match.start("when") + span.end))


def read_comparisons(reader: Reader) -> None:
    """ "balance below 1,000", "more than 20k in savings", "income between 1 and 5k"."""
    for pattern in (_FIELD_FIRST, _VALUE_FIRST):
        while (match := pattern.search(reader.rest)) and (condition := _compared(match)):
            span = Span(match.start(), match.end())
            reader.add(condition, span)
            currency = _currency(match[0])
            if currency:
                reader.parts.append(Part(Condition(field="currency", op="eq", value=currency), span))


def _currency(words: str) -> str | None:
    """The currency that a figure was said in: it is then about accounts in that currency only."""
    return next((code for word, code in _CURRENCIES.items() if re.search(rf"{re.escape(word)}(?:s|\b|(?=\d))", words)), None)


def _compared(match: re.Match[str]) -> Condition | None:
    name = figure_of(field_named(match["field"]))
    if match["between"]:
        low, high = value_of(_scaled_like(match["low"], match["high"]), name), value_of(match["high"], name)
        return None if low is None or high is None else Condition(field=name, op="between", value=(min(low, high), max(low, high)))
    value = value_of(match["plus"] or match["value"], name)
    if value is None:
        return None
    if match["plus"]:
        return Condition(field=name, op="ge", value=value)
    op: Comparison = next(op for op, _ in COMPARISONS if match[op])
    return Condition(field=name, op=OPPOSITE[op] if match["negated"] else op, value=value)


def _scaled_like(low: str, high: str) -> str:
    """In "50-60k" the first number means thousands too."""
    scale = re.search(r"\d\s?(k|m|thousand|million)\b", high)
    return f"{low}{scale[1]}" if scale and re.fullmatch(r"[£$€]?\s?\d{1,3}\s*", low) else low


def figure_of(name: str) -> str:
    """The figure to compare or sort by where the words named a yes/no field that has one."""
    return _FIGURES.get(name, name)


def value_of(words: str, name: str) -> float | int | None:
    """The value in the unit of the field: minor units for money, a share for chances; None when it does not fit the field."""
    unit = FIELDS[name].doc.unit
    words = words.strip().rstrip(".,")
    if words in {"zero", "nil"}:
        return 0
    if unit == "money":
        return None if "%" in words else _minor(words)
    number = re.match(r"-?\d+(?:\.\d+)?", words.replace(",", ""))
    if number is None:
        return None
    if unit in {"score", "in_100"}:
        share = float(number[0])
        in_hundred = "%" in words or share >= 10
        return share / 100 if in_hundred else share if share <= 1 else None
    return int(Decimal(number[0])) if unit in {"count", "days"} and "." not in number[0] else None


def _minor(words: str) -> int | None:
    found = amounts(re.sub(r"\s*(?:a month|per month|monthly)$", "", words))
    if not found or found[0].value != found[0].value.quantize(Decimal("0.01")):
        return None
    return int(found[0].value.scaleb(2))


def read_drivers(reader: Reader) -> None:
    """ "Stressed because of lending apps": read first, because the words of reasons are fields, too."""
    for pattern, reason in driver_words():
        while match := pattern.search(reader.rest):
            reader.add(Condition(field="stress_driver", op="eq", value=reason), Span(match.start(), match.end()))


def read_idioms(reader: Reader) -> None:
    """ "overdrawn", "critical", "wealthy"."""
    for pattern, name, op, value in idioms():
        while match := pattern.search(reader.rest):
            reader.add(Condition(field=name, op=op, value=value), Span(match.start(), match.end()))


def read_having(reader: Reader) -> None:
    """ "with a loan", "no savings", "have a mortgage": a field that stands by itself means having some of it."""
    field_alone = re.compile(rf"\b(?:(?:a|an|any|some) )?(?P<field>{_F})\b")
    position = 0
    while match := field_alone.search(reader.rest, position):
        name = "has_loan" if match["field"].startswith("loan") else field_named(match["field"])
        position = match.end()
        if name in HAVING:
            condition = Condition(field=name, op="eq", value=True) if HAVING[name] else Condition(field=name, op="gt", value=0)
            reader.add(condition, Span(match.start(), match.end()))
