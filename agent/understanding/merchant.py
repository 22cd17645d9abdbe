"""Whom a payment went to or came from, in the person's words."""

import re

from agent.understanding.lexicon import words

_TRIGGER = re.compile(
    r"\b(?:to|from|at|on|by|with|via|pay|paid|paying|for|called|named|did|has|have|was|through|find|search|towards|payment|charge)\b",
    re.IGNORECASE,
)
_ARTICLE = words("before_a_payee")
_STOP = words("never_a_payee")
_WORD = re.compile(r"[^\W_][\w&'.-]*")
_LONGEST = 3


def merchant(text: str) -> str | None:
    """The name after "to", "from", "at", "pay", "did ..."; None when only ordinary words follow."""
    for match in _TRIGGER.finditer(text):
        found = _name_after(text, match.end())
        if found and (match[0].casefold() != "on" or found[:1].isupper()):
            return found
    return None


def _name_after(text: str, start: int) -> str | None:
    name: list[str] = []
    position = start
    for match in _WORD.finditer(text, start):
        word = match[0].rstrip(".").removesuffix("'s")
        if text[position : match.start()].strip():
            break
        position = match.end()
        if not name and word.casefold() in _ARTICLE:
            continue
        if word.casefold() in _STOP or word.isdigit() or len(name) == _LONGEST:
            break
        name.append(word)
    return " ".join(name) or None
