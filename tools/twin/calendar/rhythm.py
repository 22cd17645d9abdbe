"""The rhythm of a recurring flow: on which day it is due, how late it comes, and when it comes next."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from statistics import median

from tools.ledger.flows import Flow
from tools.ledger.money import rounded_minor
from tools.twin.calendar.payment_day import DAYS_PER_MONTH, month_step

#: Payments that tell the day and the lateness; older ones are another time of life.
_LATEST = 12
#: What counts as the amount of today: the payments of half a year, and three at least.
_RECENT_DAYS = 183
_RECENT_LEAST = 3
#: Sightings that the prior of a spread is worth, as in `tools.twin.persona.prior`.
_PRIOR_SIGHTINGS = 2.0
#: How long after its day a payment that has not come is expected any day, rather than given up for this time.
_GRACE_DAYS = 5
#: How far before the last day "at the end of the month" lies on average: weekends move the last working day by less.
_END_OF_MONTH_DAYS = 1.5
#: Distances that are whole months, within what a late payment does to a median.
_MONTH_STEPS = {1: range(27, 34), 2: range(58, 66), 3: range(86, 97), 6: range(176, 190), 12: range(355, 377)}


@dataclass(frozen=True)
class Rhythm:
    """When one flow comes, in days.

    Attributes:
        months: whole months between two, 0 for a rhythm of days (weekly, fortnightly, four-weekly).
        day: usual day of the month for a rhythm of months; 31 is the end of the month.
        late_days: mean distance to that day, negative when it comes before, shrunk towards none while it was seen rarely.
    """

    every_days: int
    months: int
    day: int | None
    late_days: float
    late_sd_days: float
    next_on: date


def rhythm_of(flow: Flow, as_of: date, late_sd_days: float) -> Rhythm:
    """The rhythm of a flow as of a day; `late_sd_days` is the spread of lateness that is likely before any was seen."""
    dates = flow.dates[-_LATEST:] or (flow.last_on,)
    months = whole_months_between(flow.every_days, flow.day_of_month)
    if not months:
        gaps = [float((later - earlier).days - flow.every_days) for earlier, later in pairwise(dates)]
        spread = _pooled_sd(gaps, late_sd_days)
        return Rhythm(flow.every_days, 0, None, 0.0, spread, _next_by_days(flow.last_on, flow.every_days, as_of))
    day = _due_day(dates, flow.day_of_month)
    late = [float(_shift(each, day)) for each in dates]
    mean = sum(late) / (len(late) + 1)
    next_on = _next_by_months(flow.last_on, months, day, as_of)
    return Rhythm(flow.every_days, months, day, round(mean, 2), _pooled_sd(late, late_sd_days), next_on)


def whole_months_between(every_days: int, day: int | None) -> int:
    """Whole months between two payments of that distance; 0 for a rhythm of days. Near a month, only with a day of the month."""
    step = next((step for step, days in _MONTH_STEPS.items() if every_days in days), 0)
    return 0 if step == 1 and day is None else step


def recent_amount(flow: Flow, payment_cv: float) -> tuple[int, int]:
    """Today's amount of a flow and its spread: the median of the last half year, the spread pooled with that of its kind."""
    kept = flow.amounts_minor[-max(_RECENT_LEAST, round(_RECENT_DAYS / flow.every_days)) :] or (flow.amount_minor,)
    amount = rounded_minor(median(kept))
    weight = _PRIOR_SIGHTINGS / (_PRIOR_SIGHTINGS + len(kept))
    variance = (1 - weight) * _variance(kept) + weight * (payment_cv * amount) ** 2
    return amount, rounded_minor(variance**0.5)


def monthly_amount(amount_minor: int, rhythm: Rhythm) -> int:
    """What payments of that amount come to in a mean month."""
    if rhythm.months:
        return rounded_minor(amount_minor / rhythm.months)
    return rounded_minor(amount_minor * DAYS_PER_MONTH / rhythm.every_days)


def _pooled_sd(values: Sequence[float], prior: float) -> float:
    weight = _PRIOR_SIGHTINGS / (_PRIOR_SIGHTINGS + len(values))
    seen = _variance(values) if values else 0.0
    return round(((1 - weight) * seen + weight * prior**2) ** 0.5, 2)


def _variance(values: Sequence[float]) -> float:
    """Plain, because a handful of values is faster without arrays or exact fractions."""
    middle = sum(values) / len(values)
    return sum((value - middle) ** 2 for value in values) / len(values)


def _due_day(dates: Sequence[date], usual: int | None) -> int:
    """The usual day, or the end of the month where the days keep closer to it ("last working day")."""
    day = usual if usual is not None else dates[-1].day
    if 3 <= day <= 26 or len(dates) < _RECENT_LEAST:
        return day
    from_day, from_end = ([_shift(each, due) for each in dates] for due in (day, 31))
    at_end = max(from_end) <= 1 and sum(from_end) >= -_END_OF_MONTH_DAYS * len(dates)
    return 31 if at_end and _variance(from_end) < _variance(from_day) else day


def _shift(on: date, day: int) -> int:
    """Days from the nearest such day of a month to `on`; negative when `on` is before it."""
    apart = on.day - day
    if day <= 28 and abs(apart) <= 14:
        return apart
    near = (month_step(on, months, day) for months in (-1, 0, 1))
    return min(((on - due).days for due in near), key=abs)


def _next_by_months(last_on: date, months: int, day: int, as_of: date) -> date:
    due = last_on - timedelta(days=_shift(last_on, day))
    passed = max((as_of.year - due.year) * 12 + as_of.month - due.month, 0) // months
    coming = (month_step(due, steps * months, day) for steps in range(max(passed, 1), passed + 3))
    return next(_awaited(each, as_of) for each in coming if each + timedelta(days=_GRACE_DAYS) > as_of)


def _next_by_days(last_on: date, every_days: int, as_of: date) -> date:
    passed = max((as_of - last_on).days // every_days, 1)
    grace = min(_GRACE_DAYS, every_days // 3)
    coming = (last_on + timedelta(days=steps * every_days) for steps in range(passed, passed + 3))
    return next(_awaited(each, as_of) for each in coming if each + timedelta(days=grace) > as_of)


def _awaited(due: date, as_of: date) -> date:
    """What is overdue by little comes tomorrow."""
    return max(due, as_of + timedelta(days=1))
