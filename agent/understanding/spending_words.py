"""Which category of spending or income the words name."""

import re
from functools import cache
from typing import NamedTuple

from agent.understanding.lexicon import table
from agent.understanding.span import Span
from tools.ledger.category import CATEGORIES

_TOO_GENERAL: frozenset[str] = frozenset(table("category_words")["too_general"])
_ALSO: dict[str, list[str]] = table("category_words")["also"]


class SaidCategory(NamedTuple):
    """A category and where it was said."""

    key: str
    span: Span


@cache
def _words() -> tuple[tuple[str, str], ...]:
    """Spoken word -> key, the longest first."""
    pairs: dict[str, str] = {}
    for key, category in CATEGORIES.items():
        for word in (*_ALSO.get(key, ()), *category.synonyms, category.label.casefold(), key.replace("_", " ")):
            if word not in _TOO_GENERAL:
                pairs.setdefault(word, key)
    return tuple(sorted(pairs.items(), key=lambda pair: -len(pair[0])))


@cache
def _patterns() -> tuple[tuple[str, re.Pattern[str], str], ...]:
    """Spoken word, how it is found, key."""
    return tuple((word, re.compile(rf"(?<![\w-]){re.escape(word)}(?:es|s)?(?![\w-])"), key) for word, key in _words())


def said_category(text: str) -> SaidCategory | None:
    """The first category named, the longer name winning; None when none is."""
    folded = text.casefold()
    found: list[tuple[int, int, str, Span]] = []
    for word, pattern, key in _patterns():
        match = pattern.search(folded) if word in folded else None
        if match:
            found.append((match.start(), -len(word), key, Span(match.start(), match.end())))
    if not found:
        return None
    _, _, key, span = min(found)
    return SaidCategory(key, span)


def covered_by(text: str, key: str) -> tuple[Span, ...]:
    """Where words of this category stand."""
    folded = text.casefold()
    return tuple(
        Span(match.start(), match.end()) for _, pattern, owner in _patterns() if owner == key for match in pattern.finditer(folded)
    )
