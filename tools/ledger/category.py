"""What money is for: the closed list of categories, kept as data in `categories.toml`.

The group decides how a movement counts (see `tools.ledger.flows` and `tools.ledger.features`): `credit` is borrowing and paying
back, `saving` is money put aside, `transfer` is money moved from or to others, `fees` and the three spending groups are spending.
"""

import tomllib
from pathlib import Path
from typing import Literal

from tools.errors import UsageError
from tools.value import Value

CategoryGroup = Literal["income", "essential", "commitment", "discretionary", "saving", "credit", "fees", "transfer"]


class Category(Value):
    """One category: its key in records, the label people read, and the words they use for it."""

    key: str
    label: str
    group: CategoryGroup
    synonyms: tuple[str, ...] = ()


def _load() -> dict[str, Category]:
    path = Path(__file__).with_name("categories.toml")
    rows = tomllib.loads(path.read_text(encoding="utf-8"))["category"]
    return {row["key"]: Category.model_validate(row) for row in rows}


#: Every category by its key, in the order of the file.
CATEGORIES: dict[str, Category] = _load()


def category(key: str) -> Category:
    """The category of that key.

    Raises:
        UsageError: no such category.
    """
    found = CATEGORIES.get(key)
    if found is None:
        raise UsageError(f"There is no category {key!r}. Use one of: {', '.join(CATEGORIES)}.", code="unknown_category")
    return found
