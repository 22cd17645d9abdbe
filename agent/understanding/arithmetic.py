"""Arithmetic in words as an expression: "what is 15% of 2,400?" -> "15% of 2400". Numbers are those the person stated."""

import re

_LEAD = re.compile(
    r"^\s*(?:(?:please|can you|could you|and|so|ok)\s+)*(?:what(?:'s| is| are| do i get if i| does)?|calculate|compute|work out|how much (?:is|are|would be)|tell me|give me|the (?:sum|result|answer) of|figure out)?\s*",
    re.IGNORECASE,
)
_TAIL = re.compile(r"\s*(?:please|equal|make|come to|\?|=|!|\.(?!\d))*\s*$", re.IGNORECASE)
_WORDS: tuple[tuple[str, str], ...] = (
    (r"\bhalf of\b", "50% of"), (r"\ba quarter of\b", "25% of"), (r"\ba third of\b", "1 / 3 *"), (r"\bdouble\b", "2 *"), (r"\btwice\b", "2 *"),
    (r"\b(?:plus|added to)\b", "+"), (r"\b(?:minus|less|take away)\b", "-"), (r"\b(?:times|multiplied by)\b|(?<=\d)\s*[x×]\s*(?=[\d£$€(])", "*"),
    (r"\b(?:divided by|over|split by|shared by)\b|÷", "/"), (r"\s*\bpercent\b", "%"), (r"(?<=\d)\s+%", "%"),
)  # fmt: skip
_TWO = (
    (re.compile(r"^(?:add|sum(?: of)?) (\S+) (?:and|to) (\S+)$"), r"\1 + \2"), (re.compile(r"^subtract (\S+) from (\S+)$"), r"\2 - \1"),
    (re.compile(r"^multiply (\S+) (?:by|with|and) (\S+)$"), r"\1 * \2"), (re.compile(r"^(?:divide|split|share) (\S+) (?:by|into|among|between) (\S+)$"), r"\1 / \2"),
)  # fmt: skip
_NUMBER = r"\d+(?:\.\d+)?%?"
_EXPRESSION = re.compile(rf"\(*{_NUMBER}\)*(?:\s*(?:[-+*/]|of)\s*\(*{_NUMBER}\)*)+")
_SCALED = re.compile(r"(\d+(?:\.\d+)?)\s?k\b", re.IGNORECASE)


def expression_of(text: str) -> str | None:
    """The expression that the whole clause is, or None when the clause is anything more than arithmetic."""
    found = _TAIL.sub("", _LEAD.sub("", text.casefold()))
    found = re.sub(r"[£$€]\s?|\b(?:pounds?|quid)\b", "", found)
    found = re.sub(r"(?<=\d),(?=\d{3})", "", found)
    found = _SCALED.sub(lambda match: _thousands(match[1]), found)
    for pattern, sign in _WORDS:
        found = re.sub(pattern, sign, found)
    found = " ".join(found.split())
    for shape, order in _TWO:
        found = shape.sub(order, found)
    found = re.sub(r"\s*([-+*/])\s*", r" \1 ", found).strip()
    return found if _EXPRESSION.fullmatch(found) and found.count("(") == found.count(")") else None


def _thousands(number: str) -> str:
    whole, _, part = number.partition(".")
    return str(int(whole) * 1000 + int((part + "000")[:3]))
