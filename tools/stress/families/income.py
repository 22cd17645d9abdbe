"""Income: whether it comes, on time, as often and as much as before.

Pay is what the bank knows as salary, pension or benefits. Where it knows none (a bank that does not mark salaries), the days of
notable income stand for it: cash paid in and money from others, of at least a fifth of a month's income.
"""

from collections.abc import Mapping

import numpy as np

from tools.ledger.movements import Part
from tools.stress.channel import WINDOW_DAYS, Channel
from tools.stress.families.arrivals import Arrivals, arrivals
from tools.stress.families.family import Family, Input, Post, Sort
from tools.stress.families.month import days_after
from tools.stress.families.settings import settings
from tools.stress.families.windows import MONTH, QUARTER, Floats, Mask, Windows, bounded, known_if, ratio

_PAY = {"salary", "pension", "benefits"}
_NOTABLE = 0.2
_LEAST_PAYS = 3
_BLOCKS = 6
_MOST_SHARE = 10.0


def _posts(sort: Sort) -> tuple[Post, ...]:
    earned = sort.part is Part.INCOME and sort.incoming and sort.account != "card"
    if sort.failed or not earned:
        return ()
    pay = (Post(Channel.PAY, 1),) if sort.category in _PAY else ()
    cash = (Post(Channel.CASH_IN, 1),) if sort.category == "cash" else ()
    return (Post(Channel.INCOME, 1), *pay, *cash)


def _read(windows: Windows) -> Mapping[str, Floats]:
    paid, came = arrivals(windows.days(Channel.PAY) > 0), arrivals(_pay_days(windows))
    return {
        "late_salary": _late_salary(windows, paid),
        "late_salaries_lately": paid.late_lately(settings().salary_grace_days),
        "since_income": bounded(came.open_gap / came.usual_gap, 0.0, _MOST_SHARE),
        "income_irregularity": bounded(came.irregularity, 0.0, 300.0),
        "income_days": known_if(_pay_days(windows)[:, -QUARTER:].sum(axis=1).astype(np.float64), windows.reaches(QUARTER)),
        "income_drop": _drop(windows, QUARTER, QUARTER),
        "income_drop_30d": _drop(windows, MONTH, QUARTER),
        "income_variation": _variation(windows),
        "income_covers": _covers(windows),
        "cash_income_share": bounded(100 * ratio(windows.total(Channel.CASH_IN, QUARTER), windows.income), 0.0, 100.0),
    }


def _pay_days(windows: Windows) -> Mask:
    """Days of pay where the bank knows it, else of notable income, [n, day]."""
    pay, income = windows.days(Channel.PAY) > 0, windows.days(Channel.INCOME)
    monthly = windows.total(Channel.INCOME, WINDOW_DAYS) / np.maximum(windows.known, MONTH) * MONTH
    notable = (income > 0) & (income >= _NOTABLE * monthly[:, None])
    return np.where((pay.sum(axis=1) >= _LEAST_PAYS)[:, None], pay, notable)


def _late_salary(windows: Windows, paid: Arrivals) -> Floats:
    """Days later than the usual gap; before there is a rhythm, days after the day of the month in the settings."""
    latest = settings().salary_latest_days
    fixed = days_after(windows, paid, settings().salary_after_day, latest)
    return np.where(np.isfinite(paid.usual_gap), bounded(paid.days_late(latest), 0.0, WINDOW_DAYS), fixed)


def _drop(windows: Windows, days: int, before: int) -> Floats:
    """Percent by which daily income of the latest days is below that of the days before them."""
    earlier = windows.total(Channel.INCOME, before, days) / before
    change = 100 - 100 * ratio(windows.total(Channel.INCOME, days) / days, earlier)
    return known_if(bounded(change, 0.0, 100.0), windows.reaches(days + before))


def _variation(windows: Windows) -> Floats:
    """Standard deviation of the income of each month known, as percent of its mean; NaN before three months."""
    months = np.stack([windows.total(Channel.INCOME, MONTH, MONTH * ago) for ago in range(_BLOCKS)], axis=1)
    known = windows.known[:, None] >= MONTH * (1 + np.arange(_BLOCKS))
    counted = np.maximum(known.sum(axis=1), 1)
    mean = np.where(known, months, 0.0).sum(axis=1) / counted
    apart = np.where(known, months - mean[:, None], 0.0)
    return known_if(bounded(100 * ratio(np.sqrt((apart * apart).sum(axis=1) / counted), mean), 0.0, 300.0), windows.reaches(3 * MONTH))


def _covers(windows: Windows) -> Floats:
    """Income as percent of spending and repayments, 90 days."""
    out = windows.total(Channel.SPENDING, QUARTER) + windows.total(Channel.REPAID, QUARTER)
    return known_if(bounded(100 * ratio(windows.income, out), 0.0, 300.0), windows.reaches(MONTH))


FAMILY = Family(
    name="income",
    posts=_posts,
    inputs=(
        Input(name="late_salary", family="income", direction=1, enough=3, unit="days", remedy="salary_on_time"),
        Input(name="late_salaries_lately", family="income", direction=1, unit="count", remedy="salary_on_time"),
        Input(name="since_income", family="income", direction=1, enough=1, unit="share", remedy="restore_income"),
        Input(name="income_irregularity", family="income", direction=1, enough=10, unit="percent"),
        Input(name="income_days", family="income", direction=-1, enough=3, unit="count"),
        Input(name="income_drop", family="income", direction=1, unit="percent", remedy="restore_income"),
        Input(name="income_drop_30d", family="income", direction=1, unit="percent", remedy="restore_income"),
        Input(name="income_variation", family="income", direction=1, enough=10, unit="percent"),
        Input(name="income_covers", family="income", direction=-1, enough=100, unit="percent", remedy="spend_within_income"),
        Input(name="cash_income_share", family="income", direction=1, unit="percent"),
    ),
    read=_read,
)
