"""A relationship manager's question about the book as a typed query, with a guard: what is not accounted for is never dropped."""

import re
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Literal

from agent.understanding.amounts import amounts
from agent.understanding.dates import a_day, duration, months_after, months_before
from agent.understanding.number_word import SMALL_WORDS, small_number
from agent.understanding.query_lexicon import (
    COMPARISONS,
    FILLERS,
    GROUPABLE,
    HOLDING,
    IDIOMS,
    NEGATIONS,
    OPPOSITE,
    field_named,
    field_pattern,
)  # fmt: skip
from agent.understanding.span import Span, without
from tools.ledger.query import FIELDS, Aggregate, All, AnyOf, CohortQuery, Comparison, Condition, Filter, Not, Scalar, Sort

_F = field_pattern()
_NUMBER = rf"(?:\d{{1,3}}|{SMALL_WORDS})"
_VALUE = r"[£$€]?\s?-?\d[\d,. ]*(?:\.\d+)?\s?(?:%|(?:k|m|mn|thousand|grand|million|lakh|crore)\b)?(?:\s?(?:pounds?|quid|gbp|czk|crowns|euros?|eur|days?|times|a month|per month|monthly))*|zero|nil|half a million|a (?:thousand|million|hundred)"
_HIGH = r"highest|largest|biggest|greatest|most|maximum|top|best"
_LOW = r"lowest|smallest|least|fewest|minimum|worst"
_FUNCTIONS: dict[str, Literal["sum", "mean", "median", "min", "max"]] = {
    "average": "mean", "mean": "mean", "median": "median", "total": "sum", "sum of": "sum", "combined": "sum", "altogether": "sum", "overall": "sum",
}  # fmt: skip
_NEGATED = r"(?:not|no|without|don't|doesn't|haven't|hasn't|isn't|aren't|neither|nor|never|non|except(?: for)?|excluding|exclude|but not|lacking|lacks?|other than)"


@dataclass(frozen=True)
class Part:
    """One condition and where it was said."""

    filter: Filter
    span: Span


@dataclass(frozen=True)
class Parsed:
    """A question as read. `leftover` are the words, numbers and negations that the query does not account for; with any, it must not be run."""

    query: CohortQuery
    leftover: tuple[str, ...]
    said: bool

    @property
    def covered(self) -> bool:
        """Whether every word is accounted for and something was asked."""
        return self.said and not self.leftover


@dataclass
class _Reader:
    """Takes what it understands out of the text, so that at the end only what it did not understand is left."""

    text: str
    as_of: date
    parts: list[Part] = field(default_factory=list[Part])
    sort: list[Sort] = field(default_factory=list[Sort])
    limit: int | None = None
    aggregate: Aggregate | None = None
    group: str | None = None
    rest: str = ""

    def __post_init__(self) -> None:
        self.rest = self.text

    def take(self, pattern: str) -> re.Match[str] | None:
        """The first match in what is left; it is taken out."""
        match = re.search(pattern, self.rest)
        if match:
            self.drop(Span(match.start(), match.end()))
        return match

    def drop(self, span: Span) -> None:
        """Account for a span."""
        self.rest = without(self.rest, [span])

    def negation_before(self, start: int) -> Span | None:
        """A negation that stands right before a place, with nothing but small words between."""
        match = re.search(
            rf"\b{_NEGATED}(?:\s+(?:a|an|any|the|in|on|have|has|had|got|hold|holding|with|having|been|are|is|yet|of|their|its|and|clients?|ones))*\s*$",
            self.rest[:start],
        )
        return Span(match.start(), match.end()) if match else None

    def add(self, condition: Condition, span: Span) -> None:
        """Keep a condition, turned round where a negation stands before it."""
        negation = self.negation_before(span.start)
        self.drop(span)
        if negation:
            self.drop(negation)
            self.parts.append(Part(negated(condition), Span(negation.start, span.end)))
        else:
            self.parts.append(Part(condition, span))


def parse_query(text: str, as_of: date) -> Parsed:
    """Read a question about a book. The result is to be run only when it is `covered`."""
    reader = _Reader(" ".join(text.casefold().replace("?", " ").replace("!", " ").split()), as_of)
    counted = _count(reader)
    _dates(reader)
    _comparisons(reader)
    _extremes(reader)
    _aggregate(reader, counted)
    _grouping(reader)
    _idioms(reader)
    _holdings(reader)
    listed = bool(
        re.search(
            r"\b(?:all|list|every|everyone|everybody)\b.*\b(?:clients?|customers?|everyone|everybody)\b|\b(?:list|show)\b.*\bmy (?:clients|customers)\b",
            reader.text,
        )
    )
    said = bool(reader.parts or reader.sort or reader.aggregate or listed)
    query = CohortQuery(
        where=_where(reader), sort=tuple(reader.sort), limit=reader.limit or 25, aggregate=reader.aggregate, group=reader.group
    )
    return Parsed(query, _leftover(reader), said)


