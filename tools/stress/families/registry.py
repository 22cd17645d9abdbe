"""All families, and what every sort of booking adds to which channel."""

from functools import lru_cache
from itertools import product
from typing import get_args

from tools.ledger.account import AccountKind
from tools.ledger.category import CATEGORIES
from tools.ledger.movements import part_of
from tools.stress.families import balance, card, cash, commitments, exposure, income, penalties, swings
from tools.stress.families.family import Family, Post, Sort

FAMILIES: tuple[Family, ...] = (
    balance.FAMILY, swings.FAMILY, income.FAMILY, commitments.FAMILY, cash.FAMILY, penalties.FAMILY, exposure.FAMILY, card.FAMILY,
)  # fmt: skip

ACCOUNT_KINDS: tuple[AccountKind, ...] = get_args(AccountKind)
CATEGORY_KEYS: tuple[str, ...] = tuple(CATEGORIES)


@lru_cache(maxsize=1)
def posts_by_sort() -> tuple[tuple[Post, ...], ...]:
    """What each sort of booking adds, by `sort_code`."""
    return tuple(
        tuple(
            post
            for family in FAMILIES
            for post in family.posts(Sort(key, CATEGORIES[key].group, part_of(key, incoming), incoming, kind, failed))
        )
        for key, kind, incoming, failed in product(CATEGORY_KEYS, ACCOUNT_KINDS, (False, True), (False, True))
    )


def sort_code(category: str, kind: AccountKind, incoming: bool, failed: bool) -> int:
    """The place of a sort of booking in `posts_by_sort`; an unknown category counts as `other`."""
    at = _CATEGORY_AT.get(category, _CATEGORY_AT["other"])
    return ((at * len(ACCOUNT_KINDS) + _KIND_AT[kind]) * 2 + incoming) * 2 + failed


_CATEGORY_AT = {key: at for at, key in enumerate(CATEGORY_KEYS)}
_KIND_AT = {kind: at for at, kind in enumerate(ACCOUNT_KINDS)}
