"""A big move of money that somebody announces in a hurry, read from the words: what is moved, with whose money, how hastily."""

import re
from decimal import Decimal
from functools import cache
from typing import Any, NamedTuple

from agent.understanding.amounts import amounts
from agent.understanding.feeling import Feeling
from agent.understanding.lexicon import table
from agent.understanding.normalise import normalise
from tools.advice.hasty_move import Kind, Move
from tools.errors import MoneyError
from tools.ledger.money import minor_units

Patterns = tuple[re.Pattern[str], ...]
#: Which kind of move a message is about, the first that fits: a loan for a bet is a bet with borrowed money.
_ORDER: tuple[Kind, ...] = ("pension", "gamble", "lend", "loan")
_AGITATED = frozenset({"euphoric", "stressed"})


class _Words(NamedTuple):
    """The data file, compiled."""

    announces: Patterns
    unless: Patterns
    wholesale: Patterns
    borrowed: Patterns
    haste: Patterns
    kinds: dict[Kind, Patterns]


@cache
def _words(language: str) -> _Words:
    raw: dict[str, Any] = table("haste", language)

    def compiled(patterns: list[str]) -> Patterns:
        return tuple(re.compile(pattern) for pattern in patterns)

    return _Words(
        *(compiled(raw[name]) for name in ("announces", "unless", "wholesale", "borrowed", "haste")),
        kinds={kind: compiled(raw["kinds"][kind]) for kind in _ORDER},
    )


def announced_move(text: str, feeling: Feeling, currency: str, language: str = "en") -> Move | None:
    """The move of money that the speaker is about to make; None for questions, plans without one, the past and other people's.

    Args:
        currency: of the customer's accounts, in which an amount without a sign is meant.
    """
    words, folded = _words(language), normalise(text).casefold()
    if not _any(words.announces, folded) or _any(words.unless, folded):
        return None
    kind: Kind | None = next((each for each in _ORDER if _any(words.kinds[each], folded)), None)
    if kind is None:
        return None
    return Move(
        kind=kind,
        amount_minor=_largest(folded, currency),
        wholesale=_any(words.wholesale, folded),
        borrowed=_any(words.borrowed, folded),
        hurried=_any(words.haste, folded),
        agitated=feeling.label in _AGITATED,
    )


def _any(patterns: Patterns, text: str) -> bool:
    return any(pattern.search(text) for pattern in patterns)


def _largest(text: str, currency: str) -> int | None:
    """The largest amount that is surely money, in minor units."""
    said: list[Decimal] = [amount.value for amount in amounts(text) if amount.sure and amount.value > 0]
    try:
        return minor_units(max(said), currency) if said else None
    except MoneyError:  # more decimals than the currency has, or beyond any account: as good as not said
        return None
