"""A message as the changes of a scenario, with a guard: a word or figure that is not accounted for is never dropped."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import pairwise
from typing import Any

from agent.understanding.amounts import plain
from agent.understanding.scenario_figures import Figure, Marked, marked
from agent.understanding.scenario_guard import SIZES, unread
from agent.understanding.scenario_words import COSTLY, NEVER_JUST_STOPPED, ChangeWords, asides, change_words, is_a_part
from agent.understanding.span import Span, without
from tools.ledger.category import CATEGORIES
from tools.product import Product
from tools.twin.scenario.recipe import recipes

_JOINT = re.compile(r"[,;:.?!]|\b(?:and|but|plus|while|with|then|also)\b")
#: Commitments come and go as a whole sum; only what people spend as they go can be spent less on.
_COMMITTED = frozenset({"commitment", "credit"})
_BORROWED = frozenset({"mortgage", "loan_repayment"})
_BY_THE_MONTH = re.compile(r"[^,.;?!]{0,60}?M+ E")
_TO = re.compile(r"\bto (?:(?:about|around|roughly|nearly|almost|only|just) )*$")
_COMES_TO = re.compile(r"\b(?:comes?|came|amounts?|amounted|adds? up|added up) to (?:\w+ )*$")
_MORE = re.compile(r"\b(?:more|extra|additional|another|further)\b")
#: "rates up by 0.75", "inflation at 8": a small bare number is points or percent.
_IN_POINTS = frozenset({"rate_change", "inflation"})
MOST_POINTS = 25


@dataclass(frozen=True)
class Parsed:
    """A message as read.

    Attributes:
        changes: as arguments of a call: only what was said.
        horizon_months: how far to look, where it was said.
        missing: the first parameter that a change cannot do without.
        spans: where all this was said, in the message in lower case.
        leftover: words and figures that nothing accounts for; with any, it must not be run.
        apart: parts of the message without a change or a figure that were not understood; they are told to be left out.
    """

    changes: tuple[dict[str, Any], ...] = ()
    horizon_months: int | None = None
    missing: str | None = None
    spans: tuple[Span, ...] = ()
    leftover: tuple[str, ...] = ()
    apart: tuple[str, ...] = ()

    @property
    def covered(self) -> bool:
        """Whether there is a change, and every word beside it and every figure is accounted for."""
        return bool(self.changes) and not self.leftover

    @property
    def complete(self) -> bool:
        """Whether it can be run."""
        return self.covered and self.missing is None


@dataclass
class _Segment:
    """The words of one change, what they mean, the figures that belong to it, and where it was told once more."""

    words: ChangeWords
    span: Span
    figures: list[Figure] = field(default_factory=list[Figure])
    told: list[Span] = field(default_factory=list[Span])
    change: dict[str, Any] = field(default_factory=dict[str, Any])


def parse_scenario(text: str, as_of: date, products: Sequence[Product] = ()) -> Parsed:
    """Read a message. Which figures a kind of change takes, and which it needs, stands in its recipe (`tools.twin.scenario.recipe`)."""
    found = marked(text, as_of, products)
    segments = _segments(found)
    used: list[Span] = [span for segment in segments for span in (segment.span, *segment.told)]
    horizon = _horizon(found.figures, segments)
    if horizon:
        used.append(horizon.span)
    leading = _leading(found, segments, horizon)
    for segment in segments:
        used += _fill(segment, found, leading, horizon)
    used += _asides(found, segments, used)
    unseen = unread(found, used, [span for segment in segments for span in (segment.span, *segment.told)])
    missing = next((problem for segment in segments if (problem := missing_of(segment.change))), None)
    return Parsed(
        changes=tuple(segment.change for segment in segments),
        horizon_months=None if horizon is None else int(horizon.value or 0),
        missing=missing,
        spans=tuple(used),
        leftover=unseen.leftover,
        apart=unseen.apart,
    )


def missing_of(change: dict[str, Any]) -> str | None:
    """The parameter that the change cannot do without; values out of range are left to the tool, which says what is possible."""
    recipe = recipes()[change["kind"]]
    for name, parameter in recipe.parameters.items():
        if parameter.required and name not in change:
            return name
    for names in (recipe.any_of, recipe.one_of):
        has_default = any(recipe.parameters[name].default is not None for name in names)
        if names and not has_default and not any(name in change for name in names):
            return names[0]
    return None


def _segments(found: Marked) -> list[_Segment]:
    """The changes in the order said, each with the figures nearest to its words."""
    rest = found.text
    segments: list[_Segment] = []
    for words in change_words():
        position = 0
        while match := words.pattern.search(rest, position):
            span = Span(match.start(), match.end())
            position = max(match.end(), match.start() + 1)
            if not _refused(words, span, found) and not (words.bare and _is_anothers(span, found, segments)):
                segments.append(_Segment(words, span))
                rest = without(rest, [span])
    segments.sort(key=lambda segment: segment.span)
    _divide(found, segments)
    return _joined(segments)


def _is_anothers(span: Span, found: Marked, segments: Sequence[_Segment]) -> bool:
    """Whether a bare sum is that of a change told in the same breath ("cancelling the gym at 45 a month")."""
    others = sorted(segments, key=lambda segment: segment.span)
    _divide(found, others)
    return any(
        {"amount", "points"} & set(recipes()[segment.words.kind].parameters)
        and sum(figure.kind in SIZES for figure in segment.figures) == 1
        and any(figure.span.overlaps(span) for figure in segment.figures)
        for segment in others
    )


def _divide(found: Marked, segments: Sequence[_Segment]) -> None:
    borders = [0, *(_border(found.text, one.span, other.span) for one, other in _pairs(segments)), len(found.text)]
    for number, segment in enumerate(segments):
        window = Span(borders[number], borders[number + 1])
        segment.figures = [figure for figure in found.figures if window.start <= figure.span.start < window.end]


def _joined(segments: Sequence[_Segment]) -> list[_Segment]:
    """One change told twice ("my hours are cut, 20 % less pay") is one: the same kind, and one figure and one category between them."""
    joined: list[_Segment] = []
    for segment in segments:
        before = joined[-1] if joined else None
        figures = [*(before.figures if before else ()), *segment.figures]
        same = before and before.words.kind == segment.words.kind and before.words.sign == segment.words.sign
        if before and same and sum(f.kind in SIZES for f in figures) <= 1 and len({f.value for f in figures if f.kind in {"C", "K"}}) <= 1:
            before.figures = figures
            before.told.append(segment.span)
        else:
            joined.append(segment)
    return joined


def _pairs(segments: Sequence[_Segment]) -> Iterator[tuple[_Segment, _Segment]]:
    return pairwise(segments)


def _refused(words: ChangeWords, span: Span, found: Marked) -> bool:
    """ "What if I stopped paying my mortgage" asks about consequences, not about an ended cost; a lease by the month is no loan."""
    inside = {figure.value for figure in found.figures if figure.kind == "C" and span.overlaps(figure.span)}
    if words.costly and not COSTLY.search(found.said):
        return True
    if words.kind == "new_loan":
        return bool(inside - _BORROWED) or bool(_BY_THE_MONTH.match(found.text, span.start))
    return words.kind == "ended_recurring_cost" and words.category is None and bool(inside & NEVER_JUST_STOPPED)


def _border(text: str, one: Span, other: Span) -> int:
    """Where the words of one change end and those of the next begin: the last joining word between them, else right before the next."""
    joints = list(_JOINT.finditer(text, one.end, other.start))
    return joints[-1].start() if joints else other.start


def _horizon(figures: Sequence[Figure], segments: Sequence[_Segment]) -> Figure | None:
    """How far to look: "over the next two years", "by June"; "over two years" too, where no loan is there to take it as its term."""
    ahead = [figure for figure in figures if figure.kind == "T" and figure.role == "ahead"]
    takes_terms = any("term_months" in recipes()[segment.words.kind].parameters for segment in segments)
    over = [figure for figure in figures if figure.kind == "T" and figure.role == "over"]
    return (ahead or ([] if takes_terms else over) or [None])[0]


def _leading(found: Marked, segments: Sequence[_Segment], horizon: Figure | None) -> Figure | None:
    """A start said before several changes ("from January, ... and ...") is the start of each of them."""
    if len(segments) < 2:
        return None
    times = [figure for figure in found.figures if figure.kind == "T" and figure.role == "starts" and figure is not horizon]
    first = times[0] if times else None
    return first if first and first.span.end <= segments[0].span.start and not found.text[: first.span.start].strip(" ,") else None


def _fill(segment: _Segment, found: Marked, leading: Figure | None, horizon: Figure | None) -> list[Span]:
    """The change of a segment, from its words and figures; returns where those stood. A figure too many is left over."""
    words = segment.words
    change: dict[str, Any] = {"kind": words.kind}
    if words.percent is not None:
        change["percent"] = float(words.percent)
    if words.category:
        change["category"] = words.category
    used: list[Span] = []
    for figure in segment.figures:
        if figure is horizon:
            continue
        name = None if _is_a_level(words, figure, found) else _parameter(words, figure, change)
        if name is None:
            continue
        if name and not (words.monthly and name == "amount" and not _is_a_months(segment, found)):
            change[name] = _value(name, figure, words.sign)
        used.append(figure.span)
    if leading and "starts_in_months" in recipes()[words.kind].parameters and "starts_in_months" not in change:
        change["starts_in_months"] = leading.value
    segment.change = _settled(change, words, found, segment)
    return used


def _is_a_level(words: ChangeWords, figure: Figure, found: Marked) -> bool:
    """ "up to 1,300" says where something ends, not by how much it changes; only prices are said that way."""
    before = found.text[: figure.span.start]
    return figure.kind in SIZES and words.kind != "inflation" and bool(_TO.search(before)) and not _COMES_TO.search(before)


def _is_a_months(segment: _Segment, found: Marked) -> bool:
    """Whether the sum of a change is said to be a month's; "300 more" put aside is, "a raise of 3000" may be a year's."""
    if any(figure.kind == "E" for figure in segment.figures):
        return True
    return segment.words.kind == "save_more" and bool(_MORE.search(found.text[segment.span.start : segment.span.end]))


def _parameter(words: ChangeWords, figure: Figure, change: dict[str, Any]) -> str | None:
    """The parameter of this kind that a figure gives; "" for a frequency that changes nothing, None when the kind has no place for it."""
    taken = recipes()[words.kind].parameters
    if figure.kind in {"E", "Y"}:
        yearly = any(parameter.unit == "percent_a_year" or parameter.unit == "points" for parameter in taken.values())
        monthly = any(parameter.unit == "money_a_month" for parameter in taken.values())
        return "" if (figure.kind == "E" and monthly) or (figure.kind == "Y" and yearly and "amount" not in taken) else None
    if figure.kind == "T":
        return _time_parameter(figure, taken, change)
    if (
        figure.kind == "M"
        and words.kind in _IN_POINTS
        and not figure.sure
        and isinstance(figure.value, Decimal)
        and figure.value <= MOST_POINTS
    ):
        return next((name for name in ("points", "percent") if name in taken and name not in change), None)
    order = {
        "M": ("amount",),
        "P": ("percent", "points", "rate_percent") if words.kind == "rate_change" else ("percent", "rate_percent", "points"),
        "R": ("points",),
        "D": ("due_day",),
        "C": ("category",),
        "K": ("category",),
        "N": ("product",),
    }[figure.kind]
    return next((name for name in order if name in taken and name not in change), None)


def _time_parameter(figure: Figure, taken: Any, change: dict[str, Any]) -> str | None:
    order = {
        "starts": ("starts_in_months",),
        "lasts": ("months", "term_months"),
        "over": ("term_months", "months"),
        "bare": ("term_months", "months"),
        "ahead": (),
    }[figure.role]
    return next((name for name in order if name in taken and name not in change), None)


def _value(name: str, figure: Figure, sign: int) -> Any:
    if isinstance(figure.value, Decimal):
        signed = _turned(figure.value, sign) if name in {"percent", "points", "amount"} else figure.value
        return plain(signed) if name == "amount" else float(signed)
    return figure.value


def _turned(value: Decimal, sign: int) -> Decimal:
    return -abs(value) if sign < 0 else value


def _settled(change: dict[str, Any], words: ChangeWords, found: Marked, segment: _Segment) -> dict[str, Any]:
    """What the category decides: a commitment is ended or lowered, the rest is spent less on; part of a category needs its amount."""
    category = change.get("category")
    if category is None:
        return change
    committed = CATEGORIES[str(category)].group in _COMMITTED
    if words.kind == "spend_less" and committed and "amount" in change:
        change = {**change, "kind": "ended_recurring_cost"}
    if words.category is None and "amount" not in change and _only_a_part(found, segment):
        # The whole category would be too much: without it the amount is missing, and is asked for.
        change = {name: value for name, value in change.items() if name not in {"category", "percent"}}
    return change


def _only_a_part(found: Marked, segment: _Segment) -> bool:
    ended = segment.words.kind == "ended_recurring_cost" or segment.words.percent == 100
    said = [found.said[figure.span.start : figure.span.end] for figure in segment.figures if figure.kind in {"C", "K"}]
    return ended and any(is_a_part(words) for words in said)


def _asides(found: Marked, segments: Sequence[_Segment], used: Sequence[Span]) -> list[Span]:
    """What was told around the changes, outside the words that were read."""
    kinds = {segment.words.kind for segment in segments}
    spans: list[Span] = []
    rest = without(found.text, [span for segment in segments for span in (segment.span, *segment.told)])
    for kind, pattern in asides():
        if kind == "any" or kind in kinds:
            spans += [Span(*match.span()) for match in pattern.finditer(rest)]
    unread = [figure.span for figure in found.figures if figure.kind in {"M", "P", "R", "D", "N"} and figure.span not in used]
    return [span for span in spans if not any(span.overlaps(figure) for figure in unread)]
