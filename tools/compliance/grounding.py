"""Grounding: no figure is shown that does not stand for a fact.

Two independent checks. On a draft (before rendering) no digit and no number word may stand outside a slot. On the final bytes
(after rendering) every stretch that claims to be a fact must read exactly as `render_fact` writes that fact, and once all known
stretches are taken away no numeric character or number word may remain (the residual rule: a claim that vanishes into an
allow-list would pass, so nothing is skipped but what code itself put there).
"""

import re
import tomllib
import unicodedata
from functools import cache, lru_cache
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
_DIGIT = re.compile(r"\d")
#: Letters spaced out or dotted, as in `f i v e` and `f.i.v.e`.
_SPACED = re.compile(r"(?<!\w)(?:\w[ ._\-]){2,}\w(?!\w)")
_GAPS = re.compile(r"[ ._\-]")
#: Signs that are figures or make one: per cent, per mille, keycaps.
_FIGURE_SIGNS = frozenset("%‰‱🔟💯")
_LOOKALIKES = str.maketrans(
    "АВЕЅІЈКМНОРСТУХаеоріјѕсухԁһвкмнтгпΑΒΕΖΗΙΚΜΝΟΡΤΥΧοαειρτυνκ", "ABESIJKMHOPCTYXaeopijscyxdhbkmhtrnABEZHIKMNOPTYXoaeiptuvk"
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


@lru_cache(maxsize=4096)  # each rule asks for the same few texts again
def visible(text: str) -> str:
    """The text as a reader sees it: compatibility forms folded (NFKC), invisible and direction characters taken out.

    Marks over letters are taken off and Cyrillic and Greek letters that look like Latin ones become these. For matching only.
    """
    apart = unicodedata.normalize("NFKD", _INVISIBLE.sub("", text))
    bare = "".join(char for char in apart if unicodedata.category(char) not in {"Mn", "Me"})
    return _INVISIBLE.sub("", unicodedata.normalize("NFKC", bare)).translate(_LOOKALIKES)


def figures_in(text: str, language: str = "en") -> tuple[str, ...]:
    """Every digit run, numeric character, sign of money or percent, and number word of `text`; empty when there is none.

    Digits and numerals of all scripts count (`½`, `٣`, `④`, `Ⅻ`), spelled numbers of the reply's language, and those of every other
    language that cannot be mistaken for something else; spelled ones also when they are spaced out (`f i v e`).
    """
    seen = visible(text)
    found = [token for token in seen.split() if _DIGIT.search(token)]
    found += [char for char in f"{text}{seen}" if _is_numeral(char)]
    return (*found, *_spelled(seen, language), *_spaced_out(seen))


def draft_figures(draft: str, language: str, names: tuple[str, ...] = ()) -> tuple[str, ...]:
    """Figures of a draft outside its slots and outside exact product `names`."""
    bare = SLOT.sub(" ", draft)
    for name in sorted(names, key=len, reverse=True):
        bare = bare.replace(name, " ")
    return figures_in(bare, language)


def _spelled(text: str, language: str) -> list[str]:
    tokens = [_bare(match.group()) for match in _WORD.finditer(text)]
    tables = number_words()
    own, everywhere = tables.get(language, tables["en"]), _words_of_all()
    found: list[str] = []
    for index, word in enumerate(tokens):
        following = tokens[index + 1] if index + 1 < len(tokens) else ""
        before = tokens[index - 1] if index else ""
        if (before, word) in NO_FIGURE or (word, following) in NO_FIGURE:
            continue
        if word in everywhere or word in own.ambiguous or word == "third" or (word == "one" and following in tables["en"].one_before):
            found.append(word)
    return found


def _spaced_out(text: str) -> list[str]:
    runs = [_GAPS.sub("", match.group()).casefold() for match in _SPACED.finditer(text)]
    return [word for run in runs for word in sorted(_words_of_all()) if len(word) > 2 and word in run]


@cache
def _words_of_all() -> frozenset[str]:
    return frozenset[str]().union(*(table.words for table in number_words().values()))


@lru_cache(maxsize=4096)
def _is_numeral(char: str) -> bool:
    """Numeric characters other than digits (`½`, `Ⅻ`, `一`), and signs that make a figure of what stands beside them."""
    return char in _FIGURE_SIGNS or unicodedata.category(char) == "Sc" or (char.isnumeric() and not char.isdecimal())


def _fold(word: str) -> str:
    return _bare(visible(word))


def _bare(word: str) -> str:
    return word.casefold().split("'")[0].split("’")[0]
