"""The text of a question about a book while it is being read: what is understood is taken out, so that what is left was not."""

import re
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

from agent.understanding.query_lexicon import OPPOSITE
from agent.understanding.span import Span, without
from tools.ledger.query import Aggregate, Comparison, Condition, Filter, Not, Sort

_NEGATED = r"(?:not|no|without|don't|doesn't|haven't|hasn't|isn't|aren't|neither|nor|never|non|except(?: for)?|excluding|exclude|but not|lacking|lacks?|other than)"
_BETWEEN = r"(?:a|an|any|the|in|on|have|has|had|got|hold|holding|with|having|been|are|is|yet|of|their|its|and|either|both|even|currently|own|carry|clients?|ones)"
_NEGATION = re.compile(rf"\b{_NEGATED}(?:\s+{_BETWEEN})*\s*$")


class Part(NamedTuple):
    """One condition, where it was said, and whether a negation turned it round."""

    condition: Condition
    span: Span
    is_negated: bool = False

    @property
    def filter(self) -> Filter:
        """The condition as it is meant."""
        return negated(self.condition) if self.is_negated else self.condition


@dataclass
class Reader:
    """A question and what has been made of it so far."""

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

    def take(self, pattern: str | re.Pattern[str]) -> re.Match[str] | None:
        """The first match in what is left; it is taken out."""
        match = re.search(pattern, self.rest)
        if match:
            self.drop(Span(match.start(), match.end()))
        return match

    def drop(self, span: Span) -> None:
        """Account for a span."""
        self.rest = without(self.rest, [span])

    def add(self, condition: Condition, span: Span) -> None:
        """Keep a condition, turned round where a negation stands before it with nothing but small words between."""
        match = _NEGATION.search(self.rest[: span.start])
        self.drop(span)
        if match:
            self.drop(Span(match.start(), match.end()))
            span = Span(match.start(), span.end)
        self.parts.append(Part(condition, span, is_negated=match is not None))


def negated(condition: Condition) -> Filter:
    """The condition turned round."""
    if isinstance(condition.value, bool):
        return condition.model_copy(update={"value": not condition.value})
    opposite: Comparison | None = OPPOSITE.get(condition.op)
    return condition.model_copy(update={"op": opposite}) if opposite else Not(negated=condition)
