"""Whom a payment went to or came from, in the person's words."""

import re

_TRIGGER = re.compile(
    r"\b(?:to|from|at|by|with|via|pay|paid|paying|for|called|named|did|has|have|was|through|find|search|towards|payment|charge)\b",
    re.IGNORECASE,
)
_ARTICLE = frozenset({"the", "my", "a", "an", "our", "that", "any", "some", "for", "to", "from", "company", "her", "his", "their"})
_STOP = frozenset(
    "i me my mine you your we us it its he she they them him her his their this that these those the a an and or but if in on at to from by with of for as is are was were be been being do does did has "
    "have had not no yes so than then there here who what which when where why how much many all any every each last latest recent next first more most less least over under above below between since until "
    "before after during about around against into out up down off total ever already twice once still yet please now today yesterday tomorrow week month year day days months years weekend "
    "money cash account accounts payment payments transaction transactions transfer transfers booking bookings purchase purchases statement statements direct debit debits standing order orders card cards "
    "withdrawal withdrawals deposit deposits credit credits balance bank pay paid paying spend spent spending buy bought charge charged take taken took come came arrive arrived get got gone go went send sent "
    "receive received look search find show list see made make paid largest biggest smallest highest lowest incoming outgoing coming going client clients customer someone somebody anyone people companies company "
    "pounds pound quid gbp euros through find out amount amounts sum lot bit it's i've i'd have".split()
)  # fmt: skip
_WORD = re.compile(r"[^\W_][\w&'.-]*")
_LONGEST = 3


def merchant(text: str) -> str | None:
    """The name after "to", "from", "at", "pay", "did ..."; None when only ordinary words follow."""
    for match in _TRIGGER.finditer(text):
        name = _name_after(text, match.end())
        if name:
            return name
    return None


def _name_after(text: str, start: int) -> str | None:
    words: list[str] = []
    position = start
    for match in _WORD.finditer(text, start):
        word = match[0].rstrip(".").removesuffix("'s")
        if text[position : match.start()].strip():
            break
        position = match.end()
        if not words and word.casefold() in _ARTICLE:
            continue
        if word.casefold() in _STOP or word.isdigit() or len(words) == _LONGEST:
            break
        words.append(word)
    return " ".join(words) or None
