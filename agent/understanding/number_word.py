"""Numbers written as words: "twenty-five thousand", "half a million". Exact, never floats."""

import re
from decimal import Decimal

_SMALL = {
    word: number
    for number, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * (number + 2) for number, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"])
}
_SCALES = {
    "hundred": 100,
    "thousand": 1000,
    "grand": 1000,
    "k": 1000,
    "lakh": 100_000,
    "million": 1_000_000,
    "m": 1_000_000,
    "mn": 1_000_000,
    "crore": 10_000_000,
}
_VALUE = {**_SMALL, **_TENS, "a": 1, "an": 1, "half": Decimal("0.5"), "couple": 2, "dozen": 12}
_UNIT = "|".join(sorted([*_SMALL, *_TENS], key=len, reverse=True))
_SCALE = "hundred|thousand|grand|million|lakh|crore"

#: A number in words with at least one scale word, or a plain small number; `a thousand`, `half a million`, `two and a half thousand`.
SCALED_WORDS = rf"(?:(?:half\s+a|a\s+couple\s+of|an?|(?:{_UNIT})(?:[\s-]+(?:{_UNIT}))*(?:\s+and\s+a\s+half)?)\s+)(?:{_SCALE})(?:[\s-]+(?:and\s+)?(?:{_UNIT}|{_SCALE}))*"
SMALL_WORDS = rf"(?:{_UNIT})(?:-(?:{_UNIT}))?"

_SMALL_ONLY = re.compile(rf"(?:{SMALL_WORDS})", re.IGNORECASE)


def scale_of(word: str | None) -> int:
    """What a suffix multiplies by: `k` -> 1000; 1 for none."""
    return _SCALES.get((word or "").casefold(), 1)


def number_of(words: str) -> Decimal | None:
    """The number that the words say, or None: "two hundred and fifty" -> 250, "half a million" -> 500000, "twenty-four" -> 24."""
    total, current = Decimal(0), Decimal(0)
    half_next = False
    seen = False
    for word in re.split(r"[\s-]+", words.casefold().strip()):
        if word in {"and", "of"}:
            continue
        if word in _SCALES:
            current = (current or Decimal(1)) * _SCALES[word]
            if _SCALES[word] >= 1000:
                total, current = total + current, Decimal(0)
        elif word in {"a", "an"}:
            if half_next or current:
                continue
            current = Decimal(1)
        elif word in _VALUE:
            current = Decimal(2) if word == "couple" else current + Decimal(_VALUE[word])
        else:
            return None
        half_next = word == "half"
        seen = True
    return total + current if seen else None


def small_number(word: str) -> int | None:
    """A count in digits or words, as in durations and limits: "12", "twelve", "a"."""
    if word.isdecimal():
        return int(word)
    if word.casefold() in {"a", "an"}:
        return 1
    if not _SMALL_ONLY.fullmatch(word):
        return None
    number = number_of(word)
    return None if number is None else int(number)
