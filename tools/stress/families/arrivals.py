"""Days on which something came, and what their rhythm tells: the usual gap, and by how much the latest ones were late."""

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from tools.stress.channel import WINDOW_DAYS
from tools.stress.families.windows import Floats, Mask, decay

_MOST = 14
_LEAST_GAPS = 3


@dataclass(frozen=True)
class Arrivals:
    """The latest arrivals of each customer: `at` is [n, 14] of day places, newest last, NaN where there were fewer."""

    at: Floats

    @cached_property
    def gaps(self) -> Floats:
        """Days from each arrival to the next, [n, 13]."""
        return np.diff(self.at, axis=1)

    @cached_property
    def open_gap(self) -> Floats:
        """Days since the latest arrival, [n]; NaN for none."""
        return WINDOW_DAYS - 1 - self.at[:, -1]

    @cached_property
    def usual_gap(self) -> Floats:
        """Median gap, [n]; NaN before three gaps."""
        ordered, seen = np.sort(self.gaps, axis=1), self.seen_gaps
        rows = np.arange(len(seen))
        low, high = np.maximum((seen - 1) // 2, 0), np.maximum(seen // 2, 0)
        return np.where(seen >= _LEAST_GAPS, (ordered[rows, low] + ordered[rows, high]) / 2, np.nan)

    @cached_property
    def seen_gaps(self) -> NDArray[np.intp]:
        """How many gaps are known, [n]."""
        return np.isfinite(self.gaps).sum(axis=1)

    @cached_property
    def excess(self) -> Floats:
        """By how many days each gap was longer than usual, [n, 13]; NaN where that cannot be said."""
        return self.gaps - self.usual_gap[:, None]

    def days_late(self, latest_days: int) -> Floats:
        """Worst excess over the usual gap among the gaps that ended in the latest days and the one still open, [n]; 0 when none was."""
        ended = self.at[:, 1:] > WINDOW_DAYS - 1 - latest_days
        worst = np.where(ended & np.isfinite(self.excess), self.excess, 0.0).max(axis=1)
        return np.maximum(worst, self.open_gap - self.usual_gap)

    def late_lately(self, grace_days: int) -> Floats:
        """Late arrivals (by more than the days of grace), each halving every week from the day it came, [n]; NaN as `usual_gap`."""
        late = np.nan_to_num(self.excess) > grace_days
        counted = (decay(WINDOW_DAYS - 1 - self.at[:, 1:]) * late).sum(axis=1)
        overdue = (self.open_gap - self.usual_gap) > grace_days
        return np.where(np.isfinite(self.usual_gap), counted + overdue, np.nan)

    @cached_property
    def irregularity(self) -> Floats:
        """Mean distance of the gaps from the usual one, as percent of it, [n]; NaN as `usual_gap`."""
        apart = np.where(np.isfinite(self.excess), np.abs(self.excess), 0.0).sum(axis=1)
        sound = np.nan_to_num(self.usual_gap) > 0
        return np.divide(100 * apart, self.seen_gaps * self.usual_gap, out=np.full(len(apart), np.nan), where=sound)


def arrivals(came: Mask) -> Arrivals:
    """The latest arrivals of a mask of days, [n, day]."""
    rows, days = np.nonzero(came)
    counted = came.sum(axis=1)
    place = np.arange(len(rows)) - np.repeat(np.cumsum(counted), counted) + _MOST
    at = np.full((len(came), _MOST), np.nan)
    kept = place >= 0
    at[rows[kept], place[kept]] = days[kept]
    return Arrivals(at)
