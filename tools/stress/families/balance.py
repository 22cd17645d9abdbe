"""Balance dynamics: how long the money lasts, how low it runs, and where it heads.

Balances are measured in days of the customer's own spending, so that they mean the same in every currency and at every income.
"""

from collections.abc import Mapping

import numpy as np

from tools.ledger.movements import Part
from tools.stress.channel import NET_OF, WINDOW_DAYS, Channel
from tools.stress.families.family import Family, Input, Post, Sort
from tools.stress.families.settings import settings
from tools.stress.families.windows import MONTH, QUARTER, Floats, Windows, bounded, decay, known_if, ratio

_DAYS_A_MONTH = 365.25 / 12
_WEEK = 7
_WEEKS = 12
_NEAR_ZERO_DAYS = 3
_MOST_MONTHS = 60.0
_SHORT = 14


def _posts(sort: Sort) -> tuple[Post, ...]:
    if sort.failed:
        return ()
    spent = (Post(Channel.SPENDING, -1),) if sort.part is Part.SPENDING else ()
    return (Post(NET_OF[sort.account], 1), *spent)


def _read(windows: Windows) -> Mapping[str, Floats]:
    level = windows.level
    savings = np.maximum(windows.savings[:, -1], 0.0)
    some, month, two_months = (windows.reaches(days) for days in (_SHORT, MONTH, 2 * MONTH))
    return {
        "buffer_days": known_if(level[:, -1], some),
        "lowest_30d": known_if(windows.lowest(level, MONTH), some),
        "lowest_90d": known_if(windows.lowest(level, QUARTER), some),
        "usual_low": known_if(_usual_low(windows, level), two_months),
        "days_below_zero": _days_below(windows, windows.everyday, QUARTER),
        "days_below_zero_30d": _days_below(windows, windows.everyday, MONTH),
        "days_near_zero": known_if(_days_below(windows, level - _NEAR_ZERO_DAYS, QUARTER), some),
        "balance_decline": _decline(windows),
        "balance_drops_lately": _drops_lately(windows),
        "balance_slope": known_if(_slope(windows, level), two_months),
        "balance_to_usual": known_if(_to_usual(windows), month),
        "month_net": known_if(windows.in_days(windows.total(Channel.EVERYDAY_NET, MONTH)), month),
        "overdraft_use": bounded(100 * ratio(np.maximum(-windows.everyday[:, -1], 0.0), windows.overdraft_limit), 0.0, 300.0),
        "savings_months": bounded(windows.in_days(savings) / _DAYS_A_MONTH, 0.0, _MOST_MONTHS),
        "thin_buffer": bounded(100 - 100 * windows.in_days(windows.everyday[:, -1] + savings) / _DAYS_A_MONTH, 0.0, 100.0),
    }


def _usual_low(windows: Windows, level: Floats) -> Floats:
    """Mean of the lowest levels of the last three months, of those that the history reaches."""
    lows = np.stack([known_if(windows.lowest(level, MONTH, ago), windows.reaches(ago + MONTH)) for ago in (0, MONTH, 2 * MONTH)], axis=1)
    seen = np.isfinite(lows)
    return np.where(seen, lows, 0.0).sum(axis=1) / np.where(seen.any(axis=1), seen.sum(axis=1), np.nan)


def _days_below(windows: Windows, above: Floats, days: int) -> Floats:
    below = ((above[:, -days:] < 0) & windows.alive[:, -days:]).sum(axis=1).astype(np.float64)
    return known_if(below, windows.reaches(1))


def _decline(windows: Windows) -> Floats:
    """Percent a week by which the mean balance fell. Relative to the earlier mean, or to a week's spending where that is more:
    ten pounds fewer on a nearly empty account is little.
    """
    days = settings().decline_days
    after, before = (windows.everyday[:, WINDOW_DAYS - ago - days : WINDOW_DAYS - ago].mean(axis=1) for ago in (0, days))
    fall = 100 * (before - after) / _base(windows, before) / (days / _WEEK)
    return known_if(bounded(fall, 0.0, 100.0), windows.reaches(2 * days))


