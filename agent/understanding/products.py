"""Which published products the words name, and what somebody needs one for."""

import re
from collections.abc import Sequence
from typing import NamedTuple

from agent.understanding.span import Span, without
from tools.product import Product, ProductKind

_ALIKE = 90
_WORDS = re.compile(r"[\w%'-]+")

#: Kinds as people call them, the most specific first.
_KIND_WORDS: tuple[tuple[str, tuple[ProductKind, ...]], ...] = (
    (r"working capital(?: loan)?", ("working_capital",)),
    (r"invoice (?:finance|financing|factoring)", ("invoice_finance",)),
    (r"business (?:current )?accounts?", ("current_account",)),
    (r"(?:car|auto|vehicle) (?:loan|finance)s?|hire purchase", ("car_loan",)),
    (r"personal loans?|unsecured loans?", ("personal_loan",)),
    (r"mortgages?|home loans?", ("mortgage",)),
    (r"overdrafts?", ("overdraft",)),
    (r"credit cards?", ("credit_card",)),
    (r"debit cards?|travel cards?", ("debit_card",)),
    (r"(?:fixed[- ](?:rate )?|term )(?:savers?|deposits?|savings(?: accounts?)?)|fixed[- ]term savings(?: accounts?)?", ("fixed_deposit",)),
    (r"regular savers?|recurring deposits?", ("recurring_deposit",)),
    (r"savings? (?:accounts?|products?)|savers?", ("savings", "fixed_deposit", "recurring_deposit")),
    (r"current accounts?|bank accounts?", ("current_account",)),
    (r"portfolios?", ("portfolio",)),
    (r"(?:index )?funds?", ("fund",)),
    (r"pensions?|sipp", ("pension",)),
    (r"insurances?|life cover|home cover", ("insurance",)),
    (r"loans?", ("personal_loan", "car_loan")),
)
_SPOKEN: dict[str, str] = {
    "current_account": "current account", "savings": "savings account", "fixed_deposit": "fixed deposit", "recurring_deposit": "regular saver",
    "credit_card": "credit card", "debit_card": "debit card", "personal_loan": "personal loan", "car_loan": "car loan", "mortgage": "mortgage",
    "overdraft": "overdraft", "working_capital": "working capital loan", "invoice_finance": "invoice finance", "fund": "fund", "portfolio": "portfolio",
    "pension": "pension", "insurance": "insurance", "fx": "foreign payment",
}  # fmt: skip

#: What a product is wanted for, the most specific first.
_NEEDS: tuple[tuple[str, str], ...] = (
    ("emergency_fund", r"emergenc\w*|rainy[- ]day|safety net|buffer|cushion|unexpected (?:costs?|bills?|expenses?)"),
    ("retire", r"pension|retir\w*|old age|sipp"),
    ("protect", r"insur\w*|protect\w*|life cover|cover (?:for|my|our|the)|home cover|in case i (?:die|fall ill)"),
    ("business", r"business|company|firm|invoices?|working capital|my shop|self[- ]employed|sole trader|msme"),
    ("travel", r"travel\w*|abroad|holiday|overseas|foreign|currency"),
    (
        "home",
        r"mortgages?|remortgag\w*|first (?:home|house|flat)|buy(?:ing)? (?:a |an |my |our )?(?:\w+ )?(?:home|house|flat|property)|home loan|house purchase",
    ),
    ("borrow", r"borrow\w*|loans?|overdrafts?|credit cards?|finance a|credit"),
    ("invest", r"invest\w*|funds?|portfolio|shares|stocks?|isa|grow my money"),
    (
        "savings",
        r"sav(?:e|er|ers|ing|ings)|deposits?|put (?:something |some |money )?(?:aside|away|by)|nest egg|interest on|lump sum|spare|safe for my money",
    ),
    ("everyday", r"current account|everyday|bank account|debit card|day[- ]to[- ]day"),
)


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
        match = re.search(rf"\b{re.escape(name)}s?\b", rest)
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
                parts.setdefault(" ".join(words[start:end]), set()).add(product.id)
        parts.setdefault(" ".join(words), set()).add(product.id)
    full = {" ".join(product.name.casefold().replace("-", " ").split()): product for product in products}
    generic = {spoken for spoken in _SPOKEN.values()}
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
    for pattern, kinds in _KIND_WORDS:
        if re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE):
            found = tuple(product for product in products if product.kind in kinds)
            return tuple(product for product in found if "business" in product.tags) if pattern.startswith("business") else found
    return ()


def need_of(text: str) -> str | None:
    """What a product is wanted for, in the words of the toolbox; None when it was not said."""
    return next((need for need, pattern in _NEEDS if re.search(rf"\b(?:{pattern})\b", text, re.IGNORECASE)), None)
