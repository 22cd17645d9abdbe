"""The months that lie ahead of a twin, as steps of a month from its `as_of`: which payments and seasons fall into each."""

from calendar import monthrange
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from tools.twin.calendar.payment_day import month_step, payment_days
from tools.twin.calendar.rhythm import whole_months_between

Amounts = npt.NDArray[np.int64]
Rates = npt.NDArray[np.float64]

_YEAR = 12


@dataclass(frozen=True)
class MonthsAhead:
    """Steps of a month after `as_of`, rounded up to whole years so that a year can be made to come to what it should.

    Attributes:
        months: steps asked for.
        ends: ordinal of the last day of each step of the whole years.
        shares: how much of each step lies in each calendar month, shape (steps, 12), rows adding up to 1.
    """

    as_of: date
    months: int
    ends: Amounts
    shares: Rates

    def payments(self, next_on: date, every_days: int, day: int | None) -> Rates:
        """How many payments of a rhythm fall into each step of the whole years."""
        days = payment_days(next_on, every_days, day, date.fromordinal(int(self.ends[-1])))
        at = np.searchsorted(self.ends, [each.toordinal() for each in days])
        return np.bincount(at, minlength=len(self.ends)).astype(np.float64)

    def factors(self, season: Sequence[float], *, whole_years: bool = False) -> Rates:
        """The season's factor in each step; 1 without a season."""
        steps = len(self.ends) if whole_years else self.months
        return self.shares[:steps] @ np.array(season) if season else np.ones(steps)

    def spread(self, monthly_minor: int, weights: Rates | None) -> Amounts:
        """Twelve times `monthly_minor` in every year of the whole years, by weight; evenly where a year has none.

        Rounding goes from step to step, so that a year is exact.
        """
        steps = len(self.ends)
        if weights is None:
            return np.full(steps, monthly_minor, dtype=np.int64)
        by_year = weights.reshape(-1, _YEAR)
        totals = by_year.sum(axis=1, keepdims=True)
        parts = np.where(totals > 0, by_year / np.where(totals > 0, totals, 1.0), 1 / _YEAR)
        sums = np.rint(np.cumsum(parts, axis=1) * (_YEAR * monthly_minor)).astype(np.int64)
        sums[:, -1] = _YEAR * monthly_minor
        return np.diff(sums, axis=1, prepend=0).reshape(steps)


def is_monthly(every_days: int, day: int | None) -> bool:
    """Whether a rhythm puts one payment into every step of a month, wherever the step begins."""
    return whole_months_between(every_days, day) == 1


@lru_cache(maxsize=256)
def months_ahead(as_of: date, months: int) -> MonthsAhead:
    """The next `months` months after a day."""
    steps = -(-months // _YEAR) * _YEAR
    day = 31 if as_of.day == monthrange(as_of.year, as_of.month)[1] else as_of.day
    days = [as_of, *(month_step(as_of, step, day) for step in range(1, steps + 1))]
    shares = np.zeros((steps, _YEAR))
    for step in range(steps):
        start, end = days[step], days[step + 1]
        length = (end - start).days
        # A step never reaches further than into the month after the one it starts in.
        shares[step, end.month - 1] = end.day / length if end.month != start.month else 1.0
        shares[step, start.month - 1] += 1 - shares[step, end.month - 1] if end.month != start.month else 0.0
    ends = np.array([each.toordinal() for each in days[1:]], dtype=np.int64)
    return MonthsAhead(as_of=as_of, months=months, ends=ends, shares=shares)