def _count(reader: _Reader) -> bool:
    return bool(reader.take(r"\b(?:how many|number of|count(?: of| the| my| all)?|headcount of)\b"))


def _dates(reader: _Reader) -> None:
    """Contact, maturity, end of a fixed rate, start as a customer."""
    since = r"(?P<when>(?:since|for|in|within|during|after|before|by|until|this|next|over) .+)"
    contact = re.search(
        rf"(?:\b(?:i|we)(?: have|'ve)?(?P<no> haven't| have not| didn't| did not|n't|'ve not)? )?\b(?:(?P<not>not|haven't|hasn't|no|without|have not|has not)(?: been| had| i| we)* )?(?:contact(?:ed)?|spoken (?:to|with)|called|met|heard from|touch)\b(?: with)?\s*{since}",
        reader.rest,
    )
    inverted = re.search(r"\b(?:haven't|have not|didn't) (?:i|we)\b", reader.rest)
    if contact:
        day = _boundary(contact["when"], reader.as_of)
        if day:
            negative = bool(contact["no"] or contact["not"] or inverted)
            if inverted:
                reader.drop(Span(inverted.start(), inverted.end()))
            start = contact.start()
            reader.drop(Span(start, contact.start("when") + day[1].end))
            reader.parts.append(
                Part(
                    Condition(field="last_contact_on", op="lt" if negative else "ge", value=day[0].isoformat()), Span(start, contact.end())
                )
            )
    for name, words in (
        (
            "fixed_rate_ends_on",
            r"(?:(?:whose |with a |a )?(?:fixed rate|fix|fixed[- ]rate (?:period|deal|mortgage))(?:s)? (?:that )?(?:ends?|ending|expires?|expiring|runs? out|is ending|is up))",
        ),
        (
            "matures_on",
            r"(?:(?:whose |with a |a )?(?:(?:fixed )?(?:deposit|saver|savings|bond)s? )?(?:that )?(?:matures?|maturing|maturity|comes? due))",
        ),
    ):
        match = re.search(rf"\b{words}\s+{since}", reader.rest)
        window = _ahead(match["when"], reader.as_of) if match else None
        if match and window:
            reader.add(
                Condition(field=name, op="between", value=(reader.as_of.isoformat(), window[0].isoformat())),
                Span(match.start(), match.start("when") + window[1].end),
            )
    joined = re.search(
        r"\b(?:joined|(?:been )?(?:a )?customers? (?:since)|came to us|with us)\s*(?P<op>after|since|before|in)?\s+(?P<when>.+)",
        reader.rest,
    )
    found = a_day(joined["when"], reader.as_of) if joined else None
    if joined and found:
        before = joined["op"] == "before"
        day = (
            date(found[0].year + 1, 1, 1)
            if joined["op"] == "after" and re.fullmatch(r"\d{4}", joined["when"][found[1].start : found[1].end])
            else found[0]
        )
        reader.add(
            Condition(field="joined_on", op="lt" if before else "ge", value=day.isoformat()),
            Span(joined.start(), joined.start("when") + found[1].end),
        )


