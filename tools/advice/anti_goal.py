"""What a customer does not want, read from the words of the profile by rules kept as data."""

import tomllib
from functools import lru_cache
from importlib.resources import files

from tools.product import Product, ProductClass
from tools.value import Value


class AntiGoal(Value):
    """Words that name an anti-goal and what a product must be like to go against it; None means no condition."""

    words: tuple[str, ...]
    product_class: ProductClass | None = None
    min_risk_class: int | None = None
    locked: bool | None = None
    regular_fee: bool | None = None
    tag: str | None = None

    def meant_by(self, text: str) -> bool:
        """True when the customer's words mean this anti-goal."""
        return any(word in text.casefold() for word in self.words)

    def hit_by(self, product: Product) -> bool:
        """True when every condition given holds for the product."""
        return (
            (self.product_class is None or product.product_class == self.product_class)
            and (self.min_risk_class is None or product.risk_class >= self.min_risk_class)
            and (self.locked is None or (product.access_days is None) == self.locked)
            and (self.regular_fee is None or has_regular_fee(product) == self.regular_fee)
            and (self.tag is None or self.tag in product.tags)
        )


def has_regular_fee(product: Product) -> bool:
    """True when the product charges something each month or year."""
    return any(fee.period in {"month", "year"} and (fee.amount_minor or fee.rate_bps) for fee in product.fees)


def goes_against(product: Product, anti_goals: tuple[str, ...]) -> bool:
    """True when the product goes against any of the customer's anti-goals."""
    return any(rule.hit_by(product) for rule in _rules() if any(rule.meant_by(text) for text in anti_goals))


@lru_cache(maxsize=1)
def _rules() -> tuple[AntiGoal, ...]:
    rows = tomllib.loads(files("tools.advice").joinpath("anti_goals.toml").read_text(encoding="utf-8"))["anti_goal"]
    return tuple(AntiGoal.model_validate(row) for row in rows)
