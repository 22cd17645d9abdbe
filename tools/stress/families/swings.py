"""How much the balance swings, and how many such swings it is away from zero.

A low balance alone says little: one that is low against the account's own usual movements is what runs out. Day swings are the root
mean square of the daily net flows, month swings that of the changes over every span of 30 days; both over at most half a year.
"""

from collections.abc import Mapping

import numpy as np

from tools.stress.channel import WINDOW_DAYS, Channel
from tools.stress.families.family import Family, Input, Post, Sort
from tools.stress.families.windows import MONTH, QUARTER, Floats, Windows, bounded, known_if, ratio

_MOST = 20.0
_MOST_PERCENT = 300.0
_MOST_MONTHS = 24.0


def _posts(sort: Sort) -> tuple[Post, ...]:
    """Swings are of what the family of balances adds up."""
    del sort
    return ()


def _read(windows: Windows) -> Mapping[str, Floats]:
    balance, low = windows.everyday[:, -1], windows.lowest(windows.everyday, MONTH)
    mean, deviation = _mean_and_deviation(windows)
    day, fall = _day_swing(windows), np.maximum(-windows.days(Channel.EVERYDAY_NET), 0.0).max(axis=1)
    changes = _changes(windows)
    monthly_income = windows.total(Channel.INCOME, WINDOW_DAYS) / np.maximum(windows.known, MONTH) * MONTH
    month, two_months = windows.reaches(MONTH), windows.reaches(2 * MONTH)
    return {
        "balance_swing": known_if(windows.in_days(deviation), month & np.isfinite(windows.spent_a_day)),
        "balance_variation": known_if(bounded(100 * ratio(deviation, mean), 0.0, _MOST_PERCENT), month),
        "room_in_swings": known_if(_swings(balance, _month_swing(windows, changes)), two_months),
        "low_in_day_swings": known_if(_swings(low, day), month),
        "mean_in_day_swings": known_if(_swings(mean, day), month),
        "low_in_largest_falls": known_if(_swings(low, fall), month),
        "left_after_worst_month": known_if(windows.in_days(balance + np.minimum(changes.min(axis=1), 0.0)), two_months),
        "balance_in_income": known_if(bounded(ratio(balance, monthly_income), -_MOST_MONTHS, _MOST_MONTHS), month),
    }


def _mean_and_deviation(windows: Windows) -> tuple[Floats, Floats]:
    """Mean and standard deviation of the balance over the quarter, of the days since the first booking."""
    alive = windows.alive[:, -QUARTER:]
    counted = np.maximum(alive.sum(axis=1), 1)
    kept = np.where(alive, windows.everyday[:, -QUARTER:], 0.0)
    mean = kept.sum(axis=1) / counted
    apart = np.where(alive, kept - mean[:, None], 0.0)
    return mean, np.sqrt((apart * apart).sum(axis=1) / counted)


def _day_swing(windows: Windows) -> Floats:
    net = windows.days(Channel.EVERYDAY_NET)
    return np.sqrt((net * net).sum(axis=1) / np.maximum(windows.known, 1.0))


def _changes(windows: Windows) -> Floats:
    """By how much the balance changed over each span of 30 days since the first booking, [n, span]; 0 for the others."""
    everyday = windows.everyday
    return np.where(windows.alive[:, :-MONTH], everyday[:, MONTH:] - everyday[:, :-MONTH], 0.0)


def _month_swing(windows: Windows, changes: Floats) -> Floats:
    return np.sqrt((changes * changes).sum(axis=1) / np.maximum(windows.known - MONTH, 1.0))


def _swings(balance: Floats, swing: Floats) -> Floats:
    """How many swings a balance is away from zero; the most where nothing moves."""
    return np.where(swing > 0, bounded(ratio(balance, swing), -_MOST, _MOST), np.sign(balance) * _MOST)


def _input(name: str, **given: object) -> Input:
    return Input.model_validate({"name": name, "family": "swings", **given})


FAMILY = Family(
    name="swings",
    posts=_posts,
    inputs=(
        _input("balance_swing", direction=1, enough=15, unit="days"),
        _input("balance_variation", direction=1, enough=30, unit="percent"),
        _input("room_in_swings", direction=-1, enough=3, unit="share", remedy="build_buffer"),
        _input("low_in_day_swings", direction=-1, enough=5, unit="share", remedy="build_buffer"),
        _input("mean_in_day_swings", direction=-1, enough=10, unit="share", remedy="build_buffer"),
        _input("low_in_largest_falls", direction=-1, enough=2, unit="share", remedy="build_buffer"),
        _input("left_after_worst_month", direction=-1, enough=30, unit="days", remedy="build_buffer"),
        _input("balance_in_income", direction=-1, enough=1, unit="months", remedy="build_buffer"),
    ),
    read=_read,
)
