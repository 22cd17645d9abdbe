"""The words of scenarios: patterns for each kind of change, what may stand around them, and what they never swallow."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from agent.understanding.lexicon import table
from tools.twin.scenario.scenario import ChangeKind

_DATA = table("scenario_words")
FILLERS: frozenset[str] = frozenset(_DATA["fillers"].split())
NEVER_JUST_STOPPED: frozenset[str] = frozenset(_DATA["never_just_stopped"])
#: What speaks for a scenario; for a loan that is tried on; for one that is asked for; for a question of when; for any
#: trial; for paying at once; for a cost; for a change that is taken out again; for changes that join
#: those of before.
MARKERS = re.compile(_DATA["markers"])
SUPPOSING = re.compile(_DATA["supposing"])
AFFORDING = re.compile(_DATA["affording"])
WHEN = re.compile(_DATA["when"])
TRIAL = re.compile(_DATA["trial"])
SPENDING = re.compile(_DATA["spending"])
COSTLY = re.compile(_DATA["costly"])
TAKEN_OUT = re.compile(_DATA["taken_out"])
ADDED = re.compile(_DATA["added"])

_PARTS: frozenset[str] = frozenset(_DATA["parts_of_a_category"])
#: Words right before a category that narrow it down.
NARROWING = re.compile(rf"\b(?:{'|'.join(_DATA['narrowing'].split())}) $")
_ENDS = "|".join(sorted(_DATA["label_ends"].split(), key=len, reverse=True))
_LABEL = rf"(?:(?!(?:{_ENDS})\b)[a-z][a-z'&-]*)(?: (?!(?:{_ENDS})\b)[a-z][a-z'&-]*){{0,2}}"


@dataclass(frozen=True)
class ChangeWords:
    """Words that mean one kind of change.

    Attributes:
        sign: -1 turns its figure round (a fall, a cut).
        percent, category: what the words themselves say ("halve", "my car loan is paid off").
        bare: only a sum, which a change beside it without one takes for itself.
        monthly: a sum counts only where it is said to be a month's.
        costly: only where the message speaks of a cost.
    """

    kind: ChangeKind
    pattern: re.Pattern[str]
    sign: int = 1
    percent: int | None = None
    category: str | None = None
    bare: bool = False
    monthly: bool = False
    costly: bool = False


@cache
def change_words() -> tuple[ChangeWords, ...]:
    """All of them, in the order in which they are tried."""
    return tuple(_change_words(row) for row in _DATA["change"])


def _change_words(row: Mapping[str, Any]) -> ChangeWords:
    given: dict[str, Any] = {name: value for name, value in row.items() if name not in {"kind", "pattern"}}
    return ChangeWords(kind=row["kind"], pattern=_compiled(row["pattern"]), **given)


@cache
def asides() -> tuple[tuple[str, re.Pattern[str]], ...]:
    """What people tell around a change of a kind (or of `any`), without saying more."""
    return tuple((row["kind"], _compiled(row["pattern"])) for row in _DATA["aside"])


def _compiled(pattern: str) -> re.Pattern[str]:
    for _ in range(2):
        for name, words in _DATA["fragments"].items():
            pattern = pattern.replace(f"{{{name}}}", words)
    return re.compile(rf"(?<![\w'-])(?:{pattern.replace('LABEL', _LABEL)})(?![\w-])")


def is_a_part(words: str) -> bool:
    """Whether words name only part of their category ("gym" of subscriptions, "pet insurance" of insurance)."""
    first, _, rest = words.partition(" ")
    return words in _PARTS or bool(rest and NARROWING.match(f"{first} "))
