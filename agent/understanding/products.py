"""Which published products the words name, and what somebody needs one for."""

import re
from collections.abc import Sequence
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
    for name, product in sorted(_spoken_names(products).items(), key=lambda item: -len(item[0])):
        match = re.search(rf"\b{re.escape(name)}s?\b", rest) if name in rest else None
        if match:
            found.append(Named(product, Span(match.start(), match.end())))
            rest = without(rest, [found[-1].span])
    found += _misspelt(rest, products, {named.product.id for named in found})
    return tuple(sorted(found, key=lambda named: named.span))


def _spoken_names(products: Sequence[Product]) -> dict[str, Product]:
    """Folded names, and their parts of at least two words that no other product has."""
    parts: dict[str, set[str]] = {}
    by_id = {product.id: product for product in products}
    for product in products:
        words = product.name.casefold().replace("-", " ").split()
        for start in range(len(words)):
            for end in range(start + 2, len(words) + 1):
                part = " ".join(words[start:end])
                if not _LENGTH.fullmatch(part):
                    parts.setdefault(part, set()).add(product.id)
        parts.setdefault(" ".join(words), set()).add(product.id)
    full = {" ".join(product.name.casefold().replace("-", " ").split()): product for product in products}
    generic = set(_SPOKEN.values())
    unique = {name: by_id[next(iter(ids))] for name, ids in parts.items() if len(ids) == 1 and name not in generic}
    return {**unique, **full}


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
