"""The day by which something is wanted: "by June 2029", "in two years", "before Christmas", "by the end of next year", "next summer"."""

import re
from collections.abc import Callable
from datetime import date, timedelta
from typing import NamedTuple

from agent.understanding.dates import day_ahead, duration, months_after
from agent.understanding.span import Span

_BEFORE = r"(?:by|before|until|till|for|in|to|around|come|within|inside|no later than|at the latest by|on)"
_SOFT = r"(?: the| this| next| coming| about| around| roughly| maybe| say| a| under| less than| at most| end of| start of| beginning of| middle of)*"
#: Last days of the seasons, as month and day.
_SEASONS = {"spring": (5, 31), "summer": (8, 31), "autumn": (11, 30), "fall": (11, 30), "winter": (2, 28)}
_YEAR = re.compile(
    rf"\b(?:{_BEFORE}{_SOFT} )?(?:the )?(?P<edge>end of (?:the |this |next )?year|year[- ]?end|new year|next year|this year)\b",
    re.IGNORECASE,
)
_SEASON = re.compile(
    rf"\b(?:{_BEFORE} )?(?P<which>the |this |next )?(?P<season>{'|'.join(_SEASONS)})(?: (?P<year>20\d\d))?\b", re.IGNORECASE
)
_END_OF = re.compile(rf"\b{_BEFORE}(?: the)? end of(?: (?:the|this|next))? (?P<unit>month|quarter)\b", re.IGNORECASE)
_NAMED = re.compile(rf"\b{_BEFORE}{_SOFT} (?=\S)|(?:^|[,;] ?)(?=[a-z]{{3,9}} 20\d\d\b)", re.IGNORECASE)
_LENGTH = re.compile(rf"\b(?:{_BEFORE}|over|takes?){_SOFT} $", re.IGNORECASE)
_LATER = re.compile(r"(?:'s? time| from now| or (?:so|less)| at most| max)\b", re.IGNORECASE)
_FAR = re.compile(r"\b20\d\d\b")


class Deadline(NamedTuple):
    """The day, and where it was said."""

    day: date
    span: Span


def deadline(text: str, as_of: date) -> Deadline | None:
    """The first way that finds one; always a day after `as_of`."""
    readers: tuple[Callable[[str, date], Deadline | None], ...] = (_season, _end_of, _year, _length, _named)
    for read in readers:
        found = read(text, as_of)
        if found and found.day > as_of:
            return found
    return None


def _season(text: str, as_of: date) -> Deadline | None:
    for match in _SEASON.finditer(text):
        month, day = _SEASONS[match["season"].casefold()]
        year = int(match["year"]) if match["year"] else as_of.year + (date(as_of.year, month, day) <= as_of)
        return Deadline(date(year, month, day), Span(*match.span()))
    return None


def _end_of(text: str, as_of: date) -> Deadline | None:
    match = _END_OF.search(text)
    if not match:
        return None
    later = 1 if "next" in match[0].casefold() else 0
    step = 1 if match["unit"].casefold() == "month" else 3
    start = as_of.replace(day=1, month=step * ((as_of.month - 1) // step) + 1)
    end = months_after(start, step * (1 + later)) - timedelta(days=1)
    return Deadline(end, Span(*match.span()))


def _length(text: str, as_of: date) -> Deadline | None:
    """ "in two years", "within 18 months", "two years from now"; "a month" after a sum is no deadline."""
    length = duration(text)
    if length is None:
        return None
    before = _LENGTH.search(text[: length.span.start])
    after = _LATER.match(text, length.span.end) or re.compile(r" from now\b", re.IGNORECASE).match(text, length.span.end)
    if not before and not after:
        return None
    day = as_of + timedelta(days=length.days) if length.days else months_after(as_of, length.months or 0)
    return Deadline(day, Span(before.start() if before else length.span.start, after.end() if after else length.span.end))


def _named(text: str, as_of: date) -> Deadline | None:
    """A month, a day or a year after "by", "before", "in", "for": a month means its last day, a year its first."""
    for match in _NAMED.finditer(text):
        found = day_ahead(text[match.end() :], as_of)
        if found is None or found[1].start > 0 or re.search(r"\b(?:now|today)\b", text[match.end() :][: found[1].end], re.IGNORECASE):
            continue
        said = text[match.end() : match.end() + found[1].end]
        if re.fullmatch(r"20\d\d", said) and re.search(r"\bend of\b", match[0], re.IGNORECASE):
            found = (date(int(said), 12, 31), found[1])
        return Deadline(found[0], Span(match.start(), match.end() + found[1].end))
    return None


def _year(text: str, as_of: date) -> Deadline | None:
    """The end of this or the next year; "over the next year" is a length of time."""
    match = _YEAR.search(text)
    if not match or re.search(r"\b(?:over|in|within) the $", text[: match.start("edge")], re.IGNORECASE):
        return None
    return Deadline(date(as_of.year + ("next" in match[0].casefold()), 12, 31), Span(*match.span()))
