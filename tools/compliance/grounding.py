"""Grounding: no figure is shown that does not stand for a fact.

Two independent checks. On a draft (before rendering) no digit and no number word may stand outside a slot. On the final bytes
(after rendering) every stretch that claims to be a fact must read exactly as `render_fact` writes that fact, and once all known
stretches are taken away no numeric character or number word may remain (the residual rule: a claim that vanishes into an
allow-list would pass, so nothing is skipped but what code itself put there).
"""

import re
import tomllib
import unicodedata
from functools import cache
from pathlib import Path

from tools.value import Value

#: `{{kind:id}}`: f fact, t untrusted text, q quote of a passage, c citation of a quote, p product name.
SLOT = re.compile(r"\{\{([ftqcp]):([A-Za-z0-9_.:#/\-]{1,160})\}\}")
#: Pairs of words that look like a figure and are none: a side of an account's zero line, a manner, a role.
NO_FIGURE = frozenset({("below", "zero"), ("above", "zero"), ("at", "once"), ("third", "party"), ("third", "parties")})
_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)?", re.UNICODE)
_INVISIBLE = re.compile(
    r"[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\ufeff\U000e0000-\U000e0fff]"
)


class NumberWords(Value):
    """The closed list of one language."""

    words: frozenset[str]
    ambiguous: frozenset[str]
    one_before: frozenset[str] = frozenset()


@cache
def number_words() -> dict[str, NumberWords]:
    """Number words by language, from `packs/number_words.toml`."""
    raw = tomllib.loads((Path(__file__).parent / "packs" / "number_words.toml").read_text(encoding="utf-8"))
    return {
        language: NumberWords(
            words=frozenset(_fold(word) for word in entry["words"]),
            ambiguous=frozenset(_fold(word) for word in entry["ambiguous"]),
            one_before=frozenset(entry.get("one_before", ())),
        )
        for language, entry in raw.items()
    }


def visible(text: str) -> str:
    """The text as a reader sees it: compatibility forms folded (NFKC), invisible and direction characters taken out."""
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)))


def figures_in(text: str, language: str = "en") -> tuple[str, ...]:
    """Every digit run, numeric character and number word of `text`, in order; empty when there is none.

    Digits and numerals of all scripts count (`½`, `٣`, `④`), spelled numbers of the reply's language, and those of every other
    language that cannot be mistaken for something else.
    """
    seen = visible(text)
    found = [match.group() for match in re.finditer(r"\S*\d\S*", seen)]
    found += [char for char in seen if char.isnumeric() and not char.isdigit() and not _is_word_letter(char)]
    return (*found, *_spelled(seen, language))


def draft_figures(draft: str, language: str, names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Figures of a draft outside its slots and outside exact product `names`."""
    bare = SLOT.sub(" ", draft)
    for name in sorted(names, key=len, reverse=True):
        bare = bare.replace(name, " ")
    return figures_in(bare, language)


def _spelled(text: str, language: str) -> list[str]:
    tokens = [_fold(match.group()) for match in _WORD.finditer(text)]
    tables = number_words()
    own = tables.get(language, tables["en"])
    everywhere = frozenset[str]().union(*(table.words for table in tables.values()))
    found: list[str] = []
    for index, word in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        before = tokens[index - 1] if index else ""
        if (before, word) in NO_FIGURE or (word, following) in NO_FIGURE:
            continue
        if word in everywhere or word in own.ambiguous or word == "third" or (word == "one" and following in tables["en"].one_before):
            found.append(word)
    return found


def _is_word_letter(char: str) -> bool:
    """Ideographs such as 一 are numeric and letters: they count as numerals, other letters do not."""
    return unicodedata.category(char).startswith("L") and not "\u4e00" <= char <= "\u9fff"


def _fold(word: str) -> str:
    return unicodedata.normalize("NFKC", word).casefold().split("'")[0].split("’")[0]
