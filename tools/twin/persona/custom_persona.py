"""A person's own persona, from percentages by category that add up to 100."""

from collections.abc import Mapping
from decimal import Decimal

from tools.errors import UsageError
from tools.ledger.category import CATEGORIES, category
from tools.ledger.customer import Segment
from tools.twin.persona.persona import Habits, Persona
from tools.twin.persona.prior import segment_priors

#: How far the sum may lie from 100: percentages are written with two decimals.
_ROUNDING = Decimal("0.01")


def custom_persona(
    name: str, percentages: Mapping[str, Decimal | float], *, segment: Segment = "retail", habits: Habits | None = None
) -> Persona:
    """A persona whose bookings split over the categories exactly as given.

    Args:
        percentages: by key or label of a category; what comes in may be among them.
        habits: how money is handled; what is usual in the segment where nobody says it.

    Raises:
        UsageError: no name, an unknown category or one given twice, a share below 0, or a sum other than 100.
    """
    title = name.strip()
    if not title:
        raise UsageError("The persona has no name. Give it one.", code="bad_persona")
    shares: dict[str, Decimal] = {}
    for given, percent in percentages.items():
        key = _key_of(given)
        if key in shares:
            raise UsageError(f"{given!r} is given twice. Give each category once.", code="bad_persona")
        shares[key] = _percent(given, percent)
    total = sum(shares.values(), Decimal(0))
    if abs(total - 100) > _ROUNDING:
        raise UsageError(f"The percentages add up to {total.normalize():f}, not to 100. Change them until they do.", code="bad_persona")
    prior = segment_priors()[segment]
    return Persona(
        key="own",
        kind="own",
        name=title,
        summary=f"Made from {len(shares)} percentages.",
        segment=segment,
        habits=habits or Habits(spending_share=prior.spending_share, income_cv=prior.income_cv, spending_cv=prior.spending_cv),
        mix={key: (float(percent), float(percent)) for key, percent in shares.items()},
    )


def _key_of(given: str) -> str:
    wanted = given.strip().casefold()
    by_label = {each.label.casefold(): each.key for each in CATEGORIES.values()}
    return category(by_label.get(wanted, wanted)).key


def _percent(given: str, percent: Decimal | float) -> Decimal:
    value = percent if isinstance(percent, Decimal) else Decimal(str(percent))
    if not value.is_finite() or value < 0:
        raise UsageError(f"{given!r} has {percent} percent. Give a share of 0 or more.", code="bad_persona")
    return value