def _boundary(words: str, as_of: date) -> tuple[date, Span] | None:
    """The day that "since January" or "for six months" goes back to, and how far the words reach."""
    length = duration(words)
    if length and re.match(
        r"(?:for|in|within|during|over)\b(?: the)?(?: last| past)?\s*(?:more than |over |at least )?$",
        words[: length.span.start].strip() + "",
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


def _comparisons(reader: _Reader) -> None:
    """ "balance below 1,000", "more than 20k in savings", "between 1 and 5k"."""
    compare = "|".join(f"(?P<c{number}>{words})" for number, (words, _) in enumerate(COMPARISONS))
    joint = r"\s*(?:\s(?:a month|monthly|per month|is|are|was|of|that is|which is|that are|has been|have been|stands? at|sits?|being|goes|somewhere|anything|something|anywhere|on it|levels?))*\s*"
    field_first = re.compile(
        rf"\b(?P<field>{_F})\b{joint}(?:(?P<between>between|from)\s+(?P<low>{_VALUE})\s*(?:and|to|-)\s*(?P<high>{_VALUE})|(?P<neg>not )?(?:{compare})\s*(?P<value>{_VALUE})|(?P<plus>{_VALUE})\s?(?:\+|or more|plus))"
    )
    value_first = re.compile(
        rf"(?:(?P<between>between)\s+(?P<low>{_VALUE})\s*(?:and|to|-)\s*(?P<high>{_VALUE})|(?P<neg>not )?(?:{compare})\s*(?P<value>{_VALUE})|(?P<plus>{_VALUE})\s?(?:\+|or more))\s*(?:a month |monthly |per month )?(?:in |of |on |worth of |as )*(?:their |the |total |outstanding )?\b(?P<field>{_F})\b"
    )
    for pattern in (field_first, value_first):
        while (match := pattern.search(reader.rest)) and (condition := _compared(match)):
            reader.add(condition, Span(match.start(), match.end()))
            reader.drop(Span(match.start(), match.end()))


def _compared(match: re.Match[str]) -> Condition | None:
    name = _figure_of(field_named(match["field"]))
    if match["between"]:
        low, high = _value(match["low"], name), _value(match["high"], name)
        if low is None or high is None:
            return None
        if isinstance(low, int) and isinstance(high, int) and low * 1000 == _thousandth(match["high"], high) and low < high // 1000:
            low *= 1000
        return Condition(field=name, op="between", value=(min(low, high), max(low, high)))
    if match["plus"]:
        value = _value(match["plus"], name)
        return None if value is None else Condition(field=name, op="ge", value=value)
    op = next(op for number, (_, op) in enumerate(COMPARISONS) if match[f"c{number}"])
    value = _value(match["value"], name)
    return None if value is None else Condition(field=name, op=OPPOSITE[op] if match["neg"] else op, value=value)


def _thousandth(words: str, high: int) -> int:
    return high if words.rstrip().endswith(("k", "thousand")) else -1


def _figure_of(name: str) -> str:
    """The figure behind a yes/no field, for comparing: "loans over 5k" is about what is outstanding."""
    return {"has_loan": "loans_outstanding", "has_savings": "savings", "has_mortgage": "loans_outstanding"}.get(name, name)


def _value(words: str, name: str) -> float | int | None:
    """The value in the unit of the field: minor units for money, a share for chances; None when it does not fit."""
    unit = FIELDS[name].doc.unit
    words = words.strip().rstrip(".,")
    if words in {"zero", "nil"}:
        return 0
    number = re.match(r"-?\d+(?:\.\d+)?", words.replace(",", ""))
    if unit == "money":
        found = amounts(words.removesuffix("a month").removesuffix("per month").removesuffix("monthly").strip())
        return int(found[0].value.scaleb(2)) if found and found[0].value == found[0].value.quantize(Decimal("0.01")) else None
    if unit in {"score", "in_100"} and number:
        value = float(number[0])
        return value / 100 if "%" in words or value > 1 else value
    if unit in {"count", "days"} and number:
        return int(Decimal(number[0]))
    return None


def _extremes(reader: _Reader) -> None:
    """ "top 5 by balance", "lowest balances", "who earns the most", "sorted by savings"."""
    if top := reader.take(rf"\b(?:top|first|best|leading) (?P<n>{_NUMBER})\b|\b(?P<bottom>bottom|last|worst) (?P<m>{_NUMBER})\b"):
        reader.limit = small_number(top["n"] or top["m"])
    by = reader.take(
        rf"\b(?:(?:sort(?:ed)?|rank(?:ed)?|order(?:ed)?)(?: \w+){{0,2}} )?by (?:the |their |total |current )?(?P<field>{_F})\b(?P<way>,? (?:ascending|lowest first|smallest first|descending|highest first|largest first))?"
    )
    if by and field_named(by["field"]) in GROUPABLE:
        reader.group = field_named(by["field"])
    elif by:
        falling = not (top and top["bottom"]) and not (
            by["way"] and re.search(r"ascending|lowest|smallest", by["way"]) and "desc" not in by["way"]
        )
        reader.sort.append(Sort(field=_figure_of(field_named(by["field"])), descending=falling))
    elif most := reader.take(
        rf"\b(?:(?P<n>{_NUMBER}) )?(?:(?P<high>{_HIGH})|(?P<low>{_LOW})) (?:(?P<n2>{_NUMBER}) )?(?:monthly |current )?(?P<field>{_F})\b|\b(?P<verb>earns?|spends?|owes?|saved?)s? the (?:(?P<high2>most)|(?P<low2>least))\b"
    ):
        name = field_named(
            most["field"] or most["verb"].rstrip("s").removesuffix("d") if most["verb"] not in {"saved", "save"} else "saved"
        )
        reader.sort.append(Sort(field=_figure_of(name), descending=bool(most["high"] or most["high2"])))
        reader.limit = reader.limit or small_number(most["n"] or most["n2"] or "")
    if (
        reader.sort
        and reader.limit is None
        and (
            count := reader.take(
                rf"(?:^|,|\b(?:only|just|the|show|list|me|give)\b) *(?P<n>{_NUMBER})(?= *(?:please|of them|clients?|customers?|only|ones?)? *$|\s+(?:clients?|customers?))"
            )
        )
    ):
        reader.limit = small_number(count["n"])


def _aggregate(reader: _Reader, counted: bool) -> None:
    match = reader.take(
        rf"\b(?P<function>average|mean|median|total|sum of|combined|overall) (?:of )?(?:the |their |all |monthly |current |my )*(?P<field>{_F})\b"
    )
    if match and FIELDS[_figure_of(field_named(match["field"]))].is_number:
        reader.aggregate = Aggregate(function=_FUNCTIONS[match["function"]], field=_figure_of(field_named(match["field"])))
    elif counted:
        reader.aggregate = Aggregate(function="count")


def _grouping(reader: _Reader) -> None:
    names = "|".join(re.escape(words) for words in _group_words())
    match = reader.take(
        rf"\b(?:by|per|for each|for every|in each|in every|grouped by|split by|broken down by|across)(?: the)? (?P<field>{names})\b"
    )
    if match:
        reader.group = field_named(match["field"])
    if reader.group and reader.aggregate is None:
        reader.aggregate = Aggregate(function="count")


def _group_words() -> list[str]:
    from agent.understanding.query_lexicon import field_words

    return [words for words, name in field_words() if name in GROUPABLE]


def _idioms(reader: _Reader) -> None:
    for pattern, name, op, value in IDIOMS:
        while match := re.search(rf"(?<![\w-])(?:{pattern})(?![\w-])", reader.rest):
            reader.add(Condition(field=name, op=op, value=value), Span(match.start(), match.end()))
            reader.drop(Span(match.start(), match.end()))


def _holdings(reader: _Reader) -> None:
    """ "with a loan", "no savings", "have a mortgage": a field that stands by itself means having some of it."""
    while match := re.search(rf"\b(?:(?:a|an|any|some) )?(?P<field>{_F})\b", reader.rest):
        name = field_named(match["field"])
        if name not in HOLDING:
            # A field that nothing is said of is not understood; it stays in the text under a sign that no word has.
            reader.rest = f"{reader.rest[: match.start('field')]}{match['field'].replace(' ', '_')}_{reader.rest[match.end('field') + 1 :]}"
            continue
        held, is_bool = HOLDING["has_loan" if match["field"].startswith("loan") else name]
        condition = Condition(field=held, op="eq", value=True) if is_bool else Condition(field=held, op="gt", value=0)
        reader.add(condition, Span(match.start(), match.end()))


def negated(condition: Condition) -> Filter:
    """The condition turned round."""
    if isinstance(condition.value, bool):
        return condition.model_copy(update={"value": not condition.value})
    opposite: Comparison | None = OPPOSITE.get(condition.op)
    return condition.model_copy(update={"op": opposite}) if opposite else Not(negated=condition)


def _where(reader: _Reader) -> Filter | None:
    """Parts joined by "or" hold together, everything else must hold at once."""
    parts = sorted(reader.parts, key=lambda part: part.span)
    groups: list[list[Filter]] = []
    for number, part in enumerate(parts):
        between = reader.text[parts[number - 1].span.end : part.span.start] if number else ""
        if number and re.search(r"\bor\b", between):
            groups[-1].append(part.filter)
        else:
            groups.append([part.filter])
    joined: list[Filter] = [group[0] if len(group) == 1 else AnyOf(any=tuple(group)) for group in groups]
    if not joined:
        return None
    return joined[0] if len(joined) == 1 else All(all=tuple(joined))


def _leftover(reader: _Reader) -> tuple[str, ...]:
    words = re.findall(r"[\w'%£-]+", reader.rest)
    return tuple(word.strip("_").replace("_", " ") for word in words if word in NEGATIONS or (word not in FILLERS and word.strip("-'")))


def as_json(query: CohortQuery) -> dict[str, Scalar | object]:
    """The query as arguments of a call: only what was said."""
    return query.model_dump(mode="json", exclude_defaults=True)


def merged(earlier: object, now: CohortQuery) -> CohortQuery | None:
    """An earlier query (as arguments) narrowed by what is said now: conditions are added, one on a field already asked about replaces it."""
    from pydantic import ValidationError

    try:
        before = CohortQuery.model_validate(earlier)
    except ValidationError:
        return None
    said = _flat(now.where)
    fields = {part.field for part in said if isinstance(part, Condition)}
    kept = [part for part in _flat(before.where) if not (isinstance(part, Condition) and part.field in fields)]
    parts = [*kept, *said]
    where = None if not parts else parts[0] if len(parts) == 1 else All(all=tuple(parts))
    return CohortQuery(
        where=where,
        sort=now.sort or before.sort,
        limit=now.limit if "limit" in now.model_fields_set and now.limit != 25 else before.limit,
        aggregate=now.aggregate or before.aggregate,
        group=now.group or before.group,
    )


def _flat(where: Filter | None) -> list[Filter]:
    if where is None:
        return []
    return list(where.all) if isinstance(where, All) else [where]
