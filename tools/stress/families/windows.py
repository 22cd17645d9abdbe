"""The activity of many customers as arrays, with the sums that families read: one block of customers at a time.

Cells hold whole numbers below 2^53, so sums of them are exact in floating point, and the same customer has the same inputs in a
block of one and in a block of a thousand. Where a decay would break that, its weights are rounded to a fixed binary grid.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tools.stress.channel import WINDOW_DAYS, Channel

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

#: Counters halve in a week, and after so many weeks they have forgotten: a trace of long ago must not look like something.
_FORGOTTEN_WEEKS = 8
#: 2^-32 is far below what any count shows.
_GRID = 2.0**32
_AGE = np.arange(WINDOW_DAYS - 1, -1, -1)
_DECAY = np.where(_AGE < 7 * _FORGOTTEN_WEEKS, np.round(0.5 ** (_AGE / 7) * _GRID) / _GRID, 0.0)
MONTH = 30
QUARTER = 90
_MOST_DAYS = 730.0


@dataclass(frozen=True)
class Windows:
    """One block of `n` customers.

    Attributes:
        cells: [channel, n, day], oldest day first, the last one being `last_day`.
        before: [n, 3] balances before the window: everyday, savings, card.
        known: [n] days of the window since the first booking, 0 for none.
        last_day: [n] ordinals.
        overdraft_limit: [n] minor units, 0 for none; likewise `card_limit`.
    """

    cells: Floats
    before: Floats
    known: Floats
    last_day: NDArray[np.int64]
    overdraft_limit: Floats
    card_limit: Floats

    def days(self, channel: Channel) -> Floats:
        """The days of one channel, [n, day]."""
        return self.cells[channel]

    def total(self, channel: Channel, days: int, ago: int = 0) -> Floats:
        """Sum of the `days` that ended `ago` days before the last one, [n]."""
        end = WINDOW_DAYS - ago
        return self.cells[channel][:, max(end - days, 0) : end].sum(axis=1)

    def lately(self, channel: Channel) -> Floats:
        """Sum of a channel with weights that halve every week and end after eight, [n]."""
        return (self.cells[channel] * _DECAY).sum(axis=1)

    def reaches(self, days: int) -> Mask:
        """Whose history is at least so long, [n]."""
        return self.known >= days

    @cached_property
    def alive(self) -> Mask:
        """Days since the first booking, [n, day]."""
        return self.known[:, None] > _AGE

    @cached_property
    def everyday(self) -> Floats:
        """Balance of current and business accounts at the end of each day, [n, day]."""
        return self._balance(Channel.EVERYDAY_NET)

    @cached_property
    def savings(self) -> Floats:
        """Balance of savings accounts at the end of each day, [n, day]."""
        return self._balance(Channel.SAVINGS_NET)

    @cached_property
    def card(self) -> Floats:
        """Balance of card accounts at the end of each day (debt is negative), [n, day]."""
        return self._balance(Channel.CARD_NET)

    @cached_property
    def income(self) -> Floats:
        """Income of 90 days, [n]."""
        return self.total(Channel.INCOME, QUARTER)

    @cached_property
    def spent_a_day(self) -> Floats:
        """Spending and repayments a day over the last 90 days, or since the first booking; NaN for none, [n].

        The yardstick of all balances: how many days of the customer's own life they pay for.
        """
        out = self.total(Channel.SPENDING, QUARTER) + self.total(Channel.REPAID, QUARTER)
        return ratio(out, np.minimum(self.known, QUARTER), where=out > 0)

    @cached_property
    def level(self) -> Floats:
        """Everyday balances in days of the customer's own spending, [n, day]."""
        return self.in_days(self.everyday)

    def in_days(self, amounts: Floats) -> Floats:
        """Amounts as days of spending, at most two years; all that there is lasts so long where nothing is spent. [n] or [n, day]."""
        spent = self.spent_a_day if amounts.ndim == 1 else self.spent_a_day[:, None]
        return np.where(np.isfinite(spent), bounded(amounts / spent, -_MOST_DAYS, _MOST_DAYS), np.sign(amounts) * _MOST_DAYS)

    def lowest(self, level: Floats, days: int, ago: int = 0) -> Floats:
        """Lowest of the `days` that ended `ago` days before the last one, of those since the first booking; NaN where there is none."""
        inside = slice(WINDOW_DAYS - ago - days, WINDOW_DAYS - ago)
        lows = np.where(self.alive[:, inside], level[:, inside], np.inf).min(axis=1)
        return known_if(lows, np.isfinite(lows))

    def _balance(self, channel: Channel) -> Floats:
        return self.before[:, channel, None] + self.cells[channel].cumsum(axis=1)


def decay(age: Floats) -> Floats:
    """The weight of what happened `age` days ago, as in `Windows.lately`; 0 for NaN."""
    known = np.isfinite(age)
    return np.where(known, _DECAY[WINDOW_DAYS - 1 - np.where(known, age, 0).astype(np.intp)], 0.0)


def ratio(part: Floats, whole: Floats, where: Mask | None = None) -> Floats:
    """part / whole, NaN where the whole is not above zero (or `where` says no)."""
    sound = whole > 0 if where is None else (whole > 0) & where
    return np.divide(part, whole, out=np.full(np.broadcast(part, whole).shape, np.nan), where=sound)


def known_if(values: Floats, where: Mask) -> Floats:
    """The values, NaN where the history cannot say."""
    return np.where(where, values, np.nan)


def bounded(values: Floats, low: float, high: float) -> Floats:
    """Values inside [low, high]: beyond it a ratio of small sums says nothing more. NaN stays."""
    return np.clip(values, low, high)
