"""Days of the month: how late an arrival is before a rhythm is known."""

import numpy as np

from tools.stress.channel import WINDOW_DAYS
from tools.stress.families.arrivals import Arrivals
from tools.stress.families.windows import Floats, Windows

#: Ordinal of 1970-01-01, day 0 of numpy's dates.
_EPOCH = 719_163


def days_after(windows: Windows, came: Arrivals, day_of_month: int, latest_days: int) -> Floats:
    """Worst number of days after this day of the month among the arrivals of the latest days, [n]; NaN without any arrival."""
    seen = np.isfinite(came.at)
    ordinal = windows.last_day[:, None] - (WINDOW_DAYS - 1) + np.where(seen, came.at, 0).astype(np.int64)
    dates = (ordinal - _EPOCH).astype("datetime64[D]")
    after = (dates - dates.astype("datetime64[M]")).astype(np.int64) + 1 - day_of_month
    recent = seen & (came.at > WINDOW_DAYS - 1 - latest_days)
    return np.where(seen.any(axis=1), np.where(recent, np.maximum(after, 0), 0).max(axis=1), np.nan)
