"""How a message feels: whole words and phrases of a list, what denies or strengthens them, and nothing else.

Letters are compared without their case, so that an abbreviation (APR, ISA, GBP) or a message in capitals is no louder than any other.
"""

import re
from collections.abc import Iterator
from functools import cache
from typing import Any, Literal, NamedTuple

from pydantic import Field

from agent.understanding.lexicon import table
from agent.understanding.normalise import normalise
from tools.value import Value

Label = Literal["euphoric", "positive", "neutral", "concerned", "stressed"]
#: Labels in which somebody is met with a word of sympathy, and with nothing cheerful.
LOW: frozenset[Label] = frozenset({"concerned", "stressed"})
_STRONG_FROM = 3
_MOST_SCORE = 5
_MOST_INTENSITY = 3
#: So many words before a feeling may deny it ("not at all worried"), and so many may strengthen or soften it.
_DENIAL_REACH = 3
_DEGREE_REACH = 2
_TOKEN = re.compile(r"\w+(?:'\w+)*'?|[.,;:!?]")
_CLAUSE_ENDS = frozenset(".,;:!?") | {"but"}


class Feeling(Value):
    """The feeling of one message.

    Attributes:
        score: -5 (very burdened) to 5 (very joyful); 0 is neutral.
        intensity: 1, and one more for a strengthening word and for repeated exclamation marks; at most 3.
    """

    label: Label = "neutral"
    score: int = Field(default=0, ge=-_MOST_SCORE, le=_MOST_SCORE)
    intensity: int = Field(default=1, ge=1, le=_MOST_INTENSITY)


class _Lists(NamedTuple):
    """The data file, split into tokens; `longest` is the length of its longest entry."""

    entries: dict[tuple[str, ...], int]
    negators: frozenset[str]
    boosters: frozenset[str]
    softeners: frozenset[str]
    filler: frozenset[str]
    longest: int


class _Felt(NamedTuple):
    """What one word or phrase adds."""

    weight: int
    boosted: bool


@cache
def _lists(language: str) -> _Lists:
    raw: dict[str, Any] = table("feelings", language)
    entries = {tuple(phrase.split()): 0 for phrase in raw["neutral"]} | {tuple(key.split()): value for key, value in raw["weights"].items()}
    return _Lists(
        entries=entries,
        negators=frozenset(raw["negators"]),
        boosters=frozenset(raw["boosters"]),
        softeners=frozenset(raw["softeners"]),
        filler=frozenset(raw["filler"]),
        longest=max(map(len, entries)),
    )


def feeling_of(text: str, language: str = "en") -> Feeling:
    """The feeling of a message; neutral unless its words say otherwise."""
    folded = normalise(text).casefold()
    felt = _felt(_TOKEN.findall(folded), _lists(language))
    score = max(-_MOST_SCORE, min(_MOST_SCORE, sum(each.weight for each in felt)))
    if score == 0:
        return Feeling()
    intensity = 1 + any(each.boosted for each in felt) + ("!!" in folded)
    return Feeling(label=_label(score), score=score, intensity=min(_MOST_INTENSITY, intensity))


def is_only_feeling(text: str, language: str = "en") -> bool:
    """Whether a part of a message tells a feeling and asks for nothing: "I'm so worried"."""
    lists, tokens = _lists(language), _TOKEN.findall(normalise(text).casefold())
    covered = {place for at, length, _ in _entries(tokens, lists) for place in range(at, at + length)}
    small = lists.filler | lists.boosters | lists.softeners | _CLAUSE_ENDS
    return bool(feeling_of(text, language).score) and all(at in covered or token in small for at, token in enumerate(tokens))


def _label(score: int) -> Label:
    if score < 0:
        return "stressed" if score <= -_STRONG_FROM else "concerned"
    return "euphoric" if score >= _STRONG_FROM else "positive"


def _felt(tokens: list[str], lists: _Lists) -> list[_Felt]:
    """What every entry of the list that stands in the tokens adds."""
    return [_in_context(weight, _clause_before(tokens, at), lists) for at, _, weight in _entries(tokens, lists) if weight]


def _entries(tokens: list[str], lists: _Lists) -> Iterator[tuple[int, int, int]]:
    """Place, length in tokens and weight of every entry, the longest where several begin at one place."""
    at = 0
    while at < len(tokens):
        length = next((size for size in range(lists.longest, 0, -1) if tuple(tokens[at : at + size]) in lists.entries), 0)
        if length:
            yield at, length, lists.entries[tuple(tokens[at : at + length])]
        at += length or 1


def _clause_before(tokens: list[str], at: int) -> list[str]:
    """The words of the same clause before a place, the nearest first."""
    before: list[str] = []
    for token in reversed(tokens[max(0, at - _DENIAL_REACH) : at]):
        if token in _CLAUSE_ENDS:
            break
        before.append(token)
    return before


def _in_context(weight: int, before: list[str], lists: _Lists) -> _Felt:
    """A denied burden is none; a denied joy is a small burden. Degrees change a weight by one."""
    near = before[:_DEGREE_REACH]
    boosted = not lists.boosters.isdisjoint(near)
    if not lists.negators.isdisjoint(before):
        return _Felt(-1, boosted) if weight > 0 else _Felt(0, False)
    softer = not boosted and not lists.softeners.isdisjoint(near)
    size = abs(weight) + boosted - (softer and abs(weight) > 1)
    return _Felt(size if weight > 0 else -size, boosted)