def _base(windows: Windows, before: Floats) -> Floats:
    return np.fmax(np.fmax(before, windows.spent_a_day * _WEEK), 1.0)


def _drops_lately(windows: Windows) -> Floats:
    """Weeks in which the moving mean of the balance fell by more than the share in the settings, halving every week.

    The mean is over four weeks, because every balance falls in the weeks between two salaries.
    """
    days, share = settings().decline_days, settings().decline_share
    summed = windows.everyday.cumsum(axis=1)
    ends = WINDOW_DAYS - 1 - _WEEK * np.arange(min(_WEEKS, (WINDOW_DAYS - 1 - days) // _WEEK))
    after = (summed[:, ends] - summed[:, ends - days]) / days
    before = (summed[:, ends - _WEEK] - summed[:, np.maximum(ends - _WEEK - days, 0)]) / days
    least = share * np.fmax(np.fmax(before, windows.spent_a_day[:, None] * _WEEK), 1.0)
    age = (WINDOW_DAYS - 1 - ends).astype(np.float64)
    known = windows.known[:, None] >= age + days + _WEEK
    return known_if((((before - after) > least) & known) @ decay(age), windows.reaches(days + _WEEK))


def _slope(windows: Windows, level: Floats) -> Floats:
    """Days of spending gained a month, by least squares over the quarter."""
    alive = windows.alive[:, -QUARTER:]
    days = np.arange(QUARTER, dtype=np.float64)
    counted = np.maximum(alive.sum(axis=1), 1)[:, None]
    apart = np.where(alive, days - np.where(alive, days, 0.0).sum(axis=1)[:, None] / counted, 0.0)
    return MONTH * (apart * level[:, -QUARTER:]).sum(axis=1) / np.maximum((apart * apart).sum(axis=1), 1.0)


def _to_usual(windows: Windows) -> Floats:
    """Balance as percent of its mean since the first booking, at most half a year."""
    mean = np.where(windows.alive, windows.everyday, 0.0).sum(axis=1) / np.maximum(windows.known, 1.0)
    return bounded(100 * ratio(windows.everyday[:, -1], mean), -200.0, 300.0)


FAMILY = Family(
    name="balance",
    posts=_posts,
    inputs=(
        Input(name="buffer_days", family="balance", direction=-1, enough=90, unit="days", remedy="build_buffer"),
        Input(name="lowest_30d", family="balance", direction=-1, enough=30, unit="days", remedy="build_buffer"),
        Input(name="lowest_90d", family="balance", direction=-1, enough=30, unit="days", remedy="build_buffer"),
        Input(name="usual_low", family="balance", direction=-1, enough=30, unit="days", remedy="build_buffer"),
        Input(name="days_below_zero", family="balance", direction=1, unit="count", remedy="stay_above_zero"),
        Input(name="days_below_zero_30d", family="balance", direction=1, unit="count", remedy="stay_above_zero"),
        Input(name="days_near_zero", family="balance", direction=1, unit="count", remedy="build_buffer"),
        Input(name="balance_decline", family="balance", direction=1, unit="percent", remedy="stop_balance_decline"),
        Input(name="balance_drops_lately", family="balance", direction=1, unit="count", remedy="stop_balance_decline"),
        Input(name="balance_slope", family="balance", direction=-1, enough=0, unit="days", remedy="stop_balance_decline"),
        Input(name="balance_to_usual", family="balance", direction=-1, enough=100, unit="percent", remedy="stop_balance_decline"),
        Input(name="month_net", family="balance", direction=-1, enough=0, unit="days", remedy="spend_within_income"),
        Input(name="overdraft_use", family="balance", direction=1, unit="percent", remedy="stay_above_zero"),
        Input(name="savings_months", family="balance", direction=-1, enough=3, unit="months", remedy="build_buffer"),
        Input(name="thin_buffer", family="balance", direction=1, unit="percent", remedy="build_buffer"),
    ),
    read=_read,
)
