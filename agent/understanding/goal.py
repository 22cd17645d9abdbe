"""A goal in the person's words: the sum, the day, and what it is for."""

import re
from datetime import date
from typing import NamedTuple

from agent.understanding.amounts import Amount, amounts
from agent.understanding.ask import Arguments, Ask
from agent.understanding.deadline import Deadline, deadline
from agent.understanding.lexicon import table
from agent.understanding.span import Span, without

_WORDS = table("goal_words")
_PURPOSES = tuple(re.compile(pattern, re.IGNORECASE) for pattern in _WORDS["purposes"])
#: What a goal in one sum cannot say: a rate of saving, a condition, a choice. It is asked about, never dropped.
_UNSAID = re.compile(_WORDS["unsaid"], re.IGNORECASE)
_MONTHLY = re.compile(r"\s*(?:a|per|each|every|/) ?(?:month|week|year|day|fortnight)\b|\s*(?:monthly|weekly)\b", re.IGNORECASE)
_TAIL = re.compile(r"(?: (?:instead|too|then|now|as well|maybe|possibly|actually|or so|or something|really))+$", re.IGNORECASE)
_STRAY = re.compile(r"\d[\d,.]*")
_LONGEST_PURPOSE = 80


def goal_arguments(text: str, as_of: date) -> Arguments | Ask:
    """The arguments of `set_goal`: one sum is needed, the day and the purpose are taken where they were said."""
    changes = goal_changes(text, as_of)
    if isinstance(changes, Ask):
        return changes
    return changes if "amount" in changes else Ask("amount")


def goal_changes(text: str, as_of: date) -> Arguments | Ask:
    """What of a goal the words say; something to ask where they say more than a goal can hold."""
    said = _read(text, as_of)
    if said.clashes:
        return Ask("amount")
    left = said.left(text)
    unclear = _STRAY.search(left) or _UNSAID.search(left)
    if unclear:
        return Ask("query", (unclear[0].strip(),))
    found: Arguments = {"amount": said.amount.text} if said.amount else {}
    return {**found, **({"by": said.day.day.isoformat()} if said.day else {}), **({"purpose": said.purpose} if said.purpose else {})}


def unread(text: str, as_of: date) -> str:
    """What of the text no part of a goal accounts for."""
    return _read(text, as_of).left(text)


class _Said(NamedTuple):
    """The parts of a goal; `clashes` when there are several sums, or one by the month."""

    amount: Amount | None
    day: Deadline | None
    purpose: str | None
    where: Span | None
    clashes: bool

    def left(self, text: str) -> str:
        """The text without what was read."""
        return without(text, [span for span in (self.day and self.day.span, self.amount and self.amount.span, self.where) if span])


def _read(text: str, as_of: date) -> _Said:
    day = deadline(text, as_of)
    rest = without(text, [day.span]) if day else text
    sums = [amount for amount in amounts(rest) if amount.value > 0]
    wanted = sums[0] if sums else None
    purpose = _purpose(text, day, wanted)
    clashes = len(sums) > 1 or any(_MONTHLY.match(rest, amount.span.end) for amount in sums)
    return _Said(wanted, day, purpose[0] if purpose else None, purpose[1] if purpose else None, clashes)


def _purpose(text: str, day: Deadline | None, wanted: Amount | None) -> tuple[str, Span] | None:
    """What it is for, as it was said: up to the sum, the day, or the end of the sentence."""
    marks = {"day": day.span if day else None, "sum": wanted.span if wanted else None}
    signs = without(text, [span for span in marks.values() if span])
    signs = "".join("\n" if any(span and span.start <= i < span.end for span in marks.values()) else sign for i, sign in enumerate(signs))
    for pattern in _PURPOSES:
        for match in pattern.finditer(signs):
            words = " ".join(match["purpose"].split()).strip(" ,.?!")
            words = _TAIL.sub("", words)
            if words and len(words) <= _LONGEST_PURPOSE:
                return words, Span(*match.span())
    return None
