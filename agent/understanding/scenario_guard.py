"""The guard of a scenario: which words and figures of a message its changes do not account for."""

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from agent.understanding.scenario_figures import Figure, Marked
from agent.understanding.scenario_words import FILLERS
from agent.understanding.span import Span, without

_WORD = re.compile(r"[\w'%£€$+-]+")
#: Where one part of a message ends and the next begins.
_PART = re.compile(r"(?:[,;:.?!]+\s|\s-\s|\b(?:and|but|so|because|cos|since|though|although|plus)\b)")
_SIGNED = re.compile(r"(?<![\w)])-$")
SIZES = frozenset({"M", "P", "R"})


class Unread(NamedTuple):
    """What is not accounted for.

    Attributes:
        leftover: figures, and words in a part of the message that a change stands in: it must not be run.
        apart: parts without any figure or change that hold such words ("my cat is ill, ..."): they are said to be left out.
    """

    leftover: tuple[str, ...]
    apart: tuple[str, ...]


def unread(found: Marked, used: Sequence[Span], changes: Sequence[Span]) -> Unread:
    """What of a message is not accounted for.

    Args:
        found: the message with its figures.
        used: where words and figures were read.
        changes: where the words of the changes stand. A figure inside them counts only when it was taken itself.
    """
    taken = set(used)
    figures = [figure for figure in found.figures if figure.span not in taken and not _is_told(figure, used, changes)]
    rest = without(found.text, [*used, *(figure.span for figure in found.figures)])
    leftover = [found.said[figure.span.start : figure.span.end] for figure in figures]
    # A minus that no pattern has read would turn its figure round.
    leftover += ["-" for figure in found.figures if figure.kind in SIZES and _SIGNED.search(rest[: figure.span.start])]
    apart: list[str] = []
    for part in _parts(found.text):
        words = [word for word in _WORD.findall(rest[part.start : part.end]) if word not in FILLERS and word.strip("'-+")]
        if not words:
            continue
        if any(part.overlaps(span) for span in (*changes, *(figure.span for figure in found.figures))):
            leftover += words
        else:
            apart.append(found.said[part.start : part.end].strip(" ,;:.?!"))
    return Unread(tuple(leftover), tuple(apart))


def _parts(text: str) -> Iterator[Span]:
    start = 0
    for match in _PART.finditer(text):
        yield Span(start, match.start())
        start = match.end()
    yield Span(start, len(text))


def _is_told(figure: Figure, used: Sequence[Span], changes: Sequence[Span]) -> bool:
    """A category or a time inside an aside ("for a holiday", "takes six months to find work") needs no parameter of its own."""
    inside = [span for span in used if span.start <= figure.span.start and figure.span.end <= span.end and span != figure.span]
    if figure.kind in {"C", "K"}:
        return bool(inside)
    in_a_change = any(span in changes for span in inside)
    return (figure.kind == "T" and bool(inside) and not in_a_change) or (figure.kind == "E" and in_a_change)
