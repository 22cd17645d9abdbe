"""What a customer needs a product for, and which products answer it; kept as data."""

import tomllib
from functools import lru_cache
from importlib.resources import files
from typing import Literal, cast, get_args

from tools.advice.suitability import emergency_fund_minor, reserves_minor
from tools.errors import UsageError
from tools.ledger.features import Features
from tools.product import Product, ProductKind
from tools.value import Value

NeedName = Literal["savings", "emergency_fund", "borrow", "home", "invest", "retire", "protect", "business", "travel", "everyday"]
NEEDS: tuple[NeedName, ...] = get_args(NeedName)


class Need(Value):
    """A need: kinds of product, and what else they must have."""

    kinds: tuple[ProductKind, ...]
    access_days_max: int | None = None
    tag: str | None = None
    purpose_tags: tuple[str, ...] = ()
    term_months: int | None = None

    def answered_by(self, product: Product) -> bool:
        """True when the product is of the kind that this need asks for."""
        at_hand = self.access_days_max is None or (product.access_days is not None and product.access_days <= self.access_days_max)
        return product.kind in self.kinds and at_hand and (self.tag is None or self.tag in product.tags)

    def purpose_of(self, product: Product) -> str | None:
        """The one purpose that the product may be used for, where it is narrower than the need."""
        return next((tag for tag in self.purpose_tags if tag in product.tags), None)


@lru_cache(maxsize=1)
def _needs() -> dict[str, Need]:
    table = tomllib.loads(files("tools.advice").joinpath("needs.toml").read_text(encoding="utf-8"))
    return {name: Need.model_validate(row) for name, row in table.items()}


def need_named(name: str) -> tuple[NeedName, Need]:
    """The need of that name.

    Raises:
        UsageError: not in the closed list.
    """
    found = _needs().get(name)
    if found is None:
        raise UsageError(f"There is no need called {name!r}. Use one of: {', '.join(NEEDS)}.", code="unknown_need")
    return cast(NeedName, name), found


def likely_need(features: Features) -> NeedName:
    """Where nothing was asked for: first three months of spending at hand, then saving."""
    return "emergency_fund" if reserves_minor(features) < emergency_fund_minor(features) else "savings"
