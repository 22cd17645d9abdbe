"""On which days something that is paid again and again falls."""

from calendar import monthrange
from datetime import date, timedelta

DAYS_PER_MONTH = 365.25 / 12
#: From this distance on, payments follow the day of the month where one is known; below it they follow the number of days.
_MONTHLY_FROM = 27


def month_step(start: date, months: int, day: int) -> date:
    """The day of the month `day`, or the last one of a shorter month, in the month that lies `months` after that of `start`."""
    year, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    return date(year, month + 1, min(day, monthrange(year, month + 1)[1]))


def payment_days(first: date, every_days: int, day_of_month: int | None, last: date) -> tuple[date, ...]:
    """The days from `first` to `last`, by day of the month where one is given and the distance is a month or several."""
    if day_of_month is None or every_days < _MONTHLY_FROM:
        return tuple(first + timedelta(days=ahead) for ahead in range(0, (last - first).days + 1, every_days))
    step = max(round(every_days / DAYS_PER_MONTH), 1)
    # A payment on the 1st may be that of the 31st: what follows is counted from the month it belongs to.
    home = min((-1, 0, 1), key=lambda ahead: abs((month_step(first, ahead, day_of_month) - first).days))
    found = [first]
    while found[-1] <= last:
        found.append(month_step(first, home + step * len(found), day_of_month))
    return tuple(day for day in found if day <= last)
