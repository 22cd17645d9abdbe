"""Where in a text something was found."""

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """From `start` up to, not including, `end`."""

    start: int
    end: int

    def overlaps(self, other: "Span") -> bool:
        """Whether they share a character."""
        return self.start < other.end and other.start < self.end


def without(text: str, spans: Iterable[Span]) -> str:
    """The text with the spans blanked, so that positions in it stay what they were."""
    signs = list(text)
    for span in spans:
        signs[span.start : span.end] = " " * (span.end - span.start)
    return "".join(signs)


def replaced(text: str, changes: Iterable[tuple[Span, str]]) -> str:
    """The text with each span replaced by its words."""
    for span, words in sorted(changes, reverse=True):
        text = f"{text[: span.start]}{words}{text[span.end :]}"
    return text
