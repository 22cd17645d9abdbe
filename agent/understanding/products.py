"""Which published products the words name, and what somebody needs one for."""

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from agent.understanding.lexicon import table
from agent.understanding.span import Span, without
from tools.product import Product, ProductKind

_ALIKE = 90
#: "five year" is a length of time, whatever product has it in its name.
_LENGTH = re.compile(r"[\w]+ (?:year|month|day|week)s?")
_WORDS = re.compile(r"[\w%'-]+")

_SPOKEN: dict[ProductKind, str] = table("product_words")["spoken"]


class Named(NamedTuple):
    """A product the words name."""

    product: Product
    span: Span


def named_products(text: str, products: Sequence[Product]) -> tuple[Named, ...]:
    """Products named by their public name, in any case and nearly right, or by the part of a name that only one product has."""
    found: list[Named] = []
    folded = re.sub(r"[-]", " ", text.casefold())
    rest = folded
    for name, place in _spoken_names(tuple(product.name for product in products)):
        match = re.search(rf"\b{re.escape(name)}s?\b", rest) if name in rest else None
        if match:
            found.append(Named(products[place], Span(match.start(), match.end())))
            rest = without(rest, [found[-1].span])
    found += _misspelt(rest, products, {named.product.id for named in found})
    return tuple(sorted(found, key=lambda named: named.span))


@lru_cache(maxsize=16)
def _spoken_names(names: tuple[str, ...]) -> tuple[tuple[str, int], ...]:
    """Folded names, and their parts of at least two words that no other has, with the place of the product; the longest first."""
    parts: dict[str, set[int]] = {}
    full: dict[str, int] = {}
    for place, name in enumerate(names):
        words = name.casefold().replace("-", " ").split()
        for start in range(len(words)):
            for end in range(start + 2, len(words) + 1):
                part = " ".join(words[start:end])
                if not _LENGTH.fullmatch(part):
                    parts.setdefault(part, set()).add(place)
        full[" ".join(words)] = place
    generic = set(_SPOKEN.values())
    unique = {part: next(iter(places)) for part, places in parts.items() if len(places) == 1 and part not in generic}
    return tuple(sorted({**unique, **full}.items(), key=lambda item: -len(item[0])))


def _misspelt(rest: str, products: Sequence[Product], known: set[str]) -> list[Named]:
    """Names with a slip: windows of as many words as the name has."""
    from rapidfuzz import fuzz

    found: list[Named] = []
    words = list(_WORDS.finditer(rest))
    for product in products:
        if product.id in known:
            continue
        name = product.name.casefold().replace("-", " ")
        size = len(name.split())
        for start in range(len(words) - size + 1):
            window = rest[words[start].start() : words[start + size - 1].end()]
            if abs(len(window) - len(name)) <= 2 and fuzz.ratio(window, name) >= _ALIKE:
                found.append(Named(product, Span(words[start].start(), words[start + size - 1].end())))
                break
    return found


def spoken_kind(product: Product) -> str:
    """What people call a product of this kind."""
    return _SPOKEN[product.kind]


def of_kind(text: str, products: Sequence[Product]) -> tuple[Product, ...]:
    """The products of the first kind that the words name; empty when they name none."""
    for row in table("product_words")["kind"]:
        if re.search(rf"\b(?:{row['pattern']})\b", text, re.IGNORECASE):
            return tuple(product for product in products if product.kind in row["kinds"] and row.get("tag", "") in {"", *product.tags})
    return ()


def need_of(text: str) -> str | None:
    """What a product is wanted for, in the words of the toolbox; None when it was not said."""
    rows = table("product_words")["need"]
    return next((row["need"] for row in rows if re.search(rf"\b(?:{row['pattern']})\b", text, re.IGNORECASE)), None)
