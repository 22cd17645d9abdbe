"""Days, periods and lengths of time in words. Everything is relative to an `as_of` that is passed in."""

import re
from calendar import monthrange
from collections.abc import Iterator
from datetime import date, timedelta
from typing import NamedTuple

from agent.understanding.number_word import SMALL_WORDS, small_number
from agent.understanding.span import Span

_MONTHS = ["january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november", "december"]
_MONTH = r"(?:" + "|".join(f"{name}|{name[:3]}" for name in _MONTHS if name != "may") + r"|may|sept)"
_COUNT = rf"(?:\d{{1,3}}|an?|{SMALL_WORDS})"
_DAY = re.compile(
    rf"(?P<iso>\d{{4}}-\d{{2}}-\d{{2}})|(?P<slash>\d{{1,2}}[/.]\d{{1,2}}[/.]\d{{4}})|(?P<d1>\d{{1,2}})(?:st|nd|rd|th)?(?: of)? (?P<m1>{_MONTH})\b(?:,? (?P<y1>\d{{4}}))?"
    rf"|\b(?P<m2>{_MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?\b(?!\d)(?:,? (?P<y2>\d{{4}}))?|\b(?P<m3>{_MONTH})\b(?: (?P<y3>\d{{4}}))?|\b(?P<word>today|now|yesterday|christmas|year[- ]?end|new year)\b|\b(?P<y4>(?:19|20)\d{{2}})\b",
    re.IGNORECASE,
)
_DURATION = re.compile(
    rf"(?P<half>\bhalf (?:a )?year\b)|(?P<andhalf>\b{_COUNT} and a half years?\b|\ba year and a half\b)|\b(?P<couple>a couple of|couple of)[ -](?P<cunit>days?|weeks?|months?|years?)\b"
    rf"|(?<![\w.])(?P<count>{_COUNT})[ -]?(?P<unit>days?|weeks?|months?|quarters?|years?|y)\b|\bnext (?P<next>week|month|quarter|year)\b",
    re.IGNORECASE,
)
_DAYS = {"day": 1, "week": 7}
_DAYS_A_MONTH = 30.44
#: Days from which a look-back said in days is about whole months.
_SHORTEST_LOOK_BACK = 28
_MONTHS_OF = {"month": 1, "quarter": 3, "year": 12, "y": 12}
_AGO = rf"(?:last|past|previous|latest|recent|over the last|in the last|within the last) (?P<n>{_COUNT})[ -](?P<unit>days?|weeks?|months?|quarters?|years?)"


