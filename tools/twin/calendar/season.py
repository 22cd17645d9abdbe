"""A yearly season: twelve factors around 1, only where a history is long enough to tell it from chance."""

from collections import defaultdict
from collections.abc import Sequence
from statistics import fmean

#: A season needs months that were seen twice.
LEAST_MONTHS = 18
#: How many times larger than chance alone the spread between calendar months must be (an F ratio, our choice).
_STANDS_OUT = 2.0
#: Factors that all lie this near to 1 are none.
_FLAT = 0.02
MONTHS = 12


def season_of(values: Sequence[int], first_month: int) -> tuple[float, ...]:
    """Twelve factors (January first, mean 1) of monthly values that follow each other, or nothing.

    One-way random effects (method of moments): the spread of the same calendar month from year to year is chance, what the
    means of the calendar months vary beyond that is season, and each factor is shrunk towards 1 by `season / (season + chance / n)`.

    Args:
        values: one per month, without a gap.
        first_month: calendar month of the first value, 1 to 12.
    """
    middle = fmean(values) if values else 0.0
    if len(values) < LEAST_MONTHS or middle <= 0:
        return ()
    by_month: dict[int, list[float]] = defaultdict(list)
    for at, value in enumerate(values):
        by_month[(first_month - 1 + at) % MONTHS].append(value / middle)
    means = {month: fmean(ratios) for month, ratios in by_month.items()}
    chance = sum((ratio - means[month]) ** 2 for month, ratios in by_month.items() for ratio in ratios) / (len(values) - MONTHS)
    centre = fmean(means.values())
    between = sum((mean - centre) ** 2 for mean in means.values()) / (MONTHS - 1)
    expected = chance * fmean(1 / len(ratios) for ratios in by_month.values())
    if between <= _STANDS_OUT * expected:
        return ()
    signal = between - expected
    kept = {month: signal / (signal + chance / len(ratios)) for month, ratios in by_month.items()}
    factors = [max(1 + (means[month] / centre - 1) * kept[month], 0.0) for month in range(MONTHS)]
    total = fmean(factors)
    found = tuple(round(factor / total, 4) for factor in factors)
    return found if max(abs(factor - 1) for factor in found) > _FLAT else ()


def without_season(values: Sequence[int], first_month: int, season: Sequence[float]) -> list[float]:
    """The values with the season taken out, month by month; as they are where there is none."""
    if not season:
        return [float(value) for value in values]
    middle = fmean(values) if values else 0.0
    return [value - middle * (season[(first_month - 1 + at) % MONTHS] - 1) for at, value in enumerate(values)]
