"""Which language a message is in, by its small words. Short messages count as English: no guess is made from one word."""

import re

_SMALL_WORDS: dict[str, frozenset[str]] = {
    "en": frozenset(
        [
            "the",
            "is",
            "are",
            "my",
            "i",
            "what",
            "how",
            "do",
            "to",
            "of",
            "and",
            "can",
            "which",
            "in",
            "for",
            "it",
            "me",
            "you",
            "a",
            "on",
            "with",
            "does",
            "will",
            "if",
        ]
    ),
    "de": frozenset(
        [
            "ich",
            "ist",
            "der",
            "die",
            "das",
            "und",
            "wie",
            "was",
            "mein",
            "meine",
            "kann",
            "nicht",
            "ein",
            "eine",
            "für",
            "auf",
            "mit",
            "welche",
            "wieviel",
            "habe",
            "bin",
            "im",
        ]
    ),
    "es": frozenset(
        [
            "el",
            "la",
            "los",
            "las",
            "es",
            "mi",
            "mis",
            "qué",
            "cómo",
            "cuánto",
            "puedo",
            "de",
            "que",
            "y",
            "para",
            "con",
            "una",
            "un",
            "en",
            "tengo",
            "por",
            "cuál",
        ]
    ),
}
_WORD = re.compile(r"[^\W\d_]+")


def language_of(text: str) -> str:
    """`en`, `de` or `es`: the language with most small words, English unless another has at least two and more than English."""
    words = [word.casefold() for word in _WORD.findall(text)]
    counts = {language: sum(word in small for word in words) for language, small in _SMALL_WORDS.items()}
    best = max(counts, key=lambda language: (counts[language], language == "en"))
    return best if counts[best] >= 2 and counts[best] > counts["en"] else "en"