class Duration(NamedTuple):
    """A length of time: whole months, or days when it was said in days or weeks."""

    months: int | None
    days: int | None
    span: Span

    @property
    def in_months(self) -> int:
        """Whole months, rounded up."""
        return self.months if self.months is not None else -(-(self.days or 0) // 30)


class Period(NamedTuple):
    """From one day to another, both included; None is open."""

    from_date: date | None
    to_date: date | None
    span: Span

    def months_back(self, as_of: date) -> int:
        """How many months long it is up to its end or `as_of`, rounded, at least one."""
        end = min(self.to_date or as_of, as_of)
        return max(1, round((end - (self.from_date or end)).days / _DAYS_A_MONTH))

    def only_looks_back(self, as_of: date) -> bool:
        """Whether "the last n months" says it: whole months up to today, or last month."""
        if self.from_date is None or self.to_date is None:
            return False
        days = (self.to_date - self.from_date).days + 1
        if self.to_date == as_of:
            return (self.from_date.day != 1 and days >= _SHORTEST_LOOK_BACK) or months_before(as_of, self.months_back(as_of)) + timedelta(
                days=1
            ) == self.from_date
        return self.to_date == as_of.replace(day=1) - timedelta(days=1) and self.from_date == self.to_date.replace(day=1)


def duration(text: str) -> Duration | None:
    """The first length of time: "3 months", "90 days", "half a year", "two and a half years", "next month"."""
    for match in _DURATION.finditer(text):
        months, days = _length(match)
        if months or days:
            return Duration(months, days, Span(match.start(), match.end()))
    return None


def _length(match: re.Match[str]) -> tuple[int | None, int | None]:
    if match["half"]:
        return 6, None
    if match["andhalf"]:
        word = match["andhalf"].split()[0]
        return 12 * (small_number(word) or 1) + 6, None
    if match["couple"]:
        return _in_unit(2, match["cunit"])
    if match["next"]:
        return _in_unit(1, match["next"])
    return _in_unit(small_number(match["count"]) or 0, match["unit"])


def _in_unit(number: int, unit: str) -> tuple[int | None, int | None]:
    unit = unit.casefold().removesuffix("s")
    if unit in _DAYS:
        return None, number * _DAYS[unit]
    return number * _MONTHS_OF[unit], None


def horizon_months(text: str, as_of: date) -> tuple[int, Span] | None:
    """How many months ahead: a length of time, or "by June", "until the end of the year". None when neither is said."""
    until = re.search(
        rf"\b(?:by|until|till|before|up to|to|come) (?:the )?(?P<end>end of (?:the|this) year|end of {_MONTH}|.+)", text, re.IGNORECASE
    )
    if until:
        span = Span(until.start(), until.end())
        if "end of" in until["end"].casefold() and "year" in until["end"].casefold():
            return max(1, 12 - as_of.month), span
        day = _DAY.search(until["end"])
        if day and not day["y4"] and not day["slash"]:
            target = _day(day, as_of, ahead=True)
            if target and target >= as_of:
                return max(1, (target.year - as_of.year) * 12 + target.month - as_of.month), Span(
                    until.start(), until.start("end") + day.end()
                )
    found = duration(text)
    return (max(1, found.in_months), found.span) if found else None


def period(text: str, as_of: date) -> Period | None:
    """The period of the past that the text speaks of: "last month", "in March", "since 1 May", "from 1 to 15 March", "last 90 days"."""
    for find in (_last, _between, _since, _before, _within):
        found = find(text, as_of)
        if found:
            return found
    return None


def _last(text: str, as_of: date) -> Period | None:
    if match := re.search(_AGO, text, re.IGNORECASE):
        months, days = _in_unit(small_number(match["n"]) or 1, match["unit"])
        start = as_of - timedelta(days=days) if days else months_before(as_of, months or 1)
        return Period(start + timedelta(days=1), as_of, Span(match.start(), match.end()))
    match = re.search(
        r"\b(?P<which>this|last|past|previous) (?P<unit>weekend|week|month|quarter|year|half[- ]year)\b|\b(?P<day>today|yesterday)\b",
        text,
        re.IGNORECASE,
    )
    if not match:
        return None
    span = Span(match.start(), match.end())
    if match["day"]:
        day = as_of if match["day"].casefold() == "today" else as_of - timedelta(days=1)
        return Period(day, day, span)
    return Period(*_calendar(match["which"].casefold(), match["unit"].casefold(), as_of), span)


def _calendar(which: str, unit: str, as_of: date) -> tuple[date, date]:
    if unit in {"week", "weekend"}:
        monday = as_of - timedelta(days=as_of.weekday())
        if which == "this":
            return monday, as_of
        return (
            (monday - timedelta(days=2), monday - timedelta(days=1))
            if unit == "weekend"
            else (monday - timedelta(days=7), monday - timedelta(days=1))
        )
    if which == "past" or unit.startswith("half"):
        return months_before(as_of, {"month": 1, "quarter": 3, "year": 12}.get(unit, 6)) + timedelta(days=1), as_of
    start = {"month": as_of.replace(day=1), "year": as_of.replace(month=1, day=1)}.get(
        unit, as_of.replace(month=3 * ((as_of.month - 1) // 3) + 1, day=1)
    )
    if which == "this":
        return start, as_of
    length = {"month": 1, "year": 12}.get(unit, 3)
    return months_before(start, length), start - timedelta(days=1)


def _between(text: str, as_of: date) -> Period | None:
    for match in re.finditer(r"\b(?:from|between)\s+", text, re.IGNORECASE):
        found = _two_days(text, as_of, match) or _short_range(text, as_of, match)
        if found:
            return found
    return None


def _two_days(text: str, as_of: date, before: re.Match[str]) -> Period | None:
    """ "from 1 January to 3 February"."""
    first = _DAY.match(text, before.end())
    joint = re.compile(r"\s*(?:to|and|until|till|-|through)\s*", re.IGNORECASE).match(text, first.end()) if first else None
    second = _DAY.match(text, joint.end()) if joint else None
    if not first or not second:
        return None
    end = _day(second, as_of, end=True)
    start = _day(first, end or as_of)
    return Period(start, end, Span(before.start(), second.end())) if start and end and start <= end else None


def _short_range(text: str, as_of: date, before: re.Match[str]) -> Period | None:
    """ "from 1 to 15 March": the month is said once."""
    match = re.compile(
        rf"(\d{{1,2}})(?:st|nd|rd|th)? (?:to|and|until|-) (\d{{1,2}})(?:st|nd|rd|th)? ({_MONTH})\b(?: (\d{{4}}))?", re.IGNORECASE
    ).match(text, before.end())
    if not match:
        return None
    year, month = _year_month(match[3], match[4], as_of)
    start, end = _made(year, month, int(match[1])), _made(year, month, int(match[2]))
    return Period(start, end, Span(before.start(), match.end())) if start and end else None


def _since(text: str, as_of: date) -> Period | None:
    for start, day in _after_word(text, r"since|after|from|starting"):
        first = _day(day, as_of)
        if first:
            return Period(first, None, Span(start, day.end()))
    return None


def _before(text: str, as_of: date) -> Period | None:
    for start, day in _after_word(text, r"before|until|till|up to"):
        end = _day(day, as_of)
        if end:
            return Period(None, end - timedelta(days=1), Span(start, day.end()))
    return None


def _within(text: str, as_of: date) -> Period | None:
    for start, day in _after_word(text, r"in|during|on|for|of"):
        first, last = (None, None) if day["word"] else (_day(day, as_of), _day(day, as_of, end=True))
        if first and last:
            return Period(first, last, Span(start, day.end()))
    return None


def _after_word(text: str, words: str) -> Iterator[tuple[int, re.Match[str]]]:
    """Days that stand right after one of the words, with where the word begins."""
    for match in re.finditer(rf"\b(?:{words})\s+(?:the\s+)?", text, re.IGNORECASE):
        day = _DAY.match(text, match.end())
        if day:
            yield match.start(), day


def a_day(text: str, as_of: date) -> tuple[date, Span] | None:
    """The first day named in the text; a month or a year means its first day."""
    for match in _DAY.finditer(text):
        day = _day(match, as_of)
        if day:
            return day, Span(match.start(), match.end())
    return None


def day_ahead(text: str, as_of: date) -> tuple[date, Span] | None:
    """The first day named in the text, the next such day from `as_of` on; a month means its last day, a year its first."""
    for match in _DAY.finditer(text):
        day = _day(match, as_of, ahead=True)
        if day and day >= as_of:
            return day, Span(match.start(), match.end())
    return None


def _day(match: re.Match[str], as_of: date, *, end: bool = False, ahead: bool = False) -> date | None:
    """The day of a match; `end` takes the last day of a month or year; `ahead` the next such day instead of the latest."""
    if match["iso"]:
        try:
            return date.fromisoformat(match["iso"])
        except ValueError:
            return None
    if match["slash"]:
        day, month, year = (int(part) for part in re.split(r"[/.]", match["slash"]))
        return _made(year, month, day)
    if match["word"]:
        return _named_day(match["word"].casefold(), as_of)
    if match["y4"]:
        return date(int(match["y4"]), 12 if end else 1, 31 if end else 1)
    name = match["m1"] or match["m2"] or match["m3"]
    year, month = _year_month(name, match["y1"] or match["y2"] or match["y3"], as_of, ahead=ahead)
    if match["m3"]:
        return date(year, month, monthrange(year, month)[1] if end or ahead else 1)
    return _made(year, month, int(match["d1"] or match["d2"]))


def _named_day(word: str, as_of: date) -> date:
    if word in {"today", "now"}:
        return as_of
    if word == "yesterday":
        return as_of - timedelta(days=1)
    return date(as_of.year, 12, 25) if word == "christmas" else date(as_of.year, 12, 31)


def _year_month(name: str, year: str | None, as_of: date, *, ahead: bool = False) -> tuple[int, int]:
    month = next(number for number, full in enumerate(_MONTHS, start=1) if full.startswith(name.casefold()[:3]))
    if year:
        return int(year), month
    if ahead:
        return (as_of.year + 1 if month < as_of.month else as_of.year), month
    return (as_of.year - 1 if month > as_of.month else as_of.year), month


def _made(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def months_before(day: date, months: int) -> date:
    """The day that many months earlier, the last of its month where there is no such day."""
    index = day.year * 12 + day.month - 1 - months
    year, month = divmod(index, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def months_after(day: date, months: int) -> date:
    """The day that many months later, the last of its month where there is no such day."""
    return months_before(day, -months)
