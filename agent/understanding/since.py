"""The day that a question looks back to: "since Monday", "since last month", "in the last two weeks", "this week", "since 1 March"."""

import re
from datetime import date, timedelta

from agent.understanding.dates import a_day, months_before, period
from agent.understanding.span import Span

_WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_WEEKDAY = re.compile(
    rf"\b(?:since|from|after|as of|on)?\s*(?:last |this )?(?P<day>{'|'.join(_WEEKDAYS)})s?\b(?: last week)?", re.IGNORECASE
)
_BACK = re.compile(
    r"\bsince (?:the )?(?:(?:beginning|start) of )?(?P<which>last|this|the) (?P<unit>week|month|quarter|year)\b", re.IGNORECASE
)
_LENGTHS = {"month": 1, "quarter": 3, "year": 12}


def since_day(text: str, as_of: date) -> tuple[date, Span] | None:
    """The first day of what is looked back to, and the words that say it; None when the words say none that has been."""
    found = _week_day(text, as_of) or _unit(text, as_of) or _period(text, as_of)
    return found if found and found[0] <= as_of else None


def _week_day(text: str, as_of: date) -> tuple[date, Span] | None:
    """The last such day before `as_of`: on a Monday, "since Monday" is a week."""
    match = _WEEKDAY.search(text)
    if not match:
        return None
    back = (as_of.weekday() - _WEEKDAYS.index(match["day"].casefold())) % 7 or 7
    start = match.start() + len(match[0]) - len(match[0].lstrip())
    return as_of - timedelta(days=back), Span(start, match.end())


def _unit(text: str, as_of: date) -> tuple[date, Span] | None:
    """ "Since last month" is a month ago, "since the beginning of this month" its first day."""
    match = _BACK.search(text)
    if not match:
        return None
    span, unit = Span(match.start(), match.end()), match["unit"].casefold()
    if match["which"].casefold() == "last":
        return (as_of - timedelta(days=7) if unit == "week" else months_before(as_of, _LENGTHS[unit])), span
    if unit == "week":
        return as_of - timedelta(days=as_of.weekday()), span
    first = {"month": as_of.month, "quarter": 3 * ((as_of.month - 1) // 3) + 1, "year": 1}[unit]
    return date(as_of.year, first, 1), span


def _period(text: str, as_of: date) -> tuple[date, Span] | None:
    found = period(text, as_of)
    if found and found.from_date:
        return found.from_date, found.span
    match = re.search(r"\b(?:since|after|from)\b", text, re.IGNORECASE)
    named = a_day(text[match.end() :], as_of) if match else None
    return (named[0], Span(match.start(), match.end() + named[1].end)) if match and named else None
