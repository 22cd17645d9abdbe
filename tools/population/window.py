"""The days a history covers, and the days of a month on which things fall due."""

from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

#: What a bank does when a due day is no working day: salaries come earlier, direct debits later, card payments at once.
Shift = Literal["earlier", "later", "none"]
_SATURDAY = 5


def clamped(year: int, month: int, day: int) -> date:
    """The day of that month, or its last day when the month is shorter."""
    return date(year, month, min(day, monthrange(year, month)[1]))


def months_before(when: date, months: int) -> date:
    """The same day `months` calendar months earlier (clamped to the end of the month); negative months go forward."""
    index = when.year * 12 + when.month - 1 - months
    return clamped(index // 12, index % 12 + 1, when.day)


def working_day(when: date, shift: Shift) -> date:
    """`when`, moved off a weekend. Bank holidays are not modelled."""
    over = when.weekday() - _SATURDAY
    if over < 0 or shift == "none":
        return when
    return when - timedelta(days=over + 1) if shift == "earlier" else when + timedelta(days=2 - over)


@dataclass(frozen=True)
class Window:
    """All days from `first` to `last`, both included; days are numbered from 0."""

    first: date
    last: date

    @classmethod
    def back_from(cls, as_of: date, months: int) -> "Window":
        """The `months` months that end on `as_of`."""
        return cls(months_before(as_of, months) + timedelta(days=1), as_of)

    @property
    def days(self) -> int:
        """How many days."""
        return (self.last - self.first).days + 1

    @property
    def years(self) -> float:
        """Length in years."""
        return self.days / 365.25

    def number(self, when: date) -> int:
        """The day's number; negative before the window, `days` or more after it."""
        return (when - self.first).days

    def date_of(self, day: int) -> date:
        """The date of a day's number."""
        return self.first + timedelta(days=day)

    def calendar_months(self) -> list[tuple[int, int]]:
        """Every (year, month) the window touches, in order."""
        start, end = self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month - 1
        return [(index // 12, index % 12 + 1) for index in range(start, end + 1)]

    def due_days(self, day: int, shift: Shift, months: Iterable[int] = ()) -> list[int]:
        """Numbers of the days on which something due on `day` of each month (of `months`, or of all) is booked in the window."""
        wanted = set(months)
        dates = [clamped(year, month, day) for year, month in self.calendar_months() if not wanted or month in wanted]
        numbers = [self.number(working_day(when, shift)) for when in dates]
        return [number for number in numbers if 0 <= number < self.days]
